"""The life of one config: take it over or set it, read it, change it, delete it.

What the service leaves open is decided here: a PUT is sent as a full replace and read back,
because no document says whether an omitted target is kept or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.diff import Change, changes
from pulumi_functiongraph.core.errors import AlreadyConfigured, NotApplied
from pulumi_functiongraph.core.examination import to_bag
from pulumi_functiongraph.core.names import FunctionUrn


class AsyncConfigs(Protocol):
    """The service's calls on async configs, each about one function version."""

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""

    def put_async_config(
        self, config: Config, *, unset: Literal["omit", "empty"] = "omit"
    ) -> LiveConfig:
        """Set the whole config.

        Args:
            config: what to set.
            unset: how an unset target is sent: left out, or in the explicit empty form.
        """

    def delete_async_config(self, function_urn: FunctionUrn) -> None:
        """Delete the config; that there is none is success."""


@dataclass(frozen=True, slots=True)
class Created:
    """What a create came to.

    Attributes:
        live: the config as the service holds it.
        taken_over: whether it was there already.
    """

    live: LiveConfig
    taken_over: bool


def refusal(desired: Config, live: LiveConfig | None, *, adopt: bool) -> str:
    """Why a config may not be created, empty when it may.

    A live config that equals the desired one may be taken over: a crash between the PUT and the
    write of the state leaves exactly that behind.
    """
    if live is None or adopt or desired.same_setting(live.config):
        return ""
    modified = f", last modified {live.last_modified}" if live.last_modified else ""
    listed = "".join(f"\n  {change}" for change in differences(live.config, desired))
    return (
        f"{desired.function_urn} already has an async notification config that this resource does "
        f"not own{modified}. Declared values would replace live ones:{listed}\n"
        "To take it over and set the declared values: adopt=True. "
        "To keep it: declare its values, or remove this resource from the program. "
        "If another resource of this stack has it: give this one its name as an alias "
        "(opts=pulumi.ResourceOptions(aliases=[…])), or remove that one in an update of its own."
    )


def create(
    configs: AsyncConfigs, desired: Config, *, live: LiveConfig | None, adopt: bool
) -> Created:
    """Set a config, or take over the one that is there.

    Args:
        configs: the service.
        desired: what to set.
        live: what the service held a moment ago.
        adopt: whether a different config may be taken over.

    Raises:
        AlreadyConfigured: another config is there, and ``adopt`` is off.
        NotApplied: the service answered 200 and holds something else.
    """
    refused = refusal(desired, live, adopt=adopt)
    if refused:
        raise AlreadyConfigured(refused)
    if live is not None and desired.same_setting(live.config):
        return Created(live, taken_over=True)
    return Created(set_config(configs, desired), taken_over=live is not None)


def set_config(configs: AsyncConfigs, desired: Config) -> LiveConfig:
    """PUT the whole config and read it back, mending a service that merges instead of replacing.

    Raises:
        NotApplied: the service still holds something else after the explicit empty form and after
            DELETE and PUT.
    """
    configs.put_async_config(desired)
    live = configs.get_async_config(desired.function_urn)
    if live is not None and desired.same_setting(live.config):
        return live
    if live is not None and _kept_something(desired, live.config):
        configs.put_async_config(_said_in_full(desired, live.config), unset="empty")
        live = configs.get_async_config(desired.function_urn)
        if live is not None and desired.same_setting(live.config):
            return live
        configs.delete_async_config(desired.function_urn)
        configs.put_async_config(desired)
        live = configs.get_async_config(desired.function_urn)
        if live is not None and desired.same_setting(live.config):
            return live
    raise NotApplied(_not_applied(desired, live))


def differences(before: Config, after: Config) -> tuple[Change, ...]:
    """What differs between two configs, safe to print."""
    return changes(to_bag(before), to_bag(after))


def _kept_something(desired: Config, live: Config) -> bool:
    """Whether the service still holds what the PUT left out."""
    sides = (
        (desired.on_success, live.on_success),
        (desired.on_failure, live.on_failure),
        (desired.enable_async_status_log, live.enable_async_status_log or None),
    )
    return any(asked is None and held is not None for asked, held in sides)


def _said_in_full(desired: Config, live: Config) -> Config:
    """The config with the status log flag said to be off, where leaving it out kept it on."""
    if desired.enable_async_status_log is None and live.enable_async_status_log:
        return desired.model_copy(update={"enable_async_status_log": False})
    return desired


def _not_applied(desired: Config, live: LiveConfig | None) -> str:
    start = f"the service took the async notification config of {desired.function_urn} and "
    remedy = "Somebody else may be changing it: run pulumi refresh, look, and try again."
    if live is None:
        return f"{start}has none when asked at once. {remedy}"
    listed = "".join(f"\n  {change}" for change in differences(desired, live.config))
    return f"{start}holds another one; declared → live:{listed}\n{remedy}"
