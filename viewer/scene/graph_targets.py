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
from viewer.scene.primitives import Target
from viewer.scene.wording import counted

REACH = 5.0
"""Pixels to either side at which an edge is pointed at."""
_CURVE = np.linspace(0.0, 1.0, 13)


def targets(
    dossier: Dossier, plan: Plan, drawn: Drawn, lines: Paths, many: bool
) -> tuple[Target, ...]:
    """Return a target for each node, the best connected first, and for each edge that has one."""
    kinds = dossier.actors["kind"]
    names = [" ".join(name.split()) for name in dossier.actors["name"]]
    out = []
    for i in np.argsort(-drawn.degree, kind="stable").tolist():
        row = int(drawn.actors[i])
        kind = kinds[row].replace("-", " ")
        label = ", ".join(
            part for part in (names[row], kind, counted(int(drawn.degree[i]), "tie")) if part
        )
        x, y = drawn.xy[i].tolist()
        out.append(
            Target((dossier.ref("actors", row),), x, y, float(drawn.radii[i]) + 4.0, label=label)
        )
    reachable = np.arange(len(drawn.edges))
    if many:
        standing_out = drawn.edge_bright if drawn.dimming else np.zeros(len(reachable), dtype=bool)
        reachable = np.flatnonzero(standing_out)[:MANY_EDGES]
    points = lines.at(_CURVE)
    for i in reachable.tolist():
        edge = int(drawn.edges[i])
        line = points[i]
        x, y = line[len(line) // 2].tolist()
        label = _edge_label(dossier, plan, edge, int(drawn.counts[i]), names)
        refs = plan.edges.refs(dossier, edge)
        out.append(Target(refs, x, y, REACH, line=line, label=label))
    return tuple(out)


def edge_words(dossier: Dossier, plan: Plan, edge: int, count: int) -> str:
    """Return what ties two actors, e.g. ``member`` or ``3 events``."""
    relation = int(plan.edges.relation[edge])
    if relation < 0:
        return counted(count, "event")
    return " ".join(dossier.relations["type"][relation].replace("-", " ").split())


def _edge_label(dossier: Dossier, plan: Plan, edge: int, count: int, names: Sequence[str]) -> str:
    found = plan.edges
    a, b = found.ends[edge].tolist()
    who = f"{names[a]} {'→' if found.directed[edge] else '–'} {names[b]}"
    relation = int(found.relation[edge])
    what = [edge_words(dossier, plan, edge, count)]
    if relation >= 0:
        date = dossier.relation_dates[relation]
        if np.isfinite((date.earliest, date.latest)).any():
            what.append(dates.to_words(date))
    quad = int(found.quads[edge])
    if quad >= 0:
        what.append(QUAD_TITLES[quad].lower())
    return f"{who}: {', '.join(part for part in what if part)}"
