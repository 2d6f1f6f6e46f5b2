"""The pages that templates are put together from."""
