"""LibreOffice with profiles of its own, whatever the machine's LibreOffice has installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import openpyxl
import pytest

from tests.support.books import ROOT

# Without it LibreOffice trusts the values that it finds in a file.
RECALCULATE = """\
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
"""
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}</oor:items>"""

#: Seconds that a start may take, and each file.
_START, _FILE = 120, 120


def need_office():
    """Skip where there is no LibreOffice, and only there."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed (soffice is not on the path)")


class Profile:
    """A user's profile of LibreOffice, and none of the extensions installed for all users.

    Parameters
    ----------
    folder : Path
        Where to; nothing else may be there.
    settings : str
        Items of its registry.
    """

    def __init__(self, folder, settings=""):
        self.folder = folder
        self.user = folder / "profile" / "user"
        self.environment = {
            **os.environ,
            "UserInstallation": (folder / "profile").as_uri(),
            # Root installs for all users only; theirs is here too, so that nothing else sees it.
            "UNO_SHARED_PACKAGES_CACHE": (folder / "shared").as_uri(),
            "PYTHONPATH": str(ROOT),
        }
        if settings:
            self.user.mkdir(parents=True)
            (self.user / "registrymodifications.xcu").write_text(_SETTINGS.format(settings))

    def run(self, *command, timeout=180):
        """Run a program that meets this profile."""
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=self.environment,
        )

    def convert(self, paths, into, filter, options=""):
        """Convert files in one start: for each the files that came of it, in the order of names."""
        done = self.run(
            *("soffice", "--headless", "--convert-to", f"{filter}{options}"),
            *("--outdir", into, *paths),
            timeout=_START + _FILE * len(paths),
        )
        ending = filter.partition(":")[0]
        made = [
            # A file a sheet, where the format has no sheets.
            sorted([*into.glob(f"{path.stem}.{ending}"), *into.glob(f"{path.stem}-*.{ending}")])
            for path in paths
        ]
        assert all(made), done.stderr
        return made


class Office:
    """LibreOffice as it comes: one that trusts the values in a file, and one that trusts none."""

    def __init__(self, folder):
        self._trusting = Profile(folder / "trusting")
        self._recalculating = Profile(folder / "recalculating", RECALCULATE)

    def convert(self, paths, into, filter, options="", recalculate=False):
        """Convert files in one start; see `Profile.convert`."""
        profile = self._recalculating if recalculate else self._trusting
        return profile.convert(paths, into, filter, options)

    def recalculated(self, paths, into):
        """Workbooks as LibreOffice calculates them, whatever they say that their values are."""
        return [made for (made,) in self.convert(paths, into, "xlsx", recalculate=True)]


class Calc(Profile):
    """LibreOffice for the add-in, as its user installs it."""

    def xlcalc(self, *words):
        """Run ``xlcalc libreoffice``."""
        return self.run(sys.executable, "-m", "xlcalc", "libreoffice", *words)

    def file(self, path, kind="xlsx"):
        """A file as LibreOffice calculates it and writes it."""
        [[made]] = self.convert([path], self.folder / "converted", kind)
        return made

    def values(self, path):
        """Values of the first sheet of a workbook, as rows."""
        return list(openpyxl.load_workbook(self.file(path), data_only=True).active.values)
