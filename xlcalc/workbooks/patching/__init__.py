"""New values put into a user's own workbook; every other byte stays."""
