"""New values put into a user's own workbook; every other byte stays.

Cells are found in the XML of a sheet, and their values alone replaced: charts, macros and whatever
no library knows are kept. Which values they get, callers decide.
"""
