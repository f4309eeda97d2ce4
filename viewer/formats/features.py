"""Features of a map file as rows of a dossier.

A feature becomes a place; what the file says of its time becomes an event at that place, so that
the timeline has it. Attributes that have no column of their own become extra columns. Nothing is
made more exact: a place has no precision, for map files do not say how well a point is known.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from viewer.formats import fields
from viewer.formats.geometry import Placed, place
from viewer.formats.imports import Gathered
from viewer.formats.text_html import read_html
from viewer.model import dates
from viewer.model.schema import TABLES

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_COLUMNS = 400
"""Extra columns of one file; what the rarer ones hold goes into one column together."""
OTHERS = "other_attributes"
HEIGHT = "elevation"
UNREADABLE = (
    "has a geometry that is damaged, or has curves; draw it with straight segments and save it "
    "anew: the place stands without it"
)
_LONGEST = 1_000_000
_COLUMN = re.compile(r"[\s\x00-\x1f]+")
_MARKUP = re.compile(r"<[A-Za-z!/][^<>]*>|&(?:#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
_MEANT = {
    "wikidata": ("wikidata", re.compile("Q[1-9][0-9]*")),
    "wikidataid": ("wikidata", re.compile("Q[1-9][0-9]*")),
    "geonames": ("geonames", re.compile("[1-9][0-9]{0,9}")),
    "geonameid": ("geonames", re.compile("[1-9][0-9]{0,9}")),
    "description": ("description", re.compile("(?s).*")),
    "desc": ("description", re.compile("(?s).*")),
    "popupcontent": ("description", re.compile("(?s).*")),
}
"""Attributes that mean a column of places, with what their cells look like then."""


@dataclass(slots=True)
class Feature:
    """One feature of a map file.

    Parameters
    ----------
    number : int
        Which one of the file, from 1.
    geometry : shapely geometry, optional
    cells : dict of str to str
        Its attributes.
    known : dict of str to str
        What the format itself says of the place, by column of places.
    whens : list of (str, str)
        Dates as EDTF with their wording.
    """

    number: int
    geometry: BaseGeometry | None = None
    cells: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    whens: list[tuple[str, str]] = field(default_factory=list)


def gather(
    gathered: Gathered,
    layer: str,
    features: Sequence[Feature],
    crs: Any = None,
) -> None:
    """Add the features of a layer to the rows of a dossier.

    Parameters
    ----------
    gathered : Gathered
    layer : str
        What a feature without a name is called after.
    features : sequence of Feature
    crs : pyproj.CRS, optional
        See `geometry.place`.
    """
    geometries = np.empty(len(features), dtype=object)
    geometries[:] = [feature.geometry for feature in features]
    placed = place(geometries, crs)
    told(gathered, placed, features)
    filled = Counter(name for feature in features for name, cell in feature.cells.items() if cell)
    named = sum(bool(feature.known.get("name")) for feature in features)
    naming = "" if 2 * named > len(features) else fields.naming(filled, filled, len(features))
    # A format that says when in its own way has no need of attributes for it.
    dated = any(feature.whens for feature in features)
    when = (
        fields.When()
        if dated
        else fields.dating(filled, lambda name: (f.cells.get(name, "") for f in features))
    )
    for column, cell in when.unclear:
        gathered.say(
            f"“{column}” is not read as dates, of which “{cell[:40]}” is not clear: the places "
            "have no events; write dates as 2012-09-07",
            "places", 0, column, "warning",
        )  # fmt: skip
    columns = _columns(filled, {HEIGHT} if any(placed.height) else set())
    rare = len(filled) - sum(column != OTHERS for column in columns.values())
    if rare > 1 and OTHERS in columns.values():
        gathered.say(
            f"has {len(filled):,} attributes: the {rare:,} rarest stand together in one column",
            "places", 0, OTHERS, "warning",
        )  # fmt: skip
    for row, feature in enumerate(features):
        _add(gathered, layer, feature, _position(placed, row), naming, columns, when)


def told(gathered: Gathered, placed: Placed, features: Sequence[Feature]) -> None:
    """Note what is wrong with the geometries of features, and what was changed in them."""
    for row, message in placed.faults.items():
        left = f"{message}; the place stands without it"
        gathered.say(left, "places", features[row].number, "wkt")
    for row, message in placed.doubts.items():
        gathered.say(message, "places", features[row].number, "wkt", "warning")


def _position(placed: Placed, row: int) -> dict[str, str]:
    cells = {"lon": placed.lon[row], "lat": placed.lat[row], "wkt": placed.wkt[row]}
    cells[HEIGHT] = placed.height[row]
    return {column: cell for column, cell in cells.items() if cell}


def _add(
    gathered: Gathered,
    layer: str,
    feature: Feature,
    position: dict[str, str],
    naming: str,
    columns: dict[str, str],
    when: fields.When,
) -> None:
    """Add one feature: a place, and an event for each of its dates."""
    own: dict[str, str] = {}
    others: list[str] = []
    for name, cell in feature.cells.items():
        if not cell or (name == naming and not feature.known.get("name")):
            continue
        meant, pattern = _MEANT.get(fields.key_of(name).replace(" ", ""), ("", None))
        if pattern and meant not in feature.known and meant not in own and pattern.fullmatch(cell):
            own[meant] = cell
        elif columns[name] == OTHERS:
            others.append(f"{name}: {cell}")
        else:
            own[columns[name]] = cell
    if others:
        own[OTHERS] = "; ".join(others)
    own |= feature.known
    if "description" in own:
        own["description"] = plain(own["description"])
    said = own.get("name") or feature.cells.get(naming, "") if naming else own.get("name", "")
    name = " ".join(said.split()) or f"{layer} {feature.number}"
    key = gathered.fresh("places", name)
    cells = {**own, "id": key, "name": name, **position}
    for column, cell in cells.items():
        if len(cell) > _LONGEST:
            cells[column] = cell[:_LONGEST]
            gathered.say(
                f"holds {len(cell):,} letters: the first {_LONGEST:,} were read",
                "places", feature.number, column,
            )  # fmt: skip
    gathered.add("places", cells, feature.number)
    whens = feature.whens
    if not whens:
        try:
            whens = [when.of(feature.cells)]
        except ValueError as error:
            said = f"{error}: no event was made of it"
            gathered.say(said, "events", feature.number, "date", "warning")
            whens = []
    for date, words in whens:
        if date:
            _add_event(gathered, key, name, date, words, feature.number)


def _add_event(
    gathered: Gathered, place_id: str, title: str, date: str, words: str, number: int
) -> None:
    try:
        dates.parse(date)
    except ValueError as error:
        gathered.say(f"{error}: no event was made of it", "events", number, "date", "warning")
        return
    event = gathered.fresh("events", title)
    cells = {"id": event, "title": title, "date": date, "date_text": words if words != date else ""}
    gathered.add("events", cells, number)
    gathered.add("event_places", {"event": event, "place": place_id, "role": "at"}, number)


def _columns(filled: Counter[str], more: set[str]) -> dict[str, str]:
    """Return the extra column that each attribute goes into; `more` are taken otherwise."""
    out: dict[str, str] = {}
    taken = {*TABLES["places"], "wkt", OTHERS, *more}
    common = {name for name, _ in filled.most_common(MOST_COLUMNS)}
    for name in filled:
        if name not in common:
            out[name] = OTHERS
            continue
        wanted = _COLUMN.sub(" ", name).strip()[:100] or "unnamed"
        column, number = (f"{wanted}_given" if wanted in taken else wanted), 1
        while column in taken:
            number += 1
            column = f"{wanted}_{number}"
        taken.add(column)
        out[name] = column
    return out


def plain(text: str) -> str:
    """Return what a reader sees of a text that may be HTML, on one line.

    Examples
    --------
    >>> plain("a <b>b</b><br>c &amp; d"), plain("x < y")
    ('a b c & d', 'x < y')
    """
    if _MARKUP.search(text):
        paragraphs, _ = read_html(text.encode(errors="replace"))
        text = " ".join(paragraphs)
    return " ".join(text.split())


def cell_of(value: object, depth: int = 0) -> str:
    """Return a value of JSON as a cell; a list of simple values is a list as tables have it.

    Examples
    --------
    >>> cell_of(["GB", 3, None]), cell_of({"a": [1]}), cell_of(True), cell_of(2.50)
    ('GB; 3', '{"a": [1]}', 'yes', '2.5')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return repr(value)
        case list() if depth < 1 and not any(isinstance(part, (list, dict)) for part in value):
            return "; ".join(filter(None, (cell_of(part, depth + 1) for part in value)))
    return json.dumps(value, ensure_ascii=False, default=str)
