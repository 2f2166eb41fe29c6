"""`fgctl review --with precheck`: what only a cloud knows, in the same report."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from unit.cli.local_cloud import SEED, Local, told_of
from unit.core.stack.told import UNKNOWN_VALUE, preview, step

FORMS = ("text", "json", "markdown", "sarif", "junit", "gitlab", "html")


@pytest.fixture
def local(functiongraph_emulator: Any) -> Iterator[Local]:
    functiongraph_emulator.seed(SEED)
    yield Local(functiongraph_emulator, "review")
    functiongraph_emulator.reset()


def created(local: Local, bucket: str) -> str:
    return preview(step("create", new=told_of(local, bucket)))


def in_every_form(local: Local, told: str, folder: Path, *arguments: str) -> tuple[int, list[str]]:
    forms = [f"--format={form}={folder / form}" for form in FORMS]
    code = local.fgctl("--with", "precheck", *forms, *arguments, told=told).exit_code
    return code, [(folder / form).read_text() for form in FORMS]


def test_what_would_arrive_is_told_and_nothing_is_changed(local: Local) -> None:
    shown = local.fgctl("--with", "precheck", told=created(local, "failed"))

    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith(
        "nothing found; configs: 1 created; 1 config checked against the cloud\n"
    )
    assert local.writes() == []


def test_each_request_is_logged_when_verbose(local: Local) -> None:
    logged = local.fgctl("--with", "precheck", "-v", told=created(local, "failed")).stderr

    assert "GET functiongraph: HTTP 200, request id" in logged


def test_a_target_that_the_agency_may_not_write_to_is_found_in_every_form(
    local: Local, tmp_path: Path
) -> None:
    local.seed("agencies: [{name: writer, grants: []}]")
    told = created(local, "failed")

    code, shown = in_every_form(local, told, tmp_path)

    assert code == 1
    assert all("FGN206" in text for text in shown)
    assert in_every_form(local, told, tmp_path) == (code, shown)


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("--partial-ok",), 0)])
def test_without_credentials_the_review_is_written_and_says_what_is_missing(
    local: Local,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    told = created(local, "failed")
    local.environment = dict.fromkeys(local.environment, "")

    found, shown = in_every_form(local, told, tmp_path, *arguments)

    assert found == code
    for text in shown:
        assert "whether notifications would arrive was not checked: " in text
        assert "no credentials" in text


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("--partial-ok",), 0)])
def test_what_the_cloud_does_not_tell_is_a_warning(
    local: Local, arguments: tuple[str, ...], code: int
) -> None:
    local.fault(operation="ListAgencies", status=403)

    shown = local.fgctl("--with", "precheck", *arguments, told=created(local, "failed"))

    assert shown.exit_code == code
    assert "FGN210 warning: pre-check" in shown.stdout


def test_what_is_known_only_during_the_update_cannot_be_said(local: Local) -> None:
    shown = local.fgctl("--with", "precheck", told=created(local, UNKNOWN_VALUE))

    assert shown.exit_code == 2
    assert "cannot say: 1 config has values that are known only during the update" in shown.stdout


def test_a_secret_name_is_not_looked_into_and_not_passed_over_either(local: Local) -> None:
    shown = local.fgctl("--with", "precheck", told=created(local, "[secret]"))

    assert shown.exit_code == 2
    assert "cannot say: 1 config has names that are secret" in shown.stdout


def test_what_is_deleted_is_not_checked(local: Local) -> None:
    gone = preview(step("delete", old=told_of(local, "nowhere-at-all")))

    shown = local.fgctl("--with", "precheck", told=gone)

    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "0 configs checked against the cloud" in shown.stdout


def test_where_there_is_nothing_to_check_no_credentials_are_missed(
    local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    gone = preview(step("delete", old=told_of(local, "failed")))
    local.environment = dict.fromkeys(local.environment, "")

    assert local.fgctl("--with", "precheck", told=gone).exit_code == 0


def test_another_word_is_refused(local: Local) -> None:
    shown = local.fgctl("--with", "luck", told="no preview")

    assert shown.exit_code == 2
    assert "there is no luck; there is precheck" in " ".join(shown.stderr.split())


def test_no_client_is_loaded_where_no_cloud_is_asked(local: Local, tmp_path: Path) -> None:
    (tmp_path / "preview.json").write_text(created(local, "failed"))
    code = (
        "import sys\n"
        "from pulumi_functiongraph.cli.commands import app\n"
        "app(['review', '--preview', 'preview.json'], standalone_mode=False)\n"
        "print([name for name in sys.modules if name.startswith('pulumi_functiongraph.cloud')])\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert run.stdout.splitlines()[-1] == "[]"
