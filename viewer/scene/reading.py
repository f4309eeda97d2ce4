"""The text of a source, drawn: the passage a claim was read in, with what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viewer.model.dossier import Dossier
from viewer.model.schema import ABOUT_TABLES, Ref, split_list
from viewer.model.state import State
from viewer.model.texts import Passage, SourceText, is_same_text, parse_locator, passages
from viewer.scene.claim_words import full_claim
from viewer.scene.frame import Frame
from viewer.scene.parts import Block, line_of, paragraph
from viewer.scene.primitives import Box, Item, Rect, Scene, Text
from viewer.scene.style import BODY, GAP, MARGIN, MARKED, RADIUS, SMALL, Theme
from viewer.scene.targets import Target
from viewer.scene.text import text_width
from viewer.scene.wording import paragraphs, sentence

PITCH = 17.0
_LONGEST = 10_000
"""Paragraphs of one range beyond which it is a slip."""
_AROUND_LINES = 4
"""Lines of a paragraph that only stands beside the passage."""
NO_TEXT = "The passage can be shown here once its text is attached."
OTHER_TEXT = (
    "Read in another file than the one the claims were made from; paragraphs may be numbered "
    "otherwise."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be read of the passage behind some claims of one source.

    Parameters
    ----------
    source : Ref
    text : SourceText, optional
        None where no text is attached.
    passages : tuple of Passage
    note : str
        What is to be known of it; empty where all is well.
    """

    source: Ref
    text: SourceText | None
    passages: tuple[Passage, ...] = ()
    note: str = ""


def reading(state: State, claims: Sequence[int], around: int) -> Reading | None:
    """Return the passage that claims of one source point at.

    Parameters
    ----------
    state : State
    claims : sequence of int
        Rows of the claims table, all of one source.
    around : int
        Paragraphs wanted before and after each named one.

    Returns
    -------
    Reading or None
        None where the claims name no source that is known.
    """
    dossier = state.dossier
    key = dossier.claims["source"][claims[0]]
    row = dossier.sources.row_of.get(key)
    if row is None:
        return None
    source, text = Ref("sources", key), state.texts.get(key)
    if text is None:
        return Reading(source, None, note=NO_TEXT)
    cells = (dossier.claims["locator"][claim] for claim in claims)
    locator = "; ".join(dict.fromkeys(part for cell in cells for part in split_list(cell)))
    found = passages(text, locator, around)
    other = "" if is_same_text(dossier.sources["file_sha256"][row], text) else OTHER_TEXT
    if found:
        return Reading(source, text, found, other)
    count = len(text.paragraphs)
    where = f"{paragraphs(locator)} is not in it" if locator else "the claim names none"
    note = f"The text has {count:,} paragraph{'s' * (count != 1)}; {where}. {other}".strip()
    return Reading(source, text, (), note)


def paragraph_block(
    text: str, number: int, box: Rect, theme: Theme, *, marked: bool, lines: int = 0
) -> Block:
    """Set one numbered paragraph; a marked one stands on a tinted ground.

    Parameters
    ----------
    text : str
    number : int
        Written before it.
    box : Rect
        Its height is not used.
    theme : Theme
    marked : bool
    lines : int
        Most lines wanted; 0: all of it.
    """
    gutter = max(text_width(f"¶{number}", SMALL) + GAP, 30.0)
    inner = Rect(box.x + gutter, box.y + 3, box.width - gutter - 6, 0)
    colour = theme.text if marked else theme.muted
    block = paragraph(text, inner, colour, BODY, 400, PITCH, lines)
    bottom = block.bottom + 3
    items: list[Item] = []
    if marked:
        ground = Rect(box.x, box.y, box.width, bottom - box.y)
        tint = theme.accent.over(theme.raised, MARKED)
        items.append(Box(ground, fill=tint, radius=RADIUS / 2))
    x, y = box.x + gutter - GAP, box.y + 3 + PITCH - 5
    items.append(Text(f"¶{number}", x, y, colour, SMALL, align="right"))
    return Block((*items, *block.items), bottom)


def reading_block(shown: Reading, box: Rect, theme: Theme) -> Block:
    """Set what can be read of a passage, and links to more of it or to attach its text."""
    items: list[Item] = []
    targets: list[Target] = []
    y = box.y

    def write(text: str, muted: bool = True) -> None:
        nonlocal y
        colour = theme.muted if muted else theme.on_dispute
        block = paragraph(text, box._replace(y=y), colour, SMALL, pitch=15)
        items.extend(block.items)
        y = block.bottom + 3

    def links(*named: tuple[str, str]) -> None:
        nonlocal y
        x = box.x
        for title, action in named:
            wide = text_width(title, SMALL, 500)
            items.append(Text(title, x, y + 14, theme.accent, SMALL, 500))
            rect = Rect(x, y, wide, 20.0)
            middle = x + wide / 2, y + 10.0
            targets.append(Target((shown.source,), *middle, rect=rect, label=title, action=action))
            x += wide + 2 * GAP
        y += 22.0

    if shown.text is None:
        write(shown.note)
        links(("Attach its text…", "attach"))
        return Block(tuple(items), y, tuple(targets))
    write(f"The passage, in {line_of(shown.text.name)}")
    if shown.note:
        write(shown.note, muted=False)
    if shown.text.note:
        write(line_of(shown.text.note))
    for position, passage in enumerate(shown.passages):
        if position:
            items.append(Text("⋯", box.x + 30.0 - GAP, y + 11, theme.muted, SMALL, align="right"))
            y += 14.0
        for offset, (text, marked) in enumerate(
            zip(passage.paragraphs, passage.marked, strict=True)
        ):
            here = box._replace(y=y)
            lines = 0 if marked else _AROUND_LINES
            block = paragraph_block(
                text, passage.first + offset, here, theme, marked=marked, lines=lines
            )
            items.extend(block.items)
            y = block.bottom + 2
    y += 2
    links(
        *((("Show more around it", "around"),) if shown.passages else ()),
        ("Read the whole text", "read"),
        *((("Attach another…", "attach"),) if shown.note else ()),
    )
    return Block(tuple(items), y, tuple(targets))


def reading_lines(shown: Reading) -> tuple[str, ...]:
    """Return the same as lines of plain text."""
    if shown.text is None:
        return (shown.note,)
    out = [f"The passage, in {line_of(shown.text.name)}:", shown.note]
    for passage in shown.passages:
        for offset, text in enumerate(passage.paragraphs):
            out.append(f"¶{passage.first + offset}: {line_of(text)}")
    return tuple(line for line in out if line)


def claims_by_paragraph(dossier: Dossier, source: str) -> dict[int, tuple[int, ...]]:
    """Return the rows of the claims of one source by the paragraphs their locators name."""
    table = dossier.claims
    out: dict[int, list[int]] = {}
    for claim, (key, locator) in enumerate(zip(table["source"], table["locator"], strict=True)):
        if key != source:
            continue
        for first, last in parse_locator(locator):
            for number in range(first, min(last, first + _LONGEST) + 1):
                out.setdefault(number, []).append(claim)
    return {number: tuple(claims) for number, claims in out.items()}


def text_row_scene(
    text: SourceText, row: int, claims: Sequence[int], marked: bool, frame: Frame, width: float
) -> Scene:
    """Draw one paragraph of a whole text, and below it what is claimed from it.

    Parameters
    ----------
    text : SourceText
    row : int
        Position of the paragraph, from 0.
    claims : sequence of int
        Rows of the claims that point at it; each is a target.
    marked : bool
        Whether it is part of the passage that is looked for.
    frame : Frame
    width : float
        Pixels.
    """
    theme, dossier = frame.theme, frame.state.dossier
    box = Rect(MARGIN, 0, width - 2 * MARGIN, 0)
    block = paragraph_block(text.paragraphs[row], row + 1, box, theme, marked=marked)
    items, y = list(block.items), block.bottom + 2
    whole = Rect(0, 0, width, y)
    targets = [Target((), width / 2, y / 2, rect=whole, label=text.paragraphs[row])]
    inner = Rect(box.x + 42, 0, box.width - 48, 0)
    for claim in claims:
        ref = dossier.ref("claims", claim)
        words = claim_words(frame.state, claim)
        link = paragraph(words, inner._replace(y=y), theme.accent, SMALL, pitch=15, lines=2)
        rect = inner._replace(y=y, height=link.bottom - y)
        items += link.items
        items.append(Box(Rect(inner.x - 8, y + 2, 1.5, link.bottom - y - 3), fill=theme.divider))
        middle = rect.x + rect.width / 2, rect.y + rect.height / 2
        targets.append(Target((ref,), *middle, rect=rect, label=words))
        y = link.bottom
    return Scene(width, y + GAP, theme.ground, tuple(items), tuple(targets))


def claim_words(state: State, claim: int) -> str:
    """Return what a claim is about, on whose word, and what it says, in one line."""
    dossier = state.dossier
    table = dossier.claims
    kind = ABOUT_TABLES.get(table["about_kind"][claim], "")
    about = Ref(kind, table["about"][claim])
    known = kind and about.id in dossier.tables[kind].row_of
    name = dossier.name(about) if known else about.id
    wording, _ = full_claim(state, claim)
    speaker, stance = table["speaker"][claim], table["stance"][claim]
    row = dossier.actors.row_of.get(speaker)
    who = speaker if row is None else dossier.actors["name"][row]
    if stance != "asserts":
        who = f"{who} {stance}" if who else sentence(stance)
    said = f"{name} — {wording}" if wording else name
    return line_of(f"{who}: {said}" if who else said)
