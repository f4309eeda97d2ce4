"""Attaching the text of a source, and coming from a mark to the paragraph."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import open_window
from viewer.commands import actions
from viewer.model.schema import Ref
from viewer.scene.targets import Target
from viewer.ui.listing import Listing
from viewer.ui.scenelist import SceneList
from viewer.ui.sources import SourcesDialog
from viewer.ui.window import MainWindow

PARAGRAPHS = ("Before it.", "Ada met Babbage in the spring.", "After it.", "Much later.")
TEXT = "\n\n".join(PARAGRAPHS)


@pytest.fixture(autouse=True)
def own_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, letter: Path) -> MainWindow:
    folder = tmp_path / "dossier"
    folder.mkdir()
    sha = hashlib.sha256(letter.read_bytes()).hexdigest()
    (folder / "actors.csv").write_text(
        "id,name,kind\nada,Ada,person\nbabbage,Babbage,person\n", encoding="utf-8"
    )
    (folder / "events.csv").write_text(
        "id,title,type,quad,date\nmeeting,A meeting,CONSULT,verbal-cooperation,1833\n",
        encoding="utf-8",
    )
    (folder / "sources.csv").write_text(
        f"id,title,file_sha256\nletter,A letter,{sha}\nbook,A book,\n", encoding="utf-8"
    )
    (folder / "claims.csv").write_text(
        "id,about_kind,about,property,value,stance,speaker,source,locator\n"
        "c1,event,meeting,season,spring,asserts,ada,letter,p2\n"
        "c2,event,meeting,season,summer,asserts,babbage,book,p9\n",
        encoding="utf-8",
    )
    return open_window(qtbot, folder)


def rows_of(listed: SceneList) -> str:
    model = listed.model()
    return "\n".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def link(listed: SceneList, wanted: str) -> tuple[int, Target]:
    """Return row and target of a link by what it is called."""
    for row in range(listed.model().rowCount()):
        for target in listed.scene_at(row).targets[1:]:
            if wanted in target.label:
                return row, target
    raise AssertionError(f"no link {wanted}")


def click_link(qtbot: QtBot, listed: SceneList, wanted: str) -> None:
    qtbot.wait(60)
    row, target = link(listed, wanted)
    listed.reveal(row)
    qtbot.wait(60)
    corner = listed.visualRect(listed.model().index(row, 0)).topLeft()
    at = corner + QPointF(target.x, target.y).toPoint()
    bar = listed.verticalScrollBar()
    if at.y() > listed.viewport().height() - 10:
        bar.setValue(bar.value() + at.y() - listed.viewport().height() // 2)
        corner = listed.visualRect(listed.model().index(row, 0)).topLeft()
        at = corner + QPointF(target.x, target.y).toPoint()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.wait(60)


def attach(window: MainWindow, qtbot: QtBot, path: Path, source: str = "") -> None:
    before = window.store.state.texts
    window.desk.texts.attach_file(path, source)
    qtbot.waitUntil(lambda: window.store.state.texts is not before)
    qtbot.waitUntil(lambda: window.desk.texts._job is None)


def open_claim(window: MainWindow, qtbot: QtBot, claim: str) -> SceneList:
    window.desk.go(Ref("claims", claim))
    qtbot.wait(60)
    return window.desk.evidence.list


def test_without_the_text_the_panel_says_how_to_attach_it(
    window: MainWindow, qtbot: QtBot, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = open_claim(window, qtbot, "c1")
    assert "once its text is attached" in rows_of(cards)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(letter), ""))
    click_link(qtbot, cards, "Attach its text")
    qtbot.waitUntil(lambda: "letter" in window.store.state.texts)
    qtbot.waitUntil(lambda: "Ada met Babbage in the spring." in rows_of(cards))
    assert "¶1: Before it." in rows_of(cards)
    assert "¶3: After it." in rows_of(cards)
    assert "Much later" not in rows_of(cards)
    click_link(qtbot, cards, "Show more around it")
    shown = [i.text for i in cards.scene_at(link(cards, "Read the whole")[0]).items
             if hasattr(i, "text")]  # fmt: skip
    assert "Much later." in shown


def test_a_dropped_text_finds_its_source_by_its_sha256(
    window: MainWindow, qtbot: QtBot, letter: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(letter))])
    drop = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: "letter" in window.store.state.texts)
    assert window.store.state.texts["letter"].paragraphs == PARAGRAPHS
    assert "book" not in window.store.state.texts
    assert window.store.state.dossier.events["title"][0] == "A meeting"
    assert window.store.undo_label is None


def test_another_file_is_only_attached_when_wanted_and_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("One.\n\nTwo.", encoding="utf-8")

    def answer(button: str) -> str:
        """Answer the question that comes up; return what it asks."""
        window.desk.texts.attach_file(other, "letter")
        qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
        (box,) = window.findChildren(QMessageBox)
        asked = box.text()
        next(b for b in box.buttons() if button in b.text()).click()
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
        qtbot.waitUntil(lambda: window.desk.texts._job is None)
        return asked

    assert "not the file" in answer("Cancel")
    assert not window.store.state.texts
    answer("Attach Anyway")
    assert window.store.state.texts["letter"].paragraphs == ("One.", "Two.")
    cards = open_claim(window, qtbot, "c1")
    assert "another file" in rows_of(cards)
    assert "¶2: Two." in rows_of(cards)


def test_another_edition_of_a_source_that_names_no_file_is_noticed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("As it was.", encoding="utf-8")
    second.write_text("As it is now.", encoding="utf-8")
    attach(window, qtbot, first, "book")
    window.desk.texts.attach_file(second, "book")
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    (box,) = window.findChildren(QMessageBox)
    assert "attached before" in box.text()
    next(b for b in box.buttons() if "Cancel" in b.text()).click()
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    assert window.store.state.texts["book"].paragraphs == ("As it was.",)


def test_a_locator_that_is_not_in_the_text_is_said(
    window: MainWindow, qtbot: QtBot, letter: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book.txt"
    book.write_text("Only this.", encoding="utf-8")
    attach(window, qtbot, book, "book")
    cards = open_claim(window, qtbot, "c2")
    assert "1 paragraph; ¶9 is not in it" in rows_of(cards)


def test_a_file_that_cannot_be_read_says_why(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing more")
    window.desk.texts.attach_file(broken, "book")
    qtbot.waitUntil(lambda: "broken.pdf" in window.desk.banner.text)
    qtbot.waitUntil(lambda: window.desk.texts._job is None)
    assert not window.store.state.texts


def test_the_whole_text_is_read_with_its_claims(
    window: MainWindow, qtbot: QtBot, letter: Path
) -> None:
    attach(window, qtbot, letter)
    cards = open_claim(window, qtbot, "c1")
    click_link(qtbot, cards, "Read the whole text")
    (listing,) = window.findChildren(Listing)
    assert all(part in rows_of(listing.list) for part in PARAGRAPHS)
    actions.clear_selection(window.store)
    click_link(qtbot, listing.list, "A meeting — Season: spring")
    assert window.store.state.selection.active == Ref("events", "meeting")
    listing.close()


def test_sources_are_listed_and_texts_detached(
    window: MainWindow, qtbot: QtBot, letter: Path
) -> None:
    attach(window, qtbot, letter)
    window.desk.registry["file.sources"].run(window.desk.context)
    (dialog,) = window.findChildren(SourcesDialog)
    told = [[item.text(c) for c in range(6)]
            for item in map(dialog.tree.topLevelItem, range(2))]  # fmt: skip
    assert told[0][0] == "A letter"
    assert told[0][5] == "letter.txt"
    assert told[1][5] == "not attached"
    detach = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Detach")
    detach.click()
    assert dialog.tree.topLevelItem(0).text(5) == "not attached"
    assert not window.store.state.texts
    dialog.reject()


def test_the_list_of_sources_stands_there_once(window: MainWindow, qtbot: QtBot) -> None:
    first, second = window.store.state.dossier.sources["id"][:2]
    for source in (first, second):
        window.desk.texts.show_sources(source)
    (dialog,) = window.findChildren(SourcesDialog)
    assert dialog.source() == second
    dialog.reject()


def test_a_text_that_no_source_names_is_asked_for(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    book = tmp_path / "book.txt"
    book.write_text("Only this.", encoding="utf-8")
    window.desk.texts.attach_file(book)
    qtbot.waitUntil(lambda: bool(window.findChildren(SourcesDialog)))
    (dialog,) = window.findChildren(SourcesDialog)
    dialog.tree.setCurrentItem(dialog.tree.topLevelItem(1))
    dialog.attach_button.click()
    qtbot.waitUntil(lambda: "book" in window.store.state.texts)


def test_texts_are_there_again_when_the_dossier_is_opened_anew(
    window: MainWindow, qtbot: QtBot, letter: Path
) -> None:
    attach(window, qtbot, letter)
    path = Path(window.store.state.dossier.path)
    window.open_path(path)
    assert "letter" in window.store.state.texts


def test_the_list_of_disputes_leads_to_what_is_disputed(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.registry["edit.disputes"].run(window.desk.context)
    (listing,) = window.findChildren(Listing)
    assert "two statements cannot both hold" in rows_of(listing.list)
    row = listing.list.visualRect(listing.list.model().index(0, 0))
    QTest.mouseClick(
        listing.list.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(40, 14)
    )
    qtbot.wait(60)
    assert window.store.state.selection.active == Ref("events", "meeting")
    listing.close()


def test_links_on_a_card_are_reached_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    cards = window.desk.evidence.list
    cards.setCurrentIndex(cards.model().index(0, 0))
    for _ in range(20):
        QTest.keyClick(cards, Qt.Key.Key_Right)
        if "Ada, in" in cards.accessibleDescription():
            break
    QTest.keyClick(cards, Qt.Key.Key_Return)
    qtbot.wait(60)
    assert "Stance: asserts this" in rows_of(cards)
