"""Disputes nobody marked, words out of order, and events entered twice."""

from __future__ import annotations

import time

import pytest

from tests.dossiers import Row, claim, make
from viewer.errors import Problem
from viewer.model.check import check
from viewer.model.dossier import Dossier

SAID = {"source": "s", "locator": "p1"}


def dossier(
    *claims: dict[str, str], event: dict[str, str] | None = None, **more: list[Row]
) -> Dossier:
    events: list[Row] = [{"id": "e", "title": "Crash", **(event or {})}, "f"]
    told = [
        claim("told-e", "e", "yes", prop="occurred"),
        claim("told-f", "f", "yes", prop="occurred"),
    ]
    return make(
        events=events,
        actors=["iran", {"id": "us", "name": "United States"}],
        sources=[{"id": "s", "date": "2020-01-10"}],
        claims=[row | SAID for row in [*told, *claims]],
        **more,
    )


def warnings(found: Dossier) -> list[Problem]:
    problems = check(found)
    assert {problem.severity for problem in problems} <= {"warning"}
    return list(problems)


def one(found: Dossier) -> Problem:
    problems = warnings(found)
    assert len(problems) == 1, problems
    return problems[0]


# -- the row itself --------------------------------------------------------------------------


def test_a_date_that_every_claim_contradicts() -> None:
    problem = one(
        dossier(
            claim("a", "e", "2020-01-08", prop="date"),
            claim("b", "e", "2020-01-07", prop="date"),
            event={"date": "2020-01-03"},
        )
    )
    assert (problem.table, problem.row, problem.column) == ("events", 2, "date")
    assert "here is “2020-01-03”" in problem.message
    assert "“2020-01-08” (line 4 of claims), “2020-01-07” (line 5 of claims)" in problem.message


@pytest.mark.parametrize("value", ["2020-01", "2020-01-03", "in the same week", ""])
def test_a_date_that_a_claim_may_agree_with(value: str) -> None:
    rows = [
        claim("a", "e", "2020-01-08", prop="date"),
        claim("b", "e", value, prop="date"),
        claim("c", "e", "2020-01-03", prop="date", stance="denies"),
    ]
    assert warnings(dossier(*rows, event={"date": "2020-01-03"})) == []


def test_extra_columns_are_compared_with_claims_of_their_name() -> None:
    row = claim("a", "e", "57", prop="deaths")
    assert one(dossier(row, event={"deaths": "63"})).column == "deaths"
    assert warnings(dossier(row, event={"deaths": "about 60"})) == []
    assert warnings(dossier(row, event={"deaths": ""})) == []


def test_what_a_speaker_took_back_does_not_count() -> None:
    rows = [
        claim("a", "e", "63", prop="deaths", speaker="us", said="2020-01-08"),
        claim("b", "e", "57", prop="deaths", speaker="us", said="2020-01-09"),
    ]
    assert "“57”" in one(dossier(*rows, event={"deaths": "63"})).message
    assert warnings(dossier(*rows, event={"deaths": "57"})) == []


@pytest.mark.parametrize(("value", "many"), [("44.4", 0), ("44.361", 0), ("44.5", 1)])
def test_coordinates_are_compared_to_the_digits_given(value: str, many: int) -> None:
    places: list[Row] = [{"id": "p", "name": "P", "lon": "44.361", "lat": "33.3"}]
    row = claim("a", "p", value, prop="lon", kind="place")
    assert len(warnings(dossier(row, places=places))) == many


# -- denials and speakers --------------------------------------------------------------------


def test_a_denial_of_what_nobody_says() -> None:
    problem = one(dossier(claim("a", "e", "missile", stance="denies")))
    assert (problem.table, problem.row) == ("claims", 4)
    assert "no claim asserts a value of “cause” for “Crash” (line 2 of events)" in problem.message


def test_a_doubt_of_what_nobody_says_is_one_of_yes_too() -> None:
    rows = [
        claim("a", "e", "yes", prop="threat", stance="denies"),
        claim("b", "e", "yes", prop="threat", stance="doubts"),
    ]
    assert warnings(dossier(rows[0])) == []
    problem = one(dossier(*rows))
    assert (problem.row, problem.column) == (5, "stance")
    assert "doubts “yes”, but no claim asserts a value of “threat”" in problem.message
    assert warnings(dossier(*rows, claim("c", "e", "yes", prop="threat"))) == []


@pytest.mark.parametrize(
    "rows",
    [
        [claim("a", "e", "yes", prop="planned", stance="denies")],
        [claim("a", "e", "We are sorry", prop="statement", stance="doubts")],
        [claim("a", "e", "missile", stance="doubts"), claim("b", "e", "missile")],
        [claim("a", "e", "missile", stance="denies"), claim("b", "e", "fault")],
    ],
    ids=["says no", "free words", "asserted too", "another value asserted"],
)
def test_a_denial_that_stands_for_itself_or_has_its_counterpart(rows: list[dict[str, str]]) -> None:
    assert warnings(dossier(*rows)) == []


@pytest.mark.parametrize(
    "days", [("2020-01-08", "2020-01-08"), ("", ""), ("2020-01", "2020-01-08")]
)
def test_a_speaker_who_contradicts_himself_on_no_certain_day(days: tuple[str, str]) -> None:
    rows = [
        claim(f"c{i}", "e", value, prop="deaths", speaker="us", said=day)
        for i, (value, day) in enumerate(zip(("63", "57"), days, strict=True))
    ]
    problem = one(dossier(*rows))
    assert (problem.row, problem.column) == (5, "said")
    assert "“United States” asserts “57” here and asserts “63” in line 4" in problem.message


def test_speakers_who_contradict_each_other_or_correct_themselves() -> None:
    rows = [
        claim("a", "e", "63", prop="deaths", speaker="us", said="2020-01-07"),
        claim("b", "e", "57", prop="deaths", speaker="us", said="2020-01-08"),
        claim("c", "e", "63", prop="deaths", speaker="iran", said="2020-01-08"),
        claim("d", "e", "61", prop="deaths"),
        claim("f", "e", "one", prop="reason", speaker="us"),
        claim("g", "e", "two", prop="reason", speaker="us"),
    ]
    assert warnings(dossier(*rows)) == []


# -- the order of time -----------------------------------------------------------------------


@pytest.mark.parametrize(("said", "many"), [("2020-01-11", 1), ("2020-01", 0), ("2020-01-10", 0)])
def test_words_said_after_their_source_appeared(said: str, many: int) -> None:
    problems = warnings(dossier(claim("a", "e", "x", said=said)))
    assert len(problems) == many
    if many:
        assert "after its source “s” (line 2 of sources) of 2020-01-10" in problems[0].message


@pytest.mark.parametrize(
    ("event", "row", "many"),
    [
        ("2020-01-03", {"said": "2019-12"}, 1),
        ("2020-01-03", {"said": "2019-12", "prop": "happened", "value": ""}, 1),
        ("2020-01-03/2020-01-05", {"said": "2020-01-01"}, 1),
        # In America it is still the day before.
        ("2020-01-03", {"said": "2020-01-02"}, 0),
        ("2020-01-03", {"said": "2020-01"}, 0),
        ("2020-01", {"said": "2020-01-02"}, 0),
        ("2020-01-03~", {"said": "2019-12"}, 0),
        ("2020-01-03", {"said": "2019-12?"}, 0),
        ("", {"said": "2019-12"}, 0),
        ("2020-01-03", {"said": ""}, 0),
        ("2020-01-03", {"said": "2019-12", "stance": "denies"}, 0),
        ("2020-01-03", {"said": "2019-12", "value": "no"}, 0),
        ("2020-01-03", {"said": "2019-12", "prop": "planned"}, 0),
        ("2020-01-03", {"said": "2019-12", "prop": "reason", "value": "revenge"}, 0),
    ],
)
def test_what_happened_cannot_be_told_before(event: str, row: dict[str, str], many: int) -> None:
    told = {"value": "yes", "prop": "occurred"} | row
    problems = warnings(dossier(claim("a", "e", **told), event={"date": event}))
    assert [(p.row, p.column) for p in problems] == [(4, "said")] * many
    if many:
        assert f"“Crash” of {event} (line 2 of events)" in problems[0].message


@pytest.mark.parametrize(
    ("date", "told", "words"),
    [
        ("", {"began": "2020-05", "ended": "2020-04"}, "before it began 2020-05 (line 4)"),
        ("2020-05", {"ended": "2020-04"}, "before its own date “2020-05” (line 2 of events)"),
        ("2020-05", {"began": "2020-06-01"}, "after its own date “2020-05”"),
        ("2020-05", {"began": "2020-05-02", "ended": "2020-05-02"}, ""),
        ("2018/..", {"ended": "2020"}, ""),
        ("2018~", {"ended": "2017"}, ""),
        ("", {"began": "2020-05", "ended": "in spring"}, ""),
    ],
)
def test_ends_before_beginnings(date: str, told: dict[str, str], words: str) -> None:
    rows = [claim(name, "e", value, prop=name) for name, value in told.items()]
    problems = warnings(dossier(*rows, event={"date": date}))
    assert len(problems) == bool(words)
    assert not words or words in problems[0].message


# -- events that may be one ------------------------------------------------------------------


def pair(first: dict[str, str], **changes: str) -> list[str]:
    base = {
        "id": "a", "title": "Strike at the airport", "type": "ASSAULT", "date": "2020-01-03",
        "at": "p", "source": "us", "target": "iran",
    }  # fmt: skip
    rows = [base | first, base | first | {"id": "b"} | changes]
    found = make(
        events=rows,
        actors=["us", "iran", "uk"],
        places=["p", "q"],
        sources=["s"],
        claims=[
            claim(f"c{i}", row["id"], "yes", prop="occurred") | SAID for i, row in enumerate(rows)
        ],
    )
    return [problem.message for problem in warnings(found) if problem.column == "title"]


@pytest.mark.parametrize(
    "changes",
    [{}, {"title": "Soleimani killed"}, {"title": "Strike at the Airport.", "target": ""}],
    ids=["all alike", "same cast", "title alike"],
)
def test_events_that_look_like_one(changes: dict[str, str]) -> None:
    messages = pair({}, **changes)
    assert len(messages) == 1
    assert "“Strike at the airport” in line 2; if the two are one" in messages[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "AID"},
        {"date": "2020-01-04"},
        {"at": "q"},
        {"title": "Talks", "target": "uk"},
        {"title": "Strike at the airport", "source": "uk"},
        {"title": "Strike at airport 2", "target": ""},
    ],
    ids=["type", "day", "place", "cast and title", "cast told apart", "a number"],
)
def test_events_that_are_two(changes: dict[str, str]) -> None:
    assert pair({}, **changes) == []


@pytest.mark.parametrize("date", ["2020-01", "2020-01-03~", "2020-01-03?", ""])
def test_events_without_an_exact_day_are_not_compared(date: str) -> None:
    assert pair({"date": date}) == []


# -- all together ----------------------------------------------------------------------------


def test_what_reading_found_is_not_said_again() -> None:
    found = make(events=["e"], sources=["s"], claims=[claim("a", "e", "x", locator="p1")])
    assert [problem.column for problem in check(found)] == ["source"]
    read = Problem("f", "no id of sources: left empty", "claims", 2, "source")
    assert check(Dossier(found.title, "f", found.tables, (read,))) == (read,)


def seconds_to_check(size: int) -> float:
    """Return how long a dossier of so many events takes, a claim or two about each."""
    events: list[Row] = [
        {"id": f"e{i}", "title": f"Event {i}", "type": "AID", "date": f"{1990 + i % 30}-05-05",
         "at": f"p{i % 200}"}
        for i in range(size)
    ]  # fmt: skip
    rows = [
        claim(f"c{i}", f"e{i // 2}", str(i % 5), prop="deaths", said="2020-01-02", **SAID)
        for i in range(2 * size)
    ]
    found = make(events=events, places=[f"p{i}" for i in range(200)], sources=["s"], claims=rows)
    begun = time.process_time()
    check(found)
    return time.process_time() - begun


def test_the_time_to_check_grows_with_the_dossier_and_not_with_its_square() -> None:
    # The square would be 64 times as much, and the machine has other things to do.
    few = min(seconds_to_check(1000) for _ in range(3))
    many = min(seconds_to_check(8000) for _ in range(3))
    assert many < 24 * few
