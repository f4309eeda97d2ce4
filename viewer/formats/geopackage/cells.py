"""Columns out of cells that SQLite has joined into one text: a million of them without a str each.

Cells of some letters are handled as whole numbers, eight letters to a number: equal cells are
found, and references are led to the rows of their ids, by a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index
from viewer.model.columns import SHORT, Coded, Column, Texts, column, dictionary

SEPARATOR = "\x1f"
_MARK = SEPARATOR.encode()
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
        padded = self.joined + bytes(_LONGEST + 17 - (len(self.joined) + _LONGEST + 1) % 8)
        eights = np.frombuffer(padded, "<u8")
        out = np.empty((1 + -(-max(longest - 7, 0) // 8), len(self)), dtype=np.uint64)
        out[0] = _letters(eights, self.starts) & _KEEP.take(np.minimum(lengths, 7))
        out[0] |= lengths.astype(np.uint64) << np.uint64(56)
        for word, at in enumerate(range(7, longest, 8), 1):
            out[word] = _letters(eights, self.starts + at)
            out[word] &= _KEEP.take(np.clip(lengths - at, 0, 8))
        return out


def _letters(eights: Words, starts: Rows) -> Words:
    """Return the eight letters from each place on, out of a text read eight by eight."""
    at = starts >> 3
    shift = ((starts & 7) << 3).astype(np.uint64)
    out: Words = (eights.take(at) >> shift) | (eights.take(at + 1) << (np.uint64(64) - shift))
    return out


def _mixed(words: Words) -> Words:
    """Return one number for each cell, whatever k is; two cells may share it."""
    out: Words = words[0] * _MIX[0]
    for word, mix in zip(words[1:], _MIX[1:], strict=False):
        out ^= word * mix
    out ^= out >> np.uint64(29)
    out *= _MIX[3]
    return out


def _again(mixed: Words) -> Words:
    """Return another number for each cell, for those that share one."""
    out: Words = (mixed ^ (mixed >> np.uint64(29))) * _MIX[0]
    return out


def _same(words: Words, rows: Index, others: Words, other_rows: Index) -> NDArray[np.bool_]:
    """Whether cells are the same, of which there are as many here as there."""
    out = np.ones(len(rows), dtype=bool)
    for at in range(max(len(words), len(others))):
        mine = words[at].take(rows) if at < len(words) else np.uint64(0)
        out &= mine == (others[at].take(other_rows) if at < len(others) else np.uint64(0))
    return out


class Known:
    """Cells and the numbers they go by; of two equal ones the first counts.

    Each cell has a slot; those whose slot another one has taken have one in a second set of slots,
    and so on.

    Parameters
    ----------
    words : ndarray of uint64, shape (k, n)
        The number of each is its position.

    Attributes
    ----------
    distinct : bool
        Whether no two of them are equal.
    """

    def __init__(self, words: Words) -> None:
        self.words, self.distinct = words, True
        self._sets: list[tuple[np.uint64, NDArray[np.int32]]] = []
        mixed, left = _mixed(words), np.arange(words.shape[1])
        while len(left) and len(self._sets) < _ROUNDS:
            bits = min(max(len(left).bit_length() + 1, 8), 24)
            shift, slots = np.uint64(64 - bits), np.zeros(1 << bits, dtype=np.int32)
            slot = (mixed.take(left) >> shift).astype(np.int64)
            # Of those who write into a slot the last one stays: in reverse, that is the first.
            slots[slot[::-1]] = left[::-1]
            self._sets.append((shift, slots))
            found = slots.take(slot)
            same = _same(words, found, words, left)
            self.distinct &= not (found != left)[same].any()
            left = left[~same]
            mixed = _again(mixed)
        # Nobody's cells but such as were made to.
        self._rest = {words[:, row].tobytes(): row for row in left[::-1].tolist()}
        self.distinct &= len(self._rest) == len(left)

    def find(self, words: Words) -> Rows:
        """Return the number of each cell, -1 for one that is not known."""
        out = np.full(words.shape[1], -1)
        mixed, left = _mixed(words), np.arange(words.shape[1])
        for shift, slots in self._sets:
            found = slots.take((mixed.take(left) >> shift).astype(np.int64))
            same = _same(self.words, found, words, left)
            out[left[same]] = found[same]
            left = left[~same]
            if not len(left):
                return out
            mixed = _again(mixed)
        for row in left.tolist() if self._rest else ():
            out[row] = self._rest.get(_joined([self.words[:, :0], words[:, [row]]]).tobytes(), -1)
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
        if self._coded is not False and self._kept is None and joined == _MARK * (count - 1):
            # Columns of nothing are common, and need no looking into.
            self._coded = True
            self._codes.append(np.repeat(self._one_by_one(("",)), count))
            return True
        block = Block.of(joined, count)
        if block is None:
            return False
        if not joined.isascii():
            joined.decode()
        words = block.words() if self._coded is not False or self._kept is not None else None
        if self._coded is None:
            self._coded = 2 * _distinct(block, words) <= count
        if not self._coded:
            self._data.append(joined.replace(_MARK, b""))
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

    def ids(self) -> Ids:
        """Return the column as that of ids, with what leads references to its rows."""
        known = Known(_joined(self._kept)) if self._kept else None
        return Ids(self.column(known is not None and known.distinct), known)

    def column(self, distinct: bool = False) -> Column:
        """Return the column; `distinct`: it is known that no two cells are equal."""
        if self._lengths:
            lengths = np.concatenate(self._lengths)
            filled = bool(lengths.all())
            texts = Texts.joined(b"".join(self._data), lengths, distinct and filled)
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
        heads[1:] = False
        for word in words:
            heads[1:] |= word[1:] != word[:-1]
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
        first = Known(words).find(words)
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
        return len(set(block.joined.split(_MARK)))
    return int((Known(words).find(words) == np.arange(len(block))).sum())
