"""Dates in the Persian calendar (Solar Hijri, ``AP``), said beside the Gregorian ones.

A day of one calendar is a day of the other; months and years are not, so a Gregorian month is
said as the two Persian months it can lie in, and a year as the two years.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

from viewer.model.dates import Date, Point, day_number, phrase

PERSIAN_MONTHS = {
    "en": (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
    "fa": (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
        "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
}  # fmt: skip
"""Names of the months by the language they are written in."""

_Day = tuple[int, int, int]

PERSIAN_LAST = 2987
"""Last year for which the rule of `persian_civil` is known."""
_EPOCH = day_number(622, 3, 22)
"""1 Farvardin of the year 1."""


class _BeyondError(ValueError):
    """A moment before the year 1 or after `PERSIAN_LAST`."""


def persian_civil(day: int) -> _Day:
    """Return the Persian year, month and day of the month of a day number.

    A year begins on the day whose noon, at 52.5° E, is the first after the March equinox: the
    law of Iran since 31 March 1925 (11 Farvardin 1304) and, carried back, what historians date
    by; before 1925 the days of an Iranian document are those of other calendars. Reckoned by
    the package persiantools: leap years by the cycle of 33 years from 1178 (AD 1799), which
    gives the equinoxes up to 1501, by its tables of equinoxes before and after.

    Raises
    ------
    ValueError
        The day lies before the year 1 (22 March 622) or after `PERSIAN_LAST`.
    """
    from persiantools.jdatetime import JalaliDate

    first, last = persian_days()
    if not first <= day <= last:
        raise _BeyondError(f"day {day} is outside the Persian years 1 to {PERSIAN_LAST}")
    found = JalaliDate.fromordinal(day - _EPOCH + 1)
    return found.year, found.month, found.day


@cache
def persian_days() -> tuple[int, int]:
    """Return the first and the last day number for which there is a Persian date."""
    return _EPOCH, persian_day_number(PERSIAN_LAST + 1, 1, 1) - 1


def persian_day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a Persian day: `persian_civil` turned round.

    Raises
    ------
    ValueError
        There is no such day.
    """
    from persiantools.jdatetime import JalaliDate

    return int(JalaliDate(year, month, day).toordinal()) + _EPOCH - 1


def persian_year_words(year: int) -> str:
    """Return a Persian year; one of less than four digits with its era."""
    return str(year) if year >= 1000 else f"{year} AP"


def persian_words(date: Date) -> str:
    """Return a date in the Persian calendar with all its hedges, never sharper than it is.

    Empty where nothing is known, where any part lies before the year 1 (AD 622) and after
    `PERSIAN_LAST`.

    Examples
    --------
    >>> from viewer.model.dates import parse
    >>> persian_words(parse("2020-01-17")), persian_words(parse("2012-09"))
    ('27 Dey 1398', 'Shahrivar–Mehr 1391')
    """
    known = math.isfinite(date.earliest) or math.isfinite(date.latest)
    return _words(date.text) if known else ""


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> str:
    try:
        return phrase(text, _point_words, _short)
    except _BeyondError:
        return ""


def _point_words(point: Point) -> str:
    """Words for all that a point can be: a day, the months or the years it can lie in."""
    first, last = _ends(point)
    if point.precision == "day":
        return f"{first[2]} {_month(first)} {_year(first)}"
    if point.precision in ("month", "season"):
        if first[0] != last[0]:
            return f"{_month(first)} {_year(first)} – {_month(last)} {_year(last)}"
        months = dict.fromkeys((_month(first), _month(last)))
        return f"{'–'.join(months)} {_year(last)}"
    return _year(last) if first[0] == last[0] else f"{first[0]}–{_year(last)}"


def _short(start: Point, end: Point, words: str) -> str:
    """Leave out of ``17 Dey 1398`` what ``20 Dey 1398`` says again."""
    if start.plain and end.plain and start.precision == end.precision == "day":
        first, last = _ends(start)[0], _ends(end)[0]
        if first[:2] == last[:2]:
            return str(first[2])
        if first[0] == last[0]:
            return words.removesuffix(f" {_year(first)}")
    return words


def _ends(point: Point) -> tuple[_Day, _Day]:
    """Return the first and the last day that a point can be."""
    return persian_civil(int(point.earliest)), persian_civil(int(point.latest) - 1)


def _month(day: _Day) -> str:
    return PERSIAN_MONTHS["en"][day[1] - 1]


def _year(day: _Day) -> str:
    return persian_year_words(day[0])
