"""Bring the shipped fonts up to date and tabulate how wide their characters are.

    python packaging/build_fonts.py                        only tabulate
    python packaging/build_fonts.py --inter DIR --noto DIR take the faces from DIR first

``assets/fonts/advances.npz`` lets label layout measure text with no Qt: for each face it
holds ``<face>.codepoints`` (uint32, sorted), ``<face>.advances`` (float32, em) and
``<face>.metrics`` (float32, em: ascent, descent, line gap, cap height, x-height), where
``<face>`` is ``inter-400`` and so on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"

FACES = {
    "inter-400": "Inter-Regular.ttf",
    "inter-500": "Inter-Medium.ttf",
    "inter-600": "Inter-SemiBold.ttf",
    "inter-700": "Inter-Bold.ttf",
    "arabic-400": "NotoSansArabic-Regular.ttf",
    "arabic-700": "NotoSansArabic-Bold.ttf",
}


def take(folder: Path, prefix: str) -> None:
    """Copy our faces whose names start with `prefix` out of `folder`, as plain TrueType."""
    for name in FACES.values():
        if not name.startswith(prefix):
            continue
        source = next(folder.rglob(f"{Path(name).stem}.woff2"), None) or next(folder.rglob(name))
        # What was compressed for the web is the same tables: only the wrapping goes.
        font = TTFont(source, recalcTimestamp=False)
        font.flavor = None
        font.save(FONTS / name)
        print(f"{name}: from {source}")


def tables(face: str, path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the three named arrays of one face."""
    font = TTFont(path, lazy=True)
    em = font["head"].unitsPerEm
    widths = font["hmtx"].metrics
    characters = sorted(font.getBestCmap().items())
    line, os2 = font["hhea"], font["OS/2"]
    metrics = (line.ascent, -line.descent, line.lineGap, os2.sCapHeight, os2.sxHeight)
    yield f"{face}.codepoints", np.array([code for code, _ in characters], np.uint32)
    yield (
        f"{face}.advances",
        np.array([widths[glyph][0] / em for _, glyph in characters], np.float32),
    )
    yield f"{face}.metrics", np.array(metrics, np.float32) / np.float32(em)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--inter", type=Path, metavar="DIR", help="npm package inter-ui, unpacked")
    parser.add_argument("--noto", type=Path, metavar="DIR", help="folder with Noto Sans Arabic")
    options = parser.parse_args()
    if options.inter:
        take(options.inter, "Inter-")
    if options.noto:
        take(options.noto, "NotoSansArabic-")
    arrays = {
        key: array for face, name in FACES.items() for key, array in tables(face, FONTS / name)
    }
    np.savez_compressed(FONTS / "advances.npz", **arrays)
    counts = (f"{face} {arrays[f'{face}.codepoints'].size}" for face in FACES)
    print(f"advances.npz: {', '.join(counts)} characters")


if __name__ == "__main__":
    main()
