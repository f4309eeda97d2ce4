"""One table out of one CSV file: UTF-8, commas, a header. Files from strangers are expected."""

from __future__ import annotations

import codecs
import csv
import io
import stat
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from viewer.errors import EntenteError, Problem
from viewer.formats.registry import look, why_not
from viewer.model.dossier import Table
from viewer.model.near import near
from viewer.model.report import Report
from viewer.model.schema import TABLES

LARGEST_FILE = 2 << 30
LONGEST_LINE = 16 << 20
LONGEST_CELL = 1 << 20
MOST_COLUMNS = 1000

KEYS: dict[str, tuple[str, ...]] = {
    "event_places": ("event", "place"),
    "participants": ("event", "actor"),
    "relations": ("id", "source", "target"),
    "claims": ("id", "about_kind", "about"),
}
"""Columns without which no row of a table says anything; for the other tables the id."""

NEEDED: dict[str, tuple[str, ...]] = {
    "actors": ("name",),
    "places": ("name", "lon", "lat"),
    "events": ("title", "date"),
    "event_places": ("role",),
    "participants": ("role",),
    "sources": ("title",),
    "claims": ("property", "value", "stance", "source"),
}
"""Columns without which rows can be read but are not what the table is for: an event is dated, a
place has coordinates, a claim says something on somebody's word. Where one is not there at all it
was most likely called otherwise, which is an error. Any other column may be left out: that is one
warning, for nothing was written wrong."""

_MOST_NAMED = 3
_BLOCK = 1 << 20
_CHUNK = 2_000
_REPLACEMENT = "\ufffd"


@dataclass(slots=True)
class _Reading:
    """A file being read, block by block."""

    path: Path
    table: str
    report: Report
    digest: str = ""

    def fail(self, message: str) -> EntenteError:
        return EntenteError(Problem(self.report.file, message, self.table))

    def lines(self, file: BinaryIO) -> Iterator[str]:
        return chain.from_iterable(
            # Line ends inside quoted cells are content: kept as they are.
            io.StringIO(block, newline="")
            for block in self._blocks(file)
        )

    def _blocks(self, file: BinaryIO) -> Iterator[str]:
        """Yield the text in blocks of whole lines."""
        hashed, offset, line = sha256(), 0, 1
        while raw := file.read(_BLOCK):
            raw += file.readline(LONGEST_LINE)
            if len(raw) >= LONGEST_LINE and not raw.endswith(b"\n"):
                raise self.fail(
                    f"a line is longer than {LONGEST_LINE >> 20} MB; is this a CSV file?"
                )
            hashed.update(raw)
            body = raw
            if offset == 0:
                if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise self.fail("is UTF-16; save it as CSV in UTF-8")
                body = raw.removeprefix(codecs.BOM_UTF8)
            try:
                text = body.decode()
            except UnicodeDecodeError:
                text = body.decode(errors="replace")
                self._tell_bad_bytes(body, offset + len(raw) - len(body), line)
            if "\0" in text:
                for at, part in enumerate(text.split("\n")):
                    if "\0" in part:
                        self._tell(line + at, "holds a NUL byte, shown as �; remove it")
                text = text.replace("\0", _REPLACEMENT)
            yield text
            offset += len(raw)
            line += text.count("\n")
        self.digest = hashed.hexdigest()

    def _tell_bad_bytes(self, body: bytes, offset: int, line: int) -> None:
        for raw in body.split(b"\n"):
            try:
                raw.decode()
            except UnicodeDecodeError as error:
                self._tell(
                    line,
                    f"byte {offset + error.start + 1} of the file (hexadecimal "
                    f"{raw[error.start]:02X}) is not UTF-8, shown as �; save the table as "
                    "CSV in UTF-8",
                )
            offset += len(raw) + 1
            line += 1

    def _tell(self, line: int, message: str) -> None:
        self.report.add(message, self.table, line)


def read_table(path: Path, name: str, report: Report) -> tuple[Table, str]:
    """Read one table.

    Parameters
    ----------
    path : Path
        The CSV file.
    name : str
        One of `schema.TABLES`.
    report : Report
        Takes down what is wrong with single rows.

    Returns
    -------
    Table
        The rows that have the shape of the header, cells as they stand in the file.
    str
        SHA-256 of the file, in hexadecimal.

    Raises
    ------
    EntenteError
        No row can be read: not to be opened, no CSV, or a column is missing that all hangs on.
    """
    reading = _Reading(path, name, report)
    found = look(path)
    if not stat.S_ISREG(found.st_mode):
        raise reading.fail(f"{path.name} is no file; put the table in its place")
    if found.st_size > LARGEST_FILE:
        raise reading.fail(
            f"{path.name} is larger than {LARGEST_FILE >> 30} GB; leave rows out, or split it"
        )
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open("rb") as file:
            return _read_rows(reading, file), reading.digest
    except OSError as error:
        raise reading.fail(why_not(error)) from error
    finally:
        csv.field_size_limit(limit)


def _read_rows(reading: _Reading, file: BinaryIO) -> Table:
    reader = csv.reader(reading.lines(file), strict=True)
    name, report = reading.table, reading.report
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise reading.fail(f"the header cannot be read ({error}); is this a CSV file?") from error
    if header is None:
        report.add(f"is empty; its first line must be {','.join(TABLES[name])}", name)
        return Table.empty(name)
    names = _column_names(reading, header)
    width = len(names)
    columns: list[list[str]] = [[] for _ in names]
    lines: list[int] = []
    rows: list[list[str]] = []

    def flush() -> None:
        for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
            column.extend(cells)
        rows.clear()

    start = reader.line_num + 1
    while True:
        try:
            for row in reader:
                if len(row) != width:
                    row = _fitted(row, width, start, reading)
                if row:
                    rows.append(row)
                    lines.append(start)
                    if len(rows) == _CHUNK:
                        flush()
                start = reader.line_num + 1
            break
        except csv.Error as error:
            report.add(unreadable(str(error), start, reader.line_num), name, start)
            start = reader.line_num + 1
    flush()

    by_name = dict(zip(names, columns, strict=True))
    blank = [""] * len(lines)
    own = {column: by_name.pop(column, blank) for column in TABLES[name]}
    # Spreadsheets leave empty columns without a name behind.
    extra = {column: cells for column, cells in by_name.items() if column in header or any(cells)}
    return Table(name, own | extra, _short(lines))


def _short(lines: list[int]) -> Sequence[int]:
    """Return the numbers of lines in little room: mostly they follow each other."""
    if lines and lines[-1] - lines[0] == len(lines) - 1:
        return range(lines[0], lines[-1] + 1)
    return array("q", lines)


def _fitted(row: list[str], width: int, line: int, reading: _Reading) -> list[str]:
    """Return a row as wide as the header; an empty one where it cannot be used."""
    if not any(row):
        return []
    if len(row) > width and not any(row[width:]):
        return row[:width]
    cells = f"has {len(row)} cells, the header has {width}"
    if len(row) > width:
        reading.report.add(
            f"{cells}: left out; put quotation marks round a cell that holds a comma",
            reading.table,
            line,
        )
        return []
    reading.report.add(f"{cells}: the rest is taken as empty", reading.table, line)
    return row + [""] * (width - len(row))


def unreadable(error: str, first: int, last: int) -> str:
    """Return what is said of lines in which the cells of a row cannot be told apart.

    Parameters
    ----------
    error : str
        What the reader of the `csv` module says.
    first, last : int
        The lines that are left out.
    """
    rows = "left out" if first == last else f"lines {first} to {last} are left out"
    if "field limit" in error:
        return (
            f"a cell is longer than {LONGEST_CELL >> 20} MB: {rows}; is a quotation mark missing?"
        )
    return (
        f"quotation marks do not match: {rows}; put a cell that holds one in quotation marks "
        "and write each inside it twice"
    )


def _column_names(reading: _Reading, header: list[str]) -> list[str]:
    """Return a name for every column, none of them twice, and say which are missing."""
    name, report, wanted = reading.table, reading.report, TABLES[reading.table]
    if len(header) > MOST_COLUMNS:
        raise reading.fail(f"has {len(header):,} columns; at most {MOST_COLUMNS:,} can be read")
    names: list[str] = []
    for position, cell in enumerate(header, 1):
        column = cell.strip() or f"column {position}"
        if column in names:
            second = f"{column} ({position})"
            report.add(
                f"column “{column}” stands twice; the second is read as “{second}”",
                name, 1, column,
            )  # fmt: skip
            column = second
        names.append(column)
    others = [column for column in names if column not in wanted]
    for column in wanted:
        if column in names:
            continue
        message = f"column “{column}” is missing"
        if meant := near(column, others, 1):
            message += f"; is it the one called “{meant[0]}”? Then rename that"
        if column in KEYS.get(name, ("id",)):
            if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
                message += "; the cells must be separated by commas"
            elif not meant:
                message += f"; the header must be {','.join(wanted)}"
            raise EntenteError(Problem(report.file, message, name, 1, column))
        if meant:
            report.add(message, name, 1, column)
        elif column in NEEDED.get(name, ()):
            rename = f", or rename the one that is meant: {_some(others)}" if others else ""
            report.add(
                f"{message}; add it to {reading.path.name}{rename}; till then it counts as empty",
                name, 1, column,
            )  # fmt: skip
        else:
            report.add(f"{message}; taken as empty", name, 1, column, "warning")
    return names


def _some(columns: list[str]) -> str:
    """Name a few columns."""
    more = ", …" if len(columns) > _MOST_NAMED else ""
    return ", ".join(f"“{column}”" for column in columns[:_MOST_NAMED]) + more


def write_table(table: Table) -> bytes:
    """Return a table as CSV: UTF-8, a line feed after each row, quotation marks where needed."""
    out = io.StringIO(newline="")
    out.write(",".join(map(_cell, table.columns)) + "\n")
    for row in zip(*table.columns.values(), strict=True):
        out.write(",".join(map(_cell, row)) + "\n")
    return out.getvalue().encode()


def _cell(text: str) -> str:
    # csv.writer of Python 3.11 leaves a lone carriage return bare, which ends the row on reading.
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
