"""The paper's own tables and stacks, and what xlcalc gives for them beside what is printed.

Printed numbers are typed in `data` and never calculated here. The comparison is `xlcalc verify`;
the figures drawn of them are in `runs`.
"""
