"""Measure: ``python -m tests.bench [NAME...] [--json FILE] [--runs N]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tests.bench import Bench, benches


def wanted(bench: Bench, names: list[str]) -> bool:
    """Tell whether a bench or its module is named; with no names, all are."""
    return not names or any(
        bench.name == name or bench.name.startswith(f"{name}.") for name in names
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a bench or a module of benches")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all numbers here")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each, instead of its own")
    options = parser.parse_args()

    known = list(benches())
    for name in options.names:
        if not any(wanted(bench, [name]) for bench in known):
            parser.error(f"no bench {name}; there are {', '.join(bench.name for bench in known)}")

    results, failed = [], False
    for bench in known:
        if not wanted(bench, options.names):
            continue
        try:
            results.append(bench.measure(options.runs))
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            print(f"{bench.name:<20} could not be measured: {error}", flush=True)
            failed = True
        else:
            print(results[-1], flush=True)
    if options.json:
        text = json.dumps([result.as_json() for result in results], indent=2, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return int(failed or not all(result.kept for result in results))


if __name__ == "__main__":
    sys.exit(main())
