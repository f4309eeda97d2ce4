"""Make the disk image for macOS, for the architecture of the Python that builds.

Signing and notarisation happen where these are set, and are left out where not:

ENTENTE_SIGN_IDENTITY
    Name of a "Developer ID Application" certificate in the keychain.
ENTENTE_NOTARY_PROFILE
    Name under which ``xcrun notarytool store-credentials`` has kept an account.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "build" / "program" / "Entente.app"
ENTITLEMENTS = ROOT / "packaging" / "macos" / "entitlements.plist"


def make(facts: dict[str, str]) -> list[Path]:
    """Return the path of the disk image."""
    identity = os.environ.get("ENTENTE_SIGN_IDENTITY")
    profile = os.environ.get("ENTENTE_NOTARY_PROFILE")
    if identity:
        # PyInstaller signed the parts as it collected them; this seals the whole.
        run("codesign", "--force", "--options", "runtime", "--timestamp", "--entitlements",
            ENTITLEMENTS, "--sign", identity, APP)  # fmt: skip
        run("codesign", "--verify", "--deep", "--strict", APP)
    folder = ROOT / "build" / "dmg"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(APP, folder / APP.name, symlinks=True)
    (folder / "Applications").symlink_to("/Applications")
    out = ROOT / "dist" / f"entente-{facts['version']}-macos-{platform.machine()}.dmg"
    run("hdiutil", "create", "-volname", "Entente", "-srcfolder", folder, "-format", "ULMO",
        "-ov", out)  # fmt: skip
    if identity:
        run("codesign", "--timestamp", "--sign", identity, out)
    if identity and profile:
        run("xcrun", "notarytool", "submit", out, "--keychain-profile", profile, "--wait")
        run("xcrun", "stapler", "staple", out)
    return [out]


def run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True)
