"""GeoJSON that was a dossier: its features become the rows they were made of.

They are told by the property `graph_ours.MARK`, which programs for maps keep. Of the places the
geometry counts, since that is what is moved there; of the events what they say of their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from viewer.formats.features import HEIGHT, Feature, told
from viewer.formats.geojson_write import AT, ROLES
from viewer.formats.geometry import place
from viewer.formats.graph_ours import MARK
from viewer.formats.imports import Gathered, put


def is_ours(feature: Feature) -> bool:
    """Whether a feature was a row of a dossier."""
    return feature.cells.get(MARK) in ("places", "events") and bool(feature.cells.get("id"))


def put_ours(gathered: Gathered, features: Sequence[Feature], crs: Any = None) -> None:
    """Add the rows that features of ours were made of.

    Parameters
    ----------
    gathered : Gathered
    features : sequence of Feature
        Such as `is_ours`.
    crs : pyproj.CRS, optional
        See `geometry.place`.
    """
    places = [feature for feature in features if feature.cells[MARK] == "places"]
    geometries = np.empty(len(places), dtype=object)
    geometries[:] = [feature.geometry for feature in places]
    placed = place(geometries, crs)
    told(gathered, placed, places)
    for row, feature in enumerate(places):
        cells = _cells(feature)
        if wkt := placed.wkt[row]:
            cells["wkt"] = wkt
        for column, said in (("lon", placed.lon[row]), ("lat", placed.lat[row])):
            if said and not _same(cells.get(column, ""), said):
                cells[column] = said
        put(cells, HEIGHT, placed.height[row])
        gathered.add("places", cells, feature.number)
    for feature in features:
        if feature.cells[MARK] == "events":
            cells = _cells(feature)
            at, roles = (cells.pop(name, "") for name in (AT, ROLES))
            gathered.add("events", cells, feature.number)
            ids, said_roles = at.split("; ") if at else [], roles.split("; ")
            if len(said_roles) != len(ids):
                said_roles = [""] * len(ids)
            for key, role in zip(ids, said_roles, strict=True):
                link = {"event": cells["id"], "place": key, "role": role}
                gathered.add("event_places", link, feature.number)


def _cells(feature: Feature) -> dict[str, str]:
    """Return the cells of a row."""
    cells = dict(feature.cells)
    del cells[MARK]
    return cells


def _same(cell: str, said: str) -> bool:
    """Whether a cell is the number of a geometry, however many digits it has."""
    try:
        return float(cell) == float(said)
    except ValueError:
        return False
