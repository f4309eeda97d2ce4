"""Tables as text of other programs: no cell is lost or lands in another row without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.graphfiles import opened, row, written
from viewer.formats import open_dossier
from viewer.formats.imports import dossier_of
from viewer.formats.points_table import gather_file
from viewer.formats.registry import form_of
from viewer.formats.text_plain import decode
from viewer.model.dossier import Dossier


def points(path: Path) -> Dossier:
    assert form_of(path).name == "points-table"
    return dossier_of(gather_file(path), path)


def lines(dossier: Dossier) -> str:
    return "\n".join(problem.line for problem in dossier.problems)


BAD = 'name,lon,lat\nA,1,2\n"B" b,3,4\n"C\nc",5,6\nD,7,8,9\nE,9,10\n'


def test_a_wrong_quotation_mark_costs_its_row_alone(tmp_path: Path) -> None:
    dossier = points(written(tmp_path, "towns.csv", BAD))
    assert list(dossier.places["name"]) == ["A", "C c", "E"]
    said = lines(dossier)
    assert "places:3: quotation marks do not match: left out" in said
    assert "places:6: has 4 cells, the header has 3: left out" in said
    assert len(dossier.problems) == 2


def test_a_quotation_mark_that_is_never_closed_swallows_nothing_in_silence(tmp_path: Path) -> None:
    text = 'Source,Target,note\na,b,fine\na,b,"open\na,c,x\na,d,y\n'
    dossier = opened(written(tmp_path, "ties.csv", text))
    assert len(dossier.relations) == 1
    assert "relations:3: quotation marks do not match: lines 3 to 5 are left out" in lines(dossier)


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0c", "\x1e"])
def test_only_line_ends_end_a_line(tmp_path: Path, sign: str) -> None:
    path = written(tmp_path, "towns.csv", f"name,lon,lat\nA{sign}B,1,2\nC,3,4\n")
    dossier = points(path)
    assert len(dossier.places) == 2 and not dossier.problems


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_and_empty_lines_above(tmp_path: Path, end: str) -> None:
    text = end.join(("", "name,lon,lat", "A,1,2", "", "B,x,4", ""))
    dossier = points(written(tmp_path, "towns.csv", text))
    assert list(dossier.places["name"]) == ["A", "B"]
    assert [problem.row for problem in dossier.problems] == [5]
    text = end.join(("", "Source;Target", "a;b", ""))
    assert len(opened(written(tmp_path, "ties.csv", text)).relations) == 1


def test_a_problem_is_told_at_the_line_where_its_row_begins(tmp_path: Path) -> None:
    dossier = points(written(tmp_path, "towns.csv", 'name,lon,lat\n"A\na\na",x,2\n'))
    assert [problem.row for problem in dossier.problems] == [2]


def test_columns_of_one_name_and_of_none_are_all_kept(tmp_path: Path) -> None:
    path = written(tmp_path, "towns.csv", "name,lon,lat,note,note,,\nA,1,2,x,y,z,\n")
    assert row(points(path).places) == {
        "id": "a", "name": "A", "lon": "1", "lat": "2", "note": "x", "note (2)": "y",
        "column 6": "z",
    }  # fmt: skip


def test_a_note_on_letters_says_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, "towns.csv", "name,lon,lat\nSão Paulo,1,2\n".encode("latin-1"))
    dossier = open_dossier(path)
    assert list(dossier.places["name"]) == ["São Paulo"]
    assert "save it as UTF-8 and open that" in lines(dossier)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Müller", "latin-1"), ("São Paulo", "latin-1"), ('1 "Ana é amiga"', "latin-1"),
     ("Москва и Киев в мире и в войне", "cp1251"), ("名称,lon\n北京,1\n上海,2", "gb2312"),
     ("名前,lon\n東京,1\nアイウ,2\n", "shift_jis"), ("Besançon; Orléans; Nîmes", "latin-1")],
)  # fmt: skip
def test_short_texts_are_read_in_the_letters_they_were_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text
