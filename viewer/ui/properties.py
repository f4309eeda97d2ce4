"""The dialog for what a dossier is called and about."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from viewer.commands.editing import edit
from viewer.model.store import Store
from viewer.ui.plain import Dialog, label


class PropertiesDialog(Dialog):
    """Title and description of the dossier that is open.

    Parameters
    ----------
    parent : QWidget
    store : Store
    """

    def __init__(self, parent: QWidget, store: Store) -> None:
        super().__init__(parent)
        self.setWindowTitle("Title and Description")
        self.resize(520, 260)
        self._store = store
        dossier = store.state.dossier
        self.title = QLineEdit(dossier.title)
        self.title.setAccessibleName("Title")
        self.description = QPlainTextEdit(dossier.description)
        self.description.setAccessibleName("Description")
        self.description.setTabChangesFocus(True)
        buttons = QDialogButtonBox()
        roles = QDialogButtonBox.ButtonRole
        self.ok = buttons.addButton("OK", roles.AcceptRole)
        self.ok.setDefault(True)
        cancel = buttons.addButton("Cancel", roles.RejectRole)
        cancel.setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.title.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        form = QFormLayout(self)
        form.setContentsMargins(15, 15, 15, 12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(label("Title"), self.title)
        form.addRow(label("Description"), self.description)
        form.addRow(buttons)

    def accept(self) -> None:
        dossier = self._store.state.dossier
        title, description = self.title.text().strip(), self.description.toPlainText().strip()
        if (title, description) != (dossier.title, dossier.description):
            changed = "Change Title and Description"
            edit(self._store, changed, replace(dossier, title=title, description=description))
        super().accept()
