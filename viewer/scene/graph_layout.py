"""Where the actors of a dossier stand in the graph: what layouts are given and what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from viewer.model.arrays import Index
from viewer.model.dossier import Dossier
from viewer.model.state import Layout
from viewer.model.table import Table
from viewer.scene.graph_plan import node_radii, plan_of
from viewer.scene.labels import ASCENT, DESCENT
from viewer.scene.layouts.engine import Engine, Options, start
from viewer.scene.layouts.network import Network
from viewer.scene.layouts.overlaps import pinned
from viewer.scene.layouts.rooms import PORTRAIT
from viewer.scene.primitives import Floats
from viewer.scene.style import SMALL
from viewer.scene.text import text_width

WIDEST_KEPT = 84.0
"""Pixels kept for a long name: it will find more to one side or the other."""
ASPECTS = (PORTRAIT, 1.0, 1.6)
"""Shapes of pane that have a layout of their own."""
MOST_KEPT = 8
"""Layouts of a dossier that are kept."""
_TYING = ("actors", "relations", "participants")
"""Tables that say who is in the graph, and who is tied to whom."""
_BY_EVENTS = ("places", "time")
"""Kinds of layout that look at where and when events were."""
LEADING = frozenset(
    "chair chairs chief commander commands controls director directs founder general governor"
    " governs head heads leader leads manages owner owns oversees parent president rules"
    " supervises".split()
)
"""First words of the types of relations whose source stands above the target."""
BELONGING = frozenset("of for under holder".split())
"""Last words of the types of relations whose source stands below the target."""
ANSWERING = frozenset(
    "ambassador-to answers-to belongs-to commanded-by employed-by headed-by led-by reports-to"
    " subordinate-to".split()
)
"""Other types of which that is so."""
ALIKE = frozenset(
    "ally companion friend partner peer relative relatives rival sibling source spouse".split()
)
"""First words of types in which neither is above the other."""


@dataclass(frozen=True, eq=False)
class _Kept:
    """What is worked out once for a dossier."""

    network: Network
    layouts: dict[tuple[object, ...], Floats] = field(default_factory=dict)
    under_way: dict[tuple[object, ...], Engine] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Dossier, _Kept] = WeakKeyDictionary()
_BEFORE: WeakKeyDictionary[Dossier, dict[tuple[object, ...], Floats]] = WeakKeyDictionary()
"""Dossier → where its actors stood in the edition before it, NaN for those that are new."""


def positions(
    dossier: Dossier, chosen: Layout, aspect: float = PORTRAIT, patience: float = np.inf
) -> Floats:
    """Return where every actor stands, in layout units with y up, shape (n, 2).

    All of the dossier is laid out whatever the filter, so that a filter never moves a node.

    Parameters
    ----------
    dossier : Dossier
    chosen : Layout
    aspect : float
        Width over height of the pane; the nearest of a few shapes is used.
    patience : float
        Seconds after which the positions come as far as the layout has got; see `under_way`.
    """
    kept, key = _kept(dossier), _key(chosen, aspect)
    if key in kept.layouts:
        return placed(dossier, chosen, kept.layouts[key])
    engine = kept.under_way.get(key) if np.isfinite(patience) else None
    if engine is None:
        engine = begin(dossier, chosen, aspect, _BEFORE.get(dossier, {}).get(key))
        # Whoever has patience does not touch an engine that another drives.
        found = engine.advance(patience)
        if engine.done:
            keep(dossier, chosen, aspect, found)
        else:
            kept.under_way.clear()
            kept.under_way[key] = engine
    return placed(dossier, chosen, engine.positions)


def take_over(after: Dossier, before: Dossier) -> None:
    """Let the actors of the next edition of a dossier stand where they stood.

    Where the same actors are tied alike it is laid out already; else the layout goes on from
    there, and only finds places for those that are new.
    """
    kept = _KEPT.get(before)
    stood = dict(_BEFORE.get(before, {})) | ({} if kept is None else kept.layouts)
    moved = after.actors.rows_since(before.actors)
    now: dict[tuple[object, ...], Floats] = {}
    for key, found in stood.items():
        rows = np.arange(len(found)) if moved is None else moved
        now[key] = np.full((len(after.actors), 2), np.nan)
        now[key][rows[rows >= 0]] = found[rows >= 0]
    _BEFORE[after] = now
    alike = all(after.tables[name] is before.tables[name] for name in _TYING)
    if kept is not None and alike and after.events["id"] is before.events["id"]:
        layouts = {key: found for key, found in kept.layouts.items() if key[0] not in _BY_EVENTS}
        _KEPT[after] = _Kept(kept.network, layouts)


def under_way(dossier: Dossier, chosen: Layout, aspect: float) -> Engine | None:
    """Return the engine of a layout that `positions` left unfinished, to be driven elsewhere."""
    return _kept(dossier).under_way.get(_key(chosen, aspect))


def placed(dossier: Dossier, chosen: Layout, found: Floats) -> Floats:
    """Return positions that an engine came to, or is at, with the pinned actors put in place."""
    rows = dossier.actors.row_of
    pins = {rows[name]: spot for name, spot in chosen.pinned.items() if name in rows}
    return pinned(_kept(dossier).network, found, pins)


def begin(
    dossier: Dossier, chosen: Layout, aspect: float = PORTRAIT, previous: Floats | None = None
) -> Engine:
    """Begin to lay out a dossier, to be watched: see `engine.Engine.advance`.

    The engine knows no pins: `placed` puts them in place in whatever it is at. Once it is done,
    hand its positions to `keep`.

    Parameters
    ----------
    dossier, chosen, aspect
        As of `positions`.
    previous : ndarray of float64, shape (n, 2), optional
        Where the actors stood before the dossier changed, NaN for new ones; see `engine.start`.
    """
    focus = dossier.actors.row_of.get(chosen.focus)
    options = Options(chosen.kind, chosen.seed, focus, _nearest(aspect))
    return start(_told(_kept(dossier).network, dossier, chosen.kind), options, previous)


def keep(dossier: Dossier, chosen: Layout, aspect: float, found: Floats) -> None:
    """Keep the positions that an engine came to, for `positions` to return from now on."""
    layouts = _kept(dossier).layouts
    if len(layouts) >= MOST_KEPT:
        layouts.clear()
    layouts[_key(chosen, aspect)] = found
    _kept(dossier).under_way.pop(_key(chosen, aspect), None)


def _nearest(aspect: float) -> float:
    return min(ASPECTS, key=lambda shape: abs(np.log(shape / aspect)))


def _key(chosen: Layout, aspect: float) -> tuple[object, ...]:
    return chosen.kind, chosen.seed, chosen.focus, _nearest(aspect)


def _kept(dossier: Dossier) -> _Kept:
    kept = _KEPT.get(dossier)
    if kept is None:
        kept = _KEPT[dossier] = _Kept(network_of(dossier))
    return kept


def network_of(dossier: Dossier) -> Network:
    """Return the graph of a dossier as the layouts are given it.

    Names have room below their nodes; ties with many events are strong.
    """
    plan = plan_of(dossier)
    n = len(dossier.actors)
    radii = node_radii(np.bincount(plan.edges.ends.ravel(), minlength=n))
    widths = np.array([min(text_width(name, SMALL), WIDEST_KEPT) for name in plan.names])
    heights = 2 * radii + (ASCENT + DESCENT) * SMALL + 4
    return Network(
        n,
        # Wide, for numbers made of two rows would overflow.
        plan.edges.ends.astype(np.intp),
        np.maximum(plan.edges.events.counts, 1).astype(np.float64),
        np.column_stack((np.maximum(widths, 2 * radii), heights)),
    )


def _told(network: Network, dossier: Dossier, kind: str) -> Network:
    """Return the graph with what only one kind of layout asks for."""
    if kind == "layered":
        return replace(network, order=_order(dossier))
    if kind == "places":
        return replace(network, spots=_spots(dossier))
    if kind == "time":
        return replace(network, times=_times(dossier))
    return network


def _order(dossier: Dossier) -> NDArray[np.int8]:
    """Return for each edge whether its first actor stands above (1) or below (-1) the second."""
    found = plan_of(dossier).edges
    types = [cell.strip().casefold() for cell in dossier.relations["type"]]
    ranks = np.array([_above(cell) for cell in types] + [0], dtype=np.int8)
    # The last of `ranks` is that of an edge of events, which has relation -1.
    return np.where(found.directed, ranks[found.relation], 0).astype(np.int8)


def _above(type_: str) -> int:
    words = type_.split("-")
    if words[0] in ALIKE:
        return 0
    if words[0] in LEADING:
        return 1
    return -1 if words[-1] in BELONGING or type_ in ANSWERING else 0


def _spots(dossier: Dossier) -> Floats:
    """Return where each actor belongs on a map, in metres, NaN where nobody says.

    An actor whose own columns ``lon`` and ``lat`` say so is there, as the nodes of graph files are.
    A state is where its country is; anybody else is at the place of most of their events, and
    failing that in their country.
    """
    from viewer.geo.anchors import anchors
    from viewer.geo.basemap import countries
    from viewer.geo.projection import fit

    table, actors = countries(), dossier.actors
    lonlat = np.full((len(actors), 2), np.nan)
    for row, code in enumerate(actors["country"]):
        if code in table.rows:
            lonlat[row] = table.label[table.rows[code][0]]
    home = np.isfinite(lonlat.sum(axis=1))
    found, spots_of = _most_met(dossier, anchors(dossier).lonlat)
    states = actors["kind"].each(lambda kind: kind == "state").array(np.bool_)
    moved = ~(states[found] & home[found])
    lonlat[found[moved]] = spots_of[moved]
    own = _own_lonlat(actors)
    told = np.isfinite(own).all(axis=1)
    lonlat[told] = own[told]
    known = np.isfinite(lonlat).all(axis=1)
    spots = np.full_like(lonlat, np.nan)
    if known.any():
        spots[known] = fit(lonlat[known]).forward(lonlat[known])
    return spots


def _most_met(dossier: Dossier, at: Floats) -> tuple[Index, Floats]:
    """Return the actors with events somewhere, and the place of most of them: of equals the first.

    Parameters
    ----------
    dossier : Dossier
    at : ndarray of float64, shape (places, 2)
        Longitude and latitude of each place, NaN where it has none.
    """
    places, actors = dossier.places_of_event, dossier.actors_of_event
    here, who = np.diff(places.starts), np.diff(actors.starts)
    # Each pair of a place and an actor of one event, event by event.
    event = np.repeat(np.arange(len(here)), here)
    times = who[event]
    place = np.repeat(places.targets, times)
    first = np.repeat(actors.starts[:-1][event], times)
    turn = np.arange(len(place)) - np.repeat(np.cumsum(times) - times, times)
    actor = actors.targets[first + turn]
    on_map = np.isfinite(at.sum(axis=1))[place]
    pair = actor[on_map].astype(np.int64) * len(at) + place[on_map]
    pairs, counts = np.unique(pair, return_counts=True)
    of, where = np.divmod(pairs, max(len(at), 1))
    order = np.lexsort((where, -counts, of))
    found, first_of = np.unique(of[order], return_index=True)
    return found, at[where[order][first_of]]


def _own_lonlat(actors: Table) -> Floats:
    """Return what the columns ``lon`` and ``lat`` of actors say, in degrees, NaN for nothing."""
    out = np.full((len(actors), 2), np.nan)
    if {"lon", "lat"} <= set(actors.columns):
        for axis, (name, most) in enumerate((("lon", 180.0), ("lat", 90.0))):
            out[:, axis] = actors[name].each(partial(_degrees, most)).array(np.float64)
    return out


def _degrees(most: float, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        return np.nan
    return value if abs(value) <= most else np.nan


def _times(dossier: Dossier) -> Floats:
    """Return when each actor first appears, in days, NaN where that is not known.

    It is the middle of the span a date leaves open, or the end of it that is known.
    """
    out = np.full(len(dossier.actors), np.inf)
    links = dossier.actors_of_event
    owners = np.repeat(np.arange(len(dossier.events)), np.diff(links.starts))
    for actors, bounds in (
        (links.targets, dossier.event_bounds[owners]),
        (dossier.relation_ends[:, 0], dossier.relation_bounds),
        (dossier.relation_ends[:, 1], dossier.relation_bounds),
    ):
        closed = np.isfinite(bounds)
        middle = np.where(closed, bounds, 0.0).sum(axis=1) / np.maximum(closed.sum(axis=1), 1)
        told = closed.any(axis=1)
        np.minimum.at(out, actors[told], middle[told])
    out[np.isinf(out)] = np.nan
    return out
