"""Calendar units along an axis: boundaries, labels that do not overlap, spans in words.

Moments are days since 1970-01-01 in the proleptic Gregorian calendar; year 0 is 1 BC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count
from typing import Protocol

import numpy as np

from viewer.model.dates import MONTHS, civil, year_words
from viewer.scene.primitives import Floats
from viewer.scene.text import text_width

YEAR = 365.2425
MONTH = YEAR / 12
MONDAY = -3
"""The Monday of the week in which day 0 falls."""

LABEL_OFFSET = 4.0
"""Pixels from a tick to its label, which stands to the right of it."""
LABEL_GAP = 10.0

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Unit:
    """A calendar unit, or a number of them.

    Parameters
    ----------
    length : float
        Mean length in days.
    months : int
        Length in months; 0 for units shorter than a month.
    parts : tuple of int
        Days of the month at which the unit begins, for units that divide months.
    days : int
        Length of units that run on without regard to months: days, and weeks from Monday.
    """

    length: float
    months: int = 0
    parts: tuple[int, ...] = ()
    days: int = 0

    def edges(self, span: Span) -> Floats:
        """Return the unit's boundaries from the last one before `span` to the first after it."""
        low, high = int(np.floor(span[0])), int(np.ceil(span[1]))
        if self.days:
            origin = MONDAY if self.days == 7 else 0
            first = (low - origin) // self.days
            last = -((origin - high) // self.days)
            return origin + self.days * np.arange(first, last + 1, dtype=float)
        step = max(self.months, 1)
        months = np.array([low, high], "M8[D]").astype("M8[M]").astype(np.int64) + 1970 * 12
        grid = np.arange(months[0] // step * step - step, months[1] + 2 * step, step)
        if step > 12:
            # There is no year 0: centuries before AD 1 begin at 100 BC, which is year -99.
            grid = np.where(grid <= 0, grid + 12, grid)
        starts = (grid - 1970 * 12).astype("M8[M]").astype("M8[D]").astype(np.int64)
        days = (starts[:, None] + np.array(self.parts or (1,)) - 1).ravel().astype(float)
        begin = int(np.searchsorted(days, span[0], "right")) - 1
        stop = int(np.searchsorted(days, span[1], "left")) + 1
        kept: Floats = days[begin:stop]
        return kept

    def label(self, moment: float, full: bool) -> str:
        """Return what the unit that begins at `moment` is called.

        Parameters
        ----------
        moment : float
            A boundary.
        full : bool
            Whether the year is to be named in any case.
        """
        year, month, day = calendar(moment)
        if self.months >= 12:
            return year_words(year)
        words = MONTHS[month - 1] if self.months else f"{day} {MONTHS[month - 1]}"
        named = full or (month == 1 and day == 1)
        return f"{words} {year_words(year)}" if named else words


DAY, WEEK = Unit(1, days=1), Unit(7, days=7)
SEVENTHS = Unit(MONTH / 4, parts=(1, 8, 15, 22))
HALVES = Unit(MONTH / 2, parts=(1, 15))
ONE_MONTH, QUARTER = Unit(MONTH, months=1), Unit(MONTH * 3, months=3)


def _years() -> Iterator[Unit]:
    return (
        Unit(YEAR * n * 10**power, months=12 * n * 10**power)
        for power in count()
        for n in (1, 2, 5)
    )


def tick_units() -> Iterator[Unit]:
    """Yield the units fit for ticks, finest first, without end."""
    return chain((DAY, SEVENTHS, HALVES, ONE_MONTH, QUARTER), _years())


def bin_units() -> Iterator[Unit]:
    """Yield units fit for counting, finest first, without end."""
    return chain((DAY, WEEK, ONE_MONTH, QUARTER), _years())


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled boundary: moment in days, position in pixels from the axis' left end."""

    at: float
    x: float
    text: str


class AnyUnit(Protocol):
    """What `ticks` asks of a unit, of whichever calendar."""

    @property
    def length(self) -> float:
        """Mean length in days."""

    def edges(self, span: Span) -> Floats:
        """As `Unit.edges`."""

    def label(self, moment: float, full: bool) -> str:
        """As `Unit.label`."""


def ticks(
    span: Span,
    width: float,
    size: float,
    slack: float = 0.0,
    units: Callable[[], Iterator[AnyUnit]] = tick_units,
) -> tuple[Tick, ...]:
    """Return the finest calendar ticks whose labels do not overlap.

    The first label and that of every first month name the year.

    Parameters
    ----------
    span : tuple of float
        Days.
    width : float
        Length of the axis in pixels.
    size : float
        Font size of the labels in pixels.
    slack : float
        Pixels by which a label may reach beyond the right end.
    units : callable
        Returns the units to choose from, finest first, without end.
    """
    scale = width / (span[1] - span[0])
    for unit in units():
        if unit.length * scale < 2 * size and unit.length < 2 * (span[1] - span[0]):
            continue
        at = [float(t) for t in unit.edges(span) if span[0] <= t < span[1]]
        found: list[Tick] = []
        for i, moment in enumerate(at):
            tick = Tick(moment, (moment - span[0]) * scale, unit.label(moment, i == 0))
            if tick.x + LABEL_OFFSET + text_width(tick.text, size) <= width + slack:
                found.append(tick)
        ends = [tick.x + text_width(tick.text, size) + LABEL_GAP for tick in found]
        if all(end <= tick.x for end, tick in zip(ends, found[1:], strict=False)):
            return tuple(found)
    raise AssertionError("units grow without end")


def coarsest_unit(length: float) -> Unit:
    """Return the coarsest unit of counting that is no longer than `length` days."""
    best = DAY
    for unit in bin_units():
        if unit.length > length:
            break
        best = unit
    return best


def finest_unit(length: float) -> Unit:
    """Return the finest unit of counting that is at least `length` days long."""
    return next(unit for unit in bin_units() if unit.length >= length)


def snapped(span: Span, unit: Unit) -> Span:
    """Return `span` widened to boundaries of `unit`."""
    edges = unit.edges(span)
    return float(edges[0]), float(edges[-1])


def calendar(moment: float) -> tuple[int, int, int]:
    """Return the astronomical year, month and day of a moment."""
    return civil(int(np.floor(moment)))


@lru_cache(maxsize=1024)
def span_words(span: Span) -> str:
    """Return a span in words, no finer than needed: ``2012 – 2020``, ``Jan – Feb 2020``."""
    if not np.isfinite(span).all():
        if np.isfinite(span[0]):
            return f"{span_words((span[0], span[0] + 1))} and later"
        return f"{span_words((span[1] - 1, span[1]))} and earlier"
    low, high = span[0], max(np.ceil(span[1]) - 1, span[0])
    (y1, m1, d1), (y2, m2, d2) = calendar(low), calendar(high)
    whole_months = d1 == 1 and calendar(high + 1)[2] == 1
    if whole_months and m1 == 1 and m2 == 12:
        first, last = "", ""
    elif whole_months:
        first, last = MONTHS[m1 - 1], MONTHS[m2 - 1]
    else:
        first, last = f"{d1} {MONTHS[m1 - 1]}", f"{d2} {MONTHS[m2 - 1]}"
        if (y1, m1) == (y2, m2) and d1 != d2:
            first = str(d1)
    end = f"{last} {year_words(y2)}".strip()
    if y1 == y2:
        return end if first == last else f"{first} – {end}"
    return f"{first} {year_words(y1)}".strip() + f" – {end}"
