"""``scripts/test`` beside checks, coverage and pytest of this test's own."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"
ENVIRONMENT = """\
cd "$(dirname "$0")/.."
root=$PWD
say() { printf '%s\\n' "$*" >&2; }
with_engine() { say "engine"; }
tool() {
    echo "$*" >>calls
    for word in ${FAILS:-}; do [[ " $* " != *" $word "* ]] || return 1; done
}
python() { tool python "$@"; }
coverage() { tool coverage "$@"; }
"""
CHECK = '#!/bin/sh\necho check >>calls\n[ "${FAILS:-}" != check ]\n'
SHARED = "-m pytest --quiet --dist worksteal --numprocesses"
CORE = f"coverage run {SHARED} 2 tests/unit/core"
OTHERS = f"python {SHARED} 3 --ignore=tests/unit/core"
ALL = f"coverage run {SHARED} 3 --long"
LANGUAGES = [
    f"python engine/languages.py {name} .venv"
    for name in ("pulumi-language-yaml", "typescript-sdk")
]
REPORT_OF_CORE = "coverage report --include=*/pulumi_functiongraph/core/* --fail-under=100"
REPORT_OF_ALL = "coverage report --fail-under=95"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for name in ("test", "_floors"):
        shutil.copy(SCRIPTS / name, scripts)
    (scripts / "_environment").write_text(ENVIRONMENT, encoding="utf-8")
    (scripts / "check").write_text(CHECK, encoding="utf-8")
    (scripts / "check").chmod(0o755)
    return tmp_path


def run(root: Path, *arguments: str, fails: str = "") -> tuple[int, list[str]]:
    """The exit code, and what was called."""
    done = subprocess.run(
        [root / "scripts" / "test", *arguments],
        env={"PATH": "/usr/bin:/bin", "FAILS": fails},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.endswith("test: all is well\n") == (done.returncode == 0), done.stderr
    return done.returncode, (root / "calls").read_text(encoding="utf-8").splitlines()


def test_the_core_is_measured_and_all_other_tests_run_without_coverage(root: Path) -> None:
    code, calls = run(root)
    assert code == 0
    assert {"check", CORE} < set(calls)
    assert calls[-3:] == ["coverage combine --quiet", REPORT_OF_CORE, OTHERS]


@pytest.mark.parametrize("fails", ["tests/unit/core", "report", "--ignore=tests/unit/core"])
def test_whatever_fails_the_other_tests_run_and_the_end_tells(root: Path, fails: str) -> None:
    code, calls = run(root, fails=fails)
    assert code == 1
    assert calls[-1] == OTHERS


def test_after_a_failed_check_no_other_test_begins(root: Path) -> None:
    code, calls = run(root, fails="check")
    assert code == 1
    assert OTHERS not in calls


@pytest.mark.parametrize("fails", ["", "--fail-under=95", "--long"])
def test_the_long_run_measures_everything(root: Path, fails: str) -> None:
    code, calls = run(root, "--long", fails=fails)
    assert code == (1 if fails else 0)
    judged = ["coverage combine --quiet", REPORT_OF_CORE, REPORT_OF_ALL]
    run_all = ["check", *LANGUAGES, "coverage erase", ALL]
    assert calls == [*run_all, *(judged if fails != "--long" else [])]


def test_what_other_languages_need_may_be_missing_in_the_long_run(root: Path) -> None:
    code, calls = run(root, "--long", fails="engine/languages.py")
    assert code == 0
    assert ALL in calls


def test_nothing_is_built_for_other_languages_without_an_engine(root: Path) -> None:
    _, calls = run(root, "--long", "--no-engine", "tests/unit")
    assert not set(LANGUAGES) & set(calls)


def test_chosen_tests_run_alone(root: Path) -> None:
    code, calls = run(root, "--no-engine", "tests/unit", "-k", "name")
    assert code == 0
    assert calls == ["check", "python -m pytest --no-engine tests/unit -k name"]
