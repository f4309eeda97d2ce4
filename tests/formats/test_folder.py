"""A dossier as a folder: read what is sound, report the rest, write it back to the letter."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dossiers import make, small
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError, Problem
from viewer.formats import open_dossier
from viewer.formats.csvtable import LONGEST_CELL, MOST_COLUMNS
from viewer.formats.folder import write_folder
from viewer.model.dossier import Dossier
from viewer.model.report import MOST
from viewer.model.schema import TABLES
from viewer.progress import Cancelled

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one table of the folder ``dossier``, header included where it is text."""

    def writer(name: str, content: str | bytes) -> Path:
        folder = tmp_path / "dossier"
        folder.mkdir(exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
        return folder

    return writer


def header(table: str) -> str:
    return ",".join(TABLES[table]) + "\n"


def places(*rows: str) -> str:
    """`places.csv` of rows ``id,lon,lat``."""
    return "id,name,lon,lat,aliases,kind,precision,country,within,geonames,wikidata\n" + "".join(
        "{0},{0},{1},{2},,,,,,,\n".format(*row.split(" ")) for row in rows
    )


def events(*rows: str) -> str:
    """`events.csv` of rows ``id,date``."""
    return header("events") + "".join("{0},{0},,,{1},,\n".format(*row.split(" ")) for row in rows)


def told(dossier: Dossier) -> list[tuple[str, int, str]]:
    return [(p.table, p.row, p.column) for p in dossier.problems]


def only(dossier: Dossier) -> Problem:
    assert len(dossier.problems) == 1, dossier.problems
    return dossier.problems[0]


# -- there and back ------------------------------------------------------------------------------


def same(a: Dossier, b: Dossier) -> bool:
    return all(dict(a.tables[n].columns) == dict(b.tables[n].columns) for n in TABLES)


def test_the_shipped_dossier_is_written_back_to_the_letter(tmp_path: Path) -> None:
    dossier = open_dossier(shipped_dossier())
    assert dossier.title == "Iran–Canada relations"
    assert dossier.problems == ()
    write_folder(dossier, tmp_path / "copy")
    for name in TABLES:
        original = shipped_dossier() / f"{name}.csv"
        assert (tmp_path / "copy" / f"{name}.csv").read_bytes() == original.read_bytes()
    again = open_dossier(tmp_path / "copy")
    assert (again.title, again.description, again.extra) == (
        dossier.title, dossier.description, dossier.extra,
    )  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    hard = make(
        "Ein „Titel“",
        actors=[
            {"id": "a", "name": 'says "no", twice', "description": "two\nlines\r\nand\rmore"},
            {"id": "b", "name": " space around ", "aliases": "=cmd|' /C calc'!A0"},
            {"id": "c", "name": "محمدجواد ظریف", "description": "tab\there\u2028and\x85there"},
            {"id": "d", "name": '"', "description": ","},
        ],
    )
    write_folder(hard, tmp_path / "d")
    again = open_dossier(tmp_path / "d")
    assert again.problems == ()
    assert again.title == hard.title
    assert same(again, hard)
    assert list(again.actors.lines) == [2, 6, 7, 8]
    with (tmp_path / "d" / "actors.csv").open(newline="", encoding="utf-8") as file:
        assert [row["name"] for row in csv.DictReader(file)] == list(hard.actors["name"])


def test_small_dossier_there_and_back(tmp_path: Path) -> None:
    dossier = small()
    write_folder(dossier, tmp_path / "d")
    again = open_dossier(tmp_path / "d")
    assert again.problems == ()
    assert same(again, dossier)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a/d", "b/d"):
        (tmp_path / name).parent.mkdir()
        write_folder(small(), tmp_path / name)
    for file in (tmp_path / "a" / "d").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / "d" / file.name).read_bytes()


def test_an_empty_dossier_there_and_back(tmp_path: Path) -> None:
    write_folder(Dossier.empty("Nothing"), tmp_path / "d")
    again = open_dossier(tmp_path / "d")
    assert again.problems == ()
    assert again.title == "Nothing"
    assert not len(again.events)


def test_extra_columns_are_kept_behind_the_known_ones(write: Write, tmp_path: Path) -> None:
    text = "my notes," + header("actors").strip() + ",rank\nnote,iran,Iran,state,,IRN,,,1\n"
    dossier = open_dossier(write("actors.csv", text))
    assert tuple(dossier.actors.columns) == (*TABLES["actors"], "my notes", "rank")
    assert dossier.actors["my notes"] == ("note",)
    write_folder(dossier, tmp_path / "copy")
    assert same(open_dossier(tmp_path / "copy"), dossier)


def test_a_data_package_describes_every_table(tmp_path: Path) -> None:
    write_folder(small(), tmp_path / "d")
    package = json.loads((tmp_path / "d" / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == list(TABLES[resource["name"]])
        assert (tmp_path / "d" / resource["path"]).stat().st_size == resource["bytes"]


def test_a_table_edited_since_it_was_written_is_doubted(tmp_path: Path) -> None:
    write_folder(small(), tmp_path / "d")
    table = tmp_path / "d" / "places.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("35.694", "35.964"), "utf-8")
    problem = only(open_dossier(tmp_path / "d"))
    assert (problem.table, problem.severity) == ("places", "warning")
    assert "edited or damaged" in problem.message


def test_a_bom_and_windows_line_ends_are_no_matter(write: Write) -> None:
    text = header("events") + 'a,"two\r\nlines",,,2012,,\nb,B,,,2013,,\n'
    data = b"\xef\xbb\xbf" + text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    dossier = open_dossier(write("events.csv", data))
    assert dossier.problems == ()
    assert dossier.events["id"] == ("a", "b")
    assert dossier.events["title"][0] == "two\r\nlines"
    assert list(dossier.events.lines) == [2, 4]


def test_old_line_ends_are_read_too(write: Write) -> None:
    dossier = open_dossier(write("events.csv", events("a 2012", "b 2013").replace("\n", "\r")))
    assert dossier.events["id"] == ("a", "b")


def test_a_file_of_the_folder_opens_the_folder(tmp_path: Path) -> None:
    write_folder(small(), tmp_path / "d")
    for name in ("events.csv", "datapackage.json"):
        dossier = open_dossier(str(tmp_path / "d" / name))
        assert len(dossier.events) == len(small().events)
        assert dossier.title == "A small dossier"


def test_a_folder_without_a_description_is_called_by_its_name(write: Write) -> None:
    dossier = open_dossier(write("events.csv", events("a 2012")))
    assert dossier.title == "dossier"
    assert not len(dossier.claims)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"title": 5}', "[" * 100_000, '{"title": "\\ud800"}', "\xff",
     '{"resources": [5, {"path": 1, "hash": []}]}', '{"resources": {}}'],
)  # fmt: skip
def test_a_broken_description_is_no_hindrance(write: Write, content: str) -> None:
    write("events.csv", events("a 2012"))
    dossier = open_dossier(write("datapackage.json", content.encode("latin-1")))
    assert dossier.title == "dossier"
    assert dossier.events["id"] == ("a",)
    assert all(problem.severity == "warning" for problem in dossier.problems)


# -- rows that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "column", "hint"),
    [
        ("51,4", "35.7", "lon", None),
        ("x", "35.7", "lon", "no number"),
        ("51.4", "nan", "lat", "no number"),
        ("inf", "35.7", "lon", "no number"),
        ("١٢", "35.7", "lon", "no number"),
        ("5_1", "35.7", "lon", "no number"),
        ("1e400", "35.7", "lon", "outside"),
        ("51.4", "91", "lat", "outside −90 to 90"),
        ("45.4", "-97", "lat", "are lon and lat swapped?"),
        ("-181", "35.7", "lon", "outside −180 to 180"),
        ("51.4", "", "lat", "no lat beside the lon"),
    ],
)
def test_a_place_with_impossible_coordinates_opens_without(
    write: Write, lon: str, lat: str, column: str, hint: str | None
) -> None:
    if hint is None:
        lon, hint = f'"{lon}"', "use a point, not a comma"
    dossier = open_dossier(write("places.csv", places("good 1 2", f"bad {lon} {lat}")))
    assert dossier.places["id"] == ("good", "bad")
    assert (dossier.places["lon"][1], dossier.places["lat"][1]) == ("", "")
    assert dossier.place_lonlat[0].tolist() == [1, 2]
    problem = only(dossier)
    assert (problem.table, problem.row, problem.column) == ("places", 3, column)
    assert problem.file == str(dossier.path)
    assert hint in problem.message


def test_an_event_whose_date_is_none_opens_without(write: Write) -> None:
    dossier = open_dossier(write("events.csv", events("a 2012", "b Sept-2012", "c 2012-13")))
    assert dossier.events["id"] == ("a", "b", "c")
    assert dossier.events["date"][1] == "Sept-2012"
    assert told(dossier) == [("events", 3, "date"), ("events", 4, "date")]
    assert "no month 13" in dossier.problems[1].message


def test_of_two_equal_ids_the_first_stays(write: Write) -> None:
    dossier = open_dossier(write("events.csv", events("a 2012", "b 2013", "a 2014")))
    assert dossier.events["date"] == ("2012", "2013")
    assert list(dossier.events.lines) == [2, 3]
    assert told(dossier) == [("events", 4, "id")]
    assert "line 2" in only(dossier).message


def test_a_row_without_an_id_is_left_out(write: Write) -> None:
    dossier = open_dossier(write("events.csv", events("a 2012") + ",Nameless,,,2012,,\n"))
    assert dossier.events["id"] == ("a",)
    assert told(dossier) == [("events", 3, "id")]


def test_empty_lines_and_lines_of_commas_are_nothing(write: Write) -> None:
    text = events("a 2012") + "\n,,,,,,\n\n" + events("b 2013").partition("\n")[2]
    dossier = open_dossier(write("events.csv", text))
    assert dossier.problems == ()
    assert list(dossier.events.lines) == [2, 6]


def test_space_around_ids_and_words_is_nothing_but_text_is_kept(write: Write) -> None:
    text = header("actors") + " iran , Iran , state , A ; B , IRN , text ,\n"
    dossier = open_dossier(write("actors.csv", text))
    row = dossier.actors.row(0)
    assert (row["id"], row["kind"], row["country"]) == ("iran", "state", "IRN")
    assert (row["name"], row["description"]) == (" Iran ", " text ")


@pytest.fixture
def linked(write: Write) -> Path:
    """A folder whose tables are sound, for tests that add one bad row."""
    write("actors.csv", header("actors") + "iran,Iran,,,,,\ncanada,Canada,,,,,\n")
    write("places.csv", places("tehran 51 35"))
    write("sources.csv", header("sources") + "globe,Globe,,,,,,,\n")
    write("events.csv", events("talks 2017"))
    write("event_places.csv", header("event_places") + "talks,tehran,at\n")
    write("participants.csv", header("participants") + "talks,iran,source\n")
    write("relations.csv", header("relations") + "ties,iran,canada,,no,,,\n")
    return write(
        "claims.csv", header("claims") + "c,event,talks,occurred,yes,asserts,iran,globe,1,,\n"
    )


@pytest.mark.parametrize(
    ("table", "row", "column", "hint"),
    [
        ("event_places", "talks,tehra,at", "place", "did you mean “tehran”?"),
        ("event_places", "nothing,tehran,at", "event", "no id of events"),
        ("event_places", ",tehran,at", "event", "names none of events"),
        ("participants", "talks,Iran,source", "actor", "did you mean “iran”?"),
        ("relations", "more,iran,usa,,no,,,", "target", "“usa” is no id of actors"),
        ("relations", "more,,iran,,no,,,", "source", "names none of actors"),
        ("claims", "d,event,talk,x,y,asserts,,globe,1,,", "about", "did you mean “talks”?"),
        ("claims", "d,evnt,talks,x,y,asserts,,globe,1,,", "about_kind", "did you mean “event”?"),
        ("claims", "d,event,talks,x,y,asserts,trump,globe,1,,", "speaker", "“trump” is no id"),
    ],
)
def test_a_reference_that_leads_nowhere_leaves_its_row_out(
    linked: Path, table: str, row: str, column: str, hint: str
) -> None:
    file = linked / f"{table}.csv"
    before = open_dossier(linked)
    assert before.problems == ()
    file.write_text(file.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    dossier = open_dossier(linked)
    assert same(dossier, before)
    assert told(dossier) == [(table, 3, column)]
    assert hint in only(dossier).message
    assert "the row is left out" in only(dossier).message


def test_references_that_may_be_missing_are_left_empty(linked: Path) -> None:
    with (linked / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("d,event,talks,occurred,yes,asserts,,glob,1,,\n")
    with (linked / "places.csv").open("a", encoding="utf-8") as file:
        file.write("ottawa,Ottawa,,,,,,,cana,,\n")
    dossier = open_dossier(linked)
    assert dossier.claims["source"] == ("globe", "")
    assert dossier.places["within"] == ("", "")
    assert told(dossier) == [("places", 3, "within"), ("claims", 3, "source")]


def test_what_hangs_on_a_row_left_out_goes_too_and_is_told(linked: Path) -> None:
    with (linked / "relations.csv").open("a", encoding="utf-8") as file:
        file.write("gone,iran,usa,,no,,,\n")
    with (linked / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("d,relation,gone,holds,yes,asserts,,globe,1,,\n")
    dossier = open_dossier(linked)
    assert dossier.claims["id"] == ("c",)
    assert told(dossier) == [("relations", 3, "target"), ("claims", 3, "about")]


def test_rows_of_another_width(write: Write) -> None:
    text = events("a 2012") + "b,B,,,2013\nc,C,,,2014,,text, with a comma\nd,D,,,2015,,,,,\n"
    dossier = open_dossier(write("events.csv", text))
    assert dossier.events["id"] == ("a", "b", "d")
    assert dossier.events["description"] == ("", "", "")
    assert told(dossier) == [("events", 3, ""), ("events", 4, "")]
    assert "has 5 cells, the header has 7" in dossier.problems[0].message
    assert "left out" in dossier.problems[1].message


def test_lines_are_counted_as_an_editor_counts_them(write: Write) -> None:
    text = header("events") + 'a,"one\ntwo\n\nfour",,,2012,,\nb,B,,,never,,\n'
    dossier = open_dossier(write("events.csv", text))
    assert list(dossier.events.lines) == [2, 6]
    assert told(dossier) == [("events", 6, "date")]


def test_a_quotation_mark_that_is_not_closed_is_told(write: Write) -> None:
    text = events("a 2012") + 'b,"open,,,2013,,\n' + events("c 2014").partition("\n")[2]
    dossier = open_dossier(write("events.csv", text))
    assert dossier.events["id"] == ("a",)
    assert told(dossier) == [("events", 3, "")]
    assert "lines 3 to 4 are left out" in only(dossier).message


def test_after_a_row_that_cannot_be_parsed_reading_goes_on(write: Write) -> None:
    text = events("a 2012") + 'b,"B" x,,,2013,,\n' + events("c 2014").partition("\n")[2]
    dossier = open_dossier(write("events.csv", text))
    assert dossier.events["id"] == ("a", "c")
    assert list(dossier.events.lines) == [2, 4]
    assert told(dossier) == [("events", 3, "")]


def test_a_cell_of_a_megabyte_is_left_out(write: Write) -> None:
    text = events("a 2012") + f"b,{'x' * (LONGEST_CELL + 1)},,,2013,,\n"
    limit = csv.field_size_limit()
    dossier = open_dossier(write("events.csv", text + "c,C,,,2014,,\n"))
    assert dossier.events["id"] == ("a", "c")
    assert "longer than 1 MB" in only(dossier).message
    assert csv.field_size_limit() == limit


# -- bytes that are no text ----------------------------------------------------------------------


def test_what_is_not_utf8_is_told_by_line_and_byte(write: Write) -> None:
    data = events("a 2012").encode() + "é,É,,,2013,,\n".encode("latin-1") + b"c,C,,,2014,,\n"
    dossier = open_dossier(write("events.csv", data))
    problem = only(dossier)
    assert (problem.table, problem.row) == ("events", 3)
    offset = len(events("a 2012").encode()) + 1
    assert f"byte {offset} of the file (hexadecimal E9) is not UTF-8" in problem.message
    assert dossier.events["id"] == ("a", "�", "c")


def test_bytes_are_counted_from_the_beginning_of_a_long_file(write: Write) -> None:
    data = events(*(f"e{i} 2012" for i in range(150_000))).encode()
    assert len(data) > 2 << 20
    dossier = open_dossier(write("events.csv", data + b"z,\xff,,,2014,,\n"))
    assert f"byte {len(data) + 3} " in only(dossier).message
    assert only(dossier).row == 150_002
    assert dossier.events.lines[-1] == 150_002


def test_nul_bytes_and_half_surrogates_are_told(write: Write) -> None:
    data = events("a 2012").encode() + b"b,\x00,,,2013,,\nc,\xed\xa0\x80,,,2014,,\n"
    dossier = open_dossier(write("events.csv", data))
    assert told(dossier) == [("events", 3, ""), ("events", 4, "")]
    assert dossier.events["title"][1] == "�"
    "".join(dossier.events["title"]).encode()


def test_utf16_is_named(write: Write) -> None:
    with pytest.raises(EntenteError, match="is UTF-16; save it as CSV in UTF-8"):
        open_dossier(write("events.csv", events("a 2012").encode("utf-16")))


def test_binary_rubbish_ends_in_one_line(write: Write) -> None:
    with pytest.raises(EntenteError):
        open_dossier(write("events.csv", os.urandom(100_000)))


# -- headers -------------------------------------------------------------------------------------


def test_a_misspelt_column_is_named(write: Write) -> None:
    text = places("a 1 2").replace(",lat,", ",latitude,", 1)
    dossier = open_dossier(write("places.csv", text))
    problem = dossier.problems[0]
    assert (problem.table, problem.row, problem.column) == ("places", 1, "lat")
    assert "is it the one called “latitude”?" in problem.message
    assert dossier.places["latitude"] == ("2",)


def test_a_column_that_is_missing_is_empty(write: Write) -> None:
    dossier = open_dossier(write("events.csv", "id,title,when\na,A,2020\n"))
    assert dossier.events["date"] == ("",)
    assert {problem.column for problem in dossier.problems} == set(TABLES["events"][2:])
    assert all(problem.row == 1 for problem in dossier.problems)
    (error,) = (problem for problem in dossier.problems if problem.severity == "error")
    assert error.column == "date"
    assert "add it to events.csv, or rename the one that is meant: “when”" in error.message


@pytest.mark.parametrize(
    "text", ["id,name,lon,lat\na,A,1,2\n", "id,name,lon,lat,precision,country\na,A,1,2,,\n"]
)
def test_columns_that_may_be_missing_are_no_errors(write: Write, text: str) -> None:
    dossier = open_dossier(write("places.csv", text))
    assert {problem.severity for problem in dossier.problems} == {"warning"}
    missing = set(TABLES["places"]) - set(text.partition("\n")[0].split(","))
    assert sorted(problem.column for problem in dossier.problems) == sorted(missing)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Id,title\na,A\n", "column “id” is missing; is it the one called “Id”?"),
        ("title\nA\n", "the header must be id,title,type"),
        ("id;title;type\na;A;\n", "must be separated by commas"),
        ("id\ttitle\n", "must be separated by commas"),
        (",".join(f"c{i}" for i in range(MOST_COLUMNS + 1)), "has 1,001 columns"),
        ('id,"title\n', "the header cannot be read"),
    ],
)
def test_a_header_nothing_can_be_read_by_stops(write: Write, text: str, message: str) -> None:
    with pytest.raises(EntenteError, match="events") as caught:
        open_dossier(write("events.csv", text))
    assert message in str(caught.value)


def test_columns_twice_and_without_a_name(write: Write) -> None:
    text = header("actors").strip() + ",name,,\niran,Iran,,,,,,Persia,,x\n"
    dossier = open_dossier(write("actors.csv", text))
    assert dossier.actors["name"] == ("Iran",)
    assert dossier.actors["name (8)"] == ("Persia",)
    assert dossier.actors["column 10"] == ("x",)
    assert "column 9" not in dossier.actors.columns
    assert "stands twice" in only(dossier).message


def test_an_empty_table_and_one_with_a_header_only(write: Write) -> None:
    write("actors.csv", "")
    dossier = open_dossier(write("events.csv", header("events")))
    assert not len(dossier.events)
    assert told(dossier) == [("actors", 0, "")]
    assert "is empty" in only(dossier).message


# -- paths ---------------------------------------------------------------------------------------


def test_paths_where_nothing_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "old.gpkg").write_bytes(b"SQLite format 3\0")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "bare").mkdir()
    expected = {
        "missing": "no such file or folder; check the path",
        "missing/events.csv": "no such file or folder; check the path",
        "notes.txt/events.csv": "no such file or folder; check the path",
        "notes.txt": "this kind of file cannot be opened; what can: a folder",
        "old.gpkg": "is damaged or no GeoPackage",
        "loop": "a link that leads back to itself",
        "bare": "no dossier: none of its tables is here",
        "x" * 5000: "a longer name than the system allows",
        "nul\0": "no path that the system knows",
    }
    for name, message in expected.items():
        with pytest.raises(EntenteError) as caught:
            open_dossier(tmp_path / name)
        assert message in str(caught.value), name
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="named pipes of POSIX")
def test_pipes_and_devices_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EntenteError, match="neither a file nor a folder"):
        open_dossier(tmp_path / "pipe")
    folder = tmp_path / "d"
    folder.mkdir()
    os.mkfifo(folder / "events.csv")
    with pytest.raises(EntenteError, match=r"events\.csv is no file"):
        open_dossier(folder)


def test_a_folder_in_the_place_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "events.csv").mkdir()
    with pytest.raises(EntenteError, match=r"events\.csv is no file"):
        open_dossier(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_table_that_may_not_be_read(write: Write) -> None:
    folder = write("events.csv", events("a 2012"))
    (folder / "events.csv").chmod(0)
    with pytest.raises(EntenteError, match="not yours to read"):
        open_dossier(folder)


def test_problems_are_bounded_and_the_rest_is_counted(write: Write) -> None:
    dossier = open_dossier(
        write("events.csv", events(*(f"e{i} no-{i}" for i in range(MOST + 500))))
    )
    assert len(dossier.events) == MOST + 500
    assert len(dossier.problems) == MOST + 1
    assert dossier.problems[-1].message.startswith("500 more errors")


def test_reading_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    write_folder(small(), tmp_path / "d")
    shares: list[float] = []
    open_dossier(tmp_path / "d", shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)

    def stop(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        open_dossier(tmp_path / "d", stop)


# -- writing -------------------------------------------------------------------------------------


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "d"
    write_folder(small(), target)
    with pytest.raises(EntenteError, match="there is a dossier already"):
        write_folder(Dossier.empty(), target)
    assert len(open_dossier(target).events) == len(small().events)
    write_folder(Dossier.empty(), target, overwrite=True)
    assert not len(open_dossier(target).events)
    assert [entry.name for entry in tmp_path.iterdir()] == ["d"]


def test_what_is_no_part_of_a_dossier_is_never_overwritten(tmp_path: Path) -> None:
    write_folder(small(), tmp_path / "d")
    (tmp_path / "d" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EntenteError, match=r"notes\.txt"):
        write_folder(Dossier.empty(), tmp_path / "d", overwrite=True)
    with pytest.raises(EntenteError, match="a file of this name is in the way"):
        write_folder(Dossier.empty(), tmp_path / "d" / "notes.txt", overwrite=True)


def test_a_write_that_fails_leaves_the_old_dossier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "d"
    write_folder(small(), target)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EntenteError, match="No space left on device"):
        write_folder(Dossier.empty(), target, overwrite=True)
    assert len(open_dossier(target).events) == len(small().events)
    assert [entry.name for entry in tmp_path.iterdir()] == ["d"]


def test_a_swap_that_fails_half_way_puts_the_old_dossier_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "d"
    write_folder(small(), target)
    rename = Path.rename

    def refusing(self: Path, to: Path) -> Path:
        if self.name == "new":
            raise PermissionError(13, "Permission denied")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(EntenteError, match="Permission denied"):
        write_folder(Dossier.empty(), target, overwrite=True)
    assert len(open_dossier(target).events) == len(small().events)
    assert [entry.name for entry in tmp_path.iterdir()] == ["d"]


# -- weight --------------------------------------------------------------------------------------


def test_the_import_is_light() -> None:
    code = (
        "import sys, viewer.formats, viewer.formats.folder\n"
        "heavy = {'pandas', 'geopandas', 'shapely', 'pyogrio', 'pyproj', 'networkx', 'scipy',"
        " 'PySide6', 'pyqtgraph'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    ).stdout  # fmt: skip
    assert out.strip() == "[]"


@pytest.mark.slow
def test_a_hundred_thousand_events_take_little_longer_than_the_csv_module(write: Write) -> None:
    text = events(*(f"event-{i} {1990 + i % 30}-{1 + i % 12:02}" for i in range(100_000)))
    folder = write("events.csv", text)
    begun = time.process_time()
    with (folder / "events.csv").open(newline="", encoding="utf-8") as file:
        rows = sum(1 for _ in csv.reader(file))
    bare = time.process_time() - begun
    begun = time.process_time()
    dossier = open_dossier(folder)
    ours = time.process_time() - begun
    assert len(dossier.events) == rows - 1
    assert ours < 8 * bare + 0.5
