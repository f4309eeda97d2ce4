"""Building the file of a dossier, sealing it, and putting it in the place of the one before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from viewer.errors import EntenteError
from viewer.formats.durable import sync
from viewer.formats.geopackage import standing
from viewer.formats.geopackage.database import build_in, refusals, transaction
from viewer.formats.geopackage.profile import (
    APPLICATION_ID,
    GEOMETRY,
    GEOPACKAGE_VERSION,
    MANY,
    SCHEMA,
    SEAL_NAME,
    SYSTEMS,
    UNSEALED,
    about,
    contents,
    page_for,
    point,
    quoted,
    sql_names,
    tables_of,
)
from viewer.formats.geopackage.seal import Seal, set_seal
from viewer.formats.geopackage.trouble import backup_of
from viewer.model.dossier import Dossier, Table
from viewer.model.schema import TABLES

if TYPE_CHECKING:
    import apsw


def write_file(dossier: Dossier, path: Path | str, overwrite: bool = False) -> None:
    """Write a dossier as one file, all of it or nothing.

    Parameters
    ----------
    dossier : Dossier
    path : Path or str
    overwrite : bool
        Whether a file that is there already is replaced; it is kept as ``.bak``.

    Raises
    ------
    EntenteError
        Something is in the way, or the disk does not take it.
    """
    path = Path(path)
    check_way(path, overwrite)
    page = page_for(sum(map(len, dossier.tables.values())))
    with refusals(path), closing(build_in(None, page)) as connection:
        build(connection, dossier)
        put(connection, path)


def check_way(path: Path, overwrite: bool) -> None:
    """See that nothing stands at a path that must not be replaced.

    Raises
    ------
    EntenteError
    """
    if path.is_dir():
        raise EntenteError(f"{path}: a folder of this name is in the way; choose another name")
    if path.exists() and not overwrite:
        raise EntenteError(f"{path}: there is a file already; choose another name")


# -- what is in it -----------------------------------------------------------------------------


def build(connection: apsw.Connection, dossier: Dossier) -> None:
    """Fill an empty database with a dossier."""
    names = {name: sql_names(dossier.tables[name].columns) for name in TABLES}
    columns = {name: tuple(called.values()) for name, called in names.items()}
    with transaction(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {GEOPACKAGE_VERSION}")
        for text in tables_of(SCHEMA, columns).values():
            connection.execute(text)
        _insert(connection, "entente_seal", ((1, SEAL_NAME + UNSEALED),))
        _insert(connection, "gpkg_spatial_ref_sys", SYSTEMS)
        _insert(connection, "gpkg_contents", contents())
        _insert(connection, "gpkg_geometry_columns", (("places", GEOMETRY, "POINT", 4326, 0, 0),))
        _insert(connection, "entente_dossier", (about(dossier),))
        for name in TABLES:
            _insert(connection, name, rows(dossier.tables[name]))
        set_extent(connection, dossier)


def rows(table: Table) -> Iterable[tuple[object, ...]]:
    """Return the rows of a table as they stand in the file."""
    cells = table.columns.values()
    if table.name != "places":
        return zip(table.keys, *cells, strict=True)
    points = map(point, table["lon"], table["lat"])
    return zip(table.keys, points, *cells, strict=True)


def _insert(connection: apsw.Connection, table: str, found: Iterable[Sequence[object]]) -> None:
    found = iter(found)
    first = next(found, None)
    if first is not None:
        marks = ", ".join(repeat("?", len(first)))
        sql = f"INSERT INTO {quoted(table)} VALUES ({marks})"
        connection.execute(sql, first)
        connection.executemany(sql, found)


def set_extent(connection: apsw.Connection, dossier: Dossier) -> None:
    """Note where the places lie, for programs that fit their map to it."""
    lonlat = dossier.place_lonlat
    known = lonlat[~np.isnan(lonlat).any(axis=1)]
    box = (*known.min(axis=0).tolist(), *known.max(axis=0).tolist()) if len(known) else (None,) * 4
    connection.execute(
        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? "
        "WHERE table_name = 'places'",
        box,
    )


# -- in its place ------------------------------------------------------------------------------


def put(
    connection: apsw.Connection, target: Path, allowed: Callable[[Path], None] = lambda _: None
) -> Seal:
    """Write the dossier that a connection holds to a file, in one step and for good.

    A new file is written beside the target, sealed and seen safely on the disk; then it takes the
    place of the old one, which is kept as ``.bak``. Whatever happens, the target is the old file
    or the new one.

    Parameters
    ----------
    connection : apsw.Connection
    target : Path
    allowed : callable
        Given what will take its place, at the last moment before the target is touched; raises
        where it must not be.

    Returns
    -------
    Seal
        Of the new file.
    """
    target = target.resolve()
    standing.sweep(target)
    fresh = standing.temporary(target)
    try:
        connection.execute(f"PRAGMA page_size = {page_for(_rows_in(connection))}")
        connection.execute("VACUUM INTO ?", (str(fresh),))
        seal = set_seal(fresh)
        if target.exists():
            shutil.copymode(target, fresh)
        allowed(fresh)
        _keep(target)
        fresh.replace(target)
    finally:
        for left in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    sync(target.parent)
    return seal


def _rows_in(connection: apsw.Connection) -> int:
    """Return how many rows there are, as far as it matters for their pages."""
    out = 0
    for name in TABLES:
        some = f"SELECT 1 FROM {quoted(name)} LIMIT {MANY - out}"
        out += connection.execute(f"SELECT count(*) FROM ({some})").get
    return out


def _keep(target: Path) -> None:
    """Keep what stands at a target as ``.bak``; at no moment is there no file at the target."""
    backup = backup_of(target)
    if not target.exists() or (backup.exists() and backup.samefile(target)):
        return
    between = standing.temporary(backup)
    try:
        try:
            os.link(target, between)
        except OSError:
            # Not every file system knows two names for one file.
            shutil.copy2(target, between)
            with between.open("r+b") as file:
                os.fsync(file.fileno())
        between.replace(backup)
    finally:
        with suppress(OSError):
            between.unlink(missing_ok=True)
