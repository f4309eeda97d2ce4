"""What the attributes of foreign graph files are called, in the languages they come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from viewer.formats import fields
from viewer.formats.fields import key_of
from viewer.model.edtf import parse_or_unknown
from viewer.model.folding import fold
from viewer.model.schema import ACTOR_KINDS, QUADS

NAMES = ("label", "node label", *fields.NAMES)
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


def named(columns: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return the columns that bear a wanted name, the first wanted first."""
    called: dict[str, list[str]] = {}
    for column in columns:
        called.setdefault(key_of(column), []).append(column)
    return [column for name in wanted for column in called.get(key_of(name), ())]


def kind_of(cell: str) -> str:
    """Return the kind of actor that a word names, in any of a few languages; perhaps empty.

    Examples
    --------
    >>> kind_of("Personne"), kind_of("armed group"), kind_of("router")
    ('person', 'armed-group', '')
    """
    return _KIND_OF.get(key_of(cell).replace(" ", "-"), "")


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
