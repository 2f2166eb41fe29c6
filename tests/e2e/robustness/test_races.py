"""Two stacks at once, and hands of others in the middle of an update: nobody's config is lost.

The service has no conditional PUT, so two writers at the same instant cannot both win; what is
judged is that nothing is deleted that another one has set, that whoever comes later is told, and
that a refresh tells the other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import Literal

import pytest

from e2e.robustness import world
from e2e.robustness.conftest import Stacks, Verdict, created
from e2e.robustness.judge import Judge
from e2e.robustness.matrix import DELETE, PUT
from e2e.robustness.trial import Running, TrialCloud
from e2e.robustness.world import declared
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.names import FunctionUrn

pytestmark = pytest.mark.engine

TRIGGERS = "functiongraph:ListFunctionTriggers"

ROUNDS = 15
SHORT = {("equal", 0)}
"""Rounds of every test run. Two stacks with different values are long: which one writes last is
chance, and a sample must be the same each time."""


def _rounds() -> list[object]:
    return [
        pytest.param(*each, marks=() if each in SHORT else pytest.mark.long)
        for values in ("different", "equal")
        for each in ((values, number) for number in range(ROUNDS))
    ]


@pytest.mark.parametrize(("values", "number"), _rounds())
def test_two_stacks_create_the_same_configs_at_once(
    values: str, number: int, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    one, two = stacks("one"), stacks("two")
    one.renew()
    two.renew()
    trial_cloud.prepare()
    judge = Judge(f"two stacks, {values}: round {number}", trial_cloud, one, two)
    chance = Random(f"{values} {number}")
    trial_cloud.fault(
        operation=PUT.partition(":")[2],
        delay_seconds=round(chance.uniform(0, 0.6), 2),
        when=chance.choice(["before", "after"]),
    )
    round_of_two = 1 if values == "different" else 0
    first = one.start("up", round_=0)
    time.sleep(chance.uniform(0, 0.3))
    second = two.start("up", round_=round_of_two)
    ended = first.end(), second.end()
    trial_cloud.lift_faults()
    judge.raced((one, ended[0]), (two, ended[1]))
    # Whoever was refused is refused again or takes over what is equal; nothing is in no state.
    judge.refused_clearly(one.operate("up", round_=0))
    judge.refused_clearly(two.operate("up", round_=round_of_two))
    judge.no_orphans()
    if values == "different":
        judge.keeps_what_is_of(one, destroyed=two)
    verdict(judge.closes())


Phase = Literal["create", "change", "destroy"]
When = Literal["before", "after"]


@dataclass(frozen=True)
class Hand:
    """What somebody else does to f0 in the middle of a run.

    Attributes:
        phase: create, change or destroy.
        slow: the operation that is slow, so that there is a middle.
        when: whether it is carried out before the wait or after it.
        does: puts another config, the declared one, or deletes.
    """

    phase: Phase
    slow: str
    when: When
    does: str

    @property
    def id(self) -> str:
        slow = self.slow.partition(":")[2].removesuffix("FunctionAsyncInvokeConfig")
        return f"{self.phase}-{self.does}-{self.when}-{slow}"


INSTANTS: tuple[tuple[Phase, str, When], ...] = (
    ("create", PUT, "after"),  # between PUT and its answer
    ("create", PUT, "before"),  # between the last look and PUT
    ("create", TRIGGERS, "before"),  # between the gate and create
    ("change", PUT, "after"),
    ("change", PUT, "before"),
    ("destroy", DELETE, "before"),
)
HANDS = [
    Hand(phase, slow, when, does)
    for phase, slow, when in INSTANTS
    for does in ("puts", "puts-equal", "deletes")
]
SHORT_HANDS = {"create-puts-after-Update"}


@pytest.mark.parametrize(
    "hand",
    [
        pytest.param(each, id=each.id, marks=() if each.id in SHORT_HANDS else pytest.mark.long)
        for each in HANDS
    ],
)
def test_somebody_else_changes_a_config_in_the_middle(
    hand: Hand, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    stack = stacks()
    round_ = 0
    if hand.phase == "create":
        stack.renew()
        trial_cloud.prepare()
    else:
        created(stack, trial_cloud)
        round_ = 1 if hand.phase == "change" else 0
    judge = Judge(f"hands of others: {hand.id}", trial_cloud, stack)
    trial_cloud.fault(operation=hand.slow.partition(":")[2], delay_seconds=0.7, when=hand.when)
    running = stack.start("destroy" if hand.phase == "destroy" else "up", round_=round_)
    _wait_for(hand, running, trial_cloud)
    # The request that is under way stays slow; those of the hand are not.
    trial_cloud.lift_faults()
    theirs = _do(hand, round_, trial_cloud)
    at = len(trial_cloud.journal())
    ended = running.end()
    judge.disturbed(
        ended,
        stack,
        "f0",
        theirs,
        is_ours=hand.phase != "create",
        written_after=_writes(trial_cloud, "f0", after=at),
    )
    expected = declared(round_, place=trial_cloud.place)
    if hand.phase == "destroy":
        judge.refused_clearly(stack.operate("destroy"))
    else:
        again = stack.operate("up", "--refresh", round_=round_)
        if again.well:
            judge.converges(again, stack, expected)
        else:
            judge.refused_clearly(again)
    verdict(judge.closes(but=() if hand.does == "deletes" else {"f0"}))


def _wait_for(hand: Hand, running: Running, cloud: TrialCloud) -> None:
    """Wait until the slow request about f0 is under way, and carried out if that comes first."""
    slow = hand.slow.partition(":")[2]
    while not running.has_ended:
        begun = [
            each
            for each in cloud.journal()
            if each["operation"] == slow and ":f0:" in each["path"] and each["status"] is None
        ]
        if begun and (hand.when == "before" or hand.phase != "create" or "f0" in cloud.settings()):
            return
        time.sleep(0.005)
    pytest.fail(f"the run ended before the instant came: {running.end().output}")


def _do(hand: Hand, round_: int, cloud: TrialCloud) -> world.Setting | None:
    """Change f0 by hand; returns what it is set to, None when it is deleted."""
    urn = FunctionUrn.parse(cloud.urn("f0"))
    if hand.does == "deletes":
        cloud.by_hand.delete_async_config(urn)
        return None
    if hand.does == "puts":
        cloud.by_hand.put_async_config(Config(function_urn=urn, max_async_retry_attempts=3))
        return cloud.settings()["f0"]
    retries, age, success, failure = declared(round_, place=cloud.place)["f0"]
    config = Config(
        function_urn=urn,
        max_async_retry_attempts=retries,
        max_async_event_age_in_seconds=age,
        on_success=world.target(success),
        on_failure=world.target(failure),
    )
    cloud.by_hand.put_async_config(config)
    return cloud.settings()["f0"]


def _writes(cloud: TrialCloud, name: str, *, after: int) -> list[str]:
    """The methods of what has begun to change a config after that many requests."""
    return [
        each["method"]
        for each in cloud.journal()[after:]
        if each["writing"] and f":{name}:" in each["path"]
    ]
