"""How long the walk over what is deployed takes, on a cloud that answers after a fixed time.

Half of the functions are where the walk begins, and each leads to one of the other half. At best
it takes as long as sixteen requests at a time take, one for each function.

    python benchmarks/bench_walk.py [--functions 400]
"""

import argparse
import sys
import time
from pathlib import Path
from urllib.parse import unquote

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from factories import PROJECT, REGION
from pulumi_functiongraph.cloud.walk_client import WalkClient
from pulumi_functiongraph.core.graph import nodes
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.operations.walk import walk
from report import table
from unit.cloud.doubles import session_to
from unit.cloud.loopback import Reply, Seen, serving

LATENCY = 0.1
"""Seconds until the cloud answers."""

MOST_RATIO = 1.2
"""By what the promise lets the walk be slower than its requests."""

PATIENCE = 300.0


def main() -> int:
    """Walk once, print the table; exit code 1 when the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--functions", type=int, default=400)
    functions = parser.parse_args().functions
    urns = [
        FunctionUrn(REGION, PROJECT, "default", f"fn-{number:04}") for number in range(functions)
    ]
    half = functions // 2
    after = dict(zip(urns[:half], urns[half:], strict=False))
    with serving() as server:
        server.answer = lambda seen: _answer(seen, after)
        session = session_to(server.url, deadline=PATIENCE)
        cloud = WalkClient(session, places=[(REGION, PROJECT)])
        cloud.get_async_config(urns[0])  # loads the HTTP client and the signer
        server.seen.clear()
        started = time.perf_counter()
        found = walk(
            cloud,
            [nodes.function(urn) for urn in urns[:half]],
            deadline=time.monotonic() + PATIENCE,
            clock=time.monotonic,
        )
        seconds = time.perf_counter() - started
        asked = len(server.seen)
    assert len(found.edges) == half, found.unreadable
    best = functions * LATENCY / REQUESTS_IN_FLIGHT
    print(f"A walk over {functions} functions, {LATENCY * 1000:g} ms an answer")
    rows = [
        ("requests", f"{asked}", f"{functions}"),
        ("seconds", f"{seconds:.2f}", f"{best * MOST_RATIO:.2f}"),
        ("ratio", f"{seconds / best:.2f}", f"{MOST_RATIO:g}"),
    ]
    print(table(("", "seen", "at most"), rows))
    return 0 if seconds <= best * MOST_RATIO and asked == functions else 1


def _answer(seen: Seen, after: dict[FunctionUrn, FunctionUrn]) -> Reply:
    time.sleep(LATENCY)
    source = FunctionUrn.parse(unquote(seen.path).split("/functions/")[1].split("/")[0])
    target = after.get(source)
    if target is None:
        return Reply(404, {"error_code": "FSS.0404", "error_msg": "not found"})
    return Reply(
        content={
            "func_urn": str(source),
            "max_async_event_age_in_seconds": 60,
            "max_async_retry_attempts": 1,
            "destination_config": {
                "on_success": {
                    "destination": "FunctionGraph",
                    "param": f'{{"func_urn": "{target}"}}',
                }
            },
        }
    )


if __name__ == "__main__":
    sys.exit(main())
