"""What both providers hand back to the engine of values that are secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.output import Unknown as PulumiUnknown
from pulumi.runtime.rpc import is_rpc_secret

from factories import TOPIC
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import AnyProvider, provider_with, settings_of

pytestmark = pytest.mark.usefixtures("each_provider")

SEED = "functions: [{name: orders, xrole: trust}]\nbuckets: [{name: results}, {name: others}]\n"
RAW = {"destination": "OBS", "param": json.dumps({"bucket": "results"})}
UNKNOWN = PulumiUnknown()  # type: ignore[no-untyped-call] # the SDK left it untyped
TYPED = {"destination": "OBS", "bucket": "results"}


@pytest.fixture
def provider(functiongraph_emulator: Emulator) -> AnyProvider:
    functiongraph_emulator.seed(SEED)
    return provider_with(settings_of(functiongraph_emulator.environment))


def news(target: object, *secret: str, **more: Any) -> dict[str, Any]:
    named = {SECRET_PROPERTIES: [*secret]} if secret else {}
    return {"functionUrn": "orders", "onFailure": target, **named, **more}


def destroying(emulator: Emulator) -> AnyProvider:
    """The provider of a run that declares nothing."""
    return provider_with(settings_of(emulator.environment))


def put_by_hand(provider: AnyProvider, id_: str, **targets: Bucket | Topic | None) -> None:
    configs = provider.configs.account.functiongraph
    live = configs.get_async_config(FunctionUrn.parse(id_))
    assert live is not None
    configs.put_async_config(live.config.model_copy(update=targets))


SENT = {"destination": "OBS", "param": '{"bucket":"results","expires":0}'}
ALL_TYPED = {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0}


@pytest.mark.parametrize("function", ["orders", UNKNOWN])
@pytest.mark.parametrize(
    ("target", "checked"),
    [
        (RAW, SENT),
        (RAW | {"allowCycle": "meant"}, SENT | {"allowCycle": "meant"}),
        (TYPED, ALL_TYPED),
        (TYPED | {"param": None}, ALL_TYPED),
        (
            {"destination": "DMS", "param": '{"b": 1, "a": 2.0}'},
            {"destination": "DMS", "param": '{"a":2,"b":1}'},
        ),
    ],
)
def test_check_moves_no_value_to_another_key(
    provider: AnyProvider, target: object, checked: object, function: object
) -> None:
    found = provider.check({}, news(target, functionUrn=function))

    assert found.failures == []
    assert found.inputs["onFailure"] == checked


def test_a_raw_target_says_the_whole_name_of_its_function(
    provider: AnyProvider,
) -> None:
    raw = {"destination": "FunctionGraph", "param": '{"func_urn": "billing"}'}

    checked = provider.check({}, news(raw)).inputs
    again = provider.check(checked, checked).inputs

    assert json.loads(checked["onFailure"]["param"])["func_urn"] == checked["functionUrn"].replace(
        "orders", "billing"
    )
    assert again == checked
    typed = news({"destination": "FunctionGraph", "functionUrn": "billing"})
    typed = provider.check({}, typed).inputs
    assert provider.diff(checked["functionUrn"], checked, typed).changes is False


def test_what_is_unknown_of_a_raw_target_stays_so(
    provider: AnyProvider,
) -> None:
    checked = provider.check({}, news(RAW | {"param": UNKNOWN})).inputs
    before = provider.check({}, news(RAW)).inputs

    assert isinstance(checked["onFailure"]["param"], PulumiUnknown)
    assert provider.diff(before["functionUrn"], before, checked).changes is True


def test_a_raw_target_stays_raw_from_call_to_call(
    provider: AnyProvider, functiongraph_emulator: Emulator
) -> None:
    inputs = provider.check({}, news(RAW)).inputs
    created = provider.create(dict(inputs))
    assert created.outs is not None
    updated = provider.update(created.id, created.outs, inputs | {"maxAsyncRetryAttempts": 3})
    assert updated.outs is not None
    read = provider.read(created.id, updated.outs)

    assert read.outs is not None
    assert read.inputs is not None
    for side in (created.outs, updated.outs, read.outs, read.inputs):
        assert side["onFailure"] == SENT
    destroying(functiongraph_emulator).delete(created.id, updated.outs)
    assert provider.read(created.id, updated.outs).id == ""


@pytest.mark.parametrize(
    ("declared", "live", "seen"),
    [
        (
            RAW,
            Bucket(bucket="others", prefix="a/"),
            {"destination": "OBS", "param": '{"bucket":"others","expires":0,"prefix":"a/"}'},
        ),
        (
            RAW,
            Topic(topic_urn=TOPIC),
            {
                "destination": "SMN",
                "param": f'{{"topic_urn":"{TOPIC}"}}',
            },
        ),
        (TYPED, Bucket(bucket="others"), ALL_TYPED | {"bucket": "others"}),
        (TYPED, Topic(topic_urn=TOPIC), {"destination": "SMN", "topicUrn": TOPIC}),
    ],
)
def test_read_says_what_is_live_in_the_form_of_the_state(
    provider: AnyProvider,
    functiongraph_emulator: Emulator,
    declared: object,
    live: Bucket | Topic,
    seen: object,
) -> None:
    inputs = provider.check({}, news(declared)).inputs
    created = provider.create(dict(inputs))
    assert created.outs is not None
    put_by_hand(provider, created.id, on_failure=live)

    read = provider.read(created.id, created.outs)

    assert read.outs is not None
    assert read.inputs is not None
    assert read.outs["onFailure"] == read.inputs["onFailure"] == seen
    assert provider.diff(created.id, read.outs, inputs).changes is True
    other = destroying(functiongraph_emulator)
    with pytest.raises(Exception, match="it differs from the one in this stack's state"):
        other.delete(created.id, created.outs)
    other.delete(created.id, read.outs)
    assert provider.read(created.id, read.outs).id == ""


@pytest.mark.parametrize(("before", "after"), [(RAW, TYPED), (TYPED, RAW)])
def test_two_spellings_of_one_target_are_no_change(
    provider: AnyProvider,
    before: object,
    after: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = provider.check({}, news(before)).inputs
    created = provider.create(dict(old))
    assert created.outs is not None
    new = provider.check(old, news(after)).inputs

    assert provider.diff(created.id, created.outs, new).changes is False
    assert "onFailure" not in capsys.readouterr().out
    assert provider.check({}, news(after)).failures == []


@pytest.mark.parametrize(("before", "after"), [(RAW, TYPED), (TYPED, RAW)])
def test_a_secret_in_another_form_is_a_change_because_of_its_mark(
    provider: AnyProvider,
    before: object,
    after: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = provider.check({}, news(before, "onFailure")).inputs
    new = provider.check(old, news(after, "onFailure")).inputs

    assert provider.diff(old["functionUrn"], old, new).changes is True
    assert "on_failure: is a secret in another form" in capsys.readouterr().out


def test_the_names_of_secret_properties_go_from_call_to_call_and_to_no_cloud(
    provider: AnyProvider, functiongraph_emulator: Emulator
) -> None:
    inputs = provider.check({}, news(RAW, "onFailure")).inputs
    created = provider.create(dict(inputs))
    assert created.outs is not None
    assert created.outs[SECRET_PROPERTIES] == ["onFailure"]

    changed = inputs | {"maxAsyncRetryAttempts": 3}
    updated = provider.update(created.id, created.outs, changed)
    assert updated.outs is not None
    assert updated.outs[SECRET_PROPERTIES] == ["onFailure"]

    read = provider.read(created.id, updated.outs)
    for side in (read.outs, read.inputs):
        assert side is not None
        assert side[SECRET_PROPERTIES] == ["onFailure"]
    assert "ecret" not in str(functiongraph_emulator.state())


# The plugin marks by path; tests/unit/plugin has the same for it.
@pytest.mark.parametrize("each_provider", ["dynamic"], indirect=True)
@pytest.mark.parametrize("declared", [TYPED, RAW])
def test_read_marks_what_somebody_moved(provider: AnyProvider, declared: object) -> None:
    created = provider.create(provider.check({}, news(declared, "onFailure")).inputs)
    assert created.outs is not None
    put_by_hand(provider, created.id, on_failure=None, on_success=Bucket(bucket="results"))

    read = provider.read(created.id, created.outs)

    for side in (read.outs, read.inputs):
        assert side is not None
        assert is_rpc_secret(side["onSuccess"])
        assert "onFailure" not in side


def test_a_property_that_becomes_secret_is_a_change(
    provider: AnyProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    before = provider.check({}, news(TYPED)).inputs
    after = provider.check(before, news(TYPED, "onFailure")).inputs

    assert provider.diff(before["functionUrn"], before, after).changes is True
    assert "on_failure: is a secret, and kept as one in the state" in capsys.readouterr().out
    assert provider.diff(before["functionUrn"], after, after).changes is False
    assert provider.diff(before["functionUrn"], after, before).changes is False


def test_neither_a_change_nor_a_problem_shows_a_secret_number(
    provider: AnyProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "maxAsyncEventAgeInSeconds"
    before = provider.check({}, news(TYPED, secret, maxAsyncEventAgeInSeconds=54321)).inputs
    after = before | {secret: 12345}

    assert provider.diff(before["functionUrn"], before, after).changes is True
    refused = provider.check({}, news(TYPED, secret, maxAsyncEventAgeInSeconds=987654))

    told = capsys.readouterr().out + str([failure.reason for failure in refused.failures])
    assert "is not allowed (not shown, it is secret)" in told
    for number in ("54321", "54,321", "12345", "12,345", "987654", "987,654"):
        assert number not in told
