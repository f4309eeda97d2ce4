"""What the evidence panel is headed by and which rows it lists, in words."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from viewer.geo.shapes import COLUMN as SHAPE
from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.derived import derived
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.schema import ACTOR_KINDS, PRECISIONS, TABLES, Ref, split_list
from viewer.model.state import State
from viewer.scene.evidence_cards import Cards, in_order
from viewer.scene.frame import Frame
from viewer.scene.parts import line_of
from viewer.scene.primitives import Floats
from viewer.scene.wording import counted, country_name, date_words, dated, sentence, words_of

PRECISION_WORDS = {
    "exact": "exact location",
    "city": "exact to the city",
    "region": "known to the region only",
    "country": "known to the country only; shown as its area",
    "unknown": "location not known",
}
AS_GIVEN = "how exact is not said"
_OF = frozenset({"capital", "region", "province", "district", "governorate", "part"})
_KIND_WORDS = dict(
    zip(ACTOR_KINDS, ("Person", "State", "Organisation", "Armed group", "Community"), strict=True)
)


def _no_rows() -> Index:
    return np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the panel shows.

    Parameters
    ----------
    title, subtitle : str
    pills : tuple of str
        Counts, e.g. ``7 events``.
    events : ndarray of integer
        Rows of the events to list, the earliest first, those without a date last.
    relations : ndarray of integer
        Rows of the relations to list.
    ref : Ref, optional
        What the panel is headed by; None: the whole dossier.
    note : str
        What to do when there is nothing to list.
    details : tuple of (str, str)
        Further cells of the active row, with what they are called.
    claimed : bool
        Whether claims are made about the active actor or place itself.
    """

    title: str
    subtitle: str = ""
    pills: tuple[str, ...] = ()
    events: Index = field(default_factory=_no_rows)
    relations: Index = field(default_factory=_no_rows)
    ref: Ref | None = None
    note: str = ""
    details: tuple[tuple[str, str], ...] = ()
    claimed: bool = False

    def cards(self, dossier: Dossier) -> Cards:
        """Return table and row of every card, in order.

        What is claimed of the active actor or place itself comes first, and so does an active
        relation; then the events and the relations.
        """
        if self.ref is None:
            return Cards((), self.events, self.relations)
        own = self.ref.table, dossier.row(self.ref)
        listed = own[0] == "relations" and own[1] in self.relations
        if not (self.claimed or listed):
            return Cards((), self.events, self.relations)
        relations = self.relations[self.relations != own[1]] if listed else self.relations
        return Cards((own,), self.events, relations)


def evidence(frame: Frame) -> Evidence:
    """Return what the panel shows for the selection of a frame."""
    state = frame.state
    dossier, picked = state.dossier, state.selection
    ref = picked.active
    if ref is None:
        return _overview(frame)
    events = in_order(dossier, frame.highlight.events)
    ends = dossier.relation_ends
    touching = (picked.relations | picked.actors[ends].any(axis=1)) & frame.shown.relations
    relations = np.flatnonzero(touching)
    title = dossier.name(ref)
    row = dossier.row(ref)
    several = picked.count > 1
    if several:
        title = f"{title} and {picked.count - 1:,} more"
    claimed = not several and ref.table in ("actors", "places") and ref in dossier.claims_about
    return Evidence(
        line_of(title),
        _several_words(frame) if several else _subtitle(state, ref, row),
        _pills(frame, ref, relations),
        events,
        relations,
        ref,
        "" if len(events) or len(relations) or claimed else _nothing(frame, ref),
        () if several else _details(dossier, ref, row),
        claimed,
    )


def _overview(frame: Frame) -> Evidence:
    dossier, shown = frame.state.dossier, frame.shown
    events = in_order(dossier, shown.events)
    parts = []
    if len(dossier.sources):
        parts.append(counted(len(dossier.sources), "source"))
    if span := covered_words(frame.state, shown.events):
        parts.append(span)
    note = ""
    if not len(dossier.events):
        note = "No events yet. Open a dossier, import a file or add the first event."
        if len(dossier.actors) or len(dossier.places):
            note = "No events in this dossier. Pick an actor or a place to see what is said of it."
    elif not len(events):
        note = "The filter leaves out every event. Reset it to see them again."
    counts = (("event", shown.events), ("actor", shown.actors), ("place", shown.places))
    return Evidence(
        line_of(dossier.title),
        " · ".join(parts),
        tuple(counted(int(mask.sum()), noun) for noun, mask in counts if mask.any()),
        events,
        note=note,
    )


def covered_words(state: State, events: Mask | None = None) -> str:
    """Return the time that events cover, no more exactly than they are dated.

    What is open or has no known beginning does not count at that end.

    Parameters
    ----------
    state : State
    events : ndarray of bool, optional
        None: all of the dossier.
    """
    dossier = state.dossier
    covered = _covered(dossier) if events is None else _extent(dossier, events)
    return "" if covered is dates.UNKNOWN else dated(state, covered)


@derived("events.date")
def _covered(dossier: Dossier) -> Date:
    return _extent(dossier, np.ones(len(dossier.events), dtype=bool))


@derived("events.date")
def _bounds(dossier: Dossier) -> Floats:
    """Return the bounds of every distinct date, as of `dates.bounds_array`."""
    return dates.bounds_array(dossier.event_dates.values)


def _extent(dossier: Dossier, events: Mask) -> Date:
    known = dossier.event_dates
    held = np.zeros(len(known.values), dtype=bool)
    held[known.codes[events]] = True
    bounds = _bounds(dossier)
    # Of the many dates with two ends only the outermost can matter.
    closed = np.isfinite(bounds).all(axis=1)
    inner = held & closed
    outer = (bounds[:, 0] == bounds[inner, 0].min(initial=np.inf)) | (
        bounds[:, 1] == bounds[inner, 1].max(initial=-np.inf)
    )
    chosen = np.flatnonzero(held & (outer | ~closed)).tolist()
    return dates.extent(known.values[code] for code in chosen)


def _several_words(frame: Frame) -> str:
    picked = frame.state.selection
    counts = ((noun, int(picked.mask(noun + "s").sum()))
              for noun in ("actor", "place", "event", "relation"))  # fmt: skip
    return " · ".join(counted(number, noun) for noun, number in counts if number) + " picked"


def _pills(frame: Frame, ref: Ref, relations: Index) -> tuple[str, ...]:
    dossier, mask = frame.state.dossier, frame.highlight.events
    events = int(np.count_nonzero(mask))
    actors = dossier.actors_of_event.reach(mask)
    actors[dossier.relation_ends[relations].ravel()] = True
    actors &= ~frame.state.selection.actors
    sources = set(np.flatnonzero(dossier.sources_of_event.reach(mask)).tolist())
    claims = [*dossier.claims_about.get(ref, ())]
    for row in relations.tolist():
        claims += dossier.claims_about.get(dossier.ref("relations", row), ())
    known = dossier.sources.row_of
    sources |= {known[key] for key in (dossier.claims["source"][c] for c in claims) if key in known}
    counts = (
        (0 if ref.table == "events" and events == 1 else events, "event"),
        (int(actors.sum()), "actor"),
        (0 if ref.table == "relations" and len(relations) == 1 else len(relations), "relation"),
        (len(sources), "source"),
    )
    return tuple(counted(number, noun) for number, noun in counts if number)


def _nothing(frame: Frame, ref: Ref) -> str:
    dossier = frame.state.dossier
    name = line_of(dossier.name(ref))
    links = {"actors": dossier.actors_of_event, "places": dossier.places_of_event}.get(ref.table)
    if frame.state.filter.is_empty and links is not None:
        return f"No event is recorded for {name}. Add one, or pick something else."
    return f"The filter leaves out all that is known of {name}. Reset it to see that again."


def _subtitle(state: State, ref: Ref, row: int) -> str:
    dossier = state.dossier
    cells = dossier.tables[ref.table].row(row)
    match ref.table:
        case "places":
            parts = _place_words(dossier, row, cells)
        case "actors":
            kind = _KIND_WORDS.get(cells["kind"], sentence(words_of(cells["kind"])))
            country = country_name(dossier, cells["country"]) if cells["country"] else ""
            parts = [kind, "" if country == cells["name"] else country]
            parts += [cells.get("office", ""), cells["description"].strip().rstrip(".")]
        case "events":
            places = (dossier.places["name"][p] for p in dossier.places_of_event.of(row).tolist())
            parts = [date_words(state, ref, row), *places]
        case _:
            parts = [sentence(words_of(cells["type"])), date_words(state, ref, row)]
    return line_of(" · ".join(part for part in parts if part))


def _place_words(dossier: Dossier, row: int, cells: dict[str, str]) -> list[str]:
    precision = PRECISIONS[dossier.place_precision[row]]
    inside = dossier.places.row_of.get(cells["within"])
    where = dossier.places["name"][inside] if inside not in (None, row) else ""
    if not where and cells["country"]:
        where = country_name(dossier, cells["country"])
    kind = sentence(words_of(cells["kind"])) or "Place"
    if precision == "country" and cells["kind"].casefold() in ("", "country"):
        return ["A country; shown as its area"]
    link = "of" if cells["kind"].casefold() in _OF else "in"
    parts = [f"{kind} {link} {where}" if where and where != cells["name"] else kind]
    lon, lat = dossier.place_lonlat[row]
    stated = bool(cells["precision"])
    located = bool(np.isfinite([lon, lat]).all())
    if not stated and located:
        return [*parts, f"{_degrees(cells['lat'], 'NS')}, {_degrees(cells['lon'], 'EW')}", AS_GIVEN]
    if not stated and cells.get(SHAPE):
        return [*parts, "drawn as its shape"]
    if precision in ("exact", "city", "region") and np.isfinite([lon, lat]).all():
        # No more digits than the place is known to, and none that the dossier does not give.
        digits = {"exact": 4, "city": 2, "region": 1}[precision]
        given = max(len(cells[axis].partition(".")[2].rstrip("0")) for axis in ("lon", "lat"))
        digits = min(digits, given)
        about = "about " if precision == "region" else ""
        parts.append(
            f"{about}{abs(lat):.{digits}f}° {'N' if lat >= 0 else 'S'}, "
            f"{abs(lon):.{digits}f}° {'E' if lon >= 0 else 'W'}"
        )
    elif precision in ("exact", "city", "region"):
        parts.append("no coordinates")
    return [*parts, PRECISION_WORDS[precision]]


def _degrees(cell: str, signs: str) -> str:
    """Return a longitude or latitude as words, with the digits that are given.

    Examples
    --------
    >>> _degrees("-81.183", "EW"), _degrees("20.50", "NS")
    ('81.183° W', '20.50° N')
    """
    return f"{cell.lstrip('+-')}° {signs[cell.startswith('-')]}"


def _details(dossier: Dossier, ref: Ref, row: int) -> tuple[tuple[str, str], ...]:
    """Other names and the columns that are not of the schema; what is empty is left out."""
    cells = dossier.tables[ref.table].row(row)
    found = [("Also", ", ".join(split_list(cells.get("aliases", ""))))]
    found += [
        (sentence(words_of(name)), cell)
        for name, cell in cells.items()
        if name not in TABLES[ref.table] and name not in ("office", SHAPE)
    ]
    return tuple((name, line_of(cell)) for name, cell in found if cell)
