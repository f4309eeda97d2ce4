"""What lights up under the pointer: drawn over a scene that is finished, whatever it shows.

A scene does not change by what is pointed at, so that pointing costs no more than the few marks
that light up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from viewer.model.arrays import numbered
from viewer.model.columns import dictionary
from viewer.model.dossier import Dossier, Index
from viewer.model.filters import Shown
from viewer.model.selection import PICKABLE, Selection
from viewer.scene.primitives import DISC, SOLID, Box, Curves, Floats, Item, Marks, Scene, Symbols
from viewer.scene.style import Theme
from viewer.scene.targets import Crowd, Rows, Target

LINE = 6.5
"""Width in pixels of the light along a line."""
FEW_LINES, FINE_LINE = 4, 1.0
"""Width in pixels of the light along each of more lines than so many in a dense picture."""
LINE_STRENGTH, RECT_STRENGTH = 0.28, 0.16
RING = 1.8
ROUND = 3.0
MANY_RINGS = 400
"""Rings from which on they are drawn in few sizes."""
_MANY = 20
"""A dictionary of all ids is worth making where one in so many is looked for."""


@dataclass(frozen=True, eq=False)
class Lights:
    """Which targets of a scene stand for which rows.

    Parameters
    ----------
    targets : sequence of Target
    places : mapping of str to tuple of ndarray of intp
        Table → rows, and for each the position of its target; empty for a `Crowd`, which knows.
    """

    targets: Sequence[Target]
    places: Mapping[str, tuple[Index, Index]]

    @staticmethod
    def of(scene: Scene, dossier: Dossier) -> Lights:
        """Return the lights of a scene."""
        if isinstance(scene.targets, Crowd):
            return Lights(scene.targets, {})
        named: dict[str, list[tuple[str, int]]] = {table: [] for table in PICKABLE}
        counted: dict[str, list[tuple[Index, Index]]] = {table: [] for table in PICKABLE}
        for position, target in enumerate(scene.targets):
            refs = target.refs
            if isinstance(refs, Rows):
                counted[refs.table].append((refs.rows, np.full(len(refs), position)))
                continue
            for ref in refs:
                if ref.table in named:
                    named[ref.table].append((ref.id, position))
        places = {}
        for name, held in named.items():
            table = dossier.tables[name]
            known = dictionary(table["id"]) if _MANY * len(held) > len(table) else table.row_of
            found = [(known[key], position) for key, position in held if key in known]
            pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
            every = [(pairs[:, 0], pairs[:, 1]), *counted[name]]
            rows, positions = map(np.concatenate, zip(*every, strict=True))
            places[name] = rows, positions
        return Lights(scene.targets, places)

    def _touched(self, rows: Shown | Selection) -> Index:
        hit = np.zeros(len(self.targets), dtype=bool)
        for table, (row, position) in self.places.items():
            hit[position[getattr(rows, table)[row]]] = True
        return np.flatnonzero(hit)

    def over(self, glow: Shown | None, picked: Selection, theme: Theme) -> tuple[Item, ...]:
        """Return what is drawn over the scene.

        Parameters
        ----------
        glow : Shown, optional
            What lights up; None: nothing.
        picked : Selection
            Round marks of these have a ring already.
        theme : Theme
        """
        if glow is None:
            return ()
        if isinstance(self.targets, Crowd):
            touched = self.targets.touched(glow)
            lines, spots = self.targets.outlines(touched)
            if picked.count:
                _, spots = self.targets.outlines(touched & ~self.targets.touched(picked))
            fine = self.targets.dense and len(lines) > FEW_LINES
            return (*_along(lines, theme, fine), *_around(spots, theme))
        lit = [self.targets[position] for position in self._touched(glow).tolist()]
        ringed = {id(self.targets[position]) for position in self._touched(picked).tolist()}
        accent = theme.accent
        # Of a dashed line painted again in part the dashes would not meet.
        items: list[Item] = [
            replace(target.area, stroke=accent, width=RING, fill=None, hatch=None, dash=SOLID)
            for target in lit
            if target.area is not None
        ]
        items += _along(tuple(target.line for target in lit if target.line is not None), theme)
        items += [
            Box(target.rect, accent.faded(RECT_STRENGTH), None, ROUND)
            for target in lit
            if target.rect is not None
        ]
        discs = [
            (target.x, target.y, target.reach)
            for target in lit
            if target.rect is None
            and target.line is None
            and target.reach
            and id(target) not in ringed
        ]
        items += _around(np.array(discs).reshape(-1, 3), theme)
        return tuple(items)


def _along(lines: Sequence[Floats], theme: Theme, fine: bool = False) -> list[Item]:
    """Return the light along lines."""
    if not lines:
        return []
    count, colour, width = len(lines), theme.accent.faded(LINE_STRENGTH), LINE
    if fine:
        # Many wide lights would cover all, and take long to paint.
        colour, width = theme.accent, FINE_LINE
    return [Curves(tuple(lines), (colour,) * count, (width,) * count, (SOLID,) * count)]


def _around(discs: Floats, theme: Theme) -> list[Item]:
    """Return the rings around marks, given by x, y and reach."""
    count = len(discs)
    if count >= MANY_RINGS:
        reach, codes = numbered(np.rint(discs[:, 2]))
        looks = tuple((r, DISC, None, theme.accent, RING) for r in reach.tolist())
        return [Symbols(discs[:, :2], codes, looks)]
    if not count:
        return []
    strokes, widths = (theme.accent,) * count, np.full(count, RING)
    return [Marks(discs[:, :2], discs[:, 2], (DISC,) * count, (None,) * count, strokes, widths)]
