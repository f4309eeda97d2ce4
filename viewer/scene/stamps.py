"""Very many dots at once: binned onto the pixels of a picture and stamped there with a disc.

What it takes hardly grows with the number of points, because the disc is laid on whole pictures,
shifted by a pixel at a time, and not on one point after the other. The pictures are indexed: a
byte a pixel, of which five bits say how much of it is covered and three which class covers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.scene.primitives import Colour, Floats

Bytes = NDArray[np.uint8]
Transform = tuple[float, float, float, float]

CLASSES = 8
"""Classes that the points of one picture may be of."""
FULL = 31
"""Level of a pixel that is covered wholly."""
_INK = FULL * CLASSES
_TILES = 90
_POINTS_AT_ONCE = 1 << 15
_PIXELS_AT_ONCE = 1 << 16
_FINENESS = 16


@dataclass(frozen=True, eq=False)
class Points:
    """Points in the order in which they are stamped.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        World coordinates, those of class 0 first.
    starts : tuple of int
        The points of class ``c`` are those from ``starts[c]`` to ``starts[c + 1]``.
    """

    x: Floats
    y: Floats
    starts: tuple[int, ...]

    @staticmethod
    def of(xy: Floats, classes: NDArray[np.uint8]) -> Points:
        """Put points in order.

        Parameters
        ----------
        xy : ndarray of float64, shape (n, 2)
            World coordinates; what is not finite is left out.
        classes : ndarray of uint8, shape (n,)
            Less than `CLASSES`. Where several points fall on one pixel the highest class is seen,
            so that the rarer one, and what is picked, should have the higher number.
        """
        known = np.isfinite(xy).all(axis=1)
        if not known.all():
            xy, classes = xy[known], classes[known]
        # Neighbours follow each other, so that the cells they fall on are at hand.
        order = np.argsort(classes.astype(np.uint16) * _TILES**2 + _tiles(xy), kind="stable")
        starts = np.searchsorted(classes[order], np.arange(CLASSES + 1))
        return Points(xy[order, 0], xy[order, 1], tuple(starts.tolist()))


def _tiles(xy: Floats) -> NDArray[np.uint16]:
    """Number the tile that each point falls on, of so many that a class and it fit 16 bits."""
    if not len(xy):
        return np.empty(0, dtype=np.uint16)
    low = xy.min(axis=0)
    share = (_TILES - 1) / np.maximum(xy.max(axis=0) - low, 1e-9)
    column, row = ((xy - low) * share).astype(np.uint16).T
    tiles: NDArray[np.uint16] = row * np.uint16(_TILES) + column
    return tiles


@lru_cache(maxsize=32)
def disc(radius: float) -> Bytes:
    """Return how much a disc in the middle of a pixel covers of it and its neighbours.

    Parameters
    ----------
    radius : float
        Pixels.

    Returns
    -------
    ndarray of uint8, shape (2 k + 1, 2 k + 1)
        Levels from 0 to `FULL`; `FULL` in the middle, however small the disc.
    """
    k = max(int(np.ceil(radius - 0.5)), 0)
    fine = (np.arange((2 * k + 1) * _FINENESS) + 0.5) / _FINENESS - k - 0.5
    inside = np.hypot(fine[:, None], fine) <= radius
    share = inside.reshape(2 * k + 1, _FINENESS, 2 * k + 1, _FINENESS).mean(axis=(1, 3))
    levels: Bytes = np.round(share * FULL).astype(np.uint8)
    levels[k, k] = FULL
    return levels


def stamp(points: Points, transform: Transform, shape: tuple[int, int], radius: float) -> Bytes:
    """Stamp a disc at every point.

    A disc is moved by half a pixel at most, into the middle of the pixel it stands on. Where
    discs meet, the one that covers more of the pixel is seen, of equals the higher class.

    Parameters
    ----------
    points : Points
    transform : tuple of float
        ``(sx, sy, dx, dy)``: pixel = world * (sx, sy) + (dx, dy).
    shape : tuple of int
        Height and width of the picture in pixels.
    radius : float
        Of the disc, in pixels.

    Returns
    -------
    ndarray of uint8, shape `shape`
        ``CLASSES * level + class``; 0 where there is nothing. See `palette`.
    """
    levels = disc(radius)
    reach = len(levels) // 2
    height, width = shape
    # Points outside end up on the rim, which is wiped.
    rim = reach + 1
    wide, high = width + 2 * rim, height + 2 * rim
    grid = np.zeros(wide * high + 2 * rim, dtype=np.uint8)
    _mark(grid, points, transform, (wide, high), rim)
    inner = grid[: wide * high].reshape(high, wide)
    inner[0], inner[-1], inner[:, 0], inner[:, -1] = 0, 0, 0, 0

    steps = [
        (
            np.uint8(level * CLASSES + CLASSES - 1),
            [(y + 1) * wide + x + 1 for y, x in np.argwhere(levels == level).tolist()],
        )
        for level in np.unique(levels[levels > 0]).tolist()
    ]
    out = np.zeros(height * wide, dtype=np.uint8)
    span = 2 * rim * (wide + 1)
    held = np.empty(_PIXELS_AT_ONCE + span, dtype=np.uint8)
    # A block at a time, which stays in the cache.
    for start in range(0, len(out), _PIXELS_AT_ONCE):
        block = out[start : start + _PIXELS_AT_ONCE]
        near = grid[start : start + len(block) + span]
        if not near.any():
            continue
        covered = held[: len(near)]
        for mask, offsets in steps:
            np.bitwise_and(near, mask, out=covered)
            for offset in offsets:
                np.maximum(block, covered[offset : offset + len(block)], out=block)
    return np.ascontiguousarray(out.reshape(height, wide)[:, :width])


def _mark(
    grid: Bytes, points: Points, transform: Transform, size: tuple[int, int], rim: int
) -> None:
    """Put the class of every point into its cell of a grid, the higher classes last."""
    sx, sy, dx, dy = transform
    wide, high = size
    room = np.empty((2, _POINTS_AT_ONCE))
    cells = np.empty((2, _POINTS_AT_ONCE), dtype=np.intp)
    for code in range(CLASSES):
        ink = np.uint8(_INK + code)
        end = points.starts[code + 1]
        for start in range(points.starts[code], end, _POINTS_AT_ONCE):
            stop = min(start + _POINTS_AT_ONCE, end)
            count = stop - start
            for axis, values, scale, shift, most in (
                (0, points.x, sx, dx, wide), (1, points.y, sy, dy, high)
            ):  # fmt: skip
                at = room[axis, :count]
                np.multiply(values[start:stop], scale, out=at)
                at += shift + rim
                np.maximum(at, 0.0, out=at)
                np.minimum(at, most - 1.0, out=at)
                np.copyto(cells[axis, :count], at, casting="unsafe")
            column, row = cells[:, :count]
            row *= wide
            row += column
            grid[row] = ink


def palette(colours: Sequence[Colour]) -> Bytes:
    """Return what the indices of a stamped picture stand for.

    Parameters
    ----------
    colours : sequence of Colour
        By class; their opacity is that of a pixel covered wholly.

    Returns
    -------
    ndarray of uint8, shape (256, 4)
        Red, green, blue and opacity, not multiplied with it.
    """
    out = np.zeros((256, 4), dtype=np.uint8)
    levels = np.arange(FULL + 1) / FULL
    for code, colour in enumerate(colours):
        out[code::CLASSES, :3] = colour[:3]
        out[code::CLASSES, 3] = np.round(levels * colour.a)
    return out
