"""Units of the Persian calendar along an axis, for `ticks.ticks`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

import numpy as np

from viewer.model.calendars import (
    PERSIAN_MONTHS,
    persian_civil,
    persian_day_number,
    persian_days,
    persian_year_words,
)
from viewer.scene.primitives import Floats
from viewer.scene.ticks import MONTH, YEAR, Span


@dataclass(frozen=True, slots=True)
class PersianUnit:
    """A unit of the Persian calendar, or a number of them.

    Parameters
    ----------
    length : float
        Mean length in days.
    months : int
        Length in months; 0 for units shorter than a month.
    parts : tuple of int
        Days of the month at which the unit begins; none: every day.
    """

    length: float
    months: int = 0
    parts: tuple[int, ...] = (1,)

    def edges(self, span: Span) -> Floats:
        """Return the unit's boundaries around and in `span`, none where there is no calendar."""
        first, last = persian_days()
        low, high = max(int(np.floor(span[0])), first), min(int(np.ceil(span[1])), last)
        if low >= high:
            return np.empty(0)
        if not self.parts:
            return np.arange(low, high + 1, dtype=float)
        begin, end = (12 * year + month - 1 for year, month, _ in map(persian_civil, (low, high)))
        step = max(self.months, 1)
        # There is no year 0.
        months = [month for month in range(begin // step * step, end + 1, step) if month >= 12]
        return np.array(
            [persian_day_number(m // 12, m % 12 + 1, day) for m in months for day in self.parts],
            dtype=float,
        )

    def label(self, moment: float, full: bool) -> str:
        """Return what the unit that begins at `moment` is called; parameters as `ticks.Unit`."""
        year, month, day = persian_civil(int(moment))
        if self.months >= 12:
            return persian_year_words(year)
        name = PERSIAN_MONTHS["en"][month - 1]
        words = name if self.months else f"{day} {name}"
        named = full or (month == 1 and day == 1)
        return f"{words} {persian_year_words(year)}" if named else words


def persian_units(least: float) -> Iterator[PersianUnit]:
    """Yield the units fit for ticks that are at least `least` days long, finest first."""
    short = (
        PersianUnit(1.0, parts=()),
        PersianUnit(MONTH / 4, parts=(1, 8, 15, 22)),
        PersianUnit(MONTH / 2, parts=(1, 16)),
        PersianUnit(MONTH, 1),
        PersianUnit(3 * MONTH, 3),
    )
    years = (n * 10**power for power in count() for n in (1, 2, 5))
    units = chain(short, (PersianUnit(YEAR * n, 12 * n) for n in years))
    return (unit for unit in units if unit.length >= least)
