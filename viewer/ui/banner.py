"""A line along the top of the views that says what went wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton

from viewer.errors import printable
from viewer.scene.style import Theme
from viewer.ui import theming
from viewer.ui.plain import label


class Banner(QFrame):
    """Shows one message at a time; the window stays usable.

    Parameters
    ----------
    details : callable
        Called by the button that shows more.
    """

    def __init__(self, details: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._sign = label()
        self._text = label(wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setAccessibleName("Message")
        self._more = QToolButton()
        self._more.setText("Show All")
        self._more.setAccessibleName("Show all problems")
        self._more.clicked.connect(details)
        self._close = QToolButton()
        self._close.setAccessibleName("Close message")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 5, 9, 5)
        row.setSpacing(9)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._close)
        self.hide()

    def say(self, text: str, *, more: bool) -> None:
        """Show a message; `more` offers the list of all problems."""
        self._text.setText(printable(text))
        self._more.setVisible(more)
        self.show()

    @property
    def text(self) -> str:
        """The message shown, empty when none is."""
        return self._text.text() if self.isVisible() else ""

    def set_theme(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._sign.setPixmap(theming.icon("warning", theme.on_dispute).pixmap(16, 16))
        self._close.setIcon(theming.icon("close", theme.on_dispute))
