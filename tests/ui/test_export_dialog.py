"""The dialog that saves pictures: what it shows, writes, asks, and how it is given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.model.store import Store
from viewer.scene.style import LIGHT
from viewer.settings import Settings
from viewer.ui import jobs
from viewer.ui.export_dialog import ExportDialog


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[ExportDialog]:
    window = QWidget()
    window.resize(1200, 800)
    qtbot.addWidget(window)
    settings = Settings()
    settings.folder = str(tmp_path)
    out = ExportDialog(window, Store(open_dossier(shipped_dossier())), LIGHT, {}, settings)
    out.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    out.open()
    yield out
    out.close()


def field(dialog: ExportDialog, name: str) -> QWidget:
    fields = [w for kind in (QComboBox, QLineEdit, QLabel) for w in dialog.findChildren(kind)]
    (found,) = (one for one in fields if one.accessibleName() == name)
    return found


def choose(dialog: ExportDialog, name: str, key: str) -> None:
    combo = field(dialog, name)
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData(key))


def save(dialog: ExportDialog) -> QPushButton:
    (found,) = (b for b in dialog.findChildren(QPushButton) if b.text() == "Save")
    return found


def preview(dialog: ExportDialog) -> QImage:
    shown = field(dialog, "Preview")
    assert isinstance(shown, QLabel)
    return shown.pixmap().toImage()


def test_it_shows_what_will_be_saved(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.waitUntil(lambda: not preview(dialog).isNull())
    board = preview(dialog)
    choose(dialog, "View", "timeline")
    qtbot.waitUntil(lambda: preview(dialog) != board)
    dialog.reject()


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_is_written_and_the_dialog_closes(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, kind: str
) -> None:
    choose(dialog, "View", "timeline")
    choose(dialog, "Format", kind)
    with qtbot.waitSignal(dialog.saved) as said:
        save(dialog).click()
        assert not save(dialog).isEnabled()
    path = Path(said.args[0])
    assert path.parent == tmp_path
    assert path.suffix == f".{kind}"
    assert path.stat().st_size > 1000
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_file_that_is_there_is_replaced_only_when_asked_twice(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"mine")
    name = field(dialog, "File")
    assert isinstance(name, QLineEdit)
    name.setText(str(path))
    save(dialog).click()
    assert "is there already" in field(dialog, "Message").text()  # type: ignore[attr-defined]
    assert path.read_bytes() == b"mine"
    with qtbot.waitSignal(dialog.saved):
        save(dialog).click()
    assert QImage(str(path)).width() == 1600


def test_given_up_it_leaves_nothing_and_may_be_tried_again(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    save(dialog).click()
    (job,) = dialog.findChildren(jobs.Job)
    # A dialog for a file would be open over one that is gone once it has saved.
    (browse,) = (b for b in dialog.findChildren(QPushButton) if b.text() == "Browse…")
    assert not browse.isEnabled()
    job.cancel()
    qtbot.waitUntil(save(dialog).isEnabled)
    assert browse.isEnabled()
    assert not list(tmp_path.iterdir())
    with qtbot.waitSignal(dialog.saved):
        save(dialog).click()


def test_closed_while_it_saves_it_leaves_nothing_behind(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    save(dialog).click()
    dialog.reject()
    qtbot.waitUntil(save(dialog).isEnabled)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said_in_the_dialog(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    name = field(dialog, "File")
    assert isinstance(name, QLineEdit)
    name.setText(str(tmp_path / "nowhere" / "x.png"))
    save(dialog).click()
    message = field(dialog, "Message")
    assert isinstance(message, QLabel)
    qtbot.waitUntil(lambda: "choose another place" in message.text())
    qtbot.waitUntil(save(dialog).isEnabled)
    dialog.reject()
