"""Folding text so that what people type for one another counts as the same.

Folding follows Unicode (NFKD, marks removed, full case folding) and unites letters that people
type for one another: Arabic and Persian yeh and kaf, dotted and dotless i, digits of any script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

WORDS = re.compile(r"[^\W_]+")
_LETTERS = {
    "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h",
    "ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ٱ": "ا", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "'": "", "’": "", "ʼ": "", "‘": "", "ʿ": "", "ʾ": "", "ـ": "",
}  # fmt: skip


class _Folding(dict[int, str]):
    """Code point → what it is folded to, worked out when first met."""

    def __missing__(self, point: int) -> str:
        letters = unicodedata.normalize("NFKD", chr(point)).casefold()
        letters = unicodedata.normalize("NFKD", letters)
        folded = "".join(
            _LETTERS.get(letter, str(unicodedata.digit(letter, letter)))
            for letter in letters
            # Marks are dropped, and so are joiners and direction marks.
            if unicodedata.category(letter) not in ("Mn", "Cf")
        )
        self[point] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return `text` without case, accents and marks, its look-alike letters united.

    Examples
    --------
    >>> fold("François-Philippe"), fold("İstanbul"), fold("كرمان") == fold("کرمان")
    ('francois-philippe', 'istanbul', True)
    """
    if text.isascii():
        return text.lower().replace("'", "")
    return text.translate(_FOLDING)


def words(text: str) -> list[str]:
    """Return the folded words of `text`."""
    return WORDS.findall(fold(text))


def spans(text: str, wanted: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return which letters of `text` match folded words, as sorted ``(start, end)`` apart."""
    pieces = [text[at].translate(_FOLDING) for at in range(len(text))]
    folded = "".join(pieces)
    owner = [at for at, piece in enumerate(pieces) for _ in piece]
    heads = [found.start() for found in WORDS.finditer(folded)]
    hit: set[int] = set()
    for word in wanted:
        starts = [at for at in heads if folded.startswith(word, at)]
        if not starts and (len(word) >= 3 or word[0] >= "\u2e80"):
            starts = [found.start() for found in re.finditer(re.escape(word), folded)]
        for at in starts:
            # Letters that fold to nothing belong to what stands around them.
            hit.update(range(owner[at], owner[at + len(word) - 1] + 1))
    out: list[tuple[int, int]] = []
    for at in sorted(hit):
        if out and out[-1][1] == at:
            out[-1] = out[-1][0], at + 1
        else:
            out.append((at, at + 1))
    return tuple(out)
