"""Pictures of views: PNG, SVG and PDF, from the window and from the command line."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSignalBlocker, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
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

from viewer.errors import EntenteError, Problem, printable
from viewer.formats import open_dossier
from viewer.model.store import Store
from viewer.scene.board import build_board, framed, room_for
from viewer.scene.evidence import evidence_scene
from viewer.scene.exporting import ExportOptions, apply
from viewer.scene.facets import facets_scene
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph import build_graph_scene
from viewer.scene.map import build_map_scene
from viewer.scene.primitives import Scene
from viewer.scene.style import THEMES, Theme
from viewer.scene.timeline import build_timeline_scene
from viewer.settings import Settings
from viewer.ui import painting
from viewer.ui.plain import label

VIEWS = {
    "board": "The whole board",
    "map": "Map",
    "graph": "Relationships",
    "timeline": "Timeline",
    "evidence": "Evidence",
}
FORMATS = ("png", "svg", "pdf")
BASE_DPI = 96.0
"""Dots per inch at which one logical pixel is one dot."""

Cameras = Mapping[str, Camera | None]


def build(view: str, frame: Frame, cameras: Cameras, seen: Scene | None = None) -> Scene:
    """Build the picture of a view with header, legend and sources.

    Parameters
    ----------
    view : str
        One of `VIEWS`.
    frame : Frame
        Its size is the size of the picture.
    cameras : mapping of str to Camera or None
        What the window shows of each view, so that the picture is what was seen.
    seen : Scene, optional
        The map of the window, beside whose marks labels stand as they are to stand here.
    """
    builders: dict[str, Callable[[Frame], Scene]] = {
        "map": lambda f: build_map_scene(f, cameras.get("map"), seen),
        "graph": lambda f: build_graph_scene(f, cameras.get("graph")),
        "timeline": build_timeline_scene,
        "evidence": lambda f: evidence_scene(f, f.width, f.height),
        "facets": lambda f: facets_scene(f, f.width, f.height),
    }
    if view == "board":
        return build_board(frame, builders)
    left, top, right, bottom = room_for(frame, view)
    inner = frame.sized(frame.width - left - right, frame.height - top - bottom)
    return framed(builders[view](inner), frame, view)


def write(scene: Scene, path: Path, kind: str, dpi: float) -> None:
    """Write a scene as a picture; an existing file is replaced only by a whole one.

    Parameters
    ----------
    scene : Scene
    path : Path
    kind : {"png", "svg", "pdf"}
    dpi : float
        Dots per inch of a PNG; a logical pixel is 1/96 inch.

    Raises
    ------
    EntenteError
        When the file cannot be written.
    """
    # A name of its own keeps two writers apart; the suffix tells Qt the format.
    try:
        handle, name = tempfile.mkstemp(f".{kind}", ".entente-", path.parent or Path())
        os.close(handle)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise EntenteError(Problem(str(path), f"{reason}; choose another place")) from None
    temporary = Path(name)
    try:
        {"png": _write_png, "svg": _write_svg, "pdf": _write_pdf}[kind](scene, temporary, dpi)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EntenteError(Problem(str(path), f"{reason}; nothing was written")) from None
    finally:
        temporary.unlink(missing_ok=True)


def _write_png(scene: Scene, path: Path, dpi: float) -> None:
    image = painting.render_image(scene, dpi / BASE_DPI)
    per_metre = round(dpi / 0.0254)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    writer = QImageWriter(str(path), b"png")
    if not writer.write(image):
        raise OSError(0, writer.errorString())


def _write_svg(scene: Scene, path: Path, _dpi: float) -> None:
    from PySide6.QtSvg import QSvgGenerator

    # Clipping is part of SVG 1.1 and not of the Tiny profile, which is the default.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setFileName(str(path))
    generator.setSize(QSize(round(scene.width), round(scene.height)))
    generator.setViewBox(QRectF(0, 0, scene.width, scene.height))
    generator.setTitle(scene.summary)
    generator.setResolution(round(BASE_DPI))
    painter = QPainter(generator)
    painting.paint(painter, scene)
    if not painter.end():
        raise OSError(0, "the SVG could not be written")


def _write_pdf(scene: Scene, path: Path, dpi: float) -> None:
    writer = QPdfWriter(str(path))
    writer.setCreator("Entente")
    writer.setTitle(scene.summary)
    writer.setResolution(round(max(dpi, 300)))
    points = QSizeF(scene.width * 72 / BASE_DPI, scene.height * 72 / BASE_DPI)
    page = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    painter = QPainter(writer)
    scale = writer.resolution() / BASE_DPI
    painter.scale(scale, scale)
    painting.paint(painter, scene)
    if not painter.end():
        raise OSError(0, "the PDF could not be written")


def export_command(options: ExportOptions) -> int:
    """Carry out ``entente export``.

    Returns
    -------
    int
        Exit status: 0, what else happens is raised.

    Raises
    ------
    EntenteError
        When the dossier cannot be read or a picture cannot be written.
    """
    if QGuiApplication.instance() is None:
        # No screen is needed, and one that is there is not touched.
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        app = QApplication(sys.argv[:1])
        app.setQuitOnLastWindowClosed(False)
    store = apply(open_dossier(options.file), options)
    width, height = options.size
    frame = Frame.of(store, THEMES[options.theme], float(width), float(height))
    for view, path, kind in _pictures(options):
        write(build(view, frame, {}), path, kind, options.dpi)
        sys.stdout.write(f"{path}\n")
    return 0


def _pictures(options: ExportOptions) -> list[tuple[str, Path, str]]:
    """View, file and format of each picture asked for."""
    kind = options.format or options.out.suffix.lstrip(".").lower()
    if options.view != "all":
        if options.out.is_dir():
            kind = options.format or "png"
            return [(options.view, options.out / f"{options.view}.{kind}", kind)]
        return [(options.view, options.out, kind or "png")]
    kind = options.format or "png"
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EntenteError(
            Problem(str(options.out), f"{error.strerror}; --view all writes into a folder")
        ) from None
    return [(view, options.out / f"{view}.{kind}", kind) for view in VIEWS]


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
        self._proposed = ""
        self._replaced: Path | None = None
        self._preview = label()
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
        browse = QPushButton("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.setSpacing(9)
        file_row.addWidget(self._path, 1)
        file_row.addWidget(browse)
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
        save = QPushButton("Save")
        save.setObjectName("primary")
        save.setDefault(True)
        save.clicked.connect(self._save)
        buttons = QHBoxLayout()
        buttons.setSpacing(9)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(save)
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

    def _scene(self) -> Scene:
        size = self._chosen_size()
        theme = THEMES[self._theme.currentData()]
        frame = Frame.of(self._store, theme, float(size.width), float(size.height))
        return build(self._view.currentData(), frame, self._cameras, self._seen)

    def _show_preview(self) -> None:
        scene = self._scene()
        room = self._preview.size()
        scale = min(room.width() / scene.width, room.height() / scene.height)
        ratio = self.devicePixelRatioF()
        # Painted twice as large and scaled down: small type stays legible as grey.
        image = painting.render_image(scene, scale * ratio * 2)
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
        pixmap.setDevicePixelRatio(ratio)
        self._preview.setPixmap(pixmap)

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
        if not self._path.text().strip():
            self._say("Give the file a name.")
            return
        try:
            path = self._chosen_path()
            if path != self._replaced and path.exists():
                self._replaced = path
                self._say(f"{path.name} is there already: save once more to replace it.")
                return
            write(self._scene(), path, self._kind.currentData(), self._chosen_size().dpi)
        except EntenteError as error:
            self._say(str(error))
            return
        except (OSError, RuntimeError) as error:
            # A name that is too long, the home of a user who does not exist.
            self._say(f"{error}; choose another name")
            return
        self._settings.folder = str(path.parent)
        self._settings.save()
        self.saved.emit(str(path))
        self.accept()
