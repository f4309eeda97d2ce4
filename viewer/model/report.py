"""Collecting what is wrong with a dossier."""

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
        self._found: dict[str, list[Problem]] = {}
        self._left: Counter[tuple[str, Severity]] = Counter()

    def add(
        self,
        message: str,
        table: str = "",
        row: int = 0,
        column: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note a problem; parameters as in `Problem`."""
        found = self._found.setdefault(table, [])
        if len(found) < MOST:
            found.append(Problem(self.file, message, table, row, column, severity))
        else:
            self._left[table, severity] += 1

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems, of each table in the order of its rows."""
        rest = [
            Problem(
                self.file, f"{count:,} more {severity}s; mend these first", table,
                severity=severity,
            )
            for (table, severity), count in self._left.items()
        ]  # fmt: skip
        noted = (sorted(found, key=lambda p: p.row) for found in self._found.values())
        return (*(problem for found in noted for problem in found), *rest)
