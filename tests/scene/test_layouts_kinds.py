"""The other kinds of layout: layers point down, rings are distances, circles, maps and time."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import make
from tests.scene.layouts_given import busy, labelled, nothing, piled, ring, tree
from viewer.model.state import Layout
from viewer.scene.graph_layout import positions
from viewer.scene.layouts.engine import Options, layout
from viewer.scene.layouts.measures import crossings
from viewer.scene.layouts.network import Network

# -- layers ----------------------------------------------------------------------------------


def commanded(n: int, ends: np.ndarray, order: int = -1) -> Network:
    return labelled(n, ends, order=np.full(len(ends), order, dtype=np.int8))


@pytest.mark.parametrize("order", [1, -1])
def test_whoever_is_above_stands_above(order: int) -> None:
    ends = tree(40)
    xy = layout(commanded(40, ends, order), Options("layered"))
    above, below = (ends[:, 0], ends[:, 1]) if order > 0 else (ends[:, 1], ends[:, 0])
    assert (xy[above, 1] > xy[below, 1]).all()
    assert piled(xy) == 0


def test_a_hierarchy_does_not_cross_itself() -> None:
    ends = tree(13)
    assert crossings(layout(commanded(13, ends), Options("layered")), ends) == 0


def test_of_those_who_command_each_other_in_a_circle_all_but_one_point_down() -> None:
    xy = layout(commanded(6, ring(6), 1), Options("layered"))
    assert (xy[ring(6)[:, 0], 1] > xy[ring(6)[:, 1], 1]).sum() == 5


def test_a_wide_layer_has_several_rows_that_do_not_reach_into_the_next() -> None:
    # One above two hundred, of whom each has one below.
    ends = [(0, i) for i in range(1, 201)] + [(i, i + 200) for i in range(1, 201)]
    xy = layout(commanded(401, np.array(ends), 1), Options("layered", aspect=1.0))
    assert xy[0, 1] > xy[1:201, 1].max()
    assert xy[1:201, 1].min() > xy[201:, 1].max()
    assert 0.4 < np.ptp(xy[:, 0]) / np.ptp(xy[:, 1]) < 2.0
    assert piled(xy, (20, 20)) == 0


def test_who_only_has_ties_without_order_joins_the_layer_of_their_neighbours() -> None:
    ends = np.array([(0, 1), (1, 2), (1, 3)])
    graph = labelled(4, ends, order=np.array([1, 1, 0], dtype=np.int8))
    xy = layout(graph, Options("layered"))
    assert xy[3, 1] == xy[1, 1]


def test_without_any_order_layers_follow_from_the_busiest() -> None:
    xy = layout(labelled(13, tree(13)), Options("layered"))
    busiest = int(np.bincount(tree(13).ravel()).argmax())
    assert len(np.unique(xy[:, 1])) >= 3
    assert np.isfinite(xy[busiest]).all()


def test_offices_and_commands_put_a_dossier_in_layers() -> None:
    def tie(source: str, target: str, kind: str) -> dict[str, str]:
        key = f"{source}-{target}"
        return {"id": key, "source": source, "target": target, "type": kind, "directed": "yes"}

    dossier = make(
        actors=["state", "minister", "aide", "unit", "general", "cousin"],
        relations=[
            tie("minister", "state", "office-holder"),
            tie("aide", "minister", "reports-to"),
            tie("general", "unit", "commands"),
            tie("general", "state", "office-holder"),
            tie("cousin", "minister", "relative-of"),
        ],
    )
    y = dict(
        zip(dossier.actors["id"], positions(dossier, Layout(kind="layered"))[:, 1], strict=True)
    )
    assert y["state"] > y["minister"] > y["aide"]
    assert y["state"] > y["general"] > y["unit"]
    assert y["cousin"] == y["minister"]


# -- circle ----------------------------------------------------------------------------------


def test_all_with_ties_stand_on_one_circle_clear_of_each_other() -> None:
    xy = layout(labelled(60, np.vstack((ring(25), tree(30) + 25))), Options("circular"))
    away = np.hypot(*xy[:55].T)
    assert np.ptp(away) < 1e-6
    assert piled(xy[:55], (20, 20)) == 0
    assert xy[55:, 1].max() < xy[:55, 1].min()


@pytest.mark.parametrize("ends", [ring(30), tree(30)])
def test_what_can_be_drawn_round_without_crossings_is(ends: np.ndarray) -> None:
    shuffled = np.random.default_rng(0).permutation(30)[ends]
    assert crossings(layout(labelled(30, shuffled), Options("circular")), shuffled) <= 2


def test_the_order_on_the_circle_is_better_than_any_old_one() -> None:
    ends = busy(60, 100)
    xy = layout(labelled(60, ends), Options("circular"))
    tied = np.unique(ends)
    others = np.zeros((60, 2))
    turn = np.random.default_rng(0).permutation(len(tied)) * 2 * np.pi / len(tied)
    others[tied] = np.column_stack((np.sin(turn), np.cos(turn)))
    pairs = Network(60, ends).pairs
    assert crossings(xy, pairs) < 0.7 * crossings(others, pairs)


# -- rings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("focus", [0, 7, 25])
def test_rings_are_steps_from_the_one_in_the_middle(focus: int) -> None:
    graph = labelled(40, tree(40))
    xy = layout(graph, Options("radial", focus=focus))
    steps, _ = graph.steps_from(focus)
    assert np.allclose(xy[focus], 0.0)
    away = np.hypot(*xy.T)
    assert np.allclose(away, steps * away[steps == 1][0])
    assert piled(xy, (18, 18)) == 0


def test_a_tree_does_not_cross_itself_on_its_rings() -> None:
    assert crossings(layout(labelled(40, tree(40)), Options("radial")), tree(40)) == 0


def test_what_cannot_be_reached_stands_outside_the_rings() -> None:
    graph = labelled(30, np.vstack((tree(13), ring(8) + 13)))
    xy = layout(graph, Options("radial", focus=0))
    assert xy[13:, 1].max() < xy[:13, 1].min()


def test_the_one_with_the_most_neighbours_is_in_the_middle_when_nobody_is_chosen() -> None:
    graph = labelled(20, [(4, i) for i in range(20) if i != 4])
    assert np.allclose(layout(graph, Options("radial"))[4], 0.0)


# -- places ----------------------------------------------------------------------------------


def test_east_is_right_and_north_is_up() -> None:
    spots = np.array([(0, 0), (1e6, 0), (0, 1e6), (1e6, 1e6)], dtype=float)
    xy = layout(labelled(4, ring(4), spots=spots), Options("places"))
    assert (xy[[1, 3], 0] > xy[[0, 2], 0]).all()
    assert (xy[[2, 3], 1] > xy[[0, 1], 1]).all()
    width, height = np.ptp(xy, axis=0)
    assert width == pytest.approx(height, rel=0.1)


@pytest.mark.parametrize("n", [40, 900])
def test_those_of_one_place_stand_around_it_clear_of_each_other(n: int) -> None:
    xy = layout(labelled(n, nothing(), spots=np.ones((n, 2))), Options("places"))
    assert piled(xy, (12, 12)) == 0
    assert np.hypot(*xy.T).max() < 40 * np.sqrt(n)


def test_those_of_no_known_place_stand_below_the_map() -> None:
    spots = np.random.default_rng(0).random((20, 2))
    spots[12:] = np.nan
    xy = layout(labelled(20, ring(20), spots=spots), Options("places"))
    assert xy[12:, 1].max() < xy[:12, 1].min()


def test_actors_stand_where_they_acted_or_in_their_country() -> None:
    dossier = make(
        actors=[
            {"id": "canada", "kind": "state", "country": "CAN"},
            {"id": "iran", "kind": "state", "country": "IRN"},
            {"id": "minister", "kind": "person", "country": "CAN"},
            {"id": "nobody"},
        ],
        places=[{"id": "munich", "lon": "11.6", "lat": "48.1", "precision": "city"}],
        events=[{"id": "e", "at": "munich", "participant": "minister iran"}],
    )
    xy = dict(zip(dossier.actors["id"], positions(dossier, Layout(kind="places")), strict=True))
    assert xy["canada"][0] < xy["minister"][0] < xy["iran"][0]
    assert xy["nobody"][1] < min(xy[key][1] for key in ("canada", "minister", "iran"))


def test_an_actor_stands_where_its_own_columns_say() -> None:
    dossier = make(
        actors=[
            {"id": "anchorage", "lon": "-150", "lat": "61.2", "country": "IRN"},
            {"id": "miami", "lon": "-80.3", "lat": "25.8"},
            {"id": "odd", "lon": "far", "lat": "25.8"},
        ],
    )
    xy = dict(zip(dossier.actors["id"], positions(dossier, Layout(kind="places")), strict=True))
    assert xy["anchorage"][0] < xy["miami"][0]
    assert xy["odd"][1] < min(xy["anchorage"][1], xy["miami"][1])


# -- time ------------------------------------------------------------------------------------


def test_nothing_stands_to_the_left_of_what_came_before() -> None:
    times = np.random.default_rng(0).integers(0, 30, 80).astype(float)
    xy = layout(labelled(80, busy(80, 120), times=times), Options("time"))
    earlier = times[:, None] < times
    assert (xy[:, 0, None] <= xy[:, 0])[earlier].all()
    assert piled(xy) == 0


def test_what_has_no_time_stands_below() -> None:
    times = np.arange(20.0)
    times[15:] = np.nan
    xy = layout(labelled(20, ring(20), times=times), Options("time"))
    assert xy[15:, 1].max() < xy[:15, 1].min()
