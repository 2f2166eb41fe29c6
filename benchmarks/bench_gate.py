"""The gate's share of a preview, without what it asks of the cloud, with a real engine.

The program takes the CPU time of what the gate does to each resource and of its judgement; the
walk and the pre-check are off. It is held against that of the CLI and all its descendants. Python
collects garbage when enough was made, whoever made it: of all that costs in the program, the gate
has the share of the youngest collections that fell into it.

    python benchmarks/bench_gate.py [--configs 1000]
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import programs
import stacks
from pulumi_functiongraph.emulator.process import Emulator
from report import table

MOST_SHARE = 0.02
"""Of the preview's CPU time, at 1,000 configs."""

TIMED = """\
import atexit
import gc
import json
import time

from pulumi_functiongraph.program import cloud_reads, gate, judging
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.run import Run

taken = {"at each resource": 0.0, "judgement": 0.0}
inside = []
collections = {"all": 0, "gate": 0, "seconds": 0.0, "started": 0.0}


def collecting(phase, about):
    now = time.thread_time()
    if phase == "start":
        collections["started"] = now
        return
    spent = now - collections["started"]
    collections["seconds"] += spent
    collections["all"] += about["generation"] == 0
    if inside:
        taken[inside[0]] -= spent
        collections["gate"] += about["generation"] == 0


gc.callbacks.append(collecting)


def timed(module, name, key):
    plain = getattr(module, name)

    def measured(*arguments, **options):
        started = time.thread_time()
        inside.append(key)
        try:
            return plain(*arguments, **options)
        finally:
            inside.pop()
            taken[key] += time.thread_time() - started

    setattr(module, name, measured)


for name in ("record", "_depending_on_gate", "run_again_last"):
    timed(gate, name, "at each resource")
timed(Declarations, "add_resource", "at each resource")
timed(Run, "read", "judgement")
for module in (cloud_reads, judging):
    timed(module, "judgement_on", "judgement")


def write():
    share = collections["gate"] / collections["all"]
    taken["its share of garbage collection"] = collections["seconds"] * share
    with open("taken.json", "w") as file:
        json.dump(taken, file)


atexit.register(write)
"""


def main() -> int:
    """Preview once, print the table; exit code 1 when the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--configs", type=int, default=1000)
    configs = parser.parse_args().configs
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        seed = folder / "seed.yaml"
        seed.write_text(programs.seed(configs), encoding="utf-8")
        with Emulator(seed=seed) as cloud:
            environment = {**cloud.environment, "FUNCTIONGRAPH_PRECHECK": "off"}
            cli = stacks.stack(
                folder,
                TIMED + programs.OURS,
                name="gate",
                environment=environment,
                configs=configs,
                walk=False,
            )
            seconds = stacks.cost_of(cli, "preview").cpu
        taken: dict[str, float] = json.loads(
            (cli.project / "taken.json").read_text(encoding="utf-8")
        )
    share = sum(taken.values()) / seconds
    print(f"The gate in a preview of {configs} new configs, without the network")
    rows = [
        ("the preview", f"{seconds:.2f} s", "100.0 %"),
        *((name, f"{each:.3f} s", f"{each / seconds:.1%}") for name, each in taken.items()),
        ("the gate", f"{sum(taken.values()):.3f} s", f"{share:.1%}"),
    ]
    print(table(("", "CPU", "share"), rows))
    print(f"At most {MOST_SHARE:.0%} is promised.")
    return 0 if share <= MOST_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
