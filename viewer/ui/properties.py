"""The dialog for what a dossier is called and about."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from viewer.commands.editing import edit
from viewer.model.store import Store
from viewer.ui.forms.sheet import Sheet
from viewer.ui.plain import label


class PropertiesDialog(Sheet):
    """Title and description of the dossier that is open.

    Parameters
    ----------
    parent : QWidget
    store : Store
    """

    def __init__(self, parent: QWidget, store: Store) -> None:
        super().__init__(parent, store)
        self.setWindowTitle("Title and Description")
        self.resize(520, 260)
        dossier = store.state.dossier
        self.title = QLineEdit(dossier.title)
        self.title.setAccessibleName("Title")
        self.description = QPlainTextEdit(dossier.description)
        self.description.setAccessibleName("Description")
        self.description.setTabChangesFocus(True)
        self.title.textChanged.connect(self._check)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(label("Title"), self.title)
        form.addRow(label("Description"), self.description)
        self.set_body(form, main=0)
        self._check()

    def _check(self) -> None:
        titled = bool(self.title.text().strip())
        self.ok.setEnabled(titled)
        self.reason.setText("" if titled else "Title is missing")

    def _written(self) -> tuple[str, str]:
        return self.title.text().strip(), self.description.toPlainText().strip()

    def touched(self) -> bool:
        dossier = self.store.state.dossier
        return self._written() != (dossier.title.strip(), dossier.description.strip())

    def accept(self) -> None:
        if not self.ok.isEnabled():
            return
        if self.touched():
            title, description = self._written()
            dossier = replace(self.store.state.dossier, title=title, description=description)
            edit(self.store, "Change Title and Description", dossier)
        super().accept()
