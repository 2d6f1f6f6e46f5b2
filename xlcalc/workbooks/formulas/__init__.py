"""A workbook's formulas worked out without a spreadsheet program."""
