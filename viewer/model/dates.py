"""Dates as sources give them: EDTF, the extended date format of ISO 8601-2.

Read are levels 0 and 1 and of level 2 the qualifiers of single components, unspecified digits
anywhere, sets, and the groupings of months 25–41. Not read are exponents and significant digits
of years (``Y17E7``, ``1950S2``). A date becomes bounds in days, never a single invented day.

What the standard leaves open is read so:

* A year nobody knows (``XXXX``) gives no bounds at all, not those of ten thousand years.
* ``?`` and ``~`` do not widen the bounds; they are kept as `Date.uncertain` and
  `Date.approximate`.
* Seasons 21–24 are those of the north (29–32 are the southern ones) and reach from the first
  day meteorologists count to the last one astronomers do. The season around the turn of the
  year may be meant to begin or to end in the year given: the bounds hold both.
* A time of day is kept and shown; the day it stands in is what counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

End = Literal["given", "open", "unknown"]
Precision = Literal["day", "month", "season", "year", "decade", "century", "interval", "unknown"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_CACHED = 1 << 16
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MARKS = "[?~%]?"
_POINT = re.compile(
    rf"{_MARKS}(?P<year>-?[0-9X]{{4}}|Y-?[0-9]{{5,12}}){_MARKS}"
    rf"(?:-{_MARKS}(?P<month>[0-9X]{{2}}){_MARKS}"
    rf"(?:-{_MARKS}(?P<day>[0-9X]{{2}}){_MARKS}"
    r"(?:T(?P<time>(?:[01][0-9]|2[0-4])(?::?[0-5][0-9](?::?[0-6][0-9](?:[.,][0-9]{1,9})?)?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?))?"
    r")?)?"
)

_NORTHERN = (((3, 1), (6, 21)), ((6, 1), (9, 23)), ((9, 1), (12, 22)), ((12, 1), (3, 21)))
_SOUTHERN = (_NORTHERN[2], _NORTHERN[3], _NORTHERN[0], _NORTHERN[1])
_GROUPINGS: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = (
    *_NORTHERN, *_NORTHERN, *_SOUTHERN,
    *(((m, 1), (m + 2, _MONTH_DAYS[m + 1])) for m in (1, 4, 7, 10)),
    *(((m, 1), (m + 3, _MONTH_DAYS[m + 2])) for m in (1, 5, 9)),
    *(((m, 1), (m + 5, _MONTH_DAYS[m + 4])) for m in (1, 7)),
)  # fmt: skip
"""First and last (month, day) of the groupings of months 21–41; 21 stands first."""
_SEASONS = ("spring", "summer", "autumn", "winter")
_GROUPING_WORDS = (
    *(f"{season} {{}}" for season in _SEASONS),
    *(f"{season} {{}} (north)" for season in _SEASONS),
    *(f"{season} {{}} (south)" for season in _SEASONS),
    *(f"{nth} quarter of {{}}" for nth in ("first", "second", "third", "last")),
    *(f"{nth} third of {{}}" for nth in ("first", "second", "last")),
    *(f"{nth} half of {{}}" for nth in ("first", "second")),
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date, an interval or a set of dates, as exact as its source has it and no more.

    Moments are days since 1970-01-01 in the proleptic Gregorian calendar. A bound that is open
    or not known is infinite; both are NaN where nothing is known.

    Parameters
    ----------
    text : str
        The EDTF it was read from.
    earliest, latest : float
        From the beginning of the first possible day to the end of the last possible day.
    begin_latest, end_earliest : float
        What it names begins in ``[earliest, begin_latest]`` and ends in
        ``[end_earliest, latest]``.
    start, end : {"given", "open", "unknown"}
        How the beginning and the end are stated.
    uncertain, approximate : bool
        Whether any part is marked with ``?`` or ``~`` (``%`` is both).
    one_of : bool
        Whether it is one of several dates, it being unknown which.
    is_interval : bool
        Whether it has a beginning and an end of its own.
    precision : str
        Unit the date is known to; ``century`` also where less is.
    """

    text: str
    earliest: float
    latest: float
    begin_latest: float
    end_earliest: float
    start: End = "given"
    end: End = "given"
    uncertain: bool = False
    approximate: bool = False
    one_of: bool = False
    is_interval: bool = False
    precision: Precision = "day"


UNKNOWN = Date(
    "", math.nan, math.nan, math.nan, math.nan, "unknown", "unknown", precision="unknown"
)
"""The date of what has none, or none that can be read."""


# -- the calendar --------------------------------------------------------------------------------


def day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a day of the proleptic Gregorian calendar.

    Any year will do, 0 being 1 BC. By Howard Hinnant's ``days_from_civil``: years begin in
    March, so that the leap day is the last of its year.
    """
    if month <= 2:
        year -= 1
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return (
        era * 146097
        + year_of_era * 365
        + year_of_era // 4
        - year_of_era // 100
        + (day_of_year - 719468)
    )


def civil(day: int) -> tuple[int, int, int]:
    """Return the year, month and day of the month of a day number: `day_number` turned round."""
    era, day_of_era = divmod(day + 719468, 146097)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (month <= 2)
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1


def _month_length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else _MONTH_DAYS[month - 1]


# -- reading -------------------------------------------------------------------------------------


def parse(text: str) -> Date:
    """Read one EDTF string.

    Raises
    ------
    ValueError
        The text is no date; the message is a sentence that says what would be right.

    Examples
    --------
    >>> parse("2012-09").precision
    'month'
    >>> civil(int(parse("2018/2019").latest) - 1)
    (2019, 12, 31)
    """
    found = _read(text)
    if isinstance(found, str):
        raise ValueError(found)
    return found


def parse_or_unknown(text: str) -> Date:
    """Read one EDTF string; what cannot be read is `UNKNOWN`."""
    found = _read(text)
    return UNKNOWN if isinstance(found, str) else found


@lru_cache(maxsize=_CACHED)
def _read(text: str) -> Date | str:
    """Return the date, or what is wrong with the text (kept too: bad dates also come in lots)."""
    try:
        return _parse(text.strip())
    except ValueError as error:
        return str(error)


def _parse(text: str) -> Date:
    if len(text) == 10 and (found := _DAY.fullmatch(text)):
        # By far the most frequent form goes the short way.
        y, m, d = map(int, found.groups())
        if 1 <= m <= 12 and 1 <= d <= _month_length(y, m):
            first = float(day_number(y, m, d))
            return Date(text, first, first + 1, first + 1, first)
    if text[:1] in ("[", "{"):
        return _parse_set(text)
    if "/" in text:
        return _parse_interval(text)
    point = _point(text)
    stated: End = "unknown" if point.precision == "unknown" else "given"
    return Date(
        text, point.earliest, point.latest, point.latest, point.earliest, stated, stated,
        point.uncertain, point.approximate, precision=point.precision,
    )  # fmt: skip


def _parse_interval(text: str) -> Date:
    sides = text.split("/")
    if len(sides) != 2:
        raise _wrong(text)
    ends = [_interval_end(side, text) for side in sides]
    points = [side for side in ends if isinstance(side, _Point)]
    first, last = ends
    start: End = "given" if isinstance(first, _Point) else first
    end: End = "given" if isinstance(last, _Point) else last
    earliest = first.earliest if isinstance(first, _Point) else -math.inf
    latest = last.latest if isinstance(last, _Point) else math.inf
    if latest <= earliest:
        raise ValueError(f"{_quoted(text)} ends before it begins: write the earlier date first")
    # An open beginning lies before everything; one not known may lie anywhere before the end.
    begin_latest = -math.inf if start == "open" else latest
    if isinstance(first, _Point):
        begin_latest = min(first.latest, latest)
    end_earliest = math.inf if end == "open" else earliest
    if isinstance(last, _Point):
        end_earliest = max(last.earliest, earliest)
    return Date(
        text, earliest, latest, begin_latest, end_earliest, start, end,
        uncertain=any(point.uncertain for point in points),
        approximate=any(point.approximate for point in points),
        is_interval=True,
        precision="interval",
    )  # fmt: skip


def _interval_end(text: str, whole: str) -> _Point | Literal["open", "unknown"]:
    if text == "..":
        return "open"
    if not text:
        return "unknown"
    try:
        point = _point(text)
    except ValueError:
        if _advice(whole):
            raise _wrong(whole) from None
        raise
    return "unknown" if math.isnan(point.earliest) else point


def _parse_set(text: str) -> Date:
    closing = {"[": "]", "{": "}"}[text[0]]
    members = [member.strip() for member in text[1:-1].split(",")]
    if text[-1] != closing or not all(members):
        raise _wrong(text)
    start: End = "given"
    end: End = "given"
    points: list[_Point] = []
    for position, member in enumerate(members):
        before, dots, after = member.partition("..")
        if dots and not before and position == 0 and after:
            start = "open"
        elif dots and not after and position == len(members) - 1 and before:
            end = "open"
        elif not before or (dots and not after):
            raise _wrong(text)
        points += [_point(side) for side in (before, after) if side]
        if before and after and points[-1].latest <= points[-2].earliest:
            raise ValueError(f"{_quoted(text)}: write the earlier date of {_quoted(member)} first")
    known = [point for point in points if not math.isnan(point.earliest)]
    if len(known) < len(points):
        raise ValueError(f"{_quoted(text)}: the dates of a set need a year")
    single = len(points) == 1 and "given" == start == end
    earliest = -math.inf if start == "open" else min(point.earliest for point in points)
    latest = math.inf if end == "open" else max(point.latest for point in points)
    return Date(
        text, earliest, latest, latest, earliest, start, end,
        uncertain=any(point.uncertain for point in points),
        approximate=any(point.approximate for point in points),
        one_of=text[0] == "[" and not single,
        precision=points[0].precision if single else "interval",
    )  # fmt: skip


class _Point(NamedTuple):
    """A date that is no interval and no set."""

    year: str
    month: str
    day: str
    time: str
    uncertain: bool
    approximate: bool
    earliest: float
    latest: float
    precision: Precision


def _point(text: str) -> _Point:
    found = _POINT.fullmatch(text)
    if found is None:
        raise _wrong(text)
    year, month, day, time = found["year"], found["month"] or "", found["day"] or "", found["time"]
    uncertain, approximate = "?" in text or "%" in text, "~" in text or "%" in text
    year = year.removeprefix("Y")
    if year.removeprefix("-") == "XXXX":
        # Checked against a leap year all the same: 31 February stands in none.
        _bounds(text, "2000", month, day)
        earliest = latest = math.nan
        precision: Precision = "unknown"
    else:
        earliest, latest = _bounds(text, year, month, day)
        precision = _precision(year, month, day)
    return _Point(year, month, day, time or "", uncertain, approximate, earliest, latest, precision)


def _bounds(text: str, year: str, month: str, day: str) -> tuple[float, float]:
    if "X" not in year + month + day:
        y, m = int(year), int(month or 1)
        if month and 21 <= m <= 41 and not day:
            return _grouping_bounds(y, y, m)
        if not 1 <= m <= 12:
            raise ValueError(
                f"{_quoted(text)}: there is no month {month}; months are 01 to 12, or 21 to 41 "
                "for seasons and parts of a year"
            )
        if day:
            d = int(day)
            if not 1 <= d <= _month_length(y, m):
                raise ValueError(
                    f"{_quoted(text)}: there is no day {day}; "
                    f"{MONTHS[m - 1]} {year_words(y)} has {_month_length(y, m)} days"
                )
            first = day_number(y, m, d)
            return float(first), float(first + 1)
        last_month = m if month else 12
        return (
            float(day_number(y, m, 1)),
            float(day_number(y, last_month, _month_length(y, last_month)) + 1),
        )
    if "X" not in month and month and 21 <= int(month) <= 41 and not day:
        years = list(_years(year))
        return _grouping_bounds(years[0], years[-1], int(month))
    first_day = _first_match(year, month, day)
    last_day = _first_match(year, month, day, backwards=True)
    if first_day is None or last_day is None:
        raise ValueError(f"{_quoted(text)}: no day of the calendar is like this")
    return float(first_day), float(last_day + 1)


def _grouping_bounds(first_year: int, last_year: int, code: int) -> tuple[float, float]:
    first, last = _GROUPINGS[code - 21]
    if last < first:
        first_year, last_year = first_year - 1, last_year + 1
    return float(day_number(first_year, *first)), float(day_number(last_year, *last) + 1)


def _years(pattern: str, backwards: bool = False) -> Iterator[int]:
    """Yield the years that a pattern such as ``-01X2`` can stand for, in order of time."""
    negative = pattern.startswith("-")
    digits = "9876543210" if backwards != negative else "0123456789"
    options = (digits if letter == "X" else letter for letter in pattern.removeprefix("-"))
    for letters in product(*options):
        number = int("".join(letters))
        yield -number if negative else number


def _first_match(year: str, month: str, day: str, backwards: bool = False) -> int | None:
    """Return the first (or last) day that a pattern can stand for."""
    step = -1 if backwards else 1
    months = [m for m in range(1, 13) if _fits(m, month or "XX")][::step]
    days = [d for d in range(1, 32) if _fits(d, day or "XX")][::step]
    for y in _years(year, backwards):
        for m in months:
            for d in days:
                if d <= _month_length(y, m):
                    return day_number(y, m, d)
    return None


def _fits(number: int, pattern: str) -> bool:
    return all(p in ("X", n) for p, n in zip(pattern, f"{number:02}", strict=True))


def _precision(year: str, month: str, day: str) -> Precision:
    if "X" in year:
        return "decade" if year.count("X") == 1 and year.endswith("X") else "century"
    if not month or "X" in month:
        return "year"
    if int(month) > 12:
        return "season"
    return "month" if not day or "X" in day else "day"


# -- what is wrong with a text -------------------------------------------------------------------


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _wrong(text: str) -> ValueError:
    """Return the error for a text that is no EDTF, with what was probably meant."""
    advice = _advice(text)
    return ValueError(
        f"{_quoted(text)} is no date: "
        + (f"write {advice}" if advice else "write it as 2012, 2012-09, 2012-09-07 or 2012/2014")
    )


_SLIPS: tuple[tuple[str, str], ...] = (
    (r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})", "{0}-{1:0>2}-{2:0>2}"),
    (r"([0-9]{4})([0-9]{2})([0-9]{2})", "{0}-{1}-{2}"),
    (r"([0-9]{4})[-/. ]([0-9]{1,2})", "{0}-{1:0>2}"),
    (r"([0-9]{3})(?:0?s|[xu?_-])", "{0}X"),
    (r"([0-9]{2})(?:xx|uu)", "{0}XX"),
    (r"([0-9]{3})", "{0}X for the decade"),
    (r"([0-9]{2})", "20{0}, or {0}XX for the century"),
    (r"(?:c\.|ca\.?|circa|about|~) *([0-9]{4})", "{0}~"),
    (r"([0-9]{4}) *(?:-|–|—|to) *([0-9]{4})", "{0}/{1}"),
    (r"(.+)/(?:open|now|present|today)", "{0}/.."),
    (r"(.+)/(?:unknown|\?)", "{0}/ with nothing after the stroke"),
    (r"(?:unknown|n/?a|none|-|\?)", "nothing, or XXXX, where the date is not known"),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2}) +([0-9]{1,2}:.+)", "{0}T{1:0>5}"),
    (r"(-?[0-9]{5,})", "Y{0}"),
)


def _advice(text: str) -> str:
    """Return what would be right, for slips that are common; empty for others."""
    for pattern, template in _SLIPS:
        if found := re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII):
            return template.format(*found.groups())
    if found := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text, re.ASCII):
        # Which of the two is the day depends on the country: that is for the writer to say.
        return f"{found[3]}-MM-DD, the month before the day"
    if found := re.fullmatch(
        r"(?:([0-9]{1,2})\.? +)?([A-Z]{3})[A-Z]*\.?,? *(?:([0-9]{1,2}),? +)?([0-9]{4})",
        text,
        re.IGNORECASE | re.ASCII,
    ):
        month = found[2].title()
        if month in MONTHS:
            day = found[1] or found[3]
            number = f"{found[4]}-{MONTHS.index(month) + 1:02}"
            return f"{number}-{day:0>2}" if day else number
    return ""


# -- using dates ---------------------------------------------------------------------------------


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


# -- in words ------------------------------------------------------------------------------------


def year_words(year: int) -> str:
    """Return an astronomical year by the count that people use: 0 is ``1 BC``, 800 ``AD 800``."""
    number = 1 - year if year <= 0 else year
    digits = f"{number:,}" if number > 9999 else str(number)
    if year <= 0:
        return f"{digits} BC"
    return f"AD {digits}" if year < 1000 else digits


def day_words(day: float) -> str:
    """Return the day in which a finite moment falls, e.g. ``6 Jan 2020``."""
    y, m, d = civil(math.floor(day))
    return f"{d} {MONTHS[m - 1]} {year_words(y)}"


def to_words(date: Date) -> str:
    """Return a date as a reader would say it, e.g. ``about Sep 2012`` or ``from 2018``."""
    return _words(date.text)


def extent_words(dates: Sequence[Date]) -> str:
    """Return from when to when dates reach, e.g. ``2012 – Feb 2020``; open ends do not count.

    The first and the last are said as exactly as their source has them.
    """
    begins = [date for date in dates if math.isfinite(date.earliest)]
    ends = [date for date in dates if math.isfinite(date.latest)]
    said = []
    if begins:
        first = min(begins, key=lambda date: (date.earliest, date.latest))
        said.append(_end_words(first, 0))
    if ends:
        last = max(ends, key=lambda date: (date.latest, date.earliest))
        said.append(_end_words(last, -1))
    return " – ".join(dict.fromkeys(said)) or "date not known"


def _end_words(date: Date, side: Literal[0, -1]) -> str:
    return _words(date.text.split("/")[side])


@lru_cache(maxsize=_CACHED)
def _words(text: str) -> str:
    if not text:
        return "date not known"
    if text[0] in "[{":
        return _set_words(text)
    if "/" in text:
        return _interval_words(*text.split("/"))
    return _point_words(_point(text))


def _interval_words(first: str, last: str) -> str:
    start, end = _interval_end(first, first), _interval_end(last, last)
    match start, end:
        case _Point(), _Point():
            return _span_words(start, end)
        case _Point(), "open":
            return f"from {_point_words(start)}"
        case _Point(), "unknown":
            return f"from {_point_words(start)}, end not known"
        case "open", _Point():
            return f"until {_point_words(end)}"
        case "unknown", _Point():
            return f"until {_point_words(end)}, beginning not known"
        case "unknown", "unknown":
            return "beginning and end not known"
        case "unknown", _:
            return "ongoing, beginning not known"
        case _, "unknown":
            return "end not known, without beginning"
    return "without beginning or end"


def _span_words(start: _Point, end: _Point) -> str:
    """Words for an interval, what both ends share said once: ``3 – 6 Jan 2020``."""
    plain = all(
        not (point.uncertain or point.approximate or point.time)
        and point.precision in ("day", "month")
        for point in (start, end)
    )
    first, last = _point_words(start), _point_words(end)
    if plain and start.precision == end.precision and start.year == end.year:
        first = first.removesuffix(f" {year_words(int(start.year))}")
        if start.precision == "day" and start.month == end.month:
            first = str(int(start.day))
    return last if start == end else f"{first} – {last}"


def _set_words(text: str) -> str:
    word = "or" if text[0] == "[" else "and"
    said = []
    for member in text[1:-1].split(","):
        before, dots, after = (part.strip() for part in member.partition(".."))
        if before and after:
            ends = [_point_words(_point(side)) for side in (before, after)]
            said.append(f"between {ends[0]} and {ends[1]}" if word == "or" else " to ".join(ends))
        elif dots:
            where = "later" if before else "before"
            said.append(f"{_point_words(_point(before or after))} {word} {where}")
        else:
            said.append(_point_words(_point(before)))
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {word} {said[-1]}"


def _point_words(point: _Point) -> str:
    words = _plain_words(point)
    if point.time:
        words += ", " + point.time.removesuffix("Z") + (" UTC" if point.time[-1] == "Z" else "")
    doubt = "perhaps " * point.uncertain + "about " * point.approximate
    return doubt + words


def _plain_words(point: _Point) -> str:
    year, month, day = point.year, point.month, point.day
    if point.precision == "unknown":
        if "X" in month + day or not month:
            return "date not known"
        part = _GROUPING_WORDS[int(month) - 21] if int(month) > 12 else MONTHS[int(month) - 1]
        part = part.removesuffix(" {}").replace(" {}", "").replace(" of", "")
        return f"{int(day)} {part}, year not known" if day else f"{part}, year not known"
    if "X" in year and not month:
        years = [next(_years(year, backwards)) for backwards in (False, True)]
        if point.precision == "decade" and years[0] >= 1000:
            return f"{years[0]}s"
        return f"between {year_words(years[0])} and {year_words(years[1])}"
    vague_month, vague_day = month in ("", "XX"), day in ("", "XX")
    if (
        "X" in year
        or ("X" in month and not (vague_month and vague_day))
        or ("X" in day and not vague_day)
    ):
        return f"between {day_words(point.earliest)} and {day_words(point.latest - 1)}"
    said = year_words(int(year))
    if not vague_month:
        code = int(month)
        if code > 12:
            return _GROUPING_WORDS[code - 21].format(said)
        said = f"{MONTHS[code - 1]} {said}"
    return said if vague_day else f"{int(day)} {said}"
