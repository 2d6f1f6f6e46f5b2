"""The commands ``xlcalc excel``: the SSB_ functions in Excel, through xlwings."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from xlcalc.cli.exit_codes import GOOD, WITH_ERRORS
from xlcalc.cli.terminal import FILE, print_json


@click.group(
    epilog="""\b
Examples:
  xlcalc excel install
  xlcalc excel bas --output modules
  xlcalc excel doctor cells.xlsm
"""
)
def excel() -> None:
    """Use the SSB_ functions in Excel on Windows.

    Workbooks made with --edition xlwings have them inside; install is what they need once.
    """


@excel.command(
    epilog="""\b
Examples:
  xlcalc excel install
  xlcalc excel install --replace
"""
)
@click.option("--replace", is_flag=True, help="Change settings of yours that say otherwise.")
def install(replace: bool) -> int:
    """Make the functions known to your Excel.

    Writes xlwings' settings for you alone (no administrator is needed) and, beside them, the VBA
    modules that bring the functions into a workbook of your own.
    """
    from xlcalc.errors import InputError
    from xlcalc.hosts.excel_setup.install import install as do_install

    if sys.platform != "win32":
        raise InputError(
            "Excel calls Python on Windows only; expected xlcalc excel bas, which writes the "
            "VBA modules on any system"
        )
    installed = do_install(Path.home(), sys.executable, replace=replace)
    click.echo(f"Settings written to {installed.settings}")
    _say_modules(installed.modules)
    return GOOD


@excel.command(
    epilog="""\b
Examples:
  xlcalc excel bas --output modules
"""
)
@click.option("-o", "--output", type=FILE, required=True, help="Folder to write them into.")
def bas(output: Path) -> int:
    """Write VBA modules for a workbook of your own."""
    from xlcalc.hosts.excel_setup.install import write_modules

    _say_modules(write_modules(output))
    return GOOD


def _say_modules(paths: tuple[Path, ...]) -> None:
    for path in paths:
        click.echo(f"VBA module written to {path}")
    click.echo("In a workbook of your own: Alt+F11, then File > Import File, one after the other.")


@excel.command(
    epilog="""\b
Examples:
  xlcalc excel doctor
  xlcalc excel doctor cells.xlsm

\b
Exit codes:
  0    nothing is in the way
  3    something is, with what to do about it
"""
)
@click.argument("book", required=False, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(book: Path | None, as_json: bool) -> int:
    """Find out why the functions do not work."""
    from xlcalc.hosts.excel_setup.doctor import examine
    from xlcalc.hosts.excel_setup.machine import Machine

    checks = examine(Machine.this(), book)
    failed = sum(check.status == "failed" for check in checks)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        width = max(len(check.status) for check in checks)
        for check in checks:
            click.echo(f"{check.status:<{width}}  {check.name}: {check.finding}")
            if check.remedy:
                click.echo(f"{'':<{width}}  -> {check.remedy}")
        click.echo(f"\n{len(checks)} checks, {failed} failed")
    return WITH_ERRORS if failed else GOOD
