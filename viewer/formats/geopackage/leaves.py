"""The rows of tables straight out of the pages of a file: SQLite need not hand them out one by one.

The format is that of https://www.sqlite.org/fileformat2.html, "B-tree Pages" and "Record Format".
Read are rows that stand in their leaf whole and hold text, or nothing, in every column, as those
of our files mostly do; what is out of the ordinary is left to SQLite, some pages at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from viewer.formats.geopackage.profile import page_of
from viewer.formats.geopackage.salvage import varint
from viewer.formats.geopackage.words import Block, Bytes, Rows, spans
from viewer.model.arrays import Mask, distinct

if TYPE_CHECKING:
    from viewer.formats.geopackage.content import Content

_AT_ONCE = 1 << 22
"""Bytes of pages that are read at once: they should stay near at hand till that is over."""
_HEAD, _RESERVED = 100, 20
_INTERIOR, _LEAF, _DEEPEST = 5, 13, 20
_SIZE, _FID = 2, 5
"""Bytes of the size and of the number of an ordinary row, at most."""
_LONGEST_HEADER = 127
_BEFORE = 35
"""Bytes of a page that a row leaves free at least; a longer one goes on elsewhere."""


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Some rows of a table in a row.

    Parameters
    ----------
    fids : ndarray of int64, shape (n,)
        Their numbers.
    blocks : sequence of Block
        The cells of each column of text.
    """

    fids: Rows
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Unusual:
    """Some rows that are out of the ordinary, given by the numbers of the first and the last."""

    bounds: tuple[int, int]


class Leaves:
    """The leaves of one table.

    Parameters
    ----------
    content : Content
    root : int
        The page its tree begins with, counted from 1.
    texts : sequence of bool
        For each of its columns after its number whether it holds text; else, bytes.

    Raises
    ------
    ValueError
        They do not add up.
    """

    def __init__(self, content: Content, root: int, texts: Sequence[bool]) -> None:
        self._content, self._texts = content.padded, texts
        self._page = page_of(bytes(content.whole[:_HEAD]))
        self._room = self._page - content.whole[_RESERVED]
        self._most = content.size // self._page
        self._pages = self._below(root)
        first = self._content[self._pages[:, None] + np.arange(8)]
        self._counts = first[:, 3].astype(np.int64) << 8 | first[:, 4]
        least = 1 if len(first) > 1 else 0
        if (self._counts < least).any() or (8 + 2 * self._counts > self._room).any():
            raise ValueError("a page holds no rows, or too many")

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._counts.sum())

    def pieces(self) -> Iterator[Ordinary | Unusual]:
        """Yield the rows, some pages at a time."""
        if not len(self):
            return
        step = max(_AT_ONCE // self._page, 1)
        bounds = [*range(0, len(self._pages), step), len(self._pages)]
        for first, last in pairwise(bounds):
            pages, counts = self._pages[first:last], self._counts[first:last]
            yield self._piece(pages, counts) or Unusual(
                (self._number(int(pages[0]), 0), self._number(int(pages[-1]), int(counts[-1]) - 1))
            )

    # -- the tree ----------------------------------------------------------------------------

    def _below(self, root: int) -> Rows:
        """Return where the leaves of a tree begin, in order."""
        level = np.array([root], dtype=np.int64)
        for _ in range(_DEEPEST):
            # The first page holds the table of tables, and is made otherwise.
            if level.min() < 2 or level.max() > self._most or len(distinct(level)) < len(level):
                break
            pages = (level - 1) * self._page
            kinds = self._content[pages]
            if (kinds == _LEAF).all():
                return pages
            if not (kinds == _INTERIOR).all():
                break
            level = np.concatenate([self._children(page) for page in pages.tolist()])
        raise ValueError("its pages do not make a tree")

    def _children(self, at: int) -> Rows:
        page = self._content[at : at + self._page]
        count = int.from_bytes(page[3:5])
        # A cell takes five bytes at least, and where it stands two more.
        if 12 + 7 * count > self._room:
            raise ValueError("a page leads to too many others")
        spots = page[12 : 12 + 2 * count].view(">u2").astype(np.int64)
        if (spots >= self._room).any():
            raise ValueError("a page leads nowhere")
        spots = np.append(spots, 8) + at
        return spans(self._content, spots, 4).view(">u4").ravel().astype(np.int64)

    def _number(self, page: int, row: int) -> int:
        """Return the number of one row of a leaf."""
        spot = int.from_bytes(self._content[page + 8 + 2 * row :][:2])
        if spot >= self._room:
            raise ValueError("a row stands outside of its page")
        letters = self._content[page + spot :][:18].tolist()
        out = varint(letters, varint(letters, 0)[1])[0]
        return out - (1 << 64) if out >= 1 << 63 else out

    # -- the rows ----------------------------------------------------------------------------

    def _piece(self, pages: Rows, counts: Rows) -> Ordinary | None:
        """Return the rows of some leaves; None where any of them is out of the ordinary."""
        if _header(len(self._texts))[1] > _LONGEST_HEADER:
            return None
        total = int(counts.sum())
        # Where the rows of each page stand is written in its beginning, in two bytes each.
        pairs = np.repeat(pages // 2 + 4 - (np.cumsum(counts) - counts), counts)
        pairs += np.arange(total)
        at = self._content[: len(self._content) // 2 * 2].view(">u2")[pairs].astype(np.int64)
        if (at >= self._room).any():
            return None
        at += np.repeat(pages, counts)
        head = np.ascontiguousarray(spans(self._content, at, _SIZE + _FID).T)
        size, width, odd = _numbers(head[:_SIZE])
        after = head[1:-1] if (width == 1).all() else np.where(width == 1, head[1:-1], head[2:])
        fids, more, odder = _numbers(after)
        if (odd | odder).any():
            return None
        at += width
        at += more
        end = at + size
        blocks = self._cells(at, end)
        whole = (size <= self._room - _BEFORE) & (end <= np.repeat(pages + self._room, counts))
        return Ordinary(fids, blocks) if blocks is not None and whole.all() else None

    def _cells(self, at: Rows, end: Rows) -> list[Block] | None:
        """Return the cells of records by column, given where they begin and end."""
        shortest, longest = _header(len(self._texts))
        record = spans(self._content, at, longest)
        header = np.ascontiguousarray(record[:, :shortest].T)
        # A number stands before its row, and again in its record as nothing.
        if header[1].any():
            return None
        first = np.arange(len(at)) * longest + 2
        here, shifted = first, False
        starts, out = at + header[0], []
        for nth, is_text in enumerate(self._texts):
            kind = record.take(here + nth) if shifted else header[2 + nth]
            if (wide := kind > 127).any():
                # Longer cells are told of in two bytes, which shifts what follows.
                low = record.take(here + nth + 1)
                if (low[wide] > 127).any():
                    return None
                kind = np.where(wide, (kind & 127).astype(np.int64) << 7 | low, kind)
                here, shifted = here + wide, True
            usual = (kind & 1 == is_text) & (kind >= 12 + is_text)
            if not usual.all() and not (usual | (kind == 0)).all():
                return None
            lengths = ((np.maximum(kind, 12) - 12) >> 1).astype(np.int64)
            if is_text:
                out.append(Block(self._content, starts, lengths))
            starts = starts + lengths
        adds_up = (starts == end) & (header[0] == shortest + (here - first))
        return out if adds_up.all() else None


def _header(columns: int) -> tuple[int, int]:
    """Return how long the head of a record of so many columns is, at least and at most."""
    return 2 + columns, 2 + 2 * columns


def _numbers(letters: Bytes) -> tuple[Rows, Rows, Mask]:
    """Return numbers of one byte or more, how many each takes, and whether it goes on even then.

    Parameters
    ----------
    letters : ndarray of uint8, shape (k, n)
        The first bytes of each.
    """
    out = (letters[0] & 127).astype(np.int64)
    width, goes_on = np.ones(len(out), dtype=np.int64), letters[0] > 127
    for letter in letters[1:]:
        if not goes_on.any():
            break
        longer = out << 7 | letter & 127
        # Most are of one length, and choosing is slow.
        out = longer if goes_on.all() else np.where(goes_on, longer, out)
        width += goes_on
        goes_on = goes_on & (letter > 127)
    return out, width, goes_on
