"""A dossier as GeoJSON (RFC 7946): its places, and its events where and when they were.

Only what the dossier says is written. A place without coordinates has no geometry, an event at
several places has several points, and a date is EDTF as it stands in the table. The properties of
a feature are the cells of its row, by which `geojson_ours` makes the row again, also where another
program has saved the file since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.formats.durable import write_lines
from viewer.formats.geometry import degrees
from viewer.formats.graph_ours import MARK
from viewer.geo.well_known import from_texts
from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LEFT_OUT = (
    "GeoJSON holds places and events only: actors, relations, sources and claims were left out"
)
AT, ROLES, WHO = "places", "place_roles", "participants"
"""Properties of an event: ids of its places, what they are to it, and names of its actors."""
SEQUENCES = (".geojsonl", ".geojsons", ".ndjson", ".jsonl")
"""Files of these names are one feature a line (RFC 8142)."""
_EDGE = 180.0


def write(dossier: Dossier, path: Path) -> str:
    """Write places and events of a dossier; see `registry.Format`."""
    lines = (json.dumps(feature, ensure_ascii=False) for feature in features(dossier))
    alone = path.suffix.lower() in SEQUENCES
    write_lines(path, lines if alone else _collection(dossier, lines))
    said = []
    rest = (dossier.actors, dossier.relations, dossier.sources, dossier.claims)
    if any(map(len, rest)):
        said.append(LEFT_OUT)
    if lost := _lost(dossier):
        said.append(f"left out: {', '.join(lost)}")
    return "; ".join(said)


def _collection(dossier: Dossier, lines: Iterable[str]) -> Iterator[str]:
    yield '{"type": "FeatureCollection",'
    for name, text in (("title", dossier.title), ("description", dossier.description)):
        if text:
            yield f'"{name}": {json.dumps(text, ensure_ascii=False)},'
    yield '"features": ['
    last = ""
    for line in lines:
        if last:
            yield f"{last},"
        last = line
    yield last
    yield "]}"


def _lost(dossier: Dossier) -> list[str]:
    """Return what of the columns has no room beside what is written of an event's places."""
    own = [name for name in (AT, ROLES) if name in dossier.events.columns]
    own += [WHO] if WHO in dossier.events.columns and len(dossier.tables["participants"]) else []
    more = [
        name
        for name in dossier.tables["event_places"].columns
        if name not in TABLES["event_places"]
    ]
    return [f"“{name}” of events" for name in own] + [f"“{name}” of event_places" for name in more]


def features(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Return the features of places, then of events."""
    shapes = _shapes(dossier)
    points = [
        None if lon != lon or lat != lat else {"type": "Point", "coordinates": [lon, lat]}
        for lon, lat in dossier.place_lonlat.tolist()
    ]
    for row in range(len(dossier.places)):
        cells = dossier.places.row(row)
        if row in shapes:
            cells.pop("wkt")
        elif point := points[row]:
            # What a number says need not be said again to the letter.
            for name, value in zip(("lon", "lat"), point["coordinates"], strict=True):
                if cells[name] == degrees(value):
                    del cells[name]
        yield _feature("places", cells, shapes.get(row) or points[row])
    links = _links(dossier)
    people, names = dossier.actors_of_event, dossier.actors["name"]
    row_of = dossier.places.row_of
    for row in range(len(dossier.events)):
        cells = dossier.events.row(row)
        at = links.get(cells["id"], [])
        rows = list(dict.fromkeys(row_of[place] for place, _ in at))
        who = "; ".join(names[actor] for actor in people.of(row).tolist())
        cells |= {AT: "; ".join(place for place, _ in at), WHO: who or cells.get(WHO, "")}
        cells[ROLES] = "; ".join(role for _, role in at)
        yield _feature("events", cells, _where(rows, points, shapes))


def _links(dossier: Dossier) -> dict[str, list[tuple[str, str]]]:
    """Return event → its places, each with its role, in file order."""
    out: dict[str, list[tuple[str, str]]] = {}
    columns = (dossier.tables["event_places"][name] for name in ("event", "place", "role"))
    for event, place, role in zip(*columns, strict=True):
        out.setdefault(event, []).append((place, role))
    return out


def _where(
    rows: list[int], points: list[dict[str, Any] | None], shapes: Mapping[int, dict[str, Any]]
) -> dict[str, Any] | None:
    known = [point for row in rows if (point := points[row])]
    if len(known) > 1:
        return {"type": "MultiPoint", "coordinates": [point["coordinates"] for point in known]}
    if known:
        return known[0]
    return shapes.get(rows[0]) if len(rows) == 1 else None


def _feature(table: str, cells: dict[str, str], geometry: dict[str, Any] | None) -> dict[str, Any]:
    key = cells.pop("id")
    properties = {name: cell for name, cell in cells.items() if cell}
    return {
        "type": "Feature",
        "id": feature_id(table, key),
        "geometry": geometry,
        "properties": {**properties, MARK: table, "id": key},
    }


def feature_id(table: str, key: str) -> str:
    """Return what the feature of a row is called: ``event/ps752-downing``."""
    return f"{table.removesuffix('s')}/{key}"


def _shapes(dossier: Dossier) -> dict[int, dict[str, Any]]:
    """Return the geometry of each place whose well-known text can be read."""
    if "wkt" not in dossier.places.columns:
        return {}
    import shapely

    texts = list(dossier.places["wkt"])
    rows = [row for row, text in enumerate(texts) if text]
    return {
        row: json.loads(shapely.to_geojson(_cut(shape)))
        for row, shape in zip(rows, from_texts([texts[row] for row in rows]), strict=True)
        if shape is not None and not shape.is_empty
    }


def _cut(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape that jumps over ±180° in two parts, as RFC 7946, 3.1.9, wants it."""
    import shapely

    if not _jumps(shape):
        return shape

    def on(lonlat: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, Any]:
        return np.column_stack((lonlat[:, 0] % (2 * _EDGE), lonlat[:, 1]))

    def back(lonlat: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, Any]:
        return lonlat - (2 * _EDGE, 0.0)

    flat = shapely.force_2d(shapely.transform(shape, on))
    if _jumps(flat):
        # It goes all the way round, so that no two boxes hold it.
        return shape
    try:
        east = shapely.intersection(flat, shapely.box(0.0, -90.0, _EDGE, 90.0))
        west = shapely.intersection(flat, shapely.box(_EDGE, -90.0, 2 * _EDGE, 90.0))
        whole: BaseGeometry = shapely.union(east, shapely.transform(west, back))
    except shapely.errors.GEOSException:
        # An outline that crosses itself can be drawn, and cannot be cut.
        return shape
    return shape if whole.is_empty else whole


def _jumps(shape: BaseGeometry) -> bool:
    import shapely

    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) > _SIMPLE).any():
        parts = shapely.get_parts(parts)
    rings = parts[shapely.get_type_id(parts) == _SIMPLE]
    lines = np.concatenate([parts[shapely.get_type_id(parts) == 1], shapely.get_rings(rings)])
    xy, of = shapely.get_coordinates(lines, return_index=True)
    step = np.abs(np.diff(xy[:, 0]))
    return bool(((step > _EDGE) & (step < 2 * _EDGE) & (of[1:] == of[:-1])).any())


_SIMPLE = 3
"""A polygon; what follows are several parts."""
