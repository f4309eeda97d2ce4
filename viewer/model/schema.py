"""The tables of a dossier, their columns, and the words that may stand in them."""

from __future__ import annotations

from typing import NamedTuple

TABLES: dict[str, tuple[str, ...]] = {
    "actors": ("id", "name", "kind", "aliases", "country", "description", "wikidata"),
    "places": (
        "id", "name", "aliases", "kind", "lon", "lat", "precision", "country", "within",
        "geonames", "wikidata",
    ),
    "events": ("id", "title", "type", "quad", "date", "date_text", "description"),
    "event_places": ("event", "place", "role"),
    "participants": ("event", "actor", "role"),
    "relations": (
        "id", "source", "target", "type", "directed", "quad", "date", "description",
    ),
    "sources": (
        "id", "title", "publisher", "author", "date", "language", "url", "file_sha256",
        "reliability",
    ),
    "claims": (
        "id", "about_kind", "about", "property", "value", "stance", "speaker", "source",
        "locator", "said", "credibility",
    ),
}  # fmt: skip
"""Table name → its first columns, in file order (extra columns may follow)."""

REFERENCES: dict[tuple[str, str], str] = {
    ("places", "within"): "places",
    ("event_places", "event"): "events",
    ("event_places", "place"): "places",
    ("participants", "event"): "events",
    ("participants", "actor"): "actors",
    ("relations", "source"): "actors",
    ("relations", "target"): "actors",
    ("claims", "speaker"): "actors",
    ("claims", "source"): "sources",
}
"""(table, column) → the table whose id stands in it. `claims.about` goes by `about_kind`."""

ABOUT_TABLES = {"actor": "actors", "place": "places", "event": "events", "relation": "relations"}
"""`claims.about_kind` → table that `claims.about` points into."""

MERGEABLE = ("actors", "places")
"""Tables of which two rows may turn out to be one."""

QUADS = (
    "material-conflict",
    "verbal-conflict",
    "verbal-cooperation",
    "material-cooperation",
)
"""The quad classes, in the order in which they are listed everywhere; codes are positions."""

QUAD_TITLES = (
    "Material conflict",
    "Verbal conflict",
    "Verbal cooperation",
    "Material cooperation",
)

ACTOR_KINDS = ("person", "state", "organisation", "armed-group", "community")
ACTOR_KIND_TITLES = ("People", "States", "Organisations", "Armed groups", "Communities")

PRECISIONS = ("exact", "city", "region", "country", "unknown")
PLACE_ROLES = ("at", "from", "to")
STANCES = ("asserts", "denies", "doubts")
SUPPORTS = ("several", "one", "disputed", "none")
DISPUTED = SUPPORTS.index("disputed")
SUPPORT_TITLES = (
    "Stated by two or more",
    "Stated by one",
    "Disputed",
    "No claim recorded",
)

EVENT_TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REQUEST", "DEMAND", "APPEAL",
    "INTEND", "INVESTIGATE", "ACCUSE", "DISAPPROVE", "REJECT", "THREATEN", "PROTEST", "REDUCE",
    "SANCTION", "EXHIBIT", "MOBILIZE", "COERCE", "ASSAULT", "FIGHT", "MASS_VIOLENCE",
    "STATEMENT",
)  # fmt: skip
"""PLOVER categories with the CAMEO root codes they grew out of."""


class Ref(NamedTuple):
    """One row of a dossier, named by table and id."""

    table: str
    id: str


def split_list(cell: str) -> tuple[str, ...]:
    """Split a cell that holds a list (``"a; b"``); empty parts are dropped."""
    return tuple(part for part in (p.strip() for p in cell.split(";")) if part)
