"""The pre-check of a program, over a port's double: the gate's part, and right before a change."""

from __future__ import annotations

import time
from typing import Any, cast

import pulumi
import pytest

from factories import PROJECT, TOPIC, URN, to_topic
from pulumi_functiongraph import AsyncNotificationConfig, SmnTarget
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.core.agencies import Grant, GrantScope, Role
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.errors import Forbidden, SettingsError
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks.checked_configs import checked_config
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.program.declarations import DeclaredResource
from pulumi_functiongraph.program.prechecks import Prechecks
from pulumi_functiongraph.program.records import RecordedConfig
from unit.operations.cloud_of_facts import Account as Facts
from unit.operations.cloud_of_facts import account
from unit.program import programs
from unit.program.programs import Engine, declared, run

TIMEOUT = 20.0


class Made(pulumi.CustomResource):
    """Some other resource of the program, which names what it makes."""

    function_urn: pulumi.Output[str]

    def __init__(
        self, name: str, token: str = "huaweicloud:Smn/topic:Topic", **properties: Any
    ) -> None:
        super().__init__(token, name, {**properties, "functionUrn": None})


def to_the_topic() -> None:
    AsyncNotificationConfig("config", function_urn=URN, on_success=SmnTarget(TOPIC))


def test_a_missing_target_holds_every_resource_back(cloud: Facts) -> None:
    cloud.topics.clear()
    engine = Engine()

    with pytest.raises(pulumi.RunError, match=r"FGN208 error: config.on_success .*no topic"):
        run(to_the_topic, engine=engine, is_update=True)
    assert engine.registered == {}


@pytest.mark.parametrize(("retries", "stops"), [(1, False), (2, True), (None, True)])
def test_a_config_that_is_live_as_it_is_declared_holds_nothing_back(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch, retries: int | None, *, stops: bool
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
            run(to_the_topic, engine=engine, is_update=True)
    else:
        run(to_the_topic, engine=engine, is_update=True)
        assert "FGN208 warning: config.on_success" in told[0]
        assert "the config is live already as it is declared" in told[0]
    assert bool(engine.registered) is not stops


def test_what_is_wrong_in_the_program_and_in_the_cloud_is_one_report(cloud: Facts) -> None:
    cloud.functions.clear()

    def program() -> None:
        to_the_topic()
        AsyncNotificationConfig("bad", function_urn=URN, max_async_retry_attempts=9)

    with pytest.raises(pulumi.RunError) as stopped:
        run(program)
    assert "FGN001" in str(stopped.value)
    assert "FGN201" in str(stopped.value)


@pytest.mark.parametrize(("strictness", "asks"), [("warn", True), ("off", False)])
def test_the_setting_says_how_strictly(cloud: Facts, strictness: str, *, asks: bool) -> None:
    cloud.topics.clear()

    assert "config" in run(to_the_topic, settings={"precheck": strictness}).registered
    assert (cloud.asked.total() > 0) is asks


def test_what_cannot_be_verified_stops_nothing(cloud: Facts) -> None:
    cloud.failing = {"agency": Forbidden(operation="list", resource="agencies", status=403)}

    assert "config" in run(to_the_topic).registered


def test_without_credentials_nothing_is_verified_and_that_is_one_warning(
    cloud: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)

    def refuse(_self: Account, **_more: Any) -> Facts:
        raise SettingsError("no credentials")

    monkeypatch.setattr(Account, "facts", refuse, raising=False)

    assert "config" in run(to_the_topic).registered
    (told,) = said
    assert told.startswith("FGN210 warning: pre-check: not everything could be verified: no cred")


def test_nothing_is_asked_in_a_unit_test(cloud: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "by_engine", False)

    assert "config" in run(to_the_topic).registered
    assert cloud.asked.total() == 0


def test_a_program_without_configs_asks_for_nothing(cloud: Facts) -> None:
    run(lambda: Made("made", text="x"))

    assert cloud.asked.total() == 0


def test_what_the_program_itself_makes_before_is_judged_later(cloud: Facts) -> None:
    cloud.topics.clear()

    def program() -> None:
        Made("topic", text=TOPIC.rpartition(":")[2])
        to_the_topic()

    assert set(run(program).registered) == {"topic", "config"}


def test_what_names_the_target_and_cannot_be_it_is_no_excuse(cloud: Facts) -> None:
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
    cloud: Facts, token: str, properties: dict[str, Any]
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


def test_a_role_of_another_agency_mends_nothing(cloud: Facts) -> None:
    cloud.grants = {}

    def program() -> None:
        Made("widening", token=ROLE, displayName="reader-0")
        to_the_topic()

    with pytest.raises(pulumi.RunError, match="FGN206 error"):
        run(program)


def test_what_the_program_makes_after_the_config_comes_too_late(cloud: Facts) -> None:
    cloud.topics.clear()

    def program() -> None:
        to_the_topic()
        Made("topic", text=TOPIC)

    with pytest.raises(pulumi.RunError, match="FGN208"):
        run(program)


def recorded(**arguments: Any) -> RecordedConfig:
    given = {"function_urn": URN, "on_success": SmnTarget(TOPIC), **arguments}
    return RecordedConfig("config", given, "")


class NoConfig:
    """A service in which no function has a config."""

    def get_async_config(self, _function_urn: FunctionUrn) -> LiveConfig | None:
        return None


class Doors:
    """Stands for the account; counts how often a source of answers is made."""

    functiongraph = NoConfig()

    def __init__(self, cloud: Facts) -> None:
        self.cloud = cloud
        self.made = 0

    def facts(self, **_more: Any) -> Facts:
        self.made += 1
        return self.cloud


class Checks:
    """The pre-checks of one run of a program that declares some configs."""

    def __init__(self, *configs: RecordedConfig, doors: Doors | None = None) -> None:
        self.run = declared(*configs)
        self.doors = doors or Doors(account())
        self.prechecks = Prechecks()

    def all(self) -> tuple[CheckResult, ...]:
        """As the gate checks."""
        return self.prechecks.check(
            cast("Account", self.doors),
            self.run.declared,
            self._declarations,
            deadline=time.monotonic() + TIMEOUT,
        )

    def again(self, number: int = 0) -> tuple[CheckResult, ...]:
        """As is checked right before a config is sent."""
        subject = checked_config(self._declarations[number], number=number)
        assert subject is not None
        doors = cast("Account", self.doors)
        return self.prechecks.check_again(doors, self.run.declared, subject, timeout=TIMEOUT)

    @property
    def _declarations(self) -> tuple[Declaration, ...]:
        return self.run.read().declarations


def test_what_is_known_is_settled_and_what_is_open_is_not() -> None:
    later: pulumi.Input[Any] = pulumi.Output.from_input(TOPIC)
    checks = Checks(recorded(), recorded(on_success=SmnTarget(later)))

    checks.all()

    assert checks.prechecks.settled == {0}


def test_a_config_of_which_nothing_more_is_known_is_not_checked_twice() -> None:
    checks = Checks(recorded(), recorded())

    first = checks.all()
    assert {each.number for each in first} == {0, 1}
    assert checks.all() == first
    assert checks.doors.made == 1


def test_right_before_a_change_good_answers_are_believed_and_shared() -> None:
    checks = Checks(*(recorded() for _ in range(3)))

    for number in range(3):
        results = checks.again(number)
        assert {each.question for each in results} >= {Check.TARGET, Check.TRUST}

    assert checks.doors.made == 1
    assert set(checks.doors.cloud.asked.values()) == {1}


def test_what_the_program_changes_is_asked_anew_after_the_gate() -> None:
    checks = Checks(recorded())
    maker = Maker.of("made", "huaweicloud:Iam/agency:Agency", {"name": "writer"})
    made = DeclaredResource(object.__new__(pulumi.CustomResource), "u::made", maker)
    checks.run.declared.resources.append(made)
    checks.all()

    checks.again()

    assert checks.doors.made == 2
    assert checks.doors.cloud.asked["agency writer"] == 2
    assert checks.doors.cloud.asked[f"function {URN}"] == 1


def test_what_was_missing_is_asked_for_again_right_before_the_change() -> None:
    checks = Checks(recorded())
    checks.doors.cloud.topics.clear()
    checks.all()
    checks.doors.cloud.topics.add(TOPIC)

    results = checks.again()

    assert {each.outcome for each in results if each.question is Check.TARGET} == {
        CheckOutcome.ALLOWED
    }


def test_what_could_not_be_verified_is_reported_once_a_run() -> None:
    checks = Checks(recorded(), recorded())
    checks.doors.cloud.failing = {
        "topic": Forbidden(operation="look", resource="topic", status=403)
    }

    first, second = checks.again(0), checks.again(1)

    assert [each.outcome for each in first].count(CheckOutcome.UNKNOWN) == 1
    assert [each.outcome for each in second].count(CheckOutcome.UNKNOWN) == 0


def test_that_there_are_no_credentials_is_reported_once_a_run() -> None:
    class Refusing(Doors):
        def facts(self, **_more: Any) -> Facts:
            raise SettingsError("no credentials")

    checks = Checks(recorded(), doors=Refusing(account()))

    (result,) = checks.all()

    assert (result.outcome, result.why) == (CheckOutcome.UNKNOWN, "no credentials")
    assert checks.again() == ()
