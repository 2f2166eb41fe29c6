"""The actions that policies know operations by; those of OBS are in the module obs.actions.

Actions of FunctionGraph are from the API reference of Huawei Cloud ("Permissions and Supported
Actions"), but those that guard the async config and the requests in the queue, which no document
names. Of SMN the manual names
publishing, listing and the like; what guards subscriptions is ours. Of IAM, documents name those
that grant, revoke, make and change; of the others we know no published table. Those of DIS were in
its API reference until 2023.
"""

from collections.abc import Mapping
from types import MappingProxyType

ACTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("smn", "PublishMessage"): "smn:topic:publish",
        ("smn", "ListTopics"): "smn:topic:list",
        ("smn", "ListTopicDetails"): "smn:topic:get",
        ("smn", "CreateTopic"): "smn:topic:create",
        ("smn", "DeleteTopic"): "smn:topic:delete",
        ("smn", "AddSubscription"): "smn:topic:subscribe",
        ("smn", "CancelSubscription"): "smn:topic:unsubscribe",
        ("smn", "ListSubscriptions"): "smn:topic:listSubscriptions",
        ("smn", "ListSubscriptionsByTopic"): "smn:topic:listSubscriptions",
        ("dis", "ListStreams"): "dis:streams:list",
        ("dis", "DescribeStream"): "dis:streams:get",
        ("dis", "CreateStream"): "dis:streams:create",
        ("dis", "DeleteStream"): "dis:streams:delete",
        ("functiongraph", "ListFunctions"): "functiongraph:function:list",
        ("functiongraph", "ShowFunctionConfig"): "functiongraph:function:getConfig",
        ("functiongraph", "CreateFunction"): "functiongraph:function:create",
        ("functiongraph", "DeleteFunction"): "functiongraph:function:delete",
        ("functiongraph", "UpdateFunctionConfig"): "functiongraph:function:updateConfig",
        ("functiongraph", "ShowFunctionCode"): "functiongraph:function:getCode",
        ("functiongraph", "UpdateFunctionCode"): "functiongraph:function:updateCode",
        ("functiongraph", "ListFunctionVersions"): "functiongraph:function:listVersion",
        ("functiongraph", "CreateFunctionVersion"): "functiongraph:function:createVersion",
        ("functiongraph", "ListVersionAliases"): "functiongraph:function:listAlias",
        ("functiongraph", "ShowVersionAlias"): "functiongraph:function:getAlias",
        ("functiongraph", "CreateVersionAlias"): "functiongraph:function:createAlias",
        ("functiongraph", "UpdateVersionAlias"): "functiongraph:function:updateAlias",
        ("functiongraph", "DeleteVersionAlias"): "functiongraph:function:deleteAlias",
        ("functiongraph", "ListFunctionAsyncInvokeConfig"): "functiongraph:function:getConfig",
        ("functiongraph", "ShowFunctionAsyncInvokeConfig"): "functiongraph:function:getConfig",
        ("functiongraph", "UpdateFunctionAsyncInvokeConfig"): "functiongraph:function:updateConfig",
        ("functiongraph", "DeleteFunctionAsyncInvokeConfig"): "functiongraph:function:updateConfig",
        ("functiongraph", "InvokeFunction"): "functiongraph:function:invoke",
        ("functiongraph", "AsyncInvokeFunction"): "functiongraph:function:invokeAsync",
        ("functiongraph", "CancelAsyncInvocation"): "functiongraph:function:invokeAsync",
        ("functiongraph", "ListAsyncInvocations"): "functiongraph:function:getConfig",
        ("functiongraph", "ListActiveAsyncInvocations"): "functiongraph:function:getConfig",
        ("functiongraph", "CreateFunctionTrigger"): "functiongraph:trigger:create",
        ("functiongraph", "ShowFunctionTrigger"): "functiongraph:trigger:get",
        ("functiongraph", "UpdateTrigger"): "functiongraph:trigger:update",
        ("functiongraph", "DeleteFunctionTrigger"): "functiongraph:trigger:delete",
        (
            "functiongraph",
            "ListFunctionTriggers",
        ): "functiongraph:trigger:listSpecifiedFunctionTriggers",
        (
            "functiongraph",
            "BatchDeleteFunctionTriggers",
        ): "functiongraph:trigger:deleteSpecifiedFunctionTriggers",
        ("functiongraph", "ListServiceTrustedAgencies"): "functiongraph:function:listAgencies",
        ("iam", "ListAgencies"): "iam:agencies:listAgencies",
        ("iam", "ShowAgency"): "iam:agencies:getAgency",
        ("iam", "CreateAgency"): "iam:agencies:createAgency",
        ("iam", "UpdateAgency"): "iam:agencies:updateAgency",
        ("iam", "DeleteAgency"): "iam:agencies:deleteAgency",
        ("iam", "KeystoneListPermissions"): "iam:roles:listRoles",
        ("iam", "KeystoneShowPermission"): "iam:roles:getRole",
        ("iam", "ListCustomPolicies"): "iam:roles:listRoles",
        ("iam", "ShowCustomPolicy"): "iam:roles:getRole",
        ("iam", "CreateCloudServiceCustomPolicy"): "iam:roles:createRole",
        ("iam", "UpdateCloudServiceCustomPolicy"): "iam:roles:updateRole",
        ("iam", "DeleteCustomPolicy"): "iam:roles:deleteRole",
        ("iam", "ListProjectPermissionsForAgency"): "iam:permissions:listRolesForAgencyOnProject",
        ("iam", "CheckProjectPermissionForAgency"): "iam:permissions:checkRoleForAgencyOnProject",
        (
            "iam",
            "AssociateAgencyWithProjectPermission",
        ): "iam:permissions:grantRoleToAgencyOnProject",
        (
            "iam",
            "RemoveProjectPermissionFromAgency",
        ): "iam:permissions:revokeRoleFromAgencyOnProject",
        ("iam", "ListDomainPermissionsForAgency"): "iam:permissions:listRolesForAgencyOnDomain",
        ("iam", "CheckDomainPermissionForAgency"): "iam:permissions:checkRoleForAgencyOnDomain",
        ("iam", "AssociateAgencyWithDomainPermission"): "iam:permissions:grantRoleToAgencyOnDomain",
        (
            "iam",
            "RemoveDomainPermissionFromAgency",
        ): "iam:permissions:revokeRoleFromAgencyOnDomain",
        ("iam", "ListAllProjectsPermissionsForAgency"): "iam:permissions:listRolesForAgency",
        ("iam", "CheckAllProjectsPermissionForAgency"): "iam:permissions:checkRoleForAgency",
        ("iam", "AssociateAgencyWithAllProjectsPermission"): "iam:permissions:grantRoleToAgency",
        ("iam", "RemoveAllProjectsPermissionFromAgency"): "iam:permissions:revokeRoleFromAgency",
        ("iam", "ShowDomainRoleAssignments"): "iam:permissions:listRoleAssignments",
        (
            "iam",
            "AssociateRoleToAgencyOnEnterpriseProject",
        ): "iam:permissions:grantRoleToAgencyOnEnterpriseProject",
        (
            "iam",
            "RevokeRoleFromAgencyOnEnterpriseProject",
        ): "iam:permissions:revokeRoleFromAgencyOnEnterpriseProject",
    }
)
"""Service and operation, and the action that a caller must be allowed."""

OPEN = frozenset(
    {
        ("iam", "KeystoneCreateUserToken"),
        ("iam", "KeystoneValidateToken"),
        ("iam", "KeystoneListAuthProjects"),
        ("iam", "KeystoneShowCatalog"),
        ("iam", "KeystoneListAuthDomains"),
        ("iam", "KeystoneListProjects"),
        ("iam", "KeystoneShowProject"),
        ("iam", "KeystoneShowVersion"),
        ("iam", "KeystoneListVersions"),
        ("iam", "CreateTemporaryAccessKeyByAgency"),
    }
)
"""Operations that need no grant: who one is and where, and what lets one act for an agency, which
is judged once the agency is known."""
