"""The way to the window, and what is said where it cannot be had."""

from __future__ import annotations

from pathlib import Path

from viewer import faults, messenger
from viewer.errors import EntenteError
from viewer.faults import Fault
from viewer.settings import config_dir
from viewer.watch import WATCH


def open_window(path: Path | None) -> int:
    """Open the window and stay until it is closed; see `application.run`.

    Raises
    ------
    EntenteError
        There is no window. That was said where it is seen without a terminal, too.
    """
    try:
        from viewer.ui.application import run

        return run(path)
    except (EntenteError, MemoryError):
        raise
    except Exception as error:
        fault = faults.report_on(error, tuple(WATCH.actions))
        _say(fault)
        raise EntenteError(f"the program could not start ({fault.what}); {fault.where}") from error


def _say(fault: Fault) -> None:
    """Say that there is no window: in a dialog, or as the system shows a sentence."""
    if not messenger.has_screen():
        return
    advice = (
        "If Entente is new here, install it again. If it has run before, start it again without "
        f"its settings: rename {config_dir()}"
    )
    try:
        from viewer.ui.fault_dialog import tell_there_is_no_window

        tell_there_is_no_window(fault, (f"{fault.what}.", advice))
    except Exception:  # noqa: BLE001 - what is broken may be just that
        messenger.show(f"Entente could not start: {fault.what}.\n\n{advice}\n\n{fault.where}")
