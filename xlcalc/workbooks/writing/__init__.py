"""Results, findings and reference stacks written as .xlsx, however many rows.

XML is written without openpyxl, which takes many times longer over a cell; styles, theme and chart
come from `skeleton.xlsx`. Workbooks that calculate are made in `templates`.
"""
