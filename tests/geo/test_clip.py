"""Splitting, thinning and containment on small made-up lines and rings."""

from __future__ import annotations

import numpy as np

from viewer.geo.basemap import Ragged, ranges
from viewer.geo.clip import contains, join, simplify, split
from viewer.geo.cut import cut_jumps


def ragged(*parts: list[tuple[float, float]]) -> Ragged:
    xy = np.array([point for part in parts for point in part], float)
    return Ragged(xy, np.cumsum([0, *map(len, parts)]), np.arange(len(parts)))


def test_ranges_may_run_backwards() -> None:
    found = ranges(np.array([5, 2, 9]), np.array([3, 0, 2]), np.array([1, 1, -1]))
    assert found.tolist() == [5, 6, 7, 9, 8]


def test_cut_jumps_ends_on_both_sides() -> None:
    lines = ragged([(170, 0), (-170, 10), (-160, 10)], [(0, 0), (1, 1)])
    cut = cut_jumps(lines)
    assert [part.tolist() for part in cut.pieces()] == [
        [[170, 0], [180, 5]],
        [[-180, 5], [-170, 10], [-160, 10]],
        [[0, 0], [1, 1]],
    ]
    assert cut.group.tolist() == [0, 0, 1]


def test_cut_jumps_leaves_other_lines_alone() -> None:
    lines = ragged([(170, 0), (175, 0)], [(-175, 0), (-170, 0)])
    assert cut_jumps(lines) is lines


def test_split_drops_lone_vertices() -> None:
    lines = ragged([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)])
    parts = split(lines, np.array([True, True, False, True, False]))
    assert [part.tolist() for part in parts.pieces()] == [[[0, 0], [1, 0]]]


def test_contains_counts_each_ring() -> None:
    rings = ragged([(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (1, 3), (3, 3), (3, 1)])
    assert contains(rings, (2, 2)).tolist() == [True, True]
    assert contains(rings, (0.5, 2)).tolist() == [True, False]
    assert contains(rings, (5, 2)).tolist() == [False, False]


def test_simplify_drops_what_is_not_seen() -> None:
    ring = [(0, 0), (10, 0), (10.2, 0.1), (10, 10), (0, 10)]
    speck = [(20, 20), (20.1, 20), (20.1, 20.1)]
    thin = simplify(ragged(ring, speck), 1.0)
    assert thin.pieces()[0].tolist() == [[0, 0], [10, 0], [10, 10], [0, 10]]
    assert len(thin) == 1 and thin.group.tolist() == [0]


def test_simplify_keeps_the_ends_of_lines() -> None:
    thin = simplify(ragged([(0, 0), (0.2, 0), (5, 0), (5.2, 0)], [(0, 0), (0.1, 0)]), 1.0, "line")
    assert [part.tolist() for part in thin.pieces()] == [[[0, 0], [5, 0], [5.2, 0]]]


def test_simplify_of_nothing() -> None:
    nothing = Ragged(np.empty((0, 2)), np.zeros(1, np.intp))
    assert simplify(nothing, 1.0) is nothing
    assert len(join(nothing, nothing)) == 0


def test_simplify_with_no_tolerance_changes_nothing() -> None:
    lines = ragged([(0, 0), (0, 0)])
    assert simplify(lines, 0.0) is lines
