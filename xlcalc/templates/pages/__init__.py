"""The pages that templates are put together from.

A page is rows of cells with formulas, drop-downs, messages, highlights and charts. Columns that
calculate a design come from `sheets`; which pages make a workbook, each template says.
"""
