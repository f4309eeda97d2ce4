"""Text files of other programs: read whole, in whatever encoding they are; rows of tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.csvtable import LONGEST_CELL, MOST_COLUMNS, unreadable
from viewer.formats.imports import Gathered
from viewer.formats.registry import why_not
from viewer.formats.text_plain import decode

LARGEST = 512 << 20
"""Bytes of a file."""


def read_text(path: Path, gathered: Gathered) -> str:
    """Return the text of a file; line ends become line feeds, and a mark at its head goes.

    Raises
    ------
    EntenteError
        It cannot be opened, or is too large.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise EntenteError(
                f"{path}: is larger than {LARGEST >> 20} MB; save the part you need as a file of "
                "its own"
            )
        data = path.read_bytes()
    except OSError as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error
    text, note = decode(data)
    if note:
        gathered.say(note.replace("attach that", "open that"), severity="warning")
    return unix(text).removeprefix("\ufeff")


def unix(text: str) -> str:
    """Return a text with line feeds at the ends of its lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def header(
    text: str, separators: str, fits: Callable[[list[str]], object]
) -> tuple[list[str], str]:
    """Return the names in the first line that is not empty, and what separates them.

    Parameters
    ----------
    text : str
        The table or its beginning, as `read_text` returns it.
    separators : str
        Letters of which one may stand between the names, the likeliest first.
    fits : callable
        Whether names make sense; the first separator with which they do is taken.

    Returns
    -------
    names : list of str
        Empty where no separator makes sense of the line.
    separator : str
    """
    line = text.lstrip("\ufeff\n").partition("\n")[0]
    for separator in separators:
        try:
            names = next(csv.reader([line], delimiter=separator), [])
        except csv.Error:
            continue
        if fits(names := [name.strip() for name in names]):
            return names, separator
    return [], ""


def read_rows(
    text: str, separator: str, path: Path, say: Callable[[str, int], None]
) -> Iterator[tuple[list[str], int]]:
    """Yield the rows of a table that say anything, the header first, each with its first line.

    Parameters
    ----------
    text : str
        As `read_text` returns it.
    separator : str
        What stands between cells; RFC 4180 otherwise.
    path : Path
        Named where the table cannot be read.
    say : callable
        Takes a message and the line for what is left out.

    Raises
    ------
    EntenteError
        It has more than `csvtable.MOST_COLUMNS` columns.
    """
    csv.field_size_limit(LONGEST_CELL)
    # Lines end with line feeds alone: other signs that Python takes for ends stand in cells.
    lines = (f"{line}\n" for line in text.removesuffix("\n").split("\n"))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    width, start = 0, 1
    while True:
        try:
            for row in reader:
                line, start = start, reader.line_num + 1
                if not any(cell.strip() for cell in row):
                    continue
                if not width and (width := len(row)) > MOST_COLUMNS:
                    raise EntenteError(
                        f"{path}: has {width:,} columns; at most {MOST_COLUMNS:,} can be read"
                    )
                if any(row[width:]):
                    say(
                        f"has {len(row):,} cells, the header has {width:,}: left out; put "
                        "quotation marks round a cell that holds what separates the cells",
                        line,
                    )
                else:
                    yield row[:width], line
            return
        except csv.Error as error:
            say(unreadable(str(error), start, reader.line_num), start)
            start = reader.line_num + 1


def distinct(names: Sequence[str]) -> list[str]:
    """Return names of columns, none of them empty and no two the same.

    Examples
    --------
    >>> distinct(["name", "", "name"])
    ['name', 'column 2', 'name (2)']
    """
    out: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        name = base = name.strip() or f"column {number}"
        more = 1
        while name in out:
            more += 1
            name = f"{base} ({more})"
        out[name] = None
    return list(out)
