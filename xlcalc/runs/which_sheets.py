"""Which sheets of a workbook are read, and what to say of those that are hidden or not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cached_property

from xlcalc.errors import InputError
from xlcalc.files.names import location_of
from xlcalc.physics.names import normalized
from xlcalc.problems import Problem
from xlcalc.tables.header_matching import DESIGN_HEADERS, MATERIAL_HEADERS
from xlcalc.tables.header_row import SEARCHED, Look, look_at
from xlcalc.workbooks.reading.workbook_file import WorkbookFile
from xlcalc.workbooks.sheets import MATERIALS, STACKS

#: Required headers, or any of a table, by which it is known that a person meant one.
_FEWEST = 2


class SheetChoice:
    """The sheets of a workbook that are read, and what to say of the others.

    Parameters
    ----------
    book : WorkbookFile
        The workbook.
    """

    def __init__(self, book: WorkbookFile) -> None:
        self._book = book

    @cached_property
    def _looks(self) -> dict[str, tuple[Look, Look]]:
        """What the first rows of each sheet hold: of designs, and of materials."""
        looks = {}
        for title in self._book.titles:
            head = []
            # A sheet that is damaged says so if it is read.
            with suppress(InputError):
                head = self._book.head(title, SEARCHED)
            looks[title] = look_at(head, DESIGN_HEADERS), look_at(head, MATERIAL_HEADERS)
        return looks

    def designs(self, asked: Sequence[str] = ()) -> tuple[list[str], list[Problem]]:
        """Sheets of designs to read, and remarks.

        Parameters
        ----------
        asked : sequence of str
            Titles, and patterns for those shown that have designs. Without any, "Stacks" or else
            the sheet with the most columns, one that is shown before one that is hidden.

        Raises
        ------
        InputError
            If there is no such sheet.
        """
        if asked:
            titles = list(dict.fromkeys(title for name in asked for title in self._called(name)))
            return titles, [*self._hidden(titles), *self._left_out(asked, titles)]
        chosen = self._best()
        others = [title for title in self._with_designs if title != chosen]
        remarks = self._hidden([chosen])
        if others:
            text = f"holds designs on other sheets, too, which are not read: {self._names(others)}"
            hint = "--sheet NAME reads them; give it for each, or --sheet '*' for all shown"
            where = location_of(self._book.path)
            remarks.append(Problem(text, hint=hint, where=where, rule="sheets not read"))
        return [chosen], remarks

    def materials(self) -> tuple[str | None, list[Problem]]:
        """The sheet of the workbook's own materials, if any, and remarks."""
        chosen = self._book.find(MATERIALS.title)
        remarks = [] if chosen is None else self._hidden([chosen])
        remarks += [
            Problem(
                "looks like materials and is not read",
                expected=f"one sheet called {MATERIALS.title}",
                where=self._book.source(title),
            )
            for title, (_, look) in self._looks.items()
            if title != chosen
            and title not in self._with_designs
            and look.required
            and look.headers >= _FEWEST
            # Besides a sheet of that name, others may list materials for other ends.
            and (chosen is None or normalized(MATERIALS.title) in normalized(title))
        ]
        return chosen, remarks

    def _called(self, name: str) -> list[str]:
        title = self._book.find(name)
        if title is not None:
            return [title]
        found = [title for title in self._shown_like(name) if title in self._with_designs]
        if not found:
            text = f"has no sheet {name!r}; it has {', '.join(self._book.titles)}"
            raise InputError(Problem(text, where=location_of(self._book.path)))
        return found

    def _shown_like(self, pattern: str) -> list[str]:
        return [
            title
            for title in self._book.titles
            if title not in self._book.hidden_sheets
            and fnmatchcase(title.casefold(), pattern.casefold())
        ]

    def _left_out(self, asked: Sequence[str], titles: Sequence[str]) -> list[Problem]:
        """Of sheets that patterns name and that look like designs, those that are not read."""
        shown = dict.fromkeys(title for name in asked for title in self._shown_like(name))
        return [
            Problem(
                "looks like designs and is not read",
                expected="a column for each required field",
                where=self._book.source(title),
            )
            for title in shown
            if title not in titles and self._looks[title][0].required >= _FEWEST
        ]

    @property
    def _with_designs(self) -> list[str]:
        """Sheets that have a column for each required field, and rows, which may lack some."""
        return [
            title
            for title, (look, _) in self._looks.items()
            if look.whole and look.required >= _FEWEST
        ]

    def _best(self) -> str:
        own = {self._book.find(MATERIALS.title)}
        titles = [title for title in self._book.titles if title not in own]
        if not titles:
            text, expected = "has no sheet of designs", repr(STACKS.title)
            raise InputError(Problem(text, expected=expected, where=location_of(self._book.path)))
        stacks, hidden = self._book.find(STACKS.title), self._book.hidden_sheets

        def rank(title: str) -> tuple[bool, bool, bool, int]:
            look, _ = self._looks[title]
            # A sheet called Stacks is meant, whatever its headers are.
            filled = look.required >= _FEWEST or (title == stacks and not look.empty)
            # Else the one that comes nearest, whose error then says what is missing.
            return filled, title not in hidden, title == stacks, look.headers

        return max(titles, key=rank)

    def _hidden(self, titles: Iterable[str]) -> list[Problem]:
        return [
            Problem("is a hidden sheet and is read", where=self._book.source(title))
            for title in titles
            if title in self._book.hidden_sheets
        ]

    def _names(self, titles: Iterable[str]) -> str:
        hidden = self._book.hidden_sheets
        return ", ".join(f"{t!r}{' (hidden)' if t in hidden else ''}" for t in titles)
