"""What the attributes of foreign graph files are called, in the languages they come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from viewer.model.edtf import parse_or_unknown
from viewer.model.folding import fold
from viewer.model.schema import ACTOR_KINDS, QUADS

NAMES = (
    "label", "name", "title", "full name", "node label", "display name", "shared name", "nom",
    "titre", "nombre", "titulo", "etiqueta", "nome", "titolo", "bezeichnung", "titel", "naam",
    "имя", "название", "نام", "عنوان", "اسم",
)  # fmt: skip
"""Attributes of a node that hold its name, the likeliest first."""

ACTOR_KIND_NAMES = (
    "kind", "type", "node type", "entity type", "actor type", "category", "class", "sort", "art",
    "typ", "kategorie", "klasse", "categorie", "classe", "genre", "tipo", "categoria", "clase",
    "soort", "тип", "вид", "نوع",
)  # fmt: skip
"""Attributes of a node that may say what kind of actor it is."""

TIE_NAMES = (
    "label", "edge label", "relation", "relationship", "relation type", "relationship type", "type",
    "edge type", "kind", "interaction", "shared interaction", "name", "title", "lien", "relacion",
    "relazione", "relacao", "beziehung", "bezeichnung", "art", "typ", "tipo", "relatie", "связь",
    "тип", "رابطه", "نوع", "علاقة",
)  # fmt: skip
"""Attributes of an edge that say what tie it is."""

PERIODS = (
    ("start", "end"), ("start date", "end date"), ("begin", "end"), ("begin date", "end date"),
    ("start year", "end year"), ("first year", "last year"), ("from", "to"), ("since", "until"),
    ("date from", "date to"), ("valid from", "valid to"), ("debut", "fin"), ("von", "bis"),
    ("beginn", "ende"), ("anfang", "ende"), ("desde", "hasta"), ("inicio", "fin"),
    ("inizio", "fine"), ("dal", "al"), ("inicio", "fim"), ("van", "tot"), ("начало", "конец"),
)  # fmt: skip
"""Attributes of an edge for its beginning and its end."""

DATE_NAMES = (
    "date", "year", "day", "month", "datetime", "timestamp", "time", "annee", "jour", "datum",
    "jahr", "fecha", "ano", "data", "anno", "jaar", "дата", "год", "تاریخ", "سال", "سنة",
)  # fmt: skip
"""Attributes of an edge for its date."""

YEAR_WORDS = frozenset("year annee jahr ano anno jaar год سال سنة".split())

LATITUDES = ("lat", "latitude", "breite", "breitengrad", "latitud", "latitudine", "широта")
LONGITUDES = (
    "lon", "long", "lng", "longitude", "lange", "langengrad", "longitud", "longitudine", "долгота",
)  # fmt: skip

_KINDS = {
    "person": "person people human individual personne individu humain persona personas personne "
    "physique menschen mensch pessoa persoon mens человек персона лицо شخص فرد إنسان",
    "state": "state country nation nation-state sovereign-state etat pays nation staat land estado "
    "pais stato paese государство страна دولت کشور دولة بلد",
    "organisation": "organisation organization org company corporation firm institution agency ngo "
    "entreprise societe unternehmen firma verein behorde organisatie bedrijf organizacion empresa "
    "organizzazione azienda organizacao организация компания سازمان شرکت منظمة شركة",
    "armed-group": "armed-group militia armed-forces military rebel-group insurgent-group "
    "groupe-arme milice bewaffnete-gruppe miliz grupo-armado milicia gruppo-armato milizia "
    "ополчение شبه‌نظامیان ميليشيا",
    "community": "community communities communaute gemeinschaft gemeinde comunidad comunita "
    "comunidade gemeenschap община сообщество جامعه مجتمع",
}
_KIND_OF = {fold(word): kind for kind, words in _KINDS.items() for word in words.split()}
_APART = re.compile(r"[\s_./:-]+")


def plain(name: str) -> str:
    """Return the name of an attribute as the lists above have it.

    Examples
    --------
    >>> plain("Start_Date"), plain("Année"), plain("startDate")
    ('start date', 'annee', 'start date')
    """
    apart = re.sub("(?<=[a-z])(?=[A-Z])", " ", name)
    return _APART.sub(" ", fold(apart)).strip()


def says_year(column: str) -> bool:
    """Whether an attribute is called a year."""
    return not YEAR_WORDS.isdisjoint(plain(column).split())


def named(columns: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return the columns that bear a wanted name, the first wanted first."""
    called: dict[str, list[str]] = {}
    for column in columns:
        called.setdefault(plain(column), []).append(column)
    return [column for name in wanted for column in called.get(plain(name), ())]


def kind_of(cell: str) -> str:
    """Return the kind of actor that a word names, in any of a few languages; perhaps empty.

    Examples
    --------
    >>> kind_of("Personne"), kind_of("armed group"), kind_of("router")
    ('person', 'armed-group', '')
    """
    return _KIND_OF.get(plain(cell).replace(" ", "-"), "")


def _all(cells: Iterable[str], right: Callable[[str], object]) -> bool:
    return all(right(cell) for cell in set(cells) if cell)


def means(table: str, column: str, cells: Iterable[str]) -> bool:
    """Whether cells of a foreign attribute are what a column of a dossier means.

    Parameters
    ----------
    table, column : str
        A column of `schema.TABLES`; the attribute is called the same.
    cells : iterable of str
    """
    match table, column:
        case _, "description" | "aliases":
            return True
        case _, "wikidata":
            return _all(cells, re.compile("Q[1-9][0-9]*").fullmatch)
        case "actors", "country":
            return _all(cells, re.compile("[A-Z]{3}").fullmatch)
        case "actors", "kind":
            return _all(cells, ACTOR_KINDS.__contains__)
        case "relations", "quad":
            return _all(cells, QUADS.__contains__)
        case "relations", "date":
            return _all(cells, lambda cell: parse_or_unknown(cell).text)
    return False
