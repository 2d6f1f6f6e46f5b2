"""Kinds of presentation: how designs may be written in a file, and what may come of each.

A kind is a function that changes a `Book` and gives what may happen, or None where it has nothing
to change. It takes columns that no other kind has changed, so that the right numbers stay known.
"""

from tests.support.fuzz_kinds import above, headers, numbers, rows, sheets, units
from tests.support.fuzz_kinds.declaration import DECLARED

#: In a fixed order, for a seed to give the same file whichever room is imported first.
KINDS = {
    name: each
    for room in (units, numbers, headers, above, rows, sheets)
    for name, each in DECLARED.items()
    if each.change.__module__ == room.__name__
}
