"""The model: which quantity follows from which by which equation, declared once.

A step is a function: its name is the quantity, its parameters are what it depends on, and its body
calls `physics.equations`. Called with numbers or arrays it calculates, called with symbols it is
data, of which `physics.forms` writes NumPy, Python, JavaScript and LaTeX, and the templates and
hosts their formulas. `rules` says which fields contradict each other, `closures` which sums must
agree. Nothing is looked up or converted here.
"""
