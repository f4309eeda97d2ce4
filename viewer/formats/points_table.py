"""Tables of places as text: CSV or TSV with columns for longitude and latitude.

Among them is Linked Places TSV (LP-TSV 0.5), in which gazetteers are handed on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from viewer.errors import EntenteError
from viewer.formats import fields
from viewer.formats.features import Feature, gather
from viewer.formats.foreign_text import distinct, header, read_rows, read_text, unix
from viewer.formats.heads import head
from viewer.formats.imports import Gathered, foreign
from viewer.geo.well_known import from_text

_TEXTS = ("geowkt", "wkt")
_SEPARATORS = "\t,;|"
_LP_TSV = {"title_source", "title_uri", "variants", "aat_types"}
"""Of these columns one that is LP-TSV has two at least."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def matches(path: Path) -> bool:
    """Whether the first line of a file names columns for longitude and latitude."""
    text = unix(head(path)).lstrip("\ufeff\n")
    first, _, rest = text.partition("\n")
    if not rest.strip() or len(first) > 1 << 15 or first.lstrip()[:1] in "{[<":
        return False
    return bool(header(text, _SEPARATORS, _position)[0])


def _position(columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of longitude and latitude."""
    called = {fields.key_of(column): column for column in reversed(columns)}
    lon = next((called[key] for key in fields.LONGITUDES if key in called), "")
    lat = next((called[key] for key in fields.LATITUDES if key in called), "")
    return (lon, lat) if lon and lat else None


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no such table.
    """
    gathered = Gathered(path.stem)
    text = read_text(path, gathered)
    names, separator = header(text, _SEPARATORS, _position)
    columns = distinct(names)
    position = _position(columns)
    if position is None:
        raise EntenteError(f"{path}: its first line names no columns for lon and lat; name two so")

    def say(message: str, line: int) -> None:
        gathered.say(message, "places", line)

    features = []
    gazetteer = len(_LP_TSV.intersection(columns)) > 1
    rows = read_rows(text, separator, path, say)
    next(rows, None)
    for row, line in rows:
        if _is_tags(row):
            continue
        feature = Feature(line, None, dict(zip(columns, row, strict=False)))
        _locate(feature, position, gathered)
        if gazetteer:
            _gazetteer(feature)
        features.append(feature)
    gather(gathered, path.stem, features)
    return gathered.answer()


def _is_tags(row: Sequence[str]) -> bool:
    """Whether a row is that of the tags by which HXL (hxlstandard.org) says what columns mean."""
    return all(cell.startswith("#") for cell in row if cell)


def _locate(feature: Feature, position: tuple[str, str], gathered: Gathered) -> None:
    """Take the position out of the cells, digit by digit as it stands there."""
    for name in feature.cells:
        if name.casefold() in _TEXTS and feature.cells[name].strip():
            feature.geometry = from_text(feature.cells[name])
            if feature.geometry is not None:
                feature.cells.pop(name)
                break
            gathered.say("is no well-known text", "places", feature.number, name)
    lon, lat = (feature.cells.pop(name, "").strip() for name in position)
    if not lon and not lat:
        return
    if lon and lat and all(map(_NUMBER.fullmatch, (lon, lat))):
        # What can be a position is looked at with the others; see `sound`.
        feature.known["lon"], feature.known["lat"] = lon, lat
        return
    advice = "use a point, not a comma" if "," in lon + lat else "write decimal degrees, as 35.694"
    gathered.say(
        f"“{lon[:20]}”, “{lat[:20]}” is no position: {advice}; the place stands without it",
        "places", feature.number, "lon",
    )  # fmt: skip
    feature.cells |= {name: cell for name, cell in zip(position, (lon, lat), strict=True) if cell}


def _gazetteer(feature: Feature) -> None:
    """Read what LP-TSV means by its columns."""
    cells = feature.cells
    feature.known["name"] = cells.pop("title", "").strip()
    for column, name in (("aliases", "variants"), ("kind", "types")):
        if cell := cells.pop(name, "").strip():
            feature.known[column] = "; ".join(part.strip() for part in cell.split(";"))
    matched = _wikidata(cells)
    if matched:
        feature.known["wikidata"] = matched


def _wikidata(cells: Mapping[str, str]) -> str:
    found = set(re.findall(r"\bwd:(Q[1-9][0-9]*)", cells.get("matches", "")))
    return found.pop() if len(found) == 1 else ""


FORMAT = foreign(
    "points-table",
    "a table of places with lon and lat (CSV or TSV)",
    (".csv", ".tsv", ".tab", ".txt"),
    matches=matches,
)
