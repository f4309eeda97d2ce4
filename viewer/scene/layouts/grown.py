"""A graph that has changed: what was there stays, what is new finds a place beside it."""

from __future__ import annotations

import numpy as np

from viewer.model.dossier import Index, Mask
from viewer.scene.layouts import rooms
from viewer.scene.layouts.free import free
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.overlaps import made_way
from viewer.scene.layouts.steps import Steps, within
from viewer.scene.primitives import Floats

SIDES = 12
"""Directions in which room is looked for."""
COMPARED = 300_000
"""Distances that are looked at between one position yielded and the next."""
LENGTH = 60.0
"""Layout units from a node to its only neighbour where there are no edges to go by."""


def grown(network: Network, previous: Floats, seed: int, aspect: float | None) -> Steps:
    """Place the new nodes of a graph and leave the others exactly where they are.

    A new node goes to the middle of its neighbours, or beside its only one, on the side with
    the most room; what is tied to new nodes alone is laid out by itself, below the rest.

    Parameters
    ----------
    network : Network
    previous : ndarray of float64, shape (n, 2)
        Where each node stood; NaN for the new ones.
    seed : int
    aspect : float, optional
        As of `free.free`, for what is laid out by itself.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far; what has none yet stands in the middle.
    """
    known: Mask = np.isfinite(previous.sum(axis=1))
    placed = known.copy()
    xy = np.where(known[:, None], previous, previous[known].mean(axis=0))
    yield xy
    a, b = network.pairs.T
    old = known[a] & known[b]
    lengths = np.hypot(*(xy[a[old]] - xy[b[old]]).T)
    length = float(np.median(lengths)) if len(lengths) else LENGTH
    while True:
        near, far = np.concatenate((network.pairs, network.pairs[:, ::-1])).T
        reached = placed[near] & ~placed[far]
        if not reached.any():
            break
        near, far = near[reached], far[reached]
        count = np.bincount(far, minlength=network.n)
        wave = np.flatnonzero(count)
        for axis in (0, 1):
            sums = np.bincount(far, xy[near, axis], network.n)
            xy[wave, axis] = sums[wave] / count[wave]
        yield xy
        yield from _beside(xy, wave, count[wave] == 1, placed, length)
        placed[wave] = True
    apart = np.flatnonzero(~placed)
    if len(apart):
        boxes = network.room
        yield from within(xy, apart, free(network.part(apart), seed, aspect))
        xy[apart] = rooms.beneath(xy[apart], boxes[apart], xy[placed], boxes[placed])
    if network.boxes is not None:
        yield made_way(xy, network.boxes, ~known, known)
    else:
        yield xy


def _beside(xy: Floats, wave: Index, single: Mask, placed: Mask, length: float) -> Steps:
    """Move nodes off the point they were put on, to the side with the most room."""
    turns = 2 * np.pi * np.arange(SIDES) / SIDES
    sides = np.column_stack((np.cos(turns), np.sin(turns)))
    others = xy[placed]
    turn = _turns(xy[wave])
    at_once = max(COMPARED // (SIDES * len(others)), 1)
    for start in range(0, len(wave), at_once):
        few = slice(start, start + at_once)
        # Every dozen on one spot stands further out than the last.
        away = np.where(single[few], length, length / 4) * (1 + turn[few] // SIDES)
        spots = xy[wave[few], None] + away[:, None, None] * sides
        square = ((spots[:, :, None] - others) ** 2).sum(axis=-1).min(axis=2)
        roomiest = np.argsort(-square, axis=1, kind="stable")
        chosen = roomiest[np.arange(len(spots)), turn[few] % SIDES]
        xy[wave[few]] = spots[np.arange(len(spots)), chosen]
        yield xy


def _turns(spots: Floats) -> Index:
    """Return for each of some points how many before it are the same."""
    _, same = np.unique(spots[:, 0] + 1j * spots[:, 1], return_inverse=True)
    order = np.argsort(same, kind="stable")
    ordered = same[order]
    first = np.searchsorted(ordered, ordered)
    out = np.empty(len(spots), dtype=np.intp)
    out[order] = np.arange(len(spots)) - first
    return out
