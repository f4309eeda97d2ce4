"""How a pane is shared out: rooms for the components of a graph, and filling a room."""

from __future__ import annotations

import numpy as np

from viewer.model.dossier import Index
from viewer.scene.layouts.network import Network
from viewer.scene.primitives import Floats

PORTRAIT = 450 / 650
"""Width over height of the graph pane as the window opens."""
AREA = 385.0 * 530.0
"""What title, legend and margins leave of the pane, in square pixels."""
GUTTER = 14.0
"""Pixels between components."""
INSET = 14.0
"""Pixels between the sides of a component's room and its outermost nodes."""
FILL = 1.25
"""Area laid out for each unit of area of a node with its label."""

Room = Floats
"""Left, bottom, right and top, shape (4,)."""


def pane(boxes: Floats, aspect: float) -> Room:
    """Return the room for nodes with their labels, about the origin."""
    area = max(AREA, float(boxes.prod(axis=1).sum()) * FILL)
    width = np.sqrt(area * aspect)
    return np.array([-width / 2, -area / width / 2, width / 2, area / width / 2])


def inner(room: Room, boxes: Floats) -> Room:
    """Return where in a room the middles of its nodes may be."""
    inset = np.minimum((INSET, boxes[:, 1].mean() / 2), (room[2:] - room[:2]) / 2 - 0.1)
    return np.concatenate((room[:2] + inset, room[2:] - inset))


def cell(boxes: Floats) -> tuple[float, float]:
    """Return width and height of the room that a few nodes with labels need."""
    rows = -(-len(boxes) // 3)
    columns = -(-len(boxes) // rows)
    wide, high = boxes.mean(axis=0)
    # Three in a row stand a little up and down, or a triangle of them would be a line.
    lines = 1.4 if len(boxes) == 3 else rows
    return float(wide * columns + 24 * (columns - 1)), float(high * lines)


def shelves(cells: list[tuple[float, float]], room: Room) -> Floats:
    """Set cells in rows at the bottom of a room; return the room of each, shape (n, 4)."""
    across = room[2] - room[0]
    rows: list[list[int]] = []
    used = np.inf
    for i, (width, _) in enumerate(cells):
        if used + GUTTER + width > across:
            rows.append([])
            used = -GUTTER
        rows[-1].append(i)
        used += GUTTER + width
    out = np.zeros((len(cells), 4))
    tops = np.cumsum([0.0, *(max(cells[i][1] for i in row) + 8 for row in rows)])
    above = room[1] + tops[-1]
    for row, top in zip(rows, tops, strict=False):
        free = across - sum(cells[i][0] for i in row)
        x = room[0] + free / (len(row) + 1)
        for i in row:
            width, height = cells[i]
            out[i] = x, above - top - height, x + width, above - top
            x += width + free / (len(row) + 1)
    return out


def block(boxes: Floats, across: float) -> Floats:
    """Return places of nodes in tidy rows, each as wide as there is room across.

    The block's lower left corner is the origin; its rows fill from the top.

    Parameters
    ----------
    boxes : ndarray of float64, shape (n, 2)
    across : float
        Width of the room; one of a row at least is set whatever it is.
    """
    wide, high = boxes.max(axis=0, initial=0.0) + (GUTTER, 8.0)
    columns = max(int(across // max(wide, 1e-9)), 1)
    row, column = np.divmod(np.arange(len(boxes)), columns)
    out: Floats = np.column_stack((column + 0.5, row.max(initial=0) - row + 0.5)) * (wide, high)
    return out


def beneath(xy: Floats, boxes: Floats, rest: Floats, rest_boxes: Floats) -> Floats:
    """Return positions moved, as they are to each other, to the middle below others.

    Parameters
    ----------
    xy, boxes : ndarray of float64, shape (n, 2)
        What is moved, and the room of each.
    rest, rest_boxes : ndarray of float64, shape (k, 2)
        What stays; where there is nothing, the origin does.
    """
    if not len(rest):
        return centred(xy)
    floor = (rest - rest_boxes / 2).min(axis=0)[1] - 2 * GUTTER
    middle = (rest[:, 0].min() + rest[:, 0].max()) / 2
    x = xy[:, 0] - (xy[:, 0].min() + xy[:, 0].max()) / 2 + middle
    y = xy[:, 1] - (xy + boxes / 2).max(axis=0)[1] + floor
    return np.column_stack((x, y))


def centred(xy: Floats) -> Floats:
    """Return positions with the middle of their extent at the origin."""
    out: Floats = xy - (xy.min(axis=0) + xy.max(axis=0)) / 2
    return out


def loose_beneath(network: Network, xy: Floats, loose: Index | None = None) -> Floats:
    """Return positions with some nodes, else those without ties, in rows below all others."""
    loose = network.loose if loose is None else loose
    if not len(loose):
        return xy
    boxes = network.room
    rest = np.setdiff1d(np.arange(network.n), loose)
    wide = np.ptp(xy[rest, 0]) if len(rest) else 0.0
    square = np.sqrt(boxes[loose].prod(axis=1).sum() * 1.5)
    out: Floats = xy.copy()
    rows = block(boxes[loose], max(float(wide + boxes[:, 0].mean()), float(square)))
    out[loose] = beneath(rows, boxes[loose], xy[rest], boxes[rest])
    return out


def split(needs: Floats, room: Room) -> list[Room]:
    """Give each of several, the neediest first, a share of `room`, cutting its long side."""
    if len(needs) < 2:
        return [room] * len(needs)
    cut = int(np.argmin(np.abs(np.cumsum(needs)[:-1] - needs.sum() / 2))) + 1
    axis = int(room[3] - room[1] > room[2] - room[0])
    length = room[axis + 2] - room[axis] - GUTTER
    share = length * needs[:cut].sum() / needs.sum()
    first, second = room.copy(), room.copy()
    # The larger half goes to the top or the left.
    if axis:
        first[1] = room[3] - share
        second[3] = first[1] - GUTTER
    else:
        first[2] = room[0] + share
        second[0] = first[2] + GUTTER
    return split(needs[:cut], first) + split(needs[cut:], second)


def turned(xy: Floats, room: Room) -> Floats:
    """Return positions with their main axis along the long side of a room, the middle at 0."""
    z = np.ascontiguousarray(xy).view(np.complex128).ravel()
    z = z - z.mean()
    # The angle of the sum of squares is twice that of the axis along which they lie.
    turn = np.angle((z**2).sum()) / 2
    if room[3] - room[1] > room[2] - room[0]:
        turn -= np.pi / 2
    # By less than half a turn, or what is drawn while it settles would stand on its head.
    turn = (turn + np.pi / 2) % np.pi - np.pi / 2
    z *= np.exp(-1j * turn)
    out: Floats = z.view(np.float64).reshape(-1, 2)
    return out


def filled(xy: Floats, room: Room, evenness: float) -> Floats:
    """Stretch positions to fill a room.

    `evenness` mixes in the rank of each coordinate: crowded parts gain room from empty ones,
    while left stays left and above above.
    """
    low, high = xy.min(axis=0), xy.max(axis=0)
    linear = (xy - low) / np.maximum(high - low, 1e-9)
    linear[:, high - low < 1e-9] = 0.5
    rank = np.argsort(np.argsort(xy, axis=0), axis=0) / max(len(xy) - 1, 1)
    share = (1 - evenness) * linear + evenness * rank
    out: Floats = room[:2] + share * (room[2:] - room[:2])
    return out


def scaled(xy: Floats, room: Room) -> Floats:
    """Enlarge or shrink positions until they just fit into a room, keeping their shape."""
    low = np.array([xy[:, 0].min(), xy[:, 1].min()])
    high = np.array([xy[:, 0].max(), xy[:, 1].max()])
    # What has no extent in a direction does not hold back the other.
    spread = np.where(high > low, high - low, 1e-12)
    factor = float(((room[2:] - room[:2]) / spread).min()) if (high > low).any() else 1.0
    out: Floats = xy * factor + (room[:2] + room[2:] - (low + high) * factor) / 2
    return out
