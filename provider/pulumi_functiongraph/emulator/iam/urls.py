"""IAM's routes, as the API reference gives them."""

from functools import partial

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

_TOKENS = "/v3/auth/tokens"
_AGENCIES = "/v3.0/OS-AGENCY/agencies"
_AGENCY = f"{_AGENCIES}/{{agency_id}}"
_POLICIES = "/v3.0/OS-ROLE/roles"
_POLICY = f"{_POLICIES}/{{role_id}}"
_RECORDS = "/v3.0/OS-PERMISSION/role-assignments"
_ENTERPRISE = "/v3.0/OS-PERMISSION/subjects/agency/scopes/enterprise-project/role-assignments"
_TEMPORARY_KEYS = "/v3.0/OS-CREDENTIAL/securitytokens"

_route = partial(Route, SERVICE)


def _grants(scope: Scope, path: str, place: str) -> tuple[Route, ...]:
    """The operations on what an agency is granted in one kind of place."""
    one = path.replace("/roles", "/roles/{role_id}")
    return (
        _route("GET", path, grant_responses.listing(scope), f"List{place}PermissionsForAgency"),
        _route("HEAD", one, grant_responses.checking(scope), f"Check{place}PermissionForAgency"),
        _route(
            "PUT", one, grant_responses.granting(scope), f"AssociateAgencyWith{place}Permission"
        ),
        _route(
            "DELETE", one, grant_responses.revoking(scope), f"Remove{place}PermissionFromAgency"
        ),
    )


ROUTES = (
    _route("POST", _TOKENS, responses.keystone_create_user_token, open=True, changes_nothing=True),
    _route("GET", _TOKENS, responses.keystone_validate_token),
    _route("GET", "/v3/auth/projects", responses.keystone_list_auth_projects),
    _route("GET", "/v3/auth/domains", responses.keystone_list_auth_domains),
    _route("GET", "/v3/auth/catalog", responses.keystone_show_catalog),
    _route("GET", "/v3/projects", responses.keystone_list_projects),
    _route("GET", "/v3/projects/{project_id}", responses.keystone_show_project),
    _route("GET", _AGENCIES, agency_responses.list_agencies),
    _route("POST", _AGENCIES, agency_responses.create_agency),
    _route("GET", _AGENCY, agency_responses.show_agency),
    _route("PUT", _AGENCY, agency_responses.update_agency),
    _route("DELETE", _AGENCY, agency_responses.delete_agency),
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
    _route("GET", _RECORDS, grant_responses.show_domain_role_assignments),
    _route("PUT", _ENTERPRISE, grant_responses.associate_role_to_agency_on_enterprise_project),
    _route("DELETE", _ENTERPRISE, grant_responses.revoke_role_from_agency_on_enterprise_project),
    _route("GET", "/v3/roles", role_responses.keystone_list_permissions),
    _route("GET", "/v3/roles/{role_id}", role_responses.keystone_show_permission),
    _route("GET", _POLICIES, role_responses.list_custom_policies),
    _route("POST", _POLICIES, role_responses.create_cloud_service_custom_policy),
    _route("GET", _POLICY, role_responses.show_custom_policy),
    _route("PATCH", _POLICY, role_responses.update_cloud_service_custom_policy),
    _route("DELETE", _POLICY, role_responses.delete_custom_policy),
    _route(
        "POST",
        _TEMPORARY_KEYS,
        responses.create_temporary_access_key_by_agency,
        changes_nothing=True,
    ),
    _route("GET", "/v3", responses.keystone_show_version, open=True),
    _route("GET", "/", responses.keystone_list_versions, open=True),
)
