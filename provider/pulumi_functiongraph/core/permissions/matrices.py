"""What the documented tables say of system permissions, for when IAM gives no policy document.

Sources: FunctionGraph user guide, "Permissions Management" (invoking functions); OBS permissions
configuration guide, "IAM Permissions", Table 2; SMN user guide, "Permissions", Table 2; DIS
repository, "Permissions Policies and Supported Actions" of 2023 (uploading data); IAM,
"Permissions" (Tenant Administrator, Tenant Guest, FullAccess).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pulumi_functiongraph.core.permissions.truth import Truth

_EVERYTHING = "*"
_NOTHING: frozenset[str] = frozenset()
_INVOKING = frozenset({"functiongraph:function:invokeAsync", "functiongraph:function:invoke"})

_ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Tenant Administrator": frozenset({_EVERYTHING}),
        "FullAccess": frozenset({_EVERYTHING}),
        "Tenant Guest": frozenset({"smn:topic:list", "obs:bucket:HeadBucket"}),
        "FunctionGraph FullAccess": _INVOKING,
        "FunctionGraph CommonOperations": _INVOKING,
        "FunctionGraph ReadOnlyAccess": _NOTHING,
        "OBS Administrator": frozenset(
            {"obs:object:PutObject", "obs:bucket:HeadBucket", "obs:bucket:CreateBucket"}
        ),
        "OBS OperateAccess": frozenset({"obs:object:PutObject", "obs:bucket:HeadBucket"}),
        "OBS ReadOnlyAccess": frozenset({"obs:bucket:HeadBucket"}),
        "OBS Buckets Viewer": frozenset({"obs:bucket:HeadBucket"}),
        "SMN Administrator": frozenset({"smn:topic:publish", "smn:topic:list"}),
        "SMN FullAccess": frozenset({"smn:topic:publish", "smn:topic:list"}),
        "SMN ReadOnlyAccess": frozenset({"smn:topic:list"}),
        "DIS Administrator": frozenset({"dis:records:write"}),
        "DIS User": frozenset({"dis:records:write"}),
        "DIS Operator": _NOTHING,
    }
)
"""By display name, the actions that notifications need and that the tables allow."""


_DEPENDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"SMN Administrator": ("Tenant Guest",), "FunctionGraph Administrator": ("Tenant Guest",)}
)
"""By display name, what has to be granted in the same project; SMN user guide, "Permissions"; IAM,
"Permissions"."""


def table_needs(title: str) -> Sequence[str]:
    """Display names of the roles without which a system permission has no effect."""
    return _DEPENDS.get(title, ())


def table_says(title: str, action: str) -> Truth:
    """Whether the tables allow an action to a system permission; ``None`` for other names."""
    allowed = _ALLOWED.get(title)
    if allowed is None:
        return None
    return _EVERYTHING in allowed or action in allowed
