"""What the program remembers from one start to the next, and where it keeps its own files."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

NAME = "entente"
MOST_RECENT = 10
_WIDEST = 100_000
"""Pixels that no pane of a window has."""


def config_dir() -> Path:
    """Return the folder of the settings file."""
    return _own_folder("XDG_CONFIG_HOME", ".config", "APPDATA", "Preferences")


def data_dir() -> Path:
    """Return the folder of what the user has put into the program's keeping, and of reports."""
    return _own_folder("XDG_DATA_HOME", ".local/share", "LOCALAPPDATA", "Application Support")


def _own_folder(variable: str, default: str, windows: str, mac: str) -> Path:
    """Return a folder of the program's own by the custom of each system."""
    if sys.platform == "win32":
        base = os.environ.get(windows)
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "Entente"
    if sys.platform == "darwin":
        return Path.home() / "Library" / mac / "Entente"
    # The XDG base directory specification: a relative path does not count.
    base = os.environ.get(variable, "")
    return (Path(base) if base.startswith("/") else Path.home() / default) / NAME


@dataclass
class Settings:
    """What is remembered.

    Parameters
    ----------
    theme : str
        ``light``, ``dark`` or ``system``.
    geometry : str
        The window's place, as Qt's saved geometry in base 64.
    splitters : dict of str to list of int
        Divider → sizes in pixels.
    hidden_views : list of str
    recent : list of str
        Paths opened last, newest first.
    folder : str
        Folder that file dialogs open in.
    text_folder : str
        The same for texts of sources.
    calendar : str
        Calendar that dates are written in, one of `state.CALENDARS`.
    """

    theme: str = "system"
    geometry: str = ""
    splitters: dict[str, list[int]] = field(default_factory=dict)
    hidden_views: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    folder: str = ""
    text_folder: str = ""
    calendar: str = "gregorian"
    _writing: ClassVar[threading.Thread | None] = None
    """Writes what was saved last."""

    @staticmethod
    def load() -> Settings:
        """Read the settings; what cannot be read or has a wrong type keeps its default."""
        Settings.settled()
        out = Settings()
        try:
            stored = json.loads((config_dir() / "settings.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return out
        if isinstance(stored, dict):
            for known in fields(Settings):
                value = stored.get(known.name)
                if type(value) is type(getattr(out, known.name)):
                    setattr(out, known.name, _sound(value))
        return out

    def save(self) -> None:
        """Have the settings written, beside the window: the disk may be slow.

        They are written in one step; a disk that is full or read-only is no error. The program
        does not end before it is done.
        """
        path, text = config_dir() / "settings.json", json.dumps(asdict(self), indent=1)
        words = (path, text, Settings._writing)
        writing = threading.Thread(target=_write, args=words, name="entente-settings")
        writing.start()
        Settings._writing = writing

    @staticmethod
    def settled() -> None:
        """Wait until what was saved is written."""
        if Settings._writing is not None:
            Settings._writing.join()

    def opened(self, path: str) -> None:
        """Put a path at the head of the recent ones."""
        self.recent = [path, *(old for old in self.recent if old != path)][:MOST_RECENT]


def _write(path: Path, text: str, before: threading.Thread | None) -> None:
    """Write the settings once those saved before them are written."""
    if before is not None:
        before.join()
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sound(value: Any) -> Any:
    """Return a value with what may stand in it: words in a list, sizes in a dictionary."""
    if isinstance(value, list):
        return [word for word in value if isinstance(word, str)]
    if isinstance(value, dict):
        return {name: sizes for name, sizes in value.items() if _are_sizes(sizes)}
    return value


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(n) is int and 0 <= n <= _WIDEST for n in value)
