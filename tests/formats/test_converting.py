"""From one form to another by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dossiers import make, small
from viewer.__main__ import main
from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.formats.folder import write_folder
from viewer.formats.geopackage.writing import write_file


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return status, said.out, said.err


def test_there_and_back_to_the_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, back = tmp_path / "x.gpkg", tmp_path / "back"
    assert run(capsys, "convert", shipped_dossier(), file) == (0, "", "")
    assert run(capsys, "convert", file, back) == (0, "", "")
    for path in shipped_dossier().iterdir():
        assert (back / path.name).read_bytes() == path.read_bytes()


def test_nothing_is_replaced_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(small(), tmp_path / "a")
    for name in ("b.gpkg", "b"):
        assert run(capsys, "convert", tmp_path / "a", tmp_path / name)[0] == 0
        status, _, err = run(capsys, "convert", tmp_path / "a", tmp_path / name)
        assert status == 2
        assert "--overwrite" in err
        words = ("convert", "--overwrite", tmp_path / "a", tmp_path / name)
        assert run(capsys, *words)[0] == 0


@pytest.mark.parametrize(
    ("target", "said"),
    [("a.foo", "nothing is written as .foo"), ("no/where.gpkg", "make it first")],
)
def test_a_wrong_target_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str, said: str
) -> None:
    write_folder(small(), tmp_path / "a")
    status, _, err = run(capsys, "convert", tmp_path / "a", tmp_path / target)
    assert status == 2
    assert said in err
    assert err.count("\n") == 1


def test_what_is_converted_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(small(), tmp_path / "a.gpkg")
    words = ("convert", "--overwrite", tmp_path / "a.gpkg", tmp_path / "a.gpkg")
    assert run(capsys, *words)[0] == 2


def test_several_become_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = make("One", actors=["a", "b"], places=["p"], events=[{"id": "e", "at": "p"}])
    two = make("Two", actors=["b", "c"], places=["p"], events=[{"id": "e", "at": "p"}])
    write_file(one, tmp_path / "one.gpkg")
    write_folder(two, tmp_path / "two")
    words = ("convert", tmp_path / "one.gpkg", tmp_path / "two", tmp_path / "all.gpkg")
    assert run(capsys, *words) == (0, "", "")
    both = open_dossier(tmp_path / "all.gpkg")
    assert both.title == "One"
    assert both.actors["id"] == ("a", "b", "c")
    assert len(both.events) == len(both.tables["event_places"]) == 1


def test_rows_that_contradict_each_other_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(make(actors=[{"id": "a", "name": "Ann"}]), tmp_path / "one.gpkg")
    write_file(make(actors=[{"id": "a", "name": "Bob"}]), tmp_path / "two.gpkg")
    words = ("convert", tmp_path / "one.gpkg", tmp_path / "two.gpkg", tmp_path / "all")
    status, _, err = run(capsys, *words)
    assert status == 2
    assert err.count("\n") == 1
    assert "actors “a” has “Bob” as its name, but “Ann” in" in err
    assert not (tmp_path / "all").exists()


def test_rows_that_are_not_sound_are_told_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folder(small(), tmp_path / "a")
    people = tmp_path / "a" / "participants.csv"
    people.write_text(people.read_text() + "no-event,nato,source\n")
    status, _, err = run(capsys, "convert", tmp_path / "a", tmp_path / "b.gpkg")
    assert status == 1
    assert "“no-event” is no id of events" in err
    assert run(capsys, "convert", tmp_path / "b.gpkg", tmp_path / "c")[0] == 1
    assert (tmp_path / "c" / "participants.csv").read_bytes() == people.read_bytes()


def test_salvage_of_a_file_cut_in_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.gpkg"
    write_file(open_dossier(shipped_dossier()), file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    status, _, err = run(capsys, "info", file)
    assert status == 2
    assert "entente salvage a.gpkg" in err
    status, out, err = run(capsys, "salvage", file, tmp_path / "b")
    assert status == 1
    assert "rows found" in out
    assert "are kept" in err
    assert open_dossier(tmp_path / "b").title == open_dossier(shipped_dossier()).title
    status, _, err = run(capsys, "salvage", tmp_path / "b" / "claims.csv", tmp_path / "c")
    assert status == 2
    assert "no row of a dossier" in err
