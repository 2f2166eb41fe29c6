"""The pre-check against a port's double: what is asked, how often, and what cannot be answered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from factories import PROJECT, TOPIC, function_urn
from pulumi_functiongraph.core.agencies import Agency
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import CloudError, Forbidden, Unauthorized, Unavailable
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.prechecks.checked_configs import (
    CheckedConfig,
    checked_live_config,
)
from pulumi_functiongraph.core.prechecks.questions import (
    AnyQuestion,
    AskAgency,
    AskFunction,
    CloudQuestion,
)
from pulumi_functiongraph.core.prechecks.results import Check, CheckOutcome, CheckResult
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic
from pulumi_functiongraph.operations.answers import Answers, AnyFact
from pulumi_functiongraph.operations.precheck import (
    GRANTS_AT_ONCE,
    precheck,
    precheck_again,
)
from unit.operations.cloud_of_facts import WRITER, Account, account

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PATIENCE = 20.0
"""Seconds after which a test that hangs fails."""

DENIED, NOT_KNOWN = CheckOutcome.DENIED, CheckOutcome.UNKNOWN


def subject(
    name: str = "orders", on_success: Target | None = None, on_failure: Target | None = None
) -> CheckedConfig:
    config = Config(function_urn=function_urn(name), on_success=on_success, on_failure=on_failure)
    return checked_live_config(config, resource=f"of-{name}")


def checked(
    cloud: Account, *subjects: CheckedConfig, seconds: float = PATIENCE
) -> tuple[CheckResult, ...]:
    deadline = time.monotonic() + seconds
    return precheck(subjects, Answers(cloud), deadline=deadline, clock=time.monotonic)


def outcomes(results: tuple[CheckResult, ...], question: Check) -> list[tuple[str, CheckOutcome]]:
    return [(each.place, each.outcome) for each in results if each.question is question]


def failed(kind: type[CloudError], status: int | None = 403) -> CloudError:
    return kind(operation="list the agencies", resource="writer", status=status, request_id="r-1")


def test_nothing_to_check_asks_for_nothing() -> None:
    cloud = account()

    assert checked(cloud) == ()
    assert cloud.asked.total() == 0


def test_every_question_is_answered_in_order_of_the_configs() -> None:
    cloud = account("orders", "billing")
    first = subject("orders", Topic(topic_urn=TOPIC), Bucket(bucket="results"))
    second = subject("billing", Stream(stream_name="events"), Function(function_urn=function_urn()))

    results = checked(cloud, first, second)

    assert {each.outcome for each in results if each.question is not Check.PERMISSION} <= {
        CheckOutcome.ALLOWED,
        CheckOutcome.DENIED,
    }
    assert outcomes(results, Check.TARGET) == [
        ("of-orders.onSuccess", CheckOutcome.ALLOWED),
        ("of-orders.onFailure", CheckOutcome.ALLOWED),
        ("of-billing.onSuccess", CheckOutcome.ALLOWED),
        ("of-billing.onFailure", CheckOutcome.ALLOWED),
    ]


def test_a_fact_that_many_share_is_asked_for_once() -> None:
    names = [f"f{number}" for number in range(40)]
    cloud = account(*names)

    checked(cloud, *(subject(name, Topic(topic_urn=TOPIC)) for name in names))

    assert set(cloud.asked.values()) == {1}
    assert cloud.asked.total() == len(names) + 2 + 4


def test_sixteen_requests_are_under_way_at_once() -> None:
    names = [f"f{number}" for number in range(REQUESTS_IN_FLIGHT)]
    cloud = account(*names)
    together = threading.Barrier(REQUESTS_IN_FLIGHT, timeout=PATIENCE)
    cloud.before = lambda what: together.wait() if what == "function" else None

    results = checked(cloud, *map(subject, names))

    assert len(outcomes(results, Check.FUNCTION)) == REQUESTS_IN_FLIGHT


A_MOMENT = 0.05
"""Seconds that a target takes to answer, in which what it is granted comes to be asked about."""


def many(number: int) -> tuple[Account, list[CheckedConfig]]:
    """Functions that have an agency each and write to a bucket each."""
    names = [f"f{each:03}" for each in range(number)]
    cloud = account(*names)
    for name in names:
        urn = function_urn(name)
        cloud.functions[urn] = FunctionFacts(urn, xrole=f"of-{name}")
        cloud.agencies[f"of-{name}"] = Agency(f"id-{name}", f"of-{name}", "d1", "op_svc_cff")
        cloud.buckets[name] = "eu-de"
    return cloud, [subject(name, Bucket(bucket=name)) for name in names]


def test_grants_that_wait_for_iam_leave_places_to_the_targets() -> None:
    cloud, subjects = many(2 * REQUESTS_IN_FLIGHT)
    lock, all_targets = threading.Lock(), threading.Event()
    seen = {"buckets": 0, "grants": 0, "most": 0}

    def before(what: str) -> None:
        with lock:
            seen["buckets"] += what == "bucket"
            if seen["buckets"] == len(subjects):
                all_targets.set()
            seen["grants"] += what.endswith("grants")
            seen["most"] = max(seen["most"], 0 if all_targets.is_set() else seen["grants"])
        if what.endswith("grants"):
            assert all_targets.wait(PATIENCE)
        if what == "bucket":
            all_targets.wait(A_MOMENT)

    cloud.before = before

    results = checked(cloud, *subjects)

    assert {each.outcome for each in results} == {CheckOutcome.ALLOWED}
    assert 0 < seen["most"] <= GRANTS_AT_ONCE


def test_what_iam_is_asked_about_is_found_out_before_the_targets() -> None:
    cloud, subjects = many(10 * REQUESTS_IN_FLIGHT)
    asked: list[str] = []
    cloud.before = asked.append

    checked(cloud, *subjects)

    last_function = max(place for place, what in enumerate(asked) if what == "function")
    assert asked[:last_function].count("bucket") <= 2 * REQUESTS_IN_FLIGHT
    assert asked.index("agency") <= 4 * REQUESTS_IN_FLIGHT


def test_a_config_is_not_judged_again_for_every_answer() -> None:
    class Counting(Answers):
        judged: ClassVar[Counter[AnyQuestion]] = Counter()

        def peek(self, ask: AnyQuestion) -> AnyFact:
            self.judged[ask] += 1
            return super().peek(ask)

    cloud, subjects = many(REQUESTS_IN_FLIGHT)
    answers, deadline = Counting(cloud), time.monotonic() + PATIENCE

    precheck(subjects, answers, deadline=deadline, clock=time.monotonic)

    # At first, with its function, with its agency, and with the last of grants and target.
    looks = {number for ask, number in answers.judged.items() if isinstance(ask, AskFunction)}
    assert looks == {4}


def test_a_missing_function_does_not_hide_what_is_wrong_with_its_targets() -> None:
    cloud = account()
    cloud.functions.clear()
    cloud.topics.clear()

    results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)))

    assert [each.question for each in results if each.outcome is DENIED] == [
        Check.TARGET,
        Check.FUNCTION,
    ]


@pytest.mark.parametrize("kind", [Forbidden, Unauthorized])
def test_what_we_may_not_read_names_the_permission_that_would_let_us(
    kind: type[CloudError],
) -> None:
    cloud = account()
    cloud.failing = {"agency": failed(kind)}

    results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)))

    (unknown,) = (each for each in results if each.outcome is NOT_KNOWN)
    assert unknown.question is Check.AGENCY_EXISTS
    assert "request id r-1" in unknown.why
    assert "Security Administrator" in unknown.remedy
    assert cloud.asked[f"trusted {PROJECT}"] == 1
    assert not any("grants" in what for what in cloud.asked)


def test_a_service_that_is_down_is_unknown_without_blaming_permissions() -> None:
    cloud = account()
    cloud.failing = {"topic": failed(Unavailable, 503)}

    results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)))

    unknown = next(each for each in results if each.question is Check.TARGET)
    assert (unknown.outcome, unknown.remedy) == (NOT_KNOWN, "")


def test_equal_failures_are_of_one_kind_and_others_are_not() -> None:
    cloud = account("orders", "billing")
    cloud.failing = {"function": failed(Forbidden), "topic": failed(Forbidden)}

    results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)), subject("billing"))

    kinds = [(each.question, each.kind) for each in results]
    assert len({kind for _, kind in kinds}) == 2
    assert len(kinds) == 3


def test_what_is_slow_is_unknown_at_the_deadline_and_nothing_hangs() -> None:
    cloud = account()
    release = threading.Event()
    cloud.before = lambda what: release.wait(PATIENCE) if what == "agency" else None
    started = time.monotonic()
    try:
        results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)), seconds=0.3)
        took = time.monotonic() - started
    finally:
        release.set()

    assert took < PATIENCE / 2
    assert outcomes(results, Check.TARGET) == [("of-orders.onSuccess", CheckOutcome.ALLOWED)]
    late = next(each for each in results if each.question is Check.AGENCY_EXISTS)
    assert late.outcome is NOT_KNOWN
    assert "precheckTimeout" in late.remedy


def test_a_mistake_of_ours_is_not_hidden() -> None:
    cloud = account()
    cloud.failing = {"function": ValueError("ours")}

    with pytest.raises(ValueError, match="ours"):
        checked(cloud, subject())


def test_an_ask_that_nobody_answers_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="nobody answers CloudQuestion"):
        Answers(account()).fetch(CloudQuestion())


def again(cloud: Account, answers: Answers, one: CheckedConfig) -> tuple[CheckResult, ...]:
    return precheck_again(
        one,
        answers,
        renewed=lambda: cloud,
        deadline=time.monotonic() + PATIENCE,
        clock=time.monotonic,
    )


def test_good_answers_of_the_same_run_are_believed() -> None:
    cloud = account()
    answers = Answers(cloud)
    one = subject()
    again(cloud, answers, one)

    again(cloud, answers, one)

    assert set(cloud.asked.values()) == {1}


def test_a_bad_answer_is_asked_for_again_before_it_is_believed() -> None:
    cloud = account()
    answers = Answers(cloud)
    cloud.topics.clear()
    one = subject("orders", Topic(topic_urn=TOPIC))
    assert outcomes(again(cloud, answers, one), Check.TARGET)[0][1] is DENIED
    cloud.topics.add(TOPIC)

    results = again(cloud, answers, one)

    assert outcomes(results, Check.TARGET) == [("of-orders.onSuccess", CheckOutcome.ALLOWED)]


def test_answers_about_a_name_can_be_forgotten() -> None:
    cloud = account()
    answers = Answers(cloud)
    targets = (Topic(topic_urn=TOPIC), Stream(stream_name="events"))
    checked_once = again(cloud, answers, subject("orders", *targets))
    assert checked_once

    answers.forget(answers.about({"writer", "alerts", "orders", "events"}.__contains__))
    again(cloud, answers, subject("orders", *targets))

    assert set(cloud.asked.values()) == {2}


def test_grants_are_asked_for_in_every_scope() -> None:
    cloud = account()

    results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)))

    assert outcomes(results, Check.PERMISSION) == [("of-orders.onSuccess", CheckOutcome.ALLOWED)]
    assert {what for what in cloud.asked if "grants" in what} == {
        "project grants writer",
        "domain grants writer",
        "inherited grants writer",
        "enterprise_project grants writer",
    }


def test_enterprise_projects_that_may_not_be_read_name_the_permission_of_their_own() -> None:
    cloud = account()
    cloud.failing = {"enterprise_project grants": failed(Forbidden)}

    results = checked(cloud, subject("orders", Topic(topic_urn=TOPIC)))

    [found] = [each for each in results if each.question is Check.PERMISSION]
    assert found.outcome is CheckOutcome.UNKNOWN
    assert "iam:permissions:listRoleAssignments" in found.remedy


def test_two_threads_that_want_the_same_wait_for_one_request() -> None:
    cloud = account()
    asked, release = threading.Event(), threading.Event()

    def hold(_what: str) -> None:
        asked.set()
        release.wait(PATIENCE)

    cloud.before = hold
    answers = Answers(cloud)
    ask = AskAgency("writer", "eu-de")
    found: list[object] = []
    threads = [threading.Thread(target=_append(found, answers, ask)) for _ in range(2)]
    for thread in threads:
        thread.start()
    asked.wait(PATIENCE)
    release.set()
    for thread in threads:
        thread.join(PATIENCE)

    assert found == [WRITER, WRITER]
    assert cloud.asked.total() == 1


def _append(found: list[object], answers: Answers, ask: AskAgency) -> Callable[[], None]:
    return lambda: found.append(answers.fetch(ask))


def test_the_time_is_that_of_the_source_that_answered_last() -> None:
    first, second = account(), account()
    second.time = NOW + timedelta(days=1)
    answers = Answers(first)
    one = subject()
    checked_by = answers.now()

    answers.turn_to(second)
    before = answers.now()
    again(second, answers, one)

    assert (checked_by, before, answers.now()) == (NOW, NOW, second.time)
