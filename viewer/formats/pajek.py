"""Networks of Pajek: the vertices, arcs and edges of a ``.net``, with partitions of a ``.paj``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from viewer.errors import EntenteError
from viewer.formats.foreign_text import read_text
from viewer.formats.graph_meaning import answer
from viewer.formats.graph_tables import MOST_NODES, Graph
from viewer.formats.graph_times import Span
from viewer.formats.imports import foreign, put

SHAPES = ("ellipse", "box", "diamond", "triangle", "cross", "empty", "man", "woman", "house")
CALLED = {"ic": "color", "c": "color", "bc": "border color", "l": "label", "x_fact": "x factor",
          "y_fact": "y factor"}  # fmt: skip
"""Pajek's short keys for what something looks like → column."""
ONE_TO_ONE, ONE_TO_MANY = ("arcs", "edges"), ("arcslist", "edgeslist")
VALUES = ("partition", "vector")
"""Sections with one value for each vertex."""

_WORD = re.compile(r'"([^"]*)"|(\[[^\]\s][^\]]*\])|(\S+)')
_KEY = re.compile("[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


class _Pajek:
    """A file being read line by line, by the section it is in."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.line = 0
        self.read: Callable[[list[str]], None] = self._before
        self.vertices: dict[str, tuple[str, dict[str, str], list[Span], int]] = {}
        self.count = self.first_mode = 0
        self.networks = 0
        self.directed = False
        self.relation = ""
        self.attribute = ""
        self.position = 0

    def take(self, text: str) -> None:
        """Take up one line."""
        self.line += 1
        text = text.strip()
        if not text or text.startswith(("%", "/*")):
            return
        if text.startswith("*"):
            self._section(text)
        else:
            self.read(_words(text))

    def finish(self) -> None:
        """Hand on the vertices, those too that only the count names."""
        for number in range(1, self.count + 1):
            self.vertices.setdefault(str(number), ("", {}, [], 0))
        for key, (label, cells, spans, line) in self.vertices.items():
            if self.first_mode:
                cells["mode"] = "1" if int(key) <= self.first_mode else "2"
            self.graph.node(key, label, cells, spans, line)

    # -- sections ----------------------------------------------------------------------------

    def _section(self, text: str) -> None:
        words = text[1:].split(None, 1) or [""]
        name, rest = words[0].casefold(), words[1] if len(words) > 1 else ""
        if name == "vertices":
            self._begin_vertices(rest)
        elif name == "network":
            self.networks += 1
            if self.networks == 1:
                self.graph.gathered.title = rest or self.graph.gathered.title
                self.read = self._before
            else:
                self._skip(f"network “{rest[:60]}”: only the first of a file is read")
        elif self.networks > 1 and name not in VALUES:
            self.read = self._ignore
        elif name in ONE_TO_ONE + ONE_TO_MANY:
            self.directed = name.startswith("arcs")
            self.relation = self._named(rest)
            self.read = self._tie if name in ONE_TO_ONE else self._ties
        elif name in VALUES:
            self.attribute = " ".join(rest.split()) or name
            self.position = 0
            self.read = self._value
        elif name == "matrix":
            self._skip("a matrix: save the network with arcs and edges in Pajek")
        else:
            self._skip(f"“{name[:40]}”, which is no part of a network")

    def _skip(self, what: str) -> None:
        self.graph.gathered.say(f"not read: {what}", line=self.line)
        self.read = self._ignore

    def _ignore(self, words: list[str]) -> None:
        """Pass over a line of a section that is not read, which was told where it began."""

    def _before(self, words: list[str]) -> None:
        if not self.vertices and not self.count:
            raise EntenteError(
                f"{self.graph.path}:{self.line}: is no network of Pajek: “*Vertices” must come "
                "first"
            )
        self._bad("stands between two sections")

    def _begin_vertices(self, rest: str) -> None:
        sizes = [int(word) for word in rest.split()[:2] if _KEY.fullmatch(word)]
        if self.read == self._value:
            if sizes[:1] != [self.count]:
                self._skip(f"“{self.attribute[:60]}”: it is for a network of another size")
            return
        if self.networks > 1:
            return
        if sizes and sizes[0] > MOST_NODES:
            raise EntenteError(
                f"{self.graph.path}:{self.line}: says it has {sizes[0]:,} vertices; at most "
                f"{MOST_NODES:,} can be read"
            )
        self.count = max(self.count, *sizes[:1], 0)
        self.first_mode = sizes[1] if len(sizes) > 1 else 0
        self.read = self._vertex

    # -- rows --------------------------------------------------------------------------------

    def _bad(self, what: str) -> None:
        self.graph.gathered.say(f"{what}: the line is left out", line=self.line)

    def _vertex(self, words: list[str]) -> None:
        key, *rest = words
        if not _KEY.fullmatch(key):
            self._bad(f"“{key[:40]}” is no number of a vertex")
            return
        key = str(int(key))
        if key in self.vertices:
            self._bad(f"vertex {key} stands twice")
            return
        if len(self.vertices) == MOST_NODES:
            raise EntenteError(
                f"{self.graph.path}: holds more than {MOST_NODES:,} vertices; save the part you "
                "need as a file of its own"
            )
        label = rest.pop(0) if rest else ""
        cells: dict[str, str] = {}
        for name in "xyz":
            if rest and _NUMBER.fullmatch(rest[0]):
                cells[name] = rest.pop(0)
        if rest and rest[0].casefold() in SHAPES:
            cells["shape"] = rest.pop(0)
        spans = self._further(rest, cells)
        self.vertices[key] = (label, cells, spans, self.line)

    def _tie(self, words: list[str]) -> None:
        relation = self.relation
        if words[0].endswith(":") and len(words) > 1:
            # The number of the relation may stand before the line, too.
            relation = words.pop(0)[:-1]
        if len(words) < 2:
            self._bad("has one end only")
            return
        source, target, *rest = words
        cells: dict[str, str] = {}
        if rest and _NUMBER.fullmatch(rest[0]):
            cells["weight"] = rest.pop(0)
        spans = self._further(rest, cells)
        self._add(source, target, cells.pop("label", "") or relation, cells, spans)

    def _ties(self, words: list[str]) -> None:
        if len(words) < 2:
            self._bad("has one end only")
        for target in words[1:]:
            self._add(words[0], target, self.relation, {}, [])

    def _add(
        self, source: str, target: str, label: str, cells: dict[str, str], spans: list[Span]
    ) -> None:
        for end in (source, target):
            if not _KEY.fullmatch(end.removeprefix("-")):
                self._bad(f"“{end[:40]}” is no number of a vertex")
                return
        # In lists of arcs a minus marks a negative tie.
        negative = source.startswith("-") != target.startswith("-")
        if negative:
            put(cells, "weight", "-1")
        one, other = (str(abs(int(end))) for end in (source, target))
        self.graph.edge(one, other, self.directed, "", label, cells, spans, self.line)

    def _value(self, words: list[str]) -> None:
        self.position += 1
        if self.position <= self.count:
            # It may be one that only the count names.
            held = self.vertices.setdefault(str(self.position), ("", {}, [], 0))
            put(held[1], self.attribute, words[0])

    def _further(self, words: list[str], cells: dict[str, str]) -> list[Span]:
        """Put what follows the numbers of a row into cells; return its times."""
        spans: list[Span] = []
        while words:
            word = words.pop(0)
            if word.startswith("["):
                spans.extend(_spans(word))
            elif words:
                put(cells, CALLED.get(word.casefold(), word[:100]), words.pop(0))
            else:
                put(cells, "further", word)
        return spans

    def _named(self, rest: str) -> str:
        """Return the relation that a section is of: ``:2 "trades with"``."""
        words = _words(rest)
        if words and words[0].startswith(":"):
            return words[1] if len(words) > 1 else words[0][1:]
        return ""


def _words(text: str) -> list[str]:
    """Return the words of a line; quoted ones and times in brackets are one."""
    return [quoted or time or word for quoted, time, word in _WORD.findall(text)]


def _spans(text: str) -> list[Span]:
    """Return Pajek's times, as ``[5-10,12-*]``."""
    out = []
    for part in text.strip("[]").split(","):
        start, dash, end = part.strip().partition("-")
        if start:
            out.append(Span(start, end if dash else start, stamp=not dash))
    return out


def extract(path: Path) -> dict[str, Any]:
    """Read a file, in a process apart; see `imports`."""
    graph = Graph(path)
    reading = _Pajek(graph)
    for line in read_text(path, graph.gathered).split("\n"):
        reading.take(line)
    reading.finish()
    return answer(graph)


FORMAT = foreign(
    name="pajek",
    title="a network of Pajek (.net, .paj)",
    extensions=(".net", ".paj"),
)
