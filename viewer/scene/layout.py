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
FILL = 1.25
"""Area laid out for each unit of area of a node with its label."""
SMALL = 300
"""Up to so many nodes stress is majorised: better, but quadratic in time."""
TRIES = 3
"""Drawings of a small component of which the one with the fewest crossings is kept."""
MAJORISATIONS = 40
SEPARATIONS = 45
SPACING = (5.0, 3.0)
"""Pixels kept free between boxes."""
LABEL_DROP = 8.0
"""How far below the node the middle of its box with label lies."""
EVENNESS = 0.45
FORCE_ROUNDS = 100
GRID = 128


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
    alone = np.bincount(pairs.ravel(), minlength=n) == 0
    rest = _rows(xy, np.flatnonzero(alone), boxes, rect, whole=bool(alone.all()))
    if n - int(alone.sum()) <= SMALL:
        _stress_components(xy, pairs, strength, rng, boxes, rest)
    elif not alone.all():
        tied = np.flatnonzero(~alone)
        inner = np.searchsorted(tied, pairs)
        xy[tied] = _fitted(_force_atlas(len(tied), inner, strength, rng), rest)
    if pinned:
        _pin(xy, pairs, boxes, pinned)
    return xy


def _simple(ends: Index, weights: Floats | None) -> tuple[Index, Floats]:
    """Merge parallel edges into one with the sum of their weights; loops fall away."""
    weights = np.ones(len(ends)) if weights is None else weights
    kept = ends[:, 0] != ends[:, 1]
    pairs, place = np.unique(np.sort(ends[kept], axis=1), axis=0, return_inverse=True)
    strength = np.bincount(place.ravel(), weights[kept], minlength=len(pairs))
    return pairs.reshape(-1, 2), strength


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


def _rows(xy: Floats, nodes: Index, boxes: Floats, rect: Floats, whole: bool) -> Floats:
    """Set nodes without ties in tidy rows along the bottom; return what is left of `rect`."""
    if not len(nodes):
        return rect
    width, height = boxes[nodes].max(axis=0) + (8.0, 6.0)
    across = rect[2] - rect[0]
    columns = min(max(int(across / width), 1), len(nodes))
    rows = -(-len(nodes) // columns)
    columns = -(-len(nodes) // rows)
    column, row = np.arange(len(nodes)) % columns, np.arange(len(nodes)) // columns
    in_row = np.minimum(columns, len(nodes) - row * columns)
    xy[nodes, 0] = (column - (in_row - 1) / 2) * across / columns
    top = rows * height / 2 if whole else rect[1] + rows * height
    xy[nodes, 1] = top - (row + 0.5) * height
    return np.array([rect[0], top + height / 2, rect[2], rect[3]])


def _split(parts: list[Index], boxes: Floats, rect: Floats) -> list[tuple[Index, Floats]]:
    """Give each component a part of `rect` in proportion to its need, cutting the long side."""
    if len(parts) == 1:
        return [(parts[0], rect)]
    needs = np.array([boxes[part].prod(axis=1).sum() for part in parts])
    cut = int(np.argmin(np.abs(np.cumsum(needs)[:-1] - needs.sum() / 2))) + 1
    axis = int(rect[3] - rect[1] > rect[2] - rect[0])
    length = rect[axis + 2] - rect[axis]
    # However small, a component keeps room for the boxes of two nodes.
    least = min(2.2 * boxes[:, axis].max() / length, 0.5)
    share = float(np.clip(needs[:cut].sum() / needs.sum(), least, 1 - least))
    first, second = rect.copy(), rect.copy()
    # The larger half goes to the top or the left.
    if axis:
        first[1] = second[3] = rect[3] - share * length
    else:
        first[2] = second[0] = rect[0] + share * length
    return _split(parts[:cut], boxes, first) + _split(parts[cut:], boxes, second)


def _fitted(xy: Floats, rect: Floats, evenness: float = 0.0) -> Floats:
    """Turn the principal axis along the long side of `rect` and fill it.

    `evenness` mixes in the rank of each coordinate: crowded parts gain room from empty ones,
    while left stays left and above above.
    """
    xy = xy - xy.mean(axis=0)
    _, vectors = np.linalg.eigh(xy.T @ xy)
    long = int(rect[3] - rect[1] > rect[2] - rect[0])
    xy = xy @ (vectors if long else vectors[:, ::-1])
    # An eigenvector's sign is arbitrary: the heavier tail goes right and down.
    skew = np.sign((xy**3).sum(axis=0))
    xy *= np.where(skew == 0, 1, skew) * (1, -1)
    low, high = xy.min(axis=0), xy.max(axis=0)
    linear = (xy - low) / np.maximum(high - low, 1e-9)
    linear[:, high - low < 1e-9] = 0.5
    rank = np.argsort(np.argsort(xy, axis=0), axis=0) / max(len(xy) - 1, 1)
    share = (1 - evenness) * linear + evenness * rank
    return rect[:2] + share * (rect[2:] - rect[:2])


# -- stress ----------------------------------------------------------------------------------


def _stress_components(
    xy: Floats,
    pairs: Index,
    strength: Floats,
    rng: np.random.Generator,
    boxes: Floats,
    rect: Floats,
) -> None:
    tied = [part for part in _components(len(xy), pairs) if len(part) > 1]
    if not tied:
        return
    place = np.empty(len(xy), dtype=np.intp)
    for part, room in _split(tied, boxes, rect):
        place[part] = np.arange(len(part))
        inside = np.isin(pairs[:, 0], part)
        inner = place[pairs[inside]]
        half = boxes[part].max(axis=0) / 2
        room = np.concatenate([room[:2] + half, room[2:] - half])
        room[2:] = np.maximum(room[2:], room[:2] + 1)
        distances = _distances(len(part), inner, strength[inside])
        drawings = [_majorised(start, distances) for start in _starts(distances, rng)]
        best = min(drawings, key=lambda drawing: crossings(drawing, inner))
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


def _starts(distances: Floats, rng: np.random.Generator) -> list[Floats]:
    """Return positions to begin from: classical scaling, jittered more from one to the next."""
    n = len(distances)
    centred = -0.5 * distances**2
    centred -= centred.mean(axis=0)
    centred -= centred.mean(axis=1)[:, None]
    values, vectors = np.linalg.eigh(centred)
    scaled = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0.0))
    spread = distances.max() / 6
    tries = TRIES if n <= 150 else 1
    return [scaled + rng.normal(0.0, spread * (0.2 + k), (n, 2)) for k in range(tries)]


def _majorised(xy: Floats, distances: Floats) -> Floats:
    """Minimise the stress with weights d⁻² by SMACOF."""
    n = len(xy)
    apart = np.maximum(distances, 1e-9)
    weight = apart**-2.0
    np.fill_diagonal(weight, 0.0)
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + 1 / n) - 1 / n
    ideal = -weight * apart
    for _ in range(MAJORISATIONS):
        square = (xy**2).sum(axis=1)
        now = square[:, None] + square - 2 * xy @ xy.T
        pull = ideal / np.sqrt(np.maximum(now, 1e-9))
        moved = inverse @ (pull @ xy - pull.sum(axis=1)[:, None] * xy)
        still = np.abs(moved - xy).max() < 0.003 * distances.max()
        xy = moved
        if still:
            break
    return xy


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
        step_x = np.bincount(j[hit], push_x, n) - np.bincount(i[hit], push_x, n)
        step_y = np.bincount(j[hit], push_y, n) - np.bincount(i[hit], push_y, n)
        # Overlaps have the last word: edges push in the first rounds only.
        if len(pairs) and turn < SEPARATIONS * 2 // 3:
            off = _off_edges(x, y, pairs, boxes)
            step_x, step_y = step_x + off[0], step_y + off[1]
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
    push = 0.25 * (need[node, 0] - distance) / distance
    return (
        np.bincount(node, push * away_x[node, edge], len(x)),
        np.bincount(node, push * away_y[node, edge], len(x)),
    )


def crossings(xy: Floats, pairs: Index) -> int:
    """Count the pairs of straight edges that cross, ends in common left aside."""
    a, b = xy[pairs[:, 0]], xy[pairs[:, 1]]

    def side(p: Floats, q: Floats, r: Floats) -> Floats:
        out: Floats = np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )
        return out

    a1, b1, a2, b2 = a[:, None], b[:, None], a[None], b[None]
    met = (side(a1, b1, a2) * side(a1, b1, b2) < 0) & (side(a2, b2, a1) * side(a2, b2, b1) < 0)
    shared = (pairs[:, None, :, None] == pairs[None, :, None, :]).any(axis=(2, 3))
    return int((met & ~shared).sum()) // 2


# -- forces ----------------------------------------------------------------------------------


def _force_atlas(
    n: int, pairs: Index, strength: Floats, rng: np.random.Generator
) -> Floats:
    """Run ForceAtlas2: repulsion (1 + degree)² / distance, linear attraction, gravity."""
    mass = 1.0 + np.bincount(pairs.ravel(), minlength=n)
    pull = np.log1p(strength)
    a, b = pairs.T
    xy = rng.normal(0.0, np.sqrt(n), (n, 2))
    before = np.zeros_like(xy)
    speed = 1.0
    for _ in range(FORCE_ROUNDS):
        force = 10.0 * mass[:, None] * _repulsion(xy, mass)
        tug = (xy[a] - xy[b]) * pull[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(b, tug[:, axis], n) - np.bincount(a, tug[:, axis], n)
        force -= mass[:, None] * xy / np.maximum(np.hypot(*xy.T), 1e-9)[:, None]
        swing = np.hypot(*(force - before).T)
        traction = np.hypot(*(force + before).T) / 2
        wanted = float((mass * traction).sum() / max((mass * swing).sum(), 1e-9))
        speed = min(wanted, 1.5 * speed)
        xy = xy + force * (speed / (1.0 + speed * np.sqrt(swing)))[:, None]
        before = force
    return xy


def _repulsion(xy: Floats, mass: Floats) -> Floats:
    """Return Σ mass (x − y) / |x − y|² at every node, summed on a grid by FFT."""
    low = xy.min(axis=0)
    cell = max(float((xy.max(axis=0) - low).max()) / (GRID - 2), 1e-9)
    spot = (xy - low) / cell
    corner = spot.astype(np.intp)
    part = spot - corner
    # Each node is shared among the four corners of its cell, and reads the field there.
    shares = [
        (((corner[:, 0] + i) * GRID + corner[:, 1] + j),
         np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1]))
        for i in (0, 1) for j in (0, 1)
    ]  # fmt: skip
    density = np.zeros(GRID * GRID)
    for at, share in shares:
        density += np.bincount(at, mass * share, GRID * GRID)
    spectrum = np.fft.rfft2(density.reshape(GRID, GRID), (2 * GRID, 2 * GRID))
    out = np.zeros_like(xy)
    for axis, kernel in enumerate(_kernels()):
        field = np.fft.irfft2(spectrum * kernel)[:GRID, :GRID].ravel() / cell
        for at, share in shares:
            out[:, axis] += field[at] * share
    return out


def _kernels() -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Return the transforms of x/r² and y/r² on the doubled grid, which keeps ends apart."""
    steps = np.fft.fftfreq(2 * GRID, 1 / (2 * GRID))
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
