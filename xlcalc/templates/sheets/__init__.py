"""The sheets that calculate, each declared column by column.

Stacks, with its physics, faults and notes, and Materials: the header, unit, check and formula of
every column. A step of the model becomes a column in `stack_physics`, the text of its formula in
`workbooks.model_formulas`, its references in `formula_table`; `stacks` puts columns in order. What
stands around a table is in `pages`.
"""
