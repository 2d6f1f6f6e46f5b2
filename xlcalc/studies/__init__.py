"""What is asked of designs: sweeps, solved inputs, optima, uncertainty and sensitivity.

Nothing is here yet. Their commands, figures and cluster runs, as all that is done with files, are
in `runs`.
"""
