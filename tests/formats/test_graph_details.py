"""Details of graph files that are easily lost or mistaken for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dossiers import make
from tests.formats.graphfiles import opened, row, written
from viewer.formats import graphml
from viewer.formats.converting import convert
from viewer.formats.folder import FORMAT as FOLDER
from viewer.model.dossier import Dossier
from viewer.progress import unheard


def lines(dossier: Dossier) -> str:
    return "\n".join(problem.line for problem in dossier.problems)


GML = """graph [
 node [ id 1 label "A" type "person" graphics [ x 1 type "ellipse" fill "#aa0000" ] ]
 node [ id 2 label "B" w "3" ]
 edge [ source 1 target 2 graphics [ type "line" width 2 Line [ point [ x 5 y 6 ] ] ] ]
 edge [ source 2 target 1 directed 0 ]
 directed 1
]
"""


def test_gml_tells_what_a_node_is_from_how_it_is_drawn(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "a.gml", GML))
    assert row(dossier.actors, name="A") == {
        "id": "a", "name": "A", "id in file": "1", "kind": "person", "x": "1", "shape": "ellipse",
        "color": "#aa0000",
    }  # fmt: skip
    assert row(dossier.actors, name="B")["w"] == "3"
    assert list(dossier.relations["type"]) == ["", ""], "a line is no kind of tie"
    assert dossier.relations["shape"][0] == "line" and dossier.relations["Line.point.x"][0] == "5"


def test_gml_may_say_below_its_edges_that_they_are_directed(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "a.gml", GML))
    assert list(dossier.relations["directed"]) == ["yes", "no"]


GRAPHML = """<graphml>
 <key id="label" for="node" attr.name="label"><default>nobody</default></key>
 <key id="p" for="port" attr.name="side"/>
 <graph edgedefault="undirected">
  <node id="a"><desc>An office</desc><data key="label">A</data>
   <port name="north"><data key="p">up</data></port><port name="south"/></node>
  <node id="b"/>
  <edge source="a" target="b" sourceport="north" targetport="east"><desc>A way</desc></edge>
  <edge source="a" target="a"/>
  <edge source="a" target="b"/>
 </graph></graphml>"""


def test_graphml_keeps_descriptions_and_says_what_of_ports_it_leaves_out(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "a.graphml", GRAPHML))
    assert row(dossier.actors, name="A")["description"] == "An office"
    first = dossier.relations.row(0)
    assert (first["description"], first["sourceport"]) == ("A way", "north")
    assert len(dossier.relations) == 3, "loops and parallel edges are ties too"
    assert "2 ports of nodes: not read" in lines(dossier)


def test_graphml_uses_the_default_of_a_label_where_there_is_none(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "a.graphml", GRAPHML))
    assert list(dossier.actors["name"]) == ["A", "nobody"]
    assert "has no key" not in lines(dossier)


def test_graphml_of_ours_keeps_line_breaks_at_the_ends_of_cells(tmp_path: Path) -> None:
    dossier = make(actors=[{"id": "a", "name": "A", "description": "\n one\n\ntwo\n "}])
    graphml.write(dossier, tmp_path / "a.graphml")
    again = opened(tmp_path / "a.graphml")
    assert list(again.actors["description"]) == list(dossier.actors["description"])


def test_gexf_keeps_every_parent_and_how_faint_a_colour_is(tmp_path: Path) -> None:
    text = """<gexf><graph><nodes><node id="a" label="A"/><node id="b" label="B"/>
     <node id="c" label="C"><parents><parent for="a"/><parent for="b"/></parents>
     <color r="1" g="2" b="3" a="0.5"/></node></nodes></graph></gexf>"""
    found = row(opened(written(tmp_path, "a.gexf", text)).actors, name="C")
    assert (found["parent"], found["further parent"]) == ("a", "b")
    assert (found["color"], found["alpha"]) == ("#010203", "0.5")


def test_two_attributes_called_latitude_are_both_kept(tmp_path: Path) -> None:
    header = "Id,Label,LAT,lat,lon\n1,A,north,1.5,2\n"
    written(tmp_path, "edges.csv", "Source,Target\n1,1\n")
    found = row(opened(written(tmp_path, "nodes.csv", header)).actors)
    assert (found["LAT"], found["lat"], found["lon"]) == ("north", "1.5", "2")


def test_pajek_gives_values_to_vertices_that_only_the_count_names(tmp_path: Path) -> None:
    text = "*Vertices 3\n*Arcs\n1 2\n*Partition region\n*Vertices 3\n7\n8\n9\n"
    dossier = opened(written(tmp_path, "a.paj", text))
    assert list(dossier.actors["region"]) == ["7", "8", "9"]


def test_a_word_for_an_open_end_is_no_date(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "t.csv", "Source,Target,date\na,b,2001-01-01\na,c,*\n"))
    assert list(dossier.relations["date"]) == ["2001-01-01", ""]
    assert not dossier.problems and "*" in dossier.relations.row(1).values()


@pytest.mark.parametrize("target", ["out", "out.gpkg"])
def test_what_has_very_many_attributes_can_be_saved_and_opened_again(
    tmp_path: Path, target: str
) -> None:
    cells = "".join(f'<attvalue for="q{n}" value="1"/>' for n in range(1_500))
    text = f'<gexf><graph><nodes><node id="a"><attvalues>{cells}</attvalues></node></nodes>'
    path = written(tmp_path, "a.gexf", f"{text}</graph></gexf>")
    convert([path], tmp_path / target, overwrite=False)
    if target == "out":
        again = FOLDER.read(tmp_path / target, unheard)
        assert len(again.actors) == 1 and len(again.actors.columns) > 900


def test_dates_of_edges_are_read_as_those_of_places_are(tmp_path: Path) -> None:
    text = "Source,Target,von,bis\na,b,7.9.2012,*\na,c,3 May 2013,2014\na,d,,2013-02-03\n"
    dossier = opened(written(tmp_path, "t.csv", text))
    assert list(dossier.relations["date"]) == ["2012-09-07/..", "2013-05-03/2014", "/2013-02-03"]
    assert list(dossier.relations["von"]) == ["7.9.2012", "3 May 2013", ""], "in its own words"
    assert not dossier.problems


def test_a_date_that_may_be_another_day_is_said_and_kept(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "t.csv", "Source,Target,date\na,b,07/09/2012\n"))
    assert not any(dossier.relations["date"])
    assert dossier.relations["date in file"][0] == "07/09/2012"
    assert "“07/09/2012” is not clear" in lines(dossier)


def test_steps_of_a_simulation_are_no_years(tmp_path: Path) -> None:
    dossier = opened(written(tmp_path, "t.csv", "Source,Target,start,end\na,b,350,900\n"))
    assert list(dossier.relations["date"]) == [""]
    assert (dossier.relations["start"][0], dossier.relations["end"][0]) == ("350", "900")


def test_a_column_that_names_nodes_is_found_in_any_script(tmp_path: Path) -> None:
    text = (
        '<graphml><key id="d0" for="node" attr.name="नाम"/><graph edgedefault="undirected">'
        '<node id="1"><data key="d0">तेहरान</data></node></graph></graphml>'
    )
    assert list(opened(written(tmp_path, "a.graphml", text)).actors["name"]) == ["तेहरान"]
