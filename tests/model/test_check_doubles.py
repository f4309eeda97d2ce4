"""Names of places by where they stand, odd ids, and rows that say the same thing twice."""

from __future__ import annotations

import pytest

from tests.dossiers import make
from viewer.errors import Problem
from viewer.model.check import check
from viewer.model.dossier import Dossier


def found(dossier: Dossier, table: str, column: str) -> list[Problem]:
    problems = [p for p in check(dossier) if (p.table, p.column) == (table, column)]
    assert {problem.severity for problem in problems} <= {"warning"}
    return problems


# -- names of places -------------------------------------------------------------------------


def places(*rows: tuple[str, float, float], **more: str) -> list[int]:
    """Return the lines of places that may be another one."""
    cells = [
        {"id": f"p{i}", "name": name, "lon": str(lon), "lat": str(lat), "precision": "city"} | more
        for i, (name, lon, lat) in enumerate(rows)
    ]
    return [problem.row for problem in found(make(places=cells), "places", "name")]


@pytest.mark.parametrize(
    ("a", "b"),
    [("Tehran", "Teheran"), ("Besmaya", "Bismayah"), ("Erbil", "Arbil"), ("Basra", "Basrah")],
)
def test_a_place_entered_twice_under_two_names(a: str, b: str) -> None:
    assert places((a, 44.6, 33.19), (b, 44.6, 33.19)) == [3]
    assert places((a, 44.6, 33.19), (b, 44.608, 33.195)) == [3]
    assert places((a, 44.6, 33.19), (b, 54.6, 33.19)) == []


def test_other_names_in_one_spot_are_other_places() -> None:
    assert places(("Tehran", 51.42, 35.69), ("Mehrabad", 51.42, 35.69)) == []
    assert places(("Gate 1", 51.42, 35.69), ("Gate 2", 51.42, 35.69)) == []
    # A region is known too roughly for its position to say anything.
    assert places(("Erbil", 44.0, 36.2), ("Arbil", 44.0, 36.2), precision="region") == []


@pytest.mark.parametrize(("lon", "lat"), [(180.0, 10.0), (0.0, 90.0), (0.0, -90.0), (-0.001, 0.01)])
def test_spots_at_the_edges_of_the_globe(lon: float, lat: float) -> None:
    assert places(("Erbil", lon, lat), ("Arbil", lon, lat)) == [3]


def test_like_names_far_apart_are_two_places_and_equal_ones_a_doubt() -> None:
    assert places(("Nanchang", 115.86, 28.68), ("Nanchong", 106.08, 30.8)) == []
    assert places(("Nanchang", 115.86, 28.68), ("Nanchong", 115.9, 28.7)) == [3]
    assert places(("Hyderabad", 68.37, 25.4), ("Hyderabad", 78.47, 17.4)) == [3]


def test_the_third_of_three_names_is_told_once() -> None:
    spot = (51.42, 35.69)
    assert places(("Tehran", *spot), ("Teheran", *spot), ("Téhran", *spot)) == [3, 4]


# -- ids -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("has space", "holds a space; use letters, digits, - and _ only, as has-space, here"),
        ("a;b", "holds “;”"),
        ("a,b", "holds “,”"),
        ("no\u00a0break", "holds a space"),
        ("a\u202eb", "holds “\u202e”"),
        ("?", "use letters, digits, - and _ only, here"),
    ],
)
def test_ids_that_are_hard_to_write(key: str, hint: str) -> None:
    (problem,) = found(make(actors=[{"id": key, "name": "A"}]), "actors", "id")
    assert hint in problem.message


@pytest.mark.parametrize("key", ["ps752-downing", "Q42", "a_b.c", "ظریف", "ظریف\u200cها", "हिन्दी"])
def test_ids_that_are_not(key: str) -> None:
    assert found(make(actors=[{"id": key, "name": "A"}]), "actors", "id") == []


# -- rows entered twice ----------------------------------------------------------------------


def test_a_participant_entered_twice() -> None:
    links = [{"event": "e", "actor": "a", "role": role} for role in ("source", "victim", "source")]
    dossier = make(actors=["a"], events=["e"], participants=links)
    (problem,) = found(dossier, "participants", "actor")
    assert problem.row == 4
    assert "“a” stands beside “e” as source already in line 2" in problem.message


def test_a_place_of_an_event_entered_twice() -> None:
    links = [{"event": "e", "place": "p", "role": role} for role in ("from", "to", "to")]
    dossier = make(places=["p"], events=["e"], event_places=links)
    assert [p.row for p in found(dossier, "event_places", "place")] == [4]


TIE = {"id": "r", "source": "a", "target": "b", "type": "ally", "directed": "yes", "date": "2015"}


@pytest.mark.parametrize(
    ("first", "second", "many"),
    [
        ({}, {}, 1),
        ({"description": "Old friends"}, {}, 1),
        ({"directed": "no"}, {"directed": "no", "source": "b", "target": "a"}, 1),
        ({}, {"source": "b", "target": "a"}, 0),
        ({}, {"date": "2016"}, 0),
        ({}, {"type": "enemy"}, 0),
        ({"description": "Minister of justice"}, {"description": "Minister of health"}, 0),
    ],
)
def test_a_relation_entered_twice(first: dict[str, str], second: dict[str, str], many: int) -> None:
    rows = [TIE | first, TIE | {"id": "s"} | second]
    problems = found(make(actors=["a", "b"], relations=rows), "relations", "id")
    doubled = [problem for problem in problems if "if the two are one" in problem.message]
    assert [problem.row for problem in doubled] == [3] * many


def test_a_relation_of_an_actor_with_itself() -> None:
    rows = [TIE | {"target": "a"}, TIE | {"id": "s"}]
    (problem,) = found(make(actors=["a", "b"], relations=rows), "relations", "target")
    assert problem.row == 2
    assert "ties “a” to itself" in problem.message


@pytest.mark.parametrize(
    ("changes", "many"),
    [
        ({}, 1),
        ({"title": "paper ONE."}, 1),
        ({"date": "2019-06-02"}, 0),
        ({"publisher": "Two"}, 0),
        ({"url": "https://example.org/2"}, 0),
    ],
)
def test_a_source_entered_twice(changes: dict[str, str], many: int) -> None:
    row = {
        "id": "s", "title": "Paper one", "publisher": "One", "date": "2019-06-01",
        "url": "https://example.org/1",
    }  # fmt: skip
    problems = found(make(sources=[row, row | {"id": "t"} | changes]), "sources", "title")
    assert [problem.row for problem in problems] == [3] * many
