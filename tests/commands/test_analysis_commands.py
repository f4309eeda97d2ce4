"""The commands of analysis: what they pick, and what they say when there is nothing to pick."""

from __future__ import annotations

import pytest

from tests.dossiers import make, small
from viewer.commands import actions, analysis
from viewer.commands.builtin import registry
from viewer.commands.registry import Context
from viewer.model.schema import Ref
from viewer.model.store import Store


class Shell:
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def context() -> Context:
    return Context(Store(small()), Shell())


def pick(store: Store, *keys: str, table: str = "actors") -> None:
    actions.select(store, tuple(Ref(table, key) for key in keys))


def picked(store: Store) -> set[str]:
    return {ref.id for ref in store.state.selection.refs(store.state.dossier)}


def enabled(context: Context) -> set[str]:
    return {c.id for c in analysis.commands() if c.enabled(context)}


def test_commands_are_on_when_they_can_be_run(context: Context) -> None:
    assert enabled(context) == set()
    pick(context.store, "munich", table="places")
    assert enabled(context) == set()
    pick(context.store, "iran")
    assert enabled(context) == {"analysis.neighbours", "analysis.component"}
    pick(context.store, "iran", "nato")
    assert enabled(context) == {"analysis.neighbours", "analysis.component", "analysis.paths"}
    pick(context.store, "iran", "nato", "iraq")
    assert enabled(context) == {"analysis.neighbours", "analysis.component"}
    actions.toggle_facet(context.store, "kind", "state", "States")
    pick(context.store, "iran")
    assert enabled(context) == set()


def test_neighbours_grow_step_by_step(context: Context) -> None:
    store, command = context.store, registry()["analysis.neighbours"]
    pick(store, "zarif")
    command.run(context)
    assert picked(store) == {"zarif", "iran", "champagne"}
    assert store.undo_label == "Select Neighbours"
    command.run(context)
    assert picked(store) == {"zarif", "iran", "champagne", "canada", "families"}
    store.undo()
    store.undo()
    assert picked(store) == {"zarif"}
    analysis.select_neighbours(store, 2)
    assert picked(store) == {"zarif", "iran", "champagne", "canada", "families"}
    assert store.state.selection.active == Ref("actors", "zarif")


def test_neighbours_of_nobody_change_nothing_and_say_so(context: Context) -> None:
    pick(context.store, "idle")
    before = context.store.state
    registry()["analysis.neighbours"].run(context)
    assert context.store.state is before
    assert context.shell.said == ["Nobody else that is shown is tied to the actors selected."]


def test_paths_pick_all_that_lies_on_them(context: Context) -> None:
    store = context.store
    pick(store, "zarif", "canada")
    registry()["analysis.paths"].run(context)
    assert picked(store) == {
        "zarif", "iran", "champagne", "canada",
        "envoy", "ties", "minister", "embassy", "call", "meeting", "recorders",
    }  # fmt: skip
    assert store.state.selection.active == Ref("actors", "canada")
    assert store.undo_label == "Select Paths Between Canada and محمدجواد ظریف"
    assert context.shell.said == []


def test_paths_that_do_not_exist_are_said_not_to(context: Context) -> None:
    pick(context.store, "iran", "quds")
    before = context.store.state
    registry()["analysis.paths"].run(context)
    assert context.store.state is before
    assert context.shell.said == ["Nothing that is shown joins Iran and Quds Force."]


def test_paths_need_two_actors(context: Context) -> None:
    pick(context.store, "iran")
    assert analysis.select_paths(context.store).startswith("Select two actors first")


def test_all_that_is_connected(context: Context) -> None:
    store, dossier = context.store, context.store.state.dossier
    pick(store, "families")
    registry()["analysis.component"].run(context)
    connected = picked(store)
    actors, relations = (set(dossier.tables[name]["id"]) for name in ("actors", "relations"))
    assert connected & actors == actors - {"quds", "idle"}
    assert relations <= connected
    # What happened to one actor alone ties nobody.
    assert "call" in connected
    assert not connected & {"letter", "strike", "undated"}


def test_what_is_filtered_out_is_not_picked(context: Context) -> None:
    store = context.store
    actions.toggle_facet(store, "kind", "state", "States")
    pick(store, "zarif")
    registry()["analysis.neighbours"].run(context)
    assert picked(store) == {"zarif", "champagne"}


def test_an_empty_dossier_offers_nothing() -> None:
    context = Context(Store(make()), Shell())
    assert enabled(context) == set()
    for act in (analysis.select_neighbours, analysis.select_component, analysis.select_paths):
        assert act(context.store)
