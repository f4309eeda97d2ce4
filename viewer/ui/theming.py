"""The appearance of widgets, derived from a theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtWidgets import QApplication

from viewer.assets import asset
from viewer.scene.primitives import Colour
from viewer.scene.style import BODY, RADIUS, SMALL, TITLE, Theme
from viewer.ui.fonts import font
from viewer.ui.looks import colour_widgets

_RINGS = ("#17528c", "#b2182b")
"""Colours of the rings as they are drawn in ``entente.svg``."""


def apply(app: QApplication, theme: Theme) -> None:
    """Give all widgets the colours and the font of a theme."""
    # What was drawn in other colours is of no more use.
    QPixmapCache.clear()
    app.setStyle("Fusion")
    app.setFont(font(BODY))
    colour_widgets(app, theme)
    app.setStyleSheet(_sheet(theme))


def _hex(value: Colour) -> str:
    return QColor(*value).name()


def _sheet(t: Theme) -> str:
    over = _hex(t.accent.over(t.ground, 0.10))
    return f"""
    QToolTip {{ color: {_hex(t.text)}; background: {_hex(t.ground)};
        border: 1px solid {_hex(t.divider)}; padding: 3px 5px; }}
    QSplitter::handle {{ background: {_hex(t.divider)}; }}
    QSplitter::handle:hover {{ background: {_hex(t.accent)}; }}
    QMenuBar {{ background: transparent; font-size: {BODY:.0f}px; }}
    QMenuBar::item {{ padding: 5px 9px; border-radius: {RADIUS:.0f}px; background: transparent; }}
    QMenuBar::item:selected {{ background: {over}; }}
    QMenu {{ background: {_hex(t.ground)}; border: 1px solid {_hex(t.divider)}; padding: 4px; }}
    QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {over}; color: {_hex(t.text)}; }}
    QMenu::item:disabled {{ color: {_hex(t.faint)}; }}
    QMenu::separator {{ height: 1px; background: {_hex(t.divider)}; margin: 4px 6px; }}
    QToolButton {{ border: none; border-radius: {RADIUS:.0f}px; padding: 5px 9px; }}
    QToolButton:hover, QToolButton:checked {{ background: {over}; }}
    QToolButton:disabled {{ color: {_hex(t.faint)}; }}
    QToolButton:focus, QPushButton:focus {{ border: 1px solid {_hex(t.accent)}; }}
    QPushButton {{ background: {_hex(t.raised)}; border: 1px solid {_hex(t.divider)};
        border-radius: {RADIUS:.0f}px; padding: 5px 14px; }}
    QPushButton:hover {{ border-color: {_hex(t.accent)}; }}
    QPushButton#primary {{ background: {_hex(t.accent)}; color: {_hex(t.on_accent)};
        border: none; font-weight: 600; padding: 7px 15px; }}
    QPushButton#primary:hover {{ background: {_hex(t.pick)}; }}
    QLineEdit {{ background: {_hex(t.raised)}; border: 1px solid {_hex(t.divider)};
        border-radius: {RADIUS:.0f}px; padding: 5px 8px; selection-background-color:
        {_hex(t.accent)}; selection-color: {_hex(t.on_accent)}; }}
    QPlainTextEdit, QListWidget#lines {{ background: {_hex(t.raised)};
        border: 1px solid {_hex(t.divider)}; border-radius: {RADIUS:.0f}px; padding: 3px 5px;
        selection-background-color: {_hex(t.accent)}; selection-color: {_hex(t.on_accent)}; }}
    QPlainTextEdit:focus, QListWidget#lines:focus {{ border-color: {_hex(t.accent)}; }}
    QListWidget#lines::item {{ padding: 2px 0; }}
    QListWidget#lines::item:selected {{ background: {over}; color: {_hex(t.text)}; }}
    QPushButton:disabled {{ color: {_hex(t.faint)}; }}
    QPushButton#primary:disabled {{ background: {_hex(t.divider)}; color: {_hex(t.faint)}; }}
    QComboBox {{ background: {_hex(t.raised)}; border: 1px solid {_hex(t.divider)};
        border-radius: {RADIUS:.0f}px; padding: 2px 4px 2px 8px; min-height: 22px; }}
    QComboBox:focus {{ border-color: {_hex(t.accent)}; }}
    QComboBox:disabled {{ color: {_hex(t.faint)}; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url("{asset("icons", "chevron.svg").as_posix()}");
        width: 10px; height: 10px; }}
    QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; }}
    QComboBox QAbstractItemView {{ border: 1px solid {_hex(t.divider)}; padding: 3px;
        selection-background-color: {over}; selection-color: {_hex(t.text)}; }}
    QHeaderView::section {{ background: {_hex(t.raised)}; color: {_hex(t.muted)};
        border: none; border-bottom: 1px solid {_hex(t.divider)}; padding: 5px 6px; }}
    QTreeWidget::item {{ padding: 4px 2px; }}
    QLineEdit:focus {{ border-color: {_hex(t.accent)}; }}
    QAbstractItemView {{ background: {_hex(t.ground)}; border: none; outline: none; }}
    QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {_hex(t.tie.over(t.ground, 0.45))};
        border-radius: 3px; min-height: 28px; margin: 0 2px; }}
    QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {_hex(t.tie.over(t.ground, 0.45))};
        border-radius: 3px; min-width: 28px; margin: 2px 0; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QLabel#title {{ font-size: {BODY + 1:.0f}px; font-weight: 600; }}
    QLabel#subtitle, QLabel#status {{ font-size: {SMALL:.0f}px; color: {_hex(t.muted)}; }}
    QLabel#hint {{ font-size: {SMALL:.0f}px; color: {_hex(t.faint)}; }}
    QLabel#field {{ color: {_hex(t.muted)}; }}
    QLabel#advice {{ font-size: {SMALL:.0f}px; color: {_hex(t.muted)}; }}
    QLabel#fault {{ font-size: {SMALL:.0f}px; color: {_hex(t.quads[0])}; }}
    QLabel#notice {{ background: {_hex(t.dispute)}; color: {_hex(t.on_dispute)};
        border-radius: {RADIUS:.0f}px; padding: 7px 10px; }}
    QLabel#heading {{ font-size: {TITLE:.0f}px; font-weight: 600; }}
    QWidget#topbar {{ border-bottom: 1px solid {_hex(t.divider)}; }}
    QWidget#statusbar {{ border-top: 1px solid {_hex(t.divider)}; }}
    QFrame#banner {{ background: {_hex(t.dispute)}; border: none; }}
    QFrame#banner QLabel {{ color: {_hex(t.on_dispute)}; }}
    QFrame#popup {{ background: {_hex(t.ground)}; border: 1px solid {_hex(t.divider)};
        border-radius: {RADIUS:.0f}px; }}
    QFrame#tools {{ background: {_hex(t.ground)}; border: 1px solid {_hex(t.divider)};
        border-radius: {RADIUS:.0f}px; }}
    QFrame#tools QToolButton {{ padding: 3px; border-radius: 4px; }}
    """


@lru_cache(maxsize=128)
def icon(name: str, tint: Colour, size: int = 16) -> QIcon:
    """Return a shipped line icon in a colour, sharp on dense screens."""
    text = asset("icons", f"{name}.svg").read_text(encoding="utf-8")
    return _rendered(text.replace("currentColor", _hex(tint)), size)


@lru_cache(maxsize=8)
def mark(first: Colour, second: Colour, size: int) -> QPixmap:
    """Return the program's two rings in the colours of a theme."""
    text = asset("icons", "entente.svg").read_text(encoding="utf-8")
    for own, theirs in zip(_RINGS, (first, second), strict=True):
        text = text.replace(own, _hex(theirs))
    return _rendered(text, size).pixmap(size, size)


def _rendered(svg: str, size: int) -> QIcon:
    # Only shipped drawings are ever rendered; QtSvg is not for files from strangers.
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(svg.encode()))
    out = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(size * scale, size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        out.addPixmap(pixmap)
    return out
