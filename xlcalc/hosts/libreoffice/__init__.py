"""The functions as an add-in of LibreOffice."""
