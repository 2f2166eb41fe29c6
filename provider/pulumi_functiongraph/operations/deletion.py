"""Deletes a config; every DELETE of this package is sent from here.

The service has no owner mark, no ETag and no conditional DELETE. So this is known, by a GET right
before, when a DELETE is sent:

1. *A resource is destroyed or replaced* (`delete`): the live config is the one that the stack's
   state holds: the same creation time, as far as both are known, and the whole setting. One that
   was changed by hand looks like one that another stack has set since, so it is kept: the error
   says so, the resource stays in the state, and a refresh takes what is live into the state.
2. *A service keeps what a PUT leaves out* (`delete_to_set_anew`): this stack owns the config or
   adopts it, it was read back after two PUTs, it holds all that was sent, and whatever it has
   beyond that was there before them. Otherwise somebody else wrote meanwhile: it is kept.

A create that fails deletes nothing: what it finds after its PUT and did not send is somebody
else's, and what it sent is a success. Between the GET and the DELETE another one's PUT may still
fall; the service offers no way to close that gap.
"""

from __future__ import annotations

from collections.abc import Collection

from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.errors import AlreadyConfigured, CloudError
from pulumi_functiongraph.core.local_inputs import take_out
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.core.times import is_same_time
from pulumi_functiongraph.operations.async_configs import AsyncConfigs


def delete(
    configs: AsyncConfigs,
    function_urn: FunctionUrn,
    *,
    recorded: Bag,
    secret: Collection[str] = (),
) -> None:
    """Delete the config that a stack's state holds; that it is gone already is success.

    Args:
        configs: the service.
        function_urn: whose config.
        recorded: the resource's outputs in state.
        secret: the properties that have a secret, of which no error shows a value.

    Raises:
        AlreadyConfigured: the live config may be somebody else's, and is kept.
        CloudError: the service did not do it, or did not say.
    """
    live = configs.get_async_config(function_urn)
    if live is None:
        return
    doubt = ownership_doubt(recorded, live, secret=secret)
    if doubt:
        raise AlreadyConfigured(
            f"the async notification config of {function_urn} was not deleted: {doubt}\n"
            "Another stack or person may have set it, so it is kept, and this resource stays in "
            "the state. To delete it all the same: pulumi refresh, which takes it into the state, "
            "then the same command again. To leave it alone: pulumi state delete --force with the "
            "URN of this resource."
        )
    _send(configs, function_urn)


def delete_to_set_anew(configs: AsyncConfigs, function_urn: FunctionUrn) -> None:
    """Delete a config that two PUTs could not set; the caller has read what it is, see above.

    Raises:
        CloudError: the service did not do it, or did not say.
    """
    _send(configs, function_urn)


def ownership_doubt(recorded: Bag, live: LiveConfig, *, secret: Collection[str] = ()) -> str:
    """Why a live config may be another one than the one in state; empty where it is the same.

    Args:
        recorded: the resource's outputs in state.
        live: what the service holds.
        secret: the properties that have a secret, of which no value is shown.
    """
    if is_another(recorded, live):
        return (
            f"it was created at {live.created_time}, and the one in this stack's state at "
            f"{recorded.get('createdTime')}, so that one is gone and this one was set since"
        )
    found = changes(take_out(recorded)[0], to_bag(live.config), secret=secret)
    listed = "".join(f"\n  {each}" for each in found)
    return f"it differs from the one in this stack's state; state → live:{listed}" if listed else ""


def is_another(recorded: Bag, live: LiveConfig) -> bool:
    """Whether a live config was created at another time than the one in state, as far as known."""
    return is_same_time(str(recorded.get("createdTime") or ""), live.created_time) is False


def _send(configs: AsyncConfigs, function_urn: FunctionUrn) -> None:
    """Send the DELETE; one whose answer was lost is settled by a read."""
    try:
        configs.delete_async_config(function_urn)
    except CloudError as error:
        if not error.may_have_acted or _is_there(configs, function_urn):
            raise


def _is_there(configs: AsyncConfigs, function_urn: FunctionUrn) -> bool:
    """Whether there is a config, as far as the service says so."""
    try:
        return configs.get_async_config(function_urn) is not None
    except CloudError:
        return True
