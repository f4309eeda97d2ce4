"""What the map says of the places of a dossier, before anything is put on the screen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.geo.anchors import anchors
from viewer.geo.projection import Projection
from viewer.model.derived import derived, kept_with_dossier
from viewer.model.dossier import Dossier, Index, Mask
from viewer.model.links import Links
from viewer.scene.frame import Frame
from viewer.scene.primitives import Floats

_OFF_THE_MAP = 1e8
"""Metres, farther than any projection reaches."""


@kept_with_dossier(8)
def world(dossier: Dossier, projection: Projection) -> Floats:
    """Return the anchors in projected metres, shape (places, 2).

    What the projection cannot show lies far off the map, in the direction in which one would
    set out for it from the centre.
    """
    lonlat = anchors(dossier).lonlat
    xy = projection.forward(lonlat)
    (lost,) = np.nonzero(np.isnan(xy).any(axis=1) & np.isfinite(lonlat).all(axis=1))
    if len(lost):
        east, lat = np.radians(lonlat[lost] - (projection.lon0, 0.0)).T
        lat0 = np.radians(projection.lat0)
        across = np.cos(lat) * np.sin(east)
        up = np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(east)
        length = np.maximum(np.hypot(across, up), 1e-9)
        xy[lost] = _OFF_THE_MAP * np.column_stack([across / length, up / length])
    return xy


@dataclass(frozen=True, eq=False)
class Looks:
    """How the places stand out.

    Parameters
    ----------
    shown, picked, lit : ndarray of bool, shape (places,)
        What passes the filter, what is picked, what is not dimmed.
    """

    shown: Mask
    picked: Mask
    lit: Mask

    @staticmethod
    def of(frame: Frame) -> Looks:
        """Return the looks of the places of a frame."""
        highlight = frame.highlight
        return Looks(
            frame.shown.places,
            frame.state.selection.places,
            highlight.places if highlight.dimming else np.ones(len(frame.shown.places), bool),
        )


@derived("events.id", "places.id", "event_places")
def routes(dossier: Dossier) -> Index:
    """Return who went where as rows of (event, from place, to place), shape (n, 3).

    An event with several places on both sides does not say which of them belong together, so
    it has no route.
    """
    events = dossier.rows("event_places", "event").astype(np.intp)
    places = dossier.rows("event_places", "place").astype(np.intp)
    roles = dossier.tables["event_places"]["role"]
    size, many = len(dossier.events), len(dossier.places)

    def named(word: str) -> Links:
        held = roles.each(lambda cell: cell == word).array(np.bool_)
        return Links.from_pairs(events[held], places[held], size, many)

    starts, stops = named("from"), named("to")
    least = np.minimum(starts.counts, stops.counts)
    rows = np.flatnonzero(least == 1)
    # One side has one place, which goes with each of those on the other.
    counts = np.maximum(starts.counts, stops.counts)[rows].astype(np.intp)
    event = np.repeat(rows, counts)
    slot = np.arange(len(event)) - np.repeat(np.cumsum(counts) - counts, counts)
    ends = [
        side.targets[side.starts[event] + np.minimum(slot, side.counts[event] - 1)]
        for side in (starts, stops)
    ]
    legs = np.column_stack((event, *ends)).astype(np.intp)
    apart: Index = legs[legs[:, 1] != legs[:, 2]]
    return apart
