"""The functions as an add-in of LibreOffice.

The .oxt file is made from the catalogue, installed and tried out here. What LibreOffice itself
loads is in `inside`; the process that answers it is `server`, beside this package.
"""
