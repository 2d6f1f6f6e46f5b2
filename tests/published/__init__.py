"""The paper's numbers, typed a second time, so that a slip in the package's data shows."""

# SI Table 4: stack, average voltage [V], specific energy [Wh/kg], energy density [Wh/L].
SOLID = (
    ("Li (1x excess)/LPSC/NMC", 3.8, 365, 1176),
    ("Li (anodeless)/LPSC/NMC", 3.8, 375, 1385),
    ("60% Si/LPSC/NMC", 3.4, 320, 1147),
    ("60% Al/LPSC/NMC", 3.45, 293, 1006),
    ("60% Sn/LPSC/NMC", 3.3, 288, 1101),
    ("100% Si/LPSC/NMC", 3.4, 325, 1182),
    ("100% Al/LPSC/NMC", 3.45, 307, 1094),
    ("100% Sn/LPSC/NMC", 3.3, 293, 1140),
    ("60% Si/LLZO/NMC", 3.4, 230, 1147),
    ("60% Al/LLZO/NMC", 3.45, 209, 1006),
    ("60% Sn/LLZO/NMC", 3.3, 211, 1101),
    ("100% Si/LLZO/NMC", 3.4, 237, 1182),
    ("100% Al/LLZO/NMC", 3.45, 228, 1094),
    ("100% Sn/LLZO/NMC", 3.3, 218, 1140),
)
LIQUID = (
    ("Graphite/Liquid/NMC", 3.7, 274, 756),
    ("Si/Liquid/NMC", 3.4, 343, 1132),
    ("Al/Liquid/NMC", 3.45, 308, 947),
    ("Sn/Liquid/NMC", 3.3, 307, 1082),
    ("Li (1x excess)/Liquid/NMC", 3.8, 394, 1191),
    ("Li (anodeless)/Liquid/NMC", 3.8, 405, 1406),
)

# What Eq. 1-8 give for the liquid rows from the inputs as printed: not what SI Table 4 says.
LIQUID_FROM_EQUATIONS = (
    ("Graphite/Liquid/NMC", 276.1, 779.5),
    ("Si/Liquid/NMC", 340.0, 1139.0),
    ("Al/Liquid/NMC", 307.0, 960.7),
    ("Sn/Liquid/NMC", 302.8, 1073.8),
    ("Li (1x excess)/Liquid/NMC", 389.7, 1190.5),
    ("Li (anodeless)/Liquid/NMC", 400.3, 1405.8),
)

# SI Table 3: density [g/cm3], specific capacity [mAh/g].
SI_TABLE_3 = {
    "LPSC": (1.86, None),
    "LLZO": (5.1, None),
    "NMC811": (4.78, 200),
    "Si": (2.33, 3579),
    "Al": (2.7, 990),
    "Sn": (7.27, 992),
    "Li": (0.53, 3861),
    "graphite": (2.2, 372),
    "binder": (1.8, None),
    "conductive carbon": (1.8, None),
    "liquid electrolyte": (1.3, None),
    "Al foil": (2.7, None),
    "Cu foil": (8.96, None),
}

# Main text, Table 1: phase, mAh/g, V, volume change [%], diffusion coefficients low and high.
TABLE_1 = {
    "Si": ("Li15Si4", 3579, 0.4, 320, 1e-13, 1e-11),
    "Sn": ("Li4.4Sn", 993, 0.50, 260, 1e-16, 1e-14),
    "Al": ("LiAl", 990, 0.38, 96, 1e-11, 1e-9),
    "Sb": ("Li3Sb", 660, 0.95, 200, 1e-9, 1e-8),
    "In": ("Li13In3", 1012, 0.3, 105, 1e-8, 1e-8),
    "Mg": ("Li3Mg", 3350, 0.03, 100, 1e-7, 1e-7),
    "Zn": ("LiZn", 410, 0.38, 98, 1e-10, 1e-8),
}

# Densities the paper lacks [g/cm3], CRC Handbook.
CRC_DENSITIES = {"Sb": 6.68, "In": 7.31, "Mg": 1.74, "Zn": 7.14}

# Materials the paper does not have: kind, density [g/cm3], capacity [mAh/g], potential [V], volume
# change, and a word of the source of each value.
BATPAC, OPENCELL, BOTB, MN_BASED = "BatPaC 5.0", "steer-opencell-data", "BotB", "Batteries 2023"
BLEND = "calculated from graphite and Si"
BEYOND_THE_PAPER = {
    "NMC622": ("cathode", (4.65, BATPAC), (190.9, BATPAC), (3.81, OPENCELL), None),
    "NMC532": ("cathode", (4.65, BATPAC), (187.1, BATPAC), (3.71, MN_BASED), None),
    "NCA": ("cathode", (4.78, BATPAC), (202, BATPAC), (3.86, BOTB), None),
    "LCO": ("cathode", (5.1, BOTB), (165, BOTB), (3.86, BOTB), None),
    "LFP": ("cathode", (3.45, BATPAC), (156.7, BATPAC), (3.36, OPENCELL), None),
    "LMO": ("cathode", (4.23, BATPAC), (118.6, BATPAC), (3.80, MN_BASED), None),
    "LNMO": ("cathode", (4.45, "BattMo"), (133, MN_BASED), (4.70, MN_BASED), None),
    "Li2S": ("cathode", (1.66, "12136-58-2"), (1166.8, "calculated"), (2.1, "Li-S cells"), None),
    "graphite + 5% Si": ("anode", (2.206, BLEND), (532.35, BLEND), (0.201, BLEND), (0.277, BLEND)),
    "graphite + 10% Si": ("anode", (2.212, BLEND), (692.7, BLEND), (0.255, BLEND), (0.423, BLEND)),
    "SiO": ("anode", (2.13, "Silicon monoxide"), (1437, "20250808003"), None, None),
    "LTO": ("anode", (3.4, BATPAC), (164.8, BATPAC), (1.55, BOTB), None),
    "Li-In": (
        "anode",
        (7.31, "CRC"),
        (233.4, "calculated"),
        (0.62, "J. Mater. Chem. A 2018, 6, 14867"),
        (1.05, "Lewis et al. 2022, Table 1 (ref. 49)"),
    ),
    "LGPS": ("solid electrolyte", (2.04, "Nat. Mater. 2011"), None, None, None),
    "Li3PS4": ("solid electrolyte", (1.93, "ICSD 180318"), None, None, None),
    "Li3InCl6": ("solid electrolyte", (2.71, "Braun et al."), None, None, None),
    "LATP": ("solid electrolyte", (2.92, "ICSD 427622"), None, None, None),
    "PEO": ("solid electrolyte", (1.2, OPENCELL), None, None, None),
    "PP": ("separator", (0.91, OPENCELL), None, None, None),
    "PE": ("separator", (0.94, OPENCELL), None, None, None),
    "PVDF": ("binder", (1.77, BATPAC), None, None, None),
    "SBR": ("binder", (0.94, OPENCELL), None, None, None),
    "CMC": ("binder", (1.6, OPENCELL), None, None, None),
    "Ni foil": ("foil", (8.9, OPENCELL), None, None, None),
    "steel foil": ("foil", (7.9, "Lacey"), None, None, None),
    "PET-Cu foil": ("foil", (3.71, "4.5 µm PET"), None, None, None),
    "PP-Cu foil": ("foil", (3.39, "4.5 µm PP"), None, None, None),
    "PET-Al foil": ("foil", (1.71, "6 µm PET"), None, None, None),
}

# SI Table 1: electrode composition [vol %] and areal capacity [mAh/cm2].
SI_TABLE_1 = (
    ("NMC811", 60, "LPSC", 40, 4.0),
    ("NMC811", 60, "LLZO", 40, 4.0),
    ("Si", 60, "LPSC", 40, 4.4),
    ("Al", 60, "LPSC", 40, 4.4),
    ("Sn", 60, "LPSC", 40, 4.4),
    ("Si", 60, "LLZO", 40, 4.4),
    ("Al", 60, "LLZO", 40, 4.4),
    ("Sn", 60, "LLZO", 40, 4.4),
    ("Si", 100, "", 0, 4.4),
    ("Al", 100, "", 0, 4.4),
    ("Sn", 100, "", 0, 4.4),
    ("Li", 100, "", 0, 4.0),
    ("Li", 100, "", 0, 0.0),
)

# SI Table 2: active, binder, carbon [wt %], areal capacity [mAh/cm2], porosity [%].
SI_TABLE_2 = (
    ("NMC811", 95, 2.5, 2.5, 4.0, "30"),
    ("graphite", 95, 2.5, 2.5, 4.4, "30"),
    ("Si", 95, 2.5, 2.5, 4.4, "50"),
    ("Al", 95, 2.5, 2.5, 4.4, "50"),
    ("Sn", 95, 2.5, 2.5, 4.4, "50"),
    ("Li", 100, 0, 0, 4.0, ""),
    ("Li", 100, 0, 0, 0.0, ""),
)
