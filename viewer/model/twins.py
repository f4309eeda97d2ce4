"""Finding events that may be one, entered twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

import numpy as np

from viewer.model.alike import folded
from viewer.model.dossier import Dossier

_LARGEST_GROUP = 30
"""So many events of one type, day and place are a series, not a slip."""
_RATIO = 0.85


def twins(dossier: Dossier) -> Iterator[tuple[int, int]]:
    """Find pairs of events that may be one.

    Two events may be one when they have one type, share a place, fall on one day that is known
    exactly, and have the same participants in the same roles; or titles that are much alike,
    unless each of the two has a participant whom the other lacks.

    Yields
    ------
    tuple of int, int
        Rows of the two, the smaller first; every pair once.
    """
    found: set[tuple[int, int]] = set()
    for group in _groups(dossier):
        told = {row: _Told.of(dossier, row) for row in group}
        for a, b in combinations(group, 2):
            if (a, b) not in found and _may_be_one(told[a], told[b]):
                found.add((a, b))
                yield a, b


def _groups(dossier: Dossier) -> Iterator[list[int]]:
    """Yield events of one type, day and place."""
    bounds, types, links = dossier.event_bounds, dossier.events["type"], dossier.places_of_event
    exact = np.flatnonzero(bounds[:, 1] - bounds[:, 0] == 1.0).tolist()
    groups: dict[tuple[str, float, int], list[int]] = {}
    for row in exact:
        date = dossier.event_dates[row]
        if not types[row] or date.uncertain or date.approximate or math.isinf(date.earliest):
            continue
        for place in links.of(row).tolist():
            groups.setdefault((types[row], date.earliest, place), []).append(row)
    for group in groups.values():
        if 1 < len(group) <= _LARGEST_GROUP:
            yield group


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of an event: who took part as what, and its title with the numbers in it."""

    cast: frozenset[tuple[str, int]]
    actors: frozenset[int]
    title: str
    numbers: tuple[str, ...]

    @staticmethod
    def of(dossier: Dossier, row: int) -> _Told:
        roles = dossier.roles("participants", row).items()
        cast = frozenset((role, actor) for role, actors in roles for actor in actors)
        title = folded(dossier.events["title"][row])
        numbers = tuple(word for word in title.split() if word.isdecimal())
        return _Told(cast, frozenset(actor for _, actor in cast), title, numbers)


def _may_be_one(a: _Told, b: _Told) -> bool:
    if a.cast and a.cast == b.cast:
        return True
    told_apart = a.actors - b.actors and b.actors - a.actors
    # What differs in a number is meant to differ.
    if told_apart or not a.title or not b.title or a.numbers != b.numbers:
        return False
    if a.title == b.title:
        return True
    return SequenceMatcher(None, a.title, b.title, autojunk=False).ratio() >= _RATIO
