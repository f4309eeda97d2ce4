"""Graph files that are damaged or made to do harm: one line is said, and what is sound is read."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.formats import graphfiles
from tests.formats.graphfiles import opened, written
from viewer.errors import EntenteError
from viewer.formats import graph_tables, open_dossier

FILES = {
    "a.gexf": graphfiles.GEXF,
    "a.graphml": graphfiles.GRAPHML,
    "a.gml": graphfiles.GML,
    "a.net": graphfiles.PAJEK,
    "a-edges.csv": graphfiles.EDGES,
}
PIECES = (
    *(piece.encode() for piece in "< > \" [ ] * & ' ; \n \0 \u202e".split(" ")),
    *b"\xff -1 1e999 Infinity NaN 2012-13-45 </node> <node> *Matrix *Vertices".split(),
    b"9" * 30,
)  # fmt: skip
ROUNDS = 150


def damaged(dice: random.Random, content: bytes) -> bytes:
    out = bytearray(content)
    for _ in range(dice.choice((1, 2, 8))):
        begin = dice.randrange(len(out) + 1)
        end = begin + dice.choice((0, 1, 20, 200))
        match dice.randrange(4):
            case 0:
                out[begin:end] = dice.choice(PIECES)
            case 1:
                del out[begin:end]
            case 2:
                out[begin:begin] = out[begin:end] * dice.choice((1, 30))
            case _:
                out[begin:end] = bytes(dice.randrange(256) for _ in range(3))
    return bytes(out)


@pytest.mark.parametrize("name", FILES)
def test_damage_is_said_and_never_stops_the_reader(tmp_path: Path, name: str) -> None:
    dice = random.Random(name)
    for number in range(ROUNDS):
        path = tmp_path / name
        path.write_bytes(damaged(dice, FILES[name].encode()))
        begun = time.monotonic()
        try:
            said = [problem.line for problem in graphfiles.in_process(MODULES[name], path).problems]
        except EntenteError as error:
            said = [str(error)]
        assert time.monotonic() - begun < 5.0, number
        assert not any("\n" in line or len(line) > 600 for line in said), number


MODULES = {
    "a.gexf": "gexf",
    "a.graphml": "graphml",
    "a.gml": "gml",
    "a.net": "pajek",
    "a-edges.csv": "gephi_csv",
}


def refused(path: Path) -> str:
    with pytest.raises(EntenteError) as caught:
        open_dossier(path)
    line = str(caught.value)
    assert "\n" not in line and str(path) in line
    return line


@pytest.mark.parametrize("name", ["a.gexf", "a.graphml"])
def test_entities_are_refused(tmp_path: Path, name: str) -> None:
    chain = "".join(f'<!ENTITY a{n} "&a{n - 1};">' for n in range(1, 50_000))
    root = name.partition(".")[2]
    text = f'<!DOCTYPE g [<!ENTITY a0 "x">{chain}]><{root}>&a49999;</{root}>'
    assert "has a DOCTYPE" in refused(written(tmp_path, name, text))


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    written(tmp_path, "secret.txt", "secret")
    text = '<!DOCTYPE g [<!ENTITY s SYSTEM "secret.txt">]><gexf>&s;</gexf>'
    assert "secret" not in refused(written(tmp_path, "a.gexf", text))


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    text = "<graphml>" + "<graph><node id='a'>" * 100_000
    assert "nested more than" in refused(written(tmp_path, "a.graphml", text))


def test_an_id_of_many_letters_is_cut_on_the_screen_and_stays_its_own(tmp_path: Path) -> None:
    long = "x" * (2 << 20)
    nodes = f'<node id="{long}1"/><node id="{long}2"/>'
    text = f'<gexf><graph><nodes>{nodes}</nodes><edges><edge source="{long}1" target="{long}2"/>'
    dossier = opened(written(tmp_path, "a.gexf", text + "</edges></graph></gexf>"))
    assert len(dossier.actors) == 2 and len(set(dossier.actors["id"])) == 2
    assert max(map(len, (*dossier.actors["name"], *dossier.actors["id"]))) <= 200
    assert set(dossier.relations["source"]) != set(dossier.relations["target"])
    assert any("longer than 1 MB" in problem.line for problem in dossier.problems)


@pytest.mark.parametrize("name", FILES)
def test_more_than_can_be_read_is_one_line(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_tables, "MOST_EDGES", 1)
    with pytest.raises(EntenteError, match="holds more than 1 edges"):
        opened(written(tmp_path, name, FILES[name].replace("3 1 2\n", "3 1 2\n" * 3)))


def test_a_count_of_vertices_is_not_believed(tmp_path: Path) -> None:
    assert "vertices; at most" in refused(written(tmp_path, "a.net", "*Vertices 999999999999\n"))


def test_very_many_attributes_are_said(tmp_path: Path) -> None:
    cells = "".join(f'<attvalue for="q{n}" value="1"/>' for n in range(1_500))
    text = f'<gexf><graph><nodes><node id="a"><attvalues>{cells}</attvalues></node></nodes>'
    dossier = opened(written(tmp_path, "a.gexf", f"{text}</graph></gexf>"))
    assert len(dossier.actors.columns) <= 1_000
    assert any("more than 900 attributes" in problem.line for problem in dossier.problems)
