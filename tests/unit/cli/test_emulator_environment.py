"""`fgctl emulator run` and `--export`: nothing of another cloud is left in the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_functiongraph.cloud.auth.known_settings import VARIABLES

FGCTL = [sys.executable, "-c", "from pulumi_functiongraph.cli import main; main()"]
REAL = "canary-of-a-real-cloud"
SHOWS_ITS_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"

ANYWHERE = ("HUAWEICLOUD_SDK_REGION_IAM_EU_DE", "HUAWEICLOUD_SDK_REGION_OBS_CN_NORTH_4")
DECISIVE = {e.name for e in VARIABLES if e.decides != "neither" and "<" not in e.name}
LEFT = {e.name for e in VARIABLES if e.decides == "neither"}
"""Such as the key of the object store that holds Pulumi's state."""


@pytest.fixture
def of_a_real_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in {*DECISIVE, *LEFT, *ANYWHERE}:
        monkeypatch.setenv(name, REAL)


def canaries(environment: dict[str, str]) -> set[str]:
    return {name for name, value in environment.items() if REAL in value}


@pytest.mark.usefixtures("of_a_real_cloud")
def test_a_command_gets_nothing_that_leads_to_another_cloud() -> None:
    ended = subprocess.run(
        [*FGCTL, "emulator", "run", "--", sys.executable, "-c", SHOWS_ITS_ENVIRONMENT],
        capture_output=True,
        text=True,
        check=True,
    )

    environment = json.loads(ended.stdout)
    assert canaries(environment) == LEFT
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["HUAWEICLOUD_SDK_AK"]


@pytest.mark.usefixtures("of_a_real_cloud")
def test_a_command_reads_the_local_cloud_whatever_is_set_around_it() -> None:
    ended = subprocess.run(
        [*FGCTL, "emulator", "run", "--", *FGCTL, "graph", "--live"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "HTTP 401" not in ended.stderr


def exported() -> str:
    with subprocess.Popen(
        [*FGCTL, "emulator", "--export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        assert started.stderr is not None
        while not started.stderr.readline().startswith("ready "):
            pass
        started.terminate()
        lines, _ = started.communicate()
    return lines


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_exports_unset_what_leads_to_another_cloud(
    shell: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lines = exported()  # by a terminal that may have less set than the one that sources them
    request.getfixturevalue("of_a_real_cloud")
    lines_of_same = exported()
    shows = [sys.executable, "-c", SHOWS_ITS_ENVIRONMENT]

    for text, left in ((lines, {*LEFT, *ANYWHERE}), (lines_of_same, LEFT)):
        (tmp_path / "cloud.env").write_text(text, encoding="utf-8")
        sourced = subprocess.run(
            [shell, "-euc", '. ./cloud.env; exec "$@"', shell, *shows],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        environment = json.loads(sourced.stdout)
        assert canaries(environment) == left
        assert environment["HUAWEICLOUD_SDK_AK"]
        assert sourced.stderr == ""
