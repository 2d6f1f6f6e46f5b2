"""The functions as LAMBDA names of Excel 365."""
