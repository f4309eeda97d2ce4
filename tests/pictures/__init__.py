"""Reference pictures: what the views look like, compared with tolerance.

    python -m tests.pictures             compare, and write what differs into pictures/
    python -m tests.pictures --approve   take what is drawn now as the reference

A picture is of the shipped dossier or of a small one made here, drawn without a screen with the
shipped fonts, so that it is the same on every machine but for rounding in the rasteriser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.dossiers import make
from viewer.assets import shipped_dossier
from viewer.formats import open_dossier
from viewer.model.dossier import Dossier
from viewer.model.schema import Ref
from viewer.model.selection import Selection
from viewer.model.state import Look
from viewer.model.store import Store
from viewer.scene.frame import Frame
from viewer.scene.style import DARK, LIGHT, PRINT, Theme

APPROVED = Path(__file__).parent / "approved"
FRESH = Path(__file__).resolve().parents[2] / "pictures"
"""Where a failing comparison leaves what was drawn and what differs; not part of the repository."""
SIZE = (800, 560)
NEAR = 48
"""Difference of a channel, 0–255, up to which two pixels are alike: edges are antialiased."""
ALLOWED = 0.0005
"""Share of pixels that may be unlike."""

Picture = NDArray[np.uint8]
"""Rows, columns and red, green, blue."""


PLAIN = Look()


@dataclass(frozen=True)
class Sample:
    """One picture: which view of which dossier, in which appearance."""

    view: str
    dossier: Callable[[], Dossier]
    theme: Theme
    picked: tuple[Ref, ...] = ()
    projection: str = "auto"
    look: Look = PLAIN
    calendar: str = "gregorian"


def shipped() -> Dossier:
    """Return the dossier that ships."""
    return open_dossier(shipped_dossier())


def pacific() -> Dossier:
    """Return a dossier across the antimeridian, with names in Latin, Cyrillic and Arabic letters."""
    places = {
        "tokyo": ("Tōkyō", 139.69, 35.69), "san-francisco": ("San Francisco", -122.42, 37.77),
        "suva": ("Suva", 178.44, -18.14), "auckland": ("Tāmaki Makaurau", 174.76, -36.85),
        "vladivostok": ("Владивосток", 131.89, 43.12), "honolulu": ("Honolulu", -157.86, 21.31),
    }  # fmt: skip
    quads = ("verbal-conflict", "verbal-cooperation", "material-cooperation", "material-conflict")
    ways = (
        ("tokyo", "san-francisco"), ("auckland", "honolulu"), ("suva", "honolulu"),
        ("vladivostok", "san-francisco"), ("tokyo", "auckland"),
    )  # fmt: skip
    return make(
        title="Pacific",
        actors=[
            {"id": "a", "name": "محمدجواد ظریف", "kind": "person"},
            {"id": "b", "name": "Pacific Line", "kind": "organisation"},
            {"id": "c", "name": "Fiji", "kind": "state"},
        ],
        places=[
            {"id": key, "name": name, "lon": str(lon), "lat": str(lat), "precision": "city"}
            for key, (name, lon, lat) in places.items()
        ],
        sources=["log"],
        events=[
            {
                "id": f"e{i}", "title": f"Voyage {i}", "date": f"19{10 + i}-0{i + 1}",
                "quad": quads[i % 4], "from": start, "to": end, "participant": "a b c",
                "told_by": "log",
            }
            for i, (start, end) in enumerate(ways)
        ],
    )  # fmt: skip


DISPUTED = Ref("events", "ps752-downing")
SAMPLES = {
    "map-light": Sample("map", shipped, LIGHT, (Ref("places", "baghdad"),)),
    "map-dark": Sample("map", shipped, DARK),
    "map-pacific-robinson": Sample("map", pacific, PRINT, projection="robin"),
    "graph-light": Sample("graph", shipped, LIGHT, (Ref("actors", "champagne"),)),
    "graph-measures-dark": Sample(
        "graph", shipped, DARK, look=Look(size="betweenness", colour="community")
    ),
    "timeline-persian-light": Sample("timeline", shipped, LIGHT, calendar="persian"),
    "evidence-dark": Sample("evidence", shipped, DARK, (DISPUTED,)),
    "board-print": Sample("board", shipped, PRINT, (DISPUTED,)),
}


def drawn(sample: Sample) -> Picture:
    """Draw a sample; a QApplication must be there."""
    from viewer.ui.export import build
    from viewer.ui.painting import render_image

    dossier = sample.dossier()
    store = Store(dossier)
    changes = {"projection": sample.projection, "look": sample.look, "calendar": sample.calendar}
    store.update(selection=Selection.of(dossier, sample.picked), **changes)
    frame = Frame.of(store, sample.theme, *map(float, SIZE))
    image = render_image(build(sample.view, frame, {}), 1.0)
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def unlike(a: Picture, b: Picture) -> NDArray[np.bool_]:
    """Return which pixels differ visibly, but for a shift of an edge by a pixel."""
    if a.shape != b.shape:
        return np.ones(a.shape[:2], dtype=bool)
    # What is gone is in the one picture only, what is new in the other.
    return _away(a, b) | _away(b, a)


def _away(a: Picture, b: Picture) -> NDArray[np.bool_]:
    """Return which pixels of `a` are like none of the nine around their place in `b`."""
    padded = np.pad(b.astype(np.int16), ((1, 1), (1, 1), (0, 0)), mode="edge")
    best = np.full(a.shape[:2], 255, dtype=np.int16)
    for down in range(3):
        for across in range(3):
            part = padded[down : down + a.shape[0], across : across + a.shape[1]]
            np.minimum(best, np.abs(part - a).max(axis=2), out=best)
    return best > NEAR


def load(name: str) -> Picture:
    """Read an approved picture."""
    with Image.open(APPROVED / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"))


def save(picture: Picture, path: Path) -> None:
    """Write a picture as a small PNG."""
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(picture).save(path, optimize=True)


def compare(name: str) -> float:
    """Return the share of pixels unlike the reference; what differs is left in `FRESH`."""
    now, wanted = drawn(SAMPLES[name]), load(name)
    differs = unlike(now, wanted)
    share = float(differs.mean())
    if share > ALLOWED:
        shown = (now // 3 + 170).astype(np.uint8)
        if shown.shape[:2] == differs.shape:
            shown[differs] = (200, 0, 60)
        save(now, FRESH / f"{name}-now.png")
        save(wanted, FRESH / f"{name}-approved.png")
        save(shown, FRESH / f"{name}-differs.png")
    return share
