"""The one state that all views show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from viewer.model.dossier import Dossier
from viewer.model.filters import Filter
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.texts import SourceText

CALENDARS = {"gregorian": "Gregorian Only", "persian": "With Persian (Solar Hijri)"}
"""Calendars that dates are written in, with their titles; the Gregorian one always leads."""

LAYERS = {
    "borders": "Borders",
    "names": "Country Names",
    "graticule": "Graticule",
    "shapes": "Imported Shapes",
    "flows": "Flows Between Places",
    "inset": "Inset Map",
    "rivers": "Rivers",
    "cities": "Cities for Reference",
    "density": "Density of Events",
}
"""Layers of the map that can be switched on and off, with their titles."""

FIRST_LAYERS = frozenset(LAYERS) - {"density"}
"""Those that are visible at first."""

PROJECTIONS = {
    "auto": "Automatic",
    "laea": "Azimuthal Equal-Area (Lambert)",
    "lcc": "Conformal Conic (Lambert)",
    "merc": "Mercator",
    "eqearth": "Equal Earth",
    "robin": "Robinson",
    "eqc": "Plate Carrée",
    "ortho": "Globe (Orthographic)",
}
"""Projections of the map with their titles; the first one is chosen by the extent of the data."""


TIES = {"relations": "Relations", "events": "Joint Events"}
"""What ties actors in the graph, with titles."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the graph is drawn, wherever its nodes stand.

    Parameters
    ----------
    ties : frozenset of str
        Which of `TIES` are drawn.
    moment : float, optional
        End of the day, since 1970-01-01, as of which ties are drawn; None: the latest date.
    size, colour : str
        Measures of `analysis.MEASURES` that nodes are sized and coloured by; empty: sized by the
        ties drawn, and all of one colour.
    words : bool
        Whether edges are named.
    """

    ties: frozenset[str] = frozenset(TIES)
    moment: float | None = None
    size: str = ""
    colour: str = ""
    words: bool = False


LAYOUTS = {
    "force": "Free",
    "layered": "In Layers, by Office and Command",
    "circular": "Circular",
    "radial": "Around One Actor",
    "places": "At Their Places",
    "time": "By Time",
}
"""Kinds of layout of the graph, with their titles."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the graph is laid out.

    Parameters
    ----------
    seed : int
        Seed of the layout; the same seed gives the same picture.
    pinned : mapping of str to tuple of float
        Actor id → position in layout units, for nodes put in place by hand.
    kind : str
        One of `LAYOUTS`.
    focus : str
        Actor id of the one in the middle when they stand around one; empty, or an actor that is
        not there: the one with the most neighbours.
    """

    seed: int = 1
    pinned: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    kind: str = "force"
    focus: str = ""


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
    look : Look
    projection : str
        One of `PROJECTIONS`.
    layers : frozenset of str
        Visible layers of the map, from `LAYERS`.
    insets : mapping of str to tuple of float
        Title → where an inset was put by hand: 0, 0 is the upper left corner of the map and 1, 1
        the lower right one. The others find their own corner.
    calendar : str
        One of `CALENDARS`.
    texts : mapping of str to SourceText
        Source id → its text, of the sources whose text is attached on this machine.
    hover : Ref, optional
        What lies under the pointer, in whichever view.
    """

    dossier: Dossier
    filter: Filter
    selection: Selection
    window: tuple[float, float] | None = None
    layout: Layout = Layout()
    look: Look = Look()
    projection: str = "auto"
    layers: frozenset[str] = FIRST_LAYERS
    insets: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    calendar: str = "gregorian"
    texts: Mapping[str, SourceText] = field(default_factory=lambda: MappingProxyType({}))
    hover: Ref | None = None

    @staticmethod
    def of(dossier: Dossier) -> State:
        """Return the state in which a dossier opens."""
        return State(dossier, Filter(), Selection.empty(dossier))
