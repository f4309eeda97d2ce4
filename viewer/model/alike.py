"""Finding names that may be one: other accents, another romanisation, a slip of the pen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from itertools import combinations

from viewer.model.romanised import akin, consonants, skeleton, sounds

MOST = 20_000
"""With more names only equal ones and other romanisations are looked for, not slips."""
_LARGEST_GROUP = 30
"""A group of so many like names is a series (Building 1, Building 2), not a slip."""
_SHORTEST_SKELETON = 4
_SHORTEST_SOUND = 3
_SHORTEST_SLIP = 8
_SHORTEST_SLIPPED = 5
_VOWELS = "aeiouy"


class Likeness(Enum):
    """How two names are alike."""

    SAME = "equal but for accents, case, spaces and signs"
    ALIAS = "a name of one is an alias of the other"
    NEAR = "another romanisation or one letter off"


# Arabic and Persian keyboards write these letters differently.
_LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": "", "’": "'",
        "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe",
    }
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def folded(name: str) -> str:
    """Return a name without accents, case, punctuation and marks, one space between words."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS).casefold().translate(_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w']+", " ", letters).replace("'", "").split())


def _skeleton(fold: str) -> str:
    """Return what stays the same in most romanisations, whatever the order of the words."""
    return " ".join(sorted(map(skeleton, fold.split())))


def alike(
    names: Sequence[str],
    aliases: Sequence[Sequence[str]],
    spots: Sequence[Collection[Hashable]] = (),
) -> Iterator[tuple[int, int, Likeness]]:
    """Find pairs of names that may belong to one.

    Parameters
    ----------
    names : sequence of str, length n
    aliases : sequence of sequences of str, length n
        Further names of each.
    spots : sequence of collections, length n, optional
        Where each one stands. Of two that share a spot less likeness is asked.

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
    kinds = (
        (_at_spots(folds, spots), lambda a, b: True),
        (_by_sound(folds), _sound_alike),
        (_by_letters(folds), _one_slip_apart),
    )
    for keys, may_be_one in kinds:
        for group in _groups(keys):
            for a, b in combinations(group, 2):
                if may_be_one(folds[a], folds[b]) and new(a, b):
                    yield a, b, Likeness.NEAR


def _groups(keys: Iterable[tuple[int, Iterable[Hashable]]]) -> Iterator[list[int]]:
    """Yield the positions that share a key."""
    by_key: dict[Hashable, list[int]] = {}
    for row, own in keys:
        for key in own:
            by_key.setdefault(key, []).append(row)
    for group in by_key.values():
        if 1 < len(group) <= _LARGEST_GROUP:
            yield group


def _numbered(fold: str) -> bool:
    """Whether a name holds a number: what differs in it is meant to differ."""
    return any(c.isdigit() for c in fold)


def _at_spots(
    folds: Sequence[str], spots: Sequence[Collection[Hashable]]
) -> Iterator[tuple[int, Iterator[Hashable]]]:
    """Yield what names that stand in one place have in common when they may be one."""
    for row, (fold, own) in enumerate(zip(folds, spots, strict=False)):
        if own and not _numbered(fold) and (key := _skeleton(fold)).strip():
            yield row, ((key, spot) for spot in own)


def _by_sound(folds: Sequence[str]) -> Iterator[tuple[int, Iterable[Hashable]]]:
    """Yield how single words sound, and the skeletons of longer names."""
    for row, fold in enumerate(folds):
        if _numbered(fold):
            continue
        if " " not in fold:
            if consonants(fold) >= _SHORTEST_SOUND:
                yield row, sounds(fold)
        elif len((key := _skeleton(fold)).replace(" ", "")) >= _SHORTEST_SKELETON:
            yield row, (key,)


def _sound_alike(a: str, b: str) -> bool:
    ours, theirs = sorted(a.split(), key=skeleton), sorted(b.split(), key=skeleton)
    return len(ours) == len(theirs) and all(map(akin, ours, theirs))


def _by_letters(folds: Sequence[str]) -> Iterator[tuple[int, set[Hashable]]]:
    """Yield names with a letter left out: two names one slip apart become equal so."""
    for row, fold in enumerate(folds if len(folds) <= MOST else ()):
        if len(fold) >= _SHORTEST_SLIP and not _numbered(fold):
            yield row, {fold, *(fold[:i] + fold[i + 1 :] for i in range(len(fold)))}


def _one_slip_apart(a: str, b: str) -> bool:
    ours, theirs = a.split(), b.split()
    unlike = set(ours) ^ set(theirs)
    # A letter makes another word of a short one: US and UK are two.
    if any(len(word) < _SHORTEST_SLIPPED for word in unlike):
        return False
    if len(unlike) != 2:
        return True
    one, other = unlike
    # Hernandez is not Fernandez, nor Maria Mario; few slips are at the beginning.
    return one[0] == other[0] and one.rstrip(_VOWELS) != other.rstrip(_VOWELS)
