"""A graph of another program while its file is read: nodes, edges, and what is said of them.

What it means is seen at the end, when all cells of an attribute are known: see `graph_meaning`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats import csvtable
from viewer.formats.graph_times import Span, spans_in
from viewer.formats.imports import Gathered, Rows

MOST_NODES = 1_000_000
MOST_EDGES = 2_000_000
MOST_COLUMNS = csvtable.MOST_COLUMNS - 100
"""With those of the schema no more than a folder can hold."""
LONGEST_CELL = csvtable.LONGEST_CELL

_UNSEEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)], "\ufffd")


class Titles(dict[str, str]):
    """The attributes of nodes or of edges: key → name, no two of them the same."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}

    def declare(self, key: str, title: str) -> str:
        """Name an attribute after its title, numbered if need be, and return the name."""
        name = title = " ".join(title.split())[:100] or "attribute"
        while name in self._numbers:
            self._numbers[title] += 1
            name = f"{title} ({self._numbers[title]})"
        self._numbers[name] = 1
        self[key] = name
        return name


class Graph:
    """Nodes and edges while a file is read.

    Parameters
    ----------
    path : Path
        Named where reading has to stop.

    Attributes
    ----------
    gathered : Gathered
        Takes the problems, and at the end the tables.
    nodes : dict of str to int
        Key of each node → its row.
    labels, node_rows, node_spans, parents
        Of each node its label and attributes; by row when it was there and within what, if told.
    edge_keys, edge_labels, directed, ends, edge_rows, edge_spans
        The same of each edge; `ends` are keys of nodes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.gathered = Gathered(path.stem)
        self.nodes: dict[str, int] = {}
        self.labels: list[str] = []
        self.node_rows = Rows()
        self.parents: dict[int, str] = {}
        self.node_spans: dict[int, Sequence[Span]] = {}
        self.ends: tuple[list[str], list[str]] = ([], [])
        self.edge_keys: list[str] = []
        self.edge_labels: list[str] = []
        self.directed: list[str] = []
        self.edge_rows = Rows()
        self.edge_spans: dict[int, Sequence[Span]] = {}
        self._dropped: set[str] = set()

    def declare(self, table: str, name: str) -> None:
        """Let an attribute of ``actors`` or ``relations`` have its column before the next."""
        rows = self.node_rows if table == "actors" else self.edge_rows
        if len(rows.columns) < MOST_COLUMNS:
            rows.columns.setdefault(name, [])

    def node(
        self,
        key: str,
        label: str = "",
        cells: Mapping[str, str] | None = None,
        spans: Sequence[Span] = (),
        line: int = 0,
        parent: str = "",
    ) -> None:
        """Add a node.

        Parameters
        ----------
        key : str
            What edges call it.
        label : str
        cells : mapping of str to str
            Its attributes.
        spans : sequence of Span
            When it was there.
        line : int
        parent : str
            Key of the node it lies within; empty for none.
        """
        if not key:
            self.gathered.say("a node has no id: left out; give it one", "actors", line, "id")
            return
        if key in self.nodes:
            self.gathered.say(
                f"node “{short(key)}” stands twice: the second is left out; give it another id",
                "actors", line, "id",
            )  # fmt: skip
            return
        if len(self.nodes) == MOST_NODES:
            raise self.too_much(f"{MOST_NODES:,} nodes")
        row = len(self.nodes)
        self.nodes[key] = row
        self.labels.append(self.tidy(label, "actors", line))
        if parent:
            self.parents[row] = parent
        if spans:
            self.node_spans[row] = spans
        self.node_rows.add(self._fitted(cells or {}, "actors", self.node_rows, line), line)

    def edge(
        self,
        source: str,
        target: str,
        directed: bool | None,
        key: str = "",
        label: str = "",
        cells: Mapping[str, str] | None = None,
        spans: Sequence[Span] = (),
        line: int = 0,
    ) -> None:
        """Add an edge; its ends may be told of later.

        Parameters
        ----------
        source, target : str
            Keys of nodes.
        directed : bool, optional
            None: the file does not say.
        key, label : str
            Empty where it has none.
        cells, spans, line
            As of a node.
        """
        if not source or not target:
            end = "target" if source else "source"
            self.gathered.say(
                f"an edge has no {end}: left out; name the node it leads "
                f"{'to' if source else 'from'}",
                "relations", line, end,
            )  # fmt: skip
            return
        if len(self.edge_keys) == MOST_EDGES:
            raise self.too_much(f"{MOST_EDGES:,} edges")
        row = len(self.edge_keys)
        for held, end in zip(self.ends, (source, target), strict=True):
            held.append(end)
        self.edge_keys.append(key)
        self.edge_labels.append(self.tidy(label, "relations", line))
        self.directed.append("" if directed is None else "yes" if directed else "no")
        if spans:
            self.edge_spans[row] = spans
        self.edge_rows.add(self._fitted(cells or {}, "relations", self.edge_rows, line), line)

    def has(self, key: str) -> bool:
        """Whether a node was told of."""
        return key in self.nodes

    def broken(self, message: str, line: int) -> None:
        """Note that the file cannot be read beyond a line; raise where nothing was read before.

        Raises
        ------
        EntenteError
            No node and no edge was read.
        """
        if not self.nodes and not self.edge_keys:
            raise EntenteError(f"{self.path}:{line}: {message}")
        self.gathered.say(f"{message}; what comes after is not read", "", line)

    def too_much(self, what: str) -> EntenteError:
        """Return the error that the file holds more than can be read."""
        return EntenteError(
            f"{self.path}: holds more than {what}; save the part you need as a file of its own"
        )

    def _fitted(
        self, cells: Mapping[str, str], table: str, rows: Rows, line: int
    ) -> dict[str, str]:
        out: dict[str, str] = {}
        held = len(rows.columns)
        for name, cell in cells.items():
            if not cell:
                continue
            if name not in rows.columns and (held := held + 1) > MOST_COLUMNS:
                if table not in self._dropped:
                    self._dropped.add(table)
                    self.gathered.say(
                        f"has more than {MOST_COLUMNS:,} attributes: “{short(name)}” and others "
                        "that come after are left out",
                        table, line,
                    )  # fmt: skip
                continue
            out[name] = self.tidy(cell, table, line, name)
        return out

    def tidy(self, cell: str, table: str, line: int, column: str = "") -> str:
        """Return a text as a cell can hold it: of bounded length, without control characters."""
        if len(cell) > LONGEST_CELL:
            self.gathered.say(
                f"a text is longer than {LONGEST_CELL >> 20} MB: the rest of it is left out",
                table, line, column,
            )  # fmt: skip
            cell = cell[:LONGEST_CELL]
        return cell if cell.isprintable() else cell.translate(_UNSEEN)


def short(text: str) -> str:
    """Return a text as a message quotes it."""
    return text if len(text) <= 60 else text[:59] + "…"


def timeset(cells: dict[str, str], *names: str) -> list[Span]:
    """Take cells that hold times as Gephi writes them out of a row and return the spans."""
    return [span for name in names for span in spans_in(cells.pop(name, ""))]
