"""IAM's routes, as the API reference gives them."""

from pulumi_functiongraph.emulator.iam import exceptions, responses
from pulumi_functiongraph.emulator.routing import Route, Service

SERVICE = Service(
    name="iam",
    forbidden=exceptions.ForbiddenError,
    too_large=exceptions.BodyTooLargeError,
    project_scoped=False,
)

_AGENCIES = "/v3.0/OS-AGENCY/agencies"

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
    Route(SERVICE, "GET", "/v3/projects", "KeystoneListProjects", responses.keystone_list_projects),
    Route(
        SERVICE,
        "GET",
        "/v3/projects/{project_id}",
        "KeystoneShowProject",
        responses.keystone_show_project,
    ),
    Route(SERVICE, "GET", _AGENCIES, "ListAgencies", responses.list_agencies),
    Route(SERVICE, "GET", f"{_AGENCIES}/{{agency_id}}", "ShowAgency", responses.show_agency),
    Route(SERVICE, "GET", "/v3", "KeystoneShowVersion", responses.keystone_show_version, open=True),
    Route(SERVICE, "GET", "/", "KeystoneListVersions", responses.keystone_list_versions, open=True),
)
