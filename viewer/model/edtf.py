"""Reading dates as sources give them: EDTF, the extended date format of ISO 8601-2.

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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple

from viewer.model.edtf_advice import MONTHS, advice, quoted, wrong

End = Literal["given", "open", "unknown"]
Precision = Literal["day", "month", "season", "year", "decade", "century", "interval", "unknown"]

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


def year_words(year: int) -> str:
    """Return an astronomical year by the count that people use: 0 is ``1 BC``, 800 ``AD 800``."""
    number = 1 - year if year <= 0 else year
    digits = f"{number:,}" if number > 9999 else str(number)
    if year <= 0:
        return f"{digits} BC"
    return f"AD {digits}" if year < 1000 else digits


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
    point = point_of(text)
    stated: End = "unknown" if point.precision == "unknown" else "given"
    return Date(
        text, point.earliest, point.latest, point.latest, point.earliest, stated, stated,
        point.uncertain, point.approximate, precision=point.precision,
    )  # fmt: skip


def _parse_interval(text: str) -> Date:
    sides = text.split("/")
    if len(sides) != 2:
        raise wrong(text)
    ends = [interval_end(side, text) for side in sides]
    points = [side for side in ends if isinstance(side, Point)]
    first, last = ends
    start: End = "given" if isinstance(first, Point) else first
    end: End = "given" if isinstance(last, Point) else last
    earliest = first.earliest if isinstance(first, Point) else -math.inf
    latest = last.latest if isinstance(last, Point) else math.inf
    if latest <= earliest:
        raise ValueError(f"{quoted(text)} ends before it begins: write the earlier date first")
    # An open beginning lies before everything; one not known may lie anywhere before the end.
    begin_latest = -math.inf if start == "open" else latest
    if isinstance(first, Point):
        begin_latest = min(first.latest, latest)
    end_earliest = math.inf if end == "open" else earliest
    if isinstance(last, Point):
        end_earliest = max(last.earliest, earliest)
    return Date(
        text, earliest, latest, begin_latest, end_earliest, start, end,
        uncertain=any(point.uncertain for point in points),
        approximate=any(point.approximate for point in points),
        is_interval=True,
        precision="interval",
    )  # fmt: skip


def interval_end(text: str, whole: str) -> Point | Literal["open", "unknown"]:
    """Read one side of an interval; `whole` is what an error message is about."""
    if text == "..":
        return "open"
    if not text:
        return "unknown"
    try:
        point = point_of(text)
    except ValueError:
        if advice(whole):
            raise wrong(whole) from None
        raise
    return "unknown" if math.isnan(point.earliest) else point


def _parse_set(text: str) -> Date:
    closing = {"[": "]", "{": "}"}[text[0]]
    members = [member.strip() for member in text[1:-1].split(",")]
    if text[-1] != closing or not all(members):
        raise wrong(text)
    start: End = "given"
    end: End = "given"
    points: list[Point] = []
    for position, member in enumerate(members):
        before, dots, after = member.partition("..")
        if dots and not before and position == 0 and after:
            start = "open"
        elif dots and not after and position == len(members) - 1 and before:
            end = "open"
        elif not before or (dots and not after):
            raise wrong(text)
        points += [point_of(side) for side in (before, after) if side]
        if before and after and points[-1].latest <= points[-2].earliest:
            raise ValueError(f"{quoted(text)}: write the earlier date of {quoted(member)} first")
    known = [point for point in points if not math.isnan(point.earliest)]
    if len(known) < len(points):
        raise ValueError(f"{quoted(text)}: the dates of a set need a year")
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


class Point(NamedTuple):
    """A date that is no interval and no set, with its digits as they are written."""

    text: str
    year: str
    month: str
    day: str
    time: str
    uncertain: bool
    approximate: bool
    earliest: float
    latest: float
    precision: Precision

    @property
    def plain(self) -> bool:
        """Whether it is a day or a month, all its digits given, and nothing more."""
        marked = self.uncertain or self.approximate or self.time or "X" in self.month
        whole = self.day == "XX" or "X" not in self.day
        return self.precision in ("day", "month") and whole and not marked


def points_of(text: str) -> tuple[Point, ...]:
    """Return the points that a date that can be read is made of, those of a known time."""
    sides = re.split(r"[/,]|\.\.", text.strip("[{}]"))
    points = (point_of(side.strip()) for side in sides if side.strip())
    return tuple(point for point in points if not math.isnan(point.earliest))


@lru_cache(maxsize=_CACHED)
def point_of(text: str) -> Point:
    """Read a date that is no interval and no set.

    Raises
    ------
    ValueError
        As `parse`.
    """
    found = _POINT.fullmatch(text)
    if found is None:
        raise wrong(text)
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
    return Point(
        text, year, month, day, time or "", uncertain, approximate, earliest, latest, precision
    )


def _bounds(text: str, year: str, month: str, day: str) -> tuple[float, float]:
    if "X" not in year + month + day:
        y, m = int(year), int(month or 1)
        if month and 21 <= m <= 41 and not day:
            return _grouping_bounds(y, y, m)
        if not 1 <= m <= 12:
            raise ValueError(
                f"{quoted(text)}: there is no month {month}; months are 01 to 12, or 21 to 41 "
                "for seasons and parts of a year"
            )
        if day:
            d = int(day)
            if not 1 <= d <= _month_length(y, m):
                raise ValueError(
                    f"{quoted(text)}: there is no day {day}; "
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
        years = list(years_like(year))
        return _grouping_bounds(years[0], years[-1], int(month))
    first_day = _first_match(year, month, day)
    last_day = _first_match(year, month, day, backwards=True)
    if first_day is None or last_day is None:
        raise ValueError(f"{quoted(text)}: no day of the calendar is like this")
    return float(first_day), float(last_day + 1)


def _grouping_bounds(first_year: int, last_year: int, code: int) -> tuple[float, float]:
    first, last = _GROUPINGS[code - 21]
    if last < first:
        first_year, last_year = first_year - 1, last_year + 1
    return float(day_number(first_year, *first)), float(day_number(last_year, *last) + 1)


def years_like(pattern: str, backwards: bool = False) -> Iterator[int]:
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
    for y in years_like(year, backwards):
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
