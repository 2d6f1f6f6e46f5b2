"""The sheets that calculate, each declared column by column.

Stacks, with its physics, faults and notes, and Materials: the header, unit, check and formula of
every column. How a table becomes cells is in `formula_table`, what stands around it in `pages`.
"""
