"""What can be pointed at in a scene: one thing, or very many held as arrays."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from viewer.model.arrays import Index, Mask
from viewer.model.schema import Ref

if TYPE_CHECKING:
    from viewer.model.columns import Column
    from viewer.model.filters import Shown
    from viewer.model.selection import Selection
    from viewer.scene.primitives import Floats, Rect, Shapes

_LAST = 1e6
"""Distance of what yields to everything else."""


@dataclass(frozen=True, eq=False)
class Rows(Sequence[Ref]):
    """Rows of a table, named only when they are asked for: they may be very many.

    Parameters
    ----------
    table : str
    ids : sequence of str
        Column of its ids.
    rows : ndarray of intp
    """

    table: str
    ids: Column
    rows: Index

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Ref]:
        return (Ref(self.table, key) for key in self.ids.take(self.rows))

    @overload
    def __getitem__(self, position: int) -> Ref: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Ref, ...]: ...
    def __getitem__(self, position: int | slice) -> Ref | tuple[Ref, ...]:
        if isinstance(position, slice):
            return tuple(Rows(self.table, self.ids, self.rows[position]))
        return Ref(self.table, self.ids[int(self.rows[position])])


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be pointed at, clicked and reached by keyboard.

    Parameters
    ----------
    refs : sequence of Ref
        What is picked by a click; a cluster names several rows.
    x, y : float
        Where it is.
    reach : float
        Radius of the sensitive disc; not used where `rect` or `line` is given.
    rect : Rect, optional
        Sensitive rectangle.
    line : ndarray of float64, shape (k, 2), optional
        Sensitive polyline, with `reach` to either side.
    area : Shapes, optional
        Sensitive inside, around the disc; anything else under the pointer goes before it.
    label : str
        What it is, for tooltips and assistive technology.
    action : str
        What a click asks for besides picking, e.g. ``more``; see the builder of the scene. A
        lasso leaves such targets out.
    """

    refs: Sequence[Ref]
    x: float
    y: float
    reach: float = 8.0
    rect: Rect | None = None
    line: Floats | None = None
    label: str = ""
    area: Shapes | None = None
    action: str = ""

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a box that holds all of the target."""
        if self.rect is not None:
            return self.rect.x, self.rect.y, self.rect.right, self.rect.bottom
        if self.area is not None:
            return -np.inf, -np.inf, np.inf, np.inf
        left = right = self.x
        top = bottom = self.y
        if self.line is not None:
            left, top = self.line.min(axis=0).tolist()
            right, bottom = self.line.max(axis=0).tolist()
        return left - self.reach, top - self.reach, right + self.reach, bottom + self.reach

    def distance(self, x: float, y: float) -> float:
        """Return how far a point is from the middle of the target; infinite when outside."""
        if self.rect is not None:
            return 0.5 if self.rect.contains(x, y) else np.inf
        if self.line is not None:
            away = float(segment_distances(self.line[:-1], self.line[1:], x, y).min())
            return 1.0 + away if away <= self.reach else np.inf
        away = float(np.hypot(self.x - x, self.y - y))
        # A small mark over a large one wins: distance counts in units of the mark's size.
        if away <= self.reach:
            return away / max(self.reach, 1.0)
        return _LAST if self.area is not None and _inside(self.area, x, y) else np.inf


class Later(Sequence[Target]):
    """Targets that are made all together when one of them is first asked for.

    Parameters
    ----------
    make : callable
    """

    def __init__(self, make: Callable[[], tuple[Target, ...]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> tuple[Target, ...]:
        return self._make()

    def __len__(self) -> int:
        return len(self._made)

    def __iter__(self) -> Iterator[Target]:
        return iter(self._made)

    @overload
    def __getitem__(self, position: int) -> Target: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Target, ...]: ...
    def __getitem__(self, position: int | slice) -> Target | tuple[Target, ...]:
        return self._made[position]


class Crowd(Sequence[Target]):
    """Very many targets held as arrays; each is made when it is asked for.

    Those that the keyboard steps through are the members of the sequence; there may be more that
    only a pointer finds.

    Parameters
    ----------
    dense : bool
        Whether there are so many lines that each is thin.
    """

    def __init__(self, dense: bool) -> None:
        self.dense = dense
        self._made: dict[int, Target] = {}

    @abstractmethod
    def make(self, position: int) -> Target:
        """Return the target at a position, perhaps beyond those of the sequence."""

    @abstractmethod
    def nearest(self, x: float, y: float) -> int | None:
        """Return the position of the target under a point."""

    @abstractmethod
    def marks_inside(self, corners: Floats) -> tuple[Ref, ...]:
        """Return what stands in a polygon, shape (k, 2)."""

    @abstractmethod
    def of(self, ref: Ref) -> tuple[Target, ...]:
        """Return the marks, not lines, of a row."""

    @abstractmethod
    def touched(self, rows: Shown | Selection) -> Mask:
        """Return which targets stand for any of some rows, by position."""

    @abstractmethod
    def outlines(self, touched: Mask) -> tuple[tuple[Floats, ...], Floats]:
        """Return the lines, and x, y and reach of the marks, shape (k, 3), of some targets."""

    @overload
    def __getitem__(self, position: int) -> Target: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Target, ...]: ...
    def __getitem__(self, position: int | slice) -> Target | tuple[Target, ...]:
        if isinstance(position, slice):
            return tuple(map(self.at, range(*position.indices(len(self)))))
        return self.at(range(len(self))[position])

    def at(self, position: int) -> Target:
        """Return the target at a position, the same one each time."""
        if position not in self._made:
            self._made[position] = self.make(position)
        return self._made[position]


def segment_distances(start: Floats, end: Floats, x: float, y: float) -> Floats:
    """Return how far a point is from each of some segments, given by ends of shape (n, 2)."""
    step = end - start
    length = np.maximum((step**2).sum(axis=1), 1e-9)
    along = np.clip(((np.array([x, y]) - start) * step).sum(axis=1) / length, 0.0, 1.0)
    nearest = start + along[:, None] * step
    away: Floats = np.hypot(nearest[:, 0] - x, nearest[:, 1] - y)
    return away


def inside_polygon(xy: Floats, corners: Floats) -> Mask:
    """Return which points, shape (n, 2), lie inside a polygon, by the even-odd rule."""
    x, y = xy.T
    inside = np.zeros(len(xy), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay != by:
            crosses = (ay > y) != (by > y)
            inside ^= crosses & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    return inside


def _inside(shapes: Shapes, x: float, y: float) -> bool:
    """Whether a pixel lies inside the rings by the even-odd rule."""
    geometry, (sx, sy, dx, dy) = shapes.geometry, shapes.transform
    east, north = (x - dx) / sx, (y - dy) / sy
    filled = np.diff(geometry.starts) > 0
    before: Index = np.arange(len(geometry.xy)) - 1
    before[geometry.starts[:-1][filled]] = geometry.starts[1:][filled] - 1
    (ax, ay), (bx, by) = geometry.xy.T, geometry.xy[before].T
    (across,) = np.nonzero((ay > north) != (by > north))
    share = (north - ay[across]) / (by[across] - ay[across])
    crossing = ax[across] + share * (bx[across] - ax[across])
    return bool(np.count_nonzero(crossing > east) % 2)
