"""The next step of an asynchronous request: cases by hand, and laws."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pulumi_functiongraph.emulator.invocations.decision import (
    Backoff,
    Condition,
    Finish,
    Policy,
    Progress,
    Run,
    Status,
    WaitUntil,
    next_step,
)
from pulumi_functiongraph.emulator.invocations.outcome import Result

START = datetime(2026, 1, 1, tzinfo=UTC)
BACKOFF = Backoff(timedelta(seconds=10), factor=2)

SUCCEEDED = Finish(Status.SUCCESS, Condition.SUCCESS)
FAILED = Finish(Status.FAIL, Condition.RETRIES_EXHAUSTED)
EXPIRED = Finish(Status.DISCARD, Condition.EXPIRED)
CANCELLED = Finish(Status.FAIL, Condition.CANCELLED)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def policy(retries: int, age: int | None = 3600) -> Policy:
    return Policy(retries, None if age is None else timedelta(seconds=age))


def ran(attempts: int, result: Result, *, ended: float) -> Progress:
    return Progress(START, attempts, result, at(ended))


@pytest.mark.parametrize(
    ("setting", "progress", "now", "step"),
    [
        pytest.param(policy(1), Progress(START), 0, Run(), id="a new request runs at once"),
        pytest.param(Policy(), Progress(START), 1e6, Run(), id="without a config it never expires"),
        pytest.param(
            Policy(), ran(1, Result.FUNCTION_ERROR, ended=1), 1, FAILED, id="nor is it retried"
        ),
        pytest.param(
            policy(0), ran(1, Result.FUNCTION_ERROR, ended=1), 1, FAILED, id="no retries asked for"
        ),
        pytest.param(
            policy(3), ran(1, Result.SUCCESS, ended=1), 1, SUCCEEDED, id="a success is the end"
        ),
        pytest.param(
            policy(3),
            ran(1, Result.SUCCESS, ended=4000),
            4000,
            SUCCEEDED,
            id="a success counts though the validity ended during the run",
        ),
        *(
            pytest.param(
                policy(3), ran(1, result, ended=1), 1, WaitUntil(at(11)), id=f"{result} is retried"
            )
            for result in (Result.FUNCTION_ERROR, Result.SYSTEM_ERROR)
        ),
        pytest.param(
            policy(3),
            ran(2, Result.FUNCTION_ERROR, ended=20),
            20,
            WaitUntil(at(40)),
            id="the second retry waits longer",
        ),
        pytest.param(
            policy(3), ran(1, Result.FUNCTION_ERROR, ended=1), 11, Run(), id="a retry that is due"
        ),
        pytest.param(
            policy(3),
            ran(4, Result.FUNCTION_ERROR, ended=99),
            99,
            FAILED,
            id="three retries are four runs",
        ),
        pytest.param(policy(1, 60), Progress(START), 60, EXPIRED, id="expired before it ran"),
        pytest.param(policy(1, 60), Progress(START), 59.999, Run(), id="just before the end"),
        pytest.param(
            policy(3, 5),
            ran(1, Result.FUNCTION_ERROR, ended=1),
            1,
            WaitUntil(at(5)),
            id="a retry that the validity does not reach waits for its end",
        ),
        pytest.param(
            policy(3, 5),
            ran(1, Result.FUNCTION_ERROR, ended=1),
            5,
            EXPIRED,
            id="and is discarded then",
        ),
        pytest.param(
            policy(0, 5),
            ran(1, Result.FUNCTION_ERROR, ended=9),
            9,
            FAILED,
            id="the last run failed after the end: failed, not discarded",
        ),
        pytest.param(
            policy(3), replace(Progress(START), cancelled=True), 0, CANCELLED, id="cancelled"
        ),
        pytest.param(
            policy(3),
            replace(ran(1, Result.SUCCESS, ended=1), cancelled=True),
            1,
            SUCCEEDED,
            id="cancelled too late",
        ),
    ],
)
def test_the_next_step(
    setting: Policy, progress: Progress, now: float, step: Run | WaitUntil | Finish
) -> None:
    assert next_step(setting, progress, now=at(now), backoff=BACKOFF) == step


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Condition.SUCCESS, "success"),
        (Condition.RETRIES_EXHAUSTED, "failure"),
        (Condition.EXPIRED, "failure"),
        (Condition.CANCELLED, None),
        (Condition.LOOP, None),
    ],
)
def test_which_target_is_notified(condition: Condition, told: str | None) -> None:
    assert Finish(Status.FAIL, condition).notifies == told


results = st.sampled_from(Result)
policies = st.builds(policy, st.integers(0, 3), st.one_of(st.none(), st.integers(1, 86_400)))


@given(
    policies,
    st.lists(st.tuples(results, st.floats(0, 5000)), min_size=4, max_size=4),
    st.floats(0, 90_000),
)
def test_every_request_ends_after_at_most_its_retries_and_never_runs_after_its_validity(
    setting: Policy, runs: list[tuple[Result, float]], delay: float
) -> None:
    now, progress, steps = at(delay), Progress(START), 0
    while True:
        steps += 1
        assert steps < 20
        step = next_step(setting, progress, now=now, backoff=BACKOFF)
        match step:
            case WaitUntil(time):
                assert time > now
                now = time
            case Run():
                assert progress.attempts <= setting.max_retries
                assert setting.max_age is None or now < START + setting.max_age
                result, seconds = runs[progress.attempts]
                now += timedelta(seconds=seconds)
                progress = replace(
                    progress,
                    attempts=progress.attempts + 1,
                    last_result=result,
                    last_ended_at=now,
                )
            case Finish(status, _):
                succeeded = progress.last_result is Result.SUCCESS
                assert (status is Status.SUCCESS) == succeeded
                if status is Status.FAIL:
                    assert progress.attempts == setting.max_retries + 1
                return


@given(policies, results, st.floats(0, 4000), st.floats(0, 90_000))
def test_the_same_question_has_the_same_answer_however_late_it_is_asked(
    setting: Policy, result: Result, ended: float, later: float
) -> None:
    progress = ran(1, result, ended=ended)
    first = next_step(setting, progress, now=at(ended), backoff=BACKOFF)
    if isinstance(first, Finish):
        assert next_step(setting, progress, now=at(ended + later), backoff=BACKOFF) == first


def test_a_retry_waits_for_a_day_at_most() -> None:
    widest = Backoff(timedelta(days=1), factor=10)
    assert {widest.delay(attempts) for attempts in (1, 2, 100)} == {timedelta(days=1)}
