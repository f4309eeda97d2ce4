"""The list of problems, and the line along the top that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.conftest import open_window
from viewer.errors import Problem
from viewer.ui.dialogs import about_box, problems_dialog

LONG = "is no date: " + "write it as 2012, 2012-09, 2012-09-07 or 2012/2014; " * 6
FOUND = (
    Problem("f", "“x” is no id of events: the row is left out", "claims", 3, "about"),
    Problem("f", f"“<b>May</b>” {LONG}END", "events", 2, "date", "warning"),
    Problem("f", "was edited \u202e since", "events"),
)
LINES = [
    "f:claims:3:about: “x” is no id of events: the row is left out",
    f"f:events:2:date: warning: “<b>May</b>” {LONG}END",
    "f:events: was edited ⟨U+202E⟩ since",
]


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[QDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    shown = problems_dialog(parent, FOUND)
    with qtbot.waitExposed(shown):
        shown.show()
    yield shown


def tree_of(dialog: QDialog) -> QTreeWidget:
    tree = dialog.findChild(QTreeWidget)
    assert tree is not None
    return tree


def heights(tree: QTreeWidget) -> list[int]:
    return [tree.visualItemRect(item).height() for item in map(tree.topLevelItem, range(3)) if item]


def test_a_long_message_is_shown_to_its_end(dialog: QDialog, qtbot: QtBot) -> None:
    tree = tree_of(dialog)
    low, high, last = heights(tree)
    line = tree.fontMetrics().lineSpacing()
    width = tree.fontMetrics().horizontalAdvance(FOUND[1].message)
    assert high >= line * (width // tree.columnWidth(4) + 1)
    assert low == last < high
    # A wider window needs fewer lines.
    dialog.resize(2400, 500)
    qtbot.waitUntil(lambda: heights(tree)[1] < high)
    assert tree.horizontalScrollBar().maximum() == 0


def test_the_tooltip_is_the_message_and_no_markup(dialog: QDialog) -> None:
    item = tree_of(dialog).topLevelItem(1)
    assert item is not None
    assert "END" in item.toolTip(4)
    assert "&lt;b&gt;May" in item.toolTip(4)


def test_all_problems_are_copied_by_a_button(dialog: QDialog) -> None:
    (button,) = (b for b in dialog.findChildren(QPushButton) if b.text() == "Copy All")
    button.click()
    assert QGuiApplication.clipboard().text().splitlines() == LINES


def test_rows_are_picked_and_copied_by_keys(dialog: QDialog) -> None:
    tree = tree_of(dialog)
    tree.setFocus()
    for row in (2, 0):
        tree.selectionModel().select(
            tree.model().index(row, 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == [LINES[0], LINES[2]]


def test_without_problems_there_is_nothing_to_copy(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    shown = problems_dialog(parent, (), checked=True)
    assert [b.isEnabled() for b in shown.findChildren(QPushButton) if b.text() == "Copy All"] == [
        False
    ]


def test_the_banner_counts_the_problems_and_leads_to_them(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(
        "id,name,lon,lat\nhere,Here,abc,41.9\nthere,There,12,95\n", encoding="utf-8"
    )
    window = open_window(qtbot, tmp_path)
    many = len(window.store.state.dossier.problems)
    first = f"{tmp_path}:places:2:lon: “abc” is no number"
    assert window.desk.banner.text.startswith(f"{many} problems; the first: {first}")
    (button,) = (b for b in window.desk.banner.findChildren(QToolButton) if b.text() == "Show All")
    button.click()
    (shown,) = (d for d in window.findChildren(QDialog) if d.windowTitle() == "Problems")
    assert tree_of(shown).topLevelItemCount() == many
    shown.close()


def test_about_names_versions_and_leads_to_the_licences(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    found = {"entente": "1.2.3", "commit": "abc123", "Python": "3.13.0", "Qt": "6.11.3"}
    box = about_box(parent, found)
    with qtbot.waitExposed(box):
        box.open()
    assert box.text() == "Entente 1.2.3"
    assert "Python 3.13.0, Qt 6.11.3\nBuilt from commit abc123\n" in box.informativeText()
    licences = next(b for b in box.findChildren(QPushButton) if b.text() == "Licences")
    QTest.mouseClick(licences, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: parent.findChild(QPlainTextEdit) is not None)
    words = parent.findChild(QPlainTextEdit)
    assert words is not None
    assert words.isVisible()
    assert "Apache License 2.0" in words.toPlainText()
    words.window().close()


def test_escape_closes_what_the_program_says_of_itself(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = about_box(parent, {"entente": "1.2.3"})
    with qtbot.waitExposed(box):
        box.open()
    closed: list[int] = []
    box.finished.connect(closed.append)
    # Sent alone: the box is gone before the key is let go of.
    escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(box, escape)
    assert closed
    qtbot.waitUntil(lambda: parent.findChild(QMessageBox) is None)
