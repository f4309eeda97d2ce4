"""The relationship graph: actors as nodes, relations and joint events as edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.schema import Ref

LARGEST_PAIRING = 6
"""Above so many participants an event ties all to its first ones instead of all pairs."""


@dataclass(frozen=True, eq=False)
class Edges:
    """All edges of a dossier, whether shown or not.

    A relation is one edge. The events that join the same two actors in the same direction and
    quad class are one edge together.

    Parameters
    ----------
    ends : ndarray of intp, shape (n, 2)
        Actor rows; for a directed edge from the first to the second.
    directed : ndarray of bool, shape (n,)
    quads : ndarray of int8, shape (n,)
        Position in `schema.QUADS`, -1 for a tie without a class.
    relation : ndarray of intp, shape (n,)
        Row of the relation, -1 for an edge of events.
    events : tuple of ndarray of intp
        Rows of the events of each edge, in the order of the table.
    """

    ends: Index
    directed: Mask
    quads: NDArray[np.int8]
    relation: Index
    events: tuple[Index, ...]

    def __len__(self) -> int:
        return len(self.ends)

    def counts(self, visible_events: Mask, visible_relations: Mask) -> Index:
        """Return how many shown rows stand behind each edge, shape (n,)."""
        return np.array(
            [
                int(visible_relations[relation]) if relation >= 0 else int(
                    visible_events[events].sum()
                )
                for relation, events in zip(self.relation, self.events, strict=True)
            ],
            dtype=np.intp,
        )  # fmt: skip

    def refs(self, dossier: Dossier, edge: int) -> tuple[Ref, ...]:
        """Return the rows behind an edge."""
        if self.relation[edge] >= 0:
            return (dossier.ref("relations", int(self.relation[edge])),)
        return tuple(dossier.ref("events", int(row)) for row in self.events[edge])


def edges(dossier: Dossier) -> Edges:
    """Build the edges of a dossier.

    Sources and targets of an event are tied pairwise and directed; participants without such a
    role are tied among each other without direction. Where that would be very many ties, all are
    tied to the first source and the first target, or to the first participant.
    """
    ends = [tuple(pair) for pair in dossier.relation_ends.tolist()]
    directed = [cell.strip().casefold() == "yes" for cell in dossier.relations["directed"]]
    quads = dossier.relation_quads.tolist()
    relation = list(range(len(ends)))
    members: list[list[int]] = [[] for _ in ends]

    joined: dict[tuple[int, int, bool, int], list[int]] = {}
    roles = _roles(dossier)
    for event, quad in enumerate(dossier.event_quads.tolist()):
        taking_part = roles.get(event, {})
        sources, targets = taking_part.get("source", []), taking_part.get("target", [])
        if len(sources) * len(targets) <= LARGEST_PAIRING**2:
            facing = list(product(sources, targets))
        else:
            facing = [(a, targets[0]) for a in sources] + [(sources[0], b) for b in targets]
        pairs = [(a, b, True) for a, b in facing if a != b]
        if not pairs:
            everyone = [row for rows in taking_part.values() for row in rows]
            unique = list(dict.fromkeys(everyone))
            if len(unique) <= LARGEST_PAIRING:
                joining = list(combinations(unique, 2))
            else:
                joining = [(unique[0], other) for other in unique[1:]]
            pairs = [(min(pair), max(pair), False) for pair in joining]
        for a, b, direct in dict.fromkeys(pairs):
            joined.setdefault((a, b, direct, quad), []).append(event)
    for (a, b, direct, quad), rows in joined.items():
        ends.append((a, b))
        directed.append(direct)
        quads.append(quad)
        relation.append(-1)
        members.append(rows)
    return Edges(
        np.array(ends, dtype=np.intp).reshape(-1, 2),
        np.array(directed, dtype=bool),
        np.array(quads, dtype=np.int8),
        np.array(relation, dtype=np.intp),
        tuple(np.array(rows, dtype=np.intp) for rows in members),
    )


def _roles(dossier: Dossier) -> dict[int, dict[str, list[int]]]:
    """Event row → role → actor rows."""
    table = dossier.tables["participants"]
    out: dict[int, dict[str, list[int]]] = {}
    for event, actor, role in zip(table["event"], table["actor"], table["role"], strict=True):
        event_row = dossier.events.row_of.get(event)
        actor_row = dossier.actors.row_of.get(actor)
        if event_row is not None and actor_row is not None:
            out.setdefault(event_row, {}).setdefault(role, []).append(actor_row)
    return out
