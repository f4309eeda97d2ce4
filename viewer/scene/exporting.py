"""What an export shows, from the words of the command line. No Qt, no files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from viewer.errors import EntenteError
from viewer.model import dates
from viewer.model.dossier import Dossier
from viewer.model.filters import FACETS, Filter, facet_counts
from viewer.model.near import did_you_mean
from viewer.model.schema import Ref
from viewer.model.selection import PICKABLE, Selection
from viewer.model.store import Store

VIEWS = ("map", "graph", "timeline", "board", "all")
FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What ``entente export`` was asked for.

    Parameters
    ----------
    file : Path
        The dossier.
    view : str
        One of `VIEWS`.
    out : Path
        The picture, or for ``all`` the folder of the pictures.
    format : str, optional
        One of `FORMATS`; None: by the name of `out`.
    size : tuple of int
        Width and height in logical pixels.
    dpi : int
        Dots per inch, a logical pixel being 1/96 inch.
    theme : str
        Name of a theme.
    select : tuple of str
        Ids to pick, each alone or as ``TABLE:ID``.
    start, end : str, optional
        EDTF; what cannot fall between the two is left out.
    where : tuple of (str, str)
        Facet and value; of a facet named here only the values named are shown.
    projection : str
        One of `state.PROJECTIONS`.
    calendar : str
        One of `state.CALENDARS`.
    """

    file: Path
    view: str
    out: Path
    format: str | None
    size: tuple[int, int]
    dpi: int
    theme: str
    select: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    projection: str = "auto"
    calendar: str = "gregorian"


def apply(dossier: Dossier, options: ExportOptions) -> Store:
    """Return a store whose state shows what was asked for.

    Raises
    ------
    EntenteError
        An id, date, facet or value means nothing in this dossier; the message says what would.
    """
    store = Store(dossier)
    store.update(
        filter=Filter(_excluded(dossier, options), _span(dossier, options)),
        selection=Selection.of(dossier, [_find(dossier, key, options) for key in options.select]),
        projection=options.projection,
        calendar=options.calendar,
    )
    return store


def _wrong(options: ExportOptions, flag: str, message: str) -> EntenteError:
    return EntenteError(f"{options.file}: {flag}: {message}")


def _find(dossier: Dossier, key: str, options: ExportOptions) -> Ref:
    found = [Ref(name, key) for name in PICKABLE if key in dossier.tables[name].row_of]
    table, _, rest = key.partition(":")
    if not found and table in PICKABLE and rest in dossier.tables[table].row_of:
        found = [Ref(table, rest)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(f"{ref.table}:{ref.id}" for ref in found)
        raise _wrong(options, "--select", f"“{key}” is the id of more than one row; write {names}")
    for name in ("sources", "claims"):
        if key in dossier.tables[name].row_of:
            raise _wrong(options, "--select", f"“{key}” is one of the {name}; pick {_or(PICKABLE)}")
    ids = [one for name in PICKABLE for one in dossier.tables[name]["id"]]
    hint = did_you_mean(key, ids) or "; entente info lists how many there are of each table"
    raise _wrong(options, "--select", f"no row has the id “{key}”{hint}")


def _span(dossier: Dossier, options: ExportOptions) -> tuple[float, float] | None:
    if options.start is None and options.end is None:
        return None
    known = np.concatenate([dossier.event_bounds.ravel(), dossier.relation_bounds.ravel()])
    known = known[np.isfinite(known)]
    start = _bound(options, "--from", options.start)
    end = _bound(options, "--to", options.end)
    # What is not asked for reaches as far as the dossier does, and views need an end to draw to.
    if start is None:
        start = min([*known, end - 1.0]) if end is not None else 0.0
    if end is None:
        end = max([*known, start + 1.0])
    if start >= end:
        raise _wrong(
            options, "--to", f"{options.end} is before {options.start}; turn the two round"
        )
    return float(start), float(end)


def _bound(options: ExportOptions, flag: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        date = dates.parse(text)
    except ValueError as error:
        raise _wrong(options, flag, str(error)) from None
    bound = date.earliest if flag == "--from" else date.latest
    if not math.isfinite(bound):
        raise _wrong(options, flag, f"“{text}” has no end; write a date such as 2012-09")
    return bound


def _excluded(dossier: Dossier, options: ExportOptions) -> dict[str, frozenset[str]]:
    """Return facet → values left out: all but those asked for."""
    wanted: dict[str, set[str]] = {}
    counts = facet_counts(dossier, Filter()) if options.where else {}
    for facet, value in options.where:
        if facet not in FACETS:
            raise _wrong(
                options,
                "--where",
                f"there is no facet “{facet}”; there are {', '.join(FACETS)}",
            )
        # A value may be named as it is stored or as the window shows it.
        matching = {
            count.value
            for count in counts[facet]
            if value.casefold() in (count.value.casefold(), count.title.casefold())
        }
        if not matching:
            known = [count.value or f"“{count.title}”" for count in counts[facet]]
            raise _wrong(
                options,
                "--where",
                f"“{value}” is no {facet} of this dossier; there are {', '.join(known) or 'none'}",
            )
        wanted.setdefault(facet, set()).update(matching)
    excluded = {
        facet: frozenset(count.value for count in counts[facet]) - values
        for facet, values in wanted.items()
    }
    if "source" in wanted:
        # What no source tells is told by none of those named either.
        excluded["support"] = excluded.get("support", frozenset()) | {"none"}
    return excluded


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
