"""The local cloud beside the reference, through any sequence of what can happen to it."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from durability.killable import BUCKET, NAMES, STREAM, TOPIC, Killable, copy, template
from durability.reference import Config, Health, Reference, Script
from durability.reference import Delivery as ExpectedDelivery
from durability.reference import Request as Expected
from pulumi_functiongraph.emulator.deliveries.queue import Delivery
from pulumi_functiongraph.emulator.invocations.request import Request

SEQUENCES, LONG = 50, 10_000

SERVICES = ("SMN", "OBS", "DIS", "FunctionGraph")
SCRIPTS = st.builds(
    Script,
    fail_times=st.integers(0, 3),
    fails=st.sampled_from([False, False, True]),
    system_error=st.sampled_from([False, False, False, True]),
    sleep=st.sampled_from([0, 0, 0, 500, 1000, 2000, 5000]),
)
STEPS = st.sampled_from([0, 250, 500, 1000, 2000, 3000, 7000, 60_000])


AGES = st.sampled_from([1000, 2000, 3000, 5000, 3_600_000])


def configs_of(place: int) -> st.SearchStrategy[Config]:
    """Configs of a function; only a later one is told, so that there is no loop."""
    targets = st.sampled_from(["SMN", "OBS", "DIS", *NAMES[place + 1 :], *NAMES[place + 1 :], None])
    configured = st.builds(
        Config, retries=st.integers(0, 3), age=AGES, on_success=targets, on_failure=targets
    )
    return st.one_of(configured, configured, configured, st.just(Config()))


CONFIGS = [configs_of(place) for place in range(len(NAMES))]


class Machine(RuleBasedStateMachine):
    """What is done to both, and that they agree afterwards."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self._directory = copy(self.folder)
        self.cloud = Killable(self._directory)
        self.reference = Reference(NAMES)
        self.ids: list[str] = []
        self.died = False

    def teardown(self) -> None:
        """Whatever was done, all of it comes to its end."""
        try:
            self.idle()
            self.agree()
        finally:
            self.cloud.close()
            shutil.rmtree(self._directory)

    @initialize(
        configs=st.tuples(*CONFIGS),
        scripts=st.tuples(*(SCRIPTS for _ in NAMES)),
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    )
    def begin(
        self, configs: tuple[Config, ...], scripts: tuple[Script, ...], names: list[str]
    ) -> None:
        for place in range(len(NAMES)):
            self.configure(place, configs[place])
            self.script(NAMES[place], scripts[place])
        for name in names:
            self.accept(name)

    @rule(data=st.data(), place=st.integers(0, len(NAMES) - 1))
    def configure_anew(self, data: st.DataObject, place: int) -> None:
        self.configure(place, data.draw(CONFIGS[place]))

    @rule(name=st.sampled_from(NAMES), script=SCRIPTS)
    def script_anew(self, name: str, script: Script) -> None:
        self.script(name, script)

    @rule(name=st.sampled_from(NAMES))
    def accept(self, name: str) -> None:
        self.reference.accept(name)
        self.ids.append(self.cloud.inside.invoke(name))

    @rule(step=STEPS)
    def advance(self, step: int) -> None:
        self.reference.advance(step)
        self.cloud.inside.advance(step / 1000)

    @rule()
    def idle(self) -> None:
        self.reference.run_until_idle()
        self.cloud.inside.run_until_idle()

    @rule(choice=st.integers(0, 7), force=st.booleans())
    def cancel(self, choice: int, force: bool) -> None:  # noqa: FBT001 # drawn by name
        """One that is not over, if there is one."""
        roots = self.reference.roots
        numbers = [n for n in range(len(roots)) if not roots[n].is_over] or list(range(len(roots)))
        number = numbers[choice % len(numbers)]
        self.reference.cancel(roots[number], force=force)
        self.cloud.cancel(self.ids[number], force=force)

    @rule(service=st.sampled_from(SERVICES), health=st.sampled_from(["up", "down", "deaf"]))
    def set_health(self, service: str, health: Health) -> None:
        self.reference.health[service] = health
        self.cloud.set_health(self.reference.health)

    @rule(turns=st.integers(1, 6), name=st.sampled_from(NAMES))
    def reset(self, turns: int, name: str) -> None:
        self.cloud.reset(turns=turns)
        self.reference = Reference(NAMES)
        self.ids.clear()
        self.accept(name)

    @rule()
    def restart(self) -> None:
        self.reference.restart()
        self.cloud.restart()
        self.cloud.set_health(self.reference.health)

    @rule()
    def kill(self) -> None:
        self.reference.restart()
        self.cloud.kill()
        self.cloud.set_health(self.reference.health)

    @rule(step=STEPS, commits=st.integers(1, 12))
    def kill_while_time_passes(self, step: int, commits: int) -> None:
        self.cloud.kill_during(lambda inside: inside.advance(step / 1000), commits=commits)
        self.cloud.set_health(self.reference.health)
        self.died = True
        self.reference.live_until(self.cloud.now)
        self.reference.die({id(mine): its.progress.attempts for mine, its in self._pairs()})
        self.advance(0)

    @invariant()
    def agree(self) -> None:
        assert self.cloud.now == self.reference.now
        deliveries = {each.request: each for each in self.cloud.inside.deliveries()}
        pairs = self._pairs()
        assert len(pairs) == len(list(self.reference.requests()))
        assert len(pairs) == len(self.cloud.inside.requests())
        for mine, its in pairs:
            assert _fate(its) == _expected_fate(mine)
            assert _course(deliveries.get(its.number)) == _expected_course(mine.delivery)
        self._compare_arrivals(pairs)

    def configure(self, place: int, config: Config) -> None:
        self.reference.configs[NAMES[place]] = config
        self.cloud.configure(NAMES[place], config)

    def script(self, name: str, script: Script) -> None:
        self.reference.scripts[name] = script
        self.cloud.script(name, script)

    def _pairs(self) -> list[tuple[Expected, Request]]:
        """The requests of the reference, each with the one of the cloud."""
        found = self.cloud.inside.requests()
        by_id = {each.id: each for each in found}
        pairs = [
            (mine, by_id[identifier])
            for mine, identifier in zip(self.reference.roots, self.ids, strict=True)
        ]
        for mine, its in pairs:
            children = [] if mine.delivery is None else mine.delivery.children
            caused = [each for each in found if each.parent == its.id]
            pairs += zip(children, caused, strict=False)
        return pairs

    def _compare_arrivals(self, pairs: Sequence[tuple[Expected, Request]]) -> None:
        expected = {
            service: Counter(
                {
                    its.id: mine.delivery.arrivals
                    for mine, its in pairs
                    if mine.delivery and mine.delivery.target == service and mine.delivery.arrivals
                }
            )
            for service in ("SMN", "OBS", "DIS")
        }
        inside = self.cloud.inside
        events = [json.loads(text) for text in inside.messages(TOPIC)]
        assert Counter(each["request_context"]["request_id"] for each in events) == expected["SMN"]
        assert Counter(each.partition_key for each in inside.records(STREAM)) == expected["DIS"]
        # The same object again is no other object; and one that was put when the process died may
        # be there before anything says so.
        objects = {each.key.removesuffix(".json") for each in inside.objects(BUCKET)}
        assert objects >= set(expected["OBS"])
        assert self.died or objects == set(expected["OBS"])


def _fate(request: Request) -> tuple[str, str, int, bool]:
    progress = request.progress
    return request.status, request.condition or "", progress.attempts, progress.cancelled


def _expected_fate(request: Expected) -> tuple[str, str, int, bool]:
    return request.status, request.condition, request.attempts, request.cancelled


def _course(delivery: Delivery | None) -> tuple[str, str, int] | None:
    if delivery is None:
        return None
    return delivery.outcome, str(delivery.status), delivery.attempts


def _expected_course(delivery: ExpectedDelivery | None) -> tuple[str, str, int] | None:
    return None if delivery is None else (delivery.outcome, delivery.status, delivery.attempts)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with template() as found:
        yield found


def compare(folder: Path, *, sequences: int) -> None:
    machine = type("Machine", (Machine,), {"folder": folder})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=checks,
        ),
    )


def test_whatever_happens_the_cloud_does_what_the_reference_does(folder: Path) -> None:
    compare(folder, sequences=SEQUENCES)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_whatever_happens_in_ten_thousand_sequences(folder: Path) -> None:
    compare(folder, sequences=LONG)
