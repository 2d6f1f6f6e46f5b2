"""What the commands share: exit codes, sentences on the terminal, progress, options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from xlcalc.physics.materials import Materials
    from xlcalc.problems import Problem
    from xlcalc.tables.summary import BatchResult
    from xlcalc.workbooks.package.limits import Limits

Command = TypeVar("Command", bound=Callable[..., Any])

#: Sentences shown on the terminal; all of them are in the result.
_MOST_SENTENCES = 10

FILE = click.Path(path_type=Path)


def without_controls(text: str) -> str:
    """A text without signs that a terminal would obey, such as those that a file's names may hold.

    Examples
    --------
    >>> without_controls("thin\\x1b[2J stack")
    'thin?[2J stack'
    """
    return "".join(
        sign if sign.isprintable() or sign == "\n" else "?" for sign in text.replace("\t", " ")
    )


def say(text: str) -> None:
    """Say something on standard error."""
    click.echo(without_controls(text), err=True)


def show(text: str) -> None:
    """Show something on standard output."""
    click.echo(without_controls(text))


class TerminalProgress:
    """A bar on a terminal for work that takes long; nothing in a pipe."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, label: str, total: int) -> None:
        """Begin a stage, ending the one before."""
        self.end()
        # One file or a few hundred rows are done before a bar could be read.
        if total > 20 and sys.stderr.isatty():
            self._bar = click.progressbar(length=total, label=label, file=sys.stderr)
            self._bar.__enter__()

    def step(self, count: int) -> None:
        """Go on by so many steps."""
        if self._bar is not None:
            self._bar.update(count)

    def end(self) -> None:
        """Leave the terminal clean."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


def materials_on_top(path: Path | None) -> Materials | None:
    """The library with a file's materials on top, or None for no file; remarks are said."""
    materials, remarks = materials_with_remarks(path)
    complain_of([*map(str, remarks)])
    return materials


def materials_with_remarks(
    path: Path | None, decimal_mark: str = ""
) -> tuple[Materials | None, list[Problem]]:
    """The library with a file's materials on top, or None for no file, and remarks on the file."""
    if path is None:
        return None, []
    from xlcalc.physics.materials import Materials
    from xlcalc.runs.open_input import read_own_materials

    own = read_own_materials(path, decimal_mark)
    return own.on(Materials.library()), own.remarks


def complain(done: BatchResult) -> None:
    """Say what is wrong or was left alone, each thing once."""
    errors = done.summary.errors
    wrong = [text for text in done.wrong_materials if not any(text in e for e in errors)]
    unkept = done.summary.more_remarks + done.summary.in_error - len(errors)
    complain_of([*done.unusable, *wrong, *done.summary.remarks, *errors], unkept)
    complain_of(done.summary.noted)


def complain_of(sentences: Sequence[str], unkept: int = 0) -> None:
    """Say the first sentences, and how many more there are; some may not have been kept."""
    more = len(sentences) - _MOST_SENTENCES + unkept
    if more > 1:
        sentences = [*sentences[:_MOST_SENTENCES], f"... and {more} more"]
    for text in sentences:
        say(text)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    from xlcalc.files.writers import as_json

    click.echo(as_json(value))


def materials_option(
    option: str = "--materials", name: str = "materials"
) -> Callable[[Command], Command]:
    """The option for a file of further materials."""
    words = "Workbook or csv file of further materials."
    return click.option(option, name, type=FILE, help=words)


def sheet_option(*, several: bool = False) -> Callable[[Command], Command]:
    """The option that names the sheet of designs, or several."""
    words = "Sheet of designs. [default: Stacks, or the first with designs]"
    if not several:
        return click.option("--sheet", help=words)
    words = words.replace(". ", "; may be given several times, * stands for any characters. ", 1)
    return click.option("--sheet", multiple=True, callback=_one_or_more, help=words)


def _one_or_more(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> str | tuple[str, ...] | None:
    return given if len(given) > 1 else next(iter(given), None)


def decimal_option() -> Callable[[Command], Command]:
    """The option that tells the mark before decimals, as the sign it is."""
    signs = {"comma": ",", "point": "."}
    return click.option(
        "--decimal",
        type=click.Choice(list(signs)),
        callback=lambda context, option, word: signs.get(word, ""),
        help="Mark before decimals in csv files. [default: what their first 1,000 rows show]",
    )


def limit_option() -> Callable[[Command], Command]:
    """The option that lets a workbook have more than others may."""
    words = "Let a workbook have more, as a refusal names it: total_mb=20000."
    return click.option(
        "--limit", "limits", multiple=True, callback=_limits, metavar="NAME=NUMBER", help=words
    )


def _limits(context: click.Context, option: click.Parameter, given: Sequence[str]) -> Limits | None:
    if not given:
        return None
    from xlcalc.workbooks.package.limits import Limits

    chosen = {}
    for text in given:
        name, _, number = text.partition("=")
        if name not in Limits.names() or not number.isdecimal():
            known = ", ".join(Limits.names())
            raise click.BadParameter(
                f"{text!r}; expected NAME=NUMBER, where NAME is one of {known}"
            )
        chosen[name] = int(number)
    return Limits(**chosen)
