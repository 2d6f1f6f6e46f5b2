"""Results, findings and reference stacks written as .xlsx, however many rows."""
