"""Which fields the form of each table has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.model.schema import (
    ABOUT_TABLES,
    ACTOR_KINDS,
    EVENT_TYPES,
    PLACE_ROLES,
    PRECISIONS,
    QUAD_TITLES,
    QUADS,
    STANCES,
    TABLES,
)

Kind = Literal["line", "prose", "choice", "free", "reference", "about", "date", "spot", "members"]
Words = tuple[tuple[str, str], ...]

ROLES = ("source", "target", "participant", "mediator", "victim")
_RELIABILITY = (
    "completely reliable", "usually reliable", "fairly reliable", "not usually reliable",
    "unreliable", "cannot be judged",
)  # fmt: skip
_CREDIBILITY = (
    "confirmed by other sources", "probably true", "possibly true", "doubtful", "improbable",
    "cannot be judged",
)  # fmt: skip
_DATE = "2012, 2012-09, 2012-09-07, 2018~ (about), 2012/2014"
_NO_ID = "made out of the name if left empty"


@dataclass(frozen=True, slots=True)
class Spec:
    """One field of a form.

    Parameters
    ----------
    columns : tuple of str
        The columns it stands for; of `members` the table.
    title : str
    kind : str
    hint : str
        Shown in it while it is empty.
    words : tuple of (str, str)
        Cell and title of what can be chosen or is offered.
    to : str
        Table that a reference leads to.
    """

    columns: tuple[str, ...]
    title: str
    kind: Kind = "line"
    hint: str = ""
    words: Words = ()
    to: str = ""


def _plain(words: tuple[str, ...]) -> Words:
    return tuple((word, word.replace("-", " ").capitalize()) for word in words)


def _free(words: tuple[str, ...]) -> Words:
    return tuple((word, word) for word in words)


def _graded(grades: str, words: tuple[str, ...]) -> Words:
    return tuple((g, f"{g} – {word}") for g, word in zip(grades, words, strict=True))


_QUAD = Spec(("quad",), "Class", "choice", words=tuple(zip(QUADS, QUAD_TITLES, strict=True)))
_COUNTRY = Spec(("country",), "Country", hint="three letters, as IRN")
_ALIASES = Spec(("aliases",), "Other names", hint="parted by semicolons, in any script")
_DESCRIPTION = Spec(("description",), "Description", "prose")
_WIKIDATA = Spec(("wikidata",), "Wikidata", hint="as Q3616")
_ID = Spec(("id",), "Id", hint=_NO_ID)

FORMS: dict[str, tuple[Spec, ...]] = {
    "actors": (
        Spec(("name",), "Name"),
        Spec(("kind",), "Kind", "free", words=_free(ACTOR_KINDS)),
        _ALIASES,
        _COUNTRY,
        _DESCRIPTION,
        _WIKIDATA,
        _ID,
    ),
    "places": (
        Spec(("name",), "Name"),
        _ALIASES,
        Spec(("kind",), "Kind", hint="city, base, region …"),
        Spec(("lon", "lat"), "Coordinates", "spot"),
        Spec(("precision",), "Known to the", "choice", words=_plain(PRECISIONS)),
        _COUNTRY,
        Spec(("within",), "Lies within", "reference", "a larger place", to="places"),
        Spec(("geonames",), "GeoNames", hint="as 112931"),
        _WIKIDATA,
        _ID,
    ),
    "events": (
        Spec(("title",), "Title"),
        Spec(("date",), "Date", "date", _DATE),
        Spec(("date_text",), "Date as worded", hint="as the source says it: “early in 2020”"),
        Spec(("type",), "Type", "free", words=_free(EVENT_TYPES)),
        _QUAD,
        Spec(("event_places",), "Places", "members", "a place", _free(PLACE_ROLES), "places"),
        Spec(("participants",), "Participants", "members", "an actor", _free(ROLES), "actors"),
        _DESCRIPTION,
        _ID,
    ),
    "relations": (
        Spec(("source",), "From", "reference", "an actor", to="actors"),
        Spec(("type",), "Type", hint="ally, member-of, head-of …"),
        Spec(("target",), "To", "reference", "an actor", to="actors"),
        Spec(("directed",), "Directed", "choice", words=(("yes", "Yes"), ("no", "No"))),
        _QUAD,
        Spec(("date",), "Holds", "date", "2012/2014, 2019-10/.. (still), ../2015"),
        _DESCRIPTION,
        _ID,
    ),
    "sources": (
        Spec(("title",), "Title"),
        Spec(("publisher",), "Publisher"),
        Spec(("author",), "Author", hint="several are parted by semicolons"),
        Spec(("date",), "Date", "date", _DATE),
        Spec(("language",), "Language", hint="en, fa, fr …"),
        Spec(("url",), "Address", hint="https://"),
        Spec(
            ("reliability",), "Reliability", "choice", words=_graded("ABCDEF", _RELIABILITY)
        ),
        Spec(("file_sha256",), "SHA-256", hint="of the file, if there is one"),
        _ID,
    ),
    "claims": (
        Spec(
            ("about_kind", "about"), "About", "about", "what it is said of",
            tuple((kind, kind.capitalize()) for kind in ABOUT_TABLES),
        ),
        Spec(("property",), "Property", "free", "cause, date, death_toll …"),
        Spec(("value",), "Value", hint="yes, a figure, a date, a name or a few words"),
        Spec(("stance",), "Stance", "choice", words=_plain(STANCES)),
        Spec(
            ("speaker",), "Whose word", "reference", "empty: the source’s own voice", to="actors"
        ),
        Spec(("source",), "Source", "reference", "the document", to="sources"),
        Spec(("locator",), "Paragraph", hint="p14; p15"),
        Spec(("said",), "Said", "date", _DATE),
        Spec(
            ("credibility",), "Credibility", "choice", words=_graded("123456", _CREDIBILITY)
        ),
        _ID,
    ),
}  # fmt: skip
"""Table → the fields of its form, in order; extra columns follow as lines."""

FIRST = {"claims": {"stance": "asserts"}, "relations": {"directed": "yes"}}
"""Table → cells that a new row begins with."""


def fields_of(table: str, columns: tuple[str, ...]) -> tuple[Spec, ...]:
    """Return the fields of the form of a table, those of its extra columns before the id."""
    extra = tuple(
        Spec((name,), name.replace("_", " ").capitalize())
        for name in columns
        if name not in TABLES[table]
    )
    return (*FORMS[table][:-1], *extra, FORMS[table][-1])
