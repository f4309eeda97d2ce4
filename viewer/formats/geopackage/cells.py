"""Columns out of cells that SQLite has joined into one text: a million of them without a str each.

Cells of some letters are handled as whole numbers, eight letters to a number: equal cells are
found, and references are led to the rows of their ids, by a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.model.columns import SHORT, Coded, Column, Texts, column, dictionary

SEPARATOR = "\x1f"
_SEP = ord(SEPARATOR)
_LONGEST = 23
_ROUNDS = 40
_MIX = np.array(
    (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93), np.uint64
)
_KEEP = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)

Rows = NDArray[np.int64]
Words = NDArray[np.uint64]
"""Cells as numbers, shape (k, n): 7 letters and the length of the cell, then 8 letters each.

k is as small as the longest of the n cells allows; what is left out is nought."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some cells of a column, joined.

    Parameters
    ----------
    joined : bytes
        UTF-8, with `SEPARATOR` between two cells.
    starts, ends : ndarray of int64, shape (n,)
        Where each cell stands.
    """

    joined: bytes
    starts: Rows
    ends: Rows

    @staticmethod
    def of(joined: bytes, count: int) -> Block | None:
        """Return so many cells, None where these are others: one holds the separator itself."""
        letters = np.frombuffer(joined, np.uint8)
        ends = np.append(np.flatnonzero(letters == _SEP), len(letters))
        if len(ends) != count:
            return None
        return Block(joined, np.concatenate(([0], ends[:-1] + 1)), ends)

    def __len__(self) -> int:
        return len(self.starts)

    def cells(self, rows: Rows) -> list[str]:
        """Return some of the cells."""
        spans = zip(self.starts[rows].tolist(), self.ends[rows].tolist(), strict=True)
        return [self.joined[start:end].decode() for start, end in spans]

    def words(self) -> Words | None:
        """Return the cells as numbers; None where one is too long for it."""
        lengths = self.ends - self.starts
        longest = int(lengths.max(initial=0))
        if longest > _LONGEST:
            return None
        padded = self.joined + bytes(_LONGEST + 8)
        at_every = np.ndarray((len(padded) - 7,), "<u8", padded, 0, (1,))
        first = at_every[self.starts] & _KEEP[np.minimum(lengths, 7)]
        out = [first | lengths.astype(np.uint64) << np.uint64(56)]
        out += [
            at_every[self.starts + at] & _KEEP[np.clip(lengths - at, 0, 8)]
            for at in range(7, longest, 8)
        ]
        return np.stack(out)


def _mixed(words: Words) -> Words:
    """Return one number for each cell, whatever k is; two cells may share it."""
    out: Words = words[0] * _MIX[0]
    for word, mix in zip(words[1:], _MIX[1:], strict=False):
        out ^= word * mix
    out ^= out >> np.uint64(29)
    out *= _MIX[3]
    return out


def _slots_for(count: int) -> np.uint64:
    """Return how far to shift a mixed number for it to be one of a good many slots."""
    return np.uint64(64 - min(max(count.bit_length() + 1, 8), 24))


def _same(words: Words, rows: Rows, others: Words, other_rows: Rows | slice) -> NDArray[np.bool_]:
    """Whether cells are the same, of which there are as many here as there."""
    out = np.ones(len(rows), dtype=bool)
    for at in range(max(len(words), len(others))):
        mine = words[at][rows] if at < len(words) else np.uint64(0)
        out &= mine == (others[at][other_rows] if at < len(others) else np.uint64(0))
    return out


def _first_equal(words: Words) -> Rows:
    """Return for every cell the row of an equal one that leads them, the same for all equals.

    Cells are sorted into slots; those whose slot another one has taken go round again.
    """
    mixed = _mixed(words)
    shift = _slots_for(len(mixed))
    first = np.empty(len(mixed), dtype=np.int64)
    slots = np.empty(1 << int(np.uint64(64) - shift), dtype=np.int64)
    left = np.arange(len(mixed))
    for _ in range(_ROUNDS):
        slot = (mixed[left] >> shift).astype(np.int64)
        # Of those who write into a slot the last one stays: in reverse, that is the first row.
        slots[slot[::-1]] = left[::-1]
        leader = slots[slot]
        same = _same(words, leader, words, left)
        first[left[same]] = leader[same]
        left = left[~same]
        if not len(left):
            return first
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _MIX[0]
    # Nobody's cells but such as were made to.
    known: dict[bytes, int] = {}
    for row in left.tolist():
        first[row] = known.setdefault(words[:, row].tobytes(), row)
    return first


class Known:
    """Cells and the numbers they go by; of two equal ones the first counts.

    Parameters
    ----------
    words : ndarray of uint64, shape (k, n)
        The number of each is its position.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        mixed = _mixed(words)
        self._order = np.argsort(mixed, kind="stable")
        self._mixed = mixed[self._order]
        # Most are found in their slots; a search is for those whose slot another one has taken.
        self._shift = _slots_for(2 * len(mixed))
        self._slots = np.zeros(1 << int(np.uint64(64) - self._shift), dtype=np.int32)
        self._slots[(mixed >> self._shift)[::-1]] = np.arange(len(mixed), dtype=np.int32)[::-1]

    def find(self, words: Words) -> Rows:
        """Return the number of each cell, -1 for one that is not known."""
        if not len(self._order):
            return np.full(words.shape[1], -1)
        mixed = _mixed(words)
        out: Rows = self._slots[mixed >> self._shift].astype(np.int64)
        left = np.flatnonzero(~_same(self.words, out, words, slice(None)))
        if len(left):
            spots = self._mixed.searchsorted(mixed[left]).clip(max=len(self._order) - 1)
            found = self._order[spots]
            out[left] = np.where(_same(self.words, found, words, left), found, -1)
        return out


def _joined(pieces: Sequence[Words]) -> Words:
    """Return blocks of cells as one."""
    most = max(map(len, pieces))
    return np.concatenate(
        [np.pad(words, ((0, most - len(words)), (0, 0))) for words in pieces], axis=1
    )


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of a table, which references lead to.

    Parameters
    ----------
    ids : Column
    known : Known, optional
        None: some are too long to be numbers.
    """

    ids: Column
    known: Known | None


class Gathered:
    """A column being put together, block by block.

    Parameters
    ----------
    ids : Ids, optional
        What the cells should be, where they are references; these are coded by their rows.
    keep_words : bool
        Whether its cells are going to be what others refer to.
    """

    def __init__(self, ids: Ids | None = None, keep_words: bool = False) -> None:
        self._ids = ids
        self._first = 0 if ids is None else len(ids.ids)
        self._rows: dict[str, int] | None = None
        self._kept: list[Words] | None = [] if keep_words else None
        # Words that are no ids, their codes counted on from those, and what finds them again.
        self._others: dict[str, int] = {}
        self._found: list[Words] = []
        self._numbers: list[Rows] = []
        self._known: Known | None = None
        self._codes: list[Rows] = []
        self._data: list[bytes] = []
        self._lengths: list[Rows] = []
        self._coded: bool | None = True if ids is not None else None

    def add(self, joined: bytes, count: int) -> bool:
        """Add cells that are joined by `SEPARATOR`; False, and nothing done, where they cannot be.

        Raises
        ------
        UnicodeDecodeError
            They are no UTF-8; nothing is done.
        """
        block = Block.of(joined, count)
        if block is None:
            return False
        if not joined.isascii():
            joined.decode()
        words = block.words() if self._coded is not False or self._kept is not None else None
        if self._coded is None:
            self._coded = 2 * _distinct(block, words) <= count
        if not self._coded:
            self._data.append(joined.replace(SEPARATOR.encode(), b""))
            self._lengths.append(block.ends - block.starts)
        elif words is None:
            self._codes.append(self._one_by_one(joined.decode().split(SEPARATOR)))
        else:
            self._codes.append(self._coded_by(block, words))
        self._keep(words)
        return True

    def add_cells(self, cells: Sequence[str]) -> None:
        """Add cells as they are."""
        if self._coded is None:
            self._coded = 2 * len(set(cells)) <= len(cells)
        if self._coded:
            self._codes.append(self._one_by_one(cells))
        else:
            encoded = [cell.encode("utf-8", "surrogatepass") for cell in cells]
            self._data.append(b"".join(encoded))
            self._lengths.append(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        self._keep(None)

    def _keep(self, words: Words | None) -> None:
        if words is None:
            self._kept = None
        elif self._kept is not None:
            self._kept.append(words)

    def as_ids(self, ids: Column) -> Ids:
        """Return what leads references to the rows of this column."""
        return Ids(ids, Known(_joined(self._kept)) if self._kept else None)

    def column(self) -> Column:
        """Return the column."""
        if self._lengths:
            lengths = np.concatenate(self._lengths)
            texts = Texts.joined(b"".join(self._data), lengths)
            return texts if len(lengths) > SHORT else column(tuple(texts))
        codes = np.concatenate(self._codes)
        if self._ids is not None and not self._others:
            return Coded(codes, self._ids.ids)
        words = (*(self._ids.ids if self._ids is not None else ()), *self._others)
        if len(codes) > SHORT and 2 * len(words) <= len(codes):
            return Coded(codes, words)
        return column([words[code] if code >= 0 else "" for code in codes.tolist()])

    # -- codes -------------------------------------------------------------------------------

    def _coded_by(self, block: Block, words: Words) -> Rows:
        """Return the codes of a block; what stands again and again in a row is led once."""
        heads = np.ones(len(block), dtype=bool)
        heads[1:] = (words[:, 1:] != words[:, :-1]).any(axis=0)
        lead = np.flatnonzero(heads)
        some = words if len(lead) == len(block) else words[:, lead]
        codes = np.full(len(lead), -1)
        if self._ids is not None and self._ids.known is not None:
            codes = self._ids.known.find(some)
        left = np.flatnonzero(codes < 0)
        if self._known is not None and len(left):
            numbers = np.concatenate(self._numbers)
            found = self._known.find(some[:, left])
            codes[left] = np.where(found >= 0, numbers[found], -2)
            left = left[found < 0]
        if len(left):
            codes[left] = self._learn(block, lead[left], some[:, left])
        return codes if len(lead) == len(block) else codes[np.cumsum(heads) - 1]

    def _learn(self, block: Block, rows: Rows, words: Words) -> Rows:
        """Return the codes of cells that were not met before."""
        first = _first_equal(words)
        fresh = np.flatnonzero(first == np.arange(len(first)))
        numbers = self._one_by_one(block.cells(rows[fresh]))
        self._found.append(words[:, fresh])
        self._numbers.append(numbers)
        self._known = Known(_joined(self._found))
        return numbers[np.searchsorted(fresh, first)]

    def _one_by_one(self, cells: Sequence[str]) -> Rows:
        """Return the codes of cells; an empty one has none among references."""
        ids, others, first = self._ids, self._others, self._first
        if ids is None:
            return np.array([others.setdefault(c, len(others)) for c in cells], dtype=np.int64)
        if self._rows is None:
            self._rows = dictionary(ids.ids) if ids.known is None or len(cells) > SHORT else {}
        rows = self._rows
        return np.array(
            [
                (rows[c] if c in rows else others.setdefault(c, first + len(others))) if c else -1
                for c in cells
            ],
            dtype=np.int64,
        )


def _distinct(block: Block, words: Words | None) -> int:
    """Return how many distinct cells there are."""
    if words is None:
        return len(set(block.joined.split(SEPARATOR.encode())))
    return int((_first_equal(words) == np.arange(len(block))).sum())
