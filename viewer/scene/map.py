"""The map: where the events of a dossier took place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from viewer.geo.anchors import AREA, NOWHERE, anchors
from viewer.geo.projection import Projection
from viewer.scene import labels, style
from viewer.scene.frame import Camera, Frame
from viewer.scene.lights import LINE
from viewer.scene.map_basemap import (
    Detail,
    build_ground_scene,
    level_without,
    missing_detail,
    near_level,
)
from viewer.scene.map_dense import Field, draw_dots
from viewer.scene.map_density import draw_density
from viewer.scene.map_flows import MOST as MOST_FLOWS
from viewer.scene.map_flows import draw_flows, uncovered
from viewer.scene.map_furniture import attribution, degrees, draw_scale_bar
from viewer.scene.map_inset import TITLE_HEIGHT, Inset, locator, plan_insets
from viewer.scene.map_marks import (
    DISPUTED,
    Drawn,
    countries_of,
    draw_areas,
    draw_sites,
    events,
    place_names,
    place_refs,
    site_name,
)
from viewer.scene.map_names import Names, name_sites
from viewer.scene.map_places import Looks
from viewer.scene.map_shapes import ShapeLayer, draw_shapes
from viewer.scene.map_sites import Panel, Sites, find_sites
from viewer.scene.map_toponyms import CITY_SCALES, CityNames, city_names, country_names
from viewer.scene.map_view import default_camera, map_projection
from viewer.scene.primitives import (
    Arrows,
    Box,
    Curves,
    Group,
    Item,
    Rect,
    Scene,
    Text,
)
from viewer.scene.targets import Target
from viewer.scene.wording import counted

_MOST_AWAY = 4
_EDGE = 14.0


@dataclass(frozen=True, eq=False)
class MapScene(Scene):
    """A map.

    Parameters
    ----------
    panel : Panel
        Projection and camera of the main map.
    sites : Sites
        The places as they are gathered on it.
    insets : tuple of Inset
    field : Field, optional
        The dots of a crowded map.
    shapes : ShapeLayer, optional
        Lines and areas that places came with.
    names : Names
        Where the labels of the marks stand.
    shows : tuple
        What it shows, and as large as what: while this is the same, the map is merely moved.
    wanting : Detail, optional
        What the basemap lacks, for it would have had to be waited for.
    """

    panel: Panel = None  # type: ignore[assignment]
    sites: Sites = None  # type: ignore[assignment]
    insets: tuple[Inset, ...] = ()
    field: Field | None = None
    shapes: ShapeLayer | None = None
    names: Names = None  # type: ignore[assignment]
    shows: tuple[object, ...] = ()
    wanting: Detail | None = None

    def at(self, x: float, y: float) -> Target | None:
        """Return the target under a point: a dot before lines, lines before shapes and areas."""
        found = super().at(x, y)
        on_area = found is not None and found.area is not None
        if found is not None and on_area and np.hypot(found.x - x, found.y - y) <= found.reach:
            return found
        dot = None
        if self.field is not None and (found is None or on_area or found.line is not None):
            dot = self.field.at(x, y)
        if dot is None and self.shapes is not None and (found is None or on_area):
            dot = self._shape_at(x, y)
        return dot or found

    def _shape_at(self, x: float, y: float) -> Target | None:
        if self.shapes is None or any(i.panel.rect.contains(x, y) for i in self.insets):
            return None
        return self.shapes.at(x, y)

    @property
    def camera(self) -> Camera:
        """Camera of the main map; world units are projected metres, y up."""
        return self.panel.camera

    @property
    def projection(self) -> Projection:
        """Projection of the main map."""
        return self.panel.projection


def lonlat_at(scene: MapScene, x: float, y: float) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees under a pixel, in an inset too; None off the map."""
    panels = [inset.panel for inset in scene.insets if inset.panel.rect.contains(x, y)]
    panel = panels[0] if panels else scene.panel
    lon, lat = panel.projection.inverse(panel.metres(np.array([(x, y)])))[0].tolist()
    return (lon, lat) if np.isfinite([lon, lat]).all() else None


def format_lonlat(lon: float, lat: float) -> str:
    """Return degrees as words.

    Examples
    --------
    >>> format_lonlat(44.36, 33.31)
    '33.31° N, 44.36° E'
    """
    return f"{abs(lat):.2f}° {'SN'[lat >= 0]}, {abs(lon):.2f}° {'WE'[lon >= 0]}"


# -- the scene -------------------------------------------------------------------------------


def build_map_scene(
    frame: Frame, camera: Camera | None = None, before: Scene | None = None
) -> MapScene:
    """Draw the map of a frame.

    Parameters
    ----------
    frame : Frame
    camera : Camera, optional
        What part of the plane to show, in projected metres; None: all places.
    before : Scene, optional
        The picture that this one follows: where the map has merely been moved, labels stay beside
        their marks as they stood.

    Returns
    -------
    MapScene
        Targets are places and clusters, then areas, then flows, each by number of events.
    """
    state, theme = frame.state, frame.theme
    view = Rect(0.0, 0.0, frame.width, frame.height)
    camera = camera or default_camera(state, frame.width, frame.height)
    panel = Panel(view, map_projection(state), camera)
    looks = Looks.of(frame)
    sites = find_sites(frame, looks, panel)

    placed: list[tuple[Text, Rect]] = []

    def put(text: Text) -> Rect:
        box = labels.text_box(text)
        placed.append((text, box))
        return box

    title = Text("Map", style.MARGIN, 23.0, theme.muted, style.BODY, 600, halo=theme.land)
    put(title)
    foot = Rect(0.0, 0.0, view.width - _EDGE, view.height - 10.0)
    with_cities = "cities" in state.layers and camera.scale <= CITY_SCALES[0]
    credit = attribution(theme, foot, panel.projection, cities=with_cities)
    placed.append(credit)
    above = Rect(0.0, 0.0, view.width - _EDGE - 50.0, credit[1].y - 4.0)
    bar, length, bar_box = draw_scale_bar(theme, above, panel.projection, camera)
    placed.append(length)
    note = _note(frame, looks, [credit[1], length[1], bar_box])
    if note is not None:
        placed.append(note[0])
    shapes = draw_shapes(frame, looks, panel) if "shapes" in state.layers else None
    for text in () if shapes else _empty(frame, sites):
        put(text)
    taken = [box.inset(-4.0) for _, box in placed]
    taken.append(bar_box.inset(-4.0))
    density = None
    if "density" in state.layers:
        density = draw_density(frame, panel, (bar_box.right, length[1].y - 10.0))
        placed.extend(density.labels)
        taken.append(density.box)

    insets = plan_insets(frame, looks, sites, panel, taken) if "inset" in state.layers else []
    boxes = [inset.panel.rect for inset in insets]
    marks = draw_sites(frame, sites, view)
    field = draw_dots(frame, looks, sites, panel, boxes)
    areas = draw_areas(frame, looks, sites, panel)
    flows = draw_flows(frame, sites, panel) if "flows" in state.layers else Drawn()
    if flows.left:
        words = f"{MOST_FLOWS:,} strongest of {MOST_FLOWS + flows.left:,} flows"
        said = Text(words, style.MARGIN, 40.0, theme.muted, style.SMALL, halo=theme.land)
        placed.append((said, labels.text_box(said)))
        taken.append(placed[-1][1])
    taken += [box.inset(-3.0) for box in boxes]
    away = _off_view(frame, sites, view, [*boxes, density.box] if density else boxes)
    placed.extend(away.labels)
    taken += [box.inset(-3.0) for _, box in away.labels]
    requests = [*marks.requests, *(shapes.requests if shapes else ())]
    shows = frame.shown, frame.highlight, state.layers, panel.projection, camera.scale
    moved = isinstance(before, MapScene) and before.shows == shows
    stood = before.names.stands if isinstance(before, MapScene) and moved else {}
    names = name_sites(requests, sites, view.inset(5.0), taken, stood)
    taken += [box for _, box in names.labels] + sites.boxes()
    countries: list[tuple[Text, Rect]] = []
    if "names" in state.layers:
        dossier = state.dossier
        areas_shown = np.flatnonzero(looks.shown & (anchors(dossier).form == AREA))
        labelled = frozenset(countries_of(dossier, areas_shown))
        countries = country_names(theme, view, panel.projection, camera, taken, labelled)
        taken += [box for _, box in countries]
    cities = CityNames()
    if with_cities:
        own = frozenset(map(str.casefold, place_names(state.dossier)))
        cities = city_names(theme, panel, sites.xy, taken, own)
        taken += [box for _, box in cities.labels]
    edge: list[tuple[Text, Rect]] = []
    if "graticule" in state.layers:
        edge = degrees(theme, panel, taken)

    wanting = None
    if math.isfinite(frame.patience):
        wanting = missing_detail(panel.projection, camera, view.width, view.height)
    items: list[Item] = [
        *build_ground_scene(
            theme,
            view.width,
            view.height,
            panel.projection,
            camera,
            state.layers,
            level=level_without(wanting, camera.scale),
        ),
        *(shapes.items if shapes else ()),
        *(density.items if density else ()),
        *areas.items,
        *cities.dots,
        *((field.dots,) if field else ()),
        *(text for text, _ in (*countries, *cities.labels, *edge)),
        *flows.items,
        *(_outline_of(frame, inset, panel) for inset in insets),
        *marks.items,
        *names.items(theme),
        *(text for text, _ in names.labels),
        *away.items,
        *(density.legend if density else ()),
        bar,
        *(text for text, _ in placed),
    ]
    targets = _in_order(marks) + _in_order(areas)
    targets = [target for target in targets if not _covered(target, boxes)]
    over = [box.inset(-LINE / 2) for box in boxes]
    targets += [piece for target in _in_order(flows) for piece in uncovered(target, over)]
    if shapes:
        targets += [t for _, t in shapes.targets if not _covered(t, boxes)]
    targets += away.targets
    for inset in insets:
        drawn, inset_targets, inset_labels = _draw_inset(frame, looks, inset)
        items.extend(drawn)
        targets = inset_targets + targets
        placed.extend(inset_labels)
    if note is not None:
        targets.append(note[1])
    return MapScene(
        view.width,
        view.height,
        theme.ground,
        tuple(items),
        tuple(targets),
        _summary(frame, sites, shapes),
        (*placed, *names.labels, *countries, *cities.labels, *edge),
        panel,
        sites,
        tuple(insets),
        field,
        shapes,
        names,
        shows,
        wanting,
    )


def _in_order(drawn: Drawn) -> list[Target]:
    """Return targets, those with most events first."""
    return [target for _, target in sorted(drawn.targets, key=lambda pair: -pair[0])]


def _covered(target: Target, boxes: list[Rect]) -> bool:
    return any(box.contains(target.x, target.y) for box in boxes)


def _outline_of(frame: Frame, inset: Inset, panel: Panel) -> Curves:
    """Draw what an inset shows as a frame on the main map."""
    line = locator(inset, panel)
    if not np.isfinite(line).all():
        return Curves((), (), (), ())
    return Curves((line,), (frame.theme.muted,), (0.9,), ("solid",))


def _draw_inset(
    frame: Frame, looks: Looks, inset: Inset
) -> tuple[list[Item], list[Target], list[tuple[Text, Rect]]]:
    theme, state, panel = frame.theme, frame.state, inset.panel
    rect = panel.rect
    sites = find_sites(frame, looks, panel, inset.among)
    title = Text(
        inset.title, rect.x + 10.0, rect.y + 17.0, theme.muted, style.SMALL, 600, halo=theme.land
    )
    placed = [(title, labels.text_box(title))]
    foot = Rect(rect.x, rect.y, rect.width - 10.0, rect.height - 5.0)
    bar, length, bar_box = draw_scale_bar(theme, foot, panel.projection, panel.camera, 46.0)
    placed.append(length)
    marks = draw_sites(frame, sites, rect)
    areas = draw_areas(frame, looks, sites, panel)
    flows = draw_flows(frame, sites, panel) if "flows" in state.layers else Drawn()
    with_shapes = "shapes" in state.layers
    shapes = draw_shapes(frame, looks, panel, among=False) if with_shapes else None
    taken = [box.inset(-2.0) for _, box in placed]
    taken.append(bar_box.inset(-2.0))
    names = name_sites(marks.requests, sites, rect.inset(4.0), taken, {})
    placed.extend(names.labels)
    inside: list[Item] = [
        Box(rect, fill=theme.sea),
        *build_ground_scene(
            theme, rect.width, rect.height, panel.projection, panel.camera, state.layers,
            # Small as it is, an inset shows nothing of the finest level that is worth the wait.
            (rect.x, rect.y), near_level(panel.camera.scale),
        ),
        *(shapes.items if shapes else ()),
        *areas.items,
        *flows.items,
        *marks.items,
        *names.items(theme),
        Box(placed[0][1].inset(-2.0), fill=theme.land, radius=3.0),
        bar,
        *(text for text, _ in placed),
    ]  # fmt: skip
    items: list[Item] = [
        Group(tuple(inside), clip=rect, radius=style.RADIUS),
        Box(rect, stroke=theme.coast, radius=style.RADIUS),
    ]
    x, y = _centre(handle(inset))
    grip = Target((), x, y, rect=handle(inset), label=f"Inset: {inset.title} · drag to move it")
    return items, [*_in_order(marks), *_in_order(areas), *_in_order(flows), grip], placed


def handle(inset: Inset) -> Rect:
    """Return the strip at the top of an inset that it is dragged by."""
    rect = inset.panel.rect
    return Rect(rect.x, rect.y, rect.width, TITLE_HEIGHT)


def _centre(rect: Rect) -> tuple[float, float]:
    return rect.x + rect.width / 2, rect.y + rect.height / 2


@dataclass(frozen=True, eq=False)
class _Away:
    items: list[Item]
    targets: list[Target]
    labels: list[tuple[Text, Rect]]


def _off_view(frame: Frame, sites: Sites, view: Rect, boxes: list[Rect]) -> _Away:
    """Point from the edge to sites beyond it: to what is picked, else if there are but a few."""
    theme, dossier = frame.theme, frame.state.dossier
    outside = ~sites.within(view) & (sites.totals > 0)
    if outside.sum() > _MOST_AWAY:
        outside &= sites.picked
    chosen = np.flatnonzero(outside)
    out = _Away([], [], [])
    edge = view.inset(16.0)
    # Below the title, above scale bar and attribution.
    edge = Rect(edge.x, edge.y + 28.0, edge.width, edge.height - 80.0)
    middle = np.array(_centre(edge))
    tips, angles, colours = [], [], []
    for i in chosen[np.argsort(-sites.totals[chosen], kind="stable")][:_MOST_AWAY].tolist():
        way = sites.xy[i] - middle
        reach = np.abs(way) / (max(edge.width / 2, 1.0), max(edge.height / 2, 1.0))
        tip = middle + way / max(float(reach.max()), 1e-9)
        x, y = tip.tolist()
        strong = bool(sites.lit[i])
        colour = theme.text if strong else theme.text.over(theme.land, style.DIM_TEXT)
        text = Text(site_name(dossier, sites, i), 0, 0, colour, style.SMALL, 500, halo=theme.land)
        positions = ("left", "right", "below", "above", "below-left", "above-left")
        request = labels.Request(text, x, y, 8.0, positions=positions)
        taken = [*boxes, *(box for _, box in out.labels)]
        label = labels.place([request], view.inset(5.0), taken=taken)[0]
        if label is None or any(box.contains(x, y) for box in boxes):
            continue
        out.labels.append(label)
        tips.append(tip)
        angles.append(float(np.arctan2(way[1], way[0])))
        colours.append(theme.pick if sites.picked[i] else colour)
        refs = tuple(place_refs(dossier)[sites.members.of(i)].tolist())
        said = f"{text.text} · {events(int(sites.totals[i]))}"
        said += DISPUTED * bool(sites.disputed[i]) + " · beyond the edge of the map"
        out.targets.append(Target(refs, x, y, 12.0, label=said))
    if tips:
        sizes = np.full(len(tips), 9.0)
        out.items.append(Arrows(np.array(tips), np.array(angles), sizes, tuple(colours)))
    return out


def _note(
    frame: Frame, looks: Looks, foot: Sequence[Rect]
) -> tuple[tuple[Text, Rect], Target] | None:
    """Say how many places are not on the map, above what stands in its way along the foot."""
    dossier = frame.state.dossier
    rows = np.flatnonzero(looks.shown & (anchors(dossier).form == NOWHERE)).tolist()
    if not rows:
        return None
    # What is of unknown precision may have coordinates, which cannot be relied upon.
    vague = int(np.isfinite(dossier.place_lonlat[rows]).all(axis=1).sum())
    kinds = ((len(rows) - vague, "without coordinates"), (vague, "of unknown precision"))
    line = ", ".join(f"{counted(count, 'place')} {kind}" for count, kind in kinds if count)
    theme = frame.theme
    text = Text(
        line, style.MARGIN, frame.height - 10.0, theme.muted, style.TINY, 400, halo=theme.land
    )
    box = labels.text_box(text)
    for other in sorted(foot, key=lambda rect: -rect.y):
        if box.inset(-4.0).intersects(other):
            text = replace(text, y=other.y - 8.0)
            box = labels.text_box(text)
    refs = tuple(place_refs(dossier)[rows].tolist())
    x, y = _centre(box)
    return (text, box), Target(refs, x, y, rect=box.inset(-4.0), label=line)


def _empty(frame: Frame, sites: Sites) -> list[Text]:
    """Return what to do when there is nothing on the map."""
    if len(sites.xy):
        return []
    dossier = frame.state.dossier
    if not len(dossier.places):
        lines = ("No places yet", "Open a dossier, or drop a file here.")
        if len(dossier.events):
            lines = ("No places in this dossier", "Give its events places to see them here.")
        elif len(dossier.actors):
            ties = "Its actors and their ties are under Relationships."
            lines = ("No places in this dossier", ties)
    elif (anchors(dossier).form == NOWHERE).all():
        lines = ("No place has coordinates", "Add lon and lat to the places of the dossier.")
    else:
        lines = ("No event passes the filter", "Reset the filter to see its places again.")
    theme = frame.theme
    x, y = frame.width / 2, frame.height / 2
    return [
        Text(lines[0], x, y - 4.0, theme.text, style.HEADING, 600, "centre", theme.land),
        Text(lines[1], x, y + 16.0, theme.muted, style.BODY, 400, "centre", theme.land),
    ]


def _summary(frame: Frame, sites: Sites, shapes: ShapeLayer | None) -> str:
    drawn = sites.of_place >= 0
    places = int((drawn if shapes is None else drawn | shapes.rows).sum())
    shown = int(frame.shown.events.sum())
    return f"Map of {places:,} places with {shown:,} events."
