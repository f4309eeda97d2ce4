"""The density of events: how many there are to an area, smoothed over the screen.

A kernel density estimate with a Gaussian of a fixed width in pixels, worked out anew at every
zoom; the Gaussian is three box filters in a row, after Wells, "Efficient Synthesis of Gaussian
Filters by Cascaded Uniform Filters", IEEE Transactions on Pattern Analysis and Machine
Intelligence 8 (1986).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from viewer.geo.anchors import AREA, POINT, ROUGH, SHAPE, anchors
from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier
from viewer.model.filters import Shown
from viewer.scene import labels, style
from viewer.scene.frame import Frame
from viewer.scene.map_places import world
from viewer.scene.map_sites import Panel
from viewer.scene.primitives import Align, Box, Colour, Floats, Item, Raster, Rect, Text
from viewer.scene.stamps import Bytes
from viewer.scene.style import Theme
from viewer.scene.text import wrap
from viewer.scene.wording import counted

SPREAD = 16.0
"""Standard deviation of the kernel in pixels."""
CELL = 4.0
"""Pixels between the values worked out."""
_MARGIN = 4.0 * SPREAD
_PASSES = 3
_UNIT = 60.0
"""Pixels that the side of the area counted by is to have, about."""
_STRENGTH = 0.9
_WIDTH, _PAD, _LINE = 192.0, 8.0, 13.0


@dataclass(frozen=True, eq=False)
class Density:
    """The layer and its legend.

    Parameters
    ----------
    items : tuple of Item
        What lies on the land.
    legend : tuple of Item
        The ground of the legend and its ramp.
    labels : tuple of (Text, Rect)
        Its words.
    box : Rect
        What the legend covers.
    """

    items: tuple[Item, ...]
    legend: tuple[Item, ...]
    labels: tuple[tuple[Text, Rect], ...]
    box: Rect


def draw_density(frame: Frame, panel: Panel, corner: tuple[float, float]) -> Density:
    """Draw the density of the events shown.

    An event at several places counts for a part of one at each. Those known to a region or a
    country only are left out, and the legend says how many they are.

    Parameters
    ----------
    frame : Frame
    panel : Panel
    corner : tuple of float
        Lower right corner of the legend, in pixels.
    """
    dossier, theme = frame.state.dossier, frame.theme
    weights, left_out = event_shares(dossier, frame.shown)
    rows = np.flatnonzero(weights)
    xy = panel.pixels(world(dossier, panel.projection)[rows])
    rect = panel.rect
    found = smoothed(xy - (rect.x, rect.y), weights[rows], (rect.width, rect.height))
    centre = panel.camera.x, panel.camera.y
    metres = panel.camera.scale / panel.projection.scale_at(centre)
    side = _round_up(_UNIT * metres / 1.5, (1, 2, 5))
    found *= (side / metres / CELL) ** 2
    most = float(found.max(initial=0.0))
    top = _round_up(most, (1, 2, 4, 8)) if most else 0.0
    ramp = shades(theme)
    items: tuple[Item, ...] = ()
    if top:
        # The root of the number, or a single crowded spot would leave all the others white.
        pixels = np.round(np.sqrt(np.maximum(found, 0.0) / top) * 255).astype(np.uint8)
        height, width = found.shape
        items = (Raster(pixels, ramp, Rect(rect.x, rect.y, width * CELL, height * CELL)),)
    return Density(items, *_legend(theme, ramp, corner, top, side, left_out))


@kept_with_dossier(4)
def event_shares(dossier: Dossier, shown: Shown) -> tuple[Floats, int]:
    """Share the events shown out among their places.

    Returns
    -------
    (ndarray of float64, int)
        For each place known to a point the number of its events, shape (places,), an event at
        several such places counting for its part of one at each; and the number of events that
        are known to regions and countries only.
    """
    links, form = dossier.places_of_event, anchors(dossier).form
    event = np.repeat(np.arange(len(links), dtype=np.int32), links.counts)
    exact = (form[links.targets] == POINT) & shown.events[event]
    known = np.bincount(event[exact], minlength=len(links))
    vague = links.reverse.reach(np.isin(form, (ROUGH, AREA, SHAPE))) & shown.events
    shares = 1.0 / known[event[exact]]
    weights: Floats = np.bincount(links.targets[exact], shares, len(form)).astype(np.float64)
    return weights, int(np.count_nonzero(vague & (known == 0)))


def smoothed(xy: Floats, weights: Floats, size: tuple[float, float]) -> Floats:
    """Smooth weighted points into a picture.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Pixels.
    weights : ndarray of float64, shape (n,)
    size : tuple of float
        Width and height in pixels.

    Returns
    -------
    ndarray of float64, shape (height / `CELL`, width / `CELL`), rounded up
        Weight in each cell; what lies near the edge outside reaches in.
    """
    width, height = (math.ceil(side / CELL) for side in size)
    beyond = math.ceil(_MARGIN / CELL)
    wide, high = width + 2 * beyond, height + 2 * beyond
    at = np.floor(xy / CELL) + beyond
    column, row = at.T
    near = (column >= 0) & (row >= 0) & (column < wide) & (row < high)
    cells = (row[near] * wide + column[near]).astype(np.intp)
    out: Floats = np.bincount(cells, weights[near], wide * high).astype(np.float64)
    out = out.reshape(high, wide)
    for length in _lengths(SPREAD / CELL):
        for axis in (0, 1):
            out = _box(out, length, axis)
    inner: Floats = out[beyond : beyond + height, beyond : beyond + width]
    return inner


def _lengths(spread: float) -> list[int]:
    """Return the odd lengths of the box filters that together have a standard deviation."""
    wanted = 12.0 * spread**2
    short = math.floor(math.sqrt(wanted / _PASSES + 1))
    short -= 1 - short % 2
    many = (wanted - _PASSES * (short**2 + 4 * short + 3)) / (-4 * short - 4)
    return [short if i < round(many) else short + 2 for i in range(_PASSES)]


def _box(values: Floats, length: int, axis: int) -> Floats:
    """Return the mean of `length` neighbours along an axis, of nothing beyond the ends."""
    half = length // 2
    pads = [(0, 0), (0, 0)]
    pads[axis] = (half + 1, half)
    sums = np.cumsum(np.pad(values, pads), axis=axis)
    after, before = (slice(length, None), slice(None, -length))
    cut = (lambda part: (part, slice(None))) if axis == 0 else (lambda part: (slice(None), part))
    mean: Floats = (sums[cut(after)] - sums[cut(before)]) / length
    return mean


# -- colours and legend ----------------------------------------------------------------------


@lru_cache(maxsize=4)
def shades(theme: Theme) -> Bytes:
    """Return the ramp from nothing to the accent, in even steps of lightness over the land.

    Returns
    -------
    ndarray of uint8, shape (256, 4)
        Red, green, blue and opacity.
    """
    shares = np.linspace(0.0, _STRENGTH, 256)
    lightness = np.array([_lightness(theme.accent.over(theme.land, share)) for share in shares])
    if lightness[-1] < lightness[0]:
        lightness = -lightness
    even = np.interp(np.linspace(lightness[0], lightness[-1], 256), lightness, shares)
    ramp = np.empty((256, 4), dtype=np.uint8)
    ramp[:, :3] = theme.accent[:3]
    ramp[:, 3] = np.round(even * 255)
    return ramp


def _lightness(colour: Colour) -> float:
    """Return L* of a colour (CIE 1976, sRGB)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour[:3])
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27


def _legend(
    theme: Theme,
    ramp: Bytes,
    corner: tuple[float, float],
    top: float,
    side: float,
    left_out: int,
) -> tuple[tuple[Item, ...], tuple[tuple[Text, Rect], ...], Rect]:
    length = f"{side / 1000:,.0f} km" if side >= 1000 else f"{side:,.0f} m"
    title = f"Events per {length} × {length}" if top else "No event to show the density of"
    inner = _WIDTH - 2 * _PAD
    notes: list[str] = []
    if left_out:
        verb = "is" if left_out == 1 else "are"
        told = f"{counted(left_out, 'event')} known to a region or country only {verb} not in it"
        notes = wrap(told, inner, style.TINY)
    height = 2 * _PAD + _LINE * (1 + len(notes)) + (24.0 if top else 0.0)
    box = Rect(corner[0] - _WIDTH, corner[1] - height, _WIDTH, height)
    x, y = box.x + _PAD, box.y + _PAD + 9.0
    texts = [Text(title, x, y, theme.muted, style.TINY, 600)]
    items: list[Item] = [Box(box, theme.land, theme.divider, style.RADIUS)]
    if top:
        bar = Rect(x, y + 6.0, inner, 7.0)
        line = np.arange(256, dtype=np.uint8)[None]
        items += [Raster(line, ramp, bar), Box(bar, None, theme.coast)]
        y += 24.0
        # The ramp goes by the root: its middle is a quarter of its end.
        ends: tuple[tuple[float, Align], ...] = ((0.0, "left"), (0.5, "centre"), (1.0, "right"))
        texts += [
            Text(_amount(share**2 * top), x + share * inner, y, theme.muted, style.TINY, 400, align)
            for share, align in ends
        ]
    texts += [
        Text(note, x, y + _LINE * (i + 1), theme.muted, style.TINY) for i, note in enumerate(notes)
    ]
    return tuple(items), tuple((text, labels.text_box(text)) for text in texts), box


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _round_up(value: float, steps: tuple[int, ...]) -> float:
    """Return the next number that is one of `steps` times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in steps if step * power >= value), 10.0 * power)
