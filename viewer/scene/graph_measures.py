"""Measures of the network as sizes and colours of nodes, and what the key says of them."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from viewer.model.dossier import Index
from viewer.progress import Cancelled, within
from viewer.scene.frame import Frame
from viewer.scene.primitives import Colour, Floats
from viewer.scene.style import GROUPS, Theme

SMALLEST, LARGEST = 4.6, 15.0
"""Radii in pixels of nodes sized by a measure."""
AT_ONCE = 2000
"""Actors up to which a measure is worked out while the picture is made."""
IN_A_WINDOW = 200
"""The same while a window waits for the picture."""
_GROUPS_NAMED = 6
Filled = tuple[tuple[Colour, ...], Index, list[tuple[str, Colour | None]]]
"""Colours, which of them each actor has, and entries of the key."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What the measures chosen do to the nodes.

    Parameters
    ----------
    radii : ndarray of float64, shape (n,), optional
        By actor row; None: by the ties drawn.
    palette : tuple of Colour
        Fills that nodes may have.
    fills : ndarray of intp, shape (n,), optional
        Position in `palette` by actor row; None: all alike.
    key : tuple of (str, Colour or None)
        Entries of the key.
    wanting : tuple of str
        Measures that are still to be worked out.
    """

    radii: Floats | None = None
    palette: tuple[Colour, ...] = ()
    fills: Index | None = None
    key: tuple[tuple[str, Colour | None], ...] = ()
    wanting: tuple[str, ...] = ()


def measured(frame: Frame) -> Measured:
    """Return what the chosen measures do to the nodes of a frame."""
    look = frame.state.look
    if not look.size and not look.colour:
        return Measured()
    from viewer.model.analysis import MEASURES, known_values, network_of, values_for

    state, shown = frame.state, frame.shown
    radii: Floats | None = None
    palette: tuple[Colour, ...] = ()
    fills: Index | None = None
    key: list[tuple[str, Colour | None]] = []
    wanting: list[str] = []

    def values(name: str) -> Floats | Index | None:
        patient = math.isinf(frame.patience)
        few = shown.actors.sum() <= (AT_ONCE if patient else IN_A_WINDOW)
        if few and (patient or MEASURES[name].ready):
            # One call of a library is made at a time, and that before may take long.
            with suppress(Cancelled):
                return values_for(state, shown, name, within(frame.patience))
        found = known_values(state, shown, name)
        if found is None:
            wanting.append(name)
        return found

    if look.size and (found := values(look.size)) is not None:
        radii = _radii(np.asarray(found, dtype=float))
        key.append((f"Size: {MEASURES[look.size].title.lower()}", None))
        if caveat := MEASURES[look.size].caveat(network_of(state, shown)):
            key.append((caveat, None))
    if look.colour and (found := values(look.colour)) is not None:
        measure = MEASURES[look.colour]
        if measure.kind == "category":
            palette, fills, entries = _grouped(
                frame.theme, np.asarray(found, dtype=np.intp), measure.title
            )
        else:
            palette, fills, entries = _graded(
                frame.theme, np.asarray(found, dtype=float), measure.title
            )
        key += entries
    return Measured(radii, palette, fills, tuple(key), tuple(wanting))


def _radii(values: Floats) -> Floats:
    """Return radii whose area grows with the value, so that twice as much looks twice as much."""
    known = np.nan_to_num(values, nan=0.0)
    share = known / max(float(known.max(initial=0.0)), 1e-300)
    out: Floats = np.sqrt(SMALLEST**2 + (LARGEST**2 - SMALLEST**2) * np.clip(share, 0.0, 1.0))
    return out


def _graded(theme: Theme, values: Floats, title: str) -> Filled:
    known = np.nan_to_num(values, nan=0.0)
    top = float(known.max(initial=0.0))
    ramp = [theme.accent.over(theme.graph_ground, 0.08 + 0.92 * i / 63) for i in range(64)]
    # Most actors have little of it: the root tells them apart.
    shares = np.sqrt(np.clip(known / max(top, 1e-300), 0.0, 1.0))
    entries: list[tuple[str, Colour | None]] = [
        (f"{title} 0", ramp[0]), (figure(top / 4), ramp[32]), (figure(top), ramp[63])
    ]  # fmt: skip
    return tuple(ramp), np.rint(shares * 63).astype(np.intp), entries


def _grouped(theme: Theme, groups: Index, title: str) -> Filled:
    rest = theme.node_plain_stroke
    colours = [colour if theme.name != "dark" else colour.over(theme.ground, 0.85)
               for colour in GROUPS]  # fmt: skip
    fills = np.where((groups >= 0) & (groups < len(colours)), groups, len(colours))
    sizes = np.bincount(groups[groups >= 0])
    entries: list[tuple[str, Colour | None]] = [
        (f"{title} {at + 1} ({size:,})", colours[at])
        for at, size in enumerate(sizes[: min(len(colours), _GROUPS_NAMED)].tolist())
    ]
    left = len(sizes) - len(entries)
    if left > 0:
        entries.append((f"{left:,} more", rest))
    return (*colours, rest), fills, entries


def figure(value: float) -> str:
    """Return a value of a measure with three digits, whole where it is whole."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3g}"
