"""Commands: one list that menus, palette and keys read."""

from __future__ import annotations

import pytest

from tests.dossiers import small
from viewer.assets import shipped_dossier
from viewer.commands import actions
from viewer.commands.builtin import registry
from viewer.commands.registry import Command, Context, Registry
from viewer.formats import open_dossier
from viewer.model.schema import Ref
from viewer.model.store import Store


class FakeShell:
    """Answers what titles and ticks ask; nothing here is a window."""

    @property
    def document(self) -> FakeShell:
        return self

    @property
    def editor(self) -> FakeShell:
        return self

    def targets(self) -> tuple[Ref, ...]:
        return ()

    def __getattr__(self, name: str) -> object:
        answers = {"theme": "light", "hand": False, "playing": False, "view_visible": True}
        return lambda *_args, **_kwargs: answers.get(name)


@pytest.fixture
def context() -> Context:
    return Context(Store(small()), FakeShell())


def test_ids_and_keys_are_unique_and_every_command_has_a_title(context: Context) -> None:
    commands = list(registry())
    assert len({c.id for c in commands}) == len(commands)
    assert all(c.name(context) for c in commands)


def test_a_key_bound_twice_is_refused() -> None:
    def nothing(_context: Context) -> None: ...

    with pytest.raises(ValueError, match=r"Ctrl\+E is bound to a and b"):
        Registry((Command("a", "A", nothing, "Ctrl+E"), Command("b", "B", nothing, "Ctrl+E")))


def test_every_command_can_be_run_where_it_is_enabled(context: Context) -> None:
    for command in registry():
        if command.enabled(context):
            command.run(context)


def test_undo_is_named_after_what_it_undoes(context: Context) -> None:
    commands = registry()
    assert not commands["edit.undo"].enabled(context)
    dossier = context.store.state.dossier
    ref = dossier.ref("places", 0)
    actions.select(context.store, (ref,))
    assert commands["edit.undo"].name(context) == f"Undo Select {dossier.name(ref)}"
    commands["edit.undo"].run(context)
    assert context.store.state.selection.count == 0
    assert commands["edit.redo"].enabled(context)


def test_commands_are_found_by_words_of_their_titles(context: Context) -> None:
    found = [command.id for command in registry().find("exp ima", context)]
    assert found == ["file.export"]


def test_stepping_goes_through_the_events_in_order_of_date(context: Context) -> None:
    store = context.store
    seen = [actions.step_event(store, 1) for _ in range(len(store.state.dossier.events))]
    assert len(set(seen)) == len(seen)
    bounds = store.state.dossier.event_bounds
    starts = [bounds[store.state.dossier.row(ref), 0] for ref in seen if ref is not None]
    dated = [start for start in starts if start == start]
    assert dated == sorted(dated)


def test_only_one_value_of_a_facet_and_back(context: Context) -> None:
    store = context.store
    values = ("person", "state", "organisation")
    actions.only_facet(store, "kind", "state", values, "States")
    assert store.state.filter.without("kind") == {"person", "organisation"}
    actions.only_facet(store, "kind", "state", values, "States")
    assert store.state.filter.is_empty


def test_picking_what_is_not_there_changes_nothing(context: Context) -> None:
    before = context.store.state
    actions.select(context.store, (Ref("actors", "nobody"),), "add")
    assert context.store.state is before


def test_a_dragged_window_is_one_step_of_undo(context: Context) -> None:
    store = context.store
    for day in range(5):
        actions.set_window(store, (float(day), float(day) + 10), merge="drag")
    store.end_merge()
    store.undo()
    assert store.state.window is None
    assert store.undo_label is None


def test_persian_dates_are_a_way_of_showing_and_no_step_of_undo(context: Context) -> None:
    command, store = registry()["view.persian"], context.store
    assert not command.checked(context)
    command.run(context)
    assert command.checked(context)
    assert store.state.calendar == "persian"
    assert store.undo_label is None
    store.open(small())
    assert command.checked(context)
    command.run(context)
    assert store.state.calendar == "gregorian"


def test_what_is_disputed_can_be_picked_at_once() -> None:
    store = Store(open_dossier(shipped_dossier()))
    actions.select_disputed(store)
    dossier = store.state.dossier
    picked = set(store.state.selection.refs(dossier))
    assert picked == set(dossier.disputed)
    assert Ref("events", "ps752-downing") in picked
