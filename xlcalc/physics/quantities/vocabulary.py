"""The vocabulary, by its former name."""

from xlcalc.physics.quantities import *  # noqa: F403
