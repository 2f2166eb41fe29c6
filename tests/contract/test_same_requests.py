"""Our requests of a pre-check are the vendor's: same method, path, query and scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkdis import v2 as dis
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdksmn import v2 as smn

from factories import PROJECT, REGION, TOPIC
from pulumi_functiongraph.cloud.services.agencies import Agencies
from pulumi_functiongraph.cloud.services.dis import Dis
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.core.agencies import Agency
from unit.cloud.doubles import AK, SK, session_to
from unit.cloud.loopback import Loopback, Reply, Seen, serving

DOMAIN = "0ae9c6993a2e47bb8c4c7a9bb8278d61"
AGENCY = Agency("a1", "notify", DOMAIN, "op_svc_cff")
WHERE = {"domain_id": DOMAIN, "agency_id": "a1"}

ASKED: dict[str, tuple[Callable[[Any], object], Callable[[Agencies], object]]] = {
    "agencies": (
        lambda client: client.list_agencies(
            iam.ListAgenciesRequest(domain_id=DOMAIN, name="notify", page=1, per_page=500)
        ),
        lambda ours: ours.list_agencies(DOMAIN, region=REGION, name="notify"),
    ),
    "on a project": (
        lambda client: client.list_project_permissions_for_agency(
            iam.ListProjectPermissionsForAgencyRequest(project_id=PROJECT, agency_id="a1")
        ),
        lambda ours: ours.project_roles(AGENCY, project_id=PROJECT, region=REGION),
    ),
    "on the account": (
        lambda client: client.list_domain_permissions_for_agency(
            iam.ListDomainPermissionsForAgencyRequest(**WHERE)
        ),
        lambda ours: ours.domain_roles(AGENCY, region=REGION),
    ),
    "on all resources": (
        lambda client: client.list_all_projects_permissions_for_agency(
            iam.ListAllProjectsPermissionsForAgencyRequest(**WHERE)
        ),
        lambda ours: ours.inherited_roles(AGENCY, region=REGION),
    ),
    "on enterprise projects": (
        lambda client: client.show_domain_role_assignments(
            iam.ShowDomainRoleAssignmentsRequest(
                domain_id=DOMAIN,
                subject_agency_id="a1",
                scope="enterprise_project",
                page=1,
                per_page=50,
            )
        ),
        lambda ours: ours.enterprise_project_roles(AGENCY, region=REGION),
    ),
    "a policy": (
        lambda client: client.keystone_show_permission(
            iam.KeystoneShowPermissionRequest(role_id="r1")
        ),
        lambda ours: ours.get_role("r1", domain_id=DOMAIN, region=REGION),
    ),
}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


def asked(seen: Seen) -> tuple[object, ...]:
    """What matters of a request."""
    address = urlsplit(seen.path)
    scope = {name: seen.headers.get(name) for name in ("x-domain-id", "x-project-id")}
    path = unquote(address.path).rstrip("/")
    return seen.method, path, sorted(parse_qsl(address.query)), scope


@pytest.mark.parametrize("what", ASKED)
def test_iam_is_asked_as_the_vendors_client_asks_it(server: Loopback, what: str) -> None:
    content = {"agencies": [], "roles": [], "role_assignments": [], "role": {"id": "r1"}}
    server.replies(Reply(content=content))
    client = (
        iam.IamClient.new_builder()
        .with_credentials(GlobalCredentials(AK, SK, DOMAIN).with_iam_endpoint(server.url))
        .with_endpoints([server.url])
        .build()
    )
    theirs, ours = ASKED[what]

    theirs(client)
    ours(Agencies(session_to(server.url, cloud="huawei")))

    first, second = map(asked, server.seen)
    assert first == second


@pytest.mark.parametrize("service", ["smn", "dis"])
def test_targets_are_asked_for_as_the_vendors_clients_ask(server: Loopback, service: str) -> None:
    stream = {"stream_name": "events", "status": "RUNNING"}
    server.replies(Reply(content={"topic_urn": TOPIC, **stream}))
    builder = {"smn": smn.SmnClient, "dis": dis.DisClient}[service].new_builder()
    known = BasicCredentials(AK, SK, PROJECT)
    client = builder.with_credentials(known).with_endpoints([server.url]).build()

    if service == "smn":
        client.list_topic_details(smn.ListTopicDetailsRequest(topic_urn=TOPIC))
        Smn(session_to(server.url)).get_topic(TOPIC)
    else:
        client.show_stream(dis.ShowStreamRequest(stream_name="events"))
        Dis(session_to(server.url)).get_stream("events", region=REGION, project_id=PROJECT)

    first, second = map(asked, server.seen)
    assert first == second
