"""Graphs of Gephi: GEXF 1.1 to 1.3, read and written.

Read are nodes and edges with their attributes, defaults, hierarchy, what they look like and when
they were there. Kept as text are attributes that change with time.
"""

from __future__ import annotations

import re
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
    NODES,
    all_directed,
    columns_of,
    edges_of,
    left_out,
    nodes_of,
)
from viewer.formats.graph_tables import Graph, Titles
from viewer.formats.graph_times import Span, spans_in
from viewer.formats.graph_writing import fit_xml, is_number, period, unit_of
from viewer.formats.imports import foreign, put
from viewer.formats.xml_elements import Elements, read_elements
from viewer.model.dossier import Dossier

TABLE_OF = {"node": "actors", "edge": "relations"}
DIRECTED = {"directed": True, "undirected": False, "mutual": False}
"""A mutual edge leads both ways, as a tie without a direction does; its word is kept."""
LOOKS = {
    "position": ("x", "y", "z"),
    "size": ("value",),
    "thickness": ("value",),
    "shape": ("value",),
}
"""Element of the viz module → attributes kept as columns; ``value`` is called as the element."""


@dataclass(slots=True)
class _Item:
    """A node or edge whose element is still open."""

    attributes: Mapping[str, str]
    line: int
    parent: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)


class _Gexf(Elements):
    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.open: list[_Item] = []
        self.titles = {"node": Titles(), "edge": Titles()}
        self.defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
        self.directed = False
        self.declaring = ("", "")
        self.about: list[str] = []

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case _ if len(self.names) == 1 and name != "gexf":
                raise EntenteError(
                    f"{self.graph.path}: is no GEXF: it begins with <{name[:40]}>; "
                    "open it in the program it was made with and save it as GEXF"
                )
            case "graph":
                self.directed = attributes.get("defaultedgetype") == "directed"
            case "attributes":
                self.declaring = (attributes.get("class", ""), "")
            case "attribute":
                self._declare(attributes)
            case "node" | "edge":
                parent = attributes.get("pid", "")
                if name == "node" and not parent and self.open:
                    parent = self.open[-1].attributes.get("id", "")
                item = _Item(attributes, self.line, parent)
                item.spans = _spans(attributes)
                self.open.append(item)
            case _ if self.open:
                self._detail(name, attributes)

    def closed(self, name: str, text: str) -> None:
        if name in ("node", "edge") and self.open:
            self._close(name, self.open.pop())
        elif name == "default" and text.strip() and self.declaring[1]:
            kind, key = self.declaring
            self.defaults[kind][key] = text.strip()
        elif name in ("creator", "description", "keywords") and text.strip():
            said = " ".join(text.split())
            self.about.append(f"Made by {said}." if name == "creator" else said)

    def _declare(self, attributes: Mapping[str, str]) -> None:
        kind, key = self.declaring[0], attributes.get("id", "")
        self.declaring = (kind, key)
        if kind in TABLE_OF:
            name = self.titles[kind].declare(key, attributes.get("title") or key)
            self.graph.declare(TABLE_OF[kind], name)
        else:
            self.declaring = ("", "")

    def _detail(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element within a node or edge."""
        item = self.open[-1]
        if name == "attvalue":
            key = attributes.get("for", attributes.get("id", ""))
            when = _spans(attributes)
            value = attributes.get("value", "")
            said = f"{value} {', '.join(map(str, when))}" if when and value else value
            item.values.setdefault(key, []).append(said)
        elif name in ("spell", "slice"):
            item.spans.extend(_spans(attributes))
        elif name == "parent" and not item.parent:
            item.parent = attributes.get("for", "")
        elif name == "parent":
            put(item.cells, "further parent", attributes.get("for", ""))
        elif name == "color":
            put(item.cells, "color", _colour(attributes))
            put(item.cells, "alpha", attributes.get("a", ""))
        elif name in LOOKS:
            for key in LOOKS[name]:
                put(item.cells, name if key == "value" else key, attributes.get(key, ""))

    def _close(self, name: str, item: _Item) -> None:
        cells: dict[str, str] = {}
        for key, value in self.defaults[name].items():
            if key not in item.values:
                item.values[key] = [value]
        for key, values in item.values.items():
            put(cells, self._title(name, key, item.line), "; ".join(values))
        for column, cell in item.cells.items():
            put(cells, column, cell)
        given = item.attributes
        if name == "node":
            self.graph.node(
                given.get("id", ""), given.get("label", ""), cells, item.spans, item.line,
                item.parent,
            )  # fmt: skip
            return
        put(cells, "weight", given.get("weight", ""))
        label, kind = given.get("label", ""), given.get("kind", "")
        if label:
            put(cells, "kind", kind)
        said = given.get("type", "").casefold()
        if said not in ("", "directed", "undirected"):
            put(cells, "edge type", given["type"])
        self.graph.edge(
            given.get("source", ""), given.get("target", ""), DIRECTED.get(said, self.directed),
            given.get("id", ""), label or kind, cells, item.spans, item.line,
        )  # fmt: skip

    def _title(self, kind: str, key: str, line: int) -> str:
        titles = self.titles[kind]
        if key not in titles:
            titles.declare(key, key)
            self.graph.gathered.say(
                f"attribute “{key[:40]}” is not declared: read under that name",
                TABLE_OF[kind], line, titles[key], "warning",
            )  # fmt: skip
        return titles[key]


_TIMES = frozenset(
    ("intervals", "spells", "timeset", "timestamps", "timestamp", "start", "end", "startopen",
     "endopen")
)  # fmt: skip


def _spans(attributes: Mapping[str, str]) -> list[Span]:
    """Return when an element holds, by its attributes."""
    if _TIMES.isdisjoint(attributes):
        return []
    for name in ("intervals", "spells", "timeset"):
        if text := attributes.get(name):
            return spans_in(text)
    stamps = attributes.get("timestamps", "").strip("<[]> ").split(",")
    stamps.append(attributes.get("timestamp", ""))
    if found := [
        Span(stamp.strip(), stamp.strip(), stamp=True) for stamp in stamps if stamp.strip()
    ]:
        return found
    start, end = attributes.get("start", ""), attributes.get("end", "")
    after, before = attributes.get("startopen", ""), attributes.get("endopen", "")
    if not (start or end or after or before):
        # Its attribute is there, and empty.
        return []
    return [
        Span(start or after, end or before, bool(after and not start), bool(before and not end))
    ]


def _colour(attributes: Mapping[str, str]) -> str:
    """Return a colour as ``#rrggbb``."""
    if text := attributes.get("hex"):
        return text
    try:
        parts = [int(float(attributes[key])) for key in "rgb"]
    except (KeyError, ValueError, OverflowError):
        return ""
    return "#" + "".join(f"{min(max(part, 0), 255):02x}" for part in parts)


def extract(path: Path) -> dict[str, Any]:
    """Read a file, in a process apart; see `imports`."""
    graph = Graph(path)
    handler = _Gexf(graph)
    broken = read_elements(path, handler)
    if broken:
        graph.broken(*broken)
    graph.gathered.description = " ".join(handler.about)
    return answer(graph)


# -- writing -------------------------------------------------------------------------------------


def write(dossier: Dossier, path: Path) -> str:
    """Write a dossier as GEXF 1.3; see `registry.Format`."""
    write_lines(path, _lines(dossier))
    return left_out(dossier)


def _lines(dossier: Dossier) -> Iterator[str]:
    unit = unit_of(dossier)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">'
    if dossier.description:
        yield f"<meta><description>{escape(fit_xml(dossier.description))}</description></meta>"
    default = "directed" if all_directed(dossier) else "undirected"
    yield f'<graph defaultedgetype="{default}"{_MODES[unit]}>'
    nodes, edges = columns_of(dossier, NODES), columns_of(dossier, EDGES)
    yield from _declared("node", nodes)
    yield from _declared("edge", edges)
    yield "<nodes>"
    for node in nodes_of(dossier):
        cells = dict(node.cells)
        looks = [*_looks(cells)]
        yield f"<node{_said(id=node.key, label=node.label, **_when(node.date, unit))}>"
        yield from _values(nodes, cells)
        yield from looks
        yield "</node>"
    yield "</nodes>"
    yield "<edges>"
    for edge in edges_of(dossier):
        cells = dict(edge.cells)
        weight = cells.pop("weight") if is_number(cells.get("weight", "")) else ""
        said = _said(
            id=edge.key, source=edge.source, target=edge.target, label=edge.label,
            type="directed" if edge.directed else "undirected", weight=weight,
            **_when(edge.date, unit),
        )  # fmt: skip
        yield f"<edge{said}>"
        yield from _values(edges, cells)
        yield "</edge>"
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


_MODES = {
    "": "",
    "day": ' mode="dynamic" timeformat="date"',
    "year": ' mode="dynamic" timeformat="integer"',
}


def _declared(kind: str, columns: Mapping[str, str]) -> Iterator[str]:
    yield f'<attributes class="{kind}">'
    for number, (column, type_) in enumerate(columns.items()):
        yield f"<attribute{_said(id=str(number), title=column, type=type_)}/>"
    yield "</attributes>"


def _values(columns: Mapping[str, str], cells: Mapping[str, str]) -> Iterator[str]:
    yield "<attvalues>"
    for number, column in enumerate(columns):
        if cell := cells.get(column):
            yield f"<attvalue{_said(**{'for': str(number), 'value': cell})}/>"
    yield "</attvalues>"


def _looks(cells: dict[str, str]) -> Iterator[str]:
    """Take what a node looks like out of its cells, where this form can hold it."""
    if all(is_number(cells.get(key, "")) for key in "xy"):
        at = {key: cells.pop(key) for key in "xyz" if is_number(cells.get(key, ""))}
        yield f"<viz:position{_said(**at)}/>"
    if is_number(cells.get("size", "")):
        yield f"<viz:size{_said(value=cells.pop('size'))}/>"
    if _HEX.fullmatch(cells.get("color", "")):
        colour = bytes.fromhex(cells.pop("color")[1:])
        yield f"<viz:color{_said(**dict(zip('rgb', map(str, colour), strict=True)))}/>"


def _when(date: str, unit: str) -> dict[str, str]:
    return dict(zip(("start", "end"), period(date, unit), strict=True))


def _said(**attributes: str) -> str:
    """Return attributes as they stand in a tag; empty ones do not."""
    return "".join(
        f" {key}={quoteattr(fit_xml(said), _BREAKS)}" for key, said in attributes.items() if said
    )


_BREAKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_HEX = re.compile("#[0-9a-f]{6}")

FORMAT = foreign(
    name="gexf",
    title="a graph of Gephi (.gexf)",
    extensions=(".gexf",),
    write=write,
)
