"""What the modifier keys mean, in every view."""

from __future__ import annotations

from PySide6.QtCore import Qt

from viewer.model.selection import Mode


def mode_of(modifiers: Qt.KeyboardModifier) -> Mode:
    """Return the mode of a click: Shift adds, Ctrl toggles, a plain one replaces."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return "add"
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return "toggle"
    return "replace"
