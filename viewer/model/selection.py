"""What is picked, and what stands out because of it.

A `Selection` is what the user picked. A `Highlight` is derived from it: what is picked and
what is tied to it; views dim everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Shown
from viewer.model.schema import Ref

Mode = Literal["replace", "add", "toggle"]
PICKABLE = ("actors", "places", "events", "relations")


@dataclass(frozen=True, eq=False)
class Picks:
    """Which rows of one table are picked, in little room: undo keeps every selection.

    Parameters
    ----------
    size : int
        Number of rows of the table.
    rows : ndarray of int32, optional
        The rows picked, in order, where they are few.
    bits : ndarray of uint8, optional
        One bit a row where they are many.
    """

    size: int
    rows: NDArray[np.int32] | None
    bits: NDArray[np.uint8] | None = None

    @staticmethod
    def of(mask: Mask) -> Picks:
        """Return the rows of a mask."""
        if 32 * np.count_nonzero(mask) < len(mask):
            return Picks(len(mask), np.flatnonzero(mask).astype(np.int32))
        return Picks(len(mask), None, np.packbits(mask))

    @property
    def mask(self) -> Mask:
        """One entry per row of the table; not to be written to."""
        return _mask(self)

    def same(self, other: Picks) -> bool:
        """Whether the same rows are picked."""
        return self is other or bool((self.mask == other.mask).all())


# A few: those of the selection at hand, which every view asks for.
@lru_cache(maxsize=8)
def _mask(picks: Picks) -> Mask:
    if picks.bits is None:
        mask = np.zeros(picks.size, dtype=bool)
        mask[picks.rows] = True
    else:
        mask = np.unpackbits(picks.bits, count=picks.size).astype(bool)
    mask.flags.writeable = False
    return mask


@dataclass(frozen=True, eq=False)
class Selection:
    """What is picked, with one active row.

    Parameters
    ----------
    picks : mapping of str to Picks
        By table, of all in `PICKABLE`.
    active : Ref, optional
        The row that the evidence panel is headed by: the one picked last.
    """

    picks: Mapping[str, Picks]
    active: Ref | None = None

    @staticmethod
    def empty(dossier: Dossier) -> Selection:
        """Return the selection of nothing."""
        nothing = np.empty(0, dtype=np.int32)
        return Selection({name: Picks(len(dossier.tables[name]), nothing) for name in PICKABLE})

    def with_rows(self, table: str, mask: Mask, active: Ref | None) -> Selection:
        """Return this selection with exactly the rows of a mask picked of one table."""
        return Selection({**self.picks, table: Picks.of(mask)}, active)

    @staticmethod
    def of(dossier: Dossier, refs: Iterable[Ref]) -> Selection:
        """Return the selection of `refs`; the last one is active. Unknown ones raise KeyError."""
        return Selection.empty(dossier).changed(dossier, tuple(refs), "add")

    @property
    def actors(self) -> Mask:
        """Mask of the actors picked."""
        return self.mask("actors")

    @property
    def places(self) -> Mask:
        """Mask of the places picked."""
        return self.mask("places")

    @property
    def events(self) -> Mask:
        """Mask of the events picked."""
        return self.mask("events")

    @property
    def relations(self) -> Mask:
        """Mask of the relations picked."""
        return self.mask("relations")

    def mask(self, table: str) -> Mask:
        """Return the mask of a table by name; not to be written to."""
        return self.picks[table].mask

    def same(self, other: Selection) -> bool:
        """Whether the same is picked and the same row active."""
        return self.active == other.active and all(
            picks.same(other.picks[name]) for name, picks in self.picks.items()
        )

    def changed(self, dossier: Dossier, refs: Iterable[Ref], mode: Mode) -> Selection:
        """Return the selection after picking `refs`.

        Parameters
        ----------
        dossier : Dossier
            The dossier the masks belong to.
        refs : iterable of Ref
            What was clicked or lassoed.
        mode : {"replace", "add", "toggle"}
            A click replaces, Shift adds, Ctrl toggles.
        """
        base = Selection.empty(dossier) if mode == "replace" else self
        masks: dict[str, Mask] = {}
        active = base.active
        for ref in refs:
            row = dossier.row(ref)
            mask = masks.get(ref.table)
            if mask is None:
                mask = masks[ref.table] = base.mask(ref.table).copy()
            on = not mask[row] if mode == "toggle" else True
            mask[row] = on
            if on:
                active = ref
            elif active == ref:
                active = None
        picks = {**base.picks, **{name: Picks.of(mask) for name, mask in masks.items()}}
        out = Selection(picks, active)
        if active is None and out.count:
            name = next(name for name in PICKABLE if out.mask(name).any())
            last = int(np.flatnonzero(out.mask(name))[-1])
            out = Selection(picks, dossier.ref(name, last))
        return out

    @property
    def count(self) -> int:
        """Number of rows picked."""
        return sum(int(np.count_nonzero(self.mask(name))) for name in PICKABLE)

    def refs(self, dossier: Dossier) -> tuple[Ref, ...]:
        """Return what is picked, the active row last."""
        found = [
            Ref(name, key)
            for name in PICKABLE
            for key in dossier.tables[name]["id"].take(np.flatnonzero(self.mask(name)))
        ]
        if self.active in found:
            found.remove(self.active)
            found.append(self.active)
        return tuple(found)

    def has(self, dossier: Dossier, ref: Ref) -> bool:
        """Whether `ref` is picked."""
        row = dossier.tables[ref.table].row_of.get(ref.id)
        return ref.table in PICKABLE and row is not None and bool(self.mask(ref.table)[row])


@dataclass(frozen=True, eq=False)
class Highlight(Shown):
    """Row masks of what stands out of what is shown: everything when nothing is picked.

    Parameters
    ----------
    dimming : bool
        Whether the rest is dimmed: False when nothing is picked.
    """

    dimming: bool


def highlight(dossier: Dossier, picked: Selection, visible: Shown) -> Highlight:
    """Derive what stands out.

    A place brings the events at it and at the places within it, and those who took part. An
    actor brings its events with their places and participants, and those it has a relation
    with. An event brings its places and participants. A relation brings its two ends and the
    events in which both took part. A relation stands out when it is picked, touches a picked
    actor, or ties two participants of the events that stand out.
    """
    if not picked.count:
        return Highlight(
            visible.actors, visible.places, visible.events, visible.relations, dimming=False
        )
    at, taking_part = dossier.places_of_event, dossier.actors_of_event
    ends = dossier.actors_of_relation

    inside = dossier.place_ancestors.reverse.reach(picked.places)
    events = picked.events | at.reverse.reach(inside) | taking_part.reverse.reach(picked.actors)
    # Where an end is picked too, its events are there already.
    touching = ends.reverse.reach(picked.actors)
    alone = dossier.relation_ends[picked.relations & ~touching]
    for source, target in alone.tolist():
        events[_shared(taking_part.reverse.of(source), taking_part.reverse.of(target))] = True
    events &= visible.events

    participants = taking_part.reach(events)
    near = picked.relations | touching
    actors = picked.actors | participants | ends.reach(near)
    relations = near | _between(dossier, participants)
    places = picked.places | at.reach(events)
    return Highlight(
        actors & visible.actors,
        places & visible.places,
        events,
        relations & visible.relations,
        dimming=True,
    )


def _between(dossier: Dossier, actors: Mask) -> Mask:
    """Return the relations of which both ends are among some actors."""
    found = dossier.actors_of_relation.reverse.reach(actors)
    rows = np.flatnonzero(found)
    found[rows] = actors[dossier.relation_ends[rows]].all(axis=1)
    return found


def _shared(a: Index, b: Index) -> Index:
    """Return what stands in both of two sorted arrays."""
    few, many = (a, b) if len(a) < len(b) else (b, a)
    few = few[few <= many[-1]] if len(many) else few[:0]
    shared: Index = few[many[np.searchsorted(many, few)] == few]
    return shared
