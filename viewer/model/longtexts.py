"""Columns of texts that hardly repeat, in blocks of UTF-8.

A block holds some thousand rows; an edit makes one block anew and shares all others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask
from viewer.model.cells import Codes, Column, Short, code

_BLOCK, _STRIDE = 1 << 12, 1 << 4
_FEW = 256
"""Up to so many rows are looked up one by one."""
_OVERHEAD = 250
"""Bytes that a block takes beside its text and its numbers."""
_NO_SPACE = bytes(range(ord("!"), ord("~") + 1))


class _Block:
    """Some rows in a row: their texts as one, the bytes of each, and where every 16th begins."""

    __slots__ = ("data", "lengths", "starts")

    def __init__(self, data: bytes, lengths: NDArray[np.int64]) -> None:
        short = lengths.max(initial=0) <= np.iinfo(np.uint16).max
        self.data = data
        self.lengths = lengths.astype(np.uint16 if short else np.int64)
        at = np.cumsum(lengths) - lengths
        self.starts = at[::_STRIDE].astype(np.uint32 if len(data) < 1 << 32 else np.int64)

    @staticmethod
    def of(cells: Sequence[str]) -> _Block:
        joined = "".join(cells)
        data = joined.encode("utf-8", "surrogatepass")
        ends = np.cumsum(np.fromiter(map(len, cells), np.int64, len(cells)))
        if len(data) != len(joined):
            ends = np.append(_heads(data), len(data))[ends]
        return _Block(data, np.diff(ends, prepend=0))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def ends(self) -> NDArray[np.int64]:
        return np.cumsum(self.lengths, dtype=np.int64)

    def cells(self) -> Iterator[str]:
        at = np.concatenate(([0], self.ends))
        if not self.data.isascii():
            at = np.searchsorted(_heads(self.data), at)
        text, bounds = self.data.decode("utf-8", "surrogatepass"), at.tolist()
        return map(text.__getitem__, map(slice, bounds, bounds[1:]))

    def cell(self, row: int) -> str:
        stride = row // _STRIDE
        lengths = self.lengths[stride * _STRIDE : row + 1].tolist()
        end = self.starts.item(stride) + sum(lengths)
        return self.data[end - lengths[-1] : end].decode("utf-8", "surrogatepass")

    def without(self, rows: Index) -> _Block:
        """Return the block without some of its rows."""
        ends = self.ends.tolist()
        pieces, at = [], 0
        for row in rows.tolist():
            pieces.append(self.data[at : ends[row - 1] if row else 0])
            at = ends[row]
        pieces.append(self.data[at:])
        return _Block(b"".join(pieces), np.delete(self.lengths, rows).astype(np.int64))

    def with_cells(self, rows: Index, cell: str) -> _Block:
        """Return the block with one text in some of its rows."""
        cells = list(self.cells())
        for row in rows.tolist():
            cells[row] = cell
        return _Block.of(cells)

    def holding(self, cell: bytes) -> list[int]:
        """Return the rows that hold a text and nothing else."""
        if cell not in self.data:
            return []
        rows = np.flatnonzero(self.lengths == len(cell))
        starts = (self.ends - self.lengths.astype(np.int64))[rows].tolist()
        return [
            row
            for row, start in zip(rows.tolist(), starts, strict=True)
            if self.data.startswith(cell, start)
        ]


class Texts(Column):
    """A column of texts that hardly repeat: blocks of UTF-8 with the length of each row."""

    def __init__(self, cells: Sequence[str]) -> None:
        self._hold(
            _Block.of(cells[start : start + _BLOCK]) for start in range(0, len(cells), _BLOCK)
        )

    def _hold(self, blocks: Iterator[_Block]) -> None:
        self._blocks = tuple(blocks)
        self._ends = list(accumulate(map(len, self._blocks)))

    @staticmethod
    def _of(blocks: Iterator[_Block]) -> Texts:
        out = Texts.__new__(Texts)
        out._hold(blocks)
        return out

    @staticmethod
    def joined(data: bytes, lengths: NDArray[np.int64], distinct: bool = False) -> Texts:
        """Return the column of texts that stand behind each other.

        Parameters
        ----------
        data : bytes
            UTF-8.
        lengths : ndarray of int64, shape (n,)
            Bytes of each.
        distinct : bool
            Whether it is known already that they are; see `Column.distinct`.
        """
        starts = (np.cumsum(lengths) - lengths)[::_BLOCK].tolist()
        out = Texts._of(
            _Block(data[start:end], lengths[nth * _BLOCK : (nth + 1) * _BLOCK])
            for nth, (start, end) in enumerate(pairwise((*starts, len(data))))
        )
        if distinct:
            out.__dict__["distinct"] = True
        return out

    def shared(self, other: Texts) -> Iterator[tuple[int, int, int]]:
        """Yield what was never touched between two editions: first row here, there, how many."""
        there = {id(b): end - len(b) for b, end in zip(other._blocks, other._ends, strict=True)}
        for block, end in zip(self._blocks, self._ends, strict=True):
            if (start := there.get(id(block))) is not None:
                yield end - len(block), start, len(block)

    def some(self, rows: Index) -> list[str]:
        """Return the cells of rising rows, reading each block they are in once."""
        out: list[str] = []
        for block, end in zip(self._blocks, self._ends, strict=True):
            low, high = np.searchsorted(rows, (end - len(block), end)).tolist()
            if low < high:
                cells = list(block.cells())
                out += [cells[row] for row in (rows[low:high] - (end - len(block))).tolist()]
        return out

    def _find(self, row: int) -> tuple[int, int]:
        """Return the block that holds a row, and which of its rows that is."""
        number = bisect_right(self._ends, row)
        return number, row - (self._ends[number - 1] if number else 0)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            yield from block.cells()

    def _cell(self, row: int) -> str:
        number, inside = self._find(row)
        return self._blocks[number].cell(inside)

    def holding(self, cell: str) -> Index:  # noqa: D102
        wanted = cell.encode("utf-8", "surrogatepass")
        found: list[int] = []
        for block, end in zip(self._blocks, self._ends, strict=True):
            found += [end - len(block) + row for row in block.holding(wanted)]
        return np.array(found, dtype=np.intp)

    def find(self, cell: str) -> int:  # noqa: D102
        wanted = cell.encode("utf-8", "surrogatepass")
        for block, end in zip(reversed(self._blocks), reversed(self._ends), strict=True):
            if found := block.holding(wanted):
                return end - len(block) + found[-1]
        return -1

    def stripped(self) -> Column:  # noqa: D102
        # Most columns of ids hold no space at all.
        if not any(block.data.translate(None, _NO_SPACE) for block in self._blocks):
            return self
        cells = tuple(self)
        after = tuple(map(str.strip, cells))
        return self if after == cells else Texts(after)

    @property
    def nbytes(self) -> tuple[int, int]:  # noqa: D102
        own = sum(b.lengths.nbytes + b.starts.nbytes + _OVERHEAD for b in self._blocks)
        return sum(len(block.data) for block in self._blocks), own

    def take(self, rows: Index | Mask | slice) -> Column:  # noqa: D102
        chosen = np.arange(len(self))[rows]
        if len(chosen) <= _FEW:
            return Short(map(self._cell, chosen.tolist()))
        order = np.argsort(chosen, kind="stable")
        out = [""] * len(chosen)
        after = iter(order.tolist())
        for block, own in self._with_own(chosen[order]):
            cells = tuple(block.cells()) if len(own) else ()
            for row, place in zip(own.tolist(), after, strict=False):
                out[place] = cells[row]
        return Texts(out)

    def without(self, rows: Index) -> Column:  # noqa: D102
        blocks = (block.without(own) if len(own) else block for block, own in self._with_own(rows))
        return Texts._of(block for block in blocks if len(block))

    def with_cells(self, rows: Index, cell: str) -> Column:  # noqa: D102
        return Texts._of(
            block.with_cells(own, cell) if len(own) else block
            for block, own in self._with_own(rows)
        )

    def _with_own(self, rows: Index) -> Iterator[tuple[_Block, Index]]:
        """Yield each block with those of the rows that are its own, as positions inside it."""
        first = 0
        for block, end in zip(self._blocks, self._ends, strict=True):
            low, high = np.searchsorted(rows, (first, end)).tolist()
            yield block, rows[low:high] - first
            first = end

    def with_more(self, cells: Sequence[str]) -> Column:  # noqa: D102
        blocks, cells = list(self._blocks), list(cells)
        if blocks and len(blocks[-1]) < _BLOCK:
            cells = [*blocks.pop().cells(), *cells]
        return Texts._of(iter((*blocks, *Texts(cells)._blocks)))

    @cached_property
    def _coded(self) -> tuple[Codes, Sequence[str]]:
        # Where nothing repeats the column is its own vocabulary.
        codes, words = code(tuple(self))
        return (codes, self) if len(words) == len(codes) else (codes, words)


def _heads(data: bytes) -> NDArray[np.intp]:
    """Return where the letters of a text in UTF-8 begin."""
    return np.flatnonzero((np.frombuffer(data, np.uint8) & 0xC0) != 0x80)
