from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.dossiers import make, small
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.store import Store
from viewer.scene.facets import (
    RESET,
    facet_rows,
    facets_scene,
    header_scene,
    header_words,
    row_scene,
)
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import Box, Curves, Group, Item, Marks, Scene, Text
from viewer.scene.style import DARK, LIGHT


def frame(dossier: Dossier, chosen: Filter | None = None) -> Frame:
    store = Store(dossier)
    if chosen is not None:
        store.update(filter=chosen)
    return Frame.of(store, LIGHT, 236, 700)


def flat(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Group):
            yield from flat(item.items)
        else:
            yield item


def words(scene: Scene) -> list[str]:
    return [item.text for item in flat(scene.items) if isinstance(item, Text)]


@pytest.fixture
def dossier() -> Dossier:
    return make(
        actors=[{"id": "a", "name": "A", "kind": "person"},
                {"id": "b", "name": "B", "kind": "armed-group"},
                {"id": "c", "name": "C", "kind": "spaceship"}],
        sources=[{"id": "s", "title": "A source with a title that is far too long", "date": ""}],
        events=[
            {"id": "e1", "quad": "verbal-conflict", "participant": "a b", "told_by": "s"},
            {"id": "e2", "quad": "verbal-conflict"},
            {"id": "e3", "quad": "material-cooperation"},
            {"id": "e4"},
        ],
    )  # fmt: skip


def test_every_facet_has_a_heading_and_its_values(dossier: Dossier) -> None:
    rows = facet_rows(frame(dossier))
    assert [row.title for row in rows if row.heading] == [
        "Interaction", "Actors", "Sources", "Support"
    ]  # fmt: skip
    assert "Armed groups" in [row.title for row in rows]


def test_counts_and_shares(dossier: Dossier) -> None:
    rows = {row.value: row for row in facet_rows(frame(dossier)) if row.facet == "quad"}
    assert rows["verbal-conflict"].count == 2
    assert rows["verbal-conflict"].share == 1.0
    assert rows["material-cooperation"].share == 0.5
    assert rows["material-conflict"].share == 0.0


def test_quads_have_their_colour_and_kinds_their_shape(dossier: Dossier) -> None:
    for row in facet_rows(frame(dossier)):
        scene = row_scene(row, DARK, 236)
        fills = [item.fill for item in flat(scene.items) if isinstance(item, Box)]
        if row.value == "verbal-conflict":
            assert DARK.quads[1] in fills
        if row.value == "armed-group":
            assert [i.shapes for i in flat(scene.items) if isinstance(i, Marks)] == [("triangle",)]


def test_a_value_left_out_has_no_check_mark_and_says_so(dossier: Dossier) -> None:
    chosen = Filter().toggled("quad", "verbal-conflict")
    for row in facet_rows(frame(dossier, chosen)):
        if row.heading:
            continue
        ticks = [i for i in flat(row_scene(row, LIGHT, 236).items) if isinstance(i, Curves)]
        assert len(ticks) == (row.value != "verbal-conflict")
        assert row.label.endswith("shown" if row.on else "left out")


def test_long_titles_are_shortened_before_the_count(dossier: Dossier) -> None:
    row = next(row for row in facet_rows(frame(dossier)) if row.value == "s")
    title, count = (i for i in flat(row_scene(row, LIGHT, 180).items) if isinstance(i, Text))
    assert title.text.endswith("…")
    assert text_box(title).right < text_box(count).x
    assert "far too long" in row.label


def test_a_click_on_a_row_names_facet_and_value(dossier: Dossier) -> None:
    row = next(row for row in facet_rows(frame(dossier)) if row.value == "verbal-conflict")
    target = row_scene(row, LIGHT, 236).at(100, 10)
    assert target is not None
    assert target.refs[0].id == "quad=verbal-conflict"


def test_reset_is_offered_when_something_is_left_out(dossier: Dossier) -> None:
    assert header_words(frame(dossier)) == "Showing all 4 events"
    assert not header_scene(frame(dossier), 236).targets
    filtered = frame(dossier, Filter().toggled("quad", "verbal-conflict"))
    assert header_words(filtered) == "Showing 2 of 4 events"
    assert header_scene(filtered, 236).targets[0].refs == (RESET,)


def test_empty_dossier() -> None:
    shown = frame(Dossier.empty())
    assert header_words(shown) == "No events"
    assert "Sources" not in [row.title for row in facet_rows(shown)]
    facets_scene(shown, 236, 700)


@pytest.mark.parametrize("size", [(236, 900), (150, 340), (150, 120), (236, 400)])
def test_picture_stays_inside_its_edges(size: tuple[float, float]) -> None:
    sources = [{"id": f"s{i}", "title": f"Source {i}"} for i in range(60)]
    events = [{"id": f"e{i}", "told_by": f"s{i}"} for i in range(60)]
    for dossier in (small(), make(sources=sources, events=events)):
        scene = facets_scene(frame(dossier), *size)
        for part in scene.items:
            assert isinstance(part, Group) and part.clip is not None
            assert part.clip.bottom <= size[1]
            for item in flat(part.items):
                if isinstance(item, Text):
                    box = text_box(item)
                    assert box.x >= 0 and box.right <= size[0]


def test_picture_counts_the_values_it_leaves_out() -> None:
    sources = [{"id": f"s{i}", "title": f"Source {i}"} for i in range(60)]
    scene = facets_scene(frame(make(sources=sources)), 236, 700)
    shown = [text for text in words(scene) if text.startswith("Source ")]
    assert f"{60 - len(shown)} more" in words(scene)
