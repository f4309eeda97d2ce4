"""Measuring text without a screen, from the advance widths of the shipped fonts."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np

from viewer.assets import asset


@cache
def _advances(weight: int) -> dict[int, float]:
    """Code point → advance in em for one weight, Arabic letters from the Arabic font."""
    with np.load(asset("fonts", "advances.npz")) as file:
        out: dict[int, float] = {}
        arabic = 700 if weight >= 600 else 400
        for face in (f"arabic-{arabic}", f"inter-{weight}"):
            points = file[f"{face}.codepoints"].tolist()
            out.update(zip(points, file[f"{face}.advances"].tolist(), strict=True))
    return out


@lru_cache(maxsize=1 << 16)
def _em_width(text: str, weight: int) -> float:
    return sum(_each(text, weight))


def _each(text: str, weight: int) -> Iterator[float]:
    """Yield the advance of each letter in em."""
    advances = _advances(weight)
    return (advances.get(ord(letter), 1.0) for letter in text)


def text_width(text: str, size: float, weight: int = 400, spacing: float = 0.0) -> float:
    """Return the width of one line in pixels.

    Joined scripts are measured by their isolated letters, which is a little too wide, never too
    narrow.

    Parameters
    ----------
    text : str
    size : float
        Font size in pixels.
    weight : {400, 500, 600, 700}
    spacing : float
        Extra space after every letter in pixels.
    """
    return _em_width(text, weight) * size + spacing * len(text)


def elide(text: str, width: float, size: float, weight: int = 400) -> str:
    """Return `text`, shortened with an ellipsis to fit `width` pixels."""
    if text_width(text, size, weight) <= width:
        return text
    ends = [end * size for end in accumulate(_each(text, weight))]
    return text[: bisect_right(ends, width - text_width("…", size, weight))].rstrip() + "…"


def wrap(text: str, width: float, size: float, weight: int = 400, lines: int = 0) -> list[str]:
    """Break `text` at spaces into lines of at most `width` pixels.

    A word wider than a line, as in scripts without spaces, is broken between letters.

    Parameters
    ----------
    text : str
    width : float
        Pixels.
    size : float
        Font size in pixels.
    weight : {400, 500, 600, 700}
    lines : int
        Most lines wanted, the last one elided; 0: as many as it takes.
    """
    out: list[str] = []
    words = [part for word in text.split() for part in _fitting(word, width, size, weight)]
    space = text_width(" ", size, weight)
    first, end = 0, -space
    for position, word in enumerate(words):
        wide = text_width(word, size, weight)
        end += space + wide
        if position > first and end > width:
            if lines and len(out) == lines - 1:
                return [*out, elide(" ".join(words[first:]), width, size, weight)]
            out.append(" ".join(words[first:position]))
            first, end = position, wide
    if words:
        out.append(" ".join(words[first:]))
    return out


def _fitting(word: str, width: float, size: float, weight: int) -> list[str]:
    """Break a word into as few parts of at most `width` pixels as it takes."""
    if text_width(word, size, weight) <= width:
        return [word]
    parts, end = [""], 0.0
    for letter, advance in zip(word, _each(word, weight), strict=True):
        end += advance * size
        if parts[-1] and end > width:
            parts.append("")
            end = advance * size
        parts[-1] += letter
    return parts


def reads_leftwards(text: str) -> bool:
    """Whether the first letter with a direction belongs to a right-to-left script."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
