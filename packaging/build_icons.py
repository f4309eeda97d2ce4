"""Draw the program's mark as PNG, in the sizes that desktops ask for, from its SVG."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parent.parent / "assets" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def main() -> None:
    application = QGuiApplication([])
    mark = QSvgRenderer(str(ICONS / "entente.svg"))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mark.render(painter)
        painter.end()
        path = ICONS / f"entente-{size}.png"
        if not image.save(str(path)):
            raise SystemExit(f"{path}: could not be written")
    print(f"entente-{{{','.join(map(str, SIZES))}}}.png")
    del application


if __name__ == "__main__":
    main()
