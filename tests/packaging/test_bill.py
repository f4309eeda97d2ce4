"""The bill of materials and the sums that lie beside the packages."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

PACKAGES = os.environ.get("ENTENTE_PACKAGES")
if not PACKAGES:
    pytest.skip("ENTENTE_PACKAGES names no folder with packages", allow_module_level=True)
BILLS = sorted(Path(PACKAGES).glob("*.cdx.json"))


def test_every_package_has_its_sum() -> None:
    folder = Path(PACKAGES)
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = dict(reversed(line.split("  ", 1)) for line in lines)
    there = {path.name for path in folder.iterdir() if path.name != "SHA256SUMS"}
    assert told.keys() == there
    for name, sum_told in told.items():
        with (folder / name).open("rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == sum_told, name


@pytest.mark.parametrize("bill", BILLS, ids=lambda path: path.name)
def test_the_bill_is_what_its_standard_asks_for(bill: Path) -> None:
    """Compare it with the schema of CycloneDX 1.6 (ECMA-424)."""
    validation = pytest.importorskip(
        "cyclonedx.validation.json",
        reason="pip install 'cyclonedx-python-lib[json-validation]' has the schema",
    )
    schema = pytest.importorskip("cyclonedx.schema")
    validator = validation.JsonStrictValidator(schema.SchemaVersion.V1_6)
    assert validator.validate_str(bill.read_text(encoding="utf-8")) is None


def test_there_is_a_bill() -> None:
    assert BILLS
