"""Edits of a dossier: references follow, nothing is lost, nothing leads nowhere."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.dossiers import claim, make, small
from viewer.model import edits
from viewer.model.columns import SHORT, column
from viewer.model.dossier import MEMBERS, Dossier
from viewer.model.edits_check import validate
from viewer.model.edits_merge import NOTED, merge, merging
from viewer.model.schema import ABOUT_TABLES, REFERENCES, TABLES, Ref


def rows(dossier: Dossier, table: str) -> list[dict[str, str]]:
    held = dossier.tables[table]
    return [held.row(row) for row in range(len(held))]


def sound(dossier: Dossier) -> None:
    """Assert that ids differ, references lead somewhere and all columns are of one length."""
    for name, table in dossier.tables.items():
        assert {len(cells) for cells in table.columns.values()} == {len(table)}
        assert len(table.keys) == len(table)
        assert list(table.keys) == sorted(set(table.keys))
        if "id" in table.columns:
            assert len(set(table["id"])) == len(table)
            some = range(0, len(table), max(len(table) // 50, 1))
            assert all(table.row_of[table["id"][row]] == row for row in some)
            assert "no such id" not in table.row_of
        assert len(table.lines) in (0, len(table)), name
    for (name, cell), to in REFERENCES.items():
        ids = {*dossier.tables[to]["id"], ""}
        assert ids.issuperset(dossier.tables[name][cell]), (name, cell)
        known = {key: row for row, key in enumerate(dossier.tables[to]["id"])}
        expected = [known.get(key, -1) for key in dossier.tables[name][cell]]
        assert dossier.rows(name, cell).tolist() == expected
    for row in rows(dossier, "claims"):
        assert row["about"] in dossier.tables[ABOUT_TABLES[row["about_kind"]]].row_of


def fresh(dossier: Dossier) -> Dossier:
    """Return the same dossier made anew, with nothing taken over."""
    tables = {
        name: type(table)(name, {c: tuple(cells) for c, cells in table.columns.items()})
        for name, table in dossier.tables.items()
    }
    return Dossier(dossier.title, dossier.path, tables)


DERIVED = (
    "event_bounds", "relation_bounds", "event_quads", "relation_quads", "place_lonlat",
    "place_precision", "relation_ends", "event_support",
)  # fmt: skip
LINKED = ("places_of_event", "actors_of_event", "sources_of_event", "place_ancestors")


def look_at_all(dossier: Dossier) -> None:
    for name in (*DERIVED, *LINKED, "disputes", "claims_about"):
        getattr(dossier, name)


def as_made_anew(dossier: Dossier) -> None:
    """Assert that what was taken over is what would be worked out."""
    other = fresh(dossier)
    for name in DERIVED:
        np.testing.assert_array_equal(getattr(dossier, name), getattr(other, name), name)
    for name in LINKED:
        mine, theirs = getattr(dossier, name), getattr(other, name)
        assert [found.tolist() for found in mine] == [found.tolist() for found in theirs], name
    assert dossier.disputes == other.disputes
    assert dossier.claims_about == other.claims_about
    for event in range(0, len(dossier.events), max(len(dossier.events) // 50, 1)):
        for table in MEMBERS:
            assert dossier.roles(table, event) == other.roles(table, event)


# -- one edit at a time ----------------------------------------------------------------------


def test_a_new_row_gets_an_id_of_its_name() -> None:
    before = small()
    after = edits.insert(before, "actors", {"name": "François Müller", "kind": "person"})
    assert after.actors.row(len(before.actors))["id"] == "francois-muller"
    again = edits.insert(after, "actors", {"name": "François Müller"})
    assert again.actors["id"][-1] == "francois-muller-2"
    assert len(before.actors) == len(after.actors) - 1
    assert after.actors.keys[-1] == before.actors.keys[-1] + 1
    assert after.actors.lines[-1] == 0
    sound(again)


def test_an_extra_column_can_be_filled_and_is_empty_elsewhere() -> None:
    after = edits.change(small(), "actors", 0, {"party": "none"})
    assert list(after.actors["party"]) == ["none"] + [""] * (len(after.actors) - 1)


def test_a_changed_id_is_followed_by_all_that_led_to_it() -> None:
    before = make(
        actors=["iran", "canada"],
        places=["land", {"id": "town", "within": "land"}],
        sources=["globe"],
        relations=[{"id": "tie", "source": "iran", "target": "canada"}],
        events=[{"id": "talk", "at": "town", "source": "iran", "told_by": "globe"}],
        claims=[
            claim("c1", "iran", "x", kind="actor", speaker="iran", source="globe"),
            claim("c2", "talk", "iran"),
            claim("c3", "tie", "x", kind="relation"),
            claim("c4", "town", "x", kind="place"),
        ],
    )
    after = before
    for table, old, new in (
        ("actors", "iran", "persia"),
        ("places", "land", "country"),
        ("places", "town", "city"),
        ("events", "talk", "speech"),
        ("relations", "tie", "bond"),
        ("sources", "globe", "globe-and-mail"),
    ):
        after = edits.change(after, table, after.tables[table].row_of[old], {"id": new})
        sound(after)
    assert "iran" not in str([rows(after, name) for name in TABLES]).replace("'name': 'iran'", "")
    assert after.relations["source"][0] == "persia"
    assert after.places["within"][1] == "country"
    assert after.tables["event_places"].row(0) == {"event": "speech", "place": "city", "role": "at"}
    by_id = {row["id"]: row for row in rows(after, "claims")}
    assert (by_id["c1"]["about"], by_id["c1"]["speaker"]) == ("persia", "persia")
    assert by_id["c1"]["source"] == "globe-and-mail"
    assert by_id["c2"]["value"] == "persia"
    assert [by_id[key]["about"] for key in ("c2", "c3", "c4")] == ["speech", "bond", "city"]
    as_made_anew(after)


def test_what_hangs_on_a_row_goes_with_it_and_the_rest_is_blanked() -> None:
    before = make(
        actors=["iran", "canada"],
        places=["land", {"id": "town", "within": "land"}],
        sources=["globe"],
        relations=[{"id": "tie", "source": "iran", "target": "canada"}],
        events=[{"id": "talk", "at": "land", "participant": "iran canada", "told_by": "globe"}],
        claims=[
            claim("of-tie", "tie", "x", kind="relation"),
            claim("of-iran", "iran", "x", kind="actor"),
            claim("by-iran", "canada", "x", kind="actor", speaker="iran"),
        ],
    )
    falling = edits.dependants(before, "actors", [0])
    assert {name: len(found) for name, found in falling.gone.items()} == {
        "actors": 1, "participants": 1, "relations": 1, "claims": 2,
    }  # fmt: skip
    assert {spot: len(found) for spot, found in falling.blanked.items()} == {
        ("claims", "speaker"): 1
    }
    after = edits.remove(before, "actors", [0])
    sound(after)
    assert list(after.claims["id"]) == ["by-iran", "talk-globe"]
    assert after.claims["speaker"][0] == ""
    after = edits.remove(before, "places", [0])
    sound(after)
    assert len(after.tables["event_places"]) == 0
    assert after.places.row(0)["within"] == ""
    after = edits.remove(before, "sources", [0])
    sound(after)
    assert len(after.claims) == len(before.claims)
    assert set(after.claims["source"]) == {""}
    after = edits.remove(before, "events", [0])
    sound(after)
    assert len(after.tables["participants"]) == 0
    assert "talk-globe" not in after.claims.row_of


def test_all_of_a_table_can_be_removed() -> None:
    before = small()
    for table in TABLES:
        after = edits.remove(before, table, range(len(before.tables[table])))
        assert len(after.tables[table]) == 0
        sound(after)


def test_members_of_an_event_are_set_and_rows_that_stay_keep_what_else_they_say() -> None:
    before = make(
        actors=["a", "b", "c"],
        events=[{"id": "one"}, {"id": "two"}],
        participants=[
            {"event": "one", "actor": "a", "role": "source", "note": "kept"},
            {"event": "one", "actor": "b", "role": "target"},
            {"event": "two", "actor": "a", "role": "source"},
        ],
    )
    wanted = [("a", "source"), ("c", "victim"), ("c", "victim")]
    after = edits.set_members(before, "participants", "one", wanted)
    assert edits.members(after, "participants", "one") == wanted[:2]
    assert edits.members(after, "participants", "two") == [("a", "source")]
    assert after.tables["participants"]["note"][0] == "kept"
    assert edits.set_members(after, "participants", "one", wanted) is after
    sound(after)


def test_what_an_edit_does_not_touch_is_not_worked_out_again() -> None:
    before = small()
    look_at_all(before)
    after = edits.change(before, "events", 0, {"title": "Another"})
    for name in (*DERIVED, *LINKED):
        assert getattr(after, name) is getattr(before, name), name
    moved = edits.change(before, "events", 0, {"date": "1999"})
    assert moved.event_bounds is not before.event_bounds
    assert moved.actors_of_event is before.actors_of_event
    as_made_anew(moved)


# -- merging ---------------------------------------------------------------------------------


def test_two_actors_become_one_and_nothing_is_lost() -> None:
    before = make(
        actors=[
            {"id": "zarif", "name": "Zarif", "kind": "person", "aliases": "J. Zarif"},
            {"id": "jz", "name": "Javad Zarif", "kind": "state", "country": "IRN",
             "aliases": "ظریف; J. Zarif", "description": "Minister.", "party": "none"},
            "canada",
        ],
        relations=[
            {"id": "self", "source": "zarif", "target": "jz"},
            {"id": "tie", "source": "jz", "target": "canada"},
        ],
        events=[
            {"id": "talk", "source": "zarif jz", "target": "canada"},
            {"id": "call", "source": "jz", "target": "zarif"},
        ],
        claims=[
            claim("c1", "jz", "x", kind="actor", speaker="jz"),
            claim("c2", "self", "x", kind="relation"),
            claim("c3", "talk", "jz"),
        ],
    )  # fmt: skip
    told = merging(before, "actors", 0, [1])
    assert told.ties.tolist() == [0]
    assert told.moved["participants"] == 2
    after = merge(before, "actors", 0, [1])
    sound(after)
    row = after.actors.row(0)
    assert row["id"] == "zarif"
    assert row["name"] == "Zarif"
    assert row["aliases"] == "J. Zarif; Javad Zarif; ظریف"
    assert (row["kind"], row["country"]) == ("person", "IRN")
    assert (row["description"], row["party"]) == ("Minister.", "none")
    assert row[NOTED] == "jz (kind state)"
    assert edits.members(after, "participants", "talk") == [
        ("zarif", "source"), ("canada", "target"),
    ]  # fmt: skip
    assert edits.members(after, "participants", "call") == [
        ("zarif", "source"), ("zarif", "target"),
    ]  # fmt: skip
    assert list(after.relations["id"]) == ["tie"]
    assert [(c["id"], c["about"], c["speaker"], c["value"]) for c in rows(after, "claims")] == [
        ("c1", "zarif", "zarif", "x"), ("c3", "talk", "", "zarif"),
    ]  # fmt: skip


def test_a_cell_may_be_chosen_and_the_other_is_noted() -> None:
    before = make(actors=[{"id": "a", "name": "A", "kind": "person"}, {"id": "b", "kind": "state"}])
    row = merge(before, "actors", 0, [1], {"kind": "state"}).actors.row(0)
    assert row["kind"] == "state"
    assert row[NOTED] == "a (kind person); b"


def test_a_merge_never_gives_a_point_another_precision() -> None:
    before = make(
        places=[
            {"id": "oman", "name": "Oman", "precision": "country", "country": "OMN"},
            {"id": "muscat", "name": "Muscat", "lon": "58.4", "lat": "23.6", "precision": "city"},
            {"id": "port", "name": "Port", "within": "oman"},
            {"id": "blank", "name": "Blank"},
        ]
    )
    row = merge(before, "places", 0, [1]).places.row(0)
    assert (row["lon"], row["precision"]) == ("", "country")
    assert "58.4" in row[NOTED]
    row = merge(before, "places", 3, [1]).places.row(2)
    assert (row["lon"], row["lat"], row["precision"]) == ("58.4", "23.6", "city")
    inside = merge(before, "places", 2, [0])
    sound(inside)
    assert inside.places.row(1)["within"] == ""


# -- what is wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "cells", "column", "said"),
    [
        ("actors", {"name": " "}, "name", "missing"),
        ("actors", {"name": "A", "id": "iran"}, "id", "already"),
        ("actors", {"name": "A", "id": "a b"}, "id", "no space"),
        ("actors", {"name": "A", "country": "Iran"}, "country", "IRN"),
        ("actors", {"name": "A", "wikidata": "3616"}, "wikidata", "Q3616"),
        ("events", {"title": "A", "date": "2012/09/07"}, "date", "2012-09-07"),
        ("events", {"title": "A", "quad": "conflict"}, "quad", "material-conflict"),
        ("places", {"name": "A", "lon": "12"}, "lat", "no lat"),
        ("places", {"name": "A", "lon": "35,6", "lat": "3"}, "lon", "point"),
        ("places", {"name": "A", "lon": "3", "lat": "93"}, "lat", "swapped"),
        ("places", {"name": "A", "within": "atlantis"}, "within", "none of the places"),
        ("relations", {"source": "iran"}, "target", "missing"),
        ("sources", {"title": "A", "url": "ftp://x"}, "url", "http"),
        ("sources", {"title": "A", "url": "javascript:alert(1)"}, "url", "http"),
        ("sources", {"title": "A", "reliability": "G"}, "reliability", "A, B"),
        ("claims", {"about_kind": "actor", "about": "iran", "stance": "asserts",
                    "credibility": "7"}, "credibility", "1, 2"),
        ("claims", {"about_kind": "event", "about": "iran", "stance": "asserts"}, "about", "none"),
        ("claims", {"about_kind": "actor", "about": "iran", "stance": "asserts",
                    "said": "yesterday"}, "said", "no date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_as_one_types(
    table: str, cells: dict[str, str], column: str, said: str
) -> None:
    assert said in validate(small(), table, cells)[column]


def test_every_row_of_a_sound_dossier_is_valid() -> None:
    dossier = small()
    for name in ("actors", "places", "sources", "claims"):
        for at, row in enumerate(rows(dossier, name)):
            assert validate(dossier, name, row, at) == {}, row


def test_a_place_cannot_lie_within_itself() -> None:
    dossier = make(places=["a", {"id": "b", "name": "b", "within": "a"}])
    row = dossier.places.row(0) | {"within": "b"}
    assert "within itself" in validate(dossier, "places", row, 0)["within"]


# -- many edits ------------------------------------------------------------------------------


def _some(rng: random.Random, dossier: Dossier) -> Dossier:
    """Return a dossier after a random edit."""
    table = rng.choice([name for name in TABLES if len(dossier.tables[name])])
    held = dossier.tables[table]
    row = rng.randrange(len(held))
    match rng.choice(("insert", "change", "rename", "remove", "members", "merge")):
        case "insert":
            cells = held.row(row)
            cells.pop("id", None)
            return edits.insert(dossier, table, cells)
        case "rename" if "id" in held.columns:
            return edits.change(dossier, table, row, {"id": f"new-{rng.random()}"})
        case "change":
            free = [
                c for c in ("title", "description", "role", "value", "date") if c in held.columns
            ]
            return edits.change(
                dossier, table, row, {c: str(rng.randrange(1900, 2020)) for c in free}
            )
        case "remove" if len(held) > 3:
            return edits.remove(dossier, table, rng.sample(range(len(held)), 1 + row % 2))
        case "members" if len(dossier.events):
            event = rng.choice(dossier.events["id"])
            name = rng.choice(list(MEMBERS))
            ids = dossier.tables[REFERENCES[name, MEMBERS[name]]]["id"]
            wanted = [(rng.choice(ids), rng.choice(("at", "source"))) for _ in range(row % 4)]
            return edits.set_members(dossier, name, event, wanted)
        case "merge" if table in ("actors", "places") and len(held) > 4:
            keep, *others = rng.sample(range(len(held)), 2 + row % 2)
            return merge(dossier, table, keep, others)
    return dossier


@pytest.mark.parametrize("seed", range(6))
def test_two_hundred_edits_leave_a_sound_dossier(seed: int) -> None:
    rng = random.Random(seed)
    dossier = small()
    for number in range(200):
        if number % 7 == 0:
            look_at_all(dossier)
        before = {name: rows(dossier, name) for name in TABLES}
        after = _some(rng, dossier)
        assert before == {name: rows(dossier, name) for name in TABLES}
        dossier = after
        sound(dossier)
    as_made_anew(dossier)


def _long() -> Dossier:
    """Return a dossier whose columns are held as long ones are."""
    many = SHORT + 300
    base = make(
        actors=[f"actor-{n}" for n in range(many)],
        events=[{"id": f"event-{n}", "title": f"Event {n}"} for n in range(many)],
    )
    ids, people = base.events["id"], base.actors["id"]
    from viewer.model.columns import references
    from viewer.model.dossier import Table

    owners = np.repeat(np.arange(many), 2)
    participants = Table(
        "participants",
        {
            "event": references(owners, ids),
            "actor": references(owners[::-1].copy(), people),
            "role": column(["source", "target"] * many),
        },
    )
    return Dossier("", "", {**base.tables, "participants": participants})


def test_long_tables_are_edited_alike() -> None:
    rng = random.Random(1)
    dossier = _long()
    assert len(dossier.actors_of_event) == len(dossier.events)
    for number in range(12):
        rng_row = rng.randrange(len(dossier.events))
        match number % 6:
            case 0:
                dossier = edits.change(dossier, "events", rng_row, {"id": f"x-{number}"})
            case 1:
                dossier = edits.remove(dossier, "events", [rng_row])
            case 2:
                dossier = edits.insert(dossier, "events", {"title": "Überall — همه جا"})
                key = dossier.events["id"][-1]
                wanted = [(dossier.actors["id"][5], "victim")]
                dossier = edits.set_members(dossier, "participants", key, wanted)
            case 3:
                dossier = merge(dossier, "actors", rng_row, [rng_row - 1, 3])
            case 4:
                dossier = edits.remove(dossier, "actors", [rng_row, rng_row + 1, 7])
            case 5:
                dossier = edits.remove(dossier, "events", range(100, 160))
        sound(dossier)
    as_made_anew(dossier)


def test_the_rows_of_an_edit_are_called_by_name() -> None:
    after = edits.insert(small(), "events", {"title": "A new event"})
    assert after.name(Ref("events", "a-new-event")) == "A new event"
