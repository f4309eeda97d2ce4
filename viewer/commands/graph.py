"""The commands of the graph, and what they change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType

from viewer.commands.registry import Command, Context
from viewer.model.schema import Ref
from viewer.model.state import LAYOUTS, TIES, Layout
from viewer.model.store import Store

SIZES = {
    "": "Ties Drawn",
    "degree": "Degree",
    "betweenness": "Betweenness",
    "eigenvector": "Eigenvector",
}
COLOURS = {
    "": "All Alike",
    "component": "Component",
    "community": "Community",
    "degree": "Degree",
    "betweenness": "Betweenness",
    "eigenvector": "Eigenvector",
}
"""What nodes are sized and coloured by: measures of `analysis.MEASURES`, named as there."""


def pin(store: Store, actor: Ref, spot: tuple[float, float]) -> None:
    """Put an actor's node in a place where it stays, in layout units."""
    layout = store.state.layout
    pinned = MappingProxyType({**layout.pinned, actor.id: spot})
    store.update(f"Move {store.state.dossier.name(actor)}", layout=replace(layout, pinned=pinned))


def release(store: Store) -> None:
    """Let every node go back to where the layout puts it."""
    layout = replace(store.state.layout, pinned=Layout().pinned)
    store.update("Release Moved Actors", layout=layout)


def lay_out_again(store: Store) -> None:
    """Lay the graph out from another beginning."""
    layout = store.state.layout
    store.update("Lay Out Again", layout=replace(layout, seed=layout.seed + 1))


def lay_out(store: Store, kind: str) -> None:
    """Lay the graph out in another way; around one actor: the one picked, if one is."""
    layout = store.state.layout
    active = store.state.selection.active
    focus = layout.focus
    if kind == "radial" and active is not None and active.table == "actors":
        focus = active.id
    # A place put by hand means nothing in another layout.
    pinned = layout.pinned if kind == layout.kind else Layout().pinned
    after = replace(layout, kind=kind, focus=focus, pinned=pinned)
    store.update(f"Lay Out: {LAYOUTS[kind]}", layout=after)


def toggle_ties(store: Store, ties: str) -> None:
    """Draw one kind of ties, or leave it out."""
    look = store.state.look
    shown = look.ties ^ {ties}
    verb = "Show" if ties in shown else "Hide"
    store.update(f"{verb} {TIES[ties]} in the Graph", look=replace(look, ties=frozenset(shown)))


def toggle_words(store: Store) -> None:
    """Name the ties, or leave their names out."""
    look = store.state.look
    verb = "Hide" if look.words else "Show"
    store.update(f"{verb} Names of Ties", look=replace(look, words=not look.words))


def set_moment(store: Store, moment: float | None, merge: str = "") -> None:
    """Show the ties as of another day; None: as of the latest date."""
    label = "Show Latest Ties" if moment is None else "Show Ties as of a Date"
    store.update(label, merge=merge, look=replace(store.state.look, moment=moment))


def measure_by(store: Store, what: str, measure: str, title: str) -> None:
    """Size or colour nodes by a measure, or no longer.

    Parameters
    ----------
    store : Store
    what : {"size", "colour"}
    measure : str
        One of `analysis.MEASURES`, or empty.
    title : str
        What the measure is called.
    """
    look = store.state.look
    after = replace(look, size=measure) if what == "size" else replace(look, colour=measure)
    label = f"{what.capitalize()} Actors by {title}" if measure else f"Reset {what.capitalize()}"
    store.update(label, look=after)


def commands() -> tuple[Command, ...]:
    """Return the commands of the graph."""
    ties = (
        Command(
            f"graph.{ties}",
            title,
            partial(lambda c, ties: toggle_ties(c.store, ties), ties=ties),
            menu="Graph",
            group=2,
            checked=partial(lambda c, ties: ties in c.store.state.look.ties, ties=ties),
        )
        for ties, title in TIES.items()
    )
    measures = tuple(
        Command(
            f"graph.{what}.{measure or 'plain'}",
            f"{what.capitalize()}: {title}",
            partial(
                lambda c, what, measure, title: measure_by(c.store, what, measure, title),
                what=what, measure=measure, title=title,
            ),
            menu="Graph",
            group=group,
            checked=partial(
                lambda c, what, measure: getattr(c.store.state.look, what) == measure,
                what=what, measure=measure,
            ),
        )
        for group, what, choices in ((4, "size", SIZES), (5, "colour", COLOURS))
        for measure, title in choices.items()
    )  # fmt: skip
    layouts = (
        Command(
            f"graph.layout.{kind}",
            f"Layout: {title}",
            partial(lambda c, kind: lay_out(c.store, kind), kind=kind),
            menu="Graph",
            checked=partial(lambda c, kind: c.store.state.layout.kind == kind, kind=kind),
        )
        for kind, title in LAYOUTS.items()
    )
    return (
        *layouts,
        Command(
            "graph.again",
            "Lay Out Again",
            lambda c: lay_out_again(c.store),
            "Ctrl+L",
            "Graph",
            1,
        ),
        Command(
            "graph.stop",
            "Stop Laying Out",
            lambda c: c.shell.stop_layout(),
            menu="Graph",
            group=1,
            enabled=lambda c: c.shell.laying_out(),
        ),
        Command(
            "graph.release",
            "Release Moved Actors",
            lambda c: release(c.store),
            menu="Graph",
            group=1,
            enabled=_has_pinned,
        ),
        *ties,
        Command(
            "graph.words",
            "Names of Ties",
            lambda c: toggle_words(c.store),
            menu="Graph",
            group=2,
            checked=lambda c: c.store.state.look.words,
        ),
        Command(
            "graph.moment",
            "Ties as of a Date",
            lambda c: c.shell.set_dating(not c.shell.dating()),
            "Ctrl+Shift+A",
            "Graph",
            2,
            checked=lambda c: c.shell.dating(),
        ),
        *measures,
        Command(
            "graph.table",
            "Table of Measures…",
            lambda c: c.shell.show_measures(),
            "Ctrl+Shift+M",
            "Graph",
            6,
            enabled=lambda c: len(c.store.state.dossier.actors) > 0,
        ),
    )


def _has_pinned(context: Context) -> bool:
    return bool(context.store.state.layout.pinned)
