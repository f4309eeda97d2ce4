"""Graphs as GraphML, of yEd too: read and written.

Read are nodes and edges with their data and its defaults, graphs within nodes, and of yEd's
drawings the labels, where nodes stand, their colours and which ends of an edge have an arrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from viewer.errors import EntenteError
from viewer.formats.durable import write_lines
from viewer.formats.graph_meaning import answer
from viewer.formats.graph_ours import (
    EDGES,
    MARK,
    NODES,
    all_directed,
    columns_of,
    edges_of,
    left_out,
    nodes_of,
)
from viewer.formats.graph_tables import Graph, Titles
from viewer.formats.graph_writing import fit_xml
from viewer.formats.imports import foreign, put
from viewer.formats.xml_elements import Elements, read_elements
from viewer.model.dossier import Dossier

TABLE_OF = {"node": "actors", "edge": "relations"}
SCOPES = {
    "node": ("node",), "edge": ("edge",), "graph": ("graph",), "all": ("node", "edge", "graph"),
    "": ("node", "edge", "graph"),
}  # fmt: skip
"""What a key is for → whose attribute it is; ports and hyperedges have no place here."""
LABELS = {"node": "label", "edge": "edgelabel"}
"""The keys by which Gephi, and we, write labels."""
NO_ARROW = ("", "none")


@dataclass(slots=True)
class _Item:
    """A node or edge whose element is still open."""

    name: str
    attributes: Mapping[str, str]
    line: int
    parent: str = ""
    data: dict[str, list[str]] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    arrows: tuple[str, str] | None = None


class _GraphMl(Elements):
    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.open: list[_Item] = []
        self.directed: list[bool] = []
        self.titles = {"node": Titles(), "edge": Titles(), "graph": Titles()}
        self.defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}, "graph": {}}
        self.drawings: set[str] = set()
        self.key = ""
        self.scopes: tuple[str, ...] = ()
        self.about: list[str] = []
        self.ports = 0
        self.ours = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case _ if len(self.names) == 1 and name != "graphml":
                raise EntenteError(
                    f"{self.graph.path}: is no GraphML: it begins with <{name[:40]}>; "
                    "open it in the program it was made with and save it as GraphML"
                )
            case "key":
                self._declare(attributes)
            case "data":
                self.key = attributes.get("key", "")
            case "graph":
                self.directed.append(attributes.get("edgedefault") == "directed")
            case "node" | "edge":
                parent = self.open[-1].attributes.get("id", "") if self.open else ""
                self.open.append(_Item(name, attributes, self.line, parent))
            case "hyperedge":
                self.graph.gathered.say(
                    "a hyperedge joins more than two nodes, which a relation cannot: left out; "
                    "make edges of it in the program it was made with",
                    "relations", self.line,
                )  # fmt: skip
            case "port":
                self.ports += 1
            case _ if self.open:
                self._drawing(name, attributes)

    def closed(self, name: str, text: str) -> None:
        match name:
            case "node" | "edge" if self.open:
                self._close(self.open.pop())
            case "graph" if self.directed:
                self.directed.pop()
            case "default" if self.scopes and self.names[-2:-1] == ["key"]:
                for scope in self.scopes:
                    if text.strip():
                        self.defaults[scope][self.key] = text.strip()
            case "data" if self.open:
                item = self.open[-1]
                if self.names[-2:-1] == [item.name] and self.key not in self.drawings:
                    said = text if self.ours else _unframed(text)
                    item.data.setdefault(self.key, []).append(said)
            case "data" if self.names[-2:-1] == ["graph"] and text.strip():
                title = self.titles["graph"].get(self.key, self.key)
                self.about.append(f"{title}: {text.strip()}.")
            case "NodeLabel" | "EdgeLabel" if self.open and text.strip():
                label = " ".join(text.split())
                if label not in self.open[-1].labels:
                    self.open[-1].labels.append(label)
            case "desc" if text.strip() and self.open:
                if self.names[-2:-1] == [self.open[-1].name]:
                    put(self.open[-1].looks, "description", text.strip())
            case "desc" if text.strip():
                self.about.append(text.strip())

    def _declare(self, attributes: Mapping[str, str]) -> None:
        self.key = attributes.get("id", "")
        # A key with yfiles.type holds a drawing; its labels and places are read, not its text.
        if "yfiles.type" in attributes:
            self.drawings.add(self.key)
        self.scopes = () if self.key in self.drawings else SCOPES.get(attributes.get("for", ""), ())
        # We write no line break that is not part of a cell.
        self.ours |= attributes.get("attr.name") == MARK
        for scope in self.scopes:
            if self.key != LABELS.get(scope):
                title = attributes.get("attr.name") or self.key
                name = self.titles[scope].declare(self.key, title)
                if scope in TABLE_OF:
                    self.graph.declare(TABLE_OF[scope], name)

    def _drawing(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element of yEd's within a node or edge."""
        item = self.open[-1]
        if name == "Geometry":
            for key in ("x", "y", "width", "height"):
                item.looks.setdefault(key, attributes.get(key, ""))
        elif name == "Fill":
            item.looks.setdefault("color", attributes.get("color", ""))
        elif name == "Shape":
            item.looks.setdefault("shape", attributes.get("type", ""))
        elif name == "Arrows":
            item.arrows = (attributes.get("source", ""), attributes.get("target", ""))

    def _close(self, item: _Item) -> None:
        cells: dict[str, str] = {}
        for key, value in self.defaults[item.name].items():
            item.data.setdefault(key, [value])
        labels = item.data.pop(LABELS[item.name], []) + item.labels
        for key, values in item.data.items():
            put(cells, self._title(item, key), "; ".join(values))
        for column, cell in item.looks.items():
            put(cells, column, cell)
        label = labels[0] if labels else ""
        put(cells, "further labels", "; ".join(labels[1:]))
        given = item.attributes
        if item.name == "node":
            self.graph.node(given.get("id", ""), label, cells, line=item.line, parent=item.parent)
            return
        ends = given.get("source", ""), given.get("target", "")
        ports = given.get("sourceport", ""), given.get("targetport", "")
        said = given.get("directed", "").casefold()
        directed = said in ("true", "1") if said else bool(self.directed and self.directed[-1])
        if item.arrows:
            # In yEd the arrows are what one sees: all its graphs are directed otherwise.
            tail, head = (arrow not in NO_ARROW for arrow in item.arrows)
            directed = tail != head
            if tail and not head:
                ends, ports = ends[::-1], ports[::-1]
        for side, port in zip(("sourceport", "targetport"), ports, strict=True):
            put(cells, side, port)
        self.graph.edge(*ends, directed, given.get("id", ""), label, cells, line=item.line)

    def _title(self, item: _Item, key: str) -> str:
        titles = self.titles[item.name]
        if key not in titles:
            titles.declare(key, key)
            self.graph.gathered.say(
                f"data “{key[:40]}” has no key: read under that name",
                TABLE_OF[item.name], item.line, titles[key], "warning",
            )  # fmt: skip
        return titles[key]


def _unframed(text: str) -> str:
    """Return text without the line breaks and spaces that only set it apart from its tags."""
    stripped = text.strip()
    begins, ends = text.find(stripped), len(text.rstrip())
    if "\n" in text[:begins]:
        text, ends = stripped + text[ends:], len(stripped)
    return text[:ends] if "\n" in text[ends:] else text


def extract(path: Path) -> dict[str, Any]:
    """Read a file, in a process apart; see `imports`."""
    graph = Graph(path)
    handler = _GraphMl(graph)
    broken = read_elements(path, handler)
    if broken:
        graph.broken(*broken)
    if handler.ports:
        graph.gathered.say(
            f"{handler.ports:,} port{'s' * (handler.ports > 1)} of nodes: not read; edges name "
            "theirs in the columns “sourceport” and “targetport”",
            severity="warning",
        )
    graph.gathered.description = " ".join(" ".join(handler.about).split())
    return answer(graph)


# -- writing -------------------------------------------------------------------------------------


def write(dossier: Dossier, path: Path) -> str:
    """Write a dossier as GraphML; see `registry.Format`."""
    write_lines(path, _lines(dossier))
    return left_out(dossier)


def _lines(dossier: Dossier) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    if dossier.description:
        yield f"<desc>{_text(dossier.description)}</desc>"
    columns = {"node": columns_of(dossier, NODES), "edge": columns_of(dossier, EDGES)}
    for scope, held in columns.items():
        yield f'<key id="{LABELS[scope]}" for="{scope}" attr.name="label" attr.type="string"/>'
        for number, (column, type_) in enumerate(held.items()):
            yield (
                f'<key id="{scope[0]}{number}" for="{scope}" '
                f'attr.name={_attribute(column)} attr.type="{type_}"/>'
            )
    default = "directed" if all_directed(dossier) else "undirected"
    yield f'<graph edgedefault="{default}">'
    for node in nodes_of(dossier):
        yield f"<node id={_attribute(node.key)}>"
        yield from _data("node", columns, node.label, node.cells)
        yield "</node>"
    for edge in edges_of(dossier):
        yield (
            f"<edge id={_attribute(edge.key)} source={_attribute(edge.source)} "
            f'target={_attribute(edge.target)} directed="{str(edge.directed).lower()}">'
        )
        yield from _data("edge", columns, edge.label, edge.cells)
        yield "</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(
    scope: str, columns: Mapping[str, Mapping[str, str]], label: str, cells: Mapping[str, str]
) -> Iterator[str]:
    if label:
        yield f'<data key="{LABELS[scope]}">{_text(label)}</data>'
    for number, column in enumerate(columns[scope]):
        if cell := cells.get(column):
            yield f'<data key="{scope[0]}{number}">{_text(cell)}</data>'


def _text(text: str) -> str:
    return escape(fit_xml(text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(fit_xml(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


FORMAT = foreign(
    name="graphml",
    title="a graph as GraphML, of yEd too (.graphml)",
    extensions=(".graphml",),
    write=write,
)
