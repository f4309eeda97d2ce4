"""Dates: read by `edtf`, compared, and said in words that are no sharper than they are.

Dates in another calendar are in `calendars`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.model.edtf import (
    UNKNOWN,
    Date,
    Point,
    civil,
    day_number,
    interval_end,
    parse,
    parse_or_unknown,
    point_of,
    points_of,
    year_words,
    years_like,
)
from viewer.model.edtf_advice import MONTHS

__all__ = [
    "MONTHS",
    "UNKNOWN",
    "Date",
    "Point",
    "bounds_array",
    "certainly_before",
    "civil",
    "day_number",
    "day_words",
    "extent",
    "extent_words",
    "is_certain",
    "parse",
    "parse_or_unknown",
    "phrase",
    "to_words",
    "year_words",
]

_CACHED = 1 << 16
_SEASONS = ("spring", "summer", "autumn", "winter")
_GROUPING_WORDS = (
    *(f"{season} {{}}" for season in _SEASONS),
    *(f"{season} {{}} (north)" for season in _SEASONS),
    *(f"{season} {{}} (south)" for season in _SEASONS),
    *(f"{nth} quarter of {{}}" for nth in ("first", "second", "third", "last")),
    *(f"{nth} third of {{}}" for nth in ("first", "second", "last")),
    *(f"{nth} half of {{}}" for nth in ("first", "second")),
)
"""Words for the groupings of months 21–41; the year goes into the braces."""


def bounds_array(dates: Sequence[Date]) -> NDArray[np.float64]:
    """Return ``(earliest, latest)`` of each date in days, shape (n, 2)."""
    return np.column_stack(
        (
            np.fromiter((date.earliest for date in dates), np.float64, len(dates)),
            np.fromiter((date.latest for date in dates), np.float64, len(dates)),
        )
    )


def is_certain(date: Date) -> bool:
    """Whether a date is known and not marked as uncertain or approximate."""
    return not (date.uncertain or date.approximate or math.isnan(date.earliest))


def certainly_before(a: Date, b: Date) -> bool:
    """Whether all of `a` lies before all of `b`, however the two are read."""
    return is_certain(a) and is_certain(b) and a.latest <= b.earliest


def extent(dates: Iterable[Date]) -> Date:
    """Return the interval from the first of some dates to the last; open ends do not count.

    Its ends are as exact as their sources have them; without any it is `UNKNOWN`.
    """
    # Many events of a large dossier share a date.
    texts = dict.fromkeys(date.text for date in dates)
    points = [point for text in texts for point in points_of(text)]
    if not points:
        return UNKNOWN
    first = min(points, key=lambda point: (point.earliest, point.latest))
    last = max(points, key=lambda point: (point.latest, point.earliest))
    return parse(first.text if first.text == last.text else f"{first.text}/{last.text}")


# -- in words ------------------------------------------------------------------------------------


def day_words(day: float) -> str:
    """Return the day in which a finite moment falls, e.g. ``6 Jan 2020``."""
    y, m, d = civil(math.floor(day))
    return f"{d} {MONTHS[m - 1]} {year_words(y)}"


def to_words(date: Date) -> str:
    """Return a date as a reader would say it, e.g. ``about Sep 2012`` or ``from 2018``."""
    return _words(date.text)


@lru_cache(maxsize=_CACHED)
def _words(text: str) -> str:
    return phrase(text, _point_words, _short) if text else "date not known"


def extent_words(dates: Iterable[Date]) -> str:
    """Return from when to when dates reach, e.g. ``2012 – Feb 2020``: their `extent`."""
    return to_words(extent(dates))


def phrase(
    text: str, say: Callable[[Point], str], short: Callable[[Point, Point, str], str]
) -> str:
    """Put a date into words with all its hedges, in any calendar.

    Parameters
    ----------
    text : str
        EDTF that can be read.
    say : callable
        Returns the words for a point without its ``?`` and ``~``.
    short : callable
        Returns the words for the first of two points, given as the third argument, without what
        the second has in common with it.
    """

    def hedged(point: Point) -> str:
        return "perhaps " * point.uncertain + "about " * point.approximate + say(point)

    def pair(start: Point, end: Point) -> tuple[str, str]:
        return short(start, end, hedged(start)), hedged(end)

    if text[0] in "[{":
        return _set_words(text, hedged, pair)
    if "/" in text:
        return _interval_words(text, hedged, pair)
    return hedged(point_of(text))


_Say = Callable[[Point], str]
_SayPair = Callable[[Point, Point], tuple[str, str]]


def _interval_words(text: str, say: _Say, pair: _SayPair) -> str:
    start, end = (interval_end(side, side) for side in text.split("/"))
    match start, end:
        case Point(), Point():
            first, last = pair(start, end)
            if start == end:
                return last
            # Within a point a dash stands for one of two: it cannot stand between points too.
            return f"from {first} to {last}" if "–" in first + last else f"{first} – {last}"
        case Point(), "open":
            return f"from {say(start)}"
        case Point(), "unknown":
            return f"from {say(start)}, end not known"
        case "open", Point():
            return f"until {say(end)}"
        case "unknown", Point():
            return f"until {say(end)}, beginning not known"
        case "unknown", "unknown":
            return "beginning and end not known"
        case "unknown", _:
            return "ongoing, beginning not known"
        case _, "unknown":
            return "end not known, without beginning"
    return "without beginning or end"


def _set_words(text: str, say: _Say, pair: _SayPair) -> str:
    word = "or" if text[0] == "[" else "and"
    said = []
    for member in text[1:-1].split(","):
        before, dots, after = (part.strip() for part in member.partition(".."))
        if before and after:
            first, last = pair(point_of(before), point_of(after))
            said.append(f"between {first} and {last}" if word == "or" else f"{first} to {last}")
        elif dots:
            where = "later" if before else "before"
            said.append(f"{say(point_of(before or after))} {word} {where}")
        else:
            said.append(say(point_of(before)))
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {word} {said[-1]}"


def _short(start: Point, end: Point, words: str) -> str:
    """Leave out of ``3 Jan 2020`` what ``6 Jan 2020`` says again."""
    if start.plain and end.plain and start.precision == end.precision and start.year == end.year:
        if start.precision == "day" and start.month == end.month:
            return str(int(start.day))
        return words.removesuffix(f" {year_words(int(start.year))}")
    return words


def _point_words(point: Point) -> str:
    words = _plain_words(point)
    if point.time:
        words += ", " + point.time.removesuffix("Z") + (" UTC" if point.time[-1] == "Z" else "")
    return words


def _plain_words(point: Point) -> str:
    """Words that name no day and no month that the date does not."""
    year, month, day = point.year, point.month, point.day
    part = _part_words(month, day)
    if point.precision == "unknown":
        return f"{part}, year not known" if part else "date not known"
    if "X" in year:
        first, last = (next(years_like(year, backwards)) for backwards in (False, True))
        when = f"between {year_words(first)} and {year_words(last)}"
        if point.precision == "decade" and first >= 1000:
            when = f"in the {first}s" if part else f"{first}s"
        return f"{part} of some year {when}" if part else when
    said = year_words(int(year))
    if month in ("", "XX"):
        known = day and "X" not in day
        return f"day {int(day)} of some month of {said}" if known else said
    if "X" in month:
        return _between([MONTHS[civil(int(at))[1] - 1] for at in _ends(point)], said)
    if "X" in day.replace("XX", ""):
        days = [str(civil(int(at))[2]) for at in _ends(point)]
        return _between(days, f"{MONTHS[int(month) - 1]} {said}")
    return _GROUPING_WORDS[int(month) - 21].format(said) if int(month) > 12 else f"{part} {said}"


def _ends(point: Point) -> tuple[float, float]:
    """Return moments in the first and in the last day of a point."""
    return point.earliest, point.latest - 1


def _between(ends: Sequence[str], of: str) -> str:
    first, last = ends
    return f"{first} {of}" if first == last else f"between {first} and {last} {of}"


def _part_words(month: str, day: str) -> str:
    """Words for a day, month or grouping of months without its year; empty where not known."""
    if not month or "X" in month:
        return ""
    if int(month) > 12:
        words = _GROUPING_WORDS[int(month) - 21]
        return words.removesuffix(" {}").replace(" {}", "").replace(" of", "")
    name = MONTHS[int(month) - 1]
    return f"{int(day)} {name}" if day and "X" not in day else name
