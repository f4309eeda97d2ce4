"""Draw the program's mark and that of a dossier in the sizes and files that desktops ask for.

Run in the environment that is packaged. Out of ``assets/icons`` come the PNGs of a Linux icon
theme, ``entente.ico`` for Windows and ``entente.icns`` for macOS.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parent.parent
ICONS = ROOT / "assets" / "icons"
OUT = ROOT / "build" / "generated" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
SMALL = 16
"""Up to here the mark is drawn dot by dot."""
ICO = (16, 24, 32, 48, 64, 256)
ICNS = {"icp4": 16, "icp5": 32, "icp6": 64, "ic07": 128, "ic08": 256, "ic09": 512}


def png(drawing: str, size: int) -> bytes:
    """Return a drawing of ``assets/icons`` as PNG."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ICONS / f"{drawing}.svg")).render(painter)
    painter.end()
    buffer = QBuffer()
    if not image.save(buffer, "PNG"):
        sys.exit(f"{drawing}.svg could not be drawn")
    return bytes(buffer.data().data())


def mark(size: int) -> bytes:
    return png("entente-small" if size <= SMALL else "entente", size)


def ico(sizes: Iterable[int]) -> bytes:
    """Return a Windows icon file of PNGs, which Windows has read since Vista."""
    pictures = [(size, mark(size)) for size in sizes]
    out = struct.pack("<3H", 0, 1, len(pictures))
    at = len(out) + 16 * len(pictures)
    for size, data in pictures:
        out += struct.pack("<4B2H2I", size % 256, size % 256, 0, 0, 1, 32, len(data), at)
        at += len(data)
    return out + b"".join(data for _, data in pictures)


def icns(kinds: dict[str, int]) -> bytes:
    """Return a macOS icon file of PNGs."""
    parts = []
    for kind, size in kinds.items():
        data = mark(size)
        parts.append(kind.encode() + struct.pack(">I", len(data) + 8) + data)
    whole = b"".join(parts)
    return b"icns" + struct.pack(">I", len(whole) + 8) + whole


def main() -> None:
    application = QGuiApplication([])
    OUT.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        (OUT / f"entente-{size}.png").write_bytes(mark(size))
        (OUT / f"dossier-{size}.png").write_bytes(png("dossier", size))
    (OUT.parent / "entente.ico").write_bytes(ico(ICO))
    (OUT.parent / "entente.icns").write_bytes(icns(ICNS))
    del application


if __name__ == "__main__":
    main()
