"""Numbers as texts, and the formats in which they can be shown."""

from __future__ import annotations

import re
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


_AS_IT_IS = r'(?:"[^"]*"|\\.|[ ()+$€£-])*'
_DIGITS = rf"(?:\[Red\])?{_AS_IT_IS}(?:#,##0|#,###|#*0*)(?:\.0*#*)?,*%?{_AS_IT_IS}"
_TIMES = (
    r"(?:\[(?:h+|m+|s+)\]|yyyy|yy|m{1,4}|d{1,4}|hh?|ss?(?:\.0+)?|AM/PM|[ ,.:/-]|\"[^\"]*\"|\\.)+"
)

_SHOWN = re.compile(rf"{_DIGITS}(?:;{_DIGITS}){{0,2}}|{_TIMES}|@", re.IGNORECASE)


def is_known_format(text: str) -> bool:
    """Whether TEXT of the engine shows a format as Excel does.

    Examples
    --------
    >>> is_known_format("0.00%"), is_known_format("# ?/?")
    (True, False)
    """
    return _SHOWN.fullmatch(text) is not None
