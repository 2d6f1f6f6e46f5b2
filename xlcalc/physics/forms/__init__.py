"""Forms of a model: code and text written from its steps, so that no equation stands twice.

NumPy passes over blocks of designs, straight-line Python for one design, JavaScript, LaTeX.
`resolve` gives a result as one expression of inputs, of which `derivative` gives
exact derivatives. Formulas of sheets are written in `workbooks.model_formulas`, for they need the
names of cells.
"""
