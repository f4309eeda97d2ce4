"""A dossier in one file: every cell comes back, every byte is held, nothing foreign gets in."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dossiers import make, small
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.folder import write_folder
from viewer.formats.geopackage.reading import review
from viewer.formats.geopackage.salvage import salvage
from viewer.formats.geopackage.trouble import Damaged, Foreign
from viewer.formats.geopackage.writing import write_file
from viewer.formats.registry import form_of
from viewer.model.dossier import Dossier, Table
from viewer.model.schema import TABLES

VERSIONS = Path(__file__).parent / "versions"

ODD = (
    "", " padded ",
    "two\nlines", "a\r", "\x1f", "a\x1fb", "nul\0inside", "'; DROP TABLE events; --",
    '"quoted"', "محمدجواد ظریف", "e\u0301", "\u202eabc", "🙂" * 40, "x" * 5000, "0012", "1e3",
)  # fmt: skip


def cells(dossier: Dossier) -> dict[str, dict[str, list[str]]]:
    return {
        name: {column: list(found) for column, found in table.columns.items()}
        for name, table in dossier.tables.items()
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_file(small(), tmp_path / "small.gpkg")
    return tmp_path / "small.gpkg"


def edited(path: Path, *statements: str) -> Path:
    """Do to a file what another program does."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


# -- there and back ----------------------------------------------------------------------------


@pytest.mark.parametrize("dossier", [small(), make(), open_dossier(shipped_dossier())])
def test_every_cell_comes_back(dossier: Dossier, tmp_path: Path) -> None:
    write_file(dossier, tmp_path / "a.gpkg")
    back = open_dossier(tmp_path / "a.gpkg")
    assert cells(back) == cells(dossier)
    assert (back.title, back.description, dict(back.extra)) == (
        dossier.title, dossier.description, dict(dossier.extra),
    )  # fmt: skip
    assert back.problems == ()
    assert form_of(tmp_path / "a.gpkg").name == "geopackage"


def test_odd_text_and_odd_columns_come_back(tmp_path: Path) -> None:
    dossier = make(actors=[{"id": f"a{n}", "name": text} for n, text in enumerate(ODD)])
    odd = {
        "Name": ["upper case"] * len(ODD),
        "fid": ["not the number"] * len(ODD),
        'with "marks"': list(ODD),
        "geom": ["no geometry"] * len(ODD),
        "ستون": [""] * len(ODD),
    }
    actors = dossier.actors.with_columns(odd)
    dossier = replace(dossier, tables={**dossier.tables, "actors": actors})
    write_file(dossier, tmp_path / "a.gpkg")
    back = open_dossier(tmp_path / "a.gpkg")
    assert cells(back) == cells(dossier)
    assert back.problems == ()


def test_many_rows_come_back_whatever_their_order(tmp_path: Path) -> None:
    count = 70_000
    ids = [f"e{n}" for n in range(count)]
    dossier = make()
    events = {name: [""] * count for name in TABLES["events"]}
    events |= {"id": ids, "title": [f"Title {n} – é" for n in range(count)]}
    events["title"][5] = "with \x1f inside"
    events["quad"] = ["verbal-conflict" if n % 3 else "" for n in range(count)]
    events["description"] = ["long " * 9 if n % 1000 == 0 else "" for n in range(count)]
    who = {
        "event": [ids[(n * 7919) % count] for n in range(count)],
        "actor": ["one", "two"] * (count // 2),
        "role": ["source"] * count,
    }
    tables = dict(dossier.tables)
    tables["events"] = tables["events"].with_columns(events)
    tables["events"] = type(tables["events"])("events", events)
    tables["participants"] = type(tables["events"])("participants", who)
    tables["actors"] = make(actors=["one", "two"]).actors
    dossier = replace(dossier, tables=tables)
    write_file(dossier, tmp_path / "a.gpkg")
    back = open_dossier(tmp_path / "a.gpkg")
    assert cells(back) == cells(dossier)
    assert back.rows("participants", "event")[3] == (3 * 7919) % count


def test_folder_and_file_turn_into_each_other_to_the_byte(tmp_path: Path) -> None:
    write_file(open_dossier(shipped_dossier()), tmp_path / "a.gpkg")
    write_folder(open_dossier(tmp_path / "a.gpkg"), tmp_path / "back")
    there = {path.name: path.read_bytes() for path in shipped_dossier().iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == there


def test_same_content_gives_same_bytes(file: Path, tmp_path: Path) -> None:
    write_file(open_dossier(file), tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == file.read_bytes()


def test_equal_ids_in_a_long_table_are_told(tmp_path: Path) -> None:
    ids = [f"e{n}" for n in range(70_000)]
    ids[69_000], ids[5] = "e7", ""
    blank = {name: [""] * len(ids) for name in TABLES["events"]}
    events = Table("events", {**blank, "id": ids, "title": ids[::-1]})
    write_file(replace(make(), tables={**make().tables, "events": events}), tmp_path / "a.gpkg")
    back = open_dossier(tmp_path / "a.gpkg")
    assert len(back.events) == len(ids) - 2
    assert {problem.row for problem in back.problems} == {6, 69_001}


def test_keys_are_the_numbers_of_the_rows(file: Path) -> None:
    edited(file, "DELETE FROM claims WHERE fid = 2")
    claims = open_dossier(file).claims
    assert list(claims.keys)[:3] == [1, 3, 4]
    assert list(claims.lines)[:3] == [1, 3, 4]


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.gpkg")), ids=lambda path: path.stem)
def test_files_of_every_version_open(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    back = open_dossier(copy)
    assert back.problems == ()
    assert cells(back) == cells(small())


def test_there_is_a_file_of_every_version() -> None:
    from viewer.formats.geopackage.profile import OWN, SCHEMA

    assert sorted(OWN) == list(range(1, SCHEMA + 1))
    assert {path.name for path in VERSIONS.iterdir()} == {f"dossier-{n}.gpkg" for n in OWN}


# -- what is not whole, not ours, not now ------------------------------------------------------


def test_a_flipped_bit_anywhere_is_noticed(file: Path) -> None:
    whole = file.read_bytes()
    for at in range(0, len(whole), 997):
        broken = bytearray(whole)
        broken[at] ^= 1 << at % 8
        file.write_bytes(broken)
        with pytest.raises(EntenteError) as caught:
            open_dossier(file)
        assert isinstance(caught.value, Damaged), (at, caught.value)
        assert "entente salvage" in str(caught.value)


def test_a_damaged_file_can_be_reviewed(file: Path) -> None:
    broken = file.read_bytes().replace(b"Families of the victims", b"Families of the victors")
    file.write_bytes(broken)
    with pytest.raises(Damaged, match="not those that were saved"):
        open_dossier(file)
    seen = review(file)
    assert "Families of the victors" in seen.actors["name"]
    assert "is damaged" in seen.problems[0].message


def test_what_another_program_changed_opens_with_a_warning(file: Path) -> None:
    edited(file, "UPDATE events SET title = 'Changed there' WHERE fid = 1")
    back = open_dossier(file)
    assert back.events["title"][0] == "Changed there"
    assert [problem.severity for problem in back.problems] == ["warning"]
    assert "changed by another program" in back.problems[0].message


def test_damage_to_what_another_program_changed_is_noticed(file: Path) -> None:
    edited(file, "UPDATE events SET title = 'Changed there' WHERE fid = 1")
    broken = bytearray(file.read_bytes())
    broken[len(broken) // 2 // 1024 * 1024 : len(broken) // 2 // 1024 * 1024 + 8] = b"\xff" * 8
    file.write_bytes(broken)
    with pytest.raises(EntenteError):
        open_dossier(file)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END", "the trigger “t”"),
        ("CREATE VIEW v AS SELECT 1", "the view “v”"),
        ("CREATE INDEX i ON events (title)", "the index “i”"),
        ("CREATE TABLE layer_styles (id)", "the table “layer_styles”"),
        ("ALTER TABLE events ADD COLUMN n INTEGER", "the table “events”"),
        ("CREATE VIRTUAL TABLE r USING rtree (id, a, b)", "the table “r”"),
    ],
)
def test_what_is_foreign_is_refused_by_name(file: Path, statement: str, what: str) -> None:
    edited(file, statement)
    with pytest.raises(Foreign) as caught:
        open_dossier(file)
    assert what in str(caught.value)
    assert "imported" in str(caught.value)


def test_a_newer_version_is_refused_by_its_number(file: Path) -> None:
    edited(file, "UPDATE entente_dossier SET schema = 7", "CREATE TABLE of_the_future (a)")
    with pytest.raises(EntenteError, match="in version 7 of the file"):
        open_dossier(file)


def test_a_file_that_is_being_written_is_refused(file: Path) -> None:
    file.with_name("small.gpkg-wal").write_bytes(b"something")
    with pytest.raises(EntenteError, match="close it there"):
        open_dossier(file)


def test_opening_leaves_nothing_and_changes_nothing(file: Path) -> None:
    before = file.read_bytes(), file.stat().st_mtime_ns
    open_dossier(file)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_rows_that_are_not_sound_are_reported_by_their_numbers(file: Path) -> None:
    edited(file, "UPDATE participants SET actor = 'nobody' WHERE fid = 2")
    assert any(
        "“nobody” is no id of actors" in problem.message and problem.row == 2
        for problem in open_dossier(file).problems
    )


def test_what_is_no_text_is_reported(file: Path) -> None:
    edited(file, "UPDATE events SET description = x'ff00' WHERE fid = 1")
    edited(file, "UPDATE events SET date_text = NULL")
    back = open_dossier(file)
    assert back.events["date_text"][0] == ""
    assert any("no text" in problem.message for problem in back.problems)


# -- other programs ----------------------------------------------------------------------------


def test_gdal_opens_all_layers_and_changes_no_byte(file: Path) -> None:
    import numpy as np
    import pyogrio

    before = file.read_bytes(), file.stat().st_mtime_ns
    dossier = small()
    layers = dict(pyogrio.list_layers(file).tolist())
    assert {name: layers.pop(name) for name in TABLES} == {
        name: "Point" if name == "places" else None for name in TABLES
    }
    # QGIS lists every table there is: it must be able to open these as well.
    assert layers == {"entente_dossier": None, "entente_seal": None}
    for name, table in dossier.tables.items():
        info = pyogrio.read_info(file, layer=name)
        assert list(info["fields"]) == list(TABLES[name])
        assert set(info["dtypes"]) == {"object"}
        assert info["features"] == len(table)
        assert info["fid_column"] == "fid"
        frame = pyogrio.read_dataframe(file, layer=name, fid_as_index=True)
        for column in table.columns:
            assert list(frame[column]) == list(table[column])
        assert list(frame.index) == list(table.keys)
    frame = pyogrio.read_dataframe(file, layer="places")
    assert frame.crs.to_epsg() == 4326
    points = np.array([(p.x, p.y) if p else (np.nan, np.nan) for p in frame.geometry])
    np.testing.assert_array_equal(points, dossier.place_lonlat)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


# -- salvage -----------------------------------------------------------------------------------


def test_salvage_gets_all_of_a_whole_file(file: Path) -> None:
    had = salvage(file)
    assert {name: dict(t.columns) for name, t in had.tables.items()} == cells(small())
    assert (had.title, had.lost) == ("A small dossier", 0)


def test_salvage_reads_long_rows_and_extra_columns(tmp_path: Path) -> None:
    long = "word " * 4000
    dossier = make(events=[{"id": "e", "title": "E", "description": long, "Id": "again"}])
    write_file(dossier, tmp_path / "a.gpkg")
    events = salvage(tmp_path / "a.gpkg").tables["events"]
    assert events["description"][0] == long
    assert events["Id"][0] == "again"


def test_salvage_of_half_a_file_gets_most_rows(tmp_path: Path) -> None:
    from tests.bench.masses import make as masses

    dossier = masses(2000, 200, 100, claims=True)
    path = tmp_path / "a.gpkg"
    write_file(dossier, path)
    whole = sum(map(len, dossier.tables.values()))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    had = salvage(path)
    assert sum(map(len, had.tables.values())) >= 0.6 * whole
    for name, table in had.tables.items():
        known = set(zip(*dossier.tables[name].columns.values(), strict=True))
        assert set(zip(*table.columns.values(), strict=True)) <= known


@pytest.mark.parametrize("events", [0, 300])
def test_salvage_of_half_a_small_file_gets_most_rows(events: int, tmp_path: Path) -> None:
    from tests.bench.masses import make as masses

    dossier = masses(events, 30, 15) if events else open_dossier(shipped_dossier())
    path = tmp_path / "a.gpkg"
    write_file(dossier, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    had = sum(map(len, salvage(path).tables.values()))
    assert had >= 0.6 * sum(map(len, dossier.tables.values()))


@pytest.mark.parametrize("said", [b"\0\0", b"\x02\x01", b"\0\x20"])
def test_salvage_does_without_the_header(file: Path, said: bytes) -> None:
    broken = bytearray(file.read_bytes())
    broken[16:18] = said
    file.write_bytes(broken)
    assert sum(map(len, salvage(file).tables.values())) == sum(map(len, small().tables.values()))


def test_salvage_survives_any_bytes(file: Path) -> None:
    import numpy as np

    rng = np.random.default_rng(5)
    whole = file.read_bytes()
    for _ in range(60):
        broken = bytearray(whole)
        for at in rng.integers(0, len(whole), 200).tolist():
            broken[at] = int(rng.integers(256))
        file.write_bytes(broken)
        start = time.process_time()
        with suppress(EntenteError):
            salvage(file)
        assert time.process_time() - start < 5
    file.write_bytes(os.urandom(20_000))
    with pytest.raises(EntenteError, match="no row"):
        salvage(file)


def test_what_is_beside_the_title_stays_in_order(tmp_path: Path) -> None:
    extra = {"z": 1, "a": [{"ü": None}], "name": "x"}
    write_file(replace(small(), extra=extra), tmp_path / "a.gpkg")
    assert json.dumps(open_dossier(tmp_path / "a.gpkg").extra) == json.dumps(extra)
