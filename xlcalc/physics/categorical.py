"""Words to codes, once per distinct word, so that ten million rows of names cost little."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

#: The word of a cell in which nothing stands, where a blank is allowed.
BLANK = ""


@dataclass(frozen=True, slots=True, eq=False)
class Categorical:
    """An array of words, each a position in a short list of distinct ones.

    Parameters
    ----------
    codes : ndarray of int
        Position in `categories` of each element; -1 for a word that was not understood.
    categories : tuple of str
        The distinct words, canonical.

    Examples
    --------
    >>> Categorical.constant("Si", 2).decode().tolist()
    ['Si', 'Si']
    """

    codes: NDArray[np.intp]
    categories: tuple[str, ...]

    @classmethod
    def constant(cls, word: str | None, count: int) -> Categorical:
        """The same word, or none, so many times."""
        codes = np.full(count, -1 if word is None else 0, dtype=np.intp)
        return cls(codes, () if word is None else (word,))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array of words."""
        return self.codes.shape

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.decode().tolist())

    @overload
    def __getitem__(self, place: int) -> str | None: ...
    @overload
    def __getitem__(self, place: slice) -> Categorical: ...
    def __getitem__(self, place: int | slice) -> str | Categorical | None:
        if isinstance(place, slice):
            return Categorical(self.codes[place], self.categories)
        code = self.codes[place]
        return None if code < 0 else self.categories[code]

    @property
    def complete(self) -> bool:
        """Whether every word was understood."""
        return bool(self.codes.size == 0 or self.codes.min() >= 0)

    def take(self, index: Callable[[NDArray[np.intp]], NDArray[np.intp]]) -> Categorical:
        """Part of the array; `index` takes it from an array of the same shape."""
        return Categorical(index(self.codes), self.categories)

    def decode(self) -> NDArray[np.object_]:
        """The words themselves; None for one that was not understood."""
        table = np.array([*self.categories, None], dtype=object)
        return table[self.codes]

    def spread(self, where: NDArray[np.bool_]) -> Categorical:
        """A word for each place, from those of the places where something holds; else none."""
        if where.size == self.codes.size:
            return self
        codes = np.full(where.size, -1, dtype=np.intp)
        codes[where] = self.codes
        return Categorical(codes, self.categories)

    @classmethod
    def joined(cls, parts: Sequence[Categorical]) -> Categorical:
        """Several arrays of words, one after the other."""
        words: dict[str, int] = {}
        codes = []
        for part in parts:
            places = [words.setdefault(word, len(words)) for word in part.categories]
            codes.append(np.array([*places, -1], dtype=np.intp)[part.codes])
        return cls(np.concatenate(codes), tuple(words))


def distinct(words: str | Categorical) -> tuple[str, ...]:
    """The distinct words of a field, without the blank."""
    categories = (words,) if isinstance(words, str) else words.categories
    return tuple(word for word in categories if word != BLANK)


class ResultColumns(Mapping[str, NDArray[Any]]):
    """Columns by name; words stay coded until somebody asks for them.

    Parameters
    ----------
    stored : mapping of str to ndarray, Categorical or Arrow array
        The columns.

    Examples
    --------
    >>> columns = ResultColumns({"anode": Categorical.constant("Si", 2)})
    >>> columns["anode"].tolist(), columns.stored["anode"].categories
    (['Si', 'Si'], ('Si',))
    """

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        self.stored: dict[str, Any] = dict(stored or {})

    def __getitem__(self, name: str) -> NDArray[Any]:
        column = self.stored[name]
        if isinstance(column, np.ndarray):
            return column
        if isinstance(column, Categorical):
            return column.decode()
        return np.array(column.to_pylist(), dtype=object)

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)

    @classmethod
    def joined(cls, parts: Sequence[ResultColumns]) -> ResultColumns:
        """Columns of the same names, one below the other."""
        if len(parts) == 1:
            return parts[0]
        whole: dict[str, NDArray[Any] | Categorical] = {}
        for name in parts[0]:
            columns = [part.stored[name] for part in parts]
            if all(isinstance(column, Categorical) for column in columns):
                whole[name] = Categorical.joined(columns)
            else:
                whole[name] = np.concatenate([part[name] for part in parts])
        return cls(whole)


def encode(values: Any, canonical: Callable[[Any], str | None]) -> Categorical:
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
    Categorical
        Of the same shape.

    Examples
    --------
    >>> coded = encode(["Si", "si", "kryptonite"], {"Si": "Si", "si": "Si"}.get)
    >>> coded.categories, coded.codes.tolist()
    (('Si',), [0, 0, -1])
    """
    if isinstance(values, Categorical):
        return values
    array = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    words: dict[str, int] = {}
    code_of: dict[Any, int] = {}
    flat = array.ravel().tolist()
    for value in dict.fromkeys(flat):
        word = canonical(value)
        code_of[value] = -1 if word is None else words.setdefault(word, len(words))
    codes = np.fromiter((code_of[value] for value in flat), dtype=np.intp, count=len(flat))
    return Categorical(codes.reshape(array.shape), tuple(words))


def as_objects(values: Sequence[Any]) -> NDArray[np.object_]:
    """A column of any Python objects."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
