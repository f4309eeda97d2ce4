"""Compares the reference pictures, or approves what is drawn now."""

from __future__ import annotations

import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtWidgets import QApplication

from tests.pictures import ALLOWED, APPROVED, FRESH, SAMPLES, compare, drawn, save


def main(words: list[str]) -> int:
    """Return 0 where all pictures are as approved."""
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    names = [word for word in words if word != "--approve"] or list(SAMPLES)
    if unknown := [name for name in names if name not in SAMPLES]:
        sys.exit(f"pictures: no {', '.join(unknown)}; there are {', '.join(SAMPLES)}")
    bad = 0
    for name in names:
        if "--approve" in words:
            save(drawn(SAMPLES[name]), APPROVED / f"{name}.png")
            print(f"{name}: approved")
            continue
        share = compare(name)
        bad += share > ALLOWED
        verdict = "as approved" if share <= ALLOWED else f"differs, see {FRESH.name}/{name}-*.png"
        print(f"{name}: {100 * share:.2f} % unlike, {verdict}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
