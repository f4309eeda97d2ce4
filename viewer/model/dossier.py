"""A dossier in memory: frozen tables, and the indexes that every view asks for.

Rows are addressed by position (``int``) inside the program and by id in files and selections.
Links between tables are kept in compressed sparse rows (`Links`), masks are boolean arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from viewer.errors import Problem
from viewer.model import dates
from viewer.model.about import ClaimsAbout
from viewer.model.arrays import Index, Mask
from viewer.model.columns import SHORT, Coded, Column, Each, Runs, dictionary, rows_in
from viewer.model.dates import Date
from viewer.model.derived import derived, take_over
from viewer.model.disputes import Dispute, Judge, Told, contested, find, superseded
from viewer.model.independence import several_voices
from viewer.model.links import Links
from viewer.model.schema import (
    ABOUT_TABLES,
    PRECISIONS,
    QUADS,
    REFERENCES,
    TABLES,
    Ref,
    split_list,
)
from viewer.model.table import Table
from viewer.model.values import Names

__all__ = ["Dossier", "Index", "Links", "Mask", "Table"]

MEMBERS = {"participants": "actor", "event_places": "place"}
"""Table that says who or what belongs to an event → the column that names it."""
NAMED = tuple(f"{t}.{c}" for t in ("actors", "places") for c in ("id", "name", "aliases"))
"""What the words of claims are understood by."""
TOLD = (
    *(f"claims.{name}" for name in ("about_kind", "about", "property", "value", "stance")),
    *(f"{name}.id" for name in ABOUT_TABLES.values()),
)
"""What claims say of what."""
JUDGED = (*TOLD, "claims.speaker", "claims.said", *NAMED)
"""What decides which claims contradict each other."""


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
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    @staticmethod
    def empty(title: str = "Untitled", problems: tuple[Problem, ...] = ()) -> Dossier:
        """Return a dossier without rows."""
        return Dossier(title, "", {name: Table.empty(name) for name in TABLES}, problems)

    # -- other editions ----------------------------------------------------------------------

    def with_tables(self, tables: Mapping[str, Table]) -> Dossier:
        """Return the dossier with other editions of some of its tables.

        References that are coded by ids follow these, by the keys of their rows; none may lead
        to a row that is gone. What was worked out of columns that stay is taken over.
        """
        after = {**self.tables, **tables}
        moved = {
            name: table.rows_since(self.tables[name])
            for name, table in tables.items()
            if "id" in table.columns and table["id"] is not self.tables[name]["id"]
        }
        for (name, cell), to in REFERENCES.items():
            cells, old = after[name][cell], self.tables[to]["id"]
            if to in moved and isinstance(cells, Coded | Runs) and cells.vocabulary is old:
                cells = cells.rebased(after[to]["id"], moved[to])
                after[name] = after[name].with_columns({cell: cells})
        out = replace(self, tables=after)
        take_over(out, self)
        return out

    def bare(self) -> Dossier:
        """Return the same dossier without what was worked out of it, which takes far more room."""
        return replace(self)

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

    def has(self, ref: Ref) -> bool:
        """Whether there is such a row; what was pointed at may be of another dossier."""
        return ref.id in self.tables[ref.table].row_of

    def ref(self, table: str, row: int) -> Ref:
        """Return the table and id of a row."""
        return Ref(table, self.tables[table]["id"][row])

    def name(self, ref: Ref) -> str:
        """Return what a row is called on the screen."""
        row = self.row(ref)
        table = self.tables[ref.table]
        for called in ("name", "title"):
            if called in table.columns:
                return table[called][row] or ref.id
        if ref.table == "relations":
            ends = [self._actor_name(table[c][row]) for c in ("source", "target")]
            return f"{ends[0]} – {ends[1]}"
        return ref.id

    def _actor_name(self, key: str) -> str:
        row = self.actors.row_of.get(key)
        return key if row is None else self.actors["name"][row] or key

    # -- arrays ------------------------------------------------------------------------------

    @property
    @derived("events.date")
    def event_dates(self) -> Each[Date]:
        """One date per event; the unreadable and the absent are `dates.UNKNOWN`."""
        return self.events["date"].each(dates.parse_or_unknown)

    @property
    @derived("events.date")
    def event_bounds(self) -> NDArray[np.float64]:
        """Earliest and latest moment of each event in days, shape (n, 2).

        Day 0 begins at 1970-01-01; the second bound is the end of the last possible day.
        Open and unknown ends are infinite; an event without a date has NaN.
        """
        return _bounds(self.event_dates)

    @property
    @derived("relations.date")
    def relation_dates(self) -> Each[Date]:
        """One date or interval per relation."""
        return self.relations["date"].each(dates.parse_or_unknown)

    @property
    @derived("relations.date")
    def relation_bounds(self) -> NDArray[np.float64]:
        """As `event_bounds`; a relation without a date holds always."""
        bounds = _bounds(self.relation_dates)
        bounds[np.isnan(bounds[:, 0]), 0] = -np.inf
        bounds[np.isnan(bounds[:, 1]), 1] = np.inf
        return bounds

    @property
    @derived("events.quad")
    def event_quads(self) -> NDArray[np.int8]:
        """Position in `schema.QUADS` of each event, -1 where there is none."""
        return _codes(self.events["quad"], QUADS)

    @property
    @derived("relations.quad")
    def relation_quads(self) -> NDArray[np.int8]:
        """Position in `schema.QUADS` of each relation, -1 where there is none."""
        return _codes(self.relations["quad"], QUADS)

    @property
    @derived("places.lon", "places.lat")
    def place_lonlat(self) -> NDArray[np.float64]:
        """Longitude and latitude of each place in degrees (EPSG:4326), NaN where not known."""
        lon, lat = (
            [float(cell) if cell else np.nan for cell in self.places[axis]]
            for axis in ("lon", "lat")
        )
        return np.column_stack((lon, lat)).astype(np.float64).reshape(-1, 2)

    @property
    @derived("places.precision")
    def place_precision(self) -> NDArray[np.int8]:
        """Position in `schema.PRECISIONS` of each place; unknown words count as ``unknown``."""
        codes = _codes(self.places["precision"], PRECISIONS)
        return np.where(codes < 0, PRECISIONS.index("unknown"), codes).astype(np.int8)

    # -- links -------------------------------------------------------------------------------

    def rows(self, table: str, name: str) -> Index:
        """Return the row that each cell of a column of references leads to, -1 for none.

        They may be narrow integers: widen them before any arithmetic.

        Parameters
        ----------
        table, name : str
            One of `schema.REFERENCES`.
        """
        return self._led(self.tables[table][name], REFERENCES[table, name])

    def _led(self, cells: Column, table: str) -> Index:
        to = self.tables[table]
        if cells.vocabulary is to["id"]:
            return cells.codes
        words = len(cells.vocabulary)
        return rows_in(
            cells, {} if not words else to.row_of if words <= SHORT else dictionary(to["id"])
        )

    def _linked(self, table: str) -> Links:
        """Return event → whom or what a table names for it."""
        events, name = self.tables[table]["event"], MEMBERS[table]
        size = len(self.tables[REFERENCES[table, name]])
        rows = self.rows(table, "event")
        found = Links.from_pairs(rows, self.rows(table, name), len(self.events), size)
        if self._in_order(events) and len(found.targets) == len(events):
            # Nothing was left out: both may go by the same array.
            return Links(events.starts, found.targets, size)
        return found

    @property
    @derived("events.id", "places.id", "event_places.event", "event_places.place")
    def places_of_event(self) -> Links:
        """Event → places, in file order."""
        return self._linked("event_places")

    @property
    @derived("events.id", "actors.id", "participants.event", "participants.actor")
    def actors_of_event(self) -> Links:
        """Event → participants, in file order."""
        return self._linked("participants")

    def entries_of_event(self, table: str) -> Links:
        """Return event → its rows of a table of `MEMBERS`, in file order."""
        every = np.arange(len(self.tables[table]), dtype=np.int32)
        events = self.tables[table]["event"]
        if self._in_order(events):
            return Links(events.starts, every, len(every))
        return Links.from_pairs(self.rows(table, "event"), every, len(self.events), len(every))

    def _in_order(self, cells: Column) -> TypeGuard[Runs]:
        """Whether a column of events stands in the order of the events."""
        return isinstance(cells, Runs) and cells.vocabulary is self.events["id"]

    @property
    @derived("events.id", "event_places.event", "participants.event")
    def _entries(self) -> Mapping[str, Links]:
        return {table: self.entries_of_event(table) for table in MEMBERS}

    def roles(self, table: str, event: int) -> dict[str, list[int]]:
        """Return role → rows of actors or places of an event, each once for a role.

        Parameters
        ----------
        table : str
            One of `MEMBERS`.
        event : int
            Row of the event.
        """
        cells, words = self.tables[table][MEMBERS[table]], self.tables[table]["role"]
        known = self.tables[REFERENCES[table, MEMBERS[table]]].row_of
        events = self.tables[table]["event"]
        entries: Iterable[int]
        if self._in_order(events):
            entries = range(*events.starts[event : event + 2].tolist())
        else:
            entries = self._entries[table].of(event).tolist()
        out: dict[str, dict[int, None]] = {}
        for entry in entries:
            held = out.setdefault(words[entry], {})
            if (row := known.get(cells[entry])) is not None:
                held[row] = None
        return {role: list(held) for role, held in out.items()}

    @property
    @derived("actors.id", "relations.source", "relations.target")
    def relation_ends(self) -> Index:
        """Source and target actor row of each relation, shape (n, 2)."""
        ends = (self.rows("relations", side) for side in ("source", "target"))
        return np.column_stack(tuple(ends)).astype(np.intp).reshape(-1, 2)

    @property
    @derived("actors.id", "relations.source", "relations.target")
    def actors_of_relation(self) -> Links:
        """Relation → its ends, the source first."""
        ends = self.relation_ends
        owners = np.repeat(np.arange(len(ends)), 2)
        return Links.from_pairs(owners, ends.ravel(), len(ends), len(self.actors))

    @property
    @derived("claims.about_kind", "claims.about", *(f"{t}.id" for t in ABOUT_TABLES.values()))
    def claims_about(self) -> ClaimsAbout:
        """Row → its claims, in file order."""
        about, kinds = self.claims["about"], self.claims["about_kind"]
        claims = np.arange(len(about))
        links = {}
        for kind, name in ABOUT_TABLES.items():
            meant = kinds.each(kind.__eq__).array(np.bool_)
            rows = np.where(meant, self._led(about, name), -1) if meant.any() else claims[:0]
            of = claims if len(rows) else rows
            links[name] = Links.from_pairs(rows, of, len(self.tables[name]), len(about))
        tables = {name: self.tables[name] for name in links}
        return ClaimsAbout(
            links,
            {name: table.row_of for name, table in tables.items()},
            {name: table["id"] for name, table in tables.items()},
        )

    @property
    @derived("events.id", "sources.id", "claims.about_kind", "claims.about", "claims.source")
    def sources_of_event(self) -> Links:
        """Event → sources that make a claim about it."""
        claims = self.claims_about.of("events")
        owners = np.repeat(np.arange(len(claims)), claims.counts)
        sources = self.rows("claims", "source")[claims.targets]
        return Links.from_pairs(owners, sources, len(self.events), len(self.sources))

    @property
    @derived("places.id", "places.within")
    def place_ancestors(self) -> Links:
        """Place → itself and the places it lies within."""
        within = self.rows("places", "within").tolist()
        places, around = list[int](), list[int]()
        for row in range(len(within)):
            at, seen = row, set[int]()
            # Places may lie within each other in a ring.
            while at >= 0 and at not in seen:
                seen.add(at)
                places.append(row)
                around.append(at)
                at = within[at]
        pairs = np.array((places, around), dtype=np.int32)
        return Links.from_pairs(pairs[0], pairs[1], len(within), len(within))

    # -- evidence ----------------------------------------------------------------------------

    @property
    @derived(*NAMED)
    def names(self) -> Names:
        """What actors and places are called, for values that name one of them."""
        return Names((self.actors.columns, self.places.columns))

    @property
    @derived(*TOLD)
    def contested(self) -> tuple[Told, ...]:
        """Every property of which claims say different things."""
        return contested(self.claims, self.claims_about)

    @property
    @derived(*NAMED)
    def judge(self) -> Judge:
        """Tells which claims contradict each other."""
        return Judge(self.names)

    @property
    @derived(*JUDGED)
    def superseded(self) -> dict[int, int]:
        """Claim → the latest word of the same speaker that replaces it."""
        return superseded(self.claims, self.contested, self.judge)

    @property
    @derived(*JUDGED)
    def disputes(self) -> tuple[Dispute, ...]:
        """Every property that is disputed, found by rule from the claims."""
        return find(self.claims, self.claims_about, self.contested, self.judge, self.superseded)

    @property
    @derived(*JUDGED)
    def disputed(self) -> dict[Ref, tuple[Dispute, ...]]:
        """Row → its disputes."""
        out: dict[Ref, list[Dispute]] = {}
        for dispute in self.disputes:
            out.setdefault(dispute.about, []).append(dispute)
        return {ref: tuple(found) for ref, found in out.items()}

    @property
    @derived(*JUDGED, "events.id", "claims.source", "sources")
    def event_support(self) -> NDArray[np.int8]:
        """Position in `schema.SUPPORTS` of each event.

        An event is disputed where any of its properties is; else it is told by several where
        two of its sources are independent of each other (see `independence`), by one, or by none.
        """
        told = np.diff(self.sources_of_event.starts)
        several = several_voices(self.sources.columns, self.sources_of_event)
        support = np.where(several, 0, np.where(told > 0, 1, 3)).astype(np.int8)
        claims = [each.claims[0] for each in self.disputes if each.about.table == "events"]
        support[self._led(self.claims["about"], "events")[claims]] = 2
        return support

    def aliases(self, ref: Ref) -> tuple[str, ...]:
        """Return the other names of an actor or place."""
        return split_list(self.tables[ref.table]["aliases"][self.row(ref)])


def _codes(cells: Column, words: tuple[str, ...]) -> NDArray[np.int8]:
    positions = {word: position for position, word in enumerate(words)}
    return cells.each(lambda cell: positions.get(cell, -1)).array(np.int8)


def _bounds(known: Each[Date]) -> NDArray[np.float64]:
    """Return earliest and latest moment of each date, each of the two in one piece."""
    bounds = dates.bounds_array(known.values)
    return np.stack((bounds[known.codes, 0], bounds[known.codes, 1])).T
