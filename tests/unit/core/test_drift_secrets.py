"""What a drift report hides in findings about what is live."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import function_urn
from pulumi_functiongraph.core.drift.comparison import compare
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.properties import UNKNOWN
from unit.core.drifts import declared, live, world

CANARY = function_urn("canary")
TOPIC = "urn:smn:eu-de:0123456789abcdef0123456789abcdef:canary"


def message(told: str, *, target: dict[str, object]) -> str:
    """A finding's message, where a target is live that the stack has as a secret it cannot read."""
    hidden = {key: value if key == "destination" else UNKNOWN for key, value in target.items()}
    paths = [f"onSuccess.{key}" for key in target if key != "destination"]
    config = declared(onSuccess=hidden, secret=paths)
    finding = Finding(rule="FGN101", severity="error", subject="orders", message=told)
    (found,) = compare([config], world(live(onSuccess=target)), findings=[finding]).findings
    return found.message


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f"a → {CANARY} → a", "a → [secret] → a"),
        (f"function {CANARY.function} has no agency", "function [secret] has no agency"),
        ("may not invoke default/canary here", "may not invoke default/[secret] here"),
        ("canary-2 and my_canary are others", "canary-2 and my_canary are others"),
    ],
)
def test_a_function_is_hidden_under_each_of_its_names(told: str, shown: str) -> None:
    target: dict[str, object] = {"destination": "FunctionGraph", "functionUrn": str(CANARY)}

    assert message(told, target=target) == shown


def test_a_topic_is_hidden_under_each_of_its_names() -> None:
    told = f"there is no topic {TOPIC}, called canary"

    shown = message(told, target={"destination": "SMN", "topicUrn": TOPIC})

    assert shown == "there is no topic [secret], called [secret]"


def test_without_a_secret_every_name_is_shown() -> None:
    finding = Finding(rule="FGN101", severity="error", subject="orders", message="canary")

    (found,) = compare([declared()], world(live()), findings=[finding]).findings

    assert found.message == "canary"


@given(st.from_regex(r"canary[a-z0-9-]{0,10}[a-z]", fullmatch=True), st.text(), st.text())
def test_no_finding_contains_a_live_value_that_is_a_secret(
    name: str, before: str, after: str
) -> None:
    told = message(f"{before}{name}{after}", target={"destination": "OBS", "bucket": name})

    assert name not in told
