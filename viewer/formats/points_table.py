"""Tables of places as text: CSV or TSV with columns for longitude and latitude.

Among them is Linked Places TSV (LP-TSV 0.5), in which gazetteers are handed on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from viewer.errors import EntenteError
from viewer.formats import fields
from viewer.formats.features import Feature, gather
from viewer.formats.heads import head
from viewer.formats.imports import Gathered, read_apart
from viewer.formats.registry import Format
from viewer.formats.text_plain import decode
from viewer.model.dossier import Dossier
from viewer.progress import Progress

LARGEST = 512 << 20
MOST_COLUMNS = 1000
LONGEST_CELL = 1 << 20
LONGITUDES = ("lon", "long", "lng", "longitude", "x lon", "decimallongitude", "decimal longitude")
LATITUDES = ("lat", "latitude", "y lat", "decimallatitude", "decimal latitude")
_TEXTS = ("geowkt", "wkt")
_DELIMITERS = "\t,;|"
_LP_TSV = {"title_source", "title_uri", "variants", "aat_types"}
"""Of these columns one that is LP-TSV has two at least."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def matches(path: Path) -> bool:
    """Whether the first line of a file names columns for longitude and latitude."""
    first, _, rest = head(path).lstrip("\ufeff").partition("\n")
    if not rest.strip() or len(first) > 1 << 15 or first.lstrip()[:1] in "{[<":
        return False
    return bool(_position(_header(first)[0]))


def _header(line: str) -> tuple[list[str], str]:
    """Return the columns of a first line, and what stands between them."""
    line = line.rstrip("\r")
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        # It holds a stray carriage return, as no line of names does.
        cells = []
    return [cell.strip() for cell in cells], delimiter


def _position(columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of longitude and latitude."""
    called = {fields.key_of(column): column for column in reversed(columns)}
    lon = next((called[key] for key in LONGITUDES if key in called), "")
    lat = next((called[key] for key in LATITUDES if key in called), "")
    return (lon, lat) if lon and lat else None


def gather_file(path: Path) -> dict[str, Any]:
    """Read a file into the tables of a dossier; run apart, see `imports`.

    Raises
    ------
    EntenteError
        It is no such table.
    """
    if path.stat().st_size > LARGEST:
        raise EntenteError(f"{path}: is larger than {LARGEST >> 20} MB; split it into parts")
    text, note = decode(path.read_bytes())
    gathered = Gathered(path.stem)
    if note:
        gathered.say(note, severity="warning")
    text = text.lstrip("\ufeff")
    columns, delimiter = _header(text.partition("\n")[0])
    position = _position(columns)
    if position is None or len(columns) > MOST_COLUMNS:
        raise EntenteError(f"{path}: its first line names no columns for lon and lat")
    csv.field_size_limit(LONGEST_CELL)
    features = []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    next(reader)
    gazetteer = len(_LP_TSV.intersection(columns)) > 1
    try:
        for row in reader:
            if not any(row) or _is_tags(row):
                continue
            if len(row) > len(columns):
                gathered.say(
                    f"has {len(row):,} cells, and the first line {len(columns):,}: what stands "
                    "beyond was left out",
                    "places", reader.line_num,
                )  # fmt: skip
            cells = dict(zip(columns, row, strict=False))
            feature = Feature(reader.line_num, None, cells)
            _locate(feature, position, gathered)
            if gazetteer:
                _gazetteer(feature)
            features.append(feature)
    except csv.Error as error:
        gathered.say(
            f"cannot be read further ({error}); is a quotation mark missing?",
            "places", reader.line_num,
        )  # fmt: skip
    gather(gathered, path.stem, features)
    return gathered.answer()


def _is_tags(row: Sequence[str]) -> bool:
    """Whether a row is that of the tags by which HXL (hxlstandard.org) says what columns mean."""
    return all(cell.startswith("#") for cell in row if cell)


def _locate(feature: Feature, position: tuple[str, str], gathered: Gathered) -> None:
    """Take the position out of the cells, digit by digit as it stands there."""
    import shapely

    for name in feature.cells:
        if name.casefold() in _TEXTS and feature.cells[name].strip():
            feature.geometry = shapely.from_wkt(feature.cells[name], on_invalid="ignore")
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


def _read(path: Path, progress: Progress) -> Dossier:
    return read_apart("points-table", path, progress)


FORMAT = Format(
    "points-table",
    "a table of places with lon and lat (CSV or TSV)",
    (".csv", ".tsv", ".tab", ".txt"),
    matches=matches,
    read=_read,
)
