"""The life of one config: create it or take it over, update it, delete it.

What the service does with a PUT is `put_and_verify`; what must be known before a DELETE is
`deletion`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_functiongraph.core.bag import Bag
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.examination import to_bag
from pulumi_functiongraph.operations.async_configs import AsyncConfigs
from pulumi_functiongraph.operations.deletion import delete
from pulumi_functiongraph.operations.put_and_verify import differences, put_and_verify

__all__ = ["Created", "create", "delete", "refusal", "update"]


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
    return (
        f"{desired.function_urn} already has an async notification config that this resource does "
        f"not own{modified}. Declared values would replace live ones:"
        f"{differences(live.config, desired)}\n"
        "To take it over and set the declared values: adopt=True. "
        "To keep it: declare its values, or remove this resource from the program. "
        "If another resource of this stack has it: give this one its name as an alias "
        "(opts=pulumi.ResourceOptions(aliases=[…])), or remove that one in an update of its own."
    )


def create(configs: AsyncConfigs, desired: Config, *, adopt: bool) -> Created:
    """Set a config, or take over the one that is there.

    Args:
        configs: the service, which is asked what there is right before anything is sent.
        desired: what to set.
        adopt: whether a different config may be taken over.

    Raises:
        AlreadyConfigured: another config is there, and ``adopt`` is off.
        NotApplied: the service holds something else, or does not say what it holds.
    """
    live = _takeable(configs, desired, adopt=adopt)
    if live is not None and desired.same_setting(live.config):
        return Created(live, taken_over=True)

    def still_takeable() -> None:
        """Retries take up to two minutes, in which somebody else may set a config."""
        _takeable(configs, desired, adopt=adopt)

    before = {} if live is None else to_bag(live.config)
    held = put_and_verify(configs, desired, before=before, before_retry=still_takeable)
    return Created(held, taken_over=live is not None)


def _takeable(configs: AsyncConfigs, desired: Config, *, adopt: bool) -> LiveConfig | None:
    """The live config, where it may be set or taken over."""
    live = configs.get_async_config(desired.function_urn)
    refused = refusal(desired, live, adopt=adopt)
    if refused:
        raise AlreadyConfigured(refused)
    return live


def update(configs: AsyncConfigs, desired: Config, *, recorded: Bag) -> LiveConfig:
    """Set the config of a resource that is in the state.

    Args:
        configs: the service.
        desired: what to set.
        recorded: the resource's outputs in state.

    Raises:
        NotApplied: the service holds something else, or does not say what it holds.
    """
    return put_and_verify(configs, desired, before=recorded)
