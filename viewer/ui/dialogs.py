"""Small dialogs: problems, keys, about."""

from __future__ import annotations

import platform
from collections.abc import Sequence

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer import __version__
from viewer.commands.registry import Context, Registry
from viewer.errors import Problem, printable
from viewer.scene.wording import counted
from viewer.ui.plain import label, message


def _table_dialog(
    parent: QWidget,
    title: str,
    intro: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    widths: tuple[int, ...],
) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(760, 480)
    tree = QTreeWidget()
    tree.setAccessibleName(title)
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setHeaderLabels(list(columns))
    tree.addTopLevelItems([QTreeWidgetItem([printable(cell) for cell in row]) for row in rows])
    for column, width in enumerate(widths):
        tree.setColumnWidth(column, width)
    # A button of our own: the standard one brings an icon that no theme of ours knows.
    buttons = QDialogButtonBox()
    close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(15, 15, 15, 12)
    layout.addWidget(label(intro, wrap=True))
    layout.addWidget(tree)
    layout.addWidget(buttons)
    return dialog


def problems_dialog(
    parent: QWidget, problems: tuple[Problem, ...], *, checked: bool = False
) -> QDialog:
    """Return a dialog that lists what is wrong with a dossier.

    Parameters
    ----------
    parent : QWidget
    problems : tuple of Problem
    checked : bool
        Whether the dossier was looked through, and not only read.
    """
    rows = [
        (
            problem.severity.capitalize(),
            problem.table,
            str(problem.row or ""),
            problem.column,
            problem.message,
        )
        for problem in problems
    ]
    errors = sum(problem.severity == "error" for problem in problems)
    count = f"{counted(errors, 'error')} and {counted(len(problems) - errors, 'warning')}"
    if not problems:
        intro = "Neither errors nor warnings."
    elif checked:
        intro = f"{count}. An error is not shown as it was meant; a warning is a doubt."
    else:
        intro = f"{count} found while reading. Rows that are sound are shown all the same."
    columns = ("", "Table", "Row", "Column", "What is wrong")
    return _table_dialog(parent, "Problems", intro, columns, rows, (70, 100, 50, 100))


def shortcuts_dialog(parent: QWidget, registry: Registry, context: Context) -> QDialog:
    """Return a dialog that lists all commands, and the gestures, with their keys."""
    gestures = [
        ("Views", "Select", "Click"),
        ("Views", "Add to the selection", "Shift+Click"),
        ("Views", "Take in or out of the selection", "Ctrl+Click"),
        ("Views", "Select with a lasso", "Drag on empty ground"),
        ("Views", "Move the view", "Drag with the right or middle button, or Space+Drag"),
        ("Views", "Zoom", "Wheel, + and -"),
        ("Views", "Go closer to one thing", "Double-click"),
        ("Views", "Step from item to item", "Arrow keys"),
        ("Views", "Select the item stepped to", "Enter"),
    ]
    rows = [(c.menu, c.name(context), c.shortcut.replace(", ", "  or  ")) for c in registry]
    intro = "Every command can also be found by its name with Ctrl+K."
    columns = ("Where", "What", "Keys")
    return _table_dialog(parent, "Keys and Commands", intro, columns, [*rows, *gestures], (80, 280))


def about_box(parent: QWidget) -> QMessageBox:
    """Return the box that says what this program is."""
    text = f"Entente {__version__}\nWho dealt with whom, where, when, and on whose word."
    detail = (
        f"Python {platform.python_version()}, Qt {PySide6.__version__}\n"
        "Map data: Natural Earth (public domain); cities: GeoNames (CC BY 4.0).\n"
        "Fonts: Inter and Noto Sans Arabic (OFL).\n"
        "Entente makes no network connection."
    )
    return message(parent, "About Entente", text, detail)
