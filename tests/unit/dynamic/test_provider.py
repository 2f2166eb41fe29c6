"""What both providers do as the engine calls them, against the local cloud."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pulumi.dynamic import CheckResult
from pulumi.output import Unknown

from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import examine
from pulumi_functiongraph.core.errors import (
    AlreadyConfigured,
    Forbidden,
    InvalidInput,
    NotApplied,
    Refused,
    SettingsError,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.property_names import to_snake
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES
from pulumi_functiongraph.core.targets import Bucket, Opaque
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import (
    AnyProvider,
    created,
    provider_with,
    put,
    settings_of,
    unknown,
)

pytestmark = pytest.mark.usefixtures("each_provider")

SEED = """\
functions: [{name: orders, xrole: serverless-trust}, {name: billing, xrole: serverless-trust}]
buckets: [{name: results}]
"""
BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "", "expires": 0}


@pytest.fixture
def settings(functiongraph_emulator: Emulator) -> dict[str, str]:
    functiongraph_emulator.seed(SEED)
    functiongraph_emulator.forget_requests()
    return settings_of(functiongraph_emulator.environment)


@pytest.fixture
def provider(settings: dict[str, str]) -> AnyProvider:
    return provider_with(settings)


@pytest.fixture
def urn(settings: dict[str, str]) -> Callable[[str], str]:
    place = f"urn:fss:{settings['region']}:{settings['projectId']}"
    return lambda name: f"{place}:function:default:{name}:latest"


def methods(emulator: Emulator) -> list[str]:
    return [each["method"] for each in emulator.requests()]


def failures(checked: CheckResult) -> list[str]:
    assert all(failure.property == "" for failure in checked.failures)
    return [failure.reason for failure in checked.failures]


@pytest.fixture
def another_run(settings: dict[str, str]) -> AnyProvider:
    """The provider process of another run."""
    return provider_with(settings)


def test_a_checked_bag_is_canonical_with_defaults_and_whole_numbers(
    provider: AnyProvider, urn: Callable[[str], str]
) -> None:
    news = {
        "__provider": "blob",
        "functionUrn": "orders",
        "maxAsyncRetryAttempts": 0.0,
        "onFailure": {"bucket": "results"},
    }
    checked = provider.check({}, news)
    assert failures(checked) == []
    assert checked.inputs == {
        "functionUrn": urn("orders"),
        "maxAsyncRetryAttempts": 0,
        "maxAsyncEventAgeInSeconds": 3600,
        "onFailure": BUCKET,
    }
    assert type(checked.inputs["maxAsyncRetryAttempts"]) is int


def test_each_call_takes_its_declared_bag_apart_once(
    provider: AnyProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart: list[object] = []

    def counted(bag: Mapping[str, Any], **places: Any) -> Any:
        taken_apart.append(bag)
        return examine(bag, **places)

    inputs = provider.check({}, {"functionUrn": "orders"}).inputs
    monkeypatch.setattr("pulumi_functiongraph.bridge.config_bags.examine", counted)
    made = provider.create(inputs)
    assert len(taken_apart) == 1
    assert made.outs is not None
    provider.update(made.id, made.outs, {**inputs, "maxAsyncRetryAttempts": 2})
    assert len(taken_apart) == 2


def test_every_problem_of_a_bag_is_one_failure_without_its_value(
    provider: AnyProvider, functiongraph_emulator: Emulator
) -> None:
    news = {
        "functionUrn": "orders",
        "maxAsyncRetryAttempts": 2.5,
        "onFailure": {"bucket": "Secret_Name"},
        "onSuccess": unknown(),
    }
    checked = provider.check({}, news)
    assert [reason.partition(";")[0] for reason in failures(checked)] == [
        "max_async_retry_attempts: is 2.5",
        "on_failure.bucket: is not a bucket name that OBS takes",
    ]
    assert "Secret_Name" not in str(failures(checked))
    assert checked.inputs == news
    assert methods(functiongraph_emulator) == []


def test_what_is_unknown_at_preview_stays_unknown_and_sends_no_request(
    provider: AnyProvider, functiongraph_emulator: Emulator
) -> None:
    news = {"functionUrn": unknown(), "onFailure": {"destination": "OBS", "bucket": unknown()}}
    checked = provider.check({}, news)
    assert failures(checked) == []
    assert isinstance(checked.inputs["functionUrn"], Unknown)
    assert isinstance(checked.inputs["onFailure"]["bucket"], Unknown)
    assert checked.inputs["maxAsyncRetryAttempts"] == 1
    assert methods(functiongraph_emulator) == []


def test_a_create_asks_right_before_it_sets(
    provider: AnyProvider,
    functiongraph_emulator: Emulator,
    urn: Callable[[str], str],
) -> None:
    outputs = created(provider, onFailure={"bucket": "results"})
    assert methods(functiongraph_emulator) == ["GET", "PUT"]
    assert outputs["functionUrn"] == urn("orders")
    assert outputs["onFailure"] == BUCKET
    assert outputs["createdTime"]
    assert outputs["lastModified"]
    assert "onSuccess" not in outputs
    assert "enableAsyncStatusLog" not in outputs


def test_check_asks_the_cloud_nothing(
    provider: AnyProvider, functiongraph_emulator: Emulator
) -> None:
    olds = created(provider)
    functiongraph_emulator.forget_requests()
    assert failures(provider.check({}, {"functionUrn": "billing"})) == []
    changed = {"functionUrn": "orders", "maxAsyncRetryAttempts": 3.0}
    assert failures(provider.check(olds, changed)) == []
    assert failures(provider.check(olds, {"functionUrn": "billing"})) == []
    assert methods(functiongraph_emulator) == []


@pytest.mark.parametrize("precheck", ["enforce", "warn", "off"])
def test_a_different_config_is_refused_by_create_whatever_the_gate_is_set_to(
    settings: dict[str, str], urn: Callable[[str], str], precheck: str
) -> None:
    provider = provider_with({**settings, "precheck": precheck})
    put(provider, urn("orders"), max_async_retry_attempts=3)
    checked = provider.check({}, {"functionUrn": "orders"})
    with pytest.raises(AlreadyConfigured) as refused:
        provider.create(checked.inputs)
    reason = str(refused.value)
    assert "already has an async notification config that this resource does not own" in reason
    assert "max_async_retry_attempts: 3 → 1 retry" in reason
    assert "adopt=True" in reason


def test_a_config_is_not_deleted_for_one_that_could_not_be_created(
    provider: AnyProvider,
    another_run: AnyProvider,
    functiongraph_emulator: Emulator,
    urn: Callable[[str], str],
) -> None:
    olds = created(another_run)
    put(provider, urn("billing"), max_async_retry_attempts=3)
    provider.check(olds, {"functionUrn": "billing"})
    functiongraph_emulator.forget_requests()

    with pytest.raises(Refused, match="was not deleted, because the one that replaces"):
        provider.delete(urn("orders"), olds)
    assert methods(functiongraph_emulator) == ["GET"]

    provider.check(olds, {"functionUrn": "billing", "adopt": True})
    provider.delete(urn("orders"), olds)
    assert methods(functiongraph_emulator)[-1] == "DELETE"


def test_the_takeover_of_an_equal_config_is_told_by_create(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(provider, urn("orders"))
    created(provider)
    told = capsys.readouterr().out
    assert told.startswith("orders: its async notification config is live already as declared, ")
    assert "another resource has it as well, of this stack or another one, a destroy of" in told


def test_what_follows_from_takeovers_is_told_once_and_not_to_who_asked_for_them(
    functiongraph_emulator: Emulator,
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    functiongraph_emulator.seed("functions: [{name: shipping}]")
    for name in ("orders", "billing", "shipping"):
        put(provider, urn(name))
    capsys.readouterr()

    created(provider, adopt=True)
    created(provider, functionUrn="billing")
    created(provider, functionUrn="shipping")

    lines = capsys.readouterr().out.splitlines()
    assert ["a destroy of either deletes it" in line for line in lines] == [False, True, False]
    assert all("is taken over" in line for line in lines)


def test_the_takeover_with_adopt_is_told_with_what_it_replaces(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(provider, urn("orders"), max_async_retry_attempts=3)
    capsys.readouterr()

    created(provider, adopt=True)

    assert capsys.readouterr().out == (
        "orders: its live async notification config is taken over (adopt=True), and declared "
        "values replace live ones:\n"
        "  max_async_retry_attempts: 3 → 1 retry (up to 2 runs per event)\n"
    )


def test_a_number_that_is_secret_is_not_shown_beside_a_live_one(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(provider, urn("orders"), max_async_retry_attempts=3)
    capsys.readouterr()

    created(
        provider,
        adopt=True,
        maxAsyncRetryAttempts=2,
        **{SECRET_PROPERTIES: ["maxAsyncRetryAttempts"]},
    )

    told = capsys.readouterr().out
    assert "max_async_retry_attempts: changed (not shown, it is secret)" in told
    assert "2 retries" not in told


def test_adopt_takes_a_config_over_says_so_and_is_kept_in_state(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(provider, urn("orders"), max_async_retry_attempts=3)
    outputs = created(provider, adopt=True)
    assert outputs["adopt"] is True
    assert outputs["maxAsyncRetryAttempts"] == 1
    assert capsys.readouterr().out.count("is taken over") == 1
    read = provider.read(urn("orders"), outputs)
    assert read.inputs is not None
    assert read.inputs["adopt"] is True
    assert not provider.diff(urn("orders"), outputs, {**read.inputs, "adopt": False}).changes


def test_an_equal_config_is_taken_over_without_adopt_and_without_a_write(
    provider: AnyProvider,
    functiongraph_emulator: Emulator,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(provider, urn("orders"), max_async_retry_attempts=3)
    functiongraph_emulator.forget_requests()
    created(provider, maxAsyncRetryAttempts=3)
    assert "is taken over" in capsys.readouterr().out
    assert methods(functiongraph_emulator) == ["GET"]


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e308, True, "canary", [1.0]])
@pytest.mark.parametrize("path", ["maxAsyncRetryAttempts", "maxAsyncEventAgeInSeconds"])
def test_a_state_with_a_number_that_is_none_is_told_and_can_be_mended(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
    path: str,
    odd: Any,
) -> None:
    olds = {**created(provider), path: odd}
    news = {**provider.check(olds, {"functionUrn": "orders", path: 2.0}).inputs}

    assert provider.diff(urn("orders"), olds, news).changes
    outs = provider.update(urn("orders"), olds, news).outs
    assert outs is not None
    assert outs[path] == 2
    told = capsys.readouterr().out
    assert f"{to_snake(path)}: " in told
    assert "canary" not in told
    (failure,) = failures(provider.check(news, {"functionUrn": "orders", path: odd}))
    assert failure.startswith(f"{to_snake(path)}: is ")
    assert "canary" not in failure


def test_create_refuses_what_check_would_have_refused(
    provider: AnyProvider,
) -> None:
    with pytest.raises(InvalidInput, match="max_async_retry_attempts: is 9"):
        provider.create({"functionUrn": "orders", "maxAsyncRetryAttempts": 9.0})


def test_create_raises_missing_credentials(settings: dict[str, str]) -> None:
    provider = provider_with({**settings, "accessKey": "", "secretKey": ""})
    checked = provider.check({}, {"functionUrn": "orders"})
    with pytest.raises(SettingsError, match="no credentials: "):
        provider.create(checked.inputs)


def test_an_update_that_removes_a_target_reads_the_config_back(
    provider: AnyProvider,
    functiongraph_emulator: Emulator,
    urn: Callable[[str], str],
) -> None:
    olds = created(provider, onFailure={"bucket": "results"})
    checked = provider.check(olds, {"functionUrn": "orders", "maxAsyncRetryAttempts": 3})
    functiongraph_emulator.forget_requests()
    updated = provider.update(urn("orders"), olds, checked.inputs).outs
    assert methods(functiongraph_emulator) == ["GET", "PUT", "GET"]
    assert updated is not None
    assert updated["maxAsyncRetryAttempts"] == 3
    assert "onFailure" not in updated


def test_read_of_a_config_that_is_gone_says_so(
    provider: AnyProvider, urn: Callable[[str], str]
) -> None:
    outputs = created(provider)
    provider.configs.account.functiongraph.delete_async_config(FunctionUrn.parse(urn("orders")))
    read = provider.read(urn("orders"), outputs)
    assert (read.id, read.outs) == ("", {})


def test_read_gives_live_values_as_inputs_and_outputs(
    provider: AnyProvider, urn: Callable[[str], str]
) -> None:
    outputs = created(provider)
    put(provider, urn("orders"), max_async_retry_attempts=0, on_failure=Bucket(bucket="results"))
    read = provider.read(urn("orders"), outputs)
    assert read.inputs == {
        "functionUrn": urn("orders"),
        "maxAsyncRetryAttempts": 0,
        "maxAsyncEventAgeInSeconds": 3600,
        "onFailure": BUCKET,
    }
    assert read.outs is not None
    assert read.outs.items() >= read.inputs.items()
    assert read.outs.keys() - read.inputs.keys() == {"createdTime", "lastModified"}


@pytest.mark.parametrize(
    ("declared", "live", "kept"),
    [
        ({}, False, "absent"),
        ({}, True, True),
        ({"enableAsyncStatusLog": False}, False, False),
        ({"enableAsyncStatusLog": True}, False, False),
    ],
)
def test_a_status_log_flag_that_nobody_declared_is_kept_out_while_it_is_off(
    provider: AnyProvider,
    urn: Callable[[str], str],
    declared: Mapping[str, Any],
    live: bool,  # noqa: FBT001 - a case
    kept: Any,
) -> None:
    outputs = created(provider, **declared)
    put(provider, urn("orders"), enable_async_status_log=live)
    inputs = provider.read(urn("orders"), outputs).inputs
    assert inputs is not None
    assert inputs.get("enableAsyncStatusLog", "absent") == kept


def test_the_reason_for_a_cycle_is_kept_in_state_and_never_sent(
    provider: AnyProvider, urn: Callable[[str], str]
) -> None:
    target = {
        "destination": "FunctionGraph",
        "functionUrn": urn("billing"),
        "allowCycle": "it ends after the third time",
    }
    outputs = created(provider, onSuccess=target)
    assert outputs["onSuccess"] == target
    read = provider.read(urn("orders"), outputs)
    assert read.inputs is not None
    assert read.inputs["onSuccess"] == target
    without = {**read.inputs, "onSuccess": {**target, "allowCycle": "another reason"}}
    assert not provider.diff(urn("orders"), outputs, without).changes


def test_a_target_that_this_release_does_not_know_is_read_and_shown(
    provider: AnyProvider, urn: Callable[[str], str]
) -> None:
    live = Config.model_construct(
        function_urn=FunctionUrn.parse(urn("orders")),
        on_success=Opaque(destination="KAFKA", param='{"topic":"x"}'),
    )

    class Later:
        def get_async_config(self, _urn: FunctionUrn) -> Any:
            from pulumi_functiongraph.core.config import LiveConfig

            return LiveConfig.model_construct(config=live, created_time="", last_modified="")

    later: Any = Later()
    provider.configs.account.functiongraph = later
    read = provider.read(urn("orders"), {})
    assert read.inputs is not None
    assert read.inputs["onSuccess"] == {"destination": "KAFKA", "param": '{"topic":"x"}'}


def test_no_difference_is_told_as_none(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    olds = created(provider, onFailure={"bucket": "results"})
    news = {"functionUrn": urn("orders"), "maxAsyncRetryAttempts": 1.0, "onFailure": BUCKET}
    found = provider.diff(urn("orders"), {**olds, "maxAsyncRetryAttempts": 1.0}, news)
    assert (found.changes, found.replaces) == (False, [])
    assert capsys.readouterr().out == ""


def test_each_difference_is_told_with_units(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    olds = created(provider, onFailure={"bucket": "results"})
    news = {
        "functionUrn": urn("orders"),
        "maxAsyncRetryAttempts": 0.0,
        "onFailure": {"destination": "OBS", "bucket": unknown(), "prefix": "", "expires": 0.0},
    }
    found = provider.diff(urn("orders"), olds, news)
    assert (found.changes, found.replaces) == (True, [])
    assert capsys.readouterr().out.splitlines() == [
        "orders: max_async_retry_attempts: 1 → 0 retries (up to 1 run per event)",
        "orders: on_failure.bucket: unknown until apply",
    ]


def test_another_function_replaces_and_an_unknown_one_does_not_yet(
    provider: AnyProvider, urn: Callable[[str], str]
) -> None:
    olds = created(provider)
    found = provider.diff(urn("orders"), olds, {**olds, "functionUrn": urn("billing")})
    assert (found.changes, found.replaces) == (True, ["functionUrn"])
    assert found.delete_before_replace
    later = provider.diff(urn("orders"), olds, {**olds, "functionUrn": unknown()})
    assert (later.changes, later.replaces) == (True, [])


def test_delete_removes_the_config_and_does_not_mind_that_it_is_gone(
    provider: AnyProvider, settings: dict[str, str], urn: Callable[[str], str]
) -> None:
    outputs = created(provider)
    another_run = provider_with(settings)
    another_run.delete(urn("orders"), outputs)
    assert provider.read(urn("orders"), outputs).id == ""
    another_run.delete(urn("orders"), outputs)


def test_delete_keeps_a_config_that_was_set_anew_by_somebody_else(
    provider: AnyProvider, settings: dict[str, str], urn: Callable[[str], str]
) -> None:
    outputs = created(provider)
    provider_with(settings).delete(urn("orders"), outputs)
    theirs = created(provider_with(settings), maxAsyncRetryAttempts=3.0)
    earlier = {**outputs, "createdTime": "2020-01-02T03:04:05+08:00"}
    with pytest.raises(AlreadyConfigured, match="was not deleted"):
        provider_with(settings).delete(urn("orders"), earlier)
    assert provider.read(urn("orders"), outputs).outs == theirs


def test_a_config_that_was_set_anew_is_told_by_a_refresh(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    earlier = {**created(provider), "createdTime": "2020-01-02T03:04:05+08:00"}
    provider.read(urn("orders"), earlier)
    assert "another one, which was set at" in capsys.readouterr().out


def test_a_config_that_was_created_before_it_was_set_is_told(
    settings: dict[str, str], urn: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    provider = provider_with(settings)

    class Raced(FunctionGraph):
        """Somebody else sets a config between the look and the PUT, more than a second ago."""

        def put_async_config(self, config: Config, **how: Any) -> LiveConfig:
            put(provider_with(settings), urn("orders"))
            time.sleep(1.1)
            return super().put_async_config(config, **how)

    provider.configs.account.functiongraph = Raced(Session(provider.configs.account.settings))
    created(provider, maxAsyncRetryAttempts=3.0)
    assert "somebody else's config was just replaced" in capsys.readouterr().out


def test_a_create_that_fails_after_its_predecessor_was_kept_says_what_is_live(
    provider: AnyProvider,
    another_run: AnyProvider,
    functiongraph_emulator: Emulator,
    urn: Callable[[str], str],
) -> None:
    outputs = created(another_run)
    news = {"functionUrn": "orders", "maxAsyncRetryAttempts": 3.0, "adopt": True}
    checked = provider.check({}, news)
    provider.delete(urn("orders"), outputs)
    functiongraph_emulator.faults({"operation": "UpdateFunctionAsyncInvokeConfig", "status": 403})
    with pytest.raises(NotApplied, match="live and in no state now"):
        provider.create(checked.inputs)


def test_a_successor_that_finds_somebody_else_s_config_does_not_call_it_the_kept_one(
    provider: AnyProvider,
    another_run: AnyProvider,
    urn: Callable[[str], str],
) -> None:
    outputs = created(another_run)
    checked = provider.check({}, {"functionUrn": "orders"})
    provider.delete(urn("orders"), outputs)
    put(another_run, urn("orders"), max_async_retry_attempts=3)
    with pytest.raises(AlreadyConfigured) as told:
        provider.create(checked.inputs)
    assert "in no state now" not in str(told.value)


def test_a_predecessor_of_what_could_not_be_created_is_kept_and_stays_in_the_state(
    provider: AnyProvider,
    another_run: AnyProvider,
    functiongraph_emulator: Emulator,
    urn: Callable[[str], str],
) -> None:
    outputs = created(another_run)
    news = {"functionUrn": "orders", "maxAsyncRetryAttempts": 3.0, "adopt": True}
    checked = provider.check({}, news)
    functiongraph_emulator.faults({"operation": "UpdateFunctionAsyncInvokeConfig", "status": 403})
    with pytest.raises(Forbidden):
        provider.create(checked.inputs)
    functiongraph_emulator.faults()
    with pytest.raises(AlreadyConfigured, match="could not be created"):
        provider.delete(urn("orders"), outputs)
    assert provider.read(urn("orders"), outputs).id == urn("orders")


def test_a_renamed_resource_s_config_is_not_deleted_under_its_old_name(
    provider: AnyProvider,
    urn: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(provider, urn("orders"))
    outputs = created(provider)
    provider.delete(urn("orders"), outputs)
    assert "belongs to another resource of this stack now and is kept" in capsys.readouterr().out
    assert provider.read(urn("orders"), outputs).id == urn("orders")
