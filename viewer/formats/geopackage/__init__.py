"""A dossier in one file, ``*.gpkg``: a GeoPackage of a strict profile that loses nothing.

What there is, for whoever opens, edits and saves dossiers::

    reading.read(path, progress) -> Dossier      the form's `read`, by `registry.open_dossier`
    reading.review(path, progress) -> Dossier    the same for a file whose seal is broken
    writing.write_file(dossier, path, overwrite=False)    a whole new file, all or nothing

    working.WorkingCopy.begin(dossier, target, form)      at opening; takes no time, writes nothing
        .claim()                  be the one that may save; .claiming() does it in a thread
        .elsewhere -> str         who is that instead ("" nobody); then it is read-only here
        .prepare()                head start in a thread, e.g. when a form opens
        .follow(dossier, label)   after every edit, undo and redo: durable on return;
                                  .following(...) does it in a thread
        .unsaved -> bool          whether the dossier is other than what was saved last
        .changes() -> str         "2 events changed, 1 claim added", since the last save
        .edits -> tuple[Edit]     (at: seconds since 1970, label), since the last save
        .save(target=None, overwrite=False)   Save, Save As; the form goes by the name:
                                  ``.gpkg`` is one file, anything else a folder
        .target -> Path | None    where Save goes; None: ask for a name
        .close(discard)           True: nothing is kept; False: unsaved edits are offered again
    recovery.found() -> tuple[Recovered]         at the start: work whose program is gone
        .title .target .when .words .labels      what to say of it
        .open() -> (Dossier, WorkingCopy)        go on with it
        .discard()                               only when the user says so

The dossier to hand on after ``follow`` and ``save`` is the one that was given: neither changes it.
``begin`` is given the dossier as it was opened, with the keys of its tables as they are; a form
that is none of the program's own, the shipped dossier and a new one have no target. Revert is
``close(discard=True)``, open, ``begin``. Every method may raise `EntenteError`; these
(`trouble`) a window may ask about:

`ChangedElsewhere`
    by `save`: the target is not what was opened, or (Save As) there is a file already. Ask, then
    save again with ``overwrite=True`` or under another name. The one before is kept as ``.bak``.
`Damaged`
    by `read`: the bytes are not those that were sealed. Offer `review`, the ``.bak`` beside it,
    or ``entente salvage``. What another program changed on purpose (QGIS commits an edit) is no
    damage: it opens, with a warning in `Dossier.problems` and without a seal till it is saved.
`Foreign`
    by `read`: it holds tables or the like that are not ours. Offer to import its data.

All of it may be called from any thread, one call at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from viewer.formats.geopackage.profile import is_ours
from viewer.formats.registry import Format
from viewer.progress import Progress

if TYPE_CHECKING:
    from viewer.model.dossier import Dossier


def _read(path: Path, progress: Progress) -> Dossier:
    # SQLite is loaded when there is something for it to open.
    from viewer.formats.geopackage.reading import read

    return read(path, progress)


FORMAT = Format(
    name="geopackage",
    title="a dossier in one file (.gpkg)",
    extensions=(".gpkg",),
    matches=is_ours,
    read=_read,
    own=True,
)
