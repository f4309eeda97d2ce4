"""Small graphs: stress majorisation, from classical scaling.

Gansner, Koren and North, "Graph Drawing by Stress Majorization", GD 2004, with the weights d⁻²
of Kamada and Kawai. Every step lessens the stress and none needs tuning, but time and memory
grow with the square of the number of nodes.
"""

from __future__ import annotations

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.layouts.measures import crossings
from viewer.scene.layouts.steps import Steps
from viewer.scene.primitives import Floats

SMALL = 300
"""Up to so many nodes stress is majorised."""
TRIED_NODES = 300
"""Up to three drawings of so many nodes in all are made, to keep the one that crosses least."""
MAJORISATIONS = 60
STILL = 0.002
"""Share of the drawing's size below which a step moves nothing."""
AT_ONCE = 10
"""Majorisations between one position yielded and the next."""


def majorise(n: int, pairs: Index, lengths: Floats | None, rng: np.random.Generator) -> Steps:
    """Draw a connected graph; the last positions are the best.

    Parameters
    ----------
    n : int
        Number of nodes, two at least.
    pairs : ndarray of intp, shape (k, 2)
        Edges without loops, each once.
    lengths : ndarray of float64, shape (k,), optional
        How long each edge is meant to be; None: 1 each.
    rng : Generator

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far, in units of the lengths, the middle anywhere.
    """
    distances = _distances(n, pairs, np.ones(len(pairs)) if lengths is None else lengths)
    apart = np.maximum(distances, 1e-9)
    weight = apart**-2.0
    np.fill_diagonal(weight, 0.0)
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + 1 / n) - 1 / n
    ideal = -weight * apart
    best, fewest = None, 0
    for xy in _starts(distances, rng):
        for turn in range(MAJORISATIONS):
            square = (xy**2).sum(axis=1)
            now = square[:, None] + square - 2 * xy @ xy.T
            pull = ideal / np.sqrt(np.maximum(now, 1e-9))
            moved = inverse @ (pull @ xy - pull.sum(axis=1)[:, None] * xy)
            still = np.abs(moved - xy).max() < STILL * distances.max()
            xy = moved
            if still:
                break
            if best is None and turn % AT_ONCE == AT_ONCE - 1:
                yield xy
        crossed = crossings(xy, pairs)
        if best is None or crossed < fewest:
            best, fewest = xy, crossed
        yield best


def roomy_lengths(n: int, pairs: Index, strength: Floats) -> Floats:
    """Return lengths of edges such that each node has room for its own neighbours.

    An edge between two busy nodes is longer, a strong one a little shorter.
    """
    degree = np.bincount(pairs.ravel(), minlength=n)
    lengths: Floats = degree[pairs].min(axis=1) ** 0.35 * (1 + strength) ** -0.08
    return lengths


def _distances(n: int, pairs: Index, lengths: Floats) -> Floats:
    """Return the lengths of the shortest ways of all pairs, shape (n, n) (Floyd and Warshall)."""
    out = np.full((n, n), np.inf)
    out[pairs[:, 0], pairs[:, 1]] = out[pairs[:, 1], pairs[:, 0]] = lengths
    np.fill_diagonal(out, 0.0)
    for k in range(n):
        np.minimum(out, out[:, k, None] + out[k], out=out)
    return out


def _starts(distances: Floats, rng: np.random.Generator) -> list[Floats]:
    """Return positions to begin from: classical scaling, jittered more from one to the next."""
    n = len(distances)
    centred = -0.5 * distances**2
    centred -= centred.mean(axis=0)
    centred -= centred.mean(axis=1)[:, None]
    # Powers of the matrix turn any two vectors into its main axes; no exact ones are needed.
    scaled = rng.normal(0.0, 1.0, (n, 2))
    for _ in range(12):
        scaled = centred @ scaled
        scaled[:, 0] /= max(np.hypot.reduce(scaled[:, 0]), 1e-9)
        scaled[:, 1] -= scaled[:, 0] * (scaled[:, 0] @ scaled[:, 1])
        scaled[:, 1] /= max(np.hypot.reduce(scaled[:, 1]), 1e-9)
    size = distances.max()
    scaled *= size / np.maximum(np.ptp(scaled, axis=0).max(), 1e-9)
    tries = min(max(TRIED_NODES // n, 1), 3)
    return [scaled + rng.normal(0.0, size / 6 * (0.2 + k), (n, 2)) for k in range(tries)]
