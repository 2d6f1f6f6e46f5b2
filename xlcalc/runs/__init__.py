"""What is done with files: batches, checks, fills, scenarios, templates, figures, cluster runs.

Inputs are found and opened here, results and their provenance written. What is asked of designs
(sweeps, optima, uncertainty) is in `studies`; the command line is in `cli`.
"""
