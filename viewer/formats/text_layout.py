"""Paragraphs out of lines that are only known by where they stand on a page.

Lines belong together as long as they follow at the usual distance, in one size, and the first
word of the next would have found no room at the end of the last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_ENDS = re.compile(r"[.!?:…。؟۔][\"'”’»)\]\d]*$")
_BULLET = re.compile("[•‣◦▪●○■□➢✓]")
_COMPOUND = re.compile(r"\w+-\w+")
LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SAME_SIZE = 0.15
_WIDER = 1.2
"""A distance so many times the usual one parts paragraphs."""
_INDENT = (0.8, 8.0)
"""Sizes by which the first line of a paragraph is set in."""
_BESIDE = 4
"""Lines before and after that tell how wide a column is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, measured in points along and across the direction of its letters.

    Parameters
    ----------
    text : str
        Without a hyphen that the line's end put there.
    left, right : float
        Where it begins and ends.
    base : float
        Height of its baseline, counted upwards.
    size : float
        Of its letters.
    angle : float
        Of its letters against the page, in radians.
    hyphen : bool
        Whether its last word goes on in the next line.
    page : int
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    angle: float
    hyphen: bool
    page: int


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """Return paragraphs, their lines joined and words divided at a line's end mended."""
    if sum(bool(LEFTWARDS.search(line.text)) for line in lines) * 2 > len(lines):
        # Read from right to left: seen in a mirror the same rules hold.
        lines = [replace(line, left=-line.right, right=-line.left) for line in lines]
    lines = [_with_hyphen(line) for line in lines]
    compounds = {word for line in lines for word in _COMPOUND.findall(line.text)}
    columns, usual = _columns(lines), _usual_distances(lines)
    out: list[str] = []
    for at, line in enumerate(lines):
        if at and _goes_on(lines, at, columns, usual):
            out[-1] = _joined(out[-1], line.text, lines[at - 1].hyphen, compounds)
        else:
            if at and lines[at - 1].hyphen:
                out[-1] += "-"
            out.append(line.text)
    if lines and lines[-1].hyphen:
        out[-1] += "-"
    return out


def _with_hyphen(line: Line) -> Line:
    if re.search(r"\w-$", line.text):
        return replace(line, text=line.text[:-1], hyphen=True)
    return line


def _joined(text: str, following: str, hyphen: bool, compounds: set[str]) -> str:
    if not hyphen:
        return f"{text} {following}"
    word = re.search(r"\w+$", text), re.match(r"\w+", following)
    if word[0] and word[1] and word[1][0][0].islower():
        # A compound that stands unbroken elsewhere has its hyphen of its own.
        whole = f"{word[0][0]}-{word[1][0]}"
        return f"{text}-{following}" if whole in compounds else text + following
    return f"{text}-{following}"


def _goes_on(
    lines: Sequence[Line], at: int, columns: Sequence[int], usual: dict[int, float]
) -> bool:
    """Whether a line belongs to the paragraph of the line before it."""
    last, line = lines[at - 1], lines[at]
    if _BULLET.match(line.text) or not _alike(last, line):
        return False
    drop = last.base - line.base
    if columns[at - 1] != columns[at]:
        # Nothing but the words tells.
        return last.hyphen or (not _ENDS.search(last.text) and line.text[0].islower())
    if last.hyphen or drop < line.size / 3:
        return True
    if drop > _WIDER * usual[round(line.size)]:
        return False
    indent = (line.left - last.left) / line.size
    if _INDENT[0] < indent < _INDENT[1]:
        # Lines of a list hang as far in as each other; of a paragraph only the first is set in.
        following = lines[at + 1] if at + 1 < len(lines) else None
        if following is None or line.left - following.left > line.size / 2:
            return False
    edge = max(
        lines[beside].right
        for beside in range(max(0, at - 1 - _BESIDE), min(len(lines), at + 1 + _BESIDE))
        if columns[beside] == columns[at] and _alike(lines[beside], line)
    )
    letter = (line.right - line.left) / len(line.text)
    word = len(line.text.split(maxsplit=1)[0]) + 1
    return edge - last.right < word * letter + line.size


def _columns(lines: Sequence[Line]) -> list[int]:
    """Return for each line the number of its column: a new one begins further up, or overleaf."""
    column, out = 0, [0] * len(lines)
    for at, (last, line) in enumerate(pairwise(lines), 1):
        column += last.page != line.page or line.base > last.base + line.size / 2
        out[at] = column
    return out


def _alike(line: Line, other: Line) -> bool:
    """Whether two lines are set in one size and direction."""
    larger = max(line.size, other.size)
    return (
        abs(line.size - other.size) <= _SAME_SIZE * larger and abs(line.angle - other.angle) < 0.01
    )


def _usual_distances(lines: Sequence[Line]) -> dict[int, float]:
    """Return size in whole points → distance of baselines within a paragraph."""
    found: dict[int, list[float]] = {round(line.size): [] for line in lines}
    for last, line in pairwise(lines):
        drop = last.base - line.base
        if last.page == line.page and _alike(last, line) and line.size / 2 < drop < 4 * line.size:
            found[round(line.size)].append(drop)
    # Not the median: paragraphs may be of one line mostly, but none lie closer than their lines.
    return {
        size: sorted(drops)[len(drops) // 4] if drops else 1.3 * max(size, 1)
        for size, drops in found.items()
    }
