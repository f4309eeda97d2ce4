"""The state, its past and its future."""

from __future__ import annotations

from tests.dossiers import small
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.state import Layout, State
from viewer.model.store import OPENED, Changes, Store

BAGHDAD = Ref("places", "baghdad")


def pick(store: Store, *refs: Ref, label: str = "Select") -> None:
    store.update(label, selection=Selection.of(store.state.dossier, refs))


def listening(store: Store) -> list[Changes]:
    heard: list[Changes] = []
    store.subscribe(lambda _, changes: heard.append(changes))
    return heard


def test_an_update_tells_what_changed_once() -> None:
    store = Store(small())
    heard = listening(store)
    store.update("Change", window=(0.0, 1.0), projection="equal-earth")
    assert heard == [frozenset({"window", "projection"})]


def test_what_does_not_differ_is_no_change() -> None:
    store = Store(small())
    heard = listening(store)
    store.update("Nothing", projection=store.state.projection, filter=Filter())
    assert heard == []
    assert store.undo_label is None


def test_undo_and_redo_walk_the_steps() -> None:
    store = Store(small())
    store.update("Hide conflict", filter=Filter().toggled("quad", "verbal-conflict"))
    store.update("Zoom", window=(0.0, 9.0))
    assert store.undo_label == "Zoom"
    store.undo()
    assert store.state.window is None
    assert not store.state.filter.is_empty
    assert (store.undo_label, store.redo_label) == ("Hide conflict", "Zoom")
    store.undo()
    assert store.state.filter.is_empty
    assert store.undo_label is None
    store.redo()
    store.redo()
    assert store.state.window == (0.0, 9.0)
    assert store.redo_label is None


def test_undo_and_redo_at_the_ends_do_nothing() -> None:
    store = Store(small())
    heard = listening(store)
    store.undo()
    store.redo()
    assert heard == []


def test_a_new_step_forgets_the_future() -> None:
    store = Store(small())
    store.update("One", window=(0.0, 1.0))
    store.undo()
    store.update("Two", window=(0.0, 2.0))
    assert store.redo_label is None
    store.undo()
    assert store.state.window is None


def test_a_drag_is_one_step() -> None:
    store = Store(small())
    for end in range(1, 50):
        store.update("Move window", merge="drag", window=(0.0, float(end)))
    store.undo()
    assert store.state.window is None
    store.redo()
    assert store.state.window == (0.0, 49.0)


def test_two_drags_are_two_steps() -> None:
    store = Store(small())
    store.update("Move window", merge="drag", window=(0.0, 1.0))
    store.end_merge()
    store.update("Move window", merge="drag", window=(0.0, 2.0))
    store.undo()
    assert store.state.window == (0.0, 1.0)


def test_steps_with_other_keys_do_not_merge() -> None:
    store = Store(small())
    store.update("Move window", merge="window", window=(0.0, 1.0))
    store.update("Pin", merge="pin", layout=Layout(pinned={"iran": (0.0, 0.0)}))
    store.undo()
    assert store.state.window == (0.0, 1.0)


def test_a_drag_after_undo_is_a_step_of_its_own() -> None:
    store = Store(small())
    store.update("Move window", merge="drag", window=(0.0, 1.0))
    store.update("Other", projection="equal-earth")
    store.undo()
    store.update("Move window", merge="drag", window=(0.0, 2.0))
    store.undo()
    assert store.state.window == (0.0, 1.0)


def test_a_drag_back_to_its_beginning_still_ends_there() -> None:
    store = Store(small())
    store.update("Move window", window=(0.0, 1.0))
    store.end_merge()
    store.update("Move window", merge="drag", window=(0.0, 2.0))
    store.update("Move window", merge="drag", window=(0.0, 1.0))
    assert store.state.window == (0.0, 1.0)


def test_hover_is_no_step() -> None:
    store = Store(small())
    heard = listening(store)
    store.update(hover=BAGHDAD)
    assert heard == [frozenset({"hover"})]
    assert store.undo_label is None
    assert store.glow is not None
    store.update("Zoom", window=(0.0, 1.0))
    store.update(hover=None)
    assert store.glow is None
    store.undo()
    assert store.state.hover is None


def test_hover_does_not_forget_the_future() -> None:
    store = Store(small())
    store.update("Zoom", window=(0.0, 1.0))
    store.undo()
    store.update(hover=BAGHDAD)
    assert store.redo_label == "Zoom"


def test_undo_tells_which_fields_went_back() -> None:
    store = Store(small())
    store.update("Zoom", window=(0.0, 1.0))
    heard = listening(store)
    store.undo()
    assert heard == [frozenset({"window"})]


def test_selection_is_undone_too() -> None:
    store = Store(small())
    pick(store, BAGHDAD, label="Select Baghdad")
    assert store.highlight.dimming
    store.undo()
    assert not store.highlight.dimming
    assert store.redo_label == "Select Baghdad"


def test_what_is_shown_follows_the_state_and_is_worked_out_once() -> None:
    store = Store(small())
    before = store.shown
    store.update("Zoom", window=(0.0, 1.0))
    store.update(hover=BAGHDAD)
    assert store.shown is before
    store.update("Hide", filter=Filter().toggled("quad", "verbal-conflict"))
    assert store.shown is not before
    assert not store.shown.events.all()


def test_opening_forgets_the_past() -> None:
    store = Store(small())
    pick(store, BAGHDAD)
    heard = listening(store)
    other = small()
    store.open(other)
    assert store.state.dossier is other
    assert store.undo_label is None
    assert not store.state.selection.count
    assert "dossier" in heard[0]
    assert heard[0] == frozenset(State.__dataclass_fields__) | {OPENED}


def test_who_unsubscribes_hears_nothing() -> None:
    store = Store(small())
    heard: list[Changes] = []
    stop = store.subscribe(lambda _, changes: heard.append(changes))
    store.update("Zoom", window=(0.0, 1.0))
    stop()
    store.update("Zoom", window=(0.0, 2.0))
    assert len(heard) == 1


def test_a_listener_may_unsubscribe_while_it_is_told() -> None:
    store = Store(small())
    heard: list[str] = []

    def once(*_: object) -> None:
        heard.append("once")
        stop()

    stop = store.subscribe(once)
    store.subscribe(lambda *_: heard.append("always"))
    store.update("Zoom", window=(0.0, 1.0))
    store.update("Zoom", window=(0.0, 2.0))
    assert heard == ["once", "always", "always"]


def test_a_store_without_a_dossier_shows_nothing() -> None:
    store = Store()
    assert not len(store.state.dossier.events)
    assert not store.shown.events.any()
    assert not store.highlight.dimming
