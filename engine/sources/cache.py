"""The folder of a user's cache where engines are kept, and the lock around getting one."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sources.answer import Engine, PassedOver
from sources.probe import Unusable, version_of
from sources.recipe import ENGINE, Recipe

_WORK = "work-"
_POLL = 0.2
_SAY_EVERY = 15.0


def folder(environment: Mapping[str, str], *, instead: Path) -> Path:
    """Return the folder for engines in the user's cache, made if need be.

    Args:
        environment: XDG_CACHE_HOME and HOME count; an empty value is as good as none.
        instead: the folder to use where there is no home, or none that can be written.
    """
    home = environment.get("HOME")
    cache = environment.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home else None)
    if cache:
        wanted = Path(cache) / "pulumi-functiongraph" / "engine"
        try:
            wanted.mkdir(parents=True, exist_ok=True)
        except OSError:
            pass
        else:
            if os.access(wanted, os.W_OK):
                return wanted
    instead.mkdir(parents=True, exist_ok=True)
    return instead


@dataclass(frozen=True)
class Cache:
    """Engines kept in one folder; a user's checkouts share it."""

    folder: Path

    @contextmanager
    def locked(self, *, say: Callable[[str], None], timeout: float) -> Iterator[None]:
        """Hold the folder for one run at a time, so that two runs at once build once.

        Args:
            say: takes a line of progress while another run is waited for.
            timeout: seconds to wait for the other run.

        Raises:
            TimeoutError: the other run was not done by then.
        """
        start = time.monotonic()
        said = 0.0
        with (self.folder / "lock").open("w", encoding="utf-8") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    waited = time.monotonic() - start
                    if waited > timeout:
                        raise TimeoutError(
                            f"another run has been getting an engine for more than {timeout:.0f} s "
                            f"(it holds {lock.name})"
                        ) from None
                    if said == 0.0 or waited - said > _SAY_EVERY:
                        say(f"another run is getting an engine; waiting for it ({waited:.0f} s)")
                        said = waited or _POLL
                    time.sleep(_POLL)
            self._sweep()
            yield

    def kept(self, *, floor: str, environment: Mapping[str, str]) -> Engine | PassedOver:
        """Take the engine that an earlier run has built by the same recipe."""
        executable = self.program(ENGINE)
        if executable is None:
            return PassedOver("the cache", f"nothing yet in {self.folder}")
        version = version_of(executable, floor=floor, environment=environment)
        if isinstance(version, Unusable):
            return PassedOver("the cache", version.reason)
        return Engine(executable, str(version), "kept from an earlier run", is_ours=True)

    def program(self, recipe: Recipe) -> Path | None:
        """The executable that an earlier run has built by the same recipe."""
        executable = self.folder / recipe.name / "bin" / recipe.binary
        return executable if executable.exists() else None

    @contextmanager
    def work(self) -> Iterator[Path]:
        """Give a folder for temporary files on the same disk; it is gone afterwards."""
        made = Path(tempfile.mkdtemp(prefix=_WORK, dir=self.folder))
        try:
            yield made
        finally:
            remove(made)

    def keep(self, built: Path, *, name: str) -> Path:
        """Move a folder made in ``work`` to its place at once, and return the place."""
        place = self.folder / name
        if place.exists():
            remove(place)
        built.rename(place)
        return place

    def _sweep(self) -> None:
        """Remove what a run that was killed has left; nobody else is at work under the lock."""
        for left in self.folder.glob(f"{_WORK}*"):
            remove(left)


def remove(unwanted: Path) -> None:
    """Remove a folder, including those that Go has made read-only."""
    for parent, _, _ in os.walk(unwanted):
        Path(parent).chmod(0o700)
    shutil.rmtree(unwanted)
