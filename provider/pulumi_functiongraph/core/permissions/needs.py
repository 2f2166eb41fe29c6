"""What an agency needs so that a notification can be written to a target.

Sources: FunctionGraph user guide, "Configuring Agency Permissions", Table 1 (OBS, SMN); DIS API
reference of 2022, "Permissions Policies and Supported Actions" (``dis:records:write``; later
editions know roles only); FunctionGraph API reference of Huawei Cloud, "Permissions Policies and
Supported Actions" (``FunctionGraph:function:invokeAsync``, ``FunctionGraph:function:invoke``; that
table is of requests to the API, and no document says which of the two a notification needs).
Resource names: FunctionGraph user guide, "Creating a Custom Policy"; OBS permissions configuration
guide, "IAM Permissions"; that the third segment is the account's id: IAM user guide, "Policy
Syntax". That SMN and DIS names follow the same five segments is inference, so a policy that names
resources of theirs is not known to allow or to deny anything.
"""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.core.agencies import GrantScope
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.permissions.resources import Name, read_name
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic


class Need(msgspec.Struct, frozen=True):
    """One action that has to be allowed on one resource.

    Attributes:
        action: such as ``smn:topic:publish``.
        resource: the five-segment name, as a policy has it: the account is left open.
        scope: where it has to be granted: on the project of the target, or on the account for a
            global service; on all resources is as good.
        project_id: the project of the target, empty for a global service.
        is_essential: whether no notification arrives without it.
        is_beginning: whether the resource stands for every one whose name begins so.
        otherwise: what the resource may be named instead, empty when its name is sure.
        instead: what the action may be instead, empty when it is one.
        action_is_sure: whether a document of today says that this very action is needed.
        account: id of the account that owns the resource, empty where that is not known.
    """

    action: str
    resource: str
    scope: GrantScope
    project_id: str = ""
    is_essential: bool = True
    is_beginning: bool = False
    otherwise: str = ""
    instead: str = ""
    action_is_sure: bool = True
    account: str = ""

    @property
    def named(self) -> str:
        """The resource with all that is known of it, its account too."""
        service, region, _, rest = self.resource.split(":", 3)
        return f"{service}:{region}:{self.account or '*'}:{rest}"

    @property
    def name(self) -> Name:
        """Its name as policies are asked about it."""
        return read_name(self.named, is_beginning=self.is_beginning)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that may be needed."""
        return (self.action, self.instead) if self.instead else (self.action,)

    @property
    def resources(self) -> tuple[str, ...]:
        """The names that the resource may have, as patterns of a policy."""
        names = (self.resource, self.otherwise) if self.otherwise else (self.resource,)
        return tuple(f"{name}*" for name in names) if self.is_beginning else names

    @property
    def service(self) -> str:
        """The service, such as ``smn``."""
        return self.action.partition(":")[0]


def needs_of(target: Target, *, at: FunctionUrn, account: str = "") -> tuple[Need, ...]:
    """What an agency needs for a target, the essential first; nothing for an unknown kind.

    Args:
        target: with all its names known.
        at: the function version whose results it gets.
        account: id of the account that the function and its project belong to, empty when it is
            not known. Of a bucket nobody says whose it is, and its documented name has no account.
    """
    match target:
        case Bucket():
            return _of_bucket(target)
        case Topic():
            return _of_topic(target, account)
        case Stream():
            name = f"dis:{at.region}:*:stream:{target.stream_name}"
            action = "dis:records:write"
            place = (GrantScope.PROJECT, at.project_id)
            return (Need(action, name, *place, action_is_sure=False, account=account),)
        case Function():
            return _of_function(target.function_urn, account)
    return ()


def _of_bucket(target: Bucket) -> tuple[Need, ...]:
    """Keys begin with the prefix; whether a slash at its beginning is dropped is not known."""
    bucket = f"obs:*:*:bucket:{target.bucket}"
    objects = f"obs:*:*:object:{target.bucket}/"
    dropped = objects + target.prefix[1:] if target.prefix.startswith("/") else ""
    return (
        Need(
            "obs:object:PutObject",
            objects + target.prefix,
            GrantScope.DOMAIN,
            is_beginning=True,
            otherwise=dropped,
        ),
        Need("obs:bucket:HeadBucket", bucket, GrantScope.DOMAIN),
        Need("obs:bucket:CreateBucket", bucket, GrantScope.DOMAIN, is_essential=False),
    )


def _of_topic(target: Topic, account: str) -> tuple[Need, ...]:
    name = f"smn:{target.region}:*:topic:{target.topic_urn.rpartition(':')[2]}"
    place = (name, GrantScope.PROJECT, target.project_id)
    return (
        Need("smn:topic:publish", *place, account=account),
        Need("smn:topic:list", *place, is_essential=False, account=account),
    )


def _of_function(urn: FunctionUrn, account: str) -> tuple[Need, ...]:
    return (
        Need(
            "functiongraph:function:invokeAsync",
            f"functiongraph:{urn.region}:*:function:{urn.package}/{urn.name}",
            GrantScope.PROJECT,
            urn.project_id,
            instead="functiongraph:function:invoke",
            action_is_sure=False,
            account=account,
        ),
    )
