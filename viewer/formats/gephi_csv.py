"""Tables of nodes and edges as Gephi exports and imports them: CSV, one file for each.

A file of edges has the columns Source and Target, one of nodes Id and Label. Either is opened with
the other where that lies beside it under the same name but for the word, as ``trade-nodes.csv``
and ``trade-edges.csv``. Without nodes, those that the edges name are all there are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from viewer.errors import EntenteError
from viewer.formats.graph_meaning import answer
from viewer.formats.graph_tables import LONGEST_CELL, MOST_COLUMNS, Graph, Titles, put, timeset
from viewer.formats.graph_text import read_text
from viewer.formats.graph_words import LATITUDES, LONGITUDES, plain
from viewer.formats.imports import read_apart
from viewer.formats.registry import Format
from viewer.formats.text_plain import decode
from viewer.model.dossier import Dossier
from viewer.progress import Progress

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


def _header(text: str) -> tuple[list[str], str]:
    """Return the names of the columns, as `graph_words.plain`, and what separates them."""
    line = text.lstrip("\ufeff\n").partition("\n")[0]
    for separator in SEPARATORS:
        try:
            cells = next(csv.reader([line], delimiter=separator), [])
        except csv.Error:
            continue
        names = [plain(cell) for cell in cells]
        if _kind(names):
            return names, separator
    return [], ""


def _kind(names: list[str]) -> str:
    """Return ``edges`` or ``nodes`` for the names of columns of such; else nothing."""
    if "source" in names and "target" in names:
        return "edges"
    return "nodes" if names[:1] == ["id"] and "label" in names else ""


def _looked_at(path: Path) -> tuple[str, list[str]]:
    """Return which of the two tables a file is, perhaps neither, and the names of its columns."""
    try:
        if path.suffix.casefold() not in SUFFIXES or not path.is_file():
            return "", []
        with path.open("rb") as file:
            data = file.read(_FIRST)
    except OSError:
        return "", []
    text = decode(data.partition(b"\n")[0])[0] if b"\0" not in data[:4] else decode(data)[0]
    names, _ = _header(text.replace("\r", "\n"))
    return _kind(names), names


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
    csv.field_size_limit(64 * LONGEST_CELL)
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
    text = read_text(graph, path).removeprefix("\ufeff")
    _, separator = _header(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or ",")
    header = next(reader, [])
    if len(header) > MOST_COLUMNS:
        raise EntenteError(
            f"{path}: has {len(header):,} columns; at most {MOST_COLUMNS:,} can be read"
        )
    columns = _columns(header)
    start = reader.line_num + 1
    while True:
        try:
            for row in reader:
                line, start = start, reader.line_num + 1
                if len(row) > len(columns) and any(row[len(columns) :]):
                    graph.gathered.say(
                        f"has {len(row)} cells, the header has {len(columns)}: left out; put "
                        "quotation marks round a cell that holds what separates the cells",
                        table, line,
                    )  # fmt: skip
                elif any(cell.strip() for cell in row):
                    yield dict(zip(columns, map(str.strip, row), strict=False)), line
            return
        except csv.Error as error:
            graph.gathered.say(f"cannot be read ({error}): left out", table, start)
            start = reader.line_num + 1


def _columns(header: list[str]) -> list[str]:
    """Return a name for each column; those that Gephi knows are called as here."""
    titles = Titles()
    known = ("id", "label", "source", "target", "type", "weight", *TIMES)
    return [
        titles.declare(str(number), name if (name := plain(cell)) in known else cell)
        for number, cell in enumerate(header)
    ]


def _matches(path: Path) -> bool:
    kind, names = _looked_at(path)
    # A list of points is a map, unless edges lie beside it.
    points = kind == "nodes" and not _POINTS.isdisjoint(names)
    return bool(kind) and (not points or _partner(path, kind) is not None)


_POINTS = frozenset((*LATITUDES, *LONGITUDES))


def _read(path: Path, progress: Progress) -> Dossier:
    return read_apart("gephi", path, progress)


FORMAT = Format(
    name="gephi-csv",
    title="nodes or edges of Gephi as CSV (columns Source and Target, or Id and Label)",
    extensions=SUFFIXES,
    matches=_matches,
    read=_read,
)
