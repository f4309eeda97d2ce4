"""Which claims cannot both hold."""

from __future__ import annotations

import time

import pytest

from tests.dossiers import claim, make, small
from viewer.model.dossier import Dossier
from viewer.model.schema import SUPPORTS, Ref


def dossier(*claims: dict[str, str]) -> Dossier:
    return make(events=["crash", "talks"], actors=["iran", "us"], sources=["globe"], claims=claims)


def disputed(*claims: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """(event, property, claims) of every dispute."""
    found = dossier(*claims)
    return [
        (dispute.about.id, dispute.property, [found.claims["id"][row] for row in dispute.claims])
        for dispute in found.disputes
    ]


def test_two_values_contradict() -> None:
    assert disputed(claim("a", "crash", "missile"), claim("b", "crash", "technical fault")) == [
        ("crash", "cause", ["a", "b"])
    ]


def test_one_asserts_what_another_denies() -> None:
    assert disputed(
        claim("a", "crash", "missile"), claim("b", "crash", "missile", stance="denies")
    ) == [("crash", "cause", ["a", "b"])]


@pytest.mark.parametrize(
    "second",
    [
        claim("b", "crash", "Missile "),
        claim("b", "crash", "fault", stance="doubts"),
        claim("b", "crash", "fault", stance="denies"),
        claim("b", "talks", "fault"),
        claim("b", "crash", "yes", prop="occurred"),
        claim("b", "crash", "fault", kind="relation"),
        claim("b", "crash", "fault", prop=""),
        claim("b", "crash", "missile", stance="doubts"),
    ],
    ids=["same value", "doubt", "denies another", "other event", "other property", "other table",
         "no property", "doubts the same"],
)  # fmt: skip
def test_no_dispute(second: dict[str, str]) -> None:
    assert disputed(claim("a", "crash", "missile"), second) == []


def test_some_properties_hold_many_values() -> None:
    two = [claim("a", "crash", "x", prop="statement"), claim("b", "crash", "y", prop="statement")]
    assert disputed(*two) == []
    denied = claim("c", "crash", "x", prop="statement", stance="denies")
    assert disputed(*two, denied) == [("crash", "statement", ["a", "c"])]


@pytest.mark.parametrize(
    ("name", "first", "second", "expected"),
    [
        ("date", "2020-01", "2020-01-03", False),
        ("date", "2020-01-03", "2020-01-08", True),
        ("deaths", "1,000", "1000", False),
        ("deaths", "63", "57", True),
        ("led_by", "us", "US", False),
        ("led_by", "the Republic", "iran", False),
        ("led_by", "iran", "us", True),
        ("planned", "yes", "TRUE", False),
    ],
)
def test_values_are_compared_by_what_they_mean(
    name: str, first: str, second: str, expected: bool
) -> None:
    found = make(
        events=["crash"],
        actors=[{"id": "iran", "name": "Iran", "aliases": "The Republic"}, "us"],
        claims=[claim("a", "crash", first, prop=name), claim("b", "crash", second, prop=name)],
    )
    assert bool(found.disputes) is expected


def test_a_denial_contradicts_what_agrees_with_it() -> None:
    found = disputed(
        claim("a", "crash", "63", prop="deaths"),
        claim("b", "crash", "at least 50", prop="deaths", stance="denies"),
        claim("c", "crash", "70", prop="deaths", stance="denies"),
    )
    assert found == [("crash", "deaths", ["a", "b"])]


def test_only_claims_that_take_part_are_named() -> None:
    found = disputed(
        claim("a", "crash", "missile"),
        claim("b", "crash", "bomb", stance="denies"),
        claim("c", "crash", "fault"),
        claim("d", "crash", "missile"),
    )
    assert found == [("crash", "cause", ["a", "c", "d"])]


def test_the_later_word_of_one_speaker_supersedes_the_earlier() -> None:
    first = claim("a", "crash", "fault", speaker="iran", said="2020-01-08")
    later = claim("b", "crash", "missile", speaker="iran", said="2020-01-11")
    assert disputed(first, later) == []
    # Told out of order it is the same.
    assert disputed(later, first) == []


def test_it_is_known_what_replaced_an_earlier_word() -> None:
    found = dossier(
        claim("a", "crash", "63", speaker="iran", said="2020-01-08"),
        claim("b", "crash", "61", speaker="iran", said="2020-01-09"),
        claim("c", "crash", "57", speaker="iran", said="2020-01-11"),
        claim("d", "crash", "57", speaker="us", said="2020-01-07"),
        claim("e", "talks", "missile", stance="denies", speaker="us", said="2020-01-07"),
        claim("f", "talks", "missile", speaker="us", said="2020-01-09"),
    )
    ids = found.claims["id"]
    assert {ids[a]: ids[b] for a, b in found.superseded.items()} == {"a": "c", "b": "c", "e": "f"}
    assert found.disputes == ()


@pytest.mark.parametrize(
    ("name", "first", "later"),
    [
        ("deaths", "about 60", "63"),
        ("date", "2020-01", "2020-01-08"),
        ("statement", "We regret it", "We do not comment"),
        ("cause", "Missile", "missile"),
    ],
)
def test_a_later_word_that_agrees_replaces_nothing(name: str, first: str, later: str) -> None:
    found = dossier(
        claim("a", "crash", first, prop=name, speaker="iran", said="2020-01-08"),
        claim("b", "crash", later, prop=name, speaker="iran", said="2020-01-11"),
    )
    assert found.superseded == {}
    assert found.disputes == ()


@pytest.mark.parametrize(
    "later",
    [
        claim("b", "crash", "missile", speaker="us", said="2020-01-11"),
        claim("b", "crash", "missile", speaker="iran", said="2020-01"),
        claim("b", "crash", "missile", speaker="iran", said="2020-01-11~"),
        claim("b", "crash", "missile", speaker="iran"),
        claim("b", "crash", "missile", said="2020-01-11"),
    ],
    ids=["another speaker", "perhaps not later", "about then", "undated", "no speaker"],
)
def test_what_may_not_be_a_correction_stays_a_dispute(later: dict[str, str]) -> None:
    first = claim("a", "crash", "fault", speaker="iran", said="2020-01-08")
    assert disputed(first, later) == [("crash", "cause", ["a", "b"])]


def test_what_was_taken_back_does_not_contradict_others() -> None:
    found = disputed(
        claim("a", "crash", "fault", speaker="iran", said="2020-01-08"),
        claim("b", "crash", "missile", speaker="iran", said="2020-01-11"),
        claim("c", "crash", "missile", speaker="us", said="2020-01-09"),
    )
    assert found == []


def test_a_speaker_who_went_back_and_forth_is_held_to_the_last_word() -> None:
    words = [("a", "fault", "08"), ("b", "missile", "11"), ("c", "fault", "12")]
    said = [
        claim(key, "crash", value, speaker="iran", said=f"2020-01-{day}")
        for key, value, day in words
    ]
    assert disputed(*said) == []
    other = claim("d", "crash", "missile", speaker="us", said="2020-01-09")
    assert disputed(*said, other) == [("crash", "cause", ["c", "d"])]


@pytest.mark.parametrize("values", ["{}", "{} men", "at least {}", "version {} of it", "{}-01"])
def test_thousands_of_claims_on_one_property_are_no_burden(values: str) -> None:
    def many(speaker: str, size: int) -> list[dict[str, str]]:
        return [
            claim(
                f"{speaker}{i}", "crash", values.format(1000 + i), speaker=speaker,
                stance="denies" if i % 3 == 0 else "asserts", said=f"{1000 + i % 1000}",
            )
            for i in range(size)
        ]  # fmt: skip

    begun = time.process_time()
    found = dossier(*many("iran", 10_000), *many("", 10_000))
    assert len(found.superseded) < 10_000
    assert len(found.disputes) == 1
    assert time.process_time() - begun < 8


def test_disputes_stand_in_the_order_of_the_claims() -> None:
    found = disputed(
        claim("a", "talks", "1"),
        claim("b", "crash", "1"),
        claim("c", "crash", "2"),
        claim("d", "talks", "2"),
    )
    assert [about for about, *_ in found] == ["talks", "crash"]


def test_a_dossier_knows_its_disputes_by_row() -> None:
    found = small()
    assert list(found.disputed) == [Ref("events", "letter")]
    support = dict(zip(found.events["id"], found.event_support.tolist(), strict=True))
    assert support["letter"] == 2
    assert support["embassy"] == 0
    assert support["undated"] == 3


def support(sources: list[dict[str, str]]) -> str:
    told = [claim(f"c-{row['id']}", "crash", "yes", source=row["id"]) for row in sources]
    return SUPPORTS[make(events=["crash"], sources=sources, claims=told).event_support[0]]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, "several"),
        ({"publisher": "CBC"}, {"publisher": "Globe"}, "several"),
        ({"publisher": "CBC"}, {}, "several"),
        ({"publisher": "CBC"}, {"publisher": " cbc"}, "one"),
        ({"publisher": "CBC", "author": "A. Ash"}, {"publisher": "Globe", "author": "A. Ash"},
         "one"),
        ({"author": "B. Birch; A. Ash"}, {"author": "A. Ash; C. Cedar"}, "one"),
        ({"publisher": "CBC", "file_sha256": "ab"}, {"publisher": "CBC", "file_sha256": "ab"},
         "one"),
        ({"file_sha256": "ab"}, {"file_sha256": "ab"}, "several"),
        ({"publisher": "CBC", "file_sha256": "ab"}, {"publisher": "Globe", "file_sha256": "ab"},
         "several"),
    ],
)  # fmt: skip
def test_support_counts_sources_that_are_independent(
    first: dict[str, str], second: dict[str, str], expected: str
) -> None:
    assert support([{"id": "a", **first}, {"id": "b", **second}]) == expected


def test_two_of_three_sources_that_are_independent_are_several() -> None:
    rows = [
        {"id": "a", "publisher": "CBC", "author": "Ash"},
        {"id": "b", "publisher": "Globe", "author": "Ash"},
        {"id": "c", "publisher": "Globe", "author": "Birch"},
    ]
    assert support(rows) == "several"
    assert support(rows[:2]) == support(rows[1:]) == support(rows[:1]) == "one"
