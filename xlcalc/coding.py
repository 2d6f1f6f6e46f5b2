"""Words to codes, once per distinct word, so that ten million rows of names cost little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """An array of words, each a position in a short list of distinct ones.

    Parameters
    ----------
    codes : ndarray of int
        Position in `words` of each element; -1 for a word that was not understood.
    words : tuple of str
        The distinct words, canonical.
    """

    codes: NDArray[np.intp]
    words: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array of words."""
        return self.codes.shape

    @property
    def complete(self) -> bool:
        """Whether every word was understood."""
        return bool(self.codes.size == 0 or self.codes.min() >= 0)

    def take(self, index: Callable[[NDArray[np.intp]], NDArray[np.intp]]) -> Coded:
        """Part of the array; `index` takes it from an array of the same shape."""
        return Coded(index(self.codes), self.words)

    def decode(self) -> NDArray[np.object_]:
        """The words themselves; None for one that was not understood."""
        table = np.array([*self.words, None], dtype=object)
        return table[self.codes]


def encode(values: Any, canonical: Callable[[Any], str | None]) -> Coded:
    """Turn an array or sequence of words into codes.

    Parameters
    ----------
    values : array_like of hashable
        The words as given.
    canonical : callable
        Gives the canonical word, or None for one that is not understood. Called once per distinct
        value.

    Returns
    -------
    Coded
        Of the same shape.

    Examples
    --------
    >>> coded = encode(["Si", "si", "kryptonite"], {"Si": "Si", "si": "Si"}.get)
    >>> coded.words, coded.codes.tolist()
    (('Si',), [0, 0, -1])
    """
    if isinstance(values, Coded):
        return values
    array = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    words: dict[str, int] = {}
    code_of: dict[Any, int] = {}
    flat = array.ravel().tolist()
    for value in dict.fromkeys(flat):
        word = canonical(value)
        code_of[value] = -1 if word is None else words.setdefault(word, len(words))
    codes = np.fromiter((code_of[value] for value in flat), dtype=np.intp, count=len(flat))
    return Coded(codes.reshape(array.shape), tuple(words))


def as_objects(values: Sequence[Any]) -> NDArray[np.object_]:
    """A column of any Python objects."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
