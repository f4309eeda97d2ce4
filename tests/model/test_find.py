from __future__ import annotations

import random
import time

import pytest

from tests.dossiers import claim, make, small
from viewer.model.dossier import Dossier
from viewer.model.find import Hit, Index
from viewer.model.folding import fold, spans
from viewer.model.schema import Ref


def refs(hits: tuple[Hit, ...]) -> list[Ref]:
    return [hit.ref for hit in hits]


@pytest.fixture
def people() -> Dossier:
    return make(
        actors=[
            {"id": "zarif", "name": "Mohammad Javad Zarif", "kind": "person",
             "aliases": "Javad Zarif; محمدجواد ظریف"},
            {"id": "champagne", "name": "François-Philippe Champagne", "kind": "person"},
            {"id": "erdogan", "name": "İbrahim Kalın", "kind": "person"},
            {"id": "usa", "name": "United States", "kind": "state", "aliases": "US; USA"},
            {"id": "iran", "name": "Iran", "kind": "state"},
            {"id": "iranair", "name": "Iran Air", "kind": "organisation"},
        ],
        places=[{"id": "kirman", "name": "كرمان"}, {"id": "munich", "name": "Munich",
                 "aliases": "München; 慕尼黑"}],
        events=[
            {"id": "late", "title": "Talks in Oman resume", "date": "2020-02"},
            {"id": "early", "title": "Talks in Oman", "date": "2017"},
            {"id": "undated", "title": "More talks in Oman"},
            {"id": "us-notice", "title": "US notice of moves", "description": "A letter to Iran."},
        ],
        relations=[{"id": "r", "source": "zarif", "target": "iran", "type": "office-holder",
                    "description": "Foreign minister."}],
        sources=[{"id": "globe", "title": "The overture", "publisher": "Globe and Mail"}],
        claims=[claim("c1", "early", "nine diplomats", prop="staff_agreed", source="globe")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("zarif", Ref("actors", "zarif")),
        ("jav zar", Ref("actors", "zarif")),
        ("champ", Ref("actors", "champagne")),
        ("FRANCOIS", Ref("actors", "champagne")),
        ("ibrahim kalin", Ref("actors", "erdogan")),
        ("İBRAHİM", Ref("actors", "erdogan")),
        ("ظريف", Ref("actors", "zarif")),
        ("محمد‌جواد", Ref("actors", "zarif")),
        ("کرمان", Ref("places", "kirman")),
        ("كرمـان", Ref("places", "kirman")),
        ("munchen", Ref("places", "munich")),
        ("尼黑", Ref("places", "munich")),
        ("us", Ref("actors", "usa")),
        ("iran", Ref("actors", "iran")),
        ("hampagn", Ref("actors", "champagne")),
        ("letter", Ref("events", "us-notice")),
        ("office hold", Ref("relations", "r")),
        ("zarif minister", Ref("relations", "r")),
        ("globe overt", Ref("sources", "globe")),
        ("nine dip", Ref("events", "early")),
        ("staff agreed", Ref("events", "early")),
    ],
)
def test_finds_what_was_meant_first(people: Dossier, query: str, expected: Ref) -> None:
    assert refs(Index.of(people).find(query))[0] == expected


def test_every_word_must_match(people: Dossier) -> None:
    assert not Index.of(people).find("zarif champagne")
    assert not Index.of(people).find("nothing of the kind")


def test_parts_of_words_count_from_three_letters_on(people: Dossier) -> None:
    index = Index.of(people)
    assert Ref("actors", "champagne") in refs(index.find("agn"))
    assert Ref("actors", "champagne") not in refs(index.find("gn"))


def test_whole_name_before_start_before_elsewhere(people: Dossier) -> None:
    found = refs(Index.of(people).find("iran"))
    assert found[:2] == [Ref("actors", "iran"), Ref("actors", "iranair")]
    assert found.index(Ref("events", "us-notice")) > 1


def test_events_come_in_order_of_date(people: Dossier) -> None:
    found = [ref.id for ref in refs(Index.of(people).find("oman"))]
    assert found == ["early", "late", "undated"]


@pytest.mark.parametrize("query", ["", "   ", "-–·", "'", "\u200c"])
def test_nothing_typed_finds_nothing(people: Dossier, query: str) -> None:
    assert Index.of(people).find(query) == ()


def test_limit_and_scores(people: Dossier) -> None:
    hits = Index.of(people).find("i", limit=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score <= 1 for hit in hits)
    assert not Index.of(people).find("iran", limit=0)


def test_no_row_is_listed_twice() -> None:
    found = refs(Index.of(small()).find("a", limit=1000))
    assert len(found) == len(set(found))


def test_spans_mark_the_letters_that_match(people: Dossier) -> None:
    hit = Index.of(people).find("fran cham")[0]
    assert [hit.title[a:b] for a, b in hit.spans] == ["Fran", "Cham"]
    assert spans("Straße", ["stras"]) == ((0, 5),)
    assert spans("ﬁnal", ["fi"]) == ((0, 1),)
    assert spans("Zarif", []) == ()


def test_another_name_that_matched_is_said(people: Dossier) -> None:
    hit = Index.of(people).find("munchen")[0]
    assert hit.title == "Munich"
    assert "München" in hit.detail


def test_letters_that_people_type_for_one_another() -> None:
    assert fold("علي") == fold("علی")
    assert fold("أحمد") == fold("احمد")
    assert fold("مؤتمر") == fold("موتمر")
    assert fold("۲۰۲۰") == fold("٢٠٢٠") == "2020"
    assert fold("O’Brien") == fold("O'Brien") == "obrien"
    assert fold("Łódź") == "lodz"


def test_empty_dossier_finds_nothing() -> None:
    assert Index.of(Dossier.empty()).find("iran") == ()


def test_a_claim_about_nothing_known_stands_for_itself() -> None:
    dossier = make(claims=[claim("lost", "no-such-event", "seven trucks")])
    assert refs(Index.of(dossier).find("trucks")) == [Ref("claims", "lost")]


@pytest.mark.slow
def test_keeps_up_with_typing_in_100_000_rows() -> None:
    letters = random.Random(7)
    vocabulary = ["".join(letters.choices("abcdeghiklmnoprstuz", k=6)) for _ in range(20_000)]
    rows = [{"id": f"e{i}", "title": " ".join(letters.choices(vocabulary, k=5))}
            for i in range(100_000)]  # fmt: skip
    index = Index.of(make(events=rows))
    index.find("x")
    times = []
    for query in ("a", "ab", "abe", vocabulary[3], f"{vocabulary[3]} {vocabulary[4][:2]}"):
        start = time.perf_counter()
        index.find(query)
        times.append(time.perf_counter() - start)
    assert sorted(times)[2] < 0.1
