"""The zip package of a workbook: its parts, the limits kept before any parser, and its writing.

Whether a package is safe to open is decided here, before anything parses it; parts are found by
their relations, and written in bounded memory. What a part means is the business of others.
"""
