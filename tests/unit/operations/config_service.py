"""A port double: a service with async configs, whose PUT does what the documents leave open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import CloudError
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Topic
from pulumi_functiongraph.operations.async_configs import nothing

URN = FunctionUrn("eu-de", "p1", "default", "orders")
OTHER_URN = FunctionUrn("eu-de", "p1", "default", "other")
TOPIC = Topic(topic_urn="urn:smn:eu-de:p1:done")
BUCKET = Bucket(bucket="failed")

Keeping = Literal[
    "replaces",
    "merges",
    "merges and ignores the empty form",
    "never applies",
    "takes at most a minute",
]


def aged(seconds: int) -> Config:
    return Config(function_urn=URN, max_async_event_age_in_seconds=seconds)


def with_targets() -> Config:
    return Config(function_urn=URN, on_success=TOPIC, on_failure=BUCKET)


def failure(
    kind: type[CloudError],
    operation: str = "set the async config",
    *,
    may_have_acted: bool = False,
) -> CloudError:
    return kind(
        operation=operation,
        resource=str(URN),
        status=500,
        detail="busy",
        may_have_acted=may_have_acted,
    )


@dataclass
class ConfigService:
    """Logs its calls; its clock shows whole seconds, as the services do.

    Attributes:
        keeping: what a PUT does with what is left out.
        held: what is live.
        calls: what was asked, in order.
        refused: by number of the call, counted from one, what it fails with instead.
        lost: by number of the call, what it fails with after it was carried out.
        passing: by number, the PUTs that are made again because the service was busy.
        meanwhile: by number of the call, what somebody else does right before it.
        partial: what the answer to a PUT has in place of what is held.
        second: the clock.
    """

    keeping: Keeping = "replaces"
    held: dict[FunctionUrn, LiveConfig] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refused: dict[int, CloudError] = field(default_factory=dict)
    lost: dict[int, CloudError] = field(default_factory=dict)
    passing: set[int] = field(default_factory=set)
    meanwhile: dict[int, Callable[[], object]] = field(default_factory=dict)
    partial: dict[str, str] = field(default_factory=dict)
    second: int = 0

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call != "GET"]

    def set_by_hand(self, config: Config) -> LiveConfig:
        """What anybody's PUT does, not logged."""
        now = f"2026-01-01T00:00:{self.second:02}Z"
        before = self.held.get(config.function_urn)
        created = before.created_time if before else now
        live = LiveConfig(config=config, created_time=created, last_modified=now)
        self.held[config.function_urn] = live
        return live

    def delete_by_hand(self, function_urn: FunctionUrn = URN) -> None:
        self.held.pop(function_urn, None)

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        number = self._called("GET")
        found = self.held.get(function_urn)
        self._lose(number)
        return found

    def put_async_config(
        self,
        config: Config,
        *,
        unset: Literal["omit", "empty"] = "omit",
        before_retry: Callable[[], object] = nothing,
    ) -> LiveConfig:
        name = "PUT" if unset == "omit" else "PUT with empty targets"
        number = self._called(name)
        while number in self.passing:
            before_retry()
            number = self._called(name)
        live = LiveConfig(config=config)
        if self.keeping != "never applies":
            live = self.set_by_hand(self._kept(config, unset))
        self._lose(number)
        return live.model_copy(update=self.partial)

    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        number = self._called("DELETE")
        if self.keeping != "never applies":
            self.delete_by_hand(function_urn)
        self._lose(number)

    def _kept(self, config: Config, unset: str) -> Config:
        if self.keeping == "takes at most a minute":
            return config.model_copy(update={"max_async_event_age_in_seconds": 60})
        before = self.held.get(config.function_urn)
        empties = unset == "empty" and self.keeping == "merges"
        if before is None or self.keeping == "replaces" or empties:
            return config
        kept = ("on_success", "on_failure", "enable_async_status_log")
        update = {key: getattr(before.config, key) for key in kept if getattr(config, key) is None}
        return config.model_copy(update=update)

    def _called(self, name: str) -> int:
        self.calls.append(name)
        number = len(self.calls)
        self.meanwhile.get(number, lambda: None)()
        if number in self.refused:
            raise self.refused[number]
        return number

    def _lose(self, number: int) -> None:
        if number in self.lost:
            raise self.lost[number]
