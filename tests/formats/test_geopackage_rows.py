"""Rows read out of the pages of a file are the very rows that SQLite hands out."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.bench.masses import make as make_masses
from tests.dossiers import make
from viewer.errors import EntenteError, Problem
from viewer.formats import open_dossier
from viewer.formats.geopackage import leaves, reading
from viewer.formats.geopackage.content import Content, connect
from viewer.formats.geopackage.rows import read_tables
from viewer.formats.geopackage.seal import set_seal
from viewer.formats.geopackage.trouble import Damaged, Foreign
from viewer.formats.geopackage.words import UNKNOWN, Block, Known
from viewer.formats.geopackage.writing import write_file
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import TABLES
from viewer.progress import unheard

Cells = dict[str, tuple[list[int], dict[str, list[str]]]]

WORDS = (
    "", " ", "a", "seven-7", "eight--8", "fifteen-letters", "sixteen-letters-", "é" * 7, "ظریف",
    "twenty-three-letters-23", "twenty-four-letters---24", "nul\0inside", "\x1f", "🙂" * 9,
    "x" * 57, "x" * 58, "x" * 127, "x" * 128, "y" * 600, "z" * 5000, "w" * 9000,
)  # fmt: skip


def read(path: Path, itself: bool) -> tuple[Cells, tuple[Problem, ...]]:
    """Return keys and cells of all tables, read out of the file itself or asked of SQLite."""
    content = Content.of(path)
    assert content is not None
    report = Report("")
    with closing(connect(content)) as connection:
        columns = {
            table: {
                name: name
                for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
                if name not in ("fid", "geom")
            }
            for table in TABLES
        }
        found = read_tables(connection, columns, unheard, report, content if itself else None)
    return cells(found), report.problems()


def cells(tables: Mapping[str, Table]) -> Cells:
    return {
        name: (list(table.keys), {column: list(of) for column, of in table.columns.items()})
        for name, table in tables.items()
    }


def odd(seed: int, rows: int) -> Dossier:
    """Return a dossier of odd cells, of which some stand again and again."""
    rng = random.Random(seed)
    some = rng.sample(WORDS, rng.randint(1, len(WORDS)))
    ids = [f"{rng.choice(('e', 'event-', 'an-event-of-a-long-name-'))}{n}" for n in range(rows)]
    rng.shuffle(ids)
    return make(
        actors=[
            {"id": f"a{n}", "name": rng.choice(WORDS), "extra": rng.choice(some)}
            for n in range(rng.randint(0, rows))
        ],
        places=[
            {"id": f"p{n}", "name": rng.choice(some), "lon": rng.choice(("", "1", "2.5")),
             "lat": "3", "within": rng.choice(("", "p0", "nowhere"))}
            for n in range(rng.randint(1, rows))
        ],
        events=[
            {"id": key, "title": f"{rng.choice(some)}{rng.random()}", "type": rng.choice(some),
             "description": rng.choice(WORDS) if rng.random() < 0.1 else "",
             "participant": rng.choice(("", "a0", "a1 a2", "nobody")), "at": "p0"}
            for key in ids
        ],
    )  # fmt: skip


def filed(dossier: Dossier, path: Path, page: int) -> Path:
    """Write a dossier with pages of some length."""
    write_file(dossier, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {page}")
        connection.execute("VACUUM")
    return path


@pytest.mark.parametrize("seed", range(8))
def test_pages_give_what_sqlite_gives(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaves, "_AT_ONCE", random.Random(seed).choice((1, 1 << 13, 1 << 20)))
    dossier = odd(seed, rows=(3, 40, 150, 300)[seed % 4])
    path = filed(dossier, tmp_path / "a.gpkg", (512, 1024, 4096, 65536)[seed // 2])
    found = read(path, itself=True)
    assert found == read(path, itself=False)
    assert found[0] == cells(dossier.tables)


def test_a_mass_of_rows_is_what_sqlite_gives(tmp_path: Path) -> None:
    dossier = make_masses(40_000, 500, 300, claims=True)
    write_file(dossier, tmp_path / "a.gpkg")
    found = read(tmp_path / "a.gpkg", itself=True)
    assert found == read(tmp_path / "a.gpkg", itself=False)
    assert found[0] == cells(dossier.tables)


@pytest.mark.parametrize("rows", [1, 2, 60, 72, 100, 127, 128, 500])
@pytest.mark.parametrize("long", [0, 150, 380])
def test_what_we_write_is_read_without_sqlite(
    rows: int, long: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.formats.geopackage.rows._Reading._asked", None)
    monkeypatch.setattr("viewer.formats.geopackage.rows._fids", None)
    dossier = make(events=[{"id": f"e{n}", "description": "x" * long} for n in range(rows)])
    write_file(dossier, tmp_path / "a.gpkg")
    assert cells(open_dossier(tmp_path / "a.gpkg").tables) == cells(dossier.tables)


CHANGES = {
    "rows gone": "DELETE FROM events WHERE fid % 3 = 1",
    "all gone": "DELETE FROM events",
    "far numbers": "UPDATE events SET fid = fid * 1000000007",
    "numbers below nought": "UPDATE events SET fid = fid - 1000000000000",
    "bytes": "UPDATE events SET title = x'ff00' WHERE fid % 50 = 0",
    "bad letters": "UPDATE events SET title = CAST(x'41c3' AS TEXT) WHERE fid % 50 < 2",
    "halved letter": "UPDATE events SET title = CAST(CASE fid % 2 WHEN 0 THEN x'c3' ELSE x'a9' END"
                     " AS TEXT)",
    "bad words": "UPDATE events SET type = CAST(x'c3' AS TEXT) WHERE fid % 50 = 0",
    "nothing": "UPDATE events SET type = NULL, title = NULL WHERE fid % 2 = 0",
    "very long": "UPDATE events SET title = printf('%.*c', 100000, 'x') WHERE fid = 17",
    "another column": "ALTER TABLE events ADD COLUMN more TEXT",
    "a column of numbers": "ALTER TABLE events ADD COLUMN more INTEGER DEFAULT 7",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_another_program_left_is_what_sqlite_gives(change: str, tmp_path: Path) -> None:
    path = filed(odd(1, 200), tmp_path / "a.gpkg", 1024)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(CHANGES[change])
    assert read(path, itself=True) == read(path, itself=False)


def test_more_columns_than_are_read_at_once(tmp_path: Path) -> None:
    row = {f"column {n}": f"{n}" * (n % 70) for n in range(150)}
    dossier = make(actors=[{"id": f"a{n}", **row} for n in range(5)])
    write_file(dossier, tmp_path / "a.gpkg")
    assert cells(reading.read_raw(tmp_path / "a.gpkg")) == cells(dossier.tables)


def test_text_of_another_encoding_is_refused(tmp_path: Path) -> None:
    write_file(odd(2, 30), tmp_path / "a.gpkg")
    with (
        closing(sqlite3.connect(tmp_path / "a.gpkg")) as old,
        closing(sqlite3.connect(tmp_path / "b.gpkg")) as new,
    ):
        new.execute("PRAGMA encoding = 'UTF-16'")
        new.executescript("\n".join(old.iterdump()))
        # More than one change: it is taken for one of ours that was edited.
        new.executescript("UPDATE events SET type = ''")
    with pytest.raises(Foreign, match="no UTF-8"):
        reading.read(tmp_path / "b.gpkg")


# -- files made to lead astray -----------------------------------------------------------------


def to_itself(page: bytearray, root: int) -> None:
    first = int.from_bytes(page[12:14])
    page[first : first + 4] = root.to_bytes(4)


def twice(page: bytearray, root: int) -> None:
    first = int.from_bytes(page[12:14])
    page[8:12] = page[first : first + 4]


def nowhere(page: bytearray, root: int) -> None:
    page[8:12] = (1 << 31).to_bytes(4)


def too_many(page: bytearray, root: int) -> None:
    page[3:5] = b"\xff\xff"


@pytest.mark.parametrize("lead", [to_itself, twice, nowhere, too_many])
def test_a_tree_that_leads_astray_is_refused(
    lead: Callable[[bytearray, int], None], tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    write_file(odd(3, 300), path)
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'events'"
        ).fetchone()[0]
    content = bytearray(path.read_bytes())
    page = content[(root - 1) * 512 : root * 512]
    assert page[0] == 5
    lead(page, root)
    content[(root - 1) * 512 : root * 512] = page
    path.write_bytes(content)
    seal_again(path)
    with pytest.raises(Damaged):
        open_dossier(path)


def seal_again(path: Path) -> None:
    content = path.read_bytes()
    at = content.index(b"entente-sha256:") + len(b"entente-sha256:")
    path.write_bytes(content[:at] + b"0" * 64 + content[at + 64 :])
    set_seal(path)


def test_any_bytes_in_the_leaves_are_survived(tmp_path: Path) -> None:
    path, rng = tmp_path / "a.gpkg", random.Random(4)
    write_file(odd(5, 100), path)
    whole = path.read_bytes()
    refused = 0
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            content[rng.randrange(12 * 512, len(content))] = rng.choice((0, 1, 127, 128, 255, 13))
        path.write_bytes(content)
        seal_again(path)
        try:
            open_dossier(path)
        except EntenteError:
            refused += 1
    assert refused < 300


# -- cells as numbers --------------------------------------------------------------------------


def block(found: list[str]) -> Block:
    out = Block.of("\x1f".join(found).encode(), len(found))
    assert out is not None
    return out


@pytest.mark.parametrize("size", [1, 5, 300, 5000])
def test_words_are_found_where_they_first_stand(size: int) -> None:
    rng = random.Random(size)
    known = [f"{'event-' * rng.randint(0, 3)}{rng.randrange(size)}" for _ in range(size)]
    wanted = [*known, "", "event-", *(f"other {n}" for n in range(50))]
    words, others = block(known).words, block(wanted).words
    assert words is not None and others is not None
    places = [known.index(word) if word in known else UNKNOWN for word in wanted]
    assert Known(words).find(others).tolist() == places
    assert Known(words).distinct == (len(set(known)) == len(known))
    numbered = Known(words, np.arange(size, dtype=np.int32) * 3 - 1)
    assert numbered.find(others).tolist() == [
        UNKNOWN if place == UNKNOWN else place * 3 - 1 for place in places
    ]


def test_words_that_were_made_to_share_a_slot_are_told_apart() -> None:
    # Letters far apart whose products share their upper bits, as a stranger may choose them.
    from viewer.formats.geopackage import words as module

    same = np.arange(1, 200, dtype=np.uint64)[None, :]
    old, module._MIX = module._MIX, np.zeros(4, dtype=np.uint64)
    try:
        known = Known(same)
        assert known.distinct
        assert known.find(same).tolist() == list(range(199))
        assert known.find(same + np.uint64(500)).tolist() == [UNKNOWN] * 199
    finally:
        module._MIX = old


def test_cells_stand_together() -> None:
    for found in (["a", "", "bc"], ["é", "x" * 400, *"abc"], ["", ""]):
        assert block(found).together == "".join(found).encode()
    halves = Block(
        np.frombuffer(b"\0\xc3\xa9" + bytes(256), np.uint8), np.array([1, 2]), np.ones(2, int)
    )
    with pytest.raises(UnicodeDecodeError):
        _ = halves.together
