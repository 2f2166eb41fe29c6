"""One process of a run, which does what it is told on standard input: ``verb urn [more]``."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from pulumi_functiongraph.bridge.run_ownership import RunOwnership
from pulumi_functiongraph.core.errors import AlreadyConfigured, OwnershipUnknown
from pulumi_functiongraph.core.names import FunctionUrn


def main() -> None:
    run = RunOwnership()
    ownership = run.of(("127.0.0.1", int(sys.argv[1])))
    held = ExitStack()
    for line in sys.stdin:
        verb, name, *more = line.split()
        urn = FunctionUrn("eu-de", "p1", "default", name)
        answer: object = "done"
        try:
            if verb == "declare":
                answer = ownership.declare(urn, resource=" ".join(more))
            elif verb == "keep":
                answer = ownership.keep(urn, {})
            elif verb == "claim":
                ownership.claim(urn)
            elif verb == "release":
                ownership.release(urn)
            elif verb == "change":
                held.enter_context(ownership.changing(urn))
            elif verb == "changed":
                held.close()
            elif verb == "leave":
                run.leave()
        except (AlreadyConfigured, OwnershipUnknown) as error:
            answer = f"{type(error).__name__}: {error}"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


main()
