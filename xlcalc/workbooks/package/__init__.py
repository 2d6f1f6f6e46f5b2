"""The zip package of a workbook: its parts, the limits kept before any parser, and its writing."""
