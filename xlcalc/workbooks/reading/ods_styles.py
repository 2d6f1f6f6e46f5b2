"""Number formats of an .ods file: data styles as the codes that other formats of workbook write."""

from __future__ import annotations

from math import log10

from xlcalc.workbooks.reading.number_formats import Format

_DATA_STYLES = ("number:number-style", "number:currency-style")
_TEXTS = ("number:text", "number:currency-symbol")
_DEFAULT = Format(0)


class OdsStyles:
    """Styles as a parser meets them, in the file's parts one after the other."""

    def __init__(self) -> None:
        self._codes: dict[str, list[str]] = {}
        self._parts: dict[str, list[tuple[str, str]]] = {}
        self._cells: dict[str, tuple[str, str]] = {}
        self._code: list[str] | None = None
        self._name = ""
        self._text = False
        self._made: dict[str, Format] = {}

    def start(self, tag: str, said: dict[str, str]) -> None:
        """An element begins."""
        if tag in _DATA_STYLES:
            self._name = said.get("style:name", "")
            self._code = self._codes[self._name] = []
        elif tag == "style:style" and said.get("style:family") == "table-cell":
            named = said.get("style:data-style-name", ""), said.get("style:parent-style-name", "")
            self._cells[said.get("style:name", "")] = named
        elif self._code is None:
            return
        elif tag == "number:number":
            self._code.append("0" + "," * _thousands(said.get("number:display-factor", "1")))
        elif tag in _TEXTS:
            self._text = True
        elif tag == "style:map":
            condition = said.get("style:condition", "").replace("value()", "")
            part = condition.replace("!=", "<>"), said.get("style:apply-style-name", "")
            self._parts.setdefault(self._name, []).append(part)

    def characters(self, text: str) -> None:
        """Text of an element."""
        if self._text and self._code is not None:
            quote = '"'
            self._code.append(f'"{text.replace(quote, "")}"')

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in _TEXTS:
            self._text = False
        elif tag in _DATA_STYLES:
            self._code = None

    def format(self, cell_style: str) -> Format:
        """The format of cells of a style."""
        if cell_style not in self._made:
            self._made[cell_style] = self._format(cell_style)
        return self._made[cell_style]

    def _format(self, cell_style: str) -> Format:
        seen = set()
        while cell_style in self._cells and cell_style not in seen:
            seen.add(cell_style)
            name, cell_style = self._cells[cell_style]
            if name in self._codes:
                parts = [
                    f"[{condition}]{''.join(self._codes.get(other, ()))}"
                    for condition, other in self._parts.get(name, ())
                ]
                return Format(0, ";".join([*parts, "".join(self._codes[name])]))
        return _DEFAULT


def _thousands(factor: str) -> int:
    """How often a number is divided by 1000."""
    try:
        return max(0, round(log10(float(factor)) / 3))
    except ValueError:
        return 0
