"""The editions of a template: its own formulas alone, or the SSB_ functions besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xlcalc.functions.catalogue import CATALOGUE
from xlcalc.progress import Progress
from xlcalc.templates.emit import book_parts
from xlcalc.templates.pages.functions import TITLE, add_functions
from xlcalc.workbooks import styles as style
from xlcalc.workbooks.template_book import TemplateBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition.

    Parameters
    ----------
    name : str
        Its name.
    suffix : str
        How its files end.
    purpose : str
        What it has and where it works, in a sentence.
    functions : callable
        Gives the names of the SSB_ functions in it.
    dress : callable
        Adds to a workbook what its functions need.
    finish : callable
        Does the same to the parts of its package.
    """

    name: str
    suffix: str
    purpose: str
    functions: Callable[[], Collection[str]] = tuple
    dress: Callable[[TemplateBook], None] = lambda book: None
    finish: Callable[[Mapping[str, bytes]], dict[str, bytes]] = dict

    def parts(
        self, book: TemplateBook, *, calculates: bool, progress: Progress | None = None
    ) -> dict[str, bytes]:
        """The parts of a template's package in this edition.

        Parameters
        ----------
        book : TemplateBook
            The template; its functions and a page that shows them are added.
        calculates : bool
            Whether it works designs out by itself, so that both ways can be compared.
        progress : Progress, optional
            Told how many rows are written.
        """
        names = self.functions()
        if names:
            _say(book, self.purpose)
            add_functions(book, names, agree=calculates)
            # Beside the page that tells of it.
            book.pages.insert(1, book.pages.pop())
        self.dress(book)
        return self.finish(book_parts(book, progress))


def _say(book: TemplateBook, purpose: str) -> None:
    """Tell of the edition on the first page."""
    page = book.pages[0]
    row = len(page.rows) + 1
    page.put(row, 1, "Edition", style.BAND)
    page.put(row, 2, f"{purpose} The sheet {TITLE} shows them at work.", style.PROSE)
    page.heights[row] = 27


def _all_functions() -> Collection[str]:
    return tuple(CATALOGUE)


def _closed_form() -> Collection[str]:
    from xlcalc.hosts.lambdas.names import CLOSED_FORM

    return CLOSED_FORM


def _with_settings(book: TemplateBook) -> None:
    from xlcalc.hosts.excel_setup.settings import CONF, book_settings

    page = book.page(CONF, hidden=True)
    for row, pair in enumerate(book_settings(), start=1):
        page.put_row(row, 1, pair, style.TEXT)


def _with_macros(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    from xlcalc.hosts.excel_setup.embed_macros import with_macros

    return with_macros(parts)


def _with_names(book: TemplateBook) -> None:
    from xlcalc.hosts.lambdas.names import lambda_names

    book.names.update(lambda_names())


EDITIONS: Mapping[str, Edition] = MappingProxyType(
    {
        edition.name: edition
        for edition in (
            Edition(
                name="native",
                suffix=".xlsx",
                purpose="Plain formulas alone, for every spreadsheet program.",
            ),
            Edition(
                name="xlwings",
                suffix=".xlsm",
                purpose="With the SSB_ functions as macros, for Excel on Windows with Python.",
                functions=_all_functions,
                dress=_with_settings,
                finish=_with_macros,
            ),
            Edition(
                name="lambda",
                suffix=".xlsx",
                purpose="With the SSB_ functions as LAMBDA names, for Excel 365 without Python.",
                functions=_closed_form,
                dress=_with_names,
            ),
        )
    }
)
