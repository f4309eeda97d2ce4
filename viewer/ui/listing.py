"""A window beside the main one that lists scenes: disputes, or the paragraphs of a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from viewer.scene.primitives import Scene
from viewer.scene.style import Theme
from viewer.scene.targets import Target
from viewer.ui.plain import Dialog, label
from viewer.ui.scenelist import SceneList


class Listing(Dialog):
    """Stays open beside the main window, which can be used meanwhile.

    Parameters
    ----------
    parent : QWidget
    title, intro : str
    keys : sequence
        One for each row.
    build : callable
        Returns the scene of a row for a width in pixels.
    text : callable
        Returns a row as plain text.
    picked : callable
        Called with the target that was clicked or entered.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        intro: str,
        keys: Sequence[Any],
        build: Callable[[int, float], Scene],
        text: Callable[[int], str],
        picked: Callable[[Target], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(560, 680)
        self._keys = keys
        self.list = SceneList(title, build, text)
        self.list.picked.connect(lambda target, _mode: picked(target))
        self.buttons = QDialogButtonBox()
        close = self.buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(False)
        close.setAutoDefault(False)
        self.buttons.rejected.connect(self.reject)
        head, foot = QVBoxLayout(), QVBoxLayout()
        head.setContentsMargins(15, 12, 15, 10)
        head.addWidget(label(intro, wrap=True))
        foot.setContentsMargins(15, 10, 15, 12)
        foot.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.list.setFocus()

    def add_button(self, title: str, run: Callable[[], None]) -> None:
        """Put a button before the one that closes."""
        button = self.buttons.addButton(title, QDialogButtonBox.ButtonRole.ActionRole)
        button.setAutoDefault(False)
        button.clicked.connect(run)

    def refresh(self, theme: Theme) -> None:
        """Draw all rows anew."""
        self.list.show_rows(self._keys, theme)
