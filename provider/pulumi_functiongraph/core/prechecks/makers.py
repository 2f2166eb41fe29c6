"""Which resources of a program may create or change a function, an agency or a target.

A type token is ``package:module:Type``. The providers that are made from Terraform's call a bucket
``huaweicloud:Obs/bucket:Bucket`` or ``opentelekomcloud:index/obsBucketV1:ObsBucketV1``: what a
resource makes is how the name of its type ends.

What an agency is granted is changed by roles, policies and their assignments as well. Those of both
providers: ``huaweicloud_identity_`` ``agency``, ``service_agency``, ``trust_agency``, ``role``,
``policy``, ``role_assignment``, ``group_role_assignment``, ``user_role_assignment``,
``policy_agency_attach``, ``huaweicloud_identityv5_`` ``policy``, ``policy_agency_attach``,
``agency_batch_policies_associate``, ``policy_default_version``; ``opentelekomcloud_identity_``
``agency_v3``, ``role_v3``, ``role_assignment_v3``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject, ObjectKind
from pulumi_functiongraph.core.properties import Bag, texts_in

_ENDS: Mapping[ObjectKind, re.Pattern[str]] = MappingProxyType(
    {
        ObjectKind.FUNCTION: re.compile(r"function(v\d+)?$", re.IGNORECASE),
        # What an agency is granted may be a resource of its own, named after both.
        ObjectKind.AGENCY: re.compile(r"agency", re.IGNORECASE),
        ObjectKind.GRANT: re.compile(r"agency|role|polic(y|ies)", re.IGNORECASE),
        ObjectKind.BUCKET: re.compile(r"bucket(v\d+)?$", re.IGNORECASE),
        ObjectKind.TOPIC: re.compile(r"topic(v\d+)?$", re.IGNORECASE),
        ObjectKind.STREAM: re.compile(r"stream(v\d+)?$", re.IGNORECASE),
    }
)

_OTHER_CLOUDS = frozenset(
    {"alicloud", "aws", "aws-native", "azure", "azure-native", "gcp", "google-native", "oci"}
)
"""Packages whose topics and functions are not in reach of FunctionGraph."""

_SPEAK_S3 = frozenset({"aws", "aws-native"})
"""Those of them whose buckets may be OBS's, which takes the requests of S3."""

_RUN_ANYTHING = re.compile(r"pulumi-(python|nodejs):dynamic[:/]|command:")
"""Types whose name does not say what they make: dynamic resources, and commands."""

_PROVIDERS = "pulumi:providers:"
"""How the types of explicit providers begin, which make nothing in a cloud by themselves."""

_IAM = re.compile(r"iam/|(index/)?identity", re.IGNORECASE)
"""How the module of a resource of IAM begins; roles of other services grant an agency nothing."""

_NAMING = frozenset(
    {"name", "displayname", "agency", "agencyname", "agencyid", "group", "groupid", "userid"}
)
"""Properties of a role, a policy or an assignment that say whose it is, in lower case."""


def may_make(type_token: str, kind: ObjectKind) -> bool:
    """Whether resources of a type can be what makes or changes something of a kind."""
    if _RUN_ANYTHING.match(type_token):
        return True
    package, _, rest = type_token.partition(":")
    if package in _OTHER_CLOUDS and not (package in _SPEAK_S3 and kind is ObjectKind.BUCKET):
        return False
    if kind is ObjectKind.GRANT and not _IAM.match(rest):
        return False
    return _ENDS[kind].search(rest.rpartition(":")[2]) is not None


class Maker(msgspec.Struct, frozen=True):
    """A resource beside the configs, which may create or change what they need.

    A bucket or an agency is as a rule written out twice, once where it is created and once where
    it is used. While it is missing, that is why.

    Attributes:
        name: its logical name.
        type_token: Pulumi's type of it.
        inputs: its inputs, by name in either spelling, ``UNKNOWN`` where they are.
        texts: what is written out among them, at any depth.
        is_component: whether its parts are not seen, so that it may make anything that it names.
    """

    name: str
    type_token: str
    inputs: Bag
    texts: frozenset[str]
    is_component: bool = False

    @classmethod
    def of(cls, name: str, type_token: str, inputs: Bag, *, is_component: bool = False) -> Maker:
        """The maker with these inputs."""
        texts = texts_in(inputs, but_for=lambda key: key.startswith("__"))  # Pulumi's own
        return cls(name, type_token, inputs, frozenset(texts), is_component)

    @property
    def may_matter(self) -> bool:
        """Whether it can be what makes or changes anything that a config needs."""
        if self.type_token.startswith(_PROVIDERS):
            return False
        return bool(self.texts) or may_make(self.type_token, ObjectKind.GRANT)

    def may_change(self, thing: CloudObject) -> bool:
        """Whether it can be what makes or changes this very thing.

        As a rule it names the thing. A role, a policy or an assignment of which it is not known
        yet whose it is may be that of any agency.
        """
        if self.is_component:
            return not self.texts.isdisjoint(thing.names)
        if not may_make(self.type_token, thing.kind):
            return False
        if _RUN_ANYTHING.match(self.type_token):
            return any(_is_within(name, text) for text in self.texts for name in thing.names)
        if not self.texts.isdisjoint(thing.names):
            return True
        texts = {key for key, value in self.inputs.items() if isinstance(value, str)}
        is_told = not _NAMING.isdisjoint(key.replace("_", "").lower() for key in texts)
        return thing.kind is ObjectKind.GRANT and not is_told


def _is_within(name: str, text: str) -> bool:
    """Whether a text, such as a command, has a name as a word of its own."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
