"""Finding names that may be one: other accents, another transliteration, a slip of the pen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache

MOST = 20_000
"""With more names only equal ones and other transliterations are looked for, not slips."""
_LARGEST_GROUP = 30
"""A group of so many like names is a series (Building 1, Building 2), not a slip."""
_SHORTEST_SKELETON = 4
_SHORTEST_SLIP = 8
_SHORTEST_SLIPPED = 5
_RATIO = 0.7


class Likeness(Enum):
    """How two names are alike."""

    SAME = "equal but for accents, case, spaces and signs"
    ALIAS = "a name of one is an alias of the other"
    NEAR = "another transliteration or one letter off"


# Arabic and Persian keyboards write these letters differently.
_LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": "", "’": "'",
        "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe",
    }
)  # fmt: skip
_SOUNDS = (
    (r"sch|sh|tch|ch|dj|zh|j", "š"),
    (r"kh|gh|ck|q|c|x|g", "k"),
    (r"ph", "f"),
    (r"([tdbr])h", r"\1"),
    (r"w|v", "v"),
    (r"[aeiouyh']", ""),
    (r"(.)\1+", r"\1"),
)
"""Spellings of one sound in Latin transliterations of other scripts; vowels vary most."""


@lru_cache(maxsize=1 << 16)
def folded(name: str) -> str:
    """Return a name without accents, case, punctuation and marks, one space between words."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS).casefold().translate(_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w']+", " ", letters).replace("'", "").split())


def _skeleton(fold: str) -> str:
    """Return what stays the same in most transliterations, whatever the order of the words."""
    words = []
    for word in fold.split():
        for pattern, sound in _SOUNDS:
            word = re.sub(pattern, sound, word)
        words.append(word)
    return " ".join(sorted(words))


def alike(
    names: Sequence[str], aliases: Sequence[Sequence[str]]
) -> Iterator[tuple[int, int, Likeness]]:
    """Find pairs of names that may belong to one.

    Parameters
    ----------
    names : sequence of str, length n
    aliases : sequence of sequences of str, length n
        Further names of each.

    Yields
    ------
    tuple of int, int, Likeness
        Positions of the two, the smaller first; every pair once.
    """
    folds = [folded(name) for name in names]
    found: set[tuple[int, int]] = set()

    def new(a: int, b: int) -> bool:
        pair = (min(a, b), max(a, b))
        if a == b or pair in found:
            return False
        found.add(pair)
        return True

    first: dict[str, int] = {}
    for row, fold in enumerate(folds):
        if fold and new(first.setdefault(fold, row), row):
            yield first[fold], row, Likeness.SAME
    for row, others in enumerate(aliases):
        for fold in map(folded, others):
            owner = first.get(fold)
            if owner is not None and new(owner, row):
                yield min(owner, row), max(owner, row), Likeness.ALIAS
    for group in _groups(folds):
        for position, a in enumerate(group):
            for b in group[position + 1 :]:
                if _near(folds[a], folds[b]) and new(a, b):
                    yield min(a, b), max(a, b), Likeness.NEAR


def _groups(folds: Sequence[str]) -> Iterator[list[int]]:
    """Yield the positions of names that are worth comparing with each other."""
    by_key: dict[str, list[int]] = {}
    for row, fold in enumerate(folds):
        # What differs in a number is meant to differ.
        if not fold or any(c.isdigit() for c in fold):
            continue
        skeleton = _skeleton(fold)
        if len(skeleton.replace(" ", "")) >= _SHORTEST_SKELETON:
            by_key.setdefault(f"~{skeleton}", []).append(row)
        if len(fold) >= _SHORTEST_SLIP and len(folds) <= MOST:
            # Two words one slip apart become equal when a letter is left out of one or both.
            for key in {fold, *(fold[:i] + fold[i + 1 :] for i in range(len(fold)))}:
                by_key.setdefault(key, []).append(row)
    for group in by_key.values():
        if 1 < len(group) <= _LARGEST_GROUP:
            yield group


def _near(a: str, b: str) -> bool:
    ours, theirs = a.split(), b.split()
    if _skeleton(a) != _skeleton(b):
        # A letter makes another word of a short one: US and UK are two.
        unlike = set(ours) ^ set(theirs)
        return all(len(word) >= _SHORTEST_SLIPPED for word in unlike)
    sides = " ".join(sorted(ours)), " ".join(sorted(theirs))
    return SequenceMatcher(None, *sides, autojunk=False).ratio() >= _RATIO
