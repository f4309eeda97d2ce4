"""The shipped fonts, made known to Qt, and Qt fonts by size and weight."""

from __future__ import annotations

import threading
from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from viewer.assets import asset
from viewer.scene.style import BODY, FAMILY, FAMILY_ARABIC


@cache
def load() -> None:
    """Register every shipped font; needs a QGuiApplication."""
    for path in sorted(asset("fonts").glob("*.[to]tf")):
        QFontDatabase.addApplicationFont(str(path))


def font(size: float = BODY, weight: int = 400, spacing: float = 0.0) -> QFont:
    """Return the interface font.

    Parameters
    ----------
    size : float
        Pixels, rounded to whole ones.
    weight : int
        400–700.
    spacing : float
        Extra pixels between letters.
    """
    return _font(size, weight, spacing, threading.get_ident())


# Each thread has its own: what a font knows of its letters is not to be shared between threads.
@lru_cache(maxsize=256)
def _font(size: float, weight: int, spacing: float, _thread: int) -> QFont:
    load()
    out = QFont()
    out.setFamilies([FAMILY, FAMILY_ARABIC])
    out.setPixelSize(max(round(size), 1))
    out.setWeight(QFont.Weight(weight))
    # Unhinted letters are as wide as the advances that labels were measured with.
    out.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if spacing:
        out.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return out
