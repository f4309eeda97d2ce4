"""An edit is one step, and what points at rows follows them."""

from __future__ import annotations

import pytest

from tests.dossiers import small
from viewer.commands import actions, graph
from viewer.commands.editing import edit, falling_words, label_of_change
from viewer.model import edits
from viewer.model.edits_merge import merge
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.store import OPENED, Store


@pytest.fixture
def store() -> Store:
    return Store(small())


def test_an_edit_can_be_undone_and_gives_back_the_very_same_tables(store: Store) -> None:
    first = store.state.dossier
    first.event_bounds  # noqa: B018 - taken over where it can be
    tables = dict(first.tables)
    heard: list[frozenset[str]] = []
    store.subscribe(lambda _state, changes: heard.append(changes))
    edit(store, "Change Title", edits.change(first, "events", 0, {"title": "Other"}))
    edit(store, "Delete", edits.remove(store.state.dossier, "actors", [0, 1]))
    last = dict(store.state.dossier.tables)
    assert store.undo_label == "Delete"
    store.undo()
    store.undo()
    assert all(store.state.dossier.tables[name] is table for name, table in tables.items())
    store.redo()
    store.redo()
    assert all(store.state.dossier.tables[name] is table for name, table in last.items())
    assert all("dossier" in changes and OPENED not in changes for changes in heard)


def test_what_was_worked_out_is_taken_over_and_not_kept_twice(store: Store) -> None:
    first = store.state.dossier
    bounds = first.event_bounds
    edit(store, "Change Title", edits.change(first, "events", 0, {"title": "Other"}))
    assert store.state.dossier.event_bounds is bounds
    store.undo()
    assert store.state.dossier is not first
    assert store.state.dossier.memo
    assert store.state.dossier.event_bounds is bounds
    store.redo()
    store.undo()
    assert sum(bool(step.state.dossier.memo) for step in store._steps) == 1


def test_a_new_row_is_picked(store: Store) -> None:
    after = edits.insert(store.state.dossier, "actors", {"name": "New"})
    edit(store, "Add Actor", after, Ref("actors", "new"))
    assert store.state.selection.refs(after) == (Ref("actors", "new"),)
    assert store.state.selection.actors[-1]


def test_what_is_picked_stays_picked_under_another_id_and_another_row(store: Store) -> None:
    dossier = store.state.dossier
    actions.select(store, (Ref("actors", "canada"), Ref("actors", "iran")))
    graph.pin(store, Ref("actors", "iran"), (1.0, 2.0))
    after = edits.change(dossier, "actors", dossier.actors.row_of["iran"], {"id": "persia"})
    edit(store, "Change Id", after)
    assert store.state.selection.active == Ref("actors", "persia")
    assert dict(store.state.layout.pinned) == {"persia": (1.0, 2.0)}
    edit(store, "Delete", edits.remove(after, "actors", [after.actors.row_of["canada"]]))
    assert store.state.selection.refs(store.state.dossier) == (Ref("actors", "persia"),)
    edit(store, "Delete", edits.remove(store.state.dossier, "actors", [0]))
    store.shown, store.highlight  # noqa: B018 - both are worked out of the masks
    assert store.state.selection.count == bool(store.state.selection.active)


def test_a_filter_follows_a_source_by_its_id(store: Store) -> None:
    dossier = store.state.dossier
    key = dossier.sources["id"][0]
    store.update("Hide", filter=Filter().toggled("source", key))
    edit(store, "Change Id", edits.change(dossier, "sources", 0, {"id": "renamed"}))
    assert store.state.filter.without("source") == {"renamed"}
    store.undo()
    assert store.state.filter.without("source") == {key}


def test_nothing_lies_under_the_pointer_any_more(store: Store) -> None:
    actions.hover(store, Ref("actors", "iran"))
    edit(store, "Delete", edits.remove(store.state.dossier, "actors", [0]))
    assert store.state.hover is None
    assert store.glow is None


def test_a_merge_keeps_the_one_picked(store: Store) -> None:
    dossier = store.state.dossier
    actions.select(store, (Ref("actors", "iran"), Ref("actors", "canada")))
    rows = dossier.actors.row_of
    after = merge(dossier, "actors", rows["iran"], [rows["canada"]])
    edit(store, "Merge", after, Ref("actors", "iran"))
    assert store.state.selection.refs(after) == (Ref("actors", "iran"),)


def test_steps_are_named_after_what_they_change(store: Store) -> None:
    dossier = store.state.dossier
    ref = dossier.ref("events", 0)
    name = dossier.name(ref)
    assert label_of_change(dossier, ref, ("title",)) == f"Change Title of Event “{name}”"
    assert label_of_change(dossier, ref, ("title", "date")) == f"Change Event “{name}”"
    assert "Places of Event" in label_of_change(dossier, ref, ("event_places",))
    other = edits.change(dossier, "events", 0, {"title": "x" * 100})
    assert len(label_of_change(other, other.ref("events", 0), ("date",))) < 80


def test_the_question_says_what_goes_and_what_stays(store: Store) -> None:
    dossier = store.state.dossier
    row = dossier.actors.row_of["iran"]
    words = falling_words(edits.dependants(dossier, "actors", [row]), (Ref("actors", "iran"),))
    assert "With it go" in words
    assert "events" in words
    assert words.endswith("Undo brings everything back.")
    idle = edits.dependants(dossier, "actors", [dossier.actors.row_of["idle"]])
    assert falling_words(idle, (Ref("actors", "idle"),)) == "Undo brings everything back."


def test_no_edit_is_no_step(store: Store) -> None:
    edit(store, "Nothing", store.state.dossier)
    assert store.undo_label is None
