"""Layouts as their reader meets them: the same every time, nothing piled up, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.scene.layout import LABEL_BOX, PORTRAIT, crossings, layout


def graph(n: int, m: int, seed: int = 0) -> np.ndarray:
    """Return m edges that favour a few of the n nodes."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, n, m)
    return np.stack([a, (a * rng.random(m) ** 2).astype(np.intp)], axis=1)


def nothing() -> np.ndarray:
    return np.empty((0, 2), dtype=np.intp)


def piled(xy: np.ndarray, box: tuple[float, float]) -> int:
    """Return how many pairs of nodes cover each other's box."""
    apart = np.abs(xy[:, None] - xy[None])
    return int(np.triu((apart < np.array(box) - 0.5).all(axis=2), 1).sum())


@pytest.mark.parametrize(("n", "m"), [(40, 60), (500, 900)])
def test_same_seed_same_picture_other_seed_other_picture(n: int, m: int) -> None:
    ends = graph(n, m)
    assert np.array_equal(layout(n, ends, seed=3), layout(n, ends, seed=3))
    assert not np.allclose(layout(n, ends, seed=3), layout(n, ends, seed=4))


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_tiny_graphs(n: int) -> None:
    ends = np.array([(i, i + 1) for i in range(n - 1)], dtype=np.intp).reshape(-1, 2)
    xy = layout(n, ends)
    assert xy.shape == (n, 2)
    assert np.isfinite(xy).all()
    assert piled(xy, (20, 20)) == 0


def test_loops_and_parallel_edges_are_taken() -> None:
    ends = np.array([(0, 0), (0, 1), (1, 0), (0, 1), (2, 2)], dtype=np.intp)
    xy = layout(3, ends)
    assert np.isfinite(xy).all()
    assert piled(xy, (20, 20)) == 0


def test_labels_of_a_sparse_graph_have_room() -> None:
    # A tree of thirty: what a pane holds with ease.
    ends = np.array([(i, (i - 1) // 3) for i in range(1, 30)], dtype=np.intp)
    assert piled(layout(30, ends), LABEL_BOX) == 0


def test_a_tree_hardly_crosses_itself() -> None:
    ends = np.array([(i, (i - 1) // 3) for i in range(1, 30)], dtype=np.intp)
    assert crossings(layout(30, ends), ends) <= 3


def test_nodes_without_ties_stand_in_rows_below_the_rest() -> None:
    ends = np.array([(0, i) for i in range(1, 10)], dtype=np.intp)
    xy = layout(16, ends)
    assert xy[10:, 1].max() < xy[:10, 1].min()
    rows = np.unique(np.round(xy[10:, 1], 3))
    assert len(rows) <= 2
    assert piled(xy[10:], LABEL_BOX) == 0


def test_nodes_only_without_ties_fill_a_tidy_block() -> None:
    xy = layout(50, nothing())
    assert piled(xy, LABEL_BOX) == 0
    assert abs(xy.mean(axis=0)).max() < 40


def test_a_few_ties_among_many_nodes_without_any_still_have_room() -> None:
    ends = np.array([(i, (i + 1) % 20) for i in range(20)], dtype=np.intp)
    xy = layout(270, ends)
    assert xy[20:, 1].max() < xy[:20, 1].min()
    assert piled(xy, (50, 20)) == 0


def test_components_do_not_mix() -> None:
    ring = np.array([(i, (i + 1) % 12) for i in range(12)], dtype=np.intp)
    xy = layout(24, np.vstack((ring, ring + 12)))
    first, second = xy[:12], xy[12:]
    parted = (first.min(axis=0) > second.max(axis=0)) | (second.min(axis=0) > first.max(axis=0))
    assert parted.any()


@pytest.mark.parametrize("aspect", [PORTRAIT, 1.6])
@pytest.mark.parametrize("n", [60, 500])
def test_the_pane_is_filled(aspect: float, n: int) -> None:
    xy = layout(n, np.vstack((graph(n, 2 * n), [(i, i + 1) for i in range(n - 1)])), aspect=aspect)
    width, height = np.ptp(xy, axis=0)
    assert aspect * 0.75 < width / height < aspect * 1.33


def test_pinned_nodes_stand_where_they_were_put() -> None:
    ends = graph(60, 100)
    xy = layout(60, ends, pinned={3: (120.0, -80.0), 9: (-500.0, 10.0)})
    assert xy[3].tolist() == [120.0, -80.0]
    assert xy[9].tolist() == [-500.0, 10.0]


def test_pinning_leaves_the_rest_in_place_but_for_leaves() -> None:
    # A path of ten with a leaf on one inner node.
    ends = np.array([*((i, i + 1) for i in range(9)), (5, 10)], dtype=np.intp)
    before = layout(11, ends)
    spot = before[5] + (400.0, 0.0)
    after = layout(11, ends, pinned={5: (float(spot[0]), float(spot[1]))})
    stayed = np.setdiff1d(np.arange(11), (5, 10))
    assert np.allclose(after[stayed], before[stayed], atol=1.0)
    assert np.allclose(after[10] - after[5], before[10] - before[5], atol=1.0)


def test_a_node_makes_way_for_one_pinned_on_top_of_it() -> None:
    ends = np.array([(i, i + 1) for i in range(9)], dtype=np.intp)
    before = layout(10, ends)
    after = layout(10, ends, pinned={0: (float(before[7, 0]), float(before[7, 1]))})
    assert np.abs(after[7] - after[0]).max() > 20


def test_large_graphs_keep_neighbours_together() -> None:
    # Twenty dense groups in a ring, thinly tied: a layout that works tells them apart.
    rng = np.random.default_rng(1)
    groups, size = 20, 40
    inside = np.concatenate(
        [rng.integers(0, size, (160, 2)) + group * size for group in range(groups)]
    )
    between = np.array([(g * size, (g + 1) % groups * size) for g in range(groups)])
    xy = layout(groups * size, np.vstack((inside, between)).astype(np.intp))
    assert np.isfinite(xy).all()
    middles = xy.reshape(groups, size, 2).mean(axis=1)
    spread = np.hypot(*(xy.reshape(groups, size, 2) - middles[:, None]).transpose(2, 0, 1))
    assert np.median(spread) < 0.35 * np.median(np.hypot(*(middles - middles.mean(axis=0)).T))


def test_crossings_counts_what_crosses() -> None:
    xy = np.array([(0, 0), (1, 1), (0, 1), (1, 0), (2, 2)], dtype=float)
    assert crossings(xy, np.array([(0, 1), (2, 3)])) == 1
    assert crossings(xy, np.array([(0, 1), (1, 4)])) == 0
    assert crossings(xy, np.array([(0, 2), (1, 3)])) == 0
