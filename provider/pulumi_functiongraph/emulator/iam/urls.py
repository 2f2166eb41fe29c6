"""IAM's routes, as the API reference gives them."""

from pulumi_functiongraph.emulator.http.routing import Route, Service
from pulumi_functiongraph.emulator.iam import (
    agency_responses,
    errors,
    grant_responses,
    responses,
    role_responses,
)
from pulumi_functiongraph.emulator.iam.grants import Scope

SERVICE = Service(
    name="iam",
    forbidden=errors.FORBIDDEN,
    too_large=errors.BODY_TOO_LARGE,
    project_scoped=False,
)

_AGENCIES = "/v3.0/OS-AGENCY/agencies"
_AGENCY = f"{_AGENCIES}/{{agency_id}}"
_CUSTOM = "/v3.0/OS-ROLE/roles"
_RECORDS = "/v3.0/OS-PERMISSION/role-assignments"
_ENTERPRISE_PROJECTS = (
    "/v3.0/OS-PERMISSION/subjects/agency/scopes/enterprise-project/role-assignments"
)


def _grants(scope: Scope, path: str, place: str) -> tuple[Route, ...]:
    """The operations on what an agency is granted in one kind of place."""
    one = path.replace("/roles", "/roles/{role_id}")
    return (
        Route(
            SERVICE,
            "GET",
            path,
            f"List{place}PermissionsForAgency",
            grant_responses.listing(scope),
        ),
        Route(
            SERVICE,
            "HEAD",
            one,
            f"Check{place}PermissionForAgency",
            grant_responses.checking(scope),
        ),
        Route(
            SERVICE,
            "PUT",
            one,
            f"AssociateAgencyWith{place}Permission",
            grant_responses.granting(scope),
        ),
        Route(
            SERVICE,
            "DELETE",
            one,
            f"Remove{place}PermissionFromAgency",
            grant_responses.revoking(scope),
        ),
    )


ROUTES = (
    Route(
        SERVICE,
        "POST",
        "/v3/auth/tokens",
        "KeystoneCreateUserToken",
        responses.keystone_create_user_token,
        open=True,
        changes_nothing=True,
    ),
    Route(
        SERVICE,
        "GET",
        "/v3/auth/tokens",
        "KeystoneValidateToken",
        responses.keystone_validate_token,
    ),
    Route(
        SERVICE,
        "GET",
        "/v3/auth/projects",
        "KeystoneListAuthProjects",
        responses.keystone_list_auth_projects,
    ),
    Route(
        SERVICE,
        "GET",
        "/v3/auth/domains",
        "KeystoneListAuthDomains",
        responses.keystone_list_auth_domains,
    ),
    Route(
        SERVICE,
        "GET",
        "/v3/auth/catalog",
        "KeystoneShowCatalog",
        responses.keystone_show_catalog,
    ),
    Route(SERVICE, "GET", "/v3/projects", "KeystoneListProjects", responses.keystone_list_projects),
    Route(
        SERVICE,
        "GET",
        "/v3/projects/{project_id}",
        "KeystoneShowProject",
        responses.keystone_show_project,
    ),
    Route(SERVICE, "GET", _AGENCIES, "ListAgencies", agency_responses.list_agencies),
    Route(SERVICE, "POST", _AGENCIES, "CreateAgency", agency_responses.create_agency),
    Route(SERVICE, "GET", _AGENCY, "ShowAgency", agency_responses.show_agency),
    Route(SERVICE, "PUT", _AGENCY, "UpdateAgency", agency_responses.update_agency),
    Route(SERVICE, "DELETE", _AGENCY, "DeleteAgency", agency_responses.delete_agency),
    *_grants(
        Scope.PROJECT,
        "/v3.0/OS-AGENCY/projects/{project_id}/agencies/{agency_id}/roles",
        "Project",
    ),
    *_grants(
        Scope.DOMAIN,
        "/v3.0/OS-AGENCY/domains/{domain_id}/agencies/{agency_id}/roles",
        "Domain",
    ),
    *_grants(
        Scope.INHERITED,
        "/v3.0/OS-INHERIT/domains/{domain_id}/agencies/{agency_id}/roles/inherited_to_projects",
        "AllProjects",
    ),
    Route(
        SERVICE,
        "GET",
        _RECORDS,
        "ShowDomainRoleAssignments",
        grant_responses.show_role_assignments,
    ),
    Route(
        SERVICE,
        "PUT",
        _ENTERPRISE_PROJECTS,
        "AssociateRoleToAgencyOnEnterpriseProject",
        grant_responses.associate_on_enterprise_projects,
    ),
    Route(
        SERVICE,
        "DELETE",
        _ENTERPRISE_PROJECTS,
        "RevokeRoleFromAgencyOnEnterpriseProject",
        grant_responses.revoke_on_enterprise_projects,
    ),
    Route(SERVICE, "GET", "/v3/roles", "KeystoneListPermissions", role_responses.list_roles),
    Route(
        SERVICE, "GET", "/v3/roles/{role_id}", "KeystoneShowPermission", role_responses.show_role
    ),
    Route(SERVICE, "GET", _CUSTOM, "ListCustomPolicies", role_responses.list_custom_policies),
    Route(
        SERVICE,
        "POST",
        _CUSTOM,
        "CreateCloudServiceCustomPolicy",
        role_responses.create_custom_policy,
    ),
    Route(
        SERVICE,
        "GET",
        f"{_CUSTOM}/{{role_id}}",
        "ShowCustomPolicy",
        role_responses.show_custom_policy,
    ),
    Route(
        SERVICE,
        "PATCH",
        f"{_CUSTOM}/{{role_id}}",
        "UpdateCloudServiceCustomPolicy",
        role_responses.update_custom_policy,
    ),
    Route(
        SERVICE,
        "DELETE",
        f"{_CUSTOM}/{{role_id}}",
        "DeleteCustomPolicy",
        role_responses.delete_custom_policy,
    ),
    Route(
        SERVICE,
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
        "CreateTemporaryAccessKeyByAgency",
        responses.create_temporary_access_key,
        changes_nothing=True,
    ),
    Route(SERVICE, "GET", "/v3", "KeystoneShowVersion", responses.keystone_show_version, open=True),
    Route(SERVICE, "GET", "/", "KeystoneListVersions", responses.keystone_list_versions, open=True),
)
