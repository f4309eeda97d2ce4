"""Clipping, splitting and thinning of many lines or rings at once.

Areas are clipped by *retraction*: a vertex beyond the edge moves to the nearest place on the
edge. What lay beyond then has no area and the rest is what it was, so rings stay rings, whatever
their form, and the work is a few NumPy operations on all vertices together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.geo.basemap import Floats, Ragged, offsets, ranges

Flags: TypeAlias = NDArray[np.bool_]
Kind: TypeAlias = Literal["line", "area"]

#: Degrees between vertices along the edge of a map.
STEP = 2.0


def join(*parts: Ragged) -> Ragged:
    """Put collections one after the other."""
    filled = [part for part in parts if len(part)] or list(parts[:1])
    if len(filled) == 1:
        return filled[0]
    return Ragged(
        np.concatenate([part.xy for part in filled]),
        offsets(np.concatenate([np.diff(part.starts) for part in filled])),
        np.concatenate([part.group for part in filled]),
    )


def following(ragged: Ragged) -> NDArray[np.intp]:
    """Return the next vertex of each vertex; a part's last is followed by its first."""
    after = np.arange(1, len(ragged.xy) + 1)
    after[ragged.starts[1:] - 1] = ragged.starts[:-1]
    return after


@dataclass(frozen=True)
class Edge:
    """A line that bounds what a map shows.

    Parameters
    ----------
    side : callable
        Gives a number for each vertex: 0 on the edge, negative beyond it.
    along : callable
        Gives for each vertex the position along the edge, in degrees, that is nearest.
    at : callable
        Gives the vertices at positions along the edge.
    closed : bool
        Whether the edge is a circle, so that positions repeat after 360.
    """

    side: Callable[[Floats], Floats]
    along: Callable[[Floats], Floats]
    at: Callable[[Floats], Floats]
    closed: bool = False

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        """Return the lines or rings on this side; vertices may have any dimension."""
        if not len(ragged):
            return ragged
        beyond = self.side(ragged.xy) < 0
        if not beyond.any():
            return ragged
        some = np.logical_or.reduceat(beyond, ragged.starts[:-1])
        every = np.logical_and.reduceat(beyond, ragged.starts[:-1])
        cut = ragged.take(some & ~every)
        if len(cut):
            cut, value = _cross(cut, self.side(cut.xy), kind)
            outside = value <= 0
            place = np.zeros(len(value))
            place[outside] = self.along(cut.xy[outside])
            cut.xy[outside] = self.at(place[outside])
            if kind == "line":
                cut = split(cut, keep=value >= 0)
            else:
                cut = self._follow(cut, outside, place)
        return join(ragged.take(~some), cut)

    def _follow(self, rings: Ragged, outside: Flags, place: Floats) -> Ragged:
        """Go straight along the edge from where a ring leaves to where it comes back."""
        after = following(rings)
        on_edge = outside & outside[after]
        turn = np.where(on_edge, place[after] - place, 0.0)
        if self.closed:
            turn = (turn + 180.0) % 360.0 - 180.0
        # Leave out what lies between; a ring's first vertex stays, which does no harm.
        keep = np.ones(len(place), np.bool_)
        keep[after[on_edge]] = ~on_edge[after[on_edge]]
        keep[rings.starts[:-1]] = True
        kept = np.flatnonzero(keep)
        turn = np.add.reduceat(turn, kept)
        sizes = np.add.reduceat(keep, rings.starts[:-1], dtype=np.intp)
        steps = np.maximum(np.ceil(np.abs(turn) / STEP), 1).astype(np.intp)
        origin = np.repeat(np.arange(len(kept)), steps)
        share = ranges(np.zeros_like(steps), steps) / steps[origin]
        xy = rings.xy[kept[origin]]
        new = share > 0
        xy[new] = self.at((place[kept][origin] + share * turn[origin])[new])
        return Ragged(xy, offsets(np.add.reduceat(steps, offsets(sizes)[:-1])), rings.group)


def _cross(ragged: Ragged, value: Floats, kind: Kind) -> tuple[Ragged, Floats]:
    """Add a vertex of value 0 to each segment that crosses the edge."""
    after = following(ragged)
    crossing = value * value[after] < 0
    if kind == "line":
        crossing[ragged.starts[1:] - 1] = False
    at = np.flatnonzero(crossing)
    share = value[at] / (value[at] - value[after[at]])
    new = ragged.xy[at] + share[:, None] * (ragged.xy[after[at]] - ragged.xy[at])
    sizes = np.diff(ragged.starts) + np.add.reduceat(crossing, ragged.starts[:-1], dtype=np.intp)
    xy = np.insert(ragged.xy, at + 1, new, axis=0)
    return Ragged(xy, offsets(sizes), ragged.group), np.insert(value, at + 1, 0.0)


def split(ragged: Ragged, keep: Flags, begins: Flags | None = None) -> Ragged:
    """Break lines at vertices that are not kept, and before vertices that begin a new line."""
    begin = np.zeros(len(ragged.xy), np.bool_) if begins is None else begins.copy()
    begin[ragged.starts[:-1]] = True
    begin[1:] |= ~keep[:-1]
    first = np.flatnonzero(begin & keep)
    number = np.cumsum(begin & keep)[keep] - 1
    lines = Ragged(
        ragged.xy[keep],
        offsets(np.bincount(number, minlength=len(first))),
        ragged.group[ragged.part[first]],
    )
    return lines.take(np.diff(lines.starts) > 1)


def clip_box(ragged: Ragged, axis: int, bounds: tuple[float, float], kind: Kind) -> Ragged:
    """Return what lies between two values of x (`axis` 0) or y (1)."""
    for bound, sign in zip(bounds, (1, -1), strict=True):
        ragged = _straight(axis, bound, sign).clip(ragged, kind)
    return ragged


def _straight(axis: int, bound: float, sign: int) -> Edge:
    """Return the edge ``xy[:, axis] == bound``; `sign` is where the inside is."""

    def at(place: Floats) -> Floats:
        columns = [np.full_like(place, bound), place]
        return np.column_stack(columns if axis == 0 else columns[::-1])

    return Edge(lambda xy: sign * (xy[:, axis] - bound), lambda xy: xy[:, 1 - axis], at)


def contains(ragged: Ragged, point: ArrayLike) -> Flags:
    """Tell for each ring whether the point is inside, shape (M,); even-odd, on the plane."""
    if not len(ragged):
        return np.zeros(0, np.bool_)
    x, y = np.asarray(point, float)
    after = following(ragged)
    above = ragged.xy[:, 1] > y
    rows = np.flatnonzero(above != above[after])
    (x0, y0), (x1, y1) = ragged.xy[rows].T, ragged.xy[after[rows]].T
    right = rows[x0 + (y - y0) / (y1 - y0) * (x1 - x0) > x]
    ring = np.searchsorted(ragged.starts, right, side="right") - 1
    odd: Flags = np.bincount(ring, minlength=len(ragged)) % 2 == 1
    return odd


def simplify(ragged: Ragged, tolerance: float, kind: Kind = "area") -> Ragged:
    """Drop vertices that do not show.

    First those that fall into the same cell of a grid as the one before, then every other one
    that lies near the line between its neighbours, twice. With a tolerance of half a pixel nothing
    moves by as much as a pixel, and drawing the world at 1:10 million takes a fortieth of the time.

    Parameters
    ----------
    ragged : Ragged
        Lines or rings, usually in metres.
    tolerance : float
        Size of a cell, and twice the distance from a line, in the unit of the vertices.
    kind : {"line", "area"}
        Lines keep both ends. Rings that shrink to fewer than three vertices, and lines that
        shrink to one cell, are dropped.
    """
    if not len(ragged) or tolerance <= 0:
        return ragged
    cell = np.floor(ragged.xy / tolerance)
    moved = np.ones(len(cell), np.bool_)
    moved[1:] = (cell[1:, 0] != cell[:-1, 0]) | (cell[1:, 1] != cell[:-1, 1])
    moved[ragged.starts[:-1]] = True
    counts = np.add.reduceat(moved, ragged.starts[:-1], dtype=np.intp)
    if kind == "line":
        last = ragged.starts[1:] - 1
        counts = np.where(counts > 1, counts + ~moved[last], 0)
        moved[last] = True
    stay = counts > (1 if kind == "line" else 2)
    moved &= np.repeat(stay, np.diff(ragged.starts))
    thin = Ragged(ragged.xy[moved], offsets(counts[stay]), ragged.group[stay])
    for _ in range(2):
        thin = _straighten(thin, tolerance / 2)
    return thin


def _straighten(ragged: Ragged, tolerance: float) -> Ragged:
    """Drop every other vertex that is nearly on the line between its neighbours."""
    if not len(ragged):
        return ragged
    a, b, c = ragged.xy[:-2], ragged.xy[1:-1], ragged.xy[2:]
    step, aside = c - a, b - a
    away = np.abs(step[:, 0] * aside[:, 1] - step[:, 1] * aside[:, 0])
    within = np.einsum("ij,ij->i", step, aside)
    length = np.einsum("ij,ij->i", step, step)
    near = (away < tolerance * np.sqrt(length)) & (within >= 0) & (within <= length)
    drop = np.zeros(len(ragged.xy), np.bool_)
    drop[1:-1] = near
    sizes = np.diff(ragged.starts)
    place = ranges(np.zeros_like(sizes), sizes)
    # The last of a part stays, and so much of it that it stays a ring.
    drop &= (place % 2 == 1) & (place < np.repeat(sizes - 1, sizes)) & np.repeat(sizes > 5, sizes)
    keep = ~drop
    counts = np.add.reduceat(keep, ragged.starts[:-1], dtype=np.intp)
    return Ragged(ragged.xy[keep], offsets(counts), ragged.group)
