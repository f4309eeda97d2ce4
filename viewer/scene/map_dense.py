"""A map of very many places: each one a dot, under the marks of what they are gathered into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewer.model.derived import kept_with_dossier
from viewer.model.dossier import Dossier, Index
from viewer.model.filters import Shown
from viewer.scene import style
from viewer.scene.frame import Frame
from viewer.scene.map_marks import DISPUTED, events, place_names, place_refs
from viewer.scene.map_places import Looks, world
from viewer.scene.map_sites import (
    DOT,
    Panel,
    Sites,
    disputed_places,
    dots_within,
    place_counts,
)
from viewer.scene.primitives import Dots, Floats, Rect
from viewer.scene.stamps import Points
from viewer.scene.targets import Target

REACH = 5.0
"""Pixels from its middle within which a dot is pointed at."""
_DIMMED, _PICKED = 0, 6
_STRENGTH = 0.85
"""What a dot keeps of the strength of its colour: it is but the ground of the marks."""


@dataclass(frozen=True, eq=False)
class Field:
    """The dots of a map, each of which can be pointed at.

    They are too many to be made into targets before somebody asks for one.

    Parameters
    ----------
    frame : Frame
    rows : ndarray of intp, shape (n,)
        The places.
    xy : ndarray of float64, shape (n, 2)
        Pixels.
    dots : Dots
    covered : tuple of Rect
        Where something else lies over them.
    """

    frame: Frame
    rows: Index
    xy: Floats
    dots: Dots
    covered: tuple[Rect, ...] = ()
    _made: dict[int, Target] = field(default_factory=dict)

    def at(self, x: float, y: float) -> Target | None:
        """Return the place whose dot is nearest to a pixel, if any is near."""
        if any(rect.contains(x, y) for rect in self.covered):
            return None
        near = np.flatnonzero((np.abs(self.xy - (x, y)) <= REACH).all(axis=1))
        away = np.hypot(*(self.xy[near] - (x, y)).T)
        if not len(near) or away.min() > REACH:
            return None
        nearest = int(near[away.argmin()])
        if nearest not in self._made:
            self._made[nearest] = self._target(nearest)
        return self._made[nearest]

    def _target(self, nearest: int) -> Target:
        dossier, shown = self.frame.state.dossier, self.frame.shown
        # Places at one spot are picked together.
        rows = self.rows[(self.xy == self.xy[nearest]).all(axis=1)]
        counts = place_counts(dossier, shown)[rows].sum(axis=1)
        rows = rows[np.argsort(-counts, kind="stable")]
        names = place_names(dossier)
        said = ", ".join(names[row] for row in rows[:6].tolist())
        said += f" and {len(rows) - 6} more" if len(rows) > 6 else ""
        said += f" · {events(int(counts.sum()))}"
        said += DISPUTED * bool(disputed_places(dossier, shown)[rows].any())
        x, y = self.xy[nearest].tolist()
        return Target(tuple(place_refs(dossier)[rows].tolist()), x, y, REACH, label=said)


def draw_dots(
    frame: Frame, looks: Looks, sites: Sites, panel: Panel, covered: Sequence[Rect] = ()
) -> Field | None:
    """Draw every place of a crowded map that is known to a point as a dot.

    A dot has the colour of the quad class that most events at the place are of. Where dots meet,
    the class that fewer places have is seen, and over all what is picked; what is dimmed is grey
    and lies below. Regions and countries are never dots.

    Returns
    -------
    Field or None
        None where the map is not crowded.
    """
    if not sites.crowded:
        return None
    dossier, theme = frame.state.dossier, frame.theme
    rows = dots_within(dossier, sites.gathered, panel)
    leading, ranks = _classes(dossier, frame.shown)
    classes = ranks[leading[rows]]
    classes[~looks.lit[rows] | (leading[rows] < 0)] = _DIMMED
    classes[looks.picked[rows]] = _PICKED
    colours = [theme.muted.over(theme.land, style.DIM)] * (_PICKED + 1)
    for quad, rank in enumerate(ranks[:-1].tolist()):
        colours[rank] = (*theme.quads, theme.tie)[quad].over(theme.land, _STRENGTH)
    colours[_PICKED] = theme.pick
    xy = world(dossier, panel.projection)[rows]
    dots = Dots(Points.of(xy, classes), panel.transform, panel.rect, DOT, tuple(colours))
    return Field(frame, rows, panel.pixels(xy), dots, tuple(covered))


@kept_with_dossier(4)
def _classes(dossier: Dossier, shown: Shown) -> tuple[NDArray[np.int8], NDArray[np.uint8]]:
    """Return the commonest quad class of the events at each place, and the rank of each class.

    Returns
    -------
    (ndarray of int8, ndarray of uint8)
        Columns of `place_counts`, -1 where no event is shown; and by column the place in the
        order of painting, from 1 for the class that most places have. One more for -1.
    """
    counts = place_counts(dossier, shown)
    leading = np.where(counts.any(axis=1), counts.argmax(axis=1), -1).astype(np.int8)
    width = counts.shape[1]
    having = np.bincount(leading[leading >= 0], minlength=width)
    ranks = np.zeros(width + 1, dtype=np.uint8)
    ranks[np.argsort(-having, kind="stable")] = np.arange(1, width + 1)
    return leading, ranks
