"""What every scene builder is given."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from viewer.scene.primitives import Floats
from viewer.scene.style import Theme

if TYPE_CHECKING:
    from viewer.model.filters import Shown
    from viewer.model.selection import Highlight
    from viewer.model.state import State
    from viewer.model.store import Store


@dataclass(frozen=True, eq=False)
class Frame:
    """A state with what follows from it, and the size and appearance to draw it in.

    Parameters
    ----------
    state : State
    shown : Shown
        What passes the filter.
    highlight : Highlight
        What stands out because of the selection.
    theme : Theme
    width, height : float
        Logical pixels.
    patience : float
        Seconds to wait for what takes long, such as the layout of a large graph, before it is
        drawn as far as it has got.
    """

    state: State
    shown: Shown
    highlight: Highlight
    theme: Theme
    width: float
    height: float
    patience: float = math.inf

    @staticmethod
    def of(
        store: Store, theme: Theme, width: float, height: float, patience: float = math.inf
    ) -> Frame:
        """Return the frame of a store's current state."""
        return Frame(store.state, store.shown, store.highlight, theme, width, height, patience)

    def sized(self, width: float, height: float) -> Frame:
        """Return the same for another size."""
        return replace(self, width=width, height=height)


@dataclass(frozen=True, slots=True)
class Camera:
    """Which part of a plane a view shows. World y points up, pixel y down.

    Parameters
    ----------
    x, y : float
        World point in the middle of the view.
    scale : float
        World units per pixel.
    """

    x: float
    y: float
    scale: float

    @staticmethod
    def fit(
        extent: tuple[float, float, float, float],
        width: float,
        height: float,
        margins: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    ) -> Camera:
        """Return the camera that shows a whole extent.

        Parameters
        ----------
        extent : tuple of float
            ``(xmin, ymin, xmax, ymax)`` in world units.
        width, height : float
            Pixels.
        margins : tuple of float
            Left, top, right and bottom pixels to be kept free.
        """
        left, top, right, bottom = margins
        inner = max(width - left - right, 1.0), max(height - top - bottom, 1.0)
        xmin, ymin, xmax, ymax = extent
        scale = max((xmax - xmin) / inner[0], (ymax - ymin) / inner[1], 1e-12)
        return Camera(
            (xmin + xmax) / 2 + (right - left) / 2 * scale,
            (ymin + ymax) / 2 + (top - bottom) / 2 * scale,
            scale,
        )

    def transform(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Return ``(sx, sy, dx, dy)``: pixel = world * (sx, sy) + (dx, dy)."""
        s = 1.0 / self.scale
        return s, -s, width / 2 - self.x * s, height / 2 + self.y * s

    def to_pixels(self, xy: Floats, width: float, height: float) -> Floats:
        """Return world points, shape (n, 2), as pixels."""
        sx, sy, dx, dy = self.transform(width, height)
        return xy * (sx, sy) + (dx, dy)

    def to_world(self, xy: Floats, width: float, height: float) -> Floats:
        """Return pixels, shape (n, 2), as world points."""
        sx, sy, dx, dy = self.transform(width, height)
        return (xy - (dx, dy)) / (sx, sy)

    def extent(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Return the extent shown as ``(xmin, ymin, xmax, ymax)``."""
        half = width / 2 * self.scale, height / 2 * self.scale
        return self.x - half[0], self.y - half[1], self.x + half[0], self.y + half[1]
