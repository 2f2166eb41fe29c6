"""Agencies and their grants, and what is known of the things that notifications are sent to.

Sources: IAM API reference, "Agency Management" and "Permission Management"; SMN, DIS and OBS API
references (topics, streams, buckets).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class GrantScope(StrEnum):
    """Where a role is granted."""

    PROJECT = "project"
    DOMAIN = "domain"
    INHERITED = "inherited"
    ENTERPRISE_PROJECT = "enterprise project"
    OBJECT_STORAGE = "project MOS"
    """The built-in project of OBS, in which some grant its permissions."""


class Agency(msgspec.Struct, frozen=True):
    """An agency: what lets a service act in an account.

    Attributes:
        id: agency id.
        name: unique in its account; what a function's ``xrole`` names.
        domain_id: the account that it belongs to.
        trust_domain_name: who may assume it; FunctionGraph is ``op_svc_cff``.
        expire_time: an RFC 3339 time in UTC as IAM wrote it, ``None`` when it never expires.
    """

    id: str
    name: str
    domain_id: str
    trust_domain_name: str
    expire_time: str | None = None


class Role(msgspec.Struct, frozen=True):
    """A permission set: a system role, a system policy or a custom policy.

    Attributes:
        id: role id.
        name: internal name, such as ``smn_adm``; numbers in it differ by cloud and region.
        display_name: what the console shows, such as ``SMN Administrator``.
        catalog: whose it is, such as ``BASE`` or ``CUSTOMED``; a dependency names it.
        policy: the policy document as IAM gave it (``Version``, ``Statement``, ``Depends``),
            ``None`` when IAM gave none.
    """

    id: str
    name: str
    display_name: str = ""
    catalog: str = ""
    policy: Mapping[str, object] | None = None

    def __hash__(self) -> int:
        """Without the document, which has none."""
        return hash((self.id, self.name, self.display_name, self.catalog))

    @property
    def title(self) -> str:
        """The name that a person knows it by."""
        return self.display_name or self.name or self.id


class Grant(msgspec.Struct, frozen=True):
    """A role that an agency has in a scope, such as a project by its id."""

    role: Role
    scope: GrantScope
    scope_id: str = ""


class BucketFacts(msgspec.Struct, frozen=True):
    """What OBS says of a bucket; the region is empty when it did not say."""

    name: str
    region: str = ""


class TopicFacts(msgspec.Struct, frozen=True):
    """What SMN says of a topic: that it is there."""

    topic_urn: str


class StreamFacts(msgspec.Struct, frozen=True):
    """What DIS says of a stream.

    Attributes:
        name: its name.
        status: ``RUNNING`` when it takes records; else ``CREATING``, ``TERMINATING``,
            ``TERMINATED`` or ``FROZEN``.
    """

    name: str
    status: str
