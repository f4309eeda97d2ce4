"""Finding events that may be one, entered twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
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
        for a, b in combinations(group, 2):
            if (a, b) not in found and _may_be_one(dossier, a, b):
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


def _may_be_one(dossier: Dossier, a: int, b: int) -> bool:
    ours, theirs = (
        {(role, actor) for role, actors in dossier.roles("participants", row).items()
         for actor in actors}
        for row in (a, b)
    )  # fmt: skip
    if ours and ours == theirs:
        return True
    actors = [{actor for _, actor in cast} for cast in (ours, theirs)]
    told_apart = actors[0] - actors[1] and actors[1] - actors[0]
    return not told_apart and _titles_alike(dossier, a, b)


def _titles_alike(dossier: Dossier, a: int, b: int) -> bool:
    titles = dossier.events["title"]
    ours, theirs = folded(titles[a]), folded(titles[b])
    if not ours or not theirs:
        return False
    # What differs in a number is meant to differ.
    numbers = [[word for word in text.split() if word.isdecimal()] for text in (ours, theirs)]
    if numbers[0] != numbers[1]:
        return False
    return ours == theirs or SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _RATIO
