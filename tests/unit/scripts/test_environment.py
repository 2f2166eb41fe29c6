"""``scripts/_environment`` in a small project of its own, with an index of two files."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "_environment"

BACKEND = """\
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("small.py", "BUILT_BY = 'the locked backend'")
        wheel.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1.0\\n")
        wheel.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("small-1.0.dist-info/RECORD", "")
    return name
"""  # noqa: E501 - a file of its own
PYPROJECT = """\
[build-system]
requires = ["backend"]
build-backend = "backend"
[project]
name = "small"
version = "1.0"
"""
NO_UV = "#!/bin/sh\necho 'uv: no wheel for this machine' >&2\nexit 1\n"


def wheel(folder: Path, name: str, code: str) -> str:
    """Make a wheel and return its line in a lock."""
    file = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr(f"{name}.py", code)
        parts.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        parts.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        parts.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


class Project:
    """A checkout, and a PATH with a uv of this test's own."""

    def __init__(self, folder: Path, *, uv: str) -> None:
        self.folder = folder / "checkout"
        (self.folder / "scripts").mkdir(parents=True)
        shutil.copy(SCRIPT, self.folder / "scripts")
        (self.folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        self.index = folder / "index"
        self.index.mkdir()
        lock = wheel(self.index, "backend", BACKEND)
        (self.folder / "requirements.lock").write_text(lock, encoding="utf-8")
        (self.folder / "requirements-uv.lock").touch()
        self.programs = folder / "bin"
        self.programs.mkdir()
        (self.programs / "python3").symlink_to(Path(sys.executable).resolve())
        (self.programs / "uv").write_text(uv, encoding="utf-8")
        (self.programs / "uv").chmod(0o755)

    def make(
        self, then: str = "python -c 'import small, backend; print(small.BUILT_BY)'"
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "HOME": str(self.folder.parent / "home"),
            "PATH": os.pathsep.join([str(self.programs), "/usr/bin", "/bin"]),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
        }
        return subprocess.run(
            ["bash", "-c", f". scripts/_environment && {then}"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.mark.long
def test_pip_installs_what_the_lock_names_by_hash_and_builds_with_it(tmp_path: Path) -> None:
    project = Project(tmp_path, uv=NO_UV)
    lock = project.folder / "requirements.lock"
    right = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub("sha256:.{8}", "sha256:00000000", right), encoding="utf-8")

    refused = project.make()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.endswith("environment: not made, see above\n")
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not list(project.folder.glob(".venv/lib/**/backend.py"))

    lock.write_text(right, encoding="utf-8")
    made = project.make()
    assert made.stdout == "the locked backend\n", made.stderr
    assert "trying pip" in made.stderr


def test_uv_is_told_to_check_hashes_and_to_fetch_nothing_for_the_build(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    Project(tmp_path, uv=f'#!/bin/sh\necho "$*" >> {calls}\n').make()

    sync, install = calls.read_text(encoding="utf-8").splitlines()
    assert sync.startswith("pip sync ")
    assert "--require-hashes" in sync
    assert install.startswith("pip install ")
    assert {"--no-deps", "--no-build-isolation"} <= set(install.split())


def test_uv_takes_what_it_has_kept_where_no_index_answers(tmp_path: Path) -> None:
    kept = '#!/bin/sh\n[ "$UV_OFFLINE" = 1 ] || { echo "uv: no route to the index" >&2; exit 1; }\n'

    made = Project(tmp_path, uv=kept).make('printf "%s" "$UV_OFFLINE"')

    assert made.stdout == "1", made.stderr
    assert "no route to the index" in made.stderr
    assert "without a network" in made.stderr
    assert "trying pip" not in made.stderr


@pytest.mark.long
def test_the_site_generator_has_an_environment_of_its_own_that_is_made_once(tmp_path: Path) -> None:
    project = Project(tmp_path, uv=NO_UV)
    lock = project.folder / "website" / "requirements.lock"
    lock.parent.mkdir()
    lock.write_text(wheel(project.index, "generator", "MADE = True"), encoding="utf-8")
    build = "with_mkdocs && .venv/website/bin/python -c 'import generator; print(generator.MADE)'"

    made = project.make(build)
    again = project.make(build)
    beside = project.make("python -c 'import generator'")
    lock.write_text(re.sub("sha256:.{8}", "sha256:00000000", lock.read_text()), encoding="utf-8")
    refused = project.make(build)

    assert made.stdout == again.stdout == "True\n", made.stderr
    assert "installing" in made.stderr
    assert "installing" not in again.stderr
    assert beside.returncode != 0
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.endswith("docs: no site generator, see above\n")


def test_the_root_is_the_checkout_whatever_cdpath_says(tmp_path: Path) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    for folder in (checkout, elsewhere):
        (folder / "scripts").mkdir(parents=True)
    text = SCRIPT.read_text(encoding="utf-8").partition("\nsay() ")[0]
    (checkout / "scripts" / "_environment").write_text(text, encoding="utf-8")

    told = subprocess.run(
        ["bash", "-c", '. scripts/_environment; printf "%s|%s" "$root" "$PWD"'],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "CDPATH": f"{elsewhere}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )

    assert told.stdout == f"{checkout}|{checkout}"
