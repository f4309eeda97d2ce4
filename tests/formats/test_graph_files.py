"""Files of Gephi, yEd, Pajek and others open as dossiers: all of them, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.formats.graphfiles import (
    EDGES,
    GEXF,
    GML,
    GRAPHML,
    NODES,
    PAJEK,
    opened,
    row,
    written,
)
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.graph_times import Span, clear, date_of, dates_of, point, spans_in
from viewer.formats.graph_words import kind_of
from viewer.formats.registry import form_of
from viewer.model.check import check
from viewer.model.dossier import Dossier


def lines(dossier: Dossier) -> str:
    return "\n".join(problem.line for problem in dossier.problems)


# -- GEXF ----------------------------------------------------------------------------------------


@pytest.fixture
def gexf(tmp_path: Path) -> Dossier:
    return opened(written(tmp_path, "trade.gexf", GEXF))


def test_nodes_are_actors_with_all_their_attributes(gexf: Dossier) -> None:
    assert gexf.title == "trade"
    assert gexf.description == "Made by A program. Trade of cities"
    assert row(gexf.actors, id="aleppo") == {
        "id": "aleppo", "name": "Aleppo", "id in file": "a", "type": "Stadt", "rank": "3",
        "x": "1.5", "y": "-2", "z": "0.0", "color": "#ff0010", "size": "4",
    }  # fmt: skip
    assert row(gexf.actors, name="Basra")["parent"] == "aleppo"
    assert row(gexf.actors, name="Basra")["rank"] == "1", "the default"
    assert row(gexf.actors, name="ظریف")["times"] == "[1990-01-01, ]"
    assert row(gexf.actors, name="ظریف")["rank"] == "5 [2001-01-01, 2002-01-01)"


def test_a_kind_is_known_in_other_languages_and_never_made_up(gexf: Dossier) -> None:
    kinds = dict(zip(gexf.actors["name"], gexf.actors["kind"], strict=True))
    assert kinds == {"Aleppo": "", "Basra": "", "ظریف": "person", "z": ""}
    assert [kind_of(word) for word in ("STATE", "État", "Firma", "سازمان", "5", "")] == [
        "state", "state", "organisation", "organisation", "", "",
    ]  # fmt: skip


def test_edges_are_relations_with_dates_as_exact_as_given(gexf: Dossier) -> None:
    first = row(gexf.relations, type="sells to")
    assert (first["source"], first["target"], first["directed"]) == ("aleppo", "basra", "yes")
    assert (first["weight"], first["goods"]) == ("2.5", "silk")
    assert first["date"] == "2009-03-01/2009-12-31", "an open end is no part of it"
    second = row(gexf.relations, **{"id in file": "2"})
    assert (second["directed"], second["date"]) == ("no", "/2011-05-31")
    dates = [
        cell
        for cell, key in zip(gexf.relations["date"], gexf.relations["id in file"], strict=True)
        if key == "3"
    ]
    assert dates == ["2001-01-01/2001-12-31", "2005-01-01/"], "what held twice is two rows"
    assert row(gexf.relations, **{"id in file": "4"})["date"] == "{2001-02-03,2002-02-03}"
    assert row(gexf.relations, **{"id in file": "5"})["edge type"] == "mutual"
    assert len(set(gexf.relations["id"])) == len(gexf.relations) == 6


def test_a_node_that_is_only_named_is_taken_in_and_said(gexf: Dossier) -> None:
    assert row(gexf.actors, name="z")
    assert "actors:27:id: warning: node “z” is not described" in lines(gexf)
    assert len(gexf.problems) == 1


def test_the_program_copes_with_actors_without_kind(gexf: Dossier) -> None:
    assert not [problem for problem in check(gexf) if problem.column == "kind"]


def test_times_that_may_be_steps_are_no_dates(tmp_path: Path) -> None:
    text = GEXF.replace('start="2009-03-01"', 'start="17.5"').replace("2010-01-01", "18")
    dossier = opened(written(tmp_path, "steps.gexf", text))
    assert not any(dossier.relations["date"])
    assert row(dossier.relations, type="sells to")["times"] == "[17.5, 18)"
    assert "do not say which date they mean" in lines(dossier)


@pytest.mark.parametrize(
    ("span", "date"),
    [
        (Span("2009.0", "2012.0"), "2009/2012"),
        (Span("2009", "2012", end_open=True), "2009/2011"),
        (Span("2012-03-01", "2012-03-01", stamp=True), "2012-03-01"),
        (Span("2012-03", "2013-01", end_open=True), "2012-03/2012-12"),
        (Span("-Infinity", "2012-03-01"), "../2012-03-01"),
        (Span("2012-03-01T10:00:00.000+01:00", ""), "2012-03-01T10:00:00.000+01:00/"),
        (Span("2012-03-01+01:00", "Infinity"), "2012-03-01/.."),
        (Span("-Infinity", "Infinity"), "../.."),
        (Span("", ""), ""),
    ],
)
def test_spans_become_dates(span: Span, date: str) -> None:
    assert date_of(span) == date


def test_what_is_no_span_is_said() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        date_of(Span("2012", "2009"))
    with pytest.raises(ValueError, match="no day of the calendar"):
        point("2012-13-45")
    assert not clear(["2009", "17"]) and not clear([""]) and clear(["2009", "", "Infinity"])
    assert dates_of(spans_in("2009")) == ["2009"]


def test_a_wrong_day_leaves_its_row_without_a_date_and_says_so(tmp_path: Path) -> None:
    text = GEXF.replace('start="2009-03-01"', 'start="2009-13-01"')
    dossier = opened(written(tmp_path, "wrong.gexf", text))
    first = row(dossier.relations, type="sells to")
    assert "date" not in first and first["times"] == "[2009-13-01, 2010-01-01)"
    assert "is no day of the calendar" in lines(dossier)


# -- GraphML -------------------------------------------------------------------------------------


@pytest.fixture
def graphml(tmp_path: Path) -> Dossier:
    return opened(written(tmp_path, "offices.graphml", GRAPHML))


def test_drawn_labels_places_and_colours_are_read(graphml: Dossier) -> None:
    assert row(graphml.actors, **{"id in file": "n0"}) == {
        "id": "ministry-of-trade", "name": "Ministry of Trade", "id in file": "n0",
        "colour": "green", "x": "10", "y": "20.5", "width": "30", "height": "40",
        "color": "#CCCCFF", "further labels": "(old)",
    }  # fmt: skip
    assert row(graphml.actors, name="n2")["colour"] == "yellow"
    assert row(graphml.actors, name="n0::n1")["parent"] == "ministry-of-trade"
    assert graphml.description == "survey: second."


def test_directions_follow_edge_graph_and_arrows(graphml: Dossier) -> None:
    found = {
        key: (source, target, directed)
        for key, source, target, directed in zip(
            *(graphml.relations[c] for c in ("id in file", "source", "target", "directed")),
            strict=True,
        )
    }
    office = "ministry-of-trade"
    assert found == {
        "": (office, "n0-n1", "no"),
        "e0": (office, "n2", "yes"),
        "e1": (office, "n2", "no"),
        "e2": (office, "n2", "yes"),
        "e3": ("n2", "n2", "no"),
    }


def test_attributes_give_types_and_years(graphml: Dossier) -> None:
    first = row(graphml.relations, **{"id in file": "e0"})
    assert first["date"] == "1990/1999"
    assert row(graphml.relations, **{"id in file": "e1"})["date"] == "2001/"
    assert row(graphml.relations, **{"id in file": "e2"})["type"] == "drawn back"
    assert first["relation"] == "reports to", "labels are there, so they are the types"


def test_a_hyperedge_is_said_with_its_line(graphml: Dossier) -> None:
    assert "relations:29: a hyperedge joins more than two nodes" in lines(graphml)


# -- GML, Pajek ----------------------------------------------------------------------------------


def test_gml_is_read(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "small.gml", GML))
    cafe = row(dossier.actors, name="Café & Co")
    assert (cafe["x"], cafe["color"]) == ("1.5", "#AABBCC")
    assert row(dossier.actors, name="[Two]")["kind"] == "person"
    assert list(dossier.relations["directed"]) == ["no", "yes"]
    assert row(dossier.relations, type="near")["value"] == "0.5"
    assert "relations:9:target: an edge has no target" in lines(dossier)
    assert dossier.description == "Made by Somebody."


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ('label "near', "a quotation mark opens here and is never closed"),
        ("value 0.5", "ends in the middle"),
    ],
)
def test_gml_that_is_cut_short_gives_what_came_before(tmp_path: Path, cut: str, said: str) -> None:
    text = GML[: GML.index(cut) + len(cut)]
    dossier = opened(written(tmp_path, "cut.gml", text))
    assert len(dossier.actors) == 2
    assert said in lines(dossier) and "what comes after is not read" in lines(dossier)


def test_pajek_is_read(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "ports.net", PAJEK.encode("latin-1")))
    assert dossier.title == "Ports"
    assert row(dossier.actors, name="New York") == {
        "id": "new-york", "name": "New York", "id in file": "1", "x": "0.25", "y": "0.5",
        "z": "0.5", "shape": "box", "color": "Blue", "region": "1", "mode": "1",
    }  # fmt: skip
    assert row(dossier.actors, name="São Paulo")["region"] == "2"
    assert row(dossier.actors, name="4")["mode"] == "2", "a vertex that only the count names"
    assert list(dossier.relations["type"]) == ["ships to", "ships to", "pact", "pact", "", ""]
    assert list(dossier.relations["directed"]) == ["yes", "yes", "no", "no", "yes", "yes"]
    assert list(dossier.relations["date"])[2:4] == ["1950/1960", "1970/.."]
    assert "“x” is no number of a vertex" in lines(dossier)
    assert "not read: a matrix" in lines(dossier)


# -- Gephi's tables ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Trade [Nodes].csv", "Trade [Edges].csv"])
def test_nodes_and_edges_open_together_by_either(tmp_path: Path, name: str) -> None:
    written(tmp_path, "Trade [Nodes].csv", NODES)
    written(tmp_path, "Trade [Edges].csv", EDGES)
    dossier = opened(tmp_path / name)
    assert list(dossier.actors["name"]) == ["Ana", "Ben; jr.", "9"]
    assert row(dossier.actors, name="Ana")["kind"] == "person"
    assert (row(dossier.actors, name="Ana")["lat"], row(dossier.actors, name="Ana")["lon"]) == (
        "1.5", "2",
    )  # fmt: skip
    assert list(dossier.relations["date"]) == ["2009-01-01/2009-12-31", "2012-01-01/..", "", ""]
    assert list(dossier.relations["directed"]) == ["yes", "yes", "no", ""]
    assert list(dossier.relations["type"]) == ["knows", "knows", "", ""]
    assert "actors:4:id: node “2” stands twice" in lines(dossier)
    assert "relations:5:target: an edge has no target" in lines(dossier)


def test_edges_alone_name_their_nodes(tmp_path: Path) -> None:
    path = written(tmp_path, "ties.tsv", "Source\tTarget\trelation\tyear\nAna\tBen\taunt\t1950\n")
    dossier = opened(path)
    assert list(dossier.actors["name"]) == ["Ana", "Ben"]
    first = row(dossier.relations)
    assert (first["type"], first["date"]) == ("aunt", "1950")
    assert not dossier.problems


def test_a_list_of_points_is_left_to_the_map(tmp_path: Path) -> None:
    path = written(tmp_path, "ports.csv", "id,label,lat,lon\n1,Lima,-12,-77\n")
    assert form_of(path).name != "gephi-csv"
    assert form_of(written(tmp_path, "a.csv", "Id,Label\n1,Lima\n")).name == "gephi-csv"


def test_a_number_is_a_year_where_it_is_called_one(tmp_path: Path) -> None:
    for name, date in (("year", "1204"), ("time", ""), ("anno", "1204")):
        path = written(tmp_path, "ties.csv", f"Source,Target,{name}\na,b,1204\n")
        assert list(opened(path).relations["date"]) == [date], name


def test_other_tables_are_not_taken_for_graphs(tmp_path: Path) -> None:
    path = written(tmp_path, "people.csv", "name,age\nAna,30\n")
    with pytest.raises(EntenteError, match="cannot be opened"):
        open_dossier(path)


# -- any of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.gexf", GEXF), ("a.graphml", GRAPHML), ("a.gml", GML), ("a.net", PAJEK)],
)
def test_files_open_through_a_process_apart(tmp_path: Path, name: str, content: str) -> None:
    dossier = open_dossier(written(tmp_path, name, content))
    assert len(dossier.actors) > 1 and len(dossier.relations) > 1


@pytest.mark.parametrize("name", ["a.gexf", "a.graphml", "a.gml", "a.net"])
@pytest.mark.parametrize("content", [b"", b"\n", b"hello", b"\x00\xff\xfe\x00", b"<svg/>"])
def test_what_is_no_graph_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(EntenteError) as caught:
        opened(written(tmp_path, name, content))
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_the_real_files_open(tmp_path: Path) -> None:
    folder = os.environ.get("ENTENTE_SAMPLES")
    if not folder:
        pytest.skip("ENTENTE_SAMPLES is not set: it names the folder with files of other programs")
    counts = {
        "les-miserables.gexf": (77, 254),
        "java.gexf": (1538, 8032),
        "gexf-1.3.gexf": (2, 1),
        "gexf-missing-nodes.gexf": (6, 4),
        "football.graphml": (115, 613),
        "miserables-broken.graphml": (77, 254),
        "multigraph.graphml": (6, 9),
        "mixed-multigraph.graphml": (6, 8),
        "yed-trial6.graphml": (13, 12),
        "netscience.gml": (1589, 2742),
        "usair97.net": (332, 2126),
        "gephi-nodes-bom.csv": (2, 0),
        "gephi-edges-timeset-intervals.csv": (3, 5),
    }
    found = {
        name: (len(dossier.actors), len(dossier.relations))
        for name in counts
        for dossier in [opened(Path(folder, name))]
    }
    assert found == counts
