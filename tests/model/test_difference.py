"""What tells two editions of a dossier apart."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from tests.bench.masses import make as masses
from tests.dossiers import make, small
from viewer.model.difference import among, difference, words
from viewer.model.dossier import Dossier, Table


def with_table(dossier: Dossier, table: Table) -> Dossier:
    return replace(dossier, tables={**dossier.tables, table.name: table})


def keys(dossier: Dossier, other: Dossier, table: str) -> tuple[list[int], list[int], list[int]]:
    one = difference(dossier, other).tables[table]
    return one.added.tolist(), one.removed.tolist(), one.changed.tolist()


def test_a_dossier_does_not_differ_from_itself_or_its_like() -> None:
    for other in (small(), replace(small(), path="elsewhere")):
        assert not difference(small(), other)
        assert words(difference(small(), other)) == ""


def test_what_is_said_of_it_counts() -> None:
    assert words(difference(small(), replace(small(), title="x"))) == (
        "what is said of the dossier changed"
    )


def test_rows_are_told_by_their_keys() -> None:
    before = make(actors=["a", "b", "c"])
    table = Table(
        "actors", {**before.actors.take([0, 2]).columns, "name": ["a", "other"]}, (), [1, 3]
    )
    table = table.with_columns({"note": ["", "x"]})
    after = with_table(before, table)
    assert keys(before, after, "actors") == ([], [2], [3])
    assert keys(after, before, "actors") == ([2], [], [3])
    assert words(difference(before, after)) == "1 actor changed, 1 actor removed"


@pytest.mark.parametrize("seed", range(4))
def test_many_rows_as_one_by_one(seed: int) -> None:
    before = masses(6000, 300, 100)
    rng = np.random.default_rng(seed)
    tables = {}
    for name in ("events", "participants", "actors"):
        table = before.tables[name]
        keep = rng.random(len(table)) > (0.001 if name == "events" else 0.01)
        table = table.take(keep)
        column = ("title", "role", "id")[("events", "participants", "actors").index(name)]
        cells = list(table[column])
        for row in rng.integers(0, len(cells), 5).tolist():
            cells[row] += "x"
        tables[name] = table.with_columns({column: cells})
    after = replace(before, tables={**before.tables, **tables})
    every = {name: {*before.tables[name].keys, *after.tables[name].keys} for name in before.tables}
    for name in tables:
        old = _rows(before.tables[name])
        new = _rows(after.tables[name])
        assert keys(before, after, name) == (
            sorted(new.keys() - old.keys()),
            sorted(old.keys() - new.keys()),
            sorted(key for key in old.keys() & new.keys() if old[key] != new[key]),
        )
    few = {name: set(sorted(found)[:200]) for name, found in every.items()}
    for name, one in among(before, after, few).tables.items():
        whole = difference(before, after).tables[name]
        assert one.changed.tolist() == [key for key in whole.changed.tolist() if key in few[name]]


def _rows(table: Table) -> dict[int, tuple[str, ...]]:
    return dict(zip(table.keys, zip(*table.columns.values(), strict=True), strict=True))


def test_a_hundred_thousand_rows_that_are_shared_cost_nothing() -> None:
    before = masses(100_000)
    table = before.events
    cells = table.with_columns({"title": table["title"].with_cells(np.array([77_000]), "new")})
    after = with_table(before, cells)
    start = time.process_time()
    assert keys(before, after, "events") == ([], [], [77_001])
    assert time.process_time() - start < 0.1
