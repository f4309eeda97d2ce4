"""Dossiers of any size for benches: made up, but as uneven as real ones are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.model.columns import Coded, Column, column, references
from viewer.model.dates import civil, day_number
from viewer.model.dossier import Dossier, Table
from viewer.model.schema import ACTOR_KINDS, QUADS, TABLES

Codes = NDArray[np.int64]
Cells = Column

FIRST, LAST = day_number(1990, 1, 1), day_number(2021, 1, 1)
HEARTS = (
    (51.4, 35.7, "IRN"), (44.4, 33.3, "IRQ"), (36.3, 33.5, "SYR"), (35.5, 33.9, "LBN"),
    (44.2, 15.4, "YEM"), (69.2, 34.5, "AFG"), (31.2, 30.0, "EGY"), (28.9, 41.0, "TUR"),
    (30.5, 50.4, "UKR"), (37.6, 55.8, "RUS"), (2.4, 48.9, "FRA"), (-0.1, 51.5, "GBR"),
    (-75.7, 45.4, "CAN"), (-77.0, 38.9, "USA"), (-99.1, 19.4, "MEX"), (-74.1, 4.7, "COL"),
    (3.4, 6.5, "NGA"), (32.5, 15.6, "SDN"), (45.3, 2.0, "SOM"), (77.2, 28.6, "IND"),
    (73.0, 33.7, "PAK"), (96.2, 16.8, "MMR"), (121.0, 14.6, "PHL"), (116.4, 39.9, "CHN"),
    (178.4, -18.1, "FJI"),
)  # fmt: skip
TYPES = (
    ("FIGHT", "Clashes", 0), ("ASSAULT", "Attack", 0), ("COERCE", "Arrests", 0),
    ("PROTEST", "Protest", 1), ("ACCUSE", "Accusations", 1), ("THREATEN", "Threats", 1),
    ("CONSULT", "Talks", 2), ("AGREE", "Agreement", 2), ("APPEAL", "Appeal", 2),
    ("AID", "Aid convoy", 3), ("YIELD", "Withdrawal", 3), ("STATEMENT", "Statement", -1),
)  # fmt: skip
ABOUT = ("prisoners", "the border", "water", "a convoy", "elections", "wages", "the pipeline")
SYLLABLES = ("ba", "dar", "el", "gu", "ha", "iz", "ka", "lo", "mir", "na", "or", "qa", "su", "ta")
ROLES = ("source", "target", "participant", "mediator", "victim")


@lru_cache(maxsize=2)
def make(
    events: int = 1_000_000,
    places: int = 20_000,
    actors: int = 5_000,
    seed: int = 1,
    *,
    claims: bool = False,
) -> Dossier:
    """Return a dossier of that size, the same for the same arguments.

    Few places and actors have most of the events, more happens in later years and in bursts,
    and one date in five is a month, a year, an interval or not known. Events stand nearly in the
    order of time, as they do when they are written down; each has about 2.5 participants and 1.1
    places. With `claims` most events have a claim or two, by one of 200 sources.
    """
    rng = np.random.default_rng(seed)
    begins = _days(rng, events)
    settled, people = _places(rng, places), _actors(rng, actors)
    tables = {
        "places": settled,
        "actors": people,
        "sources": _sources(rng, 200 if claims else 0),
        "relations": _relations(rng, min(2 * actors, actors * max(actors - 1, 0)), people["id"]),
    }
    event_ids = _ids("event", events)
    where = _uneven(rng, events, places)
    tables["events"] = _events(rng, event_ids, begins, where, settled["name"])
    tables["event_places"] = _event_places(rng, event_ids, where, settled["id"])
    tables["participants"] = _participants(rng, event_ids, people["id"])
    if claims:
        tables["claims"] = _claims(rng, event_ids, tables["sources"]["id"])
    return Dossier(f"{events:,} events", "", {name: _table(name, tables) for name in TABLES})


def _table(name: str, tables: dict[str, dict[str, Cells]]) -> Table:
    columns = tables.get(name, {})
    size = len(next(iter(columns.values()), ()))
    empty = Coded(np.full(size, -1), ())
    return Table(name, {key: columns.get(key, empty) for key in TABLES[name]})


def _few(vocabulary: Sequence[str], codes: Codes) -> Cells:
    """Return a column of words that stand again and again; a negative code is an empty cell."""
    return Coded(np.maximum(codes, -1), vocabulary)


def _ids(stem: str, size: int) -> Cells:
    return column([f"{stem}-{number}" for number in range(size)])


def _uneven(rng: np.random.Generator, size: int, among: int) -> Codes:
    """Draw rows of which a few are drawn most often (Zipf–Mandelbrot)."""
    if not among:
        return np.full(size, -1)
    weights = np.cumsum(1.0 / (np.arange(among) + 8.0))
    drawn = np.searchsorted(weights, rng.random(size) * weights[-1])
    return rng.permutation(among)[np.minimum(drawn, among - 1)]


def _names(rng: np.random.Generator, size: int) -> list[str]:
    """Return made-up names of two to four syllables and a number that tells them apart."""
    drawn = rng.integers(0, len(SYLLABLES), (size, 4)).tolist()
    lengths = rng.integers(2, 5, size).tolist()
    return [
        f"{''.join(SYLLABLES[part] for part in parts[:length]).title()} {row}"
        for row, (parts, length) in enumerate(zip(drawn, lengths, strict=True))
    ]


def _days(rng: np.random.Generator, size: int) -> Codes:
    """Return days, more of them in later years and some in bursts, nearly in order."""
    span = LAST - FIRST
    days = span * np.sqrt(rng.random(size))
    bursts = rng.random(40) * span
    inside = rng.random(size) < 0.3
    near = bursts[rng.integers(0, 40, size)] + rng.normal(0.0, 20.0, size)
    days = np.clip(np.where(inside, near, days), 0, span - 1)
    return FIRST + days[np.argsort(days + rng.exponential(20.0, size))].astype(np.int64)


def _places(rng: np.random.Generator, size: int) -> dict[str, Cells]:
    hearts = _uneven(rng, size, len(HEARTS))
    centres = np.array([heart[:2] for heart in HEARTS])
    lonlat = centres[hearts] + rng.normal(0.0, 1.0, (size, 2)) * rng.gamma(1.0, 1.5, (size, 1))
    lonlat[:, 0] = (lonlat[:, 0] + 180.0) % 360.0 - 180.0
    precision = rng.choice(5, size, p=(0.15, 0.72, 0.08, 0.03, 0.02))
    known = (precision < 4).tolist()
    cells = [
        [f"{value:.4f}" if on else "" for value, on in zip(axis.tolist(), known, strict=True)]
        for axis in lonlat.T
    ]
    # A place lies within one that stands before it, so that none lies within itself.
    within = np.where(rng.random(size) < 0.2, rng.integers(0, np.arange(size) + 1) - 1, -1)
    ids = _ids("place", size)
    return {
        "id": ids,
        "name": column(_names(rng, size)),
        "lon": column(cells[0]),
        "lat": column(cells[1]),
        "precision": _few(("exact", "city", "region", "country", "unknown"), precision),
        "country": _few([heart[2] for heart in HEARTS], hearts),
        "within": _few(ids, within),
    }


def _actors(rng: np.random.Generator, size: int) -> dict[str, Cells]:
    return {
        "id": _ids("actor", size),
        "name": column(_names(rng, size)),
        "kind": _few(ACTOR_KINDS, rng.choice(5, size, p=(0.5, 0.04, 0.3, 0.12, 0.04))),
        "country": _few([heart[2] for heart in HEARTS], _uneven(rng, size, len(HEARTS))),
    }


def _sources(rng: np.random.Generator, size: int) -> dict[str, Cells]:
    return {
        "id": _ids("source", size),
        "title": column([f"Report {name}" for name in _names(rng, size)]),
        "publisher": _few(("Agency", "Gazette", "Herald", "Monitor"), rng.integers(0, 4, size)),
        "reliability": _few("ABCDEF", rng.integers(0, 6, size)),
    }


def _relations(rng: np.random.Generator, size: int, ids: Cells) -> dict[str, Cells]:
    actors = len(ids)
    source = _uneven(rng, size, actors)
    target = (source + 1 + rng.integers(0, max(actors - 1, 1), size)) % max(actors, 1)
    years = rng.integers(1990, 2016, (size, 2))
    return {
        "id": _ids("relation", size),
        "source": _few(ids, source),
        "target": _few(ids, target),
        "type": _few(("member of", "ally of", "leader of"), rng.integers(0, 3, size)),
        "directed": _few(("yes", "no"), rng.integers(0, 2, size)),
        "quad": _few(QUADS, rng.integers(-1, 4, size)),
        "date": column([f"{a}/{a + b - 1988}" for a, b in years.tolist()]),
    }


def _events(
    rng: np.random.Generator, ids: Cells, days: Codes, where: Codes, names: Cells
) -> dict[str, Cells]:
    size = len(ids)
    kinds = _uneven(rng, size, len(TYPES))
    about = rng.integers(0, len(ABOUT), size)
    verbs, at = [kind[1] for kind in TYPES], (*names, "an unknown place")
    return {
        "id": ids,
        "title": column(
            [
                f"{verbs[kind]} over {ABOUT[topic]} near {at[place]}"
                for kind, topic, place in zip(
                    kinds.tolist(), about.tolist(), where.tolist(), strict=True
                )
            ]
        ),
        "type": _few([kind[0] for kind in TYPES], kinds),
        "quad": _few(QUADS, np.array([kind[2] for kind in TYPES])[kinds]),
        "date": _dates(rng, days),
    }


def _dates(rng: np.random.Generator, days: Codes) -> Cells:
    """Write days as EDTF, some as the month or year they are in, a few as intervals or not."""
    forms = rng.choice(6, len(days), p=(0.8, 0.11, 0.04, 0.02, 0.02, 0.01))
    distinct, codes = np.unique(days * 6 + forms, return_inverse=True)
    words = []
    for day, form in zip(*(part.tolist() for part in np.divmod(distinct, 6)), strict=True):
        year, month, date = civil(day)
        later = civil(day + 40)
        words.append(
            (
                f"{year}-{month:02}-{date:02}",
                f"{year}-{month:02}",
                f"{year}",
                f"{year}-{month:02}~",
                f"{year}-{month:02}-{date:02}/{later[0]}-{later[1]:02}",
                "",
            )[form]
        )
    return _few(words, codes)


def _event_places(
    rng: np.random.Generator, events: Cells, where: Codes, places: Cells
) -> dict[str, Cells]:
    """Most events are at one place; some lead from it to another; a few are nowhere."""
    size = len(events) if len(places) else 0
    counts = rng.choice(3, size, p=(0.05, 0.8, 0.15))
    event = np.repeat(np.arange(size), counts)
    second = np.r_[False, event[1:] == event[:-1]] if len(event) else np.zeros(0, dtype=bool)
    place = where[event]
    place[second] = _uneven(rng, int(second.sum()), len(places))
    role = np.where(second, 2, np.where(counts[event] == 2, 1, 0))
    once = _first_of_pairs(event, place)
    return {
        "event": references(event[once], events),
        "place": _few(places, place[once]),
        "role": _few(("at", "from", "to"), role[once]),
    }


def _participants(rng: np.random.Generator, events: Cells, actors: Cells) -> dict[str, Cells]:
    size = len(events) if len(actors) else 0
    counts = rng.choice(6, size, p=(0.02, 0.1, 0.5, 0.2, 0.1, 0.08))
    event = np.repeat(np.arange(size), counts)
    nth = np.arange(len(event)) - np.repeat(np.cumsum(counts) - counts, counts)
    role = np.where(nth < 2, nth, rng.integers(2, len(ROLES), len(event)))
    # One event in five has participants alone, neither sources nor targets.
    equal = rng.random(size)[event] < 0.2
    actor = _uneven(rng, len(event), len(actors))
    once = _first_of_pairs(event, actor)
    return {
        "event": references(event[once], events),
        "actor": _few(actors, actor[once]),
        "role": _few(ROLES, np.where(equal, 2, role)[once]),
    }


def _first_of_pairs(a: Codes, b: Codes) -> Codes:
    """Return where each pair stands first: nobody is named twice for one event."""
    return np.sort(np.unique(a * (b.max(initial=0) + 1) + b, return_index=True)[1])


def _claims(rng: np.random.Generator, events: Cells, sources: Cells) -> dict[str, Cells]:
    about = np.repeat(np.arange(len(events)), rng.choice(3, len(events), p=(0.2, 0.6, 0.2)))
    size = len(about)
    return {
        "id": _ids("claim", size),
        "about_kind": _few(("event",), np.zeros(size, dtype=np.int64)),
        "about": _few(events, about),
        "property": _few(("happened", "cause", "deaths"), rng.choice(3, size, p=(0.8, 0.1, 0.1))),
        "value": _few(("yes", "3", "5", "no"), rng.choice(4, size, p=(0.9, 0.04, 0.03, 0.03))),
        "stance": _few(("asserts", "denies", "doubts"), rng.choice(3, size, p=(0.94, 0.03, 0.03))),
        "source": _few(sources, _uneven(rng, size, len(sources))),
        "locator": _few([str(n) for n in range(1, 41)], rng.integers(0, 40, size)),
    }
