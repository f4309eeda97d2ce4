"""All on a circle, in the order that crosses least."""

from __future__ import annotations

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.layouts import rooms
from viewer.scene.layouts.free import free
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.steps import Steps, Work, meanwhile

SIFTED = 6_000_000
"""Nodes × edges up to which nodes are sifted; above, the first order stays."""
SIFTINGS = 3
AT_ONCE = 40_000
"""Edges looked at between one position yielded and the next."""
PITCH = 1.15
"""Way along the circle for each unit of a node's height."""
BREAK = 1.5
"""Places kept free between components."""


def circular(network: Network, seed: int) -> Steps:
    """Lay out a graph on a circle, beginning at the top and going clockwise.

    The first order is that in which the nodes of the free layout are met going round. Each node
    in turn is then moved to where its edges cross the fewest others (circular sifting: Baur and
    Brandes, "Crossing Reduction in Circular Layouts", WG 2004). Components stand side by side;
    nodes without ties stand in rows below the circle.

    Parameters
    ----------
    network : Network
    seed : int

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    xy = np.zeros((network.n, 2))
    for xy in free(network, seed, None):
        yield xy
    xy = xy.copy()
    orders = []
    for part in network.parts:
        away = xy[part.nodes] - xy[part.nodes].mean(axis=0)
        order: Index = np.argsort(np.arctan2(away[:, 0], away[:, 1]), kind="stable")
        if len(part.nodes) * len(part.pairs) <= SIFTED:
            order = yield from meanwhile(xy, sifted(order, part.pairs))
            yield xy
        orders.append(part.nodes[order])
    if orders:
        ring = np.concatenate(orders)
        gap = BREAK if len(orders) > 1 else 0.0
        spot = np.arange(len(ring)) + gap * np.repeat(np.arange(len(orders)), [*map(len, orders)])
        turn = 2 * np.pi * spot / (len(ring) + gap * len(orders))
        around = (len(ring) + gap * len(orders)) * PITCH * network.room[ring, 1].mean()
        radius = max(around / (2 * np.pi), np.sqrt(rooms.AREA) / 3)
        xy[ring] = radius * np.column_stack((np.sin(turn), np.cos(turn)))
    yield rooms.loose_beneath(network, xy)


def sifted(order: Index, pairs: Index) -> Work[Index]:
    """Return a better order of nodes around a circle.

    Parameters
    ----------
    order : ndarray of intp, shape (n,)
        The nodes as they follow each other.
    pairs : ndarray of intp, shape (k, 2)
        Edges without loops, each once.
    """
    n = len(order)
    busiest = np.argsort(-np.bincount(pairs.ravel(), minlength=n), kind="stable")
    at_once = max(AT_ONCE // max(len(pairs), 1), 1)
    for _ in range(SIFTINGS):
        before = order
        for done, node in enumerate(busiest.tolist()):
            order = _moved(order, node, pairs)
            if done % at_once == at_once - 1:
                yield
        if np.array_equal(order, before):
            break
    return order


def _moved(order: Index, node: int, pairs: Index) -> Index:
    """Return an order with one node moved to where its edges cross the fewest others."""
    n = len(order)
    rest = order[order != node]
    place = np.empty(n, dtype=np.intp)
    place[rest] = np.arange(n - 1)
    own = (pairs == node).any(axis=1)
    near = np.zeros(n, dtype=np.intp)
    near[place[pairs[own].sum(axis=1) - node]] = 1
    low, high = np.sort(place[pairs[~own]], axis=1).T
    # An edge between two places parts the circle: ends of ours on one side are crossed from
    # the other. Gap p lies before place p of the rest.
    upto = np.concatenate(([0], np.cumsum(near)))
    inside = upto[high] - upto[low + 1]
    outside = upto[-1] - inside - near[low] - near[high]
    change = np.zeros(n + 1)
    change += np.bincount(low + 1, outside - inside, n + 1)
    change -= np.bincount(high + 1, outside - inside, n + 1)
    crossed = np.cumsum(change)[:n]
    now = int(np.flatnonzero(order == node)[0])
    # The gap before the first place is the one after the last.
    best = int(crossed.argmin())
    if crossed[now] <= crossed[best]:
        return order
    return np.insert(rest, best, node)
