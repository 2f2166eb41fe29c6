"""Whether anything is lost when the local cloud is killed again and again: the long run.

Two runs, with targets that work and with a third of their calls failing. Each starts a process so
often on one folder and kills it while sixteen clients send asynchronous requests.

    TMPDIR=/on/a/disk python benchmarks/bench_kills.py [--kills 1000] [--invocations 11200]
        [--targets work fail]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from durability.kills import Targets, Trial

KILLS, INVOCATIONS = 1000, 11_200
"""Every tenth process is killed while it starts, and gets no request: over 10,000 are sent."""
RECOVERY = 1.0
"""Seconds that a start after a kill may take on a machine at rest; only reported."""


def main(arguments: Sequence[str]) -> int:
    """Kill, print the counts and return the exit code: 1 when anything is lost or unexpected."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--invocations", type=int, default=INVOCATIONS)
    kinds = [each.name.lower() for each in Targets]
    parser.add_argument("--targets", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of what is chance")
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}; recovery is to take under {RECOVERY:.0f} s")
    is_well = True
    for targets in (Targets[name.upper()] for name in options.targets):
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(
                Path(folder),
                kills=options.kills,
                invocations=options.invocations,
                targets=targets,
                seed=options.seed,
            )
            counts = trial.run()
        print(f"{targets}: {counts.line()}", flush=True)
        is_well = is_well and not counts.lost and not counts.unexpected
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
