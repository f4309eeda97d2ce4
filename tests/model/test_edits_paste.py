"""Rows out of a spreadsheet."""

from __future__ import annotations

from tests.dossiers import make, small
from viewer.model.dossier import Dossier
from viewer.model.edits import members
from viewer.model.edits_paste import Pasted, guessed_table, paste


def added(before: Dossier, table: str, text: str) -> Dossier:
    found = paste(before, table, text)
    assert found.faults == ()
    assert found.dossier is not None
    return found.dossier


def told(found: Pasted) -> list[tuple[int, str]]:
    assert found.dossier is None
    return [(fault.row, fault.column) for fault in found.faults]


def test_a_first_row_names_the_columns_in_any_order() -> None:
    after = added(small(), "events", "Date\tTitle\tsite\n2013-03\tTalks\tport\n\n\t\t\n")
    row = after.events.row(len(after.events) - 1)
    assert (row["id"], row["title"], row["date"], row["site"]) == (
        "talks", "Talks", "2013-03", "port",
    )  # fmt: skip
    assert after.events["site"][0] == ""


def test_without_one_the_columns_are_those_of_the_table() -> None:
    after = added(make(), "actors", "François Müller\tperson\nایران\tstate")
    assert list(after.actors["id"]) == ["francois-muller", "airan"]
    assert list(after.actors["kind"]) == ["person", "state"]
    after = added(make(), "actors", "fm\tFrançois Müller\tperson\nir\tIran\tstate")
    assert list(after.actors["id"]) == ["fm", "ir"]


def test_a_quoted_cell_may_hold_a_line_break() -> None:
    after = added(make(), "events", 'title\tdescription\nTalks\t"First.\nSecond “x” ""y""."')
    assert after.events.row(0)["description"] == 'First.\nSecond “x” "y".'


def test_commas_do_where_there_is_no_tab() -> None:
    after = added(make(), "places", "name,lon,lat\nOman,57.0,21.0\n")
    assert after.places.row(0)["lon"] == "57.0"


def test_names_do_instead_of_ids() -> None:
    after = added(small(), "participants", "event\tactor\trole\n" + "\t".join(
        (small().events["title"][0], "zarif", "mediator")))  # fmt: skip
    assert members(after, "participants", small().events["id"][0])[-1] == ("zarif", "mediator")
    dossier = make(actors=[{"id": "a", "name": "Same"}, {"id": "b", "name": "Same"}, "c"])
    found = paste(dossier, "relations", "source\ttarget\nSame\tc\n")
    assert told(found) == [(2, "source")]
    assert "several" in found.faults[0].message


def test_rows_of_one_name_get_ids_of_their_own() -> None:
    after = added(make(events=["talks"]), "events", "title\n" + "Talks\n" * 500)
    assert len(set(after.events["id"])) == 501
    assert after.events["id"][-1] == "talks-501"


def test_a_place_may_lie_within_one_that_comes_along() -> None:
    after = added(make(), "places", "id\tname\twithin\ntown\tTown\tland\nland\tLand\t\n")
    assert after.rows("places", "within").tolist() == [1, -1]


def test_all_or_nothing() -> None:
    before = make(events=["there"])
    text = (
        "id\ttitle\tdate\nnew\tNew\t2013\nthere\tThere\t2013\nbad\tBad\t13.5.\nnew\tAgain\t2014\n"
    )
    assert told(paste(before, "events", text)) == [(3, "id"), (4, "date"), (5, "id")]
    assert told(paste(before, "actors", "name\tkind\nA\tstate\textra\n")) == [(2, "")]
    assert paste(before, "events", "").dossier is None
    assert paste(before, "events", "title\n").dossier is None


def test_the_table_is_guessed_by_the_first_row() -> None:
    assert guessed_table("name\tlon\tlat\n") == "places"
    assert guessed_table("event\tactor\trole\n") == "participants"
    assert guessed_table("whatever\n") == "events"
    assert guessed_table("") == "events"


def test_many_may_take_part_in_one_go() -> None:
    text = "event\tactor\trole\nembassy\tzarif\tvictim\nstrike\tzarif\tvictim\n"
    after = added(small(), "participants", text)
    assert members(after, "participants", "strike")[-1] == ("zarif", "victim")


def test_a_column_that_cannot_be_kept_is_told() -> None:
    twice = paste(make(), "actors", "name\tname\tkind\nA\tB\tstate\n")
    assert told(twice) == [(1, "name")]
    nameless = paste(make(), "actors", "name\t\tkind\nA\tB\tstate\n")
    assert told(nameless) == [(1, "")]
    assert "column 2" in nameless.faults[0].message
    assert added(make(), "actors", "name\t\tkind\nA\t\tstate\n").actors.row(0)["name"] == "A"


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    found = paste(make(), "actors", "name\tkind\n\n\nA\tstate\nB\tstate\textra\n")
    assert told(found) == [(5, "")]
