"""The rows of a dossier's tables, read out of SQLite block by block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from viewer.formats.geopackage.cells import SEPARATOR, Gathered, Ids
from viewer.formats.geopackage.profile import FID, quoted
from viewer.model.arrays import Numbers
from viewer.model.dossier import Table
from viewer.model.report import Report
from viewer.model.schema import REFERENCES, TABLES
from viewer.progress import Progress

if TYPE_CHECKING:
    import apsw

_ROWS = 1 << 15
"""Rows that are read at once."""
_IN_ORDER = (
    "sources", "actors", "places", "events", "relations", "event_places", "participants", "claims",
)  # fmt: skip
"""Tables, those that others refer to first."""


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
            cells = {}
            for column, one in zip(columns[name], gathered, strict=True):
                if column == "id":
                    ids[name] = one.ids()
                cells[column] = ids[name].ids if column == "id" else one.column()
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
    table = quoted(table)
    # One question each: SQLite looks up the ends of a table only when asked for nothing else.
    count, low, high = next(
        connection.execute(
            f"SELECT (SELECT count(*) FROM {table}), (SELECT min({FID}) FROM {table}), "
            f"(SELECT max({FID}) FROM {table})"
        )
    )
    if not count:
        return ()
    if high - low + 1 == count:
        return range(low, high + 1)
    found = connection.execute(f"SELECT {FID} FROM {table} ORDER BY {FID}")
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
            f"CAST(group_concat(coalesce({quoted(name)}, ''), '{SEPARATOR}') AS BLOB)"
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
