"""Changes of the state that gestures and commands share, each with its name in the Edit menu."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import PICKABLE, Mode, Selection
from viewer.model.state import LAYERS, PROJECTIONS
from viewer.model.store import Store

Span = tuple[float, float]


def select(store: Store, refs: tuple[Ref, ...], mode: Mode = "replace") -> None:
    """Pick rows of the tables in `PICKABLE`; others are passed over."""
    dossier = store.state.dossier
    rows = tuple(ref for ref in refs if ref.table in PICKABLE and dossier.has(ref))
    before = store.state.selection
    after = before.changed(dossier, rows, mode)
    if after.same(before):
        return
    if not after.count:
        label = "Clear Selection"
    elif len(rows) == 1:
        verb = "Select" if after.has(dossier, rows[0]) else "Deselect"
        label = f"{verb} {dossier.name(rows[0])}"
    else:
        label = f"Select {after.count} Items"
    store.update(label, selection=after)


def hover(store: Store, ref: Ref | None) -> None:
    """Light up a row in every view."""
    store.update(hover=ref)


def clear_selection(store: Store) -> None:
    """Pick nothing."""
    select(store, ())


def select_all_shown(store: Store) -> None:
    """Pick every event that passes the filter."""
    state, events = store.state, store.shown.events
    rows = np.flatnonzero(events)
    active = state.dossier.ref("events", int(rows[-1])) if len(rows) else None
    selection = Selection.empty(state.dossier).with_rows("events", events, active)
    if not selection.same(state.selection):
        store.update("Select All Events", selection=selection)


def select_disputed(store: Store) -> None:
    """Pick every shown row about which statements cannot all hold."""
    dossier, visible = store.state.dossier, store.shown
    refs = tuple(
        ref
        for ref in dossier.disputed
        if ref.table in PICKABLE and visible.of(ref.table)[dossier.row(ref)]
    )
    after = store.state.selection.changed(dossier, refs, "replace")
    if not after.same(store.state.selection):
        store.update("Select What Is Disputed", selection=after)


def toggle_facet(store: Store, facet: str, value: str, title: str) -> None:
    """Leave one value of a facet out, or take it in again."""
    chosen = store.state.filter
    verb = "Show" if value in chosen.without(facet) else "Hide"
    store.update(f"{verb} {title}", filter=chosen.toggled(facet, value))


def only_facet(store: Store, facet: str, value: str, values: tuple[str, ...], title: str) -> None:
    """Show one value of a facet alone; once more shows all of them again."""
    chosen = store.state.filter
    others = frozenset(values) - {value}
    alone = chosen.without(facet) == others
    label = f"Show All {facet.title()}s" if alone else f"Show Only {title}"
    store.update(label, filter=chosen.with_excluded(facet, () if alone else others))


def reset_filter(store: Store) -> None:
    """Show everything."""
    store.update("Reset Filter", filter=Filter())


def set_window(store: Store, window: Span | None, merge: str = "") -> None:
    """Show another span of time on the timeline; where time is filtered, filter by it."""
    chosen = store.state.filter
    if chosen.span is not None and window is not None:
        chosen = Filter(chosen.excluded, window)
    store.update("Move Time Window", merge=merge, window=window, filter=chosen)


def filter_by_window(store: Store, window: Span | None) -> None:
    """Leave out of every view what cannot have happened in a span; None: take all in again."""
    chosen = Filter(store.state.filter.excluded, window)
    label = "Show All Time" if window is None else "Filter by Time Window"
    store.update(label, filter=chosen, window=window or store.state.window)


def toggle_layer(store: Store, layer: str) -> None:
    """Show or hide a layer of the map."""
    layers = store.state.layers ^ {layer}
    verb = "Show" if layer in layers else "Hide"
    store.update(f"{verb} {LAYERS[layer]}", layers=frozenset(layers))


def set_calendar(store: Store, name: str) -> None:
    """Write dates in one of `state.CALENDARS`."""
    store.update(calendar=name)


def set_projection(store: Store, name: str) -> None:
    """Draw the map in another projection, one of `PROJECTIONS`."""
    title = PROJECTIONS[name].partition(" (")[0]
    store.update(f"Use {title} Projection", projection=name)


def move_inset(store: Store, title: str, to: tuple[float, float]) -> None:
    """Put an inset of the map somewhere else; see `State.insets`."""
    insets = MappingProxyType({**store.state.insets, title: to})
    store.update(f"Move Inset {title}", insets=insets)


def free_insets(store: Store) -> None:
    """Let all insets find their own corners again."""
    store.update("Put Insets Back", insets=MappingProxyType({}))


def step_event(store: Store, by: int) -> Ref | None:
    """Pick the next or previous shown event in order of date."""
    dossier = store.state.dossier
    rows = np.flatnonzero(store.shown.events)
    if not len(rows):
        return None
    starts = dossier.event_bounds[rows, 0]
    rows = rows[np.argsort(np.where(np.isnan(starts), np.inf, starts), kind="stable")]
    active = store.state.selection.active
    here = dossier.row(active) if active and active.table == "events" else -1
    found = np.flatnonzero(rows == here)
    # From nowhere, the first step forward is the first event, the first one back is the last.
    at = int(found[0]) if len(found) else -1 if by > 0 else 0
    ref = dossier.ref("events", int(rows[(at + by) % len(rows)]))
    select(store, (ref,))
    return ref
