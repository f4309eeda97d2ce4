"""What a scene is made of.

A scene is a list of primitives in painting order. Coordinates are logical pixels, x to the
right and y down, from the scene's top left corner. Colours are final: a builder reads them from
a `style.Theme`. One painter draws every scene, in the window and in exported pictures alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.model.schema import Ref
from viewer.scene.targets import Crowd, Target, inside_polygon

if TYPE_CHECKING:
    from viewer.scene.stamps import Points

Floats = NDArray[np.float64]


class Colour(NamedTuple):
    """Red, green, blue and opacity, 0–255."""

    r: int
    g: int
    b: int
    a: int = 255

    def faded(self, opacity: float) -> Colour:
        """Return this colour at a share of its opacity."""
        return self._replace(a=round(self.a * opacity))

    def over(self, ground: Colour, share: float) -> Colour:
        """Return the opaque colour of this one painted over `ground` with opacity `share`."""
        pairs = zip(self[:3], ground[:3], strict=True)
        return Colour(*(round(a * share + b * (1 - share)) for a, b in pairs))


class Rect(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def intersects(self, other: Rect) -> bool:
        """Whether two rectangles share area."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def inset(self, by: float) -> Rect:
        """Return the rectangle smaller by `by` on every side; larger when negative."""
        return Rect(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


Dash = Literal["solid", "dashed", "dotted"]
Shape = Literal["circle", "square", "hexagon", "triangle", "diamond"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "hexagon", "triangle", "diamond")
SOLID: Dash = "solid"
DISC: Shape = "circle"
Align = Literal["left", "centre", "right"]


@cache
def outline(shape: Shape) -> tuple[tuple[float, float], ...]:
    """Return the corners of a symbol of the same visual weight as a circle of radius 1."""
    if shape == "square":
        s = 0.88
        return ((-s, -s), (s, -s), (s, s), (-s, s))
    corners, turn, size = {
        "hexagon": (6, 0.0, 1.06),
        "triangle": (3, -math.pi / 2, 1.22),
        "diamond": (4, -math.pi / 2, 1.2),
    }[shape]
    angles = [turn + 2 * math.pi * i / corners for i in range(corners)]
    return tuple((size * math.cos(a), size * math.sin(a)) for a in angles)


@dataclass(frozen=True, eq=False)
class Geometry:
    """Many rings or lines in world coordinates, meant to be kept and drawn again and again.

    The painter turns it into a path once and keeps that for as long as the object lives, so
    builders hand out the same object for the same geometry.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    starts : ndarray of intp, shape (m + 1,)
        Part ``i`` is ``xy[starts[i]:starts[i + 1]]``.
    closed : bool
        Whether the parts are rings.
    groups : ndarray of intp, shape (m,), optional
        Counted from 0. Rings with one number are filled together, so that holes stay empty;
        rings with other numbers may be filled apart, or not at all when they are out of sight.
    winding : bool
        Whether rings are filled by the way they run, so that they may overlap: outer rings all
        run one way and holes the other. Else by the even-odd rule.
    """

    xy: Floats
    starts: NDArray[np.intp]
    closed: bool
    groups: NDArray[np.intp] | None = None
    winding: bool = False


@dataclass(frozen=True, eq=False)
class Shapes:
    """World geometry drawn with one brush and one pen.

    Parameters
    ----------
    geometry : Geometry
    transform : tuple of float
        ``(sx, sy, dx, dy)``: pixel = world * (sx, sy) + (dx, dy).
    fill, stroke : Colour, optional
    width : float
        Width of the pen in pixels.
    dash : {"solid", "dashed", "dotted"}
    hatch : Colour, optional
        Diagonal hatching inside the rings, for areas of imprecise places.
    edge : Geometry, optional
        What the pen follows, where that is not all of the rings.
    smooth : bool
        Whether the edge of the fill is smoothed: needless where a line is drawn along it, and it
        takes ten times as long.
    """

    geometry: Geometry
    transform: tuple[float, float, float, float]
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 1.0
    dash: Dash = "solid"
    hatch: Colour | None = None
    edge: Geometry | None = None
    smooth: bool = True


@dataclass(frozen=True, eq=False)
class Curves:
    """Cubic Béziers or polylines, each with a colour, width and dash of its own.

    Parameters
    ----------
    points : tuple of ndarray of float64, each shape (k, 2)
        Four points are a cubic Bézier when `bezier` is set, else corners of a polyline.
    colours : tuple of Colour
    widths : tuple of float
    dashes : tuple of {"solid", "dashed", "dotted"}
    bezier : bool
    """

    points: tuple[Floats, ...]
    colours: tuple[Colour, ...]
    widths: tuple[float, ...]
    dashes: tuple[Dash, ...]
    bezier: bool = False


@dataclass(frozen=True, eq=False)
class Bars:
    """Very many filled rectangles in a few colours.

    Parameters
    ----------
    rects : ndarray of float64, shape (n, 4)
        Left, top, width and height.
    codes : ndarray of integer, shape (n,)
        Position in `fills` of each rectangle; those of later colours lie on top.
    fills : tuple of Colour
    """

    rects: Floats
    codes: NDArray[np.integer[Any]]
    fills: tuple[Colour, ...]


@dataclass(frozen=True, eq=False)
class Marks:
    """Symbols at points.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    radii : ndarray of float64, shape (n,)
        Half the width of the symbol in pixels, the stroke included.
    shapes : tuple of Shape
    fills, strokes : tuple of Colour or None
    widths : ndarray of float64, shape (n,)
    """

    xy: Floats
    radii: Floats
    shapes: tuple[Shape, ...]
    fills: tuple[Colour | None, ...]
    strokes: tuple[Colour | None, ...]
    widths: Floats


@dataclass(frozen=True, eq=False)
class Symbols:
    """Very many symbols that share a few looks.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    codes : ndarray of integer, shape (n,)
        Position in `looks` of each symbol; those of later looks lie on top.
    looks : tuple of (float, Shape, Colour or None, Colour or None, float)
        Radius, shape, fill, stroke and its width, as of `Marks`.
    """

    xy: Floats
    codes: NDArray[np.integer[Any]]
    looks: tuple[tuple[float, Shape, Colour | None, Colour | None, float], ...]

    def marks(self, code: int) -> Marks:
        """Return the symbols of one look."""
        xy = self.xy[self.codes == code]
        radius, shape, fill, stroke, width = self.looks[code]
        n = len(xy)
        return Marks(
            xy, np.full(n, radius), (shape,) * n, (fill,) * n, (stroke,) * n, np.full(n, width)
        )


@dataclass(frozen=True, eq=False)
class Rings:
    """Ring diagrams: shares of a whole around a centre, clockwise from the top.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
    outer, inner : ndarray of float64, shape (n,)
        Radii in pixels.
    shares : ndarray of float64, shape (n, k)
        Parts of each ring; a row sums to 1.
    colours : tuple of tuple of Colour
        ``colours[i][j]`` is the colour of share j of ring i.
    hub : tuple of Colour
        Fill of each disc inside the ring.
    """

    xy: Floats
    outer: Floats
    inner: Floats
    shares: Floats
    colours: tuple[tuple[Colour, ...], ...]
    hub: tuple[Colour, ...]


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrowheads.

    Parameters
    ----------
    tips : ndarray of float64, shape (n, 2)
    angles : ndarray of float64, shape (n,)
        Direction pointed to, radians, 0 to the right, clockwise on the screen (y down).
    sizes : ndarray of float64, shape (n,)
        Length in pixels.
    colours : tuple of Colour
    """

    tips: Floats
    angles: Floats
    sizes: Floats
    colours: tuple[Colour, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, perhaps with round corners and ends that fade out.

    Parameters
    ----------
    rect : Rect
    fill, stroke : Colour, optional
    radius : float
        Corner radius in pixels.
    width : float
        Width of the pen.
    fade_left, fade_right : float
        Length over which the fill fades out at that end: the date there is not known exactly.
    dash : {"solid", "dashed", "dotted"}
    """

    rect: Rect
    fill: Colour | None = None
    stroke: Colour | None = None
    radius: float = 0.0
    width: float = 1.0
    fade_left: float = 0.0
    fade_right: float = 0.0
    dash: Dash = "solid"


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text.

    Parameters
    ----------
    text : str
        Plain text; never read as markup.
    x, y : float
        Anchor: the baseline's left end, middle or right end by `align`.
    colour : Colour
    size : float
        Font size in pixels.
    weight : int
        400, 500, 600 or 700.
    align : {"left", "centre", "right"}
    halo : Colour, optional
        Colour of an outline that keeps the text readable on a busy ground.
    spacing : float
        Extra space between letters in pixels.
    leftwards : bool, optional
        Whether it is a line of a paragraph that reads from right to left; None: by its own first
        letter with a direction.
    """

    text: str
    x: float
    y: float
    colour: Colour
    size: float
    weight: int = 400
    align: Align = "left"
    halo: Colour | None = None
    spacing: float = 0.0
    leftwards: bool | None = None


@dataclass(frozen=True, eq=False)
class Dots:
    """Very many round dots, all of one size; the painter stamps them in its own pixels.

    Parameters
    ----------
    points : Points
        In world coordinates.
    transform : tuple of float
        ``(sx, sy, dx, dy)``: pixel = world * (sx, sy) + (dx, dy).
    rect : Rect
        Nothing is drawn outside.
    radius : float
        Pixels.
    colours : tuple of Colour
        By class of the points.
    """

    points: Points
    transform: tuple[float, float, float, float]
    rect: Rect
    radius: float
    colours: tuple[Colour, ...]


@dataclass(frozen=True, eq=False)
class Raster:
    """A picture of few colours, smoothly stretched over a rectangle.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (h, w)
        Indices into the palette, the top row first.
    palette : ndarray of uint8, shape (256, 4)
        Red, green, blue and opacity, not multiplied with it.
    rect : Rect
    """

    pixels: NDArray[np.uint8]
    palette: NDArray[np.uint8]
    rect: Rect


@dataclass(frozen=True, eq=False)
class Pixels:
    """A picture in any colours, smoothly stretched over a rectangle.

    Parameters
    ----------
    bgra : ndarray of uint8, shape (h, w, 4)
        Blue, green, red and opacity, multiplied with it, the top row first.
    rect : Rect
    """

    bgra: NDArray[np.uint8]
    rect: Rect


@dataclass(frozen=True, eq=False)
class Group:
    """Primitives moved by an offset and clipped to a rectangle.

    Parameters
    ----------
    items : tuple of primitive
    dx, dy : float
        Offset added to all of them.
    clip : Rect, optional
        In the coordinates of the group's parent.
    opacity : float
        The group is drawn as a whole with this opacity: overlapping parts do not add up.
    radius : float
        Corner radius of the clip.
    """

    items: tuple[Item, ...]
    dx: float = 0.0
    dy: float = 0.0
    clip: Rect | None = None
    opacity: float = 1.0
    radius: float = 0.0


Item = (
    Shapes | Curves | Bars | Marks | Symbols | Rings | Arrows | Box | Text
    | Dots | Raster | Pixels | Group
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Scene:
    """One picture of one view.

    Parameters
    ----------
    width, height : float
        Logical pixels.
    background : Colour
    items : tuple of primitive
        In painting order.
    targets : sequence of Target
        What can be pointed at, in the order in which the keyboard steps through it; a `Crowd`
        where it is very much.
    summary : str
        One sentence that says what is shown, for assistive technology.
    labels : tuple of (Text, Rect)
        The labels placed and the boxes they take up; no two boxes intersect.
    """

    width: float
    height: float
    background: Colour
    items: tuple[Item, ...]
    targets: Sequence[Target] = ()
    summary: str = ""
    labels: tuple[tuple[Text, Rect], ...] = field(default=())

    def at(self, x: float, y: float) -> Target | None:
        """Return the target under a point, the nearest of several."""
        if isinstance(self.targets, Crowd):
            position = self.targets.nearest(x, y)
            return None if position is None else self.targets.at(position)
        left, top, right, bottom = self._boxes
        near = np.flatnonzero((left <= x) & (x <= right) & (top <= y) & (y <= bottom))
        found = [(self.targets[i].distance(x, y), -i) for i in near.tolist()]
        best = min(found, default=(np.inf, 0))
        return None if np.isinf(best[0]) else self.targets[-best[1]]

    @cached_property
    def _boxes(self) -> Floats:
        """Left, top, right and bottom of the box each target lies in, shape (4, n)."""
        return np.array([target.bounds() for target in self.targets]).reshape(-1, 4).T

    def inside(self, corners: Floats) -> tuple[Ref, ...]:
        """Return everything that stands in a polygon, shape (k, 2) (a lasso)."""
        if isinstance(self.targets, Crowd):
            return self.targets.marks_inside(corners)
        marks = [t for t in self.targets if t.line is None and not t.action]
        hit = inside_polygon(np.array([(t.x, t.y) for t in marks]).reshape(-1, 2), corners)
        found = (marks[i].refs for i in np.flatnonzero(hit).tolist())
        return tuple(dict.fromkeys(ref for refs in found for ref in refs))

    def marks_of(self, ref: Ref) -> tuple[Target, ...]:
        """Return the targets of a row that are no lines."""
        if isinstance(self.targets, Crowd):
            return self.targets.of(ref)
        return tuple(t for t in self.targets if t.line is None and ref in t.refs)
