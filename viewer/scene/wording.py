"""Short phrases that several panels share: counts, slugs, paragraphs, sources, dates of rows."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from viewer.model import dates, filters
from viewer.model.schema import Ref, split_list
from viewer.model.texts import parse_locator
from viewer.scene.parts import line_of

if TYPE_CHECKING:
    from viewer.model.dates import Date
    from viewer.model.dossier import Dossier
    from viewer.model.state import State

_RUN = 2
"""Two paragraphs in a row are named, more are a run."""
LONGEST_SOURCE = 34
"""Letters of a source's title in a claim line; opened, the claim shows all of it."""


def words_of(name: str) -> str:
    """Return a slug or column name as words, e.g. ``total_deaths`` → ``total deaths``."""
    return line_of(re.sub(r"[-_]+", " ", name)).strip()


def sentence(text: str) -> str:
    """Return `text` with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, e.g. ``1 event`` or ``1,200 events``."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def paragraphs(locator: str) -> str:
    """Return a locator in words, e.g. ``p14; p12; p15; p16`` → ``¶12, ¶14–16``."""
    runs = parse_locator(locator)
    others = [part for part in split_list(locator) if not parse_locator(part)]
    said = []
    for first, last in runs:
        if last - first < _RUN:
            said += [f"¶{number}" for number in range(first, last + 1)]
        else:
            said.append(f"¶{first}–{last}")
    return ", ".join(dict.fromkeys((*said, *others)))


def source_labels(dossier: Dossier) -> tuple[str, ...]:
    """Return what a claim line calls each source: its publisher, or the start of its title.

    A short title that the dossier gives is taken as it is.
    """
    publishers = Counter(dossier.sources["publisher"])
    given = dossier.sources.columns.get("short_title", ("",) * len(dossier.sources))
    short = []
    for own, publisher, title in zip(
        given, dossier.sources["publisher"], filters.source_titles(dossier), strict=True
    ):
        if own:
            short.append(own)
        elif publisher and publishers[publisher] == 1:
            short.append(publisher)
        else:
            short.append(textwrap.shorten(title, LONGEST_SOURCE, placeholder="…"))
    held = Counter(short)
    titles = dossier.sources["title"]
    return tuple(
        name if held[name] == 1 else title for name, title in zip(short, titles, strict=True)
    )


def country_name(dossier: Dossier, code: str) -> str:
    """Return the name of a country as the dossier has it, or its code."""
    for table, column, wanted in (
        (dossier.actors, "kind", "state"), (dossier.places, "precision", "country"),
    ):  # fmt: skip
        for country, kind, name in zip(table["country"], table[column], table["name"], strict=True):
            if country == code and kind == wanted:
                return name
    return code


def dated(state: State, date: Date) -> str:
    """Return a date in words, where it is asked for with the Persian one beside it."""
    words = dates.to_words(date)
    if state.calendar == "persian":
        from viewer.model.calendars import persian_words

        if persian := persian_words(date):
            return f"{words} · {persian}"
    return words


def date_words(state: State, ref: Ref, row: int) -> str:
    """Return the date of an event or relation in words; a relation may have none."""
    dossier = state.dossier
    given = dossier.event_dates if ref.table == "events" else dossier.relation_dates
    cells = dossier.tables[ref.table]
    if not cells["date"][row] and ref.table == "relations":
        return ""
    return dated(state, given[row])
