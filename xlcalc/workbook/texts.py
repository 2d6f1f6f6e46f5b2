"""Numbers as texts."""

from __future__ import annotations

from decimal import Decimal

_LONGEST = 20


def number_as_text(number: float) -> str:
    """A number as Excel makes a text of it: 15 digits, in at most 20 places.

    Examples
    --------
    >>> number_as_text(1 / 3), number_as_text(1e-5 / 3), number_as_text(1e19)
    ('0.333333333333333', '3.33333333333333E-06', '10000000000000000000')
    """
    text = f"{number + 0.0:.15G}"
    plain = format(Decimal(text), "f")
    # A sign does not count.
    return text if len(plain.lstrip("-")) > _LONGEST else plain
