"""The life of one config: it is created or taken over, updated, deleted.

What the service does with a PUT is `put_and_verify`; what must be known before a DELETE is
`deletion`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.operations.async_configs import AsyncConfigs
from pulumi_functiongraph.operations.deletion import delete, is_another, ownership_doubt
from pulumi_functiongraph.operations.put_and_verify import differences, put_and_verify

__all__ = ["Created", "create", "delete", "is_another", "refusal", "update"]


@dataclass(frozen=True, slots=True)
class Created:
    """What a create came to.

    Attributes:
        live: the config as the service holds it.
        taken_over: whether it was there already.
    """

    live: LiveConfig
    taken_over: bool


def refusal(
    desired: Config, live: LiveConfig | None, *, adopt: bool, secret: Collection[str] = ()
) -> str:
    """Why a config may not be created, empty when it may.

    A live config that equals the desired one may be taken over: a crash between the PUT and the
    write of the state leaves exactly that behind.

    Args:
        desired: what to set.
        live: what is there.
        adopt: whether a different config may be taken over.
        secret: the properties that have a secret, of which no value is shown.
    """
    if live is None or adopt or desired.same_setting(live.config):
        return ""
    modified = f", last modified {live.last_modified}" if live.last_modified else ""
    return (
        f"{desired.function_urn} already has an async notification config that this resource does "
        f"not own{modified}. Declared values would replace live ones:"
        f"{differences(live.config, desired, secret=secret)}\n"
        "To take it over and set the declared values: adopt=True. "
        "To keep it: declare its values, or remove this resource from the program. "
        "If another resource of this stack has it: give this one its name as an alias "
        "(opts=pulumi.ResourceOptions(aliases=[…])), or remove that one in an update of its own."
    )


def create(
    configs: AsyncConfigs, desired: Config, *, adopt: bool, predecessor: Bag | None = None
) -> Created:
    """Set a config, or take over the one that is there.

    Args:
        configs: the service, which is asked what there is right before anything is sent.
        desired: what to set.
        adopt: whether a different config may be taken over.
        predecessor: what state had of the config that another resource of this stack had, which
            may be replaced as far as it is still that one.

    Raises:
        AlreadyConfigured: another config is there, and ``adopt`` is off.
        NotApplied: the service holds something else, or does not say what it holds.
    """

    def takeable() -> LiveConfig | None:
        """The live config; asked for before each attempt, which retries make minutes apart."""
        live = configs.get_async_config(desired.function_urn)
        is_ours = live and predecessor is not None and not ownership_doubt(predecessor, live)
        refused = refusal(desired, live, adopt=adopt or bool(is_ours))
        if refused:
            raise AlreadyConfigured(refused)
        return live

    live = takeable()
    if live is not None and desired.same_setting(live.config):
        return Created(live, taken_over=True)
    before = {} if live is None else to_bag(live.config)
    held = put_and_verify(configs, desired, before=before, before_retry=takeable)
    return Created(held, taken_over=live is not None)


def update(configs: AsyncConfigs, desired: Config, *, recorded: Bag) -> LiveConfig:
    """Set the config of a resource that is in the state.

    Args:
        configs: the service.
        desired: what to set.
        recorded: the resource's outputs in state.

    Raises:
        AlreadyConfigured: the config in state is gone, and somebody has set another one.
        NotApplied: the service holds something else, or does not say what it holds.
    """

    def still_owned() -> None:
        live = configs.get_async_config(desired.function_urn)
        if live is None or desired.same_setting(live.config) or not is_another(recorded, live):
            return
        raise AlreadyConfigured(
            f"the async notification config of {desired.function_urn} was not changed: the one in "
            f"this stack's state is gone, and another one was set at {live.created_time}. "
            f"Declared values would replace live ones:{differences(live.config, desired)}\n"
            "To replace them: pulumi refresh, which takes what is live into the state, then "
            "pulumi up. To leave them alone: remove this resource from the program, and pulumi "
            "state delete with its URN."
        )

    still_owned()
    return put_and_verify(configs, desired, before=recorded, before_retry=still_owned)
