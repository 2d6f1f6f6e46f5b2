"""Workbooks: read, written, patched and worked out, without a spreadsheet program.

.xlsx, .xlsb, .xls and .ods are read, results written, cells of a user's own workbook replaced while
every other byte stays, and formulas evaluated. Workbooks that are made to calculate by themselves
are in `templates`.
"""
