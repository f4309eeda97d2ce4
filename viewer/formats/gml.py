"""Graphs as GML, the Graph Modelling Language (Himsolt 1997): keys with numbers, strings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from viewer.formats.foreign_text import read_text
from viewer.formats.graph_meaning import answer
from viewer.formats.graph_tables import Graph
from viewer.formats.imports import foreign, put

DEEPEST = 100
LONGEST_KEY = 100
_TOKEN = re.compile(r'(?m:^[ \t]*(?P<comment>\#).*$)|"[^"]*"|\[|\]|[^\s\[\]"]+|"')
_DRAWN = "graphics."
_LOOKS = {"fill": "color", "w": "width", "h": "height", "type": "shape"}
"""Keys of ``graphics`` → column; others are called as they are."""


class _Breaks(Exception):  # noqa: N818 - the file is at fault
    """The file cannot be read beyond a line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Tokens:
    """Keys, values and brackets, one after the other, with the line each stands in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found = _TOKEN.finditer(text)
        self._at = 0
        self.line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            found = next(self._found)
            self.line += self._text.count("\n", self._at, found.start())
            self._at = found.start()
            if found[0] == '"':
                raise _Breaks("a quotation mark opens here and is never closed", self.line)
            if not found["comment"]:
                return found[0]


def extract(path: Path) -> dict[str, Any]:
    """Read a file, in a process apart; see `imports`."""
    graph = Graph(path)
    tokens = _Tokens(read_text(path, graph.gathered))
    try:
        _read_file(graph, tokens)
    except _Breaks as error:
        graph.broken(str(error), error.line)
    return answer(graph)


def _read_file(graph: Graph, tokens: _Tokens) -> None:
    """Read what stands outside the graph, and the graph."""
    about = []
    for key in tokens:
        if key in ("[", "]"):
            raise _Breaks(f"“{key}” stands where a key should", tokens.line)
        line = tokens.line
        value = next(tokens, "")
        if value == "[" and key.casefold() == "graph":
            _read_graph(graph, tokens)
        elif value == "[":
            _read_list(tokens, line, {})
        elif key.casefold() == "creator":
            about.append(f"Made by {_plain(value)}.")
        elif key.casefold() == "comment":
            about.append(_plain(value))
    graph.gathered.description = " ".join(about)


def _read_graph(graph: Graph, tokens: _Tokens) -> None:
    first = len(graph.directed)
    directed = "no"
    try:
        for word, value in _members(graph, tokens):
            if word == "directed":
                directed = "yes" if value == "1" else "no"
            elif word in ("label", "name") and value.startswith('"'):
                graph.gathered.title = _plain(value) or graph.gathered.title
    finally:
        # The word may stand below the edges.
        graph.directed[first:] = [said or directed for said in graph.directed[first:]]


def _members(graph: Graph, tokens: _Tokens) -> Iterator[tuple[str, str]]:
    """Add the nodes and edges of a graph; yield what else it says."""
    begun = tokens.line
    for key in tokens:
        if key == "]":
            return
        line, value = tokens.line, next(tokens, "")
        word = key.casefold()
        if value == "[":
            held: dict[str, list[str]] = {}
            try:
                _read_list(tokens, line, held)
            finally:
                # What is cut short at the end of a file says something all the same.
                if word == "node":
                    _add_node(graph, _apart(held), line)
                elif word == "edge":
                    _add_edge(graph, _apart(held), line)
        else:
            yield word, value
    raise _Breaks("the file ends in the middle of a graph", begun)


def _read_list(tokens: _Tokens, line: int, held: dict[str, list[str]]) -> None:
    """Read the values of a list by their keys, those of lists within under both their names."""
    prefixes = [""]
    for key in tokens:
        if key == "]":
            prefixes.pop()
            if not prefixes:
                return
            continue
        value = next(tokens, None)
        if value is None or value == "]" or key == "[":
            raise _Breaks(f"“{key[:40]}” has no value", tokens.line)
        if value == "[":
            if len(prefixes) == DEEPEST:
                raise _Breaks(f"lists are nested more than {DEEPEST} deep", tokens.line)
            prefixes.append(f"{prefixes[-1]}{key[:LONGEST_KEY]}.")
        else:
            held.setdefault(f"{prefixes[-1]}{key}"[-LONGEST_KEY:], []).append(_plain(value))
    raise _Breaks("the file ends in the middle of a list", line)


def _apart(held: dict[str, list[str]]) -> dict[str, str]:
    """Return values as cells; how something is drawn does not mix with what it is."""
    out = {name: "; ".join(values) for name, values in held.items() if not _is_drawn(name)}
    for name, values in held.items():
        if _is_drawn(name):
            name = name[len(_DRAWN) :]
            put(out, _LOOKS.get(name, name), "; ".join(values))
    return out


def _is_drawn(name: str) -> bool:
    return name.casefold().startswith(_DRAWN)


def _add_node(graph: Graph, cells: dict[str, str], line: int) -> None:
    label = _label(cells)
    key, parent = cells.pop("id", ""), cells.pop("gid", "")
    graph.node(key, label, cells, line=line, parent=parent)


def _add_edge(graph: Graph, cells: dict[str, str], line: int) -> None:
    said = cells.pop("directed", "")
    label = _label(cells)
    graph.edge(
        cells.pop("source", ""), cells.pop("target", ""), said == "1" if said else None,
        cells.pop("id", ""), label, cells, line=line,
    )  # fmt: skip


def _label(cells: dict[str, str]) -> str:
    drawn = cells.pop("LabelGraphics.text", "")
    label = cells.pop("label", "") or drawn
    if drawn != label:
        put(cells, "drawn label", drawn)
    return label


def _plain(value: str) -> str:
    """Return a value as text: without quotation marks, its entities as the letters they are."""
    return unescape(value[1:-1]) if value.startswith('"') else value


FORMAT = foreign(
    name="gml",
    title="a graph as GML (.gml)",
    extensions=(".gml",),
)
