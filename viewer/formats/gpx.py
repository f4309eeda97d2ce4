"""GPX 1.0 and 1.1 (topografix.com/GPX/1/1): waypoints, routes and tracks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite, nan
from pathlib import Path
from typing import Any

from viewer.errors import EntenteError
from viewer.formats.features import Feature, gather
from viewer.formats.fields import interval
from viewer.formats.heads import head
from viewer.formats.imports import Gathered, foreign, put
from viewer.formats.xml_elements import Elements, read_elements

_ROOT = re.compile(r"<(?:[\w.-]+:)?gpx[\s>/]")
_POINTS = frozenset(("wpt", "rtept", "trkpt"))
_WAYS = frozenset(("rte", "trk"))
_KNOWN = {"name": "name", "desc": "description", "type": "kind"}
_CELLS = {
    "cmt": "comment",
    "sym": "symbol",
    "src": "source",
    "ele": "elevation",
    "number": "number",
}


def matches(path: Path) -> bool:
    """Whether a file is GPX, whatever it is called."""
    return bool(_ROOT.search(head(path)))


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no GPX.
    """
    gathered = Gathered(path.stem)
    gpx = _Gpx(gathered)
    fault = read_elements(path, gpx)
    if fault is not None and not gpx.features:
        raise EntenteError(
            f"{path}:{fault[1]}: {fault[0]}; save it anew in the program it came from"
        )
    if fault is not None:
        gathered.say(f"{fault[0]}: what follows was not read", "places", fault[1])
    if gpx.extended:
        what = "what other programs put into extensions: not read"
        gathered.say(what, severity="warning")
    gathered.title = gpx.title[:200] or gathered.title
    gathered.description = gpx.description[:2000]
    gather(gathered, gathered.title, gpx.features)
    return gathered.answer()


class _Gpx(Elements):
    """Gathers waypoints, routes and tracks."""

    def __init__(self, gathered: Gathered) -> None:
        super().__init__()
        self.features: list[Feature] = []
        self.title = ""
        self.description = ""
        self.extended = False
        self._gathered = gathered
        # The point and the route or track that are open.
        self._point: Feature | None = None
        self._way: Feature | None = None
        self._at: tuple[float, float] | None = None
        self._segments: list[list[tuple[float, float, float]]] = [[]]
        self._times: list[str] = []
        self._stops: list[Feature] = []
        self._bad = 0

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""
        if name in _POINTS:
            self._point, self._at = Feature(0), None
            try:
                self._at = float(attributes["lon"]), float(attributes["lat"])
            except (KeyError, ValueError):
                self._bad += 1
        elif name in _WAYS:
            self._way, self._segments, self._times, self._stops = Feature(0), [[]], [], []
        elif name == "trkseg":
            self._segments.append([])
        elif name == "link" and (holder := self._point or self._way):
            put(holder.cells, "link", attributes.get("href", ""))
        elif name == "extensions":
            self.extended = True

    def closed(self, name: str, text: str) -> None:
        """Take note of an element that ends."""
        parent = self.names[-2] if len(self.names) > 1 else ""
        text = text.strip()
        if parent == "metadata" or (parent == "gpx" and name in ("name", "desc")):
            self.title = text if name == "name" else self.title
            self.description = text if name == "desc" else self.description
        elif name in _POINTS:
            self._close_point(name)
        elif name in _WAYS:
            self._close_way()
        elif holder := self._holder(parent):
            if name in _KNOWN:
                holder.known[_KNOWN[name]] = text
            elif name in _CELLS and text:
                holder.cells[_CELLS[name]] = text
            elif name == "url" and text:
                put(holder.cells, "link", text)
            elif name == "time" and parent == "wpt":
                holder.whens.append((text, text))
            elif name == "time" and text:
                self._times.append(text)

    def _holder(self, parent: str) -> Feature | None:
        if parent in _POINTS:
            return self._point
        return self._way if parent in _WAYS else None

    def _keep(self, feature: Feature) -> None:
        feature.number = len(self.features) + 1
        self.features.append(feature)
        if self._bad:
            self._gathered.say(
                f"{self._bad:,} point{'s' * (self._bad > 1)} without lon and lat: left out",
                "places", feature.number, "geometry",
            )  # fmt: skip
            self._bad = 0

    def _close_point(self, name: str) -> None:
        import shapely

        point, self._point = self._point, None
        assert point is not None
        if name == "wpt":
            point.geometry = shapely.Point(self._at) if self._at else None
            self._keep(point)
        elif self._at:
            self._segments[-1].append((*self._at, _number(point.cells.get("elevation", ""))))
            if point.known.get("name"):
                # A stop with a name is a place of its own, besides being on the way.
                point.geometry = shapely.Point(self._at)
                self._stops.append(point)

    def _close_way(self) -> None:
        import shapely

        way, self._way = self._way, None
        assert way is not None
        lines = [_level(line) for line in self._segments if len(line) > 1]
        if lines:
            several = len(lines) > 1
            way.geometry = (
                shapely.MultiLineString(lines) if several else shapely.LineString(lines[0])
            )
        elif lone := [line[0] for line in self._segments if line]:
            way.geometry = shapely.Point(lone[0][:2])
        if self._times:
            # They are written alike, so that letters sort as moments do.
            first, last = min(self._times), max(self._times)
            try:
                words = first if first == last else f"{first} – {last}"
                way.whens.append((interval(first, last), words))
            except ValueError as error:
                said = f"{error}: no event was made of it"
                self._gathered.say(said, "events", len(self.features) + 1, "date", "warning")
        self._keep(way)
        for stop in self._stops:
            stop.cells["route"] = way.known.get("name", "")
            self._keep(stop)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return nan


def _level(line: list[tuple[float, float, float]]) -> list[tuple[float, ...]]:
    """Return a line without heights where one of them is missing."""
    whole = all(isfinite(height) for *_, height in line)
    return [point if whole else point[:2] for point in line]


FORMAT = foreign("gpx", "a GPX file", (".gpx",), matches=matches)
