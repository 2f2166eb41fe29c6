"""Whatever is killed at whatever instant, the next run makes all as declared.

Rerun one instant, or try others: TRIAL_SEED=7 scripts/test --long \
    "tests/e2e/robustness/test_kills.py::test_the_next_run_converges_after_a_kill[create-engine-0]"
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Literal

import psutil
import pytest

from e2e.robustness.conftest import Stacks, Verdict, created
from e2e.robustness.judge import Judge
from e2e.robustness.matrix import DELETE, GET, PUT
from e2e.robustness.trial import (
    Ended,
    Operation,
    Running,
    Stack,
    TrialCloud,
    alive,
    end_all,
    serves_configs,
)
from e2e.robustness.world import Provider, declared

pytestmark = pytest.mark.engine

Phase = Literal["create", "change", "destroy"]
Victim = Literal["engine", "group", "machine", "provider", "cloud"]

RUNS: dict[Phase, tuple[Operation, int]] = {
    "create": ("up", 0),
    "change": ("up", 1),
    "destroy": ("destroy", 1),
}
VICTIMS: dict[Provider, tuple[Victim, ...]] = {
    "dynamic": ("engine", "group", "machine", "provider", "cloud"),
    "native": ("engine", "provider"),
}
"""`group` is the engine's process group, `machine` the engine and all that it has started."""

POINTS = 6
"""Of each victim in each phase, with one seed."""

SLOW = 0.08
"""Seconds that the cloud takes for a config, so that instants fall between the requests."""

GRACE = 2.0
"""Seconds in which a provider ends after its engine."""

BUSY = 4.0
"""More seconds for it on a machine that does other things."""


@dataclass(frozen=True)
class Point:
    """When what is killed: `calls` requests about configs have come, and `wait` seconds passed."""

    provider: Provider
    phase: Phase
    victim: Victim
    number: int
    calls: int
    wait: float
    pause: float
    """Seconds until a cloud that was killed is started again."""

    @property
    def id(self) -> str:
        kind = "" if self.provider == "dynamic" else f"{self.provider}-"
        return f"{kind}{self.phase}-{self.victim}-{self.number}"


def points(seed: int) -> Iterator[Point]:
    """The instants of a seed; a third of them before the first request about a config."""
    for provider, victims in VICTIMS.items():
        for phase, victim, number in product(RUNS, victims, range(POINTS)):
            kind = "" if provider == "dynamic" else f"{provider} "
            chance = Random(f"{seed} {kind}{phase} {victim} {number}")
            early = number % 3 == 2
            calls = 0 if early else chance.randint(1, 18 if phase == "create" else 10)
            wait = chance.uniform(0, 2.5) if early else chance.choice([0, 0.02, 0.1, 0.3])
            pause = chance.uniform(0, 1.5)
            yield Point(provider, phase, victim, number, calls, wait, pause)


SAMPLE = {
    "create-machine-0", "change-provider-1", "destroy-engine-0", "native-create-provider-0",
}  # fmt: skip
SEED = int(os.environ.get("TRIAL_SEED", "1"))
"""Another number tries other instants; the same one the same."""


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(each, id=each.id, marks=() if each.id in SAMPLE else pytest.mark.long)
        for each in points(SEED)
    ],
)
def test_the_next_run_converges_after_a_kill(
    point: Point, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    stack = stacks(provider=point.provider)
    _in_place(point.phase, stack, trial_cloud)
    judge = Judge(f"kills of {point.victim}: {point.id} seed {SEED}", trial_cloud, stack)
    for operation in (PUT, GET, DELETE):
        trial_cloud.fault(operation=operation.partition(":")[2], delay_seconds=SLOW)
    operation_, round_ = RUNS[point.phase]
    running = stack.start(operation_, round_=round_)
    _wait_for(point.calls, point.wait, running, trial_cloud)
    ended, orphaned = _kill(point, running, trial_cloud)
    judge.heard(ended)
    judge.left_running([" ".join(each.cmdline()) for each in alive(orphaned)])
    end_all(orphaned)
    trial_cloud.lift_faults()
    judge.taken_over_later(stack)
    stack.cancel()
    expected = declared(round_, place=trial_cloud.place)
    if point.phase != "destroy":
        judge.converges(stack.operate("up", round_=round_), stack, expected)
    elif point.number % 2:
        judge.converges(stack.operate("destroy"), stack, {})
    else:
        # What was deleted before the engine could write so is in its state until a refresh.
        judge.converges(stack.operate("up", "--refresh", round_=round_), stack, expected)
    verdict(judge.closes())


@pytest.mark.long
@pytest.mark.parametrize("victim", ["engine", "one provider", "the other one"])
@pytest.mark.parametrize("number", range(4))
def test_configs_that_move_to_another_provider_stay_after_a_kill(
    victim: str, number: int, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    """One process takes over, and the other one deletes, whichever of them is killed when."""
    stack = stacks(provider="moving")
    created(stack, trial_cloud)
    judge = Judge(f"kills in a move: {victim} {number} seed {SEED}", trial_cloud, stack)
    trial_cloud.fault(operation=GET.partition(":")[2], delay_seconds=SLOW)
    chance = Random(f"{SEED} move {victim} {number}")
    running = stack.start("up", moved=True)
    _wait_for(chance.randint(1, 7), chance.choice([0, 0.02, 0.1, 0.3]), running, trial_cloud)
    started = running.tree()
    if victim == "engine":
        running.process.send_signal(signal.SIGKILL)
    else:
        providers = sorted(filter(serves_configs, started), key=lambda each: each.create_time())
        end_all(providers[:1] if victim == "one provider" else providers[1:])
    judge.heard(running.end())
    end_all(started)
    trial_cloud.lift_faults()
    stack.cancel()
    expected = declared(0, place=trial_cloud.place)
    judge.converges(stack.operate("up", moved=True), stack, expected)
    assert trial_cloud.config_calls("PUT", "DELETE") == [], "what only moved was written"
    verdict(judge.closes())


@pytest.mark.long
@pytest.mark.parametrize("provider", VICTIMS)
def test_a_provider_whose_engine_was_killed_writes_nothing_more(
    provider: Provider, stacks: Stacks, trial_cloud: TrialCloud, verdict: Verdict
) -> None:
    stack = stacks(short_clocks=False, provider=provider)
    _in_place("create", stack, trial_cloud)
    judge = Judge(f"orphaned provider: {provider}, while PUTs repeat", trial_cloud, stack)
    name = PUT.partition(":")[2]
    trial_cloud.fault(operation=name, status=503, retry_after=4, body={"error_code": "FSS.0503"})
    running = stack.start("up")
    while len(trial_cloud.config_calls("PUT")) < 2:
        assert not running.has_ended, running.end().output
        time.sleep(0.02)
    started = running.tree()
    running.process.send_signal(signal.SIGKILL)
    running.end()
    killed = time.monotonic()
    while alive(started) and time.monotonic() < killed + GRACE + BUSY:
        time.sleep(0.05)
    judge.left_running([" ".join(each.cmdline()) for each in alive(started)])
    stack.cancel()
    judge.heard(stack.operate("destroy"))
    trial_cloud.lift_faults()
    trial_cloud.forget_requests()
    while alive(started) and time.monotonic() < killed + 30:
        time.sleep(0.2)
    judge.written_by_the_dead(trial_cloud.config_calls("PUT"))
    end_all(started)
    verdict(judge.closes())


def _in_place(phase: Phase, stack: Stack, cloud: TrialCloud) -> None:
    if phase == "create":
        stack.renew()
        cloud.prepare()
    else:
        created(stack, cloud)


def _wait_for(calls: int, wait: float, running: Running, cloud: TrialCloud) -> None:
    """Wait for the instant; a run that has ended before it is not disturbed at all."""
    while calls and not running.has_ended:
        if len(cloud.config_calls()) >= calls:
            break
        time.sleep(0.005)
    end = time.monotonic() + wait
    while time.monotonic() < end and not running.has_ended:
        time.sleep(0.005)


def _kill(point: Point, running: Running, cloud: TrialCloud) -> tuple[Ended, list[psutil.Process]]:
    """Kill, and wait for what follows.

    Returns:
        The run, and the processes that had to end with it.
    """
    started = running.tree()
    if point.victim == "cloud":
        cloud.kill()
        time.sleep(point.pause)
        cloud.restart()
        return running.end(), []
    if point.victim == "provider":
        providers = list(filter(serves_configs, started))
        may_be_none = not point.calls or point.wait
        assert providers or may_be_none or running.has_ended, "nothing to kill"
        end_all(providers)
        return running.end(), []
    if point.victim == "group" and not running.has_ended:
        os.killpg(running.process.pid, signal.SIGKILL)
    elif not running.has_ended:
        running.process.send_signal(signal.SIGKILL)
    if point.victim == "machine":
        end_all(started)
    ended = running.end()
    end = time.monotonic() + GRACE + BUSY
    while alive(started) and time.monotonic() < end:
        time.sleep(0.05)
    return ended, started
