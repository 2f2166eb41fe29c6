from pathlib import Path

from sources.answer import Engine, PassedOver
from sources.cache import Cache
from sources.installer import official
from unit.engine.fakes import environment, make_executable

FLOOR = "3.259.0"

# Stands for the Python that runs `-c INSTALL FOLDER VERSION SECONDS`.
INSTALLS = """\
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho v%s\\n' "$4" >"$3/bin/pulumi"
chmod +x "$3/bin/pulumi"
touch "$3/bin/pulumi-language-python"
"""


def install(tmp_path: Path, python: str, *, timeout: float = 10) -> Engine | PassedOver:
    (tmp_path / "cache").mkdir()
    return official(
        Cache(tmp_path / "cache"),
        floor=FLOOR,
        environment=environment(),
        say=lambda _: None,
        timeout=timeout,
        python=str(make_executable(tmp_path / "python", python)),
    )


def left_in_cache(tmp_path: Path) -> list[str]:
    return [entry.name for entry in (tmp_path / "cache").iterdir()]


def test_whole_distribution_is_kept(tmp_path: Path) -> None:
    answer = install(tmp_path, INSTALLS)

    place = tmp_path / "cache" / f"{FLOOR}-official" / "bin"
    assert answer == Engine(place / "pulumi", FLOOR, "the official installer", is_ours=False)
    assert (place / "pulumi-language-python").exists()
    assert left_in_cache(tmp_path) == [f"{FLOOR}-official"]


def test_failure_is_told_by_its_last_line_and_leaves_nothing(tmp_path: Path) -> None:
    answer = install(tmp_path, "echo Traceback; echo 'URLError: no such host'; exit 1")

    assert isinstance(answer, PassedOver)
    assert answer.reason.endswith("URLError: no such host")
    assert left_in_cache(tmp_path) == []


def test_download_that_hangs_is_given_up_on(tmp_path: Path) -> None:
    answer = install(tmp_path, "exec sleep 60", timeout=0.3)

    assert isinstance(answer, PassedOver)
    assert "not done after" in answer.reason
    assert left_in_cache(tmp_path) == []


def test_installation_without_a_usable_cli_is_not_kept(tmp_path: Path) -> None:
    answer = install(tmp_path, 'set -- "$1" "$2" "$3" ""\n' + INSTALLS)

    assert isinstance(answer, PassedOver)
    assert "version" in answer.reason
    assert left_in_cache(tmp_path) == []


def test_sdk_has_the_installer_that_is_called() -> None:
    from pulumi.automation import PulumiCommand

    assert callable(PulumiCommand.install)
    names = PulumiCommand.install.__code__.co_varnames
    assert {"root", "version"} <= set(names)
