"""Guessing which word was meant, to say so; never to act on it."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_LONGEST, _MOST = 80, 5000
"""Beyond these a comparison takes longer than the hint is worth."""
_SHORTEST_CUT = 3


def near(word: str, among: Collection[str], count: int = 3) -> tuple[str, ...]:
    """Return the words most like `word`, the nearest first; upper and lower case count alike."""
    if not word or len(word) > _LONGEST or len(among) > _MOST:
        return ()
    by_fold = {candidate.casefold(): candidate for candidate in among}
    fold = word.casefold()
    close = get_close_matches(fold, by_fold, count)
    # One may be cut short: lat and latitude.
    cut = [
        other
        for other in by_fold
        if min(len(other), len(fold)) >= _SHORTEST_CUT
        and (other.startswith(fold) or fold.startswith(other))
    ]
    return tuple(by_fold[one] for one in dict.fromkeys([*close, *cut]))[:count]


def did_you_mean(word: str, among: Collection[str]) -> str:
    """Return ``; did you mean “state”?``, or nothing where no word is near."""
    found = near(word, among)
    return f"; did you mean {' or '.join(f'“{one}”' for one in found)}?" if found else ""
