"""Columns put together out of blocks of cells, coded by what stands again or is referred to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from viewer.formats.geopackage.words import (
    UNKNOWN,
    Block,
    Known,
    Numbered,
    Rows,
    Words,
    heads,
    joined,
)
from viewer.model.columns import SHORT, Coded, Column, Texts, column, dictionary

_RUNS = 0.95
"""References of which no more differ from the one before them stand in the order of their ids."""


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
    leads : bool
        Whether its cells should be ids, which `lead` is to say before any is added; they are
        coded by the rows of these.
    keep_words : bool
        Whether its cells are going to be what others refer to.
    """

    def __init__(self, leads: bool = False, keep_words: bool = False) -> None:
        self.leads = leads
        self._ids: Ids | None = None
        self._first = 0
        self._rows: dict[str, int] | None = None
        self._kept: list[Words] | None = [] if keep_words else None
        # Words that are no ids, their codes counted on from those.
        self._others: dict[str, int] = {}
        # What finds ids and words again, the longer list of words before the shorter.
        self._known: list[Known] = []
        self._in_runs = leads
        self._codes: list[Numbered] = []
        self._data: list[bytes] = []
        self._lengths: list[Rows] = []
        self._coded: bool | None = True if leads else None

    def lead(self, ids: Ids) -> None:
        """Say which ids the cells should be."""
        self._ids, self._first = ids, len(ids.ids)
        if ids.known is not None:
            self._known.append(ids.known)

    def foresee(self, block: Block) -> None:
        """Have cells worked out that are to be added soon; others may be added meanwhile."""
        if not block.lengths.any():
            return
        if self._coded is not False or self._kept is not None:
            _ = block.words
        if self._coded is False:
            with suppress(UnicodeDecodeError):
                _ = block.together

    def add(self, block: Block) -> None:
        """Add cells.

        Raises
        ------
        UnicodeDecodeError
            They are no UTF-8; nothing is done.
        """
        if self._coded is not False and self._kept is None and not block.lengths.any():
            # Columns of nothing are common, and need no looking into.
            self._coded = True
            self._codes.append(np.repeat(self._numbered(("",), {}), len(block)))
            return
        words = block.words if self._coded is not False or self._kept is not None else None
        if self._coded is None:
            self._coded = 2 * _distinct(block, words) <= len(block)
        if not self._coded:
            self._data.append(block.together)
            self._lengths.append(block.lengths)
        elif words is None:
            self._codes.append(self._one_by_one(block.cells()))
        else:
            self._codes.append(self._coded_by(block, words))
        self._keep(words)

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
        known = Known(joined(self._kept)) if self._kept else None
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

    def _coded_by(self, block: Block, words: Words) -> Numbered:
        """Return the codes of a block; references in a row that are the same are led once."""
        if not self._in_runs:
            return self._looked_up(block, words)
        lead = np.flatnonzero(heads(words))
        self._in_runs = len(lead) <= _RUNS * len(block)
        some = Block(block.content, block.starts.take(lead), block.lengths.take(lead))
        codes = self._looked_up(some, words.take(lead, axis=1))
        return np.repeat(codes, np.diff(lead, append=len(block)))

    def _looked_up(self, block: Block, words: Words) -> Numbered:
        """Return the codes of cells: those of ids, of words met before, and fresh ones."""
        codes, left = np.full(len(block), UNKNOWN, dtype=np.int32), np.arange(len(block))
        likely = max(self._known, key=lambda known: known.met, default=None)
        if likely is not None and 2 * likely.met >= len(block):
            in_order = self._in_runs and not likely.numbered
            codes = likely.follow(words) if in_order else likely.find(words)
            left = np.flatnonzero(codes == UNKNOWN)
            likely.met = len(block) - len(left)
        if len(left):
            some = Block(block.content, block.starts.take(left), block.lengths.take(left))
            codes[left] = self._once_each(some, words.take(left, axis=1))
        return codes

    def _once_each(self, block: Block, words: Words) -> Numbered:
        """Return the codes of cells, those that are equal being looked up once."""
        first = Known(words).find(words)
        times = np.bincount(first)
        lead = np.flatnonzero(times)
        codes, left = np.full(len(lead), UNKNOWN, dtype=np.int32), np.arange(len(lead))
        for known in self._known:
            found = codes[left] = known.find(words.take(lead[left], axis=1))
            known.met = int(times[lead[left[found != UNKNOWN]]].sum())
            left = left[found == UNKNOWN]
        if len(left):
            fresh = lead[left]
            codes[left] = self._numbered(block.cells(fresh), {})
            self._learn(Known(words.take(fresh, axis=1), codes[left]))
        out = np.empty(len(times), dtype=np.int32)
        out[lead] = codes
        return out.take(first)

    def _learn(self, more: Known) -> None:
        """Keep cells that were not met before; lists of like length are made one."""
        while self._known and self._known[-1].numbered and len(self._known[-1]) < 2 * len(more):
            more = self._known.pop().with_more(more)
        self._known.append(more)

    def _one_by_one(self, cells: Sequence[str]) -> Numbered:
        """Return the codes of any cells."""
        if self._rows is None:
            self._rows = {} if self._ids is None else dictionary(self._ids.ids)
        return self._numbered(cells, self._rows)

    def _numbered(self, cells: Sequence[str], rows: Mapping[str, int]) -> Numbered:
        """Return the codes of cells, given the rows of ids; an empty reference has none."""
        others, first = self._others, self._first
        if self._ids is None:
            codes = [others.setdefault(cell, len(others)) for cell in cells]
        else:
            codes = [
                (rows[c] if c in rows else others.setdefault(c, first + len(others))) if c else -1
                for c in cells
            ]
        return np.array(codes, dtype=np.int32)


def _distinct(block: Block, words: Words | None) -> int:
    """Return how many distinct cells there are."""
    if words is None:
        return len(set(block.cells()))
    return int((Known(words).find(words) == np.arange(len(block))).sum())
