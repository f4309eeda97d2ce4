"""Ties as of a day: which have ended, which are to come, which only may hold."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import make
from tests.scene.graphs_given import drawn, texts, ties
from viewer.model import dates
from viewer.model.filters import Filter
from viewer.model.state import Look
from viewer.scene.graph import GraphScene
from viewer.scene.primitives import Colour, Curves
from viewer.scene.style import DARK, LIGHT

# -- time ------------------------------------------------------------------------------------


def test_ended_ties_are_dashed_and_coming_ones_absent() -> None:
    dossier = ties("2000/2010", "2000/..", "2015/..", "")
    scene = drawn(dossier, filter=Filter(span=(0.0, 15400.0)))  # up to 2012
    refs = [target.refs[0].id for target in scene.targets if target.line is not None]
    assert refs == ["r0", "r1", "r3"]
    assert scene.ended.tolist() == [True, False, False]
    dashes = [
        dash
        for item in scene.items
        if isinstance(item, Curves) and item.bezier
        for dash in item.dashes
    ]
    assert sorted(dashes) == ["dashed", "solid", "solid"]
    assert "Ended" in texts(scene)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("2019-12-03/2020-01-06",), "6 Jan 2020"),
        (("2020-01-06", "2020-02"), "Feb 2020"),
        (("2020~",), "about 2020"),
        (("2018/..",), "2018"),
        (("[2018..]",), "2018 or later"),
        (("",), ""),
        (("/..",), ""),
    ],
)
def test_the_date_shown_is_no_more_exact_than_the_dossier(
    given: tuple[str, ...], words: str
) -> None:
    scene = drawn(ties(*given))
    assert scene.as_of == words
    assert (f"as of {words}" in texts(scene)) == bool(words)


def test_the_date_shown_is_the_last_day_of_the_span() -> None:
    # 18262 is 1 January 2020; the span ends with the end of the 6th.
    assert drawn(ties("2000/.."), filter=Filter(span=(18262.0, 18268.0))).as_of == "6 Jan 2020"


def test_a_tie_from_2017_to_2020_is_drawn_in_every_month_between_and_in_no_other() -> None:
    dossier = ties("2017/2020", "")
    drawn_in = []
    for year in range(2016, 2022):
        for month in range(1, 13):
            when = dates.parse(f"{year}-{month:02}")
            scene = drawn(dossier, filter=Filter(span=(when.earliest, when.latest)))
            refs = {ref.id for t in scene.targets if t.line is not None for ref in t.refs}
            assert "r1" in refs
            if "r0" in refs:
                drawn_in.append(when.text)
    assert (drawn_in[0], drawn_in[-1], len(drawn_in)) == ("2017-01", "2020-12", 48)


def test_what_is_only_expected_is_no_date_to_stand_at() -> None:
    dossier = make(
        actors=["a", "b"],
        sources=[{"id": "s", "date": "2020-01-10"}],
        events=[{"id": "vote", "date": "2020-07", "participant": "a b", "told_by": "s"}],
    )
    assert drawn(dossier).as_of == "10 Jan 2020"


# -- what only may hold ------------------------------------------------------------------------


def looks_of(scene: GraphScene) -> dict[str, tuple[str, Colour]]:
    """Return dash and colour of the one edge of each relation or event, by its id."""
    out = {}
    names = [t.refs[0].id for t in scene.targets if t.line is not None]
    middles = [(t.x, t.y) for t in scene.targets if t.line is not None]
    for item in scene.items:
        if not (isinstance(item, Curves) and item.bezier):
            continue
        for points, dash, colour in zip(item.points, item.dashes, item.colours, strict=True):
            middle = (points[0] + 3 * points[1] + 3 * points[2] + points[3]) / 8
            nearest = int(np.argmin([np.hypot(*(middle - at)) for at in middles]))
            out[names[nearest]] = dash, colour
    return out


def on(day: str) -> Look:
    return Look(moment=dates.parse(day).latest)


LONG_AGO = "-0549-06-01"


@pytest.mark.parametrize(
    ("date", "day", "dash"),
    [
        ("/2016", LONG_AGO, "dotted"),
        ("/2016", "2015-12-31", "dotted"),
        ("/2016", "2016-06-01", "solid"),
        ("/2016", "2018-06-01", "dashed"),
        ("../2020", LONG_AGO, "solid"),
        ("../..", LONG_AGO, "solid"),
        ("/..", LONG_AGO, "dotted"),
        ("/", LONG_AGO, "dotted"),
        ("", LONG_AGO, "dotted"),
        ("[..2016]", LONG_AGO, "dotted"),
        ("-0600/..", LONG_AGO, "solid"),
        ("/..", "2021-06-01", "solid"),
        ("", "2021-06-01", "solid"),
    ],
)
def test_a_tie_is_dotted_while_nothing_tells_that_it_had_begun(
    date: str, day: str, dash: str
) -> None:
    dossier = ties(date, "-0600/2020")
    scene = drawn(dossier, look=on(day))
    found = looks_of(scene)["r0"]
    assert found[0] == dash
    assert ("May hold" in texts(scene)) == (dash == "dotted")
    (label,) = [t.label for t in scene.targets if t.line is not None and t.refs[0].id == "r0"]
    assert ("may hold" in label) == (dash == "dotted")
    if dash == "dotted" and date != "[..2016]":
        assert label.count("beginning not known") == 1


def test_what_only_may_hold_is_paler_than_what_holds() -> None:
    for theme in (LIGHT, DARK):
        scene = drawn(ties("/2016", "../2020"), theme=theme, look=on(LONG_AGO))
        found = looks_of(scene)
        ground = np.array(theme.graph_ground[:3])
        maybe, sure = (np.abs(np.array(found[key][1][:3]) - ground).sum() for key in ("r0", "r1"))
        assert 0.5 * sure < maybe < sure


def test_without_a_day_chosen_what_began_at_an_unknown_time_has_begun() -> None:
    scene = drawn(ties("/2020", "/..", "", "2018/.."))
    assert {dash for dash, _ in looks_of(scene).values()} == {"solid"}
    assert "May hold" not in texts(scene)
    assert not any("may hold" in target.label for target in scene.targets)


def test_in_a_span_long_before_anything_known_a_tie_only_may_hold() -> None:
    when = dates.parse("2000")
    span = Filter(span=(when.earliest, when.latest))
    scene = drawn(ties("/2016", "", "1990/2020"), filter=span)
    assert [looks_of(scene)[key][0] for key in ("r0", "r1", "r2")] == ["dotted", "solid", "solid"]


@pytest.mark.parametrize(
    ("given", "day", "dash"),
    [
        (("",), LONG_AGO, "dotted"),
        (("", "XXXX-05"), LONG_AGO, "dotted"),
        (("", "-0600-01-01"), LONG_AGO, "solid"),
        (("", "2019-06-01"), "2015-06-01", "dotted"),
        (("", "2019-06-01"), "2019-07-01", "solid"),
    ],
)
def test_events_without_a_date_are_no_proof_of_a_tie_on_a_day(
    given: tuple[str, ...], day: str, dash: str
) -> None:
    dossier = make(
        actors=["a", "b", "c"],
        events=[{"id": f"e{i}", "date": date, "participant": "a b"} for i, date in enumerate(given)]
        + [{"id": "late", "date": "2020-01-01", "participant": "b c"}],
    )
    scene = drawn(dossier, look=on(day))
    assert looks_of(scene)["e0"][0] == dash
    (label,) = [t.label for t in scene.targets if t.line is not None and t.refs[0].id == "e0"]
    assert ("date not known, may hold" in label) == (dash == "dotted")
    assert looks_of(drawn(dossier))["e0"][0] == "solid"
