"""Large graphs: the forces of ForceAtlas2, with the repulsion computed on a grid by FFT.

Jacomy, Venturini, Heymann and Bastian, "ForceAtlas2, a Continuous Graph Layout Algorithm for
Handy Network Visualization", PLoS ONE 9(6), 2014. Linear attraction is used: LinLog, its other
kind, leaves far more stress and crossings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Index
from viewer.scene.layouts.steps import Steps
from viewer.scene.primitives import Floats

ROUNDS = 100
COARSE = 0.7
"""Share of the rounds on a grid of half the cells a side: the shape comes first."""
GRIDS = ((3_000, 64), (30_000, 128), (1 << 62, 256))
"""Up to how many nodes the grid has how many cells a side."""
REPULSION = 10.0
GRAVITY = 0.05
"""Pull to the middle for each unit of mass and of distance ("strong gravity")."""
AT_ONCE = 25_000
"""Nodes and edges that are moved between one position yielded and the next."""


def settle(n: int, pairs: Index, strength: Floats, rng: np.random.Generator) -> Steps:
    """Draw a graph, from random positions.

    Parameters
    ----------
    n : int
        Number of nodes.
    pairs : ndarray of intp, shape (k, 2)
        Edges without loops, each once.
    strength : ndarray of float64, shape (k,)
        Strong ties pull a little harder.
    rng : Generator

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far, in a unit and about a middle of their own, after a few hundredths of a
        second each.
    """
    mass = 1.0 + np.bincount(pairs.ravel(), minlength=n).astype(np.float64)
    grid = next(cells for most, cells in GRIDS if n <= most)
    pull = np.log1p(strength) / np.log(2.0)
    xy = rng.normal(0.0, np.sqrt(n), (n, 2))
    before = np.zeros_like(xy)
    speed = 1.0
    rounds_at_once = max(AT_ONCE // (n + len(pairs)), 1)
    kernels = _kernels(grid // 2)
    for turn in range(ROUNDS):
        if turn == round(COARSE * ROUNDS):
            kernels = _kernels(grid)
        force = REPULSION * mass[:, None] * _repulsion(xy, mass, kernels)
        force += _attraction(xy, pairs, pull)
        force -= GRAVITY * mass[:, None] * xy
        # What swings to and fro is slowed down, each node and all together.
        swing = np.hypot(*(force - before).T)
        traction = np.hypot(*(force + before).T) / 2
        steady = float((mass * traction).sum() / max((mass * swing).sum(), 1e-9))
        speed = min(steady, 1.5 * speed)
        xy = xy + force * (speed / (1.0 + speed * np.sqrt(swing)))[:, None]
        before = force
        if turn % rounds_at_once == rounds_at_once - 1:
            yield xy
    yield xy


def _attraction(xy: Floats, pairs: Index, pull: Floats) -> Floats:
    """Return the sum over the edges of each node of the way to their other ends."""
    a, b = pairs.T
    n = len(xy)
    out = np.empty_like(xy)
    for axis in (0, 1):
        along = xy[:, axis]
        tug = (along[a] - along[b]) * pull
        out[:, axis] = np.bincount(b, tug, n) - np.bincount(a, tug, n)
    return out


def _repulsion(xy: Floats, mass: Floats, kernels: tuple[NDArray[np.complex128], ...]) -> Floats:
    """Return Σ mass (x − y) / |x − y|² at every node, summed on a grid by FFT."""
    grid = len(kernels[0]) // 2
    low = xy.min(axis=0)
    cell = max(float((xy.max(axis=0) - low).max()) / (grid - 2), 1e-9)
    spot = (xy - low) / cell
    corner = spot.astype(np.intp)
    part = spot - corner
    at = corner[:, 0] * grid + corner[:, 1]
    # Each node is shared among the four corners of its cell, and reads the field there.
    shares = [
        (at + i * grid + j, np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1]))
        for i in (0, 1)
        for j in (0, 1)
    ]
    density = np.zeros(grid * grid)
    for where, share in shares:
        density += np.bincount(where, mass * share, grid * grid)
    spectrum = np.fft.rfft2(density.reshape(grid, grid), (2 * grid, 2 * grid))
    out = np.zeros_like(xy)
    for axis, kernel in enumerate(kernels):
        field = np.fft.irfft2(spectrum * kernel)[:grid, :grid].ravel() / cell
        for where, share in shares:
            out[:, axis] += field[where] * share
    return out


def _kernels(grid: int) -> tuple[NDArray[np.complex128], ...]:
    """Return the transforms of x/r² and y/r² on the doubled grid, which keeps ends apart."""
    steps = np.fft.fftfreq(2 * grid, 1 / (2 * grid))
    x, y = np.meshgrid(steps, steps, indexing="ij")
    square = np.maximum(x * x + y * y, 1.0)
    return np.fft.rfft2(x / square), np.fft.rfft2(y / square)
