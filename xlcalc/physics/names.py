"""Names as people spell them, made alike for comparison."""

from __future__ import annotations

from xlcalc.physics.quantities.units import plain


def normalized(text: str) -> str:
    """Reduce a header or a name to what must agree: no case, no spaces, hyphens or the like.

    Examples
    --------
    >>> normalized("Cathode areal capacity") == normalized("cathode_areal_CAPACITY")
    True
    >>> normalized("Si*") == normalized("Si")
    False
    """
    return plain(text).translate(_LOOSE)


#: What two spellings of a word may differ in. Other signs make another word of it.
_LOOSE = str.maketrans("", "", " \t\r\n\u00a0_-/:.,;'()[]")
