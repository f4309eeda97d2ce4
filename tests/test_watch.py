"""Notes of the running program: what the next start learns of a crash, and of what is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from viewer import watch
from viewer.watch import Watch, crashes

ROOT = Path(__file__).resolve().parents[1]
RUNNING = """
import os, signal, sys
from viewer.watch import WATCH
WATCH.begin()
for i in range(5_000):
    WATCH.note(f"step {i}")
WATCH.note("file.save")
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "entente"


def run(end: str) -> int:
    """Take notes in a process of its own and end it; return its status."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNING + end], cwd=ROOT, capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("kind", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"])
def test_a_crash_is_told_once_with_the_last_actions(data: Path, kind: str) -> None:
    assert run(f"os.kill(os.getpid(), signal.{kind})") == -getattr(signal, kind)
    (fault,) = crashes()
    assert fault.path is not None
    assert fault.path.parent == data / "reports"
    text = fault.path.read_text(encoding="utf-8")
    assert "Fatal Python error" in text
    assert 'File "<string>"' in text
    assert "entente: 0.1.0" in text
    assert " file.save\n\nFatal" in text
    assert text.count(" step ") == watch.LATEST - 1
    assert crashes() == ()
    assert [*(data / "running").iterdir()] == []


def test_what_qt_said_last_is_in_the_report() -> None:
    run("WATCH.note_end('no Qt platform plugin\\ncould be initialized'); os.abort()")
    (fault,) = crashes()
    assert fault.what == "no Qt platform plugin"
    assert "could be initialized" in fault.report


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(1)"])
def test_being_killed_is_no_crash_and_leaves_nothing(data: Path, end: str) -> None:
    run(end)
    assert crashes() == ()
    assert [*(data / "running").iterdir()] == []


def test_a_program_that_ends_leaves_nothing(data: Path) -> None:
    assert run("WATCH.end()") == 0
    assert [*(data / "running").iterdir()] == []
    assert not (data / "reports").exists()


def test_notes_of_a_program_that_runs_are_left_alone(data: Path) -> None:
    ours = Watch()
    ours.begin()
    try:
        assert crashes() == ()
        assert len([*(data / "running").iterdir()]) == 1
    finally:
        ours.end()
    assert [*(data / "running").iterdir()] == []


def test_several_crashes_are_all_told() -> None:
    for _ in range(2):
        run("os.abort()")
    assert len(crashes()) == 2


def test_notes_do_not_grow_for_ever(data: Path) -> None:
    run("os.abort()")
    (notes,) = (data / "running").rglob("notes.txt")
    assert notes.stat().st_size < 70_000


def test_notes_that_are_damaged_are_no_fault(data: Path) -> None:
    room = data / "running" / "x"
    room.mkdir(parents=True)
    (room / "notes.txt").write_bytes(b"\xff\xfe\x00" * 100)
    assert crashes() == ()
    assert not room.exists()


def test_where_nothing_can_be_written_the_program_runs(data: Path) -> None:
    data.write_text("a file where the folder should be", encoding="utf-8")
    ours = Watch()
    ours.begin()
    ours.note("file.save")
    ours.end()
    assert crashes() == ()
