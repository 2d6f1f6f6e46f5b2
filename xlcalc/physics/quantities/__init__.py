"""The vocabulary: every quantity with label, unit, bounds, default and help, declared once.

Headers, command help, error sentences, sheets and functions read it. What quantities have to do
with each other is not here but in `physics.equations` and `physics.model`.
"""
