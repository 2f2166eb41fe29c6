"""Functions and aliases as a cloud knows them, as far as notifications need them."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from pulumi_functiongraph.core.names import LATEST, FunctionUrn


class FunctionFacts(msgspec.Struct, frozen=True):
    """What a service says of one function version.

    Attributes:
        urn: canonical, with the version.
        xrole: name of the configuration agency, ``None`` when none is set.
        app_xrole: name of the execution agency, ``None`` when none is set.
        version: version name, such as ``latest``.
        runtime: such as ``Python3.9``, empty when the service did not say.
        timeout: seconds that one run may take, ``None`` when the service did not say.
    """

    urn: FunctionUrn
    xrole: str | None = None
    app_xrole: str | None = None
    version: str = LATEST
    runtime: str = ""
    timeout: int | None = None


class Alias(msgspec.Struct, frozen=True):
    """A name for a version.

    Attributes:
        urn: canonical, with the alias.
        name: the alias.
        version: the version that it points to.
        also: further versions that get a share of its traffic, in order of their names.
        unread: why there may be yet other versions, empty when all are known.
    """

    urn: FunctionUrn
    name: str
    version: str
    also: tuple[str, ...] = ()
    unread: str = ""

    @property
    def versions(self) -> tuple[FunctionUrn, ...]:
        """The versions that get any of its traffic."""
        names = (self.version, *(name for name in self.also if name != self.version))
        return tuple(replace(self.urn, version=name, is_alias=False) for name in names)
