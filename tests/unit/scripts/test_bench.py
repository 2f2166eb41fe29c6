"""``scripts/bench`` beside benchmarks and an environment of this test's own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "bench"
ENVIRONMENT = f"""\
cd "$(dirname "$0")/.."
root=$PWD
say() {{ printf '%s\\n' "$*" >&2; }}
python() {{ {sys.executable} "$@"; }}
with_engine() {{ say "engine"; }}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with three benchmarks, of which the first fails."""
    for folder in ("scripts", "benchmarks"):
        (tmp_path / folder).mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    (tmp_path / "scripts" / "_environment").write_text(ENVIRONMENT, encoding="utf-8")
    for name, code in {"a": 1, "b": 0, "c": 0}.items():
        text = f"import sys\nprint('{name}', sys.argv[1:])\nsys.exit({code})\n"
        (tmp_path / "benchmarks" / f"bench_{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


def bench(root: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "scripts" / "bench", *names], capture_output=True, text=True, check=False
    )


def test_every_benchmark_runs_though_one_fails_and_the_end_tells(root: Path) -> None:
    done = bench(root)
    assert done.stdout == "a []\nb []\nc []\n"
    assert done.stderr.endswith("bench: FAILED: a\n")
    assert done.returncode == 1


def test_only_those_that_are_named_run(root: Path) -> None:
    done = bench(root, "c", "b")
    assert done.stdout == "c []\nb []\n"
    assert done.stderr.endswith("bench: all ran\n")
    assert done.returncode == 0


def test_a_name_that_there_is_not_is_told_before_anything_runs(root: Path) -> None:
    done = bench(root, "b", "--pairs")
    assert done.stdout == ""
    assert "there is no benchmarks/bench_--pairs.py; usage: scripts/bench [NAME...]" in done.stderr
    assert "engine\n" not in done.stderr.splitlines(keepends=True)
    assert done.returncode == 2
