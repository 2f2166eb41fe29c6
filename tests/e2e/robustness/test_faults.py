"""Whatever a service answers, the next undisturbed run makes all as declared."""

from __future__ import annotations

from collections import defaultdict

import pytest

from e2e.robustness import matrix, world
from e2e.robustness.conftest import Stacks, Verdict, created
from e2e.robustness.judge import Judge
from e2e.robustness.matrix import ANSWER_LOST, OPERATIONS, PUT, Case, Phase
from e2e.robustness.trial import Credentials, Ended, Operation, Stack, TrialCloud
from e2e.robustness.world import Provider, declared

pytestmark = pytest.mark.engine

RUNS: dict[Phase, tuple[Operation, int]] = {
    "create": ("up", 0),
    "change": ("up", 1),
    "refresh": ("refresh", 1),
    "destroy": ("destroy", 1),
}
"""What a phase runs, and the round that its program declares."""


NAMES: dict[Provider, str] = {"dynamic": "", "native": "native-"}

EACH_PROVIDER = pytest.mark.parametrize(
    "provider", ["dynamic", pytest.param("native", marks=pytest.mark.long)]
)


def _cells() -> list[object]:
    return [
        pytest.param(
            case,
            provider,
            id=f"{prefix}{case.id}",
            marks=() if f"{prefix}{case.id}" in matrix.SAMPLE else pytest.mark.long,
        )
        for provider, prefix in NAMES.items()
        for case in matrix.cases()
    ]


@pytest.mark.parametrize(("case", "provider"), _cells())
def test_one_operation_fails(
    case: Case, provider: Provider, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    stack = stacks(credentials=case.credentials, provider=provider)
    _in_place(case.phase, stack, trial_cloud)
    name = f"{NAMES[provider]}{case.id}"
    judge = Judge(f"faults {case.phase}: {name}", trial_cloud, stack)
    trial_cloud.fault(**case.fault)
    run = _run(case.phase, stack)
    trial_cloud.lift_faults()
    if case.operation == PUT and case.phase == "create" and case.kind in ANSWER_LOST:
        judge.settled(stack)
    _judge(judge, case.phase, run, stack, trial_cloud)
    verdict(judge.closes())


STORMS = {0: False} | dict.fromkeys(range(1, 20), True)
"""Seeds, and whether their storm is only for the long run."""


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=pytest.mark.long if long else ()) for seed, long in STORMS.items()],
)
@pytest.mark.parametrize("phase", ["create", "change", "refresh", "destroy"])
@EACH_PROVIDER
def test_every_operation_fails_once(
    phase: Phase,
    seed: int,
    provider: Provider,
    stacks: Stacks,
    trial_cloud: TrialCloud,
    verdict: Verdict,
) -> None:
    credentials: Credentials = "password" if seed % 2 else "keys"
    stack = stacks(credentials=credentials, provider=provider)
    _in_place(phase, stack, trial_cloud)
    judge = Judge(f"storms: {NAMES[provider]}{phase} {seed}", trial_cloud, stack)
    for fault in matrix.storm(phase, seed, credentials=credentials):
        trial_cloud.fault(**fault)
    run = _run(phase, stack)
    trial_cloud.lift_faults()
    _judge(judge, phase, run, stack, trial_cloud)
    verdict(judge.closes())


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("phase", ["create", "change", "refresh", "destroy"])
@EACH_PROVIDER
def test_the_service_goes_down_in_the_middle(
    phase: Phase,
    seed: int,
    provider: Provider,
    stacks: Stacks,
    trial_cloud: TrialCloud,
    verdict: Verdict,
) -> None:
    stack = stacks(provider=provider)
    _in_place(phase, stack, trial_cloud)
    judge = Judge(f"outages: {NAMES[provider]}{phase} {seed}", trial_cloud, stack)
    trial_cloud.fault(**matrix.outage(phase, seed))
    run = _run(phase, stack)
    trial_cloud.lift_faults()
    _judge(judge, phase, run, stack, trial_cloud)
    verdict(judge.closes())


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=() if kind == "reset-done" else pytest.mark.long)
     for kind in sorted(ANSWER_LOST)],
)  # fmt: skip
@EACH_PROVIDER
def test_destroy_leaves_nothing_of_an_update_whose_answers_were_lost(
    kind: str, provider: Provider, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    stack = stacks(provider=provider)
    _in_place("create", stack, trial_cloud)
    judge = Judge(f"lost answers: {NAMES[provider]}up {kind}, destroy", trial_cloud, stack)
    trial_cloud.fault(**Case("create", PUT, kind, "always").fault)
    judge.heard(stack.operate("up"))
    trial_cloud.lift_faults()
    judge.converges(stack.operate("destroy"), stack, {})
    verdict(judge.closes())


@pytest.mark.long
def test_the_matrix_has_every_operation_that_the_local_cloud_was_asked(
    stacks: Stacks, trial_cloud: TrialCloud
) -> None:
    asked: dict[Phase, set[str]] = defaultdict(set)
    for credentials in ("keys", "password"):
        stack = stacks(credentials=credentials)
        for phase in RUNS:
            _in_place(phase, stack, trial_cloud)
            trial_cloud.forget_requests()
            assert _run(phase, stack).well
            asked[phase] |= {f"{q['service']}:{q['operation']}" for q in trial_cloud.journal()}
    assert asked == {phase: set(operations) for phase, operations in OPERATIONS.items()}


def _in_place(phase: Phase, stack: Stack, cloud: TrialCloud) -> None:
    """What a phase starts from; a refresh finds a config that was changed and one that is gone."""
    if phase == "create":
        stack.renew()
        cloud.prepare()
        return
    created(stack, cloud)
    if phase == "refresh":
        cloud.change_by_hand("f0", max_async_retry_attempts=3)
        cloud.delete_by_hand("f1")


def _run(phase: Phase, stack: Stack) -> Ended:
    operation, round_ = RUNS[phase]
    return stack.operate(operation, round_=round_)


def _judge(judge: Judge, phase: Phase, run: Ended, stack: Stack, cloud: TrialCloud) -> None:
    """Count what the disturbed run has left, and let the next one make all as declared."""
    _, round_ = RUNS[phase]
    expected = declared(round_, place=cloud.place)
    if phase in {"create", "change"}:
        judge.taken_over_later(stack)
        if not judge.ended_well(run, stack, expected):
            judge.converges(stack.operate("up", round_=round_), stack, expected)
    elif phase == "refresh":
        judge.heard(run)
        judge.forgotten(stack, set(world.OURS) - {"f1"})
        judge.converges(stack.operate("up", "--refresh", round_=round_), stack, expected)
    else:
        judge.forgotten(stack, world.OURS)
        if not judge.ended_well(run, stack, {}):
            judge.converges(stack.operate("destroy"), stack, {})
