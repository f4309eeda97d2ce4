"""Small dialogs: problems, keys, about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QPlainTextEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.about import notice
from viewer.assets import asset
from viewer.commands.registry import Context, Registry
from viewer.errors import Problem, printable
from viewer.scene.wording import counted
from viewer.ui.plain import label, message, tooltip_of

_PADDING = 16
_HIGHEST = 10_000
_BROKEN = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    # A button of our own: the standard one brings an icon that no theme of ours knows.
    buttons = QDialogButtonBox()
    close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    buttons.rejected.connect(dialog.reject)
    return buttons


def _table_dialog(
    parent: QWidget,
    title: str,
    intro: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    widths: tuple[int, ...],
) -> tuple[QDialog, QTreeWidget, QDialogButtonBox]:
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
    buttons = _close_button(dialog)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(15, 15, 15, 12)
    layout.addWidget(label(intro, wrap=True))
    layout.addWidget(tree)
    layout.addWidget(buttons)
    return dialog, tree, buttons


def problems_dialog(
    parent: QWidget, problems: tuple[Problem, ...], *, checked: bool = False
) -> QDialog:
    """Return a dialog that lists what is wrong with a dossier, to be read, picked and copied.

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
    dialog, tree, buttons = _table_dialog(
        parent, "Problems", intro, columns, rows, (70, 100, 50, 100)
    )
    dialog.resize(960, 560)
    _show_in_full(tree, [problem.message for problem in problems])
    _make_copyable(tree, buttons, [problem.line for problem in problems])
    return dialog


class _Wrapped(QStyledItemDelegate):
    """Makes rows as high as the lines into which their text breaks, which begin at the top.

    With a style sheet Qt breaks the lines but gives the row the height of one.
    """

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.displayAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        hint = super().sizeHint(option, index)
        width = self._tree.columnWidth(index.column()) - _PADDING
        box = QRect(0, 0, max(width, 1), _HIGHEST)
        lines = self._tree.fontMetrics().boundingRect(box, _BROKEN, str(index.data()))
        return QSize(hint.width(), max(hint.height(), lines.height() + _PADDING // 2))


def _show_in_full(tree: QTreeWidget, texts: Sequence[str]) -> None:
    """Break long cells into lines; those of the last column are its tooltips too."""
    last = tree.columnCount() - 1
    tree.setUniformRowHeights(False)
    tree.setWordWrap(True)
    tree.setItemDelegate(_Wrapped(tree))
    tree.header().sectionResized.connect(lambda *_: tree.scheduleDelayedItemsLayout())
    for row, text in enumerate(texts):
        if item := tree.topLevelItem(row):
            item.setToolTip(last, tooltip_of(text))


def _make_copyable(tree: QTreeWidget, buttons: QDialogButtonBox, lines: Sequence[str]) -> None:
    """Let rows be picked and copied, and all of them by a button."""
    tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    clipboard = QGuiApplication.clipboard()

    def copy(rows: Iterable[int]) -> None:
        clipboard.setText("".join(f"{lines[row]}\n" for row in rows))

    everything = buttons.addButton("Copy All", QDialogButtonBox.ButtonRole.ActionRole)
    everything.setAutoDefault(False)
    everything.setEnabled(bool(lines))
    everything.clicked.connect(lambda: copy(range(len(lines))))
    picked = QAction("Copy", tree)
    picked.setShortcut(QKeySequence.StandardKey.Copy)
    picked.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    picked.triggered.connect(
        lambda: copy(sorted(index.row() for index in tree.selectionModel().selectedRows()))
    )
    tree.addAction(picked)
    tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


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
    dialog, _, _ = _table_dialog(
        parent, "Keys and Commands", intro, columns, [*rows, *gestures], (80, 280)
    )
    return dialog


def about_box(parent: QWidget, versions: Mapping[str, str]) -> QMessageBox:
    """Return the box that says what this program is.

    Parameters
    ----------
    parent : QWidget
    versions : mapping of str to str
        What `viewer.about.versions` returns.
    """
    (_, number), *others = versions.items()
    made_of = ", ".join(f"{name} {which}" for name, which in others if name != "commit")
    if commit := versions.get("commit"):
        made_of += f"\nBuilt from commit {commit}"
    detail = (
        "Who dealt with whom, where, when, and on whose word.\n\n"
        f"{made_of}\n\n"
        "Map data: Natural Earth (public domain); cities: GeoNames (CC BY 4.0).\n"
        "Fonts: Inter and Noto Sans Arabic (OFL).\n"
        "Entente makes no network connection."
    )
    box = message(parent, "About Entente", f"Entente {number}", detail)
    box.setIconPixmap(QIcon(str(asset("icons", "entente.svg"))).pixmap(48, 48))
    licences = box.addButton("Licences", QMessageBox.ButtonRole.ActionRole)
    # Of two buttons Qt takes neither for the one that Escape means.
    box.setEscapeButton(QMessageBox.StandardButton.Ok)
    # Once this box is closed: two dialogs of one window at a time have crashed Qt.
    licences.clicked.connect(
        lambda: QTimer.singleShot(0, parent, lambda: licences_dialog(parent).open())
    )
    return box


def licences_dialog(parent: QWidget) -> QDialog:
    """Return a dialog with the licences of all that is shipped."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Licences")
    dialog.resize(760, 560)
    words = QPlainTextEdit(notice())
    words.setAccessibleName("Licences")
    words.setReadOnly(True)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(15, 15, 15, 12)
    layout.addWidget(words)
    layout.addWidget(_close_button(dialog))
    return dialog
