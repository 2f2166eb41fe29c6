"""IAM by the vendor's own client and by the OpenStack one."""

import json
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkfunctiongraph import v2 as functiongraph
from huaweicloudsdkfunctiongraph.v2.region.functiongraph_region import FunctionGraphRegion
from huaweicloudsdkiam import v3 as iam
from keystoneauth1 import session as keystone_session
from keystoneauth1.exceptions import Unauthorized
from keystoneauth1.identity import v3 as identity

from contract.vendor import endpoint, iam_client
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PASSWORD
from pulumi_functiongraph.emulator.seeds.models import stable_id

DOMAIN = stable_id("domain", "local-cloud")


@pytest.fixture
def client(cloud: Emulator) -> Any:
    return iam_client(cloud.environment, domain_id=DOMAIN)


def test_the_client_finds_its_account_by_itself(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_DOMAIN_ID", raising=False)

    found = iam_client(cloud.environment).keystone_list_auth_domains(
        iam.KeystoneListAuthDomainsRequest()
    )

    assert [(domain.id, domain.name) for domain in found.domains] == [(DOMAIN, "local-cloud")]


def test_a_functiongraph_client_finds_its_project_by_the_region(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = cloud.environment
    region = environment["FUNCTIONGRAPH_REGION"]
    for name, value in environment.items():
        if name.startswith("HUAWEICLOUD_SDK_REGION_"):
            monkeypatch.setenv(name, value)
    known = BasicCredentials(
        environment["HUAWEICLOUD_SDK_AK"], environment["HUAWEICLOUD_SDK_SK"]
    ).with_iam_endpoint(endpoint(environment, "iam"))

    found = (
        functiongraph.FunctionGraphClient.new_builder()
        .with_credentials(known)
        .with_region(FunctionGraphRegion.value_of(region))
        .build()
        .list_functions(functiongraph.ListFunctionsRequest())
    )

    assert found.count == 10


def test_projects_are_listed(cloud: Emulator, client: Any) -> None:
    environment = cloud.environment
    region = environment["FUNCTIONGRAPH_REGION"]

    by_name = client.keystone_list_projects(iam.KeystoneListProjectsRequest(name=region))
    usable = client.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest())
    [project] = by_name.projects
    shown = client.keystone_show_project(iam.KeystoneShowProjectRequest(project_id=project.id))

    assert project.id == environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    assert project.domain_id == DOMAIN
    assert [each.id for each in usable.projects] == [project.id]
    assert shown.project.name == region


def test_a_token_is_issued_and_validated(cloud: Emulator, client: Any) -> None:
    user = iam.PwdPasswordUser(
        name="developer",
        password=DEFAULT_PASSWORD,
        domain=iam.PwdPasswordUserDomain(name="local-cloud"),
    )
    auth = iam.PwdAuth(
        identity=iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=user)),
        scope=iam.AuthScope(
            project=iam.AuthScopeProject(name=cloud.environment["FUNCTIONGRAPH_REGION"])
        ),
    )
    request = iam.KeystoneCreateUserTokenByPasswordRequest(
        body=iam.KeystoneCreateUserTokenByPasswordRequestBody(auth=auth)
    )

    issued = client.keystone_create_user_token_by_password(request)
    shown = client.keystone_validate_token(
        iam.KeystoneValidateTokenRequest(x_subject_token=issued.x_subject_token)
    )

    assert issued.token.project.id == cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    assert shown.token.to_dict() == issued.token.to_dict()


def test_agencies_are_listed_and_shown(client: Any) -> None:
    [listed] = client.list_agencies(iam.ListAgenciesRequest(domain_id=DOMAIN)).agencies
    shown = client.show_agency(iam.ShowAgencyRequest(agency_id=listed.id)).agency

    assert (listed.name, listed.trust_domain_name) == (
        "functiongraph-notifications",
        "op_svc_cff",
    )
    assert shown.to_dict() == listed.to_dict()


def test_the_version_is_shown(client: Any) -> None:
    version = client.keystone_show_version(iam.KeystoneShowVersionRequest()).version

    assert version.status == "stable"


def openstack_session(
    cloud: Emulator, password: str = DEFAULT_PASSWORD, *, path: str = "/v3"
) -> Any:
    environment = cloud.environment
    auth = identity.Password(
        auth_url=endpoint(environment, "iam") + path,
        username="developer",
        password=password,
        user_domain_name="local-cloud",
        project_name=environment["FUNCTIONGRAPH_REGION"],
        project_domain_name="local-cloud",
    )
    return keystone_session.Session(auth=auth)


def test_the_openstack_client_finds_functiongraph_in_the_catalog(cloud: Emulator) -> None:
    session = openstack_session(cloud)

    found = session.get("/fgs/functions", endpoint_filter={"service_type": "functiongraph"})

    assert found.json()["count"] == 10
    assert session.get_project_id() == cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]


@pytest.mark.parametrize("kind", ["functiongraph", "smnv2", "disv2"])
def test_the_openstack_client_looks_for_versions_and_finds_the_project(
    cloud: Emulator, kind: str
) -> None:
    session = openstack_session(cloud)
    project = cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]

    found = session.auth.get_endpoint_data(session, service_type=kind, discover_versions=True)

    assert found.url == f"{endpoint(cloud.environment, 'iam')}/v2/{project}"


def test_the_openstack_client_finds_identity_from_an_address_without_version(
    cloud: Emulator,
) -> None:
    session = openstack_session(cloud, path="")

    found = session.auth.get_endpoint_data(
        session, service_type="identity", discover_versions=True, version="3"
    )

    assert found.url == endpoint(cloud.environment, "iam") + "/v3/"


def test_the_openstack_client_gets_a_new_token_when_the_old_one_expires(cloud: Emulator) -> None:
    session = openstack_session(cloud)
    where = {"service_type": "functiongraph"}
    session.get("/fgs/functions", endpoint_filter=where)

    cloud.advance(seconds=25 * 3600)
    found = session.get("/fgs/functions", endpoint_filter=where)

    assert found.status_code == 200
    asked = [each["status"] for each in cloud.requests() if each["operation"] == "ListFunctions"]
    assert asked == [200, 401, 200]


def test_the_openstack_client_is_refused_with_a_wrong_password(cloud: Emulator) -> None:
    with pytest.raises(Unauthorized) as caught:
        openstack_session(cloud, "wrong").get_token()

    assert "wrong" in str(caught.value)
    assert DEFAULT_PASSWORD not in json.dumps(cloud.requests())
