"""Which theme is used, and the little of it that the first picture needs."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from viewer.scene.style import DARK, LIGHT, Theme
from viewer.ui.pens import colour

_DARK_BELOW = 128
"""Lightness of the system's windows, 0–255, below which it counts as dark."""


def theme_of(choice: str) -> Theme:
    """Return the theme for a choice: ``light``, ``dark`` or ``system``."""
    if choice == "system":
        ground = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        return DARK if ground.lightness() < _DARK_BELOW else LIGHT
    return DARK if choice == "dark" else LIGHT


def colour_widgets(app: QApplication, theme: Theme) -> None:
    """Give all widgets the colours of a theme."""
    role = QPalette.ColorRole
    out = QPalette()
    for name, value in {
        role.Window: theme.ground,
        role.Base: theme.ground,
        role.AlternateBase: theme.raised,
        role.Button: theme.raised,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.BrightText: theme.text,
        role.ToolTipBase: theme.ground,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Mid: theme.divider,
    }.items():
        out.setColor(name, colour(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        out.setColor(QPalette.ColorGroup.Disabled, name, colour(theme.faint))
    app.setPalette(out)
