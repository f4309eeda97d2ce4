"""What is watched while the monkey is at it: errors, stalls, growth, and what is left behind."""

from __future__ import annotations

import ctypes
import gc
import os
import statistics
import sys
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from types import FrameType
from typing import Any

import shiboken6
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)

from tests.monkey import world
from tests.monkey.bystander import Bystander

LONGEST = 0.5
"""Seconds for which the window may stand still."""
MOST_GROWTH = 0.05
"""Growth of memory over the second half, as a share."""
MOST_OBJECTS = 0.01
"""The same of Qt objects, which ought to be none."""
_MANY = 50
"""Samples by which what grows is no longer met for the first time."""
_BEAT = 5
"""Milliseconds between two ticks."""
_LATE = 0.15
"""Seconds without a tick after which it is noted what the program is at."""
_HUNG = 120.0
"""Seconds after which nobody waits for a tick any more."""
_COMES_LATE = "QWidgetWindow"
"""What a menu or list has from when it is first shown; the menu itself is counted."""
_IGNORED = ("This plugin does not support ",)


class Faults:
    """Collects what must not happen; many of a kind count as one."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._told: dict[str, str] = {}
        self.doing: Callable[[], str] = lambda: "starting"

    def __iter__(self) -> Iterator[str]:
        for key, times in self._found.items():
            yield self._told[key] + (f"\n    {times:,} times" if times > 1 else "")

    def add(self, key: str, more: str = "") -> None:
        """Note something; `key` tells one kind from another."""
        self._found[key] += 1
        if key not in self._told:
            where = self.doing()
            body = "".join(f"\n    {line}" for line in more.rstrip().splitlines())
            self._told[key] = f"{key} ({where}){body}"

    # -- hooks -------------------------------------------------------------------------------

    def hook(self) -> None:
        """Hear of every error and warning; what the program itself does with them goes on."""
        theirs, threads = sys.excepthook, threading.excepthook

        def raised(kind: type[BaseException], error: BaseException, trace: Any) -> None:
            self._raised(kind, error, trace)
            theirs(kind, error, trace)

        def raised_in_thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self._raised(args.exc_type, args.exc_value, args.exc_traceback)
            threads(args)

        def unraisable(args: sys.UnraisableHookArgs) -> None:
            if args.exc_value is not None:
                self._raised(args.exc_type, args.exc_value, args.exc_traceback)

        sys.excepthook, threading.excepthook = raised, raised_in_thread
        sys.unraisablehook = unraisable
        warnings.showwarning = self._warned  # type: ignore[assignment]
        qInstallMessageHandler(self._message)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        frames = traceback.extract_tb(trace)
        place = f" at {_short(frames[-1])}" if frames else ""
        text = "".join(traceback.format_exception(kind, error, trace))
        self.add(f"{kind.__name__}: {error}{place}"[:300], text)

    def _warned(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        *_rest: object,
    ) -> None:
        stack = "".join(traceback.format_stack(limit=8)[:-1])
        self.add(f"{category.__name__}: {message} at {filename}:{lineno}", stack)

    def _message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        harmless = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not harmless and not text.startswith(_IGNORED):
            self.add(f"Qt says: {text}", "".join(traceback.format_stack(limit=8)[:-1]))


# -- stalls ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stall:
    """A time without a tick.

    Parameters
    ----------
    seconds : float
        Without what the monkey itself took, and what others did.
    taken : float
        Seconds that others had the processor, or that the whole machine stood still.
    doing : str
        The action before it.
    at : str
        Where the program was most of the time, innermost first.
    """

    seconds: float
    taken: float
    doing: str
    at: str

    def __str__(self) -> str:
        taken = f" and {self.taken * 1000:,.0f} ms taken by others" if self.taken > 0.001 else ""
        return f"{self.seconds * 1000:,.0f} ms{taken}: {self.doing}\n      {self.at}"


class Pulse(QObject):
    """Ticks in the event loop and notes when ticks are late, and why."""

    def __init__(self, doing: Callable[[], str]) -> None:
        super().__init__()
        self._doing = doing
        self.slowest: list[Stall] = []
        self._last, self._others, self._own = time.monotonic(), Others.now(), 0.0
        self._bystander = Bystander()
        self._seen: Counter[str] = Counter()
        self._main, self._over = threading.get_ident(), threading.Event()
        self._thread = threading.get_native_id()
        self._excused = True
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._watcher = threading.Thread(target=self._watch, name="monkey-watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        self._over.set()
        self._watcher.join()
        self._bystander.stop()

    def excuse(self) -> None:
        """Let the time go until `begin`: the window is being opened or closed."""
        self._excused = True

    def begin(self) -> None:
        """Count from now on, if that is not done already."""
        if self._excused:
            self._excused = False
            self._restart()

    def _restart(self) -> None:
        self._seen.clear()
        self._last, self._others, self._own = time.monotonic(), Others.now(), 0.0

    @contextmanager
    def own(self) -> Iterator[None]:
        """Count the time of the block as the monkey's."""
        began = time.monotonic()
        yield
        self._own += time.monotonic() - began

    def _tick(self) -> None:
        now, others = time.monotonic(), Others.now()
        late = now - self._last - self._own
        if late > _LATE and not self._excused:
            # What others had the processor for may be among what the machine stood still for.
            paused = self._bystander.paused(self._last, now)
            taken = max(paused, self._others.until(others))
            at = self._seen.most_common(1)
            where = at[0][0] if at else "not seen"
            self.slowest.append(Stall(late - taken, taken, self._doing(), where))
            self.slowest.sort(key=lambda stall: -stall.seconds)
            del self.slowest[40:]
        self._restart()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            late = time.monotonic() - self._last
            frames = sys._current_frames() if late > _LATE else {}
            frame = frames.get(self._main)
            if frame is not None:
                at = _stack(frame) + _waiting(self._thread) + _beside(frames)
                self._seen[at] += 1
                if late > _HUNG:
                    print(f"FAULT hangs for {late:.0f} s: {self._doing()}", flush=True)
                    print("".join(traceback.format_stack(frame)), flush=True)
                    os._exit(2)


@dataclass(frozen=True)
class Others:
    """How long others had the processor while this program was ready to run, up to a moment.

    Parameters
    ----------
    queued : float
        Seconds that other programs had it. All threads of this one count: while one that holds
        the interpreter waits, so does the window.
    stolen : tuple of float
        Seconds that each processor was taken for other machines.
    """

    queued: float
    stolen: tuple[float, ...]

    @staticmethod
    def now() -> Others:
        """Return it up to now; nothing where the system does not say."""
        total, stolen = 0, list[float]()
        with suppress(OSError, IndexError, ValueError):
            for thread in os.scandir("/proc/self/task"):
                total += int(Path(thread.path, "schedstat").read_bytes().split()[1])
            for line in Path("/proc/stat").read_text().splitlines()[1:]:
                name, *ticks = line.split()
                if not name.startswith("cpu"):
                    break
                stolen.append(int(ticks[7]) / os.sysconf("SC_CLK_TCK"))
        return Others(total / 1e9, tuple(stolen))

    def until(self, later: Others) -> float:
        """Return the seconds between two moments, on the processor of this thread."""
        out = max(later.queued - self.queued, 0.0)
        with suppress(OSError, IndexError, ValueError):
            own = Path(f"/proc/self/task/{threading.get_native_id()}/stat").read_text()
            processor = int(own.rpartition(")")[2].split()[36])
            out += later.stolen[processor] - self.stolen[processor]
        return out


def _waiting(thread: int) -> str:
    """Return what the system says a thread waits for, where it says so and it is a device."""
    with suppress(OSError, IndexError):
        state = Path(f"/proc/self/task/{thread}/stat").read_text().rpartition(")")[2].split()[0]
        return " (waits for the disk)" if state == "D" else ""
    return ""


def _stack(frame: FrameType | None) -> str:
    """Return where a thread is: its innermost frame and those of the program."""
    frames = traceback.extract_stack(frame)[::-1]
    ours = [each for each in frames if f"{os.sep}viewer{os.sep}" in each.filename]
    chosen = ours if frames and frames[0] in ours else [*frames[:1], *ours]
    return " < ".join(_short(each) for each in chosen[:9])


def _beside(frames: dict[int, FrameType]) -> str:
    """Return where the other threads of the program are: the window may wait for one."""
    return "".join(
        f"; {thread.name}: {_stack(frames[thread.ident])}{_waiting(thread.native_id)}"
        for thread in threading.enumerate()
        if thread.name.startswith("entente") and thread.ident in frames and thread.native_id
    )


def _short(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    return f"{path.parent.name}/{path.name}:{frame.lineno} {frame.name}"


# -- growth ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """How much there is of everything, measured when the program has come to rest."""

    number: int
    memory: int
    objects: int
    python: int
    files: int
    kinds: Counter[str] = field(repr=False)


def sample(number: int) -> Sample:
    """Measure; what nothing leads to any more is collected first."""
    gc.collect()
    _trim()
    kinds = Counter(_qt_objects())
    return Sample(number, _memory(), kinds.total(), len(gc.get_objects()), _open_files(), kinds)


def _qt_objects() -> Iterator[str]:
    """Yield the class of each Qt object: all under the windows, and those Python holds."""
    app = world.application()
    seen = set()
    ahead: list[QObject] = [app, *app.allWidgets()]
    ahead += [each for each in shiboken6.getAllValidWrappers() if isinstance(each, QObject)]
    while ahead:
        each = ahead.pop()
        address = shiboken6.getCppPointer(each)[0]
        if address not in seen:
            seen.add(address)
            ahead += each.children()
            kind = each.metaObject().className()
            if kind != _COMES_LATE:
                yield kind


def _trim() -> None:
    """Give back to the system what was freed, so that what is measured is what is held."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def _memory() -> int:
    """Return the bytes of memory this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _open_files() -> int:
    try:
        return len(list(Path("/proc/self/fd").iterdir()))
    except OSError:
        return 0


def growth(values: list[float]) -> float:
    """Return by how much a series has grown from its beginning to its end, as a share.

    By the line through it that few outliers cannot turn (Theil–Sen).
    """
    pairs = combinations(enumerate(values), 2)
    slopes = [(later - earlier) / (j - i) for (i, earlier), (j, later) in pairs]
    if not slopes:
        return 0.0
    slope = statistics.median(slopes)
    first = statistics.median(value - slope * at for at, value in enumerate(values))
    return slope * (len(values) - 1) / max(first, 1.0)


def second_half(samples: list[Sample]) -> list[Sample]:
    """Return the samples of the second half of a run."""
    return samples[len(samples) // 2 :]


def unsettled(samples: list[Sample]) -> bool:
    """Whether memory grew in too short a run to tell why.

    Most of what comes in one is met for the first time, and kept: that ends, and a leak does not.
    """
    memory = [float(each.memory) for each in second_half(samples)]
    return len(samples) < _MANY and growth(memory) > MOST_GROWTH


def grown(samples: list[Sample]) -> list[str]:
    """Return what must not grow and did, each as a sentence."""
    later = second_half(samples)
    out: list[str] = []
    if len(later) < 3:
        return out
    for what, most in (("memory", MOST_GROWTH), ("objects", MOST_OBJECTS), ("files", MOST_GROWTH)):
        values = [float(getattr(each, what)) for each in later]
        share = growth(values)
        if share > most and values[-1] - values[0] > 3:
            text = f"{what} grew by {share:.1%} in the second half"
            if what == "objects":
                kinds = later[-1].kinds.copy()
                kinds.subtract(later[0].kinds)
                most_of = [f"{kind} {n:+,}" for kind, n in kinds.most_common(8) if n > 0]
                text += ": " + ", ".join(most_of)
            out.append(text)
    return out


# -- what is left ----------------------------------------------------------------------------------


def left_threads(before: set[threading.Thread]) -> list[str]:
    """Return the threads that outlive the program, which gets two seconds."""
    end = time.monotonic() + 2
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:
        if not isinstance(thread, threading._DummyThread):
            thread.join(max(0.0, end - time.monotonic()))
    return [
        thread.name
        for thread in new
        if thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]


def left_children() -> bool:
    """Whether a process that was started by the program still runs."""
    if sys.platform == "win32":
        return False
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return False
    return True


def left_files(scratch: Path, temporary: str) -> list[str]:
    """Return what ought not to lie in the scratch folder at the end."""
    return [
        str(path.relative_to(scratch))
        for path in sorted(scratch.rglob("*"))
        if scratch / temporary in path.parents
        or path.suffix in (".tmp", ".part")
        or path.name.startswith(("crash-", ".entente"))
        or path.name.endswith(("-wal", "-shm", "-journal"))
    ]
