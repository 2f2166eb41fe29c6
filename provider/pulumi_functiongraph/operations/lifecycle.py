"""The life of one config: take it over or set it, read it, change it, delete it.

What the service leaves open is decided here: a PUT is sent as a full replace and read back,
because no document says whether an omitted target is kept or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.diff import Change, changes
from pulumi_functiongraph.core.errors import AlreadyConfigured, CloudError, NotApplied, Unavailable
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

    A create that fails leaves no state behind, so the next run would take what this one has made
    for somebody else's: where there was nothing before, it is removed again.

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
    attempt = _mended(configs, desired)
    if attempt.holds(desired):
        return Created(attempt.found(), taken_over=live is not None)
    message = _not_applied(desired, attempt.live)
    if live is None and attempt.is_ours:
        message += _removed_again(configs, desired.function_urn)
    raise NotApplied(message)


def set_config(configs: AsyncConfigs, desired: Config) -> LiveConfig:
    """PUT the whole config and read it back, mending a service that merges instead of replacing.

    Raises:
        NotApplied: the service still holds something else after the explicit empty form and after
            DELETE and PUT, or refused the PUT after the DELETE.
    """
    attempt = _mended(configs, desired)
    if attempt.holds(desired):
        return attempt.found()
    raise NotApplied(_not_applied(desired, attempt.live))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A PUT and what the service held afterwards.

    Attributes:
        answered: the config in the answer to the PUT.
        live: the config that was read after it.
    """

    answered: LiveConfig
    live: LiveConfig | None

    @property
    def is_ours(self) -> bool:
        """Whether what is live is what our PUT has made of it, and nobody wrote since."""
        if self.live is None:
            return False
        if self.answered.last_modified:
            return self.answered.last_modified == self.live.last_modified
        return self.answered == self.live

    def holds(self, desired: Config) -> bool:
        """Whether the service holds what it was told."""
        return self.live is not None and desired.same_setting(self.live.config)

    def found(self) -> LiveConfig:
        """What was read, where something was."""
        if self.live is None:
            raise AssertionError("nothing is live")
        return self.live


def _put(
    configs: AsyncConfigs, config: Config, *, unset: Literal["omit", "empty"] = "omit"
) -> _Attempt:
    answered = configs.put_async_config(config, unset=unset)
    return _Attempt(answered, configs.get_async_config(config.function_urn))


def _mended(configs: AsyncConfigs, desired: Config) -> _Attempt:
    """The last attempt: of one PUT as a rule, of three where the service keeps what is left out."""
    first = _put(configs, desired)
    if (
        first.live is None
        or first.holds(desired)
        or not _kept_something(desired, first.live.config)
    ):
        return first
    second = _put(configs, _said_in_full(desired, first.live.config), unset="empty")
    if second.holds(desired):
        return second
    configs.delete_async_config(desired.function_urn)
    try:
        answered = configs.put_async_config(desired)
    except CloudError as error:
        raise NotApplied(_absent(desired, (second.live or first.live).config, error)) from error
    return _Attempt(answered, configs.get_async_config(desired.function_urn))


def _removed_again(configs: AsyncConfigs, function_urn: FunctionUrn) -> str:
    """Remove what a create has made, and say so."""
    try:
        configs.delete_async_config(function_urn)
    except CloudError as error:
        return (
            f"\nIt was made by this run and could not be removed again ({error}), so the next "
            "pulumi up needs adopt=True to take it over."
        )
    return "\nIt was made by this run and is removed again, so the next pulumi up starts afresh."


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


def _absent(desired: Config, before: Config, error: CloudError) -> str:
    """What is told when a config was deleted to be set anew, and could not be."""
    listed = "".join(f"\n  {change}" for change in differences(before, desired))
    doubt = ", unless the failed request got through" if isinstance(error, Unavailable) else ""
    return (
        f"{error}\n"
        f"{desired.function_urn} HAS NO async notification config now{doubt}: the service kept "
        "what this run leaves out, so it was deleted to be set anew, and setting it "
        f"failed. There was → there ought to be (all else is as declared):{listed}\n"
        "The next pulumi up sets the declared one. To go back to what there was instead, change "
        "the program and run pulumi up --refresh, because the state may still hold the old one."
    )


def _not_applied(desired: Config, live: LiveConfig | None) -> str:
    start = f"the service took the async notification config of {desired.function_urn} and "
    remedy = "Somebody else may be changing it: run pulumi refresh, look, and try again."
    if live is None:
        return f"{start}has none when asked at once. {remedy}"
    listed = "".join(f"\n  {change}" for change in differences(desired, live.config))
    return f"{start}holds another one; declared → live:{listed}\n{remedy}"
