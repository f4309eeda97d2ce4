"""What tells two editions of a dossier apart, by the keys of their rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index, Numbers
from viewer.model.columns import Coded, Column, Runs, Short, Texts
from viewer.model.dossier import Dossier, Table
from viewer.model.schema import REFERENCES, TABLES

Keys = NDArray[np.int64]

NOUNS = {
    "actors": ("actor", "actors"),
    "places": ("place", "places"),
    "events": ("event", "events"),
    "event_places": ("place of an event", "places of events"),
    "participants": ("participant", "participants"),
    "relations": ("relationship", "relationships"),
    "sources": ("source", "sources"),
    "claims": ("claim", "claims"),
}
"""Table → what one of its rows is called, and what several are."""

_MANY = 2000
"""Rows up to which it is quicker to look them up one by one."""
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class TableDifference:
    """What tells two editions of a table apart.

    Parameters
    ----------
    added, removed, changed : ndarray of int64
        Keys, rising: of rows only the later edition has, only the earlier one has, and whose
        cells differ.
    columns : bool
        Whether their columns are others.
    """

    added: Keys = field(default_factory=_NONE.copy)
    removed: Keys = field(default_factory=_NONE.copy)
    changed: Keys = field(default_factory=_NONE.copy)
    columns: bool = False

    def __bool__(self) -> bool:
        return bool(len(self.added) or len(self.removed) or len(self.changed) or self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What tells two editions of a dossier apart.

    Parameters
    ----------
    tables : mapping of str to TableDifference
        Only those that differ.
    about : bool
        Whether title, description or what else is said of the whole differs.
    """

    tables: Mapping[str, TableDifference]
    about: bool = False

    def __bool__(self) -> bool:
        return bool(self.tables) or self.about


def difference(before: Dossier, after: Dossier) -> Difference:
    """Return what tells two editions of a dossier apart.

    Columns and tables that both share are not looked at, nor are blocks of text that both share.
    """
    found = {name: _Pair(before, after, name).difference() for name in TABLES}
    return Difference(
        {name: one for name, one in found.items() if one}, _about(before) != _about(after)
    )


def among(before: Dossier, after: Dossier, touched: Mapping[str, set[int]]) -> Difference:
    """Return what `difference` does, where it is known which rows alone may differ.

    Parameters
    ----------
    before, after : Dossier
    touched : mapping of str to set of int
        Table → keys.
    """
    if sum(map(len, touched.values())) > _MANY:
        return difference(before, after)
    found = {}
    for name in TABLES:
        one = _among(before.tables[name], after.tables[name], sorted(touched.get(name, ())))
        if one:
            found[name] = one
    return Difference(found, _about(before) != _about(after))


def _about(dossier: Dossier) -> tuple[object, ...]:
    return dossier.title, dossier.description, dossier.extra


def _among(before: Table, after: Table, keys: Sequence[int]) -> TableDifference:
    was, now = _places(before, keys), _places(after, keys)
    if before is after:
        return TableDifference()
    names = list(after.columns)
    columns = list(before.columns) != names
    added, removed, changed = list[int](), list[int](), list[int]()
    for key, old, new in zip(keys, was, now, strict=True):
        if old is None and new is not None:
            added.append(key)
        elif new is None and old is not None:
            removed.append(key)
        elif (
            old is not None
            and new is not None
            and any(
                (before[name][old] if name in before.columns else "") != after[name][new]
                for name in names
            )
        ):
            changed.append(key)
    return TableDifference(_keys(added), _keys(removed), _keys(changed), columns)


def _keys(keys: list[int]) -> Keys:
    return np.array(keys, dtype=np.int64)


def _places(table: Table, keys: Sequence[int]) -> list[int | None]:
    """Return the row of each key, None for one that is not there."""
    out: list[int | None] = []
    for key in keys:
        row = bisect_left(table.keys, key)
        out.append(row if row < len(table) and table.keys[row] == key else None)
    return out


def words(found: Difference) -> str:
    """Say a difference: ``2 events changed, 1 claim added``; empty where there is none."""
    said = []
    for name, one in found.tables.items():
        for keys, done in (
            (one.changed, "changed"),
            (one.added, "added"),
            (one.removed, "removed"),
        ):
            if len(keys):
                said.append(f"{len(keys):,} {NOUNS[name][len(keys) != 1]} {done}")
        if one.columns and not (len(one.changed) or len(one.added) or len(one.removed)):
            said.append(f"columns of {NOUNS[name][1]} changed")
    if found.about:
        said.append("what is said of the dossier changed")
    return ", ".join(said)


class _Pair:
    """Two editions of one table, and which rows of them are the same rows.

    Parameters
    ----------
    before, after : Dossier
    name : str
    """

    def __init__(self, before: Dossier, after: Dossier, name: str) -> None:
        self._dossiers = before, after
        self.old, self.new = before.tables[name], after.tables[name]
        # Old and new row of those that both have; None: all, each where it was.
        self.rows: tuple[Index, Index] | None = None
        self.added, self.removed = _NONE, _NONE
        if self.old is not self.new:
            self._match()

    def _match(self) -> None:
        was, now = self.old.keys, self.new.keys
        if was is now or (isinstance(was, range) and was == now):
            return
        keys, fresh = Numbers.of(was), Numbers.of(now)
        if np.array_equal(keys, fresh):
            return
        spots = np.searchsorted(keys, fresh)
        both = (
            np.flatnonzero(keys[spots.clip(max=max(len(keys) - 1, 0))] == fresh)
            if len(keys)
            else _NONE
        )
        gone = np.ones(len(keys), dtype=bool)
        gone[spots[both]] = False
        new = np.ones(len(fresh), dtype=bool)
        new[both] = False
        self.rows = spots[both], both
        self.added, self.removed = fresh[new].astype(np.int64), keys[gone].astype(np.int64)

    def difference(self) -> TableDifference:
        if self.old is self.new:
            return TableDifference()
        names = list(self.new.columns)
        changed: set[int] = set()
        for name in names:
            changed.update(self.unlike(name).tolist())
        keys = Numbers.of(self.new.keys)[sorted(changed)].astype(np.int64) if changed else _NONE
        return TableDifference(self.added, self.removed, keys, list(self.old.columns) != names)

    def unlike(self, name: str) -> Index:
        """Return the rows, as the later edition counts them, whose cells of a column differ."""
        new = self.new[name]
        old = self.old[name] if name in self.old.columns else None
        if old is new and self.rows is None:
            return _NONE
        if old is None:
            had = np.arange(len(new)) if self.rows is None else self.rows[1]
            filled = np.ones(len(new), dtype=bool)
            filled[new.holding("")] = False
            return had[filled[had]]
        where = self._doubtful(name, old, new)
        was = where if self.rows is None else self.rows[0][where]
        now = where if self.rows is None else self.rows[1][where]
        differ = [a != b for a, b in zip(_some(old, was), _some(new, now), strict=True)]
        out: Index = now[np.array(differ, dtype=bool)]
        return out

    def _doubtful(self, name: str, old: Column, new: Column) -> Index:
        """Return which of the rows that both have may differ."""
        count = len(new) if self.rows is None else len(self.rows[0])
        if isinstance(old, Texts) and isinstance(new, Texts):
            same = np.zeros(len(new), dtype=bool)
            for here, there, many in new.shared(old):
                if self.rows is None:
                    same[here : here + many] = here == there
                else:
                    first = int(np.searchsorted(self.rows[1], here))
                    last = first + many
                    whole = (
                        last <= count
                        and self.rows[1][first] == here
                        and self.rows[1][last - 1] == here + many - 1
                        and self.rows[0][first] == there
                        and self.rows[0][last - 1] == there + many - 1
                    )
                    same[here : here + many] = whole
            return np.flatnonzero(~(same if self.rows is None else same[self.rows[1]]))
        if isinstance(old, Coded | Runs) and isinstance(new, Coded | Runs):
            codes = self._moved(name, old, new)
            if codes is None:
                return np.arange(count)
            now = new.codes if self.rows is None else new.codes[self.rows[1]]
            return np.flatnonzero(codes != now)
        return np.arange(count)

    def _moved(self, name: str, old: Column, new: Column) -> Index | None:
        """Return the codes of the old cells as the new vocabulary has them; -2: not told."""
        codes = old.codes if self.rows is None else old.codes[self.rows[0]]
        was, now = old.vocabulary, new.vocabulary
        if was is now:
            return codes
        leads = np.full(len(was) + 1, -2)
        leads[-1] = -1
        to = REFERENCES.get((self.new.name, name), "")
        if isinstance(was, Column) and isinstance(now, Column) and to in TABLES:
            if (
                was is not self._dossiers[0].tables[to]["id"]
                or now is not (self._dossiers[1].tables[to]["id"])
            ):
                return None
            pair = _Pair(*self._dossiers, to)
            before, after = pair.rows or (np.arange(len(now)), np.arange(len(now)))
            leads[before] = after
            changed = np.zeros(len(now), dtype=bool)
            changed[pair.unlike("id")] = True
            leads[before[changed[after]]] = -2
        else:
            places = {word: place for place, word in enumerate(now)}
            leads[:-1] = [places.get(word, -2) for word in was]
        out: Index = leads[codes]
        return out


def _some(cells: Column, rows: Index) -> list[str]:
    """Return some cells; many are read in one go."""
    if isinstance(cells, Texts):
        return cells.some(rows)
    if len(rows) > len(cells) // 8 and not isinstance(cells, Short):
        every = tuple(cells)
        return [every[row] for row in rows.tolist()]
    return [cells[row] for row in rows.tolist()]
