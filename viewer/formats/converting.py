"""From one form to another: which one a name asks for, and several dossiers made one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from viewer.errors import EntenteError
from viewer.formats.registry import Format, form_of, formats, open_dossier
from viewer.formats.sound import sound
from viewer.model.dossier import Dossier, Table
from viewer.model.report import Report
from viewer.model.schema import TABLES

_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]*")
Raw = Mapping[str, Table]


def convert(sources: Sequence[Path], target: Path, overwrite: bool) -> tuple[Dossier, str]:
    """Write one or several dossiers in the form that the name of the target asks for.

    Rows of a single dossier that are not sound are kept where the form can hold them.

    Parameters
    ----------
    sources : sequence of Path
        Whatever can be opened.
    target : Path
        Ends as the form does; without an ending it is a folder.
    overwrite : bool
        Whether what is there is replaced.

    Returns
    -------
    dossier : Dossier
        What was written.
    note : str
        What the form cannot hold; empty where nothing was left out.

    Raises
    ------
    EntenteError
        A source cannot be read, two contradict each other, or the target cannot be written.
    """
    form = _form(target)
    _check_way(target, form, sources, overwrite)
    opened = [open_dossier(source) for source in sources]
    if len(opened) > 1:
        merged = merge(opened)
        return merged, _write(merged, None, target, form)
    raw = None
    if opened[0].problems and form_of(sources[0]).own:
        from viewer.formats.geopackage.working import raw_tables

        raw = raw_tables(sources[0])
    return opened[0], _write(opened[0], raw, target, form)


def salvage(source: Path, target: Path, overwrite: bool) -> tuple[Dossier, Raw, int]:
    """Write what can be had of a damaged file; see `geopackage.salvage`.

    Returns
    -------
    dossier : Dossier
        The sound rows.
    raw : mapping of str to Table
        All rows, as they were written.
    lost : int
        Rows that were seen but could not be read.

    Raises
    ------
    EntenteError
        Nothing can be had, or the target cannot be written.
    """
    from viewer.formats.geopackage.salvage import salvage as get_out

    form = _form(target)
    if not form.own:
        raise EntenteError(f"{target}: name a folder or a .gpkg file, which can hold all rows")
    _check_way(target, form, (source,), overwrite)
    had = get_out(source)
    report = Report(str(target))
    dossier = Dossier(
        had.title or source.stem,
        str(target),
        sound(had.tables, report),
        report.problems(),
        had.description,
        had.extra,
    )
    _write(dossier, had.tables, target, form)
    return dossier, had.tables, had.lost


def _form(target: Path) -> Format:
    """Return the form that the name of a target asks for."""
    named = target.name.lower()
    folder = next(form for form in formats() if form.name == "folder")
    for form in formats():
        if (form.own or form.write) and any(named.endswith(end) for end in form.extensions):
            return form
    if _ENDING.fullmatch(target.suffix) and not target.is_dir():
        can = {end for form in formats() if form.own or form.write for end in form.extensions}
        raise EntenteError(
            f"{target}: nothing is written as {target.suffix}; end the name in one of "
            f"{', '.join(sorted(can))}, or name a folder"
        )
    return folder


def _check_way(target: Path, form: Format, sources: Sequence[Path], overwrite: bool) -> None:
    if any(target.exists() and source.exists() and target.samefile(source) for source in sources):
        raise EntenteError(f"{target}: is what is to be converted; name another target")
    if not target.absolute().parent.is_dir():
        raise EntenteError(f"{target}: there is no folder {target.parent}; make it first")
    if form.extensions and target.is_dir():
        raise EntenteError(f"{target}: a folder of this name is in the way; choose another name")
    there = target.exists() and (form.extensions or any(target.iterdir()))
    if there and not overwrite:
        raise EntenteError(f"{target}: is there already; choose another name, or say --overwrite")


def _write(dossier: Dossier, raw: Raw | None, target: Path, form: Format) -> str:
    if form.name == "folder":
        from viewer.formats.folder import write_folder

        write_folder(dossier, target, overwrite=True, tables=raw)
        return ""
    if form.name == "geopackage":
        from viewer.formats.geopackage.changes import insert_left_out
        from viewer.formats.geopackage.database import build_in, refusals
        from viewer.formats.geopackage.profile import page_for
        from viewer.formats.geopackage.writing import build, put

        # What was left out is written too.
        page = page_for(sum(map(len, (raw or dossier.tables).values())))
        with refusals(target), closing(build_in(None, page)) as connection:
            build(connection, dossier)
            if raw is not None:
                insert_left_out(connection, raw, dossier)
            put(connection, target)
        return ""
    assert form.write is not None
    return form.write(dossier, target)


# -- several made one --------------------------------------------------------------------------


def merge(dossiers: Sequence[Dossier]) -> Dossier:
    """Return several dossiers as one; title and the like are those of the first.

    Rows that are the same in all cells are one row.

    Raises
    ------
    EntenteError
        Two rows with one id differ.
    """
    first = dossiers[0]
    tables = {name: _merged(name, dossiers) for name in TABLES}
    problems = tuple(problem for dossier in dossiers for problem in dossier.problems)
    report = Report(first.path)
    return Dossier(
        first.title, "", sound(tables, report), (*problems, *report.problems()),
        first.description, first.extra,
    )  # fmt: skip


def _merged(name: str, dossiers: Sequence[Dossier]) -> Table:
    columns = list(
        dict.fromkeys(column for dossier in dossiers for column in dossier.tables[name].columns)
    )
    known: dict[str, tuple[int, tuple[str, ...]]] = {}
    rows: list[tuple[str, ...]] = []
    seen: set[tuple[str, ...]] = set()
    for number, dossier in enumerate(dossiers):
        table = dossier.tables[name]
        blank = ("",) * len(table)
        fresh = list(zip(*(table.columns.get(column, blank) for column in columns), strict=True))
        for row in fresh:
            if "id" in columns:
                key = row[columns.index("id")]
                other, had = known.setdefault(key, (number, row))
                if had != row:
                    _clash(name, key, columns, had, row, dossiers[other], dossier)
                if had is not row:
                    continue
            elif number and row in seen:
                continue
            rows.append(row)
        seen.update(fresh)
    cells = zip(*rows, strict=True) if rows else (() for _ in columns)
    return Table(name, dict(zip(columns, cells, strict=True)), range(2, len(rows) + 2))


def _clash(
    name: str,
    key: str,
    columns: Sequence[str],
    had: tuple[str, ...],
    row: tuple[str, ...],
    one: Dossier,
    other: Dossier,
) -> None:
    column = next(c for c, a, b in zip(columns, had, row, strict=True) if a != b)
    at = columns.index(column)
    raise EntenteError(
        f"{other.path}: {name} “{key}” has “{row[at][:60]}” as its {column}, but “{had[at][:60]}” "
        f"in {one.path}; give one of them another id, or make them alike"
    )
