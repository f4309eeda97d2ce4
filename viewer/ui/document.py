"""The file behind the state: opened, kept safe while it is edited, saved, recovered.

What is open has a *working copy* (`formats.geopackage.working`) that takes in every edit before
the next one can be made. Saving writes it out; after a crash it is offered again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.model.dossier import Dossier
from viewer.model.state import State
from viewer.model.store import Changes
from viewer.ui.asking import ask
from viewer.ui.jobs import Job
from viewer.ui.window import Origin

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from viewer.formats.geopackage.recovery import Recovered
    from viewer.formats.geopackage.working import WorkingCopy
    from viewer.formats.registry import Format
    from viewer.progress import Progress
    from viewer.ui.desk import Desk

ONE_FILE = "Dossier in one file (*.gpkg)"
FOLDER = "Dossier as a folder of tables (*)"
_SUFFIX = ".gpkg"
_NEW = ".dossier.gpkg"
"""How a new file is called: desktops tell it by this from the GeoPackages of other programs."""


class Document(QObject):
    """What is open, as something that can be saved.

    Parameters
    ----------
    desk : Desk

    Signals
    -------
    changed
        What is unsaved, or where Save goes, is no longer what it was.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk, self.store, self.settings = desk, desk.store, desk.settings
        self.working: WorkingCopy | None = None
        self.recovered: tuple[Recovered, ...] = ()
        self.question: QMessageBox | None = None
        self._saving = self._behind = False
        self._next: Callable[[], None] | None = None
        self._unsubscribe = self.store.subscribe(self._on_change)

    # -- what is open ------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether anything was changed since the dossier was opened or saved."""
        return self.working is not None and self.working.unsaved

    @property
    def unsaved_words(self) -> str:
        """What was changed since, as ``2 events changed, 1 claim added``; else empty."""
        return self.working.changes() if self.working is not None and self.unsaved else ""

    @property
    def saving(self) -> bool:
        """Whether it is being written just now."""
        return self._saving

    @property
    def recoverable(self) -> bool:
        """Whether there is work that was not saved when the program ended."""
        return bool(self.recovered)

    def adopt(self, working: WorkingCopy | None = None) -> None:
        """Take over the dossier that the window has just opened.

        Parameters
        ----------
        working : WorkingCopy, optional
            That of recovered work; None: a new one is begun.
        """
        from viewer.formats.geopackage.working import WorkingCopy

        dossier, origin = self.store.state.dossier, self.desk.window.origin
        try:
            self.working = working or WorkingCopy.begin(dossier, origin.target, origin.form)
        except EntenteError as error:
            self.desk.say(str(error))
        else:
            if self.working.elsewhere:
                self.desk.say(
                    f"{dossier.title} is open in another window ({self.working.elsewhere}): "
                    "what you change here can be saved under another name only"
                )
        self.changed.emit()

    def let_go(self) -> None:
        """Give up what is open: another dossier takes its place."""
        if self.working is not None:
            self.working.close(discard=not self.working.unsaved)
            self.working = None

    def _on_change(self, state: State, changes: Changes) -> None:
        if "dossier" in changes and self.working is not None:
            self._keep(state.dossier)

    def _keep(self, dossier: Dossier) -> None:
        """Have the working copy take in an edit, or the undoing of one."""
        # While it is being saved there is no follow; that is caught up with afterwards.
        self._behind = self._saving
        if self.working is None or self._saving:
            return
        label = self.store.undo_label or "Undo"
        try:
            self.working.follow(dossier, label)
        except EntenteError as error:
            self.desk.say(f"{error}. What you change now is not kept safe: save it soon")
        self.changed.emit()

    def end(self) -> None:
        """Let go of what is open; the window is closing."""
        self._unsubscribe()
        self.let_go()

    # -- opening -----------------------------------------------------------------------------

    def leave(self, then: Callable[[], None]) -> None:
        """Do what replaces or closes the dossier, once the user says what becomes of changes."""
        if not self.desk.editor.leave():
            return
        if not self.unsaved:
            then()
            return
        title = self.store.state.dossier.title

        def discard() -> None:
            if self.working is not None:
                self.working.close(discard=True)
                self.working = None
            then()

        self._ask(
            f"Save the changes to “{title}”?",
            f"Not saved yet: {self.unsaved_words}. Without saving they are lost.",
            {"Save": partial(self.save, then), "Don't Save": discard, "Cancel": None},
        )

    def new(self) -> None:
        """Begin an empty dossier."""
        self.leave(lambda: self.desk.window.show_dossier(Dossier.empty()))

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        from viewer.formats.registry import formats

        kinds = {form.title: _patterns(form) for form in formats()}
        every = " ".join(dict.fromkeys(" ".join(kinds.values()).split()))
        filters = [f"All that can be opened ({every})"]
        filters += [f"{_headed(title)} ({patterns})" for title, patterns in kinds.items()]
        chosen, _ = QFileDialog.getOpenFileName(
            self.desk.window, "Open", self._folder(), ";;".join([*filters, "All files (*)"])
        )
        self._open(chosen)

    def ask_open_folder(self) -> None:
        """Ask for a folder and open it."""
        title = "Open the Folder of a Dossier"
        self._open(QFileDialog.getExistingDirectory(self.desk.window, title, self._folder()))

    def open_shipped(self) -> None:
        """Open the dossier shipped with the program."""
        self.desk.window.open_path(shipped_dossier(), remember=False)

    def _open(self, chosen: str) -> None:
        if chosen:
            self.settings.folder = str(Path(chosen).parent)
            self.desk.window.open_path(Path(chosen))

    def _folder(self) -> str:
        return self.settings.folder or str(Path.home())

    def offer_help(self, path: Path, error: EntenteError) -> bool:
        """Offer a way out where a dossier cannot be opened; return whether there is one."""
        from viewer.formats.geopackage.trouble import Damaged, Foreign

        read = self.desk.window.read
        if isinstance(error, Damaged):
            from viewer.formats.geopackage.reading import review

            answers: dict[str, Callable[[], None] | None] = {
                "Look at What Is There": partial(read, path, review),
            }
            before = path.with_name(path.name + ".bak")
            if before.is_file():
                answers["Open the One Before"] = partial(read, before, remember=False)
            answers["Cancel"] = None
            self._ask("The file is damaged.", str(error), answers)
            return True
        if isinstance(error, Foreign):
            from viewer.formats.registry import importer_of

            form = importer_of(path)
            if form is None:
                return False
            answers = {"Import Its Data": partial(read, path, form.read), "Cancel": None}
            self._ask("This is no dossier of Entente's.", str(error), answers)
            return True
        return False

    # -- saving ------------------------------------------------------------------------------

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save where it was opened from; ask where, if that cannot be.

        Parameters
        ----------
        then : callable, optional
            Done once it is saved, and only then.
        """
        if self.working is None:
            return
        if self.working.target is None or self.working.elsewhere:
            self.ask_save_as(then)
        else:
            self._write(None, then)

    def ask_save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask where to, and save there."""
        from viewer.model.ids import slug

        dossier = self.store.state.dossier
        name = slug(dossier.title) or "dossier"
        target = self.working.target if self.working is not None else None
        start = target or Path(self._folder()) / f"{name}{_NEW}"
        chosen, kind = QFileDialog.getSaveFileName(
            self.desk.window, "Save As", str(start), f"{ONE_FILE};;{FOLDER}"
        )
        if not chosen:
            return
        path = Path(chosen)
        # The dialog has asked already whether a file of this very name may be replaced.
        overwrite = True
        if kind != FOLDER and path.suffix.lower() != _SUFFIX:
            path, overwrite = path.with_name(path.name + _NEW), False
        self.settings.folder = str(path.parent)
        self._write(path, then, overwrite=overwrite)

    def _write(
        self, target: Path | None, then: Callable[[], None] | None, *, overwrite: bool = False
    ) -> None:
        """Save in a thread; what goes wrong is asked about or said."""
        working = self.working
        if working is None:
            return
        if self._saving:
            self._next = partial(self._write, target, then, overwrite=overwrite)
            return
        self._saving = True

        def work(_progress: Progress) -> EntenteError | None:
            try:
                working.save(target, overwrite=overwrite)
            except EntenteError as error:
                # Handed over as it is: which error it was decides what is asked.
                return error
            return None

        def done(error: EntenteError | None) -> None:
            self._saving = False
            if self._behind:
                self._keep(self.store.state.dossier)
            if error is not None:
                self._not_saved(error, target, then)
                return
            self._saved(working.target)
            following, self._next = self._next, None
            if following is not None:
                following()
            elif then is not None:
                then()

        def failed(line: str) -> None:
            self._saving = False
            self.desk.say(line)

        title = f"Saving {self.store.state.dossier.title}"
        Job(self.desk.window, title, work, done, failed).start()

    def _saved(self, target: Path | None) -> None:
        window = self.desk.window
        window.origin = window.origin.at(target)
        if target is not None:
            self.settings.opened(str(target))
            self.settings.save()
            self.desk.tell(f"Saved {target}")
        self.changed.emit()

    def _not_saved(
        self, error: EntenteError, target: Path | None, then: Callable[[], None] | None
    ) -> None:
        from viewer.formats.geopackage.trouble import ChangedElsewhere

        self.changed.emit()
        if not isinstance(error, ChangedElsewhere):
            self.desk.say(str(error))
            return
        self._ask(
            "Replace what is there now?",
            f"{error}\nThe one that is there now would be kept beside it, as “.bak”.",
            {
                "Save As…": partial(self.ask_save_as, then),
                "Replace": partial(self._write, target, then, overwrite=True),
                "Cancel": None,
            },
        )

    def ask_revert(self) -> None:
        """Ask whether to go back to what was saved, and do."""
        if not self.unsaved:
            return
        origin = self.desk.window.origin

        def revert() -> None:
            if self.working is not None:
                self.working.close(discard=True)
                self.working = None
            if origin.path is None:
                self.desk.window.show_dossier(Dossier.empty())
            else:
                self.desk.window.open_path(origin.path, remember=origin.target is not None)

        self._ask(
            "Go back to what was saved last?",
            f"Lost for good, and not to be had back by Undo: {self.unsaved_words}.",
            {"Revert": revert, "Cancel": None},
        )

    # -- what a crash left -------------------------------------------------------------------

    def look_for_recovered(self) -> None:
        """Offer work that was not saved when the program ended, if there is any."""
        from viewer.formats.geopackage.recovery import found

        try:
            self.recovered = found()
        except EntenteError as error:
            self.desk.say(str(error))
        self.changed.emit()
        if self.recovered:
            self.show_recovered()

    def show_recovered(self) -> None:
        """List work that was not saved when the program ended."""
        from viewer.ui.recovered import RecoveredDialog

        dialog = RecoveredDialog(self.desk.window, self.recovered)
        dialog.wanted.connect(lambda work: self.leave(partial(self._recover, work)))
        dialog.discarded.connect(self._discard)
        dialog.open()

    def _recover(self, work: Recovered) -> None:
        # It may be of the very file that is open here, which only one can write to.
        self.let_go()

        def done(opened: tuple[Dossier, WorkingCopy]) -> None:
            dossier, working = opened
            self._forget(work)
            self.desk.window.show_dossier(dossier, Origin().at(working.target), working)
            self.desk.tell(f"Opened again: {work.words}; not saved yet")

        def failed(line: str) -> None:
            self.adopt()
            self.desk.say(line)

        title = f"Opening {work.title} again"
        Job(self.desk.window, title, lambda _: work.open(), done, failed).start()

    def _discard(self, work: Recovered) -> None:
        try:
            work.discard()
        except EntenteError as error:
            self.desk.say(str(error))
        else:
            self._forget(work)

    def _forget(self, work: Recovered) -> None:
        self.recovered = tuple(other for other in self.recovered if other is not work)
        self.changed.emit()

    # -- title and data ----------------------------------------------------------------------

    def ask_properties(self) -> None:
        """Ask for the title and the description of the dossier."""
        from viewer.ui.properties import PropertiesDialog

        PropertiesDialog(self.desk.window, self.store).open()

    def ask_export_data(self) -> None:
        """Ask for a file, and write the dossier there for another program."""
        from viewer.formats.registry import formats
        from viewer.model.ids import slug

        forms = {
            f"{_headed(form.title)} ({_patterns(form)})": form
            for form in formats()
            if form.write is not None and not form.own
        }
        dossier = self.store.state.dossier
        start = Path(self._folder()) / (slug(dossier.title) or "dossier")
        chosen, kind = QFileDialog.getSaveFileName(
            self.desk.window, "Export Data", str(start), ";;".join(forms)
        )
        form = forms.get(kind)
        if not chosen or form is None or form.write is None:
            return
        path, write = Path(chosen), form.write
        if path.suffix.lower() not in form.extensions:
            path = path.with_name(path.name + form.extensions[0])
            if path.exists():
                self.desk.say(f"{path}: there is a file of this name; choose another one")
                return
        self.settings.folder = str(path.parent)

        def done(note: str) -> None:
            self.desk.tell(f"Exported {path}" + (f"; {note}" if note else ""))

        work = f"Exporting {dossier.title}"
        Job(self.desk.window, work, lambda _: write(dossier, path), done, self.desk.say).start()

    def _ask(self, text: str, detail: str, answers: dict[str, Callable[[], None] | None]) -> None:
        if self.question is None:
            self.question = ask(self.desk.window, "Entente", text, detail, answers)
            self.question.destroyed.connect(self._answered)

    def _answered(self) -> None:
        self.question = None


def _patterns(form: Format) -> str:
    """Return what names of files of a form look like."""
    return " ".join(f"*{suffix}" for suffix in form.extensions) or "datapackage.json *.csv"


def _headed(title: str) -> str:
    """Return the title of a form as the head of a line; what stands in brackets is left out."""
    plain = title.partition(" (")[0]
    return plain[:1].upper() + plain[1:]
