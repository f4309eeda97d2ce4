"""What is picked, and what stands out because of it.

A `Selection` is what the user picked. A `Highlight` is derived from it: what is picked and
what is tied to it; views dim everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from viewer.model.dossier import Dossier, Mask
from viewer.model.filters import Shown
from viewer.model.schema import Ref

Mode = Literal["replace", "add", "toggle"]
PICKABLE = ("actors", "places", "events", "relations")


@dataclass(frozen=True, eq=False)
class Selection:
    """Row masks of what is picked, with one active row.

    Parameters
    ----------
    actors, places, events, relations : ndarray of bool
        One entry per row of the table.
    active : Ref, optional
        The row that the evidence panel is headed by: the one picked last.
    """

    actors: Mask
    places: Mask
    events: Mask
    relations: Mask
    active: Ref | None = None

    @staticmethod
    def empty(dossier: Dossier) -> Selection:
        """Return the selection of nothing."""
        masks = {name: np.zeros(len(dossier.tables[name]), dtype=bool) for name in PICKABLE}
        return Selection(**masks, active=None)

    @staticmethod
    def of(dossier: Dossier, refs: Iterable[Ref]) -> Selection:
        """Return the selection of `refs`; the last one is active. Unknown ones raise KeyError."""
        return Selection.empty(dossier).changed(dossier, tuple(refs), "add")

    def mask(self, table: str) -> Mask:
        """Return the mask of a table by name."""
        mask: Mask = getattr(self, table)
        return mask

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
        refs = tuple(refs)
        base = Selection.empty(dossier) if mode == "replace" else self
        masks = {name: base.mask(name).copy() for name in PICKABLE}
        active = base.active
        for ref in refs:
            row = dossier.row(ref)
            on = not masks[ref.table][row] if mode == "toggle" else True
            masks[ref.table][row] = on
            if on:
                active = ref
            elif active == ref:
                active = None
        if active is None:
            active = next(
                (
                    dossier.ref(name, int(np.flatnonzero(masks[name])[-1]))
                    for name in PICKABLE
                    if masks[name].any()
                ),
                None,
            )
        return Selection(**masks, active=active)

    @property
    def count(self) -> int:
        """Number of rows picked."""
        return sum(int(self.mask(name).sum()) for name in PICKABLE)

    def refs(self, dossier: Dossier) -> tuple[Ref, ...]:
        """Return what is picked, the active row last."""
        found = [
            dossier.ref(name, int(row))
            for name in PICKABLE
            for row in np.flatnonzero(self.mask(name))
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
    ends = dossier.relation_ends

    inside = dossier.place_ancestors.reverse.reach(picked.places)
    events = picked.events | at.reverse.reach(inside) | taking_part.reverse.reach(picked.actors)
    for source, target in ends[picked.relations]:
        both = np.zeros(len(events), dtype=bool)
        both[np.intersect1d(taking_part.reverse.of(source), taking_part.reverse.of(target))] = True
        events |= both
    events &= visible.events

    touching = picked.actors[ends].any(axis=1)
    participants = taking_part.reach(events)
    relations = picked.relations | touching | participants[ends].all(axis=1)
    actors = picked.actors | participants
    actors[ends[picked.relations | touching].ravel()] = True
    places = picked.places | at.reach(events)
    return Highlight(
        actors & visible.actors,
        places & visible.places,
        events,
        relations & visible.relations,
        dimming=True,
    )
