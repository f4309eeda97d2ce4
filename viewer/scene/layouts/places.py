"""At their places: nodes where they belong on a map."""

from __future__ import annotations

import numpy as np

from viewer.scene.layouts import rooms
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.overlaps import SYMBOL, separated
from viewer.scene.layouts.steps import Steps, within
from viewer.scene.primitives import Floats

PITCH = 26.0
"""Layout units between nodes that belong on one spot."""
GOLDEN = np.pi * (3 - np.sqrt(5))
SEPARATED = 600
"""Up to so many nodes, those of different places make way for each other too."""


def at_places(network: Network, aspect: float | None) -> Steps:
    """Lay out a graph on a map.

    The map keeps its shape. Nodes on one spot are spread around it like the seeds of a sunflower
    (Vogel, Mathematical Biosciences 44, 1979), in the order of the input; those whose place is
    not known stand in rows below the map.

    Parameters
    ----------
    network : Network
        With `spots`; without, no place is known.
    aspect : float, optional
        Width over height of the pane that the map is fitted into; None: 1.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    n = network.n
    spots = np.full((n, 2), np.nan) if network.spots is None else network.spots
    known = np.flatnonzero(np.isfinite(spots).all(axis=1))
    lost = np.setdiff1d(np.arange(n), known)
    xy = np.zeros((n, 2))
    yield xy
    if len(known):
        boxes = network.room[known]
        room = rooms.pane(boxes, aspect or 1.0)
        xy[known] = rooms.scaled(spots[known], rooms.inner(room, boxes)) + _spread(spots[known])
        yield xy
        if len(known) <= SEPARATED:
            nothing = np.empty((0, 2), dtype=np.intp)
            steps = separated(xy[known], nothing, np.minimum(boxes, SYMBOL))
            yield from within(xy, known, steps)
    yield rooms.loose_beneath(network, xy, lost)


def _spread(spots: Floats) -> Floats:
    """Return how far each node stands off the spot it shares with others."""
    _, spot = np.unique(spots[:, 0] + 1j * spots[:, 1], return_inverse=True)
    order = np.argsort(spot, kind="stable")
    turn = np.empty(len(spots))
    turn[order] = np.arange(len(spots)) - np.searchsorted(spot[order], spot[order])
    # Even a node alone would stand off its spot, were the first not in the middle.
    away = PITCH * 0.8 * np.sqrt(turn)
    out: Floats = away[:, None] * np.column_stack((np.sin(GOLDEN * turn), np.cos(GOLDEN * turn)))
    return out
