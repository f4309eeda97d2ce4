"""Very many straight lines at once, as one picture in which those that cross add up.

Among tens of thousands of lines no single one can be followed, and where they are painted one
after the other only the last are seen. So it is counted how many of each class cross each pixel:
the more, the stronger the tone, and the colour is the mean of those that cross. The order of the
lines does not matter. The tone grows with the logarithm, for else a few knots would leave the rest
too pale to be seen; Cottam, Lumsdaine and Wang, "Abstract Rendering", SPIE 9017 (2013), have the
idea of counting before shading. Long lines, of which a crowd says least, are drawn softly.

Everything is done in blocks, each in a millisecond or so: it runs in a thread, and some of NumPy
keeps the interpreter to itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Mask
from viewer.progress import Progress, unheard
from viewer.scene.primitives import Floats

Shares = NDArray[np.float32]
Bytes = NDArray[np.uint8]

LONG = 96.0
"""Pixels from which on a line is drawn softly: on a grid of every second pixel, or coarser."""
STEEPNESS = 0.09
"""How much stronger the tone gets each time that lines double."""
STRONGEST = 0.8
"""Most that is covered of the ground."""
_NEAR = 0.02
"""How much of a colour is seen on the cells beside: rounding may lead there."""
_MOST = 15e6
"""Cells that the long lines may cross: where they would be more, the grid is coarser."""
_SAMPLE = 1 << 15
"""About how many pixels are looked at to see how many lines cross one."""
_AT_ONCE = 1 << 15
"""Pixels of lines that are drawn in one go."""
_SHADED_AT_ONCE = 1 << 16
"""Pixels of the picture that are shaded in one go."""
_UNLIKE = 1.2
"""Lines of so different a length are drawn together: the shorter ones rest at their end."""
_EDGE = 1e-3
"""Pixels of a picture's right and lower edge that are no part of it."""
_POINT = 20
"""Bits behind the point in fixed-point numbers."""


def woven(
    ends: Floats,
    codes: Index,
    shares: Shares,
    inks: Sequence[tuple[int, int, int]],
    shape: tuple[int, int],
    one: float,
    progress: Progress = unheard,
) -> tuple[Bytes, int, int]:
    """Draw lines.

    Parameters
    ----------
    ends : ndarray of float64, shape (4, n)
        x and y of the one end and of the other in pixels; what lies outside is left out.
    codes : ndarray of integer, shape (n,)
        Position of each line's colour in `inks`.
    shares : ndarray of float32, shape (n,)
        How much each line counts; few values, for those of one are drawn together.
    inks : sequence of tuple of int
        Colours, each as three channels from 0 to 255.
    shape : tuple of int
        Height and width of the picture in pixels.
    one : float
        Opacity of a single line.
    progress : Progress
        Asked after every few lines whether to go on.

    Returns
    -------
    picture : ndarray of uint8, shape (h, w, 4)
        The channels of the colours and opacity, multiplied with it; no larger than need be.
    left, top : int
        Where it belongs.
    """
    kept, inside = clipped(ends, shape[1], shape[0])
    if not len(kept):
        return np.zeros((1, 1, 4), dtype=np.uint8), 0, 0
    low, high = inside.min(axis=1).astype(int), inside.max(axis=1).astype(int)
    # With a little room around, and where the coarse grid has its lines wherever the view is.
    left, top = (np.maximum(np.minimum(low[:2], low[2:]) - 2, 0) // 2 * 2).tolist()
    end = np.minimum(np.maximum(high[:2], high[2:]) + 3, shape[::-1])
    width, height = (end - (left, top)).tolist()
    x0, y0, x1, y1 = inside
    lengths = np.maximum(np.abs(x1 - x0), np.abs(y1 - y0))
    coarse = _coarseness(float(lengths.sum()))
    kinds = (codes[kept] + len(inks) * (lengths > LONG * 2 / coarse)).astype(np.uint8)
    # Short ones first, by colour.
    order = np.argsort(kinds, kind="stable")
    inside, shares = inside[:, order], shares[kept[order]]
    inside -= np.array([left, top, left, top])[:, None]
    steps = np.searchsorted(kinds[order], np.arange(2 * len(inks) + 1))
    rows, columns = -(-height // 2), -(-width // 2)
    grid = -(-height // coarse), -(-width // coarse)
    # The tone is sharp, the colour on every second pixel: eyes see no finer.
    coloured = np.zeros((len(inks), rows, columns), dtype=np.float32)
    soft = np.zeros((rows, columns), dtype=np.float32)
    for code, cells in enumerate(coloured):
        short, far = (slice(steps[at], steps[at + 1]) for at in (code, code + len(inks)))
        found = _crossed(inside[:, far] / coarse, shares[far] * (2 / coarse), grid, progress)
        cells += _refined(found, coarse // 2)[:rows, :columns]
        soft += cells
        cells += _crossed(inside[:, short] / 2, shares[short], (rows, columns), progress)
    short = slice(0, steps[len(inks)])
    sharp = _crossed(inside[:, short], shares[short], (height, width), progress)
    return _shaded(sharp, soft, _hues(coloured, inks), one), left, top


def _shaded(sharp: Shares, soft: Shares, hues: Shares, one: float) -> Bytes:
    """Return how strong and of which colour each pixel is.

    Parameters
    ----------
    sharp : ndarray of float32, shape (h, w)
        How many lines cross each pixel.
    soft : ndarray of float32, shape (h / 2, w / 2)
        How many of those that are two pixels wide.
    hues : ndarray of float32, shape (3, h / 2, w / 2)
    one : float
        Opacity of a single line.

    Returns
    -------
    ndarray of uint8, shape (h, w, 4)
    """
    height, width = sharp.shape
    steepness = np.float32(_steepness(soft * np.float32(0.5), one))
    out = np.zeros((height, width, 4), dtype=np.uint8)
    at_once = 2 * max(_SHADED_AT_ONCE // (2 * width), 1)
    for row in range(0, height, at_once):
        few, half = slice(row, row + at_once), slice(row // 2, (row + at_once) // 2)
        total = sharp[few]
        # Two pixels wide, and so half as strong.
        total += _doubled(soft[half] * np.float32(0.5), total.shape)
        if not total.any():
            continue
        # A share of a line is a share of its tone; from one on the tone grows by doubling.
        tone = np.log2(np.maximum(total, 1)) * steepness
        tone += np.minimum(total, 1) * np.float32(one)
        np.minimum(tone, np.float32(STRONGEST), out=tone)
        for channel in range(3):
            out[few, :, channel] = tone * _doubled(hues[channel][half], tone.shape)
        out[few, :, 3] = tone * 255
    return out


def _steepness(counts: Shares, one: float) -> float:
    """Return how much stronger the tone gets each time that lines double, here.

    Where they are so many that most would have the strongest tone, it grows more slowly.
    """
    crossed = counts[counts > 1][:: max(counts.size // _SAMPLE, 1)]
    if not len(crossed):
        return STEEPNESS
    # But for the knots around a few nodes.
    place = int(0.99 * len(crossed))
    top = np.log2(float(np.partition(crossed, place)[place]))
    return min(STEEPNESS, (STRONGEST - one) / max(float(top), 1.0))


def _doubled(cells: Shares, shape: tuple[int, ...]) -> Shares:
    """Return a picture twice as large, cut to a shape."""
    return cells.repeat(2, axis=0)[: shape[0]].repeat(2, axis=1)[:, : shape[1]]


def _hues(coloured: Shares, inks: Sequence[tuple[int, int, int]]) -> Shares:
    """Return the mean colour of each cell, shape (3, h, w)."""
    hues = np.zeros((3, *coloured.shape[1:]), dtype=np.float32)
    total = np.zeros_like(hues[0])
    for cells, ink in zip(coloured, inks, strict=True):
        near = cells * np.float32(_NEAR)
        cells[1:] += near[:-1]
        cells[:-1] += near[1:]
        cells[:, 1:] += near[:, :-1]
        cells[:, :-1] += near[:, 1:]
        total += cells
        for hue, part in zip(hues, ink, strict=True):
            hue += cells * np.float32(part)
    hues /= np.maximum(total, np.float32(1e-9))
    return hues


def clipped(ends: Floats, width: float, height: float) -> tuple[Index, Floats]:
    """Return which lines meet a picture, and the parts of them inside, both as `woven` has them.

    The method is that of Liang and Barsky (1984).
    """
    left, top = np.minimum(ends[:2], ends[2:])
    right, bottom = np.maximum(ends[:2], ends[2:])
    most_x, most_y = width - _EDGE, height - _EDGE
    near = (left < width) & (right >= 0) & (top < height) & (bottom >= 0)
    out = near & ((left < 0) | (right > most_x) | (top < 0) | (bottom > most_y))
    cut = np.flatnonzero(out)
    if len(cut):
        seen, parts = _cut(ends[:, cut], (most_x, most_y))
        near[cut] = seen
        ends = ends.copy()
        ends[:, cut[seen]] = parts
    kept = np.flatnonzero(near)
    return kept, ends[:, kept]


def _cut(ends: Floats, limits: tuple[float, float]) -> tuple[Mask, Floats]:
    """Return which lines meet a picture from 0 to limits, and what of those is inside."""
    first, last = np.zeros(ends.shape[1]), np.ones(ends.shape[1])
    starts, ways = ends[:2], ends[2:] - ends[:2]
    for start, way, limit in zip(starts, ways, limits, strict=True):
        way = np.where(np.abs(way) < 1e-9, 1e-9, way)
        low, high = -start / way, (limit - start) / way
        np.maximum(first, np.minimum(low, high), out=first)
        np.minimum(last, np.maximum(low, high), out=last)
    seen = first <= last
    starts, ways = starts[:, seen], ways[:, seen]
    return seen, np.concatenate((starts + first[seen] * ways, starts + last[seen] * ways))


def _coarseness(length: float) -> int:
    """Return of how many pixels a side the cells are on which long lines of such a sum are drawn.

    The more there are, the less can be seen of one, and the longer it would take.
    """
    return next((cell for cell in (2, 4, 8) if length / cell <= _MOST), 16)


def _refined(cells: Shares, times: int) -> Shares:
    """Return a picture so many times as large, a power of two, without steps."""
    while times > 1:
        cells = cells.repeat(2, axis=0).repeat(2, axis=1)
        for axis in (0, 1):
            rest = cells.take(range(1, cells.shape[axis]), axis), cells.take([-1], axis)
            cells = (cells + np.concatenate(rest, axis)) * np.float32(0.5)
        times //= 2
    return cells


def _crossed(ends: Floats, shares: Shares, shape: tuple[int, int], progress: Progress) -> Shares:
    x0, y0, x1, y1 = ends
    steep = np.abs(y1 - y0) > np.abs(x1 - x0)
    # Each kind in a picture in which neighbours across the line are neighbours in memory.
    along, across = np.flatnonzero(steep), np.flatnonzero(~steep)
    down = _counts((y0[along], x0[along], y1[along], x1[along]), shares[along], shape, progress)
    flat = x0[across], y0[across], x1[across], y1[across]
    down += _counts(flat, shares[across], shape[::-1], progress).T
    return down


def _counts(
    ends: tuple[Floats, Floats, Floats, Floats],
    shares: Shares,
    shape: tuple[int, int],
    progress: Progress,
) -> Shares:
    """Count lines by the digital differential analyser: one step a pixel along the longer axis.

    Parameters
    ----------
    ends : tuple of ndarray of float64, shape (n,)
        Along and across of the one end and of the other.
    shares : ndarray of float32, shape (n,)
    shape : tuple of int
        Length and breadth of the picture in pixels.
    progress : Progress

    Returns
    -------
    ndarray of float32, `shape`
    """
    length, breadth = shape
    if not len(shares):
        return np.zeros(shape, dtype=np.float32)
    # A pixel more on every side: rounding leads no further.
    row = breadth + 2
    out = np.zeros((length + 2) * row, dtype=np.float32)
    far, near, further, there = ends
    begin = np.floor(np.minimum(far, further))
    count = (np.floor(np.maximum(far, further)) - begin).astype(np.int64)
    way = further - far
    moves = count > 0
    slope = np.where(moves, (there - near) / np.where(moves, way, 1.0), 0.0)
    # Where it is in the middle of its first pixel.
    near = np.where(moves, near + (begin + 0.5 - far) * slope, np.where(way < 0, there, near))
    # A place in memory, as a number with a fraction that grows evenly along the line.
    first = (((begin + 1) * row + 1 + near) * (1 << _POINT)).astype(np.int64)
    step = ((row + slope) * (1 << _POINT)).astype(np.int64)
    for share in _values(shares):
        own = np.flatnonzero(shares == share)
        own = own[np.argsort(count[own], kind="stable")]
        begins, steps, lengths = first[own, None], step[own, None], count[own]
        for few in _alike(lengths):
            progress(0.0)
            most = lengths[few]
            along = np.arange(most[-1] + 1)
            spot = along * steps[few]
            # The shorter ones rest at their end.
            shortest = int(most[0]) + 1
            spot[:, shortest:] = np.minimum(along[shortest:], most[:, None]) * steps[few]
            spot += begins[few]
            spot >>= _POINT
            np.add.at(out, spot.ravel(), share)
    return out.reshape(length + 2, row)[1:-1, 1:-1]


def _values(shares: Shares) -> list[np.float32]:
    """Return the different values of an array, of which there are few."""
    out = []
    while len(shares):
        out.append(shares[0])
        shares = shares[shares != out[-1]]
    return out


def _alike(lengths: Index) -> Iterator[slice]:
    """Yield runs of lines of about one length, no more than are drawn in one go."""
    start = 0
    while start < len(lengths):
        most = int(lengths[start] * _UNLIKE) + 1
        stop = int(np.searchsorted(lengths, most, "right"))
        stop = min(stop, start + max(_AT_ONCE // (most + 1), 1))
        yield slice(start, stop)
        start = stop
