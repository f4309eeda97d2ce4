"""One name in several romanisations: what stays the same, and what sounds the same.

Arabic, Persian and Cyrillic names reach us in many spellings: Qaddafi and Gadhafi, Zarif and
Zareef, Basra and Basrah. Consonants vary little in them and vowels much, so there are two forms
of a word: its skeleton of consonants, and how it sounds, which keeps classes of vowels. Both take
folded words: no case, no accents.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

_SKELETON = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("sch|sh|tch|ch|dj|zh|j", "š"),
        ("kh|gh|ck|q|c|x|g", "k"),
        ("ph", "f"),
        ("([tdbr])h", r"\1"),
        ("w|v", "v"),
        ("[aeiouyh']", ""),
        (r"(.)\1+", r"\1"),
    )
)
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("tch", "ch"),
        ("dj|zh", "j"),
        ("kh|ck|c(?!h)|x", "k"),
        ("gh", "g"),
        ("ph", "f"),
        ("w", "v"),
        # Prokofieff is Prokofiev.
        ("(?<=[oe])ff$", "v"),
        ("([tdbr])h", r"\1"),
        ("(?<=[aeiouy])h$", ""),
        (r"(.)\1+", r"\1"),
        ("[ea][iy]", "E"),
        ("ou|o", "u"),
        ("[iy]e|[iy]+|e", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_LONG_I = re.compile("ee")
_LONG_U = re.compile("oo")
_NO_CONSONANTS = re.compile("[aiuE]")
_RATIO = 0.8


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """Return the consonants of a folded word, one letter for those that are mistaken."""
    return _replaced(word, _SKELETON)


@lru_cache(maxsize=1 << 16)
def sounds(word: str) -> frozenset[str]:
    """Return how a folded word may be read; two that share a reading sound the same.

    A ``q`` is read as ``k`` and as ``g``, which are two otherwise: Gross is not Cross.
    """
    plain = _LONG_U.sub("u", _LONG_I.sub("i", word))
    return frozenset(_replaced(plain.replace("q", letter), _SOUNDS) for letter in "kg")


def consonants(word: str) -> int:
    """Return how many consonants are heard in a folded word."""
    return len(_NO_CONSONANTS.sub("", min(sounds(word))))


def akin(a: str, b: str) -> bool:
    """Whether two folded words may be romanisations of one word of the same end.

    A last vowel tells apart more than the others do: Maria and Mario, Amin and Amina.
    """
    ours, theirs = sounds(a), sounds(b)
    if ours & theirs:
        return True
    if skeleton(a) != skeleton(b):
        return False
    return any(
        x[-1:] == y[-1:] and SequenceMatcher(None, x, y, autojunk=False).ratio() >= _RATIO
        for x in ours
        for y in theirs
    )


def _replaced(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, sound in rules:
        word = pattern.sub(sound, word)
    return word
