"""Sets a config with a PUT and verifies it; mends what a PUT that merges leaves over.

What the service leaves open is decided here. A PUT is sent as a full replace. Its answer is
documented to be the whole config, so it is what is read back, where it is whole and what was sent.
A GET follows in doubt: where the answer was lost, is not whole, differs or tells another time of
creation, and where something was set before that is left out now, because no document says whether
a PUT keeps that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.errors import CloudError, FunctionGraphError, NotApplied
from pulumi_functiongraph.core.local_inputs import TARGETS, take_out
from pulumi_functiongraph.core.properties import Bag, BagValue
from pulumi_functiongraph.operations import deletion
from pulumi_functiongraph.operations.async_configs import AsyncConfigs, nothing

_FLAG = "enableAsyncStatusLog"


class HalfApplied(NotApplied):
    """A config was set, and what the service kept beyond it could not be taken out.

    Attributes:
        live: what was read back; all of it is what was sent, or what was there before as the
            stack's own.
    """

    def __init__(self, text: str, live: LiveConfig) -> None:
        super().__init__(text)
        self.live = live


def put_and_verify(
    configs: AsyncConfigs,
    desired: Config,
    *,
    before: Bag,
    seen: LiveConfig | None = None,
    before_retry: Callable[[], object] = nothing,
    secret: Collection[str] = (),
) -> LiveConfig:
    """PUT the whole config and verify it, also where the service merges instead of replacing.

    One request as a rule. Where the service keeps what was there before and is left out now, the
    explicit empty form is sent, then DELETE and PUT.

    Args:
        configs: the service.
        desired: what to set.
        before: what this stack owned or adopts, as a property bag; empty where there was nothing.
        seen: what was live right before, whoever set it.
        before_retry: called before each further attempt of the first PUT; what it raises ends it.
        secret: the properties that have a secret, of which no error shows a value.

    Returns:
        What the service holds.

    Raises:
        HalfApplied: the config is set, with what was there before and is left out now.
        NotApplied: the service holds something else, or does not say what it holds.
        CloudError: the service refused.
    """
    known = (before, to_bag(seen.config) if seen else {})
    is_read = any(_leaves_out(desired, each) for each in known)
    created = seen.created_time if seen else ""
    live = _put(
        configs,
        desired,
        is_read=is_read,
        created=created,
        before_retry=before_retry,
        secret=secret,
    )
    if _holds(live, desired):
        return _found(live)
    if not _keeps_only(before, desired=desired, live=live):
        raise NotApplied(_not_applied(desired, live, secret))
    kept = _found(live)
    try:
        live = _put(configs, with_explicit_off(desired, kept.config), unset="empty", secret=secret)
    except CloudError as error:
        raise HalfApplied(_kept(desired, kept.config, error, secret), kept) from error
    if _holds(live, desired):
        return _found(live)
    if not _keeps_only(before, desired=desired, live=live):
        raise NotApplied(_not_applied(desired, live, secret))
    deletion.delete_to_set_anew(configs, desired.function_urn)
    replaced = _found(live).config
    try:
        live = _put(configs, desired, secret=secret)
    except FunctionGraphError as error:
        raise NotApplied(_absent(desired, replaced, error, secret)) from error
    if not _holds(live, desired):
        raise NotApplied(_not_applied(desired, live, secret))
    return _found(live)


def with_explicit_off(desired: Config, live: Config) -> Config:
    """The config with the status log flag set to off, where leaving it out kept it on."""
    if desired.enable_async_status_log is None and live.enable_async_status_log:
        return desired.model_copy(update={"enable_async_status_log": False})
    return desired


def differences(before: Config, after: Config, *, secret: Collection[str] = ()) -> str:
    """What differs between two configs, a line each, safe to print.

    Args:
        before: a config.
        after: another one.
        secret: the properties that have a secret, of which no value is shown.
    """
    found = changes(to_bag(before), to_bag(after), secret=secret)
    return "".join(f"\n  {change}" for change in found)


def _put(
    configs: AsyncConfigs,
    config: Config,
    *,
    unset: Literal["omit", "empty"] = "omit",
    is_read: bool = True,
    created: str = "",
    before_retry: Callable[[], object] = nothing,
    secret: Collection[str] = (),
) -> LiveConfig | None:
    """PUT, and what the service holds afterwards.

    Args:
        configs: the service.
        config: what to set.
        unset: how an unset target is sent.
        is_read: whether a GET follows whatever the answer is.
        created: when what is replaced was created, as far as is known; a GET follows an answer
            that tells another time.
        before_retry: called before each further attempt; what it raises ends it.
        secret: the properties that have a secret, of which no error shows a value.

    Raises:
        NotApplied: the answer to the PUT was lost, and the read does not show the config.
        CloudError: the service refused.
    """
    answered: LiveConfig | None = None
    lost: CloudError | None = None

    def before_another() -> None:
        """No further attempt where an earlier one was carried out and its answer lost."""
        live = before_retry()
        if isinstance(live, LiveConfig) and _holds(live, config):
            raise _IsSetError(live)

    try:
        answered = configs.put_async_config(config, unset=unset, before_retry=before_another)
    except _IsSetError as found:
        return found.live
    except CloudError as error:
        if not error.may_have_acted:
            raise
        lost = error
    if not is_read and _is_whole(answered, created) and _holds(answered, config):
        return answered
    try:
        live = configs.get_async_config(config.function_urn)
    except CloudError as unread:
        if _holds(answered, config):
            return answered
        raise NotApplied(_not_known(config, lost, unread)) from unread
    if lost is not None and not _holds(live, config):
        raise NotApplied(_was_not_set(config, live, lost, secret)) from lost
    return live


class _IsSetError(FunctionGraphError):
    """What is live is what was sent."""

    def __init__(self, live: LiveConfig) -> None:
        super().__init__("it is set already")
        self.live = live


def _holds(live: LiveConfig | None, desired: Config) -> bool:
    return live is not None and desired.same_setting(live.config)


def _is_whole(answered: LiveConfig | None, created: str) -> bool:
    """Whether an answer says when the config was set, as one that only repeats the PUT does not.

    One that was created at another time is another config's.
    """
    if answered is None or not (answered.created_time and answered.last_modified):
        return False
    return created in ("", answered.created_time)


def _leaves_out(desired: Config, before: Bag) -> bool:
    """Whether something was set that is not sent now, so that a PUT that merges would keep it."""
    sent, owned = to_bag(desired), take_out(before)[0]
    optional = (*TARGETS, _FLAG)
    return any(_value(owned, key) is not None and _value(sent, key) is None for key in optional)


def _found(live: LiveConfig | None) -> LiveConfig:
    if live is None:
        raise AssertionError("nothing is live")
    return live


def _keeps_only(before: Bag, *, desired: Config, live: LiveConfig | None) -> bool:
    """Whether all that is live beyond what was sent was there before, so that nobody else wrote."""
    if live is None:
        return False
    sent, held, owned = to_bag(desired), to_bag(live.config), take_out(before)[0]
    different = {key for key in sent | held if _value(sent, key) != _value(held, key)}
    return all(
        _value(sent, key) is None and _value(held, key) == _value(owned, key) for key in different
    )


def _value(bag: Mapping[str, BagValue], key: str) -> BagValue:
    """A property's value; a status log flag that is off counts as not set."""
    value = bag.get(key)
    return None if key == _FLAG and not value else value


def _not_applied(desired: Config, live: LiveConfig | None, secret: Collection[str]) -> str:
    start = f"the service took the async notification config of {desired.function_urn} and "
    remedy = (
        "Somebody else may have set it, or the service changes values, so what is live is left as "
        "it is. Look at it; then run pulumi up --refresh, or, for a resource that is not in the "
        "state yet, take it over with adopt: true."
    )
    if live is None:
        return f"{start}has none when asked at once. {remedy}"
    differing = differences(desired, live.config, secret=secret)
    return f"{start}holds another one; declared → live:{differing}\n{remedy}"


def _was_not_set(
    desired: Config, live: LiveConfig | None, lost: CloudError, secret: Collection[str]
) -> str:
    """The message when an answer was lost, and the read shows that it was not carried out."""
    if live is None:
        return (
            f"{lost}\nThe service was asked right after that: there is no async notification "
            f"config of {desired.function_urn}, so it was not set. Run pulumi up again."
        )
    return (
        f"{lost}\nThe service was asked right after that: what is live is not what was sent, so it "
        f"was not set, or somebody else set another one since; declared → live:"
        f"{differences(desired, live.config, secret=secret)}\nLook at it, and run pulumi up again."
    )


def _not_known(desired: Config, lost: CloudError | None, unread: CloudError) -> str:
    """The message when nobody knows whether the config was set."""
    start = f"{lost}\n" if lost is not None else ""
    return (
        f"{start}Whether the async notification config of {desired.function_urn} is set now could "
        f"not be read either: {unread}\n"
        "It may be live. For a new resource it is then in no state: pulumi up takes it over when "
        "it has the declared values, with other values only with adopt: true, and pulumi destroy "
        "does not know of it. For a resource that is in the state already, pulumi up --refresh "
        "sees what is live."
    )


def _kept(desired: Config, live: Config, error: CloudError, secret: Collection[str]) -> str:
    """The message when what a service kept could not be taken out of a config that was set."""
    return (
        f"{error}\n"
        f"The async notification config of {desired.function_urn} was set, but the service kept "
        "what this run leaves out, and taking that out failed; declared → live:"
        f"{differences(desired, live, secret=secret)}\nRun pulumi up again."
    )


def _absent(
    desired: Config, replaced: Config, error: FunctionGraphError, secret: Collection[str]
) -> str:
    """The message when a config was deleted to be set anew, and could not be."""
    return (
        f"{error}\n"
        f"{desired.function_urn} HAS NO async notification config now, as far as is known: the "
        "service kept what this run leaves out, so it was deleted to be set anew, and setting it "
        "failed. There was → there ought to be (all else is as declared):"
        f"{differences(replaced, desired, secret=secret)}\n"
        "The next pulumi up sets the declared one. To go back to what there was instead, change "
        "the program and run pulumi up --refresh, because the state may still hold the old one."
    )
