"""Pictures of views: PNG, SVG and PDF, from the window and from the command line."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import (
    QGuiApplication,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPdfWriter,
)
from PySide6.QtWidgets import QApplication

from viewer.errors import EntenteError, Problem
from viewer.formats import open_dossier
from viewer.progress import Progress, unheard
from viewer.scene.board import build_board, framed, room_for
from viewer.scene.evidence import evidence_scene
from viewer.scene.exporting import ExportOptions, apply
from viewer.scene.facets import facets_scene
from viewer.scene.frame import Camera, Frame
from viewer.scene.graph import build_graph_scene
from viewer.scene.map import build_map_scene
from viewer.scene.primitives import Scene
from viewer.scene.style import THEMES
from viewer.scene.timeline import build_timeline_scene
from viewer.ui import painting

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


def build(
    view: str,
    frame: Frame,
    cameras: Cameras,
    seen: Scene | None = None,
    progress: Progress = unheard,
) -> Scene:
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
    progress : Progress
        Asked before every part whether to go on.
    """

    def asked(builder: Callable[[Frame], Scene]) -> Callable[[Frame], Scene]:
        def build_on(part: Frame) -> Scene:
            progress(0.0)
            return builder(part)

        return build_on

    plain: dict[str, Callable[[Frame], Scene]] = {
        "map": lambda f: build_map_scene(f, cameras.get("map"), seen),
        "graph": lambda f: build_graph_scene(f, cameras.get("graph"), None, progress),
        "timeline": build_timeline_scene,
        "evidence": lambda f: evidence_scene(f, f.width, f.height),
        "facets": lambda f: facets_scene(f, f.width, f.height),
    }
    builders = {name: asked(builder) for name, builder in plain.items()}
    if view == "board":
        return build_board(frame, builders)
    left, top, right, bottom = room_for(frame, view)
    inner = frame.sized(frame.width - left - right, frame.height - top - bottom)
    return framed(builders[view](inner), frame, view)


def write(scene: Scene, path: Path, kind: str, dpi: float, progress: Progress = unheard) -> None:
    """Write a scene as a picture; an existing file is replaced only by a whole one.

    It may be called in any thread.

    Parameters
    ----------
    scene : Scene
    path : Path
    kind : {"png", "svg", "pdf"}
    dpi : float
        Dots per inch of a PNG; a logical pixel is 1/96 inch.
    progress : Progress
        Asked after every few strokes whether to go on.

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
        {"png": _write_png, "svg": _write_svg, "pdf": _write_pdf}[kind](
            scene, temporary, dpi, progress
        )
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EntenteError(Problem(str(path), f"{reason}; nothing was written")) from None
    finally:
        temporary.unlink(missing_ok=True)


def _write_png(scene: Scene, path: Path, dpi: float, progress: Progress) -> None:
    image = painting.render_image(scene, dpi / BASE_DPI, progress)
    per_metre = round(dpi / 0.0254)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    writer = QImageWriter(str(path), b"png")
    if not writer.write(image):
        raise OSError(0, writer.errorString())


def _write_svg(scene: Scene, path: Path, _dpi: float, progress: Progress) -> None:
    from PySide6.QtSvg import QSvgGenerator

    # Clipping is part of SVG 1.1 and not of the Tiny profile, which is the default.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setFileName(str(path))
    generator.setSize(QSize(round(scene.width), round(scene.height)))
    generator.setViewBox(QRectF(0, 0, scene.width, scene.height))
    generator.setTitle(scene.summary)
    generator.setResolution(round(BASE_DPI))
    if not painting.paint_on(generator, scene, 1.0, progress):
        raise OSError(0, "the SVG could not be written")


def _write_pdf(scene: Scene, path: Path, dpi: float, progress: Progress) -> None:
    writer = QPdfWriter(str(path))
    writer.setCreator("Entente")
    writer.setTitle(scene.summary)
    writer.setResolution(round(max(dpi, 300)))
    points = QSizeF(scene.width * 72 / BASE_DPI, scene.height * 72 / BASE_DPI)
    page = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    if not painting.paint_on(writer, scene, writer.resolution() / BASE_DPI, progress):
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
