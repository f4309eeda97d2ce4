"""The one state that all views show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection

LAYERS = {
    "borders": "Borders",
    "names": "Country Names",
    "graticule": "Graticule",
    "flows": "Flows Between Places",
    "inset": "Inset Map",
}
"""Layers of the map that can be switched off, with their titles."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the graph is laid out.

    Parameters
    ----------
    seed : int
        Seed of the layout; the same seed gives the same picture.
    pinned : mapping of str to tuple of float
        Actor id → position in layout units, for nodes put in place by hand.
    """

    seed: int = 1
    pinned: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Everything that decides what the views show. Frozen: `store.Store` makes new ones.

    Parameters
    ----------
    dossier : Dossier
    filter : Filter
        What is left out of every view and count.
    selection : Selection
        What is picked.
    window : tuple of float, optional
        Span of time the timeline shows, in days since 1970-01-01; None: chosen from the data.
    layout : Layout
    projection : str
        Name of a projection, or ``auto`` to choose by the extent of the data.
    layers : frozenset of str
        Visible layers of the map, from `LAYERS`.
    hover : Ref, optional
        What lies under the pointer, in whichever view.
    """

    dossier: Dossier
    filter: Filter
    selection: Selection
    window: tuple[float, float] | None = None
    layout: Layout = Layout()
    projection: str = "auto"
    layers: frozenset[str] = frozenset(LAYERS)
    hover: Ref | None = None

    @staticmethod
    def of(dossier: Dossier) -> State:
        """Return the state in which a dossier opens."""
        return State(dossier, Filter(), Selection.empty(dossier))
