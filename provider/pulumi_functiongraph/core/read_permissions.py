"""The permissions that our own credentials need to read what a pre-check or a walk asks about.

Sources: FunctionGraph API reference, "Permissions Policies and Supported Actions"; SMN user guide,
"Permissions", Table 2; DIS API reference of 2022 (later editions list roles only); OBS API
reference; IAM user guide, "Permissions" (Security Administrator). The actions of IAM are named in
other services' guides (CCE, WAF), not in IAM's own reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pulumi_functiongraph.core.errors import CloudError, Forbidden, Unauthorized


class Fact(StrEnum):
    """What is asked about."""

    FUNCTION = "a function"
    ALIASES = "the aliases of a function"
    AGENCY = "an agency"
    GRANTS = "the grants of an agency"
    ENTERPRISE_PROJECT_GRANTS = "the grants of an agency on enterprise projects"
    BUCKET = "a bucket"
    NOTIFICATIONS = "the event notifications of a bucket"
    TOPIC = "a topic"
    STREAM = "a stream"
    TRIGGERS = "the triggers of a project's functions"


NEEDED: Mapping[Fact, str] = MappingProxyType(
    {
        Fact.FUNCTION: "FunctionGraph:function:getConfig or a read-only policy of the service",
        Fact.ALIASES: "FunctionGraph:function:listAlias or a read-only policy of the service",
        Fact.AGENCY: "iam:agencies:listAgencies, as in Security Administrator, on the account "
        "(global service)",
        Fact.GRANTS: "iam:permissions:listRolesForAgency, iam:permissions:listRolesForAgencyOn"
        "Project, iam:permissions:listRolesForAgencyOnDomain and iam:roles:getRole, as in Security "
        "Administrator, on the account (global service)",
        Fact.ENTERPRISE_PROJECT_GRANTS: "iam:permissions:listRoleAssignments and iam:roles:get"
        "Role, as in Security Administrator, on the account (global service)",
        Fact.BUCKET: "obs:bucket:HeadBucket, as in OBS ReadOnlyAccess, on the account (global "
        "service), and a bucket policy that does not forbid it",
        Fact.NOTIFICATIONS: "obs:bucket:GetBucketNotification, as in OBS Administrator, on the "
        "account (global service)",
        Fact.TOPIC: "smn:topic:list, as in SMN ReadOnlyAccess",
        Fact.STREAM: "dis:streams:get, as in DIS User or DIS Operator",
        Fact.TRIGGERS: "FunctionGraph:function:list, getConfig and listAlias and "
        "FunctionGraph:trigger:listSpecifiedFunctionTriggers, or a read-only policy of the service",
    }
)
"""By what is asked about, the permission that would let us look."""


def unread(error: CloudError, permission: str) -> str:
    """Why something could not be read; where it was not permitted, what of `NEEDED` would help."""
    if isinstance(error, Forbidden | Unauthorized):
        return f"{error} (the permission that would let us look: {permission})"
    return str(error)
