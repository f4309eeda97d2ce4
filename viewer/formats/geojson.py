"""GeoJSON (RFC 7946), one feature a line as well (RFC 8142), and Linked Places.

Linked Places 1.2 (github.com/LinkedPasts/linked-places-format) is GeoJSON whose features and
geometries say ``when``, with names, types and links beside the properties.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.errors import EntenteError
from viewer.formats.csvtable import LONGEST_CELL
from viewer.formats.features import Feature, cell_of, gather
from viewer.formats.foreign_text import read_text
from viewer.formats.geojson_ours import is_ours, put_ours
from viewer.formats.geojson_write import SEQUENCES, feature_id, write
from viewer.formats.graph_ours import MARK
from viewer.formats.heads import head
from viewer.formats.imports import Gathered, foreign, put
from viewer.geo.well_known import from_text

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

EXTENSIONS = (".geojson", *SEQUENCES, ".json", ".jsonld")
_TYPES = "Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon|GeometryCollection"
_FEATURES = re.compile(rf'"type"\s*:\s*"(?:Feature|FeatureCollection|{_TYPES})"')
_GEOMETRY = re.compile(r'"(?:geometry|coordinates|features)"\s*:')
_DEPTHS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
"""How deep the positions of a geometry lie."""
_DEEPEST = 20
_COLLECTION = "GeometryCollection"
_MEMBERS = frozenset(
    "type geometry properties id @id bbox when names types links descriptions @context".split()
)
_QNAME = re.compile("(?:wd:|https?://www.wikidata.org/(?:wiki|entity)/)(Q[1-9][0-9]*)")
_GEONAMES = re.compile("(?:gn:|https?://(?:www|sws).geonames.org/)([1-9][0-9]*)/?")


def matches(path: Path) -> bool:
    """Whether a file begins as GeoJSON does, whatever it is called."""
    text = head(path).lstrip("\x1e \t\r\n")
    return text.startswith("{") and bool(_FEATURES.search(text) and _GEOMETRY.search(text))


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no GeoJSON.
    """
    gathered = Gathered(path.stem)
    text = read_text(path, gathered)
    whole: Mapping[str, Any] = {}
    found: list[Any]
    try:
        read = json.loads(text.lstrip("\x1e"))
        whole = read if isinstance(read, dict) else {}
        found = _members(read)
    except json.JSONDecodeError as error:
        found = _lines(text, gathered)
        if not found:
            raise EntenteError(
                f"{path}:{error.lineno}: is no JSON ({error.msg.lower()}); save it anew in the "
                "program it came from"
            ) from error
    except (RecursionError, ValueError) as error:
        raise EntenteError(
            f"{path}: is nested deeper, or has a longer number, than any map; have it sent again "
            "from somewhere you trust"
        ) from error
    del text
    for name in ("name", "title"):
        gathered.title = cell_of(whole.get(name))[:200] or gathered.title
    gathered.description = cell_of(whole.get("description"))[:LONGEST_CELL]
    features = [
        made for at, member in enumerate(found, 1) if (made := _feature(member, at, gathered))
    ]
    crs = _crs(whole, path, gathered)
    # Whoever draws beside what was ours adds features of another kind.
    put_ours(gathered, [feature for feature in features if is_ours(feature)], crs)
    if others := [feature for feature in features if not is_ours(feature)]:
        gather(gathered, gathered.title, others, crs)
    return gathered.answer()


def _members(read: object) -> list[Any]:
    """Return the features of what a file holds; a bare geometry is one as well."""
    if not isinstance(read, dict):
        return []
    if isinstance(features := read.get("features"), list):
        return features
    if read.get("type") in (*_DEPTHS, _COLLECTION):
        return [{"type": "Feature", "geometry": read, "properties": {}}]
    return [read]


def _lines(text: str, gathered: Gathered) -> list[Any]:
    """Return what the lines of a file hold, if they are one object each."""
    out: list[Any] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not (line := line.strip("\x1e \t\r")):
            continue
        try:
            out.extend(_members(json.loads(line)))
        except (ValueError, RecursionError):
            if not out:
                return []
            bad.append((number, line))
    for number, _ in bad:
        gathered.say("is no JSON: the line was left out", "places", number)
    return out


def _crs(whole: Mapping[str, Any], path: Path, gathered: Gathered) -> CRS | None:
    """Return the system that a file written before RFC 7946 names; None for degrees."""
    crs = whole.get("crs")
    said = crs.get("properties") if isinstance(crs, dict) else None
    name = said.get("name") if isinstance(said, dict) else None
    if crs is None or name is None:
        if crs is not None:
            gathered.say(
                "names its coordinate system by a link, which was not followed: read as WGS 84; "
                "save it in WGS 84 if the places lie wrong",
                severity="warning",
            )
        return None
    from viewer.formats.systems import named_system

    return named_system(str(name), path)


def _feature(member: object, number: int, gathered: Gathered) -> Feature | None:
    if not isinstance(member, dict) or member.get("type", "Feature") != "Feature":
        gathered.say("is no feature: left out", "places", number)
        return None
    made = Feature(number)
    properties = member.get("properties")
    for name, value in properties.items() if isinstance(properties, dict) else ():
        made.cells[str(name)] = cell_of(value)
    # What a feature says beside its properties must not take the place of one.
    for name, value in member.items():
        if name not in _MEMBERS:
            put(made.cells, str(name), cell_of(value))
    for name, column in (("id", "feature_id"), ("@id", "uri")):
        known = made.cells.get(name), feature_id(made.cells.get(MARK, ""), made.cells.get("id", ""))
        if (cell := cell_of(member.get(name))) and cell not in known:
            put(made.cells, column, cell)
    geometry = member.get("geometry")
    if geometry is not None:
        try:
            made.geometry = _geometry(geometry)
        except _Odd as error:
            gathered.say(f"{error}; the place stands without it", "places", number, "geometry")
    _linked(member, made, gathered)
    return made


# -- geometry --------------------------------------------------------------------------------


class _Odd(Exception):  # noqa: N818 - the file is at fault
    """A geometry is none; the message says why."""


def _geometry(said: object, depth: int = 0) -> BaseGeometry:
    """Return a geometry; empty parts are left out."""
    import shapely

    if not isinstance(said, dict) or depth > _DEEPEST:
        raise _Odd("has a geometry that is none")
    kind = said.get("type")
    if kind == _COLLECTION:
        parts = said.get("geometries")
        if not isinstance(parts, list):
            raise _Odd("has a collection without geometries")
        return shapely.GeometryCollection([_geometry(part, depth + 1) for part in parts])
    if kind not in _DEPTHS:
        raise _Odd(f"has a geometry of the type “{str(kind)[:40]}”, which GeoJSON does not know")
    # Linked Places may give a shape beside a point for it.
    if isinstance(text := said.get("geowkt"), str) and text.strip():
        found = from_text(text)
        if found is None:
            raise _Odd("has a geowkt that is no well-known text")
        return found
    at = _positions(said.get("coordinates"), _DEPTHS[kind])
    try:
        match kind:
            case "Point":
                return shapely.Point(at) if at else shapely.Point()
            case "MultiPoint":
                return shapely.MultiPoint(at)
            case "LineString":
                return shapely.LineString(at)
            case "MultiLineString":
                return shapely.MultiLineString([line for line in at if len(line)])
            case "Polygon":
                return _polygon(at)
            case _:
                return shapely.MultiPolygon([_polygon(rings) for rings in at if len(rings)])
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        raise _Odd(f"has a {kind} of too few or odd positions") from error


def _polygon(rings: list[Any]) -> BaseGeometry:
    import shapely

    filled = [ring for ring in rings if len(ring)]
    return shapely.Polygon(filled[0], filled[1:]) if filled else shapely.Polygon()


def _even(said: list[Any]) -> Any:
    """Return a line as an array, shape (n, 2) or (n, 3), if all its positions are alike."""
    try:
        line = np.array(said)
    except ValueError:
        return None
    plain = line.dtype.kind in "fi" and line.ndim == 2 and 2 <= line.shape[1] <= 3
    return line.astype(np.float64) if plain else None


def _positions(said: object, depth: int) -> Any:
    """Return positions as nested lists of numbers, two or three each."""
    if not isinstance(said, list):
        raise _Odd("has coordinates that are no list")
    if depth == 1 and (line := _even(said)) is not None:
        return line
    if depth:
        return [_positions(part, depth - 1) for part in said]
    # An empty point is written so.
    if not said:
        return []
    if len(said) < 2 or not all(type(part) in (int, float) for part in said[:3]):
        raise _Odd("has a position that is not two or three numbers")
    try:
        return [float(part) for part in said[:3]]
    except OverflowError as error:
        raise _Odd("has a coordinate that is no number") from error


# -- Linked Places ---------------------------------------------------------------------------


def _linked(member: Mapping[str, Any], made: Feature, gathered: Gathered) -> None:
    """Read what Linked Places says beside the properties."""
    for part in _whens(member):
        for span in _listed(part, "timespans"):
            made.whens.append(_when(span))
        if not part.get("timespans") and (label := cell_of(part.get("label"))):
            made.cells.setdefault("when", label)
    names = [name for one in _listed(member, "names") if (name := cell_of(one.get("toponym")))]
    if names:
        called = made.cells.get("title") or names[0]
        made.known["name"] = called
        made.cells.pop("title", None)
        made.known["aliases"] = "; ".join(dict.fromkeys(n for n in names if n != called))
    kinds = [
        cell_of(one.get("label") or one.get("sourceLabel")) for one in _listed(member, "types")
    ]
    if any(kinds):
        made.known["kind"] = "; ".join(filter(None, kinds))
    texts = [cell_of(one.get("value")) for one in _listed(member, "descriptions")]
    if any(texts):
        made.known["description"] = " ".join(filter(None, texts))
    links = [cell_of(one.get("identifier")) for one in _listed(member, "links")]
    if any(links):
        made.cells["links"] = "; ".join(filter(None, links))
    for column, pattern in (("wikidata", _QNAME), ("geonames", _GEONAMES)):
        found = {hit[1] for link in links if (hit := pattern.fullmatch(link))}
        if len(found) == 1:
            made.known[column] = found.pop()


def _listed(holder: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    value = holder.get(name)
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _whens(member: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return everything in a feature that says when, its own word first."""
    holders = [member]
    geometry = member.get("geometry")
    if isinstance(geometry, dict):
        holders += [geometry, *_listed(geometry, "geometries")]
    return (when for one in holders if isinstance(when := one.get("when"), dict))


def _when(span: Mapping[str, Any]) -> tuple[str, str]:
    """Return a timespan as EDTF and in words.

    A beginning ``in`` a year is that year; one between ``earliest`` and ``latest`` is about the
    year it can be at the outermost, for an interval holds no set of beginnings.
    """
    start, end = _edge(span.get("start"), "earliest"), _edge(span.get("end"), "latest")
    words = json.dumps(span, ensure_ascii=False)
    if not start and not end:
        return "", words
    out = start if start == end else f"{start}/{end}"
    plain = not out.endswith("~") and "~" not in out
    return out, "" if plain else words


def _edge(said: object, outermost: str) -> str:
    if not isinstance(said, dict):
        return ""
    if exact := cell_of(said.get("in")):
        return _year(exact)
    inner = "latest" if outermost == "earliest" else "earliest"
    vague = cell_of(said.get(outermost)) or cell_of(said.get(inner))
    return f"{_year(vague)}~" if vague else ""


def _year(text: str) -> str:
    """Return a year with the four digits that EDTF wants; other dates as they are."""
    found = re.fullmatch("(-?)([0-9]{1,3})", text.strip())
    return f"{found[1]}{int(found[2]):04d}" if found else text.strip()


FORMAT = foreign("geojson", "a GeoJSON file", EXTENSIONS, matches=matches, write=write)
