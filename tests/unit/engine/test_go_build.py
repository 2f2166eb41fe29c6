from pathlib import Path

import pytest

from sources.answer import Engine, PassedOver
from sources.cache import Cache
from sources.go_build import Progress, built
from sources.recipe import ENGINE
from unit.engine.fakes import environment, make_executable

FLOOR = "3.259.0"

# Stands for `go env GOVERSION` and `go build ... -o FILE PACKAGE`.
BUILDS = """\
if [ "$1" = env ]; then echo go1.26.8; exit; fi
echo "go: downloading example.com/module v1.0.0" >&2
echo example.com/module/package >&2
mkdir -p "$GOMODCACHE/example.com" && chmod 555 "$GOMODCACHE/example.com"
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\\necho "$VERSION"\\n' >"$2"
sed -i "s/\\$VERSION/$VERSION/" "$2"
chmod +x "$2"
"""


def build(
    tmp_path: Path, go: str, *, said: list[str] | None = None, timeout: float = 20, **settings: str
) -> Engine | PassedOver:
    (tmp_path / "cache").mkdir()
    make_executable(tmp_path / "bin" / "go", go)
    return built(
        Cache(tmp_path / "cache"),
        floor=FLOOR,
        environment=environment(tmp_path / "bin", **settings),
        say=(said if said is not None else []).append,
        timeout=timeout,
        python=str(make_executable(tmp_path / "bin" / "python", "echo 'no venv'; exit 1")),
    )


def left_in_cache(tmp_path: Path) -> list[str]:
    return [entry.name for entry in (tmp_path / "cache").iterdir()]


def test_result_is_kept_and_everything_else_is_removed(tmp_path: Path) -> None:
    said: list[str] = []

    answer = build(tmp_path, BUILDS, said=said, VERSION="v3.259.0")

    place = tmp_path / "cache" / ENGINE.name / "bin" / "pulumi"
    assert answer == Engine(place, FLOOR, "a build with Go", is_ours=True)
    assert place.stat().st_mode & 0o111
    assert left_in_cache(tmp_path) == [ENGINE.name]
    assert "1 modules downloaded, 1 packages compiled" in said[-1]


def test_build_without_a_version_is_not_kept(tmp_path: Path) -> None:
    answer = build(tmp_path, BUILDS, VERSION="")

    assert isinstance(answer, PassedOver)
    assert "has no version" in answer.reason
    assert left_in_cache(tmp_path) == []


def test_failing_build_is_quoted_and_leaves_nothing(tmp_path: Path) -> None:
    go = 'if [ "$1" = env ]; then echo go1.26.8; exit; fi; echo "403 Forbidden" >&2; exit 1'

    answer = build(tmp_path, go)

    assert isinstance(answer, PassedOver)
    assert "403 Forbidden" in answer.reason
    assert left_in_cache(tmp_path) == []


def test_build_that_takes_too_long_is_ended_and_leaves_nothing(tmp_path: Path) -> None:
    go = 'if [ "$1" = env ]; then echo go1.26.8; exit; fi; exec sleep 60'

    answer = build(tmp_path, go, timeout=0.3)

    assert isinstance(answer, PassedOver)
    assert "was ended after" in answer.reason
    assert left_in_cache(tmp_path) == []


def test_old_go_and_no_package_index_are_both_told(tmp_path: Path) -> None:
    make_executable(tmp_path / "bin" / "uv", "echo 'index unreachable'; exit 1")

    answer = build(tmp_path, "echo go1.20")

    assert isinstance(answer, PassedOver)
    assert "is Go 1.20, and 1.26 is needed" in answer.reason
    assert "index unreachable" in answer.reason
    assert "no venv" in answer.reason


def test_full_disk_is_told_before_anything_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.go_build._NEEDED_BYTES", 10**18)

    answer = build(tmp_path, "exit 1")

    assert isinstance(answer, PassedOver)
    assert "GB free" in answer.reason


def test_progress_counts_modules_and_packages_apart() -> None:
    progress = Progress()
    for line in (
        "go: downloading cel.dev/expr v0.25.2",
        "go: downloading example.com/x v1.0.0",
        "example.com/x/y",
        "# example.com/x",
        "",
    ):
        progress.take(line)

    assert progress.line(135) == ("building, 2 min 15 s: 2 modules downloaded, 1 packages compiled")
