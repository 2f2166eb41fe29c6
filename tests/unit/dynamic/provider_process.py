"""A provider as the engine has it: configured by a stack's settings, in time that only passes.

The dynamic one, or the plugin in its place: tests that ask for the fixture ``each_provider`` say
what both promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from pulumi.dynamic import ConfigureRequest, DiffResult
from pulumi.dynamic.config import Config as StackConfig
from pulumi.output import Unknown

from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.dynamic.provider import AsyncNotificationConfigProvider
from unit.dynamic.plugin_in_process import PluginInProcess

NAMES = {
    "FUNCTIONGRAPH_REGION": "region",
    "HUAWEICLOUD_SDK_PROJECT_ID": "projectId",
    "HUAWEICLOUD_SDK_AK": "accessKey",
    "HUAWEICLOUD_SDK_SK": "secretKey",
    "FUNCTIONGRAPH_CLOUD": "cloud",
    "FUNCTIONGRAPH_ENDPOINTS": "endpoints",
}
"""The variables that the local cloud gives out → the keys of Pulumi config."""


def settings_of(environment: Mapping[str, str], **changed: str) -> dict[str, str]:
    """Pulumi config for the local cloud; an empty text leaves a key out."""
    told = {key: environment[name] for name, key in NAMES.items()} | changed
    return {key: value for key, value in told.items() if value}


@dataclass
class Waits:
    """How long was slept, which takes no time.

    Attributes:
        ahead: seconds that this machine's clock is wrong by.
        slept: seconds of each wait.
    """

    ahead: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clocks(self) -> Clocks:
        return Clocks(
            now=lambda: datetime.now(UTC) + timedelta(seconds=self.ahead),
            monotonic=lambda: sum(self.slept),
            sleep=self.slept.append,
            chance=lambda: 1.0,
        )


AnyProvider: TypeAlias = AsyncNotificationConfigProvider | PluginInProcess


@dataclass
class Door:
    """Which of the two the tests have.

    Attributes:
        is_plugin: whether it is the plugin.
    """

    is_plugin: bool = False


DOOR = Door()


class _WithItsState(AsyncNotificationConfigProvider):
    """The provider with states that name it, as the SDK hands them on."""

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return super().diff(_id, {"__provider": "pickled", **_olds}, _news)


def provider_with(settings: Mapping[str, str]) -> AnyProvider:
    """A configured provider, as at the start of each run of the engine."""
    return PluginInProcess(settings) if DOOR.is_plugin else dynamic_provider_with(settings)


def dynamic_provider_with(settings: Mapping[str, str]) -> AsyncNotificationConfigProvider:
    """The same, always the dynamic one."""
    provider = _WithItsState()
    told = {f"functiongraph:{key}": value for key, value in settings.items()}
    provider.configure(ConfigureRequest(StackConfig(told, "trial")))
    return provider


def impatient(provider: AnyProvider, waits: Waits) -> None:
    """Let the provider's client wait in no time."""
    settings = provider.configs.account.settings
    if settings.credentials is not None:
        session = Session(settings, clocks=waits.clocks())
        provider.configs.account.functiongraph = FunctionGraph(session)


@dataclass(frozen=True)
class Run:
    """What an `up` of one new config came to.

    Attributes:
        message: what the engine would print, empty when the config was created.
        outputs: what state would hold.
        slept: seconds between attempts.
    """

    message: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    slept: tuple[float, ...] = ()


def up(settings: Mapping[str, str], news: Mapping[str, Any], *, ahead: float = 0.0) -> Run:
    """Check and create in a new provider process, as ``pulumi up --skip-preview`` does."""
    waits = Waits(ahead)
    provider = provider_with(settings)
    impatient(provider, waits)
    checked = provider.check({}, dict(news))
    if checked.failures:
        assert [failure.property for failure in checked.failures] == [""]
        return Run(checked.failures[0].reason, slept=tuple(waits.slept))
    try:
        created = provider.create(checked.inputs)
    except FunctionGraphError as error:
        return Run(str(error), slept=tuple(waits.slept))
    assert created.outs is not None
    return Run("", created.outs, tuple(waits.slept))


def unknown() -> Any:
    return Unknown()  # type: ignore[no-untyped-call] # the SDK left it untyped


def created(provider: AnyProvider, **news: Any) -> dict[str, Any]:
    """Check and create, as the engine does; what state then holds."""
    checked = provider.check({}, {"functionUrn": "orders", **news})
    assert not checked.failures
    outputs = provider.create(checked.inputs).outs
    assert outputs is not None
    return outputs


def put(provider: AnyProvider, urn: str, **setting: Any) -> None:
    """Somebody else sets a config."""
    config = Config(function_urn=FunctionUrn.parse(urn), **setting)
    provider.configs.account.functiongraph.put_async_config(config)
