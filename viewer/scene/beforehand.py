"""What every view asks of a dossier first, worked out while a large one is still being opened."""

from __future__ import annotations

from collections.abc import Callable

from viewer.geo.anchors import fitted_points
from viewer.geo.shapes import place_shapes
from viewer.model.dossier import Dossier
from viewer.model.filters import Filter, facet_counts, shown
from viewer.model.store import Store
from viewer.progress import Progress, unheard
from viewer.scene.evidence_cards import by_date
from viewer.scene.evidence_words import covered_words
from viewer.scene.graph_plan import plan_of
from viewer.scene.spans import spans_of

SOME_TIME = Filter(span=(0.0, 1.0))
"""Whichever span is filtered by first, the tallies by time are then there."""


def work_out(dossier: Dossier, progress: Progress = unheard) -> None:
    """Work out what the window would stall for; it is kept with the dossier.

    Parameters
    ----------
    dossier : Dossier
    progress : Progress
    """
    store = Store(dossier)
    steps: tuple[Callable[[], object], ...] = (
        lambda: store.shown,
        lambda: facet_counts(dossier, SOME_TIME),
        lambda: shown(dossier, SOME_TIME),
        lambda: spans_of(dossier),
        lambda: by_date(dossier),
        lambda: covered_words(store.state),
        lambda: dossier.claims.row_of,
        lambda: place_shapes(dossier),
        lambda: fitted_points(dossier),
        lambda: plan_of(dossier),
    )
    for done, step in enumerate(steps):
        progress(done / len(steps))
        step()
