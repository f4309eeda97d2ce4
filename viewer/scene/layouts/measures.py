"""How good a drawing is: stress and crossings."""

from __future__ import annotations

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.layouts.network import Network
from viewer.scene.primitives import Floats

SAMPLED = 200
"""Number of nodes from which distances are measured in a graph with more nodes than that."""


def stress(network: Network, xy: Floats, sampled: int = SAMPLED) -> float:
    """Return the normalised stress of a drawing at the scale that suits it best.

    That is the mean over pairs of nodes i < j of ``((s ‖xᵢ − xⱼ‖ − dᵢⱼ) / dᵢⱼ)²``, where d counts
    the edges of the shortest way and s is the scale that makes it least (Kamada and Kawai, IPL
    31(1), 1989; Gansner, Koren and North, GD 2004; for the scale Smelser, Miller and Kobourov,
    "Normalized Stress is Not Normalized", BELIV 2024). Pairs without a way between do not count.
    0 is perfect, 1 is a single point.

    Parameters
    ----------
    network : Network
    xy : ndarray of float64, shape (n, 2)
    sampled : int
        In a graph with more nodes only the pairs of so many nodes, drawn with a fixed seed, are
        looked at: each with all others.
    """
    if network.n <= sampled:
        chosen = np.arange(network.n)
    else:
        chosen = np.random.default_rng(0).choice(network.n, sampled, replace=False)
    total = square = pairs = 0.0
    for node in chosen.tolist():
        steps, _ = network.steps_from(node)
        there = steps > 0
        share = np.hypot(*(xy[there] - xy[node]).T) / steps[there]
        total += float(share.sum())
        square += float((share**2).sum())
        pairs += int(there.sum())
    return 1.0 - total**2 / (pairs * square) if square else float(pairs > 0)


def crossings(xy: Floats, pairs: Index, sampled: int | None = None) -> int:
    """Count the pairs of straight edges that cross; ends in common are no crossing.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    pairs : ndarray of intp, shape (k, 2)
    sampled : int, optional
        Look at so many edges only, drawn with a fixed seed, and project from them.
    """
    chosen = pairs
    if sampled is not None and len(pairs) > sampled:
        chosen = pairs[np.random.default_rng(0).choice(len(pairs), sampled, replace=False)]

    def parted(of: Index, by: Index) -> np.ndarray:
        """Whether the ends of edges (columns) lie on either side of others (rows)."""
        start, step = xy[by[:, 0], None], (xy[by[:, 1]] - xy[by[:, 0]])[:, None]

        def side(points: Floats) -> Floats:
            away = points - start
            out: Floats = step[..., 0] * away[..., 1] - step[..., 1] * away[..., 0]
            return out

        return side(xy[of[:, 0]]) * side(xy[of[:, 1]]) < 0

    count = 0
    for few in np.array_split(chosen, max(len(chosen) * len(pairs) // 4_000_000, 1)):
        count += int((parted(pairs, few) & parted(few, pairs).T).sum())
    return round(count * (len(pairs) / max(len(chosen), 1)) / 2)
