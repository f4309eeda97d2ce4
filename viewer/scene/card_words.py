"""What stands on a card of the evidence panel, in words.

The card's picture and its plain text are both made from a `Card`, so that what is read aloud or
copied is what is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from viewer.model import dates
from viewer.model.disputes import Dispute, by_side
from viewer.model.dossier import Dossier
from viewer.model.schema import EVENT_TYPES, SUPPORTS, Ref
from viewer.scene.claim_words import (
    EXISTENCE,
    SPEECH,
    Line,
    claim_line,
    is_corrected,
    value_words,
)
from viewer.scene.frame import Frame
from viewer.scene.parts import line_of
from viewer.scene.wording import counted, date_words, sentence, words_of

MOST_LINES = 6
"""Claim lines on a card that is not expanded."""
MOST_NAMES = 8
"""Participants named on a card that is not expanded."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


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
    support : str
        How many sources tell of an event, and whether they are independent or at odds.
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
    support: str = ""

    @property
    def rest(self) -> str:
        """How many claims are left out, in words; empty when none is."""
        if not self.hidden:
            return ""
        more = "more " if self.lines or any(sides for _, sides in self.disputes) else ""
        return f"{self.hidden:,} {more}{'claim' if self.hidden == 1 else 'claims'}"


def _lines(dossier: Dossier, claims: Iterable[int]) -> tuple[Line, ...]:
    """Group claims that one voice makes in one source, what happened first, statements last."""
    table = dossier.claims
    groups: dict[tuple[str, ...], list[int]] = {}
    for claim in claims:
        name = table["property"][claim]
        value = "" if name == SPEECH else table["value"][claim]
        if is_corrected(dossier, claim):
            # What was taken back stands for itself, with when that was said.
            value = f"{value}\0{claim}"
        voice = (table["source"][claim], table["speaker"][claim], table["stance"][claim])
        groups.setdefault((*voice, name, value), []).append(claim)
    rank = {SPEECH: 3} | dict.fromkeys(EXISTENCE, 0)

    def place(group: Sequence[int]) -> int:
        return 1 if is_corrected(dossier, group[0]) else rank.get(table["property"][group[0]], 2)

    return tuple(claim_line(dossier, group) for group in sorted(groups.values(), key=place))


def dispute_words(dossier: Dossier, dispute: Dispute) -> tuple[str, tuple[Side, ...]]:
    """Return the heading of a dispute and its sides."""
    table = dossier.claims
    out = []
    for claims in by_side(table.columns, dispute, dossier.names):
        stance = table["stance"][claims[0]]
        words = value_words(dossier, claims[0]) or "yes"
        voices: dict[tuple[str, str], list[int]] = {}
        for claim in claims:
            voices.setdefault((table["source"][claim], table["speaker"][claim]), []).append(claim)
        said = sentence(words) if stance == "asserts" else f"Denied: {words}"
        verdict = "denies" if stance == "denies" else f"says {words}"
        out.append(Side(said, tuple(claim_line(dossier, v, verdict) for v in voices.values())))
    number = len(dispute.claims)
    count = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    name = words_of(dispute.property)
    about = "" if dispute.property in EXISTENCE else f" ({name})"
    which = "both" if number == 2 else "all"
    return f"Disputed{about}: {count} statements cannot {which} hold", tuple(out)


def _names(dossier: Dossier, event: int, expanded: bool) -> Iterator[tuple[str, Ref | None]]:
    """Yield the pieces of ``Baghdad · United States → Qassem Soleimani``."""
    left = len(dossier.actors) if expanded else MOST_NAMES

    def listed(table: str, rows: Sequence[int]) -> Iterator[tuple[str, Ref | None]]:
        nonlocal left
        for position, row in enumerate(rows):
            if left <= 0:
                yield f"{', ' * bool(position)}{len(rows) - position:,} more", None
                return
            if position:
                yield ", ", None
            left -= 1
            ref = dossier.ref(table, row)
            yield line_of(dossier.name(ref)), ref

    begun = False
    for role, rows in dossier.roles("event_places", event).items():
        if rows:
            yield " · " * begun + (f"{role} " if role in ("from", "to") else ""), None
            yield from listed("places", rows)
            begun = True
    roles = dossier.roles("participants", event)
    sources, targets = roles.pop("source", []), roles.pop("target", [])
    if sources or targets:
        if sources:
            yield " · " * begun, None
        yield from listed("actors", sources)
        if targets:
            yield " → ", None
            yield from listed("actors", targets)
        begun = True
    for role, rows in roles.items():
        if rows:
            yield " · " * begun, None
            if role and role != "participant":
                yield f"{words_of(role)} ", None
            yield from listed("actors", rows)
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
        date, body = date_words(frame.state, ref, row), cells["description"]
        if full and cells["date_text"] not in ("", dates.to_words(dossier.event_dates[row])):
            wording = f"In the source: {cells['date_text']}"
        if full and cells["type"] in EVENT_TYPES:
            date = f"{date} · {words_of(cells['type']).casefold()}"
        names = tuple(piece for piece in _names(dossier, row, expanded) if piece[0])
    elif table == "relations":
        date = date_words(frame.state, ref, row)
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
    disputes = tuple(dispute_words(dossier, dispute) for dispute in dossier.disputed.get(ref, ()))
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
        ref, date, line_of(title), line_of(body), line_of(wording), disputes, lines, hidden, names,
        support_words(dossier, row) if table == "events" else "",
    )  # fmt: skip


def support_words(dossier: Dossier, event: int) -> str:
    """Return what an event rests on: ``3 independent sources``, ``one source``, ``disputed``."""
    told = len(dossier.sources_of_event.of(event))
    match SUPPORTS[dossier.event_support[event]]:
        case "several":
            return f"{told} independent sources"
        case "one":
            return "one source" if told == 1 else f"{told} sources of one voice"
        case "disputed":
            return f"disputed · {counted(told, 'source')}" if told else "disputed"
    return ""


def side_lines(sides: Iterable[Side]) -> Iterator[str]:
    """Yield the sides of a dispute as plain text."""
    for side in sides:
        voices = "; ".join(line.label.replace("\0", "") for line in side.lines)
        yield f"{side.value} – {voices}"


def card_text_of(shown: Card) -> str:
    """Return a card as plain text, a line for each of its lines."""
    out = [shown.date, shown.support, shown.wording, shown.title, shown.body]
    out.append("".join(text for text, _ in shown.names))
    for heading, sides in shown.disputes:
        out += (heading, *side_lines(sides))
    out += (line.label.replace("\0", "") + ": " + line.verdict for line in shown.lines)
    out.append(shown.rest)
    return "\n".join(part for part in out if part)
