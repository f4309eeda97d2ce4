"""A sentence on the screen where Qt cannot put it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

_LINUX = {
    "zenity": ("--error", "--no-markup", "--title=Entente", "--text={}"),
    "kdialog": ("--title", "Entente", "--error", "{}"),
    "xmessage": ("-center", "{}"),
}
"""Programs of Linux desktops that show a sentence, and how they are told."""
_MAC = (
    "on run argv",
    'display alert "Entente" message (item 1 of argv) as critical',
    "end run",
)


def has_screen() -> bool:
    """Whether there is a screen for a window to be on."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(words: str) -> None:
    """Show words by what the system has for that; where there is nothing, do nothing."""
    if not has_screen():
        return
    if sys.platform == "win32":
        import ctypes

        error = 0x10
        ctypes.windll.user32.MessageBoxW(None, words, "Entente", error)
    elif command := _command(words):
        silent = subprocess.DEVNULL
        # It stays when this program ends.
        subprocess.Popen(
            command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True
        )


def _command(words: str) -> list[str]:
    if sys.platform == "darwin":
        lines = (word for line in _MAC for word in ("-e", line))
        return ["osascript", *lines, words]
    for name, told in _LINUX.items():
        if program := shutil.which(name):
            return [program, *(word.format(words) for word in told)]
    return []
