"""What can be said of actors by their place in a network.

Several ties between the same two actors count as one unless a measure says that it weighs them:
then a tie between two actors is as strong as there are relations and joint events behind it.
Directions are not regarded: who is tied to whom is asked, not who acted first.

Numbers are NaN and categories -1 for actors that are not shown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from viewer.errors import EntenteError
from viewer.model.arrays import Index, slots
from viewer.model.network import Network
from viewer.progress import Progress, forsakable, unheard

if TYPE_CHECKING:
    import rustworkx

Floats = NDArray[np.float64]

LIBRARY_WORK = 5_000_000
"""Actors times tied pairs up to which betweenness is left to rustworkx, some 0.2 s. While that
counts no other thread of the program runs and nobody can stop it, so more is counted here."""
EXACT_WORK = 300_000_000
"""Actors times tied pairs up to which betweenness is exact: 10,000 with 30,000, half a minute."""
PIVOTS = 256
"""Actors from which shortest ways are counted where it is estimated."""
_AT_ONCE = 250_000
"""Cells worked at together: few enough to stay in a processor's cache."""
_SETTLED = 1e-9
_NOTHING = 1e-6
_ROUNDS = 20_000
_CHUNK = 10_000
_SEED = 1


def degree(network: Network, progress: Progress = unheard) -> Floats:
    """Return how many other actors each actor is tied to.

    Freeman 1979, *Centrality in social networks: conceptual clarification*; not normalised.
    """
    return _over(network, network.around.counts)


def ties(network: Network, progress: Progress = unheard) -> Floats:
    """Return how many ties each actor has: relations, and events with another actor.

    The strength of Barrat et al. 2004, *The architecture of complex weighted networks*: an event
    with three others counts three times.
    """
    size = len(network.actors)
    weights = np.concatenate((network.weights, network.weights))
    return _over(network, np.bincount(network.pairs.T.ravel(), weights, size))


def betweenness(network: Network, progress: Progress = unheard) -> Floats:
    """Return the share of shortest ways between others that lead through each actor, 0 to 1.

    Freeman 1977, *A set of measures of centrality based on betweenness*, by the algorithm of
    Brandes 2001, *A faster algorithm for betweenness centrality*: the sum, over all pairs of
    other actors, of the share of their shortest ways that lead through the actor, divided by the
    number of such pairs, (n - 1)(n - 2) / 2 for n actors shown. Ties are not weighed; actors that
    nothing joins have no ways between them.

    In large networks (see `estimated`) the ways are counted from `PIVOTS` actors instead of all,
    drawn at random but always the same: Brandes and Pich 2007, *Centrality estimation in large
    networks*. The estimate has no bias; by Hoeffding's inequality all n estimates lie within
    √(ln(20 n) / 512) of the truth with a probability of 0.9. That bound is wide (0.17 for
    100,000 actors): who stands highest is told well, small values are not.
    """
    nodes = np.flatnonzero(network.around.counts)
    count, out = int(network.actors.sum()), np.zeros(len(network.actors))
    if not len(nodes) or count < 3:
        return _over(network, out)
    if _work(network) <= LIBRARY_WORK:
        from rustworkx import betweenness_centrality

        graph = _graph(network, nodes, progress)
        found = betweenness_centrality(graph, normalized=False).values()
        out[nodes] = np.fromiter(found, dtype=np.float64)
    else:
        pivots = np.arange(len(nodes))
        if estimated(network):
            pivots = np.random.default_rng(_SEED).choice(pivots, PIVOTS, replace=False)
        out[nodes] = _between(network, nodes, pivots, progress) * (len(nodes) / len(pivots))
    return _over(network, out / ((count - 1) * (count - 2) / 2))


def estimated(network: Network) -> bool:
    """Whether betweenness is estimated, the network being too large to count all ways."""
    return _work(network) > EXACT_WORK and bool((network.around.counts > 0).sum() > PIVOTS)


def _work(network: Network) -> int:
    return int(np.count_nonzero(network.around.counts)) * len(network.pairs)


def eigenvector(network: Network, progress: Progress = unheard) -> Floats:
    """Return how well each actor is tied to actors that are well tied themselves, 0 to 1.

    Bonacich 1987, *Power and centrality: a family of measures*: the entries of the principal
    eigenvector of the matrix of weighted ties, divided by the largest, by power iteration. Of a
    network in several parts the part with the largest eigenvalue has it all, others are 0.

    Raises
    ------
    EntenteError
        If power iteration does not settle, as in long chains.
    """
    size, (low, high) = len(network.actors), network.pairs.T
    one, other = np.concatenate((low, high)), np.concatenate((high, low))
    weights = np.concatenate((network.weights, network.weights))
    vector = network.actors.astype(np.float64)
    for number in range(_ROUNDS if len(one) else 0):
        progress(number / _ROUNDS)
        # Each actor's own value is kept with it: a network in two camps would swing for ever.
        raised = vector + np.bincount(one, weights * vector[other], size)
        raised /= raised.max()
        change, vector = np.abs(raised - vector).max(), raised
        if change < _SETTLED:
            vector[vector < _NOTHING] = 0
            return _over(network, vector)
    if len(one):
        raise EntenteError(
            "the eigenvector measure does not settle in this network: "
            "choose betweenness or degree instead"
        )
    return _over(network, np.zeros(size))


def components(network: Network, progress: Progress = unheard) -> Index:
    """Return which connected part of the network each actor belongs to, the largest being 0."""
    nodes = np.flatnonzero(network.around.counts)
    parts: Iterable[Iterable[int]] = ()
    if len(nodes):
        from rustworkx import connected_components

        parts = connected_components(_graph(network, nodes, progress))
    return _numbered(network, nodes, parts)


def communities(network: Network, progress: Progress = unheard, *, seed: int = _SEED) -> Index:
    """Return which community each actor belongs to, the largest being 0.

    Communities are groups with more ties inside, and fewer to the outside, than chance would
    give: a partition of high modularity at resolution 1, ties weighed, by the method of
    Blondel et al. 2008, *Fast unfolding of communities in large networks* (Louvain). It is not
    the only good one, but the same one for the same network and seed. Unlike those of Traag et
    al. 2019, *From Louvain to Leiden*, a community may rarely fall into parts that are not tied.
    """
    nodes = np.flatnonzero(network.around.counts)

    def divide(forsaken: Callable[[], bool]) -> Sequence[Iterable[int]]:
        import networkx

        graph = networkx.Graph()
        graph.add_nodes_from(range(len(nodes)))
        pairs = np.searchsorted(nodes, network.pairs)
        graph.add_weighted_edges_from(zip(*pairs.T.tolist(), network.weights.tolist(), strict=True))
        levels: Iterable[Sequence[Iterable[int]]]
        levels = networkx.community.louvain_partitions(graph, seed=seed)
        return deque(takewhile(lambda _: not forsaken(), levels), maxlen=1)[-1]

    return _numbered(network, nodes, forsakable(divide, progress) if len(nodes) else ())


def _graph(network: Network, nodes: Index, progress: Progress) -> rustworkx.PyGraph[None, None]:
    """Return the pairs of a network as a graph of the library, with `nodes` as its nodes."""
    from rustworkx import PyGraph

    made: PyGraph[None, None] = PyGraph(multigraph=False)
    made.add_nodes_from([None] * len(nodes))
    pairs = np.searchsorted(nodes, network.pairs)
    # In parts, between which other threads get their turn.
    for at in range(0, len(pairs), _CHUNK):
        progress(at / len(pairs))
        made.extend_from_edge_list(list(zip(*pairs[at : at + _CHUNK].T.tolist(), strict=True)))
    return made


def _between(network: Network, nodes: Index, pivots: Index, progress: Progress) -> Floats:
    """Return how many of the ways from `pivots`, positions in `nodes`, lead through each node.

    The accumulation of Brandes 2001, breadth first, for several pivots at once: each has `size`
    cells of its own, and a front of the search is an array of cells.
    """
    size = len(nodes)
    starts, targets = network.around.starts, np.searchsorted(nodes, network.around.targets)
    begin, counts = starts[nodes], network.around.counts[nodes]
    total = np.zeros(size)
    together = max(1, _AT_ONCE // (size + len(targets)))
    for done in range(0, len(pivots), together):
        progress(done / len(pivots))
        group = pivots[done : done + together]
        front = np.arange(len(group)) * size + group
        seen = np.zeros(len(group) * size, dtype=bool)
        place = np.zeros(len(seen), dtype=np.intp)
        ways = np.zeros(len(seen))
        seen[front], ways[front] = True, 1.0
        layers = []
        while len(front):
            node = front % size
            one = np.repeat(np.arange(len(front)), counts[node])
            onto = targets[slots(begin[node], begin[node] + counts[node])] + (front - node)[one]
            fresh = ~seen[onto]
            one, onto = one[fresh], onto[fresh]
            # The last to write its number into a cell stands for all that lead there.
            number = np.arange(len(onto))
            place[onto] = number
            reached = onto[place[onto] == number]
            place[reached] = np.arange(len(reached))
            onto = place[onto]
            seen[reached] = True
            ways[reached] = np.bincount(onto, ways[front[one]], len(reached))
            layers.append((front, one, onto, reached))
            front = reached
        leaning = np.zeros(len(seen))
        for front, one, onto, reached in reversed(layers):
            share = (1 + leaning[reached]) / ways[reached]
            leaning[front] = ways[front] * np.bincount(one, share[onto], len(front))
        leaning[np.arange(len(group)) * size + group] = 0
        total += leaning.reshape(len(group), size).sum(axis=0)
    # Each pair is met from both its ends.
    return total / 2


def _over(network: Network, values: NDArray[Any]) -> Floats:
    """Return values of all actors with those that are not shown left open."""
    return np.where(network.actors, values.astype(np.float64), np.nan)


def _numbered(network: Network, nodes: Index, groups: Iterable[Iterable[int]]) -> Index:
    """Return the number of the group of each actor, by size, then by first row.

    Parameters
    ----------
    network : Network
    nodes : ndarray of integer, shape (k,)
        Actor rows; `groups` holds positions in it. Other actors shown are groups of one.
    groups : iterable of iterable of int
    """
    label = np.full(len(network.actors), -1, dtype=np.intp)
    alone = network.actors.copy()
    alone[nodes] = False
    members = [nodes[sorted(group)] for group in groups]
    members += [np.array([row]) for row in np.flatnonzero(alone)]
    for number, rows in enumerate(sorted(members, key=lambda rows: (-len(rows), rows[0]))):
        label[rows] = number
    return label
