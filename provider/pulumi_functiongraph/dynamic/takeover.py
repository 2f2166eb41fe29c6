"""The report on a config that is live already and is taken over."""

from __future__ import annotations

from collections.abc import Collection

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.operations.put_and_verify import differences

_EQUAL = "its async notification config is live already as declared, and is taken over"
_SHARED = "where another stack has it as well, a destroy of either deletes it"


def takeover(live: Config, declared: Config, *, secret: Collection[str], is_explained: bool) -> str:
    """The line for the preview; whose state has the config, no service tells.

    Args:
        live: what is there.
        declared: what it is set to.
        secret: the properties that have a secret, of which no value is shown.
        is_explained: whether the consequences were reported before, or were asked for.
    """
    differing = in_snake(differences(live, declared, secret=secret))
    if not differing:
        return _EQUAL if is_explained else f"{_EQUAL}; {_SHARED}"
    return (
        "its live async notification config is taken over (adopt=True), and declared values "
        f"replace live ones:{differing}"
    )
