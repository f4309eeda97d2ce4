"""Errors and problems as a user meets them: one line, what is wrong, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one spot of a file.

    Parameters
    ----------
    file : str
        Path as the user gave it.
    message : str
        What is wrong and, where it is not obvious, what to do.
    table : str
        Table within the dossier, empty if the whole file is meant.
    row : int
        Line of the table's file, the header being line 1; 0 if no row is meant.
    column : str
        Column name, empty if no column is meant.
    severity : {"error", "warning"}
        An error is a row that could not be read as meant; a warning is a doubt.
    """

    file: str
    message: str
    table: str = ""
    row: int = 0
    column: str = ""
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """``FILE:TABLE:ROW:COLUMN`` with the parts that are known."""
        parts = [self.file]
        if self.table:
            parts.append(self.table)
        if self.row:
            parts.append(str(self.row))
        if self.column:
            parts.append(self.column)
        return ":".join(parts)

    @property
    def line(self) -> str:
        """The problem as a line of a list, where a warning is called so."""
        doubt = "warning: " if self.severity == "warning" else ""
        return printable(f"{self.where}: {doubt}{self.message}")

    def __str__(self) -> str:
        return printable(f"{self.where}: {self.message}")


class EntenteError(Exception):
    """What the user asked for cannot be done; the message says why and what to do next.

    Parameters
    ----------
    problem : Problem or str
        The one line shown on stderr or in the window's banner.
    """

    def __init__(self, problem: Problem | str) -> None:
        self.problem = Problem("", problem) if isinstance(problem, str) else problem
        line = problem if isinstance(problem, str) else str(problem)
        super().__init__(printable(line))


def printable(text: str) -> str:
    """Return `text` as one line with control and direction marks made visible.

    Text from strangers may hold line breaks, terminal escapes or bidirectional overrides;
    in a message they are shown as ``⟨U+202E⟩``.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\u200c" else f"⟨U+{ord(c):04X}⟩" for c in text)
