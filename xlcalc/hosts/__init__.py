"""Programs that offer the SSB_ functions: Excel with xlwings, Excel 365, LibreOffice, a pipe.

Each is a loop over the catalogue of `functions`; none knows the physics.
"""
