"""Makers: which types of resources can make a function, an agency or a target.

A type token is ``package:module:Type``. The providers that are made from Terraform's call a bucket
``huaweicloud:Obs/bucket:Bucket`` or ``opentelekomcloud:index/obsBucketV1:ObsBucketV1``: what a
resource makes is how the name of its type ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from pulumi_functiongraph.core.prechecks.things import Kind

_ENDS: Mapping[Kind, re.Pattern[str]] = MappingProxyType(
    {
        Kind.FUNCTION: re.compile(r"function(v\d+)?$", re.IGNORECASE),
        # What an agency is granted may be a resource of its own, named after both.
        Kind.AGENCY: re.compile(r"agency", re.IGNORECASE),
        Kind.BUCKET: re.compile(r"bucket(v\d+)?$", re.IGNORECASE),
        Kind.TOPIC: re.compile(r"topic(v\d+)?$", re.IGNORECASE),
        Kind.STREAM: re.compile(r"stream(v\d+)?$", re.IGNORECASE),
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


def may_make(type_token: str, kind: Kind) -> bool:
    """Whether resources of a type can be what makes or changes something of a kind.

    Args:
        type_token: Pulumi's type, such as ``huaweicloud:Obs/bucket:Bucket``.
        kind: of what is looked for.
    """
    if _RUN_ANYTHING.match(type_token):
        return True
    package, _, rest = type_token.partition(":")
    if package in _OTHER_CLOUDS and not (package in _SPEAK_S3 and kind is Kind.BUCKET):
        return False
    return _ENDS[kind].search(rest.rpartition(":")[2]) is not None
