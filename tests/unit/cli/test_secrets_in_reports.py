"""What a stack has as a secret is in no form of a report, also where texts of others repeat it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from pulumi_functiongraph.cli.commands import app
from pulumi_functiongraph.cli.outputs import FORMS
from pulumi_functiongraph.core.findings import Finding
from unit.core.gate_reports import UNREAD, report
from unit.core.stack.told import export, preview, secret, state, step

BUCKET = "canary-bucket"
TOPIC = "urn:smn:eu-de:0123456789abcdef0123456789abcdef:canary-topic"
TO_BUCKET = {"destination": "OBS", "bucket": BUCKET}
HIDDEN = {"onFailure": secret(TO_BUCKET)}
MASKED = {"onFailure": "[secret]"}
PASSWORD = state("db", outputs={"users": [{"password": secret("canary-word")}]})
DATABASE = {**PASSWORD, "type": "test:index:Database", "urn": PASSWORD["urn"].replace("Async", "")}

DECRYPTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a target": (TO_BUCKET, HIDDEN),
    "a bucket": (TO_BUCKET, {"onFailure": {**TO_BUCKET, "bucket": secret(BUCKET)}}),
    "what becomes a secret": (TO_BUCKET, {"onFailure": TO_BUCKET}),
}
REPEATED = (
    f"bucket {BUCKET} is public",
    f"https://{BUCKET.upper()}.obs.example",
    quote(f"no topic {TOPIC}", safe=""),
    "password canary-word is weak",
)


def fgctl(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code in {0, 1, 2}, result.exception
    return result.output


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def previewed(folder: Path, inputs: dict[str, Any], said: str) -> str:
    """A preview that masks secrets after the update, and says something that it should not."""
    steps = [step("update", old=state("a", inputs=inputs), new=state("a", inputs=MASKED))]
    told = [{"severity": "error", "message": f"error: {said}"}]
    return written(folder, "preview.json", preview(*steps, diagnostics=told))


def exported(folder: Path, inputs: dict[str, Any]) -> str:
    topic = {"onFailure": {"destination": "SMN", "topicUrn": secret(TOPIC)}}
    states = [state("a", inputs=inputs), state("b", inputs=topic), DATABASE]
    return written(folder, "stack.json", export(*states))


@pytest.mark.parametrize("said", REPEATED)
@pytest.mark.parametrize("kind", DECRYPTED)
@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_review_shows_a_secret(
    tmp_path: Path, form: str, kind: str, said: str
) -> None:
    before, state_of = DECRYPTED[kind]
    violation = {"policyName": "names", "enforcementLevel": "mandatory", "message": said}
    event = json.dumps({"sequence": 0, "policyEvent": violation})

    shown = fgctl(
        "review", "--format", form,
        "--preview", previewed(tmp_path, {"onFailure": before}, said),
        "--stack", exported(tmp_path, state_of),
        "--events", written(tmp_path, "events.jsonl", event),
    )  # fmt: skip

    assert "names" in shown
    assert "canary" not in shown.lower()


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_review_shows_a_secret_that_the_gate_was_told(
    tmp_path: Path, form: str
) -> None:
    found = Finding(rule="FGN210", severity="warning", subject="a", message=REPEATED[0])
    why = {"why": f"the service said: {REPEATED[0]}"}
    gate = report(UNREAD, found)
    unknowns = gate.graph.unknowns
    unknowns = unknowns.model_copy(
        update={
            "unreadable": tuple(each.model_copy(update=why) for each in unknowns.unreadable),
            "missing": (f"not read: {REPEATED[0]}",),
        }
    )
    gate = gate.model_copy(update={"graph": gate.graph.model_copy(update={"unknowns": unknowns})})
    masked = [{"severity": "warning", "message": "FGN210 warning: a: [secret]"}]
    told = preview(step("create", new=state("new")), diagnostics=masked)

    shown = fgctl(
        "review", "--format", form,
        "--preview", written(tmp_path, "preview.json", told),
        "--stack", exported(tmp_path, HIDDEN),
        "--gate", written(tmp_path, "gate.json", gate.model_dump_json(by_alias=True)),
    )  # fmt: skip

    assert "FGN210" in shown
    assert "canary" not in shown.lower()


@pytest.mark.parametrize("said", REPEATED)
@pytest.mark.parametrize("command", ["graph", "precheck", "drift"])
def test_no_other_report_shows_a_secret_that_a_preview_repeats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    monkeypatch.setenv("FUNCTIONGRAPH_REGION", "eu-de")
    for key in ("ACCESS_KEY", "SECRET_KEY"):
        monkeypatch.setenv(f"FUNCTIONGRAPH_{key}", "x" * 20)
    monkeypatch.setenv("FUNCTIONGRAPH_ENDPOINTS", json.dumps({"iam": "http://127.0.0.1:9"}))

    shown = fgctl(
        command,
        "--preview", previewed(tmp_path, {"onFailure": TO_BUCKET}, said),
        "--stack", exported(tmp_path, HIDDEN),
    )  # fmt: skip

    assert "canary" not in shown.lower()
