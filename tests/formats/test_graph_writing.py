"""A dossier written as a graph holds all that a graph can hold, and comes back the same."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dossiers import make
from tests.formats.graphfiles import opened
from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.formats import graphml, open_dossier
from viewer.formats.gexf import write
from viewer.formats.graph_ours import EDGES, NODES
from viewer.formats.graph_writing import period, unit_of
from viewer.formats.registry import formats
from viewer.model.dossier import Dossier

FORMS = [form for form in formats() if form.name in ("gexf", "graphml")]
HELD = (*NODES, *EDGES)

ODD = make(
    actors=[
        {"id": "a b", "name": 'A "quoted" <b>&amp;</b>\n\tline', "weight": "3"},
        {"id": "ظریف", "name": "محمدجواد ظریف", "label": "odd column", "x": "1.5", "y": "007",
         "color": "#FF0000", "size": "2"},
        {"id": "c:d", "name": "", "table": ""},
    ],
    places=[{"id": "a b", "name": "same id", "lon": "1.50", "lat": "2"}],
    events=[
        {"id": "e", "title": "E", "date": "2019-10/..", "at": "a\u00a0b", "source": "c:d"},
        {"id": "f", "title": "F", "date": "2019-10-05"},
    ],
    relations=[
        {"id": "r", "source": "a b", "target": "ظریف", "type": "x", "directed": "yes",
         "date": "2012-01-01/2013-01-01", "weight": "2.5", "label": "l"},
        {"id": "s", "source": "a b", "target": "a b", "directed": "perhaps", "date": "2012~/"},
        {"id": "t", "source": "a b", "target": "ظریف", "directed": "", "weight": "heavy"},
    ],
)  # fmt: skip


def same(one: Dossier, other: Dossier) -> None:
    assert not other.problems
    for name in HELD:
        columns = {
            dossier: {
                column: list(cells)
                for column, cells in dossier.tables[name].columns.items()
                if any(cells)
            }
            for dossier in (one, other)
        }
        assert columns[one] == columns[other], name


def plain(dossier: Dossier) -> Dossier:
    """Return it without what no row of another table may name."""
    none = {name: dossier.tables[name].take([]) for name in ("event_places", "participants")}
    return replace(dossier, tables={**dossier.tables, **none})


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_the_shipped_dossier_comes_back_but_for_its_claims(form: object, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.extensions[0]}"
    dossier = open_dossier(shipped_dossier())
    note = form.write(dossier, path)
    assert f"{len(dossier.claims)} claims" in note and "\n" not in note
    again = opened(path)
    same(dossier, again)
    assert again.description == dossier.description


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_odd_cells_come_back_to_the_letter(form: object, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.extensions[0]}"
    assert form.write(plain(ODD), path) == ""
    same(plain(ODD), opened(path))


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_what_xml_cannot_hold_is_replaced_visibly(form: object, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.extensions[0]}"
    form.write(make(actors=[{"id": "a", "name": "bell \x07 \ud800"}]), path)
    assert list(opened(path).actors["name"]) == ["bell � �"]


def test_other_readers_read_it(tmp_path: Path) -> None:
    import networkx

    dossier = make(
        actors=["a", "b"],
        relations=[
            {"id": str(n), "source": "a", "target": "b", "directed": "yes", "date": "2012"}
            for n in range(3)
        ],
    )
    write(dossier, tmp_path / "x.gexf")
    graphml.write(dossier, tmp_path / "x.graphml")
    for graph in (
        networkx.read_gexf(tmp_path / "x.gexf"),
        networkx.read_graphml(tmp_path / "x.graphml"),
    ):
        assert set(graph) == {"actors:a", "actors:b"}
        assert len(graph.edges) == 3 and graph.is_directed()


def test_no_day_is_invented(tmp_path: Path) -> None:
    text = _gexf(tmp_path, ["2012", "2012-05", "2012-05-07/2012-06-01", "2013-01-01~", "/.."])
    assert 'timeformat="date"' in text
    assert re.findall(r'<edge [^>]*start="([^"]*)"', text) == ["2012-05-07"]
    assert _gexf(tmp_path, ["2012", "2013/.."]).count(' start="201') == 2
    assert "mode=" not in _gexf(tmp_path, ["2012-05"])


def _gexf(folder: Path, dates: list[str]) -> str:
    ties = [
        {"id": str(n), "source": "a", "target": "a", "date": date} for n, date in enumerate(dates)
    ]
    dossier = make(actors=["a"], relations=ties)
    write(dossier, folder / "x.gexf")
    assert list(opened(folder / "x.gexf").relations["date"]) == dates
    return (folder / "x.gexf").read_text("utf-8")


def test_periods() -> None:
    assert period("2012-05-07", "day") == ("2012-05-07", "2012-05-07")
    assert period("../2012-05-07", "day") == ("", "2012-05-07")
    assert period("2012-05", "day") == period("2012", "") == ("", "")
    assert unit_of(make(events=[{"id": "e", "date": "1999"}])) == "year"


def test_nothing_is_left_behind_where_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "x.gexf").mkdir()
    with pytest.raises(EntenteError, match="folder of this name"):
        write(ODD, tmp_path / "x.gexf")
    with pytest.raises(EntenteError, match="cannot be written"):
        write(ODD, tmp_path / "none" / "x.gexf")
    assert [path.name for path in tmp_path.iterdir()] == ["x.gexf"]
