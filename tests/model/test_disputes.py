"""Which claims cannot both hold."""

from __future__ import annotations

import random
import time
from itertools import combinations

import numpy as np
import pytest

from tests.dossiers import claim, make, small
from viewer.model import edits, values
from viewer.model.disputes import MANY_VALUED
from viewer.model.dossier import Dossier
from viewer.model.independence import several_voices, voices
from viewer.model.links import Links
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


# -- by chance, held against the plain rules -------------------------------------------------


VALUES = ("", "yes", "no", "3", "at least 2", "5-7", "2012", "2012-09~", "fault")


def _by_chance(chance: random.Random, size: int) -> Dossier:
    kinds = {"event": ["crash", "talks"], "actor": ["iran", "us"], "relation": ["crash"]}
    claims = []
    for key in range(size):
        kind = chance.choice([*kinds])
        claims.append(
            claim(
                f"c{key}", chance.choice(kinds[kind]),
                chance.choice(VALUES),
                kind=kind, prop=chance.choice(["cause", "deaths", "date", "statement", ""]),
                stance=chance.choice(["asserts"] * 4 + ["denies", "doubts", ""]),
                speaker=chance.choice(["", "", "iran", "us"]),
                said=chance.choice(["", "2012", "2013-01", "2014~", "2015"]),
                source=chance.choice(["globe", "star"]),
            )
        )  # fmt: skip
    return make(
        events=["crash", "talks"], actors=["iran", "us"], sources=["globe", "star"],
        relations=[{"id": "crash", "source": "iran", "target": "us"}], claims=claims,
    )  # fmt: skip


def _by_the_rule(found: Dossier) -> set[tuple[str, str, str, tuple[int, ...]]]:
    """Hold every claim against every other."""
    claims = found.claims
    told: dict[tuple[str, str, str], list[int]] = {}
    for row in range(len(claims)):
        name, stance = claims["property"][row], claims["stance"][row]
        if name and stance in ("asserts", "denies") and row not in found.superseded:
            key = claims["about_kind"][row], claims["about"][row], name
            told.setdefault(key, []).append(row)
    out = set()
    for (kind, about, name), rows in told.items():
        read = values.read(name, [claims["value"][row] for row in rows], found.names)
        said = dict(zip(rows, read, strict=True))
        asserted = [row for row in rows if claims["stance"][row] == "asserts"]
        denied = [row for row in rows if claims["stance"][row] == "denies"]
        pairs = [(a, b) for a in asserted for b in denied if values.implies(said[a], said[b])]
        if name not in MANY_VALUED:
            pairs += [p for p in combinations(asserted, 2) if values.exclude(*map(said.get, p))]
        if hit := {row for pair in pairs for row in pair}:
            out.add((f"{kind}s", about, name, tuple(sorted(hit))))
    return out


def _as_found(found: Dossier) -> set[tuple[str, str, str, tuple[int, ...]]]:
    return {
        (dispute.about.table, dispute.about.id, dispute.property, dispute.claims)
        for dispute in found.disputes
    }


@pytest.mark.parametrize("seed", range(40))
def test_every_dispute_is_found_and_no_other(seed: int) -> None:
    found = _by_chance(random.Random(seed), 5 + 3 * seed)
    assert _as_found(found) == _by_the_rule(found)


def test_a_judge_with_little_room_judges_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.model.disputes._REMEMBERED", 8)
    found = _by_chance(random.Random(5), 200)
    assert _as_found(found) == _by_the_rule(found)
    judge = found.judge
    assert len(judge._contradicted) + len(judge._corrected) < 8


@pytest.mark.parametrize("seed", range(20))
def test_after_edits_disputes_are_as_if_worked_out_anew(seed: int) -> None:
    chance = random.Random(seed)
    found = _by_chance(chance, 60)
    for _ in range(30):
        _ = found.disputes, found.event_support
        row = chance.randrange(len(found.claims))
        new = _by_chance(chance, 1).claims.row(0)
        match chance.randrange(4):
            case 0:
                found = edits.remove(found, "claims", [row])
            case 1:
                found = edits.insert(found, "claims", {**new, "id": ""})
            case 2:
                names = found.actors["aliases"][0] + "; fault"
                found = edits.change(found, "actors", 0, {"aliases": names})
            case _:
                del new["id"]
                found = edits.change(found, "claims", row, new)
        anew = found.bare()
        assert found.superseded == anew.superseded
        assert found.disputes == anew.disputes
        assert found.event_support.tolist() == anew.event_support.tolist()
        assert dict(found.claims_about) == dict(anew.claims_about)


@pytest.mark.parametrize("seed", range(20))
def test_independent_sources_are_told_apart_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    sources = [
        {
            "id": f"s{number}",
            "publisher": chance.choice(["CBC", "cbc", "Globe", ""]),
            "author": chance.choice(["", "Ash", "Bo", "Ash; Cy", "Bo; Cy"]),
        }
        for number in range(12)
    ]
    events = []
    for number in range(60):
        told_by = (f"s{chance.randrange(12)}" for _ in range(number % 6))
        events.append({"id": f"e{number}", "told_by": " ".join(told_by)})
    found = make(sources=sources, events=events)
    spoken = voices(found.sources.columns)
    for row, told in enumerate(found.sources_of_event):
        several = any(spoken[a].isdisjoint(spoken[b]) for a, b in combinations(told.tolist(), 2))
        expected = "several" if several else "one" if len(told) else "none"
        assert SUPPORTS[found.event_support[row]] == expected


def seconds_to_tell_apart(size: int) -> float:
    """Return how long it takes for so many events told by one paper, whoever writes in it."""
    sources = {
        "id": [f"s{i}" for i in range(500)],
        "publisher": ["CBC", "CBC", "Globe"] + ["CBC"] * 497,
        "author": [f"Author {i}; Editor" for i in range(500)],
    }
    told = np.random.default_rng(3).integers(0, 500, 3 * size)
    links = Links.from_pairs(np.repeat(np.arange(size), 3), told, size, 500)
    begun = time.process_time()
    assert not several_voices(sources, links).any()
    return time.process_time() - begun


def test_the_time_to_tell_sources_apart_grows_with_the_events_and_not_with_their_square() -> None:
    few = min(seconds_to_tell_apart(5_000) for _ in range(3))
    many = min(seconds_to_tell_apart(40_000) for _ in range(3))
    assert many < 24 * few
