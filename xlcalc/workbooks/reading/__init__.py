"""Workbooks read: .xlsx, .xlsb, .xls and .ods as rows of typed cells."""
