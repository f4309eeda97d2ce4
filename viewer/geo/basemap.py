"""The basemap: Natural Earth at three scales, read from the shipped assets.

The files hold *arcs*, lines between junctions, and per layer the arcs that its rings and lines
are made of, so a border is stored once however many layers draw it. ``assets/basemap/README.md``
tells where the data comes from and what its borders mean; ``packaging/build_basemap.py`` makes it.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from viewer.assets import asset
from viewer.errors import EntenteError

Floats: TypeAlias = NDArray[np.float64]
Indexes: TypeAlias = NDArray[np.intp]
LevelName: TypeAlias = Literal["110m", "50m", "10m"]

#: From coarse to fine.
LEVELS: tuple[LevelName, ...] = ("110m", "50m", "10m")


@dataclass(frozen=True, eq=False)
class Ragged:
    """Many lines or rings in one array of vertices.

    Parameters
    ----------
    xy : ndarray, shape (N, 2), float64
        Vertices: longitude and latitude in degrees (EPSG:4326), or metres once projected.
    starts : ndarray, shape (M + 1,), intp
        Part ``i`` is ``xy[starts[i]:starts[i + 1]]``. Rings are open: the last vertex joins
        the first.
    group : ndarray, shape (M,), intp
        What each part belongs to. Rings of one group are one shape: fill them in one path with
        the even-odd rule, and holes stay empty and pieces cut at ±180° show no seam. All 0
        if not given.
    """

    xy: Floats
    starts: Indexes
    group: Indexes = field(default_factory=lambda: np.zeros(0, np.intp))

    def __post_init__(self) -> None:
        if len(self.group) != len(self):
            object.__setattr__(self, "group", np.zeros(len(self), np.intp))

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.starts) - 1

    @property
    def part(self) -> Indexes:
        """The part each vertex belongs to, shape (N,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def take(self, keep: NDArray[np.bool_]) -> Ragged:
        """Return the parts where `keep`, shape (M,), is true."""
        sizes = np.diff(self.starts)
        xy = self.xy[np.repeat(keep, sizes)]
        return Ragged(xy, offsets(sizes[keep]), self.group[keep])

    def pieces(self) -> list[Floats]:
        """Return the parts as separate arrays; for drawing and tests, not for speed."""
        return np.split(self.xy, self.starts[1:-1]) if len(self) else []


def offsets(sizes: NDArray[Any]) -> Indexes:
    """Return where parts of these sizes begin, and the end of the last, shape (M + 1,)."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp, copy=False)


def ranges(first: NDArray[Any], sizes: NDArray[Any], step: NDArray[Any] | int = 1) -> Indexes:
    """Return ``first[i], first[i] + step[i], …`` (``sizes[i]`` of them) for all ``i`` in a row."""
    begin = np.cumsum(sizes) - sizes
    steps = np.broadcast_to(step, np.shape(sizes))
    count = np.arange(int(np.sum(sizes)))
    result: Indexes = np.repeat(first - begin * steps, sizes) + count * np.repeat(steps, sizes)
    return result


class Level:
    """One scale of the basemap; layers are put together when first asked for.

    All layers are in degrees, EPSG:4326, cut at ±180°; no segment is longer than 1.5°.
    """

    def __init__(self, name: LevelName) -> None:
        self.name = name
        path = asset("basemap", f"{name}.npz")
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                self._raw: dict[str, NDArray[Any]] = dict(archive)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise EntenteError(
                f"{path}: the basemap cannot be read ({error}); install Entente again"
            ) from error

    @cached_property
    def land(self) -> Ragged:
        """Land as filled rings; ``group`` numbers the land masses."""
        return self._layer("land", "mesh", closed=True)

    @cached_property
    def coast(self) -> Ragged:
        """Coastlines as lines, without the artificial edges along ±180° and the pole."""
        return self._layer("coast", "mesh")

    @cached_property
    def borders(self) -> Ragged:
        """Land borders as lines, each once; ``group`` is 1 where the border is disputed."""
        return self._layer("borders", "mesh")

    @cached_property
    def countries(self) -> Ragged:
        """Areas as filled rings; ``group`` is the row in `countries`."""
        return self._layer("countries", "mesh", closed=True)

    @cached_property
    def lakes(self) -> Ragged:
        """Lakes as filled rings; ``group`` numbers the lakes."""
        return self._layer("lakes", "water", closed=True)

    @cached_property
    def rivers(self) -> Ragged:
        """Rivers as lines."""
        return self._layer("rivers", "water")

    def _layer(self, layer: str, arcs: str, closed: bool = False) -> Ragged:
        if f"{layer}_arcs" not in self._raw:
            return getattr(load("50m"), layer)  # type: ignore[no-any-return]
        xy, arc_starts = self._vertices(arcs)
        number = self._raw[f"{layer}_arcs"].astype(np.intp)
        starts = self._raw[f"{layer}_starts"].astype(np.intp)
        back = number < 0
        arc = np.where(back, ~number, number)
        sizes = np.diff(arc_starts)[arc]
        first = np.where(back, arc_starts[arc + 1] - 1, arc_starts[arc])
        # An arc ends where the next begins: drop the double vertex, and a ring's closing one.
        joined = np.ones(len(number), np.bool_)
        if not closed:
            joined[starts[1:] - 1] = False
        sizes = sizes - joined
        index = ranges(first, sizes, np.where(back, -1, 1))
        group = self._raw[f"{layer}_group"].astype(np.intp)
        return Ragged(xy[index], offsets(sizes)[starts], group)

    @cache  # noqa: B019  levels live as long as the program
    def _vertices(self, arcs: str) -> tuple[Floats, Indexes]:
        starts = self._raw[f"{arcs}_starts"].astype(np.intp)
        sizes = np.diff(starts)
        first = self._raw[f"{arcs}_first"]
        xy = np.empty((starts[-1], 2))
        for axis, (scale, translate, limit) in enumerate(
            zip(*self._raw[f"{arcs}_grid"], (180.0, 90.0), strict=True)
        ):
            units = np.cumsum(self._raw[f"{arcs}_steps"][axis], dtype=np.int32)
            # Sums run on through all arcs: bring each back to where its arc begins.
            units += np.repeat(first[:, axis] - units[starts[:-1]], sizes)
            degrees = units * scale
            degrees += translate
            xy[:, axis] = np.clip(degrees, -limit, limit, out=degrees)
        return xy, starts


@cache
def load(level: LevelName) -> Level:
    """Return one scale of the basemap; it stays in memory.

    Parameters
    ----------
    level : {"110m", "50m", "10m"}
        Natural Earth's scale, 1:110 million to 1:10 million. See `level_for`.
    """
    return Level(level)


def level_for(metres_per_pixel: float) -> LevelName:
    """Return the coarsest scale that differs from the next one by less than a pixel.

    Of the points of its coasts, 19 in 20 lie within 20 km (110m) or 3 km (50m) of the next one's.
    """
    if metres_per_pixel > 40_000:
        return "110m"
    return "50m" if metres_per_pixel > 3_000 else "10m"


@dataclass(frozen=True, eq=False)
class Countries:
    """The countries and areas of the basemap, row by row.

    Parameters
    ----------
    code : tuple of str
        Unique: ISO 3166-1 alpha-3, or ``X-…`` for an area that has no code of its own.
    iso3 : tuple of str
        ISO 3166-1 alpha-3 under which ISO 3166 lists the area (``XKX`` for Kosovo); empty for
        places that several states claim and ISO does not list.
    numeric : tuple of str
        ISO 3166-1 numeric, or empty.
    names : dict of str to tuple of str
        Names by language (CLDR), empty where there is none; English is never empty.
    labels : tuple of str
        Natural Earth's short English names, for maps.
    label : ndarray, shape (M, 2)
        Where to put a label: the point of the largest part that is farthest from its edge;
        degrees, EPSG:4326.
    rank : ndarray, shape (M,), intp
        1 for the largest to 7 for the smallest.
    area : ndarray, shape (M,)
        Square metres.
    bbox : ndarray, shape (M, 4)
        West, south, east, north in degrees; west > east where it crosses the antimeridian.
        Overseas parts are in it.
    """

    code: tuple[str, ...]
    iso3: tuple[str, ...]
    numeric: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    labels: tuple[str, ...]
    label: Floats
    rank: Indexes
    area: Floats
    bbox: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.code)

    @cached_property
    def rows(self) -> dict[str, Indexes]:
        """Rows by ISO alpha-3 code, the country itself first, then areas listed under it."""
        found: dict[str, list[int]] = {}
        for row in sorted(range(len(self)), key=lambda r: self.code[r] != self.iso3[r]):
            if self.iso3[row]:
                found.setdefault(self.iso3[row], []).append(row)
        return {code: np.array(rows, np.intp) for code, rows in found.items()}


@cache
def countries() -> Countries:
    """Return the table of countries; it stays in memory."""
    import csv

    path = asset("basemap", "countries.csv")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        columns = dict(zip(header, zip(*rows, strict=True), strict=True))

        def numbers(*names: str) -> Floats:
            return np.array([columns[name] for name in names], np.float64).T

        return Countries(
            columns["code"],
            columns["iso3"],
            columns["numeric"],
            {n.removeprefix("name_"): columns[n] for n in header if n.startswith("name_")},
            columns["label"],
            numbers("lon", "lat"),
            numbers("rank")[:, 0].astype(np.intp),
            numbers("area_km2")[:, 0] * 1e6,
            numbers("west", "south", "east", "north"),
        )
    except (OSError, ValueError, KeyError) as error:
        raise EntenteError(
            f"{path}: the table of countries cannot be read ({error}); install Entente again"
        ) from error


@lru_cache(maxsize=256)
def country_area(iso3: str, level: LevelName = "50m") -> Ragged:
    """Return a country's area, with the areas that ISO 3166 lists under it.

    Parameters
    ----------
    iso3 : str
        ISO 3166-1 alpha-3 code, or a ``code`` of `countries`.
    level : {"110m", "50m", "10m"}
        Scale; an area too small for it is taken from the next finer one that has it, or else
        a coarser one.

    Returns
    -------
    Ragged
        Rings in degrees, EPSG:4326, all of group 0: fill them together, even-odd. Empty if the
        code is not known.
    """
    table = countries()
    rows = table.rows.get(iso3)
    if rows is None:
        rows = np.array([i for i, code in enumerate(table.code) if code == iso3], np.intp)
    area = Ragged(np.empty((0, 2)), np.zeros(1, np.intp))
    at = LEVELS.index(level)
    for name in (*LEVELS[at:], *LEVELS[:at][::-1]):
        rings = load(name).countries
        area = rings.take(np.isin(rings.group, rows))
        if len(area) or not len(rows):
            break
    return Ragged(area.xy, area.starts)
