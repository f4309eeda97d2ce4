"""What a filter shows and how the facets count."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dossiers import make, small
from viewer.model import dates
from viewer.model.dossier import Dossier
from viewer.model.filters import FACETS, Filter, facet_counts, shown, source_titles


def visible(dossier: Dossier, table: str, chosen: Filter) -> set[str]:
    mask = shown(dossier, chosen).of(table)
    return {key for key, on in zip(dossier.tables[table]["id"], mask, strict=True) if on}


def without(facet: str, *values: str) -> Filter:
    return Filter().with_excluded(facet, values)


def span(first: str, last: str) -> Filter:
    return Filter(span=(dates.parse(first).earliest, dates.parse(last).latest))


def counts(dossier: Dossier, chosen: Filter, facet: str) -> dict[str, int]:
    return {one.value: one.count for one in facet_counts(dossier, chosen)[facet]}


def test_nothing_filtered_shows_everything() -> None:
    dossier = small()
    everything = shown(dossier, Filter())
    for table in ("actors", "places", "events", "relations"):
        assert everything.of(table).all()


def test_an_empty_dossier_can_be_filtered() -> None:
    dossier = Dossier.empty()
    for chosen in (Filter(), without("quad", ""), span("2012", "2013"), without("source", "x")):
        assert not shown(dossier, chosen).events.any()
        assert set(facet_counts(dossier, chosen)) == set(FACETS)


def test_a_quad_class_left_out_takes_its_events_relations_and_places() -> None:
    dossier = small()
    chosen = without("quad", "material-conflict", "material-cooperation")
    assert visible(dossier, "events", chosen) == {
        "letter", "call", "recorders", "meeting", "undated",
    }  # fmt: skip
    assert visible(dossier, "relations", chosen) == {"minister", "envoy", "ties"}
    assert "besmaya" not in visible(dossier, "places", chosen)


def test_events_without_a_class_can_be_left_out() -> None:
    dossier = small()
    assert "meeting" not in visible(dossier, "events", without("quad", ""))
    assert "meeting" in visible(dossier, "events", without("quad", "verbal-conflict"))


def test_relations_without_a_class_stay_since_the_classes_are_of_events() -> None:
    dossier = small()
    everything = visible(dossier, "relations", Filter())
    assert visible(dossier, "relations", without("quad", "")) == everything


def test_actors_of_whom_no_class_leaves_anything_are_gone() -> None:
    dossier = small()
    assert "quds" not in visible(dossier, "actors", without("quad", "material-conflict"))
    # Whoever never took part in anything is not what the filter is about.
    assert "idle" in visible(dossier, "actors", without("quad", "material-conflict"))


def test_a_source_left_out_takes_the_events_only_it_tells() -> None:
    dossier = small()
    chosen = without("source", "globe")
    # The embassy is told by another source too; the undated event by none.
    assert visible(dossier, "events", chosen) == {
        "embassy", "call", "meeting", "letter", "training", "recorders", "undated",
    }  # fmt: skip
    assert visible(dossier, "events", without("source", "globe", "irna")) == {
        "embassy", "meeting", "undated",
    }  # fmt: skip


def test_support() -> None:
    dossier = small()
    assert visible(dossier, "events", without("support", "one", "several", "none")) == {"letter"}


def test_kinds_left_out_take_their_relations() -> None:
    dossier = small()
    chosen = without("kind", "person")
    assert "zarif" not in visible(dossier, "actors", chosen)
    assert visible(dossier, "relations", chosen) == {"member", "ties", "mission"}
    assert visible(dossier, "events", chosen) == visible(dossier, "events", Filter())


@pytest.mark.parametrize(
    ("first", "last", "events"),
    [
        ("2012", "2012", {"embassy"}),
        ("2018", "2019", {"training"}),
        ("2020-01-03", "2020-01-05", {"strike", "call", "training"}),
        ("2025", "2026", {"training", "recorders"}),
    ],
)
def test_a_span_shows_what_can_fall_into_it(first: str, last: str, events: set[str]) -> None:
    # What has no date can have happened at any time.
    assert visible(small(), "events", span(first, last)) == events | {"undated"}


MONTHS = tuple(f"{year}-{month:02}" for year in range(2016, 2022) for month in range(1, 13))


def months_of(date: str, table: str = "relations") -> set[str]:
    """Months from 2016 to 2021 in which a row with this date is shown."""
    dossier = make(
        actors=["a", "b"],
        relations=[{"id": "tie", "source": "a", "target": "b", "date": date}],
        events=[{"id": "tie", "date": date, "participant": "a b"}],
    )
    return {month for month in MONTHS if "tie" in visible(dossier, table, span(month, month))}


def between(first: str, last: str) -> set[str]:
    return {month for month in MONTHS if first <= month <= last}


@pytest.mark.parametrize("table", ["relations", "events"])
def test_from_2017_to_2020_is_in_every_month_between_and_in_none_before_or_after(
    table: str,
) -> None:
    assert months_of("2017/2020", table) == between("2017-01", "2020-12")


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2017-03/2020-05", "2017-03", "2020-05"),
        ("2017-03-31/2020-05-01", "2017-03", "2020-05"),
        ("2017", "2017-01", "2017-12"),
        ("2017-05", "2017-05", "2017-05"),
        ("2017-05-31", "2017-05", "2017-05"),
        # An end that is open, or not known, may be in any month on that side.
        ("2018/..", "2018-01", "2021-12"),
        ("2018/", "2018-01", "2021-12"),
        ("../2018", "2016-01", "2018-12"),
        ("/2018", "2016-01", "2018-12"),
        ("../..", "2016-01", "2021-12"),
        # What is doubted is shown where it is said to be.
        ("2017~/2020?", "2017-01", "2020-12"),
        ("[2019-12,2020-01]", "2019-12", "2020-01"),
        # Of two dates that are apart the time between is kept as well: nothing is lost.
        ("[2017-02,2020-05]", "2017-02", "2020-05"),
        ("{2017-02..2018-05}", "2017-02", "2018-05"),
        ("2018-06-XX", "2018-06", "2018-06"),
        ("201X", "2016-01", "2019-12"),
        ("2019-21", "2019-03", "2019-06"),
        ("2019-24", "2018-12", "2020-03"),
        ("", "2016-01", "2021-12"),
        ("XXXX", "2016-01", "2021-12"),
        ("-0480", "none", "none"),
        ("0800/0814", "none", "none"),
        ("Y-10000/2016", "2016-01", "2016-12"),
    ],
)
def test_months_in_which_a_tie_can_hold_and_no_others(date: str, first: str, last: str) -> None:
    assert months_of(date) == between(first, last)


def test_a_span_ends_where_the_day_ends() -> None:
    dossier = make(events=[{"id": "a", "date": "2020-01-08"}])
    assert visible(dossier, "events", span("2020-01-08", "2020-01-08")) == {"a"}
    assert visible(dossier, "events", span("2020-01-09", "2020-01-10")) == set()
    assert visible(dossier, "events", span("2020-01-01", "2020-01-07")) == set()


def test_actors_of_whom_nothing_is_left_go_with_a_span() -> None:
    dossier = small()
    actors = visible(dossier, "actors", span("2012", "2012"))
    assert "champagne" not in actors
    assert {"canada", "iran", "idle"} <= actors


def test_places_where_nothing_happened_are_shown_until_something_is_filtered() -> None:
    dossier = small()
    assert "empty-place" in visible(dossier, "places", Filter())
    assert "empty-place" not in visible(dossier, "places", without("quad", "verbal-conflict"))


def test_a_facet_counts_as_if_it_were_not_filtered_itself() -> None:
    dossier = small()
    before = counts(dossier, Filter(), "quad")
    assert before == {
        "material-conflict": 2, "verbal-conflict": 3, "verbal-cooperation": 1,
        "material-cooperation": 1, "": 1,
    }  # fmt: skip
    assert counts(dossier, without("quad", "verbal-conflict"), "quad") == before
    assert counts(dossier, without("quad", "verbal-conflict"), "source") == {
        "globe": 4, "cbc": 2, "irna": 2,
    }  # fmt: skip


def test_facets_say_which_values_are_on() -> None:
    facets = facet_counts(small(), without("kind", "person"))
    assert {one.value: one.on for one in facets["kind"]} == {
        "person": False, "state": True, "organisation": True, "armed-group": True,
        "community": True,
    }  # fmt: skip
    assert next(one.title for one in facets["kind"]) == "People"


def test_kinds_outside_the_vocabulary_have_a_facet_too() -> None:
    dossier = make(actors=[{"id": "a", "kind": "ship"}, {"id": "b"}])
    found = {one.value: (one.title, one.count) for one in facet_counts(dossier, Filter())["kind"]}
    assert found == {"": ("No kind", 1), "ship": ("ship", 1)}
    assert visible(dossier, "actors", without("kind", "ship")) == {"b"}


def test_facet_counts_are_what_is_then_shown() -> None:
    """For every value: leaving out all others of its facet shows as many rows as it counts."""
    dossier = small()
    for chosen in (Filter(), span("2020", "2020"), without("source", "globe")):
        for facet in ("quad", "kind", "support"):
            found = facet_counts(dossier, chosen)[facet]
            for one in found:
                others = {other.value for other in found} - {one.value}
                table = "actors" if facet == "kind" else "events"
                now = visible(dossier, table, chosen.with_excluded(facet, others))
                assert len(now) == one.count, (chosen, one)


def test_filters_are_values() -> None:
    chosen = without("quad", "verbal-conflict")
    assert chosen.toggled("quad", "verbal-conflict") == Filter()
    assert chosen.toggled("quad", "verbal-conflict").is_empty
    assert hash(chosen) == hash(Filter().toggled("quad", "verbal-conflict"))
    assert chosen != span("2012", "2013")
    with pytest.raises(TypeError):
        chosen.excluded["kind"] = frozenset()  # type: ignore[index]


def test_sources_that_read_the_same_are_told_apart_by_title() -> None:
    dossier = make(
        sources=[
            {"id": "a", "title": "First", "publisher": "CBC", "date": "2020-01"},
            {"id": "b", "title": "Second", "publisher": "CBC", "date": "2020-01"},
            {"id": "c", "title": "Third", "publisher": "CBC"},
            {"id": "d", "title": "Fourth"},
        ]
    )
    assert source_titles(dossier) == ("First", "Second", "CBC", "Fourth")


def test_an_open_span_shows_all_dated_events() -> None:
    mask = shown(small(), Filter(span=(-np.inf, np.inf))).events
    assert mask.all()
