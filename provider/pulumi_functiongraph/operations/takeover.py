"""What is said of a live config that is in no state of the stack: refused, or taken over."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.operations.put_and_verify import differences

REMEDY = (
    "To take it over and set the declared values: adopt: true. "
    "To take it over as it is, with the native plugin: pulumi import. "
    "To keep it: declare its values, or remove this resource from the program. "
    "If another resource of this stack has it: give this one the URN of that one as an alias (the "
    "resource option aliases; pulumi stack --show-urns lists them), or remove that one in an "
    "update of its own."
)
"""What to do about a refusal."""

_EQUAL = "its async notification config is live already as declared, and is taken over"
_SHARED = (
    "where another resource has it as well, of this stack or another one, a destroy of either "
    "deletes it"
)


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
        f"{differences(live.config, desired, secret=secret)}"
    )


def takeover(
    live: Config, declared: Config, *, secret: Collection[str] = (), is_explained: bool
) -> str:
    """The line on a config that is taken over; whose state has the config, no service tells.

    Args:
        live: what is there.
        declared: what it is set to.
        secret: the properties that have a secret, of which no value is shown.
        is_explained: whether the consequences were reported before, or were asked for.
    """
    differing = differences(live, declared, secret=secret)
    if not differing:
        return _EQUAL if is_explained else f"{_EQUAL}; {_SHARED}"
    return (
        "its live async notification config is taken over (adopt: true), and declared values "
        f"replace live ones:{differing}"
    )
