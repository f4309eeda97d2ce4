"""What the window does to edit rows: one form a row, questions before what cannot be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from viewer.commands.editing import edit, falling_words, one_or_many
from viewer.model.dossier import MEMBERS
from viewer.model.schema import REFERENCES, Ref
from viewer.ui.asking import ask
from viewer.ui.evidence import EvidencePanel

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier
    from viewer.model.selection import Selection
    from viewer.scene.style import Theme
    from viewer.ui.desk import Desk
    from viewer.ui.forms.form import RowForm
    from viewer.ui.forms.merge import MergeDialog
    from viewer.ui.forms.paste import PasteDialog

_PATIENCE = 0.3
"""Seconds that a key press in a field of names waits for the index."""
_MOST = 30
"""Names that are offered."""
_MOST_PICKED = 10_000
"""Rows that are edited at a time at most."""
_COMMON = 40
"""Words of a column that are offered."""
_BEGUN = 6
"""Actors or places picked that a new event begins with at most."""


class Editor(QObject):
    """The forms of a window.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk, self.store = desk, desk.store
        self.forms: list[RowForm] = []
        self._picked: tuple[Selection, Dossier, tuple[Ref, ...]] | None = None
        self.question: QMessageBox | None = None
        self.dialog: MergeDialog | PasteDialog | None = None

    @property
    def window(self) -> QWidget:
        """The window that forms belong to."""
        return self.desk.window

    @property
    def theme(self) -> Theme:
        """The theme that icons are drawn in."""
        return self.desk.shown_theme

    # -- what is meant -----------------------------------------------------------------------

    def targets(self) -> tuple[Ref, ...]:
        """Return the rows a command would edit: the card the keys are on, or what is picked."""
        state = self.store.state
        evidence = self.desk.panels.get("evidence")
        focused = evidence.focused() if isinstance(evidence, EvidencePanel) else None
        if focused is not None:
            return (focused,)
        # Every command asks, at every change; in a large dossier it takes a while to look.
        now = state.selection, state.dossier
        if self._picked is None or self._picked[:2] != now:
            few = state.selection.count <= _MOST_PICKED
            self._picked = *now, state.selection.refs(state.dossier) if few else ()
        return self._picked[2]

    # -- forms -------------------------------------------------------------------------------

    def add(self, table: str, cells: Mapping[str, str] | None = None) -> None:
        """Ask for the cells of a new row; some may be given."""
        state = self.store.state
        picked = state.selection.refs(state.dossier) if 0 < state.selection.count < 50 else ()
        actors = [ref.id for ref in picked if ref.table == "actors"][:_BEGUN]
        places = [ref.id for ref in picked if ref.table == "places"][:_BEGUN]
        begun, members = dict(cells or {}), dict[str, list[tuple[str, str]]]()
        if table == "relations" and cells is None:
            begun |= dict(zip(("source", "target"), actors, strict=False))
        if table == "events" and cells is None:
            members = {
                "participants": [(key, "participant") for key in actors],
                "event_places": [(key, "at") for key in places],
            }
        self._new(table, begun, members)

    def _new(
        self, table: str, cells: Mapping[str, str], members: Mapping[str, list[tuple[str, str]]]
    ) -> None:
        self._open(self._made(table, None, cells, members))

    def edit(self, ref: Ref) -> None:
        """Show the form of a row; of one row there is one form."""
        table = self.store.state.dossier.tables[ref.table]
        row = table.row_of.get(ref.id)
        if row is None:
            return
        known = (form for form in self.forms if form.ref() == ref)
        self._open(next(known, None) or self._made(ref.table, table.keys[row], {}, {}))

    def _made(
        self,
        table: str,
        key: int | None,
        cells: Mapping[str, str],
        members: Mapping[str, list[tuple[str, str]]],
    ) -> RowForm:
        from viewer.ui.forms.form import RowForm

        form = RowForm(self, table, key, cells, members)
        self.forms.append(form)

        def gone() -> None:
            # What is closed by a double click is closed twice.
            self.forms = [other for other in self.forms if other is not form]

        form.finished.connect(gone)
        return form

    def duplicate(self, ref: Ref) -> None:
        """Ask for the cells of a new row that is like another."""
        dossier = self.store.state.dossier
        cells = dossier.tables[ref.table].row(dossier.row(ref)) | {"id": ""}
        from viewer.model import edits

        members = {}
        if ref.table == "events":
            members = {table: edits.members(dossier, table, ref.id) for table in MEMBERS}
        self._new(ref.table, cells, members)

    def _open(self, form: RowForm) -> None:
        self.desk.document.prepare()
        form.show()
        form.raise_()
        form.activateWindow()

    def leave(self) -> bool:
        """Close all that shows rows of the dossier, since it goes; return whether that is done.

        A form in which something was written asks about it and stays.
        """
        for form in self.forms:
            # One may have stepped aside for the map.
            form.show()
        dialogs = [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]
        # All of them are asked, so that one look shows what is still open.
        closed = [dialog.close() for dialog in dialogs]
        return all(closed)

    def written(self, ref: Ref, *, new: bool) -> None:
        """Say and show what was written."""
        dossier = self.store.state.dossier
        self.desk.tell(f"{'Added' if new else 'Changed'} {one_or_many(dossier, (ref,))}")
        if new and ref.table == "claims":
            self.desk.go(ref)
        elif new and ref.table != "sources":
            self.desk.reveal(ref)

    # -- removing, merging, pasting ------------------------------------------------------------

    def ask_remove(self, refs: tuple[Ref, ...]) -> None:
        """Ask whether to remove rows, saying what goes with them, and do."""
        from viewer.model import edits

        if not refs:
            return
        self.desk.document.prepare()
        before = self.store.state.dossier
        by_table: dict[str, list[int]] = {}
        for ref in refs:
            by_table.setdefault(ref.table, []).append(before.row(ref))
        falling = edits.dependants_of(before, by_table)
        what = one_or_many(before, refs)

        def remove() -> None:
            if self.store.state.dossier is before:
                edit(self.store, f"Delete {what}", edits.without(before, falling))
                self.desk.tell(f"Deleted {what}. Undo brings it back.")
            else:
                # Something else was edited while this was asked.
                now = self.store.state.dossier
                self.ask_remove(tuple(ref for ref in refs if now.has(ref)))

        words = falling_words(falling, refs)
        self.question = ask(
            self.window, f"Delete {what}", f"Delete {what}?", words,
            {"Delete": remove, "Cancel": None},
        )  # fmt: skip

    def ask_merge(self, refs: tuple[Ref, ...]) -> None:
        """Ask which rows are one, and make them one."""
        from viewer.ui.forms.merge import MergeDialog

        self.desk.document.prepare()
        self.dialog = MergeDialog(self, refs)
        self.dialog.show()

    def ask_paste(self) -> None:
        """Show what rows on the clipboard come to, and take them in."""
        from viewer.ui.forms.paste import PasteDialog

        self.desk.document.prepare()
        self.dialog = PasteDialog(self, QGuiApplication.clipboard().text())
        self.dialog.show()

    # -- what forms ask for --------------------------------------------------------------------

    def name(self, ref: Ref) -> str:
        """Return what a row is called; empty where there is none."""
        dossier = self.store.state.dossier
        return dossier.name(ref) if ref.id in dossier.tables[ref.table].row_of else ""

    def found(self, table: str, query: str) -> list[tuple[str, str, str]]:
        """Return id, name and details of the rows that a query finds; the first for no query."""
        dossier = self.store.state.dossier
        if not query:
            refs = [
                dossier.ref(table, row) for row in range(min(_MOST, len(dossier.tables[table])))
            ]
            return [(ref.id, dossier.name(ref), "") for ref in refs]
        try:
            hits = self.desk.find_field.prepare().result(_PATIENCE).find(query, _MOST, table)
        except NotYet:
            return []
        return [(hit.ref.id, hit.title, hit.detail) for hit in hits]

    def words_of(self, table: str, column: str) -> list[str]:
        """Return the words of a column that are most common."""
        cells = self.store.state.dossier.tables[table][column]
        times = np.bincount(cells.codes[cells.codes >= 0])
        most = np.argsort(-times, kind="stable")[:_COMMON]
        return [word for place in most.tolist() if (word := cells.vocabulary[place])]

    def claims_about(self, ref: Ref) -> list[tuple[str, str]]:
        """Return the claims about a row, each by id and in a line."""
        dossier = self.store.state.dossier
        out = []
        for row in dossier.claims_about.get(ref, ()):
            cells = dossier.claims.row(row)
            said = ": ".join(filter(None, (cells["property"].replace("_", " "), cells["value"])))
            names = (
                self.name(Ref(REFERENCES["claims", c], cells[c])) for c in ("speaker", "source")
            )
            voice = ", ".join(name for name in names if name)
            stance = "" if cells["stance"] == "asserts" else f" ({cells['stance']})"
            out.append((cells["id"], f"{said}{stance} — {voice}" if voice else said + stance))
        return out

    def ask_spot(
        self, owner: QObject, name: str, done: Callable[[tuple[str, str] | None], None]
    ) -> bool:
        """Let a click on the map say where something is; return whether there is a map."""
        return self.desk.ask_spot(owner, f"Click where {name} is", done)
