"""What Excel on Windows needs once, and the diagnosis of what keeps it from working.

Settings of xlwings, VBA modules and workbooks with both inside are written here; the functions that
Excel then calls are in `excel`, beside this package.
"""
