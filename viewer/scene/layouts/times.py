"""By time: from left to right in the order in which nodes first appear."""

from __future__ import annotations

import numpy as np

from viewer.scene.layouts import rooms
from viewer.scene.layouts.free import free
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.steps import Steps, within

GAP = (24.0, 6.0)
"""Layout units kept free between columns and between the nodes of one."""


def by_time(network: Network, seed: int, aspect: float | None) -> Steps:
    """Lay out a graph in columns by time.

    Columns are filled in the order of time, so that nothing stands to the left of what came
    before it; they are not to scale, for most of a dossier often falls into a few weeks. Up and
    down a column the order is that of the free layout, so that neighbours stay near. Nodes
    without a time stand in rows below.

    Parameters
    ----------
    network : Network
        With `times`; without, no time is known.
    seed : int
    aspect : float, optional
        Width over height of the pane to be filled; None: 1.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    n = network.n
    times = np.full(n, np.nan) if network.times is None else network.times
    dated = np.flatnonzero(np.isfinite(times))
    undated = np.setdiff1d(np.arange(n), dated)
    xy = np.zeros((n, 2))
    yield from within(xy, dated, free(network.part(dated), seed, aspect or 1.0))
    if len(dated):
        wide, high = network.room[dated].max(axis=0) + GAP
        columns = int(np.ceil(np.sqrt(len(dated) * (aspect or 1.0) * high / wide)))
        deep = -(-len(dated) // columns)
        order = dated[np.argsort(times[dated], kind="stable")]
        column, row = np.divmod(np.arange(len(order)), deep)
        # Within a column from the top, as the free layout has them.
        order = order[np.lexsort((-xy[order, 1], column))]
        rows = np.bincount(column)[column]
        x = (column - column.max() / 2) * wide
        xy[order] = np.column_stack((x, ((rows - 1) / 2 - row) * high))
    yield rooms.loose_beneath(network, xy, undated)
