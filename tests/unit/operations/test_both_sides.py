"""Reading both sides of a comparison, against a port's double for each account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from factories import PROJECT, REGION, function_urn
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import CloudError, Unavailable
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn, Place
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
from pulumi_functiongraph.core.prechecks.results import CheckResult
from pulumi_functiongraph.core.stack import parse_export
from pulumi_functiongraph.core.targets import Function
from pulumi_functiongraph.operations.both_sides import (
    BothSides,
    ReadOnlyAccount,
    Wanted,
    read_both_sides,
)
from unit.core.stack.told import export, pulumi_urn, state, to_fn
from unit.operations.walk_port import Beyond

DECLARED_ONLY = Wanted(whole=False, cycles=False, prechecks=False)
EVERYTHING = Wanted(whole=True, cycles=True, prechecks=True)
LOOP = {"onSuccess": to_fn("a")}


@dataclass
class Cloud:
    """The double of an account; `opened` has the settings of every account that was opened."""

    live: tuple[LiveConfig, ...] = ()
    region: str = REGION
    failing: CloudError | None = None
    asked: list[Sequence[CheckedConfig]] = field(default_factory=list)
    opened: list[Mapping[str, str]] = field(default_factory=list)

    @contextmanager
    def open(self, config: Mapping[str, str]) -> Iterator[ReadOnlyAccount]:
        self.opened.append(config)
        yield ReadOnlyAccount(
            self.region,
            self,
            self.project,
            lambda _places, _deadline: Beyond(),
            self.precheck,
            lambda _done, _of: None,
        )

    def project(self) -> Place:
        if self.failing:
            raise self.failing
        return REGION, PROJECT

    def precheck(self, subjects: Sequence[CheckedConfig]) -> tuple[CheckResult, ...]:
        self.asked.append(subjects)
        return ()

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        return next((one for one in self.live if one.config.function_urn == function_urn), None)

    def list_async_configs(self, function_urn: FunctionUrn) -> Sequence[LiveConfig]:
        return [one for one in self.live if one.config.function_urn == function_urn]

    def list_functions(self, *, region: str, project_id: str) -> Iterator[FunctionFacts]:
        return (FunctionFacts(one.config.function_urn) for one in self.live)


def live(name: str) -> LiveConfig:
    return LiveConfig(config=Config(function_urn=function_urn(name)))


def of_region(region: str) -> dict[str, object]:
    """The provider of a stack whose Pulumi config names a region."""
    kind = "pulumi:providers:pulumi-python"
    inputs = {"functiongraph:region": region}
    return {"urn": pulumi_urn("default", kind=kind), "type": kind, "inputs": inputs}


def both(account: Cloud, *exported: str, wanted: Wanted = EVERYTHING) -> BothSides:
    exports = [parse_export(each.encode()) for each in exported]
    return read_both_sides(exports, account.open, wanted, as_read_back=lambda config: config)


def test_stacks_with_the_same_settings_are_read_with_one_account() -> None:
    account = Cloud((live("a"), live("b")))

    found = both(account, export(state("a")), export(state("b")), wanted=DECLARED_ONLY)

    assert len(account.opened) == 1
    assert [each.name for each in found.declared] == ["a", "b"]
    assert set(found.live.configs) == {function_urn("a"), function_urn("b")}


def test_stacks_with_other_settings_are_read_with_accounts_of_their_own() -> None:
    account = Cloud((live("a"),))

    both(
        account,
        export(state("a"), of_region("eu-de")),
        export(of_region("eu-nl")),
        wanted=DECLARED_ONLY,
    )

    assert [config["region"] for config in account.opened] == ["eu-de", "eu-nl"]


def test_a_config_that_nobody_declares_is_found_in_the_project_of_the_settings() -> None:
    account = Cloud((live("stray"),))

    assert function_urn("stray") in both(account, export()).live.configs
    assert not both(account, export(), wanted=DECLARED_ONLY).live.configs


def test_a_project_that_cannot_be_looked_up_is_unread_and_no_all_clear() -> None:
    down = Unavailable(operation="find the project id", resource="region", detail="down")

    found = both(Cloud(failing=down), export())

    assert f"the project of {REGION}" in found.live.unread


def test_without_a_config_and_a_region_it_is_said_that_nothing_was_compared() -> None:
    whole, declared = (
        both(Cloud(region=""), export(), wanted=wanted) for wanted in (EVERYTHING, DECLARED_ONLY)
    )

    assert "set FUNCTIONGRAPH_REGION" in whole.missing[-1]
    assert "nothing to compare" in declared.missing[-1]


def test_what_is_live_is_judged_only_where_that_is_asked_for() -> None:
    urn = function_urn("a")
    loop = Config(function_urn=urn, on_success=Function(function_urn=urn))
    account = Cloud((LiveConfig(config=loop),))

    found = both(account, export(state("a", inputs=LOOP)))
    left = both(account, export(state("a", inputs=LOOP)), wanted=DECLARED_ONLY)

    assert [finding.rule for finding in found.findings] == ["FGN101"]
    assert not left.findings
    assert [len(subjects) for subjects in account.asked] == [1]
