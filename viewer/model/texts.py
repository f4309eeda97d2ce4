"""The text of a source, in numbered paragraphs, and the passage that a locator names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r"(?:p|¶\s?)?(\d{1,18})(?:\s?[-‐‑–—]\s?(?:p|¶\s?)?(\d{1,18}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text that a user holds and has attached to a source.

    Parameters
    ----------
    sha256 : str
        Of the file it was read from, in lower-case hexadecimal digits.
    name : str
        Name of that file, without its folder.
    paragraphs : tuple of str
        Plain text; paragraph 1 comes first.
    note : str
        What a reader must know of how the file was read, as sentences; empty where all was plain.
    """

    sha256: str
    name: str
    paragraphs: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs of a text that follow one another.

    Parameters
    ----------
    first : int
        Number of the first of them.
    paragraphs : tuple of str
    marked : tuple of bool
        Whether each is one that the locator names, or only stands beside it.
    """

    first: int
    paragraphs: tuple[str, ...]
    marked: tuple[bool, ...]


def parse_locator(locator: str) -> tuple[tuple[int, int], ...]:
    """Return the paragraphs that a locator names, as ranges from the first to the last.

    Parameters
    ----------
    locator : str
        Parts separated by ``;`` or ``,``: ``p12``, ``p3-5``, ``p3–p5``, ``12``.

    Returns
    -------
    tuple of tuple of int
        In order, ranges that overlap or touch being one; a part that cannot be read gives none.

    Examples
    --------
    >>> parse_locator("p12; p3–p5; p6; see the annex")
    ((3, 6), (12, 12))
    """
    ranges: list[tuple[int, int]] = []
    for part in re.split("[;,]", locator):
        found = _PART.fullmatch(part.strip())
        if found:
            first = int(found[1])
            last = int(found[2] or first)
            if 1 <= first <= last:
                ranges.append((first, last))
    return tuple(_merged(ranges))


def passages(text: SourceText, locator: str, around: int = 1) -> tuple[Passage, ...]:
    """Return what a locator names in a text, with the paragraphs that stand around it.

    Parameters
    ----------
    text : SourceText
    locator : str
        As `parse_locator` reads it. What lies beyond the end of the text is left out.
    around : int
        Paragraphs before and after each named one.

    Returns
    -------
    tuple of Passage
        In order; what overlaps or touches is one passage. Empty where nothing was found.
    """
    count = len(text.paragraphs)
    named = [(first, min(last, count)) for first, last in parse_locator(locator) if first <= count]
    shown = _merged([(max(1, first - around), min(count, last + around)) for first, last in named])
    marked = bytearray(count + 1)
    for first, last in named:
        marked[first : last + 1] = b"\1" * (last - first + 1)
    return tuple(
        Passage(
            first, text.paragraphs[first - 1 : last], tuple(map(bool, marked[first : last + 1]))
        )
        for first, last in shown
    )


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in order, those that overlap or touch made one."""
    out: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            out[-1] = out[-1][0], max(last, out[-1][1])
        else:
            out.append((first, last))
    return out


def named_sha256(cell: str) -> str:
    """Return the SHA-256 in a cell of ``file_sha256`` as `SourceText` has it."""
    return cell.strip().lower().removeprefix("sha256:")


def is_same_text(file_sha256: str, text: SourceText) -> bool:
    """Whether a text can be the one its source names.

    Parameters
    ----------
    file_sha256 : str
        Cell of the source's row. Where it is empty any text may be the one.
    text : SourceText
    """
    return named_sha256(file_sha256) in ("", text.sha256)
