"""Two provider processes of one run leave each other's configs alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from pulumi_functiongraph.bridge import run_folder
from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.config_bags import PropertyBag
from pulumi_functiongraph.bridge.config_provider import ConfigProvider
from pulumi_functiongraph.bridge.run_ownership import RunOwnership
from pulumi_functiongraph.core.errors import AlreadyConfigured, OwnershipUnknown
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import settings_of

SEED = "functions: [{name: orders}, {name: billing}]"
SECRET = {"destination": "OBS", "bucket": "canary-bucket"}


class Process:
    """A provider process of the run of a port, with one configured provider."""

    def __init__(self, settings: Mapping[str, str], port: int) -> None:
        self.run = RunOwnership()
        account = Account(settings.get)
        self.configs = ConfigProvider(account, self.run.of(("127.0.0.1", port)))
        self.said: list[str] = []

    def check(
        self,
        function: str,
        *,
        resource: str = "",
        olds: PropertyBag | None = None,
        **news: object,
    ) -> PropertyBag:
        declared = bag(functionUrn=function, **news)
        found = self.configs.check(olds or bag(), declared, resource=resource)
        assert found.problems == ()
        return PropertyBag(found.declared.inputs(), frozenset())

    def create(self, news: PropertyBag) -> tuple[str, PropertyBag]:
        urn, outputs = self.configs.create(self.configs.declared(news), log=self.said.append)
        return str(urn), PropertyBag(outputs, frozenset())

    def delete(self, id_: str, state: PropertyBag) -> None:
        self.configs.delete(id_, state, log=self.said.append)

    def live(self, id_: str) -> int | None:
        """The retries of the live config."""
        found = self.configs.live(FunctionUrn.parse(id_))
        return None if found is None else found.config.max_async_retry_attempts


def bag(**values: object) -> PropertyBag:
    return PropertyBag(values, frozenset())


class Runs:
    """Makes processes; those of one port are of one run."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self.started: list[Process] = []

    def __call__(self, port: int = 4711) -> Process:
        self.started.append(Process(self._settings, port))
        return self.started[-1]


@pytest.fixture
def process(
    functiongraph_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Runs]:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    functiongraph_emulator.seed(SEED)
    runs = Runs(settings_of(functiongraph_emulator.environment))
    yield runs
    for each in runs.started:
        each.run.leave()
    functiongraph_emulator.reset()


def test_a_config_that_moved_to_another_provider_is_not_deleted_by_the_first(
    process: Runs,
) -> None:
    earlier, old, new = process(1), process(), process()
    id_, state = earlier.create(earlier.check("orders"))
    _, taken = new.create(new.check("orders"))
    old.delete(id_, state)
    assert old.live(id_) == 1
    assert "is kept" in old.said[-1]
    later = process(2)
    later.delete(id_, taken)
    assert later.live(id_) is None


def test_a_config_whose_new_owner_could_not_be_created_is_not_deleted(process: Runs) -> None:
    earlier, old, new = process(1), process(), process()
    id_, state = earlier.create(earlier.check("orders"))
    changed = new.check("orders", maxAsyncRetryAttempts=2)
    with pytest.raises(AlreadyConfigured, match="does not own"):
        new.create(changed)

    for each in (old, new):
        with pytest.raises(AlreadyConfigured, match="another resource of this program declares"):
            each.delete(id_, state)

    assert old.live(id_) == 1


def test_no_error_shows_a_secret_number(process: Runs) -> None:
    """Whichever side it is on, and whatever is refused."""
    one, secret = process(1), frozenset({"maxAsyncEventAgeInSeconds"})
    inputs = one.check("orders", maxAsyncEventAgeInSeconds=4242)
    id_, state = one.create(inputs)
    gone = {**state.bag, "createdTime": "2020-01-01T00:00:00Z"}
    other = {**inputs.bag, "maxAsyncEventAgeInSeconds": 5151}
    plain = bag(functionUrn=id_)
    said: list[str] = []

    def refused(call: Callable[[ConfigProvider], object]) -> str:
        with pytest.raises(AlreadyConfigured) as error:
            call(process(len(process.started) + 1).configs)
        return str(error.value)

    errors = [
        refused(lambda it: it.create(it.declared(PropertyBag(other, secret)), log=said.append)),
        refused(lambda it: it.update(PropertyBag(gone, secret), it.declared(plain))),
        refused(lambda it: it.update(PropertyBag(gone), it.declared(PropertyBag(other, secret)))),
        refused(lambda it: it.delete(id_, PropertyBag({**state.bag, **other}, secret), log=print)),
    ]
    comparing = process(90).configs
    comparing.diff(id_, PropertyBag(state.bag, secret), plain, log=said.append)
    comparing.diff(id_, PropertyBag(state.bag), PropertyBag(other, secret), log=said.append)

    for each in (*errors, *said):
        assert "maxAsyncEventAgeInSeconds" in each
        assert not any(number in each.replace(",", "") for number in ("4242", "5151", "3600"))


def test_two_providers_cannot_set_the_config_of_one_function_version(process: Runs) -> None:
    first, second = process(), process()
    news = first.check("orders", resource="urn:pulumi:a")
    refused = second.configs.check(bag(), bag(functionUrn="orders"), resource="urn:pulumi:b")
    assert [each.partition(":")[0] for each in refused.problems] == ["functionUrn"]
    id_, _ = first.create(news)
    with pytest.raises(AlreadyConfigured, match="Merge the two resources"):
        second.create(bag(functionUrn=id_, maxAsyncRetryAttempts=1))


def test_a_successor_in_another_process_replaces_what_was_kept_for_it(process: Runs) -> None:
    earlier, old, new = process(1), process(), process()
    id_, state = earlier.create(earlier.check("orders", onFailure=SECRET))
    news = new.check("orders", maxAsyncRetryAttempts=3)
    old.delete(id_, state)
    new.create(news)
    assert new.live(id_) == 3


def test_a_successor_in_another_process_does_not_replace_what_was_set_since(process: Runs) -> None:
    earlier, old, new = process(1), process(), process()
    id_, state = earlier.create(earlier.check("orders"))
    declared = earlier.configs.declared(earlier.check("orders", maxAsyncRetryAttempts=2))
    changed = earlier.configs.update(state, declared)
    assert changed["maxAsyncRetryAttempts"] == 2
    news = new.check("orders", maxAsyncRetryAttempts=3)
    old.delete(id_, state)
    with pytest.raises(AlreadyConfigured, match="adopt: true"):
        new.create(news)
    assert new.live(id_) == 2


@pytest.mark.parametrize("steps", ["abab", "aabb", "abba", "baab"])
def test_resources_of_two_processes_exchange_their_functions_in_any_order(
    process: Runs, steps: str
) -> None:
    earlier, later = process(1), process(2)
    state, news, made = {}, {}, {}
    for name, function in (("a", "orders"), ("b", "billing")):
        declared = earlier.check(function, maxAsyncRetryAttempts=len(function) % 4)
        state[name] = (*earlier.create(declared), declared)
    processes = {"a": process(), "b": process()}
    for name, other in (("a", "b"), ("b", "a")):
        _, _, olds = state[name]
        retries = olds.bag["maxAsyncRetryAttempts"]
        there = state[other][0]
        news[name] = processes[name].check(there, olds=olds, maxAsyncRetryAttempts=retries)

    deleted: set[str] = set()
    for name in steps:
        if name in deleted:
            made[name] = processes[name].create(news[name])
        else:
            processes[name].delete(*state[name][:2])
            deleted.add(name)

    assert [later.live(state[name][0]) for name in "ab"] == [3, 2]
    for created in made.values():
        later.delete(*created)
    assert [later.live(state[name][0]) for name in "ab"] == [None, None]


def test_what_another_resource_keeps_is_not_replaced(process: Runs) -> None:
    """Whichever of the two is checked first."""
    earlier, first, second = process(1), process(), process()
    olds = earlier.check("orders")
    id_, _ = earlier.create(olds)
    news = first.check("orders", resource="urn:pulumi:a", maxAsyncRetryAttempts=3)
    refused = second.configs.check(olds, bag(functionUrn=id_), resource="urn:pulumi:b")
    assert refused.problems

    with pytest.raises(AlreadyConfigured, match="does not own"):
        first.create(news)


def test_a_kept_config_that_cannot_be_read_is_not_replaced_elsewhere(
    process: Runs, functiongraph_emulator: Emulator
) -> None:
    earlier, old, new = process(1), process(), process()
    id_, state = earlier.create(earlier.check("orders"))
    news = new.check("orders", maxAsyncRetryAttempts=3)
    functiongraph_emulator.faults({"operation": "ShowFunctionAsyncInvokeConfig", "status": 403})
    old.delete(id_, state)
    functiongraph_emulator.faults()
    with pytest.raises(AlreadyConfigured, match="adopt: true"):
        new.create(news)


def test_nothing_is_deleted_where_nobody_knows_what_others_declare(
    process: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = process(1)
    id_, state = earlier.create(earlier.check("orders"))
    monkeypatch.setattr(run_folder, "_open_private", cannot_open)
    alone = process()
    with pytest.raises(OwnershipUnknown, match="Too many open files"):
        alone.delete(id_, state)
    assert alone.live(id_) == 1
    assert alone.configs.read(FunctionUrn.parse(id_), state, log=alone.said.append) is not None


def cannot_open(path: str, parent: int | None) -> int:
    raise OSError(24, "Too many open files", path)


def test_a_delete_says_where_processes_do_not_know_of_each_other(
    process: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    monkeypatch.setitem(sys.modules, run_folder.__name__, None)
    alone = process()
    id_, state = alone.create(alone.check("orders"))
    later = process(4712)
    later.delete(id_, state)
    assert later.live(id_) is None
    assert "do not know what the others declare" in later.said[0]
