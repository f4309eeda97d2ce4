"""Keys and mouse as the system delivers them, each event to the window that is there by then.

``QTest.keyClick`` and ``mouseClick`` send all their events to one window. Where the first of them
closes it, as Alt does with a menu, the others go to memory that is no window any more.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from tests.monkey import world
from viewer.ui.window import MainWindow

_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Qt.Key.Key_Shift,
    Qt.KeyboardModifier.ControlModifier: Qt.Key.Key_Control,
    Qt.KeyboardModifier.AltModifier: Qt.Key.Key_Alt,
    Qt.KeyboardModifier.MetaModifier: Qt.Key.Key_Meta,
}
_LETTERS = {
    Qt.Key.Key_Return: "\r",
    Qt.Key.Key_Enter: "\r",
    Qt.Key.Key_Tab: "\t",
    Qt.Key.Key_Backspace: "\b",
    Qt.Key.Key_Escape: "\x1b",
    Qt.Key.Key_Delete: "\x7f",
}


def strike(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Press a key and let go of it, with modifiers held down meanwhile."""
    none = Qt.KeyboardModifier.NoModifier
    held = [one for kind, one in _MODIFIERS.items() if kind & modifiers]
    letter = _LETTERS.get(key, chr(key).lower() if 0x20 <= key < 0x7F else "")
    events = [(one, none, "", True) for one in held]
    events += [(key, modifiers, letter, True), (key, modifiers, letter, False)]
    events += [(one, none, "", False) for one in reversed(held)]
    for code, with_modifiers, text, down in events:
        if (window := _listening()) is not None:
            QTest.simulateEvent(window, down, code, with_modifiers, text, False)


def tap(widget: QWidget, key: Qt.Key) -> None:
    """Press a key in a widget and let go of it in the window that is there by then."""
    QTest.keyPress(widget, key)
    if (window := _listening()) is not None:
        none = Qt.KeyboardModifier.NoModifier
        QTest.simulateEvent(window, False, key, none, _LETTERS.get(key, ""), False)


def _listening() -> QWindow | QWidget | None:
    """Return the window that keys go to now."""
    focus = QGuiApplication.focusWindow()
    # A new window may stand where one was that Python remembers as gone.
    if focus is not None and isValid(focus):
        return focus
    return world.application().focusWidget() or world.foremost()


def click(window: QWidget, button: Qt.MouseButton, keys: Qt.KeyboardModifier, at: QPoint) -> None:
    """Press a button of the mouse and let go of it, over the window that is there by then."""
    where = window.mapToGlobal(at)
    QTest.mousePress(window.windowHandle(), button, keys, at)
    under = window if any(one is window for one in world.windows()) else world.main_window()
    handle = None if under is None else under.windowHandle()
    if under is not None and handle is not None:
        # A menu whose entries changed meanwhile may be smaller by then.
        there, inside = under.mapFromGlobal(where), under.rect()
        x = min(max(there.x(), inside.left()), inside.right())
        y = min(max(there.y(), inside.top()), inside.bottom())
        QTest.mouseRelease(handle, button, keys, QPoint(x, y))


def double_click(
    window: QWidget, button: Qt.MouseButton, keys: Qt.KeyboardModifier, at: QPoint
) -> None:
    """Click twice; a window that a press may close is clicked once."""
    if isinstance(window, MainWindow):
        QTest.mouseDClick(window.windowHandle(), button, keys, at)
    else:
        click(window, button, keys, at)
