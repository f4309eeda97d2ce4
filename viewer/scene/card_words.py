"""What stands on a card of the evidence panel, in words.

The card's picture and its plain text are both made from a `Card`, so that what is read aloud or
copied is what is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from viewer.model import dates
from viewer.model.disputes import Dispute
from viewer.model.dossier import Dossier
from viewer.model.schema import EVENT_TYPES, TABLES, Ref
from viewer.scene.frame import Frame
from viewer.scene.parts import line_of
from viewer.scene.wording import date_words, paragraphs, sentence, source_labels, words_of

MOST_LINES = 6
"""Claim lines on a card that is not expanded."""
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
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_FIGURE = re.compile(r"[^\W\d]{0,6}\.?\s?[-+~≈<>$€£]?\d[\d.,:\s/–-]*\S{0,12}(\s\S{1,8})?")


@dataclass(frozen=True, slots=True)
class Line:
    """One or more claims of one voice in one source."""

    claims: tuple[int, ...]
    label: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that cannot all hold."""

    value: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on one card.

    Parameters
    ----------
    ref : Ref
    date, title, body : str
    wording : str
        The date as the source words it; empty on a card that is not active or expanded.
    disputes : tuple of (str, tuple of Side)
        Heading of each dispute and its sides.
    lines : tuple of Line
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
    disputes: tuple[tuple[str, tuple[Side, ...]], ...]
    lines: tuple[Line, ...]
    hidden: int
    names: tuple[tuple[str, Ref | None], ...]

    @property
    def rest(self) -> str:
        """How many claims are left out, in words; empty when none is."""
        if not self.hidden:
            return ""
        more = "more " if self.lines or any(sides for _, sides in self.disputes) else ""
        return f"{self.hidden:,} {more}{'claim' if self.hidden == 1 else 'claims'}"


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


def _line(dossier: Dossier, claims: Sequence[int], verdict: str = "") -> Line:
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
    return Line(tuple(claims), label, verdict)


def _lines(dossier: Dossier, claims: Iterable[int]) -> tuple[Line, ...]:
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


def _dispute(dossier: Dossier, dispute: Dispute) -> tuple[str, tuple[Side, ...]]:
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
        said = sentence(value) if stance == "asserts" else f"Denied: {value}"
        verdict = "denies" if stance == "denies" else f"says {value}"
        out.append(Side(said, tuple(_line(dossier, v, verdict) for v in voices.values())))
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
    table: str,
    row: int,
    frame: Frame,
    *,
    expanded: bool = False,
    open_claim: str | None = None,
    brief: bool = False,
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
    brief : bool
        Whether claims are only counted, and disputes only named.
    """
    dossier = frame.state.dossier
    ref = dossier.ref(table, row)
    cells = dossier.tables[table].row(row)
    full = expanded or frame.state.selection.active == ref
    title, body, date, wording = dossier.name(ref), "", "", ""
    names: tuple[tuple[str, Ref | None], ...] = ()
    if table == "events":
        date, body = date_words(dossier, ref, row), cells["description"]
        if full and cells["date_text"] and cells["date_text"] != date:
            wording = f"In the source: {cells['date_text']}"
        if full and cells["type"] in EVENT_TYPES:
            date = f"{date} · {words_of(cells['type']).casefold()}"
        names = tuple(piece for piece in _names(dossier, ref.id, expanded) if piece[0])
    elif table == "relations":
        date = date_words(dossier, ref, row)
        ends = [Ref("actors", cells[column]) for column in ("source", "target")]
        arrow = " → " if cells["directed"].strip().casefold() == "yes" else " – "
        title = arrow.join(dossier.name(end) for end in ends)
        body = " · ".join(
            part for part in (sentence(words_of(cells["type"])), cells["description"]) if part
        )
        names = ((dossier.name(ends[0]), ends[0]), (arrow, None), (dossier.name(ends[1]), ends[1]))
    else:
        title = f"What is said of {title}"
    claims = dossier.claims_about.get(ref, ())
    disputes = tuple(_dispute(dossier, dispute) for dispute in dossier.disputed.get(ref, ()))
    taken = {claim for dispute in dossier.disputed.get(ref, ()) for claim in dispute.claims}
    lines = _lines(dossier, (claim for claim in claims if claim not in taken))
    if brief:
        disputes, lines = tuple((heading, ()) for heading, _ in disputes), ()
        taken = set()
    elif not expanded and len(lines) > MOST_LINES:
        opened = dossier.claims.row_of.get(open_claim or "", -1)
        lines = tuple(
            line for at, line in enumerate(lines) if at < MOST_LINES - 1 or opened in line.claims
        )
    hidden = len(claims) - len(taken) - sum(len(line.claims) for line in lines)
    return Card(
        ref, date, line_of(title), line_of(body), line_of(wording), disputes, lines, hidden, names
    )


def full_claim(dossier: Dossier, claim: int) -> tuple[str, tuple[tuple[str, str], ...]]:
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
        (sentence(words_of(name)), cell)
        for name, cell in cells.items()
        if name not in TABLES["claims"]
    ]
    name, value = sentence(words_of(cells["property"])), _value(dossier, claim)
    wording = f"{name}: {value}" if name and value else name or value
    return wording, tuple((what, line_of(cell)) for what, cell in known if cell)


def _graded(grade: str, words: dict[str, str]) -> str:
    return f"{grade}, {words[grade]}" if grade in words else grade


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
    out.append(shown.rest)
    return "\n".join(part for part in out if part)
