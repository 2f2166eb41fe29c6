"""What a real bash completes, after `fgctl --install-completion` in an empty home."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_functiongraph.core.rules import RULES

BASH = shutil.which("bash")
BESIDE = Path(sys.executable).parent

# What readline does on TAB: it splits the line into words and calls what `complete` registered.
PRESS_TAB = """\
source "$HOME/.bashrc"
registered=($(complete -p fgctl))
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"${registered[-2]}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""

pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash here")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who installed the completion."""
    folder = tmp_path_factory.mktemp("home")
    installed = in_home(folder, "fgctl", "--install-completion", "bash")
    assert installed.returncode == 0, installed.stderr
    return folder


def in_home(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = f"{BESIDE}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        env={**os.environ, "HOME": str(folder), "PATH": path},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def completed(home: Path, *words: str) -> list[str]:
    run = in_home(home, str(BASH), "--norc", "-c", PRESS_TAB, "bash", "fgctl", *words)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("d",), ["drift", "doctor"]),
        (("--v",), ["--version"]),
        (("drift", "--p"), ["--preview", "--partial-ok"]),
        (("graph", "--format", "m"), ["markdown", "mermaid"]),
        (("review", "--fail-on", "w"), ["warning"]),
        (("review", "--format", "s"), ["sarif"]),
        (
            ("drift", "--format", "json=a.json", "--format", ""),
            ["text", "json", "markdown", "sarif", "junit", "gitlab", "html"],
        ),
        (("drift", "--with", ""), ["cycles", "precheck", "cycles,precheck"]),
        (("adopt", "--cloud", "o"), ["otc"]),
        (("schema", "e"), ["event"]),
        (("rules", "FGN00"), [rule.id for rule in RULES if rule.id.startswith("FGN00")]),
        (("graph", "--preview", "it's", ""), []),
    ],
)
def test_commands_options_and_values_are_completed(
    home: Path, words: tuple[str, ...], offered: list[str]
) -> None:
    assert completed(home, *words) == offered


def test_a_home_that_takes_no_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()
    refused = subprocess.run(
        [BESIDE / "fgctl", "--install-completion", "bash"],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert str(home) in refused.stderr
