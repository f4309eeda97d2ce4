"""Keeps the state, its past and its future."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from viewer.model.derived import take_over
from viewer.model.dossier import Dossier
from viewer.model.filters import Shown, shown
from viewer.model.selection import PICKABLE, Highlight, Selection, highlight
from viewer.model.state import State

Changes = frozenset[str]
Listener = Callable[[State, Changes], None]

KEPT = frozenset({"calendar", "texts"})
"""Fields that undo leaves as they are: ways of showing, not of what is shown."""
TRANSIENT = KEPT | {"hover"}
"""Fields whose change is no step of its own: undo neither returns to nor stops at them."""
OPENED = "opened"
"""Told beside the fields when a dossier was opened; without it a new one is an edit."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history: a state and the name of what led to it."""

    state: State
    label: str
    merge: str


class Store:
    """The state, and the only way to change it.

    Listeners are told once per update, after the state has changed, with the names of the
    fields that did. A view never changes another view: it changes the state.
    """

    def __init__(self, dossier: Dossier | None = None) -> None:
        first = State.of(dossier or Dossier.empty())
        self._steps = [Step(first, "", "")]
        self._at = 0
        self._state = first
        self._latest = ""
        self._listeners: list[Listener] = []
        self._shown: tuple[State, Shown] | None = None
        self._highlight: tuple[Shown, Selection, Highlight] | None = None
        self._glow: tuple[State, Highlight | None] | None = None

    @property
    def state(self) -> State:
        """The current state."""
        return self._state

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change; the function returned ends that, once or more."""
        self._listeners.append(listener)

        def end() -> None:
            # A dialog that is closed by a double click is closed twice.
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def update(self, label: str = "", merge: str = "", **changes: Any) -> None:
        """Change fields of the state.

        Parameters
        ----------
        label : str
            What the Edit menu calls this step, e.g. ``Select Baghdad``.
        merge : str
            Steps in a row with the same non-empty key become one: a drag is one step.
        **changes
            New values by field name. What does not differ is left alone.
        """
        changed = {
            name: value for name, value in changes.items() if getattr(self._state, name) != value
        }
        if not changed:
            return
        if "dossier" in changed:
            self._strip(self._state.dossier)
        state = replace(self._state, **changed)
        if not TRANSIENT.issuperset(changed):
            self._latest = label
            del self._steps[self._at + 1 :]
            step = Step(replace(state, hover=None), label, merge)
            if merge and self._steps[self._at].merge == merge:
                self._steps[self._at] = step
            else:
                self._steps.append(step)
                self._at += 1
        self._become(state, frozenset(changed))

    def end_merge(self) -> None:
        """Close the step at hand, so that the next one with its key is a step of its own."""
        self._steps[self._at] = replace(self._steps[self._at], merge="")

    def open(self, dossier: Dossier) -> None:
        """Show another dossier; the past belongs to the old one and is forgotten."""
        state = replace(State.of(dossier), calendar=self._state.calendar)
        self._steps, self._at, self._latest = [Step(state, "", "")], 0, ""
        self._become(state, frozenset((OPENED, *(field.name for field in fields(State)))))

    # -- undo --------------------------------------------------------------------------------

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None."""
        return self._steps[self._at].label if self._at else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, or None."""
        following = self._at + 1
        return self._steps[following].label if following < len(self._steps) else None

    @property
    def latest(self) -> str:
        """What was done last, as ``Delete Event “Talks”`` or ``Undo Delete Event “Talks”``."""
        return self._latest

    def undo(self) -> None:
        """Return to the state before the last step."""
        if self._at:
            self._latest = f"Undo {self.undo_label}".strip()
            self._at -= 1
            self._travel()

    def redo(self) -> None:
        """Do again what undo took back."""
        if self._at + 1 < len(self._steps):
            self._latest = f"Redo {self.redo_label}".strip()
            self._at += 1
            self._travel()

    def _strip(self, dossier: Dossier) -> None:
        """Keep a dossier that is no longer shown without what was worked out of it."""
        bare = dossier.bare()
        for at, step in enumerate(self._steps):
            if step.state.dossier is dossier:
                self._steps[at] = replace(step, state=replace(step.state, dossier=bare))

    def _travel(self) -> None:
        self.end_merge()
        left, entered = self._state.dossier, self._steps[self._at].state.dossier
        if entered is not left:
            take_over(entered, left)
            self._strip(left)
        kept = {name: getattr(self._state, name) for name in KEPT}
        state = replace(self._steps[self._at].state, **kept)
        changed = frozenset(
            field.name
            for field in fields(State)
            if getattr(state, field.name) is not getattr(self._state, field.name)
        )
        self._become(state, changed)

    def _become(self, state: State, changes: Changes) -> None:
        self._state = state
        for listener in tuple(self._listeners):
            listener(state, changes)

    # -- derived -----------------------------------------------------------------------------

    @property
    def shown(self) -> Shown:
        """Masks of what passes the filter."""
        kept, state = self._shown, self._state
        if (
            kept is None
            or kept[0].dossier is not state.dossier
            or kept[0].filter is not state.filter
        ):
            kept = self._shown = state, shown(state.dossier, state.filter)
        return kept[1]

    @property
    def highlight(self) -> Highlight:
        """Masks of what stands out."""
        kept, visible, picked = self._highlight, self.shown, self._state.selection
        if kept is None or kept[0] is not visible or kept[1] is not picked:
            found = highlight(self._state.dossier, picked, visible)
            kept = self._highlight = visible, picked, found
        return kept[2]

    @property
    def glow(self) -> Highlight | None:
        """Masks of what lies under the pointer and what is tied to it, or None."""
        if self._glow is None or self._glow[0] is not self._state:
            dossier, hover = self._state.dossier, self._state.hover
            found = None
            if hover is not None and hover.table in PICKABLE and dossier.has(hover):
                found = highlight(dossier, Selection.of(dossier, (hover,)), self.shown)
            self._glow = self._state, found
        return self._glow[1]
