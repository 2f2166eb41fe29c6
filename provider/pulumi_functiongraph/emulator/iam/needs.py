"""What an operation needs of the grants of who asks for it."""

from collections.abc import Mapping

import msgspec


class Need(msgspec.Struct, frozen=True):
    """What a caller who is held to grants must be allowed."""

    action: str
    """As policies name it, such as `smn:topic:publish`."""
    names: Mapping[str, str]
    """The resource, by the parameters of routes; of OBS `bucket` and `key`."""
