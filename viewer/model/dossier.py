"""A dossier in memory: frozen tables, and the indexes that every view asks for.

Rows are addressed by position (``int``) inside the program and by id in files and selections.
Links between tables are kept in compressed sparse rows (`Links`), masks are boolean arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.errors import Problem
from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.disputes import Dispute, find
from viewer.model.schema import ABOUT_TABLES, PRECISIONS, QUADS, TABLES, Ref, split_list

Mask = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Table:
    """One table: columns of text, all of one length.

    Parameters
    ----------
    name : str
        One of `schema.TABLES`.
    columns : mapping of str to tuple of str
        Schema columns first, extra columns after them, in file order.
    lines : tuple of int
        Line of the file each row came from, the header being line 1.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, column: str) -> tuple[str, ...]:
        return self.columns[column]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Id → row, for the tables that have ids; the first of two equal ids wins."""
        ids = self.columns.get("id", ())
        # From the end, so that the first row of an id is the one that stays.
        return dict(zip(reversed(ids), range(len(ids) - 1, -1, -1), strict=True))

    def row(self, position: int) -> dict[str, str]:
        """Return one row as column → cell."""
        return {name: cells[position] for name, cells in self.columns.items()}

    @staticmethod
    def empty(name: str) -> Table:
        """Return a table without rows."""
        return Table(name, dict.fromkeys(TABLES[name], ()))


@dataclass(frozen=True, eq=False)
class Links:
    """Which rows of one table belong to each row of another, as compressed sparse rows.

    Parameters
    ----------
    starts : ndarray of intp, shape (n + 1,)
        Row ``i`` owns ``targets[starts[i]:starts[i + 1]]``.
    targets : ndarray of intp
        Rows of the other table.
    size : int
        Number of rows of the other table.
    """

    starts: Index
    targets: Index
    size: int

    @staticmethod
    def from_pairs(pairs: Iterable[tuple[int, int]], rows: int, size: int) -> Links:
        """Build links from (row, target) pairs; order and first occurrence are kept."""
        array = np.array(list(dict.fromkeys(pairs)), dtype=np.intp).reshape(-1, 2)
        array = array[np.argsort(array[:, 0], kind="stable")]
        starts = np.searchsorted(array[:, 0], np.arange(rows + 1)).astype(np.intp)
        return Links(starts, np.ascontiguousarray(array[:, 1]), size)

    def of(self, row: int) -> Index:
        """Return the rows linked to `row`."""
        return self.targets[self.starts[row] : self.starts[row + 1]]

    def reach(self, mask: Mask) -> Mask:
        """Return the mask of the other table's rows linked to any row of `mask`."""
        chosen = np.repeat(mask, np.diff(self.starts))
        out = np.zeros(self.size, dtype=bool)
        out[self.targets[chosen]] = True
        return out

    @cached_property
    def reverse(self) -> Links:
        """The same links seen from the other table."""
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.targets, kind="stable")
        starts = np.searchsorted(self.targets[order], np.arange(self.size + 1)).astype(np.intp)
        return Links(starts, owners[order].astype(np.intp), len(self.starts) - 1)


@dataclass(frozen=True, eq=False)
class Dossier:
    """One body of material.

    Parameters
    ----------
    title : str
        Shown in the title bar.
    path : str
        Where it was read from; empty for one that was never saved.
    tables : mapping of str to Table
        All tables of `schema.TABLES`; a table without rows is empty, not absent.
    problems : tuple of Problem
        What reading found wrong; the sound rows are in the tables all the same.
    description : str
        A sentence or two on what the dossier is about.
    """

    title: str
    path: str
    tables: Mapping[str, Table]
    problems: tuple[Problem, ...] = ()
    description: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    @staticmethod
    def empty(title: str = "Untitled", problems: tuple[Problem, ...] = ()) -> Dossier:
        """Return a dossier without rows."""
        return Dossier(title, "", {name: Table.empty(name) for name in TABLES}, problems)

    # -- tables ------------------------------------------------------------------------------

    @property
    def actors(self) -> Table:
        """Who deals."""
        return self.tables["actors"]

    @property
    def places(self) -> Table:
        """Where."""
        return self.tables["places"]

    @property
    def events(self) -> Table:
        """What happened, with a date."""
        return self.tables["events"]

    @property
    def relations(self) -> Table:
        """Lasting ties between two actors."""
        return self.tables["relations"]

    @property
    def sources(self) -> Table:
        """Documents."""
        return self.tables["sources"]

    @property
    def claims(self) -> Table:
        """What the sources assert."""
        return self.tables["claims"]

    def row(self, ref: Ref) -> int:
        """Return the row of `ref`; raise KeyError when there is none."""
        return self.tables[ref.table].row_of[ref.id]

    def ref(self, table: str, row: int) -> Ref:
        """Return the table and id of a row."""
        return Ref(table, self.tables[table]["id"][row])

    def name(self, ref: Ref) -> str:
        """Return what a row is called on the screen."""
        row = self.row(ref)
        table = self.tables[ref.table]
        for column in ("name", "title"):
            if column in table.columns:
                return table[column][row] or ref.id
        if ref.table == "relations":
            ends = [self._actor_name(table[c][row]) for c in ("source", "target")]
            return f"{ends[0]} – {ends[1]}"
        return ref.id

    def _actor_name(self, key: str) -> str:
        row = self.actors.row_of.get(key)
        return key if row is None else self.actors["name"][row]

    # -- arrays ------------------------------------------------------------------------------

    @cached_property
    def event_dates(self) -> tuple[Date, ...]:
        """One date per event; the unreadable and the absent are `dates.UNKNOWN`."""
        return tuple(dates.parse_or_unknown(cell) for cell in self.events["date"])

    @cached_property
    def event_bounds(self) -> NDArray[np.float64]:
        """Earliest and latest moment of each event in days, shape (n, 2).

        Day 0 begins at 1970-01-01; the second bound is the end of the last possible day.
        Open and unknown ends are infinite; an event without a date has NaN.
        """
        return dates.bounds_array(self.event_dates)

    @cached_property
    def relation_dates(self) -> tuple[Date, ...]:
        """One date or interval per relation."""
        return tuple(dates.parse_or_unknown(cell) for cell in self.relations["date"])

    @cached_property
    def relation_bounds(self) -> NDArray[np.float64]:
        """As `event_bounds`; a relation without a date holds always."""
        bounds = dates.bounds_array(self.relation_dates)
        bounds[np.isnan(bounds[:, 0]), 0] = -np.inf
        bounds[np.isnan(bounds[:, 1]), 1] = np.inf
        return bounds

    @cached_property
    def event_quads(self) -> NDArray[np.int8]:
        """Position in `schema.QUADS` of each event, -1 where there is none."""
        return _codes(self.events["quad"], QUADS)

    @cached_property
    def relation_quads(self) -> NDArray[np.int8]:
        """Position in `schema.QUADS` of each relation, -1 where there is none."""
        return _codes(self.relations["quad"], QUADS)

    @cached_property
    def place_lonlat(self) -> NDArray[np.float64]:
        """Longitude and latitude of each place in degrees (EPSG:4326), NaN where not known."""
        out = np.full((len(self.places), 2), np.nan)
        for axis, column in enumerate(("lon", "lat")):
            for row, cell in enumerate(self.places[column]):
                if cell:
                    out[row, axis] = float(cell)
        return out

    @cached_property
    def place_precision(self) -> NDArray[np.int8]:
        """Position in `schema.PRECISIONS` of each place; unknown words count as ``unknown``."""
        codes = _codes(self.places["precision"], PRECISIONS)
        return np.where(codes < 0, PRECISIONS.index("unknown"), codes).astype(np.int8)

    # -- links -------------------------------------------------------------------------------

    def _pairs(self, table: str, left: str, right: str) -> Iterable[tuple[int, int]]:
        rows = self.tables[table]
        left_rows = self.tables[{"event": "events"}[left]].row_of
        right_rows = self.tables[right + "s"].row_of
        for a, b in zip(rows[left], rows[right], strict=True):
            if a in left_rows and b in right_rows:
                yield left_rows[a], right_rows[b]

    @cached_property
    def places_of_event(self) -> Links:
        """Event → places, in file order."""
        pairs = self._pairs("event_places", "event", "place")
        return Links.from_pairs(pairs, len(self.events), len(self.places))

    @cached_property
    def actors_of_event(self) -> Links:
        """Event → participants, in file order."""
        pairs = self._pairs("participants", "event", "actor")
        return Links.from_pairs(pairs, len(self.events), len(self.actors))

    @cached_property
    def relation_ends(self) -> Index:
        """Source and target actor row of each relation, shape (n, 2)."""
        rows = self.actors.row_of
        pairs = zip(self.relations["source"], self.relations["target"], strict=True)
        return np.array([(rows[a], rows[b]) for a, b in pairs], dtype=np.intp).reshape(-1, 2)

    @cached_property
    def claims_about(self) -> dict[Ref, tuple[int, ...]]:
        """Row → its claims, in file order."""
        out: dict[Ref, list[int]] = {}
        claims = self.claims
        for row, (kind, about) in enumerate(
            zip(claims["about_kind"], claims["about"], strict=True)
        ):
            if kind in ABOUT_TABLES:
                out.setdefault(Ref(ABOUT_TABLES[kind], about), []).append(row)
        return {ref: tuple(rows) for ref, rows in out.items()}

    @cached_property
    def sources_of_event(self) -> Links:
        """Event → sources that make a claim about it."""
        claims, source_rows = self.claims, self.sources.row_of

        def pairs() -> Iterable[tuple[int, int]]:
            for ref, rows in self.claims_about.items():
                if ref.table == "events" and ref.id in self.events.row_of:
                    event = self.events.row_of[ref.id]
                    for claim in rows:
                        source = source_rows.get(claims["source"][claim])
                        if source is not None:
                            yield event, source

        return Links.from_pairs(pairs(), len(self.events), len(self.sources))

    @cached_property
    def place_ancestors(self) -> Links:
        """Place → itself and the places it lies within."""
        rows = self.places.row_of
        within = self.places["within"]

        def pairs() -> Iterable[tuple[int, int]]:
            for row in range(len(self.places)):
                at, seen = row, set[int]()
                while at not in seen:
                    seen.add(at)
                    yield row, at
                    at = rows.get(within[at], at)

        return Links.from_pairs(pairs(), len(self.places), len(self.places))

    # -- evidence ----------------------------------------------------------------------------

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """Every property that is disputed, found by rule from the claims."""
        return find(self.claims.columns, self.claims_about)

    @cached_property
    def disputed(self) -> dict[Ref, tuple[Dispute, ...]]:
        """Row → its disputes."""
        out: dict[Ref, list[Dispute]] = {}
        for dispute in self.disputes:
            out.setdefault(dispute.about, []).append(dispute)
        return {ref: tuple(found) for ref, found in out.items()}

    @cached_property
    def event_support(self) -> NDArray[np.int8]:
        """Position in `schema.SUPPORTS` of each event."""
        counts = np.diff(self.sources_of_event.starts)
        support = np.where(counts > 1, 0, np.where(counts == 1, 1, 3)).astype(np.int8)
        for ref in self.disputed:
            if ref.table == "events" and ref.id in self.events.row_of:
                support[self.events.row_of[ref.id]] = 2
        return support

    def aliases(self, ref: Ref) -> tuple[str, ...]:
        """Return the other names of an actor or place."""
        return split_list(self.tables[ref.table]["aliases"][self.row(ref)])


def _codes(cells: tuple[str, ...], words: tuple[str, ...]) -> NDArray[np.int8]:
    positions = {word: position for position, word in enumerate(words)}
    return np.array([positions.get(cell, -1) for cell in cells], dtype=np.int8)
