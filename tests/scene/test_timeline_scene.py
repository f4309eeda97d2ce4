"""The timeline as its reader meets it: what is drawn where, what is said, what can be picked."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.dossiers import make
from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.model.dates import day_number
from viewer.model.dossier import Dossier, Table
from viewer.model.filters import Filter
from viewer.model.schema import QUADS, TABLES, Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import Bars, Box, Group, Marks, Rect, Scene, Text
from viewer.scene.spans import default_window, histogram, shown_weights, spans_of, weights_of
from viewer.scene.style import DARK, LIGHT
from viewer.scene.text import text_width
from viewer.scene.ticks import DAY, LABEL_OFFSET, span_words, ticks
from viewer.scene.timeline import TimelineScene, build_timeline_scene

Row = tuple[str, str]


def dossier_of(events: Sequence[Row], claims: Sequence[tuple[str, str, str]] = ()) -> Dossier:
    """Return a dossier of events ``(date, title)`` and claims ``(event, property, value)``."""
    tables = {name: Table.empty(name) for name in TABLES}
    count = len(events)
    tables["events"] = Table(
        "events",
        {
            "id": tuple(f"e{i}" for i in range(count)),
            "title": tuple(title for _, title in events),
            "type": ("CONSULT",) * count,
            "quad": tuple(QUADS[i % 4] for i in range(count)),
            "date": tuple(date for date, _ in events),
            "date_text": ("",) * count,
            "description": ("",) * count,
        },
    )
    columns = {column: ("",) * len(claims) for column in TABLES["claims"]}
    columns |= {
        "id": tuple(f"c{i}" for i in range(len(claims))),
        "about_kind": ("event",) * len(claims),
        "about": tuple(about for about, _, _ in claims),
        "property": tuple(name for _, name, _ in claims),
        "value": tuple(value for _, _, value in claims),
        "stance": ("asserts",) * len(claims),
    }
    tables["claims"] = Table("claims", columns)
    return Dossier("test", "", tables)


def scene_of(
    dossier: Dossier, width: float = 1010.0, height: float = 275.0, **state: object
) -> TimelineScene:
    store = Store(dossier)
    if state:
        store.update(**state)
    return build_timeline_scene(Frame.of(store, LIGHT, width, height))


def span(first: str, last: str) -> tuple[float, float]:
    low, high = (day_number(*map(int, text.split("-"))) for text in (first, last))
    return float(low), float(high)


def texts(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def dots(scene: Scene) -> np.ndarray:
    found = [item.xy for item in scene.items if isinstance(item, Marks)]
    return np.concatenate(found) if found else np.empty((0, 2))


def bars(scene: TimelineScene) -> list[Box]:
    return [
        item
        for item in scene.items
        if isinstance(item, Box)
        and item.fill is not None
        and 0 < item.rect.height < 10
        and item.rect.bottom < scene.main.bottom
    ]


def crowd(count: int, seed: int = 1, first: str = "2012-01-01", days: int = 2900) -> Dossier:
    random = np.random.default_rng(seed)
    begin = np.datetime64(first)
    moments = begin + random.integers(0, days, count)
    return dossier_of([(str(day), f"Event number {i}") for i, day in enumerate(moments)])


WINDOW = span("2020-01-01", "2020-03-01")
FEW = dossier_of(
    [
        ("2020-01-03", "Soleimani killed"),
        ("2020-01-05", "Parliament vote"),
        ("2020-02", "Talks"),
        ("2020-01-28/", "Dispute over the flight recorders"),
        ("", "Undated"),
        ("../..", "Always"),
    ]
)


def test_a_day_is_a_dot_and_a_month_is_a_bar_a_month_long() -> None:
    scene = scene_of(FEW, window=WINDOW)
    assert {round(float(scene.moment_at(x)), 1) for x, _ in dots(scene)} == {
        day_number(2020, 1, 3) + 0.5,
        day_number(2020, 1, 5) + 0.5,
    }
    low, high = span("2020-02-01", "2020-03-01")
    month = next(t for t in scene.targets if t.refs == (Ref("events", "e2"),))
    bar = next(b for b in bars(scene) if month.rect.contains(b.rect.x + 1, b.rect.y + 1))
    assert scene.moment_at(bar.rect.x) == pytest.approx(low)
    assert scene.moment_at(bar.rect.right) == pytest.approx(high)
    assert bar.fade_left == bar.fade_right == 0


@pytest.mark.parametrize(
    ("date", "left", "right"),
    [
        ("2020-01-28/", False, True),
        ("/2020-01-28", True, False),
        ("2020-01-20/..", False, True),
        ("[..2020-01-20]", True, False),
        ("2020-01~", True, True),
        ("2020-01-20?", True, True),
        ("2019-06/2020-02-10", True, False),
        ("2020-01-10/2020-01-20", False, False),
        ("2019/2021", True, True),
    ],
)
def test_ends_that_are_not_known_or_not_shown_fade(date: str, left: bool, right: bool) -> None:
    (bar,) = bars(scene_of(dossier_of([(date, "Something")]), window=WINDOW))
    assert (bar.fade_left > 0, bar.fade_right > 0) == (left, right)
    assert bar.rect.width >= 10


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2020-01", "2020-01-01", "2020-02-01"),
        ("2020-01-XX", "2020-01-01", "2020-02-01"),
        ("2020-01?", "2020-01-01", "2020-02-01"),
        ("2020", "2020-01-01", "2021-01-01"),
        ("201X", "2010-01-01", "2020-01-01"),
        ("2019-21", "2019-03-01", "2019-06-22"),
        ("2017/2020", "2017-01-01", "2021-01-01"),
        ("[2019-12,2020-01]", "2019-12-01", "2020-02-01"),
        ("{2018..2019}", "2018-01-01", "2020-01-01"),
        ("0800", "800-01-01", "801-01-01"),
    ],
)
def test_a_bar_is_as_long_as_what_the_date_allows(date: str, first: str, last: str) -> None:
    low, high = span(first, last)
    scene = scene_of(dossier_of([(date, "Something")]), window=(low - 50, high + 50))
    (bar,) = bars(scene)
    assert scene.moment_at(bar.rect.x) == pytest.approx(low)
    assert scene.moment_at(bar.rect.right) == pytest.approx(high)


def test_years_before_christ_are_drawn_and_said() -> None:
    scene = scene_of(dossier_of([("-0480", "Salamis"), ("-0489-09", "Marathon")]))
    assert "489 BC" in " ".join(texts(scene))
    assert [target.label.split(" · ")[0] for target in scene.targets] == ["Sep 490 BC", "481 BC"]


def test_an_end_that_is_not_known_is_said() -> None:
    assert "Dispute over the flight recorders (end not known)" in texts(
        scene_of(FEW, window=WINDOW)
    )


def test_events_without_a_date_are_counted_and_can_be_picked() -> None:
    scene = scene_of(FEW)
    assert "2 without a date" in texts(scene)
    assert scene.targets[-1].refs == (Ref("events", "e4"), Ref("events", "e5"))
    assert "2 without a date" in scene.summary


def test_targets_say_date_title_and_class_in_order_of_time() -> None:
    scene = scene_of(FEW, window=WINDOW)
    assert [target.label for target in scene.targets[:3]] == [
        "3 Jan 2020 · Soleimani killed · Material conflict",
        "5 Jan 2020 · Parliament vote · Verbal conflict",
        (
            "from 28 Jan 2020, end not known · Dispute over the flight recorders · "
            "Material cooperation"
        ),
    ]
    first = scene.targets[0]
    assert scene.at(first.x, first.y) is first


@pytest.mark.parametrize("size", [(1010, 275), (1600, 1000), (420, 150), (300, 90)])
@pytest.mark.parametrize("count", [1, 12, 60, 300])
def test_labels_never_overlap_and_dots_never_coincide(count: int, size: tuple[int, int]) -> None:
    dossier = crowd(count, days=60, first="2020-01-01")
    scene = scene_of(dossier, *size, window=WINDOW)
    for (a, box), (b, other) in itertools.combinations(scene.labels, 2):
        assert not box.intersects(other), (a.text, b.text)
    found = dots(scene)
    assert len(found) >= count
    assert len(np.unique(found.round(2), axis=0)) == len(found)
    assert {ref for target in scene.targets for ref in target.refs} == {
        Ref("events", f"e{i}") for i in range(count)
    }
    for text, box in scene.labels:
        assert box.right <= size[0], text.text


def test_bars_of_one_date_are_gathered_where_there_is_no_room_for_all() -> None:
    dossier = dossier_of([("2020-01", f"Remark {i}") for i in range(40)])
    low = scene_of(dossier, window=WINDOW)
    assert "40 events, Jan 2020" in texts(low)
    assert len(low.targets) == 1
    assert len(low.targets[0].refs) == 40
    assert len(scene_of(dossier, 1600, 1000, window=WINDOW).targets) == 40


def test_what_is_picked_keeps_its_label_in_a_crowd() -> None:
    dossier = crowd(200, days=60, first="2020-01-01")
    for row in (3, 77, 150):
        ref = Ref("events", f"e{row}")
        scene = scene_of(dossier, window=WINDOW, selection=Selection.of(dossier, [ref]))
        label = next(item for item in scene.items if getattr(item, "text", "").endswith(f" {row}"))
        assert isinstance(label, Text)
        assert label.weight == 700
        rings = [
            stroke
            for item in scene.items
            if isinstance(item, Marks)
            for stroke in item.strokes
            if stroke is not None
        ]
        assert rings == [LIGHT.pick]


def test_picking_moves_nothing_where_there_is_room() -> None:
    dossier = crowd(8, days=60, first="2020-01-01")
    before = scene_of(dossier, window=WINDOW)
    after = scene_of(dossier, window=WINDOW, selection=Selection.of(dossier, [Ref("events", "e3")]))
    assert [(t.x, t.y) for t in before.targets] == [(t.x, t.y) for t in after.targets]


def test_the_rest_is_dimmed_with_opaque_colours() -> None:
    scene = scene_of(FEW, window=WINDOW, selection=Selection.of(FEW, [Ref("events", "e0")]))
    marks = next(item for item in scene.items if isinstance(item, Marks))
    fills = [fill for fill in marks.fills if fill is not None]
    assert LIGHT.quads[0] in fills
    assert LIGHT.quads[1] not in fills
    assert all(fill.a == 255 for fill in fills)


def test_hover_moves_nothing() -> None:
    plain = scene_of(FEW, window=WINDOW)
    lit = scene_of(FEW, window=WINDOW, hover=Ref("events", "e1"))
    assert [target.rect for target in plain.targets] == [target.rect for target in lit.targets]


def test_a_dispute_has_a_sign_of_its_own() -> None:
    events = [("2020-01-03", "Strike"), ("2020-01-09", "Call")]
    claims = [("e0", "date", "2020-01-03"), ("e0", "date", "2020-01-04")]
    scene = scene_of(dossier_of(events, claims), window=WINDOW)
    assert texts(scene).count("!") == 1
    assert scene.targets[0].label.endswith("· disputed")


def test_the_default_window_is_the_densest_stretch() -> None:
    dense = [(f"2020-01-{day:02}", "x") for day in range(3, 15)]
    sparse = [(f"{year}-06-01", "y") for year in range(2012, 2019)]
    dossier = dossier_of([*dense, *sparse])
    store = Store(dossier)
    assert default_window(dossier, store.shown) == span("2020-01-01", "2020-02-01")
    busy = dossier_of([*dense, *sparse, ("2020-02-14", "z"), ("2020-02-15", "z")])
    assert default_window(busy, Store(busy).shown) == WINDOW
    scene = scene_of(dossier)
    assert scene.full == span("2012-01-01", "2021-01-01")
    assert scene.overview_window.x > scene.overview.x + 0.8 * scene.overview.width


def test_events_spread_evenly_are_all_shown() -> None:
    dossier = dossier_of([(f"{year}-06-01", "y") for year in range(1990, 2020)])
    window = default_window(dossier, Store(dossier).shown)
    assert window is not None
    assert window[0] <= day_number(1990, 6, 1)
    assert window[1] > day_number(2019, 6, 1)


@pytest.mark.parametrize("length", [3, 20, 45, 200, 1000, 5000, 90_000, 4_000_000])
@pytest.mark.parametrize("start", ["2020-01-01", "1999-11-23", "-0500-03-04"])
def test_tick_labels_never_overlap_and_there_are_some(start: str, length: float) -> None:
    low = float(np.datetime64(start).astype("M8[D]").astype(int))
    for width in (250.0, 950.0, 1540.0):
        found = ticks((low, low + length), width, 9.5)
        assert found
        ends = [tick.x + LABEL_OFFSET + text_width(tick.text, 9.5) for tick in found]
        assert all(end < tick.x + LABEL_OFFSET for end, tick in zip(ends, found[1:], strict=False))
        assert ends[-1] <= width


def test_ticks_name_years_before_the_common_era() -> None:
    low = float(np.datetime64("-0300-01-01").astype(int))
    high = float(np.datetime64("0301-01-01").astype(int))
    words = [tick.text for tick in ticks((low, high), 950.0, 9.5)]
    assert {"300 BC", "100 BC", "AD 1", "AD 100"} <= set(words)
    at = {tick.text: tick.at for tick in ticks((low, high), 950.0, 9.5)}
    assert at["AD 1"] == day_number(1, 1, 1)
    assert at["100 BC"] == day_number(-99, 1, 1)


def test_weeks_begin_with_the_month() -> None:
    words = [tick.text for tick in ticks(WINDOW, 950.0, 9.5)]
    assert words[:6] == ["1 Jan 2020", "8 Jan", "15 Jan", "22 Jan", "1 Feb", "8 Feb"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2012-01-01", "2021-01-01", "2012 – 2020"),
        ("2020-01-01", "2020-03-01", "Jan – Feb 2020"),
        ("2020-01-01", "2020-02-01", "Jan 2020"),
        ("2020-01-05", "2020-01-09", "5 – 8 Jan 2020"),
        ("2020-01-05", "2020-01-06", "5 Jan 2020"),
        ("2019-12-01", "2020-02-01", "Dec 2019 – Jan 2020"),
    ],
)
def test_spans_are_said_no_finer_than_needed(first: str, last: str, words: str) -> None:
    assert span_words(span(first, last)) == words


def test_many_events_are_counted_instead() -> None:
    dossier = crowd(3000)
    scene = scene_of(dossier, window=span("2012-01-01", "2020-01-01"))
    assert not len(dots(scene))
    drawn = [item for group in scene.items if isinstance(group, Group) for item in group.items]
    assert len(drawn) == 2
    for stack, strip in zip(drawn, (scene.main, scene.overview), strict=True):
        assert isinstance(stack, Bars)
        assert len(stack.rects) > 50
        assert stack.rects[:, 1].min() >= strip.y
    assert any(target.label.startswith("Mar 2015 · ") for target in scene.targets)
    for text, box in scene.labels:
        assert box.y >= 0, text.text
    # Closer up the same events are drawn one by one.
    assert len(dots(scene_of(dossier, window=span("2015-01-01", "2015-03-01")))) > 20


def test_a_histogram_counts_every_event_once_and_shares_out_imprecise_ones() -> None:
    dossier = dossier_of([("2019", "a"), ("2019-03-04", "b"), ("2019-03", "c")])
    spans = spans_of(dossier)
    shown = Store(dossier).shown
    edges = DAY.edges(span("2019-01-01", "2020-01-01"))
    counted = histogram(spans, weights_of(dossier, shown), edges)
    assert counted.sum() == pytest.approx(3.0)
    assert counted[0] == pytest.approx(np.full(365, 1 / 365))
    assert counted[1].max() == 1.0
    assert (counted[2] > 1e-9).sum() == 31


@pytest.mark.parametrize("date", ["2019/..", "2019/", "../2019", "/2019", "[2019..]", "[..2019]"])
def test_an_open_end_is_counted_over_all_of_the_year_that_is_given(date: str) -> None:
    dossier = dossier_of([(date, "a")])
    edges = DAY.edges(span("2018-01-01", "2021-01-01"))
    counted = histogram(spans_of(dossier), weights_of(dossier, Store(dossier).shown), edges)[0]
    assert counted.sum() == pytest.approx(1.0)
    assert (counted > 1e-9).sum() == 365
    assert counted[365:730] == pytest.approx(np.full(365, 1 / 365))


def test_a_filtered_span_is_said_and_shaded() -> None:
    chosen = span("2020-01-05", "2020-02-01")
    scene = scene_of(FEW, window=WINDOW, filter=Filter(span=chosen))
    assert "filtered to 5 – 31 Jan 2020" in texts(scene)
    shades = [
        item.rect
        for item in scene.items
        if isinstance(item, Box) and item.fill and item.rect.height == scene.main.height
    ]
    assert shades[0].x == scene.main.x
    assert scene.moment_at(shades[0].right) == pytest.approx(chosen[0])


@pytest.mark.parametrize(
    ("events", "state", "words"),
    [
        ([], {}, "No events yet"),
        ([("", "a")], {}, "The one event shown has no date"),
        ([("2020", "a")], {"filter": Filter({"quad": frozenset(QUADS)})}, "No event passes"),
    ],
)
def test_an_empty_timeline_says_what_to_do(
    events: list[Row], state: dict[str, object], words: str
) -> None:
    scene = scene_of(dossier_of(events), **state)
    said = texts(scene)
    assert any(text.startswith(words) for text in said)
    assert len(said) == 3
    assert scene.dragged("move", 0, 10)


def test_a_graph_without_events_is_not_called_empty_and_has_nothing_to_play() -> None:
    scene = scene_of(make(actors=["a", "b"]))
    assert "No events in this dossier" in texts(scene)
    assert scene.empty and not scene_of(FEW).empty
    hidden = scene_of(make(actors=["a"]), filter=Filter(span=(0.0, 1.0)))
    assert not hidden.empty, "the span can be switched off"


def test_a_window_without_events_says_so() -> None:
    assert any("No events here" in text for text in texts(scene_of(FEW, window=(0.0, 30.0))))


def persian(tick: str, scene: TimelineScene) -> float:
    """Moment at which a label of the second row of ticks stands."""
    (text,) = [t for t, box in scene.labels if t.text == tick and box.y > scene.main.bottom + 12]
    return scene.moment_at(text.x - 4.0)


def test_persian_ticks_stand_at_the_true_boundaries() -> None:
    scene = scene_of(FEW, window=span("2019-01-01", "2021-01-01"), calendar="persian")
    nowruz = persian("Farvardin 1398", scene), persian("Farvardin 1399", scene)
    assert nowruz == pytest.approx(
        (day_number(2019, 3, 21), day_number(2020, 3, 20)), abs=2 * 730 / scene.main.width
    )
    scene = scene_of(FEW, window=WINDOW, calendar="persian")
    assert persian("1 Bahman", scene) == pytest.approx(day_number(2020, 1, 21), abs=0.2)


@pytest.mark.parametrize("length", [2, 9, 31, 60, 366, 5000, 42_000, 900_000])
@pytest.mark.parametrize("start", ["1906-08-05", "2020-01-08", "0600-01-01", "2150-05-05"])
@pytest.mark.parametrize("size", [(1010.0, 275.0), (420.0, 500.0), (1600.0, 150.0)])
def test_two_calendars_never_collide_on_the_axis(
    start: str, length: float, size: tuple[float, float]
) -> None:
    low = day_number(*map(int, start.split("-")))
    dossier = dossier_of([(start, "Something")])
    scene = scene_of(dossier, *size, window=(low - 0.5, low + length), calendar="persian")
    below = [(text.text, box) for text, box in scene.labels if box.y >= scene.main.bottom]
    for (one, a), (other, b) in itertools.combinations(below, 2):
        apart = a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
        assert apart, (one, other)
    for name, box in below:
        assert box.right <= scene.width, name
        assert box.bottom <= scene.height, name
        assert box.bottom <= scene.overview.y or box.y >= scene.overview.bottom, name


def test_the_second_row_takes_no_room_while_it_is_off() -> None:
    plain = scene_of(FEW, window=WINDOW)
    both = scene_of(FEW, window=WINDOW, calendar="persian")
    assert plain.main.bottom == 200.0
    assert both.main.bottom < plain.main.bottom
    assert both.overview == plain.overview
    assert not any("Bahman" in text for text in texts(plain))
    again = scene_of(FEW, window=WINDOW, calendar="gregorian")
    assert texts(again) == texts(plain)


def test_where_there_is_no_persian_calendar_there_are_no_persian_ticks() -> None:
    dossier = dossier_of([("-0480", "Salamis")])
    plain, both = (scene_of(dossier, calendar=name) for name in ("gregorian", "persian"))
    assert texts(plain) == texts(both)


def test_marks_say_their_persian_date_when_pointed_at() -> None:
    scene = scene_of(FEW, window=WINDOW, calendar="persian")
    assert scene.targets[0].label == (
        "3 Jan 2020 · 13 Dey 1398 · Soleimani killed · Material conflict"
    )


def test_a_crowd_of_one_date_is_named_by_it_no_sharper_than_it_is() -> None:
    date = "[2020-01-03,2020-02]"
    dossier = dossier_of([(date, f"Event {i}") for i in range(40)])
    scene = scene_of(dossier, 900, 150, window=WINDOW)
    assert "40 events, 3 Jan 2020 or Feb 2020" in texts(scene)
    assert not any("29 Feb" in target.label for target in scene.targets)


def test_the_window_is_moved_resized_zoomed_and_panned() -> None:
    dossier = crowd(300)
    scene = scene_of(dossier, window=span("2015-01-01", "2016-01-01"))
    box = scene.overview_window
    middle = box.x + box.width / 2, box.y + box.height / 2
    assert scene.grip_at(*middle) == "move"
    assert scene.grip_at(box.x - 3, middle[1]) == "left"
    assert scene.grip_at(box.right + 3, middle[1]) == "right"
    assert scene.grip_at(box.x - 30, middle[1]) is None
    low, high = scene.window
    per_pixel = scene.overview_moment_at(1.0) - scene.overview_moment_at(0.0)
    moved = scene.dragged("move", 500, 510)
    assert moved == pytest.approx((low + 10 * per_pixel, high + 10 * per_pixel))
    assert scene.dragged("left", 500, 510) == pytest.approx((low + 10 * per_pixel, high))
    assert scene.dragged("right", 500, 9000)[1] == scene.full[1]
    assert scene.dragged("left", 0, 9000)[0] < high
    x = scene.main.x + 200
    closer = scene.zoomed(x, 0.5)
    assert closer[1] - closer[0] == pytest.approx((high - low) / 2)
    fixed = replace(scene, window=closer).moment_at(x)
    assert fixed == pytest.approx(scene.moment_at(x))
    assert scene.zoomed(x, 1e9) == pytest.approx(scene.full)
    assert scene.panned(50)[0] < low
    assert scene.panned(-1e9)[1] == pytest.approx(scene.full[1])


def test_names_in_any_script_and_of_any_length_stay_inside() -> None:
    names = ["محمدجواد ظریف در عمان", "x" * 900, "a\u202eb\nc", "", "會談", "e\u0301" * 80]
    dossier = dossier_of([(f"2020-01-{5 * i + 1:02}", name) for i, name in enumerate(names)])
    for width in (200.0, 1010.0):
        scene = scene_of(dossier, width, 275.0, window=WINDOW)
        assert all(box.right <= width and box.x >= 0 for _, box in scene.labels)
        assert all("\u202e" not in text and "\n" not in text for text in texts(scene))


@pytest.mark.parametrize(
    "date", ["-0043-03-15", "Y-170000", "0001-01-01", "9999-12-31", "13XX", "[1667,1760-12]"]
)
def test_dates_of_any_age_can_be_shown(date: str) -> None:
    scene = scene_of(dossier_of([(date, "Long ago"), (date, "And again")]))
    assert "Long ago" in " ".join(texts(scene))


def test_redrawing_does_not_grow_with_the_number_of_events() -> None:
    dossier = crowd(200_000)
    store = Store(dossier)
    store.update(window=span("2012-01-01", "2020-01-01"))
    frame = Frame.of(store, DARK, 1010, 275)
    build_timeline_scene(frame)
    took = []
    for _ in range(5):
        begin = time.process_time()
        build_timeline_scene(frame)
        took.append(time.process_time() - begin)
    # Ten times what it takes: this only catches work done once per event.
    assert min(took) < 0.1


# -- disputes --------------------------------------------------------------------------------


def disputing(events: Sequence[Row], *rows: int) -> Dossier:
    """Return a dossier in which some events have two dates that cannot both be."""
    said = [(f"e{row}", "date", when) for row in rows for when in ("2001-01-03", "2001-01-04")]
    return dossier_of(events, said)


def signs(scene: TimelineScene) -> list[tuple[Text, Rect]]:
    found = [item for item in scene.items if isinstance(item, Text) and item.text == "!"]
    return [(sign, text_box(sign)) for sign in found]


@pytest.mark.parametrize("size", [(1010, 275), (1600, 400), (420, 150)])
@pytest.mark.parametrize("count", [6, 60, 300])
def test_every_disputed_event_carries_one_sign_clear_of_labels(
    count: int, size: tuple[int, int]
) -> None:
    random = np.random.default_rng(3)
    days = random.integers(1, 29, count)
    dates = [f"2020-0{1 + i % 2}-{day:02}" for i, day in enumerate(days)]
    # Every third is known less well, each in a way of its own, so that none are gathered.
    dates = [f"{date[:8]}01/{date}" if i % 3 == 0 else date for i, date in enumerate(dates)]
    rows = set(range(0, count, 5))
    dossier = disputing([(date, f"Event number {i}") for i, date in enumerate(dates)], *rows)
    scene = scene_of(dossier, *size, window=WINDOW)
    marked = [
        target
        for target in scene.targets
        if any(ref.id in {f"e{row}" for row in rows} for ref in target.refs)
    ]
    assert all("disputed" in target.label for target in marked)
    assert sum("disputed" in target.label for target in scene.targets) == len(marked)
    assert len(signs(scene)) == len(marked)
    for target in marked:
        assert target.rect is not None
        assert any(target.rect.contains(sign.x, sign.y - 3.5) for sign, _ in signs(scene))
    for (sign, box), (label, other) in itertools.product(signs(scene), scene.labels):
        assert not box.intersects(other), (sign, label)


def test_a_sign_stays_when_its_event_loses_its_label() -> None:
    dossier = disputing([("2020-01-10", f"Event number {i}") for i in range(15)], *range(15))
    scene = scene_of(dossier, window=WINDOW)
    named = {text for text in texts(scene) if text.startswith("Event")}
    assert 0 < len(named) < 15
    assert len(signs(scene)) == 15
    for target in scene.targets:
        if any(target.label.split(" · ")[1] == name for name in named):
            continue
        # At the upper right of its dot, close by.
        assert any(
            4 < sign.x - target.x < 12 and 0 <= target.y - (sign.y - 3.24) < 6
            for sign, _ in signs(scene)
        ), target.label


def test_a_group_with_a_disputed_event_has_a_sign_and_says_how_many() -> None:
    crowd_of_one_month = [("2020-01", f"Remark {i}") for i in range(40)]
    scene = scene_of(disputing(crowd_of_one_month, 3, 17), window=WINDOW)
    assert len(signs(scene)) == 1
    assert [target.label for target in scene.targets] == ["40 events, Jan 2020 · 2 disputed"]


@pytest.mark.parametrize("size", [(1010, 275), (1600, 400), (420, 150)])
def test_bars_of_a_histogram_say_which_hold_a_disputed_event(size: tuple[int, int]) -> None:
    events = [(f"2020-{1 + i % 12:02}-{1 + i % 28:02}", f"Event {i}") for i in range(1200)]
    plain = scene_of(disputing(events), *size, window=span("2020-01-01", "2021-01-01"))
    assert not signs(plain)
    scene = scene_of(disputing(events, 0, 84, 600), *size, window=span("2020-01-01", "2021-01-01"))
    told = [target for target in scene.targets if "disputed" in target.label]
    assert told
    assert len(signs(scene)) == len(told)
    for (sign, box), target in zip(signs(scene), told, strict=True):
        assert target.rect is not None
        assert target.rect.x <= sign.x <= target.rect.right
        assert not any(box.intersects(other) for _, other in scene.labels)


def test_events_left_out_leave_no_sign_above_a_histogram() -> None:
    events = [(f"2020-{1 + i % 12:02}-{1 + i % 28:02}", f"Event {i}") for i in range(1200)]
    whole = span("2020-01-01", "2021-01-01")
    dossier = disputing(events, 1)
    assert signs(scene_of(dossier, window=whole))
    without = Filter().toggled("quad", QUADS[1])
    assert not signs(scene_of(dossier, window=whole, filter=without))


@pytest.mark.parametrize(
    "span", [(0.0, 400.0), (15_000.0, 17_000.0), (16_000.5, 16_001.0), (-9e9, 9e9)]
)
@pytest.mark.parametrize("quads", [(), ("verbal-conflict",)])
def test_counts_under_a_filter_by_time_are_those_of_the_events_that_pass(
    span: tuple[float, float], quads: tuple[str, ...]
) -> None:
    dates = ("2013-10", "2013-10-08", "2013-10-08", "2014/2016", "../2013", "2015/..", "", "2012~")
    events = [
        {"id": f"e{row}", "date": date, "quad": QUADS[row % 4]} for row, date in enumerate(dates)
    ]
    for dossier in (open_dossier(shipped_dossier()), make(events=events)):
        store = Store(dossier)
        store.update("Filter", filter=Filter({"quad": frozenset(quads)}, span))
        frame = Frame.of(store, LIGHT, 900.0, 300.0)
        assert np.array_equal(shown_weights(frame), weights_of(dossier, store.shown))
