"""What a fresh machine relies on."""

import ast
import re
import sys
from importlib.metadata import distributions
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned():
    if not Path(sys.prefix, "entente-stamp").exists():
        pytest.skip("not in the environment that packaging/dev.py makes")
    lines = (ROOT / "packaging/constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(re.match(r"([\w.-]+)==([\w.]+)", s).groups() for s in lines if s and s[0] != "#")
    apart = {"entente", "pip", "setuptools"}
    installed = {canonical(d.name): d.version for d in distributions() if d.name not in apart}
    assert {name: pins.get(name) for name in installed} == installed


def test_dev_speaks_to_old_pythons():
    source = (ROOT / "packaging/dev.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    assert isinstance(tree.body[2], ast.If), "the version is asked before anything else"


def test_advances_are_of_the_shipped_fonts():
    from fontTools.ttLib import TTFont

    fonts = ROOT / "assets/fonts"
    faces = {
        "inter-400": "Inter-Regular",
        "inter-500": "Inter-Medium",
        "inter-600": "Inter-SemiBold",
        "inter-700": "Inter-Bold",
        "arabic-400": "NotoSansArabic-Regular",
        "arabic-700": "NotoSansArabic-Bold",
    }
    with np.load(fonts / "advances.npz") as table:
        assert {key.partition(".")[0] for key in table} == set(faces)
        for face, name in faces.items():
            with TTFont(fonts / f"{name}.ttf") as font:
                em, widths, characters = (
                    font["head"].unitsPerEm,
                    font["hmtx"].metrics,
                    font.getBestCmap(),
                )
                expected = [widths[characters[code]][0] / em for code in sorted(characters)]
            assert table[f"{face}.codepoints"].tolist() == sorted(characters)
            np.testing.assert_allclose(table[f"{face}.advances"], expected, atol=1e-6)
