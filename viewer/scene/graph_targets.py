"""What can be pointed at in the graph, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.model import dates
from viewer.model.dossier import Dossier
from viewer.model.schema import QUAD_TITLES
from viewer.scene.graph_drawn import MANY_EDGES, Drawn
from viewer.scene.graph_geometry import Paths
from viewer.scene.graph_plan import Plan
from viewer.scene.graph_signs import SIGN
from viewer.scene.primitives import Floats, Target
from viewer.scene.wording import counted

REACH = 5.0
"""Pixels to either side at which an edge is pointed at."""
_CURVE = np.linspace(0.0, 1.0, 13)


def targets(
    dossier: Dossier, plan: Plan, drawn: Drawn, lines: Paths, spots: Floats, many: bool
) -> tuple[Target, ...]:
    """Return a target for each node, the best connected first, and for each edge that has one.

    Parameters
    ----------
    dossier : Dossier
    plan : Plan
    drawn : Drawn
    lines : Paths
    spots : ndarray of float64, shape (k, 2)
        Where the signs of disputed edges stand: each is a target that goes before what it covers.
    many : bool
        Whether only edges that stand out have a target.
    """
    names, told = plan.spoken
    order = np.argsort(-drawn.degree, kind="stable")
    rows, degrees = drawn.actors[order].tolist(), drawn.degree[order].tolist()
    reach = (drawn.radii[order] + 4.0).tolist()
    out = [
        Target((plan.refs[row],), x, y, r, None, None, f"{told[row]}{counted(degree, 'tie')}")
        for row, (x, y), r, degree in zip(
            rows, drawn.xy[order].tolist(), reach, degrees, strict=True
        )
    ]
    marked = np.flatnonzero(drawn.disputed)
    for i, (x, y) in zip(marked.tolist(), spots.tolist(), strict=True):
        edge = int(drawn.edges[i])
        # The sign leads to what is disputed, not to all that is behind the tie.
        refs = tuple(r for r in plan.edges.refs(dossier, edge) if r in dossier.disputed)
        told_of = _edge_label(dossier, plan, edge, len(refs), bool(drawn.maybe[i]), names)
        label = f"disputed: {told_of}"
        out.append(Target(refs, x, y, SIGN + 3.0, label=label, action="sign"))
    reachable = np.arange(len(drawn.edges))
    if many:
        standing_out = drawn.edge_bright if drawn.dimming else np.zeros(len(reachable), dtype=bool)
        reachable = np.flatnonzero(standing_out)[:MANY_EDGES]
    points = lines.at(_CURVE)
    for i in reachable.tolist():
        edge = int(drawn.edges[i])
        line = points[i]
        x, y = line[len(line) // 2].tolist()
        count, maybe = int(drawn.counts[i]), bool(drawn.maybe[i])
        label = _edge_label(dossier, plan, edge, count, maybe, names)
        refs = plan.edges.refs(dossier, edge)
        out.append(Target(refs, x, y, REACH, line=line, label=label))
    return tuple(out)


def edge_words(dossier: Dossier, plan: Plan, edge: int, count: int) -> str:
    """Return what ties two actors, e.g. ``member`` or ``3 events``."""
    relation = int(plan.edges.relation[edge])
    if relation < 0:
        return counted(count, "event")
    return " ".join(dossier.relations["type"][relation].replace("-", " ").split())


def _edge_label(
    dossier: Dossier, plan: Plan, edge: int, count: int, maybe: bool, names: Sequence[str]
) -> str:
    found = plan.edges
    a, b = found.ends[edge].tolist()
    who = f"{names[a]} {'→' if found.directed[edge] else '–'} {names[b]}"
    relation = int(found.relation[edge])
    what = [edge_words(dossier, plan, edge, count)]
    if relation >= 0:
        date = dossier.relation_dates[relation]
        if np.isfinite((date.earliest, date.latest)).any():
            what.append(dates.to_words(date))
    if maybe:
        unsaid = "beginning not known" if relation >= 0 else "date not known"
        what += ["may hold"] if unsaid in what[-1] else [unsaid, "may hold"]
    quad = int(found.quads[edge])
    if quad >= 0:
        what.append(QUAD_TITLES[quad].lower())
    return f"{who}: {', '.join(part for part in what if part)}"
