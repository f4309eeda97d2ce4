"""Picks what the monkey does next, by chance and by what is on the screen."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from tests.monkey import world
from tests.monkey.actions import Action
from tests.monkey.deeds import BUTTONS, MODIFIERS, SCHEMES
from tests.monkey.things import LONG, OUT, ROWS, SHIPPED, WORDS
from viewer.ui.canvas import Canvas

KEYS = (
    *"Tab Shift+Tab Left Right Up Down Home End PgUp PgDown Return Enter Esc Del Backspace".split(),
    *"Space Insert F1 F2 F3 F5 F10 F11 Alt+F Alt+V Menu + - = 0".split(),
    *"Shift+Left Shift+Right Shift+End Ctrl+Home Ctrl+End Ctrl+Return Ctrl+C Ctrl+V Ctrl+X".split(),
    *"A E I N S T 1 5 9".split(),
)
STEPS = ("Tab", "Left", "Right", "Up", "Down", "Return", "Esc")
"""Keys that lead on, and are pressed oftener."""
_ENDING = re.compile(r"\*(\.\w+)")
RARE = ("file.quit",)
"""Commands that end what is open."""
SIZES = ((1600, 1000), (760, 480), (1000, 700), (1000, 700), (1920, 1200), (820, 1100))


class Chooser:
    """Picks actions; with one seed, and a screen that answers alike, it picks the same.

    Parameters
    ----------
    seed : int
    things : tuple of str
        What can be opened.
    """

    def __init__(self, seed: int, things: tuple[str, ...]) -> None:
        self._rng = random.Random(seed)
        self._things = things
        self._texts = tuple(thing for thing in things if "prose" in thing or "broken" in thing)
        self._saved = 0
        self._plan: list[Action] = []
        self._weights: dict[Callable[[], Action], float] = {
            self._pointed: 50,
            self._drag: 9,
            self._wheel: 7,
            self._key: 14,
            self._type: 4,
            self._command: 14,
            self._open: 1.5,
            self._drop: 1,
            self._resize: 1,
            self._scheme: 0.5,
            self._clipboard: 0.7,
            self._wait: 2,
            self._close: 0.15,
        }

    def next(self) -> Action:
        """Return the next action."""
        asked = world.file_dialog()
        if asked is not None:
            return self._file(asked)
        if self._plan:
            return self._plan.pop(0)
        front = world.foremost()
        if front is not None and front is not world.main_window() and self._rng.random() < 0.6:
            return self._answer(front)
        kinds = list(self._weights)
        kind = self._rng.choices(kinds, [self._weights[kind] for kind in kinds])[0]
        return kind()

    def _wait_before(self) -> int:
        return self._rng.choice((0, 0, 0, 0, 1, 5, 20))

    def _act(self, do: str, **args: Any) -> Action:
        return Action(do, args, self._wait_before())

    # -- mouse -------------------------------------------------------------------------------

    def _window(self) -> QWidget | None:
        """Return mostly the window that answers, sometimes one that is behind it."""
        front, there = world.foremost(), world.windows()
        if there and self._rng.random() < 0.06:
            return self._rng.choice(there)
        return front

    def _spot(self) -> dict[str, Any] | None:
        """Return somewhere in a window; on a canvas oftener what is drawn there."""
        window = self._window()
        if window is None:
            return None
        widgets = world.touchable(window)
        canvases: list[QWidget] = [widget for widget in widgets if isinstance(widget, Canvas)]
        if canvases and self._rng.random() < 0.5:
            widgets = canvases
        if not widgets:
            return None
        widget = self._rng.choice(widgets)
        x, y = self._rng.randrange(widget.width()), self._rng.randrange(widget.height())
        if isinstance(widget, Canvas) and self._rng.random() < 0.6:
            x, y = self._mark(widget) or (x, y)
        at = widget.mapTo(window, QPoint(x, y))
        if not window.rect().contains(at):
            return None
        return {
            "window": world.label_of(window),
            "x": at.x(),
            "y": at.y(),
            "on": world.name_of(widget),
        }

    def _mark(self, canvas: Canvas) -> tuple[int, int] | None:
        targets = canvas.scene_shown.targets if canvas.scene_shown is not None else ()
        if not len(targets):
            return None
        target = targets[self._rng.randrange(len(targets))]
        x, y = target.x, target.y
        if 0 <= x < canvas.width() and 0 <= y < canvas.height():
            return int(x), int(y)
        return None

    def _pointed(self) -> Action:
        spot = self._spot()
        if spot is None:
            return self._wait()
        do = self._rng.choices(("move", "click", "double"), (10, 6, 1))[0]
        if do == "move":
            return self._act("move", **spot)
        button = self._rng.choices(tuple(BUTTONS), (8, 1, 1))[0]
        return self._act(do, **spot, button=button, keys=self._modifier())

    def _modifier(self) -> str:
        return self._rng.choices(tuple(MODIFIERS), (6, 1, 1, 0.5, 0.5))[0]

    def _drag(self) -> Action:
        """A press, moves and a release; now and then something comes between."""
        spot = self._spot()
        if spot is None:
            return self._wait()
        button, keys = self._rng.choices(tuple(BUTTONS), (8, 1, 2))[0], self._modifier()
        x, y = spot["x"], spot["y"]
        for _ in range(self._rng.randint(1, 8)):
            x, y = (max(value + self._rng.randint(-90, 90), 1) for value in (x, y))
            self._plan.append(self._act("move", **(spot | {"x": x, "y": y})))
            if self._rng.random() < 0.04:
                self._plan.append(self._rng.choice((self._key, self._command, self._wheel))())
        self._plan.append(
            self._act("release", **(spot | {"x": x, "y": y}), button=button, keys=keys)
        )
        return self._act("press", **spot, button=button, keys=keys)

    def _wheel(self) -> Action:
        spot = self._spot()
        if spot is None:
            return self._wait()
        turn = self._rng.choice((120, -120, 120, -120, 15, -15, 960, -960, 0))
        across = 0 if turn else self._rng.choice((120, -120))
        return self._act("wheel", **spot, turn=turn, across=across, keys=self._modifier())

    # -- keys --------------------------------------------------------------------------------

    def _key(self) -> Action:
        window = world.main_window()
        shortcuts = [
            key
            for command in (window.desk.registry if window is not None and window.desk else ())
            for key in command.shortcut.split(", ")
            if key and (command.id not in RARE or self._rng.random() < 0.05)
        ]
        return self._act("key", keys=self._rng.choice((*KEYS, *STEPS * 4, *shortcuts)))

    def _type(self) -> Action:
        return self._act("type", text=self._word())

    def _word(self) -> str:
        return LONG if self._rng.random() < 0.03 else self._rng.choice(WORDS)

    # -- the program -------------------------------------------------------------------------

    def _command(self) -> Action:
        window = world.main_window()
        if window is None or window.desk is None:
            return self._wait()
        known = [command.id for command in window.desk.registry]
        if self._rng.random() < 0.25:
            known = [key for key in known if key.startswith(("edit.", "file.save"))]
        chosen = self._rng.choice(known)
        if chosen in RARE and self._rng.random() > 0.1:
            chosen = known[0]
        return self._act("command", id=chosen)

    def _open(self) -> Action:
        return self._act("open", path=self._rng.choice((SHIPPED, *self._things)))

    def _drop(self) -> Action:
        paths = self._rng.choices(self._things, k=self._rng.choice((0, 1, 1, 1, 2)))
        return self._act(
            "drop",
            x=self._rng.randrange(700),
            y=self._rng.randrange(400),
            paths=paths,
            leave=self._rng.random() < 0.2,
            text=self._word(),
        )

    def _close(self) -> Action:
        return self._act("close", then=self._rng.choice((SHIPPED, *self._things)))

    def _resize(self) -> Action:
        width, height = self._rng.choice(SIZES)
        state = self._rng.choices(("", "small", "large"), (8, 1, 1))[0]
        return self._act("resize", width=width, height=height, state=state)

    def _scheme(self) -> Action:
        return self._act("scheme", name=self._rng.choice(tuple(SCHEMES)))

    def _clipboard(self) -> Action:
        return self._act("clipboard", text=self._rng.choice((ROWS, "", self._word())))

    def _wait(self) -> Action:
        return Action("wait", {}, self._rng.randint(20, 200))

    # -- dialogs -----------------------------------------------------------------------------

    def _file(self, dialog: QFileDialog) -> Action:
        """Answer a dialog that asks for a file; nothing else is done in it."""
        self._saved += 1
        ends = [pattern for kind in dialog.nameFilters() for pattern in _ENDING.findall(kind)]
        end = self._rng.choice([*ends, "", ".png"])
        choices = ["", f"{OUT}/new {self._saved}{end}", f"{OUT}/again{end}"]
        if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptOpen:
            choices += [*self._rng.choices(self._things, k=3), *self._rng.choices(self._texts, k=3)]
        chosen = self._rng.choice(choices)
        return Action("file", {"path": "" if chosen == SHIPPED else chosen}, 20)

    def _answer(self, front: QWidget) -> Action:
        """Do something a dialog or a popup is there for."""
        label = world.label_of(front)
        if world.is_menu(front):
            return self._act("key", keys=self._rng.choice(("Up", "Down", "Return", "Esc", "Right")))
        buttons, fields = world.buttons(front), world.fields(front)
        combos = front.findChildren(QComboBox)
        ways: list[Callable[[], Action]] = [lambda: self._act("dismiss")]
        if buttons:
            at = self._rng.randrange(len(buttons))
            on = buttons[at].text() or world.name_of(buttons[at])
            ways += [lambda: self._act("button", window=label, button=at, on=on)] * 3
        if fields:
            field, text = self._rng.randrange(len(fields)), self._word()
            ways += [lambda: self._act("fill", window=label, field=field, text=text)] * 3
        if combos:
            combo = self._rng.randrange(len(combos))
            row = self._rng.randrange(max(combos[combo].count(), 1))
            ways += [lambda: self._act("choose", window=label, combo=combo, row=row)] * 2
        ways += [lambda: self._act("key", keys=self._rng.choice(STEPS)), self._pointed]
        return self._rng.choice(ways)()
