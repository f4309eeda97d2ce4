"""Reports on faults of the program: plain text in the user's data folder, sent nowhere.

A report is there to be handed on, so it quotes nothing: no row of a dossier, no name of a file.
The message of an error may do so, and is kept only where Python makes it of the program's own
names.
"""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from viewer.about import versions
from viewer.errors import printable
from viewer.settings import data_dir

KEPT = 10
"""So many reports are kept; older ones are removed."""
_PROMISE = (
    "Written on this machine and sent nowhere. It names versions, the last actions and places in\n"
    "the program. It quotes nothing: no row of a dossier, no name of a file."
)
_SPEAKING = (
    AttributeError, ImportError, IndexError, MemoryError, ModuleNotFoundError, NameError,
    RecursionError, RuntimeError, TypeError, UnboundLocalError, ZeroDivisionError,
)  # fmt: skip
"""Errors whose message names parts of the program; a subclass may be anybody's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, and where it is written down.

    Parameters
    ----------
    what : str
        In one line.
    report : str
        All of it.
    path : Path, optional
        The file that holds the report; None: it could not be written.
    """

    what: str
    report: str
    path: Path | None

    @property
    def where(self) -> str:
        """Words on where the report is."""
        if self.path is None:
            return f"a report could not be written to {folder()}"
        return f"a report is in {self.path}"


def folder() -> Path:
    """Return the folder of all reports."""
    return data_dir() / "reports"


def head() -> str:
    """Return what there is to say of the program and its machine, a line each."""
    try:
        made_of = versions(load=False)
    except (OSError, ValueError) as error:
        made_of = {"versions": f"not to be told ({type(error).__name__})"}
    told = {**made_of, "system": _system()}
    return "".join(f"{name}: {words}\n" for name, words in told.items())


def told_by(error: BaseException) -> str:
    """Return an error in one line that quotes nothing, as ``KeyError``."""
    name = type(error).__qualname__
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return f"{name}: {os.strerror(error.errno)}"
    if type(error) in _SPEAKING and str(error):
        return f"{name}: {printable(str(error))}"
    return name


def traced(error: BaseException) -> str:
    """Return where an error came from, and what led to it, without quoting anything."""
    out = []
    for cause in reversed([*_causes(error)]):
        places = traceback.format_tb(cause.__traceback__)
        out.append(f"Traceback (most recent call last):\n{''.join(places)}{told_by(cause)}\n")
    return "\nfrom which came\n\n".join(out)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it, the last one first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def report_on(error: BaseException, actions: Iterable[str] = (), thread: str = "") -> Fault:
    """Write a report on an error nobody expected.

    Parameters
    ----------
    error : BaseException
    actions : iterable of str
        What was done last, the latest last.
    thread : str
        Name of the thread it came from; empty: the window's own.
    """
    what = told_by(error) + (f" in {thread}" if thread else "")
    return write(what, head(), actions, traced(error), time.time())


def write(what: str, about: str, actions: Iterable[str], trace: str, when: float) -> Fault:
    """Write a report, and remove the oldest.

    Parameters
    ----------
    what : str
        What happened, in one line.
    about : str
        What `head` returned.
    actions : iterable of str
        What was done last, the latest last.
    trace : str
        Where it happened.
    when : float
        Seconds since 1970.
    """
    day = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(when))
    latest = "\n".join(actions) or "none"
    report = _homeless(
        f"Entente: report on a fault\n\n{_PROMISE}\n\nwhen: {day}\nwhat: {what}\n{about}\n"
        f"Last actions, the latest last:\n{latest}\n\n{trace}"
    )
    path: Path | None = None
    with suppress(OSError):
        path = _put(time.strftime("%Y%m%d-%H%M%S", time.localtime(when)), report)
        for old in sorted(folder().glob("crash-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
    return Fault(what, report, path)


def _put(stamp: str, report: str) -> Path:
    """Write a file of a name that no other has."""
    folder().mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        path = folder() / f"crash-{stamp}{f'-{number}' if number else ''}.txt"
        try:
            with path.open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(report)
        except FileExistsError:
            number += 1
        else:
            return path


def _homeless(text: str) -> str:
    """Return a text in which the user's home, which often bears a name, is ``~``."""
    home = os.path.expanduser("~")  # noqa: PTH111 - says nothing where there is no home
    return text.replace(home, "~") if len(home) > 1 else text


def _system() -> str:
    """Return the kind of machine and its system; asks no other program."""
    name = sys.platform
    if sys.platform == "win32":
        name = "Windows {}.{}.{}".format(*sys.getwindowsversion()[:3])
    elif sys.platform == "darwin":
        name = f"macOS {platform.mac_ver()[0]}"
    else:
        with suppress(OSError):
            name = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{name}, {sysconfig.get_platform()}"
