"""The commands ``xlcalc libreoffice``: the SSB_ functions in LibreOffice's cells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlcalc.cli.exit_codes import GOOD, WITH_ERRORS
from xlcalc.cli.terminal import FILE, say
from xlcalc.errors import OutputError

if TYPE_CHECKING:
    from xlcalc.hosts.libreoffice.setup import Office

_place = click.option(
    "--office",
    "place",
    type=FILE,
    help="LibreOffice's program folder. [default: the newest in the usual places]",
)


@click.group(
    epilog="""\b
Examples:
  xlcalc libreoffice install
  xlcalc libreoffice doctor
  xlcalc libreoffice build --output xlcalc.oxt
"""
)
def libreoffice() -> None:
    """The SSB_ functions in LibreOffice: an add-in for release 25.2 or newer."""


@libreoffice.command(
    epilog="""\b
Examples:
  xlcalc libreoffice build --output xlcalc.oxt

\b
The add-in asks the Python that made it, so it works on this computer alone. To install it,
xlcalc libreoffice install is enough; the file is for Tools > Extensions, or for a script.
"""
)
@click.option("-o", "--output", type=FILE, required=True, help="File to write: .oxt.")
def build(output: Path) -> int:
    """Write the add-in as a file."""
    from xlcalc.files.atomic import whole_file
    from xlcalc.hosts.libreoffice.extension import add_in

    if output.suffix.lower() != ".oxt":
        raise OutputError(f"{output}: is no name for an add-in; expected one that ends with .oxt")
    with whole_file(output) as file:
        file.write(add_in())
    click.echo(f"add-in written to {output}")
    return GOOD


@libreoffice.command(
    epilog="""\b
Examples:
  xlcalc libreoffice install
  xlcalc libreoffice install --office /opt/libreoffice25.2/program

\b
Installs for the current user (as root on Linux: for all users). Running it again updates the
add-in: do so after you have moved or renewed the Python environment.
"""
)
@_place
def install(place: Path | None) -> int:
    """Give LibreOffice the add-in, and try it out."""
    office = _office(place)
    office.check()
    office.install()
    click.echo(f"add-in installed in {office.name} ({office.program}); restart it if it is running")
    return _try_out(office)


@libreoffice.command()
@_place
def doctor(place: Path | None) -> int:
    """Say whether the functions work in LibreOffice, and if not, why.

    Exit code 3 if they do not.
    """
    office = _office(place)
    office.check()
    click.echo(f"{office.name}: {office.program}")
    click.echo(f"Python: {sys.executable}")
    return _try_out(office)


@libreoffice.command()
@_place
def uninstall(place: Path | None) -> int:
    """Take the add-in away from LibreOffice."""
    office = _office(place)
    office.uninstall()
    click.echo(f"add-in removed from {office.name}; restart it if it is running")
    return GOOD


def _office(place: Path | None) -> Office:
    from xlcalc.hosts.libreoffice.setup import Office

    return Office.find() if place is None else Office.at(place)


def _try_out(office: Office) -> int:
    from xlcalc.hosts.libreoffice.setup import TRIED

    try:
        number = office.try_out()
    except OutputError as problem:
        say(str(problem))
        return WITH_ERRORS
    click.echo(f"tried: {TRIED.example} gives {number}")
    return GOOD
