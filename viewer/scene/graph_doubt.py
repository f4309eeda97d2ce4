"""Which ties only may hold on a day, because nobody says when they began."""

from __future__ import annotations

import math

import numpy as np

from viewer.model import dates
from viewer.model.dates import Date
from viewer.model.derived import derived
from viewer.model.dossier import Dossier, Mask
from viewer.model.state import State
from viewer.scene.graph_plan import latest_of
from viewer.scene.primitives import Floats


def doubtful(state: State, moment: float) -> tuple[Mask, Mask]:
    """Return which events and relations may have come about only after a moment.

    That is so where their beginning is not known and all that is known of them lies later. By the
    latest date of the dossier whatever has no known beginning is held to have begun. While time is
    filtered what has no date at all is held to last, as `Dossier.relation_bounds` has it.

    Parameters
    ----------
    state : State
    moment : float
        Day for which ties are drawn; see `graph_plan.as_of`.

    Returns
    -------
    events, relations : ndarray of bool, shape (n,)
    """
    early = moment < latest_of(state.dossier)[0]
    events, relations = (
        early & (moment <= known) & (np.isfinite(known) | (state.filter.span is None))
        for known in _known(state.dossier)
    )
    return events, relations


@derived("events.date", "relations.date")
def _known(dossier: Dossier) -> tuple[Floats, Floats]:
    events, relations = (
        dossier.tables[table]["date"]
        .each(lambda cell: _known_from(dates.parse_or_unknown(cell)))
        .array(np.float64)
        for table in ("events", "relations")
    )
    return events, relations


def _known_from(date: Date) -> float:
    """Return from when on something of a date is known to have begun.

    -inf where its beginning is given or lies before everything, inf where nothing tells.
    """
    if math.isnan(date.earliest):
        return math.inf
    if date.is_interval and date.start == "unknown":
        return date.end_earliest if date.end == "given" else math.inf
    # At some time before a date: by then it has happened.
    return date.latest if date.one_of and date.start == "open" else -math.inf
