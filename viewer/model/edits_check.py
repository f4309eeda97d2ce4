"""What is wrong with the cells of a row that is being written, column by column, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from viewer.model.check import VOCABULARY
from viewer.model.dossier import Dossier
from viewer.model.faults import coordinate_fault, date_fault
from viewer.model.near import did_you_mean
from viewer.model.schema import ABOUT_TABLES, REFERENCES, Ref

NEEDED: dict[str, tuple[str, ...]] = {
    "actors": ("name",),
    "places": ("name",),
    "events": ("title",),
    "event_places": ("event", "place", "role"),
    "participants": ("event", "actor", "role"),
    "relations": ("source", "target"),
    "sources": ("title",),
    "claims": ("about_kind", "about", "stance"),
}
"""Table → the columns that a row cannot do without."""

DATES = {"events": "date", "relations": "date", "sources": "date", "claims": "said"}
"""Table → its column of dates."""

_SHAPES = {
    "country": (r"[A-Z]{3}", "write three capital letters of ISO 3166-1, such as IRN"),
    "wikidata": (r"Q[1-9][0-9]*", "write it as Q3616"),
    "geonames": (r"[1-9][0-9]*", "write the number alone, as 112931"),
    "url": (r"https?://[^\s/?#]+\S*", "write an address that begins with http:// or https://"),
    "file_sha256": (r"[0-9a-fA-F]{64}", "write the 64 digits of 0–9 and a–f"),
    "id": (r"[^\s;,]+", "an id has no space, comma or semicolon"),
}
"""Column → what its cells look like, and what to say of others."""


def validate(
    dossier: Dossier, table: str, cells: Mapping[str, str], row: int | None = None
) -> dict[str, str]:
    """Return what is wrong with a row as it is being written.

    Parameters
    ----------
    dossier : Dossier
    table : str
    cells : mapping of str to str
        Column → cell; those not given are taken to be empty. An empty id is made by itself.
    row : int, optional
        The row that is changed; None: a new one.

    Returns
    -------
    dict of str to str
        Column → what is wrong and what to do, of those where something is.
    """
    out: dict[str, str] = {}
    for name in NEEDED[table]:
        if not cells.get(name, "").strip():
            out[name] = f"{_title(name)} is missing"
    for name, cell in cells.items():
        if cell and name not in out and (message := _fault(dossier, table, name, cell, cells)):
            out[name] = message
    if table == "places":
        pair = cells.get("lon", ""), cells.get("lat", "")
        for name, cell, other in (("lon", *pair), ("lat", *pair[::-1])):
            if message := coordinate_fault(name, cell, other):
                out[name] = message
    key = cells.get("id", "")
    known = dossier.tables[table].row_of if key else {}
    if key and "id" not in out and known.get(key, row) != row:
        called = dossier.name(Ref(table, key))
        out["id"] = f"“{key}” is the id of {called} already; write another"
    if table == "places" and row is not None and "within" not in out:
        out |= _ring(dossier, row, cells.get("within", ""))
    return out


def _fault(dossier: Dossier, table: str, name: str, cell: str, cells: Mapping[str, str]) -> str:
    if DATES.get(table) == name:
        return date_fault(cell)
    if (to := REFERENCES.get((table, name))) is not None:
        return _leads_nowhere(dossier, to, cell)
    if (table, name) == ("claims", "about_kind") and cell not in ABOUT_TABLES:
        return f"write {_or(tuple(ABOUT_TABLES))}{did_you_mean(cell, ABOUT_TABLES)}"
    if (table, name) == ("claims", "about") and cells.get("about_kind") in ABOUT_TABLES:
        return _leads_nowhere(dossier, ABOUT_TABLES[cells["about_kind"]], cell)
    for owner, column, words, severity in VOCABULARY:
        if (owner, column) == (table, name) and severity == "error" and cell not in words:
            return f"“{cell[:40]}”: write {_or(tuple(words))}{did_you_mean(cell, words)}"
    if (shape := _SHAPES.get(name)) is not None and not re.fullmatch(shape[0], cell):
        return f"“{cell[:40]}”: {shape[1]}"
    return ""


def _leads_nowhere(dossier: Dossier, to: str, key: str) -> str:
    if key in dossier.tables[to].row_of:
        return ""
    return f"“{key[:40]}” is none of the {to} here: choose one that is, or add it first"


def _ring(dossier: Dossier, row: int, within: str) -> dict[str, str]:
    places, seen = dossier.places, {row}
    at = places.row_of.get(within)
    while at is not None:
        if at == row:
            return {"within": "A place cannot lie within itself"}
        if at in seen:
            break
        seen.add(at)
        at = places.row_of.get(places["within"][at])
    return {}


def _or(words: tuple[str, ...]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
