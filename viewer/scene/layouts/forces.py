"""Large graphs: the forces of ForceAtlas2, with the repulsion computed on a grid by FFT.

Jacomy, Venturini, Heymann and Bastian, "ForceAtlas2, a Continuous Graph Layout Algorithm for
Handy Network Visualization", PLoS ONE 9(6), 2014. Linear attraction is used: LinLog, its other
kind, leaves far more stress and crossings.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Index
from viewer.scene.layouts.steps import Steps
from viewer.scene.primitives import Floats

Complex = NDArray[np.complex128]
"""Points and forces, x + iy."""
ROUNDS = 100
COARSE = 0.7
"""Share of the rounds on a grid of half the cells a side: the shape comes first."""
GRIDS = ((3_000, 64), (30_000, 128), (1 << 62, 256))
"""Up to how many nodes the grid has how many cells a side."""
REPULSION = 10.0
GRAVITY = 0.05
"""Pull to the middle for each unit of mass and of distance ("strong gravity")."""
AT_ONCE = 25_000
"""Nodes and edges that are moved between one position yielded and the next, or half a round."""
BLOCK = 8192
"""Nodes or edges worked at in one go: what is in between then stays in the processor's cache."""


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
    a, b = np.ascontiguousarray(pairs.T)
    degree = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
    mass = 1.0 + degree.astype(np.float64)
    pull = np.log1p(strength) / np.log(2.0)
    z = rng.normal(0.0, np.sqrt(n), (n, 2)).view(np.complex128).ravel()
    force, before = np.zeros_like(z), np.zeros_like(z)
    swing = np.zeros(n)
    cells = next(cells for most, cells in GRIDS if n <= most)
    grid = _Grid(n, cells // 2)
    tug = np.empty((2, len(a)))
    speed = 1.0
    rounds_at_once = max(AT_ONCE // (n + len(pairs)), 1)
    for turn in range(ROUNDS):
        if turn == round(COARSE * ROUNDS):
            grid = _Grid(n, cells)
        grid.repel(z, mass, force)
        if n > AT_ONCE:
            yield z.view(np.float64).reshape(n, 2)
        _attract(z, a, b, pull, tug, force)
        # What swings to and fro is slowed down, each node and all together.
        swung = drawn = 0.0
        for few in _blocks(n):
            force[few] -= GRAVITY * mass[few] * z[few]
            swing[few] = np.abs(force[few] - before[few])
            swung += float(mass[few] @ swing[few])
            drawn += float(mass[few] @ np.abs(force[few] + before[few])) / 2
        speed = min(drawn / max(swung, 1e-9), 1.5 * speed)
        for few in _blocks(n):
            z[few] += force[few] * (speed / (1.0 + speed * np.sqrt(swing[few])))
        force, before = before, force
        if turn % rounds_at_once == rounds_at_once - 1:
            yield z.view(np.float64).reshape(n, 2)
    yield z.view(np.float64).reshape(n, 2)


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, n, BLOCK))


def _attract(z: Complex, a: Index, b: Index, pull: Floats, tug: Floats, force: Complex) -> None:
    """Add to `force` the way to the other ends of each node's edges; `tug` is room to work in."""
    for few in _blocks(len(a)):
        along = (z[a[few]] - z[b[few]]) * pull[few]
        tug[0, few], tug[1, few] = along.real, along.imag
    n = len(z)
    force.real += np.bincount(b, tug[0], n) - np.bincount(a, tug[0], n)
    force.imag += np.bincount(b, tug[1], n) - np.bincount(a, tug[1], n)


class _Grid:
    """A square of cells on which the repulsion of n nodes is summed by FFT."""

    def __init__(self, n: int, cells: int) -> None:
        self.cells = cells
        steps = np.fft.fftfreq(2 * cells, 1 / (2 * cells))
        x, y = np.meshgrid(steps, steps, indexing="ij")
        # Twice the size, which keeps what lies at opposite ends apart.
        self.kernel = np.fft.fft2((x + 1j * y) / np.maximum(x * x + y * y, 1.0))
        self.corner = np.empty((4, n), dtype=np.intp)
        self.share = np.empty((4, n))

    def repel(self, z: Complex, mass: Floats, force: Complex) -> None:
        """Set `force` to the sum over all others of mass · mass · (z − z′) / |z − z′|²."""
        cells, corner, share = self.cells, self.corner, self.share
        xy = z.view(np.float64)
        low = complex(xy[::2].min(), xy[1::2].min())
        wide = max(float(xy[::2].max()) - low.real, float(xy[1::2].max()) - low.imag)
        cell = max(wide / (cells - 2), 1e-9)
        density = np.zeros(cells * cells)
        # Each node is shared among the four corners of its cell, and reads the field there.
        for few in _blocks(len(z)):
            spot = (z[few] - low) / cell
            column, row = spot.real.astype(np.intp), spot.imag.astype(np.intp)
            x, y = spot.real - column, spot.imag - row
            first = column * cells + row
            both = x * y
            parts = 1.0 - x - y + both, y - both, x - both, both
            for k, (part, aside) in enumerate(zip(parts, (0, 1, cells, cells + 1), strict=True)):
                corner[k, few] = first + aside
                share[k, few] = part * mass[few]
        for k in range(4):
            density += np.bincount(corner[k], share[k], cells * cells)
        spectrum = np.fft.fft2(density.reshape(cells, cells), (2 * cells, 2 * cells))
        field = np.fft.ifft2(spectrum * self.kernel)[:cells, :cells].ravel()
        field *= REPULSION / cell
        for few in _blocks(len(z)):
            force[few] = sum(field[corner[k, few]] * share[k, few] for k in range(4))
