"""Making lines and rings ready for a flat map: cut where longitudes jump, never too long to curve.

Shapes come as GeoJSON has them (RFC 7946): a segment is straight in degrees, and goes the short
way round where its longitudes are more than half the world apart.
"""

from __future__ import annotations

import numpy as np

from viewer.geo.basemap import Floats, Ragged, offsets, ranges
from viewer.geo.clip import Flags, Kind, clip_box, following, join, split
from viewer.geo.sphere import wrap

MAX_STEP = 1.5
"""Degrees; longer segments get vertices between, so that they curve when projected."""
_AT_POLE = 1e-9


def ready(ragged: Ragged, kind: Kind) -> Ragged:
    """Return lines or rings that every projection can take.

    Parameters
    ----------
    ragged : Ragged
        Degrees, EPSG:4326, longitudes within ±180. Vertices that are not finite are left out.
    kind : {"line", "area"}
        A ring that runs around a pole holds the pole on whose side it lies.
    """
    finite: Flags = np.all(np.isfinite(ragged.xy), axis=1)
    if not finite.all():
        ragged = _without(ragged, finite, kind)
    return dense(cut_jumps(cut_poles(ragged)) if kind == "line" else cut_rings(ragged), kind)


def _without(ragged: Ragged, keep: Flags, kind: Kind) -> Ragged:
    if kind == "line":
        return split(ragged, keep)
    sizes = np.bincount(ragged.part[keep], minlength=len(ragged))
    return Ragged(ragged.xy[keep], offsets(sizes), ragged.group).take(sizes > 2)


def cut_poles(ragged: Ragged) -> Ragged:
    """Break lines in degrees at the poles, where longitudes jump: there each end keeps its own."""
    lon, lat = ragged.xy.T
    at_pole = np.abs(lat) >= 90.0 - _AT_POLE
    if not at_pole.any():
        return ragged
    starts, ends = ragged.starts[:-1], ragged.starts[1:] - 1
    rows = np.arange(len(lon))
    before, after = rows - 1, rows + 1
    before[starts], after[ends] = starts, ends
    # A vertex at a pole is the end of what comes, and another one the beginning of what follows.
    first = offsets(1 + at_pole)
    xy = np.repeat(ragged.xy, 1 + at_pole, axis=0)
    comes, goes = first[:-1][at_pole], first[1:][at_pole] - 1
    xy[comes, 0], xy[goes, 0] = lon[before[at_pole]], lon[after[at_pole]]
    # From one pole to itself, and beyond an end at one, there is nothing.
    keep, begins = np.ones(len(xy), np.bool_), np.zeros(len(xy), np.bool_)
    keep[comes] = ~(at_pole[before] | (before == rows))[at_pole]
    keep[goes] = ~(at_pole[after] | (after == rows))[at_pole]
    begins[goes] = True
    return split(Ragged(xy, first[ragged.starts], ragged.group), keep, begins)


def cut_jumps(ragged: Ragged) -> Ragged:
    """Break lines in degrees where they jump over ±180°, with an end on either side."""
    lon = ragged.xy[:, 0]
    jumps = np.abs(np.diff(lon)) > 180
    jumps[ragged.starts[1:-1] - 1] = False
    at = np.flatnonzero(jumps)
    if not len(at):
        return ragged
    (lon0, lat0), (lon1, lat1) = ragged.xy[at].T, ragged.xy[at + 1].T
    edge = np.where(lon0 > 0, 180.0, -180.0)
    step = lon1 - lon0 + 2 * edge
    share = np.divide(edge - lon0, step, out=np.zeros_like(step), where=step != 0)
    lat = lat0 + share * (lat1 - lat0)
    ends = np.column_stack((edge, lat, -edge, lat)).reshape(-1, 2)
    xy = np.insert(ragged.xy, np.repeat(at + 1, 2), ends, axis=0)
    sizes = np.diff(ragged.starts) + 2 * np.bincount(ragged.part[at], minlength=len(ragged))
    begins = np.zeros(len(xy), np.bool_)
    begins[at + 2 + 2 * np.arange(len(at))] = True
    longer = Ragged(xy, offsets(sizes), ragged.group)
    return split(longer, np.ones(len(xy), np.bool_), begins)


def cut_rings(ragged: Ragged) -> Ragged:
    """Cut rings in degrees at ±180°; those around a pole are closed along it.

    Pieces of a ring share its group. A ring cut already, as those of the basemap are, runs along
    ±180° or a pole from one side of the map to the other, and is left alone.
    """
    if not len(ragged):
        return ragged
    lon = ragged.xy[:, 0]
    step = np.abs(lon[following(ragged)] - lon)
    jumps = np.logical_or.reduceat((step > 180) & (step < 360), ragged.starts[:-1])
    if not jumps.any():
        return ragged
    rings = [_unrolled(ring) for ring in ragged.take(jumps).pieces()]
    flat = Ragged(
        np.concatenate(rings), offsets(np.array([len(r) for r in rings])), ragged.group[jumps]
    )
    turned = (
        clip_box(Ragged(flat.xy + (turn, 0.0), flat.starts, flat.group), 0, (-180, 180), "area")
        for turn in (-360.0, 0.0, 360.0)
    )
    pieces = join(*turned)
    # Where a ring only touches ±180°, a corner of it is left on the other side.
    return join(ragged.take(~jumps), pieces.take(np.diff(pieces.starts) > 2))


def _unrolled(ring: Floats) -> Floats:
    """Let longitudes run on past ±180°; a ring that comes back elsewhere goes over the pole."""
    lon, lat = ring.T
    step = wrap(np.diff(lon, append=lon[:1]))
    along = lon[0] + np.concatenate([[0.0], np.cumsum(step)])
    if abs(along[-1] - lon[0]) < 180.0:
        return np.column_stack((along[:-1], lat))
    # From where it crosses ±180° once round, then over the pole back to there.
    at = int(np.argmax(np.abs(np.diff(lon, append=lon[:1])) > 180))
    edge = -np.copysign(180.0, lon[at])
    share = wrap(edge - lon[at]) / step[at] if step[at] else 0.0
    crossing = lat[at] + share * (lat[(at + 1) % len(lat)] - lat[at])
    around = np.vstack([(edge, crossing), np.roll(ring, -at - 1, axis=0)])
    around[:, 0] = np.unwrap(around[:, 0], period=360.0)
    end = edge + np.copysign(360.0, along[-1] - lon[0])
    pole = np.copysign(90.0, lat.mean())
    return np.vstack([around, [(end, crossing), (end, pole), (edge, pole)]])


def outlines(rings: Ragged) -> Ragged:
    """Return the outlines of rings as lines, without edges along ±180° and the poles.

    Those are where a ring was cut; none of the areas of the basemap ends there.
    """
    if not len(rings):
        return rings
    sizes = np.diff(rings.starts)
    order = np.insert(np.arange(len(rings.xy)), rings.starts[1:], rings.starts[:-1])
    closed = Ragged(rings.xy[order], offsets(sizes + 1), rings.group)
    (lon, lat), many = np.abs(closed.xy).T, np.ones(len(closed.xy), np.bool_)
    begins = np.zeros(len(many), np.bool_)
    begins[1:] = ((lon[1:] == 180) & (lon[:-1] == 180)) | ((lat[1:] == 90) & (lat[:-1] == 90))
    return split(closed, many, begins)


def dense(ragged: Ragged, kind: Kind) -> Ragged:
    """Give segments of more than `MAX_STEP` degrees vertices between, straight in degrees."""
    if not len(ragged):
        return ragged
    if kind == "area":
        step = ragged.xy[following(ragged)] - ragged.xy
    else:
        step = np.diff(ragged.xy, axis=0, append=ragged.xy[-1:])
        step[ragged.starts[1:] - 1] = 0.0
    longest = np.abs(step).max(axis=1)
    if longest.max(initial=0.0) <= 1.02 * MAX_STEP:
        return ragged
    pieces = np.maximum(np.ceil(longest / MAX_STEP), 1).astype(np.intp)
    share = ranges(np.zeros_like(pieces), pieces) / np.repeat(pieces, pieces)
    xy = np.repeat(ragged.xy, pieces, axis=0) + share[:, None] * np.repeat(step, pieces, axis=0)
    return Ragged(xy, offsets(pieces)[ragged.starts], ragged.group)
