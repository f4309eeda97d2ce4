"""Who is tied to whom in what is shown: neighbours, and shortest paths between two actors.

A tie is one relation, or one event between two of those who took part, paired as in
`model.graph`. Ties of an actor with itself say nothing of its place among others and are left out.
Unless directions are followed, every tie is walked both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Dossier, Index, Links, Mask
from viewer.model.filters import Shown
from viewer.model.graph import Edges
from viewer.model.state import TIES

NO_WAY = -1
"""Length of a path that does not exist."""


@dataclass(frozen=True, eq=False)
class Network:
    """Actors and the ties between them.

    Parameters
    ----------
    actors : ndarray of bool, shape (n,)
        Which rows of the table of actors are taken in.
    ends : ndarray of integer, shape (m, 2)
        Actor rows of each tie; of a directed one from the first to the second.
    directed : ndarray of bool, shape (m,)
    relation, event : ndarray of integer, shape (m,)
        Row of the relation or of the event that each tie is; the other one is -1.
    """

    actors: Mask
    ends: Index
    directed: Mask
    relation: Index
    event: Index

    @staticmethod
    def of(
        dossier: Dossier, edges: Edges, visible: Shown, kinds: frozenset[str] = frozenset(TIES)
    ) -> Network:
        """Return the network of the rows of some masks.

        Parameters
        ----------
        dossier : Dossier
        edges : Edges
            What `graph.edges` returns for the dossier.
        visible : Shown
            Rows taken in.
        kinds : frozenset of str
            Which of `state.TIES` are taken in.
        """
        relation = edges.relation
        taken = np.flatnonzero(relation >= 0)
        taken = taken[visible.relations[relation[taken]] & ("relations" in kinds)]
        owner = np.repeat(np.arange(len(edges)), edges.events.counts)
        happened = visible.events[edges.events.targets] & ("events" in kinds)
        edge = np.concatenate((taken, owner[happened]))
        event = np.concatenate((np.full(len(taken), -1), edges.events.targets[happened]))
        ends = edges.ends[edge]
        kept = visible.actors[ends].all(axis=1) & (ends[:, 0] != ends[:, 1])
        edge = edge[kept]
        return Network(
            visible.actors, ends[kept], edges.directed[edge], relation[edge], event[kept]
        )

    @cached_property
    def _joined(self) -> tuple[Index, NDArray[np.float64]]:
        size = len(self.actors)
        low, high = self.ends.min(axis=1), self.ends.max(axis=1)
        # An event may tie two actors in both directions, and is one event all the same.
        row = np.where(self.relation >= 0, -1 - self.relation, self.event)
        pair = low.astype(np.int64) * size + high
        order = np.lexsort((row, pair))
        pair, row = pair[order], row[order]
        fresh = (np.diff(pair, prepend=-1) != 0) | (np.diff(row, prepend=0) != 0)
        found, counts = np.unique(pair[fresh], return_counts=True)
        return np.column_stack(np.divmod(found, max(size, 1))), counts.astype(np.float64)

    @property
    def pairs(self) -> Index:
        """The actors that are tied, each two once, the lower row first, shape (k, 2)."""
        return self._joined[0]

    @property
    def weights(self) -> NDArray[np.float64]:
        """How many relations and events tie each of `pairs`, shape (k,)."""
        return self._joined[1]

    @cached_property
    def around(self) -> Links:
        """Actor → the actors it is tied to, whatever the direction."""
        size, (low, high) = len(self.actors), self.pairs.T
        return Links.from_pairs(
            np.concatenate((low, high)), np.concatenate((high, low)), size, size
        )

    @cached_property
    def ahead(self) -> Links:
        """Actor → the actors that its ties lead to, those without direction both ways."""
        size, back = len(self.actors), ~self.directed
        return Links.from_pairs(
            np.concatenate((self.ends[:, 0], self.ends[back, 1])),
            np.concatenate((self.ends[:, 1], self.ends[back, 0])),
            size,
            size,
        )

    def rows(self, ties: Mask, visible: Shown) -> tuple[Mask, Mask]:
        """Return the masks of the events and of the relations behind some ties."""
        events, relations = np.zeros_like(visible.events), np.zeros_like(visible.relations)
        event, relation = self.event[ties], self.relation[ties]
        events[event[event >= 0]] = True
        relations[relation[relation >= 0]] = True
        return events, relations


def neighbours(network: Network, sources: Mask, steps: int, *, follow: bool = False) -> Mask:
    """Return the actors that can be reached in so many steps or fewer.

    Parameters
    ----------
    network : Network
    sources : ndarray of bool, shape (n,)
        Where to begin; they are part of the result as far as the network holds them.
    steps : int
        Most ties to walk; 0 or more.
    follow : bool
        Walk directed ties in their direction only.
    """
    reached = sources & network.actors
    links = network.ahead if follow else network.around
    return _steps_from(links, np.flatnonzero(reached), steps) >= 0


@dataclass(frozen=True, slots=True)
class Path:
    """One way from actor to actor.

    Parameters
    ----------
    actors : tuple of int
        Rows of the actors, both ends included.
    ties : tuple of tuple of int
        For each step the ties of the network that make it, any of which would do.
    """

    actors: tuple[int, ...]
    ties: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Paths:
    """All shortest ways between two actors.

    Parameters
    ----------
    length : int
        Number of steps; `NO_WAY` where nothing joins the two.
    paths : tuple of Path
        The ways by their actors, in order of rows, as many as were asked for.
    actors : ndarray of bool, shape (n,)
        The actors on any of the ways, listed or not.
    ties : ndarray of bool, shape (m,)
        The ties on any of the ways, listed or not.
    more : bool
        Whether there are more ways than are listed.
    """

    length: int
    paths: tuple[Path, ...]
    actors: Mask
    ties: Mask
    more: bool


def shortest_paths(
    network: Network, a: int, b: int, most: int = 100, *, follow: bool = False
) -> Paths:
    """Find all shortest ways from one actor to another, every tie counting as one step.

    Distances from both ends, each by breadth-first search (Moore 1959, *The shortest path
    through a maze*), tell which ties lie on a shortest way without listing the ways, of which
    there can be more than anyone could read.

    Parameters
    ----------
    network : Network
    a, b : int
        Rows of the two actors.
    most : int
        Ways to list.
    follow : bool
        Walk directed ties in their direction only, from `a` to `b`.
    """
    forth = network.ahead if follow else network.around
    back = forth.reverse if follow else forth
    here, there = network.actors[a], network.actors[b]
    out = _steps_from(forth, np.array([a] if here else [], dtype=np.intp))
    length = int(out[b]) if there else NO_WAY
    if length < 0:
        nobody = np.zeros(len(network.actors), dtype=bool)
        return Paths(NO_WAY, (), nobody, np.zeros(len(network.ends), dtype=bool), more=False)
    home = _steps_from(back, np.array([b], dtype=np.intp))
    actors = (out >= 0) & (home >= 0) & (out + home == length)
    tail, head = network.ends.T
    onward = actors[tail] & actors[head] & (out[head] == out[tail] + 1)
    backward = actors[tail] & actors[head] & (out[tail] == out[head] + 1)
    if follow:
        backward &= ~network.directed
    ties = onward | backward
    rows = np.flatnonzero(ties)
    steps: dict[int, dict[int, list[int]]] = {}
    for tie in rows.tolist():
        ends = (tail, head) if onward[tie] else (head, tail)
        one, other = (int(end[tie]) for end in ends)
        steps.setdefault(one, {}).setdefault(other, []).append(tie)
    ways = _ways(a, b, {one: sorted(onto) for one, onto in steps.items()})
    listed = tuple(
        Path(way, tuple(tuple(steps[x][y]) for x, y in pairwise(way))) for way in islice(ways, most)
    )
    return Paths(length, listed, actors, ties, more=next(ways, None) is not None)


def _steps_from(links: Links, sources: Index, most: int | None = None) -> NDArray[np.int32]:
    """Return how many steps each row is away from the nearest source, -1 where none leads."""
    steps = np.full(links.size, -1, dtype=np.int32)
    steps[sources] = 0
    front, step = sources, 0
    while len(front) and (most is None or step < most):
        step += 1
        onto = links.of_all(front)
        front = np.unique(onto[steps[onto] < 0])
        steps[front] = step
    return steps


def _ways(a: int, b: int, onward: dict[int, list[int]]) -> Iterator[tuple[int, ...]]:
    """Yield every way from `a` to `b`, in order; every step in `onward` must lead to `b`."""
    way, waiting = [a], [iter(onward.get(a, ()))]
    if a == b:
        yield (a,)
    while waiting:
        following = next(waiting[-1], None)
        if following is None:
            waiting.pop()
            way.pop()
        elif following == b:
            yield (*way, b)
        else:
            way.append(following)
            waiting.append(iter(onward[following]))
