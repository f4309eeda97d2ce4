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
    spoken = voices(columns)
    out = np.zeros(len(sources_of.starts) - 1, dtype=bool)
    for row in np.flatnonzero(np.diff(sources_of.starts) > 1).tolist():
        # Pieces of one publisher and the same authors come in lots.
        different = dict.fromkeys(spoken[source] for source in sources_of.of(row).tolist())
        if not frozenset.intersection(*different):
            out[row] = any(a.isdisjoint(b) for a, b in combinations(different, 2))
    return out
