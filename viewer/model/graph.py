"""The relationship graph: actors as nodes, relations and joint events as edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import first_of, slots, starts_of, width
from viewer.model.dossier import Dossier, Index, Links, Mask
from viewer.model.schema import QUADS, Ref

LARGEST_PAIRING = 6
"""Above so many participants an event ties all to its first ones instead of all pairs."""


@dataclass(frozen=True, eq=False)
class Edges:
    """All edges of a dossier, whether shown or not.

    A relation is one edge. The events that join the same two actors in the same direction and
    quad class are one edge together.

    Parameters
    ----------
    pairs : ndarray of integer, shape (n, 2)
        `ends`, in as few bytes as hold them: there may be as many edges as events.
    directed : ndarray of bool, shape (n,)
    quads : ndarray of int8, shape (n,)
        Position in `schema.QUADS`, -1 for a tie without a class.
    relation : ndarray of integer, shape (n,)
        Row of the relation, -1 for an edge of events.
    events : Links
        Edge → rows of the events behind it, in the order of the table.
    """

    pairs: Index
    directed: Mask
    quads: NDArray[np.int8]
    relation: Index
    events: Links

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def ends(self) -> Index:
        """Actor rows; for a directed edge from the first to the second, shape (n, 2)."""
        return self.pairs.astype(np.int32)

    def refs(self, dossier: Dossier, edge: int) -> tuple[Ref, ...]:
        """Return the rows behind an edge."""
        if self.relation[edge] >= 0:
            return (dossier.ref("relations", int(self.relation[edge])),)
        return tuple(dossier.ref("events", row) for row in self.events.of(edge).tolist())


def edges(dossier: Dossier) -> Edges:
    """Build the edges of a dossier.

    Sources and targets of an event are tied pairwise and directed; participants without such a
    role are tied among each other without direction. Where that would be very many ties, all are
    tied to the first source and the first target, or to the first participant.
    """
    ties = dossier.relations["directed"].each(lambda cell: cell.strip().casefold() == "yes")
    events, ends, directed = _pairs(dossier)
    quads = dossier.event_quads[events]
    # One number for each kind of edge there can be.
    key = ends[:, 0].astype(np.int64) * len(dossier.actors) + ends[:, 1]
    key = (key * 2 + directed) * (len(QUADS) + 1) + quads + 1
    order = np.argsort(key, kind="stable")
    fresh = np.diff(key[order], prepend=-1) != 0
    group = np.cumsum(fresh) - 1
    # Edges stand in the order in which the events first make them.
    first = order[fresh]
    place = np.empty(len(first), dtype=np.intp)
    place[np.argsort(first)] = np.arange(len(first))
    first.sort()
    known = len(dossier.relations)
    made = Links.from_pairs(
        place[group] + known, events[order], known + len(first), len(dossier.events)
    )
    return Edges(
        np.concatenate((dossier.relation_ends, ends[first])).astype(width(len(dossier.actors))),
        np.concatenate((ties.array(np.bool_), directed[first])),
        np.concatenate((dossier.relation_quads, quads[first])),
        np.concatenate((np.arange(known), np.full(len(first), -1))).astype(width(known)),
        made,
    )


def _pairs(dossier: Dossier) -> tuple[Index, Index, Mask]:
    """Return which event ties which two actors, and whether from the first to the second.

    Returns
    -------
    events : ndarray of integer, shape (n,)
        In the order of the table.
    ends : ndarray of integer, shape (n, 2)
    directed : ndarray of bool, shape (n,)
    """
    size, people = len(dossier.events), len(dossier.actors)
    rows = {name: dossier.rows("participants", name) for name in ("event", "actor")}
    roles = dossier.tables["participants"]["role"]
    order = dossier.entries_of_event("participants").targets
    order = order[rows["actor"][order] >= 0]
    event, actor, role = (cells[order] for cells in (rows["event"], rows["actor"], roles.codes))

    def holding(word: str) -> tuple[Index, Index, Index]:
        """Return event and actor of those with a role, and where the run of each event begins."""
        found = np.flatnonzero(roles.each(lambda cell: cell == word).array(np.bool_)[order])
        return event[found], actor[found], starts_of(event[found], size)

    source_event, source, source_starts = holding("source")
    _, target, target_starts = holding("target")
    many = np.diff(source_starts) * np.diff(target_starts) > LARGEST_PAIRING**2

    # Every source with every target, or with the first one where they are very many …
    begin, end = target_starts[source_event], target_starts[source_event + 1]
    end = np.where(many[source_event], begin + 1, end)
    facing = [
        np.repeat(source_event, end - begin), np.repeat(source, end - begin),
        target[slots(begin, end)],
    ]  # fmt: skip
    # … and the first source with every target.
    crowds = np.flatnonzero(many)
    counts = np.diff(target_starts)[crowds]
    extra = (
        np.repeat(crowds, counts), np.repeat(source[source_starts[crowds]], counts),
        target[slots(target_starts[crowds], target_starts[crowds + 1])],
    )  # fmt: skip
    if len(crowds):
        facing = [np.concatenate(both) for both in zip(facing, extra, strict=True)]
    apart = facing[1] != facing[2]
    facing = [cells[apart] for cells in facing]

    # Events without such pairs tie all who take part, role by role.
    plain = np.ones(size, dtype=bool)
    plain[facing[0]] = False
    at = np.flatnonzero(plain[event])
    held = event[at].astype(np.int64) * (len(roles.vocabulary) + 1) + role[at] + 1
    at = at[np.lexsort((first_of(held), event[at]))]
    members = Links.from_pairs(event[at], actor[at], size, people)
    owner = np.repeat(np.arange(size), members.counts)
    slot = np.arange(len(members.targets))
    small = members.counts[owner] <= LARGEST_PAIRING
    is_first = slot == members.starts[owner]
    # All pairs, or those of the first with each other.
    begin = np.where(small | is_first, slot + 1, 0)
    end = np.where(small | is_first, members.starts[owner + 1], 0)
    a = np.repeat(members.targets, end - begin)
    b = members.targets[slots(begin, end)]
    joining = (np.repeat(owner, end - begin), np.minimum(a, b), np.maximum(a, b))

    events, one, other = (
        np.concatenate(both) for both in zip(facing, joining, strict=True)
    )  # fmt: skip
    directed = np.arange(len(events)) < len(facing[0])
    order = np.argsort(events, kind="stable")
    return events[order], np.column_stack((one, other))[order], directed[order]
