"""Bringing the rows of a working copy from one edition of a dossier to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from viewer.formats.geopackage.profile import (
    FID,
    SEAL_NAME,
    UNSEALED,
    about,
    contents,
    quoted,
    sql_names,
)
from viewer.formats.geopackage.writing import rows, set_extent
from viewer.model.arrays import Numbers
from viewer.model.difference import Difference, TableDifference
from viewer.model.dossier import Dossier, Table
from viewer.model.schema import TABLES

if TYPE_CHECKING:
    import apsw


def apply(
    connection: apsw.Connection, before: Dossier, after: Dossier, found: Difference, left_out: bool
) -> None:
    """Carry out a difference.

    Parameters
    ----------
    connection : apsw.Connection
        In a transaction; it holds `before`.
    before, after : Dossier
    found : Difference
    left_out : bool
        Whether there are rows besides which are not sound: they stay, and make way for new ones.
    """
    for name, one in found.tables.items():
        _apply(connection, before.tables[name], after.tables[name], one, left_out)
    if "places" in found.tables:
        set_extent(connection, after)
    if found.about or any(one.columns for one in found.tables.values()):
        _say(connection, after)


def _apply(
    connection: apsw.Connection,
    before: Table,
    after: Table,
    found: TableDifference,
    left_out: bool,
) -> None:
    table = quoted(after.name)
    changed = found.changed
    if found.columns:
        changed = _columns(connection, before, after, changed)
    connection.executemany(
        f"DELETE FROM {table} WHERE {FID} = ?", ((key,) for key in found.removed.tolist())
    )
    if left_out and len(found.added):
        _make_way(connection, after, found.added.tolist())
    keys = np.union1d(found.added, changed)
    if len(keys):
        found_at = np.searchsorted(Numbers.of(after.keys), keys).tolist()
        cells = {name: [after[name][row] for row in found_at] for name in after.columns}
        _replace(connection, Table(after.name, cells, keys=keys.tolist()))


def _replace(connection: apsw.Connection, some: Table) -> None:
    marks = ", ".join("?" * (len(some.columns) + 1 + (some.name == "places")))
    connection.executemany(
        f"INSERT OR REPLACE INTO {quoted(some.name)} VALUES ({marks})", rows(some)
    )


def _make_way(connection: apsw.Connection, after: Table, keys: Sequence[int]) -> None:
    """Move rows that are no part of the dossier out of the way of new ones."""
    table = quoted(after.name)
    for key in keys:
        if connection.execute(f"SELECT 1 FROM {table} WHERE {FID} = ?", (key,)).get:
            connection.execute(
                f"UPDATE {table} SET {FID} = (SELECT max(?, max({FID})) + 1 FROM {table}) "
                f"WHERE {FID} = ?",
                (after.keys[-1], key),
            )


def _columns(
    connection: apsw.Connection, before: Table, after: Table, changed: np.typing.NDArray[np.int64]
) -> np.typing.NDArray[np.int64]:
    """Give a table the columns of its next edition; return the rows to write anew."""
    was, now = (list(sql_names(table.columns).values()) for table in (before, after))
    same = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), None)
    same = min(len(was), len(now)) if same is None else same
    table = quoted(after.name)
    for name in was[same:]:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {quoted(name)}")
    for name in now[same:]:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} TEXT")
    if not now[same:]:
        return changed
    connection.execute(f"UPDATE {table} SET " + ", ".join(f"{quoted(n)} = ''" for n in now[same:]))
    own = list(after.columns)[same:]
    filled = np.zeros(len(after), dtype=bool)
    for name in own:
        says = np.ones(len(after), dtype=bool)
        says[after[name].holding("")] = False
        filled |= says
    return np.union1d(changed, Numbers.of(after.keys)[filled])


def _say(connection: apsw.Connection, dossier: Dossier) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO entente_dossier VALUES (?, ?, ?, ?, ?, ?)", about(dossier)
    )


def reset(connection: apsw.Connection, dossier: Dossier) -> None:
    """Make all that is not rows what a file of ours says, and unseal it."""
    connection.execute("UPDATE entente_seal SET seal = ?", (SEAL_NAME + UNSEALED,))
    connection.execute("DELETE FROM gpkg_contents")
    connection.executemany(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", contents()
    )
    set_extent(connection, dossier)
    _say(connection, dossier)


def insert_left_out(
    connection: apsw.Connection, raw: Mapping[str, Table], dossier: Dossier
) -> None:
    """Put rows that were not sound beside the others, to be saved with them."""
    for name in TABLES:
        every = Numbers.of(raw[name].keys)
        lost = ~np.isin(every, Numbers.of(dossier.tables[name].keys))
        if list(raw[name].columns) == list(dossier.tables[name].columns) and lost.any():
            _replace(connection, raw[name].take(lost))
