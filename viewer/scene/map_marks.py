"""The marks on the map: rings for places and clusters of them, areas for countries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from viewer.geo import basemap
from viewer.geo.anchors import AREA, ROUGH, anchors
from viewer.model.derived import derived, kept_with_dossier
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.schema import Ref
from viewer.scene import labels, style
from viewer.scene.frame import Frame
from viewer.scene.map_basemap import area_edge, area_extent, area_geometry
from viewer.scene.map_gather import Counts, Gathered, tally
from viewer.scene.map_places import Looks
from viewer.scene.map_sites import BADGE, Panel, Sites, disputed_places, place_counts
from viewer.scene.primitives import (
    DISC,
    SOLID,
    Colour,
    Curves,
    Floats,
    Item,
    Marks,
    Rect,
    Rings,
    Shapes,
    Text,
)
from viewer.scene.style import Theme
from viewer.scene.targets import Target
from viewer.scene.text import text_width
from viewer.scene.wording import counted

DISPUTED = " · disputed"
HUB = 0.6
"""Part of a ring's radius that is hub."""
_MOST_LABELS = 100
_NEARLY = 60.0
"""Pixels that a coarse outline may be wrong by."""
_VAGUE = 25e3
"""Radius in metres of the disc drawn for a place known by its region only: a sign, no measure."""


@dataclass(eq=False)
class Drawn:
    """What a part of the map adds to the scene."""

    items: list[Item] = field(default_factory=list)
    targets: list[tuple[float, Target]] = field(default_factory=list)
    """With the number of events, which gives the order for the keyboard."""
    requests: list[labels.Request] = field(default_factory=list)
    left: int = 0
    """Flows that are too many to be drawn."""


# -- places ----------------------------------------------------------------------------------


def draw_sites(frame: Frame, sites: Sites, view: Rect) -> Drawn:
    """Draw the marks that stand within `view`, and ask for their labels."""
    dossier, theme = frame.state.dossier, frame.theme
    out = Drawn()
    totals = sites.totals
    refs_of, names = place_refs(dossier), place_names(dossier)
    (near,) = np.nonzero(sites.within(view.inset(-20)))
    # What matters most is drawn last; a small mark lies over a large one.
    near = near[np.lexsort((-totals[near], sites.lit[near], sites.picked[near]))]
    out.items.extend(_leaders(theme, sites, near))
    for lit in (False, True):
        drawn = near[(sites.lit[near] == lit) & ~sites.dots[near]]
        out.items.extend(_marks(theme, sites, drawn, lit))
    for lit in (False, True):
        signed = near[sites.disputed[near] & (sites.lit[near] == lit)]
        out.items.extend(_dispute_signs(theme, sites.badges[signed], lit))
    order = near[np.lexsort((totals[near], sites.lit[near], sites.picked[near]))]
    for position, i in enumerate(order[::-1].tolist()):
        x, y = sites.xy[i].tolist()
        total, radius, picked = int(totals[i]), float(sites.radius[i]), bool(sites.picked[i])
        rows = told_apart(dossier, sites, i)
        refs = tuple(refs_of[rows].tolist())
        said = ", ".join(names[row] for row in rows[:6])
        said += f" and {len(refs) - 6} more" if len(refs) > 6 else ""
        reach = max(radius + 3.0, 8.0)
        said += f" · {events(total)}" + DISPUTED * bool(sites.disputed[i])
        out.targets.append((total, Target(refs, x, y, reach, label=said)))
        if position < _MOST_LABELS and view.contains(x, y):
            name, strong = site_name(dossier, sites, i), bool(sites.lit[i])
            if total and not sites.dots[i] and not _count_fits(total, radius):
                name += f" · {total:,}"
            colour = theme.text if strong else theme.text.over(theme.land, style.DIM_TEXT)
            text = Text(
                name, 0, 0, colour, style.BODY if total else style.SMALL,
                600 if picked else 500, halo=theme.land,
            )  # fmt: skip
            priority = 1e9 * picked + 1e6 * strong + total
            # The name of a mark that was moved stands off where it was.
            ways = labels.LEFT_FIRST if x < sites.at[i, 0] - 1.0 else labels.RIGHT_FIRST
            out.requests.append(
                labels.Request(
                    text, x, y, sites.gap(i), priority, ways, picked, int(sites.gathered.lead[i])
                )
            )
    return out


def _leaders(theme: Theme, sites: Sites, chosen: Index) -> list[Item]:
    """Draw a line from where a place is to its mark, where that had to be moved."""
    moved = chosen[np.hypot(*(sites.xy[chosen] - sites.at[chosen]).T) > 1.5]
    if not len(moved):
        return []
    many = len(moved)
    lines = tuple(np.stack([sites.at[moved], sites.xy[moved]], axis=1))
    dots = Marks(
        sites.at[moved], np.full(many, 2.0), (DISC,) * many, (theme.muted,) * many,
        (None,) * many, np.zeros(many),
    )  # fmt: skip
    return [Curves(lines, (theme.muted,) * many, (1.0,) * many, (SOLID,) * many), dots]


def events(count: int) -> str:
    """Return ``1 event``, ``7 events`` or ``no event shown``."""
    return counted(count, "event") if count else "no event shown"


@derived("places.id")
def place_refs(dossier: Dossier) -> NDArray[np.object_]:
    """Return what names each place, shape (places,)."""
    ids = dossier.places["id"]
    return np.fromiter((Ref("places", key) for key in ids), dtype=object, count=len(ids))


@derived("places.id", "places.name")
def place_names(dossier: Dossier) -> tuple[str, ...]:
    """Return what each place is called."""
    pairs = zip(dossier.places["name"], dossier.places["id"], strict=True)
    return tuple(name or key for name, key in pairs)


def countries_of(dossier: Dossier, rows: Index) -> list[str]:
    """Return the country that each of some places is in."""
    cells = dossier.places["country"]
    words = (*cells.vocabulary, "")
    return [words[code] for code in cells.codes[rows].tolist()]


def told_apart(dossier: Dossier, sites: Sites, site: int) -> list[int]:
    """Return the places of a site, without those that lie within another one that is a point.

    An airport whose mark falls together with its city's is not worth telling from the city:
    who picks the city gets what happened at the airport too.
    """
    members = sites.members.of(site)
    rows: list[int] = members[~_nested(dossier, sites.gathered)[members]].tolist()
    return rows


@kept_with_dossier(8)
def _nested(dossier: Dossier, gathered: Gathered) -> Mask:
    """Return which places lie within another one of their site that is not an area."""
    around, site = dossier.place_ancestors, gathered.of_place
    owner = np.repeat(np.arange(len(around)), around.counts)
    other = around.targets
    held = (other != owner) & (site[other] == site[owner]) & (site[owner] >= 0)
    held &= anchors(dossier).form[other] != AREA
    owner, other = owner[held].astype(np.int64), other[held].astype(np.int64)
    # Of places that lie within each other in a ring, the first one stays.
    ring = np.isin(owner * len(around) + other, other * len(around) + owner)
    out = np.zeros(len(around), dtype=bool)
    out[owner[~ring | (owner > other)]] = True
    return out


def site_name(dossier: Dossier, sites: Sites, site: int) -> str:
    """Return what stands beside a mark: two names if they are short, else one and a number."""
    rows, called = told_apart(dossier, sites, site), place_names(dossier)
    names = list(dict.fromkeys(called[row] for row in rows[:2]))
    if len(rows) <= 2 and sum(map(len, names)) <= 24:
        return ", ".join(names)
    return f"{names[0]} +{len(rows) - 1:,}"


def rounded(count: int) -> str:
    """Return a number in at most four signs.

    Examples
    --------
    >>> rounded(812), rounded(1_236), rounded(45_600), rounded(2_000_000)
    ('812', '1.2k', '46k', '2M')
    """
    for size, sign in ((1e6, "M"), (1e3, "k")):
        share = count / size
        if share >= 0.9995 and count >= 1000:
            return f"{share:.{share < 9.95:d}f}".removesuffix(".0") + sign
    return str(count)


def _count_fits(total: int, radius: float) -> bool:
    return _count_size(total, radius) >= 7.0


def _count_size(total: int, radius: float) -> float:
    """Font size at which a number fits into the hub."""
    width = text_width(rounded(total), 1.0, 600)
    return min(9.5, 1.9 * HUB * radius / max(width, 0.9))


def _marks(theme: Theme, sites: Sites, chosen: Index, lit: bool) -> list[Item]:
    if not len(chosen):
        return []
    totals = sites.totals[chosen]
    full = chosen[totals > 0]
    palette: tuple[Colour, ...] = (*theme.quads, theme.tie)
    if not lit:
        palette = tuple(colour.over(theme.land, style.DIM) for colour in palette)
    ink = theme.text if lit else theme.text.over(theme.ground, style.DIM_TEXT)
    items: list[Item] = []
    around = [
        (i, extra, fill, stroke, width)
        for mask, extra, fill, stroke, width in (
            (sites.totals > 0, 1.2, theme.land, None, 0.0),
            (sites.picked, 4.5, theme.land, theme.pick, 2.0),
        )
        for i in chosen[mask[chosen]].tolist()
    ]
    if around:
        rows, extra, fills, strokes, widths = zip(*around, strict=True)
        items.append(_circles(sites, np.array(rows), np.array(extra), fills, strokes, widths))
    if len(full):
        outer = sites.radius[full]
        items.append(
            Rings(
                sites.xy[full],
                outer,
                outer * HUB,
                sites.counts[full] / sites.counts[full].sum(axis=1, keepdims=True),
                (palette,) * len(full),
                (theme.ground,) * len(full),
            )
        )
    empty = chosen[totals == 0]
    if len(empty):
        stroke = theme.muted if lit else theme.muted.over(theme.land, style.DIM)
        many = len(empty)
        items.append(
            _circles(sites, empty, np.zeros(many), (theme.ground,) * many, (stroke,) * many,
                     (1.2,) * many)
        )  # fmt: skip
    for i in full.tolist():
        total = int(sites.totals[i])
        size = _count_size(total, float(sites.radius[i]))
        if _count_fits(total, float(sites.radius[i])):
            x, y = sites.xy[i].tolist()
            items.append(Text(rounded(total), x, y + 0.36 * size, ink, size, 600, "centre"))
    return items


def _dispute_signs(theme: Theme, xy: Floats, lit: bool) -> list[Item]:
    """Draw the signs of places at which claims contradict each other."""
    many = len(xy)
    if not many:
        return []
    share = 1.0 if lit else style.DIM_TEXT
    ink, fill = theme.on_dispute.over(theme.land, share), theme.dispute.over(theme.land, share)
    discs = Marks(
        xy, np.full(many, BADGE), (DISC,) * many, (fill,) * many, (ink,) * many,
        np.full(many, 0.8),
    )  # fmt: skip
    marks = (
        Text("!", x, y + 0.36 * style.TINY, ink, style.TINY, 700, "centre") for x, y in xy.tolist()
    )
    return [discs, *marks]


def _circles(
    sites: Sites,
    rows: Index,
    extra: Floats,
    fills: Sequence[Colour | None],
    strokes: Sequence[Colour | None],
    widths: Sequence[float],
) -> Marks:
    return Marks(
        sites.xy[rows],
        sites.radius[rows] + extra,
        (DISC,) * len(rows),
        tuple(fills),
        tuple(strokes),
        np.array(widths),
    )


# -- areas -----------------------------------------------------------------------------------


def draw_areas(frame: Frame, looks: Looks, sites: Sites, panel: Panel) -> Drawn:
    """Draw places known by their country or region only: as areas, never as points.

    Small areas are hatched, large ones barely, so that the map is not drowned; what is picked
    shows more.
    """
    dossier, theme = frame.state.dossier, frame.theme
    out = Drawn()
    pane = panel.rect.width * panel.rect.height
    table = basemap.countries()
    totals = place_counts(dossier, frame.shown).sum(axis=1)
    disputed = disputed_places(dossier, frame.shown)
    rows = np.flatnonzero((sites.of_place >= 0) & (anchors(dossier).form == AREA))
    rows = rows[np.argsort(-totals[rows], kind="stable")]
    within: dict[str, list[int]] = {}
    for row, code in zip(rows.tolist(), countries_of(dossier, rows), strict=True):
        within.setdefault(code, []).append(row)
    # A country is drawn once, however many places are known no better.
    area = np.full(len(dossier.places), -1)
    for i, held in enumerate(within.values()):
        area[held] = i
    counts = tally(dossier, frame.shown, area, len(within))
    areas = [
        (bool(looks.picked[held].any()), bool(looks.lit[held].any()), code, held, counts[i])
        for i, (code, held) in enumerate(within.items())
    ]
    for picked, lit, code, held, split in sorted(areas, key=itemgetter(0, 1)):
        sharing = sites.of_place[held]
        x, y = sites.xy[sharing[0]].tolist()
        if not (panel.rect.contains(x, y) or _in_sight(panel, code)):
            continue
        share = table.area[table.rows[code]].sum() / panel.camera.scale**2 / pane
        colour = _dominant(theme, split)
        hatch = max(0.5 / (1.0 + 60.0 * float(share)), 0.09)
        line = 0.85 if share < 0.03 else 0.55
        if picked:
            hatch, line = max(hatch, 0.35), 1.0
        elif not lit:
            hatch, line = hatch * style.DIM, line * style.DIM
        shapes = Shapes(
            area_geometry(panel.projection, code, panel.camera.scale),
            panel.transform,
            stroke=colour.over(theme.land, line),
            width=1.6 if picked else 1.1,
            dash="dashed",
            hatch=colour.over(theme.land, hatch),
            edge=area_edge(panel.projection, code, panel.camera.scale),
        )
        out.items.append(shapes)
        total = int(split.sum())
        name = place_names(dossier)[held[0]]
        name += f" +{len(held) - 1:,}" if len(held) > 1 else ""
        target = Target(
            tuple(place_refs(dossier)[held].tolist()), x, y, 0.0, area=shapes,
            label=f"{name} · {events(total)}" + DISPUTED * bool(disputed[held].any()),
        )  # fmt: skip
        # Kept after all marks: the keyboard meets the area at its mark.
        alone = len(sites.members.of(int(sharing[0]))) == len(held)
        out.targets.append((-1.0 if alone else total, target))
    near = sites.within(panel.rect.inset(-_VAGUE / panel.camera.scale - 20.0))
    for i in np.flatnonzero((sites.form == ROUGH) & near).tolist():
        _vague_disc(theme, sites, i, panel, out)
    return out


def _in_sight(panel: Panel, code: str) -> bool:
    """Whether a country can be seen, by its coarse outline, which costs nothing to ask."""
    extent = area_extent(panel.projection, code)
    if extent is None:
        return True
    corners = panel.pixels(np.array(extent).reshape(2, 2))
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return panel.rect.inset(-_NEARLY).intersects(Rect(left, top, right - left, bottom - top))


def _vague_disc(theme: Theme, sites: Sites, i: int, panel: Panel, out: Drawn) -> None:
    radius = max(float(sites.radius[i]) + 6.0, _VAGUE / panel.camera.scale)
    turn = np.linspace(0.0, 2 * math.pi, 49)
    circle = sites.at[i] + radius * np.column_stack([np.cos(turn), np.sin(turn)])
    strength = 1.0 if sites.lit[i] else style.DIM
    colour = _dominant(theme, sites.counts[i])
    soft = Marks(
        sites.at[i : i + 1], np.array([radius]), (DISC,),
        (colour.faded(0.10 * strength),), (None,), np.zeros(1),
    )  # fmt: skip
    ring = Curves((circle,), (colour.over(theme.land, 0.6 * strength),), (1.0,), ("dashed",))
    out.items.extend((soft, ring))


def _dominant(theme: Theme, counts: Counts) -> Colour:
    best = int(counts.argmax())
    return theme.quad(best) if counts[best] and best < len(theme.quads) else theme.tie
