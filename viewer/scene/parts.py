"""What panels and boards are put together from: running text with links, scenes in scenes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from viewer.errors import printable
from viewer.model.schema import Ref
from viewer.scene.labels import ASCENT, DESCENT
from viewer.scene.primitives import Colour, Group, Item, Rect, Scene, Text
from viewer.scene.targets import Target
from viewer.scene.text import reads_leftwards, text_width, wrap

_PIECES = re.compile(r"\s*\S+")


def line_of(text: str) -> str:
    """Return `text` as one line, what cannot be seen made visible."""
    return printable(" ".join(text.split()))


@dataclass(frozen=True, slots=True)
class Block:
    """Primitives stacked from some height down to `bottom`."""

    items: tuple[Item, ...]
    bottom: float
    targets: tuple[Target, ...] = ()


def paragraph(
    text: str,
    box: Rect,
    colour: Colour,
    size: float,
    weight: int = 400,
    pitch: float = 0.0,
    lines: int = 0,
) -> Block:
    """Set a paragraph into the width of `box`, from its top down.

    Parameters
    ----------
    text : str
    box : Rect
        Its height is not used.
    colour : Colour
    size : float
        Font size in pixels.
    weight : int
    pitch : float
        From one baseline to the next; 0: a third more than the size.
    lines : int
        Most lines wanted, the last one elided; 0: as many as it takes.
    """
    text, pitch = line_of(text), pitch or size * 4 / 3
    leftwards = reads_leftwards(text)
    x = box.right if leftwards else box.x
    baseline = box.y + (pitch + (ASCENT - DESCENT) * size) / 2
    items = tuple(
        Text(line, x, baseline + row * pitch, colour, size, weight,
             "right" if leftwards else "left", leftwards=leftwards)
        for row, line in enumerate(wrap(text, box.width, size, weight, lines))
    )  # fmt: skip
    return Block(items, box.y + len(items) * pitch)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of running text, perhaps a link."""

    text: str
    colour: Colour
    refs: tuple[Ref, ...] = ()
    label: str = ""


def flow(
    runs: Iterable[Run], box: Rect, size: float, weight: int = 400, pitch: float = 0.0
) -> Block:
    """Set runs one after the other into the width of `box`, broken at spaces where need be."""
    pitch = pitch or size * 4 / 3
    items: list[Item] = []
    targets: list[Target] = []
    x, y = box.x, box.y
    baseline = (pitch + (ASCENT - DESCENT) * size) / 2

    def put(run: Run, text: str, at: float) -> float:
        width = text_width(text, size, weight)
        if text.strip():
            items.append(Text(text, at, y + baseline, run.colour, size, weight))
        if run.refs and text.strip():
            rect = Rect(at, y, width, pitch)
            middle = at + width / 2, y + pitch / 2
            targets.append(Target(run.refs, *middle, rect=rect, label=run.label or run.text))
        return at + width

    for run in runs:
        held = ""
        text = printable(run.text.replace("\n", " "))
        for piece in _PIECES.findall(text):
            if x + text_width(held + piece, size, weight) > box.right and (held or x > box.x):
                put(run, held, x)
                held, x, y = "", box.x, y + pitch
                piece = piece.lstrip()
            while text_width(piece, size, weight) > box.width and len(piece) > 1:
                head = wrap(piece, box.width, size, weight)[0]
                put(run, head, x)
                piece, x, y = piece[len(head) :], box.x, y + pitch
            held += piece
        x = put(run, held + text[len(text.rstrip()) :], x)
    return Block(tuple(items), y + pitch if items else box.y, tuple(targets))


def moved(target: Target, dx: float, dy: float) -> Target:
    """Return a target somewhere else."""
    rect, line, area = target.rect, target.line, target.area
    if area is not None:
        sx, sy, x, y = area.transform
        area = replace(area, transform=(sx, sy, x + dx, y + dy))
    return replace(
        target,
        x=target.x + dx,
        y=target.y + dy,
        rect=None if rect is None else rect._replace(x=rect.x + dx, y=rect.y + dy),
        line=None if line is None else line + (dx, dy),
        area=area,
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """A scene with where its top left corner goes."""

    scene: Scene
    x: float
    y: float


def together(
    size: tuple[float, float],
    background: Colour,
    parts: Sequence[Placed],
    items: Sequence[Item] = (),
    summary: str = "",
) -> Scene:
    """Put scenes into one, each clipped to its own rectangle.

    Parameters
    ----------
    size : tuple of float
        Width and height in pixels.
    background : Colour
    parts : sequence of Placed
    items : sequence of primitive
        Painted before the scenes.
    summary : str
        Defaults to those of the parts.
    """
    groups = tuple(
        Group(
            part.scene.items, part.x, part.y,
            clip=Rect(part.x, part.y, part.scene.width, part.scene.height),
        )
        for part in parts
    )  # fmt: skip
    return Scene(
        *size,
        background,
        (*items, *groups),
        tuple(moved(t, part.x, part.y) for part in parts for t in part.scene.targets),
        summary or " ".join(part.scene.summary for part in parts if part.scene.summary),
        tuple(
            (replace(text, x=text.x + part.x, y=text.y + part.y),
             box._replace(x=box.x + part.x, y=box.y + part.y))
            for part in parts
            for text, box in part.scene.labels
        ),
    )  # fmt: skip
