"""Puts an engine, and what stands in for the rest of its distribution, on PATH.

Besides the CLI a Python program needs its language host, and dynamic providers need a script.
The official distribution has both; whatever of it is found is used, and only what is not is
replaced by the stand-ins of this project.
"""

import os
import shlex
import shutil
from pathlib import Path

from sources.answer import Engine

STAND_INS = Path(__file__).resolve().parent / "stand_ins"
LANGUAGE_HOST = "pulumi-language-python"
DYNAMIC_PROVIDER = "pulumi-resource-pulumi-python"


def search_path(engine: Engine, *, current: str, folder: Path, python: Path) -> str:
    """Return the PATH on which the engine and all that it needs are found.

    Args:
        engine: the engine to use.
        current: PATH so far, without what an earlier run has added (see ``without``).
        folder: a folder of this checkout to put the files into; made if need be.
        python: the Python that has the Pulumi SDK, for our language host.
    """
    front, behind = folder / "first", folder / "last"
    if engine.is_ours:
        # Beside the CLI, where the engine expects them: elsewhere it warns about them.
        _fill(front, engine=engine, linked=True, names=[LANGUAGE_HOST, DYNAMIC_PROVIDER],
              python=python)  # fmt: skip
        _fill(behind, engine=None, linked=False, names=[], python=python)
        return os.pathsep.join([str(front), current])

    beside = str(engine.executable.resolve().parent)
    known = os.pathsep.join([current, beside])
    missing = [
        name for name in (LANGUAGE_HOST, DYNAMIC_PROVIDER) if not shutil.which(name, path=known)
    ]
    is_first = shutil.which("pulumi", path=current) == str(engine.executable)
    _fill(front, engine=None if is_first else engine, linked=False, names=[], python=python)
    _fill(behind, engine=None, linked=False, names=missing, python=python)
    first = [] if is_first else [str(front)]
    last = [str(behind)] if missing else []
    return os.pathsep.join([*first, current, *last])


def without(folder: Path, path: str) -> str:
    """Return PATH without the entries that are in the folder of an earlier run."""
    unwanted = folder.absolute()
    entries = [entry for entry in path.split(os.pathsep) if entry]
    return os.pathsep.join(
        entry for entry in entries if not Path(entry).absolute().is_relative_to(unwanted)
    )


def _fill(
    folder: Path, *, engine: Engine | None, linked: bool, names: list[str], python: Path
) -> None:
    """Give the folder exactly these files, each replaced in one step (others may be running)."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {*names, *(["pulumi"] if engine else [])}
    for left in folder.iterdir():
        if left.name not in wanted and not left.name.startswith("."):
            left.unlink(missing_ok=True)
    if engine is not None:
        _place_engine(engine.executable, folder / "pulumi", linked=linked)
    for name in names:
        text = (STAND_INS / name).read_text(encoding="utf-8")
        text = text.replace("@PYTHON@", shlex.quote(str(python)))
        text = text.replace("@ENGINE@", shlex.quote(str(STAND_INS.parent)))
        new = folder / f".{name}.{os.getpid()}"
        new.write_text(text, encoding="utf-8")
        new.chmod(0o755)
        new.replace(folder / name)


def _place_engine(executable: Path, place: Path, *, linked: bool) -> None:
    """Make the CLI appear at ``place``.

    The CLI looks for its language hosts beside the file that it is, symbolic links resolved. So
    an official one gets a symbolic link, and ours a hard link (or a copy on another disk).
    """
    if place.exists() and _is_same(place, executable, linked=linked):
        return
    new = place.with_name(f".pulumi.{os.getpid()}")
    new.unlink(missing_ok=True)
    if not linked:
        new.symlink_to(executable)
    else:
        try:
            new.hardlink_to(executable)
        except OSError:
            shutil.copy2(executable, new)
    new.replace(place)


def _is_same(place: Path, executable: Path, *, linked: bool) -> bool:
    if place.is_symlink() is linked:
        return False
    ours, theirs = place.stat(), executable.stat()
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)
