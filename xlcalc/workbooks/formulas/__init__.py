"""A workbook's formulas worked out without a spreadsheet program.

A file's cells are read as formulas and values, formulas translated for formualizer and worked out
with the catalogue's functions. What cannot be worked out is named and left as it is, never guessed.
"""
