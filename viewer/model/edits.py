"""Edits of a dossier: each takes one and returns the next, and leaves nothing that leads nowhere.

Rows are named by their positions in the dossier given. A new row stands at the end of its table.
What an edit would make invalid is for the caller to ask first: see `edits_check.validate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from viewer.model.arrays import Index
from viewer.model.columns import Coded, Runs
from viewer.model.dossier import MEMBERS, Dossier, Table
from viewer.model.ids import fresh
from viewer.model.schema import ABOUT_TABLES, REFERENCES, TABLES

_FEW = 16
"""Up to so many rows what leads to them is looked up one by one."""
NOTHING: Index = np.empty(0, dtype=np.intp)

_NAMES = {
    "relations": ("source", "type", "target"),
    "claims": ("about", "property"),
}
"""What an id is made of, in tables whose rows have neither name nor title."""


def with_id(
    dossier: Dossier, table: str, cells: Mapping[str, str], also: Container[str] = ()
) -> dict[str, str]:
    """Return the cells of a new row, with an id of its own where it is given none.

    Parameters
    ----------
    dossier, table, cells
        As of `insert`.
    also : container of str
        Ids that are given, beside those of the table.
    """
    out = dict(cells)
    if "id" in TABLES[table] and not out.get("id"):
        called = out.get("name") or out.get("title") or ""
        if table in _NAMES:
            called = " ".join(out.get(name, "") for name in _NAMES[table])
        noun = table.removesuffix("s")
        out["id"] = fresh(called, dossier.tables[table].row_of, noun, also)
    return out


def insert(dossier: Dossier, table: str, cells: Mapping[str, str]) -> Dossier:
    """Return the dossier with a further row.

    Parameters
    ----------
    dossier : Dossier
    table : str
    cells : mapping of str to str
        Column → cell; those not given are empty, and an id is made where there is none.
    """
    return dossier.with_tables(
        {table: dossier.tables[table].with_more((with_id(dossier, table, cells),))}
    )


def change(dossier: Dossier, table: str, row: int, cells: Mapping[str, str]) -> Dossier:
    """Return the dossier with other cells in one row; a changed id is followed everywhere.

    Parameters
    ----------
    dossier : Dossier
    table : str
    row : int
    cells : mapping of str to str
        Column → cell, of those that change.
    """
    before = dossier.tables[table]
    after = dossier.with_tables({table: before.with_row(row, cells)})
    if "id" in cells and before["id"][row] != cells["id"]:
        after = _following(after, dossier, table, row)
    return after


def _following(after: Dossier, before: Dossier, table: str, row: int) -> Dossier:
    """Return a dossier in which all that led to the old id of a row leads to its new one."""
    old, new = before.tables[table]["id"][row], after.tables[table]["id"][row]
    ids = after.tables[table]["id"]
    tables: dict[str, Table] = {}

    def put(name: str, column: str, rows: Index) -> None:
        now = tables.get(name, after.tables[name])
        if len(rows):
            tables[name] = now.with_columns({column: now[column].with_cells(rows, new)})

    for (name, column), to in REFERENCES.items():
        cells = after.tables[name][column]
        if to != table or (isinstance(cells, Coded | Runs) and cells.vocabulary is ids):
            # What is coded by the ids has followed already.
            continue
        put(name, column, before.tables[name][column].holding(old))
    put("claims", "about", claims_about(before, table, (row,)))
    others = {"actors": "places", "places": "actors"}
    if table in others and old not in before.tables[others[table]].row_of:
        # A value may name an actor or a place by its id.
        put("claims", "value", before.claims["value"].holding(old))
    return after.with_tables(tables) if tables else after


def leading_to(dossier: Dossier, name: str, column: str, rows: Sequence[int]) -> Index:
    """Return the rows of a table whose reference leads to any of some rows, in order.

    Parameters
    ----------
    dossier : Dossier
    name, column : str
        One of `schema.REFERENCES`.
    rows : sequence of int
        Rows of the table it points into.
    """
    to, cells = dossier.tables[REFERENCES[name, column]], dossier.tables[name][column]
    if len(rows) <= _FEW:
        ids = to["id"]
        if isinstance(cells, Coded | Runs) and cells.vocabulary is ids:
            return _joined(cells.coded(row) for row in rows)
        return _joined(cells.holding(ids[row]) for row in rows)
    wanted = np.zeros(len(to) + 1, dtype=bool)
    wanted[list(rows)] = True
    # Row -1, which is no row, is the last entry.
    return np.flatnonzero(wanted[dossier.rows(name, column)])


def claims_about(dossier: Dossier, table: str, rows: Sequence[int]) -> Index:
    """Return the claims about any of some rows of a table, in order."""
    kinds = [kind for kind, to in ABOUT_TABLES.items() if to == table]
    if not kinds:
        return NOTHING
    ids, claims = dossier.tables[table]["id"], dossier.claims
    if len(rows) <= _FEW:
        found = _joined(claims["about"].holding(ids[row]) for row in rows)
    else:
        wanted = {ids[row] for row in rows}
        found = claims["about"].where(wanted.__contains__)
    kind = claims["about_kind"]
    return np.array([row for row in found.tolist() if kind[row] == kinds[0]], dtype=np.intp)


def _joined(parts: Iterable[Index]) -> Index:
    found = list(parts)
    return np.unique(np.concatenate(found)).astype(np.intp) if found else NOTHING


# -- removing --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Falling:
    """What goes when rows are removed.

    Parameters
    ----------
    gone : mapping of str to ndarray of integer
        Table → the rows that go, those asked for among them.
    blanked : mapping of (str, str) to ndarray of integer
        (table, column) → the rows that stay, with that cell left empty.
    """

    gone: Mapping[str, Index]
    blanked: Mapping[tuple[str, str], Index]


_STAY = frozenset({("places", "within"), ("claims", "speaker"), ("claims", "source")})
"""References without which a row still says something."""


def dependants(dossier: Dossier, table: str, rows: Sequence[int]) -> Falling:
    """Return what hangs on rows, and so what becomes of it when they are removed."""
    return dependants_of(dossier, {table: rows})


def dependants_of(dossier: Dossier, rows: Mapping[str, Sequence[int]]) -> Falling:
    """Return what hangs on rows of several tables; see `dependants`."""
    gone: dict[str, Index] = {
        table: np.unique(np.array(some, dtype=np.intp)) for table, some in rows.items()
    }
    # Relations hang on actors, and claims on relations: so this order.
    for (name, column), to in REFERENCES.items():
        if to in gone and (name, column) not in _STAY:
            found = leading_to(dossier, name, column, gone[to].tolist())
            gone[name] = np.union1d(gone.get(name, NOTHING), found)
    about = [claims_about(dossier, to, gone[to].tolist()) for to in gone if to != "claims"]
    gone["claims"] = _joined((gone.get("claims", NOTHING), *about))
    blanked: dict[tuple[str, str], Index] = {}
    for name, column in sorted(_STAY):
        if (to := REFERENCES[name, column]) in gone:
            found = leading_to(dossier, name, column, gone[to].tolist())
            blanked[name, column] = np.setdiff1d(found, gone.get(name, NOTHING))
    return Falling(
        {name: found for name, found in gone.items() if len(found)},
        {spot: found for spot, found in blanked.items() if len(found)},
    )


def remove(dossier: Dossier, table: str, rows: Sequence[int]) -> Dossier:
    """Return the dossier without some rows and without what hangs on them; see `dependants`."""
    return without(dossier, dependants(dossier, table, rows))


def without(dossier: Dossier, falling: Falling) -> Dossier:
    """Return the dossier without what falls."""
    tables: dict[str, Table] = {}
    for (name, column), rows in falling.blanked.items():
        table = tables.get(name, dossier.tables[name])
        tables[name] = table.with_columns({column: table[column].with_cells(rows, "")})
    for name, rows in falling.gone.items():
        tables[name] = tables.get(name, dossier.tables[name]).without(rows)
    return dossier.with_tables(tables)


# -- participants and places of an event -----------------------------------------------------


def members(dossier: Dossier, table: str, event: str) -> list[tuple[str, str]]:
    """Return who or what belongs to an event, as (id, role), in file order.

    Parameters
    ----------
    dossier : Dossier
    table : {"participants", "event_places"}
    event : str
        Id of the event.
    """
    held = dossier.tables[table]
    rows = leading_to(dossier, table, "event", (dossier.events.row_of[event],)).tolist()
    return [(held[MEMBERS[table]][row], held["role"][row]) for row in rows]


def set_members(
    dossier: Dossier, table: str, event: str, wanted: Sequence[tuple[str, str]]
) -> Dossier:
    """Return the dossier with exactly these belonging to an event.

    Rows that say so already stay as they are, with whatever else is noted in them, be it twice. New
    ones are added once for a role.
    """
    held = dossier.tables[table]
    left, there = Counter(wanted), set[tuple[str, str]]()
    surplus = []
    at = dossier.events.row_of[event]
    for row in leading_to(dossier, table, "event", (at,)).tolist():
        entry = held[MEMBERS[table]][row], held["role"][row]
        if left[entry]:
            left[entry] -= 1
            there.add(entry)
        else:
            surplus.append(row)
    missing = [entry for entry in dict.fromkeys(wanted) if entry not in there]
    if not missing and not surplus:
        return dossier
    after = held.without(np.array(surplus, dtype=np.intp))
    if missing:
        after = after.with_more(
            [{"event": event, MEMBERS[table]: key, "role": role} for key, role in missing]
        )
    return dossier.with_tables({table: after})
