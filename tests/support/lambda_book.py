"""A template with the LAMBDA names in it, worked out by IronCalc."""

import ironcalc

from xlcalc.functions.ranges import OMITTED
from xlcalc.hosts.lambdas.names import lambda_names
from xlcalc.tables.cell_values import CellError
from xlcalc.templates import TEMPLATES
from xlcalc.templates.emit import write

#: Rows and columns that a formula's result has room for.
_HIGH, _WIDE = 20, 12


def lambda_file(path):
    """A stack template with the names in it."""
    book = TEMPLATES["stack"].build()
    book.names.update(lambda_names())
    with path.open("wb") as file:
        write(book, file)
    return path


class LambdaBook:
    """That workbook with formulas typed into it."""

    def __init__(self, path):
        self.model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        self.sheets = [sheet["name"] for sheet in self.model.get_worksheets_properties()]

    def add_sheet(self, title, cells=()):
        """Add a sheet of typed cells by reference."""
        self.model.new_sheet()
        self.model.rename_sheet(len(self.sheets), title)
        self.sheets.append(title)
        for (row, column), content in dict(cells).items():
            self.type(title, row, column, content)

    def type(self, sheet, row, column, content):
        """Type something into a cell; texts stay texts, but for formulas."""
        if content is None:
            return
        if isinstance(content, str) and not content.startswith("="):
            content = f"'{content}"
        text = str(content).upper() if isinstance(content, bool) else str(content)
        self.model.set_user_input(self.sheets.index(sheet), row, column, text)

    def value(self, sheet, row, column):
        """A cell as the catalogue would give it; None for a blank."""
        at = self.sheets.index(sheet), row, column
        found = self.model.get_cell_value(*at)
        error = self.model.get_cell_type(*at) == ironcalc.CellType.ErrorValue
        return CellError(found) if error else found

    def work_out(self, formulas):
        """Values of formulas, or rows of values where a formula spills."""
        title = f"Formulas{len(self.sheets)}"
        tops = [1 + n * _HIGH for n in range(len(formulas))]
        cells = zip(tops, formulas, strict=True)
        self.add_sheet(title, {(top, 1): formula for top, formula in cells})
        self.model.evaluate()
        return [self._block(title, top) for top in tops]

    def _block(self, title, top):
        rows = [
            [self.value(title, top + row, 1 + column) for column in range(_WIDE)]
            for row in range(_HIGH)
        ]
        width = sum(cell is not None for cell in rows[0])
        height = sum(row[0] is not None for row in rows)
        assert all(
            (cell is not None) == (row < height and column < width)
            for row, cells in enumerate(rows)
            for column, cell in enumerate(cells)
        )
        block = [row[:width] for row in rows[:height]]
        return block[0][0] if (height, width) == (1, 1) else block


def written(name, cells):
    """A call as typed into a cell."""
    return f"={name}({','.join(map(_written, cells))})"


def _written(cell):
    if cell is None or cell is OMITTED:
        return ""
    if isinstance(cell, list):
        return "{" + ";".join(",".join(map(_written, row)) for row in cell) + "}"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, CellError):
        return str(cell)
    return '"' + cell.replace('"', '""') + '"' if isinstance(cell, str) else repr(cell)
