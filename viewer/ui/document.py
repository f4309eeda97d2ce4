"""The file behind the state: opened, kept safe while it is edited, saved, recovered.

What is open has a *working copy* (`formats.geopackage.working`) that takes in every edit as it is
made, beside the window where the disk is slow. Saving writes it out; after a crash it is offered
again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from viewer.assets import shipped_dossier
from viewer.errors import EntenteError
from viewer.model.dossier import Dossier
from viewer.model.state import State
from viewer.model.store import OPENED, Changes
from viewer.ui import choosing
from viewer.ui.asking import ask
from viewer.ui.jobs import Job
from viewer.ui.post import Post
from viewer.ui.window import Origin

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from viewer.faults import Fault
    from viewer.formats.geopackage.recovery import Recovered
    from viewer.formats.geopackage.working import WorkingCopy
    from viewer.progress import Progress
    from viewer.ui.desk import Desk


T = TypeVar("T")

PATIENCE = 0.1
"""Seconds that the window waits for the disk; then it goes on meanwhile."""
_LATER = 500
"""Milliseconds after which it is asked again whether there is an occasion to say something."""


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
        self._saving = False
        # The last save has come to its end; till then what it saves is not closed.
        self._written = threading.Event()
        self._written.set()
        # Whether the working copy is still being made, and what is to be saved as soon as it is.
        self._making = False
        self._save_next: Callable[[], None] | None = None
        self._post = Post(self)
        # Whether the working copy lacks an edit: it came while saving, or the disk refused it.
        self._behind = False
        self._opened = self.store.state.dossier
        # The edition whose changes the user would not save; they go when another takes its place.
        self._given_up: Dossier | None = None
        self._waiting: list[Callable[[], None]] = []
        self._unsubscribe = self.store.subscribe(self._on_change)

    # -- what is open ------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether anything was changed since the dossier was opened or saved."""
        return self.working is not None and (self._behind or self.working.unsaved)

    @property
    def unsaved_words(self) -> str:
        """What was changed since, as ``2 events changed, 1 claim added``; else empty."""
        if self.working is None or not self.unsaved:
            return ""
        return self.working.changes() or "the latest changes"

    @property
    def saving(self) -> bool:
        """Whether it is being written just now."""
        return self._saving

    @property
    def kept(self) -> bool:
        """Whether all that was changed would be there again after a crash."""
        return self.working is not None and not self._behind

    @property
    def safety_words(self) -> str:
        """What would become of unsaved changes if the program ended now."""
        if self._making:
            return "What you changed last is being put on the disk."
        if not self.kept:
            return (
                "What you changed last is not kept safe: save it under another name before you "
                "quit."
            )
        if not self.unsaved:
            return "Nothing is unsaved."
        return (
            f"Not saved yet: {self.unsaved_words}. That is safe on the disk: if you quit, the "
            "next start offers it again."
        )

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

        dossier, origin = self._opened, self.desk.window.origin
        self._behind = self._making = False
        self._save_next = None
        self._waiting.clear()
        try:
            self.working = working or WorkingCopy.begin(dossier, origin.target, origin.form)
        except EntenteError as error:
            self.desk.say(str(error))
        else:
            self._with_patience(self.working.claiming(), partial(self._claimed, self.working))
            if self.store.state.dossier is not dossier:
                self._keep(self.store.state.dossier)
        self.changed.emit()

    def _claimed(self, working: WorkingCopy, _: Future[None]) -> None:
        """Hear whether what is open may be saved where it was opened from."""
        if working is self.working and working.elsewhere:
            self.desk.say(f"{self._elsewhere_words()} under another name only")
            self.changed.emit()

    def _beside(self, work: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        """Do what the disk may be slow at in a thread, and hear what came of it."""
        thread = ThreadPoolExecutor(1, "entente-document")
        under_way = thread.submit(work)
        thread.shutdown(wait=False)
        self._with_patience(under_way, then)

    def _with_patience(
        self,
        under_way: Future[T],
        then: Callable[[Future[T]], None],
        later: Callable[[Future[T]], None] | None = None,
    ) -> bool:
        """Hear what came of work with the disk, now or, where that is slow, later.

        Parameters
        ----------
        under_way : Future
        then : callable
            Called with it when it is done.
        later : callable, optional
            Called in place of `then` when it takes longer than `PATIENCE`.

        Returns
        -------
        bool
            Whether it is done already.
        """
        wait((under_way,), PATIENCE)
        if under_way.done():
            then(under_way)
            return True
        hear = partial(self._post, partial(later or then, under_way))
        under_way.add_done_callback(lambda _: hear())
        return False

    def let_go(self) -> None:
        """Give up what is open: another dossier takes its place."""
        if self.working is not None:
            given_up = self.store.state.dossier is self._given_up
            discard = given_up or not self.unsaved
            # The same window may open the same file next.
            self.working.give_way()
            working, written = self.working, self._written

            def close() -> None:
                written.wait()
                working.close(discard)

            # The program does not end before this has.
            threading.Thread(target=close, name="entente-close").start()
            self.working = None

    def _on_change(self, state: State, changes: Changes) -> None:
        if OPENED in changes:
            self._opened = state.dossier
        if "dossier" in changes and self.working is not None:
            self._keep(state.dossier)

    def _keep(self, dossier: Dossier) -> None:
        """Have the working copy take in an edit, or the undoing of one."""
        self._behind = True
        working = self.working
        if working is None or self._saving or self._making:
            return
        # The copy of a large dossier takes a while, and so may the disk; nobody is held up by it.
        self._making = not self._with_patience(
            working.following(dossier, self.store.latest),
            self._taken_in,
            partial(self._catch_up, working),
        )
        if self._making:
            self.changed.emit()

    def _taken_in(self, taken: Future[None]) -> None:
        """Hear whether the disk took an edit."""
        try:
            taken.result()
            self._behind = False
        except EntenteError as error:
            self.desk.say(str(error))
        self.changed.emit()

    def _catch_up(self, working: WorkingCopy, taken: Future[None]) -> None:
        """Have the copy take in what was edited meanwhile."""
        if working is self.working:
            self._making = False
            self._taken_in(taken)
            if not self._behind:
                self._keep(self.store.state.dossier)
            save, self._save_next = self._save_next, None
            if save is not None:
                save()

    def prepare(self) -> None:
        """Begin the working copy, since an edit is likely to come."""
        if self.working is not None:
            self.working.prepare()

    def _elsewhere_words(self) -> str:
        assert self.working is not None
        title, where = self.store.state.dossier.title, self.working.elsewhere
        return f"{title} is open in {where}: what you change here can be saved"

    def end(self) -> None:
        """Let go of what is open; the window is closing."""
        self._unsubscribe()
        self.let_go()

    # -- opening -----------------------------------------------------------------------------

    def leave(self, then: Callable[[], None]) -> None:
        """Do what replaces or closes the dossier, once the user says what becomes of changes.

        Changes that are not to be saved stay until then: what was to come may not be had.
        """
        if self._saving:
            self._waiting.append(partial(self.leave, then))
            return
        if not self.desk.editor.leave():
            return
        if not self.unsaved:
            then()
            return
        title = self.store.state.dossier.title

        def discard() -> None:
            self._given_up = self.store.state.dossier
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
        self._open(choosing.file_to_open(self.desk.window, self.settings))

    def ask_open_folder(self) -> None:
        """Ask for a folder and open it."""
        self._open(choosing.folder_to_open(self.desk.window, self.settings))

    def open_shipped(self) -> None:
        """Open the dossier shipped with the program."""
        self.desk.window.open_path(shipped_dossier(), remember=False)

    def _open(self, chosen: Path | None) -> None:
        if chosen is not None:
            self.desk.window.open_path(chosen)

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
            if self.working.elsewhere:
                self.desk.say(f"{self._elsewhere_words()} under another name")
            self.ask_save_as(then)
        else:
            self._write(None, then)

    def ask_save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask where to, and save there."""
        title, working = self.store.state.dossier.title, self.working
        target = working.target if working is not None else None
        goal = choosing.goal_to_save(self.desk.window, self.settings, title, target)
        if goal is None:
            return
        if working is not self.working:
            # Opening it took so long that the name was being chosen already.
            self.desk.say(f"{title} is no longer open: nothing was saved as {goal.path}")
            return
        self._write(goal.path, then, overwrite=goal.agreed)

    def _write(
        self,
        target: Path | None,
        then: Callable[[], None] | None,
        *,
        overwrite: bool = False,
        tried: bool = False,
    ) -> None:
        """Save in a thread; what goes wrong is asked about or said.

        Before that the working copy is to take in what it lacks; `tried`: it was given that.
        """
        working = self.working
        if working is None:
            return
        if self._saving:
            self._waiting.append(partial(self._write, target, then, overwrite=overwrite))
            return
        if self._behind and not tried:
            self._keep(self.store.state.dossier)
        if self._behind and self._making:
            again = partial(self._write, target, then, overwrite=overwrite, tried=True)
            if self._save_next is None:
                self._save_next = again
            else:
                self._waiting.append(again)
            return
        # What the copy's own disk does not take is saved all the same.
        edition = self.store.state.dossier if self._behind else None
        self._saving = True
        self._written = written = threading.Event()

        def work(_progress: Progress) -> EntenteError | None:
            try:
                working.save(target, overwrite, edition)
            except EntenteError as error:
                # Handed over as it is: which error it was decides what is asked.
                return error
            finally:
                written.set()
            return None

        def done(error: EntenteError | None) -> None:
            self._saving = False
            if error is None and self.store.state.dossier is edition:
                self._behind = False
            if self._behind:
                self._keep(self.store.state.dossier)
            if error is not None:
                # Whatever waited for it was meant for what is saved.
                self._waiting.clear()
                self._not_saved(error, target, then)
                return
            self._saved(working)
            if then is not None:
                self._waiting.append(partial(self.leave, then))
            while self._waiting and not self._saving:
                self._waiting.pop(0)()

        def failed(line: str) -> None:
            done(EntenteError(line))

        title = f"Saving {self.store.state.dossier.title}"
        Job(self.desk.window, title, work, done, failed, cancellable=False).start()

    def _saved(self, working: WorkingCopy) -> None:
        window, target = self.desk.window, working.target
        if working is self.working:
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
        goal = target or (self.working.target if self.working is not None else None)
        fate = (
            "What the folder holds now would be lost: copy it first if you need it."
            if goal is not None and goal.is_dir()
            else "The one that is there now would be kept beside it, as “.bak”."
        )
        self._ask(
            "Replace what is there now?",
            f"{error}\n{fate}",
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
            if not self.desk.editor.leave():
                return
            self._given_up = self.store.state.dossier
            if origin.path is None:
                self.desk.window.show_dossier(Dossier.empty())
            else:
                self.desk.window.read(origin.path, remember=origin.target is not None)

        self._ask(
            "Go back to what was saved last?",
            f"Lost for good, and not to be had back by Undo: {self.unsaved_words}.",
            {"Revert": revert, "Cancel": None},
        )

    # -- what a crash left -------------------------------------------------------------------

    def look_back(self) -> None:
        """Say so if the program broke down last time, and offer work that was not saved then."""

        def look() -> tuple[tuple[Recovered, ...], tuple[Fault, ...]]:
            from viewer.formats.geopackage.recovery import found
            from viewer.watch import crashes

            return found(), crashes()

        self._beside(look, self._looked_back)

    def _looked_back(self, left: Future[tuple[tuple[Recovered, ...], tuple[Fault, ...]]]) -> None:
        if not self.desk.window.isVisible():
            return
        if QApplication.activeModalWidget() is not None:
            # The disk took so long that the user is at something else.
            QTimer.singleShot(_LATER, self, partial(self._looked_back, left))
            return
        self.recovered, broken = left.result()
        self.changed.emit()
        if broken:
            from viewer.ui.fault_dialog import ended_last_time

            dialog = ended_last_time(self.desk.window, broken, work_left=self.recoverable)
            # Once it is gone: two dialogs of one window at a time have crashed Qt.
            dialog.finished.connect(lambda _: QTimer.singleShot(0, self, self._offer_recovered))
            dialog.show()
        else:
            self._offer_recovered()

    def _offer_recovered(self) -> None:
        if self.recovered and self.desk.window.isVisible():
            self.show_recovered()

    def show_recovered(self) -> None:
        """List work that was not saved when the program ended."""
        from viewer.ui.recovered import RecoveredDialog

        dialog = RecoveredDialog(self.desk.window, self.recovered)
        dialog.wanted.connect(lambda work: self.leave(partial(self._recover, work)))
        dialog.discarded.connect(self._discard)
        dialog.open()

    def _recover(self, work: Recovered) -> None:
        from viewer.formats.geopackage.recovery import found

        def done(opened: tuple[Dossier, WorkingCopy]) -> None:
            dossier, working = opened
            self._forget(work)
            self.desk.tell(f"Opened again: {work.words}; not saved yet")
            self.desk.window.show_dossier(dossier, Origin().at(working.target), working)

        def failed(line: str) -> None:
            self.desk.say(line)
            self._beside(found, found_again)

        def found_again(left: Future[tuple[Recovered, ...]]) -> None:
            self.recovered = left.result()
            self.changed.emit()

        title = f"Opening {work.title} again"
        Job(self.desk.window, title, lambda _: work.open(), done, failed, cancellable=False).start()

    def _discard(self, work: Recovered) -> None:
        def discarded(done: Future[None]) -> None:
            try:
                done.result()
            except EntenteError as error:
                self.desk.say(str(error))
            else:
                self._forget(work)

        self._beside(work.discard, discarded)

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
        dossier = self.store.state.dossier
        found = choosing.goal_to_export(self.desk.window, self.settings, dossier.title)
        if found is None or (write := found[1].write) is None:
            return
        path, agreed = found[0]
        if not agreed and path.exists():
            self.desk.say(f"{path}: there is a file of this name; choose another one")
            return

        def done(note: str) -> None:
            self.desk.tell(f"Exported {path}" + (f"; {note}" if note else ""))

        work = f"Exporting {dossier.title}"
        Job(self.desk.window, work, lambda _: write(dossier, path), done, self.desk.say).start()

    def _ask(self, text: str, detail: str, answers: dict[str, Callable[[], None] | None]) -> None:
        if self.question is not None and self.question.isVisible():
            return
        box = self.question = ask(self.desk.window, "Entente", text, detail, answers)

        def answered() -> None:
            if self.question is box:
                self.question = None

        box.destroyed.connect(answered)
