"""Which sources are independent of each other, so that two of them are more than one.

Two pieces of one publisher are one voice: an editor who prints an error prints it twice. So are
two pieces of one author, whoever printed them. Publishers and authors are compared without case,
accents and signs; a cell of authors may be a list, and one author in common is enough. A source
that names neither publisher nor author stands for itself. That two sources came in one file says
nothing by itself: a file may hold pieces of several publishers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from viewer.model.alike import folded
from viewer.model.arrays import distinct, numbered
from viewer.model.links import Links
from viewer.model.schema import split_list

Voices = frozenset[tuple[str, str]]


def voices(columns: Mapping[str, Sequence[str]]) -> tuple[Voices, ...]:
    """Return what each source must not share with another to be independent of it.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The sources table.

    Examples
    --------
    >>> a, b = voices({"id": ["x", "y"], "publisher": ["CBC", "cbc "], "author": ["Ash", ""]})
    >>> a.isdisjoint(b)
    False
    """
    return tuple(
        frozenset(
            [("publisher", fold) for fold in [folded(publisher)] if fold]
            + [("author", fold) for fold in map(folded, split_list(authors)) if fold]
            or [("source", key)]
        )
        for key, publisher, authors in zip(
            columns["id"], columns["publisher"], columns["author"], strict=True
        )
    )


def several_voices(columns: Mapping[str, Sequence[str]], sources_of: Links) -> NDArray[np.bool_]:
    """Return which rows are told by two sources that are independent of each other.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The sources table.
    sources_of : Links
        Row → its sources.
    """
    kinds: dict[Voices, int] = {}
    kind_of = np.array([kinds.setdefault(kind, len(kinds)) for kind in voices(columns)], np.int64)
    out = np.zeros(len(sources_of), dtype=bool)
    owners = np.repeat(np.arange(len(out)), sources_of.counts)
    several = sources_of.counts[owners] > 1
    if not several.any():
        return out
    # Pieces of one publisher and the same authors come in lots: each kind once for a row.
    told = kind_of[sources_of.targets[several]]
    owners, told = np.divmod(distinct(owners[several] * len(kinds) + told), len(kinds))
    # Most rows have two that stand beside each other and are independent.
    first = np.flatnonzero(owners[1:] == owners[:-1])
    known = tuple(kinds)
    pairs, number = numbered(told[first] * len(kinds) + told[first + 1])
    apart = [
        known[a].isdisjoint(known[b]) for a, b in (divmod(p, len(kinds)) for p in pairs.tolist())
    ]
    out[owners[first[np.array(apart, dtype=bool)[number]]]] = True
    starts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    ends = np.append(starts[1:], len(owners))
    # Where all come from one house no two are independent, and there is nothing to look at.
    house = _houses(known)[told]
    least, most = np.minimum.reduceat(house, starts), np.maximum.reduceat(house, starts)
    doubtful = ~out[owners[starts]] & ((least < most) | (least < 0)) & (ends - starts > 1)
    for run in np.flatnonzero(doubtful).tolist():
        different = [known[kind] for kind in told[starts[run] : ends[run]].tolist()]
        if not frozenset.intersection(*different):
            out[owners[starts[run]]] = any(a.isdisjoint(b) for a, b in combinations(different, 2))
    return out


def _houses(kinds: Sequence[Voices]) -> NDArray[np.int64]:
    """Return a number for the publisher of each kind of source, -1 where none is named."""
    numbers: dict[str, int] = {}

    def number(each: Voices) -> int:
        named = [name for kind, name in each if kind == "publisher"]
        return numbers.setdefault(named[0], len(numbers)) if named else -1

    return np.fromiter(map(number, kinds), np.int64, len(kinds))
