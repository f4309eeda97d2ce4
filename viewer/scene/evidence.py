"""The evidence for what is picked, drawn: a heading and a card for each event or relation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from viewer.model.disputes import Dispute
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.scene.card_words import Side, card, card_text_of, dispute_words, side_lines
from viewer.scene.claim_words import Line, full_claim
from viewer.scene.evidence_cards import Cards
from viewer.scene.evidence_words import Evidence, evidence
from viewer.scene.frame import Frame
from viewer.scene.parts import Block, Placed, Run, flow, line_of, paragraph, together
from viewer.scene.primitives import Box, Group, Item, Rect, Scene, Text
from viewer.scene.reading import reading, reading_block, reading_lines
from viewer.scene.style import BODY, GAP, HEADING, MARGIN, RADIUS, SMALL, TITLE
from viewer.scene.targets import Target
from viewer.scene.text import elide, text_width
from viewer.scene.wording import counted, date_words

__all__ = [
    "Evidence",
    "card_scene",
    "card_text",
    "evidence",
    "evidence_scene",
    "header_scene",
    "rest_words",
]

EDGE = MARGIN - 1.0
"""Space between the panel's edge and a card."""
BAR = 3.0
INSIDE = 13.0
"""Space between a card's edge and what stands on it."""
BETWEEN = GAP + 2.0
"""Space between two cards."""
_LONGEST_WHERE = 0.5
"""Share of a card's width that the paragraphs of a claim line may take beside the voice."""
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

    def __init__(self, frame: Frame, box: Rect, open_claim: str | None, around: int) -> None:
        self.frame, self.theme, self.dossier = frame, frame.theme, frame.state.dossier
        self.box, self.y = box, box.y
        self.open = self.dossier.claims.row_of.get(open_claim or "", -1)
        self.around = around
        self.items: list[Item] = []
        self.targets: list[Target] = []

    def write(self, text: str, size: float, weight: int, pitch: float, muted: bool = False) -> None:
        colour = self.theme.muted if muted else self.theme.text
        block = paragraph(text, self.box._replace(y=self.y), colour, size, weight, pitch)
        self.items += block.items
        self.y = block.bottom

    def date(self, date: str, support: str) -> None:
        """Write the date, and on the right, or below, what the event rests on."""
        if date:
            self.write(date, SMALL, 600, 16, muted=True)
        if not support:
            return
        room = self.box.width - text_width(date, SMALL, 600) - GAP
        if date and text_width(support, SMALL) > room:
            self.write(support, SMALL, 400, 15, muted=True)
            return
        self.y += 0.0 if date else 16.0
        y = self.y - 4.5
        self.items.append(Text(support, self.box.right, y, self.theme.muted, SMALL, align="right"))

    def _link(self, line: Line, box: Rect, pitch: float) -> None:
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

    def line(self, line: Line) -> None:
        """Write who says it on the left and what on the right, or below where both are long."""
        said = text_width(line.verdict, SMALL)
        room = self.box.width - said - 2 * GAP
        where = line.label.partition("\0")[2]
        if text_width(where, SMALL) > _LONGEST_WHERE * self.box.width:
            # So many paragraphs that the voice would be cut off: all of it, over several lines.
            self.y = self._voice(line, self.box._replace(y=self.y + 2))
            block = paragraph(
                line.verdict,
                self.box._replace(y=self.y),
                self.theme.muted,
                SMALL,
                pitch=15,
                lines=2,
            )
            self.items += block.items
            self.y = block.bottom + 2
            self.opened(line)
            return
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

    def opened(self, line: Line) -> None:
        """Write in full what stands behind a line, if one of its claims is open."""
        if self.open not in line.claims:
            return
        top = self.y + 2
        inner = self.box._replace(x=self.box.x + GAP + 2, width=self.box.width - GAP - 2)
        for claim in line.claims:
            wording, known = full_claim(self.frame.state, claim)
            block = paragraph(wording, inner._replace(y=self.y + 2), self.theme.text, BODY, 500, 16)
            self.items += block.items
            y = block.bottom + 2
            wide = max(text_width(name, SMALL) for name, _ in known) + GAP
            for name, cell in known:
                self.items.append(Text(name, inner.x, y + 11.5, self.theme.muted, SMALL))
                beside = Rect(inner.x + wide, y, inner.width - wide, 0)
                block = paragraph(cell, beside, self.theme.text, SMALL, pitch=16)
                self.items += block.items
                y = block.bottom
            self.y = y + GAP
        found = reading(self.frame.state, line.claims, self.around)
        if found is not None:
            block = reading_block(found, inner._replace(y=self.y), self.theme)
            self.items += block.items
            self.targets += block.targets
            self.y = block.bottom
        rule = Rect(self.box.x, top, 1.5, self.y - top)
        self.items.append(Box(rule, fill=self.theme.accent))
        self.y += GAP

    def dispute(self, heading: str, sides: Sequence[Side]) -> None:
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

    def _voice(self, line: Line, box: Rect) -> float:
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
        self.targets.append(Target((ref,), *middle, rect=rect, label=text, action="more"))
        self.y += 20.0


def card_scene(
    table: str,
    row: int,
    frame: Frame,
    width: float,
    *,
    expanded: bool = False,
    open_claim: str | None = None,
    brief: bool = False,
    around: int = 1,
) -> Scene:
    """Draw one card; see `card` for what stands on it.

    Its height ends with the gap below the card. The first target is the card itself; those on it
    are claims, places and actors, and links with an action: ``more`` claims of the card,
    ``attach`` the text of a source, more of what stands ``around`` a passage (`around` paragraphs
    on either side), or ``read`` the whole text.
    """
    shown = card(table, row, frame, expanded=expanded, open_claim=open_claim, brief=brief)
    theme, dossier = frame.theme, frame.state.dossier
    left = EDGE + INSIDE + 1
    pen = _Pen(frame, Rect(left, 8, width - left - EDGE - INSIDE, 0), open_claim, around)
    pen.date(shown.date, shown.support)
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
    if shown.rest:
        pen.link(shown.rest, shown.ref)
    if not (shown.lines or shown.disputes or shown.hidden):
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
    return Scene(
        width,
        rect.bottom + BETWEEN,
        theme.ground,
        (ground, strip, *pen.items),
        (whole, *pen.targets),
        card_text_of(shown),
    )


def dispute_scene(dispute: Dispute, frame: Frame, width: float) -> Scene:
    """Draw one dispute for a list of them: what it is about, and the sides.

    The first target is what the dispute is about; the others are the claims that take part.
    """
    dossier, theme = frame.state.dossier, frame.theme
    ref = dispute.about
    left = EDGE + INSIDE + 1
    pen = _Pen(frame, Rect(left, 8, width - left - EDGE - INSIDE, 0), None, 0)
    date = ""
    if ref.table in ("events", "relations"):
        date = date_words(frame.state, ref, dossier.row(ref))
    if date:
        pen.write(date, SMALL, 600, 16, muted=True)
    pen.write(dossier.name(ref), HEADING, 600, 18)
    heading, sides = dispute_words(dossier, dispute)
    pen.dispute(heading, sides)
    rect = Rect(EDGE, 0, width - 2 * EDGE, pen.y + 6)
    active = frame.state.selection.active == ref
    outline = theme.pick if active else None
    ground = Box(rect.inset(0.75) if active else rect, fill=theme.raised, stroke=outline,
                 radius=RADIUS, width=1.5)  # fmt: skip
    strip = Box(rect._replace(width=BAR), fill=theme.on_dispute, radius=BAR / 2)
    spoken = ", ".join(part for part in (dossier.name(ref), date) if part)
    whole = Target((ref,), rect.width / 2, rect.height / 2, rect=rect, label=spoken)
    items, targets = (ground, strip, *pen.items), (whole, *pen.targets)
    return Scene(width, rect.bottom + BETWEEN, theme.ground, items, targets)


def dispute_text(dispute: Dispute, dossier: Dossier) -> str:
    """Return one dispute as plain text, a line for each side."""
    heading, sides = dispute_words(dossier, dispute)
    return "\n".join([line_of(dossier.name(dispute.about)), heading, *side_lines(sides)])


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
    wording, known = full_claim(frame.state, claim)
    found = reading(frame.state, (claim,), 1)
    passage = reading_lines(found) if found is not None else ()
    return "\n".join([text, wording, *(f"{name}: {cell}" for name, cell in known), *passage])


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
        return paragraph(rest_words(cards, done), inner, frame.theme.accent, BODY, 500)

    parts = [Placed(head, 0.0, 0.0)]
    column, y, done = 0, head.height, 0

    def fits(scene: Scene) -> bool:
        end = y + scene.height
        foot = rest(done + 1, end).bottom if column == columns - 1 else 0.0
        return max(end - BETWEEN, foot) <= height

    for table, row in islice(cards, max_cards or None):
        scene = card_scene(table, row, frame, wide)
        if column < columns - 1 and not fits(scene):
            column, y = column + 1, MARGIN
        if not fits(scene) and not done:
            # One card without its claims says more than none.
            scene = card_scene(table, row, frame, wide, brief=True)
        if not fits(scene):
            break
        parts.append(Placed(scene, column * wide, y))
        y += scene.height
        done += 1
    end_words = Group(rest(done, y).items, dx=column * wide)
    out = together((width, height), frame.theme.ground, parts, [end_words])
    return replace(out, summary=f"{head.summary} {rest_words(cards, done)}".strip())


def rest_words(cards: Cards, done: int) -> str:
    """Return how many cards are left out, e.g. ``12 more events and 1 more relation``."""
    nouns = {"events": "event", "relations": "relation", "actors": "card", "places": "card"}
    more = "more " if done else ""
    counts = Counter[str]()
    for table, number in cards.left(done).items():
        counts[nouns[table]] += number
    return " and ".join(counted(number, more + noun) for noun, number in counts.items())
