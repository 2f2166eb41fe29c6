"""What `fgctl doctor` says of the number of resources and the kind of the backend."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from pulumi_functiongraph.cli.outgrown_backend import (
    MOST_IN_A_BUCKET,
    MOST_IN_A_FILE,
    backend_checks,
)
from pulumi_functiongraph.report.doctor.checks import SelfCheck

OBS = "s3://pulumi-state?endpoint=obs.eu-de.otc.t-systems.com&region=eu-de"
CLOUD = "https://app.pulumi.com/somebody"


class Answers:
    """A `pulumi` that says which stacks there are and where they are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = folder / "pulumi"
        script.write_text(
            f"#!{sys.executable}\nimport pathlib, sys\n"
            f"answer = pathlib.Path({str(folder)!r}) / sys.argv[1]\n"
            "if not answer.exists():\n    sys.exit('error: PULUMI_ACCESS_TOKEN must be set')\n"
            "print(answer.read_text())\n",
            encoding="utf-8",
        )
        script.chmod(0o755)

    def say(self, *, stacks: object, url: str | None = None) -> list[SelfCheck]:
        (self.folder / "stack").write_text(json.dumps(stacks), encoding="utf-8")
        if url is not None:
            (self.folder / "whoami").write_text(json.dumps({"url": url}), encoding="utf-8")
        return list(backend_checks(self.folder))

    def with_resources(self, count: int | None, *, url: str) -> SelfCheck:
        other = {"name": "other", "current": False, "resourceCount": 9999}
        selected = {"name": "dev", "current": True, "resourceCount": count}
        (check,) = self.say(stacks=[other, selected], url=url)
        return check


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "Pulumi.yaml").write_text("name: trial\nruntime: python\n", encoding="utf-8")
    return Answers(tmp_path)


@pytest.mark.parametrize(
    ("url", "most", "place"),
    [
        ("file:///home/me/state", MOST_IN_A_FILE, "in a file"),
        ("file://~", MOST_IN_A_FILE, "in a file"),
        (OBS, MOST_IN_A_BUCKET, "in a backend over the network (s3)"),
        ("postgres://me:canary@db/state", MOST_IN_A_BUCKET, "over the network (postgres)"),
    ],
)
def test_a_stack_that_has_outgrown_its_backend_is_a_warning_with_what_helps(
    pulumi: Answers, url: str, most: int, place: str
) -> None:
    within, beyond = (pulumi.with_resources(count, url=url) for count in (most, most + 1))

    assert within.state == "ok"
    assert f"{most} resources of stack dev {place.removeprefix('in a backend ')}" in (
        within.message.replace("in a backend over", "over")
    )
    assert beyond.state == "warn"
    assert place in beyond.message
    assert "docs/many-configs.md" in beyond.remedy
    assert "canary" not in f"{within} {beyond}"


def test_pulumi_cloud_is_not_outgrown(pulumi: Answers) -> None:
    found = pulumi.with_resources(5000, url=CLOUD)

    assert found.state == "ok"
    assert "5,000 resources of stack dev in Pulumi Cloud" in found.message


def test_without_a_selected_stack_nothing_is_said(pulumi: Answers) -> None:
    assert pulumi.say(stacks=[{"name": "dev", "current": False, "resourceCount": 1}]) == []


def test_outside_of_a_project_pulumi_is_not_asked(pulumi: Answers, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").unlink()

    assert pulumi.say(stacks="not JSON of stacks") == []


def test_a_backend_that_does_not_answer_is_not_known_and_never_fine(pulumi: Answers) -> None:
    (found,) = backend_checks(pulumi.folder)

    assert found.state == "warn"
    assert "not known whether" in found.message
    assert "PULUMI_ACCESS_TOKEN must be set" in found.message


@pytest.mark.parametrize("count", [None, "many", True, -1])
def test_a_number_of_resources_that_is_not_told_is_not_known(
    pulumi: Answers, count: object
) -> None:
    selected = {"name": "dev", "current": True, "resourceCount": count}

    (found,) = pulumi.say(stacks=[selected], url=CLOUD)

    assert found.state == "warn"
    assert "not known" in found.message


@pytest.mark.parametrize("stacks", ["dev", [1], [{"name": "dev"}], {"name": "dev"}, 7])
def test_an_answer_of_another_form_is_not_known(pulumi: Answers, stacks: object) -> None:
    (found,) = pulumi.say(stacks=stacks, url=CLOUD)

    assert found.state == "warn"
    assert "cannot be read" in found.message


@pytest.mark.parametrize("url", ["s3://[bad", "", "//host/state", "somewhere"])
def test_a_backend_of_an_unknown_kind_is_not_known_and_never_fine(
    pulumi: Answers, url: str
) -> None:
    found = pulumi.with_resources(1, url=url)

    assert found.state == "warn"
    assert "not known whether" in found.message
    assert "()" not in found.message
