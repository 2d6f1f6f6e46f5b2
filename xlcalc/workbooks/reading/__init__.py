"""Workbooks read: .xlsx, .xlsb, .xls and .ods as rows of typed cells.

Error values, dates, formulas without a value, hidden rows and merged cells are told apart, for none
may pass for a number or a blank. What the rows mean is found in `tables`.
"""
