"""The form of one row: says what is wrong as one types, and makes one step of what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from viewer.commands.editing import NOUNS, called, edit, label_of_change
from viewer.errors import printable
from viewer.model import edits
from viewer.model.dossier import MEMBERS, Dossier
from viewer.model.edits_check import validate
from viewer.model.schema import ABOUT_TABLES, REFERENCES, Ref
from viewer.ui.forms.fields import Choice, DateLine, Field, Free, Line, Prose, Spot
from viewer.ui.forms.members import Claims, Members
from viewer.ui.forms.reference import About, Reference
from viewer.ui.forms.sheet import Sheet
from viewer.ui.forms.spec import FIRST, Spec, fields_of
from viewer.ui.guard import guarded
from viewer.ui.plain import label, tooltip

if TYPE_CHECKING:
    from viewer.ui.forms.editor import Editor

_WIDTH, _LABELS = 600, 118
_TALLEST = 0.86
"""Part of the window's height that a form takes at most."""


class RowForm(Sheet):
    """A new row, or one that there is.

    Parameters
    ----------
    editor : Editor
    table : str
    key : int, optional
        Key of the row; None: a new one.
    cells : mapping of str to str
        What a new row begins with.
    members : mapping of str to list
        Table → who or what a new event begins with.
    """

    def __init__(
        self,
        editor: Editor,
        table: str,
        key: int | None,
        cells: Mapping[str, str],
        members: Mapping[str, list[tuple[str, str]]],
    ) -> None:
        super().__init__(editor.window, editor.store)
        self.editor, self.table, self.key = editor, table, key
        self._fitted = self._gone = False
        self.fields: dict[str, Field] = {}
        self._messages: dict[str, QLabel] = {}
        self.claims: Claims | None = None
        self._told = label(wrap=True)
        self._told.setObjectName("notice")
        self._told.hide()
        self.set_body(self._told, self._make_fields(), main=1)
        self._show_row(dict(FIRST.get(table, {})) | dict(cells), members)
        self._check()
        self.resize(_WIDTH, 400)

    # -- making ------------------------------------------------------------------------------

    def _make_fields(self) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        # Room for the bar beside the fields, and for the frame of what has the focus.
        grid.setContentsMargins(2, 2, 14, 2)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, _LABELS)
        grid.setColumnStretch(1, 1)
        columns = tuple(self.store.state.dossier.tables[self.table].columns)
        for spec in fields_of(self.table, columns):
            field = self._make(spec)
            field.edited.connect(self._check)
            message = label(wrap=True)
            message.setObjectName("advice")
            self._add(grid, spec.title, field, message)
            for name in spec.columns:
                self.fields[name], self._messages[name] = field, message
        if self.key is not None and self.table in ABOUT_TABLES.values():
            self.claims = Claims(self._add_claim, self._edit_claim)
            self._add(grid, "Claims", self.claims, label())
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self._area, self._inside = area, inside
        return area

    @staticmethod
    def _add(grid: QGridLayout, title: str, field: QWidget, message: QLabel) -> None:
        row = grid.rowCount()
        name = label(title)
        name.setObjectName("field")
        name.setBuddy(field)
        name.setContentsMargins(0, 6, 0, 0)
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(field, row, 1)
        message.setContentsMargins(1, 0, 0, 3)
        message.hide()
        grid.addWidget(message, row + 1, 1)
        grid.setRowMinimumHeight(row + 1, 5)

    def _make(self, spec: Spec) -> Field:
        match spec.kind:
            case "prose":
                return Prose(spec)
            case "choice":
                return Choice(spec)
            case "free":
                free = Free(spec)
                if not spec.words:
                    free.offer(self.editor.words_of(self.table, spec.columns[0]))
                return free
            case "reference":
                return Reference(spec, self.editor)
            case "about":
                return About(spec, self.editor)
            case "date":
                return DateLine(spec)
            case "members":
                return Members(spec, self.editor, self.editor.theme)
            case "spot":
                spot = Spot(spec)
                spot.wanted.connect(self._ask_spot)
                return spot
        return Line(spec)

    def _fit(self) -> None:
        """Be as high as the fields are, as far as there is room."""
        layout = self._inside.layout()
        assert layout is not None
        layout.invalidate()
        wanted = layout.totalSizeHint().height() + self.height() - self._area.viewport().height()
        most = round(self.editor.window.height() * _TALLEST)
        self.resize(_WIDTH, min(wanted, max(most, 360)))

    @guarded(lambda: None)
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._fitted:
            # Only now is known how high the fields are in this style.
            self._fitted = True
            layout = self.layout()
            assert layout is not None
            layout.activate()
            self._fit()

    # -- what stands in it ---------------------------------------------------------------------

    def _show_row(
        self, cells: dict[str, str], members: Mapping[str, list[tuple[str, str]]]
    ) -> None:
        row = self._row()
        if row is not None:
            cells = self._dossier.tables[self.table].row(row)
        self._base = dict(cells)
        for field in dict.fromkeys(self.fields.values()):
            field.set_cells(cells)
        self._shown = {} if self.key is None else self._cells()
        for table, field in self._members().items():
            entries = members.get(table, [])
            if row is not None:
                entries = edits.members(self._dossier, table, cells["id"])
            field.set_entries(entries)
        self._members_shown = {table: field.entries() for table, field in self._members().items()}
        if self.key is None:
            # What a new row begins with is to be kept; to leave it without a word loses nothing.
            self._begun = self._cells()
        self._show_claims()
        self._entitle()

    @property
    def _dossier(self) -> Dossier:
        return self.store.state.dossier

    def _row(self) -> int | None:
        """Return where the row stands now, None where it is new or gone."""
        if self.key is None:
            return None
        table = self._dossier.tables[self.table]
        row = table.position(self.key)
        # The key of a last row that was removed is given to the next one that is added.
        other = self._gone and row is not None and table["id"][row] != self._base["id"]
        return None if other else row

    def ref(self) -> Ref | None:
        """Return the row this is the form of, None where it is new or gone."""
        row = self._row()
        return None if row is None else self._dossier.ref(self.table, row)

    def _entitle(self) -> None:
        ref = self.ref()
        noun = NOUNS[self.table]
        name = f"Edit {noun} {called(self._dossier, ref)}" if ref else f"New {noun}"
        self.setWindowTitle(printable(name).strip())

    def _members(self) -> dict[str, Members]:
        return {n: field for n, field in self.fields.items() if isinstance(field, Members)}

    def _cells(self) -> dict[str, str]:
        out: dict[str, str] = {}
        for field in dict.fromkeys(self.fields.values()):
            out |= field.cells()
        return out

    def changed(self) -> dict[str, str]:
        """Return the cells that the user has written."""
        return {n: cell for n, cell in self._cells().items() if self._shown.get(n, "") != cell}

    def touched(self) -> bool:
        if any(field.entries() != self._members_shown[n] for n, field in self._members().items()):
            return True
        return bool(self.changed()) if self.key is not None else self._cells() != self._begun

    # -- checking ----------------------------------------------------------------------------

    def _check(self) -> None:
        """Say what is wrong beside each field, and why OK cannot be pressed."""
        row = self._row()
        if self.key is not None and row is None:
            noun = NOUNS[self.table].lower()
            self._tell(f"This {noun} has been removed meanwhile. Undo brings it back.")
            self.ok.setEnabled(False)
            self.reason.setText(f"The {noun} is gone")
            return
        changed = self.changed()
        cells = self._cells() if self.key is None else self._base | changed
        faults = validate(self._dossier, self.table, cells, row)
        # What was wrong before and is not written anew is no matter here.
        if self.key is not None:
            anew = {n for name in changed for n in self.fields[name].spec.columns}
            faults = {name: told for name, told in faults.items() if name in anew}
        faults |= self._member_faults()
        for field in dict.fromkeys(self.fields.values()):
            names = [name for name, other in self.fields.items() if other is field]
            told = next((faults[n] for n in names if n in faults), "")
            if told and self.key is None and not any(cells.get(n) for n in names):
                # Nobody is blamed for what has not been reached yet.
                told = told if isinstance(field, Members) else ""
            message = self._messages[names[0]]
            message.setObjectName("fault" if told else "advice")
            message.setText(printable(told or field.note()))
            message.setVisible(bool(message.text()))
            message.style().polish(message)
        first = next((name for name in self.fields if name in faults), None)
        self.reason.setText("" if first is None else printable(self._reason(first, faults[first])))
        touched = self.touched()
        self.ok.setEnabled(first is None and (touched or self.key is None))
        tooltip(self.ok, "" if touched or self.key is None else "Nothing has been changed")

    def _reason(self, name: str, told: str) -> str:
        title = self.fields[name].spec.title
        if told.endswith(" is missing"):
            return f"{title} is missing"
        return f"{title}: {told}"

    def _member_faults(self) -> dict[str, str]:
        out: dict[str, str] = {}
        for name, field in self._members().items():
            to = REFERENCES[name, MEMBERS[name]]
            for key, role in field.entries():
                cells = {"event": "", MEMBERS[name]: key, "role": role}
                told = validate(self._dossier, name, cells)
                told.pop("event", None)
                if told:
                    called_ = (
                        self._dossier.name(Ref(to, key)) if self.editor.name(Ref(to, key)) else key
                    )
                    out[name] = f"{next(iter(told.values()))} ({called_})"
                    break
        return out

    def _tell(self, text: str) -> None:
        self._told.setText(printable(text))
        self._told.setVisible(bool(text))

    # -- what happens meanwhile ----------------------------------------------------------------

    def follow(self) -> None:
        """Show what was changed elsewhere, and say where it differs from what is written here."""
        row = self._row()
        self._gone = row is None
        if self.key is None or row is None:
            self._check()
            return
        now = self._dossier.tables[self.table].row(row)
        mine = self.changed()
        other = [n for n, cell in now.items() if self._base.get(n, "") != cell]
        clash = [n for n in other if n in mine and mine[n] != now[n]]
        for field in dict.fromkeys(self.fields.values()):
            names = field.spec.columns
            if not isinstance(field, Members) and not any(n in mine for n in names):
                field.set_cells(now)
                self._shown |= field.cells()
        for table, members in self._members().items():
            if members.entries() == self._members_shown[table]:
                members.set_entries(edits.members(self._dossier, table, now["id"]))
                self._members_shown[table] = members.entries()
        self._base = now
        titles = ", ".join(self.fields[n].spec.title for n in clash if n in self.fields)
        self._tell(
            f"Changed elsewhere meanwhile: {titles}. OK puts what stands here in its place."
            if titles
            else ""
        )
        self._show_claims()
        self._entitle()
        self._check()

    # -- claims, and the map -------------------------------------------------------------------

    def _show_claims(self) -> None:
        ref = self.ref()
        if self.claims is not None and ref is not None:
            self.claims.show_claims(self.editor.claims_about(ref))

    def _add_claim(self) -> None:
        if (ref := self.ref()) is not None:
            kind = next(kind for kind, table in ABOUT_TABLES.items() if table == ref.table)
            self.editor.add("claims", {"about_kind": kind, "about": ref.id})

    def _edit_claim(self, key: str) -> None:
        self.editor.edit(Ref("claims", key))

    def _ask_spot(self) -> None:
        """Step aside until the map was clicked."""
        spot = self.fields["lon"]

        def done(lonlat: tuple[str, str] | None) -> None:
            if lonlat is not None:
                spot.set_cells(dict(zip(("lon", "lat"), lonlat, strict=True)))
                self._check()
            self.show()
            self.raise_()
            self.activateWindow()
            spot.setFocus()

        name = self._cells().get("name", "")
        if self.editor.ask_spot(self, name or "the place", done):
            self.hide()

    # -- leaving -----------------------------------------------------------------------------

    def accept(self) -> None:
        """Make one step of what was written."""
        self._check()
        if not self.ok.isEnabled():
            return
        before, row, changed = self._dossier, self._row(), self.changed()
        lists = {table: field.entries() for table, field in self._members().items()}
        if row is None:
            after = edits.insert(before, self.table, changed)
            ref = after.ref(self.table, len(after.tables[self.table]) - 1)
            label_ = f"Add {NOUNS[self.table]} {called(after, ref)}"
        else:
            after = edits.change(before, self.table, row, changed)
            ref = after.ref(self.table, row)
            lists = {n: found for n, found in lists.items() if found != self._members_shown[n]}
            label_ = label_of_change(before, before.ref(self.table, row), (*changed, *lists))
        for table, entries in lists.items():
            after = edits.set_members(after, table, ref.id, entries)
        self._sure = True
        super().accept()
        edit(self.store, label_.strip(), after, ref if row is None else None)
        self.editor.written(ref, new=row is None)
