"""Which forms of dossier can be opened, and which of them a path has."""

from __future__ import annotations

import errno
import gc
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.errors import EntenteError
from viewer.progress import Progress, unheard

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier

MODULES = (
    "folder",
    "geopackage",
    "gpkg_layers",
    "geojson",
    "kml",
    "gpx",
    "shapefile",
    "gephi_csv",
    "points_table",
    "gexf",
    "graphml",
    "gml",
    "pajek",
)
"""Modules of this package that hold a `Format` named ``FORMAT``, the first that matches wins."""


@dataclass(frozen=True, slots=True)
class Format:
    """One form in which a dossier can be kept.

    Parameters
    ----------
    name : str
        Short and stable, e.g. ``folder``.
    title : str
        As a sentence says it: what can be opened.
    extensions : tuple of str
        File names end so, with the dot; empty for a folder.
    matches : callable
        Whether a path that exists has this form. It looks at little, and does not raise.
    read : callable
        Returns the dossier at a path; raises `EntenteError` where there is none to be had.
    own : bool
        Whether it is a form of dossier, to which what was opened can be saved again; else it is
        a file of another program, which is imported and stays as it is.
    write : callable, optional
        Writes a dossier to a path, all of it or nothing, in place of what is there; returns a
        sentence on what this form cannot hold, empty where nothing was left out. None: this form
        is only read.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    matches: Callable[[Path], bool]
    read: Callable[[Path, Progress], Dossier]
    own: bool = False
    write: Callable[[Dossier, Path], str] | None = None


def formats() -> Iterator[Format]:
    """Yield every form that can be opened, each module loaded when it is come to."""
    for name in MODULES:
        yield import_module(f"viewer.formats.{name}").FORMAT


def open_dossier(path: Path | str, progress: Progress = unheard) -> Dossier:
    """Open a dossier, whatever its form.

    Parameters
    ----------
    path : Path or str
        A file or folder.
    progress : callable
        Told the share done; may raise `progress.Cancelled`.

    Returns
    -------
    Dossier
        With every sound row; `Dossier.problems` names the others.

    Raises
    ------
    EntenteError
        There is nothing at `path` that can be opened.
    """
    form = form_of(path)
    with _no_collection():
        return form.read(Path(path), progress)


def form_of(path: Path | str) -> Format:
    """Return the form that a path has.

    Raises
    ------
    EntenteError
        There is nothing at `path` that can be opened.
    """
    mode = look(Path(path)).st_mode
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise EntenteError(f"{path}: neither a file nor a folder; a dossier is one of them")
    for form in formats():
        if form.matches(Path(path)):
            return form
    can = "; ".join(form.title for form in formats())
    raise EntenteError(f"{path}: this kind of file cannot be opened; what can: {can}")


def importer_of(path: Path) -> Format | None:
    """Return the form in which a file of another program can be imported, if there is one."""
    return next((form for form in formats() if not form.own and form.matches(path)), None)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the cycle collector still: it would go through a million new cells again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def look(path: Path) -> os.stat_result:
    """Return what the file system says of `path`, or raise why not as an `EntenteError`."""
    try:
        return path.stat()
    except (OSError, ValueError) as error:
        raise EntenteError(f"{path}: {why_not(error)}") from error


def why_not(error: OSError | ValueError) -> str:
    """Return why a file could not be reached, with what to do."""
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR):
        return "no such file or folder; check the path"
    if code in (errno.EACCES, errno.EPERM):
        return "not yours to read; ask for the permission, or copy it to a folder of your own"
    if code == errno.ELOOP:
        return "a link that leads back to itself; name the file it was meant for"
    if code == errno.ENAMETOOLONG:
        return "a longer name than the system allows; check the path"
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror}); try again, or copy it to another disk"
    return "no path that the system knows; check it"
