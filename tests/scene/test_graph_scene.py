"""The graph as its reader meets it: who is tied to whom, what stands out, what can be picked."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.dossiers import claim, make, small
from tests.scene.graphs_given import crowd, drawn, shown_ids, spot, texts, ties
from viewer.model import dates
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.graph import edges
from viewer.model.schema import Ref
from viewer.model.state import Layout, Look
from viewer.model.store import Store
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph import GraphScene, Lifted, build_graph_scene
from viewer.scene.graph_names import short_names
from viewer.scene.labels import text_box
from viewer.scene.primitives import Arrows, Colour, Curves, Marks, Text, outline
from viewer.scene.style import DARK, KIND_SHAPES, LIGHT, TINY, Theme

# -- what is there ---------------------------------------------------------------------------


def test_every_actor_and_tie_is_drawn() -> None:
    dossier = small()
    scene = drawn(dossier)
    assert shown_ids(scene, dossier) == set(dossier.actors["id"])
    assert len(scene.edges) == len(edges(dossier))
    assert scene.summary.startswith(f"{len(dossier.actors)} actors and {len(scene.edges)} ties")


def test_a_filter_removes_but_never_moves() -> None:
    dossier = small()
    everything = drawn(dossier)
    scene = drawn(dossier, filter=Filter().toggled("kind", "state"))
    assert shown_ids(scene, dossier).isdisjoint({"iran", "canada", "iraq"})
    for key in shown_ids(scene, dossier):
        assert spot(scene, dossier, key) == spot(everything, dossier, key)
    assert len(scene.edges) < len(everything.edges)
    assert "Iran" not in texts(scene)


def test_no_edge_is_without_its_nodes() -> None:
    dossier = small()
    scene = drawn(dossier, filter=Filter().toggled("kind", "person"))
    names = {ref.id for target in scene.targets for ref in target.refs if ref.table == "relations"}
    assert names == {"member", "ties", "mission"}


def test_an_empty_dossier_says_what_to_do() -> None:
    for dossier, changes in (
        (Dossier.empty(), {}),
        (make(actors=["a"]), {"filter": Filter().toggled("kind", "")}),
    ):
        scene = drawn(dossier, **changes)
        assert "No actors to show." in texts(scene)
        assert "Widen the filter or open another dossier." in texts(scene)
        assert not scene.targets


def test_one_actor_alone_stands_in_the_middle() -> None:
    scene = drawn(make(actors=[{"id": "a", "name": "Alone", "kind": "state"}]))
    assert 150 < scene.xy[0, 0] < 300
    assert 200 < scene.xy[0, 1] < 450
    assert "Alone" in texts(scene)


# -- what stands out -------------------------------------------------------------------------


def fills(scene: GraphScene, dossier: Dossier) -> dict[str, Colour | None]:
    out: dict[str, Colour | None] = {}
    for item in scene.items:
        if isinstance(item, Marks):
            for xy, fill in zip(item.xy.tolist(), item.fills, strict=True):
                hits = np.flatnonzero((scene.xy == xy).all(axis=1))
                if len(hits) and fill is not None:
                    out[dossier.actors["id"][scene.actors[hits[0]]]] = fill
    return out


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_place_lights_up_those_who_met_there(theme: Theme) -> None:
    dossier = small()
    scene = drawn(dossier, Ref("places", "munich"), theme=theme)
    bright = {key for key, fill in fills(scene, dossier).items() if fill == theme.node}
    assert bright == {"champagne", "zarif"}
    # The rest is dimmed, not gone.
    assert shown_ids(scene, dossier) == set(dossier.actors["id"])
    weights = {text.text: text.weight for text, _ in scene.labels}
    assert weights["Champagne"] == 600
    assert weights["Iran"] == 400
    assert 0 < scene.dimmed.sum() < len(scene.dimmed)
    assert "2 actors stand out" in scene.summary


def test_dimmed_edges_are_opaque_and_painted_first() -> None:
    scene = drawn(small(), Ref("places", "munich"))
    curves = [item for item in scene.items if isinstance(item, Curves) and item.bezier]
    assert all(colour.a == 255 for item in curves for colour in item.colours)
    assert len(curves[0].points) == scene.dimmed.sum()


def test_a_picked_actor_has_a_ring() -> None:
    dossier = small()
    scene = drawn(dossier, Ref("actors", "iran"))
    strokes = {
        (stroke, tuple(xy))
        for item in scene.items
        if isinstance(item, Marks)
        for xy, stroke, fill in zip(item.xy.tolist(), item.strokes, item.fills, strict=True)
        if fill is None
    }
    assert (LIGHT.pick, spot(scene, dossier, "iran")) in strokes


def test_disputed_ties_carry_a_sign_that_is_not_a_colour() -> None:
    actors = ["a", "b"]
    events = [{"id": "e", "source": "a", "target": "b", "quad": "verbal-conflict"}]
    plain = make(actors=actors, events=events)
    disputed = make(
        actors=actors, events=events, claims=[claim("c", "e", "yes"), claim("d", "e", "no")]
    )
    assert "!" not in texts(drawn(plain))
    assert texts(drawn(disputed)).count("!") == 2  # on the edge and in the key
    assert "Disputed" in texts(drawn(disputed))


# -- shapes ----------------------------------------------------------------------------------


def border_distance(shape: str, radius: float, offset: np.ndarray) -> float:
    """Return how far outside of a symbol's outline a point is, negative inside."""
    if shape == "circle":
        return float(np.hypot(*offset) - radius)
    corners = np.array(outline(shape)) * radius
    sides = np.roll(corners, -1, axis=0) - corners
    normals = np.column_stack((sides[:, 1], -sides[:, 0])) / np.hypot(*sides.T)[:, None]
    normals *= np.sign((normals * corners).sum(axis=1))[:, None]
    return float(((offset - corners) * normals).sum(axis=1).max())


@pytest.mark.parametrize("kind", KIND_SHAPES)
def test_arrowheads_touch_the_border_of_the_node_they_point_to(kind: str) -> None:
    sources = [f"s{i}" for i in range(9)]
    dossier = make(
        actors=[{"id": "hub", "name": "Hub", "kind": kind}, *sources],
        relations=[
            {"id": f"r{key}", "source": key, "target": "hub", "directed": "yes"} for key in sources
        ],
    )
    scene = drawn(dossier)
    at = scene.actors.tolist().index(0)
    assert scene.ends[:, 1].tolist() == [at] * 9
    for tip in scene.tips:
        gap = border_distance(KIND_SHAPES[kind], scene.radii[at], tip - scene.xy[at])
        assert abs(gap) < 0.5
    (arrows,) = [a for a in scene.items if isinstance(a, Arrows) and len(a.tips) == 9]
    assert np.allclose(np.sort(arrows.tips[:, 0]), np.sort(scene.tips[:, 0]))
    # An arrowhead points at the node.
    toward = np.column_stack((np.cos(arrows.angles), np.sin(arrows.angles)))
    assert ((scene.xy[at] - arrows.tips) * toward).sum(axis=1).min() > 0


def test_kinds_have_shapes_of_their_own_and_the_key_names_those_present() -> None:
    scene = drawn(
        make(
            actors=[
                {"id": "a", "name": "A", "kind": "person"},
                {"id": "b", "name": "B", "kind": "armed-group"},
                {"id": "c", "name": "C", "kind": "no such kind"},
            ]
        )
    )
    found = [s for item in scene.items if isinstance(item, Marks) for s in item.shapes]
    assert sorted(found) == ["circle", "circle", "circle", "triangle", "triangle"]
    assert {"People", "Armed groups"} <= set(texts(scene))
    assert "States" not in texts(scene)


def test_a_busier_actor_is_larger() -> None:
    dossier = make(
        actors=["hub", "a", "b", "c"],
        relations=[{"id": f"r{k}", "source": "hub", "target": k} for k in "abc"],
    )
    scene = drawn(dossier)
    assert scene.radii[0] > scene.radii[1:].max()


def test_parallel_ties_fan_out_evenly() -> None:
    scene = drawn(ties("", "", ""))
    middles = np.array([t.line[len(t.line) // 2] for t in scene.targets if t.line is not None])
    start, end = scene.xy
    normal = np.array([-(end - start)[1], (end - start)[0]]) / np.hypot(*(end - start))
    offsets = np.sort((middles - (start + end) / 2) @ normal)
    assert abs(offsets[1]) < 0.5
    assert offsets[2] == pytest.approx(-offsets[0], abs=0.5)
    assert offsets[2] > 6


def test_a_tie_of_an_actor_to_itself_can_be_seen_and_picked() -> None:
    dossier = make(actors=["a", "b"], relations=[{"id": "r", "source": "a", "target": "a"}])
    scene = drawn(dossier)
    (target,) = [t for t in scene.targets if t.line is not None]
    away = np.hypot(*(target.line - spot(scene, dossier, "a")).T)
    assert away.max() > scene.radii[0] + 8
    assert np.isfinite(target.line).all()


def test_more_events_make_a_wider_edge() -> None:
    def width(count: int) -> float:
        dossier = make(
            actors=["a", "b"],
            events=[{"id": f"e{i}", "source": "a", "target": "b"} for i in range(count)]
            + [{"id": "q", "quad": "verbal-conflict", "source": "a", "target": "b"}],
        )
        quads = make(
            actors=["a", "b"],
            events=[
                {"id": f"e{i}", "quad": "verbal-conflict", "source": "a", "target": "b"}
                for i in range(count)
            ],
        )
        assert len(drawn(dossier).edges) == 2
        (curve,) = [i for i in drawn(quads).items if isinstance(i, Curves) and i.bezier]
        return curve.widths[0]

    assert 1 <= width(1) < width(3) < width(9) <= 4
    assert width(500) == 4


# -- labels ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(450, 650), (1600, 1000), (260, 240)])
def test_labels_never_overlap_and_stay_inside(size: tuple[float, float]) -> None:
    scene = drawn(crowd(90, 160), Ref("actors", "a0"), size=size)
    boxes = [box for _, box in scene.labels]
    assert boxes
    assert not any(a.intersects(b) for a, b in itertools.combinations(boxes, 2))
    assert all(box.x >= 0 and box.right <= size[0] for box in boxes)
    assert all(box.y >= 0 and box.bottom <= size[1] for box in boxes)


def test_what_is_picked_is_named_even_where_it_is_crowded() -> None:
    dossier = crowd(250, 400)
    for key in ("a0", "a60", "a249"):
        scene = drawn(dossier, Ref("actors", key))
        name = short_names(dossier)[dossier.actors.row_of[key]]
        assert name in [text.text for text, _ in scene.labels]


def names(*rows: tuple[str, str, str]) -> tuple[str, ...]:
    return short_names(
        make(
            actors=[
                {"id": f"a{i}", "name": name, "kind": kind, "aliases": aliases}
                for i, (name, kind, aliases) in enumerate(rows)
            ]
        )
    )


def test_persons_go_by_family_name_while_that_is_clear() -> None:
    assert names(
        ("François-Philippe Champagne", "person", ""),
        ("Mohamed Ali al-Hakim", "person", ""),
        ("Mohammed bin Salman", "person", ""),
        ("محمدجواد ظریف", "person", ""),
        ("Cher", "person", ""),
        ("Martin Luther King Jr.", "person", ""),
    ) == ("Champagne", "al-Hakim", "bin Salman", "ظریف", "Cher", "King")
    assert names(("Mark Kelly", "person", ""), ("John Kelly", "person", "")) == (
        "Mark Kelly",
        "John Kelly",
    )


def test_descriptions_of_persons_are_not_cut_to_a_word() -> None:
    assert names(("a source in the ministry", "person", "")) == ("a source in the ministry",)
    assert names(("British foreign minister", "person", "")) == ("British foreign minister",)


def test_long_names_give_way_to_short_aliases() -> None:
    assert names(
        ("North Atlantic Treaty Organization", "organisation", "the Alliance; NATO"),
        ("United States", "state", "US"),
    ) == ("NATO", "United States")


def test_two_of_one_name_are_told_apart() -> None:
    assert len(set(names(*[("John Smith", "person", "")] * 2))) == 2
    assert len(set(names(("Iran", "state", ""), ("Iran", "organisation", "")))) == 2


def test_marks_that_reverse_text_are_shown() -> None:
    assert "⟨U+202E⟩" in names(("ab\u202ecd", "state", ""))[0]


# -- pointing --------------------------------------------------------------------------------


def test_nodes_come_before_edges_and_busy_ones_first() -> None:
    dossier = small()
    scene = drawn(dossier)
    nodes = [t for t in scene.targets if t.line is None]
    assert list(scene.targets[: len(nodes)]) == nodes
    degree = np.bincount(scene.ends.ravel(), minlength=len(scene.actors))
    rows = [dossier.row(t.refs[0]) for t in nodes]
    order = [int(degree[scene.actors.tolist().index(row)]) for row in rows]
    assert order == sorted(order, reverse=True)


def test_what_is_pointed_at_is_what_is_drawn_there() -> None:
    dossier = small()
    scene = drawn(dossier)
    for key in dossier.actors["id"]:
        target = scene.at(*spot(scene, dossier, key))
        assert target is not None
        assert target.refs == (Ref("actors", key),)


def test_a_tie_says_who_and_what() -> None:
    dossier = make(
        actors=[
            {"id": "canada", "name": "Canada", "kind": "state"},
            {"id": "iraq", "name": "Iraq", "kind": "state"},
        ],
        events=[
            {"id": f"e{i}", "quad": "material-cooperation", "participant": "canada iraq"}
            for i in range(4)
        ],
        relations=[
            {"id": "r", "source": "canada", "target": "iraq", "type": "ambassador-to",
             "directed": "yes", "date": "2018/.."},
        ],
    )  # fmt: skip
    labels = {target.label: target.refs for target in drawn(dossier).targets}
    assert labels["Canada – Iraq: 4 events, material cooperation"] == tuple(
        Ref("events", f"e{i}") for i in range(4)
    )
    assert labels["Canada → Iraq: ambassador to, from 2018"] == (Ref("relations", "r"),)
    assert "Canada, state, 2 ties" in labels


# -- place and size --------------------------------------------------------------------------


def test_all_nodes_are_in_the_pane_clear_of_title_and_key() -> None:
    for size in ((450, 650), (1600, 1000), (300, 300)):
        scene = drawn(crowd(60, 100), size=size)
        assert scene.xy[:, 0].min() > 10
        assert scene.xy[:, 0].max() < size[0] - 10
        assert scene.xy[:, 1].min() > 36
        assert scene.xy[:, 1].max() < size[1] - 36


def test_a_camera_shows_what_it_looks_at() -> None:
    dossier = small()
    whole = drawn(dossier)
    near = drawn(dossier, camera=Camera(whole.camera.x, whole.camera.y, whole.camera.scale / 2))
    assert near.camera.scale == whole.camera.scale / 2
    middle = np.array([225.0, 325.0])
    assert np.allclose(near.xy - middle, 2 * (whole.xy - middle))


def test_a_pinned_actor_stands_where_it_was_put() -> None:
    dossier = small()
    scene = drawn(dossier, layout=Layout(pinned={"iran": (30.0, 40.0), "gone": (0.0, 0.0)}))
    world = scene.camera.to_world(np.array([spot(scene, dossier, "iran")]), 450, 650)
    assert np.allclose(world, [(30.0, 40.0)])


def test_thousands_of_ties_stay_bounded() -> None:
    dossier = crowd(1200, 4000)
    scene = drawn(dossier)
    assert len(scene.edges) == 4000
    assert len(scene.labels) <= 300
    assert not [target for target in scene.targets if target.line is not None]
    picked = drawn(dossier, Ref("actors", "a0"))
    assert [target for target in picked.targets if target.line is not None]


@pytest.mark.parametrize("width", [260.0, 300.0, 450.0, 640.0, 905.0, 1400.0])
def test_the_key_leaves_the_lower_right_corner_to_the_buttons(width: float) -> None:
    kinds = tuple(KIND_SHAPES)
    dossier = make(
        actors=[{"id": f"a{i}", "name": f"Actor {i}", "kind": kinds[i % 5]} for i in range(40)],
        relations=[
            {
                "id": f"r{i}",
                "source": f"a{i}",
                "target": f"a{4 * (i // 4)}",
                "date": ("2000/2010", "/2016", "2000/..")[i % 3],
                "quad": ("material-conflict", "verbal-cooperation")[i % 2],
            }
            for i in range(40)
        ],
    )
    look = Look(colour="component", moment=dates.parse("2015-01-01").latest)
    scene = drawn(dossier, size=(width, 700.0), look=look)
    said = [item for item in scene.items if isinstance(item, Text) and item.size == TINY]
    assert {"May hold", "Ended", "People"} <= {item.text for item in said}
    for item in said:
        if item.text != "!":
            assert text_box(item).right <= width - 46.0, item.text


# -- ways of drawing -------------------------------------------------------------------------


def two_kinds() -> Dossier:
    return make(
        actors=["a", "b", "c"],
        relations=[
            {"id": "r", "source": "a", "target": "b", "date": "2017/2020", "type": "member"}
        ],
        events=[{"id": "e", "date": "2019-06-01", "participant": "b c"}],
    )


@pytest.mark.parametrize(("ties", "count"), [("relations", 1), ("events", 1), ("", 0)])
def test_relations_and_events_are_shown_together_or_apart(ties: str, count: int) -> None:
    dossier = two_kinds()
    assert len(drawn(dossier).edges) == 2
    assert len(drawn(dossier, look=Look(ties=frozenset(ties.split()))).edges) == count


@pytest.mark.parametrize(
    ("date", "count", "ended"),
    [("2016-12-31", 0, 0), ("2017-01-01", 1, 0), ("2019-06-01", 2, 0), ("2021-01-02", 2, 1)],
)
def test_ties_are_shown_as_of_a_day(date: str, count: int, ended: int) -> None:
    moment = dates.parse(date).latest
    scene = drawn(two_kinds(), look=Look(moment=moment))
    assert (len(scene.edges), int(scene.ended.sum())) == (count, ended)
    assert scene.as_of.endswith(date[:4])


def test_ties_are_named_on_request() -> None:
    dossier = two_kinds()
    assert "member" not in texts(drawn(dossier))
    named = texts(drawn(dossier, look=Look(words=True)))
    assert "member" in named
    assert "1 event" in named


def test_a_lifted_node_leaves_the_picture_and_follows_the_pointer() -> None:
    dossier = two_kinds()
    store = Store(dossier)
    frame = Frame.of(store, LIGHT, 600, 500)
    rest = build_graph_scene(frame, None, dossier.actors.row_of["b"])
    assert "b" not in texts(rest)
    items = Lifted(frame, None, dossier.actors.row_of["b"]).items_at(123.0, 77.0)
    (marks,) = [item for item in items if isinstance(item, Marks)]
    assert marks.xy.tolist() == [[123.0, 77.0]]
    lines = [line for item in items if isinstance(item, Curves) for line in item.points]
    assert len(lines) == 2
