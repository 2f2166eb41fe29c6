import subprocess
import sys
from pathlib import Path

import pytest

from sources.recipe import TYPESCRIPT_SDK, YAML_HOST, Recipe
from unit.engine.fakes import environment, make_executable, make_pulumi

LANGUAGES = Path(__file__).parents[3] / "engine" / "languages.py"
BOTH = {recipe.binary: recipe for recipe in (YAML_HOST, TYPESCRIPT_SDK)}

# Stands for `go env GOVERSION` and `go build ... -o FILE PACKAGE`.
BUILDS = """\
if [ "$1" = env ]; then echo go1.26.8; exit; fi
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\\necho "%s" >&2\\n' "$SAYS" >"$2"
chmod +x "$2"
"""


def languages(
    tmp_path: Path, *arguments: str, **settings: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, LANGUAGES, *arguments, tmp_path / "checkout"],
        env={**environment(tmp_path / "bin"), "HOME": str(tmp_path / "home"), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def kept_at(tmp_path: Path, recipe: Recipe) -> Path:
    cache = tmp_path / "home" / ".cache" / "pulumi-functiongraph" / "engine"
    return cache / recipe.name / "bin"


@pytest.mark.parametrize("name", BOTH)
def test_the_program_is_built_once_and_then_kept(tmp_path: Path, name: str) -> None:
    make_executable(tmp_path / "bin" / "go", BUILDS)
    place = kept_at(tmp_path, BOTH[name])

    built = languages(tmp_path, name, SAYS=f"usage: {name}")

    assert built.stdout == f"{place}\n", built.stderr
    assert f"building {BOTH[name].what} {BOTH[name].version} with Go 1.26.8" in built.stderr
    (tmp_path / "bin" / "go").unlink()
    kept = languages(tmp_path, "--kept", name)
    assert kept.stdout == f"{place}\n", kept.stderr


def test_nothing_is_built_where_only_what_is_kept_is_asked_for(tmp_path: Path) -> None:
    make_executable(tmp_path / "bin" / "go", BUILDS)

    answer = languages(tmp_path, "--kept", "pulumi-language-yaml", SAYS="usage")

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "the cache: nothing yet" in answer.stderr
    assert not kept_at(tmp_path, YAML_HOST).exists()


def test_the_host_of_the_official_distribution_comes_first(tmp_path: Path) -> None:
    make_pulumi(tmp_path / "pulumi" / "bin" / "pulumi")
    make_executable(tmp_path / "pulumi" / "bin" / "pulumi-language-yaml", "exit 0")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(tmp_path / "pulumi" / "bin" / "pulumi")

    answer = languages(tmp_path, "--kept", "pulumi-language-yaml")

    assert answer.stdout == f"{tmp_path / 'pulumi' / 'bin'}\n", answer.stderr


@pytest.mark.parametrize(
    ("go", "says", "reason"),
    [
        ('if [ "$1" = env ]; then echo go1.26.8; exit; fi; echo 403 >&2; exit 1', "", "403"),
        (BUILDS, "what is this?", "does not tell its usage"),
    ],
)
def test_a_build_that_fails_is_told_and_not_kept(
    tmp_path: Path, go: str, says: str, reason: str
) -> None:
    make_executable(tmp_path / "bin" / "go", go)

    answer = languages(tmp_path, "pulumi-language-yaml", SAYS=says)

    assert answer.returncode == 1
    assert "pulumi-language-yaml is not to be had" in answer.stderr
    assert reason in answer.stderr
    assert not kept_at(tmp_path, YAML_HOST).exists()
