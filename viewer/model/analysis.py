"""The measures there are, and their values for what is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

from viewer.model import measures
from viewer.model.arrays import Index
from viewer.model.dossier import Dossier
from viewer.model.filters import Shown
from viewer.model.graph import Edges, edges
from viewer.model.measures import Floats
from viewer.model.network import Network
from viewer.model.state import State
from viewer.progress import Progress, unheard

Values = Floats | Index

_KEPT_NETWORKS = 4


def _nothing(network: Network) -> str:
    return ""


def _how_far_estimated(network: Network) -> str:
    return f"Estimated from {measures.PIVOTS} actors" if measures.estimated(network) else ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that can be said of every actor by its place in the network.

    Parameters
    ----------
    id : str
        Stable name.
    title : str
    says : str
        What it tells, in one sentence for a user.
    kind : {"number", "category"}
        Numbers are float64, NaN for who is not shown; categories are integers from 0, the largest
        group first, -1 for who is not shown.
    compute : callable
        Called with a `Network` and a `Progress`.
    caveat : callable
        What a legend must add for a network; empty: nothing.
    library : str
        Package that has to be loaded for it, where that takes long; empty: none.
    """

    id: str
    title: str
    says: str
    kind: Literal["number", "category"]
    compute: Callable[[Network, Progress], Values]
    caveat: Callable[[Network], str] = _nothing
    library: str = ""

    @property
    def ready(self) -> bool:
        """Whether all that it needs is loaded: whoever asks while that is done would wait."""
        return not self.library or self.library in _LOADED


_LOADED: set[str] = set()
"""Libraries that a measure was worked out with."""


MEASURES: dict[str, Measure] = {
    measure.id: measure
    for measure in (
        Measure(
            "degree",
            "Degree",
            "How many other actors an actor is tied to",
            "number",
            measures.degree,
        ),
        Measure(
            "ties",
            "Number of Ties",
            "How many relations and joint events tie an actor to others",
            "number",
            measures.ties,
        ),
        Measure(
            "betweenness",
            "Betweenness",
            "How often an actor lies on the shortest way between two others",
            "number",
            measures.betweenness,
            _how_far_estimated,
            library="rustworkx",
        ),
        Measure(
            "eigenvector",
            "Eigenvector",
            "How strongly an actor is tied to actors that are strongly tied themselves",
            "number",
            measures.eigenvector,
        ),
        Measure(
            "component",
            "Component",
            "Which actors are joined by any chain of ties",
            "category",
            measures.components,
            library="rustworkx",
        ),
        Measure(
            "community",
            "Community",
            "Which actors have more ties among each other than with the rest",
            "category",
            measures.communities,
            library="networkx",
        ),
    )
}
"""Id → measure, in the order in which they are listed."""


@dataclass(frozen=True, eq=False)
class _Kept:
    """What was worked out for a dossier: the networks asked for last, with their values."""

    edges: Edges
    networks: dict[object, tuple[Network, dict[str, Values]]] = field(default_factory=dict)


_KEPT: WeakKeyDictionary[Dossier, _Kept] = WeakKeyDictionary()


def network_of(state: State, visible: Shown) -> Network:
    """Return the network of the ties that the graph shows in a state.

    Parameters
    ----------
    state : State
    visible : Shown
        What passes the state's filter.
    """
    return _entry(state, visible)[0]


def values_for(state: State, visible: Shown, measure: str, progress: Progress = unheard) -> Values:
    """Return a measure of every actor, worked out once for one network.

    Parameters
    ----------
    state : State
    visible : Shown
        What passes the state's filter.
    measure : str
        One of `MEASURES`.
    progress : Progress

    Returns
    -------
    ndarray, shape (n,)
        One entry per row of the table of actors; see `Measure.kind`. Not to be written to.

    Raises
    ------
    EntenteError
        If the measure has no answer for this network.
    Cancelled
        If `progress` raises it.
    """
    network, values = _entry(state, visible)
    if measure not in values:
        found = MEASURES[measure].compute(network, progress)
        _LOADED.add(MEASURES[measure].library)
        found.flags.writeable = False
        values[measure] = found
    return values[measure]


def known_values(state: State, visible: Shown, measure: str) -> Values | None:
    """Return a measure of every actor if it was worked out before; see `values_for`."""
    return _entry(state, visible)[1].get(measure)


def _entry(state: State, visible: Shown) -> tuple[Network, dict[str, Values]]:
    dossier, look = state.dossier, state.look
    kept = _KEPT.get(dossier)
    if kept is None:
        kept = _KEPT[dossier] = _Kept(edges(dossier))
    key = (state.filter, look.ties, look.moment)
    entry = kept.networks.get(key)
    if entry is None:
        begun = _begun(dossier, visible, look.moment)
        entry = Network.of(dossier, kept.edges, begun, look.ties), {}
        for old in list(kept.networks)[: 1 - _KEPT_NETWORKS]:
            kept.networks.pop(old, None)
        kept.networks[key] = entry
    return entry


def _begun(dossier: Dossier, visible: Shown, moment: float | None) -> Shown:
    """Leave out what certainly began only after a moment."""
    if moment is None:
        return visible
    # Written so that a row without a date stays.
    events = visible.events & ~(dossier.event_bounds[:, 0] >= moment)
    relations = visible.relations & ~(dossier.relation_bounds[:, 0] >= moment)
    return Shown(visible.actors, visible.places, events, relations)
