"""One edit of a dossier of a million events, as the store makes a step of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, partial

from tests.bench import Bench
from tests.bench.masses import make
from viewer.commands.editing import edit
from viewer.model import edits
from viewer.model.dossier import Dossier
from viewer.model.store import Store

EVENTS = 1_000_000
ALLOWED = 30.0
"""Milliseconds that one edit may take."""
DISPUTES = 1000.0
"""Milliseconds until it is known again which of a million claims are disputed."""
MIDDLE = EVENTS // 2


@lru_cache(maxsize=1)
def opened() -> Dossier:
    """Return the dossier with all worked out that an edit looks at or takes over."""
    dossier = make(EVENTS)
    _ = dossier.event_bounds, dossier.places_of_event, dossier.actors_of_event
    _ = dossier.event_quads, dossier.events.row_of
    return dossier


def _title(dossier: Dossier) -> Dossier:
    return edits.change(dossier, "events", MIDDLE, {"title": "Another title"})


def _date(dossier: Dossier) -> Dossier:
    return edits.change(dossier, "events", MIDDLE, {"date": "2012-09~"})


def _insert(dossier: Dossier) -> Dossier:
    after = edits.insert(dossier, "events", {"title": "A new event", "date": "2012"})
    wanted = [(dossier.actors["id"][row], "participant") for row in (1, 2)]
    return edits.set_members(after, "participants", "a-new-event", wanted)


def _remove(dossier: Dossier) -> Dossier:
    return edits.remove(dossier, "events", [MIDDLE])


@lru_cache(maxsize=1)
def told() -> Dossier:
    """Return such a dossier with a million claims, and all that is known of them."""
    dossier = make(EVENTS, claims=True)
    _ = dossier.disputed, dossier.event_support
    return dossier


def disputes() -> float:
    """Change what a claim says; return the milliseconds until its disputes are known."""
    dossier = told()
    row = len(dossier.claims) // 2
    value = "no" if dossier.claims["value"][row] != "no" else "yes"
    began = time.perf_counter()
    after = edits.change(dossier, "claims", row, {"value": value})
    _ = after.disputed, after.event_support
    return 1000 * (time.perf_counter() - began)


def milliseconds(change: Callable[[Dossier], Dossier]) -> float:
    """Make one edit, and return how long it and its step took."""
    store = Store(opened().bare())
    store.state.dossier.memo.update(opened().memo)
    began = time.perf_counter()
    edit(store, "Edit", change(store.state.dossier))
    return 1000 * (time.perf_counter() - began)


BENCHES = (
    *(
        Bench(
            f"editing.{change.__name__.strip('_')}",
            ours=partial(milliseconds, change),
            peer=lambda: ALLOWED,
            budget=1.0,
            against="allowed",
        )
        for change in (_title, _date, _insert, _remove)
    ),
    Bench("editing.claim", ours=disputes, peer=lambda: DISPUTES, budget=1.0, against="allowed"),
)
