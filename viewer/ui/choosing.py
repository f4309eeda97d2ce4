"""Which file to open, to save to or to export to: what is asked of the system's own dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QFileDialog, QWidget

from viewer.model.ids import slug

if TYPE_CHECKING:
    from viewer.formats.registry import Format
    from viewer.settings import Settings

ONE_FILE = "Dossier in one file (*.gpkg)"
FOLDER = "Dossier as a folder of tables (*)"
_SUFFIX, _MARK = ".gpkg", ".dossier"
"""A new file is called ``*.dossier.gpkg``: desktops tell it so from the GeoPackages of others."""


class Goal(NamedTuple):
    """Where something is to be written.

    Parameters
    ----------
    path : Path
    agreed : bool
        Whether the user has been asked already if what stands there may be replaced.
    """

    path: Path
    agreed: bool


def file_to_open(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for a file that can be opened; None: the user thought better of it."""
    from viewer.formats.registry import formats

    kinds = {form.title: _patterns(form) for form in formats()}
    every = " ".join(dict.fromkeys(" ".join(kinds.values()).split()))
    filters = [f"All that can be opened ({every})"]
    filters += [f"{_headed(title)} ({patterns})" for title, patterns in kinds.items()]
    chosen, _ = QFileDialog.getOpenFileName(
        parent, "Open", _folder(settings), ";;".join([*filters, "All files (*)"])
    )
    return _noted(chosen, settings)


def folder_to_open(parent: QWidget, settings: Settings) -> Path | None:
    """Ask for the folder of a dossier."""
    title = "Open the Folder of a Dossier"
    return _noted(QFileDialog.getExistingDirectory(parent, title, _folder(settings)), settings)


def goal_to_save(
    parent: QWidget, settings: Settings, title: str, target: Path | None
) -> Goal | None:
    """Ask where a dossier is to be saved, and in which of its two forms.

    Parameters
    ----------
    parent : QWidget
    settings : Settings
    title : str
        Of the dossier, which a new file is called by.
    target : Path, optional
        Where it was saved last.
    """
    name = slug(title) or "dossier"
    start = target or Path(_folder(settings)) / f"{name}{_MARK}{_SUFFIX}"
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Save As", str(start), f"{ONE_FILE};;{FOLDER}"
    )
    path = _noted(chosen, settings)
    if path is None:
        return None
    one_file = path.suffix.lower() == _SUFFIX
    if one_file == (kind != FOLDER):
        return Goal(path, agreed=True)
    if one_file:
        # The name was proposed for one file.
        return Goal(path.with_name(path.stem.removesuffix(_MARK) or name), agreed=False)
    return Goal(path.with_name(f"{path.name}{_MARK}{_SUFFIX}"), agreed=False)


def goal_to_export(parent: QWidget, settings: Settings, title: str) -> tuple[Goal, Format] | None:
    """Ask where the data of a dossier are to be written, and in which form of other programs.

    Parameters
    ----------
    parent : QWidget
    settings : Settings
    title : str
        Of the dossier.
    """
    from viewer.formats.registry import formats

    forms = {
        f"{_headed(form.title)} ({_patterns(form)})": form
        for form in formats()
        if form.write is not None and not form.own
    }
    start = Path(_folder(settings)) / (slug(title) or "dossier")
    chosen, kind = QFileDialog.getSaveFileName(parent, "Export Data", str(start), ";;".join(forms))
    path, form = _noted(chosen, settings), forms.get(kind)
    if path is None or form is None:
        return None
    if path.suffix.lower() in form.extensions:
        return Goal(path, agreed=True), form
    return Goal(path.with_name(path.name + form.extensions[0]), agreed=False), form


def _noted(chosen: str, settings: Settings) -> Path | None:
    """Return what was chosen, if anything was; the next dialog begins in its folder."""
    if not chosen:
        return None
    settings.folder = str(Path(chosen).parent)
    return Path(chosen)


def _folder(settings: Settings) -> str:
    return settings.folder or str(Path.home())


def _patterns(form: Format) -> str:
    """Return what names of files of a form look like."""
    return " ".join(f"*{suffix}" for suffix in form.extensions) or "datapackage.json *.csv"


def _headed(title: str) -> str:
    """Return the title of a form as the head of a line; what stands in brackets is left out."""
    plain = title.partition(" (")[0]
    return plain[:1].upper() + plain[1:]
