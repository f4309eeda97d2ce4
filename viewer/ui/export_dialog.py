"""The dialog that asks which picture to save, and shows what it will look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.errors import printable
from viewer.model.store import Store
from viewer.progress import Progress
from viewer.scene.frame import Frame
from viewer.scene.primitives import Scene
from viewer.scene.style import THEMES, Theme
from viewer.settings import Settings
from viewer.ui.export import FORMATS, VIEWS, Cameras, build, write
from viewer.ui.jobs import Job
from viewer.ui.plain import label
from viewer.ui.scene_run import SceneRun


@dataclass(frozen=True, slots=True)
class _Size:
    """A size on offer: logical pixels and dots per inch."""

    title: str
    width: int
    height: int
    dpi: float


class ExportDialog(QDialog):
    """Asks which view to save, how large and where, and shows what it will look like.

    Signals
    -------
    saved
        The picture was written: its path.
    """

    saved = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        store: Store,
        theme: Theme,
        cameras: Cameras,
        settings: Settings,
        seen: Scene | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export Image")
        self._store, self._cameras, self._settings = store, cameras, settings
        self._seen = seen
        self._previews = SceneRun(self, self._previewed)
        self._saving: Job | None = None
        self._proposed = ""
        self._replaced: Path | None = None
        self._preview = label("The preview is being drawn…")
        self._preview.setFixedSize(560, 350)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setAccessibleName("Preview")
        self._view = self._combo("View", VIEWS)
        self._theme = self._combo(
            "Colours", {"light": "Light", "dark": "Dark", "print": "For printing"}
        )
        self._theme.setCurrentIndex(self._theme.findData(theme.name))
        self._kind = self._combo("Format", {kind: kind.upper() for kind in FORMATS})
        window = parent.window()
        self._sizes = (
            _Size("Report page, 1600 × 1000", 1600, 1000, 96),
            _Size("Report page, sharp (300 dpi)", 1600, 1000, 300),
            _Size("As large as the window", window.width(), window.height(), 96),
            _Size("A4 landscape, 300 dpi", 1123, 794, 300),
            _Size("A3 landscape, 300 dpi", 1587, 1123, 300),
            _Size("Slide, 1920 × 1080", 1920, 1080, 96),
            _Size("Square, 1200 × 1200", 1200, 1200, 96),
        )
        self._size = self._combo("Size", {str(i): s.title for i, s in enumerate(self._sizes)})
        self._path = QLineEdit()
        self._path.setAccessibleName("File")
        self._path.setMinimumWidth(260)
        self._path.textEdited.connect(self._match_kind)
        self._browse_button = QPushButton("Browse…")
        self._browse_button.setAutoDefault(False)
        self._browse_button.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.setSpacing(9)
        file_row.addWidget(self._path, 1)
        file_row.addWidget(self._browse_button)
        form = QFormLayout()
        form.setVerticalSpacing(9)
        form.setHorizontalSpacing(15)
        for title, field in (
            ("View", self._view),
            ("Colours", self._theme),
            ("Size", self._size),
            ("Format", self._kind),
        ):
            form.addRow(label(title), field)
        file_label = label("File")
        file_label.setBuddy(self._path)
        form.addRow(file_label, file_row)
        self._message = label(wrap=True)
        self._message.setAccessibleName("Message")
        self._message.hide()
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._button = QPushButton("Save")
        self._button.setObjectName("primary")
        self._button.setDefault(True)
        self._button.clicked.connect(self._save)
        buttons = QHBoxLayout()
        buttons.setSpacing(9)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(15, 15, 15, 15)
        layout.setSpacing(12)
        layout.addWidget(self._preview)
        layout.addLayout(form)
        layout.addWidget(self._message)
        layout.addLayout(buttons)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self._name_file()
        for field in (self._view, self._theme, self._size):
            field.currentIndexChanged.connect(self._show_preview)
        self._view.currentIndexChanged.connect(self._name_file)
        self._kind.currentIndexChanged.connect(self._name_file)
        self._show_preview()
        # Everything else is chosen already: typing a name and Enter are enough.
        self._path.setFocus()
        self._path.selectAll()

    def _combo(self, name: str, entries: Mapping[str, str]) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        for key, title in entries.items():
            combo.addItem(title, key)
        return combo

    def _name_file(self) -> None:
        """Propose a file name in the folder used last; one that was typed keeps all but its end."""
        old, kind = Path(self._path.text()), self._kind.currentData()
        title = "".join(c if c.isalnum() else "-" for c in self._store.state.dossier.title.lower())
        stem = "-".join(part for part in title.split("-") if part) or "entente"
        if old.name == self._proposed:
            self._proposed = f"{stem}-{self._view.currentData()}.{kind}"
            folder = old.parent if old.name else Path(self._settings.folder or Path.home())
            self._path.setText(str(folder / self._proposed))
        elif old.suffix.lstrip(".").lower() in FORMATS:
            self._path.setText(str(old.with_suffix(f".{kind}")))

    def _match_kind(self, text: str) -> None:
        """Follow the ending of a name that is typed."""
        self._message.hide()
        at = self._kind.findData(Path(text).suffix.lstrip(".").lower())
        if at >= 0:
            with QSignalBlocker(self._kind):
                self._kind.setCurrentIndex(at)

    def _chosen_size(self) -> _Size:
        return self._sizes[int(self._size.currentData())]

    def _frame(self) -> Frame:
        size, theme = self._chosen_size(), THEMES[self._theme.currentData()]
        return Frame.of(self._store, theme, float(size.width), float(size.height))

    def _show_preview(self) -> None:
        view, frame = self._view.currentData(), self._frame()
        room = self._preview.size()
        scale = min(room.width() / frame.width, room.height() / frame.height)
        # Painted twice as large and scaled down: small type stays legible as grey.
        self._previews.ask(
            partial(build, view, frame, self._cameras, self._seen),
            scale * self.devicePixelRatioF() * 2,
        )

    def _previewed(self, _scene: Scene, picture: QPixmap) -> None:
        image = picture.toImage()
        image.setDevicePixelRatio(1)
        image = image.scaled(
            image.size() / 2,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter = QPainter(image)
        painter.setPen(QColor(128, 128, 128, 90))
        painter.drawRect(image.rect().adjusted(0, 0, -1, -1))
        painter.end()
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self._preview.setPixmap(pixmap)

    def done(self, result: int) -> None:
        """Close the dialog, whatever is being made for it."""
        self._previews.drop()
        if self._saving is not None:
            self._saving.cancel()
        super().done(result)

    def _browse(self) -> None:
        kind = self._kind.currentData()
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export Image", self._path.text(), f"{kind.upper()} (*.{kind})"
        )
        if chosen:
            self._path.setText(chosen)
            # The file dialog has asked already.
            self._replaced = self._chosen_path()

    def _chosen_path(self) -> Path:
        """Return the file; a name alone goes into the folder that was proposed."""
        path = Path(self._settings.folder or Path.home(), Path(self._path.text()).expanduser())
        kind = self._kind.currentData()
        return path if path.suffix.lower() == f".{kind}" else Path(f"{path}.{kind}")

    def _say(self, text: str) -> None:
        self._message.setText(printable(text))
        self._message.show()

    def _save(self) -> None:
        if self._saving is not None:
            return
        if not self._path.text().strip():
            self._say("Give the file a name.")
            return
        try:
            path = self._chosen_path()
            if path != self._replaced and path.exists():
                self._replaced = path
                self._say(f"{path.name} is there already: save once more to replace it.")
                return
        except (OSError, RuntimeError) as error:
            # A name that is too long, the home of a user who does not exist.
            self._say(f"{error}; choose another name")
            return
        work = partial(
            _made, self._view.currentData(), self._frame(), self._cameras, self._seen, path,
            self._kind.currentData(), self._chosen_size().dpi,
        )  # fmt: skip
        # Saved, this dialog is gone; one that asks for a file must not be open over it then.
        for button in (self._button, self._browse_button):
            button.setEnabled(False)
        self._saving = Job(self, f"Saving {path.name}", work, self._saved, self._say)
        self._saving.destroyed.connect(self._over)
        self._saving.start()

    def _saved(self, path: Path) -> None:
        self._settings.folder = str(path.parent)
        self._settings.save()
        self.saved.emit(str(path))
        self.accept()

    def _over(self) -> None:
        self._saving = None
        for button in (self._button, self._browse_button):
            button.setEnabled(True)


def _made(
    view: str,
    frame: Frame,
    cameras: Cameras,
    seen: Scene | None,
    path: Path,
    kind: str,
    dpi: float,
    progress: Progress,
) -> Path:
    """Make a picture in a thread and write it."""
    scene = build(view, frame, cameras, seen, lambda share: progress(0.3 * share))
    progress(0.3)
    write(scene, path, kind, dpi, progress)
    return path
