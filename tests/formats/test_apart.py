"""A child process reads what may crash, hang or swell; the program goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from viewer.errors import EntenteError
from viewer.formats import apart
from viewer.formats.apart import run
from viewer.progress import Cancelled

ROOT = Path(__file__).parents[2]
LINUX = sys.platform.startswith("linux")
TASKS = """
import os, sys, time
from viewer.errors import EntenteError
from viewer.formats import apart

def echo(path): return {"path": str(path), "name": "ظریف", "half": "\\ud800"}
def refuse(path): raise EntenteError(f"{path}: no, because")
def fail(path): raise LookupError(path)
def abort(path): os.abort()
def leave(path): os._exit(0)
def hang(path): time.sleep(60)
def spin(path):
    while True: pass
def swell(path): return len(bytearray(1 << 30))
def print_(path): print("noise"); os.write(1, b"noise"); return 1
def flood(path): return "x" * (5 << 20)
def deep(path): os.write(answer, b"[" * 100000); os._exit(0)
def modules(path): return sorted(sys.modules)

answer = os.dup(1)
apart.TASKS.update({name: f"__main__:{name}" for name in
    "echo refuse fail abort leave hang spin swell print_ flood deep modules".split()})
sys.exit(apart.serve(sys.argv[2:]))
"""


@pytest.fixture(autouse=True)
def tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start children that know the tasks above."""
    monkeypatch.setattr(apart, "_command", lambda: [sys.executable, "-P", "-c", TASKS])


def do(task: str, **bounds: object) -> object:
    arguments = {"seconds": 20.0, "megabytes": 512} | bounds
    return run(task, Path("a file"), **arguments)


def refused(task: str, **bounds: object) -> str:
    with pytest.raises(EntenteError) as caught:
        do(task, **bounds)
    line = str(caught.value)
    assert line.startswith("a file: ")
    assert "\n" not in line
    return line


def test_the_answer_comes_over() -> None:
    assert do("echo") == {"path": "a file", "name": "ظریف", "half": "?"}


def test_an_error_of_the_task_is_raised_as_it_was() -> None:
    assert refused("refuse") == "a file: no, because"


def test_what_goes_wrong_in_a_parser_is_one_line() -> None:
    assert "cannot be read (LookupError)" in refused("fail")


@pytest.mark.parametrize("task", ["abort", "leave", "deep"])
def test_a_child_that_breaks_down_is_one_line(task: str) -> None:
    assert "broke down" in refused(task)


@pytest.mark.parametrize("task", ["hang", "spin"])
def test_a_child_that_never_ends_is_stopped(task: str) -> None:
    start = time.monotonic()
    assert "not read within 1 seconds" in refused(task, seconds=1.0)
    assert time.monotonic() - start < 10


@pytest.mark.skipif(not LINUX, reason="only Linux bounds the address space")
def test_a_child_that_wants_a_gigabyte_gets_none() -> None:
    assert "more than 256 MB of memory" in refused("swell", megabytes=256)


def test_what_is_printed_is_no_part_of_the_answer() -> None:
    assert do("print_") == 1


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LARGEST_ANSWER", 1 << 20)
    assert "holds more than the program can take in" in refused("flood")


def test_cancelling_ends_the_child_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(Cancelled):
        do("hang", cancelled=lambda: time.monotonic() - start > 0.3)
    assert time.monotonic() - start < 5
    with pytest.raises(ChildProcessError):
        # Nothing is left behind.
        os.waitpid(-1, os.WNOHANG)


def test_the_child_loads_neither_qt_nor_numpy() -> None:
    loaded = do("modules")
    assert isinstance(loaded, list)
    assert not {"PySide6", "numpy", "selectolax", "pypdfium2", "charset_normalizer"} & set(loaded)


def test_the_option_is_the_programs_own(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "viewer"]
    for words in (["--apart"], ["--apart", "os:system", "1", "1", "x"]):
        done = subprocess.run([*command, *words], env=env, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr == (
            "entente: --apart is for the program's own use; see entente --help\n"
        )
    helped = subprocess.run([*command, "--help"], env=env, capture_output=True, text=True)
    assert "apart" not in helped.stdout.replace("apart from", "")


def test_no_module_of_the_current_folder_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "viewer").mkdir()
    (tmp_path / "viewer/__init__.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "a.txt").write_text("One.\n\nTwo.")
    monkeypatch.chdir(tmp_path)
    said = run("text", Path("a.txt"), seconds=20, megabytes=512)
    assert said["paragraphs"] == ["One.", "Two."]
