"""The life of one config: it is created or taken over, updated, deleted.

What the service does with a PUT is `put_and_verify`; what must be known before a DELETE is
`deletion`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.operations.async_configs import AsyncConfigs
from pulumi_functiongraph.operations.deletion import delete, is_another
from pulumi_functiongraph.operations.put_and_verify import HalfApplied, differences, put_and_verify
from pulumi_functiongraph.operations.takeover import REMEDY, refusal

__all__ = ["Created", "HalfApplied", "create", "delete", "is_another", "update"]


class Created(msgspec.Struct, frozen=True):
    """What a create came to.

    Attributes:
        live: the config as the service holds it.
        before: the config that was there already and is taken over.
    """

    live: LiveConfig
    before: LiveConfig | None = None


def create(
    configs: AsyncConfigs,
    desired: Config,
    *,
    adopt: bool,
    is_predecessor: Callable[[LiveConfig], bool] = lambda _live: False,
    secret: Collection[str] = (),
) -> Created:
    """Set a config, or take over the one that is there.

    Args:
        configs: the service, which is asked what there is right before anything is sent.
        desired: what to set.
        adopt: whether a different config may be taken over.
        is_predecessor: whether a live config is the one that another resource of this stack had
            and gives up for this one, which may be replaced.
        secret: the properties that have a secret, of which no error shows a value.

    Raises:
        AlreadyConfigured: another config is there, and ``adopt`` is off.
        NotApplied: the service holds something else, or does not say what it holds.
    """

    def takeable() -> LiveConfig | None:
        """The live config; asked for before each attempt, which retries make minutes apart."""
        live = configs.get_async_config(desired.function_urn)
        refused = refusal(desired, live, adopt=adopt, secret=secret)
        if refused and not (live is not None and is_predecessor(live)):
            raise AlreadyConfigured(f"{refused}\n{REMEDY}")
        return live

    live = takeable()
    if live is not None and desired.same_setting(live.config):
        return Created(live, before=live)
    before = {} if live is None else to_bag(live.config)
    held = put_and_verify(
        configs, desired, before=before, seen=live, before_retry=takeable, secret=secret
    )
    return Created(held, before=live)


def update(
    configs: AsyncConfigs, desired: Config, *, recorded: Bag, secret: Collection[str] = ()
) -> LiveConfig:
    """Set the config of a resource that is in the state.

    Args:
        configs: the service.
        desired: what to set.
        recorded: the resource's outputs in state.
        secret: the properties that have a secret, of which no error shows a value.

    Raises:
        AlreadyConfigured: the config in state is gone, and somebody has set another one.
        HalfApplied: the config is set, with what the state had and is left out now.
        NotApplied: the service holds something else, or does not say what it holds.
    """

    def still_owned() -> LiveConfig | None:
        """The live config; asked for before each attempt, so that no other one is replaced."""
        live = configs.get_async_config(desired.function_urn)
        if live is None or desired.same_setting(live.config) or not is_another(recorded, live):
            return live
        raise AlreadyConfigured(
            f"the async notification config of {desired.function_urn} was not changed: the one in "
            f"this stack's state is gone, and another one was set at {live.created_time}. "
            f"Declared values would replace live ones:"
            f"{differences(live.config, desired, secret=secret)}\n"
            "To replace them: pulumi refresh, which takes what is live into the state, then "
            "pulumi up. To leave them alone: remove this resource from the program, and pulumi "
            "state delete --force with its URN."
        )

    seen = still_owned()
    return put_and_verify(
        configs,
        desired,
        before=recorded,
        seen=seen,
        before_retry=still_owned,
        secret=secret,
    )
