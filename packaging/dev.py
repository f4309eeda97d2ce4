#!/usr/bin/env python3
"""Run, test and check Entente on a machine that has nothing but Python 3.11 or later.

    python3 packaging/dev.py run [FILE...]      open the program
    python3 packaging/dev.py test [PYTEST...]   run the tests, or those that pytest is told
    python3 packaging/dev.py lint               check style, types and the direction of imports
    python3 packaging/dev.py bench [NAME...]    measure against peers and budgets
    python3 packaging/dev.py env                only make the environment

Everything goes into .venv/ in the repository, once; what the system itself lacks is
installed when that needs no password, and otherwise named in one line to copy.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "dev: Entente needs Python 3.11 or later and this is %d.%d: install a newer one and "
        "start this file with it, e.g. python3.12 packaging/dev.py run" % sys.version_info[:2]
    )

import contextlib
import ctypes
import hashlib
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import venv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

TOOL = Path(sys.argv[0]).stem
ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
PICTURES = ROOT / "pictures"
FIRST_DOSSIER = ROOT / "data" / "iran-canada"
LINUX = sys.platform.startswith("linux")

# What each package manager is asked, and below the packages in the same order.
MANAGERS = {
    "apt-get": (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends"]),
    "dnf": (["dnf", "install", "-y"],),
    "pacman": (["pacman", "-Sy", "--needed", "--noconfirm"],),
}
LIBRARIES = {  # Qt loads these from the system
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl", "wayland"),
}
PROGRAMS = {  # the tests use these
    "Xvfb": ("xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    "openbox": ("openbox", "openbox", "openbox"),
    "xdotool": ("xdotool", "xdotool", "xdotool"),
    "xclip": ("xclip", "xclip", "xclip"),
    "strace": ("strace", "strace", "strace"),
    "rsvg-convert": ("librsvg2-bin", "librsvg2-tools", "librsvg"),
    "dbus-daemon": ("dbus-daemon", "dbus-daemon", "dbus"),
    "at-spi-bus-launcher": ("at-spi2-core", "at-spi2-core", "at-spi2-core"),
}
NOT_ON_PATH = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")


def say(message: str) -> None:
    print(f"{TOOL}: {message}", flush=True)


def fail(message: str) -> NoReturn:
    sys.exit(f"{TOOL}: {message}")


# --- the system ----------------------------------------------------------------


def missing_libraries() -> Iterator[tuple[str, ...]]:
    for library, packages in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            yield packages


def missing_programs() -> Iterator[tuple[str, ...]]:
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *NOT_ON_PATH))
    return (
        packages for program, packages in PROGRAMS.items() if not shutil.which(program, path=path)
    )


def missing_venv() -> Iterator[tuple[str, ...]]:
    try:
        import ensurepip  # noqa: F401
    except ImportError:  # Debian keeps it apart, and its pip asks the system whom to trust
        yield ("python%d.%d-venv" % sys.version_info[:2], "python3-pip", "python")
        yield ("ca-certificates",) * 3


def install(what: str, missing: Iterable[tuple[str, ...]], *, required: bool = True) -> bool:
    """Install system packages, or say in one line how; return whether all are there now."""
    wanted = list(missing)
    if not wanted:
        return True
    manager = next((name for name in MANAGERS if shutil.which(name)), None)
    if manager is None:
        packages = sorted({names[0] for names in wanted})
        line = f"install what Debian calls {' '.join(packages)}, then start again"
    else:
        column = list(MANAGERS).index(manager)
        packages = sorted({names[column] for names in wanted})
        *refresh, add = MANAGERS[manager]
        commands = [*refresh, [*add, *packages]]
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        line = "run: " + " && ".join(shlex.join(sudo + command) for command in commands)
        if not sudo or quiet(["sudo", "-n", "true"]):
            say(f"installing {what}: {' '.join(packages)} (about half a minute, once)")
            quiet_env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            if all(quiet([*sudo, *command], quiet_env) for command in commands):
                return True
    if required:
        fail(f"{what} missing; {line}")
    say(f"{what} missing; {line}")
    return False


def quiet(command: list[str], env: Mapping[str, str] | None = None) -> bool:
    """Run a command with no output; return whether it worked."""
    try:
        silent = subprocess.DEVNULL
        return subprocess.call(command, env=env, stdin=silent, stdout=silent, stderr=silent) == 0
    except OSError:
        return False


# --- the environment -------------------------------------------------------------


class Environment:
    """A folder of the repository with a private Python and what some extras of Entente name."""

    def __init__(self, folder: str, extras: str) -> None:
        self.folder = ROOT / folder
        self.extras = extras
        self.bin = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / ("python.exe" if os.name == "nt" else "python")
        self._stamp = self.folder / "entente-stamp"
        self._log = self.folder / "entente-install.log"

    def make(self) -> None:
        """Make it, unless it is there and up to date."""
        uv = shutil.which("uv")
        if LINUX:
            pip = [] if uv or self.python.exists() else missing_venv()
            install("system packages", [*missing_libraries(), *pip])
        made_from = (ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes()
        stamp = f"{sys.version_info[:3]}\n{ROOT}\n{hashlib.sha256(made_from).hexdigest()}"
        made = self._stamp.read_text(encoding="utf-8") if self._stamp.exists() else ""
        if self.python.exists() and made == stamp:
            return
        usable = self._is_usable(uv)
        name = self.folder.relative_to(ROOT).as_posix()
        say(
            f"{'updating' if usable else 'making'} {name}/ with {'uv' if uv else 'pip'}: about "
            "200 MB to fetch, about a minute on a fast line, once"
        )
        if not usable:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            venv.create(self.folder, clear=True, symlinks=os.name != "nt", with_pip=uv is None)
        self._stamp.unlink(missing_ok=True)
        self._log.write_text("", encoding="utf-8")
        self.install(self.extras)
        # Imports take three times as long until compiled; doing it now, on all cores and
        # without the libraries' own tests, is quickest.
        skip = ["-x", r"site-packages.*[\\/]tests?[\\/]"]
        folders = [str(self.folder), str(ROOT / "viewer")]
        quiet([str(self.python), "-m", "compileall", "-j0", *skip, *folders])
        self._stamp.write_text(stamp, encoding="utf-8")
        say("the environment is ready")

    def install(self, extras: str) -> None:
        """Install Entente with some of its extras, in the versions that are pinned."""
        uv = shutil.which("uv")
        tool = [uv, "pip"] if uv else [str(self.python), "-m", "pip"]
        options = ["--python", str(self.python)] if uv else ["--no-input", "--no-compile"]
        pins = ["--constraint", str(CONSTRAINTS)]
        # The build of the editable install happens apart, so it is told by the environment.
        build = {f"{name}_BUILD_CONSTRAINT": str(CONSTRAINTS) for name in ("PIP", "UV")}
        self._logged(
            [*tool, "install", *options, *pins, "--editable", f".[{extras}]"],
            {**os.environ, **build},
        )

    def _is_usable(self, uv: str | None) -> bool:
        """Tell whether it is of this Python, was made here and can be installed into."""
        version = f"import sys; sys.exit(sys.version_info[:3] != {sys.version_info[:3]})"
        made = self._stamp.read_text(encoding="utf-8") if self._stamp.exists() else str(ROOT)
        return (
            self.python.exists()
            and str(ROOT) in made.splitlines()
            and quiet([str(self.python), "-c", version])
            and (uv is not None or quiet([str(self.python), "-m", "pip", "--version"]))
        )

    def _logged(self, command: list[str], env: Mapping[str, str]) -> None:
        """Run one step of the set-up, with its output in the log."""
        with self._log.open("a", encoding="utf-8") as log:
            print(f"$ {shlex.join(command)}", file=log, flush=True)
            if subprocess.call(command, cwd=ROOT, env=env, stdout=log, stderr=log) == 0:
                return
        log_text = self._log.read_text(encoding="utf-8", errors="replace")
        # What went wrong inside a build says more than the tool's own word that it did.
        causes = re.findall(r"^\W*((?:ERROR|\w+Error): .+)", log_text, re.M)
        reason = (causes or log_text.splitlines())[-1].strip()
        log_name = self._log.relative_to(ROOT)
        fail(f"setting up failed: {reason}; read {log_name}, check the network and start again")


ENVIRONMENT = Environment(".venv", "test,dev")


# --- a screen for the tests ---------------------------------------------------------


@contextlib.contextmanager
def private_screens(count: int) -> Iterator[dict[str, str]]:
    """Start screens with window managers and a message bus of our own; yield what names them."""
    screen = "Xvfb -displayfd {fd} -screen 0 1920x1200x24 -nolisten tcp -noreset"
    bus = "dbus-daemon --session --nofork --nopidfile --print-address={fd}"
    with contextlib.ExitStack() as stack:
        displays = [f":{stack.enter_context(background(screen))}" for _ in range(count)]
        for display in displays:
            stack.enter_context(background("openbox", {"DISPLAY": display}))
        address = stack.enter_context(background(bus))
        yield {"ENTENTE_TEST_DISPLAY": " ".join(displays), "DBUS_SESSION_BUS_ADDRESS": address}


@contextlib.contextmanager
def background(command: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Keep a silent process for as long as the block runs; yield the line it writes to {fd}."""
    reader, writer = os.pipe()
    program, *arguments = command.format(fd=writer).split()
    child = subprocess.Popen(
        [program, *arguments],
        env={**os.environ, **(env or {})},
        pass_fds=(writer,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        announced = ""
        if "{fd}" in command:
            ready = select.select([reader], [], [], 30)[0]
            announced = os.read(reader, 4096).decode().strip() if ready else ""
            if not announced:
                fail(f"{program} did not start; run it by hand to see why")
        yield announced
    finally:
        os.close(reader)
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


# --- the commands ------------------------------------------------------------------


def run(files: list[str]) -> int:
    program = [str(ENVIRONMENT.python), "-P", "-m", "viewer"]
    if not LINUX or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return subprocess.call([*program, *files])
    say("no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): drawing pictures instead")
    PICTURES.mkdir(exist_ok=True)
    into = ["--view", "all", "--out", os.path.join(os.path.relpath(PICTURES), "")]
    for file in files or [os.path.relpath(FIRST_DOSSIER)]:
        status = subprocess.call([*program, "export", file, *into])
        if status:
            return status
    return 0


def test(arguments: list[str]) -> int:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # All tests are shared out among the processors; what a file of tests makes is made once.
    workers = 1 if arguments else min(os.cpu_count() or 1, 4)
    arguments = arguments or ["--numprocesses", str(workers), "--dist", "loadfile"]
    command = [str(ENVIRONMENT.python), "-m", "pytest", *arguments]
    required = bool(os.environ.get("CI"))
    if not LINUX or not install(
        "programs for the end-to-end tests", missing_programs(), required=required
    ):
        say("the end-to-end tests will be skipped")
        return subprocess.call(command, cwd=ROOT, env=env)
    with private_screens(workers) as screens:
        return subprocess.call(command, cwd=ROOT, env={**env, **screens})


def lint(_: list[str]) -> int:
    checks = {
        "ruff check": [str(ENVIRONMENT.python), "-m", "ruff", "check", "."],
        "ruff format": [str(ENVIRONMENT.python), "-m", "ruff", "format", "--check", "."],
        "mypy": [str(ENVIRONMENT.python), "-m", "mypy", "viewer"],
        "lint-imports": [str(ENVIRONMENT.bin / "lint-imports")],
    }
    failed = []
    for name, command in checks.items():
        say(f"{name} …")
        if subprocess.call(command, cwd=ROOT):
            failed.append(name)
    if failed:
        fail(f"{', '.join(failed)} found problems: see above")
    return 0


def bench(names: list[str]) -> int:
    if not quiet([str(ENVIRONMENT.python), "-c", "import datashader, polars"]):
        say("installing what we are measured against (about 150 MB, once)")
        ENVIRONMENT.install("test,dev,bench")
    return subprocess.call([str(ENVIRONMENT.python), "-m", "tests.bench", *names], cwd=ROOT)


def env(_: list[str]) -> int:
    print(os.path.relpath(ENVIRONMENT.python))
    return 0


def main(arguments: list[str]) -> int:
    commands = {command.__name__: command for command in (run, test, lint, bench, env)}
    if not arguments or arguments[0] not in commands:
        print((__doc__ or "").strip())
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    ENVIRONMENT.make()
    return commands[arguments[0]](arguments[1:])


if __name__ == "__main__":
    # Being told to end also ends what was started here.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
