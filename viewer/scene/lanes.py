"""Stacking marks and their labels in lanes above an axis.

Greedy interval packing, best marks first. A lane is `ROWS` rows high: a mark with a label takes a
lane, a dot alone half of one, a bar alone one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROWS = 4
CROSSING = 3 * ROWS
"""Rows that a mark is lifted rather than let a stem cross a label."""


@dataclass(frozen=True, slots=True)
class Item:
    """A mark that wants a place.

    Parameters
    ----------
    bare : tuple of float
        Left and right end of the mark alone in pixels.
    full : tuple of float
        The same with its label.
    stem : float
        Where it is tied to the axis; NaN for a bar.
    rows : int
        Rows the mark takes up without its label.
    """

    bare: tuple[float, float]
    full: tuple[float, float]
    stem: float
    rows: int


@dataclass(frozen=True, eq=False)
class Packing:
    """Where each item stands.

    Parameters
    ----------
    row : ndarray of intp, shape (n,)
        Lowest row of each item, 0 being next to the axis.
    labelled : ndarray of bool, shape (n,)
        Whether there is room for its label.
    """

    row: NDArray[np.intp]
    labelled: NDArray[np.bool_]


def pack(
    items: Sequence[Item], rank: Sequence[int], lanes: int, taken: tuple[float, int]
) -> Packing:
    """Stack items so that no two overlap.

    All are labelled if there is room; else the best ones are, as many as leave room for
    the marks of all.

    Parameters
    ----------
    items : sequence of Item
    rank : sequence of int
        Positions of items, the one that most needs its label first.
    lanes : int
        Number of lanes.
    taken : tuple of float and int
        A corner at the top right that is kept free: its left end and how many lanes deep.
    """
    low, high, best = 0, len(items), None
    tried = high
    while best is None or low < high:
        named = frozenset(rank[:tried])
        packing, overlaps = _pack(items, named, lanes, taken)
        if not overlaps or tried == 0:
            low, best = tried, packing
        else:
            high = tried - 1
        tried = (low + high + 1) // 2
    return best


def _pack(
    items: Sequence[Item], named: frozenset[int], lanes: int, taken: tuple[float, int]
) -> tuple[Packing, bool]:
    """Stack items of which `named` get labels; say whether some overlap."""
    height = lanes * ROWS
    row = np.zeros(len(items), dtype=np.intp)
    boxes = np.empty((len(items) + 1, 4))
    boxes[0] = taken[0], np.inf, height - taken[1] * ROWS, height
    stems = np.full((len(items) + 1, 2), np.nan)
    label_of = np.full((len(items) + 1, 2), np.nan)
    overlaps = False
    order = sorted(range(len(items)), key=lambda i: _turn(items[i], i in named))
    for count, i in enumerate(order, start=1):
        item = items[i]
        low, high = item.full if i in named else item.bare
        rows = ROWS if i in named else item.rows
        placed = boxes[:count]
        hit = placed[(placed[:, 0] < high) & (low < placed[:, 1])]
        steps = np.arange(0, height - rows + 1, rows)
        load = ((hit[:, 2] < steps[:, None] + rows) & (steps[:, None] < hit[:, 3])).sum(axis=1)
        # Stems that rise through this label, and labels that this stem rises through.
        through = stems[:count, 1][(stems[:count, 0] > low) & (stems[:count, 0] < high)]
        under = placed[:, 2][
            (label_of[:count, 0] < item.stem) & (item.stem < label_of[:count, 1])
        ]
        crossed = (through > steps[:, None] + rows - 1).sum(axis=1) if i in named else 0
        crossed = crossed + (under < steps[:, None]).sum(axis=1)
        at = int(steps[np.argmin(load * 1e6 + crossed * CROSSING + steps)])
        overlaps |= bool(load.min())
        row[i] = at
        boxes[count] = low, high, at, at + rows
        stems[count] = item.stem, at
        if i in named:
            label_of[count] = low, high
    labelled = np.zeros(len(items), dtype=bool)
    labelled[list(named)] = True
    return Packing(row, labelled), overlaps


def _turn(item: Item, named: bool) -> tuple[int, float]:
    """Order of placing: bars without labels lie low, then dots from the last to the first.

    So a stem rises to the left of the labels beneath it, and labels read downwards in
    the order of time; labelled bars lie above.
    """
    if np.isnan(item.stem):
        return (2 if named else 0), item.bare[0]
    return 1, -item.stem
