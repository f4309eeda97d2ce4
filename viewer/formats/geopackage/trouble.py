"""What can go wrong with the file of a dossier and that a window may ask about."""

from __future__ import annotations

from pathlib import Path

from viewer.errors import EntenteError


class ChangedElsewhere(EntenteError):  # noqa: N818 - a state to ask about
    """What is about to be replaced is not what was opened."""


class Damaged(EntenteError):  # noqa: N818 - a state to ask about
    """The bytes of a file are not those that were sealed."""


class Foreign(EntenteError):  # noqa: N818 - a state to ask about
    """A file holds what no dossier does; its data can be imported."""


def damaged(path: Path, how: str) -> Damaged:
    """Return the error for a file whose bytes are wrong."""
    backup = backup_of(path)
    first = f"open {backup.name}, which is the one before, or " if backup.exists() else ""
    return Damaged(
        f"{path}: is damaged ({how}); {first}get its rows out with: "
        f"entente salvage {path.name} NEW.gpkg"
    )


def backup_of(path: Path) -> Path:
    """Return where the file before the last save is kept."""
    return path.with_name(f"{path.name}.bak")
