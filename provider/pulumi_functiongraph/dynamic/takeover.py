"""What is said of a config that is live already and is taken over."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.operations.put_and_verify import differences

_EQUAL = (
    "its async notification config is there already with the declared values and is taken over; "
    "nothing is lost where this stack has it under another name (a rename, a swap) or made it in a "
    "run that broke off; where another stack has it, a destroy of either of the two deletes it"
)


def takeover(live: Config, declared: Config, *, secret: Collection[str]) -> str:
    """The line for the preview; whose state has the config, no service tells.

    Args:
        live: what is there.
        declared: what it is set to.
        secret: the properties that have a secret, of which no value is shown.
    """
    differing = in_snake(differences(live, declared, secret=secret))
    if not differing:
        return _EQUAL
    return (
        "its live async notification config is taken over (adopt=True), and declared values "
        f"replace live ones:{differing}"
    )
