"""The functions as LAMBDA names of Excel 365.

Formulas are written out for the closed-form functions and the whole stack, with materials taken
from the workbook's Materials sheet. What else the catalogue offers needs Python and has no name
here.
"""
