"""A session with LibreOffice, in the Python that has its `uno`: ``office_session.py BOOK.xlsx``.

Starts the office, reads the function wizard, kills the process behind the functions while the
book is open, ends the office; prints as JSON what was seen on the way.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def children():
    """Processes that evaluate functions for this profile."""
    # Bytes, as the system shows them: the name is LibreOffice's, in its own spelling.
    mark = b"UserInstallation=" + os.environb[b"UserInstallation"]
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if b"xlcalc.hosts.server" in (folder / "cmdline").read_bytes() and mark in (
                folder / "environ"
            ).read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(200):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice does not start")


def wizard(manager):
    """What the function wizard shows of each of our functions."""
    shown = {}
    functions = manager.createInstance("com.sun.star.sheet.FunctionDescriptions")
    for index in range(functions.Count):
        about = {each.Name: each.Value for each in functions.getByIndex(index)}
        if about["Name"].startswith("SSB_"):
            arguments = [[each.Name, each.Description] for each in about["Arguments"]]
            shown[about["Name"]] = [about["Description"], arguments]
    return shown


pipe = f"xlcalc{os.getpid()}"
office = subprocess.Popen(
    ["soffice", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp"]
)
manager = connect(pipe).ServiceManager
seen = {"wizard": wizard(manager)}
desktop = manager.createInstance("com.sun.star.frame.Desktop")
hidden = PropertyValue("Hidden", 0, True, 0)
url = Path(sys.argv[1]).absolute().as_uri()
book = desktop.loadComponentFromURL(url, "_blank", 0, (hidden,))
cell = book.Sheets.getByIndex(0).getCellByPosition(0, 0)
seen["first"] = cell.Value
before = children()
for child in before:
    os.kill(child, signal.SIGKILL)
book.calculateAll()
seen["again"] = cell.Value
after = children()
seen["processes"] = [len(before), len(after), len(set(before) & set(after))]
book.close(True)
desktop.terminate()
office.wait(60)
for _ in range(50):
    if not children():
        break
    time.sleep(0.1)
seen["left"] = len(children())
print(json.dumps(seen))
