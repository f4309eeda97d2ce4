"""Tables of nodes and edges as Gephi exports and imports them: CSV, one file for each.

A file of edges has the columns Source and Target, one of nodes Id and Label. Either is opened with
the other where that lies beside it under the same name but for the word, as ``trade-nodes.csv``
and ``trade-edges.csv``. Without nodes, those that the edges name are all there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from viewer.formats.fields import LATITUDES, LONGITUDES, key_of
from viewer.formats.foreign_text import distinct, header, read_rows, read_text, unix
from viewer.formats.graph_meaning import answer
from viewer.formats.graph_tables import Graph, timeset
from viewer.formats.imports import foreign, put
from viewer.formats.text_plain import decode

SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
SEPARATORS = ",;\t| "
TIMES = ("timeset", "interval", "timestamp")
DIRECTED = {"directed": True, "undirected": False, "mutual": False}
_NAMES = (
    ("nodes", "edges"), ("node", "edge"), ("knoten", "kanten"), ("vertices", "edges"),
    ("noeuds", "liens"), ("nœuds", "liens"), ("nodos", "aristas"), ("nodi", "archi"),
)  # fmt: skip
_FIRST = 1 << 16
"""Bytes in which the header is looked for."""


def _kind(names: list[str]) -> str:
    """Return ``edges`` or ``nodes`` for the names of columns of such; else nothing."""
    names = [key_of(name) for name in names]
    if "source" in names and "target" in names:
        return "edges"
    return "nodes" if names[:1] == ["id"] and "label" in names else ""


def _looked_at(path: Path) -> tuple[str, list[str]]:
    """Return which of the two tables a file is, perhaps neither, and the names of its columns.

    Names are as `fields.key_of` has them.
    """
    try:
        if path.suffix.casefold() not in SUFFIXES or not path.is_file():
            return "", []
        with path.open("rb") as file:
            data = file.read(_FIRST)
    except OSError:
        return "", []
    if b"\0" not in data[:4]:
        # The names alone: what follows may be cut in the middle of a letter.
        data = data.lstrip(b"\r\n").partition(b"\n")[0]
    text, _ = decode(data)
    names, _ = header(unix(text), SEPARATORS, _kind)
    return _kind(names), [key_of(name) for name in names]


def _partner(path: Path, kind: str) -> Path | None:
    """Return the file with the other table that belongs to one, by its name."""
    for pair in _NAMES:
        own, other = pair if kind == "nodes" else pair[::-1]
        if not (found := re.search(own, path.stem, re.IGNORECASE)):
            continue
        word = other.upper() if found[0].isupper() else other
        word = word.capitalize() if found[0].istitle() else word
        beside = path.with_stem(path.stem[: found.start()] + word + path.stem[found.end() :])
        if _looked_at(beside)[0] == _OTHER[kind]:
            return beside
    return None


_OTHER = {"nodes": "edges", "edges": "nodes"}


def extract(path: Path) -> dict[str, Any]:
    """Read a file and its partner, in a process apart; see `imports`."""
    graph = Graph(path)
    kind, _ = _looked_at(path)
    files = {kind: path}
    if kind and (beside := _partner(path, kind)):
        files[_OTHER[kind]] = beside
        graph.gathered.description = f"Read out of {path.name} and {beside.name}."
    if "nodes" in files:
        for cells, line in _rows(graph, files["nodes"], "actors"):
            spans = timeset(cells, *TIMES)
            graph.node(cells.pop("id", ""), cells.pop("label", ""), cells, spans, line)
    if "edges" in files:
        for cells, line in _rows(graph, files["edges"], "relations"):
            _add_edge(graph, cells, line)
    return answer(graph)


def _add_edge(graph: Graph, cells: dict[str, str], line: int) -> None:
    spans = timeset(cells, *TIMES)
    said = cells.get("type", "").casefold()
    if said in DIRECTED:
        del cells["type"]
    if said == "mutual":
        put(cells, "edge type", said)
    source, target = cells.pop("source", ""), cells.pop("target", "")
    key, label = cells.pop("id", ""), cells.pop("label", "")
    graph.edge(source, target, DIRECTED.get(said), key, label, cells, spans, line)


def _rows(graph: Graph, path: Path, table: str) -> Iterator[tuple[dict[str, str], int]]:
    """Yield each row as column → cell, and its line."""
    text = read_text(path, graph.gathered)
    _, separator = header(text, SEPARATORS, _kind)

    def say(message: str, line: int) -> None:
        graph.gathered.say(message, table, line)

    columns: list[str] = []
    for row, line in read_rows(text, separator or ",", path, say):
        if columns:
            yield dict(zip(columns, map(str.strip, row), strict=False)), line
        else:
            columns = _columns(row)


def _columns(names: list[str]) -> list[str]:
    """Return a name for each column; those that Gephi knows are called as here."""
    known = ("id", "label", "source", "target", "type", "weight", *TIMES)
    return distinct([short if (short := key_of(name)) in known else name for name in names])


def _matches(path: Path) -> bool:
    kind, names = _looked_at(path)
    # A list of points is a map, unless edges lie beside it.
    points = kind == "nodes" and not _POINTS.isdisjoint(names)
    return bool(kind) and (not points or _partner(path, kind) is not None)


_POINTS = frozenset((*LATITUDES, *LONGITUDES))


FORMAT = foreign(
    name="gephi-csv",
    title="nodes or edges of Gephi as CSV (columns Source and Target, or Id and Label)",
    extensions=SUFFIXES,
    matches=_matches,
)
