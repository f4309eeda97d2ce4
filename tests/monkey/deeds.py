"""How each kind of action is done: through the windows, as Qt gets it from the system."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QWindow,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

from tests.monkey import fingers, world
from tests.monkey.actions import Action
from tests.monkey.things import OUT, SHIPPED
from viewer.assets import shipped_dossier

_TYPED = 100
"""Letters that are typed one after the other before the window has its turn."""
BUTTONS = {
    "left": Qt.MouseButton.LeftButton,
    "right": Qt.MouseButton.RightButton,
    "middle": Qt.MouseButton.MiddleButton,
}
MODIFIERS = {
    "": Qt.KeyboardModifier.NoModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Ctrl+Shift": Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
}
SCHEMES = {
    "unknown": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


@dataclass
class Hands:
    """What actions are done with.

    Parameters
    ----------
    scratch : Path
        Folder that paths of actions are in.
    then : str
        What the window is opened with when it has been closed.
    """

    scratch: Path
    then: str = SHIPPED

    def path(self, name: str) -> Path:
        """Return the path that an action names."""
        return shipped_dossier() if name == SHIPPED else self.scratch / name

    def do(self, action: Action) -> None:
        """Do an action; one whose window is not there any more is no error."""
        world.fence(self.scratch, self.scratch / OUT)
        DEEDS[action.do](self, **action.args)


# -- mouse -----------------------------------------------------------------------------------------


class _Spot(NamedTuple):
    # Held on to: without it Python forgets that the handle is there.
    window: QWidget
    handle: QWindow
    at: QPoint


def _spot(inside: str, x: int, y: int) -> _Spot | None:
    window = world.named(inside)
    handle = None if window is None else window.windowHandle()
    if window is None or handle is None or not isValid(handle):
        return None
    # What was meant for a larger window goes to the edge: a press is never without its release.
    # Qt takes the null point for the middle of the window.
    at = QPoint(min(x, handle.width() - 1), max(min(y, handle.height() - 1), 1))
    return _Spot(window, handle, at)


def _move(_: Hands, *, window: str, x: int, y: int, **_on: Any) -> None:
    if spot := _spot(window, x, y):
        QTest.mouseMove(spot.handle, spot.at)


def _mouse(kind: Callable[..., None]) -> Callable[..., None]:
    def deed(
        _: Hands, *, window: str, x: int, y: int, button: str = "left", keys: str = "", **_on: Any
    ) -> None:
        if spot := _spot(window, x, y):
            kind(spot.window, BUTTONS[button], MODIFIERS[keys], spot.at)

    return deed


def _at_handle(kind: Callable[..., None]) -> Callable[..., None]:
    return lambda window, *more: kind(window.windowHandle(), *more)


def _wheel(
    _: Hands, *, window: str, x: int, y: int, turn: int, across: int, keys: str, **_on: Any
) -> None:
    if spot := _spot(window, x, y):
        turned = QPoint(across, turn)
        QTest.wheelEvent(spot.handle, QPointF(spot.at), turned, stateKey=MODIFIERS[keys])


def _drop(hands: Hands, *, x: int, y: int, paths: list[str], leave: bool, text: str) -> None:
    window = world.main_window()
    if window is None or world.application().activeModalWidget() is not None:
        return
    data = QMimeData()
    if paths:
        data.setUrls([QUrl.fromLocalFile(str(hands.path(path))) for path in paths])
    else:
        data.setText(text)
        data.setUrls([QUrl("https://example.org/dossier")])
    at, given = QPoint(x, y), (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, *given)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return
    QApplication.sendEvent(window, QDragMoveEvent(at, Qt.DropAction.CopyAction, data, *given))
    last = QDragLeaveEvent() if leave else QDropEvent(
        QPointF(at), Qt.DropAction.CopyAction, data, *given
    )  # fmt: skip
    QApplication.sendEvent(window, last)


# -- keys ------------------------------------------------------------------------------------------


def _key(_: Hands, *, keys: str) -> None:
    pressed = QKeySequence(keys)[0]  # type: ignore[index]
    fingers.strike(pressed.key(), pressed.keyboardModifiers())


def _type(_: Hands, *, text: str) -> None:
    app = world.application()
    for piece in _pieces(text):
        target = app.activePopupWidget() or app.focusWidget() or world.foremost()
        if target is not None:
            _strike(target, piece)


def _pieces(text: str) -> Iterable[str]:
    """Return the letters of a text; one that is long is put in at once, as by a paste."""
    return text if len(text) <= _TYPED else (text,)


def _strike(target: QWidget, character: str) -> None:
    if len(character) > 1:
        typed = QInputMethodEvent()
        typed.setCommitString(character)
        QApplication.sendEvent(target, typed)
        return
    code = ord(character.upper()) if character.isascii() else 0
    for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
        event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, character)
        QApplication.sendEvent(target, event)


# -- the program -----------------------------------------------------------------------------------


def _command(_: Hands, *, id: str) -> None:  # noqa: A002
    window = world.main_window()
    if window is None or window.desk is None or world.application().activeModalWidget():
        return
    desk = window.desk
    action = desk.top_bar.actions_by_id.get(id)
    if action is not None:
        action.trigger()
    elif desk.registry[id].enabled(desk.context):
        desk.registry[id].run(desk.context)


def _open(hands: Hands, *, path: str) -> None:
    window = world.main_window()
    if window is not None and world.application().activeModalWidget() is None:
        window.open_path(hands.path(path))


def _close(hands: Hands, *, then: str) -> None:
    hands.then = then
    window = world.main_window()
    if window is not None and world.application().activeModalWidget() is None:
        window.close()


def _resize(_: Hands, *, width: int, height: int, state: str = "") -> None:
    window = world.main_window()
    if window is None:
        return
    if state:
        {"small": window.showMinimized, "large": window.showMaximized}[state]()
    else:
        window.showNormal()
        window.resize(width, height)


def _scheme(_: Hands, *, name: str) -> None:
    QGuiApplication.styleHints().setColorScheme(SCHEMES[name])


def _clipboard(_: Hands, *, text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _wait(_: Hands) -> None:
    """Do nothing: the time before it is meant."""


# -- dialogs ---------------------------------------------------------------------------------------


def _fill(_: Hands, *, window: str, field: int, text: str) -> None:
    inside = _answering(window)
    found = world.fields(inside) if inside is not None else []
    if field < len(found):
        found[field].setFocus(Qt.FocusReason.TabFocusReason)
        found[field].selectAll()
        for piece in _pieces(text):
            _strike(found[field], piece)


def _answering(label: str) -> QWidget | None:
    """Return the window of a name, if the user can reach it."""
    window = world.named(label)
    return window if window is not None and world.answers(window) else None


def _choose(_: Hands, *, window: str, combo: int, row: int) -> None:
    inside = _answering(window)
    found = inside.findChildren(QComboBox) if inside is not None else []
    if combo < len(found) and found[combo].isEnabled():
        found[combo].setCurrentIndex(row)


def _press_button(_: Hands, *, window: str, button: int, **_on: Any) -> None:
    inside = _answering(window)
    found = world.buttons(inside) if inside is not None else []
    if button < len(found):
        found[button].click()


def _file(hands: Hands, *, path: str) -> None:
    """Answer the dialog that asks for a file: with a path, or not at all."""
    dialog = world.file_dialog()
    if dialog is None:
        return
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    if path and field is not None:
        field.setText(str(hands.path(path)))
        dialog.setFocus()
        field.setFocus()
        fingers.tap(field, Qt.Key.Key_Return)
    else:
        dialog.reject()


def _dismiss(_: Hands) -> None:
    window = world.in_the_way()
    if window is not None:
        fingers.tap(window, Qt.Key.Key_Escape)


DEEDS: dict[str, Callable[..., None]] = {
    "move": _move,
    "press": _mouse(_at_handle(QTest.mousePress)),
    "release": _mouse(_at_handle(QTest.mouseRelease)),
    "click": _mouse(fingers.click),
    "double": _mouse(fingers.double_click),
    "wheel": _wheel,
    "drop": _drop,
    "key": _key,
    "type": _type,
    "command": _command,
    "open": _open,
    "close": _close,
    "resize": _resize,
    "scheme": _scheme,
    "clipboard": _clipboard,
    "wait": _wait,
    "fill": _fill,
    "choose": _choose,
    "button": _press_button,
    "file": _file,
    "dismiss": _dismiss,
}
"""What an action's name stands for. ``rest``, which is no single event, is the driver's."""
