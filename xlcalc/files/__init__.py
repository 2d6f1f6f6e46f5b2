"""Files that hold tables: csv, parquet and json, read and written in chunks, whatever their size.

Formats are told by content, and output appears whole or not at all. Workbooks are in `workbooks`;
what is done with files is in `runs`.
"""
