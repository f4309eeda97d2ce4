"""Graphs for tests of layouts, and what their readers would complain about."""

from __future__ import annotations

import numpy as np

from viewer.scene.layouts.network import Network

BOX = (70.0, 32.0)
Ends = list[tuple[int, int]]


def busy(n: int, m: int, seed: int = 0) -> np.ndarray:
    """Return m edges that favour a few of the n nodes."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, n, m)
    return np.stack([a, (a * rng.random(m) ** 2).astype(np.intp)], axis=1)


def tree(n: int, children: int = 3) -> np.ndarray:
    return np.array([(i, (i - 1) // children) for i in range(1, n)], dtype=np.intp).reshape(-1, 2)


def ring(n: int) -> np.ndarray:
    return np.array([(i, (i + 1) % n) for i in range(n)], dtype=np.intp).reshape(-1, 2)


def nothing() -> np.ndarray:
    return np.empty((0, 2), dtype=np.intp)


def labelled(n: int, ends: np.ndarray | Ends, **given: object) -> Network:
    """Return a graph whose nodes have labels of usual size."""
    edges = np.array(ends, dtype=np.intp).reshape(-1, 2)
    return Network(n, edges, boxes=np.tile(BOX, (n, 1)), **given)  # type: ignore[arg-type]


def piled(xy: np.ndarray, box: tuple[float, float] = BOX) -> int:
    """Return how many pairs of nodes cover each other's box."""
    apart = np.abs(xy[:, None] - xy[None])
    return int(np.triu((apart < np.array(box) - 0.5).all(axis=2), 1).sum())
