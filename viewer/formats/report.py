"""Collecting what is wrong with a file while it is read."""

from __future__ import annotations

from collections import Counter

from viewer.errors import Problem, Severity

MOST = 10_000
"""Problems kept of one table; of the rest only the number is told."""


class Report:
    """The problems of one dossier.

    Parameters
    ----------
    file : str
        Path as the user gave it.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[Problem] = []
        self._counts: Counter[str] = Counter()

    def add(
        self,
        message: str,
        table: str = "",
        row: int = 0,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note a problem; parameters as in `Problem`."""
        self._counts[table] += 1
        if self._counts[table] <= MOST:
            self._found.append(Problem(self.file, message, table, row, column, severity))

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems by table and row, those of the whole file first."""
        rest = [
            Problem(self.file, f"{count - MOST:,} more problems; mend these first", table)
            for table, count in self._counts.items()
            if count > MOST
        ]
        tables = list(self._counts)
        return (
            *sorted(self._found, key=lambda p: (tables.index(p.table), p.row)),
            *rest,
        )
