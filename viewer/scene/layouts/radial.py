"""Rings around one actor: how many steps away everybody is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.layouts import rooms
from viewer.scene.layouts.free import free
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.steps import Steps, meanwhile, within
from viewer.scene.primitives import Floats

RING = 90.0
"""Layout units from one ring to the next, at least."""
PITCH = 1.15
"""Way along a ring for each unit of a node's height."""
SWEEPS = 4
"""How often the order on the rings is made better."""


def radial(network: Network, seed: int, focus: int | None) -> Steps:
    """Lay out a graph in rings around a node: ring k holds what is k edges away.

    Each node has a sector of its ring within that of the neighbour it is reached over, as wide
    as what hangs on it needs (Yee, Fisher, Dhamija and Hearst, "Animated Exploration of Dynamic
    Graphs with Radial Layout", InfoVis 2001); sectors side by side are ordered by where their
    other ties lead. What cannot be reached is laid out below the rings.

    Parameters
    ----------
    network : Network
    seed : int
        For what cannot be reached.
    focus : int, optional
        The node in the middle; None: the one with the most neighbours.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    xy = np.zeros((network.n, 2))
    if not network.n:
        yield xy
        return
    yield from meanwhile(xy, network.prepared())
    middle = int(network.degree.argmax()) if focus is None else focus
    steps, over = network.steps_from(middle)
    inside, outside = np.flatnonzero(steps >= 0), np.flatnonzero(steps < 0)
    yield xy
    within_reach = network.part(inside)
    yield xy
    yield from within(xy, inside, free(within_reach, seed, None))
    away = xy - xy[middle]
    turn = np.arctan2(away[:, 0], away[:, 1])
    pitch = PITCH * float(network.room[:, 1].mean())
    rings = [np.flatnonzero(steps == k) for k in range(steps.max() + 1)]
    need = np.zeros(network.n)
    for k in range(len(rings) - 1, 0, -1):
        ring = rings[k]
        need[ring] = np.maximum(need[ring], pitch / (RING * k))
        need += np.bincount(over[ring], need[ring], network.n)
    # Where all need more than there is to go round, the rings grow.
    gap = RING * max(float(need[middle]) / (2 * np.pi), 1.0)
    for _ in range(SWEEPS):
        turn = _turns(network, rings, over, need, turn)
        away = np.column_stack((np.sin(turn), np.cos(turn)))
        xy[inside] = (steps * gap)[inside, None] * away[inside]
        yield xy
    if len(outside):
        boxes = network.room
        yield from within(xy, outside, free(network.part(outside), seed, None))
        xy[outside] = rooms.beneath(xy[outside], boxes[outside], xy[inside], boxes[inside])
    yield xy


def _turns(
    network: Network, rings: Sequence[Index], over: Index, need: Floats, turn: Floats
) -> Floats:
    """Share out the rings anew, in the order of where ties led before; radians from the top."""
    n = network.n
    a, b = network.pairs.T
    # Towards where its ties lead, each as strong as the others.
    east = np.bincount(a, np.sin(turn[b]), n) + np.bincount(b, np.sin(turn[a]), n)
    north = np.bincount(a, np.cos(turn[b]), n) + np.bincount(b, np.cos(turn[a]), n)
    wanted = np.arctan2(east, north)
    begin, width = np.zeros(n), np.zeros(n)
    middle = int(rings[0][0])
    begin[middle], width[middle] = -np.pi, 2 * np.pi
    out = np.zeros(n)
    for k, ring in enumerate(rings[1:]):
        inner = over[ring]
        # The nearer way round from the neighbour on the ring before.
        aside = wanted[ring] - (out[inner] if k else 0.0)
        aside = (aside + np.pi) % (2 * np.pi) - np.pi
        order = np.lexsort((aside, begin[inner]))
        ring, inner = ring[order], inner[order]
        total = np.bincount(inner, need[ring], n)
        width[ring] = width[inner] * need[ring] / total[inner]
        reach = np.cumsum(width[ring])
        first = np.flatnonzero(np.diff(inner, prepend=-1))
        passed = np.repeat(reach[first] - width[ring[first]], np.diff([*first, len(ring)]))
        begin[ring] = begin[inner] + reach - width[ring] - passed
        out[ring] = begin[ring] + width[ring] / 2
    return out
