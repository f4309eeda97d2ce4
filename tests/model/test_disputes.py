"""Which claims cannot both hold."""

from __future__ import annotations

import time

import pytest

from tests.dossiers import claim, make, small
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref


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
    ],
    ids=["same value", "doubt", "denies another", "other event", "other property", "other table",
         "no property"],
)  # fmt: skip
def test_no_dispute(second: dict[str, str]) -> None:
    assert disputed(claim("a", "crash", "missile"), second) == []


def test_some_properties_hold_many_values() -> None:
    two = [claim("a", "crash", "x", prop="statement"), claim("b", "crash", "y", prop="statement")]
    assert disputed(*two) == []
    denied = claim("c", "crash", "x", prop="statement", stance="denies")
    assert disputed(*two, denied) == [("crash", "statement", ["a", "c"])]


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


def test_thousands_of_claims_on_one_property_are_no_burden() -> None:
    many = [
        claim(f"c{i}", "crash", str(i), speaker="iran", said=f"{1000 + i % 1000}")
        for i in range(20_000)
    ]
    begun = time.process_time()
    found = dossier(*many).disputes
    assert len(found) == 1
    assert time.process_time() - begun < 5


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
