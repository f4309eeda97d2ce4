"""The free layout as its reader meets it: the same every time, nothing piled up, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scene.layouts_given import busy, labelled, nothing, piled, ring, tree
from viewer.scene.layouts.engine import Options, layout
from viewer.scene.layouts.measures import crossings, stress
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.rooms import PORTRAIT


def test_a_tree_has_room_for_its_labels_and_hardly_crosses_itself() -> None:
    xy = layout(labelled(30, tree(30)))
    assert piled(xy) == 0
    assert crossings(xy, tree(30)) <= 3


def test_nodes_of_a_dense_graph_do_not_cover_each_other() -> None:
    assert piled(layout(labelled(500, busy(500, 1500))), (18, 18)) == 0


def test_stress_of_a_ring_is_that_of_a_circle() -> None:
    graph = Network(60, ring(60))
    turn = 2 * np.pi * np.arange(60) / 60
    circle = np.column_stack((np.cos(turn), np.sin(turn)))
    found = layout(graph, Options(aspect=None))
    assert stress(graph, found) < 1.03 * stress(graph, circle)


def test_a_path_is_drawn_as_a_line() -> None:
    graph = Network(40, np.array([(i, i + 1) for i in range(39)]))
    assert stress(graph, layout(graph, Options(aspect=None))) < 0.01


def test_nodes_without_ties_stand_in_rows_below_the_rest() -> None:
    xy = layout(labelled(16, [(0, i) for i in range(1, 10)]))
    assert xy[10:, 1].max() < xy[:10, 1].min()
    assert len(np.unique(np.round(xy[10:, 1], 3))) <= 2
    assert piled(xy[10:]) == 0


@pytest.mark.parametrize("n", [50, 61])
def test_nodes_only_without_ties_fill_a_tidy_block(n: int) -> None:
    xy = layout(labelled(n, nothing()))
    assert piled(xy) == 0
    assert abs(xy.mean(axis=0)).max() < 40


def test_five_thousand_nodes_without_ties_stand_in_rows() -> None:
    xy = layout(labelled(5000, nothing()))
    columns, rows = (len(np.unique(np.round(along, 3))) for along in xy.T)
    assert columns * (rows - 1) < 5000 <= columns * rows
    assert len(np.unique(np.round(xy, 3), axis=0)) == 5000


def test_a_few_ties_among_many_nodes_without_any_still_have_room() -> None:
    xy = layout(labelled(270, ring(20)))
    assert xy[20:, 1].max() < xy[:20, 1].min()
    assert piled(xy, (50, 20)) == 0


def test_components_do_not_mix() -> None:
    xy = layout(labelled(24, np.vstack((ring(12), ring(12) + 12))))
    first, second = xy[:12], xy[12:]
    parted = (first.min(axis=0) > second.max(axis=0)) | (second.min(axis=0) > first.max(axis=0))
    assert parted.any()


def test_hundreds_of_small_components_do_not_cover_each_other() -> None:
    ends = np.concatenate([ring(k) + 10 * i for i, k in enumerate((2, 3, 4, 5) * 50)])
    assert piled(layout(labelled(2000, ends)), (18, 18)) == 0


@pytest.mark.parametrize("aspect", [PORTRAIT, 1.6])
@pytest.mark.parametrize("n", [60, 500])
def test_the_pane_is_filled(aspect: float, n: int) -> None:
    path = [(i, i + 1) for i in range(n - 1)]
    xy = layout(labelled(n, np.vstack((busy(n, 2 * n), path))), Options(aspect=aspect))
    width, height = np.ptp(xy, axis=0)
    assert aspect * 0.75 < width / height < aspect * 1.33


@pytest.mark.parametrize("size", [10, 40, 100])
def test_neighbours_are_kept_together_at_every_size(size: int) -> None:
    # Twenty dense groups in a ring, thinly tied: a layout that works tells them apart.
    rng = np.random.default_rng(1)
    groups = 20
    inside = [rng.integers(0, size, (4 * size, 2)) + group * size for group in range(groups)]
    between = np.array([(g * size, (g + 1) % groups * size) for g in range(groups)])
    whole = [np.array([(g * size, g * size + i) for i in range(1, size)]) for g in range(groups)]
    xy = layout(Network(groups * size, np.concatenate((*inside, *whole, between))))
    middles = xy.reshape(groups, size, 2).mean(axis=1)
    spread = np.hypot(*(xy.reshape(groups, size, 2) - middles[:, None]).transpose(2, 0, 1))
    assert np.median(spread) < 0.35 * np.median(np.hypot(*(middles - middles.mean(axis=0)).T))


# -- measures --------------------------------------------------------------------------------


def test_crossings_counts_what_crosses() -> None:
    xy = np.array([(0, 0), (1, 1), (0, 1), (1, 0), (2, 2)], dtype=float)
    assert crossings(xy, np.array([(0, 1), (2, 3)])) == 1
    assert crossings(xy, np.array([(0, 1), (1, 4)])) == 0
    assert crossings(xy, np.array([(0, 2), (1, 3)])) == 0


def test_crossings_of_a_sample_come_near_those_of_all() -> None:
    xy, ends = np.random.default_rng(0).random((200, 2)), busy(200, 800, 1)
    ends = Network(200, ends).pairs
    assert crossings(xy, ends, 300) == pytest.approx(crossings(xy, ends), rel=0.15)


def test_stress_does_not_ask_for_size_turn_or_place() -> None:
    graph, xy = Network(30, tree(30)), np.random.default_rng(0).random((30, 2))
    turned = xy @ np.array([[0.6, -0.8], [0.8, 0.6]]) * 7 + 3
    assert stress(graph, turned) == pytest.approx(stress(graph, xy))


def test_stress_is_nothing_where_all_distances_are_right_and_one_in_a_point() -> None:
    graph = Network(5, np.array([(i, i + 1) for i in range(4)]))
    line = np.column_stack((np.arange(5.0), np.zeros(5)))
    assert stress(graph, line) == pytest.approx(0.0, abs=1e-12)
    assert stress(graph, np.zeros((5, 2))) == 1.0
    assert stress(Network(5, nothing()), line) == 0.0


def test_boxes_of_any_size_are_kept_apart() -> None:
    rng = np.random.default_rng(3)
    boxes = np.column_stack((rng.uniform(12, 120, 30), rng.uniform(14, 40, 30)))
    xy = layout(Network(30, tree(30), boxes=boxes))
    room = (boxes[:, None] + boxes) / 2
    over = (np.abs(xy[:, None] - xy) < room - 0.5).all(axis=2)
    assert np.triu(over, 1).sum() == 0
