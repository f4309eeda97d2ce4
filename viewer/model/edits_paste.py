"""Rows out of a spreadsheet, pasted into a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from viewer.model.alike import folded
from viewer.model.dossier import Dossier
from viewer.model.edits import with_id
from viewer.model.edits_check import validate
from viewer.model.schema import ABOUT_TABLES, REFERENCES, TABLES, split_list
from viewer.progress import Progress, unheard

MOST_ROWS, MOST_COLUMNS = 100_000, 200
MOST_PROBLEMS = 1000
_SOME = 500
"""Rows after which it is said how far it is."""
_LOOKED_AT = 10_000
"""Letters that the guess of a table is made from."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a pasted cell.

    Parameters
    ----------
    row : int
        Row of what was pasted, empty ones counted too; 0: all of it.
    column, message : str
    """

    row: int
    column: str
    message: str


@dataclass(frozen=True, eq=False)
class Pasted:
    """What a text comes to.

    Parameters
    ----------
    columns : tuple of str
        The columns as they were understood.
    rows : sequence of mapping
        The rows, names of actors and the like replaced by ids.
    faults : tuple of Fault
    dossier : Dossier, optional
        The dossier with all rows; None where there is nothing to add, or something is wrong.
    """

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, str]]
    faults: tuple[Fault, ...]
    dossier: Dossier | None


def paste(dossier: Dossier, table: str, text: str, progress: Progress = unheard) -> Pasted:
    """Read rows as spreadsheets put them on the clipboard, and add all of them or none.

    Cells are parted by tabs, or by commas where there is no tab; one in quotation marks may hold
    line breaks. A first row of column names says which columns there are, in any order, and may
    name extra ones; without it they are those of the table in order, without the id unless all
    cells of the first column look like ids. Where an id is wanted the name of the row will do,
    if it is the name of one row only.

    Parameters
    ----------
    dossier : Dossier
    table : str
    text : str
    progress : Progress
        Told how far it is; what it raises is passed on.
    """
    try:
        lines = _lines(text)
    except csv.Error as error:
        return Pasted((), (), (Fault(0, "", f"cannot be read as rows: {error}"),), None)
    if len(lines) > MOST_ROWS or max((len(line) for _, line in lines), default=0) > MOST_COLUMNS:
        many = f"more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns: paste them in parts"
        return Pasted((), (), (Fault(0, "", many),), None)
    header = _header(lines[0][1], table) if lines else None
    columns = header or _ordered([line for _, line in lines], table)
    faults: list[Fault] = []
    if header is not None:
        top, lines = lines[0][0], lines[1:]
        faults += (Fault(top, name, why) for name, why in _header_faults(header, lines))
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    ids: dict[str, int] = {}
    names = _Names(dossier)
    for done, (number, line) in enumerate(lines):
        if done % _SOME == 0:
            progress(done / len(lines) / 2)
        if any(line[len(columns) :]):
            faults.append(Fault(number, "", f"has {len(line)} cells for {len(columns)} columns"))
            continue
        cells = {name: cell.strip() for name, cell in zip(columns, line, strict=False) if name}
        cells, unclear = names.as_ids(table, cells)
        faults += (Fault(number, name, message) for name, message in unclear.items())
        cells = with_id(dossier, table, cells, ids)
        if key := cells.get("id", ""):
            if key in ids:
                faults.append(Fault(number, "id", f"“{key}” stands in row {ids[key]} already"))
            ids.setdefault(key, number)
        rows.append(cells)
        numbers.append(number)
    told = {(fault.row, fault.column) for fault in faults}
    for done, (number, cells) in enumerate(zip(numbers, rows, strict=True)):
        if done % _SOME == 0:
            progress(0.5 + done / len(rows) / 2)
        for name, message in validate(dossier, table, cells).items():
            # A place may lie within another that comes along with it.
            along = name == "within" and cells[name] in ids
            if not along and (number, name) not in told:
                faults.append(Fault(number, name, message))
    after = None
    if rows and not faults:
        after = dossier.with_tables({table: dossier.tables[table].with_more(rows)})
    faults.sort(key=lambda fault: fault.row)
    return Pasted(columns, rows, tuple(faults[:MOST_PROBLEMS]), after)


def guessed_table(text: str) -> str:
    """Return the table whose columns the first row of a text names best; else the events."""
    try:
        _, line = next(iter(_lines(text[:_LOOKED_AT])), (0, []))
    except csv.Error:
        line = []
    names = {cell.strip().casefold().replace(" ", "_") for cell in line}
    shares = {
        table: (len(names & set(columns)), -len(columns)) for table, columns in TABLES.items()
    }
    best = max(shares, key=lambda table: shares[table])
    return best if shares[best][0] > 1 else "events"


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows in which anything stands, each with its number."""
    text = text.removeprefix("\ufeff").replace("\0", "")
    text = text.encode("utf-8", "replace").decode("utf-8")
    comma = "\t" not in text and "," in text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if comma else "\t")
    return [
        (number, line)
        for number, line in enumerate(reader, 1)
        if any(cell.strip() for cell in line)
    ]


def _header(line: Sequence[str], table: str) -> tuple[str, ...] | None:
    """Return the columns that a first row names, None where it names none."""
    names = [cell.strip().casefold().replace(" ", "_") for cell in line]
    known = [name for name in names if name in TABLES[table]]
    if not known or 2 * len(known) < len([name for name in names if name]):
        return None
    return tuple(
        name if name in TABLES[table] else cell.strip()
        for name, cell in zip(names, line, strict=True)
    )


def _header_faults(
    columns: Sequence[str], lines: Sequence[tuple[int, Sequence[str]]]
) -> Iterator[tuple[str, str]]:
    """Yield columns whose cells could not be kept apart, or not at all, and why."""
    for at, name in enumerate(columns):
        if name and name in columns[:at]:
            yield name, "stands twice in the first row: give one of them another name"
        elif not name and any(cell.strip() for _, line in lines for cell in line[at : at + 1]):
            yield "", f"column {at + 1} has cells but no name: name it in the first row"


def _ordered(lines: Sequence[Sequence[str]], table: str) -> tuple[str, ...]:
    own = TABLES[table]
    if own[0] != "id":
        return own
    first = [line[0].strip() for line in lines if line]
    ids = all(cell and cell == cell.casefold() and " " not in cell for cell in first)
    return own if ids else own[1:]


class _Names:
    """What the rows of a dossier are called, looked up when first asked for."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._known: dict[str, dict[str, set[str]]] = {}

    def _of(self, table: str) -> dict[str, set[str]]:
        if table not in self._known:
            known = self._known[table] = {}
            held = self._dossier.tables[table]
            called = held["name" if "name" in held.columns else "title"]
            others = held.columns.get("aliases", ("",) * len(held))
            for key, name, more in zip(held["id"], called, others, strict=True):
                for word in (name, *split_list(more)):
                    known.setdefault(folded(word), set()).add(key)
        return self._known[table]

    def as_ids(self, table: str, cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return cells with the ids of what they name, and column → why one is not clear."""
        out, unclear = dict(cells), dict[str, str]()
        for name, cell in cells.items():
            to = REFERENCES.get((table, name), "")
            if (table, name) == ("claims", "about"):
                to = ABOUT_TABLES.get(cells.get("about_kind", ""), "")
            if not cell or to in ("", "relations") or cell in self._dossier.tables[to].row_of:
                continue
            found = self._of(to).get(folded(cell), set())
            if len(found) == 1:
                out[name] = min(found)
            elif found:
                several = " or ".join(sorted(found)[:3])
                unclear[name] = f"“{cell[:40]}” is the name of several: write the id, {several}"
        return out, unclear
