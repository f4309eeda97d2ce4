"""What there is to see on the screen: windows, what can be touched in them, what is in the way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from viewer.ui.window import MainWindow

TIP = "QTipLabel"


def application() -> QApplication:
    """Return the application."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def main_window() -> MainWindow | None:
    """Return the program's window; None while there is none on the screen."""
    return next((w for w in windows() if isinstance(w, MainWindow)), None)


def windows() -> list[QWidget]:
    """Return all windows on the screen, tips left out."""
    return [
        widget
        for widget in application().topLevelWidgets()
        if widget.isVisible()
        and widget.windowHandle() is not None
        and widget.metaObject().className() != TIP
    ]


def inventory() -> str:
    """Return what windows there are, on the screen and off it."""
    found = [
        f"{widget.metaObject().className()} “{widget.windowTitle()}”"
        f"{'' if widget.isVisible() else ' (hidden)'}"
        for widget in application().topLevelWidgets()
    ]
    desk = next(
        (w.desk for w in application().topLevelWidgets() if isinstance(w, MainWindow)), None
    )
    return ", ".join([*found, "a desk" if desk is not None else "no desk"])


def label_of(window: QWidget) -> str:
    """Return what a window is called in the log."""
    if isinstance(window, MainWindow):
        return "MainWindow"
    alike = [w for w in windows() if type(w) is type(window)]
    return f"{window.metaObject().className()} {alike.index(window) if window in alike else 0}"


def named(label: str) -> QWidget | None:
    """Return the window of a name, if it is there."""
    return next((window for window in windows() if label_of(window) == label), None)


def foremost() -> QWidget | None:
    """Return the window that answers to the user: a popup, else what is modal, else the active."""
    app = application()
    front = app.activePopupWidget() or app.activeModalWidget() or app.activeWindow()
    front = front.window() if front is not None else None
    return front if front in windows() else main_window()


def in_the_way() -> QWidget | None:
    """Return a popup, a dialog or another window beside the program's own, the foremost first."""
    app = application()
    front = app.activePopupWidget() or app.activeModalWidget()
    if front is not None:
        return front.window()
    others = [window for window in windows() if not isinstance(window, MainWindow)]
    return others[-1] if others else None


def file_dialog() -> QFileDialog | None:
    """Return the dialog that asks for a file, if one is open and nothing stands before it."""
    return next((w for w in windows() if isinstance(w, QFileDialog) and answers(w)), None)


def answers(window: QWidget) -> bool:
    """Whether a window answers to the user: nothing modal stands before it."""
    front = application().activeModalWidget()
    return front is None or front is window


def touchable(window: QWidget) -> list[QWidget]:
    """Return a window and all that is to be seen in it."""
    whole = window.rect()
    return [
        widget
        for widget in [window, *window.findChildren(QWidget)]
        if widget.window() is window
        and widget.isVisible()
        and widget.width() > 0
        and widget.height() > 0
        and whole.contains(widget.mapTo(window, QPoint(widget.width() // 2, widget.height() // 2)))
    ]


def name_of(widget: QWidget) -> str:
    """Return words on a widget, for whoever reads the log."""
    words = widget.accessibleName() or widget.objectName()
    return f"{widget.metaObject().className()} {words}".strip()


def buttons(window: QWidget) -> list[QAbstractButton]:
    """Return the buttons of a window that can be pressed."""
    found = window.findChildren(QAbstractButton)
    return [b for b in found if b.isVisible() and b.isEnabled() and b.window() is window]


def fields(window: QWidget) -> list[QLineEdit | QPlainTextEdit]:
    """Return the fields of a window that can be typed into."""
    found: list[QLineEdit | QPlainTextEdit] = list(window.findChildren(QLineEdit))
    found += window.findChildren(QPlainTextEdit)
    return [f for f in found if f.isVisible() and f.isEnabled() and f.window() is window]


def fence(scratch: Path, out: Path) -> None:
    """Turn paths in the fields of dialogs that lead out of the scratch folder back into it.

    The monkey types at random and confirms what it typed; it runs on somebody's machine.
    """
    for window in windows():
        if not isinstance(window, QDialog) or isinstance(window, QFileDialog):
            continue
        for field in window.findChildren(QLineEdit):
            text = field.text()
            if text.startswith(("/", "~", "\\")) or ".." in text or ":" in text[:3]:
                inside = Path(text).is_relative_to(scratch) and ".." not in text
                if not inside:
                    field.setText(str(out / "fenced.png"))


def is_menu(window: QWidget | None) -> bool:
    """Whether a window is a menu."""
    return isinstance(window, QMenu)
