"""Which cards the evidence panel lists, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from viewer.model.arrays import row_type
from viewer.model.derived import derived
from viewer.model.dossier import Dossier, Index, Mask

Card = tuple[str, int]
"""Table and row of what a card is about."""


@dataclass(frozen=True, eq=False)
class Cards(Sequence[Card]):
    """The cards of the panel, in order; equal to any sequence of the same cards.

    Of a million events none is gone through: a card is made when it is asked for.

    Parameters
    ----------
    first : tuple of Card
        What stands before the events.
    events, relations : ndarray of integer
        Rows, in the order in which they are listed.
    """

    first: tuple[Card, ...]
    events: Index
    relations: Index

    def __len__(self) -> int:
        return len(self.first) + len(self.events) + len(self.relations)

    def __iter__(self) -> Iterator[Card]:
        yield from self.first
        for table, rows in (("events", self.events), ("relations", self.relations)):
            yield from ((table, int(row)) for row in rows)

    @overload
    def __getitem__(self, at: int) -> Card: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Card, ...]: ...
    def __getitem__(self, at: int | slice) -> Card | tuple[Card, ...]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        at = range(len(self))[at]
        if at < len(self.first):
            return self.first[at]
        at -= len(self.first)
        if at < len(self.events):
            return "events", int(self.events[at])
        return "relations", int(self.relations[at - len(self.events)])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Cards):
            return (
                self.first == other.first
                and np.array_equal(self.events, other.events)
                and np.array_equal(self.relations, other.relations)
            )
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def at(self, card: Card) -> int | None:
        """Return where a card stands, None where it is none of them."""
        if card in self.first:
            return self.first.index(card)
        table, row = card
        before = len(self.first)
        for name, rows in (("events", self.events), ("relations", self.relations)):
            if name == table:
                found = np.flatnonzero(rows == row)
                return before + int(found[0]) if len(found) else None
            before += len(rows)
        return None

    def left(self, done: int) -> Counter[str]:
        """Return how many cards of each table come after the first `done`."""
        left = Counter(table for table, _ in self.first[done:])
        done = max(done - len(self.first), 0)
        left["events"] += max(len(self.events) - done, 0)
        left["relations"] += len(self.relations) - max(done - len(self.events), 0)
        return +left


def in_order(dossier: Dossier, mask: Mask) -> Index:
    """Return the rows of the events of `mask`, the earliest first, the undated last."""
    order = by_date(dossier)
    chosen: Index = order[mask[order]]
    return chosen


@derived("events.date")
def by_date(dossier: Dossier) -> Index:
    """Return the rows of all events in that order."""
    begin, end = dossier.event_bounds.reshape(-1, 2).T
    # What has no known beginning stands where it is known to have ended.
    first = np.where(np.isfinite(begin), begin, end)
    keys = np.nan_to_num(end, nan=np.inf), np.where(np.isnan(first), np.inf, first)
    return np.lexsort(keys).astype(row_type(len(begin)))
