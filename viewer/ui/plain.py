"""Widgets that show text as it is.

Qt guesses whether a text is HTML. A name from a stranger's file must never be read as markup: it
could load local files or freeze the program. Every label of the program is made here.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QPushButton, QWidget

from viewer.errors import printable


def label(text: str = "", parent: QWidget | None = None, *, wrap: bool = False) -> QLabel:
    """Return a label that shows plain text only.

    Parameters
    ----------
    text : str
    parent : QWidget, optional
    wrap : bool
        Whether long text breaks into lines.
    """
    out = QLabel(parent)
    out.setTextFormat(Qt.TextFormat.PlainText)
    out.setOpenExternalLinks(False)
    out.setWordWrap(wrap)
    out.setText(printable(text))
    return out


def tooltip_of(text: str) -> str:
    """Return what shows as plain text in a tooltip, which has no plain format of its own."""
    return f"<span>{html.escape(printable(text))}</span>"


def tooltip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip of plain text."""
    widget.setToolTip(tooltip_of(text))


class Dialog(QDialog):
    """A dialog, deleted when closed, in which Enter presses the button that has the focus."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QPushButton):
            button.click()
            return
        super().keyPressEvent(event)


def message(
    parent: QWidget | None,
    title: str,
    text: str,
    detail: str = "",
    icon: QMessageBox.Icon = QMessageBox.Icon.Information,
) -> QMessageBox:
    """Return a message box of plain text, deleted when closed."""
    out = QMessageBox(icon, "", "", QMessageBox.StandardButton.Ok, parent)
    out.setTextFormat(Qt.TextFormat.PlainText)
    out.setWindowTitle(title)
    out.setText(printable(text))
    if detail:
        out.setInformativeText("\n".join(printable(line) for line in detail.splitlines()))
    out.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return out
