"""Where the program starts, and where every error ends as one line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from viewer.errors import EntenteError, printable


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments after the program's name; None: those it was started with.

    Returns
    -------
    int
        Exit status: 0 done, 1 problems found, 2 wrong use or input that cannot be read.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter gets its number. A windowed build has no streams.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        status = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except EntenteError as error:
        return _failed(str(error))
    except SystemExit as stop:
        # argparse has printed its help.
        return stop.code if isinstance(stop.code, int) else 0
    except BrokenPipeError:
        # Who read our output has seen enough; Python must not try again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 2
    except MemoryError:
        return _failed(f"{_named(arguments)}: too large for the memory there is")
    except Exception as error:  # noqa: BLE001 - the last resort
        # What only a failure needs would delay every start.
        from viewer.faults import report_on

        where = report_on(error).where
        return _failed(
            f"{_named(arguments)}: something went wrong in the program "
            f"({type(error).__name__}); {where}"
        )
    return status


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--apart"]:
        # The program as its own child, see there.
        from viewer.formats.apart import serve

        return serve(arguments[1:])
    if arguments:
        from viewer.cli import command

        return command(arguments)
    # The short way to the window: nothing is imported that its first picture does not need, and
    # no threads are started for the linear algebra that nobody here does.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Of what is made while it starts next to nothing is garbage: `run` lets it be looked for again.
    gc.disable()
    from viewer.start import open_window

    return open_window(None)


def _failed(message: str) -> int:
    if sys.stderr is not None:
        print(f"entente: {printable(message)}", file=sys.stderr)
    return 2


def _named(arguments: list[str]) -> str:
    """Return the arguments that are no options: among them is the file."""
    return " ".join(word for word in arguments if not word.startswith("-")) or "entente"


if __name__ == "__main__":
    sys.exit(main())
