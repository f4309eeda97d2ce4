"""The commands that pick by the place of actors in the network, and what they change.

What is looked at is the network of what is shown. Where there is nothing to pick, the state is
left as it is and a sentence says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from viewer.commands.registry import Command, Context
from viewer.model.dossier import Mask
from viewer.model.selection import Selection
from viewer.model.store import Store

if TYPE_CHECKING:
    from viewer.model.network import Network


def _network(store: Store) -> Network:
    """Return the network of what is shown; what that takes is loaded when it is first wanted."""
    from viewer.model.analysis import network_of

    return network_of(store.state, store.shown)


def select_neighbours(store: Store, steps: int = 1) -> str:
    """Pick also the actors within so many steps of those picked."""
    picked = store.state.selection
    if not can_grow(store):
        return "Select an actor first: its neighbours are found from there."
    from viewer.model.network import neighbours

    network = _network(store)
    grown = picked.actors | neighbours(network, picked.actors, steps)
    if (grown == picked.actors).all():
        return "Nobody else that is shown is tied to the actors selected."
    selection = picked.with_rows("actors", grown, picked.active)
    store.update("Select Neighbours", selection=selection)
    return ""


def select_paths(store: Store) -> str:
    """Pick all that lies on the shortest ways between the two actors picked."""
    if not can_join(store):
        return "Select two actors first: the shortest paths between them are found."
    dossier = store.state.dossier
    a, b = np.flatnonzero(_picked(store)).tolist()
    names = [dossier.name(dossier.ref("actors", row)) for row in (a, b)]
    from viewer.model.network import NO_WAY, shortest_paths

    network = _network(store)
    # The ways themselves are not listed, only what lies on them.
    found = shortest_paths(network, a, b, most=0)
    if found.length == NO_WAY:
        return f"Nothing that is shown joins {names[0]} and {names[1]}."
    _pick(store, found.actors, found.ties, f"Select Paths Between {names[0]} and {names[1]}")
    return ""


def select_component(store: Store) -> str:
    """Pick all that the actors picked are joined to by any chain of ties."""
    if not can_grow(store):
        return "Select an actor first: all that is connected with it is found."
    from viewer.model.network import neighbours

    network = _network(store)
    actors = neighbours(network, _picked(store), len(network.actors))
    _pick(store, actors, actors[network.ends[:, 0]], "Select Everything Connected")
    return ""


def can_grow(store: Store) -> bool:
    """Whether an actor that is shown is picked."""
    return bool(_picked(store).any())


def can_join(store: Store) -> bool:
    """Whether just two actors that are shown are picked."""
    return int(np.count_nonzero(_picked(store))) == 2


def _picked(store: Store) -> Mask:
    picked: Mask = store.state.selection.actors & store.shown.actors
    return picked


def _pick(store: Store, actors: Mask, ties: Mask, label: str) -> None:
    """Pick actors and the rows behind ties, and nothing else."""
    state = store.state
    events, relations = _network(store).rows(ties, store.shown)
    active, selection = state.selection.active, Selection.empty(state.dossier)
    if active is None or active.table != "actors" or not actors[state.dossier.row(active)]:
        active = state.dossier.ref("actors", int(np.flatnonzero(actors)[0]))
    for table, mask in (("actors", actors), ("events", events), ("relations", relations)):
        selection = selection.with_rows(table, mask, active)
    store.update(label, selection=selection)


def commands() -> tuple[Command, ...]:
    """Return the commands of analysis."""
    return (
        Command(
            "analysis.neighbours",
            "Select Neighbours",
            _saying(select_neighbours),
            "Ctrl+Shift+N",
            "Analysis",
            enabled=lambda c: can_grow(c.store),
        ),
        Command(
            "analysis.component",
            "Select Everything Connected",
            _saying(select_component),
            menu="Analysis",
            enabled=lambda c: can_grow(c.store),
        ),
        Command(
            "analysis.paths",
            "Select Shortest Paths Between Two",
            _saying(select_paths),
            menu="Analysis",
            enabled=lambda c: can_join(c.store),
        ),
    )


def _saying(act: Callable[[Store], str]) -> Callable[[Context], None]:
    """Return what runs an action and shows the sentence it returns, if any."""

    def run(context: Context) -> None:
        if sentence := act(context.store):
            context.shell.say(sentence)

    return run
