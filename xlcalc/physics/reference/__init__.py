"""The paper's own tables and stacks, and what xlcalc gives for them beside what is printed."""
