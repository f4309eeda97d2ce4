"""One table of a dossier, and the next edition of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from viewer.model.arrays import Index, Mask, Numbers, dropped, row_type
from viewer.model.columns import SHORT, Column, Rows, Short, column, rows_by_id
from viewer.model.schema import TABLES


@dataclass(frozen=True, eq=False)
class Table:
    """One table: columns of text, all of one length.

    Parameters
    ----------
    name : str
        One of `schema.TABLES`.
    columns : mapping of str to sequence of str
        Schema columns first, extra columns after them, in file order; each is kept as a `Column`.
    lines : sequence of int
        Line of the file each row came from, the header being line 1; 0 for a row added since.
    keys : sequence of int
        Number of each row, rising. A row keeps it while others come and go, so that two editions
        of a table can be held against each other. Not given: 1, 2, 3, …
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int] = ()
    keys: Sequence[int] = ()

    def __post_init__(self) -> None:
        kept = {name: column(cells) for name, cells in self.columns.items()}
        object.__setattr__(self, "columns", kept)
        if not len(self.keys):
            object.__setattr__(self, "keys", range(1, len(self) + 1))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Column:
        return column(self.columns[name])

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Id → row, for the tables that have ids; the first of two equal ids wins."""
        return rows_by_id(column(self.columns.get("id", ())))

    def row(self, position: int) -> dict[str, str]:
        """Return one row as column → cell."""
        return {name: cells[position] for name, cells in self.columns.items()}

    def position(self, key: int) -> int | None:
        """Return where the row with a key stands, None where it is gone."""
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def take(self, rows: Mask | Index) -> Table:
        """Return the table of some of its rows, by mask or by rising positions."""
        columns = {name: self[name].take(rows) for name in self.columns}
        lines = Numbers(Numbers.of(self.lines)[rows]) if len(self.lines) else ()
        return Table(self.name, columns, lines, Numbers(Numbers.of(self.keys)[rows]))

    @staticmethod
    def empty(name: str) -> Table:
        """Return a table without rows."""
        return Table(name, dict.fromkeys(TABLES[name], ()))

    def with_columns(self, columns: Mapping[str, Sequence[str]]) -> Table:
        """Return the table with some of its columns replaced; its rows stay what they are."""
        out = replace(self, columns={**self.columns, **columns})
        if "id" not in columns and "row_of" in self.__dict__:
            out.__dict__["row_of"] = self.row_of
        return out

    # -- editing -----------------------------------------------------------------------------

    def with_row(self, row: int, cells: Mapping[str, str]) -> Table:
        """Return the table with other cells in one row; a column it has not is added."""
        changed = {
            name: self._column(name).with_cells(np.array([row]), cell)
            for name, cell in cells.items()
            if name not in self.columns or self[name][row] != cell
        }
        out = self.with_columns(changed)
        if "id" in changed and isinstance(known := self._known, Rows):
            out.__dict__["row_of"] = known.with_cell(changed["id"], row)
        return out

    def with_more(self, rows: Sequence[Mapping[str, str]]) -> Table:
        """Return the table with further rows at its end, which get the next keys.

        Cells not given are empty; a column it has not is added.
        """
        names = dict.fromkeys((*self.columns, *(name for row in rows for name in row)))
        columns = {
            name: _suited(self._column(name).with_more([row.get(name, "") for row in rows]))
            for name in names
        }
        lines: Sequence[int] = ()
        if len(self.lines):
            lines = Numbers(np.append(Numbers.of(self.lines), [0] * len(rows)))
        out = Table(self.name, columns, lines, _with_next(self.keys, len(rows)))
        if isinstance(known := self._known, Rows):
            out.__dict__["row_of"] = known.with_more(columns["id"])
        return out

    def without(self, rows: Index) -> Table:
        """Return the table without some rows, given by rising positions."""
        if not len(rows):
            return self
        columns = {name: self[name].without(rows) for name in self.columns}
        lines = Numbers(dropped(Numbers.of(self.lines), rows)) if len(self.lines) else ()
        out = Table(self.name, columns, lines, Numbers(dropped(Numbers.of(self.keys), rows)))
        if isinstance(known := self._known, Rows):
            out.__dict__["row_of"] = known.without(columns["id"], rows)
        return out

    @property
    def _known(self) -> Mapping[str, int] | None:
        """Return `row_of` where it was worked out."""
        return self.__dict__.get("row_of")

    def _column(self, name: str) -> Column:
        return self[name] if name in self.columns else column(("",) * len(self))

    def rows_since(self, before: Table) -> Index | None:
        """Return where each row of an older edition stands, -1 for one that is gone.

        None: every one of them stands where it stood.
        """
        old, new = before.keys, self.keys
        ranges = isinstance(old, range) and isinstance(new, range)
        if old is new or (ranges and new[: len(old)] == old):
            return None
        now = Numbers.of(new)
        if isinstance(old, range) and old.step == 1:
            kept = now[: int(np.searchsorted(now, old.stop))] - old.start
            moved = np.full(len(old), -1, dtype=row_type(len(now)))
            moved[kept] = np.arange(len(kept))
            return moved
        was = Numbers.of(old)
        if len(now) >= len(was) and np.array_equal(now[: len(was)], was):
            return None
        places = np.full(max(was.max(initial=0), now.max(initial=0)) + 1, -1)
        places[now] = np.arange(len(now))
        return places[was]


def _suited(cells: Column) -> Column:
    """Return a column that has grown, held in the way that suits its size."""
    return column(tuple(cells)) if isinstance(cells, Short) and len(cells) > SHORT else cells


def _with_next(keys: Sequence[int], count: int) -> Sequence[int]:
    """Return keys with so many further ones, each one above the last."""
    first = keys[-1] + 1 if len(keys) else 1
    if isinstance(keys, range) and keys.step == 1:
        return range(keys.start if len(keys) else 1, first + count)
    return Numbers(np.append(Numbers.of(keys), range(first, first + count)))
