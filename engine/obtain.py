"""Get a Pulumi engine and print the PATH to use it with: ``python obtain.py FOLDER``.

FOLDER is where the files of this checkout go, outside of version control.

The order: PULUMI_COMMAND, ``pulumi`` on PATH, what an earlier run has kept, a build with Go, whose
modules go.sum names by their hashes. Nothing is downloaded that is not checked: the vendor's
distribution is for a person to install. Progress goes to standard error. Exit code 1 when there is
none, with the reason of each.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import bundle
from sources import go_build, on_path
from sources.answer import Engine, PassedOver
from sources.cache import Cache, folder
from sources.recipe import ENGINE

_OTHER_RUN = 3_600.0
"""Seconds to wait for another run that is getting an engine; a build may take 45 minutes."""


def main(folder_of_checkout: Path) -> int:
    """Print the PATH, or say why there is none, and return the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    passed_over: list[PassedOver] = []
    engine: Engine | None = None
    own = folder_of_checkout.absolute() / "engine"
    # What an earlier run has put on PATH is not taken for the user's own.
    path = bundle.without(own, os.environ.get("PATH", os.defpath))
    for answer in _answers({**os.environ, "PATH": path}, instead=own / "cache"):
        if isinstance(answer, Engine):
            engine = answer
            break
        passed_over.append(answer)
    if engine is None:
        _say("No Pulumi engine is to be had:")
        for reason in passed_over:
            sys.stderr.write(f"  - {reason}\n")
        _say(
            "Install Pulumi from https://www.pulumi.com/docs/install/ and have it on PATH, or make "
            "one of the above possible. `scripts/test --no-engine` runs what needs no engine."
        )
        return 1
    _say(f"Pulumi {engine.version} ({engine.origin}): {engine.executable}")
    found = bundle.search_path(engine, current=path, folder=own, python=Path(sys.executable))
    sys.stdout.write(f"{found}\n")
    return 0


def _answers(environment: dict[str, str], *, instead: Path) -> Iterator[Engine | PassedOver]:
    """Ask one source after the other, each only when it comes to it.

    Args:
        environment: the user's.
        instead: the cache for engines where the user has none.
    """
    floor = ENGINE.version
    yield on_path.from_command(environment, floor=floor)
    yield on_path.from_path(environment, floor=floor)
    cache = Cache(folder(environment, instead=instead))
    kept = cache.kept(floor=floor, environment=environment)
    if isinstance(kept, Engine):
        yield kept
        return
    try:
        with cache.locked(say=_say, timeout=_OTHER_RUN):
            yield cache.kept(floor=floor, environment=environment)
            yield go_build.built(cache, floor=floor, environment=environment, say=_say)
    except TimeoutError as error:
        yield PassedOver("the cache", str(error))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # As an exception, so that a build half done is cleaned up.
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stderr.write(f"engine: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(130)
