"""Opening a dossier of one file: hostile until its schema is ours to the letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.errors import EntenteError
from viewer.formats.geopackage import standing
from viewer.formats.geopackage.database import look_into
from viewer.formats.geopackage.profile import (
    OWN,
    SCHEMA,
    tables_of,
)
from viewer.formats.geopackage.rows import read_tables
from viewer.formats.geopackage.seal import State, seal_of
from viewer.formats.geopackage.trouble import Foreign, damaged
from viewer.formats.registry import look, why_not
from viewer.formats.sound import sound
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import TABLES
from viewer.progress import Progress, unheard

if TYPE_CHECKING:
    import apsw

    from viewer.formats.geopackage.content import Content


def read(path: Path, progress: Progress = unheard) -> Dossier:
    """Open the dossier in a file.

    Its bytes are held against the seal while its rows are being read; rows that are not sound
    are left out and reported (`formats.sound`). Keys and lines are the numbers of the rows.

    Raises
    ------
    Damaged
        The bytes are not those that were sealed.
    Foreign
        There is something in it that is not ours.
    EntenteError
        It cannot be read, it is open in another program, or a newer version wrote it.
    """
    return _read(path, progress, also_damaged=False)


def review(path: Path, progress: Progress = unheard) -> Dossier:
    """Open what can be read of a damaged file; `Dossier.problems` says that it is damaged.

    Raises
    ------
    EntenteError
        As `read`; `Damaged` where SQLite cannot make sense of it either.
    """
    return _read(path, progress, also_damaged=True)


def _read(path: Path, progress: Progress, also_damaged: bool) -> Dossier:
    import apsw

    look(path)
    _check_nobody_writes(path)
    standing.sweep(path)
    report = Report(str(path))
    content, before = _content(path)
    with ThreadPoolExecutor(1, "entente-seal") as apart:
        sealed = apart.submit(seal_of, content.whole)
        try:
            with closing(look_into(content)) as connection:
                said = _about(connection, path)
                # What is left of a damaged file is for SQLite to say.
                itself = None if also_damaged else content
                tables = read_tables(connection, said.columns, progress, report, itself)
                if sealed.result().state is State.EDITED:
                    _check_whole(connection)
        except (apsw.Error, ValueError, TypeError, StopIteration) as error:
            raise damaged(path, _first_line(error)) from error
        except EntenteError:
            # What looks foreign may be ours with a letter that has turned over.
            if sealed.result().state is State.DAMAGED:
                raise damaged(path, "its bytes are not those that were saved") from None
            raise
        seal = sealed.result()
    if seal.state is State.DAMAGED:
        if not also_damaged:
            raise damaged(path, "its bytes are not those that were saved")
        report.add(
            "is damaged: its bytes are not those that were saved; what is shown may be wrong: "
            "compare it with a copy you trust before you save it"
        )
    elif seal.state is State.EDITED:
        report.add(
            "was changed by another program since it was saved here; look it through: saving "
            "seals it again",
            severity="warning",
        )
    standing.note(path, standing.Standing.of_file(path, before, seal.digest))
    out = _dossier(said, tables, path, report)
    progress(1.0)
    return out


def read_rows(connection: apsw.Connection, path: Path) -> Dossier:
    """Return the dossier that a connection to a working copy holds.

    Parameters
    ----------
    connection : apsw.Connection
    path : Path
        Where it belongs.

    Raises
    ------
    EntenteError
    """
    import apsw

    report = Report(str(path))
    try:
        said = _about(connection, path)
        tables = read_tables(connection, said.columns, unheard, report)
    except (apsw.Error, ValueError, TypeError) as error:
        raise damaged(path, _first_line(error)) from error
    return _dossier(said, tables, path, report)


def read_raw(path: Path) -> dict[str, Table]:
    """Return the tables of a file with all their rows, sound or not.

    Raises
    ------
    EntenteError
    """
    import apsw

    try:
        content, _ = _content(path)
        with closing(look_into(content)) as connection:
            said = _about(connection, path)
            return read_tables(connection, said.columns, unheard, Report(str(path)), content)
    except (apsw.Error, ValueError, TypeError) as error:
        raise damaged(path, _first_line(error)) from error


def _dossier(said: _About, tables: Mapping[str, Table], path: Path, report: Report) -> Dossier:
    fit = sound(tables, report)
    return Dossier(
        title=said.title or path.stem,
        path=str(path),
        tables=fit,
        problems=report.problems(),
        description=said.description,
        extra=said.extra,
    )


def _content(path: Path) -> tuple[Content, standing.Stamp]:
    """Return the content of a file, and the stamp it had all the while."""
    from viewer.formats.geopackage.content import Content

    before = standing.stamp(path)
    try:
        content = Content.of(path)
    except OSError as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error
    if content is None or standing.stamp(path) != before:
        raise EntenteError(f"{path}: was changed while it was being read; open it again")
    return content, before


def _check_nobody_writes(path: Path) -> None:
    """Refuse a file whose latest changes stand beside it: they would not be seen."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        try:
            busy = beside.stat().st_size > 0
        except OSError:
            continue
        if busy:
            raise EntenteError(
                f"{path}: another program has not finished writing it ({beside.name} is there); "
                "close it there and open the file again"
            )


def _check_whole(connection: apsw.Connection) -> None:
    """Look for damage that no seal tells of any more."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)]:
        raise ValueError(str(found[0][0]).partition("\n")[0] if found else "no answer")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].removeprefix("SQLError: ")[:200] or type(error).__name__


# -- what it says of itself --------------------------------------------------------------------


class _About:
    """The row of `entente_dossier`, and what the tables are made of."""

    def __init__(self, row: tuple[object, ...], columns: Mapping[str, dict[str, str]]) -> None:
        title, description, extra = row
        if not (isinstance(title, str) and isinstance(description, str)):
            raise TypeError("its title is no text")
        content = json.loads(extra) if isinstance(extra, str) else None
        if not isinstance(content, dict):
            raise TypeError("what is said beside its title is no object")
        self.title, self.description, self.extra = title, description, content
        self.columns = columns


def _about(connection: apsw.Connection, path: Path) -> _About:
    there = {
        (kind, name): sql or ""
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema")
    }
    version = SCHEMA
    if ("table", "entente_dossier") in there:
        found = connection.execute('SELECT max("schema") FROM "entente_dossier"').get
        if isinstance(found, int) and found > SCHEMA:
            raise EntenteError(
                f"{path}: was saved by a newer Entente, in version {found} of the file; this one "
                f"knows versions up to {SCHEMA}: install the newer one"
            )
        version = found if isinstance(found, int) and found in OWN else SCHEMA
    names = {
        table: [
            name
            for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
            if name not in ("fid", "geom")
        ]
        for table in TABLES
    }
    _check_schema(there, tables_of(version, names), path)
    if connection.execute("PRAGMA encoding").get != "UTF-8":
        raise Foreign(f"{path}: its text is no UTF-8; its data can be imported instead")
    title, description, extra, other = next(
        connection.execute('SELECT "title", "description", "extra", "columns" FROM entente_dossier')
    )
    called = json.loads(other)
    columns = {}
    for table, known in names.items():
        own = called.get(table, {})
        columns[table] = {str(own.get(name, name)): name for name in known}
    return _About((title, description, extra), columns)


def _check_schema(
    there: Mapping[tuple[str, str], str], ours: Mapping[str, str], path: Path
) -> None:
    for (kind, name), sql in there.items():
        if kind == "index" and name.startswith("sqlite_autoindex_gpkg_") and not sql:
            continue
        if kind == "table" and ours.get(name) == sql:
            continue
        what = (
            f"the table “{name}”, which is made otherwise"
            if name in ours
            else (f"the {kind} “{name}”")
        )
        raise Foreign(
            f"{path}: holds {what}, which is no part of a dossier; its data can be imported instead"
        )
    for name in ours:
        if ("table", name) not in there:
            raise Foreign(
                f"{path}: lacks the table “{name}” of a dossier; its data can be imported instead"
            )
