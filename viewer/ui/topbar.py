"""The bar along the top: what is open, the menus, the find field, undo, redo and export."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.commands.registry import Command, Context, Registry
from viewer.errors import printable
from viewer.scene.style import Theme
from viewer.ui import theming
from viewer.ui.find import FindField
from viewer.ui.guard import guarded
from viewer.ui.plain import label, tooltip

HEIGHT = 48
_ROOMY = 1200
"""Width from which on there is room for everything."""
_SHORT_TITLE = 110
"""Pixels of the title where there is not."""


class TopBar(QWidget):
    """Title, menus, find field and the commands used most.

    Parameters
    ----------
    registry : Registry
    context : Context
    find : FindField
    recent : callable
        Returns the paths for File ▸ Open Recent.
    open_recent : callable
        Called with the path chosen.
    """

    def __init__(
        self,
        registry: Registry,
        context: Context,
        find: FindField,
        recent: Callable[[], list[str]],
        open_recent: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._registry, self._context = registry, context
        self._recent, self._open_recent = recent, open_recent
        self.actions_by_id: dict[str, QAction] = {}

        self._narrow, self._whole_title = False, ""
        self._mark = label()
        self._title = label()
        self._title.setObjectName("title")
        self._subtitle = label()
        self._subtitle.setObjectName("subtitle")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addStretch()
        names.addWidget(self._title)
        names.addWidget(self._subtitle)
        names.addStretch()

        self.menu_bar = self._build_menus()
        self._undo = self._button("edit.undo", "Undo", "undo")
        self._redo = self._button("edit.redo", "Redo", "redo")
        self._export = QPushButton("Export image")
        self._export.setObjectName("primary")
        self._export.setAccessibleName("Export image")
        tooltip(self._export, "Save views as a picture (Ctrl+E)")
        self._export.clicked.connect(lambda: registry["file.export"].run(context))

        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 15, 0)
        row.setSpacing(9)
        left = QHBoxLayout()
        left.setSpacing(9)
        left.addWidget(self._mark)
        left.addLayout(names)
        left.addSpacing(12)
        left.addWidget(self.menu_bar, alignment=Qt.AlignmentFlag.AlignVCenter)
        left.addStretch()
        right = QHBoxLayout()
        right.setSpacing(9)
        right.addStretch()
        right.addWidget(self._undo)
        right.addWidget(self._redo)
        right.addSpacing(9)
        right.addWidget(self._export)
        row.addLayout(left, 1)
        row.addWidget(find)
        row.addLayout(right, 1)

    def _button(self, key: str, text: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(lambda: self._registry[key].run(self._context))
        button.setProperty("icon-name", icon)
        return button

    def _build_menus(self) -> QMenuBar:
        bar = QMenuBar()
        bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        for name, commands in self._registry.menus().items():
            menu = bar.addMenu(name)
            group = commands[0].group
            for command in commands:
                if command.group != group:
                    menu.addSeparator()
                    group = command.group
                menu.addAction(self._action(command, menu))
                if command.id == "file.open":
                    self._add_recent(menu)
            menu.aboutToShow.connect(self.refresh)
        # Otherwise the last menus go first where room is short, before the find field gives way.
        bar.ensurePolished()
        bar.setMinimumWidth(bar.sizeHint().width())
        return bar

    def _action(self, command: Command, parent: QWidget) -> QAction:
        action = QAction(command.name(self._context), parent)
        if command.shortcut:
            action.setShortcuts([QKeySequence(keys) for keys in command.shortcut.split(", ")])
        action.setCheckable(command.checked is not None)
        action.triggered.connect(lambda: command.run(self._context))
        self.actions_by_id[command.id] = action
        return action

    def _add_recent(self, menu: QMenu) -> None:
        recent = menu.addMenu("Open Recent")

        def fill() -> None:
            recent.clear()
            for path in self._recent():
                # An ampersand in a path is not a mnemonic.
                action = recent.addAction(path.replace("&", "&&"))
                action.triggered.connect(lambda _=False, path=path: self._open_recent(path))
            if recent.isEmpty():
                recent.addAction("Nothing opened yet").setEnabled(False)

        recent.aboutToShow.connect(fill)

    @guarded(lambda: None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _ROOMY
        style = Qt.ToolButtonStyle
        shown = style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        for button in (self._undo, self._redo):
            button.setToolButtonStyle(shown)
        self._export.setText("Export" if narrow else "Export image")
        self._subtitle.setHidden(narrow)
        self._narrow = narrow
        self._write_title()

    def _write_title(self) -> None:
        title = self._whole_title
        if self._narrow:
            elided = Qt.TextElideMode.ElideRight
            title = self._title.fontMetrics().elidedText(title, elided, _SHORT_TITLE)
        self._title.setText(title)

    def set_titles(self, title: str, subtitle: str) -> None:
        """Say what is open."""
        self._whole_title = printable(title)
        self._write_title()
        tooltip(self._title, title)
        self._subtitle.setText(printable(subtitle))

    def refresh(self) -> None:
        """Bring names, ticks and availability of all commands up to date."""
        for command in self._registry:
            action = self.actions_by_id.get(command.id)
            if action is None:
                continue
            action.setText(command.name(self._context).replace("&", "&&"))
            action.setEnabled(command.enabled(self._context))
            if command.checked is not None:
                action.setChecked(command.checked(self._context))
        for button, key in ((self._undo, "edit.undo"), (self._redo, "edit.redo")):
            command = self._registry[key]
            button.setEnabled(command.enabled(self._context))
            tooltip(button, f"{command.name(self._context)} ({command.shortcut.split(', ')[0]})")

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        self._mark.setPixmap(theming.mark(theme.accent, theme.quads[0], 30))
        for button in (self._undo, self._redo):
            button.setIcon(theming.icon(button.property("icon-name"), theme.muted))
