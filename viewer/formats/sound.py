"""Making tables fit to be a `Dossier`: what cannot be used is taken out and reported.

Afterwards ids are there and differ, references lead somewhere, and coordinates are numbers on
the globe or empty. Words outside the vocabulary and doubts are no matter here: see `model.check`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from viewer.model.columns import dictionary, references, rows_in
from viewer.model.dossier import Mask, Table
from viewer.model.faults import coordinate_fault, date_fault
from viewer.model.near import did_you_mean
from viewer.model.report import Report
from viewer.model.schema import ABOUT_TABLES, REFERENCES, TABLES

FREE_TEXT = frozenset(
    {
        "name", "title", "aliases", "description", "date_text", "publisher", "author", "url",
        "value", "locator",
    }
)  # fmt: skip
"""Columns whose text is kept to the letter; in the others space around a cell means nothing."""

DATES = (("events", "date"), ("relations", "date"), ("sources", "date"), ("claims", "said"))
BLANKED = frozenset({("places", "within"), ("claims", "source")})
"""References without which a row still says something: blanked where they lead nowhere."""

_PLAIN = re.compile(r"-?(?:1[0-7]|[0-9])?[0-9](?:\.[0-9]+)? -?[0-8]?[0-9](?:\.[0-9]+)?| ")
"""Longitude and latitude as they mostly are, or neither: nothing can be wrong with them."""
_MOST_HINTS = 200


def sound(tables: Mapping[str, Table], report: Report) -> dict[str, Table]:
    """Return the tables as a dossier can hold them.

    Parameters
    ----------
    tables : mapping of str to Table
        All tables of `schema.TABLES`, cells as they were read.
    report : Report
        Takes down everything that is left out, blanked or cannot be read.
    """
    out = {name: _trimmed(tables[name]) for name in TABLES}
    for name in TABLES:
        out[name] = _with_ids(out[name], report)
    out["places"] = _with_coordinates(out["places"], report)
    for name, column in DATES:
        _check_dates(out[name], column, report)
    rows = _Rows(out)
    for name in TABLES:
        if name != "claims":
            out[name] = _with_references(out[name], rows, report)
    # Claims come last: they may be about relations that were left out before.
    rows.pop("relations", None)
    out["claims"] = _with_references(out["claims"], rows, report)
    return out


class _Rows(dict[str, dict[str, int]]):
    """Table → id → row, made when first asked for."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables

    def __missing__(self, table: str) -> dict[str, int]:
        self[table] = dictionary(self.tables[table]["id"])
        return self[table]


def _trimmed(table: Table) -> Table:
    """Strip words and ids."""
    return table.with_columns(
        {name: table[name].stripped() for name in TABLES[table.name] if name not in FREE_TEXT}
    )


def _kept(table: Table, keep: Mask) -> Table:
    """Return the rows of a mask."""
    return table if keep.all() else table.take(keep)


def _blanked(table: Table, column: str, rows: set[int]) -> Table:
    if not rows:
        return table
    cells = ["" if row in rows else cell for row, cell in enumerate(table[column])]
    return table.with_columns({column: cells})


def _filled(table: Table) -> Mask:
    """Return which rows say anything at all."""
    out = np.zeros(len(table), dtype=bool)
    for name in table.columns:
        if not out.all():
            says = np.ones(len(table), dtype=bool)
            says[table[name].holding("")] = False
            out |= says
    return out


def _with_ids(table: Table, report: Report) -> Table:
    if "id" not in table.columns:
        return _kept(table, _filled(table))
    if table["id"].distinct:
        return table
    ids, lines = tuple(table["id"]), table.lines
    keep = np.ones(len(ids), dtype=bool)
    filled = _filled(table)
    first: dict[str, int] = {}
    for row, key in enumerate(ids):
        if key and first.setdefault(key, row) == row:
            continue
        keep[row] = False
        if key:
            report.add(
                f"id “{key}” stands in line {lines[first[key]]} already: left out; "
                "give it another",
                table.name, lines[row], "id",
            )  # fmt: skip
        elif filled[row]:
            # A line of commas is what spreadsheets leave below a table.
            report.add("has no id: left out; give it one", table.name, lines[row], "id")
    return _kept(table, keep)


def _with_coordinates(places: Table, report: Report) -> Table:
    wrong: set[int] = set()
    for row, (lon, lat) in enumerate(zip(places["lon"], places["lat"], strict=True)):
        if _PLAIN.fullmatch(f"{lon} {lat}"):
            continue
        for column, cell, other in (("lon", lon, lat), ("lat", lat, lon)):
            if message := coordinate_fault(column, cell, other):
                wrong.add(row)
                report.add(
                    f"{message}; the place stands without coordinates",
                    "places", places.lines[row], column,
                )  # fmt: skip
    return _blanked(_blanked(places, "lon", wrong), "lat", wrong)


def _check_dates(table: Table, column: str, report: Report) -> None:
    faults = table[column].each(date_fault)
    if any(faults.values):
        for row in table[column].where(date_fault).tolist():
            report.add(
                f"{faults[row]}; till then the date counts as not known",
                table.name, table.lines[row], column,
            )  # fmt: skip


def _with_references(table: Table, rows_of: _Rows, report: Report) -> Table:
    """Leave out rows that lead nowhere; the columns of the others are coded by those of the ids."""
    if not len(table):
        return table
    keep = np.ones(len(table), dtype=bool)
    may_be_empty = table.name in ("places", "claims")
    columns = dict(table.columns)
    for (name, column), to in REFERENCES.items():
        if name != table.name:
            continue
        cells, ids = table[column], rows_of.tables[to]["id"]
        # Who reads a form that knows of ids may have led them to their rows already.
        rows = cells.codes if cells.vocabulary is ids else rows_in(cells, rows_of[to])
        hints = _Hints(rows_of, to)
        blanked = (table.name, column) in BLANKED
        left = "left empty" if blanked else "the row is left out"
        nowhere = rows < 0
        if may_be_empty:
            nowhere[cells.holding("")] = False
        for row in np.flatnonzero(nowhere).tolist():
            key = cells[row]
            keep[row] &= blanked
            what = f"“{key}” is no id of {to}" if key else f"names none of {to}"
            report.add(f"{what}: {left}{hints[key]}", table.name, table.lines[row], column)
        columns[column] = references(rows, ids)
    table = table.with_columns(columns)
    if table.name == "claims":
        keep[_claims_about_nothing(table, rows_of, report)] = False
    return _kept(table, keep)


class _Hints(dict[str, str]):
    """Word → which id was meant; for the first words only, since each is a search."""

    def __init__(self, rows_of: _Rows, table: str) -> None:
        self._rows_of, self._table = rows_of, table

    def __missing__(self, word: str) -> str:
        known = self._rows_of[self._table] if len(self) < _MOST_HINTS else ()
        self[word] = did_you_mean(word, known)
        return self[word]


def _claims_about_nothing(claims: Table, rows_of: _Rows, report: Report) -> NDArray[np.intp]:
    """Return the rows of claims that are about no row, and say so."""
    lost = np.ones(len(claims), dtype=bool)
    kinds = claims["about_kind"]
    hints = {kind: _Hints(rows_of, to) for kind, to in ABOUT_TABLES.items()}
    for kind, to in ABOUT_TABLES.items():
        if len(own := kinds.where(kind.__eq__)):
            lost[own[rows_in(claims["about"], rows_of[to])[own] >= 0]] = False
    for row in np.flatnonzero(lost).tolist():
        kind, about = kinds[row], claims["about"][row]
        if kind in ABOUT_TABLES:
            column = "about"
            message = f"“{about}” is no id of {ABOUT_TABLES[kind]}"
            hint = hints[kind][about]
        else:
            column = "about_kind"
            message = f"“{kind}” is none of {', '.join(ABOUT_TABLES)}"
            hint = did_you_mean(kind, ABOUT_TABLES)
        report.add(f"{message}: the row is left out{hint}", "claims", claims.lines[row], column)
    return np.flatnonzero(lost)
