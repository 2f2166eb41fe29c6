"""What the processes of this package cost before their work: CPU time, and how many modules.

Of each the least CPU time of some runs counts, because other work on the machine only adds to it.
A module that a process may not load (tests/starts.py) fails.

    python benchmarks/bench_imports.py [--rounds 9]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from report import table
from starts import STARTS, Start, command, environment, loaded_by, not_wanted

ROUNDS = 9


def main(arguments: Sequence[str]) -> int:
    """Measure in turns, print the table and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args(arguments).rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loaded = {start.name: loaded_by(start, folder) for start in STARTS}
        taken = [[_seconds(start, folder) for start in STARTS] for _ in range(rounds)]
    rows = [
        (start.name, f"{min(seconds) * 1000:.0f}", str(len(loaded[start.name])))
        for start, seconds in zip(STARTS, zip(*taken, strict=True), strict=True)
    ]
    print(f"CPU time of whole processes, the least of {rounds} rounds")
    print(table(("process", "ms", "modules"), rows))
    code = 0
    for start in STARTS:
        if found := not_wanted(start, loaded[start.name]):
            print(f"over: {start.name} loads what it does not use: {', '.join(found)}")
            code = 1
    return code


def _seconds(start: Start, folder: Path) -> float:
    process = subprocess.Popen(
        command(start),
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, start.name
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
