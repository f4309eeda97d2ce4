"""What a scene says, read out of its primitives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from viewer.scene.primitives import Group, Item, Scene, Text


def texts(items: tuple[Item, ...], dx: float = 0.0, dy: float = 0.0) -> Iterator[Text]:
    """Yield the texts of primitives where they stand, those in groups too."""
    for item in items:
        if isinstance(item, Group):
            yield from texts(item.items, dx + item.dx, dy + item.dy)
        elif isinstance(item, Text):
            yield replace(item, x=item.x + dx, y=item.y + dy)


def words(scene: Scene) -> str:
    """Return all texts of a scene, a line each."""
    return "\n".join(text.text for text in texts(scene.items))
