"""What it is to be a quantity: a name, a unit, bounds, and sentences about numbers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Literal

from xlcalc.physics.quantities.units import converted, factor_of, units_like
from xlcalc.problems import Problem

Kind = Literal["number", "material", "choice", "text"]

#: Beyond these no stack exists, and products of several such numbers could overflow.
LARGEST = 1e9
SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class DefaultWhere:
    """What a blank cell stands for in some designs.

    Parameters
    ----------
    condition : str
        The step of the model that holds for them.
    value : float or str
        The default there.
    help : str
        Which designs they are, in words.
    """

    condition: str
    value: float | str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One thing a design, a material or a result has.

    Parameters
    ----------
    name : str
        Field name: column header in csv and parquet, attribute in Python.
    label : str
        What a sheet shows, in the field's standard terms.
    unit : str
        Unit as shown, empty for a ratio, a fraction, a name or a choice.
    help : str
        What it means, in at most 255 characters (all that Excel shows).
    kind : {"number", "material", "choice", "text"}
        What a cell of it holds.
    default : float or str, optional
        Value of a blank cell. None where a blank means "derived" or where a value is required.
    default_where : tuple of DefaultWhere
        Other defaults, of which the first whose condition holds goes before `default`.
    same_as : str
        The field whose value a blank cell takes, unless another default goes before it.
    lower, upper : float
        Bounds of what is possible.
    lower_open, upper_open : bool
        True where the bound itself is impossible.
    plausible : tuple of float, optional
        Window outside which a value is possible but worth a warning.
    fraction : bool
        True for a share between 0 and 1, which people like to type in percent.
    optional : bool
        True where a blank is an answer of its own ("derive it").
    choices : tuple of str
        The words a choice allows.
    digits : int
        Decimals worth showing; stored values keep all.
    """

    name: str
    label: str
    help: str
    unit: str = ""
    kind: Kind = "number"
    default: float | str | None = None
    default_where: tuple[DefaultWhere, ...] = ()
    same_as: str = ""
    lower: float = -LARGEST
    upper: float = LARGEST
    lower_open: bool = False
    upper_open: bool = False
    plausible: tuple[float, float] | None = None
    fraction: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    digits: int = 3

    @property
    def header(self) -> str:
        """Column header of a sheet: ``Label [unit]``."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label

    @property
    def required(self) -> bool:
        """Whether a blank cell is an error."""
        return not (self.has_default or self.optional)

    @property
    def default_text(self) -> str:
        """All defaults in words; empty where a blank is none."""
        first = f"the {self.same_as}" if self.same_as else _plain(self.default)
        cases = (f"{_plain(case.value)} {case.help}" for case in self.default_where)
        return ", ".join(filter(None, (first, *cases)))

    @property
    def has_default(self) -> bool:
        """Whether a blank cell stands for a value."""
        return self.default is not None or self.same_as != ""

    @property
    def lowest(self) -> float:
        """Smallest number possible."""
        return self.lower + SMALLEST if self.lower_open else self.lower

    @property
    def highest(self) -> float:
        """Largest number possible."""
        return self.upper - SMALLEST if self.upper_open else self.upper

    def allows(self, value: float) -> bool:
        """Whether a number is possible; NaN and infinity are not."""
        return self.lowest <= value <= self.highest

    @property
    def expected(self) -> str:
        """What a cell of this quantity should hold, to end an error sentence with."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "material":
            return "the name of a material"
        if self.kind == "text":
            return "a text"
        unit = f" {self.unit}" if self.unit else ""
        low = "above" if self.lower_open else "of at least"
        high = "below" if self.upper_open else "at most"
        if self.upper >= LARGEST:
            return f"a number {low} {self.lower:g}{unit}" if self.lower > -LARGEST else "a number"
        noun = "a fraction" if self.fraction else "a number"
        return f"{noun} {low} {self.lower:g} and {high} {self.upper:g}{unit}"

    @property
    def units(self) -> Mapping[str, Decimal]:
        """Units that can be converted to this one, with what to multiply by."""
        return units_like(self.unit, fraction=self.fraction)

    def factor(self, unit: str) -> Decimal | None:
        """What a number in a unit is multiplied by; None where that is not known."""
        return factor_of(unit, self.unit, fraction=self.fraction)

    def problem(self, found: str, *, rule: str, also: str = "", hint: str = "") -> Problem:
        """What to say of a cell that holds something else.

        Parameters
        ----------
        found : str
            What it holds, in words.
        rule : str
            What is wrong with it, whatever its value.
        also : str
            What else may be expected, to follow what is.
        hint : str
            What to do.
        """
        return Problem(
            f"{self.label} is {found}",
            expected=self.expected + also,
            hint=hint,
            field=self.name,
            rule=rule,
        )

    def out_of_range(self, value: float) -> Problem:
        """What is wrong with a number outside the bounds."""
        if not isfinite(value):
            return self.problem(f"{value:g}", rule=f"{value:g}")
        if abs(value) > LARGEST or 0 < abs(value) < SMALLEST:
            return self.problem(f"{value:g}, which is beyond any stack", rule="beyond any stack")
        if self.fraction and value >= 2 and self.allows(value / 100):
            hint = f"for {value:g} % write {value / 100:g}"
            return self.problem(f"{value:g}", rule="percent", hint=hint)
        return self.problem(f"{value:g}", rule="out of range")

    def implausible(self, value: float) -> Problem:
        """What to say of a number that is possible but outside the plausibility window."""
        assert self.plausible is not None
        low, high = self.plausible
        unit = f" {self.unit}" if self.unit else ""
        units = " or ".join(
            other
            for other, factor in self.units.items()
            if factor != 1 and low <= converted(value, factor) <= high
        )
        return Problem(
            f"{self.label} {value:g}{unit} is unusual (usual: {low:g} to {high:g})",
            hint=f"{value:g} would be plausible in {units}" if units else "",
            field=self.name,
            rule=f"{self.label} is unusual; {units}",
        )


def _plain(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, float) else value or ""
