"""Times of graph files: spells, intervals and stamps, and the EDTF dates they are.

Gephi and GEXF write a time as a day, as a moment, or as a bare number that may be a year or a step
of a simulation. It becomes a date only where it can be nothing else; see `clear`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from viewer.formats.fields import ENDLESS, NEWEST
from viewer.model.edtf import civil, day_number, parse_or_unknown

OLDEST = 1500
"""Bare numbers are years only where all of a file lie between this and `fields.NEWEST`."""

_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?))?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEAR = re.compile(r"([0-9]{4})(?:\.0+)?")
_BRACKETS = re.compile(r"([\[\](<]?)\s*([^\[\]()<>]+?)\s*([\])\[>]?)\s*(?:;|$|(?=[\[(<]))")


class Span(NamedTuple):
    """A stretch of time as a file has it.

    Parameters
    ----------
    start, end : str
        Empty where not given; both the same for one moment that was given as such.
    start_open, end_open : bool
        Whether the end itself is no part of it.
    stamp : bool
        Whether it is one moment, not a stretch that begins and ends there.
    """

    start: str
    end: str
    start_open: bool = False
    end_open: bool = False
    stamp: bool = False

    def __str__(self) -> str:
        if self.stamp:
            return self.start
        opening, closing = "(" if self.start_open else "[", ")" if self.end_open else "]"
        return f"{opening}{self.start}, {self.end}{closing}"


def spans_in(text: str) -> list[Span]:
    """Return the spans that a cell holds as Gephi writes them.

    ``<[2009, 2012); [2014, Infinity]>`` are two intervals. One bracket with other than two moments
    holds stamps, and so does a cell without brackets.

    Examples
    --------
    >>> [str(span) for span in spans_in("<[2009.0, 2012.0); [2014.0, Infinity]>")]
    ['[2009.0, 2012.0)', '[2014.0, Infinity]']
    >>> [str(span) for span in spans_in("[2009, 2010, 2012]")]
    ['2009', '2010', '2012']
    """
    out = []
    for opening, inside, closing in _BRACKETS.findall(text.strip().strip("<>").strip()):
        moments = [part.strip().strip("\"'") for part in inside.split(",")]
        if opening and len(moments) == 2:
            start, end = moments
            out.append(Span(start, end, opening in "(]", closing in ")["))
        else:
            out.extend(Span(part, part, stamp=True) for part in moments if part)
    return out


def clear(moments: Iterable[str]) -> bool:
    """Whether moments can be nothing but dates.

    They are where all are written as ISO 8601 writes days and months, or all are whole numbers
    between `OLDEST` and `NEWEST`. Ends not given and endless ones say nothing.
    """
    said = {text for text in moments if text.strip() and text.strip().casefold() not in ENDLESS}
    if not said:
        return False
    if all(_ISO.fullmatch(text.strip()) for text in said):
        return True
    years = [_YEAR.fullmatch(text.strip()) for text in said]
    return all(found is not None and OLDEST <= int(found[1]) <= NEWEST for found in years)


def point(text: str) -> str:
    """Return a clear moment as EDTF; ``..`` for an endless one, empty for one not given.

    Raises
    ------
    ValueError
        There is no such day.
    """
    text = text.strip()
    if not text or text.casefold() in ENDLESS:
        return ".." if text else ""
    if found := _YEAR.fullmatch(text):
        return found[1]
    if not (found := _ISO.fullmatch(text)):
        raise ValueError(f"“{text[:40]}” is no date")
    day, time, zone = found.groups(default="")
    # A zone says nothing of a day that has no hours.
    out = f"{day}T{time}{zone}" if time else day
    if not parse_or_unknown(out).text:
        raise ValueError(f"“{text[:40]}” is no day of the calendar")
    return out


def date_of(span: Span) -> str:
    """Return a span of clear moments as EDTF.

    What is not given stays not known; nothing is made more exact than it is.

    Raises
    ------
    ValueError
        It is no stretch of time; the message says why.

    Examples
    --------
    >>> date_of(Span("2009-03-01", "2010-01-01", end_open=True))
    '2009-03-01/2009-12-31'
    >>> date_of(Span("2009", "Infinity")), date_of(Span("2009", ""))
    ('2009/..', '2009/')
    """
    start, end = point(span.start), point(span.end)
    if span.stamp:
        # The word for an open end is no moment.
        return start.strip(".")
    if span.end_open and end not in ("", "..") and end != start:
        end = _before(end)
    if not start and not end:
        return ""
    text = f"{start}/{end}"
    if not parse_or_unknown(text).text:
        raise ValueError(f"{span} ends before it begins")
    return text


def dates_of(spans: Sequence[Span]) -> list[str]:
    """Return the dates of something that was there at `spans`, each a tie of its own.

    Stamps are moments of one tie: a set of dates.

    Raises
    ------
    ValueError
        As `date_of`.
    """
    stamps = [date_of(span) for span in spans if span.stamp]
    out = [date_of(span) for span in spans if not span.stamp]
    if stamps:
        out.insert(0, stamps[0] if len(stamps) == 1 else "{" + ",".join(stamps) + "}")
    return [date for date in out if date]


def _before(text: str) -> str:
    """Return the last day, month or year before the beginning of one."""
    if "T" in text:
        # That day has begun: it is in the span still.
        return text
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 1:
        return f"{numbers[0] - 1:04d}"
    if len(numbers) == 2:
        year, month = numbers
        return f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"
    year, month, day = civil(day_number(numbers[0], numbers[1], numbers[2]) - 1)
    return f"{year:04d}-{month:02d}-{day:02d}"
