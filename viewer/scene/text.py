"""Measuring text without a screen, from the advance widths of the shipped fonts."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

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


@lru_cache(maxsize=65536)
def _em_width(text: str, weight: int) -> float:
    advances = _advances(weight)
    return sum(advances.get(ord(letter), 1.0) for letter in text)


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
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


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
    line = ""
    words = [part for word in text.split() for part in _fitting(word, width, size, weight)]
    for position, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if not line or text_width(longer, size, weight) <= width:
            line = longer
            continue
        if lines and len(out) == lines - 1:
            return [*out, elide(" ".join([line, *words[position:]]), width, size, weight)]
        out.append(line)
        line = word
    if line:
        out.append(line)
    return out


def _fitting(word: str, width: float, size: float, weight: int) -> list[str]:
    """Break a word into as few parts of at most `width` pixels as it takes."""
    if text_width(word, size, weight) <= width:
        return [word]
    parts = [""]
    for letter in word:
        if parts[-1] and text_width(parts[-1] + letter, size, weight) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def reads_leftwards(text: str) -> bool:
    """Whether the first letter with a direction belongs to a right-to-left script."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
