"""Configs with an explicit provider, which have settings and an account of their own.

The gate judges what they declare with all else. It never asks a cloud about them, because it has
the account of the program's config alone: the plugin does, which is not told that a gate judges
them. Names are completed as that provider completes them, or count as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pulumi

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.cloud.settings import SECRET_KEYS
from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.local_inputs import TARGETS
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.property_names import to_camel
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG, PACKAGE

_FUNCTION = to_camel("function_urn")
_WHOLE = "urn:fss:"
_AGENCY = ("agencyName", "agencyDomainName", "agencyDomainId")
_DECIDE_THE_PLACE = ("region", "projectId", "domainId", *SECRET_KEYS, *_AGENCY)


class ExplicitProvider(msgspec.Struct, frozen=True):
    """A provider that a program declares for some of its configs.

    Attributes:
        urn: its Pulumi URN; another text that names it where that is not known.
        name: its logical name.
        region: completes short names, empty where unknown.
        project_id: the same for the project.
    """

    urn: str
    name: str
    region: str = ""
    project_id: str = ""

    @classmethod
    def of(cls, urn: str, inputs: Mapping[str, object]) -> ExplicitProvider:
        """Read what a program passes to a provider; its process completes that as this one does.

        Args:
            urn: its Pulumi URN.
            inputs: camelCase keys; values that are no texts are not known.
        """
        return cls(urn, name_in(urn), *_place(inputs))

    def completed(self, bag: Bag) -> tuple[Bag, dict[str, str]]:
        """A bag in which nobody else completes the names of functions.

        Returns:
            The bag, in which names that cannot be completed are unknown, and by the path of each
            what stands behind it: equal names with one provider are one function.
        """
        if self.region:
            return bag, {}
        behind: dict[str, str] = {}

        def opened(path: str, value: BagValue) -> BagValue:
            if not isinstance(value, str) or value.startswith(_WHOLE):
                return value
            behind[path] = f"{self.urn}#{value}"
            return UNKNOWN

        full = dict(bag)
        if _FUNCTION in bag:
            full[_FUNCTION] = opened(_FUNCTION, bag[_FUNCTION])
        for path in TARGETS:
            target = bag.get(path)
            if isinstance(target, Mapping) and _FUNCTION in target:
                name = opened(f"{path}.{_FUNCTION}", target[_FUNCTION])
                full[path] = {**target, _FUNCTION: name}
        return full, behind


def _place(inputs: Mapping[str, object]) -> tuple[str, str]:
    """Region and project id, both empty where one of them is not known without a call."""
    given = {key: inputs[key] for key in _DECIDE_THE_PLACE if inputs.get(key) is not None}
    # Whose key it is decides, and not which one.
    told = {key: "-" if key in SECRET_KEYS else value for key, value in given.items()}
    texts = {key: value for key, value in told.items() if isinstance(value, str)}
    if len(texts) < len(told):
        return "", ""
    try:
        settings = Account(texts.get).settings
    except SettingsError:
        return "", ""
    is_whole = settings.region and settings.project_id
    return (settings.region, settings.project_id) if is_whole else ("", "")


def provider_of(opts: pulumi.ResourceOptions) -> pulumi.ProviderResource | None:
    """The provider of a config of the plugin, ``None`` for the default one, as Pulumi finds it."""
    given = opts.providers or ()
    listed = list(given.values() if isinstance(given, Mapping) else given)
    for each in (opts.provider, *listed):
        if each is not None and each.package == PACKAGE:
            return each
    return opts.parent.get_provider(NATIVE_CONFIG) if opts.parent is not None else None
