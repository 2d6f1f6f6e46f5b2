"""What runs inside LibreOffice, in its own Python: the standard library alone.

These files are copied into the add-in and must run in any Python from 3.8 on, without NumPy and
without xlcalc, which they ask through a pipe.
"""
