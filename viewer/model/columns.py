"""Columns of text, held compactly.

A `Column` reads like a tuple of str. Behind it stands a tuple while it is short; else words
that stand again and again are kept once, with a code for every row (`Coded`), and what hardly
repeats is one text with the offsets of its rows (`Texts`). A column of references is coded by
the column of ids it points into, so that its codes are rows.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice, repeat
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask, starts_of, width

T = TypeVar("T")
Codes = NDArray[np.signedinteger[Any]]

SHORT = 4096
"""Up to so many rows a tuple is quicker, and small enough."""
_SAMPLE = 1 << 16
_BLOCK, _STRIDE = 1 << 12, 1 << 4
_MAY_BE_SPACE = re.compile(rb"[^!-~]")


class Column(Sequence[str]):
    """The cells of one column; equal to any sequence of the same cells."""

    @abstractmethod
    def take(self, rows: Index | Mask | slice) -> Column:
        """Return the column of some of the rows, by position, mask or slice."""

    @property
    def codes(self) -> Codes:
        """Position of every cell in `vocabulary`, shape (n,); -1 stands for the empty cell."""
        return self._coded[0]

    @property
    def vocabulary(self) -> Sequence[str]:
        """Distinct words, among them all that stand in the column."""
        return self._coded[1]

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
        return self if after == cells else column(after)

    @cached_property
    def _coded(self) -> tuple[Codes, Sequence[str]]:
        return _code(tuple(self))

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
        codes = [code for code, word in enumerate(self.vocabulary) if word == cell]
        return bool(np.isin(self.codes, [*codes, -1] if cell == "" else codes).any())

    def _cell(self, row: int) -> str:
        code = self.codes.item(row)
        return self.vocabulary[code] if code >= 0 else ""

    def stripped(self) -> Column:  # noqa: D102
        words = (*self.vocabulary, "")
        after = tuple(map(str.strip, words))
        if after == words:
            return self
        codes, kept = _code(after)
        return Coded(codes[self.codes], kept)

    @property
    def nbytes(self) -> tuple[int, int]:  # noqa: D102
        words = self.vocabulary
        own = 0 if isinstance(words, Column) else sum(map(len, words)) + 60 * len(words)
        return 0, self.codes.nbytes + own

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        return Coded(self.codes[rows], self.vocabulary)


class Runs(Column):
    """A column of references that stand in the order of the ids they are.

    Parameters
    ----------
    starts : ndarray of integer, shape (n + 1,)
        The rows ``starts[i]`` to ``starts[i + 1]`` hold the id of row ``i``.
    ids : Column
    """

    def __init__(self, starts: Index, ids: Column) -> None:
        self.starts, self._ids = starts, ids

    @property
    def codes(self) -> Codes:
        """Row of each id; worked out anew each time, since room is what counts here."""
        size = len(self._ids)
        return np.repeat(np.arange(size, dtype=width(size)), np.diff(self.starts))

    @property
    def vocabulary(self) -> Sequence[str]:
        """The column of ids."""
        return self._ids

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(map(repeat, self._ids, np.diff(self.starts).tolist()))

    def _cell(self, row: int) -> str:
        return self._ids[int(self.starts.searchsorted(row, "right")) - 1]

    @property
    def nbytes(self) -> tuple[int, int]:  # noqa: D102
        return 0, self.starts.nbytes

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        return references(self.codes[rows], self._ids)


class Texts(Column):
    """A column of texts that hardly repeat: one text in UTF-8 with the length of each row."""

    def __init__(self, cells: Sequence[str]) -> None:
        joined = "".join(cells)
        self._data = joined.encode("utf-8", "surrogatepass")
        ends = np.cumsum(np.fromiter(map(len, cells), np.int64, len(cells)))
        if len(self._data) != len(joined):
            ends = np.append(_heads(self._data), len(self._data))[ends]
        at = np.concatenate(([0], ends))
        lengths = np.diff(at)
        short = lengths.max(initial=0) <= np.iinfo(np.uint16).max
        self._lengths = lengths.astype(np.uint16 if short else np.int64)
        # Where every so manieth row begins.
        self._starts = at[::_STRIDE].astype(np.uint32 if len(self._data) < 1 << 32 else np.int64)

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _BLOCK):
            ends = np.cumsum(self._lengths[start : start + _BLOCK], dtype=np.int64)
            first = self._starts.item(start // _STRIDE)
            block = self._data[first : first + ends.item(-1)]
            at = np.concatenate(([0], ends))
            if not block.isascii():
                at = np.searchsorted(_heads(block), at)
            text, bounds = block.decode("utf-8", "surrogatepass"), at.tolist()
            yield from map(text.__getitem__, map(slice, bounds, bounds[1:]))

    def _cell(self, row: int) -> str:
        block = row // _STRIDE
        lengths = self._lengths[block * _STRIDE : row + 1].tolist()
        end = self._starts.item(block) + sum(lengths)
        return self._data[end - lengths[-1] : end].decode("utf-8", "surrogatepass")

    def stripped(self) -> Column:  # noqa: D102
        # Most columns of ids hold no space at all.
        return super().stripped() if _MAY_BE_SPACE.search(self._data) else self

    @property
    def nbytes(self) -> tuple[int, int]:  # noqa: D102
        return len(self._data), self._lengths.nbytes + self._starts.nbytes

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        cells = tuple(self)
        return column([cells[row] for row in np.arange(len(cells))[rows].tolist()])

    @cached_property
    def _coded(self) -> tuple[Codes, Sequence[str]]:
        # Where nothing repeats the column is its own vocabulary.
        codes, words = _code(tuple(self))
        return (codes, self) if len(words) == len(codes) else (codes, words)


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


class Rows(Mapping[str, int]):
    """Id → row for a long column of ids; of equal ids the first wins.

    Four bytes an id: the rows in the order of the hashes of their ids, which are worked out again
    for the few that a search looks at.
    """

    def __init__(self, ids: Column) -> None:
        self._ids = ids
        hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
        self._order = np.argsort(hashes).astype(width(len(ids)))

    def __reduce__(self) -> tuple[type[Rows], tuple[Column]]:
        # Another process hashes otherwise.
        return Rows, (self._ids,)

    def __getitem__(self, key: str) -> int:
        wanted, order = hash(key), self._order
        at = bisect_left(range(len(order)), wanted, key=lambda i: hash(self._ids[order.item(i)]))
        found: list[int] = []
        while at < len(order) and hash(cell := self._ids[row := order.item(at)]) == wanted:
            if cell == key:
                found.append(row)
            at += 1
        if not found:
            raise KeyError(key)
        return min(found)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)


def column(cells: Iterable[str]) -> Column:
    """Return cells as a column, held in the way that suits them."""
    if isinstance(cells, Column):
        return cells
    if not isinstance(cells, list | tuple):
        cells = tuple(cells)
    if len(cells) <= SHORT:
        return Short(cells)
    # What repeats does so soon.
    if 2 * len(set(cells[:_SAMPLE])) <= min(len(cells), _SAMPLE):
        codes, words = _code(cells)
        if 2 * len(words) <= len(cells):
            return Coded(codes, words if len(words) <= SHORT else column(words))
    return Texts(cells)


def references(rows: Index, ids: Column) -> Column:
    """Return the column of the ids of `rows`; a negative row is an empty cell."""
    in_order = len(rows) > SHORT and rows[0] >= 0 and bool((rows[1:] >= rows[:-1]).all())
    return Runs(starts_of(rows, len(ids)), ids) if in_order else Coded(rows, ids)


def rows_by_id(ids: Column) -> Mapping[str, int]:
    """Return id → row; the first of two equal ids wins."""
    return Rows(ids) if len(ids) > SHORT else dictionary(ids)


def rows_in(cells: Column, known: Mapping[str, int]) -> Codes:
    """Return the row that each cell is the id of, -1 where it is none.

    Parameters
    ----------
    cells : Column
    known : mapping of str to int
        Id → row: `rows_by_id` for a few words, `dictionary` for many.
    """
    return cells.each(lambda cell: known.get(cell, -1)).array(np.int32)


def dictionary(ids: Column) -> dict[str, int]:
    """Return id → row as a dictionary: quick to ask, but some hundred bytes an id."""
    # From the end, so that the first row of an id is the one that stays.
    return dict(zip(reversed(tuple(ids)), range(len(ids) - 1, -1, -1), strict=True))


def _code(cells: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """Return a code for every cell, and the words in the order in which they first stand."""
    numbers = dict.fromkeys(cells)
    words = tuple(numbers)
    places = dict(zip(words, range(len(words)), strict=True))
    codes = np.fromiter(map(places.__getitem__, cells), width(len(words)), len(cells))
    return codes, words


def _heads(data: bytes) -> NDArray[np.intp]:
    """Return where the letters of a text in UTF-8 begin."""
    return np.flatnonzero((np.frombuffer(data, np.uint8) & 0xC0) != 0x80)
