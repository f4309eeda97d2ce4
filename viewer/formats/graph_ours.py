"""A dossier as a graph, and back: so a file that we wrote gives back the tables it was made of.

Actors, places and events are nodes; relations, who took part in an event and where it took place
are edges. Each bears the name of its table in the attribute `MARK`, and its id is the table's name,
a colon and the row's own id. Sources and claims are about any of these, edges too: a graph has no
room for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from viewer.formats.graph_tables import Graph
from viewer.formats.graph_writing import type_of
from viewer.formats.imports import Rows
from viewer.model.dossier import Dossier
from viewer.model.schema import TABLES

MARK = "entente_table"
"""Attribute that names the table of a node or edge."""
NODES = {"actors": "name", "places": "name", "events": "title"}
"""Table → column that is the label."""
EDGES = {
    "relations": ("source", "target", "type", "actors", "actors"),
    "participants": ("event", "actor", "role", "events", "actors"),
    "event_places": ("event", "place", "role", "events", "places"),
}
"""Table → columns of both ends and of the label, and the tables both ends are in."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node to be written: its key, its label and the other cells of its row."""

    key: str
    label: str
    cells: Mapping[str, str]
    date: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge to be written."""

    key: str
    source: str
    target: str
    label: str
    directed: bool
    cells: Mapping[str, str]
    date: str = ""


def columns_of(dossier: Dossier, tables: Mapping[str, object]) -> dict[str, str]:
    """Return the attributes that nodes or edges of some tables have, with their types.

    `MARK` is the first; for the types see `graph_writing.type_of`.
    """
    cells: dict[str, set[str]] = {MARK: {MARK}}
    for name in tables:
        table = dossier.tables[name]
        for column in table.columns:
            if column not in _elsewhere(name) and any(table[column]):
                cells.setdefault(column, set()).update(table[column])
    return {column: type_of(held) for column, held in cells.items()}


def nodes_of(dossier: Dossier) -> Iterator[Node]:
    """Yield a dossier's nodes."""
    for name, label in NODES.items():
        for cells in _rows(dossier, name):
            key = f"{name}:{cells.pop('id')}"
            yield Node(key, cells.pop(label), {**cells, MARK: name}, cells.get("date", ""))


def edges_of(dossier: Dossier) -> Iterator[Edge]:
    """Yield a dossier's edges."""
    for name, (source, target, label, *to) in EDGES.items():
        for number, cells in enumerate(_rows(dossier, name), 1):
            key = f"{name}:{cells.pop('id', number)}"
            one, other = (
                f"{table}:{cells.pop(end)}" for table, end in zip(to, (source, target), strict=True)
            )
            # What the dossier has to the letter is an attribute besides.
            directed = name != "relations" or cells["directed"] == "yes"
            yield Edge(
                key,
                one,
                other,
                cells.pop(label),
                directed,
                {**cells, MARK: name},
                cells.get("date", ""),
            )


def all_directed(dossier: Dossier) -> bool:
    """Whether every edge has a direction; some readers bear one sort in a file only."""
    return all(cell == "yes" for cell in dossier.relations["directed"])


def left_out(dossier: Dossier) -> str:
    """Return a sentence on what a graph cannot hold of a dossier; empty where it holds all."""
    counts = {name: len(dossier.tables[name]) for name in ("claims", "sources")}
    said = [
        f"{count:,} {name if count > 1 else name[:-1]}" for name, count in counts.items() if count
    ]
    if not said:
        return ""
    return f"a graph file has no room for {' and '.join(said)}: keep the dossier beside it"


def _elsewhere(name: str) -> tuple[str, ...]:
    """Return the columns of a table that are no attributes: they are in the graph itself."""
    if name in NODES:
        return "id", NODES[name]
    return "id", *EDGES[name][:3]


def _rows(dossier: Dossier, name: str) -> Iterator[dict[str, str]]:
    columns = dossier.tables[name].columns
    for cells in zip(*columns.values(), strict=True):
        yield dict(zip(columns, cells, strict=True))


# -- back ----------------------------------------------------------------------------------------


def is_ours(graph: Graph) -> bool:
    """Whether a graph is a dossier that was written as one."""
    sides = (
        (graph.nodes, graph.node_rows, NODES),
        (graph.edge_keys, graph.edge_rows, EDGES),
    )
    for keys, rows, tables in sides:
        marks = rows.columns.get(MARK, [""] * len(keys))
        if any(
            mark not in tables or not key.startswith(f"{mark}:")
            for key, mark in zip(keys, marks, strict=True)
        ):
            return False
    return True


def put_ours(graph: Graph) -> None:
    """Fill the tables with those that a graph of ours was made of."""
    keys = list(graph.nodes)
    for name, label in NODES.items():
        rows, at = _of_table(graph.node_rows, name)
        rows.columns["id"] = [_id(keys[row]) for row in at]
        rows.columns[label] = [graph.labels[row] for row in at]
        graph.gathered.put(name, rows)
    for name, (source, target, label, *_) in EDGES.items():
        rows, at = _of_table(graph.edge_rows, name)
        for column, side in zip((source, target), graph.ends, strict=True):
            rows.columns[column] = [_id(side[row]) for row in at]
        rows.columns[label] = [graph.edge_labels[row] for row in at]
        if name == "relations":
            rows.columns["id"] = [_id(graph.edge_keys[row]) for row in at]
        graph.gathered.put(name, rows)


def _id(key: str) -> str:
    return key.partition(":")[2]


def _of_table(rows: Rows, name: str) -> tuple[Rows, list[int]]:
    """Return the rows of one table, with the columns they have, and which they were."""
    at = [row for row, mark in enumerate(rows.columns.get(MARK, ())) if mark == name]
    out = Rows()
    out.lines = [rows.lines[row] for row in at]
    for column, cells in rows.columns.items():
        own = [cells[row] for row in at]
        if column != MARK and (column in TABLES[name] or any(own)):
            out.columns[column] = own
    return out, at
