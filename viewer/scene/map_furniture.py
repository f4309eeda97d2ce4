"""What stands around a map: scale bar, attribution, degrees along the edge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from viewer.geo.basemap import Indexes
from viewer.geo.projection import Projection, scale_bar
from viewer.model.dossier import Mask
from viewer.model.state import PROJECTIONS
from viewer.scene import labels, style
from viewer.scene.frame import Camera
from viewer.scene.map_basemap import graticule_lines
from viewer.scene.map_sites import Panel
from viewer.scene.primitives import Align, Curves, Floats, Rect, Text
from viewer.scene.style import Theme

_GAP = 4.0
"""Pixels between a degree and the edge it stands at."""
_APART = 10.0


def draw_scale_bar(
    theme: Theme, view: Rect, projection: Projection, camera: Camera, longest: float = 95.0
) -> tuple[Curves, tuple[Text, Rect], Rect]:
    """Draw the scale bar, which is true in the middle of the view.

    Parameters
    ----------
    theme : Theme
    view : Rect
        The bar ends at its lower right corner.
    projection : Projection
    camera : Camera
    longest : float
        Pixels.

    Returns
    -------
    (Curves, (Text, Rect), Rect)
        The bar, its label, and the box around the bar.
    """
    seen = camera.extent(view.width, view.height)
    metres, length = scale_bar(projection, seen, view.width, longest)
    title = f"{metres / 1000:,.0f} km" if metres >= 1000 else f"{metres:,.0f} m"
    right, y = view.right, view.bottom - 4.0
    ticks = [
        np.array([(right - length, y - 4.0), (right - length, y + 4.0)]),
        np.array([(right - length, y), (right, y)]),
        np.array([(right, y - 4.0), (right, y + 4.0)]),
    ]
    halo = theme.land.faded(0.8)
    bar = Curves(
        (*ticks, *ticks), (halo,) * 3 + (theme.muted,) * 3, (3.5,) * 3 + (1.2,) * 3, ("solid",) * 6
    )
    text = Text(
        title, right - length / 2, y - 7.0, theme.muted, style.TINY, 400, "centre", theme.land
    )
    return bar, (text, labels.text_box(text)), Rect(right - length, y - 4.0, length, 8.0)


def attribution(
    theme: Theme, view: Rect, projection: Projection, *, cities: bool = False
) -> tuple[Text, Rect]:
    """Return the line that says where the ground is from and how it is projected.

    Parameters
    ----------
    theme : Theme
    view : Rect
        The line ends at its lower right corner.
    projection : Projection
    cities : bool
        Whether cities are named, whose source asks to be.
    """
    sources = "Natural Earth; GeoNames, CC BY 4.0" if cities else "Natural Earth"
    line = f"{sources} · {PROJECTIONS[projection.name]}"
    text = Text(line, view.right, view.bottom, theme.faint, style.TINY, 400, "right", theme.land)
    return text, labels.text_box(text)


# -- degrees ---------------------------------------------------------------------------------


def degrees(theme: Theme, panel: Panel, taken: list[Rect]) -> list[tuple[Text, Rect]]:
    """Name meridians and parallels where they leave the view, or end within it.

    Parameters
    ----------
    theme : Theme
    panel : Panel
        The map.
    taken : list of Rect
        What no label may touch; a line whose every end is taken goes without.
    """
    view, projection = panel.rect, panel.projection
    lines, spacing = graticule_lines(projection, panel.camera, view.width, view.height)
    pixels = panel.pixels(lines.xy)
    inside = _inside(view, pixels)
    # Most lines are elsewhere, and the inverse of a projection takes long for each of few points.
    seen = np.bincount(lines.part, inside, len(lines)) > 0
    pixels, inside = pixels[seen[lines.part]], inside[seen[lines.part]]
    lines = lines.take(seen)
    middles = projection.inverse(lines.xy[(lines.starts[:-1] + lines.starts[1:]) // 2])
    own = middles[np.arange(len(lines)), lines.group]
    values = np.round(own / spacing) * spacing
    off = _off_map(panel, pixels, lines.starts)
    options = []
    for line in np.flatnonzero(np.isfinite(values)).tolist():
        along = slice(*lines.starts[line : line + 2].tolist())
        is_parallel = bool(lines.group[line])
        name = _name(float(values[line]), "NS" if is_parallel else "EW")
        ends = _ends(theme, view, pixels[along], inside[along], off[line], name, is_parallel)
        options += [(preference, name, text) for preference, text in ends]
    out: list[tuple[Text, Rect]] = []
    named: set[str] = set()
    boxes = np.array(taken, dtype=float).reshape(-1, 4)
    for _, name, text in sorted(options, key=lambda option: option[0]):
        box = labels.text_box(text)
        fits = view.contains(box.x, box.y) and view.contains(box.right, box.bottom)
        near = box.inset(-_APART)
        if name in named or not fits or any(near.intersects(other) for _, other in out):
            continue
        if labels.overlapping(boxes, np.array([near]))[0]:
            continue
        named.add(name)
        out.append((text, box))
    return out


def _name(value: float, letters: str) -> str:
    value = round(value, 4)
    if value == 0 or abs(value) == 180:
        return f"{abs(value):g}°"
    return f"{abs(value):g}° {letters[value < 0]}"


def _inside(view: Rect, pixels: Floats) -> Mask:
    """Whether each point is within the view."""
    corners = np.array([(view.x, view.y), (view.right, view.bottom)])
    found: Mask = ((pixels >= corners[0]) & (pixels <= corners[1])).all(axis=1)
    return found


def _off_map(panel: Panel, pixels: Floats, starts: Indexes) -> Mask:
    """Whether the map ends where a line does, shape (n, 2), at its first point and its last.

    A meridian that stops short of a pole goes on in thought.
    """
    first, last = starts[:-1], starts[1:] - 1
    # A line of one point leads nowhere.
    before = np.stack([np.minimum(first + 1, last), np.maximum(last - 1, first)], axis=1)
    ends = pixels[np.stack([first, last], axis=1)]
    step = ends - pixels[before]
    length = np.maximum(np.hypot(step[..., 0], step[..., 1]), 1e-9)
    beyond = (ends + 6.0 * step / length[..., None]).reshape(-1, 2)
    lost = np.isnan(panel.projection.inverse(panel.metres(beyond))).any(axis=1)
    return lost.reshape(-1, 2)


def _ends(
    theme: Theme, view: Rect, pixels: Floats, inside: Mask, off: Mask, name: str, along_x: bool
) -> Iterator[tuple[int, Text]]:
    """Yield where a line may be named, the better the lower the number."""
    low, high = np.array([view.x, view.y]), np.array([view.right, view.bottom])

    def text(x: float, y: float, align: Align) -> Text:
        return Text(name, x, y, theme.country_name, style.TINY, 400, align)

    (crossing,) = np.nonzero(inside[1:] != inside[:-1])
    for i in crossing.tolist():
        a, b = pixels[i], pixels[i + 1]
        if inside[i + 1]:
            a, b = b, a
        # From a, inside, to the edge that the step to b meets first.
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(b > high, (high - a) / (b - a), (low - a) / (b - a))
        share = np.where((b > high) | (b < low), share, np.inf)
        axis = int(share.argmin())
        x, y = (a + share[axis] * (b - a)).tolist()
        # Lines that run on aslant are named by what leaves at the other edges.
        if axis == (1 if along_x else 0) and abs(b - a)[axis] < abs(b - a)[1 - axis]:
            continue
        if axis == 1:
            at_bottom = b[1] > high[1]
            preference = (0 if at_bottom else 1) + (4 if along_x else 0)
            yield preference, text(x, y - _GAP if at_bottom else y + _GAP + 8.0, "centre")
        else:
            at_left = b[0] < low[0]
            preference = (2 if at_left else 3) - (2 if along_x else 0)
            x = x + _GAP if at_left else x - _GAP
            yield preference, text(x, y - _GAP, "left" if at_left else "right")
    for end, before, is_off in zip((0, -1), (1, -2), off.tolist(), strict=True):
        if len(pixels) < 2 or not inside[end]:
            continue
        (x, y), (dx, dy) = pixels[end].tolist(), (pixels[end] - pixels[before]).tolist()
        if is_off:
            if along_x:
                east = dx > 0
                yield 5 + east, text(x + (_GAP if east else -_GAP), y + 3.5,
                                     "left" if east else "right")  # fmt: skip
            else:
                yield 6 + (dy < 0), text(x, y + (10.0 + _GAP if dy > 0 else -_GAP), "centre")
        elif along_x:
            yield 8, text(x, y - _GAP, "centre")
