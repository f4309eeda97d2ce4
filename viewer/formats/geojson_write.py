"""A dossier as GeoJSON (RFC 7946): its places, and its events where and when they were.

Only what the dossier says is written. A place without coordinates has no geometry, an event at
several places has several points, and a date is EDTF as it stands in the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from viewer.model.dossier import Dossier

LEFT_OUT = (
    "GeoJSON holds places and events only: actors, relations, sources and claims were left out"
)


def write(dossier: Dossier, path: Path) -> str:
    """Write places and events of a dossier, in place of what is there.

    Parameters
    ----------
    dossier : Dossier
    path : Path

    Returns
    -------
    str
        What could not be written, as a sentence; empty if nothing.

    Raises
    ------
    OSError
        The file cannot be written; what was there is still there.
    """
    import os

    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write('{"type": "FeatureCollection",\n')
            file.write(f'"title": {json.dumps(dossier.title, ensure_ascii=False)},\n"features": [')
            for number, feature in enumerate(features(dossier)):
                file.write(",\n" if number else "\n")
                file.write(json.dumps(feature, ensure_ascii=False))
            file.write("\n]}\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    rest = (dossier.actors, dossier.relations, dossier.sources, dossier.claims)
    return LEFT_OUT if any(map(len, rest)) else ""


def features(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Return the features of places, then of events."""
    shapes = _shapes(dossier)
    lonlat = dossier.place_lonlat
    points = [
        None if lon != lon or lat != lat else {"type": "Point", "coordinates": [lon, lat]}
        for lon, lat in lonlat.tolist()
    ]
    for row in range(len(dossier.places)):
        cells = dossier.places.row(row)
        if row in shapes:
            cells.pop("wkt")
        yield _feature("place", cells, shapes.get(row) or points[row], ("lon", "lat"))
    at = dossier.places_of_event
    people = dossier.actors_of_event
    places, names = dossier.places["id"], dossier.actors["name"]
    for row in range(len(dossier.events)):
        cells = dossier.events.row(row)
        rows = list(dict.fromkeys(at.of(row).tolist()))
        known = [points[place] for place in rows if points[place]]
        cells["places"] = "; ".join(places[place] for place in rows)
        cells["participants"] = "; ".join(names[actor] for actor in people.of(row).tolist())
        geometry: dict[str, Any] | None = None
        if len(known) == 1:
            geometry = known[0]
        elif known:
            spots = [point["coordinates"] for point in known if point]
            geometry = {"type": "MultiPoint", "coordinates": spots}
        elif len(rows) == 1:
            geometry = shapes.get(rows[0])
        yield _feature("event", cells, geometry)


def _feature(
    table: str, cells: dict[str, str], geometry: Any, without: tuple[str, ...] = ()
) -> dict[str, Any]:
    key = cells.pop("id", "")
    properties = {name: cell for name, cell in cells.items() if cell and name not in without}
    return {
        "type": "Feature",
        "id": f"{table}/{key}",
        "geometry": geometry,
        "properties": {"table": f"{table}s", "id": key, **properties},
    }


def _shapes(dossier: Dossier) -> dict[int, dict[str, Any]]:
    """Return the geometry of each place whose well-known text can be read."""
    if "wkt" not in dossier.places.columns:
        return {}
    import shapely

    texts = list(dossier.places["wkt"])
    rows = [row for row, text in enumerate(texts) if text]
    found = shapely.from_wkt([texts[row] for row in rows], on_invalid="ignore")
    return {
        row: json.loads(shapely.to_geojson(shape))
        for row, shape in zip(rows, found, strict=True)
        if shape is not None
    }
