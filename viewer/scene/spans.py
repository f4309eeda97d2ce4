"""Counting events over time: spans that many events share, histograms, the densest stretch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.model import filters
from viewer.model.arrays import row_type
from viewer.model.dates import extent, parse
from viewer.model.derived import derived, kept_with_dossier
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Shown
from viewer.model.schema import QUADS
from viewer.scene.frame import Frame
from viewer.scene.primitives import Floats
from viewer.scene.ticks import ONE_MONTH, Span, Unit, coarsest_unit, snapped

CLASSES = len(QUADS) + 1
"""The quad classes and, last, none."""

CORE = 0.6
"""Share of the dated events that the densest stretch holds."""
EVEN = 1 / 3
"""A stretch longer than this share of the whole says that the events are spread evenly."""
NEIGHBOUR = 0.05
"""A neighbouring calendar unit with this share of the events is taken in."""
FEWEST = 5
"""With fewer events all of them are shown."""


@dataclass(frozen=True, eq=False)
class Spans:
    """The distinct spans of the dated events of a dossier, with their quad class.

    Many events of a large dossier share a day and a class, so that counting spans costs little.

    Parameters
    ----------
    low, high : ndarray of float64, shape (g,)
        Days since 1970-01-01; infinite where open or not known.
    counted : ndarray of float64, shape (g, 2)
        The same, an end that is open or not known being taken to lie at the end that is given:
        the whole year where that is a year.
    classes : ndarray of intp, shape (g,)
        Position in `schema.QUADS`; ``CLASSES - 1`` is none.
    of_event : ndarray of integer, shape (n,)
        Span of each event; g for an event without a date.
    undated : ndarray of intp
        Rows of the events without a date.
    """

    low: Floats
    high: Floats
    counted: Floats
    classes: NDArray[np.intp]
    of_event: Index
    undated: Index

    def extent(self, weights: Floats | None = None) -> Span | None:
        """Return the earliest and latest known moment of the spans that weigh something."""
        rows = np.ones(len(self.low), dtype=bool) if weights is None else weights > 0
        known = np.concatenate([self.low[rows], self.high[rows]])
        known = known[np.isfinite(known)]
        return (float(known.min()), float(known.max())) if len(known) else None

    def touching(self, window: Span) -> Mask:
        """Return which spans share time with a window, shape (g,)."""
        inside: Mask = (self.high > window[0]) & (self.low < window[1])
        return inside


@derived("events.date", "events.quad")
def spans_of(dossier: Dossier) -> Spans:
    """Return the spans of a dossier's events."""
    low, high = dossier.event_bounds.reshape(-1, 2).T
    known = np.isfinite(low) | np.isfinite(high)
    dated = np.flatnonzero(known)
    classes = dossier.event_quads[dated].astype(np.intp)
    classes[classes < 0] = CLASSES - 1
    counted = np.column_stack([low, high])[dated]
    for i in np.flatnonzero(np.isinf(counted).any(axis=1)).tolist():
        counted[i] = _given(dossier.event_dates[dated[i]].text)
    order = np.lexsort((classes, counted[:, 1], counted[:, 0], high[dated], low[dated]))
    rows = dated[order]
    keys = np.column_stack([low[rows], high[rows], counted[order], classes[order]])
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    of_event = np.full(len(low), np.count_nonzero(new), dtype=row_type(len(low)))
    of_event[rows] = np.cumsum(new) - 1
    keys = keys[new]
    return Spans(
        keys[:, 0].copy(),
        keys[:, 1].copy(),
        keys[:, 2:4],
        keys[:, 4].astype(np.intp),
        of_event,
        np.flatnonzero(~known),
    )


@lru_cache(maxsize=1 << 14)
def _given(text: str) -> Span:
    """Return the span of what is given in a date that has an open end."""
    given = extent([parse(text)])
    return given.earliest, given.latest


@kept_with_dossier(8)
def weights_of(dossier: Dossier, rows: Shown) -> Floats:
    """Return how many events of a mask have each span, shape (g,)."""
    spans = spans_of(dossier)
    counts = np.bincount(spans.of_event[rows.events], minlength=len(spans.low) + 1)
    return counts[:-1].astype(np.float64)


def shown_weights(frame: Frame) -> Floats:
    """Return how many of the events that a frame shows have each span, shape (g,).

    Events of one span pass a filter by time together, so that it is asked of the spans alone.
    """
    dossier, chosen = frame.state.dossier, frame.state.filter
    return weights_of(dossier, frame.shown) if chosen.span is None else _weights(dossier, chosen)


@kept_with_dossier(2)
def _weights(dossier: Dossier, chosen: filters.Filter) -> Floats:
    assert chosen.span is not None
    spans, ever = spans_of(dossier), _weights_ever(dossier, replace(chosen, span=None))
    outside = (spans.high <= chosen.span[0]) | (spans.low >= chosen.span[1])
    return np.where(outside, 0.0, ever)


@kept_with_dossier(2)
def _weights_ever(dossier: Dossier, chosen: filters.Filter) -> Floats:
    return weights_of(dossier, filters.shown(dossier, chosen))


def rows_in(dossier: Dossier, shown: Shown, window: Span) -> Index:
    """Return the rows of the shown events that have a date and share time with a window."""
    spans = spans_of(dossier)
    inside = np.append(spans.touching(window), False)
    return np.flatnonzero(shown.events & inside[spans.of_event])


def histogram(spans: Spans, weights: Floats, edges: Floats) -> Floats:
    """Count events in bins.

    An event that may lie in, or lasts over, several bins is shared among them in proportion
    to time, so that nothing is sharpened and every event counts once. One with an end that is open
    or not known counts where its other end can lie.

    Parameters
    ----------
    spans : Spans
    weights : ndarray of float64, shape (g,)
        Number of events of each span.
    edges : ndarray of float64, shape (b + 1,)
        Boundaries of the bins in days.

    Returns
    -------
    ndarray of float64, shape (CLASSES, b)
    """
    return _bins_of(spans, edges.tobytes()).count(weights)


class _Bins:
    """Which bins the spans fall into: the same at most steps of a drag."""

    def __init__(self, spans: Spans, edges: Floats) -> None:
        self.size = len(edges) - 1
        low, high = spans.counted.T
        used = np.flatnonzero((high > edges[0]) & (low < edges[-1]))
        low, high, classes = low[used], high[used], spans.classes[used]
        first = np.searchsorted(edges, low, "right") - 1
        last = np.searchsorted(edges, high, "left") - 1
        whole = first == last
        self.whole = used[whole]
        self.cells = classes[whole] * self.size + first[whole]
        self.shared = []
        for code in range(CLASSES):
            part = ~whole & (classes == code)
            self.shared.append(_Shared(used[part], low[part], high[part], edges))

    def count(self, weights: Floats) -> Floats:
        """Return the weight in every bin, shape (CLASSES, bins)."""
        counts = np.bincount(self.cells, weights[self.whole], minlength=CLASSES * self.size)
        out: Floats = counts.astype(np.float64).reshape(CLASSES, self.size)
        for row, shared in zip(out, self.shared, strict=True):
            row += np.diff(shared.before(weights))
        return out


@lru_cache(maxsize=4)
def _bins_of(spans: Spans, edges: bytes) -> _Bins:
    return _Bins(spans, np.frombuffer(edges))


class _Shared:
    """Evenly spread spans that lie in several bins."""

    def __init__(self, rows: Index, low: Floats, high: Floats, edges: Floats) -> None:
        self.rows, self.length = rows, high - low
        # Moments are counted from the first one: sums of large numbers would lose digits.
        self.moments = edges - edges[0]
        self.ends = []
        for ends, sign in ((low, 1.0), (high, -1.0)):
            order = np.argsort(ends)
            at = np.searchsorted(ends[order], edges, "right")
            self.ends.append((order, ends[order] - edges[0], at, sign))

    def before(self, weights: Floats) -> Floats:
        """Return how much of them lies before each edge."""
        density = weights[self.rows] / self.length
        out = np.zeros(len(self.moments))
        for order, ends, at, sign in self.ends:
            rate = np.concatenate([[0.0], np.cumsum(density[order])])
            offset = np.concatenate([[0.0], np.cumsum(ends * density[order])])
            out += sign * (self.moments * rate[at] - offset[at])
        return out


@derived("events.date", "events.quad")
def whole_span(dossier: Dossier) -> Span | None:
    """Return the span of all dated events, padded to calendar units; None without any."""
    extent = spans_of(dossier).extent()
    return None if extent is None else _rounded(extent)


def _rounded(span: Span) -> Span:
    return snapped(span, _unit_of(span))


def _unit_of(span: Span) -> Unit:
    return coarsest_unit(max((span[1] - span[0]) / 5, ONE_MONTH.length))


@kept_with_dossier(8)
def default_window(dossier: Dossier, shown: Shown) -> Span | None:
    """Return the span of time that is shown unless another one is asked for.

    It is the shortest stretch that holds 60 % of the shown events, widened to calendar units
    and to busy neighbours; everything where the events are few or spread evenly.

    Parameters
    ----------
    dossier : Dossier
    shown : Shown
        What passes the filter.

    Returns
    -------
    tuple of float, optional
        Beginning and end in days since 1970-01-01; None where no event has a date.
    """
    spans, weights = spans_of(dossier), weights_of(dossier, shown)
    extent = spans.extent(weights)
    if extent is None:
        return None
    rows = np.flatnonzero((weights > 0) & np.isfinite(spans.high - spans.low))
    middle = (spans.low[rows] + spans.high[rows]) / 2
    order = np.argsort(middle, kind="stable")
    rows, middle = rows[order], middle[order]
    total = np.concatenate([[0.0], np.cumsum(weights[rows])])
    if total[-1] < FEWEST:
        return _rounded(extent)
    last = np.searchsorted(total, total[:-1] + CORE * total[-1] - 1e-9, "left") - 1
    first = np.flatnonzero(last < len(rows))
    length = middle[last[first]] - middle[first]
    start = int(first[np.argmin(length)])
    held = rows[start : last[start] + 1]
    if length.min() > EVEN * (extent[1] - extent[0]):
        return _rounded(extent)
    # A year among days would widen the stretch to a year: it is shown, cut, all the same.
    narrow = held[spans.high[held] - spans.low[held] <= max(length.min(), 1.0)]
    low = float(min(spans.low[narrow].min(initial=middle[start]), middle[start]))
    high = float(max(spans.high[narrow].max(initial=-np.inf), middle[last[start]]))
    unit = _unit_of((low, high))
    low, high = snapped((low, high), unit)

    def is_busy(begin: float, end: float) -> bool:
        inside = (middle >= begin) & (middle < end)
        return bool(weights[rows][inside].sum() >= NEIGHBOUR * total[-1])

    while is_busy(before := float(unit.edges((low - 1, low))[0]), low):
        low = before
    while is_busy(high, after := float(unit.edges((high, high + 1))[-1])):
        high = after
    return low, high
