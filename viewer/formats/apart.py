"""Reading a stranger's file in a process of its own, with bounds on time and memory.

What reads a file in this way may crash, hang or ask for all the memory there is: the program
goes on and says in one line what happened. The child is the program itself, started with
``--apart``; it answers in JSON on its standard output and is trusted with nothing else.
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from viewer.errors import EntenteError
from viewer.progress import Cancelled

TASKS = {
    "text": "viewer.formats.texts:extract",
    "geojson": "viewer.formats.geojson:gather_file",
    "kml": "viewer.formats.kml:gather_file",
    "gpx": "viewer.formats.gpx:gather_file",
    "gpkg-layers": "viewer.formats.gpkg_layers:gather_file",
    "shapefile": "viewer.formats.shapefile:gather_file",
    "points-table": "viewer.formats.points_table:gather_file",
    "gexf": "viewer.formats.gexf:extract",
    "graphml": "viewer.formats.graphml:extract",
    "gml": "viewer.formats.gml:extract",
    "pajek": "viewer.formats.pajek:extract",
    "gephi-csv": "viewer.formats.gephi_csv:extract",
}
"""What can be done apart: name → ``module:function``. The function takes a path and returns what
JSON can hold; an `EntenteError` it raises is raised in the parent."""
OPTION = "--apart"
LARGEST_ANSWER = 256 << 20
"""Bytes of JSON."""
_LOOK = 0.05
"""Seconds between two looks at the child."""


def never() -> bool:
    """Return False: nobody cancels."""
    return False


def run(
    task: str,
    path: Path,
    *,
    seconds: float,
    megabytes: int,
    cancelled: Callable[[], bool] = never,
) -> Any:
    """Do a task with a file in a child process and return its answer.

    Parameters
    ----------
    task : str
        One of `TASKS`.
    path : Path
        Handed to the task's function.
    seconds : float
        The child is stopped after this time.
    megabytes : int
        Address space of the child, where the system bounds it (not on Windows and macOS).
    cancelled : callable
        Asked many times a second; may raise what is to end the run.

    Returns
    -------
    object
        What the function returned, as JSON brings it over.

    Raises
    ------
    EntenteError
        The task could not be done; also where the child broke off or was stopped.
    Cancelled
        `cancelled` said so. The child is gone.
    """
    limits = [f"{seconds:g}", str(megabytes)]
    try:
        child = subprocess.Popen(
            [*_command(), OPTION, task, *limits, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            # No console window flashes up.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise EntenteError(
            f"{path}: no process could be started to read it ({error.strerror}); close other "
            "programs and try again"
        ) from error
    assert child.stdout is not None
    answer = bytearray()
    reader = threading.Thread(target=_drain, args=(child.stdout, answer), daemon=True)
    reader.start()
    end = time.monotonic() + seconds
    try:
        while reader.is_alive():
            reader.join(_LOOK)
            if cancelled():
                raise Cancelled
            if time.monotonic() > end:
                raise _too_slow(path, seconds)
        if len(answer) > LARGEST_ANSWER:
            raise EntenteError(
                f"{path}: holds more than the program can take in; save the part you need as a "
                "file of its own"
            )
        # It has closed its output: what is left is to end.
        with suppress(subprocess.TimeoutExpired):
            child.wait(2.0)
    finally:
        child.kill()
        status = child.wait()
        reader.join()
        child.stdout.close()
    return _answer(path, answer, status, seconds, megabytes)


def _drain(stream: IO[bytes], into: bytearray) -> None:
    while len(into) <= LARGEST_ANSWER and (block := stream.read(1 << 16)):
        into += block


def _answer(path: Path, answer: bytearray, status: int, seconds: float, megabytes: int) -> Any:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = None
    match said:
        case {"answer": value}:
            return value
        case {"error": str(line)}:
            raise EntenteError(line)
        case {"memory": _}:
            raise EntenteError(
                f"{path}: needs more than {megabytes:,} MB of memory to be read and was stopped; "
                "save the part you need as a file of its own"
            )
        case {"broken": str(name)}:
            raise EntenteError(f"{path}: cannot be read ({name}); {_ANEW}")
    if -status in _OUT_OF_TIME:
        raise _too_slow(path, seconds)
    raise EntenteError(f"{path}: the reader broke down over it, the program did not; {_ANEW}")


_ANEW = (
    "it may be damaged: open it in the program it was made with and save it anew, or as plain text"
)
_OUT_OF_TIME = {getattr(signal, name) for name in ("SIGXCPU", "SIGALRM") if hasattr(signal, name)}


def _too_slow(path: Path, seconds: float) -> EntenteError:
    return EntenteError(
        f"{path}: was not read within {seconds:g} seconds and was given up; {_ANEW}"
    )


def _command() -> list[str]:
    """Return how the program starts itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    # Safe path: a module that lies in the current folder is not ours.
    return [sys.executable, "-P", "-m", "viewer"]


def _environment() -> Mapping[str, str]:
    # One thread of linear algebra: each of them takes address space.
    out = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    if not getattr(sys, "frozen", False):
        ours = str(Path(__file__).resolve().parents[2])
        out["PYTHONPATH"] = os.pathsep.join(filter(None, (ours, out.get("PYTHONPATH"))))
    return out


# -- in the child --------------------------------------------------------------------------------


def serve(arguments: Sequence[str]) -> int:
    """Do the task that `run` asks for and print the answer.

    Parameters
    ----------
    arguments : sequence of str
        Task, seconds, megabytes, path.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    EntenteError
        It was not started by `run`.
    """
    try:
        task, seconds, megabytes, path = arguments
        module, _, name = TASKS[task].partition(":")
        _limit(float(seconds), int(megabytes))
    except (ValueError, KeyError) as error:
        raise EntenteError(f"{OPTION} is for the program's own use; see entente --help") from error
    # Whatever else is printed, by a library perhaps, is no part of the answer.
    with os.fdopen(os.dup(1), "wb") as out, Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        out.write(_said(module, name, Path(path)))
    return 0


def _said(module: str, name: str, path: Path) -> bytes:
    try:
        said = {"answer": getattr(import_module(module), name)(path)}
        # Half a surrogate pair has no place in UTF-8.
        return json.dumps(said, ensure_ascii=False).encode(errors="replace")
    except EntenteError as error:
        said = {"error": str(error)}
    except MemoryError:
        said = {"memory": True}
    except Exception as error:  # noqa: BLE001 - what a parser may raise is not known
        said = {"broken": type(error).__name__}
    return json.dumps(said).encode()


def _limit(seconds: float, megabytes: int) -> None:
    """Bound what this process may use, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    whole = math.ceil(seconds)
    for kind, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, whole),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS knows the first but refuses it.
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(kind)[1]
            bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
            # At the hard bound of time a process is killed and nobody learns why.
            longest = bound + 1 if kind == resource.RLIMIT_CPU else bound
            resource.setrlimit(kind, (bound, longest if hard == resource.RLIM_INFINITY else bound))
    # Should the parent be gone, nobody else ends a child that sleeps.
    signal.alarm(whole + 1)
