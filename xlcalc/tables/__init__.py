"""Designs as rows: the table found among raw cells, its columns recognised, its rows evaluated.

Whatever is wrong with a cell costs its own row and is named by file, sheet and cell. Which program
or file the cells come from is not known here.
"""
