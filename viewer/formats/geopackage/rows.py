"""The rows of a dossier's tables, out of the pages of a file or out of SQLite, piece by piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from viewer.formats.geopackage.cells import Gathered, Ids
from viewer.formats.geopackage.leaves import Leaves, Ordinary
from viewer.formats.geopackage.profile import FID, quoted
from viewer.formats.geopackage.words import SEPARATOR, Block
from viewer.model.arrays import Index, Numbers
from viewer.model.dossier import Table
from viewer.model.report import Report
from viewer.model.schema import REFERENCES, TABLES
from viewer.progress import Progress

if TYPE_CHECKING:
    import apsw

    from viewer.formats.geopackage.content import Content

_ROWS = 1 << 15
"""Rows that SQLite is asked for at once."""
_AHEAD = 3
"""Pieces that are read while one is being put together."""
_IN_ORDER = (
    "sources", "actors", "places", "events", "relations", "event_places", "participants", "claims",
)  # fmt: skip
"""Tables, those that others refer to first."""
Blocks = Sequence[Block | None]
"""Cells by column; None: to be asked for one by one."""
Piece = tuple[Index, Blocks]
"""The numbers of some rows in a row, and their cells."""


def read_tables(
    connection: apsw.Connection,
    columns: Mapping[str, Mapping[str, str]],
    progress: Progress,
    report: Report,
    content: Content | None = None,
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
    content : Content, optional
        The file itself, which is quicker to read than by asking SQLite for it.

    Raises
    ------
    ValueError
        The rows do not add up.
    """
    out = {name: Table(name, dict.fromkeys(columns[name], ())) for name in TABLES}
    readers = {name: _Reading(connection, name, columns[name], report, content) for name in TABLES}
    filled = [name for name in _IN_ORDER if readers[name].count]
    gathered = {
        name: {
            column: Gathered(REFERENCES.get((name, column)) in filled[:nth], column == "id")
            for column in columns[name]
        }
        for nth, name in enumerate(filled)
    }
    ids: dict[str, Ids] = {}
    whole = max(sum(reader.count for reader in readers.values()), 1)
    done = 0
    with ThreadPoolExecutor(1, "entente-rows") as apart:
        pieces = _ahead(filled, readers, gathered, apart)
        for name, of_table in groupby(pieces, key=itemgetter(0)):
            cells, found = gathered[name], []
            for column, one in cells.items():
                if one.leads:
                    one.lead(ids[REFERENCES[name, column]])
            for _, (fids, blocks) in of_table:
                readers[name].put(fids, blocks, cells.values())
                found.append(fids)
                done += len(fids)
                progress(0.8 * done / whole)
            if "id" in cells:
                ids[name] = cells["id"].ids()
            made = {c: ids[name].ids if c == "id" else one.column() for c, one in cells.items()}
            keys = _keys(found, readers[name].count)
            out[name] = Table(name, made, keys, keys)
            del gathered[name]
    return out


def _ahead(
    names: Iterable[str],
    readers: Mapping[str, _Reading],
    gathered: Mapping[str, Mapping[str, Gathered]],
    apart: Executor,
) -> Iterator[tuple[str, Piece]]:
    """Yield the pieces of tables, those that come next being read meanwhile."""

    def read() -> tuple[str, Piece] | None:
        found = next(pieces, None)
        if found is not None:
            name, (_, blocks) = found
            for cells, block in zip(gathered[name].values(), blocks, strict=True):
                if block is not None:
                    cells.foresee(block)
        return found

    pieces = ((name, piece) for name in names for piece in readers[name].pieces())
    coming = deque(apart.submit(read) for _ in range(_AHEAD))
    while (found := coming.popleft().result()) is not None:
        coming.append(apart.submit(read))
        yield found


class _Reading:
    """One table being read, piece by piece."""

    def __init__(
        self,
        connection: apsw.Connection,
        table: str,
        columns: Mapping[str, str],
        report: Report,
        content: Content | None,
    ) -> None:
        self._connection, self._table = connection, table
        self._columns, self._report = columns, report
        self._leaves = None if content is None else _leaves(connection, table, columns, content)
        self._fids = _fids(connection, table) if self._leaves is None else ()
        self.count = len(self._fids if self._leaves is None else self._leaves)
        joined = ", ".join(
            f"CAST(group_concat(coalesce({quoted(name)}, ''), '{SEPARATOR}') AS BLOB)"
            for name in columns.values()
        )
        self._joined = f"SELECT {joined} FROM {quoted(table)} WHERE {FID} BETWEEN ? AND ?"

    def pieces(self) -> Iterator[Piece]:
        """Yield the rows with their cells, as far as these come together."""
        if self._leaves is None:
            for first in range(0, self.count, _ROWS):
                yield self._asked(Numbers.of(self._fids[first : first + _ROWS]))
            return
        for piece in self._leaves.pieces():
            if isinstance(piece, Ordinary):
                yield piece.fids, piece.blocks
            else:
                yield self._asked(_between(self._connection, self._table, *piece.bounds))

    def _asked(self, fids: Index) -> Piece:
        """Return rows as SQLite has them."""
        import apsw

        try:
            bounds = int(fids[0]), int(fids[-1])
            joined = next(self._connection.execute(self._joined, bounds))
        except apsw.TooBigError:
            return fids, (None,) * len(self._columns)
        return fids, [Block.of(cells, len(fids)) for cells in joined]

    def put(self, fids: Index, blocks: Blocks, gathered: Collection[Gathered]) -> None:
        """Add rows to the columns."""
        for column, block, cells in zip(self._columns, blocks, gathered, strict=True):
            with suppress(UnicodeDecodeError):
                if block is not None:
                    cells.add(block)
                    continue
            cells.add_cells(self._cells(column, int(fids[0]), int(fids[-1])))

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


# -- which rows there are ----------------------------------------------------------------------


def _leaves(
    connection: apsw.Connection, table: str, columns: Mapping[str, str], content: Content
) -> Leaves | None:
    """Return the leaves of a table of a file, None where what is wrong is for SQLite to say."""
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).get
    geometry = (False,) * (table == "places")
    with suppress(ValueError):
        return Leaves(content, root, (*geometry, *(True for _ in columns)))
    return None


def _fids(connection: apsw.Connection, table: str) -> Sequence[int]:
    """Return the number of every row, rising."""
    name = quoted(table)
    # One question each: SQLite looks up the ends of a table only when asked for nothing else.
    count, low, high = next(
        connection.execute(
            f"SELECT (SELECT count(*) FROM {name}), (SELECT min({FID}) FROM {name}), "
            f"(SELECT max({FID}) FROM {name})"
        )
    )
    if not count:
        return ()
    if high - low + 1 == count:
        return range(low, high + 1)
    return Numbers(_between(connection, table, low, high))


def _between(connection: apsw.Connection, table: str, low: int, high: int) -> Index:
    """Return the numbers of some rows, rising; there is at least one."""
    found = connection.execute(
        f"SELECT {FID} FROM {quoted(table)} WHERE {FID} BETWEEN ? AND ? ORDER BY {FID}", (low, high)
    )
    fids = np.fromiter((fid for (fid,) in found), np.int64)
    if not len(fids):
        raise ValueError("rows are missing")
    return fids


def _keys(found: Sequence[Index], count: int) -> Sequence[int]:
    """Return the numbers of all rows.

    Raises
    ------
    ValueError
        There are too few, or they are out of order.
    """
    fids = np.concatenate(found)
    if len(fids) != count or not (fids[1:] > fids[:-1]).all():
        raise ValueError("rows are missing or out of order")
    low, high = int(fids[0]), int(fids[-1])
    return range(low, high + 1) if high - low + 1 == count else Numbers(fids)
