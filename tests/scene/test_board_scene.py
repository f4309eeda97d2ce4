from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dossiers import make, small
from tests.scenes import texts, words
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.board import (
    MADE_WITH,
    board_layout,
    build_board,
    framed,
    room_for,
    shown_words,
)
from viewer.scene.evidence import evidence_scene
from viewer.scene.facets import facets_scene
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import Box, Rect, Scene
from viewer.scene.style import LIGHT
from viewer.scene.targets import Target

SIZES = [(800.0, 500.0), (1600.0, 1000.0), (500.0, 1400.0), (6000.0, 4000.0)]
VIEWS = ("map", "graph", "timeline", "evidence")


def frame(dossier: Dossier, width: float = 1000, height: float = 700, *refs: Ref,
          chosen: Filter | None = None) -> Frame:  # fmt: skip
    store = Store(dossier)
    if refs:
        store.update(selection=Selection.of(dossier, refs))
    if chosen is not None:
        store.update(filter=chosen)
    return Frame.of(store, LIGHT, width, height)


def plain(name: str) -> Callable[[Frame], Scene]:
    """Return a builder of a view that fills its frame and has something to click in the middle."""

    def build(given: Frame) -> Scene:
        size = given.width, given.height
        target = Target((Ref("events", name),), size[0] / 2, size[1] / 2)
        return Scene(*size, LIGHT.sea, (Box(Rect(0, 0, *size), fill=LIGHT.sea),), (target,), name)

    return build


BUILDERS: dict[str, Callable[[Frame], Scene]] = {
    **{name: plain(name) for name in ("map", "graph", "timeline")},
    "facets": lambda f: facets_scene(f, f.width, f.height),
    "evidence": lambda f: evidence_scene(f, f.width, f.height),
}


def picture(view: str, given: Frame) -> Scene:
    left, top, right, bottom = room_for(given, view)
    inner = given.sized(given.width - left - right, given.height - top - bottom)
    return framed(plain(view)(inner), given, view)


@pytest.mark.parametrize("view", VIEWS)
def test_picture_says_what_it_is_and_on_whose_word(view: str) -> None:
    said = words(picture(view, frame(small(), 1000, 700, Ref("places", "baghdad"))))
    flat = " ".join(said.split())
    assert "A small dossier" in said
    assert "Selected: Baghdad" in said
    assert "Globe and Mail, 6 Jan 2020" in flat and "IRNA" in flat
    assert MADE_WITH in said


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_view_gets_what_the_frame_leaves(view: str, size: tuple[float, float]) -> None:
    given = frame(small(), *size)
    _, top, _, bottom = room_for(given, view)
    assert size[1] - top - bottom >= size[1] / 2
    scene = picture(view, given)
    assert (scene.width, scene.height) == size
    target = scene.at(size[0] / 2, top + (size[1] - top - bottom) / 2)
    assert target is not None and target.refs == (Ref("events", view),)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_at_an_edge(size: tuple[float, float]) -> None:
    long_title = "A dossier with a title of many words that go on and on " * 4
    sources = [{"id": f"s{i}", "title": f"Source number {i}, a report", "publisher": f"P{i}"}
               for i in range(30)]  # fmt: skip
    dossier = make(long_title, sources=sources, events=[{"id": "e", "told_by": "s1"}])
    for given in (frame(small(), *size), frame(dossier, *size)):
        for scene in (*(picture(view, given) for view in VIEWS), build_board(given, BUILDERS)):
            for text in texts(scene.items):
                box = text_box(text)
                assert box.x >= 0 and box.right <= size[0], text.text
                assert box.y >= 0 and box.bottom <= size[1], text.text


def test_all_sources_are_named_where_there_is_room() -> None:
    sources = [{"id": f"s{i}", "title": f"Report {i} on the matter"} for i in range(40)]
    said = words(picture("map", frame(make(sources=sources), 1200, 900)))
    flat = " ".join(said.split())
    assert all(f"Report {i} on the matter" in flat for i in range(40))


def test_a_thousand_sources_are_counted_and_leave_room_for_the_view() -> None:
    sources = [{"id": f"s{i}", "title": f"Report {i} on the matter"} for i in range(1000)]
    given = frame(make(sources=sources), 800, 500)
    _, top, _, bottom = room_for(given, "map")
    assert 500 - top - bottom > 250
    flat = " ".join(words(picture("map", given)).split())
    named = sum(f"Report {i} on" in flat for i in range(1000))
    assert 0 < named < 1000
    assert f"and {1000 - named} more" in flat


def test_filters_and_time_are_said_in_words() -> None:
    dossier = small()
    chosen = Filter((Filter().toggled("source", "cbc")).excluded, (18262.0, 18292.0))
    said = shown_words(frame(dossier, chosen=chosen))
    assert "filtered to 1 – 30 Jan 2020" in said
    assert "Sources left out: CBC" in said
    assert "CBC" not in words(picture("map", frame(dossier, chosen=chosen))).split("Sources: ")[1]


def test_open_span_is_said_in_words() -> None:
    chosen = Filter(span=(18262.0, float("inf")))
    assert "filtered to 1 Jan 2020 and later" in shown_words(frame(small(), chosen=chosen))


def test_key_explains_only_what_can_stand_in_the_view() -> None:
    dossier = make(
        places=[{"id": "p", "name": "P", "precision": "city", "lon": "1", "lat": "1"}],
        events=[{"id": "e", "quad": "verbal-conflict", "at": "p"}],
    )
    said = words(picture("map", frame(dossier)))
    assert "Verbal conflict" in said
    assert "Material cooperation" not in said
    assert "Known to the area only" not in said
    assert "Known to the area only" in words(picture("map", frame(small())))
    assert "Known to the area only" not in words(picture("timeline", frame(small())))
    assert "Disputed" not in words(picture("timeline", frame(dossier)))
    assert "Disputed" in words(picture("timeline", frame(small())))
    assert "Disputed" not in words(picture("map", frame(dossier)))
    assert "Disputed" in words(picture("map", frame(small())))


def test_dimming_is_explained_when_something_is_picked() -> None:
    assert "Dimmed" not in words(picture("map", frame(small())))
    assert "Dimmed" in words(picture("map", frame(small(), 1000, 700, Ref("places", "baghdad"))))


@pytest.mark.parametrize("size", SIZES)
def test_board_tiles_the_room_without_overlap(size: tuple[float, float]) -> None:
    rects = board_layout(*size, (0, 60, 0, 50))
    assert set(rects) == {"facets", "map", "graph", "timeline", "evidence"}
    area = sum(rect.width * rect.height for rect in rects.values())
    assert area == pytest.approx(size[0] * (size[1] - 110))
    boxes = [rect.inset(0.01) for rect in rects.values()]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert min(rect.width for rect in rects.values()) >= 95


def test_board_keeps_every_view_clickable_where_it_is_drawn() -> None:
    given = frame(small(), 1600, 1000)
    scene = build_board(given, BUILDERS)
    rects = board_layout(1600, 1000, room_for(given, "board"))
    for name in ("map", "graph", "timeline"):
        rect = rects[name]
        target = scene.at(rect.x + rect.width / 2, rect.y + rect.height / 2)
        assert target is not None and target.refs == (Ref("events", name),)


def test_empty_dossier() -> None:
    scene = build_board(frame(Dossier.empty(), 800, 500), BUILDERS)
    assert "No sources recorded" in words(scene)
    assert "No events" in words(scene)
