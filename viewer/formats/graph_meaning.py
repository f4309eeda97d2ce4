"""What a graph of another program means: nodes are actors, edges are relations.

Nothing is made up: a node whose kind nobody says has none, an edge has a date only where its times
can be nothing else, and whatever has no column of its own becomes an extra column.
"""

from __future__ import annotations

from typing import Any

from viewer.errors import EntenteError
from viewer.formats import fields
from viewer.formats import graph_words as words
from viewer.formats.graph_ours import is_ours, put_ours
from viewer.formats.graph_tables import MOST_EDGES, Graph, Titles, short
from viewer.formats.graph_times import OLDEST, clear, dates_of
from viewer.formats.imports import Rows
from viewer.model.schema import TABLES

LONGEST_NAME = 200
"""Letters of a name on the screen; the whole of a longer one is kept beside it."""


def answer(graph: Graph) -> dict[str, Any]:
    """Return the dossier this is, as `imports.Gathered.answer` does.

    Raises
    ------
    EntenteError
        The file holds neither node nor edge.
    """
    if not graph.nodes and not graph.edge_keys:
        raise EntenteError(
            f"{graph.path}: holds no node and no edge; open it in the program it was made with "
            "and see whether anything is there"
        )
    _add_missing(graph)
    for rows in (graph.node_rows, graph.edge_rows):
        rows.filled()
    if is_ours(graph):
        put_ours(graph)
    else:
        _put_relations(graph, _put_actors(graph))
    return graph.gathered.answer()


def _add_missing(graph: Graph) -> None:
    """Add the nodes that edges lead to but nobody told of."""
    described = bool(graph.nodes)
    for source, target, line in zip(*graph.ends, graph.edge_rows.lines, strict=True):
        for key in (source, target):
            if key in graph.nodes:
                continue
            if described:
                graph.gathered.say(
                    f"node “{short(key)}” is not described, only named by edges: taken in "
                    "by that name",
                    "actors", line, "id", "warning",
                )  # fmt: skip
            graph.node(key, line=line)


def _put_actors(graph: Graph) -> dict[str, str]:
    """Make the table of actors and return key of a node → its id."""
    keys, lines = list(graph.nodes), graph.node_rows.lines
    columns = dict(graph.node_rows.columns)
    labels = graph.labels
    for name in words.named(columns, words.NAMES) if not any(labels) else ():
        if any(columns[name]):
            labels = columns.pop(name)
            break
    whole = [label or key for key, label in zip(keys, labels, strict=True)]
    names = [_name(text) for text in whole]
    ids = [graph.gathered.fresh("actors", name) for name in names]
    own: dict[str, list[str]] = {"id": ids, "name": names}
    given: dict[str, list[str]] = {}
    if any(key not in (key_, name) for key, key_, name in zip(keys, ids, names, strict=True)):
        given["id in file"] = _tidied(graph, "actors", "id in file", keys, lines)
    if any(" ".join(text.split()) != name for text, name in zip(whole, names, strict=True)):
        # Where it has none, its key is the name, which stands beside already.
        given["name in file"] = list(labels)
    own["kind"] = _kinds(graph, columns)
    if graph.parents:
        # What lies within nothing that was told of names its parent as the file does.
        given["parent"] = [""] * len(ids)
        for row, key in graph.parents.items():
            given["parent"][row] = ids[graph.nodes[key]] if key in graph.nodes else key
    if graph.node_spans:
        given["times"] = [""] * len(ids)
        for row, spans in graph.node_spans.items():
            given["times"][row] = "; ".join(map(str, spans))
    for wanted, names_ in (("lat", fields.LATITUDES), ("lon", fields.LONGITUDES)):
        for name in words.named(columns, names_)[: wanted not in columns]:
            columns = {(wanted if key == name else key): columns[key] for key in columns}
    _put(graph, "actors", own, given, columns, lines)
    return dict(zip(keys, ids, strict=True))


def _tidied(graph: Graph, table: str, column: str, cells: list[str], lines: list[int]) -> list[str]:
    return [graph.tidy(cell, table, line, column) for cell, line in zip(cells, lines, strict=True)]


def _kinds(graph: Graph, columns: dict[str, list[str]]) -> list[str]:
    """Return the kind of each node, taking out the attribute where it says no more."""
    for name in words.named(columns, words.ACTOR_KIND_NAMES):
        cells = columns[name]
        kind_of = {cell: words.kind_of(cell) for cell in set(cells)}
        if any(kind_of.values()):
            if all(kind_of[cell] == cell for cell in kind_of):
                del columns[name]
            return [kind_of[cell] for cell in cells]
    return [""] * len(graph.labels)


def _put_relations(graph: Graph, ids: dict[str, str]) -> None:
    """Make the table of relations; `ids` are those of the nodes by their keys."""
    columns = dict(graph.edge_rows.columns)
    types = graph.edge_labels
    for name in words.named(columns, words.TIE_NAMES) if not any(types) else ():
        if any(columns[name]):
            types = columns.pop(name)
            break
    given: dict[str, list[str]] = {}
    if any(graph.edge_keys):
        lines = graph.edge_rows.lines
        given["id in file"] = _tidied(graph, "relations", "id in file", graph.edge_keys, lines)
    dates = _dates(graph, columns, given)
    # A tie that held more than once is as many rows.
    rows = [row for row, found in enumerate(dates) for _ in found]
    if len(rows) > MOST_EDGES:
        raise graph.too_much(f"{MOST_EDGES:,} edges and times of edges")
    sources, targets = ([ids[key] for key in side] for side in graph.ends)
    fresh = graph.gathered.fresh
    own = {
        "id": [fresh("relations", f"{sources[row]} {targets[row]}") for row in rows],
        "source": [sources[row] for row in rows],
        "target": [targets[row] for row in rows],
        "type": [types[row] for row in rows],
        "directed": [graph.directed[row] for row in rows],
        "date": [date for found in dates for date in found],
    }
    if len(rows) > len(dates):
        given, columns = (
            {name: [cells[row] for row in rows] for name, cells in held.items()}
            for held in (given, columns)
        )
    lines = [graph.edge_rows.lines[row] for row in rows]
    _put(graph, "relations", own, given, columns, lines)


def _dates(
    graph: Graph, columns: dict[str, list[str]], given: dict[str, list[str]]
) -> list[tuple[str, ...]]:
    """Return the dates of each edge; there is one at least, an empty one where none is said."""
    out: list[tuple[str, ...]] = [("",)] * len(graph.edge_keys)
    spans = graph.edge_spans
    moments = {end for held in spans.values() for span in held for end in span[:2]}
    told = clear(moments)
    if spans and not told:
        graph.gathered.say(
            "times are numbers that do not say which date they mean: kept in the column "
            "“times”, not drawn in time",
            "relations", severity="warning",
        )  # fmt: skip
    elif not spans:
        return _dates_of_attributes(graph, columns)
    kept = {}
    for row, held in spans.items():
        try:
            out[row] = tuple(dates_of(held)) if told else ()
        except ValueError as error:
            out[row] = ()
            line = graph.edge_rows.lines[row]
            graph.gathered.say(
                f"{error}: the time is kept in the column “times”, the date counts as not "
                "known",
                "relations", line, "date",
            )  # fmt: skip
        if not out[row]:
            out[row] = ("",)
            kept[row] = "; ".join(map(str, held))
    if kept:
        given["times"] = [kept.get(row, "") for row in range(len(out))]
    return out


def _dates_of_attributes(graph: Graph, columns: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Return the date of each edge by its attributes, taking out those that say no more."""
    when = fields.dating(columns, columns.__getitem__, OLDEST)
    for column, cell in when.unclear:
        graph.gathered.say(
            f"“{column}” is not read as dates, of which “{cell[:40]}” is not clear; write dates "
            "as 2012-09-07",
            "relations", 0, column, "warning",
        )  # fmt: skip
    out: list[tuple[str, ...]] = []
    whole = set(when.columns)
    for row, line in enumerate(graph.edge_rows.lines):
        cells = {name: columns[name][row] for name in when.columns}
        try:
            date, _ = when.of(cells)
        except ValueError as error:
            said = f"{error}: the date counts as not known"
            graph.gathered.say(said, "relations", line, "date", "warning")
            date = ""
        out.append((date,))
        whole -= {name for name in whole if cells[name] not in date}
    for name in whole:
        del columns[name]
    return out


def _put(
    graph: Graph,
    table: str,
    own: dict[str, list[str]],
    given: dict[str, list[str]],
    columns: dict[str, list[str]],
    lines: list[int],
) -> None:
    """Make a table of columns of the schema, of those named here, and of attributes."""
    rows = Rows()
    rows.lines = list(lines)
    rows.columns = {**own, **given}
    titles = Titles()
    for name in (*TABLES[table], *given):
        titles.declare(name, name)
    for name, cells in columns.items():
        if not any(cells):
            continue
        if name in TABLES[table]:
            if not any(own.get(name, ())) and words.means(table, name, cells):
                rows.columns[name] = cells
                continue
            name = f"{name} in file"
        rows.columns[titles.declare(name, name)] = cells
    graph.gathered.put(table, rows)


def _name(text: str) -> str:
    """Return a label as a name: one line, not longer than fits a line."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"
