"""Puts an engine, and what stands in for the rest of its distribution, on PATH.

Besides the CLI a Python program needs its language host, and dynamic providers need a script.
The official distribution has both; whatever of it is found is used, and only what is not is
replaced by the stand-ins of this project.
"""

import hashlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
        folder: a folder of this checkout to put the files into; made if need be. What other runs
            have put there stays, because they may be using it.
        python: the Python that has the Pulumi SDK, for our language host.
    """
    stand_ins = {name: _script(name, python) for name in (LANGUAGE_HOST, DYNAMIC_PROVIDER)}
    if engine.is_ours:
        # Beside the CLI, where the engine expects them: elsewhere it warns about them.
        return os.pathsep.join([str(_filled(folder, cli=engine, scripts=stand_ins)), current])

    known = os.pathsep.join([current, str(engine.executable.resolve().parent)])
    missing = {name: text for name, text in stand_ins.items() if not shutil.which(name, path=known)}
    path = [current]
    if shutil.which("pulumi", path=current) != str(engine.executable):
        path.insert(0, str(_filled(folder, cli=engine, scripts={})))
    if missing:
        path.append(str(_filled(folder, cli=None, scripts=missing)))
    return os.pathsep.join(path)


def without(folder: Path, path: str) -> str:
    """Return PATH without the entries that are in the folder of an earlier run."""
    unwanted = folder.absolute()
    entries = [entry for entry in path.split(os.pathsep) if entry]
    return os.pathsep.join(
        entry for entry in entries if not Path(entry).absolute().is_relative_to(unwanted)
    )


def _script(name: str, python: Path) -> str:
    text = (STAND_INS / name).read_text(encoding="utf-8")
    text = text.replace("@PYTHON@", shlex.quote(str(python)))
    return text.replace("@ENGINE@", shlex.quote(str(STAND_INS.parent)))


def _filled(folder: Path, *, cli: Engine | None, scripts: dict[str, str]) -> Path:
    """Return a folder with just this CLI and these scripts, named after what is in it."""
    content = [*sorted(scripts.items())]
    if cli is not None:
        file = cli.executable.stat()
        content.append((str(cli), f"{file.st_size} {file.st_mtime_ns}"))
    place = folder / hashlib.sha256(repr(content).encode()).hexdigest()[:12]
    place.mkdir(parents=True, exist_ok=True)
    if cli is not None and not (place / "pulumi").exists():
        with _in_one_step(place / "pulumi") as new:
            _put_cli(cli, new)
    for name, text in scripts.items():
        if not (place / name).exists():
            with _in_one_step(place / name) as new:
                new.write_text(text, encoding="utf-8")
                new.chmod(0o755)
    return place


@contextmanager
def _in_one_step(place: Path) -> Iterator[Path]:
    """Give a path to make a file at, which then becomes ``place``; others may be doing the same."""
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".new-") as beside:
        new = Path(beside) / place.name
        yield new
        new.replace(place)


def _put_cli(engine: Engine, new: Path) -> None:
    """Make the CLI appear at ``new``.

    The CLI looks for its language hosts beside the file that it is, symbolic links resolved. So
    an official one gets a symbolic link, and ours a hard link (or a copy on another disk).
    """
    if not engine.is_ours:
        new.symlink_to(engine.executable)
        return
    try:
        new.hardlink_to(engine.executable)
    except OSError:
        shutil.copy2(engine.executable, new)
