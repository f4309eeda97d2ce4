"""What a file of another program becomes: the tables of a dossier, gathered in a process apart.

A module that reads a foreign kind of file has a function that runs apart, reads the file into a
`Gathered` and returns its `answer`, and a `FORMAT` made by `foreign`. Nothing but JSON comes over,
and it is looked at again on this side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from viewer.errors import EntenteError, Severity
from viewer.formats import apart
from viewer.formats.registry import Format
from viewer.formats.sound import sound
from viewer.model.dossier import Dossier, Table
from viewer.model.ids import fresh
from viewer.model.report import Report
from viewer.model.schema import TABLES
from viewer.progress import Progress

SECONDS = 300.0
MEGABYTES = 4096
LONGEST_LIST = 10_000
MOST_ALIKE = 9


def put(cells: dict[str, str], name: str, value: str) -> None:
    """Set a cell of a row; a second value under one name gets a column of its own.

    Of very many the last column holds a list, and of that no more than `LONGEST_LIST` letters.
    """
    column, number = name, 1
    while value and cells.get(column, value) != value:
        if number == MOST_ALIKE:
            held = cells[column]
            if len(held) < LONGEST_LIST:
                cells[column] = f"{held}; {value}"
            elif not held.endswith("…"):
                cells[column] = f"{held}…"
            return
        number += 1
        column = f"{name} ({number})"
    if value:
        cells[column] = value


class Rows:
    """Rows of one table while it is filled; where they stood in the file is kept beside.

    Parameters
    ----------
    columns : iterable of str
        Those that are there even without a row.
    """

    def __init__(self, columns: Iterable[str] = ()) -> None:
        self.columns: dict[str, list[str]] = {name: [] for name in columns}
        self.lines: list[int] = []

    def add(self, cells: Mapping[str, str], line: int = 0) -> None:
        """Add a row; parameters as in `Gathered.add`."""
        count = len(self.lines)
        for name, cell in cells.items():
            held = self.columns.get(name)
            if held is None:
                held = self.columns[name] = []
            # Rows before the first with such a cell have an empty one.
            held.extend([""] * (count - len(held)))
            held.append(cell)
        self.lines.append(line)

    def filled(self) -> dict[str, list[str]]:
        """Return all columns, each as long as there are rows."""
        for cells in self.columns.values():
            cells.extend([""] * (len(self.lines) - len(cells)))
        return self.columns


class Gathered:
    """The rows of a dossier while a foreign file is read.

    Parameters
    ----------
    title : str
        What the dossier will be called.

    Attributes
    ----------
    description : str
        A sentence or two that the file says of itself.
    part : str
        The layer that is being read, where rows are counted in each; problems name it.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.description = ""
        self.part = ""
        self._rows = {name: Rows(columns) for name, columns in TABLES.items()}
        self._ids: dict[str, set[str]] = {name: set() for name in TABLES}
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._report = Report("")

    def add(self, table: str, cells: Mapping[str, str], line: int = 0) -> None:
        """Add a row.

        Parameters
        ----------
        table : str
        cells : mapping of str to str
            Cells by column; those the schema does not have become extra columns.
        line : int
            Where it stands in the file: a line, or the number of a feature or element; 0: nowhere.
        """
        self._rows[table].add(cells, line)
        if key := cells.get("id"):
            self._ids[table].add(key)

    def put(self, table: str, rows: Rows) -> None:
        """Take `rows` for all rows of a table; what its schema has besides stays empty."""
        self._rows[table] = rows

    def fresh(self, table: str, wanted: str) -> str:
        """Return an id that no row of a table was given before, after what it is to be called."""
        ids = self._ids[table]
        key = fresh(wanted, (), table.rstrip("s"))
        if key in ids:
            number = self._numbers[table, key] or 1
            base = key
            while key in ids:
                number += 1
                key = f"{base}-{number}"
            self._numbers[table, base] = number
        ids.add(key)
        return key

    def say(
        self,
        message: str,
        table: str = "",
        line: int = 0,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note a problem; parameters as in `errors.Problem`."""
        said = f"“{self.part}”: {message}" if self.part and line else message
        self._report.add(said, table, line, column, severity)

    def answer(self) -> dict[str, Any]:
        """Return everything as JSON holds it; see `dossier_of`."""
        tables = {}
        for name, rows in self._rows.items():
            # Columns of the schema that say nothing need not go over.
            told = {
                column: cells
                for column, cells in rows.filled().items()
                if column not in TABLES[name] or any(cells)
            }
            tables[name] = {"columns": told, "lines": rows.lines}
        return {
            "title": self.title,
            "description": self.description,
            "tables": tables,
            "problems": [
                (found.message, found.table, found.row, found.column, found.severity)
                for found in self._report.problems()
            ],
        }


def foreign(
    name: str,
    title: str,
    extensions: tuple[str, ...],
    matches: Callable[[Path], bool] | None = None,
    write: Callable[[Dossier, Path], str] | None = None,
) -> Format:
    """Return the form of the files of another program; parameters as in `registry.Format`.

    Parameters
    ----------
    name : str
        One of `apart.TASKS` as well, which reads such a file.
    matches : callable, optional
        None: files are told by how their names end.
    """

    def ends_so(path: Path) -> bool:
        return path.suffix.casefold() in extensions

    def read(path: Path, progress: Progress) -> Dossier:
        return read_apart(name, path, progress)

    return Format(name, title, extensions, matches or ends_so, read, write=write)


def read_apart(
    task: str,
    path: Path,
    progress: Progress,
    *,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Dossier:
    """Return the dossier that a file of another program becomes.

    Parameters
    ----------
    task : str
        One of `apart.TASKS`; its function returns a `Gathered.answer`.
    path : Path
    progress : callable
        Told the share done; may raise `progress.Cancelled`.
    seconds, megabytes
        Bounds of the process apart; see `apart.run`.

    Raises
    ------
    EntenteError
        The file cannot be read.
    """

    def cancelled() -> bool:
        progress(0.0)
        return False

    said = apart.run(task, path, seconds=seconds, megabytes=megabytes, cancelled=cancelled)
    return dossier_of(said, path)


def dossier_of(said: object, path: Path) -> Dossier:
    """Return the dossier that an answer describes.

    Raises
    ------
    EntenteError
        It describes none: the process that gave it was misled by the file.
    """
    report = Report(str(path))
    try:
        tables = {name: _table(name, said["tables"][name]) for name in TABLES}  # type: ignore[index]
        for message, table, line, column, severity in said["problems"]:  # type: ignore[index]
            report.add(str(message), str(table), int(line), str(column), _severity(severity))
        title, description = str(said["title"]), str(said["description"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError) as error:
        raise EntenteError(
            f"{path}: the reader's answer makes no sense; open the file in the program it was made "
            "with and save it anew"
        ) from error
    return Dossier(
        title=title or path.stem,
        path=str(path),
        tables=sound(tables, report),
        problems=report.problems(),
        description=description,
    )


def _severity(word: object) -> Severity:
    return "warning" if word == "warning" else "error"


def _table(name: str, said: Mapping[str, Any]) -> Table:
    columns, lines = said["columns"], [int(line) for line in said["lines"]]
    blank = [""] * len(lines)
    own = {column: columns.get(column, blank) for column in TABLES[name]}
    for cells in columns.values():
        if len(cells) != len(lines) or not all(isinstance(cell, str) for cell in cells):
            raise ValueError("columns of one length, of text")
    return Table(name, {**own, **columns}, lines)
