"""What results rest on: version, inputs, materials, assumptions; so that they can be told stale.

Nothing in it depends on when or in which folder a run took place: the same inputs give the same
record, and a record tells no folder's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcalc._version import __version__
from xlcalc.files.atomic import whole_file
from xlcalc.files.fingerprint import Fingerprint
from xlcalc.files.formats import METADATA, PARQUET, XLSX, detect_format
from xlcalc.files.names import beside
from xlcalc.physics.materials import PROPERTIES, Material
from xlcalc.physics.quantities import DESIGN, REMARKS
from xlcalc.tables.evaluate import ASSUMPTIONS

if TYPE_CHECKING:
    from xlcalc.tables.summary import BatchResult
    from xlcalc.workbooks.package.limits import Limits

#: Label of the line, or of the lines, of an About sheet that programs read.
RECORD = "Provenance"

#: What all results are: of the stack, discharged; charged ones say so.
_ALWAYS = {"level": "stack", "state_of_charge": "discharged"}

#: Digits of a material's hash; it tells one's values from others, and guards nothing.
_DIGITS = 16

#: Inputs shown on an About sheet one by one, and characters that a cell of it takes.
_MOST_LINES, _LONGEST = 20, 30_000


#: What the name of a record adds to that of its file.
_ENDING = ".provenance.json"


def material_hash(material: Material) -> str:
    """A hash of a material's kind and values; where they come from does not count."""
    values = {name: getattr(material, name) for name in PROPERTIES}
    import hashlib

    text = json.dumps([material.kind, {n: v if v is None else float(v) for n, v in values.items()}])
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What results rest on.

    Parameters
    ----------
    inputs : sequence of Fingerprint
        The files of designs.
    materials : mapping of str to str
        Hash of the values of each material used.
    assumptions : mapping
        Level and state of the results, and how many designs took which of what they choose.
    options : mapping
        What the call asked for.
    xlcalc : str
        Version that made the results.
    result : Fingerprint, optional
        The file of results, where this record stands beside it.
    """

    inputs: Sequence[Fingerprint]
    materials: Mapping[str, str]
    assumptions: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    xlcalc: str = __version__
    result: Fingerprint | None = None

    @classmethod
    def of(
        cls,
        inputs: Iterable[Fingerprint],
        materials: Iterable[Material],
        taken: Mapping[str, Mapping[str, int]],
        options: Mapping[str, Any],
    ) -> Provenance:
        """The provenance of a run.

        Parameters
        ----------
        inputs : iterable of Fingerprint
            The files of designs, as they were before they were read.
        materials : iterable of Material
            The materials of all designs evaluated.
        taken : mapping of str to mapping
            How many designs took which choice, by field.
        options : mapping
            What the call asked for.

        Returns
        -------
        Provenance
            The same for the same inputs, in whatever order they were worked on.
        """
        return cls(
            inputs=tuple(inputs),
            materials={m.name: material_hash(m) for m in sorted(materials, key=lambda m: m.name)},
            assumptions={**_ALWAYS, **{name: dict(sorted(n.items())) for name, n in taken.items()}},
            options=dict(options),
        )

    @classmethod
    def from_json(cls, text: str) -> Provenance | None:
        """The provenance that a text holds, or None for another text."""
        try:
            held = json.loads(text)
            held["inputs"] = tuple(Fingerprint(**each) for each in held["inputs"])
            if held.get("result"):
                held["result"] = Fingerprint(**held["result"])
            found = cls(**held)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        # Anybody may have written the text.
        prints = [*found.inputs, *([found.result] if found.result else [])]
        texts = [found.xlcalc, *(x.file for x in prints), *(x.sha256 for x in prints)]
        tables = (found.materials, found.assumptions, found.options)
        good = all(isinstance(x, str) for x in texts) and all(isinstance(x, dict) for x in tables)
        return found if good else None

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.as_dict(), separators=(",", ":"))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        values = asdict(self)
        if self.result is None:
            del values["result"]
        return values

    def lines(self) -> list[tuple[str, str]]:
        """Labels and words for an About sheet; the last lines are for programs."""
        lines = [
            ("Input", f"{each.file}, {each.bytes:,} bytes, SHA-256 {each.sha256}")
            for each in self.inputs[:_MOST_LINES]
        ]
        if len(self.inputs) > _MOST_LINES:
            lines.append(("Input", f"and {len(self.inputs) - _MOST_LINES} more"))
        for name in ASSUMPTIONS:
            counts = self.assumptions.get(name, {})
            words = ", ".join(f"{word} ({count})" for word, count in counts.items())
            lines.append(({**DESIGN, **REMARKS}[name].label, words))
        text = self.as_json()
        pieces = [text[at : at + _LONGEST] for at in range(0, len(text), _LONGEST)]
        return [*lines, *((RECORD, piece) for piece in pieces)]

    @classmethod
    def from_lines(cls, lines: Iterable[Sequence[Any]]) -> Provenance | None:
        """The provenance that lines of an About sheet hold, or None."""
        return cls.from_json("".join(str(text) for label, text, *_ in lines if label == RECORD))


def record_path(path: Path) -> Path:
    """Where the provenance of a file stands that has no place for it."""
    return beside(path, _ENDING)


def write_beside(provenance: Provenance, path: Path, result: Fingerprint) -> None:
    """Write the provenance of a file, which is complete, beside it.

    Parameters
    ----------
    provenance : Provenance
        What it rests on.
    path : Path
        The file.
    result : Fingerprint
        What it is.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    values = {**provenance.as_dict(), "result": asdict(result)}
    with whole_file(record_path(path)) as file:
        file.write((json.dumps(values, indent=1) + "\n").encode())


def provenance_of(batch: BatchResult) -> dict[str, Any] | None:
    """The provenance of a run as plain values."""
    held = Provenance.from_lines(batch.provenance)
    return None if held is None else held.as_dict()


def read_provenance(path: Path, limits: Limits | None = None) -> Provenance | None:
    """The provenance of a file of results, or None for any other file.

    Parameters
    ----------
    path : Path
        The file.
    limits : Limits, optional
        What a workbook may have before it is refused unread.

    Returns
    -------
    Provenance or None
        From the file itself, or from the record beside it.

    Raises
    ------
    InputError
        If the file is none that can be read.
    """
    kind = detect_format(path).name
    held = None
    if kind == XLSX:
        held = _of_workbook(path, limits)
    elif kind == PARQUET:
        held = _of_parquet(path)
    if held is None and record_path(path).is_file():
        held = Provenance.from_json(record_path(path).read_text("utf-8", "replace"))
    return held


def _of_workbook(path: Path, limits: Limits | None) -> Provenance | None:
    from xlcalc.workbooks.reading.workbook_file import WorkbookFile
    from xlcalc.workbooks.sheets import ABOUT

    with WorkbookFile(path, limits=limits) as book:
        title = book.find(ABOUT)
        if title is None:
            return None
        return Provenance.from_lines(row for row in book.rows(title) if len(row) > 1)


def _of_parquet(path: Path) -> Provenance | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (pa.ArrowException, OSError):
        # The reader of designs says what is wrong with it.
        return None
    return Provenance.from_json(metadata.get(METADATA, b"").decode("utf-8", "replace"))
