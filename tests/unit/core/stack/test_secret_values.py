"""What a preview and an export tell in clear of secrets."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from pulumi_functiongraph.core.stack.pending import pending_configs
from pulumi_functiongraph.core.stack.secret_values import secrets_told, with_messages_hidden
from unit.core.gate_reports import UNREAD, report
from unit.core.stack.told import SECRET_SIGNATURE, export, preview, secret, state, step

TARGET = {"destination": "OBS", "bucket": "canary"}
MASKED = {**TARGET, "bucket": "[secret]"}
OTHER = {**state("db"), "type": "test:index:Database"}


@pytest.mark.parametrize(
    "told",
    [
        {"inputs": {"onFailure": secret(TARGET)}},
        {"inputs": {"onFailure": {**TARGET, "bucket": secret("canary")}}},
        {"inputs": {"hosts": [{"name": secret("canary")}]}},
        {"outputs": {"name": secret("canary")}},
    ],
)
def test_what_an_export_has_decrypted_is_known(told: dict[str, Any]) -> None:
    found = secrets_told(None, [parse_export(export({**OTHER, **told}))])

    assert found.without("a canary, an OBS") == "a [secret], an OBS"


@pytest.mark.parametrize("value", [{"ciphertext": "v1:x"}, {"plaintext": "{"}, {"plaintext": "7"}])
def test_what_is_no_text_in_clear_is_not_known(value: dict[str, str]) -> None:
    hidden = {**SECRET_SIGNATURE, **value}

    found = secrets_told(None, [parse_export(export(state("a", inputs={"onFailure": hidden})))])

    assert found.whole == frozenset()


@pytest.mark.parametrize(("before", "after"), [(TARGET, MASKED), (MASKED, TARGET)])
@pytest.mark.parametrize("listed", ["in the preview", "in the export alone"])
def test_what_is_in_the_place_of_a_secret_is_known(
    before: dict[str, str], after: dict[str, str], listed: str
) -> None:
    old, new = (state("a", inputs={"onFailure": each}) for each in (before, after))
    told = old if listed == "in the preview" else None
    steps = [step("create", new=OTHER), step("update", old=told, new=new)]

    found = secrets_told(parse_preview(preview(*steps)), [parse_export(export(old))])

    assert found.without("a canary") == "a [secret]"


def test_what_was_said_is_told_without_secrets() -> None:
    said = [{"severity": "error", "message": "no canary"}]

    hidden = with_messages_hidden(
        parse_preview(preview(diagnostics=said)), lambda text: text.replace("canary", "bird")
    )

    assert [each.message for each in hidden.diagnostics] == ["no bird"]


def test_a_pending_change_shows_a_value_that_becomes_a_secret_on_neither_side() -> None:
    old, new = (state("a", inputs={"onFailure": each}) for each in (TARGET, MASKED))

    (pending,) = pending_configs(parse_preview(preview(step("update", old=old, new=new))))

    assert "canary" not in str(pending)


def test_a_gate_report_is_reworded_where_it_repeats_what_others_said() -> None:
    finding = Finding(rule="FGN210", severity="warning", subject="x", message="x", remedy="x")
    gate = report(UNREAD, finding)
    missing = gate.graph.unknowns.model_copy(update={"missing": ("x",)})
    gate = gate.model_copy(update={"graph": gate.graph.model_copy(update={"unknowns": missing})})

    told = gate.reworded(str.upper)

    assert told.findings == (finding.reworded(str.upper),)
    assert (told.findings[0].subject, told.findings[0].remedy) == ("X", "X")
    assert told.graph.unknowns.missing == ("X",)
    assert [each.why for each in told.graph.unknowns.unreadable] == ["NOT READ IN TIME"]
