"""KML 2.0 to 2.3 (OGC 12-007r2) and KMZ, as Google Earth and many others write them.

Placemarks are read with their folders, times and extended data. Looks, views and tours are not;
what lies on other computers is never fetched.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.errors import EntenteError
from viewer.formats.features import Feature, gather, plain
from viewer.formats.fields import interval
from viewer.formats.heads import first_bytes, head
from viewer.formats.imports import Gathered, foreign, put
from viewer.formats.xml_elements import Elements, read_elements
from viewer.formats.zipped import BadArchive, open_zip, read_entry

if TYPE_CHECKING:
    from zipfile import ZipFile

    from shapely.geometry.base import BaseGeometry

LARGEST_ARCHIVE = 512 << 20
_ROOT = re.compile(r"<(?:[\w.-]+:)?kml[\s>/]")
_CONTAINERS = frozenset(("Document", "Folder"))
_TEXTS = {"address": "address", "phoneNumber": "phone", "Snippet": "snippet", "snippet": "snippet"}
_LEFT_OUT = {
    "NetworkLink": "link{s} to other computers",
    "GroundOverlay": "picture{s} laid on the ground",
    "PhotoOverlay": "photograph{s}",
    "ScreenOverlay": "picture{s} laid on the screen",
    "Model": "model{s} in three dimensions",
}
_PLACEMARK = "Placemark"


def matches(path: Path) -> bool:
    """Whether a file is KML, or an archive with KML in it, whatever it is called."""
    if first_bytes(path, 4) == b"PK\x03\x04":
        return path.suffix.lower() == ".kmz" or _names_kml(path)
    return bool(_ROOT.search(head(path)))


def _names_kml(path: Path) -> bool:
    """Whether an archive has KML and nothing else that is read."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            return any(name.lower() == "doc.kml" for name in archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no KML.
    """
    gathered = Gathered(path.stem)
    if first_bytes(path, 4) != b"PK\x03\x04":
        _read_kml(path, path, gathered)
        return gathered.answer()
    if path.stat().st_size > LARGEST_ARCHIVE:
        raise EntenteError(f"{path}: is larger than {LARGEST_ARCHIVE >> 20} MB; save it in parts")
    try:
        with open_zip(path.read_bytes()) as archive, tempfile.TemporaryDirectory() as folder:
            inside = Path(folder) / "doc.kml"
            inside.write_bytes(_main(archive, path, gathered))
            _read_kml(inside, path, gathered)
    except BadArchive as error:
        raise EntenteError(f"{path}: {error}") from error
    return gathered.answer()


def _main(archive: ZipFile, path: Path, gathered: Gathered) -> bytes:
    """Return the KML of an archive: the first at its root, as the standard has it."""
    names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
    names = [name for name in names if "__MACOSX" not in name.split("/")]
    names.sort(key=lambda name: name.count("/"))
    for name in names[1:]:
        gathered.say(f"“{name[-60:]}” in the archive: not read; open it alone", severity="warning")
    data = read_entry(archive, names[0]) if names else None
    if data is None:
        raise EntenteError(f"{path}: has no KML in it; save it anew in the program it came from")
    return data


def _read_kml(file: Path, path: Path, gathered: Gathered) -> None:
    kml = _Kml(gathered)
    try:
        fault = read_elements(file, kml)
    except EntenteError as error:
        # The reader names the file it was given, which is a part of the archive.
        raise EntenteError(str(error).replace(str(file), str(path))) from error
    if fault is not None and not kml.features:
        raise EntenteError(
            f"{path}:{fault[1]}: {fault[0]}; save it anew in the program it came from"
        )
    if fault is not None:
        gathered.say(f"{fault[0]}: what follows was not read", "places", fault[1])
    for name, count in kml.left_out.items():
        what = _LEFT_OUT[name].format(s="s" * (count > 1))
        gathered.say(f"{count:,} {what}: not read", severity="warning")
    gathered.title = kml.title or gathered.title
    gathered.description = kml.description
    gather(gathered, gathered.title, kml.features)


class _Kml(Elements):
    """Gathers the placemarks of a KML file."""

    def __init__(self, gathered: Gathered) -> None:
        super().__init__()
        self.features: list[Feature] = []
        self.left_out: Counter[str] = Counter()
        self.title = ""
        self.description = ""
        self._gathered = gathered
        self._mark: Feature | None = None
        self._field = ""
        self._array: list[str] = []
        self._time: dict[str, str] = {}
        self._containers: list[dict[str, str]] = []
        # Geometries found so far, one list for each multi-geometry that is open.
        self._parts: list[list[BaseGeometry]] = [[]]
        self._coordinates: list[tuple[float, ...]] = []
        self._rings: list[list[tuple[float, ...]]] = []
        self._track: list[str] = []
        self._bad = ""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""
        if name in _LEFT_OUT:
            self.left_out[name] += 1
        elif name in _CONTAINERS:
            self._containers.append({})
        elif name == _PLACEMARK:
            self._mark = Feature(len(self.features) + 1)
            if key := attributes.get("id"):
                put(self._mark.cells, "feature_id", key)
            self._parts, self._time, self._bad = [[]], {}, ""
        elif name in ("Data", "SimpleData", "SimpleArrayData"):
            self._field, self._array = attributes.get("name", ""), []
        elif name in ("MultiGeometry", "MultiTrack"):
            self._parts.append([])
        elif name in ("Polygon", "Point", "LineString", "LinearRing", "Track"):
            self._coordinates = []
            if name == "Polygon":
                self._rings = []

    def closed(self, name: str, text: str) -> None:
        """Take note of an element that ends."""
        parent = self.names[-2] if len(self.names) > 1 else ""
        if name in _CONTAINERS:
            self._containers.pop()
        elif parent in _CONTAINERS and name in ("name", "description"):
            self._contain(name, text)
        elif name in ("when", "begin", "end") and parent in ("TimeStamp", "TimeSpan"):
            self._note_time(name, text.strip())
        elif self._mark is None:
            return
        elif name == _PLACEMARK:
            self._finish()
        elif parent == _PLACEMARK and name in ("name", "description"):
            self._mark.known[name] = text.strip()
        elif parent == _PLACEMARK and name in _TEXTS and text.strip():
            put(self._mark.cells, _TEXTS[name], plain(text))
        elif (name == "value" and parent == "Data") or name == "SimpleData":
            put(self._mark.cells, self._field or "value", text.strip())
        elif name == "value" and parent == "SimpleArrayData":
            self._array.append(text.strip())
        elif name == "SimpleArrayData":
            put(self._mark.cells, self._field or "value", "; ".join(self._array))
        elif parent == "ExtendedData" and name not in ("Data", "SchemaData"):
            put(self._mark.cells, name, text.strip())
        elif parent == "Track" and name == "when":
            self._track.append(text.strip())
        else:
            self._close_geometry(name, parent, text)

    def _contain(self, name: str, text: str) -> None:
        self._containers[-1][name] = plain(text)
        if len(self._containers) == 1:
            self.title = self._containers[0].get("name", "")[:200]
            self.description = self._containers[0].get("description", "")[:2000]

    def _note_time(self, name: str, text: str) -> None:
        """Keep a time of a placemark or of what holds it; views have times of their own."""
        holder = self.names[-3] if len(self.names) > 2 else ""
        if holder == _PLACEMARK:
            self._time[name] = text
        elif holder in _CONTAINERS:
            self._containers[-1][name] = text

    def _close_geometry(self, name: str, parent: str, text: str) -> None:
        import shapely

        try:
            match name:
                case "coordinates":
                    self._coordinates = _positions(text)
                case "coord":
                    self._coordinates.append(tuple(map(float, text.split()[:3])))
                case "Point":
                    self._add(shapely.Point(self._coordinates[0]) if self._coordinates else None)
                case "LineString" | "Track":
                    self._add(_line(self._coordinates))
                case "LinearRing" if parent in ("outerBoundaryIs", "innerBoundaryIs"):
                    # The standard has the outer one first; some programs do not.
                    at = 0 if parent.startswith("outer") else len(self._rings)
                    self._rings.insert(at, self._coordinates)
                case "LinearRing":
                    self._add(_line(self._coordinates))
                case "Polygon" if self._rings:
                    self._add(shapely.Polygon(self._rings[0], self._rings[1:]))
                case "MultiGeometry" | "MultiTrack":
                    parts = self._parts.pop()
                    self._add(_together(parts))
        except (ValueError, IndexError, shapely.errors.ShapelyError):
            self._bad = f"has a {parent if name.startswith('coord') else name} of odd coordinates"

    def _add(self, shape: BaseGeometry | None) -> None:
        if shape is not None:
            self._parts[-1].append(shape)

    def _finish(self) -> None:
        mark = self._mark
        assert mark is not None
        if self._bad:
            self._gathered.say(
                f"{self._bad}: that part was left out", "places", mark.number, "geometry"
            )
        mark.geometry = _together(self._parts[0])
        folders = [held["name"] for held in self._containers[1:] if held.get("name")]
        if folders:
            put(mark.cells, "folder", " / ".join(folders))
        held = (time for time in (self._time, *reversed(self._containers)) if _KEYS & time.keys())
        if time := next(held, {}):
            self._date(mark, time)
        elif moments := sorted(filter(None, self._track)):
            self._date(mark, {"begin": moments[0], "end": moments[-1]})
        self._track = []
        self.features.append(mark)
        self._mark = None

    def _date(self, mark: Feature, time: Mapping[str, str]) -> None:
        if stamp := time.get("when"):
            mark.whens.append((stamp, stamp))
            return
        # What has no beginning or end in KML has none at all.
        start, end = time.get("begin") or "..", time.get("end") or ".."
        try:
            date = interval(start, end) if (start, end) != ("..", "..") else ""
        except ValueError as error:
            said = f"{error}: no event was made of it"
            self._gathered.say(said, "events", mark.number, "date", "warning")
            return
        mark.whens.append((date, f"{start} – {end}".replace("..", "").strip()))


_KEYS = {"when", "begin", "end"}


def _positions(text: str) -> list[tuple[float, ...]]:
    """Return the positions of a list as KML writes it: ``lon,lat,height`` apart by white space."""
    return [
        tuple(float(part) for part in position.split(",")[:3] if part)
        for position in re.sub(r"\s*,\s*", ",", text).split()
    ]


def _line(positions: list[tuple[float, ...]]) -> BaseGeometry | None:
    import shapely

    if len(positions) == 1:
        return shapely.Point(positions[0])
    return shapely.LineString(positions) if positions else None


def _together(parts: list[BaseGeometry]) -> BaseGeometry | None:
    """Return one geometry of several; of one kind, if they are of one."""
    import shapely

    if len(parts) < 2:
        return parts[0] if parts else None
    kinds = {part.geom_type for part in parts}
    several = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    make = several.get(kinds.pop()) if len(kinds) == 1 else None
    return make(parts) if make else shapely.GeometryCollection(parts)


FORMAT = foreign("kml", "a KML or KMZ file", (".kml", ".kmz"), matches=matches)
