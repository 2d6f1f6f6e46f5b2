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
