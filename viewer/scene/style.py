"""All colours, sizes and fonts. Nothing of the kind stands anywhere else."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.model.schema import ACTOR_KINDS
from viewer.scene.primitives import SHAPES, Colour, Shape


def rgb(code: str) -> Colour:
    """Return the colour of ``#rrggbb``."""
    return Colour(*(int(code[i : i + 2], 16) for i in (1, 3, 5)))


FAMILY = "Inter"
FAMILY_ARABIC = "Noto Sans Arabic"

# Font sizes in whole pixels: Qt knows no others on every device.
TINY = 10.0
SMALL = 11.0
BODY = 12.0
HEADING = 13.0
TITLE = 18.0

DIM = 0.38
"""Share of its strength that is left to a mark that does not stand out."""
DIM_TEXT = 0.55
SHAPE_FILL = 0.13
"""Share of its colour in the inside of an imported shape, through which the map is seen."""
MARKED = 0.13
"""Share of the accent in the ground of a passage that is pointed out."""
GAP = 8.0
"""The unit of spacing."""
MARGIN = 15.0
"""Space between a panel's edge and what stands in it."""
RADIUS = 6.0
TOOLS = 54.0
"""Width at the lower right of the graph that belongs to the buttons standing there."""

KIND_SHAPES: dict[str, Shape] = dict(zip(ACTOR_KINDS, SHAPES, strict=True))
"""Actor kind → symbol: person circle, state square, organisation hexagon, armed group
triangle, community diamond."""


GROUPS = tuple(
    rgb(code)
    for code in (
        "#6fbfa8", "#e3c84a", "#b49ad4", "#e59ac0", "#9fbf5f", "#c9a57e", "#63bfd0", "#a3abb8",
    )
)  # fmt: skip
"""Fills that tell groups of actors apart, the largest first; none is that of a quad class."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance.

    Parameters
    ----------
    name : str
        ``light``, ``dark`` or ``print``.
    ground : Colour
        Behind everything.
    raised : Colour
        Cards, fields, pills, tracks.
    graph_ground : Colour
        Behind the graph.
    divider : Colour
        Lines between panels.
    text, muted, faint : Colour
        Text in three strengths.
    accent, on_accent : Colour
        What can be clicked; text on it.
    pick : Colour
        Outline of what is picked.
    quads : tuple of Colour
        By position in `schema.QUADS`.
    tie : Colour
        Edges and events without a quad class.
    node, node_stroke : Colour
        Fill and outline of graph nodes that stand out.
    node_plain, node_plain_stroke : Colour
        The same for nodes that are dimmed.
    sea, land, coast, border, graticule, lake, river, country_name : Colour
        The map.
    shape : Colour
        Lines and areas that came with the data; none of the map's own, nor of a quad class.
    dispute, on_dispute : Colour
        The strip that marks a dispute and its text.
    """

    name: str
    ground: Colour
    raised: Colour
    graph_ground: Colour
    divider: Colour
    text: Colour
    muted: Colour
    faint: Colour
    accent: Colour
    on_accent: Colour
    pick: Colour
    quads: tuple[Colour, Colour, Colour, Colour]
    tie: Colour
    node: Colour
    node_stroke: Colour
    node_plain: Colour
    node_plain_stroke: Colour
    sea: Colour
    land: Colour
    coast: Colour
    border: Colour
    graticule: Colour
    lake: Colour
    river: Colour
    country_name: Colour
    shape: Colour
    dispute: Colour
    on_dispute: Colour

    def quad(self, code: int) -> Colour:
        """Return the colour of a quad class by code; -1 is the grey of a tie without one."""
        return self.quads[code] if code >= 0 else self.tie


LIGHT = Theme(
    name="light",
    ground=rgb("#ffffff"),
    raised=rgb("#f4f3ef"),
    graph_ground=rgb("#fdfdfc"),
    divider=rgb("#ebe9e3"),
    text=rgb("#1c2530"),
    muted=rgb("#5f6b76"),
    faint=rgb("#9aa3ab"),
    accent=rgb("#15548c"),
    on_accent=rgb("#ffffff"),
    pick=rgb("#123f6b"),
    quads=(rgb("#b2182b"), rgb("#d6803a"), rgb("#67a3cc"), rgb("#2166ac")),
    tie=rgb("#8b949c"),
    node=rgb("#d9e7f3"),
    node_stroke=rgb("#15548c"),
    node_plain=rgb("#fdfdfc"),
    node_plain_stroke=rgb("#c3c8cc"),
    sea=rgb("#e6edf1"),
    land=rgb("#fbfaf6"),
    coast=rgb("#b9c1c6"),
    border=rgb("#d3d3cd"),
    graticule=rgb("#dbe2e5"),
    lake=rgb("#e6edf1"),
    river=rgb("#cfdce4"),
    country_name=rgb("#8d949a"),
    shape=rgb("#7d4f9e"),
    dispute=rgb("#fbeedd"),
    on_dispute=rgb("#8a4b10"),
)

DARK = Theme(
    name="dark",
    ground=rgb("#1a1f26"),
    raised=rgb("#14181d"),
    graph_ground=rgb("#1a1f26"),
    divider=rgb("#2a3139"),
    text=rgb("#e6e9ec"),
    muted=rgb("#94a0ac"),
    faint=rgb("#6b7682"),
    accent=rgb("#7db7e8"),
    on_accent=rgb("#10202f"),
    pick=rgb("#a9d2f5"),
    quads=(rgb("#ef6a6a"), rgb("#f0a35e"), rgb("#8fc1e3"), rgb("#3f9bd1")),
    tie=rgb("#7d8893"),
    node=rgb("#2c4560"),
    node_stroke=rgb("#7db7e8"),
    node_plain=rgb("#1f252d"),
    node_plain_stroke=rgb("#4a545e"),
    sea=rgb("#161d24"),
    land=rgb("#232a32"),
    coast=rgb("#465059"),
    border=rgb("#39424b"),
    graticule=rgb("#29323b"),
    lake=rgb("#161d24"),
    river=rgb("#2d3f50"),
    country_name=rgb("#76818c"),
    shape=rgb("#b592dc"),
    dispute=rgb("#3a2a1c"),
    on_dispute=rgb("#f0b57a"),
)

PRINT = Theme(
    name="print",
    ground=rgb("#ffffff"),
    raised=rgb("#f5f5f5"),
    graph_ground=rgb("#ffffff"),
    divider=rgb("#d0d0d0"),
    text=rgb("#000000"),
    muted=rgb("#444444"),
    faint=rgb("#777777"),
    accent=rgb("#15548c"),
    on_accent=rgb("#ffffff"),
    pick=rgb("#000000"),
    quads=LIGHT.quads,
    tie=rgb("#777777"),
    node=rgb("#dfe9f2"),
    node_stroke=rgb("#15548c"),
    node_plain=rgb("#ffffff"),
    node_plain_stroke=rgb("#999999"),
    sea=rgb("#ffffff"),
    land=rgb("#f2f2f0"),
    coast=rgb("#8a8a8a"),
    border=rgb("#b8b8b8"),
    graticule=rgb("#e2e2e2"),
    lake=rgb("#ffffff"),
    river=rgb("#dcdfe0"),
    country_name=rgb("#777777"),
    shape=rgb("#6b3f8f"),
    dispute=rgb("#f7ead9"),
    on_dispute=rgb("#6e3a08"),
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
