"""Free layout: near to each other what is tied, every component in a room of its own.

Components of up to `stress.SMALL` nodes are drawn by stress, larger ones by forces; what is tied
to little or nothing stands in tidy rows along the bottom.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from viewer.scene.layouts import rooms
from viewer.scene.layouts.forces import settle
from viewer.scene.layouts.network import Network, Part
from viewer.scene.layouts.overlaps import SYMBOL, separated
from viewer.scene.layouts.rooms import Room
from viewer.scene.layouts.steps import Steps, meanwhile, within
from viewer.scene.layouts.stress import SMALL, majorise, roomy_lengths
from viewer.scene.primitives import Floats

MINOR = 6
"""Components of so few nodes stand in tidy rows along the bottom."""
SHELVED = 60
"""Up to so many nodes without ties stand among them, more in a block of their own."""
EVENNESS = 0.6
"""How much crowded parts gain from empty ones, 0 to 1; see `rooms.filled`."""
APART = 1000
"""In components of up to so many nodes no node covers another, and they are stretched to fill
their room; larger ones keep the shape that shows best what is near to what."""
PARTS_AT_ONCE = 200
"""Components with nothing to draw that are placed between one position yielded and the next."""


def free(network: Network, seed: int, aspect: float | None) -> Steps:
    """Lay out a graph freely.

    Parameters
    ----------
    network : Network
    seed : int
        The same seed gives the same positions.
    aspect : float, optional
        Width over height of the pane to be filled, for which all but large drawings are
        stretched and evened out. None: a drawing keeps the shape in which its stress is least.

    Yields
    ------
    ndarray of float64, shape (n, 2)
        Positions so far.
    """
    rng = np.random.default_rng(seed)
    xy = np.zeros((network.n, 2))
    boxes = network.room
    room = rooms.pane(boxes, 1.0 if aspect is None else aspect)
    yield from meanwhile(xy, network.prepared())
    major = [part for part in network.parts if len(part.nodes) > MINOR]
    room = yield from _rows(xy, network, room)
    if not major:
        xy -= (xy.min(axis=0) + xy.max(axis=0)) / 2 if network.n else 0.0
    needs = np.array([boxes[part.nodes].prod(axis=1).sum() for part in major])
    room[3] = max(room[3], room[1] + rooms.FILL * needs.sum() / (room[2] - room[0]))
    for part, share in zip(major, rooms.split(needs, room), strict=True):
        own = rooms.inner(share, boxes[part.nodes])
        own_boxes = None if network.boxes is None else boxes[part.nodes]
        steps = _drawn(part, own, own_boxes, rng, stretched=aspect is not None)
        yield from within(xy, part.nodes, steps)
    yield xy


def _rows(xy: Floats, network: Network, room: Room) -> Generator[Floats, None, Room]:
    """Set what has few ties or none along the bottom; return the room that is left."""
    boxes, loose = network.room, network.loose
    left, floor, right, _ = room
    if len(loose) > SHELVED:
        places = rooms.block(boxes[loose], right - left)
        wide, high = places.max(axis=0) + places.min(axis=0)
        xy[loose] = places + ((left + right - wide) / 2, floor)
        floor += high + rooms.GUTTER
    minor = [part for part in network.parts if len(part.nodes) <= MINOR]
    if len(loose) <= SHELVED:
        nothing = np.empty((0, 2), dtype=np.intp)
        minor += [Part(loose[i : i + 1], nothing, np.empty(0)) for i in range(len(loose))]
    cells = []
    for done, part in enumerate(minor):
        cells.append(rooms.cell(boxes[part.nodes]))
        if done % PARTS_AT_ONCE == PARTS_AT_ONCE - 1:
            yield xy
    shelves = rooms.shelves(cells, np.array([left, floor, right, 0.0]))
    for done, (part, shelf) in enumerate(zip(minor, shelves, strict=True)):
        _few(xy, part, boxes[part.nodes], shelf)
        if len(part.nodes) > 2 or done % PARTS_AT_ONCE == PARTS_AT_ONCE - 1:
            yield xy
    if len(shelves):
        floor = shelves[:, 3].max() + rooms.GUTTER
    return np.array([left, floor, right, room[3]])


def _few(xy: Floats, part: Part, boxes: Floats, room: Room) -> None:
    """Draw a component of a few nodes, in `xy` itself."""
    room = rooms.inner(room, boxes)
    if len(part.nodes) > 2:
        *_, drawn = _drawn(part, room, boxes, np.random.default_rng(0), stretched=True)
        xy[part.nodes] = drawn
    else:
        xy[part.nodes] = (room[:2] + room[2:]) / 2
        if len(part.nodes) == 2:
            xy[part.nodes, 0] = room[[0, 2]]


def _drawn(
    part: Part, room: Room, boxes: Floats | None, rng: np.random.Generator, *, stretched: bool
) -> Steps:
    """Draw one component within `room`."""
    n = len(part.nodes)
    small = n <= SMALL
    if small:
        lengths = None if boxes is None else roomy_lengths(n, part.pairs, part.strength)
        steps = majorise(n, part.pairs, lengths, rng)
    else:
        steps = settle(n, part.pairs, part.strength, rng)
    evenness = EVENNESS if small else EVENNESS / 2
    fitted = np.zeros((n, 2))
    for xy in steps:
        fitted = rooms.turned(xy, room)
        if stretched and n <= APART:
            fitted = rooms.filled(fitted, room, evenness)
        else:
            fitted = rooms.scaled(fitted, room)
        yield fitted
    if boxes is not None and small:
        yield from separated(fitted, part.pairs, boxes, room)
    elif boxes is not None and n <= APART:
        yield from separated(fitted, part.pairs[:0], np.minimum(boxes, SYMBOL), room)
