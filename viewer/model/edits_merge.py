"""Making one row of two or more that are the same actor or the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from viewer.model.arrays import Index
from viewer.model.dossier import MEMBERS, Dossier, Table
from viewer.model.edits import NOTHING, Falling, claims_about, dependants, leading_to, without
from viewer.model.schema import REFERENCES, split_list

NOTED = "merged"
"""Extra column that holds the ids of what a row was made of, with the cells that differed."""
POSITION = ("lon", "lat", "precision")
"""Cells that say one thing together: the point of one row is never given another's precision."""


@dataclass(frozen=True, eq=False)
class Merging:
    """What a merge comes to.

    Parameters
    ----------
    cells : mapping of str to str
        The row that is kept, as it will be.
    ties : ndarray of integer
        Relations between the rows, which go, with the claims about them.
    moved : mapping of str to int
        Table → how many of its rows will lead to the kept one instead.
    """

    cells: Mapping[str, str]
    ties: Index
    moved: Mapping[str, int]


def merging(
    dossier: Dossier,
    table: str,
    keep: int,
    others: Sequence[int],
    chosen: Mapping[str, str] | None = None,
) -> Merging:
    """Return what a merge comes to; parameters as of `merge`."""
    moved: dict[str, int] = {}
    for (name, column), to in REFERENCES.items():
        if to == table:
            rows = leading_to(dossier, name, column, others)
            moved[name] = moved.get(name, 0) + len(rows)
    moved["claims"] = moved.get("claims", 0) + len(claims_about(dossier, table, others))
    return Merging(
        _one(dossier.tables[table], keep, others, chosen or {}),
        _ties(dossier, table, (keep, *others)),
        {name: count for name, count in moved.items() if count},
    )


def merge(
    dossier: Dossier,
    table: str,
    keep: int,
    others: Sequence[int],
    chosen: Mapping[str, str] | None = None,
) -> Dossier:
    """Return the dossier in which some actors, or some places, are one.

    Every reference follows. The names of the others become aliases, their descriptions follow
    that of the kept row, their cells fill its empty ones, and cells that differ are noted with
    their ids in the extra column `NOTED`. Rows that say the same twice over because of it (an
    event with one actor in one role) become one. Relations between them go, for nobody is tied
    to themselves.

    Parameters
    ----------
    dossier : Dossier
    table : {"actors", "places"}
    keep : int
        The row whose id stays.
    others : sequence of int
    chosen : mapping of str to str, optional
        Cells preferred to those of the kept row, which are then noted instead.
    """
    ids = dossier.tables[table]["id"]
    names, key = [ids[row] for row in others], ids[keep]
    after = dossier
    if len(ties := _ties(dossier, table, (keep, *others))):
        after = without(after, dependants(after, "relations", ties.tolist()))
    tables: dict[str, Table] = {
        table: after.tables[table].with_row(
            keep, _one(dossier.tables[table], keep, others, chosen or {})
        )
    }

    def put(name: str, column: str, rows: Index) -> None:
        now = tables.get(name, after.tables[name])
        if len(rows):
            tables[name] = now.with_columns({column: now[column].with_cells(rows, key)})

    for (name, column), to in REFERENCES.items():
        if to == table:
            put(name, column, leading_to(after, name, column, others))
    put("claims", "about", claims_about(after, table, others))
    other_table = "places" if table == "actors" else "actors"
    for old in names:
        if old not in after.tables[other_table].row_of:
            put("claims", "value", after.claims["value"].holding(old))
    if table == "places":
        inside = tables["places"]["within"][keep]
        if inside == key:
            around = dossier.places["within"]
            outer = [around[row] for row in (keep, *others) if around[row] not in (key, *names)]
            tables["places"] = tables["places"].with_row(
                keep, {"within": next(filter(None, outer), "")}
            )
    for name, column in MEMBERS.items():
        if REFERENCES[name, column] == table and name in tables:
            rows = _doubles(tables[name], tables[name][column].holding(key))
            tables[name] = tables[name].without(rows)
    gone = np.unique(np.array(others, dtype=np.intp))
    return without(after.with_tables(tables), Falling({table: gone}, {}))


def _ties(dossier: Dossier, table: str, group: Sequence[int]) -> Index:
    """Return the relations between rows that will be one, not those of one row to itself."""
    if table != "actors":
        return NOTHING
    sources, targets = dossier.relations["source"], dossier.relations["target"]
    from_them, to_them = (
        set(leading_to(dossier, "relations", side, group).tolist()) for side in ("source", "target")
    )
    between = [row for row in sorted(from_them & to_them) if sources[row] != targets[row]]
    return np.array(between, dtype=np.intp)


def _doubles(table: Table, rows: Index) -> Index:
    """Return those of some rows that are the same as an earlier one of them in every cell."""
    columns = [table[name] for name in table.columns]
    seen: set[tuple[str, ...]] = set()
    out = []
    for row in rows.tolist():
        cells = tuple(column[row] for column in columns)
        if cells in seen:
            out.append(row)
        seen.add(cells)
    return np.array(out, dtype=np.intp)


def _one(
    table: Table, keep: int, others: Sequence[int], chosen: Mapping[str, str]
) -> dict[str, str]:
    """Return the cells of the one row, with all that any of the rows says."""
    rows = [table.row(row) for row in (keep, *others)]
    out = dict(rows[0]) | dict(chosen)
    for row in rows[1:]:
        if not any(out[name] for name in POSITION if name in out) or (
            out.get("precision") == "unknown" and not out.get("lon")
        ):
            out |= {name: row[name] for name in POSITION if name in row}
        for name, cell in row.items():
            if name not in POSITION and name != NOTED and not out[name]:
                out[name] = cell
    called = dict.fromkeys(
        part for row in rows for part in (row["name"], *split_list(row["aliases"])) if part
    )
    called.pop(out["name"], None)
    out["aliases"] = "; ".join(called)
    if "description" in out:
        said = dict.fromkeys([out["description"], *(row["description"] for row in rows)])
        out["description"] = " ".join(filter(None, said))
    told = {"id", "name", "aliases", "description", NOTED}
    notes = [row[NOTED] for row in rows if row.get(NOTED)]
    for at, row in enumerate(rows):
        lost = [
            f"{name.replace('_', ' ')} {cell}"
            for name, cell in row.items()
            if cell and name not in told and cell != out[name]
        ]
        if at or lost:
            notes.append(f"{row['id']} ({', '.join(lost)})" if lost else row["id"])
    out[NOTED] = "; ".join(notes)
    return out
