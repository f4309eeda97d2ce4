"""Small graph files for tests, and how they are opened."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

from viewer.formats.imports import dossier_of
from viewer.formats.registry import formats
from viewer.model.dossier import Dossier, Table

GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.3" xmlns:viz="http://www.gexf.net/1.3/viz" version="1.3">
 <meta><creator>A program</creator><description>Trade of cities</description></meta>
 <graph defaultedgetype="directed" mode="dynamic" timeformat="date">
  <attributes class="node">
   <attribute id="0" title="type" type="string"/>
   <attribute id="1" title="rank" type="integer"><default>1</default></attribute>
  </attributes>
  <attributes class="edge"><attribute id="0" title="goods" type="string"/></attributes>
  <nodes>
   <node id="a" label="Aleppo">
    <attvalues><attvalue for="0" value="Stadt"/><attvalue for="1" value="3"/></attvalues>
    <viz:position x="1.5" y="-2" z="0.0"/><viz:color r="255" g="0" b="16"/><viz:size value="4"/>
    <nodes><node id="b" label="Basra"/></nodes>
   </node>
   <node id="c" label="ظریف" start="1990-01-01"><attvalues>
    <attvalue for="0" value="Personne"/>
    <attvalue for="1" value="5" start="2001-01-01" endopen="2002-01-01"/></attvalues></node>
  </nodes>
  <edges>
   <edge id="1" source="a" target="b" label="sells to" weight="2.5" start="2009-03-01"
     endopen="2010-01-01"><attvalues><attvalue for="0" value="silk"/></attvalues></edge>
   <edge id="2" source="a" target="b" type="undirected" end="2011-05-31"/>
   <edge id="3" source="c" target="c"><spells><spell start="2001-01-01" end="2001-12-31"/>
     <spell start="2005-01-01"/></spells></edge>
   <edge id="4" source="b" target="c" timestamps="&lt;[2001-02-03, 2002-02-03]&gt;"/>
   <edge id="5" source="c" target="z" type="mutual"/>
  </edges>
 </graph>
</gexf>
"""

GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
 <key id="d0" for="node" attr.name="colour" attr.type="string"><default>yellow</default></key>
 <key id="d1" for="edge" attr.name="relation" attr.type="string"/>
 <key id="d2" for="node" yfiles.type="nodegraphics"/>
 <key id="d3" for="edge" yfiles.type="edgegraphics"/>
 <key id="d4" for="graph" attr.name="survey"/>
 <key id="d5" for="edge" attr.name="start_year"/><key id="d6" for="edge" attr.name="end_year"/>
 <graph edgedefault="directed">
  <data key="d4">second</data>
  <node id="n0"><data key="d0">green</data>
   <data key="d2"><y:ShapeNode><y:Geometry x="10" y="20.5" width="30" height="40"/>
    <y:Fill color="#CCCCFF"/><y:NodeLabel>Ministry of
      Trade<y:LabelModel/></y:NodeLabel><y:NodeLabel>(old)</y:NodeLabel></y:ShapeNode></data>
   <graph edgedefault="undirected">
    <node id="n0::n1"/>
    <edge source="n0" target="n0::n1"/>
   </graph>
  </node>
  <node id="n2"/>
  <edge id="e0" source="n0" target="n2"><data key="d1">reports to</data>
   <data key="d5">1990</data><data key="d6">1999</data></edge>
  <edge id="e1" source="n0" target="n2" directed="false"><data key="d5">2001</data></edge>
  <edge id="e2" source="n2" target="n0"><data key="d3"><y:PolyLineEdge>
    <y:Arrows source="standard" target="none"/><y:EdgeLabel>drawn back</y:EdgeLabel>
   </y:PolyLineEdge></data></edge>
  <edge id="e3" source="n2" target="n2"><data key="d3"><y:PolyLineEdge>
    <y:Arrows source="none" target="none"/></y:PolyLineEdge></data></edge>
  <hyperedge><endpoint node="n0"/><endpoint node="n2"/></hyperedge>
 </graph>
</graphml>
"""

GML = """# a comment with a " mark
Creator "Somebody"
graph [
  directed 0
  node [ id 1 label "Caf&#233; &amp; Co" graphics [ x 1.5 y 2 fill "#AABBCC" ] ]
  node [ id 2 label "[Two]" kind "person" ]
  edge [ source 1 target 2 value 0.5 label "near" ]
  edge [ source 1 target 2 directed 1 ]
  edge [ source 2 ]
]
"""

PAJEK = """*Network Ports
% a comment
*Vertices 4 3
1 "New York" 0.25 0.5 0.5 box ic Blue
2 "São Paulo" 0.1 0.2
3 Lima
*Arcs :1 "ships to"
1 2 3.5 c Red
2 1
x 2
*Edges
1 3 1 l "pact" [1950-1960,1970-*]
*Arcslist
3 1 2
*Partition region
*Vertices 4
1
2
2
1
*Matrix
0 1 0
"""

NODES = (
    "\ufeffId;Label;Class;Latitude;Longitude\n"
    '1;Ana;person;1.5;2\n2;"Ben; jr.";x;;\n2;Again;;;\n;;;;\n'
)
EDGES = (
    "Source;Target;Type;Id;Label;Timeset;Weight;Since;Until\n"
    '1;2;Directed;0;knows;"<[2009-01-01, 2010-01-01); [2012-01-01, Infinity]>";2.0;;\n'
    "2;1;Undirected;1;;;1.0;;\n"
    "1;9;family;2;;;1.0;;\n"
    "1\n"
)


def opened(path: Path) -> Dossier:
    """Return the dossier a graph file becomes, read in this process."""
    form = next(form for form in formats() if form.matches(path))
    module = form.name.replace("-", "_")
    return in_process(module, path)


def in_process(module: str, path: Path) -> Dossier:
    """Read a file with one of the modules of `viewer.formats`, without a process apart."""
    said = import_module(f"viewer.formats.{module}").extract(path)
    return dossier_of(json.loads(json.dumps(said)), path)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Return the path of a new file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def row(table: Table, **wanted: str) -> dict[str, str]:
    """Return the cells of the one row with given cells, without the empty ones."""
    found = [
        cells
        for cells in map(table.row, range(len(table)))
        if all(cells.get(column) == cell for column, cell in wanted.items())
    ]
    assert len(found) == 1, found
    return {column: cell for column, cell in found[0].items() if cell}
