"""Making tables fit to be a `Dossier`: what cannot be used is taken out and reported.

Afterwards ids are there and differ, references lead somewhere, and coordinates are numbers on
the globe or empty. Words outside the vocabulary and doubts are no matter here: see `model.check`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from viewer.model import dates
from viewer.model.dossier import Table
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

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LIMITS = {"lon": 180.0, "lat": 90.0}


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
    # Claims come last: they may be about rows that were left out before.
    for name in TABLES:
        if name != "claims":
            out[name] = _with_references(out[name], out, report)
    out["claims"] = _with_references(out["claims"], out, report)
    return out


def _trimmed(table: Table) -> Table:
    """Strip words and ids; equal cells of a column become one string, which saves memory."""
    columns = dict(table.columns)
    for column in TABLES[table.name]:
        if column == "id":
            columns[column] = tuple(map(str.strip, columns[column]))
        elif column not in FREE_TEXT:
            stripped = {cell: cell.strip() for cell in set(columns[column])}
            columns[column] = tuple(map(stripped.__getitem__, columns[column]))
    return Table(table.name, columns, table.lines)


def _kept(table: Table, keep: Callable[[int], bool]) -> Table:
    """Return the rows for which `keep` holds."""
    rows = [row for row in range(len(table)) if keep(row)]
    if len(rows) == len(table):
        return table
    columns = {
        column: tuple([cells[row] for row in rows]) for column, cells in table.columns.items()
    }
    return Table(table.name, columns, tuple([table.lines[row] for row in rows]))


def _blanked(table: Table, column: str, rows: set[int]) -> Table:
    if not rows:
        return table
    cells = tuple(["" if row in rows else cell for row, cell in enumerate(table[column])])
    return Table(table.name, {**table.columns, column: cells}, table.lines)


def _with_ids(table: Table, report: Report) -> Table:
    if "id" not in table.columns:
        return _kept(table, lambda row: any(c[row] for c in table.columns.values()))
    ids, lines = table["id"], table.lines
    distinct = set(ids)
    if len(distinct) == len(ids) and "" not in distinct:
        return table
    first = table.row_of

    def keep(row: int) -> bool:
        key = ids[row]
        if not key:
            # A line of commas is what spreadsheets leave below a table.
            if any(cells[row] for cells in table.columns.values()):
                report.add("has no id: left out; give it one", table.name, lines[row], "id")
            return False
        if first[key] != row:
            report.add(
                f"id “{key}” stands in line {lines[first[key]]} already: left out; "
                "give it another",
                table.name, lines[row], "id",
            )  # fmt: skip
            return False
        return True

    return _kept(table, keep)


def _with_coordinates(places: Table, report: Report) -> Table:
    wrong: set[int] = set()
    for row, (lon, lat) in enumerate(zip(places["lon"], places["lat"], strict=True)):
        for column, cell, other in (("lon", lon, lat), ("lat", lat, lon)):
            if message := _coordinate_fault(column, cell, other):
                wrong.add(row)
                report.add(
                    f"{message}; the place stands without coordinates",
                    "places", places.lines[row], column,
                )  # fmt: skip
    return _blanked(_blanked(places, "lon", wrong), "lat", wrong)


def _coordinate_fault(column: str, cell: str, other: str) -> str:
    """Return what is wrong with a longitude or latitude, given the other of the two."""
    if not cell:
        return f"no {column} beside the {'lat' if column == 'lon' else 'lon'}" if other else ""
    if not _NUMBER.fullmatch(cell):
        hint = "use a point, not a comma" if "," in cell else "write decimal degrees, as 35.694"
        return f"“{cell[:40]}” is no number: {hint}"
    if abs(float(cell)) > _LIMITS[column]:
        swapped = (
            column == "lat"
            and _NUMBER.fullmatch(other)
            and abs(float(cell)) <= _LIMITS["lon"]
            and abs(float(other)) <= _LIMITS["lat"]
        )
        hint = "; are lon and lat swapped?" if swapped else ""
        return f"{cell[:40]} lies outside −{_LIMITS[column]:.0f} to {_LIMITS[column]:.0f}{hint}"
    return ""


def _check_dates(table: Table, column: str, report: Report) -> None:
    faults = {cell: _date_fault(cell) for cell in set(table[column])}
    if not any(faults.values()):
        return
    for row, cell in enumerate(table[column]):
        if faults[cell]:
            report.add(
                f"{faults[cell]}; till then the date counts as not known",
                table.name, table.lines[row], column,
            )  # fmt: skip


def _date_fault(cell: str) -> str:
    try:
        if cell:
            dates.parse(cell)
    except ValueError as error:
        return str(error)
    return ""


def _with_references(table: Table, tables: Mapping[str, Table], report: Report) -> Table:
    dropped: set[int] = set()
    columns = [(column, to) for (name, column), to in REFERENCES.items() if name == table.name]
    for column, to in columns:
        known = tables[to].row_of
        lost = {row for row, key in enumerate(table[column]) if key not in known}
        may_be_empty = table.name in ("places", "claims")
        for row in sorted(lost):
            key = table[column][row]
            if not key and may_be_empty:
                continue
            left = "left empty" if (table.name, column) in BLANKED else "the row is left out"
            what = f"“{key}” is no id of {to}" if key else f"names none of {to}"
            report.add(
                f"{what}: {left}{did_you_mean(key, known)}", table.name, table.lines[row], column
            )
        if (table.name, column) in BLANKED:
            table = _blanked(table, column, lost)
        else:
            dropped |= {row for row in lost if table[column][row] or not may_be_empty}
    if table.name == "claims":
        dropped |= _claims_about_nothing(table, tables, report)
    return _kept(table, lambda row: row not in dropped) if dropped else table


def _claims_about_nothing(claims: Table, tables: Mapping[str, Table], report: Report) -> set[int]:
    lost = set[int]()
    for row, (kind, about) in enumerate(zip(claims["about_kind"], claims["about"], strict=True)):
        if kind not in ABOUT_TABLES:
            column = "about_kind"
            message = f"“{kind}” is none of {', '.join(ABOUT_TABLES)}"
            hint = did_you_mean(kind, ABOUT_TABLES)
        elif about not in tables[ABOUT_TABLES[kind]].row_of:
            column = "about"
            message = f"“{about}” is no id of {ABOUT_TABLES[kind]}"
            hint = did_you_mean(about, tables[ABOUT_TABLES[kind]].row_of)
        else:
            continue
        lost.add(row)
        report.add(f"{message}: the row is left out{hint}", "claims", claims.lines[row], column)
    return lost
