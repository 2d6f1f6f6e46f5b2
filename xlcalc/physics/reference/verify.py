"""SI Table 4 row by row: printed, from the equations, and as printed."""

from __future__ import annotations

from dataclasses import dataclass

from xlcalc.physics.evaluate import evaluate
from xlcalc.physics.reference.paper_tables import (
    WHY_LIQUID_DIFFERS,
    Version,
    printed_results,
    stacks,
)
from xlcalc.physics.stack import Stack


@dataclass(frozen=True, slots=True)
class Energy:
    """One printed number and ours.

    Parameters
    ----------
    unit : str
        Wh/kg or Wh/L.
    printed : int
        As printed in SI Table 4.
    equations : float
        From SI Eq. 1-8 and SI Tables 1-3.
    as_printed : float
        With the two unstated choices of the liquid rows as plain inputs.
    liquid : bool
        Whether the stack has a liquid electrolyte.
    """

    unit: str
    printed: int
    equations: float
    as_printed: float
    liquid: bool

    @property
    def matches(self) -> bool:
        """Whether the number comes back to the printed digit by the way it should.

        A solid stack's by the equations, a liquid one's as printed.
        """
        return round(self.as_printed if self.liquid else self.equations) == self.printed


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row of SI Table 4 beside ours.

    Parameters
    ----------
    design : str
        The stack.
    energies : tuple of Energy
        Specific energy and energy density.
    reason : str
        Why the equations give something else than was printed; empty where they do not.
    """

    design: str
    energies: tuple[Energy, Energy]
    reason: str

    @property
    def matches(self) -> bool:
        """Whether both numbers match."""
        return all(energy.matches for energy in self.energies)


def compare() -> list[Comparison]:
    """Compare the twenty rows of SI Table 4 with our numbers.

    Returns
    -------
    list of Comparison
        In the order of the table.

    Examples
    --------
    >>> all(row.matches for row in compare())
    True
    """
    ours = {version: _evaluate(version) for version in ("equations", "as printed")}
    rows = []
    for number, printed in enumerate(printed_results()):
        energies = tuple(
            Energy(
                unit=unit,
                printed=value,
                equations=ours["equations"][number][position],
                as_printed=ours["as printed"][number][position],
                liquid=printed.liquid,
            )
            for position, (unit, value) in enumerate(
                (
                    ("Wh/kg", printed.specific_energy_wh_kg),
                    ("Wh/L", printed.energy_density_wh_l),
                )
            )
        )
        differs = any(round(energy.equations) != energy.printed for energy in energies)
        reason = WHY_LIQUID_DIFFERS if differs and printed.liquid else ""
        rows.append(Comparison(printed.design, (energies[0], energies[1]), reason))
    return rows


def _evaluate(version: Version) -> list[tuple[float, float]]:
    results = [evaluate(Stack(**row)) for row in stacks(version)]
    return [(float(r.specific_energy_wh_kg), float(r.energy_density_wh_l)) for r in results]
