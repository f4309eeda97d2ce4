"""What `check` finds in a dossier whose rows could all be read."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.dossiers import Row, claim, make, small
from viewer.assets import shipped_dossier
from viewer.errors import Problem
from viewer.formats import open_dossier
from viewer.model.alike import alike
from viewer.model.check import check
from viewer.model.dossier import Dossier


def found(dossier: Dossier, table: str, column: str = "") -> list[Problem]:
    return [
        problem
        for problem in check(dossier)
        if problem.table == table and (not column or problem.column == column)
    ]


def one(table: str, row: Row, column: str) -> Problem:
    """Return the only problem of a column of a dossier with one row."""
    problems = found(make(**{table: [row]}), table, column)
    assert len(problems) == 1, problems
    return problems[0]


def test_the_shipped_dossier_has_no_errors() -> None:
    problems = check(open_dossier(shipped_dossier()))
    assert [str(problem) for problem in problems if problem.severity == "error"] == []


def test_an_empty_dossier_has_no_problems() -> None:
    assert check(Dossier.empty()) == ()


def test_problems_come_by_table_and_row_whoever_found_them() -> None:
    read = (Problem("f", "is left out", "claims", 3), Problem("f", "no title"))
    rows = [{"id": "a", "name": ""}, {"id": "b c", "name": "B"}]
    dossier = replace(make(actors=rows, events=["e"]), problems=read)
    assert [(problem.table, problem.row) for problem in check(dossier)] == [
        ("", 0), ("actors", 2), ("actors", 3), ("events", 0), ("claims", 3),
    ]  # fmt: skip


def test_a_column_that_is_missing_is_told_once() -> None:
    read = (Problem("f", "column “role” is missing", "participants", 1, "role"),)
    links = [{"event": "e", "actor": "a"}, {"event": "f", "actor": "a"}]
    dossier = make(actors=["a"], events=["e", "f"], participants=links)
    assert len(found(dossier, "participants")) == 2
    assert found(replace(dossier, problems=read), "participants") == list(read)


@pytest.mark.parametrize(
    ("table", "column", "word", "message"),
    [
        ("relations", "directed", "perhaps", "write yes or no; till then the tie has no direction"),
        ("relations", "quad", "warm", "till then the tie is of no class"),
        ("places", "precision", "blurry", "till then the place counts as unknown and is not on"),
        ("event_places", "role", "near", "“near” in role: write at, from or to"),
    ],
)
def test_what_to_write_and_what_happens_till_then(
    table: str, column: str, word: str, message: str
) -> None:
    row = {
        "id": "x", "name": "X", "source": "a", "target": "b", "event": "e", "place": "x",
        column: word,
    }  # fmt: skip
    rows = {"places": ["x"], "actors": ["a", "b"], "events": ["e"], table: [row]}
    problems = found(make(**rows), table, column)
    assert len(problems) == 1
    assert problems[0].message.startswith(f"“{word}” in {column}: write ")
    assert message in problems[0].message


@pytest.mark.parametrize(
    ("table", "column", "word", "severity", "hint"),
    [
        ("actors", "kind", "persn", "warning", "did you mean “person”?"),
        (
            "actors",
            "kind",
            "ship",
            "warning",
            "write person, state, organisation, armed-group or community",
        ),
        ("places", "precision", "City", "error", "did you mean “city”?"),
        ("events", "type", "CONSULTS", "warning", "did you mean “CONSULT”?"),
        ("events", "quad", "material conflict", "error", "did you mean “material-conflict”"),
        ("sources", "reliability", "G", "error", "write A, B, C, D, E or F"),
        ("actors", "country", "irn", "error", "three capital letters"),
        ("places", "country", "IR", "error", "three capital letters"),
    ],
)
def test_words_outside_the_vocabulary(
    table: str, column: str, word: str, severity: str, hint: str
) -> None:
    problem = one(table, {"id": "x", "name": "X", "title": "X", column: word}, column)
    assert problem.severity == severity
    assert problem.row == 2
    assert hint in problem.message


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        ("stance", "assert", "did you mean “asserts”?"),
        ("stance", "", "no stance is given"),
        ("credibility", "7", "write 1, 2, 3, 4, 5 or 6"),
    ],
)
def test_words_of_claims(column: str, cell: str, hint: str) -> None:
    row = claim("c", "e", "yes", source="s", locator="1", **{column: cell})
    problems = found(make(events=["e"], sources=["s"], claims=[row]), "claims")
    assert [problem.column for problem in problems] == [column]
    assert hint in problems[0].message


def test_roles() -> None:
    dossier = make(
        actors=["a", "b", "c"],
        places=["p"],
        events=["e"],
        participants=[
            {"event": "e", "actor": "a", "role": "host"},
            {"event": "e", "actor": "b", "role": "soruce"},
            {"event": "e", "actor": "c"},
        ],
        event_places=[{"event": "e", "place": "p", "role": "in"}],
    )
    participants = found(dossier, "participants")
    assert [(p.row, p.severity) for p in participants] == [(3, "warning"), (4, "error")]
    assert found(dossier, "event_places")[0].severity == "error"


def test_events_and_relations_nobody_speaks_of() -> None:
    dossier = small()
    assert [(p.row, p.severity) for p in found(dossier, "events")] == [(9, "warning")]
    assert "“Ships meet in the Gulf”" in found(dossier, "events")[0].message
    relations = found(dossier, "relations")
    assert [p.row for p in relations] == [3, 4, 5, 6]
    assert "“محمدجواد ظریف – Iran”" in relations[0].message


def test_without_any_claims_it_is_said_once() -> None:
    problems = found(make(events=[f"e{i}" for i in range(50)]), "events")
    assert len(problems) == 1
    assert problems[0].row == 0


def test_claims_that_lead_to_no_paragraph() -> None:
    dossier = make(
        events=["e"],
        sources=["s"],
        claims=[claim("a", "e", "x"), claim("b", "e", "x", source="s"),
                claim("c", "e", "x", source="s", locator="3")],
    )  # fmt: skip
    problems = found(dossier, "claims")
    assert [(p.row, p.column, p.severity) for p in problems] == [
        (2, "source", "warning"), (3, "locator", "warning"),
    ]  # fmt: skip


def test_a_dispute_is_no_problem() -> None:
    dossier = make(
        events=["e"],
        sources=["s"],
        claims=[
            claim("a", "e", "x", source="s", locator="1"),
            claim("b", "e", "y", source="s", locator="2"),
        ],
    )
    assert len(dossier.disputes) == 1
    assert check(dossier) == ()


@pytest.mark.parametrize(
    ("row", "column", "hint"),
    [
        ({"lon": "0", "lat": "0.0"}, "lon", "lies in the sea off Africa"),
        ({"precision": "city"}, "lon", "has no coordinates"),
        ({"precision": "country", "lon": "1", "lat": "2"}, "country", "area cannot be drawn"),
    ],
)
def test_doubtful_coordinates(row: dict[str, str], column: str, hint: str) -> None:
    problem = one("places", {"id": "x", "name": "X", **row}, column)
    assert problem.severity == "warning"
    assert hint in problem.message


def test_a_capital_does_not_stand_for_its_country() -> None:
    spot = {"lon": "51.422", "lat": "35.694", "country": "IRN"}
    dossier = make(
        places=[
            {"id": "iran", "name": "Iran", "precision": "country", **spot},
            {"id": "tehran", "name": "Tehran", "precision": "city", **spot},
        ]
    )
    problems = found(dossier, "places")
    assert [problem.row for problem in problems] == [2]
    assert "stands where “Tehran” stands" in problems[0].message


def test_places_within_themselves_are_told_once() -> None:
    dossier = make(
        places=[
            {"id": "a", "name": "Alpha", "within": "b"},
            {"id": "b", "name": "Beta", "within": "c"},
            {"id": "c", "name": "Gamma", "within": "b"},
            {"id": "d", "name": "Delta", "within": "d"},
            {"id": "e", "name": "Epsilon", "within": "a"},
        ]
    )
    problems = found(dossier, "places", "within")
    assert [problem.row for problem in problems] == [3, 5]
    assert "b → c → b" in problems[0].message
    assert {problem.severity for problem in problems} == {"error"}


# -- names that may be one -----------------------------------------------------------------------


def likenesses(*names: str) -> list[tuple[str, str]]:
    return [(names[a], names[b]) for a, b, _ in alike(names, [()] * len(names))]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("François-Philippe Champagne", "Francois Philippe Champagne"),
        ("Canadian Forces", "canadian  forces "),
        ("Mohammad Javad Zarif", "Muhammed Jawad Zareef"),
        ("Qassem Soleimani", "Ghassem Suleimani"),
        ("Hassan Rouhani", "Hasan Rohani"),
        ("Soleimani, Qassem", "Qassem Soleimani"),
        ("محمدجواد ظریف", "محمدجواد ظريف"),
        ("Kiev", "KIEV"),
        ("Globe and Mail", "Gloeb and Mail"),
        ("Global Affairs Canada", "Global Afairs Canada"),
        ("Straße", "Strasse"),
    ],
)
def test_names_that_are_alike(a: str, b: str) -> None:
    assert likenesses(a, b) == [(a, b)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Iran", "Iraq"),
        ("Oman", "Amman"),
        ("US military", "UK military"),
        ("Flight 752", "Flight 753"),
        ("Global News", "Global Affairs"),
        ("Justin Trudeau", "Trudeau government"),
        ("Austria", "Australia"),
        ("North Korea", "South Korea"),
        ("Barack Obama", "Michelle Obama"),
        ("", ""),
        ("!", "?"),
    ],
)
def test_names_that_are_two(a: str, b: str) -> None:
    assert likenesses(a, b) == []


def names(*rows: Row) -> list[str]:
    return [problem.message for problem in found(make(actors=rows), "actors", "name")]


def test_like_names_are_a_doubt_unless_the_rows_say_they_are_two() -> None:
    a: dict[str, str] = {"id": "a", "name": "Hassan Rouhani"}
    b: dict[str, str] = {"id": "b", "name": "Hasan Rohani"}
    assert len(names(a, b)) == 1
    assert "is much like “Hassan Rouhani” in line 2" in names(a, b)[0]
    assert names(a | {"wikidata": "Q1"}, b | {"wikidata": "Q2"}) == []
    assert names(a | {"country": "IRN"}, b | {"country": "IRQ"}) == []
    assert len(names(a | {"wikidata": "Q1"}, b | {"country": "IRQ"})) == 1


def test_an_alias_that_is_the_name_of_another() -> None:
    rows: Iterable[Row] = [
        {"id": "a", "name": "Islamic State", "aliases": "ISIS; Daesh"},
        {"id": "b", "name": "Daesh"},
    ]
    assert len(names(*rows)) == 1
    assert "shares a name with" in names(*rows)[0]


def test_a_row_without_a_name() -> None:
    assert one("places", {"id": "x", "name": " "}, "name").severity == "warning"


def test_thousands_of_names_are_compared_in_time() -> None:
    people = [f"Person {chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in
              range(10_000)]  # fmt: skip
    begun = time.process_time()
    list(alike([*people, "Same Name", "Same  name"], [()] * (len(people) + 2)))
    assert time.process_time() - begun < 15
