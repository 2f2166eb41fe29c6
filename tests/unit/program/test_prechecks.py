"""The pre-check of a program, over a port's double: the gate's part, and the hook's."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Any, cast

import pulumi
import pytest

from factories import PROJECT, REGION, TOPIC, URN, bag, function_urn, to_topic
from pulumi_functiongraph import AsyncNotificationConfig, SmnTarget
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.agencies import Agency, Grant, GrantScope, Role
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import Forbidden, SettingsError
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.dynamic import resource
from pulumi_functiongraph.program import cloud_reads, gate, judging
from pulumi_functiongraph.program.prechecks import check_again, check_all, subjects_of
from pulumi_functiongraph.program.resources import Registered
from pulumi_functiongraph.program.run import Batch, Recorded
from unit.operations.cloud_of_facts import Account as Double
from unit.program.programs import Engine, run

TIMEOUT = 20.0
WRITER = Agency("a1", "writer", "d1", "op_svc_cff")


def sound() -> Double:
    return Double(
        functions={function_urn(): FunctionFacts(function_urn(), xrole="writer")},
        agencies={"writer": WRITER},
        topics={TOPIC},
    )


class Made(pulumi.CustomResource):
    """Some other resource of the program, which names what it makes."""

    function_urn: pulumi.Output[str]

    def __init__(
        self, name: str, token: str = "huaweicloud:Smn/topic:Topic", **properties: Any
    ) -> None:
        super().__init__(token, name, {**properties, "functionUrn": None})


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Double:
    """The gate takes the program for one that the engine runs, and asks a port's double."""
    double = sound()
    monkeypatch.setattr(gate, "is_mocked", lambda: False)
    monkeypatch.setattr(Account, "facts", lambda _self, **_more: double, raising=False)
    monkeypatch.setenv("FUNCTIONGRAPH_LIVE_GRAPH", "off")
    # Mocks have no callback server, so hooks are tried with the engine.
    monkeypatch.setattr(resource, "hooked", lambda opts, _declared: opts)
    return double


def to_the_topic() -> None:
    AsyncNotificationConfig("config", function_urn=URN, on_success=SmnTarget(TOPIC))


def test_a_missing_target_holds_every_resource_back(cloud: Double) -> None:
    cloud.topics.clear()
    engine = Engine()

    with pytest.raises(pulumi.RunError, match=r"FGN208 error: config.on_success .*no topic"):
        run(to_the_topic, engine=engine)
    assert engine.registered == {}


@pytest.mark.parametrize(("retries", "stops"), [(1, False), (2, True), (None, True)])
def test_a_config_that_is_live_as_it_is_declared_holds_nothing_back(
    cloud: Double, monkeypatch: pytest.MonkeyPatch, retries: int | None, *, stops: bool
) -> None:
    class Service:
        def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
            if retries is None:
                raise Forbidden(operation="read the config", resource=str(function_urn))
            setting = {"max_async_retry_attempts": retries, "on_success": to_topic()}
            config = Config.model_validate({**setting, "function_urn": function_urn})
            return LiveConfig(config=config)

    monkeypatch.setattr(Account, "functiongraph", Service())
    cloud.topics.clear()
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    engine = Engine()

    if stops:
        with pytest.raises(pulumi.RunError, match="FGN208 error: "):
            run(to_the_topic, engine=engine)
    else:
        run(to_the_topic, engine=engine)
        assert "FGN208 warning: config.on_success" in told[0]
        assert "the config is live already as it is declared" in told[0]
    assert bool(engine.registered) is not stops


def test_what_is_wrong_in_the_program_and_in_the_cloud_is_one_report(cloud: Double) -> None:
    cloud.functions.clear()

    def program() -> None:
        to_the_topic()
        AsyncNotificationConfig("bad", function_urn=URN, max_async_retry_attempts=9)

    with pytest.raises(pulumi.RunError) as stopped:
        run(program)
    assert "FGN001" in str(stopped.value)
    assert "FGN201" in str(stopped.value)


@pytest.mark.parametrize(("strictness", "asks"), [("warn", True), ("off", False)])
def test_the_setting_says_how_strictly(cloud: Double, strictness: str, *, asks: bool) -> None:
    cloud.topics.clear()

    assert "config" in run(to_the_topic, settings={"precheck": strictness}).registered
    assert (cloud.asked.total() > 0) is asks


def test_what_cannot_be_verified_stops_nothing(cloud: Double) -> None:
    cloud.failing = {"agency": Forbidden(operation="list", resource="agencies", status=403)}

    assert "config" in run(to_the_topic).registered


def test_without_credentials_nothing_is_verified_and_that_is_one_warning(
    cloud: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)

    def refuse(_self: Account, **_more: Any) -> Double:
        raise SettingsError("no credentials")

    monkeypatch.setattr(Account, "facts", refuse, raising=False)

    assert "config" in run(to_the_topic).registered
    (told,) = said
    assert told.startswith("FGN210 warning: pre-check: not everything could be verified: no cred")


def test_nothing_is_asked_under_mocks(monkeypatch: pytest.MonkeyPatch) -> None:
    double = Double()
    monkeypatch.setattr(Account, "facts", lambda _self, **_more: double, raising=False)

    assert "config" in run(to_the_topic).registered
    assert double.asked.total() == 0


def test_a_program_without_configs_asks_for_nothing(cloud: Double) -> None:
    run(lambda: Made("made", text="x"))

    assert cloud.asked.total() == 0


def test_what_the_program_itself_makes_before_is_judged_later(cloud: Double) -> None:
    cloud.topics.clear()

    def program() -> None:
        Made("topic", text=TOPIC.rpartition(":")[2])
        to_the_topic()

    assert set(run(program).registered) == {"topic", "config"}


def test_what_names_the_target_and_cannot_be_it_is_no_excuse(cloud: Double) -> None:
    cloud.topics.clear()

    def program() -> None:
        Made("id", token="random:index/randomString:RandomString", text=TOPIC)
        to_the_topic()

    with pytest.raises(pulumi.RunError, match="FGN208 error"):
        run(program)


ROLE = "opentelekomcloud:index/identityRoleV3:IdentityRoleV3"
ATTACH = "huaweicloud:index/identityPolicyAgencyAttach:IdentityPolicyAgencyAttach"


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        (ROLE, {"displayName": "writer-0"}),
        (ROLE, {"statements": [{"effect": "Allow"}]}),
        (ATTACH, {"agencyId": "a1"}),
        (ATTACH, {}),
        ("huaweicloud:Iam/agency:Agency", {"agencyName": "writer"}),
    ],
)
def test_what_widens_the_agency_may_mend_a_denial(
    cloud: Double, token: str, properties: dict[str, Any]
) -> None:
    other = Role("r9", "custom_9", "writer-0", policy={"Version": "1.1", "Statement": []})
    cloud.grants = {GrantScope.PROJECT: (Grant(other, GrantScope.PROJECT, PROJECT),)}
    told: list[str] = []

    def program() -> None:
        Made("widening", token=token, **properties)
        to_the_topic()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pulumi.log, "warn", told.append)
        assert "config" in run(program).registered
    assert any("widening of this program may change that" in each for each in told)


def test_a_role_of_another_agency_mends_nothing(cloud: Double) -> None:
    cloud.grants = {}

    def program() -> None:
        Made("widening", token=ROLE, displayName="reader-0")
        to_the_topic()

    with pytest.raises(pulumi.RunError, match="FGN206 error"):
        run(program)


def test_what_the_program_makes_after_the_config_comes_too_late(cloud: Double) -> None:
    cloud.topics.clear()

    def program() -> None:
        to_the_topic()
        Made("topic", text=TOPIC)

    with pytest.raises(pulumi.RunError, match="FGN208"):
        run(program)


def test_it_is_said_what_is_waited_for(cloud: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    answers = Event()

    def tell(text: str) -> None:
        said.append(text)
        answers.set()

    cloud.before = lambda _what: answers.wait(timeout=30)
    monkeypatch.setattr(pulumi.log, "info", tell)
    monkeypatch.setattr(cloud_reads, "PATIENCE", 0.0)

    run(to_the_topic)

    (told,) = said
    assert "whether notifications would reach them, for at most 60 s" in told


def recorded(*, is_late: bool = False, **arguments: Any) -> Recorded:
    filled = {"function_urn": URN, "on_success": SmnTarget(TOPIC), **arguments}
    return Recorded("config", filled, "", is_late=is_late)


def batch_of(*configs: Recorded) -> Batch:
    return Batch(configs=list(configs))


def subjects(batch: Batch) -> tuple[CheckedConfig, ...]:
    return subjects_of(tuple(batch.seen(region=REGION, project_id=PROJECT)))


class Doors:
    """Stands for the account; counts how often a source of answers is made."""

    def __init__(self, cloud: Double) -> None:
        self.cloud = cloud
        self.made = 0

    def facts(self, **_more: Any) -> Double:
        self.made += 1
        return self.cloud


def gate_checks(batch: Batch, doors: Doors) -> tuple[CheckResult, ...]:
    account = cast("Account", doors)
    return check_all(batch, account, subjects(batch), deadline=time.monotonic() + TIMEOUT)


def hook_checks(batch: Batch, doors: Doors, place: int = 0) -> tuple[CheckResult, ...]:
    account = cast("Account", doors)
    return check_again(batch, account, subjects(batch)[place], timeout=TIMEOUT)


def test_what_is_known_is_settled_and_what_is_open_is_not() -> None:
    later: pulumi.Input[Any] = pulumi.Output.from_input(TOPIC)
    batch = batch_of(recorded(), recorded(on_success=SmnTarget(later)))

    gate_checks(batch, Doors(sound()))

    assert batch.settled == {0}


def test_the_hook_believes_good_answers_and_shares_them() -> None:
    batch = batch_of(*(recorded(is_late=True) for _ in range(3)))
    doors = Doors(sound())

    for place in range(3):
        results = hook_checks(batch, doors, place)
        assert {each.question for each in results} >= {Check.TARGET, Check.TRUST}

    assert doors.made == 1
    assert set(doors.cloud.asked.values()) == {1}


def test_after_the_gate_the_hook_asks_a_fresh_source_about_what_the_program_changes() -> None:
    batch = batch_of(recorded())
    maker = Maker.of("made", "huaweicloud:Iam/agency:Agency", {"name": "writer"})
    batch.registered.append(Registered(cast("Any", Doors), "u::made", maker))
    doors = Doors(sound())
    gate_checks(batch, doors)

    hook_checks(batch, doors)

    assert doors.made == 2
    assert doors.cloud.asked["agency writer"] == 2
    assert doors.cloud.asked[f"function {URN}"] == 1


def test_what_was_missing_is_asked_for_again_right_before_the_change() -> None:
    batch = batch_of(recorded())
    doors = Doors(sound())
    doors.cloud.topics.clear()
    gate_checks(batch, doors)
    doors.cloud.topics.add(TOPIC)

    results = hook_checks(batch, doors)

    assert {each.outcome for each in results if each.question is Check.TARGET} == {
        CheckOutcome.ALLOWED
    }


def test_what_could_not_be_verified_is_said_once_a_run() -> None:
    batch = batch_of(recorded(), recorded())
    doors = Doors(sound())
    doors.cloud.failing = {"topic": Forbidden(operation="look", resource="topic", status=403)}

    first, second = hook_checks(batch, doors, 0), hook_checks(batch, doors, 1)

    assert [each.outcome for each in first].count(CheckOutcome.UNKNOWN) == 1
    assert [each.outcome for each in second].count(CheckOutcome.UNKNOWN) == 0


def test_a_hook_without_credentials_says_so() -> None:
    class Refusing(Doors):
        def facts(self, **_more: Any) -> Double:
            raise SettingsError("no credentials")

    (result,) = hook_checks(batch_of(recorded()), Refusing(sound()))

    assert (result.outcome, result.why) == (CheckOutcome.UNKNOWN, "no credentials")


def before_change(cloud: Double, values: dict[str, object], config: Recorded) -> Callable[[], Any]:
    """A program that does what the hook does before a config is sent."""

    async def hook(batch: Batch) -> str:
        urn = "urn:pulumi:dev::p::t::config"
        batch.configs.append(config)
        batch.urns[urn] = config
        batch.known[urn] = values
        await judging.judge_before_change(batch, config)
        return "sent"

    return lambda: pulumi.Output.from_input(hook(Batch()))


def test_values_that_are_known_right_before_the_change_are_checked_then(cloud: Double) -> None:
    cloud.topics.clear()
    config = recorded(is_late=True)

    with pytest.raises(pulumi.RunError, match="FGN208"):
        run(before_change(cloud, bag(onSuccess=to_topic()), config))

    cloud.topics.add(TOPIC)
    run(before_change(cloud, bag(onSuccess=to_topic()), config))


def test_a_config_that_is_not_valid_is_told_without_asking(cloud: Double) -> None:
    with pytest.raises(pulumi.RunError, match="FGN001"):
        run(before_change(cloud, bag(maxAsyncRetryAttempts=9), recorded(is_late=True)))

    assert cloud.asked.total() == 0


def test_what_the_gate_has_settled_is_not_checked_again(cloud: Double) -> None:
    async def hook(batch: Batch) -> str:
        gate_checks(batch, doors)
        asked = cloud.asked.copy()
        await judging.judge_before_change(batch, batch.configs[0])
        assert cloud.asked == asked
        return "sent"

    doors = Doors(cloud)
    run(lambda: pulumi.Output.from_input(hook(batch_of(recorded()))))
