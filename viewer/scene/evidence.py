"""The evidence for what is picked: a heading and one card for each event or relation.

A card is worked out as words first (`Card`), from which both its scene and its plain text are
made, so that what is read aloud or copied is what is seen.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from viewer.model import dates, filters
from viewer.model.disputes import Dispute
from viewer.model.dossier import Dossier, Mask
from viewer.model.schema import (
    ACTOR_KINDS,
    EVENT_TYPES,
    PRECISIONS,
    TABLES,
    Ref,
    split_list,
)
from viewer.scene.frame import Frame
from viewer.scene.parts import Block, Placed, Run, flow, line_of, paragraph, together
from viewer.scene.primitives import Box, Group, Item, Rect, Scene, Target, Text
from viewer.scene.style import BODY, GAP, HEADING, MARGIN, RADIUS, SMALL, TITLE
from viewer.scene.text import elide, text_width

MOST_LINES = 6
"""Claim lines on a card that is not expanded."""
LONGEST_SOURCE = 34
"""Letters of a source's title in a claim line; opened, the claim shows all of it."""
MOST_NAMES = 8
"""Participants named on a card that is not expanded."""
EXISTENCE = frozenset({"occurred", "happened", "holds", "held", "exists"})
"""Properties that say no more than that the thing is so."""
SPEECH = "statement"

CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
"""Credibility of a claim in the words of the Admiralty grading (NATO AJP-2.1)."""
RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
"""Reliability of a source in the words of the same grading."""
PRECISION_WORDS = {
    "exact": "exact location",
    "city": "exact to the city",
    "region": "known to the region only",
    "country": "known to the country only; shown as its area",
    "unknown": "location not known",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_FIGURE = re.compile(r"[^\W\d]{0,6}\.?\s?[-+~≈<>$€£]?\d[\d.,:\s/–-]*\S{0,12}(\s\S{1,8})?")
_OF = frozenset({"capital", "region", "province", "district", "governorate", "part"})
_KIND_WORDS = dict(
    zip(ACTOR_KINDS, ("Person", "State", "Organisation", "Armed group", "Community"), strict=True)
)


@dataclass(frozen=True)
class Evidence:
    """What the panel shows.

    Parameters
    ----------
    title, subtitle : str
    pills : tuple of str
        Counts, e.g. ``7 events``.
    events : tuple of int
        Rows of the events to list, the earliest first, those without a date last.
    relations : tuple of int
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
    events: tuple[int, ...] = ()
    relations: tuple[int, ...] = ()
    ref: Ref | None = None
    note: str = ""
    details: tuple[tuple[str, str], ...] = ()
    claimed: bool = False

    def cards(self, dossier: Dossier) -> tuple[tuple[str, int], ...]:
        """Return table and row of every card, in order.

        What is claimed of the active actor or place itself comes first, and so does an active
        relation; then the events and the relations.
        """
        events = [("events", row) for row in self.events]
        relations = [("relations", row) for row in self.relations]
        if self.ref is None:
            return (*events, *relations)
        own = self.ref.table, dossier.row(self.ref)
        if self.claimed or own in relations:
            return (own, *events, *(card for card in relations if card != own))
        return (*events, *relations)


@dataclass(frozen=True, slots=True)
class CardScene:
    """One card as a picture.

    Parameters
    ----------
    scene : Scene
        As wide as asked for; its height ends with the gap below the card.
    more : Target, optional
        The link that shows the claims left out.
    """

    scene: Scene
    more: Target | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """One or more claims of one voice in one source."""

    claims: tuple[int, ...]
    label: str
    verdict: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the values that cannot all hold."""

    value: str
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on one card.

    Parameters
    ----------
    ref : Ref
    date, title, body : str
    wording : str
        The date as the source words it; empty on a card that is not active or expanded.
    disputes : tuple of (str, tuple of _Side)
        Heading of each dispute and its sides.
    lines : tuple of _Line
    hidden : int
        Claims that are left out.
    names : tuple of (str, Ref or None)
        The line of places and participants, in pieces.
    """

    ref: Ref
    date: str
    title: str
    body: str
    wording: str
    disputes: tuple[tuple[str, tuple[_Side, ...]], ...]
    lines: tuple[_Line, ...]
    hidden: int
    names: tuple[tuple[str, Ref | None], ...]


# -- looking things up -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Lookup:
    """Indexes of one dossier that only the cards need."""

    sources: dict[str, str]
    participants: dict[str, dict[str, list[str]]]
    places: dict[str, dict[str, list[str]]]


_LOOKUPS: WeakKeyDictionary[Dossier, _Lookup] = WeakKeyDictionary()


def _lookup(dossier: Dossier) -> _Lookup:
    found = _LOOKUPS.get(dossier)
    if found is None:
        found = _LOOKUPS[dossier] = _Lookup(
            dict(zip(dossier.sources["id"], source_labels(dossier), strict=True)),
            _by_role(dossier, "participants", "actor", dossier.actors.row_of),
            _by_role(dossier, "event_places", "place", dossier.places.row_of),
        )
    return found


def _by_role(
    dossier: Dossier, table: str, column: str, known: dict[str, int]
) -> dict[str, dict[str, list[str]]]:
    """Event id → role → ids, each named once for a role."""
    rows = dossier.tables[table]
    out: dict[str, dict[str, list[str]]] = {}
    for event, key, role in zip(rows["event"], rows[column], rows["role"], strict=True):
        held = out.setdefault(event, {}).setdefault(role, [])
        if key in known and key not in held:
            held.append(key)
    return out


def source_labels(dossier: Dossier) -> tuple[str, ...]:
    """Return what a claim line calls each source: its publisher, or the start of its title."""
    publishers = Counter(dossier.sources["publisher"])
    short = []
    for publisher, title in zip(
        dossier.sources["publisher"], filters.source_titles(dossier), strict=True
    ):
        if publisher and publishers[publisher] == 1:
            short.append(publisher)
        else:
            short.append(textwrap.shorten(title, LONGEST_SOURCE, placeholder="…"))
    held = Counter(short)
    titles = dossier.sources["title"]
    return tuple(
        name if held[name] == 1 else title for name, title in zip(short, titles, strict=True)
    )


def words_of(name: str) -> str:
    """Return a slug or column name as words, e.g. ``deaths_canadian`` → ``deaths canadian``."""
    return line_of(re.sub(r"[-_]+", " ", name)).strip()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def paragraphs(locator: str) -> str:
    """Return a locator in words, e.g. ``p12; p14`` → ``¶12, ¶14``."""
    parts = [re.sub(r"^p\.?\s*(?=\d)|^(?=\d+(?:-\d+)?$)", "¶", part) for part in split_list(locator)]
    return ", ".join(re.sub(r"\s*-\s*p?(?=\d)", "–", part) for part in dict.fromkeys(parts))


def country_name(dossier: Dossier, code: str) -> str:
    """Return the name of a country as the dossier has it, or its code."""
    for table, column, wanted in (
        (dossier.actors, "kind", "state"), (dossier.places, "precision", "country"),
    ):  # fmt: skip
        for country, kind, name in zip(table["country"], table[column], table["name"], strict=True):
            if country == code and kind == wanted:
                return name
    return code


def in_order(dossier: Dossier, mask: Mask) -> tuple[int, ...]:
    """Return the rows of the events of `mask`, the earliest first, the undated last."""
    rows = np.flatnonzero(mask)
    bounds = dossier.event_bounds[rows]
    # What has no known beginning stands where it is known to have ended.
    first = np.where(np.isfinite(bounds[:, 0]), bounds[:, 0], bounds[:, 1])
    first = np.where(np.isnan(first), np.inf, first)
    order = np.lexsort((rows, np.nan_to_num(bounds[:, 1], nan=np.inf), first))
    return tuple(rows[order].tolist())


# -- the heading -----------------------------------------------------------------------------


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
    relations = tuple(np.flatnonzero(touching).tolist())
    title = dossier.name(ref)
    row = dossier.row(ref)
    several = picked.count > 1
    if several:
        title = f"{title} and {picked.count - 1:,} more"
    claimed = not several and ref.table in ("actors", "places") and ref in dossier.claims_about
    return Evidence(
        line_of(title),
        _several_words(frame) if several else _subtitle(dossier, ref, row),
        _pills(frame, ref, events, relations),
        events,
        relations,
        ref,
        "" if events or relations or claimed else _nothing(frame, ref),
        () if several else _details(dossier, ref, row),
        claimed,
    )


def _overview(frame: Frame) -> Evidence:
    dossier, shown = frame.state.dossier, frame.shown
    events = in_order(dossier, shown.events)
    parts = []
    if len(dossier.sources):
        parts.append(_count(len(dossier.sources), "source"))
    if span := span_words(dossier, shown.events):
        parts.append(span)
    note = ""
    if not len(dossier.events):
        note = "No events yet. Open a dossier, import a file or add the first event."
        if len(dossier.actors) or len(dossier.places):
            note = "No events in this dossier. Pick an actor or a place to see what is said of it."
    elif not events:
        note = "The filter leaves out every event. Reset it to see them again."
    counts = (("event", shown.events), ("actor", shown.actors), ("place", shown.places))
    return Evidence(
        line_of(dossier.title),
        " · ".join(parts),
        tuple(_count(int(mask.sum()), noun) for noun, mask in counts if mask.any()),
        events,
        note=note,
    )


def span_words(dossier: Dossier, events: Mask) -> str:
    """Return the time that events cover, no more exactly than they are dated.

    What is open or has no known beginning does not count at that end.
    """
    rows = np.flatnonzero(events)
    bounds = dossier.event_bounds[rows]
    said = []
    for column, worst, pick in ((0, np.inf, np.argmin), (1, -np.inf, np.argmax)):
        ends = np.where(np.isfinite(bounds[:, column]), bounds[:, column], worst)
        if not np.isfinite(ends).any():
            return ""
        text = dossier.event_dates[rows[int(pick(ends))]].text
        end = text.split("/")[-column] if "/" in text else text
        said.append(dates.to_words(dates.parse_or_unknown(end)))
    return said[0] if said[0] == said[1] else f"{said[0]} – {said[1]}"


def _several_words(frame: Frame) -> str:
    picked = frame.state.selection
    counts = ((noun, int(picked.mask(noun + "s").sum()))
              for noun in ("actor", "place", "event", "relation"))  # fmt: skip
    return " · ".join(_count(number, noun) for noun, number in counts if number) + " picked"


def _pills(
    frame: Frame, ref: Ref, events: Sequence[int], relations: Sequence[int]
) -> tuple[str, ...]:
    dossier = frame.state.dossier
    mask = np.zeros(len(dossier.events), dtype=bool)
    mask[list(events)] = True
    actors = dossier.actors_of_event.reach(mask)
    actors[dossier.relation_ends[list(relations)].ravel()] = True
    actors &= ~frame.state.selection.actors
    sources = set(np.flatnonzero(dossier.sources_of_event.reach(mask)).tolist())
    claims = [*dossier.claims_about.get(ref, ())]
    for row in relations:
        claims += dossier.claims_about.get(dossier.ref("relations", row), ())
    known = dossier.sources.row_of
    sources |= {known[key] for key in (dossier.claims["source"][c] for c in claims) if key in known}
    counts = (
        (0 if ref.table == "events" and len(events) == 1 else len(events), "event"),
        (int(actors.sum()), "actor"),
        (0 if ref.table == "relations" and len(relations) == 1 else len(relations), "relation"),
        (len(sources), "source"),
    )
    return tuple(_count(number, noun) for number, noun in counts if number)


def _nothing(frame: Frame, ref: Ref) -> str:
    dossier = frame.state.dossier
    name = line_of(dossier.name(ref))
    links = {"actors": dossier.actors_of_event, "places": dossier.places_of_event}.get(ref.table)
    if frame.state.filter.is_empty and links is not None:
        return f"No event is recorded for {name}. Add one, or pick something else."
    return f"The filter leaves out all that is known of {name}. Reset it to see that again."


def _subtitle(dossier: Dossier, ref: Ref, row: int) -> str:
    cells = dossier.tables[ref.table].row(row)
    match ref.table:
        case "places":
            parts = _place_words(dossier, row, cells)
        case "actors":
            kind = _KIND_WORDS.get(cells["kind"], _sentence(words_of(cells["kind"])))
            country = country_name(dossier, cells["country"]) if cells["country"] else ""
            parts = [kind, "" if country == cells["name"] else country]
            parts += [cells.get("office", ""), cells["description"].strip().rstrip(".")]
        case "events":
            places = (dossier.places["name"][p] for p in dossier.places_of_event.of(row).tolist())
            parts = [_date_words(dossier, ref, row), *places]
        case _:
            parts = [_sentence(words_of(cells["type"])), _date_words(dossier, ref, row)]
    return line_of(" · ".join(part for part in parts if part))


def _place_words(dossier: Dossier, row: int, cells: dict[str, str]) -> list[str]:
    precision = PRECISIONS[dossier.place_precision[row]]
    inside = dossier.places.row_of.get(cells["within"])
    where = dossier.places["name"][inside] if inside not in (None, row) else ""
    if not where and cells["country"]:
        where = country_name(dossier, cells["country"])
    kind = _sentence(words_of(cells["kind"])) or "Place"
    if precision == "country" and cells["kind"].casefold() in ("", "country"):
        return ["A country; shown as its area"]
    link = "of" if cells["kind"].casefold() in _OF else "in"
    parts = [f"{kind} {link} {where}" if where and where != cells["name"] else kind]
    lon, lat = dossier.place_lonlat[row]
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


def _details(dossier: Dossier, ref: Ref, row: int) -> tuple[tuple[str, str], ...]:
    """Other names and the columns that are not of the schema; what is empty is left out."""
    cells = dossier.tables[ref.table].row(row)
    found = [("Also", ", ".join(split_list(cells.get("aliases", ""))))]
    found += [
        (_sentence(words_of(name)), cell)
        for name, cell in cells.items()
        if name not in TABLES[ref.table] and name != "office"
    ]
    return tuple((name, line_of(cell)) for name, cell in found if cell)


# -- what stands on a card -------------------------------------------------------------------


def _date_words(dossier: Dossier, ref: Ref, row: int) -> str:
    given = dossier.event_dates if ref.table == "events" else dossier.relation_dates
    cells = dossier.tables[ref.table]
    if not cells["date"][row] and ref.table == "relations":
        return ""
    return dates.to_words(given[row])


def _value(dossier: Dossier, claim: int) -> str:
    """Return what a claim says of its property; a date in words."""
    value = line_of(dossier.claims["value"][claim])
    if dossier.claims["property"][claim] == "date":
        date = dates.parse_or_unknown(value)
        return value if date is dates.UNKNOWN else dates.to_words(date)
    return value


def _is_figure(value: str) -> bool:
    return len(value) <= 24 and _FIGURE.fullmatch(value.strip()) is not None


def _verdict(dossier: Dossier, claim: int) -> str:
    """Say in few words what a claim does: ``reported as fact``, ``says 63 dead``, ``denies``."""
    cells = dossier.claims.row(claim)
    name, value, stance = words_of(cells["property"]), _value(dossier, claim), cells["stance"]
    plain = "says so" if cells["speaker"] else "reported as fact"
    yes, no = value.casefold() in ("yes", "true", ""), value.casefold() in ("no", "false")
    if stance != "asserts":
        detail = "" if cells["property"] in EXISTENCE or cells["property"] == SPEECH else name
        return f"{stance} {detail}".strip()
    if cells["property"] == SPEECH or not name:
        return plain
    if cells["property"] in EXISTENCE:
        return plain if yes else f"says {value}"
    if yes or no:
        return f"says {'yes' if yes else 'no'}: {name}"
    return f"says {value} ({name})" if _is_figure(value) else f"{name}: {value}"


def _speaker(dossier: Dossier, claim: int) -> str:
    key = dossier.claims["speaker"][claim]
    return line_of(dossier.name(Ref("actors", key))) if key in dossier.actors.row_of else key


def _line(dossier: Dossier, claims: Sequence[int], verdict: str = "") -> _Line:
    table, first = dossier.claims, claims[0]
    key = table["source"][first]
    source = line_of(_lookup(dossier).sources.get(key, key)) or "no source given"
    where = paragraphs("; ".join(table["locator"][claim] for claim in claims))
    speaker = _speaker(dossier, first)
    # The paragraph must stay in sight however long the name of the source is.
    label = "\0".join(
        (f"{speaker}, in {source}" if speaker else source, f", {where}" * bool(where))
    )
    if not verdict:
        verdict = _verdict(dossier, first)
        if len(claims) > 1 and table["property"][first] == SPEECH:
            verdict = f"{len(claims)} statements"
    return _Line(tuple(claims), label, verdict)


def _lines(dossier: Dossier, claims: Iterable[int]) -> tuple[_Line, ...]:
    """Group claims that one voice makes in one source, what happened first, statements last."""
    table = dossier.claims
    groups: dict[tuple[str, ...], list[int]] = {}
    for claim in claims:
        name = table["property"][claim]
        value = "" if name == SPEECH else table["value"][claim]
        voice = (table["source"][claim], table["speaker"][claim], table["stance"][claim])
        groups.setdefault((*voice, name, value), []).append(claim)
    rank = {SPEECH: 2} | dict.fromkeys(EXISTENCE, 0)
    ordered = sorted(groups.items(), key=lambda item: rank.get(item[0][3], 1))
    return tuple(_line(dossier, group) for _, group in ordered)


def _dispute(dossier: Dossier, dispute: Dispute) -> tuple[str, tuple[_Side, ...]]:
    table = dossier.claims
    sides: dict[tuple[str, str], list[int]] = {}
    for claim in dispute.claims:
        value = _value(dossier, claim)
        sides.setdefault((table["stance"][claim], value.casefold()), []).append(claim)
    out = []
    for (stance, _), claims in sides.items():
        value = _value(dossier, claims[0]) or "yes"
        voices: dict[tuple[str, str], list[int]] = {}
        for claim in claims:
            voices.setdefault((table["source"][claim], table["speaker"][claim]), []).append(claim)
        said = _sentence(value) if stance == "asserts" else f"Denied: {value}"
        verdict = "denies" if stance == "denies" else f"says {value}"
        out.append(_Side(said, tuple(_line(dossier, v, verdict) for v in voices.values())))
    number = len(dispute.claims)
    count = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    name = words_of(dispute.property)
    about = "" if dispute.property in EXISTENCE else f" ({name})"
    which = "both" if number == 2 else "all"
    return f"Disputed{about}: {count} statements cannot {which} hold", tuple(out)


def _names(dossier: Dossier, key: str, expanded: bool) -> Iterator[tuple[str, Ref | None]]:
    """Yield the pieces of ``Baghdad · United States → Qassem Soleimani``."""
    found = _lookup(dossier)
    left = len(dossier.actors) if expanded else MOST_NAMES

    def listed(table: str, keys: Sequence[str]) -> Iterator[tuple[str, Ref | None]]:
        nonlocal left
        for position, name in enumerate(keys):
            if left <= 0:
                yield f"{', ' * bool(position)}{len(keys) - position:,} more", None
                return
            if position:
                yield ", ", None
            left -= 1
            yield line_of(dossier.name(Ref(table, name))), Ref(table, name)

    begun = False
    for role, keys in found.places.get(key, {}).items():
        if keys:
            yield " · " * begun + (f"{role} " if role in ("from", "to") else ""), None
            yield from listed("places", keys)
            begun = True
    roles = dict(found.participants.get(key, {}))
    sources, targets = roles.pop("source", []), roles.pop("target", [])
    if sources or targets:
        if sources:
            yield " · " * begun, None
        yield from listed("actors", sources)
        if targets:
            yield " → ", None
            yield from listed("actors", targets)
        begun = True
    for role, keys in roles.items():
        if keys:
            yield " · " * begun, None
            if role and role != "participant":
                yield f"{words_of(role)} ", None
            yield from listed("actors", keys)
            begun = True


def card(
    table: str, row: int, frame: Frame, *, expanded: bool = False, open_claim: str | None = None
) -> Card:
    """Return what stands on the card of one row.

    Parameters
    ----------
    table : {"events", "relations", "actors", "places"}
    row : int
    frame : Frame
    expanded : bool
        Whether every claim and participant is listed.
    open_claim : str, optional
        Id of the claim that is shown in full; it is listed in any case.
    """
    dossier = frame.state.dossier
    ref = dossier.ref(table, row)
    cells = dossier.tables[table].row(row)
    full = expanded or frame.state.selection.active == ref
    title, body, date, wording = dossier.name(ref), "", "", ""
    names: tuple[tuple[str, Ref | None], ...] = ()
    if table == "events":
        date, body = _date_words(dossier, ref, row), cells["description"]
        if full and cells["date_text"] and cells["date_text"] != date:
            wording = f"In the source: {cells['date_text']}"
        if full and cells["type"] in EVENT_TYPES:
            date = f"{date} · {words_of(cells['type']).casefold()}"
        names = tuple(piece for piece in _names(dossier, ref.id, expanded) if piece[0])
    elif table == "relations":
        date = _date_words(dossier, ref, row)
        ends = [Ref("actors", cells[column]) for column in ("source", "target")]
        arrow = " → " if cells["directed"].strip().casefold() == "yes" else " – "
        title = arrow.join(dossier.name(end) for end in ends)
        body = " · ".join(
            part for part in (_sentence(words_of(cells["type"])), cells["description"]) if part
        )
        names = ((dossier.name(ends[0]), ends[0]), (arrow, None), (dossier.name(ends[1]), ends[1]))
    else:
        title = f"What is said of {title}"
    disputes = dossier.disputed.get(ref, ())
    taken = {claim for dispute in disputes for claim in dispute.claims}
    lines = _lines(dossier, (c for c in dossier.claims_about.get(ref, ()) if c not in taken))
    shown = lines
    if not expanded and len(lines) > MOST_LINES:
        opened = dossier.claims.row_of.get(open_claim or "", -1)
        shown = tuple(
            line for at, line in enumerate(lines) if at < MOST_LINES - 1 or opened in line.claims
        )
    return Card(
        ref, date, line_of(title), line_of(body), line_of(wording),
        tuple(_dispute(dossier, dispute) for dispute in disputes),
        shown,
        sum(len(line.claims) for line in lines) - sum(len(line.claims) for line in shown),
        names,
    )  # fmt: skip


def _full_claim(dossier: Dossier, claim: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the wording of a claim and what is known of it, each with what it is called."""
    cells = dossier.claims.row(claim)
    source = dossier.sources.row_of.get(cells["source"])
    title = "" if source is None else dossier.sources["title"][source]
    grade = "" if source is None else dossier.sources["reliability"][source].strip().upper()
    publisher = "" if source is None else dossier.sources["publisher"][source]
    said = dates.to_words(dates.parse_or_unknown(cells["said"])) if cells["said"] else ""
    stances = {
        "asserts": "asserts this", "denies": "denies this", "doubts": "doubts this",
    }  # fmt: skip
    known = [
        ("Speaker", _speaker(dossier, claim) or "the source’s own voice"),
        ("Stance", stances.get(cells["stance"], cells["stance"])),
        ("Source", ", ".join(part for part in (publisher, title or cells["source"]) if part)),
        ("Paragraph", paragraphs(cells["locator"])),
        ("Said", said),
        ("Credibility", _graded(cells["credibility"].strip(), CREDIBILITY)),
        ("Reliability", _graded(grade, RELIABILITY)),
    ]
    known += [
        (_sentence(words_of(name)), cell)
        for name, cell in cells.items()
        if name not in TABLES["claims"]
    ]
    name, value = _sentence(words_of(cells["property"])), _value(dossier, claim)
    wording = f"{name}: {value}" if name and value else name or value
    return wording, tuple((what, line_of(cell)) for what, cell in known if cell)


def _graded(grade: str, words: dict[str, str]) -> str:
    return f"{grade}, {words[grade]}" if grade in words else grade


# -- pictures --------------------------------------------------------------------------------

EDGE = MARGIN - 1.0
"""Space between the panel's edge and a card."""
BAR = 3.0
INSIDE = 13.0
"""Space between a card's edge and what stands on it."""
BETWEEN = GAP + 2.0
"""Space between two cards."""
PILL = 22.0
COLUMN = 340.0
"""Width from which on a picture gets another column of cards."""


def header_scene(shown: Evidence, frame: Frame, width: float) -> Scene:
    """Draw what the panel is headed by, as high as needed."""
    theme = frame.theme
    inner = Rect(MARGIN + 2, MARGIN, width - 2 * MARGIN - 2, 0)
    title = paragraph(shown.title, inner, theme.text, TITLE, 700)
    items = list(title.items)
    y = title.bottom + 2
    if shown.subtitle:
        block = paragraph(shown.subtitle, inner._replace(y=y), theme.muted, SMALL, pitch=16)
        items += block.items
        y = block.bottom
    for name, cell in shown.details:
        text = f"{name}: {cell}" if name != "Also" else f"Also called {cell}"
        block = paragraph(text, inner._replace(y=y), theme.muted, SMALL, pitch=16, lines=3)
        items += block.items
        y = block.bottom
    x = inner.x
    y += GAP
    for pill in shown.pills:
        wide = text_width(pill, SMALL) + 2 * INSIDE
        if x > inner.x and x + wide > inner.right:
            x, y = inner.x, y + PILL + 6
        items.append(Box(Rect(x, y, wide, PILL), fill=theme.raised, radius=PILL / 2))
        items.append(Text(pill, x + wide / 2, y + PILL / 2 + 4, theme.text, SMALL, align="centre"))
        x += wide + 6
    y += (PILL + BETWEEN) if shown.pills else 0
    if shown.note:
        block = paragraph(shown.note, inner._replace(y=y), theme.muted, BODY, pitch=17)
        items += block.items
        y = block.bottom + BETWEEN
    spoken = ". ".join(part for part in (shown.title, shown.subtitle, *shown.pills) if part)
    return Scene(width, y, theme.ground, tuple(items), summary=f"{spoken}. {shown.note}".strip())


class _Pen:
    """Writes a card from the top down."""

    def __init__(self, frame: Frame, box: Rect, open_claim: str | None) -> None:
        self.frame, self.theme, self.dossier = frame, frame.theme, frame.state.dossier
        self.box, self.y = box, box.y
        self.open = self.dossier.claims.row_of.get(open_claim or "", -1)
        self.items: list[Item] = []
        self.targets: list[Target] = []
        self.more: Target | None = None

    def write(self, text: str, size: float, weight: int, pitch: float, muted: bool = False) -> None:
        colour = self.theme.muted if muted else self.theme.text
        block = paragraph(text, self.box._replace(y=self.y), colour, size, weight, pitch)
        self.items += block.items
        self.y = block.bottom

    def _link(self, line: _Line, box: Rect, pitch: float) -> None:
        """Write one line's label, shortened before its paragraph, and make it a target."""
        head, where = line.label.split("\0")
        room = box.width - text_width(where, SMALL)
        label = elide(head, max(room, 0.0), SMALL) + where
        self.items.append(Text(label, box.x, box.y + pitch - 6, self.theme.accent, SMALL))
        refs = tuple(self.dossier.ref("claims", claim) for claim in line.claims)
        rect = Rect(box.x, box.y, box.width, pitch)
        spoken = f"{head}{where}: {line.verdict}"
        self.targets.append(
            Target(refs, box.x + box.width / 2, box.y + pitch / 2, rect=rect, label=spoken)
        )

    def line(self, line: _Line) -> None:
        """Write who says it on the left and what on the right, or below where both are long."""
        said = text_width(line.verdict, SMALL)
        room = self.box.width - said - 2 * GAP
        if text_width(line.label.replace("\0", ""), SMALL) <= room:
            x, y = self.box.right, self.y + 14
            self.items.append(Text(line.verdict, x, y, self.theme.muted, SMALL, align="right"))
            self._link(line, self.box._replace(y=self.y, width=room), 20.0)
            self.y += 20.0
        else:
            self._link(line, self.box._replace(y=self.y), 20.0)
            below = self.box._replace(y=self.y + 18.0)
            block = paragraph(line.verdict, below, self.theme.muted, SMALL, pitch=15, lines=2)
            self.items += block.items
            self.y = block.bottom + 2
        self.opened(line)

    def opened(self, line: _Line) -> None:
        """Write in full what stands behind a line, if one of its claims is open."""
        if self.open not in line.claims:
            return
        for claim in line.claims:
            wording, known = _full_claim(self.dossier, claim)
            inner = self.box._replace(x=self.box.x + GAP + 2, width=self.box.width - GAP - 2)
            top = self.y + 2
            block = paragraph(wording, inner._replace(y=top), self.theme.text, BODY, 500, 16)
            self.items += block.items
            y = block.bottom + 2
            wide = max(text_width(name, SMALL) for name, _ in known) + GAP
            for name, cell in known:
                self.items.append(Text(name, inner.x, y + 11.5, self.theme.muted, SMALL))
                beside = Rect(inner.x + wide, y, inner.width - wide, 0)
                block = paragraph(cell, beside, self.theme.text, SMALL, pitch=16)
                self.items += block.items
                y = block.bottom
            rule = Rect(self.box.x, top, 1.5, y - top)
            self.items.append(Box(rule, fill=self.theme.accent))
            self.y = y + GAP

    def dispute(self, heading: str, sides: Sequence[_Side]) -> None:
        """Write a strip and below it the values that cannot all hold, side by side."""
        theme, inset = self.theme, GAP
        top = self.y + 3
        text_box = Rect(self.box.x + inset, top + 2, self.box.width - 2 * inset, 0)
        block = paragraph(heading, text_box, theme.on_dispute, SMALL, 500, 16)
        strip = Rect(self.box.x, top, self.box.width, block.bottom + 2 - top)
        self.items += (Box(strip, fill=theme.dispute, radius=RADIUS / 2), *block.items)
        self.y = strip.bottom + 5
        columns = 2 if self.box.width >= 220 else 1
        wide = (self.box.width - (columns - 1) * 2 * GAP) / columns
        for start in range(0, len(sides), columns):
            row, bottoms = sides[start : start + columns], []
            for position, side in enumerate(row):
                box = Rect(self.box.x + position * (wide + 2 * GAP), self.y, wide, 0)
                block = paragraph(side.value, box, theme.text, BODY, 600, 16, lines=5)
                self.items += block.items
                y = block.bottom
                for line in side.lines:
                    y = self._voice(line, box._replace(y=y))
                bottoms.append(y)
                if position:
                    x = box.x - GAP
                    rule = Rect(x, self.y + 2, 1.0, max(bottoms) - self.y - 2)
                    self.items.append(Box(rule, fill=theme.divider))
            self.y = max(bottoms) + 4
            for side in row:
                for line in side.lines:
                    self.opened(line)

    def _voice(self, line: _Line, box: Rect) -> float:
        """Write a line's label over as many lines as it takes; return where it ends."""
        refs = tuple(self.dossier.ref("claims", claim) for claim in line.claims)
        label = line.label.replace("\0", "")
        block = paragraph(label, box, self.theme.accent, SMALL, pitch=15)
        self.items += block.items
        rect = box._replace(height=block.bottom - box.y)
        spoken = f"{label}: {line.verdict}"
        middle = rect.x + rect.width / 2, rect.y + rect.height / 2
        self.targets.append(Target(refs, *middle, rect=rect, label=spoken))
        return block.bottom + 1

    def names(self, names: Sequence[tuple[str, Ref | None]]) -> None:
        """Write places and participants as links."""
        runs = [Run(text, self.theme.muted, (ref,) if ref else ()) for text, ref in names]
        block = flow(runs, self.box._replace(y=self.y + 2), SMALL, pitch=16)
        self.items += block.items
        self.targets += block.targets
        self.y = block.bottom + 2

    def link(self, text: str, ref: Ref) -> None:
        """Write the link that shows the rest of the claims."""
        self.items.append(Text(text, self.box.x, self.y + 14, self.theme.accent, SMALL, 500))
        rect = Rect(self.box.x, self.y, text_width(text, SMALL, 500), 20.0)
        middle = rect.x + rect.width / 2, rect.y + 10.0
        self.more = Target((ref,), *middle, rect=rect, label=text)
        self.targets.append(self.more)
        self.y += 20.0


def card_scene(
    table: str,
    row: int,
    frame: Frame,
    width: float,
    *,
    expanded: bool = False,
    open_claim: str | None = None,
) -> CardScene:
    """Draw one card; see `card` for what stands on it.

    The first target is the card itself; those on it are claims, places and actors.
    """
    shown = card(table, row, frame, expanded=expanded, open_claim=open_claim)
    theme, dossier = frame.theme, frame.state.dossier
    left = EDGE + INSIDE + 1
    pen = _Pen(frame, Rect(left, 8, width - left - EDGE - INSIDE, 0), open_claim)
    if shown.date:
        pen.write(shown.date, SMALL, 600, 16, muted=True)
    if shown.wording:
        pen.write(shown.wording, SMALL, 400, 15, muted=True)
        pen.y += 3
    pen.write(shown.title, HEADING, 600, 18)
    if shown.body:
        pen.write(shown.body, BODY, 400, 16)
    if shown.names and table == "events":
        pen.names(shown.names)
    for heading, sides in shown.disputes:
        pen.dispute(heading, sides)
    if shown.lines:
        pen.y += 3
    for line in shown.lines:
        pen.line(line)
    if shown.hidden:
        pen.link(f"{shown.hidden:,} more {'claim' if shown.hidden == 1 else 'claims'}", shown.ref)
    if not (shown.lines or shown.disputes):
        pen.write("No claim is recorded for this.", SMALL, 400, 20, muted=True)
    if table == "relations":
        pen.names(shown.names)

    quads = {"events": dossier.event_quads, "relations": dossier.relation_quads}.get(table)
    bar = theme.tie if quads is None else theme.quad(int(quads[row]))
    rect = Rect(EDGE, 0, width - 2 * EDGE, pen.y + 8)
    active = frame.state.selection.active == shown.ref
    hovered = frame.state.hover == shown.ref
    outline = theme.pick if active else theme.accent if hovered else None
    ground = Box(
        rect.inset(0.75) if outline else rect, fill=theme.raised, stroke=outline, radius=RADIUS,
        width=1.5,
    )  # fmt: skip
    strip = Box(rect._replace(width=BAR), fill=bar, radius=BAR / 2)
    spoken = ", ".join(part for part in (shown.title, shown.date) if part)
    whole = Target((shown.ref,), rect.width / 2, rect.height / 2, rect=rect, label=spoken)
    scene = Scene(
        width,
        rect.bottom + BETWEEN,
        theme.ground,
        (ground, strip, *pen.items),
        (whole, *pen.targets),
        card_text_of(shown),
    )
    return CardScene(scene, pen.more)


def card_text_of(shown: Card) -> str:
    """Return a card as plain text, a line for each of its lines."""
    out = [shown.date, shown.wording, shown.title, shown.body]
    out.append("".join(text for text, _ in shown.names))
    for heading, sides in shown.disputes:
        out.append(heading)
        for side in sides:
            voices = "; ".join(line.label.replace("\0", "") for line in side.lines)
            out.append(f"{side.value} – {voices}")
    out += (line.label.replace("\0", "") + ": " + line.verdict for line in shown.lines)
    if shown.hidden:
        out.append(f"{shown.hidden:,} more {'claim' if shown.hidden == 1 else 'claims'}")
    return "\n".join(part for part in out if part)


def card_text(
    table: str, row: int, frame: Frame, *, expanded: bool = False, open_claim: str | None = None
) -> str:
    """Return one card as plain text; see `card`. An open claim is given in full at the end."""
    dossier = frame.state.dossier
    shown = card(table, row, frame, expanded=expanded, open_claim=open_claim)
    text = card_text_of(shown)
    claim = dossier.claims.row_of.get(open_claim or "")
    if claim is None:
        return text
    wording, known = _full_claim(dossier, claim)
    return "\n".join([text, wording, *(f"{name}: {cell}" for name, cell in known)])


def evidence_scene(frame: Frame, width: float, height: float, max_cards: int = 0) -> Scene:
    """Draw heading and cards for an exported picture, in columns where it is wide.

    Cards that do not fit whole, or are more than `max_cards` (0: any number), are left out and
    counted at the end.
    """
    shown = evidence(frame)
    columns = max(int(width // COLUMN), 1)
    wide = width / columns
    head = header_scene(shown, frame, wide)
    cards = shown.cards(frame.state.dossier)

    def rest(done: int, y: float) -> Block:
        inner = Rect(MARGIN + 2, y, wide - 2 * MARGIN - 2, 0)
        return paragraph(_rest_words(cards[done:]), inner, frame.theme.accent, BODY, 500)

    parts = [Placed(head, 0.0, 0.0)]
    column, y, done = 0, head.height, 0
    for table, row in cards[: max_cards or len(cards)]:
        scene = card_scene(table, row, frame, wide).scene
        if column < columns - 1 and y + scene.height - BETWEEN > height:
            column, y = column + 1, MARGIN
        end = y + scene.height
        foot = rest(done + 1, end).bottom if column == columns - 1 else 0.0
        if max(end - BETWEEN, foot) > height:
            break
        parts.append(Placed(scene, column * wide, y))
        y = end
        done += 1
    end_words = Group(rest(done, y).items, dx=column * wide)
    out = together((width, height), frame.theme.ground, parts, [end_words])
    return replace(out, summary=f"{head.summary} {_rest_words(cards[done:])}".strip())


def _rest_words(cards: Sequence[tuple[str, int]]) -> str:
    """Return how many cards are left out, e.g. ``12 more events and 3 more relations``."""
    nouns = {"events": "event", "relations": "relation", "actors": "entry", "places": "entry"}
    counts: dict[str, int] = {}
    for table, _ in cards:
        counts[nouns[table]] = counts.get(nouns[table], 0) + 1
    return " and ".join(
        f"{number:,} more {noun if number == 1 else noun + 's'}" for noun, number in counts.items()
    )
