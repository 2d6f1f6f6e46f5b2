"""A solid and a liquid stack, as fields of a design."""

SILICON = {"cathode": "NMC811", "anode": "Si", "electrolyte": "LPSC"}
LIQUID = {
    "cathode": "NMC811",
    "anode": "graphite",
    "electrolyte": "liquid electrolyte",
    "cathode_active_fraction": 0.95,
    "cathode_binder_fraction": 0.025,
    "cathode_carbon_fraction": 0.025,
    "cathode_fraction_basis": "weight",
    "cathode_porosity": 0.3,
    "anode_active_fraction": 0.95,
    "anode_binder_fraction": 0.025,
    "anode_carbon_fraction": 0.025,
    "anode_fraction_basis": "weight",
    "anode_porosity": 0.3,
}
