"""LibreOffice with profiles of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import openpyxl

from tests.support.books import ROOT

# Without it LibreOffice trusts the values that it finds in a file.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


class Calc:
    """LibreOffice with a profile of its own, and the add-in as its user installs it."""

    def __init__(self, folder):
        self.profile = folder / "profile"
        self.folder = folder
        # Root may install for all users only; theirs is here too, so that nothing else sees it.
        self.environment = {
            **os.environ,
            "UserInstallation": self.profile.as_uri(),
            "UNO_SHARED_PACKAGES_CACHE": (folder / "shared").as_uri(),
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *command, timeout=180):
        """Run a program that meets this profile."""
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=self.environment,
        )

    def xlcalc(self, *words):
        """Run ``xlcalc libreoffice``."""
        return self.run(sys.executable, "-m", "xlcalc", "libreoffice", *words)

    def convert(self, path, kind="xlsx"):
        """A file as LibreOffice calculates it and writes it."""
        out = self.folder / "converted"
        done = self.run("soffice", "--headless", "--convert-to", kind, "--outdir", out, path)
        made = out / f"{path.stem}.{kind}"
        assert made.exists(), done.stderr
        return made

    def values(self, path):
        """Values of the first sheet of a workbook, as rows."""
        return list(openpyxl.load_workbook(self.convert(path), data_only=True).active.values)
