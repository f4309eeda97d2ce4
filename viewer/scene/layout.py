"""Where the nodes of a graph stand: seeded, deterministic, NumPy alone.

Small graphs are laid out by stress majorisation (Gansner, Koren and North, "Graph Drawing by
Stress Majorization", GD 2004), large ones by the forces of ForceAtlas2 (Jacomy, Venturini,
Heymann and Bastian, PLoS ONE 9(6), 2014) with the repulsion computed on a grid by FFT. Units
are pixels of a graph pane of usual size, y up, the origin in the middle; a graph too large to be
read in one pane takes more room than that.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from viewer.model.dossier import Index
from viewer.scene.primitives import Floats

PORTRAIT = 450 / 650
"""Width over height of the graph pane as the window opens."""
AREA = 385.0 * 530.0
"""What title, legend and margins leave of the pane, in square pixels."""
LABEL_BOX = (70.0, 32.0)
MINOR = 6
"""Components of so few nodes stand in tidy rows along the bottom."""
GUTTER = 14.0
"""Pixels between components."""
INSET = 14.0
"""Pixels between the sides of a component's room and its outermost nodes."""
FILL = 1.25
"""Area laid out for each unit of area of a node with its label."""
SMALL = 300
"""Up to so many nodes stress is majorised: better, but quadratic in time."""
TRIED_NODES = 300
"""Up to three drawings of so many nodes in all are made, to keep the one that crosses least."""
MAJORISATIONS = 40
SEPARATIONS = 45
SPACING = (5.0, 3.0)
"""Pixels kept free between boxes."""
LABEL_DROP = 8.0
"""How far below the node the middle of its box with label lies."""
EVENNESS = 0.6
"""How much crowded parts gain from empty ones, 0 to 1; see `_fitted`."""
FORCE_ROUNDS = 100
FINE_FROM = 3000
"""Number of nodes from which the grid of the repulsion has 128 cells a side instead of 64."""


def layout(
    n: int,
    ends: Index,
    weights: Floats | None = None,
    seed: int = 1,
    pinned: Mapping[int, tuple[float, float]] | None = None,
    aspect: float = PORTRAIT,
    boxes: Floats | None = None,
) -> Floats:
    """Lay out a graph.

    Parameters
    ----------
    n : int
        Number of nodes.
    ends : ndarray of intp, shape (m, 2)
        Nodes of each edge; parallel edges and loops are allowed.
    weights : ndarray of float64, shape (m,), optional
        Strength of each edge: strong ties are a little shorter.
    seed : int
        The same seed gives the same positions.
    pinned : mapping of int to tuple of float, optional
        Nodes that stand where they were put. The rest stays, but for what hangs on a pinned node
        alone, which goes along, and for what would be covered, which makes way.
    aspect : float
        Width over height of the pane to be filled.
    boxes : ndarray of float64, shape (n, 2), optional
        Width and height of each node with the label below it.

    Returns
    -------
    ndarray of float64, shape (n, 2)
    """
    if not n:
        return np.empty((0, 2))
    if boxes is None:
        boxes = np.tile(LABEL_BOX, (n, 1))
    pairs, strength = _simple(ends, weights)
    rng = np.random.default_rng(seed)
    area = max(AREA, float(boxes.prod(axis=1).sum()) * FILL)
    width = np.sqrt(area * aspect)
    rect = np.array([-width / 2, -area / width / 2, width / 2, area / width / 2])

    xy = np.zeros((n, 2))
    parts = _components(n, pairs)
    minor = [part for part in parts if len(part) <= MINOR]
    major = parts[: len(parts) - len(minor)]
    cells = _shelves([_cell(boxes[part]) for part in minor], rect, bottom=bool(major))
    for part, cell in zip(minor, cells, strict=True):
        _draw_stress(xy, part, pairs, strength, rng, boxes, cell)
    if minor and major:
        rect[1] = cells[:, 3].max() + GUTTER
        need = FILL * sum(float(boxes[part].prod(axis=1).sum()) for part in major)
        rect[3] = max(rect[3], rect[1] + need / width)
    if sum(map(len, major)) <= SMALL:
        for part, room in _split(major, boxes, rect):
            _draw_stress(xy, part, pairs, strength, rng, boxes, room)
    else:
        tied = np.sort(np.concatenate(major))
        inside = np.isin(pairs[:, 0], tied)
        inner = np.searchsorted(tied, pairs[inside])
        xy[tied] = _fitted(
            _force_atlas(len(tied), inner, strength[inside], rng), rect, EVENNESS / 2
        )
    if pinned:
        _pin(xy, pairs, boxes, pinned)
    return xy


def _simple(ends: Index, weights: Floats | None) -> tuple[Index, Floats]:
    """Merge parallel edges into one with the sum of their weights; loops fall away."""
    weights = np.ones(len(ends)) if weights is None else weights
    kept = ends[:, 0] != ends[:, 1]
    pairs, place = np.unique(np.sort(ends[kept], axis=1), axis=0, return_inverse=True)
    strength = _summed(place.ravel(), weights[kept], len(pairs))
    return pairs.reshape(-1, 2).astype(np.intp), strength


def _components(n: int, pairs: Index) -> list[Index]:
    """Return the nodes of each connected component, the largest component first."""
    label = np.arange(n)
    a, b = pairs.T
    while True:
        least = np.minimum(label[a], label[b])
        before = label.copy()
        np.minimum.at(label, a, least)
        np.minimum.at(label, b, least)
        label = label[label]
        if np.array_equal(label, before):
            break
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return sorted(parts, key=len, reverse=True)


# -- rooms -----------------------------------------------------------------------------------


def _cell(boxes: Floats) -> tuple[float, float]:
    """Return width and height of the room that a few nodes with labels need."""
    rows = -(-len(boxes) // 3)
    columns = -(-len(boxes) // rows)
    wide, high = boxes.mean(axis=0)
    # Three in a row stand a little up and down, or a triangle of them would be a line.
    lines = 1.4 if len(boxes) == 3 else rows
    return float(wide * columns + 24 * (columns - 1)), float(high * lines)


def _shelves(cells: list[tuple[float, float]], rect: Floats, bottom: bool) -> Floats:
    """Set cells in rows, each centred; return left, bottom, right and top of each.

    The rows fill the bottom of `rect`, or its middle when there is nothing else.
    """
    across = rect[2] - rect[0]
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
    above = rect[1] + tops[-1] if bottom else tops[-1] / 2
    for row, top in zip(rows, tops, strict=False):
        free = across - sum(cells[i][0] for i in row)
        x = rect[0] + free / (len(row) + 1)
        for i in row:
            width, height = cells[i]
            out[i] = x, above - top - height, x + width, above - top
            x += width + free / (len(row) + 1)
    return out


def _split(parts: list[Index], boxes: Floats, rect: Floats) -> list[tuple[Index, Floats]]:
    """Give each component a part of `rect` in proportion to its need, cutting the long side."""
    if len(parts) < 2:
        return [(part, rect) for part in parts]
    needs = np.array([boxes[part].prod(axis=1).sum() for part in parts])
    cut = int(np.argmin(np.abs(np.cumsum(needs)[:-1] - needs.sum() / 2))) + 1
    axis = int(rect[3] - rect[1] > rect[2] - rect[0])
    length = rect[axis + 2] - rect[axis] - GUTTER
    share = length * needs[:cut].sum() / needs.sum()
    first, second = rect.copy(), rect.copy()
    # The larger half goes to the top or the left.
    if axis:
        first[1] = rect[3] - share
        second[3] = first[1] - GUTTER
    else:
        first[2] = rect[0] + share
        second[0] = first[2] + GUTTER
    return _split(parts[:cut], boxes, first) + _split(parts[cut:], boxes, second)


def _fitted(xy: Floats, rect: Floats, evenness: float) -> Floats:
    """Turn the principal axis along the long side of `rect` and fill it.

    `evenness` mixes in the rank of each coordinate: crowded parts gain room from empty ones,
    while left stays left and above above.
    """
    xy = xy - xy.mean(axis=0)
    (xx, xy_), (_, yy) = xy.T @ xy
    turn = 0.5 * np.arctan2(2 * xy_, xx - yy)
    if rect[3] - rect[1] > rect[2] - rect[0]:
        turn -= np.pi / 2
    cos, sin = np.cos(turn), np.sin(turn)
    xy = xy @ np.array([[cos, -sin], [sin, cos]])
    low, high = xy.min(axis=0), xy.max(axis=0)
    linear = (xy - low) / np.maximum(high - low, 1e-9)
    linear[:, high - low < 1e-9] = 0.5
    rank = np.argsort(np.argsort(xy, axis=0), axis=0) / max(len(xy) - 1, 1)
    share = (1 - evenness) * linear + evenness * rank
    out: Floats = rect[:2] + share * (rect[2:] - rect[:2])
    return out


# -- stress ----------------------------------------------------------------------------------


def _draw_stress(
    xy: Floats,
    part: Index,
    pairs: Index,
    strength: Floats,
    rng: np.random.Generator,
    boxes: Floats,
    room: Floats,
) -> None:
    """Lay out one component within `room`, in `xy` itself."""
    inset = np.minimum((INSET, boxes[part, 1].mean() / 2), (room[2:] - room[:2]) / 2 - 0.1)
    room = np.concatenate((room[:2] + inset, room[2:] - inset))
    if len(part) <= 2:
        xy[part] = (room[:2] + room[2:]) / 2
        if len(part) == 2:
            xy[part, 0] = room[[0, 2]]
        return
    place = np.full(len(xy), -1, dtype=np.intp)
    place[part] = np.arange(len(part))
    inside = place[pairs[:, 0]] >= 0
    inner = place[pairs[inside]]
    distances = _distances(len(part), inner, strength[inside])
    drawings = _drawings(distances, rng)
    best = min(drawings, key=lambda xy: crossings(xy, inner)) if inner[1:].size else drawings[0]
    xy[part] = _separated(_fitted(best, room, EVENNESS), inner, boxes[part], room)


def _distances(n: int, pairs: Index, strength: Floats) -> Floats:
    """Return the graph distances of all pairs, shape (n, n), by Floyd and Warshall.

    An edge between two busy nodes is longer, so that each has room for its own neighbours.
    """
    degree = np.bincount(pairs.ravel(), minlength=n)
    length = degree[pairs].min(axis=1) ** 0.35 * (1 + strength) ** -0.08
    out = np.full((n, n), np.inf)
    out[pairs[:, 0], pairs[:, 1]] = out[pairs[:, 1], pairs[:, 0]] = length
    np.fill_diagonal(out, 0.0)
    for k in range(n):
        np.minimum(out, out[:, k, None] + out[k], out=out)
    return out


def _drawings(distances: Floats, rng: np.random.Generator) -> list[Floats]:
    """Draw a component a few times, minimising the stress with weights d⁻² by SMACOF."""
    n = len(distances)
    apart = np.maximum(distances, 1e-9)
    weight = apart**-2.0
    np.fill_diagonal(weight, 0.0)
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + 1 / n) - 1 / n
    ideal = -weight * apart
    out = []
    for xy in _starts(distances, rng):
        for _ in range(MAJORISATIONS):
            square = (xy**2).sum(axis=1)
            now = square[:, None] + square - 2 * xy @ xy.T
            pull = ideal / np.sqrt(np.maximum(now, 1e-9))
            moved = inverse @ (pull @ xy - pull.sum(axis=1)[:, None] * xy)
            still = np.abs(moved - xy).max() < 0.003 * distances.max()
            xy = moved
            if still:
                break
        out.append(xy)
    return out


def _starts(distances: Floats, rng: np.random.Generator) -> list[Floats]:
    """Return positions to begin from: classical scaling, jittered more from one to the next."""
    n = len(distances)
    centred = -0.5 * distances**2
    centred -= centred.mean(axis=0)
    centred -= centred.mean(axis=1)[:, None]
    # Powers of the matrix turn any two vectors into its main axes; no exact ones are needed.
    scaled = rng.normal(0.0, 1.0, (n, 2))
    for _ in range(12):
        scaled = centred @ scaled
        scaled[:, 0] /= np.hypot.reduce(scaled[:, 0])
        scaled[:, 1] -= scaled[:, 0] * (scaled[:, 0] @ scaled[:, 1])
        scaled[:, 1] /= max(np.hypot.reduce(scaled[:, 1]), 1e-9)
    size = distances.max()
    scaled *= size / np.maximum(np.ptp(scaled, axis=0).max(), 1e-9)
    tries = min(max(TRIED_NODES // n, 1), 3)
    return [scaled + rng.normal(0.0, size / 6 * (0.2 + k), (n, 2)) for k in range(tries)]


def _separated(
    xy: Floats,
    pairs: Index,
    boxes: Floats,
    room: Floats,
    fixed: NDArray[np.bool_] | None = None,
) -> Floats:
    """Push apart boxes that overlap, and boxes off edges that run through them."""
    n = len(xy)
    mobile = np.ones(n) if fixed is None else (~fixed).astype(float)
    i, j = np.triu_indices(n, 1)
    share = 0.6 / np.maximum(mobile[i] + mobile[j], 1.0)
    x, y = xy.T.copy()
    wide, high = ((boxes[i] + boxes[j]) / 2 + SPACING).T
    for turn in range(SEPARATIONS):
        dx, dy = x[j] - x[i], y[j] - y[i]
        over_x, over_y = wide - np.abs(dx), high - np.abs(dy)
        hit = np.flatnonzero((over_x > 0) & (over_y > 0))
        over_x, over_y = over_x[hit], over_y[hit]
        # The way out is along the axis with the lesser overlap.
        across = over_x < over_y
        push_x = np.copysign(over_x * across, dx[hit]) * share[hit]
        push_y = np.copysign(over_y * ~across, dy[hit]) * share[hit]
        step_x = _summed(j[hit], push_x, n) - _summed(i[hit], push_x, n)
        step_y = _summed(j[hit], push_y, n) - _summed(i[hit], push_y, n)
        # Edges push now and then, for it is dear; overlaps have the last word.
        if len(pairs) and turn < SEPARATIONS * 2 // 3 and turn % 4 == 0:
            off_x, off_y = _off_edges(x, y, pairs, boxes)
            step_x, step_y = step_x + off_x, step_y + off_y
        elif not len(hit):
            break
        x = np.clip(x + np.clip(step_x, -24, 24) * mobile, room[0], room[2])
        y = np.clip(y + np.clip(step_y, -24, 24) * mobile, room[1], room[3])
    return np.column_stack((x, y))


def _off_edges(x: Floats, y: Floats, pairs: Index, boxes: Floats) -> tuple[Floats, Floats]:
    """Return the step that takes each box away from edges of other nodes."""
    a, b = pairs.T
    along_x, along_y = x[b] - x[a], y[b] - y[a]
    square = np.maximum(along_x**2 + along_y**2, 1e-9)
    # The label hangs below the node, so the box's middle does too.
    to_x, to_y = x[:, None] - x[a], y[:, None] - LABEL_DROP - y[a]
    share = (to_x * along_x + to_y * along_y) / square
    away_x, away_y = to_x - share * along_x, to_y - share * along_y
    distance = np.sqrt(away_x**2 + away_y**2) + 1e-6
    need = 0.5 * boxes[:, 1, None]
    near = (distance < need) & (share > 0.02) & (share < 0.98)
    near[a, np.arange(len(a))] = near[b, np.arange(len(a))] = False
    node, edge = np.nonzero(near)
    distance = distance[node, edge]
    push = 0.5 * (need[node, 0] - distance) / distance
    return (
        _summed(node, push * away_x[node, edge], len(x)),
        _summed(node, push * away_y[node, edge], len(x)),
    )


def _summed(nodes: Index, values: Floats, n: int) -> Floats:
    """Return the sum of the values that fall to each node."""
    return np.bincount(nodes, values, n).astype(np.float64)


def crossings(xy: Floats, pairs: Index) -> int:
    """Count the pairs of straight edges that cross; ends in common are no crossing."""
    start, step = xy[pairs[:, 0]], xy[pairs[:, 1]] - xy[pairs[:, 0]]

    def side(points: Floats) -> Floats:
        """On which side of each edge (row) each point (column) lies; 0 on its own ends."""
        away = points - start[:, None]
        out: Floats = step[:, None, 0] * away[..., 1] - step[:, None, 1] * away[..., 0]
        return out

    parted = side(xy[pairs[:, 0]]) * side(xy[pairs[:, 1]]) < 0
    return int((parted & parted.T).sum()) // 2


# -- forces ----------------------------------------------------------------------------------


def _force_atlas(n: int, pairs: Index, strength: Floats, rng: np.random.Generator) -> Floats:
    """Run ForceAtlas2: repulsion (1 + degree)² / distance, linear attraction, gravity."""
    mass = 1.0 + _summed(pairs.ravel(), np.ones(pairs.size), n)
    grid = 64 if n < FINE_FROM else 128
    kernels = _kernels(grid)
    pull = np.log1p(strength)
    a, b = pairs.T
    xy = rng.normal(0.0, np.sqrt(n), (n, 2))
    before = np.zeros_like(xy)
    speed = 1.0
    for _ in range(FORCE_ROUNDS):
        force = 10.0 * mass[:, None] * _repulsion(xy, mass, grid, kernels)
        tug = (xy[a] - xy[b]) * pull[:, None]
        for axis in (0, 1):
            force[:, axis] += _summed(b, tug[:, axis], n) - _summed(a, tug[:, axis], n)
        force -= mass[:, None] * xy / np.maximum(np.hypot(*xy.T), 1e-9)[:, None]
        swing = np.hypot(*(force - before).T)
        traction = np.hypot(*(force + before).T) / 2
        wanted = float((mass * traction).sum() / max((mass * swing).sum(), 1e-9))
        speed = min(wanted, 1.5 * speed)
        xy = xy + force * (speed / (1.0 + speed * np.sqrt(swing)))[:, None]
        before = force
    return xy


def _repulsion(
    xy: Floats, mass: Floats, grid: int, kernels: tuple[NDArray[np.complex128], ...]
) -> Floats:
    """Return Σ mass (x − y) / |x − y|² at every node, summed on a grid by FFT."""
    low = xy.min(axis=0)
    cell = max(float((xy.max(axis=0) - low).max()) / (grid - 2), 1e-9)
    spot = (xy - low) / cell
    corner = spot.astype(np.intp)
    part = spot - corner
    at = corner[:, 0] * grid + corner[:, 1]
    # Each node is shared among the four corners of its cell, and reads the field there.
    shares = [
        (at + i * grid + j, np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1]))
        for i in (0, 1)
        for j in (0, 1)
    ]
    density = np.zeros(grid * grid)
    for where, share in shares:
        density += np.bincount(where, mass * share, grid * grid)
    spectrum = np.fft.rfft2(density.reshape(grid, grid), (2 * grid, 2 * grid))
    out = np.zeros_like(xy)
    for axis, kernel in enumerate(kernels):
        field = np.fft.irfft2(spectrum * kernel)[:grid, :grid].ravel() / cell
        for where, share in shares:
            out[:, axis] += field[where] * share
    return out


def _kernels(grid: int) -> tuple[NDArray[np.complex128], ...]:
    """Return the transforms of x/r² and y/r² on the doubled grid, which keeps ends apart."""
    steps = np.fft.fftfreq(2 * grid, 1 / (2 * grid))
    x, y = np.meshgrid(steps, steps, indexing="ij")
    square = np.maximum(x * x + y * y, 1.0)
    return np.fft.rfft2(x / square), np.fft.rfft2(y / square)


# -- pins ------------------------------------------------------------------------------------


def _pin(
    xy: Floats, pairs: Index, boxes: Floats, pinned: Mapping[int, tuple[float, float]]
) -> None:
    """Put pinned nodes in their places, in `xy` itself."""
    fixed = np.zeros(len(xy), dtype=bool)
    fixed[list(pinned)] = True
    moved = np.zeros_like(xy)
    for node, spot in pinned.items():
        moved[node] = np.array(spot) - xy[node]
    leaf = np.bincount(pairs.ravel(), minlength=len(xy)) == 1
    for near, far in (pairs.T, pairs.T[::-1]):
        carried = fixed[near] & leaf[far] & ~fixed[far]
        moved[far[carried]] = moved[near[carried]]
    xy += moved
    if len(xy) <= SMALL:
        everywhere = np.array([-np.inf, -np.inf, np.inf, np.inf])
        xy[:] = _separated(xy, pairs[:0], boxes, everywhere, fixed)
