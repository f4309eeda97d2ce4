"""How much room a dossier takes in memory, apart from its texts."""

from __future__ import annotations

import gc
import tracemalloc
from functools import partial

from tests.bench import Bench
from tests.bench.masses import make
from viewer.model.dates import day_number
from viewer.model.filters import Filter, facet_counts
from viewer.model.graph import edges
from viewer.model.selection import Selection
from viewer.model.store import Store

EVENTS = 1_000_000
ALLOWED = 120.0
SPAN = float(day_number(2005, 1, 1)), float(day_number(2012, 1, 1))


def bytes_an_event(events: int) -> float:
    """Return the bytes that all is held in once it was shown, filtered, brushed and picked from.

    Counted is what Python and NumPy have allocated and not given back, for the tables and for
    every index over them, less the texts themselves, ids among them, in UTF-8.
    """
    # The modules that are loaded on the way are no part of the dossier.
    _use(make(100, 10, 10))
    gc.collect()
    tracemalloc.start()
    try:
        held = _use(make.__wrapped__(events))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    tables = held[0].state.dossier.tables.values()
    texts = sum(table[name].nbytes[0] for table in tables for name in table.columns)
    return (taken - texts) / events


def _use(dossier):
    store = Store(dossier)
    store.update(filter=Filter(span=SPAN))
    facet_counts(dossier, store.state.filter)
    refs = [dossier.ref("places", 0), dossier.ref("events", 0)]
    store.update(selection=Selection.of(dossier, refs))
    return store, store.highlight, edges(dossier), dossier.place_lonlat


BENCHES = (
    Bench(
        "memory.event",
        ours=partial(bytes_an_event, EVENTS),
        peer=lambda: ALLOWED,
        budget=1.0,
        against="allowed",
        unit="B",
        runs=1,
    ),
)
