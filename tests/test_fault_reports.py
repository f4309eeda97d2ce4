"""Reports on faults: what stands in them, what never does, and how many are kept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from viewer import faults
from viewer.faults import report_on


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's data folder, which is not there yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "entente"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:  # noqa: BLE001
        return caught


def test_a_report_says_what_it_was_where_and_in_which_versions(data: Path) -> None:
    error = raised(AttributeError("'Map' object has no attribute 'camera'"))
    fault = report_on(error, ("10:11:12 file.save", "10:11:13 changed: dossier"))
    assert fault.path is not None
    assert fault.path.parent == data / "reports"
    text = fault.path.read_text(encoding="utf-8")
    assert text == fault.report
    for words in (
        "entente: 0.1.0", "Python: 3.", "system: ", "10:11:12 file.save\n10:11:13 changed: dossier",
        "test_fault_reports.py", "what: AttributeError: 'Map' object has no attribute 'camera'",
        "sent nowhere", time.strftime("when: %Y-%m-%d"),
    ):  # fmt: skip
        assert words in text
    assert str(fault.path) in fault.where


@pytest.mark.parametrize(
    "error",
    [
        KeyError("mohammad-javad-zarif"),
        ValueError("could not read mohammad-javad-zarif"),
        FileNotFoundError(2, "No such file or directory", "mohammad-javad-zarif.csv"),
        type("OfALibrary", (RuntimeError,), {})("mohammad-javad-zarif"),
    ],
)
def test_nothing_is_quoted_from_the_material(error: Exception) -> None:
    late = raised(TypeError("unsupported operand"), raised(error))
    told = report_on(late).report
    assert "zarif" not in told
    assert type(error).__name__ in told
    assert "TypeError: unsupported operand" in told
    assert "zarif" not in report_on(raised(error)).what


def test_what_the_system_says_of_a_file_is_kept_without_its_name() -> None:
    assert "PermissionError: Permission denied" in report_on(PermissionError(13, "x", "y")).report


def test_the_home_of_the_user_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(Path(__file__).parent))
    told = report_on(raised(TypeError())).report
    assert 'File "~/test_fault_reports.py"' in told
    assert str(Path(__file__).parent) not in told


def test_errors_that_lead_to_each_other_end() -> None:
    first, second = KeyError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert report_on(first).report.count("Traceback") == 2


def test_the_last_ten_are_kept(data: Path) -> None:
    (data / "reports").mkdir(parents=True)
    for day in range(1, 13):
        (data / "reports" / f"crash-202601{day:02}-101112.txt").write_text("", encoding="utf-8")
    (data / "reports" / "notes of mine.txt").write_text("", encoding="utf-8")
    newest = report_on(KeyError()).path
    kept = sorted((data / "reports").glob("crash-*.txt"))
    assert len(kept) == faults.KEPT
    assert newest == kept[-1]
    assert kept[0].name == "crash-20260104-101112.txt"
    assert (data / "reports" / "notes of mine.txt").exists()


def test_reports_of_one_moment_do_not_replace_each_other() -> None:
    paths = [faults.write(f"{i}", "", (), "", 1_700_000_000).path for i in range(3)]
    assert len(set(paths)) == 3
    for i, path in enumerate(paths):
        assert f"what: {i}\n" in path.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_still_there_to_be_copied(data: Path) -> None:
    data.parent.mkdir()
    data.write_text("a file where the folder should be", encoding="utf-8")
    fault = report_on(KeyError())
    assert fault.path is None
    assert "KeyError" in fault.report
    assert "could not be written" in fault.where


def test_versions_that_cannot_be_read_are_no_second_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from viewer import about

    (tmp_path / about.BUILT).write_text("{", encoding="utf-8")
    monkeypatch.setattr(about, "asset", lambda name: tmp_path / name)
    assert "versions: not to be told" in report_on(KeyError()).report
