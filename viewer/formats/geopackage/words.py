"""Cells where they stand in a file, and as whole numbers: a million of them without a str each.

Cells of some letters are handled as whole numbers, eight letters to a number: equal cells are
found, and references are led to the rows of their ids, by a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask

SEPARATOR = "\x1f"
ROOM = 256
"""Bytes that follow upon any cell: so much can be read at once from wherever one begins."""
_SEP = ord(SEPARATOR)
_LONGEST = 23
_LOOSE = 4
"""Cells are cut out together unless the longest is so many times as long as they mostly are."""
UNKNOWN = -2
"""What a cell goes by that is not known; -1 stands for an empty one."""
_ROUNDS = 40
_SPARE, _MOST = 3, 24
"""Bits by which there are more slots than cells, and most bits of them."""
_STEP = 8
"""Of cells in order every so many are looked up."""
_MIX = np.array(
    (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93), np.uint64
)

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int64]
Numbered = NDArray[np.int32]
Words = NDArray[np.uint64]
"""Cells as numbers, shape (k, n): the length of the cell and 7 letters, then 8 letters each.

k is as small as the longest of the n cells allows; what is left out is nought."""


def _masks() -> Words:
    """Return what is kept of the eight bytes of each word, by the length of the cell."""
    letters = np.arange(8 * (1 + _LONGEST // 8)) - 1
    kept = (letters >= 0) & (letters < np.arange(_LONGEST + 1)[:, None])
    return np.ascontiguousarray((kept * np.uint8(255)).view("<u8").T.astype(np.uint64))


_KEEP = _masks()


def spans(content: Bytes, at: Rows, size: int) -> Bytes:
    """Return the bytes from each place on, shape (n, size).

    Parameters
    ----------
    content : ndarray of uint8
        Every place has as many bytes behind it.
    at : ndarray of int64, shape (n,)
    size : int
    """
    # As items that overlap they are fetched in one go each.
    items = np.ndarray((len(content) - size + 1,), f"V{size}", content, strides=(1,))
    found: Bytes = items[at].view(np.uint8).reshape(len(at), size)
    return found


@dataclass(frozen=True)
class Block:
    """Some cells of a column.

    Parameters
    ----------
    content : ndarray of uint8
        What they stand in, UTF-8; at least one byte before them and `ROOM` behind.
    starts, lengths : ndarray of int64, shape (n,)
        Where each cell stands.
    """

    content: Bytes
    starts: Rows
    lengths: Rows

    @staticmethod
    def of(joined: bytes, count: int) -> Block | None:
        """Return so many cells with `SEPARATOR` between each two.

        None: there are more or fewer of them, since one holds the separator itself.
        """
        content = np.frombuffer(b"".join((b"\0", joined, bytes(ROOM))), np.uint8)
        letters = content[1:-ROOM]
        ends = np.append(np.flatnonzero(letters == _SEP), len(letters)) + 1
        if len(ends) != count:
            return None
        starts = np.concatenate(([1], ends[:-1] + 1))
        return Block(content, starts, ends - starts)

    def __len__(self) -> int:
        return len(self.starts)

    def cells(self, rows: Index | slice = slice(None)) -> list[str]:
        """Return some of the cells.

        Raises
        ------
        UnicodeDecodeError
        """
        return [str(cell, "utf-8") for cell in self._views(self.starts[rows], self.lengths[rows])]

    def _views(self, starts: Rows, lengths: Rows) -> list[memoryview]:
        whole = self.content.data
        ends = (starts + lengths).tolist()
        return [whole[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]

    @cached_property
    def together(self) -> bytes:
        """The cells one behind the other.

        Raises
        ------
        UnicodeDecodeError
            One of them is no UTF-8.
        """
        longest = int(self.lengths.max(initial=0))
        if not longest:
            return b""
        room = len(self.content) - int(self.starts.max(initial=0))
        if longest <= room and longest * len(self) <= _LOOSE * int(self.lengths.sum()):
            shape = np.min_scalar_type(longest)
            inside = np.arange(longest, dtype=shape) < self.lengths.astype(shape)[:, None]
            out = spans(self.content, self.starts, longest)[inside].tobytes()
        else:
            out = b"".join(self._views(self.starts, self.lengths))
        if not out.isascii():
            out.decode()
            # Each of them begins with the beginning of a letter.
            first = self.content[self.starts[self.lengths > 0]]
            if ((first & 0xC0) == 0x80).any():
                self.cells()
        return out

    @cached_property
    def words(self) -> Words | None:
        """The cells as numbers; None where one is too long for it."""
        longest = int(self.lengths.max(initial=0))
        if longest > _LONGEST:
            return None
        size = 1 + longest // 8
        found = spans(self.content, self.starts - 1, 8 * size).view("<u8")
        out = np.empty((size, len(self)), dtype=np.uint64)
        alike = int(self.lengths.min(initial=longest)) == longest
        for at, kept in enumerate(_KEEP[:size]):
            np.bitwise_and(
                found[:, at], kept[longest] if alike else kept.take(self.lengths), out=out[at]
            )
        out[0] |= self.lengths.view(np.uint64)
        return out


def joined(pieces: Sequence[Words]) -> Words:
    """Return blocks of cells as one."""
    most = max(map(len, pieces))
    return np.concatenate(
        [np.pad(words, ((0, most - len(words)), (0, 0))) for words in pieces], axis=1
    )


def heads(words: Words) -> Mask:
    """Whether each cell is another than the one before it, shape (n,)."""
    out = np.ones(words.shape[1], dtype=bool)
    out[1:] = False
    for word in words:
        out[1:] |= word[1:] != word[:-1]
    return out


def _mixed(words: Words) -> Words:
    """Return one number for each cell, whatever k is; two cells may share it."""
    out: Words = words[0] * _MIX[0]
    for word, mix in zip(words[1:], _MIX[1:], strict=False):
        out ^= word * mix
    return out


def _again(mixed: Words) -> Words:
    """Return another number for each cell, for those that share one."""
    out: Words = (mixed ^ (mixed >> np.uint64(29))) * _MIX[0]
    return out


def _same(words: Words, rows: Index, others: Words) -> Mask:
    """Whether the cells of some rows are the same as others, one by one."""
    out = np.ones(len(rows), dtype=bool)
    for at in range(max(len(words), len(others))):
        mine = words[at].take(rows) if at < len(words) else np.uint64(0)
        out &= mine == (others[at] if at < len(others) else np.uint64(0))
    return out


class Known:
    """Cells and the numbers they go by; of two equal ones the first counts.

    Each cell has a slot; those whose slot another one has taken have one in a second set of slots,
    and so on.

    Parameters
    ----------
    words : ndarray of uint64, shape (k, n)
        There is at least one.
    numbers : ndarray of int32, shape (n,), optional
        None of them is `UNKNOWN`. Not given: their positions.

    Attributes
    ----------
    distinct : bool
        Whether no two of them are equal.
    numbered : bool
        Whether numbers were given.
    met : int
        How many cells of the last block were found here, taken down by who looks them up.
    """

    def __init__(self, words: Words, numbers: Numbered | None = None) -> None:
        self._words, self._numbers, self.numbered = words, numbers, numbers is not None
        self.met = 0
        self._sets: list[tuple[np.uint64, Numbered]] = []
        self.distinct = True
        mixed, left = _mixed(words), np.arange(words.shape[1], dtype=np.int32)
        ordered = np.sort(mixed)
        apart = bool((ordered[1:] != ordered[:-1]).all())
        while len(left) and len(self._sets) < _ROUNDS:
            bits = min(len(left).bit_length() + _SPARE, _MOST)
            shift, slots = np.uint64(64 - bits), np.zeros(1 << bits, dtype=np.int32)
            slot = (mixed >> shift).view(np.int64)
            # Of those who write into a slot the last one stays: in reverse, that is the first.
            slots[slot[::-1]] = left[::-1]
            self._sets.append((shift, slots))
            found = slots.take(slot)
            other = found != left
            if not apart:
                same = _same(words, found, words.take(left, axis=1))
                self.distinct &= not (other & same).any()
                other = ~same
            others = np.flatnonzero(other)
            left, mixed = left.take(others), _again(mixed.take(others))
        # Nobody's cells but such as were made to.
        self._rest = {words[:, row].tobytes(): row for row in left[::-1].tolist()}
        self.distinct &= len(self._rest) == len(left)

    def __len__(self) -> int:
        return len(self._words[0])

    def with_more(self, other: Known) -> Known:
        """Return these cells and others, that have numbers too."""
        assert self._numbers is not None and other._numbers is not None
        numbers = np.concatenate((self._numbers, other._numbers))
        return Known(joined([self._words, other._words]), numbers)

    def follow(self, words: Words) -> Numbered:
        """Return what `find` does, given cells that mostly stand in the order of these.

        Some are looked up; those that follow upon them are mostly the next ones.
        """
        guess = np.repeat(self.find(words[:, ::_STEP]), _STEP)[: words.shape[1]]
        guess += np.arange(len(guess), dtype=np.int32) % _STEP
        found = np.clip(guess, 0, len(self) - 1)
        others = np.flatnonzero(~_same(self._words, found, words))
        found[others] = self.find(words.take(others, axis=1))
        return found

    def find(self, words: Words) -> Numbered:
        """Return the number of each cell, `UNKNOWN` for one that is not known."""
        mixed = _mixed(words)
        out, left = np.empty(0, dtype=np.int32), np.arange(0)
        for turn, (shift, slots) in enumerate(self._sets):
            found = slots.take((mixed >> shift).view(np.int64))
            same = _same(self._words, found, words)
            if self._numbers is not None:
                found = self._numbers.take(found)
            # Rows that are taken by their places are had many times quicker than by a mask.
            others = np.flatnonzero(~same)
            found[others] = UNKNOWN
            if turn:
                out[left], left = found, left.take(others)
            else:
                out, left = found, others
            if not len(left):
                return out
            mixed, words = _again(mixed.take(others)), words.take(others, axis=1)
        if self._rest:
            like = joined([self._words[:, :0], words])
            for place, at in enumerate(left.tolist()):
                row = self._rest.get(like[:, place].tobytes(), UNKNOWN)
                out[at] = row if self._numbers is None or row < 0 else self._numbers[row]
        return out
