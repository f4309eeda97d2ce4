"""Try every fault: ``python -m tests.faults [NAME...] [--short]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

from tests.faults import faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a fault")
    parser.add_argument("--short", action="store_true", help="fewer trials, as in CI")
    options = parser.parse_args()
    known = list(faults())
    for name in options.names:
        if name not in {fault.name for fault in known}:
            parser.error(f"no fault {name}; there are {', '.join(f.name for f in known)}")
    failed = False
    with tempfile.TemporaryDirectory(prefix="entente-faults-") as home:
        os.environ["XDG_DATA_HOME"] = home
        for fault in known:
            if options.names and fault.name not in options.names:
                continue
            start = time.monotonic()
            try:
                ours, control = fault.run(options.short)
            except RuntimeError as error:
                print(f"{fault.name:<12} could not be tried: {error}", flush=True)
                failed = True
                continue
            blind = not control.wrong
            failed |= bool(ours.wrong) or blind
            print(f"{fault.name:<12} {ours} ({time.monotonic() - start:.0f} s)")
            print(f"{'':<12} control: {control}{'  BLIND' if blind else ''}", flush=True)
            for what in ours.wrong[:5]:
                print(f"{'':<12} WRONG: {what}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
