"""Texts of sources: attaching the files a user holds, and reading them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from shiboken6 import isValid

from viewer.errors import EntenteError
from viewer.model.schema import split_list
from viewer.model.texts import SourceText, is_same_text, parse_locator
from viewer.scene.frame import Frame
from viewer.scene.reading import OTHER_TEXT, claims_by_paragraph, text_row_scene
from viewer.scene.wording import counted, source_labels
from viewer.ui.plain import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from viewer.formats.library import TextLibrary
    from viewer.scene.primitives import Scene
    from viewer.scene.targets import Target
    from viewer.ui.desk import Desk
    from viewer.ui.jobs import Job
    from viewer.ui.listing import Listing
    from viewer.ui.sources import SourcesDialog


class SourceTexts(QObject):
    """What the window does with the texts of sources.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk, self.store = desk, desk.store
        self._job: Job | None = None
        self._library: TextLibrary | None = None

    @property
    def library(self) -> TextLibrary:
        """The texts kept on this machine."""
        if self._library is None:
            from viewer.formats.library import TextLibrary
            from viewer.settings import data_dir

            self._library = TextLibrary(data_dir() / "texts")
        return self._library

    def look_up(self) -> None:
        """Find which sources of the dossier have their text on this machine."""
        self.store.update(texts=self.library.attached(self.store.state.dossier))

    # -- attaching ---------------------------------------------------------------------------

    def attach(self, source: str = "") -> None:
        """Ask for a file and attach it.

        Parameters
        ----------
        source : str
            Id of the source it is the text of; empty: the one that names its SHA-256, or else
            the user is asked.
        """
        from viewer.formats.texts import SUFFIXES

        settings = self.desk.settings
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        title = "Attach the Text of a Source"
        if source:
            title = f"Attach the Text of “{self._label(source)}”"
        # It may be asked from the list of sources, to which the keys return; but that may close
        # meanwhile, and would take what belongs to it along.
        asked_from = QApplication.activeWindow()
        chosen, _ = QFileDialog.getOpenFileName(
            self.desk.window,
            title,
            settings.text_folder or str(Path.home()),
            f"Texts ({patterns});;All files (*)",
        )
        if asked_from is not None and isValid(asked_from) and asked_from.isVisible():
            asked_from.activateWindow()
        if chosen:
            settings.text_folder = str(Path(chosen).parent)
            self.attach_file(Path(chosen), source)

    def attach_file(self, path: Path, source: str = "") -> None:
        """Read a file in the background and attach it; see `attach`."""
        from viewer.formats.texts import read_text
        from viewer.ui.jobs import Job

        if self._job is not None:
            self._job.cancel()
        self._job = Job(
            self.desk.window,
            f"Reading {path.name}",
            partial(read_text, path),
            partial(self._attach, source),
            self.desk.say,
        )
        self._job.destroyed.connect(self._forget_job)
        self._job.start()

    def _forget_job(self) -> None:
        self._job = None

    def _attach(self, source: str, text: SourceText) -> None:
        dossier = self.store.state.dossier
        named = self.library.sources_named_by(dossier, text.sha256)
        if source and source not in dossier.sources.row_of:
            return
        if not source and not named:
            self._choose(text)
            return
        if not source or source in named or self._is_same(source, text):
            self._keep(source, text, named)
        else:
            self._confirm(source, text, lambda: self._keep(source, text, named))

    def _is_same(self, source: str, text: SourceText) -> bool:
        wanted, _ = self._wanted(source)
        return not wanted or is_same_text(wanted, text)

    def _wanted(self, source: str) -> tuple[str, str]:
        """Return the SHA-256 of the text that passages were read in, and which file that is."""
        dossier = self.store.state.dossier
        named = dossier.sources["file_sha256"][dossier.sources.row_of[source]]
        if named:
            return named, "the file that the claims were made from"
        # A source that names none is held to the edition it was read in first.
        return self.library.last_attached(dossier, source), "the file that was attached before"

    def _keep(self, source: str, text: SourceText, named: tuple[str, ...]) -> None:
        try:
            self.library.add(text)
            if source and source not in named:
                self.library.attach(self.store.state.dossier, source, text)
        except EntenteError as error:
            self.desk.say(str(error))
            return
        self.look_up()
        titles = (*((source,) if source and source not in named else ()), *named)
        whose = f"“{self._label(titles[0])}”"
        if len(titles) > 1:
            whose = counted(len(titles), "source")
        count = counted(len(text.paragraphs), "paragraph")
        self.desk.tell(f"Attached {text.name}, {count}, to {whose}: open a claim to read it there.")

    def _confirm(self, source: str, text: SourceText, wanted: Callable[[], None]) -> None:
        """Ask whether a file is attached that is not the one the source names."""
        wanted_sha256, which = self._wanted(source)
        owners = self.library.sources_named_by(self.store.state.dossier, text.sha256)
        whose = f"It is the text of “{self._label(owners[0])}”. " if owners else ""
        box = message(
            self.desk.window,
            "Another File",
            f"{text.name} is not {which} for “{self._label(source)}”.",
            f"{whose}Its SHA-256 begins with {text.sha256[:12]}, the one wanted with "
            f"{wanted_sha256[:12]}. Paragraphs may be numbered otherwise, so that claims point at "
            "the wrong ones.",
            QMessageBox.Icon.Warning,
        )
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        anyway = box.addButton("Attach Anyway", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        anyway.clicked.connect(wanted)
        box.open()

    def _choose(self, text: SourceText) -> None:
        """Ask which source a file is the text of."""
        dialog = self._dialog()
        dialog.ask(text.name, lambda source: self._attach(source, text))
        dialog.open()

    def detach(self, source: str) -> None:
        """Forget the text of a source."""
        try:
            self.library.detach(self.store.state.dossier, source)
        except EntenteError as error:
            self.desk.say(str(error))
            return
        self.look_up()
        self.desk.tell(f"Detached the text of “{self._label(source)}”.")

    def _label(self, source: str) -> str:
        dossier = self.store.state.dossier
        return source_labels(dossier)[dossier.sources.row_of[source]]

    # -- reading -----------------------------------------------------------------------------

    def show_sources(self, source: str = "") -> None:
        """List the sources, and which of their texts are attached; one may be picked there."""
        from viewer.ui.sources import SourcesDialog

        # Not modal: what it opens, the form of a source too, is to be written in.
        shown = self.desk.window.findChildren(SourcesDialog)
        dialog = next((one for one in shown if one.isVisible()), None) or self._dialog()
        dialog.pick(source)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _dialog(self) -> SourcesDialog:
        from viewer.ui.sources import SourcesDialog

        return SourcesDialog(self.desk.window, self.store, self)

    def read(self, source: str, claim: str = "") -> None:
        """Show the whole text of a source, at the passage of a claim."""
        state = self.store.state
        text, dossier = state.texts.get(source), state.dossier
        if text is None:
            self.attach(source)
            return
        by_paragraph = claims_by_paragraph(dossier, source)
        row = dossier.claims.row_of.get(claim)
        marked = {
            number
            for part in split_list(dossier.claims["locator"][row] if row is not None else "")
            for first, last in parse_locator(part)
            for number in range(first, min(last, len(text.paragraphs)) + 1)
        }

        def build(position: int, width: float) -> Scene:
            claims = by_paragraph.get(position + 1, ())
            frame = Frame.of(self.store, self.desk.shown_theme, width, 0.0)
            return text_row_scene(text, position, claims, position + 1 in marked, frame, width)

        def picked(target: Target) -> None:
            for ref in target.refs:
                self.desk.go(ref)

        names = f"{text.name} · {counted(len(text.paragraphs), 'paragraph')}"
        within = (by_paragraph.get(number + 1, ()) for number in range(len(text.paragraphs)))
        claimed = counted(len({claim for found in within for claim in found}), "claim")
        rows = range(len(text.paragraphs))
        row_of = dossier.sources.row_of
        warning = ""
        if not is_same_text(dossier.sources["file_sha256"][row_of[source]], text):
            warning = f" {OTHER_TEXT}"
        listing = self._listing(
            self._label(source),
            f"{names} · {claimed}. Click a claim to see its card.{warning}",
            rows,
            build,
            lambda position: f"¶{position + 1}: {text.paragraphs[position]}",
            picked,
        )
        if marked and min(marked) <= len(rows):
            listing.list.reveal(min(marked) - 1)

    def show_disputes(self) -> None:
        """List every dispute of what is shown."""
        from viewer.commands import actions
        from viewer.scene.evidence import dispute_scene, dispute_text

        dossier = self.store.state.dossier
        disputes = dossier.disputes

        def build(position: int, width: float) -> Scene:
            frame = Frame.of(self.store, self.desk.shown_theme, width, 0.0)
            return dispute_scene(disputes[position], frame, width)

        def picked(target: Target) -> None:
            self.desk.go(target.refs[0])

        intro = (
            f"{counted(len(disputes), 'dispute')}: statements that cannot all hold, found by rule "
            "from the claims. Click one to see it in all views."
        )
        listing = self._listing(
            "What Is Disputed",
            intro,
            range(len(disputes)),
            build,
            lambda position: dispute_text(disputes[position], dossier),
            picked,
        )
        listing.add_button("Select All", lambda: actions.select_disputed(self.store))

    def _listing(
        self,
        title: str,
        intro: str,
        rows: range,
        build: Callable[[int, float], Scene],
        text: Callable[[int], str],
        picked: Callable[[Target], None],
    ) -> Listing:
        from viewer.ui.listing import Listing

        listing = Listing(self.desk.window, title, intro, rows, build, text, picked)
        listing.refresh(self.desk.shown_theme)
        dossier = self.store.state.dossier

        def on_change(state: object, changes: frozenset[str]) -> None:
            if self.store.state.dossier is not dossier:
                listing.close()
            elif changes & {"selection", "calendar"}:
                listing.refresh(self.desk.shown_theme)

        unsubscribe = self.store.subscribe(on_change)
        listing.finished.connect(lambda _result: unsubscribe())
        self.desk.themed.connect(listing.refresh)
        listing.show()
        return listing
