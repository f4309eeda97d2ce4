"""Rows of one table that belong to rows of another."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import make
from viewer.model.links import Links

OWNERS = np.array([2, 0, 2, -1, 0, 2, 1, 2])
TARGETS = np.array([3, 1, 3, 2, 0, 0, -1, 4])


def test_pairs_keep_their_order_and_the_first_of_equal_ones() -> None:
    links = Links.from_pairs(OWNERS, TARGETS, 4, 5)
    assert [rows.tolist() for rows in links] == [[1, 0], [], [3, 0, 4], []]
    assert links.counts.tolist() == [2, 0, 3, 0]
    assert [rows.tolist() for rows in links.reverse] == [[0, 2], [0], [], [2], [2]]
    assert links.of_all(np.array([2, 0, 2])).tolist() == [3, 0, 4, 1, 0, 3, 0, 4]


@pytest.mark.parametrize("rows", [[], [0], [2, 3], [0, 1, 2, 3]])
def test_what_a_mask_reaches(rows: list[int]) -> None:
    links = Links.from_pairs(OWNERS, TARGETS, 4, 5)
    mask = np.isin(np.arange(4), rows)
    reached = sorted({target for row in rows for target in links.of(row).tolist()})
    assert np.flatnonzero(links.reach(mask)).tolist() == reached


def test_rows_can_be_reckoned_with_though_they_are_kept_in_one_byte() -> None:
    links = Links.from_pairs(np.arange(100), np.arange(100), 100, 100)
    assert (links.targets * 1000).max() == 99_000
    assert links.of(99).item() * links.of(99) == 99 * 99


def test_who_takes_part_by_role() -> None:
    dossier = make(
        actors=["a", "b"],
        events=["none", {"id": "x", "source": "a", "target": "b a", "victim": "a nobody a"}],
    )
    assert dossier.roles("participants", 0) == {}
    assert dossier.roles("participants", 1) == {"source": [0], "target": [1, 0], "victim": [0]}
