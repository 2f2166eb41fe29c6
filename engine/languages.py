"""Get what a program in another language needs: ``python languages.py [--kept] NAME FOLDER``.

NAME is ``pulumi-language-yaml``, the language host for YAML, or ``typescript-sdk``, the generator
of SDKs for TypeScript. FOLDER is where the files of this checkout go, outside of version control.

The order: on PATH or beside the official ``pulumi`` there, what an earlier run has kept, a build
with Go, whose modules go.sum names by their hashes. With ``--kept`` nothing is built. The folder
with the program is printed; progress goes to standard error. Exit code 1 when there is none, with
the reasons.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from sources import go_build
from sources.answer import PassedOver
from sources.cache import Cache, folder
from sources.probe import TIMEOUT, Unusable
from sources.recipe import TYPESCRIPT_SDK, YAML_HOST, Recipe

RECIPES = {recipe.binary: recipe for recipe in (YAML_HOST, TYPESCRIPT_SDK)}

_OTHER_RUN = 3_600.0
"""Seconds to wait for another run that is building; a build may take 45 minutes."""

_POLITE = 5
"""Added to the niceness of a build, beside which other things run."""


def main(arguments: list[str]) -> int:
    """Print the folder with the program, or say why there is none, and return the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    parser = argparse.ArgumentParser(prog="languages.py", description=__doc__.splitlines()[0])
    parser.add_argument("--kept", action="store_true", help="build nothing")
    parser.add_argument("name", choices=RECIPES)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    recipe = RECIPES[options.name]
    found = _obtained(recipe, options.folder.absolute() / "engine" / "cache", kept=options.kept)
    if isinstance(found, Path):
        sys.stdout.write(f"{found.parent}\n")
        return 0
    _say(f"{recipe.binary} is not to be had:")
    for reason in found:
        sys.stderr.write(f"  - {reason}\n")
    return 1


def _obtained(recipe: Recipe, instead: Path, *, kept: bool) -> Path | list[PassedOver]:
    environment = dict(os.environ)
    official = _official(recipe, environment)
    if official is not None:
        return official
    cache = Cache(folder(environment, instead=instead))
    found = cache.program(recipe)
    if found is not None:
        return found
    reasons = [
        PassedOver("PATH", f"there is no {recipe.binary}, nor is it beside pulumi"),
        PassedOver("the cache", f"nothing yet in {cache.folder}"),
    ]
    if kept:
        return reasons
    try:
        with cache.locked(say=_say, timeout=_OTHER_RUN):
            found = cache.program(recipe)
            return found if found is not None else _built(recipe, cache, environment, reasons)
    except TimeoutError as error:
        return [*reasons, PassedOver("the cache", str(error))]


def _built(
    recipe: Recipe, cache: Cache, environment: Mapping[str, str], reasons: list[PassedOver]
) -> Path | list[PassedOver]:
    os.nice(_POLITE)
    built = go_build.program(
        recipe,
        cache,
        lambda executable: _version(recipe, executable),
        environment=environment,
        say=_say,
    )
    return [*reasons, built] if isinstance(built, PassedOver) else built[0]


def _official(recipe: Recipe, environment: Mapping[str, str]) -> Path | None:
    """The program of the user, or of the official distribution."""
    path = environment.get("PATH", os.defpath)
    engine = shutil.which("pulumi", path=path)
    beside = [str(Path(engine).resolve().parent)] if engine else []
    found = shutil.which(recipe.binary, path=os.pathsep.join([path, *beside]))
    return Path(found).absolute() if found else None


def _version(recipe: Recipe, executable: Path) -> str | Unusable:
    """The version that was built, where the program runs at all; it has no way to tell it."""
    try:
        answer = subprocess.run(
            [executable, "-help"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Unusable(f"{executable} cannot be run: {error}")
    if "usage" not in (answer.stdout + answer.stderr).lower():
        return Unusable(f"{executable} does not tell its usage, exit code {answer.returncode}")
    return recipe.version


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # As an exception, so that a build half done is cleaned up.
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stderr.write(f"engine: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(130)
