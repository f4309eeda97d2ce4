from __future__ import annotations

import pytest

from tests.dossiers import claim, make, small
from tests.scenes import texts, words
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.evidence import (
    card_scene,
    card_text,
    evidence,
    evidence_scene,
    header_scene,
)
from viewer.scene.frame import Frame
from viewer.scene.labels import text_box
from viewer.scene.primitives import Box, Group
from viewer.scene.style import DARK, LIGHT
from viewer.scene.wording import paragraphs, source_labels


def frame(dossier: Dossier, *refs: Ref, chosen: Filter | None = None, dark: bool = False) -> Frame:
    store = Store(dossier)
    if refs:
        store.update(selection=Selection.of(dossier, refs))
    if chosen is not None:
        store.update(filter=chosen)
    return Frame.of(store, DARK if dark else LIGHT, 352, 800)


@pytest.fixture
def iraq() -> Dossier:
    return make(
        "Iraq",
        actors=[
            {"id": "iraq", "name": "Iraq", "kind": "state", "country": "IRQ"},
            {"id": "usa", "name": "United States", "kind": "state"},
            {"id": "esper", "name": "Mark Esper", "kind": "person", "description":
             "Secretary of defence.", "aliases": "M. Esper"},
            {"id": "military", "name": "US military", "kind": "armed-group"},
            {"id": "hermit", "name": "Nobody", "kind": "person"},
        ],
        places=[
            {"id": "baghdad", "name": "Baghdad", "kind": "capital", "lon": "44.361",
             "lat": "33.312", "precision": "city", "within": "iraq-land", "country": "IRQ"},
            {"id": "iraq-land", "name": "Iraq", "kind": "country", "lon": "43.7", "lat": "33.1",
             "precision": "country", "country": "IRQ"},
            {"id": "range", "name": "Besmaya", "kind": "training-range", "lon": "44.6",
             "lat": "33.19", "precision": "region", "country": "IRQ"},
            {"id": "lost", "name": "Lost", "precision": "city"},
        ],
        events=[
            {"id": "letter", "title": "Is the US moving its troops out?", "date": "2020-01-06",
             "date_text": "on Monday", "quad": "verbal-conflict", "type": "STATEMENT",
             "description": "A letter says so.", "at": "baghdad", "source": "usa",
             "target": "iraq"},
            {"id": "training", "title": "Training", "date": "2018/..", "at": "baghdad"},
            {"id": "dead", "title": "Strike", "date": "2020-01-03", "told_by": "globe"},
            {"id": "someday", "title": "Undated"},
        ],
        relations=[{"id": "office", "source": "esper", "target": "usa", "directed": "yes",
                    "type": "office-holder", "date": "2019/.."}],
        sources=[
            {"id": "globe", "title": "Troops told to stay", "publisher": "Globe and Mail",
             "date": "2020-01-06", "reliability": "B"},
            {"id": "news", "title": "A very long title of a report that no line will ever hold"},
        ],
        claims=[
            claim("c1", "letter", "yes", prop="withdrawal_planned", speaker="military",
                  source="globe", locator="p5", said="2020-01-06", credibility="2"),
            claim("c2", "letter", "yes", prop="withdrawal_planned", speaker="esper",
                  stance="denies", source="globe", locator="p5; p7"),
            claim("c3", "letter", "yes", prop="occurred", source="globe", locator="p2; p3"),
            claim("c4", "letter", "63", prop="killed", speaker="esper", source="news",
                  locator="p9"),
            claim("c5", "letter", "yes", prop="occurred", stance="doubts", speaker="esper",
                  source="globe"),
            *(claim(f"s{i}", "dead", f"Saying {i}", prop="statement", source="globe",
                    speaker="esper", locator=f"p{i}") for i in range(3)),
            *(claim(f"x{i}", "dead", f"value {i}", prop=f"matter_{i}", source="globe",
                    locator=f"p{i}") for i in range(12)),
            claim("a1", "esper", "Raytheon", prop="employer", kind="actor", source="globe"),
        ],
    )  # fmt: skip


# -- heading ---------------------------------------------------------------------------------


def test_place_is_described_no_more_exactly_than_it_is_known(iraq: Dossier) -> None:
    def subtitle(key: str) -> str:
        return evidence(frame(iraq, Ref("places", key))).subtitle

    assert subtitle("baghdad") == "Capital of Iraq · 33.31° N, 44.36° E · exact to the city"
    assert subtitle("iraq-land") == "A country; shown as its area"
    assert subtitle("range") == (
        "Training range in Iraq · about 33.2° N, 44.6° E · known to the region only"
    )
    assert "no coordinates" in subtitle("lost")


def test_place_lists_its_events_by_date(iraq: Dossier) -> None:
    shown = evidence(frame(iraq, Ref("places", "baghdad")))
    assert shown.title == "Baghdad"
    assert [iraq.events["id"][row] for row in shown.events] == ["training", "letter"]
    assert shown.pills == ("2 events", "2 actors", "2 sources")


def test_actor_shows_kind_description_relations_and_own_claims(iraq: Dossier) -> None:
    shown = evidence(frame(iraq, Ref("actors", "esper")))
    assert shown.subtitle == "Person · Secretary of defence"
    assert shown.details == (("Also", "M. Esper"),)
    assert shown.cards(iraq) == (("actors", 2), ("relations", 0))
    assert "employer: Raytheon" in card_text("actors", 2, frame(iraq))


def test_relation_comes_first_when_picked(iraq: Dossier) -> None:
    shown = evidence(frame(iraq, Ref("relations", "office")))
    assert shown.cards(iraq)[0] == ("relations", 0)
    assert "Mark Esper → United States" in card_text("relations", 0, frame(iraq))


def test_event_shows_date_and_place(iraq: Dossier) -> None:
    shown = evidence(frame(iraq, Ref("events", "letter")))
    assert shown.subtitle == "6 Jan 2020 · Baghdad"
    assert shown.events.tolist() == [0]


def test_several_picked_are_counted(iraq: Dossier) -> None:
    shown = evidence(
        frame(iraq, Ref("places", "range"), Ref("actors", "usa"), Ref("places", "baghdad"))
    )
    assert shown.title == "Baghdad and 2 more"
    assert shown.subtitle == "1 actor · 2 places picked"


def test_nothing_picked_gives_an_overview_with_the_undated_last(iraq: Dossier) -> None:
    shown = evidence(frame(iraq))
    assert (shown.title, shown.subtitle) == ("Iraq", "2 sources · 2018 – 6 Jan 2020")
    assert [iraq.events["id"][row] for row in shown.events] == [
        "training", "dead", "letter", "someday"
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["hermit"])
def test_nothing_known_says_what_to_do(iraq: Dossier, key: str) -> None:
    assert evidence(frame(iraq, Ref("actors", key))).note.startswith("No event is recorded")


def test_everything_filtered_out_says_what_to_do(iraq: Dossier) -> None:
    none = Filter().with_excluded("support", ("several", "one", "disputed", "none"))
    assert "Reset" in evidence(frame(iraq, chosen=none)).note
    assert "Reset" in evidence(frame(iraq, Ref("places", "baghdad"), chosen=none)).note


def test_empty_dossier_says_what_to_do() -> None:
    shown = evidence(frame(Dossier.empty()))
    assert not len(shown.events) and "Open a dossier" in shown.note
    assert "Open a dossier" in words(header_scene(shown, frame(Dossier.empty()), 400))


# -- cards -----------------------------------------------------------------------------------


def test_card_says_who_said_what_where(iraq: Dossier) -> None:
    lines = card_text("events", 0, frame(iraq)).splitlines()
    assert lines[0] == "6 Jan 2020"
    assert lines[1] == "disputed · 2 sources"
    assert lines[2] == "Is the US moving its troops out?"
    assert "Baghdad · United States → Iraq" in lines
    assert "Globe and Mail, ¶2, ¶3: reported as fact" in lines
    assert "Mark Esper, in Globe and Mail: doubts" in lines
    assert any(line.endswith("says 63 (killed)") for line in lines)


def test_disputed_values_stand_side_by_side(iraq: Dossier) -> None:
    text = card_text("events", 0, frame(iraq))
    assert "Disputed (withdrawal planned): two statements cannot both hold" in text
    scene = card_scene("events", 0, frame(iraq), 352)
    sides = [text for text in texts(scene.items) if text.text in ("Yes", "Denied: yes")]
    assert len(sides) == 2
    assert sides[0].y == sides[1].y and sides[0].x < sides[1].x


def test_claims_actors_and_places_can_be_gone_to(iraq: Dossier) -> None:
    scene = card_scene("events", 0, frame(iraq), 352)
    refs = {ref for target in scene.targets for ref in target.refs}
    assert {
        Ref("events", "letter"), Ref("claims", "c1"), Ref("claims", "c2"), Ref("claims", "c3"),
        Ref("actors", "usa"), Ref("actors", "iraq"), Ref("places", "baghdad"),
    } <= refs  # fmt: skip
    assert scene.targets[0].refs == (Ref("events", "letter"),)
    for target in scene.targets[1:]:
        found = scene.at(target.x, target.y)
        assert found is not None and found.refs == target.refs
        assert target.label


def test_statements_are_grouped_and_many_claims_folded(iraq: Dossier) -> None:
    row = iraq.events.row_of["dead"]
    short = card_scene("events", row, frame(iraq), 352)
    (more,) = [target for target in short.targets if target.action == "more"]
    assert more.refs == (Ref("events", "dead"),)
    assert more.label == "11 more claims"
    full = card_scene("events", row, frame(iraq), 352, expanded=True)
    assert not any(target.action == "more" for target in full.targets)
    assert full.height > short.height
    assert "3 statements" in words(full)
    assert "Mark Esper, in Globe and Mail, ¶1, ¶2" in words(full)


def test_open_claim_is_shown_in_full_even_when_folded_away(iraq: Dossier) -> None:
    text = card_text("events", 0, frame(iraq), open_claim="c1")
    for part in (
        "Withdrawal planned: yes", "Speaker: US military", "Stance: asserts this",
        "Source: Globe and Mail, Troops told to stay", "Paragraph: ¶5", "Said: 6 Jan 2020",
        "Credibility: 2, probably true", "Reliability: B, usually reliable",
    ):  # fmt: skip
        assert part in text
    row = iraq.events.row_of["dead"]
    scene = card_scene("events", row, frame(iraq), 352, open_claim="x11")
    assert "Matter 11: value 11" in words(scene)


def test_persian_dates_stand_beside_the_gregorian_ones_when_asked_for() -> None:
    dossier = make(
        actors=[{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
        events=[{"id": "e", "title": "Letter", "date": "2020-01", "date_text": "Jan 2020"}],
        relations=[{"id": "r", "source": "a", "target": "b", "date": "2017/2020-01-17"}],
        claims=[claim("c", "e", "2020-01-06", prop="date", said="2020-01-17")],
    )

    def beside(ref: Ref, calendar: str) -> Frame:
        store = Store(dossier)
        store.update(selection=Selection.of(dossier, [ref]), calendar=calendar)
        return Frame.of(store, LIGHT, 352, 600)

    letter, tie = Ref("events", "e"), Ref("relations", "r")
    both = beside(letter, "persian")
    assert evidence(both).subtitle == "Jan 2020 · Dey–Bahman 1398"
    text = card_text("events", 0, both, open_claim="c")
    assert text.startswith("Jan 2020 · Dey–Bahman 1398")
    # The source's own wording is said only where it is not what is said already.
    assert "In the source" not in text
    assert "Date: 6 Jan 2020 · 16 Dey 1398" in text
    assert "Said: 17 Jan 2020 · 27 Dey 1398" in text
    words_of_tie = card_text("relations", 0, beside(tie, "persian"))
    assert words_of_tie.startswith("2017 – 17 Jan 2020 · from 1395–1396 to 27 Dey 1398")
    for ref, table in ((letter, "events"), (tie, "relations")):
        plain = beside(ref, "gregorian")
        assert "13" not in evidence(plain).subtitle
        assert "13" not in card_text(table, 0, plain, open_claim="c")


def test_what_events_cover_is_said_no_sharper_than_they_are_dated() -> None:
    def covered(*given: str) -> str:
        dossier = make(events=[{"id": f"e{i}", "date": date} for i, date in enumerate(given)])
        return evidence(frame(dossier)).subtitle

    assert covered("2012-09-07", "2020-02") == "7 Sep 2012 – Feb 2020"
    assert covered("2012", "2018/..", "") == "2012 – 2018"
    assert covered("[2012-09-07,2014]", "../2013") == "7 Sep 2012 – 2014"
    assert covered("2019-11~", "2020-01-08?") == "about Nov 2019 – perhaps 8 Jan 2020"
    assert covered("2020-01-08", "2020-01-08") == "8 Jan 2020"
    assert covered("", "/") == ""


def test_active_card_stands_out_and_gives_the_wording_of_its_date(iraq: Dossier) -> None:
    plain = card_scene("events", 0, frame(iraq), 352)
    active = card_scene("events", 0, frame(iraq, Ref("events", "letter")), 352)
    assert "on Monday" not in words(plain)
    assert "In the source: on Monday" in words(active)
    outlines = [item.stroke for item in active.items if isinstance(item, Box)]
    assert LIGHT.pick in outlines
    assert LIGHT.pick not in [item.stroke for item in plain.items if isinstance(item, Box)]


def test_bar_has_the_colour_of_the_quad_class(iraq: Dossier) -> None:
    fills = [i.fill for i in card_scene("events", 0, frame(iraq), 352).items
             if isinstance(i, Box)]  # fmt: skip
    assert LIGHT.quads[1] in fills


def test_event_without_claims_says_so(iraq: Dossier) -> None:
    row = iraq.events.row_of["someday"]
    assert "No claim is recorded" in words(card_scene("events", row, frame(iraq), 352))
    assert card_text("events", row, frame(iraq)).startswith("date not known")


@pytest.mark.parametrize("width", [200.0, 352.0, 900.0])
@pytest.mark.parametrize("dark", [False, True])
def test_no_text_leaves_its_card(iraq: Dossier, width: float, dark: bool) -> None:
    for dossier in (iraq, small()):
        shown = frame(dossier, dark=dark)
        for row in range(len(dossier.events)):
            for expanded in (False, True):
                scene = card_scene("events", row, shown, width, expanded=expanded)
                for text in texts(scene.items):
                    box = text_box(text)
                    assert box.x >= 0 and box.right <= width, text.text
                    assert box.y >= 0 and box.bottom <= scene.height, text.text


def test_odd_text_is_shown_whole_and_harmless() -> None:
    dossier = make(
        actors=[{"id": "a", "name": "محمدجواد ظریف", "kind": "person"}],
        events=[{"id": "e", "title": "x" * 300, "description": "漢字" * 200, "participant": "a"},
                {"id": "f", "title": "<b>bold</b>\u202etxt", "description": "خبر جدید"}],
    )  # fmt: skip
    scene = card_scene("events", 0, frame(dossier), 300)
    assert words(scene).count("x") == 300
    assert words(scene).count("漢") == 200
    assert "محمدجواد ظریف" in words(scene).replace("\n", " ")
    other = card_scene("events", 1, frame(dossier), 300)
    assert "⟨U+202E⟩" in words(other)
    assert [t.align for t in texts(other.items) if t.text == "خبر جدید"] == ["right"]


# -- the exported picture --------------------------------------------------------------------


def test_picture_cuts_between_cards_and_counts_the_rest() -> None:
    dossier = make(events=[{"id": f"e{i}", "title": f"Event {i}"} for i in range(20)])
    scene = evidence_scene(frame(dossier), 330, 400)
    cards = [i for i in scene.items if isinstance(i, Group) and i.clip is not None]
    assert all(card.clip is not None and card.clip.bottom <= 400 + 10 for card in cards)
    left = 20 - (len(cards) - 1)
    assert f"{left} more events" in words(scene)
    for text in texts(scene.items):
        assert text_box(text).bottom <= 400


def test_a_card_too_high_for_the_picture_is_shown_without_its_claims(iraq: Dossier) -> None:
    scene = evidence_scene(frame(iraq, Ref("events", "letter")), 330, 280)
    assert "Is the US moving its troops out?" in words(scene)
    assert "Disputed (withdrawal planned)" in words(scene)
    assert "5 claims" in words(scene)
    assert "more event" not in words(scene)


def test_picture_may_be_limited_to_some_cards() -> None:
    dossier = make(events=[{"id": f"e{i}", "title": f"Event {i}"} for i in range(5)])
    assert "3 more events" in words(evidence_scene(frame(dossier), 330, 4000, max_cards=2))


def test_wide_picture_uses_columns() -> None:
    dossier = make(events=[{"id": f"e{i}", "title": f"Event {i}"} for i in range(20)])
    scene = evidence_scene(frame(dossier), 1400, 500)
    assert len({text.x for text in texts(scene.items) if text.text.startswith("Event ")}) == 4


# -- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locator", "said"),
    [("p12; p14", "¶12, ¶14"), ("p3-p5", "¶3–5"), ("7", "¶7"), ("", ""), ("12:30", "12:30"),
     ("page two", "page two")],
)  # fmt: skip
def test_locators_in_words(locator: str, said: str) -> None:
    assert paragraphs(locator) == said


def test_sources_keep_apart_names() -> None:
    dossier = make(sources=[
        {"id": "a", "title": "One", "publisher": "Globe", "date": "2020-01"},
        {"id": "b", "title": "Two", "publisher": "Globe", "date": "2020-02"},
        {"id": "c", "title": "Three", "publisher": "CBC", "date": "2020-02"},
        {"id": "d", "title": "Without publisher", "date": "2020-02"},
    ])  # fmt: skip
    assert source_labels(dossier) == (
        "Globe, Jan 2020", "Globe, Feb 2020", "CBC", "Without publisher"
    )  # fmt: skip


# -- corrections -----------------------------------------------------------------------------


def corrected() -> Dossier:
    return make(
        actors=[{"id": "iran", "name": "Iran"}, {"id": "us", "name": "United States"}],
        events=[{"id": "crash", "title": "Crash", "date": "2020-01-08"}],
        sources=[{"id": "globe", "title": "Globe", "publisher": "Globe"}],
        claims=[
            claim("a", "crash", "63", prop="deaths", speaker="iran", said="2020-01-08",
                  source="globe", locator="p1"),
            claim("b", "crash", "57", prop="deaths", speaker="iran", said="2020-01-11",
                  source="globe", locator="p2"),
            claim("c", "crash", "yes", prop="planned", stance="denies", speaker="us",
                  said="2020-01-08", source="globe", locator="p3"),
            claim("d", "crash", "yes", prop="planned", speaker="us", said="2020-01-11",
                  source="globe", locator="p4"),
            claim("e", "crash", "1,000", prop="debris", source="globe", locator="p5"),
            claim("f", "crash", "1000", prop="debris", source="globe", locator="p6"),
            claim("g", "crash", "900", prop="debris", speaker="us", source="globe", locator="p7"),
        ],
    )  # fmt: skip


def test_what_was_taken_back_is_listed_with_what_replaced_it() -> None:
    lines = card_text("events", 0, frame(corrected())).splitlines()
    assert "Iran, in Globe, ¶1: said 63 (deaths); later 57" in lines
    assert "Iran, in Globe, ¶2: says 57 (deaths), corrects an earlier word" in lines
    assert "United States, in Globe, ¶3: denied it (planned); later said yes" in lines
    assert "United States, in Globe, ¶4: says yes: planned, corrects an earlier word" in lines
    spoken = [
        target.label
        for target in card_scene("events", 0, frame(corrected()), 352).targets
        if Ref("claims", "a") in target.refs
    ]
    assert spoken == ["Iran, in Globe, ¶1: said 63 (deaths); later 57"]


def test_an_open_claim_names_what_replaced_it_and_when() -> None:
    first = card_text("events", 0, frame(corrected()), open_claim="a")
    assert "Replaced by: 57, said 11 Jan 2020 (Iran, in Globe, ¶2)" in first
    later = card_text("events", 0, frame(corrected()), open_claim="b")
    assert "Replaces: 63, said 8 Jan 2020 (Iran, in Globe, ¶1)" in later
    denied = card_text("events", 0, frame(corrected()), open_claim="d")
    assert "Replaces: denied: yes, said 8 Jan 2020" in denied


def test_one_side_of_a_dispute_is_one_value_however_it_is_written() -> None:
    text = card_text("events", 0, frame(corrected()))
    assert "1,000 – Globe, ¶5; Globe, ¶6" in text or "1,000 – Globe, ¶5, ¶6" in text


def test_a_corrected_word_that_is_disputed_says_so_beside_the_other_side() -> None:
    rows = [
        claim("a", "crash", "63", prop="deaths", speaker="iran", said="2020-01-08"),
        claim("b", "crash", "57", prop="deaths", speaker="iran", said="2020-01-11"),
        claim("c", "crash", "61", prop="deaths", speaker="us", said="2020-01-12"),
    ]
    found = make(actors=["iran", "us"], events=["crash"], claims=rows)
    text = card_text("events", 0, frame(found))
    assert "57 – iran, in no source given, corrects an earlier word" in text
    assert "said 63 (deaths); later 57" in text


def test_many_corrections_stay_on_the_card() -> None:
    rows = [
        claim(f"c{i}", "crash", str(i), prop=f"count_{i % 9}", speaker="iran", said=f"{2000 + i}")
        for i in range(18)
    ]
    rows += [claim(f"x{i}", "crash", "x", prop=f"matter_{i}") for i in range(9)]
    found = make(actors=["iran"], events=["crash"], claims=rows)
    text = card_text("events", 0, frame(found), expanded=True)
    assert text.count("; later ") == 9
    assert text.count("corrects an earlier word") == 9
    assert "later" in card_text("events", 0, frame(found))


@pytest.mark.parametrize(
    ("publishers", "said"),
    [
        (["A", "B"], "2 independent sources"),
        (["A", "A"], "2 sources of one voice"),
        (["A"], "one source"),
        ([], ""),
    ],
)
def test_a_card_says_what_it_rests_on(publishers: list[str], said: str) -> None:
    sources = [{"id": f"s{i}", "publisher": name} for i, name in enumerate(publishers)]
    told = " ".join(source["id"] for source in sources)
    dossier = make(sources=sources, events=[{"id": "e", "date": "2020", "told_by": told}])
    scene = card_scene("events", 0, frame(dossier), 352)
    rests = [line for line in words(scene).splitlines() if "source" in line]
    assert rests[:1] == ([said] if said else [])
