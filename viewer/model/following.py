"""What points at rows follows them into the next edition of a dossier, by the keys of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import PICKABLE, Picks, Selection
from viewer.model.state import Layout, State


def follow(ref: Ref | None, before: Dossier, after: Dossier) -> Ref | None:
    """Return the row that was called `ref` before as it is called now; None where it is gone."""
    row = None if ref is None else before.tables[ref.table].row_of.get(ref.id)
    if ref is None or row is None:
        return None
    moved = after.tables[ref.table].rows_since(before.tables[ref.table])
    now = row if moved is None else int(moved[row])
    return after.ref(ref.table, now) if now >= 0 else None


def followed(state: State, after: Dossier, active: Ref | None = None) -> dict[str, Any]:
    """Return the fields of a state that change with an edit of its dossier.

    Parameters
    ----------
    state : State
    after : Dossier
        The next edition.
    active : Ref, optional
        A row of it that is picked in the place of what was; None: the selection stays.
    """
    before = state.dossier
    if active is not None and active.table in PICKABLE:
        selection = Selection.of(after, (active,))
    else:
        selection = _selection(state.selection, before, after)
    return {
        "dossier": after,
        "selection": selection,
        "layout": _layout(state.layout, before, after),
        "filter": _filter(state.filter, before, after),
        "hover": None,
    }


def _selection(picked: Selection, before: Dossier, after: Dossier) -> Selection:
    picks = dict(picked.picks)
    for name in PICKABLE:
        now = after.tables[name]
        if now is before.tables[name]:
            continue
        rows: Index = np.flatnonzero(picked.mask(name))
        moved = now.rows_since(before.tables[name])
        if moved is not None:
            rows = moved[rows]
        mask: Mask = np.zeros(len(now), dtype=bool)
        mask[rows[rows >= 0]] = True
        found = Picks.of(mask)
        if found.size != picks[name].size or not found.same(picks[name]):
            picks[name] = found
    active = follow(picked.active, before, after)
    if picks == picked.picks and active == picked.active:
        return picked
    out = Selection(picks, active)
    if active is None and out.count:
        out = Selection(picks, out.refs(after)[-1])
    return out


def _layout(layout: Layout, before: Dossier, after: Dossier) -> Layout:
    pinned = _by_id(layout.pinned, "actors", before, after)
    focus = follow(Ref("actors", layout.focus), before, after) if layout.focus else None
    if pinned is layout.pinned and (focus is None or focus.id == layout.focus):
        return layout
    return replace(layout, pinned=pinned, focus=focus.id if focus else layout.focus)


def _filter(chosen: Filter, before: Dossier, after: Dossier) -> Filter:
    left_out = dict.fromkeys(chosen.without("source"))
    now = frozenset(_by_id(left_out, "sources", before, after))
    return chosen if now == left_out.keys() else chosen.with_excluded("source", now)


def _by_id(
    held: Mapping[str, Any], table: str, before: Dossier, after: Dossier
) -> Mapping[str, Any]:
    """Return what is kept by id, by the ids of now; what is of no row is kept as it is."""
    if before.tables[table]["id"] is after.tables[table]["id"]:
        return held
    called = {key: follow(Ref(table, key), before, after) for key in held}
    if all(ref is None or ref.id == key for key, ref in called.items()):
        return held
    return MappingProxyType(
        {ref.id if (ref := called[key]) else key: value for key, value in held.items()}
    )
