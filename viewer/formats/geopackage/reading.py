"""Opening a dossier of one file: hostile until its schema is ours to the letter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from viewer.errors import EntenteError
from viewer.formats.geopackage import standing
from viewer.formats.geopackage.cells import SEPARATOR, Gathered, Ids
from viewer.formats.geopackage.database import look_into
from viewer.formats.geopackage.profile import (
    FID,
    OWN,
    PAGE,
    SCHEMA,
    quoted,
    tables_of,
)
from viewer.formats.geopackage.seal import State, seal_of
from viewer.formats.geopackage.trouble import Foreign, damaged
from viewer.formats.registry import look, why_not
from viewer.formats.sound import sound
from viewer.model.arrays import Numbers
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import REFERENCES, TABLES
from viewer.progress import Progress, unheard

if TYPE_CHECKING:
    import apsw

_ROWS = 1 << 16
"""Rows that are read at once."""
_IN_ORDER = (
    "sources", "actors", "places", "events", "relations", "event_places", "participants", "claims",
)  # fmt: skip
"""Tables, those that others refer to first."""


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
    content, before = _bytes(path)
    with ThreadPoolExecutor(1, "entente-seal") as apart:
        rest = memoryview(content)[2 * PAGE :]
        sealed = apart.submit(seal_of, bytes(content[: 2 * PAGE]), rest)
        try:
            with closing(look_into(content)) as connection:
                said = _about(connection, path)
                tables = read_tables(connection, said.columns, progress, report)
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
        with closing(look_into(_bytes(path)[0])) as connection:
            said = _about(connection, path)
            return read_tables(connection, said.columns, unheard, Report(str(path)))
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


def _bytes(path: Path) -> tuple[bytearray, standing.Stamp]:
    """Return the content of a file, and the stamp it had all the while."""
    before = standing.stamp(path)
    try:
        content = bytearray(path.stat().st_size)
        with path.open("rb", buffering=0) as file:
            left = memoryview(content)
            while left and (count := file.readinto(left)):
                left = left[count:]
    except OSError as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error
    if left or standing.stamp(path) != before:
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


# -- its rows ----------------------------------------------------------------------------------


def read_tables(
    connection: apsw.Connection,
    columns: Mapping[str, Mapping[str, str]],
    progress: Progress,
    report: Report,
) -> dict[str, Table]:
    """Return the tables with all their rows, sound or not.

    Parameters
    ----------
    connection : apsw.Connection
    columns : mapping of str to mapping
        Table → column → its name in SQL.
    progress : Progress
    report : Report
        Takes down cells that are no text.
    """
    out = {name: Table.empty(name) for name in TABLES}
    ids: dict[str, Ids] = {}
    numbers = {name: _fids(connection, name) for name in TABLES}
    whole = max(sum(map(len, numbers.values())), 1)
    done = 0
    with ThreadPoolExecutor(1, "entente-rows") as ahead:
        for name in _IN_ORDER:
            if not len(numbers[name]):
                out[name] = Table(name, dict.fromkeys(columns[name], ()))
                continue
            reading = _Reading(connection, name, columns[name], numbers[name], report)
            gathered = [_gathering(name, column, out, ids) for column in columns[name]]
            for first, block in reading.blocks(ahead):
                reading.put(first, block, gathered)
                done += min(_ROWS, len(numbers[name]) - first)
                progress(0.8 * done / whole)
            cells = dict(zip(columns[name], (one.column() for one in gathered), strict=True))
            if "id" in cells and name in REFERENCES.values():
                ids[name] = gathered[[*cells].index("id")].as_ids(cells["id"])
            out[name] = Table(name, cells, numbers[name], numbers[name])
    return out


def _gathering(
    name: str, column: str, tables: Mapping[str, Table], ids: Mapping[str, Ids]
) -> Gathered:
    to = REFERENCES.get((name, column), "")
    if to in ids and ids[to].ids is tables[to]["id"]:
        return Gathered(ids[to])
    return Gathered(keep_words=column == "id")


def _fids(connection: apsw.Connection, table: str) -> Sequence[int]:
    """Return the number of every row, rising."""
    count, low, high = next(
        connection.execute(
            f"SELECT (SELECT count(*) FROM {quoted(table)}), min({FID}), max({FID}) "
            f"FROM {quoted(table)}"
        )
    )
    if not count:
        return ()
    if high - low + 1 == count:
        return range(low, high + 1)
    found = connection.execute(f"SELECT {FID} FROM {quoted(table)} ORDER BY {FID}")
    return Numbers(np.fromiter((fid for (fid,) in found), np.int64, count))


class _Reading:
    """One table being read, block by block."""

    def __init__(
        self,
        connection: apsw.Connection,
        table: str,
        columns: Mapping[str, str],
        fids: Sequence[int],
        report: Report,
    ) -> None:
        self._connection, self._table, self._fids = connection, table, fids
        self._columns, self._report = columns, report
        joined = ", ".join(
            f"CAST(group_concat({quoted(name)}, '{SEPARATOR}') AS BLOB)"
            for name in columns.values()
        )
        self._joined = f"SELECT {joined} FROM {quoted(table)} WHERE {FID} BETWEEN ? AND ?"

    def blocks(self, ahead: ThreadPoolExecutor) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Yield the first row of each block with its cells, joined; the next is read meanwhile."""
        starts = range(0, len(self._fids), _ROWS)
        coming = ahead.submit(self._block, starts[0])
        for start, following in zip(starts, (*starts[1:], None), strict=True):
            block = coming.result()
            if following is not None:
                coming = ahead.submit(self._block, following)
            yield start, block

    def _bounds(self, first: int) -> tuple[int, int]:
        last = min(first + _ROWS, len(self._fids)) - 1
        return self._fids[first], self._fids[last]

    def _block(self, first: int) -> tuple[object, ...]:
        import apsw

        try:
            return next(self._connection.execute(self._joined, self._bounds(first)))
        except apsw.TooBigError:
            return (None,) * len(self._columns)

    def put(self, first: int, block: tuple[object, ...], gathered: Sequence[Gathered]) -> None:
        """Add a block to the columns."""
        low, high = self._bounds(first)
        count = min(_ROWS, len(self._fids) - first)
        for column, joined, cells in zip(self._columns, block, gathered, strict=True):
            try:
                if isinstance(joined, bytes) and cells.add(joined, count):
                    continue
            except UnicodeDecodeError:
                pass
            cells.add_cells(self._cells(column, low, high))

    def _cells(self, column: str, low: int, high: int) -> list[str]:
        """Return cells that cannot be joined, or may be no text, one by one."""
        name = quoted(self._columns[column])
        found = self._connection.execute(
            f"SELECT {FID}, typeof({name}), CAST({name} AS BLOB) FROM {quoted(self._table)} "
            f"WHERE {FID} BETWEEN ? AND ? ORDER BY {FID}",
            (low, high),
        )
        out = []
        for fid, kind, cell in found:
            text = (cell or b"").decode("utf-8", "replace")
            if text.encode() != (cell or b"") or kind == "blob":
                self._report.add("holds what is no text; see whether it is still meant so",
                                 self._table, fid, column)  # fmt: skip
            out.append(text)
        return out
