"""A drift report does not depend on what a secret is, however short that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.drift.comparison import compare
from pulumi_functiongraph.core.drift.document import DriftDocument
from pulumi_functiongraph.core.drift.inputs import LiveReadings
from pulumi_functiongraph.core.errors import Forbidden
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import Node
from pulumi_functiongraph.core.prechecks.checked_configs import checked_live_config
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.rules import judge
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.core.targets import Bucket, Stream, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger
from pulumi_functiongraph.operations.answers import Answers
from pulumi_functiongraph.operations.live_graph import judge_live
from pulumi_functiongraph.operations.precheck import precheck
from pulumi_functiongraph.report.drift.html import drift_html
from pulumi_functiongraph.report.drift.json import drift_json
from pulumi_functiongraph.report.drift.markdown import drift_markdown
from pulumi_functiongraph.report.drift.text import drift_text
from unit.core.drifts import declared, live, world
from unit.operations.cloud_of_facts import account
from unit.operations.walk_port import Beyond

FORMS: list[Callable[[DriftDocument], str]] = [drift_text, drift_json, drift_markdown, drift_html]
KEYS = {
    "FunctionGraph": "functionUrn",
    "SMN": "topicUrn",
    "DIS": "streamName",
    "OBS": "bucket",
    "prefix": "prefix",
}
NAMES = ["1", "2", "a", "an", "in", "is", "no", "to", "the", "not", "may", "run", "urn", "obs"]


def short_names(kind: str) -> st.SearchStrategy[str]:
    """Names that the service takes: functions begin with a letter, buckets have three at least."""
    form = {"FunctionGraph": "[a-z][a-z0-9]{0,2}", "OBS": "[a-z0-9]{3}"}.get(kind, "[a-z0-9]{1,3}")
    words = [name for name in NAMES if re.fullmatch(form, name)]
    return st.sampled_from(words) | st.from_regex(form, fullmatch=True)


def target(kind: str, name: str) -> dict[str, object]:
    called = {
        "FunctionGraph": str(function_urn(name)),
        "SMN": f"urn:smn:{REGION}:{PROJECT}:{name}",
    }.get(kind, name)
    if kind == "prefix":
        return {"destination": "OBS", "bucket": "results", "prefix": name}
    return {"destination": kind, KEYS[kind]: called}


def report(kind: str, name: str, *, knows: bool, fails: bool) -> DriftDocument:
    """What is told of a config with a secret target, through which its function notifies itself.

    Args:
        kind: what is secret.
        name: the secret.
        knows: whether the stack's secret could be decrypted; it is another one then.
        fails: whether the cloud does not let us look.
    """
    to = target(kind, name)
    before = target(kind, "before")[KEYS[kind]] if knows else UNKNOWN
    hidden = declared(onSuccess={**to, KEYS[kind]: before}, secret=[f"onSuccess.{KEYS[kind]}"])
    read = world(live(onSuccess=to), whole=False)
    findings = (*of_cycles(read, kind, name, fails=fails), *of_prechecks(read, name, fails=fails))
    return compare([hidden], read, findings=findings)


class Closed(Beyond):
    """A cloud that does not tell its triggers."""

    def triggered_by(self, source: Node) -> list[FunctionTrigger]:
        raise Forbidden(operation="list the triggers", resource=source.name, status=403)


def of_cycles(read: LiveReadings, kind: str, name: str, *, fails: bool) -> Iterator[Finding]:
    (config,) = (one.config for one in read.configs.values() if isinstance(one, LiveConfig))
    triggers = (
        ()
        if not isinstance(config.on_success, Topic | Bucket | Stream)
        else (FunctionTrigger(config.on_success, function_urn("orders")),)
    )
    back = {}
    if kind == "FunctionGraph":
        back[function_urn(name)] = live(name, onSuccess=target("FunctionGraph", "orders"))
    beyond = (Closed if fails else Beyond)(back, triggers)
    yield from judge(
        Program((), verdict=judge_live(read, beyond, declared=(), deadline=9, clock=lambda: 0.0))
    )


def of_prechecks(read: LiveReadings, name: str, *, fails: bool) -> Iterator[Finding]:
    cloud = account()
    cloud.grants = {}
    if fails:
        refused = Forbidden(operation="look at the target", resource=name, status=403)
        cloud.failing = dict.fromkeys(("topic", "stream", "bucket"), refused)
    subjects = [
        checked_live_config(one.config, resource=str(one.config.function_urn))
        for one in read.configs.values()
        if isinstance(one, LiveConfig)
    ]
    results = precheck(subjects, Answers(cloud), deadline=9, clock=lambda: 0.0)
    yield from judge(Program((), prechecks=results))


def shown(document: DriftDocument, form: Callable[[DriftDocument], str]) -> str:
    """A form of the report without the cycle's id, which is made of names."""
    return re.sub(r'cycle("?:)? "?[0-9a-f]{8}', "cycle", form(document))


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("knows", [False, True])
@pytest.mark.parametrize("kind", KEYS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_short_secret_is_hidden_as_a_long_one_is(
    kind: str, data: st.DataObject, *, knows: bool, fails: bool
) -> None:
    name = data.draw(short_names(kind))
    long_name = f"{name}-in-a-coal-mine"  # as the short one, before or behind other names

    short, long = (report(kind, one, knows=knows, fails=fails) for one in (name, long_name))

    for form in FORMS:
        assert shown(short, form) == shown(long, form)
    assert "[secret]" in drift_text(short)


@pytest.mark.parametrize("name", NAMES)
def test_a_short_secret_is_not_shown_where_another_config_has_the_same_name(name: str) -> None:
    there = target("DIS", name)
    hidden = declared("secret", onSuccess=there, secret=["onSuccess.streamName"])
    plain = declared("plain", onSuccess=target("DIS", "before"))
    read = world(live("secret", onSuccess=there), live("plain", onSuccess=there))

    document = compare([hidden, plain], read)

    (changed,) = (one for one in document.configs if one.name == "plain")
    assert [each.text for each in changed.properties] == ["before → [secret]"]
