"""Cells of one column, held as a tuple or as words with codes.

A `Column` reads like a tuple of str, and never changes: an edit makes another one, which shares
with the old one whatever has stayed the same, since undo keeps them all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask, dropped, width

T = TypeVar("T")
Codes = NDArray[np.signedinteger[Any]]

_BLOCK = 1 << 12
_FEW = 16
"""Up to so many words each is looked for by itself."""


class Column(Sequence[str]):
    """The cells of one column; equal to any sequence of the same cells."""

    @abstractmethod
    def take(self, rows: Index | Mask | slice) -> Column:
        """Return the column of some of the rows, by position, mask or slice."""

    @abstractmethod
    def without(self, rows: Index) -> Column:
        """Return the column without some rows, given by rising positions."""

    @abstractmethod
    def with_cells(self, rows: Index, cell: str) -> Column:
        """Return the column with one text in some rows, given by rising positions."""

    @abstractmethod
    def with_more(self, cells: Sequence[str]) -> Column:
        """Return the column with further rows at its end."""

    def holding(self, cell: str) -> Index:
        """Return the rows that hold a text and nothing else, in order."""
        return np.array([row for row, other in enumerate(self) if other == cell], dtype=np.intp)

    def find(self, cell: str) -> int:
        """Return the last row that holds a text and nothing else, -1 where none does."""
        return int(max(self.holding(cell), default=-1))

    @property
    def codes(self) -> Codes:
        """Position of every cell in `vocabulary`, shape (n,); -1 stands for the empty cell."""
        return self._coded[0]

    @property
    def vocabulary(self) -> Sequence[str]:
        """Distinct words, among them all that stand in the column."""
        return self._coded[1]

    @cached_property
    def distinct(self) -> bool:
        """Whether no two cells are the same and none is empty, as it must be with ids."""
        cells = set(self)
        return len(cells) == len(self) and "" not in cells

    @property
    def nbytes(self) -> tuple[int, int]:
        """Bytes of text that stands in it as such, and of everything else."""
        cells = list(self)
        return sum(len(cell.encode("utf-8", "surrogatepass")) for cell in cells), 8 * len(cells)

    def each(self, function: Callable[[str], T]) -> Each[T]:
        """Return `function` of every cell, worked out once for every word."""
        return Each([*map(function, self.vocabulary), function("")], self.codes)

    def where(self, test: Callable[[str], object]) -> Index:
        """Return the rows whose cells pass a test, in order."""
        return np.flatnonzero(self.each(lambda cell: bool(test(cell))).array(np.bool_))

    def stripped(self) -> Column:
        """Return the column without space around the cells."""
        cells = tuple(self)
        after = tuple(map(str.strip, cells))
        return self if after == cells else Coded(*code(after))

    @cached_property
    def _coded(self) -> tuple[Codes, Sequence[str]]:
        return code(tuple(self))

    @abstractmethod
    def _cell(self, row: int) -> str:
        """Return the cell of a row in range."""

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Column: ...
    def __getitem__(self, at: int | slice) -> str | Column:
        if isinstance(at, slice):
            return self.take(at)
        size = len(self)
        if not -size <= at < size:
            raise IndexError(f"row {at} of a column of {size}")
        return self._cell(at + size if at < 0 else at)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Column | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        more = ", …" * (len(self) > 10)
        return f"<column of {len(self)}: {', '.join(map(repr, islice(self, 10)))}{more}>"


class Short(Column):
    """A column of few rows: a tuple."""

    def __init__(self, cells: Iterable[str]) -> None:
        self._cells = tuple(cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __contains__(self, cell: object) -> bool:
        return cell in self._cells

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Column: ...
    def __getitem__(self, at: int | slice) -> str | Column:
        return Short(self._cells[at]) if isinstance(at, slice) else self._cells[at]

    def _cell(self, row: int) -> str:
        return self._cells[row]

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        chosen = np.arange(len(self))[rows].tolist()
        return Short(self._cells[row] for row in chosen)

    def without(self, rows: Index) -> Column:  # noqa: D102
        gone = set(rows.tolist())
        return Short(cell for row, cell in enumerate(self._cells) if row not in gone)

    def with_cells(self, rows: Index, cell: str) -> Column:  # noqa: D102
        cells = list(self._cells)
        for row in rows.tolist():
            cells[row] = cell
        return Short(cells)

    def with_more(self, cells: Sequence[str]) -> Column:  # noqa: D102
        return Short((*self._cells, *cells))

    def stripped(self) -> Column:  # noqa: D102
        after = tuple(map(str.strip, self._cells))
        return self if after == self._cells else Short(after)


class Coded(Column):
    """A column of words that stand again and again, or of references.

    Parameters
    ----------
    codes : ndarray of integer, shape (n,)
        Positions in `vocabulary`; a negative one is an empty cell. They are kept in as few bytes
        as hold them.
    vocabulary : sequence of str
        Distinct words; the column of ids, where the cells are references.
    """

    def __init__(self, codes: Index, vocabulary: Sequence[str]) -> None:
        self._coded = codes.astype(width(len(vocabulary)), copy=False), vocabulary

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        words = (*self.vocabulary, "")
        for start in range(0, len(self), _BLOCK):
            yield from map(words.__getitem__, self.codes[start : start + _BLOCK].tolist())

    def __contains__(self, cell: object) -> bool:
        return isinstance(cell, str) and bool(len(self.holding(cell)))

    def _cell(self, row: int) -> str:
        code = self.codes.item(row)
        return self.vocabulary[code] if code >= 0 else ""

    def holding(self, cell: str) -> Index:  # noqa: D102
        place = place_of(self.vocabulary, cell)
        if cell != "":
            return self.coded(place) if place >= 0 else np.empty(0, dtype=np.intp)
        empty = self.codes < 0
        return np.flatnonzero(empty | (self.codes == place) if place >= 0 else empty)

    def coded(self, place: int) -> Index:
        """Return the rows that hold a word of the vocabulary, given by its place there."""
        return np.flatnonzero(self.codes == place)

    def stripped(self) -> Column:  # noqa: D102
        if isinstance(self.vocabulary, Column) and self.vocabulary.stripped() is self.vocabulary:
            return self
        words = (*self.vocabulary, "")
        after = tuple(map(str.strip, words))
        if after == words:
            return self
        codes, kept = code(after)
        return Coded(codes[self.codes], kept)

    @property
    def nbytes(self) -> tuple[int, int]:  # noqa: D102
        words = self.vocabulary
        own = 0 if isinstance(words, Column) else sum(map(len, words)) + 60 * len(words)
        return 0, self.codes.nbytes + own

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        return Coded(self.codes[rows], self.vocabulary)

    def without(self, rows: Index) -> Column:  # noqa: D102
        return Coded(dropped(self.codes, rows), self.vocabulary)

    def with_cells(self, rows: Index, cell: str) -> Column:  # noqa: D102
        (number,), words = self._with_words((cell,))
        codes = self.codes.astype(width(len(words)))
        codes[rows] = number
        return Coded(codes, words)

    def with_more(self, cells: Sequence[str]) -> Column:  # noqa: D102
        numbers, words = self._with_words(cells)
        more = np.array(numbers, dtype=width(len(words)))
        return Coded(np.concatenate((self.codes, more)), words)

    def rebased(self, ids: Column, moved: Index | None = None) -> Coded:
        """Return the references into another edition of the column of ids they point into.

        Parameters
        ----------
        ids : Column
        moved : ndarray of integer, optional
            Old row → new row, -1 for one that is gone; None: every row is where it was.
        """
        if moved is None:
            return Coded(self.codes, ids)
        # The last entry is that of the empty cell, which is -1.
        return Coded(np.append(moved, -1)[self.codes], ids)

    def _with_words(self, cells: Sequence[str]) -> tuple[list[int], Sequence[str]]:
        """Return the codes of cells, and the vocabulary with what was not in it."""
        words = self.vocabulary
        known = {**known_places(words, cells), "": -1}
        fresh = [cell for cell in dict.fromkeys(cells) if cell not in known]
        if fresh:
            known.update(zip(fresh, range(len(words), len(words) + len(fresh)), strict=True))
            words = words.with_more(fresh) if isinstance(words, Column) else (*words, *fresh)
        return [known[cell] for cell in cells], words


class Each(Sequence[T]):
    """One value for every row, held once for every word.

    Parameters
    ----------
    values : sequence
        Value of every word, then that of the empty cell.
    codes : ndarray of integer, shape (n,)
        Position of each row in `values`.
    """

    def __init__(self, values: Sequence[T], codes: Codes) -> None:
        self.values = tuple(values)
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Each[T]: ...
    def __getitem__(self, at: int | slice) -> T | Each[T]:
        if isinstance(at, slice):
            return Each(self.values, self.codes[at])
        return self.values[self.codes.item(at)]

    def __iter__(self) -> Iterator[T]:
        return map(self.values.__getitem__, self.codes.tolist())

    def array(self, dtype: type[np.generic]) -> NDArray[Any]:
        """Return the values as an array, a row each."""
        return np.array(self.values, dtype=dtype)[self.codes]


def place_of(words: Sequence[str], word: str) -> int:
    """Return where a word stands in a vocabulary, -1 where it does not."""
    if isinstance(words, Column):
        return words.find(word)
    try:
        return words.index(word)
    except ValueError:
        return -1


def known_places(words: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Return word → where it stands in a vocabulary, of those that stand there."""
    distinct = dict.fromkeys(wanted)
    if len(distinct) > _FEW:
        every = dict(zip(words, range(len(words)), strict=True))
        return {word: every[word] for word in distinct if word in every}
    found = {word: place_of(words, word) for word in distinct}
    return {word: place for word, place in found.items() if place >= 0}


def code(cells: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """Return a code for every cell, and the words in the order in which they first stand."""
    numbers = dict.fromkeys(cells)
    words = tuple(numbers)
    places = dict(zip(words, range(len(words)), strict=True))
    codes = np.fromiter(map(places.__getitem__, cells), width(len(words)), len(cells))
    return codes, words
