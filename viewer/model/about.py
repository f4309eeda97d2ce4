"""Which claims are about which row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from viewer.model.cells import Column
from viewer.model.links import Links
from viewer.model.schema import Ref


class ClaimsAbout(Mapping[Ref, tuple[int, ...]]):
    """Row → its claims, in file order; only the rows that have any.

    Parameters
    ----------
    links : mapping of str to Links
        Table → the claims of each of its rows.
    rows : mapping of str to mapping
        Table → id → row.
    ids : mapping of str to Column
        Table → its ids.
    """

    def __init__(
        self,
        links: Mapping[str, Links],
        rows: Mapping[str, Mapping[str, int]],
        ids: Mapping[str, Column],
    ) -> None:
        self._links, self._rows, self._ids = links, rows, ids

    def of(self, table: str) -> Links:
        """Return the claims of each row of a table."""
        return self._links[table]

    def ref(self, table: str, row: int) -> Ref:
        """Return a row of a table by its id."""
        return Ref(table, self._ids[table][row])

    def __getitem__(self, ref: Ref) -> tuple[int, ...]:
        links = self._links.get(ref.table)
        row = -1 if links is None else self._rows[ref.table].get(ref.id, -1)
        claims = () if links is None or row < 0 else tuple(links.of(row).tolist())
        if not claims:
            raise KeyError(ref)
        return claims

    def __iter__(self) -> Iterator[Ref]:
        return (ref for ref, _ in self.each())

    def each(self) -> Iterator[tuple[Ref, tuple[int, ...]]]:
        """Yield every row with its claims, without looking one up by its id."""
        for table, links in self._links.items():
            rows = np.flatnonzero(links.counts)
            starts, targets = links.starts.tolist(), links.targets.tolist()
            for row, key in zip(rows.tolist(), self._ids[table].take(rows), strict=True):
                yield Ref(table, key), tuple(targets[starts[row] : starts[row + 1]])

    def __len__(self) -> int:
        return sum(int(np.count_nonzero(links.counts)) for links in self._links.values())
