"""The sheets that calculate, each declared column by column."""
