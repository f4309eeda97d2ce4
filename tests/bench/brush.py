"""Brushing a window of time over a million events, against polars computing the same anew."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import numpy as np

from tests.bench import Bench
from tests.bench.masses import make
from viewer.model.dates import day_number
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter, facet_counts, shown
from viewer.model.schema import QUADS, SUPPORTS

EVENTS = 1_000_000
FIRST, LENGTH = day_number(2003, 1, 1), 7 * 365
STEPS = 40


@dataclass(frozen=True)
class Brushed:
    """Everything that a brush decides: what is shown, and the counts beside the facets."""

    events: np.ndarray
    actors: np.ndarray
    places: np.ndarray
    relations: np.ndarray
    counts: dict[str, list[int]]


def ours(dossier: Dossier, span: tuple[float, float]) -> Brushed:
    """Brush as the store and the panel of facets do."""
    chosen = Filter(span=span)
    visible = shown(dossier, chosen)
    counts = {
        facet: [value.count for value in values]
        for facet, values in facet_counts(dossier, chosen).items()
    }
    return Brushed(visible.events, visible.actors, visible.places, visible.relations, counts)


class Peer:
    """The same in polars, from frames of numbers that are ready beforehand.

    The dates of the events stand in the tables of participants and places too, so that nothing
    need be joined, which is quicker by far; and all queries run in one go, on all cores.
    """

    def __init__(self, dossier: Dossier) -> None:
        import polars as pl

        self.pl = pl
        bounds = dossier.event_bounds
        self.sizes = {name: len(dossier.tables[name]) for name in ("actors", "places")}
        self.events = self._dated(
            bounds, quad=dossier.event_quads, support=dossier.event_support
        )  # fmt: skip
        self.sources = self._linked(bounds, dossier.sources_of_event)
        self.actors = self._linked(bounds, dossier.actors_of_event)
        self.places = self._linked(bounds, dossier.places_of_event)
        self.relations = self._dated(dossier.relation_bounds)
        self.ends = dossier.relation_ends
        self.kinds = [dossier.actors["kind"][row] for row in range(self.sizes["actors"])]
        self.idle = np.ones(self.sizes["actors"], dtype=bool)
        self.idle[dossier.actors_of_event.targets] = False
        self.idle[self.ends.ravel()] = False

    def _dated(self, bounds: np.ndarray, **columns: np.ndarray) -> Any:
        # What has no date is always in.
        begin = np.nan_to_num(bounds[:, 0], nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        end = np.nan_to_num(bounds[:, 1], nan=np.inf, posinf=np.inf, neginf=-np.inf)
        return self.pl.DataFrame({"begin": begin, "end": end, **columns})

    def _linked(self, bounds: np.ndarray, links: Any) -> Any:
        owner = np.repeat(np.arange(len(links)), links.counts)
        return self._dated(bounds[owner], row=links.targets.astype(np.int32))

    def brush(self, span: tuple[float, float]) -> Brushed:
        """Compute everything anew."""
        pl = self.pl
        inside = (pl.col("begin") < span[1]) & (pl.col("end") > span[0])
        queries = [
            self.events.lazy().select(inside),
            self.relations.lazy().select(inside),
            self.events.lazy().filter(inside).group_by("quad").len(),
            self.events.lazy().filter(inside).group_by("support").len(),
            self.sources.lazy().filter(inside).group_by("row").len(),
            self.actors.lazy().filter(inside).select(pl.col("row").unique()),
            self.places.lazy().filter(inside).select(pl.col("row").unique()),
        ]
        events, relations, quads, supports, sources, actors, places = pl.collect_all(queries)
        held = relations.to_series().to_numpy()
        seen = {name: np.zeros(size, dtype=bool) for name, size in self.sizes.items()}
        seen["actors"][actors.to_series().to_numpy()] = True
        seen["actors"][self.ends[held].ravel()] = True
        seen["places"][places.to_series().to_numpy()] = True
        kinds = pl.Series([kind for kind, on in zip(self.kinds, seen["actors"], strict=True) if on])
        counts = {
            "quad": dict(quads.iter_rows()),
            "support": dict(supports.iter_rows()),
            "source": dict(sources.iter_rows()),
            "kind": dict(kinds.value_counts().iter_rows()) if len(kinds) else {},
        }
        return Brushed(
            events.to_series().to_numpy(), seen["actors"] | self.idle, seen["places"], held, counts
        )


@lru_cache(maxsize=1)
def _both() -> tuple[Dossier, Peer]:
    dossier = make(EVENTS, claims=True)
    peer = Peer(dossier)
    for span in ((FIRST, FIRST + LENGTH), (FIRST + 0.5, FIRST + 90.0), (-1e6, 1e6)):
        check(dossier, ours(dossier, span), peer.brush(span))
    return dossier, peer


def check(dossier: Dossier, found: Brushed, expected: Brushed) -> None:
    """Raise RuntimeError where the two differ."""
    for table in ("events", "actors", "places", "relations"):
        if not np.array_equal(getattr(found, table), getattr(expected, table)):
            raise RuntimeError(f"ours and polars differ in {table}")
    theirs, idle = expected.counts, expected.actors
    by_code = {
        "quad": [theirs["quad"].get(code, 0) for code in (*range(len(QUADS)), -1)],
        "support": [theirs["support"].get(code, 0) for code in range(len(SUPPORTS))],
        "source": [theirs["source"].get(row, 0) for row in range(len(dossier.sources))],
    }
    for facet, counts in by_code.items():
        if [n for n in found.counts[facet] if n] != [n for n in counts if n]:
            raise RuntimeError(f"ours and polars differ in the counts of {facet}")
    if sum(found.counts["kind"]) != int(idle.sum()):
        raise RuntimeError("ours and polars differ in the counts of kinds")


_MOMENTS = count()


def _spans() -> list[tuple[float, float]]:
    """Return spans that nobody has asked for before, as in a drag."""
    shift = next(_MOMENTS) * 0.37
    return [(FIRST + 9.0 * n + shift, FIRST + 9.0 * n + shift + LENGTH) for n in range(STEPS)]


def _timed(brush: Any) -> float:
    spans = _spans()
    began = time.perf_counter()
    for span in spans:
        brush(span)
    return (time.perf_counter() - began) * 1000 / len(spans)


def brush_ours() -> float:
    """Return the milliseconds of one brush."""
    dossier, _ = _both()
    return _timed(lambda span: ours(dossier, span))


def brush_peer() -> float:
    """Return the milliseconds of one brush in polars."""
    return _timed(_both()[1].brush)


BENCHES = (
    Bench(
        "brush.window",
        ours=brush_ours,
        peer=brush_peer,
        budget=0.1,
        against="polars, anew",
        runs=7,
    ),
)
