"""The cards of the evidence panel: their order, and finding one among very many."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.masses import make
from tests.dossiers import make as written
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.store import Store
from viewer.scene.evidence import evidence, evidence_scene
from viewer.scene.evidence_cards import Cards, in_order
from viewer.scene.frame import Frame
from viewer.scene.style import LIGHT

MANY = 200_000


def test_events_stand_by_date_the_undated_last_and_the_filter_keeps_the_order() -> None:
    dates = ["", "2020", "../2019-05", "2018-03-01", "2020-01-01", "2018-03", "", "2018-03-01"]
    dossier = written(
        events=[{"id": f"e{i}", "title": "Talks", "date": date} for i, date in enumerate(dates)]
    )
    every = np.ones(len(dates), dtype=bool)
    assert in_order(dossier, every).tolist() == [3, 7, 5, 2, 4, 1, 0, 6]
    every[[7, 1]] = False
    assert in_order(dossier, every).tolist() == [3, 5, 2, 4, 0, 6]


CARDS = Cards((("actors", 4),), np.array([7, 3, 9]), np.array([0, 2]))
LISTED = (
    ("actors", 4), ("events", 7), ("events", 3), ("events", 9), ("relations", 0), ("relations", 2),
)  # fmt: skip


def test_cards_are_a_sequence_of_tables_and_rows() -> None:
    assert len(CARDS) == len(LISTED)
    assert tuple(CARDS) == LISTED
    assert CARDS == LISTED
    assert LISTED[:-1] != CARDS
    assert CARDS[-1] == LISTED[-1]
    assert CARDS[1:3] == LISTED[1:3]
    assert [CARDS.at(card) for card in LISTED] == list(range(len(LISTED)))
    assert CARDS.at(("events", 4)) is None
    assert CARDS.at(("sources", 0)) is None
    with pytest.raises(IndexError):
        CARDS[len(LISTED)]


@pytest.mark.parametrize("done", range(len(LISTED) + 1))
def test_what_is_left_is_counted_by_table(done: int) -> None:
    left = CARDS.left(done)
    for table in ("actors", "events", "relations"):
        assert left[table] == sum(name == table for name, _ in LISTED[done:])


def test_very_many_events_are_listed_filtered_and_picked_from() -> None:
    dossier = make(MANY, places=50, actors=20)
    store = Store(dossier)
    frame = Frame.of(store, LIGHT, 352.0, 800.0)
    shown = evidence(frame)
    assert len(shown.cards(dossier)) == MANY
    assert shown.pills[0] == f"{MANY:,} events"
    assert f"{MANY - 1:,} more" in evidence_scene(frame, 352.0, 800.0, max_cards=1).summary
    store.update(filter=Filter(span=(12000.0, 12100.0)))
    some = evidence(Frame.of(store, LIGHT, 352.0, 800.0)).cards(dossier)
    assert 0 < len(some) == np.count_nonzero(store.shown.events) < MANY
    place = Ref("places", dossier.places["id"][0])
    store.update(selection=Selection.of(dossier, (place,)))
    there = evidence(Frame.of(store, LIGHT, 352.0, 800.0)).cards(dossier)
    within = store.highlight.events & store.shown.events
    assert len(there) == np.count_nonzero(within)
    rows = [row for _, row in there]
    assert within[rows].all()
    begins = dossier.event_bounds[rows, 0]
    assert (np.diff(begins[np.isfinite(begins)]) >= 0).all()
