"""A minimal Debian in a folder, for what only a system without anything can show."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
USER = 1000


@dataclass(frozen=True)
class CleanRoot:
    """A root folder in which programs of its own run.

    Parameters
    ----------
    path : Path
    """

    path: Path

    @property
    def home(self) -> Path:
        """The user's home, seen from outside."""
        return self.path / "home" / "user"

    def command(self, *words: str, user: int = USER, **env: str) -> list[str]:
        """Return a command line that runs inside, with a user's few variables and no more."""
        values = {"HOME": "/home/user" if user else "/root", "PATH": "/usr/sbin:/usr/bin", **env}
        inside = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in values.items())]
        return ["chroot", f"--userspec={user}:{user}", str(self.path), *inside, *words]

    def run(self, *words: str, user: int = USER, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside."""
        return subprocess.run(
            self.command(*words, user=user, **env), cwd="/", stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    def apt(self, *words: str) -> None:
        """Run apt-get as root."""
        done = self.run("apt-get", "-q", "-y", "-o", "APT::Sandbox::User=root", *words, user=0,
                        DEBIAN_FRONTEND="noninteractive")  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def packages(self) -> set[str]:
        """Return the names of the packages that are installed, or whose settings are left."""
        return set(self.run("dpkg-query", "-W", "-f", "${binary:Package}\\n").stdout.split())

    def files(self) -> set[str]:
        """Return all paths but those of the user, of apt and dpkg, and of running processes."""
        passing = (
            "home",
            "proc",
            "run",
            "tmp",
            "var/cache",
            "var/lib/apt",
            "var/lib/dpkg",
            "var/log",
        )
        found = set()
        for folder, folders, names in os.walk(self.path):
            inside = Path(folder).relative_to(self.path)
            folders[:] = [name for name in folders if str(inside / name) not in passing]
            found |= {str(inside / name) for name in (*folders, *names)}
        return found


@contextmanager
def clean_root(path: Path) -> Iterator[CleanRoot]:
    """Make a root in a folder, and see that nothing stays mounted in it."""
    if os.geteuid():
        pytest.skip("only root can make a root folder of its own")
    if not shutil.which("debootstrap"):
        pytest.skip("debootstrap is not installed")
    mirror = os.environ.get("ENTENTE_DEBIAN_MIRROR", MIRROR)
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", SUITE, str(path), mirror],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1]
        pytest.skip(f"no Debian could be made from {mirror} ({last}); is there a network?")
    for settings in Path("/etc/apt/apt.conf.d").glob("*proxy*"):
        shutil.copy(settings, path / "etc/apt/apt.conf.d")
    subprocess.run(["mount", "-t", "proc", "proc", str(path / "proc")], check=True)
    try:
        root = CleanRoot(path)
        root.run("useradd", "--create-home", "--uid", str(USER), "user", user=0)
        yield root
    finally:
        subprocess.run(["umount", "--lazy", str(path / "proc")], check=True)
        # Nothing of it is worth keeping, and it is large.
        shutil.rmtree(path)
