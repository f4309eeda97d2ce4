"""Collecting what is wrong with a dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from viewer.errors import Problem, Severity
from viewer.model.schema import TABLES

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
        """Return the problems in order; see `in_order`."""
        rest = [
            Problem(
                self.file, f"{count:,} more {severity}s than are listed; mend those first", table,
                severity=severity,
            )
            for (table, severity), count in self._left.items()
        ]  # fmt: skip
        noted = (problem for found in self._found.values() for problem in found)
        return in_order((*noted, *rest))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by table, in the order of the schema, and row.

    What is of no table comes first, what is of no row last in its table.
    """
    tables = ("", *TABLES)
    places = {name: place for place, name in enumerate(tables)}
    return tuple(
        sorted(problems, key=lambda p: (places.get(p.table, len(tables)), p.row == 0, p.row))
    )
