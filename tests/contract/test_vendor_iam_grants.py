"""Agencies, roles and grants by the vendor's own client."""

from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkiam import v3 as iam

from contract.vendor import iam_client
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.models import stable_id

DOMAIN = stable_id("domain", "local-cloud")
AGENCY = stable_id("agency", "notify")
GUEST = stable_id("role", "Tenant Guest")
SEED = {
    "agencies": [
        {
            "name": "notify",
            "grants": [
                "SMN Administrator",
                "OBS Administrator",
                {"role": "Tenant Guest", "scope": "inherited"},
            ],
        }
    ]
}


@pytest.fixture
def client(cloud: Emulator) -> Any:
    cloud.seed(SEED)
    return iam_client(cloud.environment, domain_id=DOMAIN)


def test_grants_are_read_from_all_three_places(cloud: Emulator, client: Any) -> None:
    project = cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"]

    on_project = client.list_project_permissions_for_agency(
        iam.ListProjectPermissionsForAgencyRequest(project_id=project, agency_id=AGENCY)
    )
    on_domain = client.list_domain_permissions_for_agency(
        iam.ListDomainPermissionsForAgencyRequest(domain_id=DOMAIN, agency_id=AGENCY)
    )
    inherited = client.list_all_projects_permissions_for_agency(
        iam.ListAllProjectsPermissionsForAgencyRequest(domain_id=DOMAIN, agency_id=AGENCY)
    )

    assert [role.display_name for role in on_project.roles] == ["SMN Administrator"]
    [obs] = on_domain.roles
    assert (obs.display_name, obs.policy.version, obs.policy.statement[0].effect) == (
        "OBS Administrator",
        "1.1",
        "Allow",
    )
    assert [role.id for role in inherited.roles] == [GUEST]
    shown = client.keystone_show_permission(iam.KeystoneShowPermissionRequest(role_id=GUEST))
    assert shown.role.display_name == "Tenant Guest"


def test_a_role_is_granted_and_revoked(client: Any) -> None:
    where = {"domain_id": DOMAIN, "agency_id": AGENCY, "role_id": GUEST}
    check = iam.CheckDomainPermissionForAgencyRequest(**where)

    with pytest.raises(ServiceResponseException) as absent:
        client.check_domain_permission_for_agency(check)
    client.associate_agency_with_domain_permission(
        iam.AssociateAgencyWithDomainPermissionRequest(**where)
    )
    client.check_domain_permission_for_agency(check)
    client.remove_domain_permission_from_agency(
        iam.RemoveDomainPermissionFromAgencyRequest(**where)
    )

    assert absent.value.status_code == 404


def test_an_agency_and_a_custom_policy_are_made(client: Any) -> None:
    option = iam.CreateAgencyOption(
        name="new", domain_id=DOMAIN, trust_domain_name="op_svc_cff", duration="ONEDAY"
    )
    created = client.create_agency(
        iam.CreateAgencyRequest(body=iam.CreateAgencyRequestBody(agency=option))
    )
    statement = iam.ServiceStatement(effect="Allow", action=["smn:topic:publish"])
    role = iam.ServicePolicyRoleOption(
        display_name="publish",
        type="XA",
        description="d",
        policy=iam.ServicePolicy(version="1.1", statement=[statement]),
    )
    policy = client.create_cloud_service_custom_policy(
        iam.CreateCloudServiceCustomPolicyRequest(
            body=iam.CreateCloudServiceCustomPolicyRequestBody(role=role)
        )
    )

    listed = client.list_custom_policies(iam.ListCustomPoliciesRequest())
    presets = client.keystone_list_permissions(
        iam.KeystoneListPermissionsRequest(display_name="DIS User")
    )

    assert created.agency.expire_time is not None
    assert [each.id for each in listed.roles] == [policy.role.id]
    assert [each.display_name for each in presets.roles] == ["DIS User"]
    client.delete_custom_policy(iam.DeleteCustomPolicyRequest(role_id=policy.role.id))
    client.delete_agency(iam.DeleteAgencyRequest(agency_id=created.agency.id))
    assert client.list_custom_policies(iam.ListCustomPoliciesRequest()).roles == []


def test_enterprise_projects_are_granted_on_huawei_cloud(cloud: Emulator, client: Any) -> None:
    given = iam.CreateAgencyEpPolicyAssignmentReqBodyRoleAssignments(
        agency_id=AGENCY, enterprise_project_id="0", role_id=GUEST
    )
    body = iam.CreateAgencyEpPolicyAssignmentReqBody(role_assignments=[given])
    request = iam.AssociateRoleToAgencyOnEnterpriseProjectRequest(body=body)
    if cloud.state()["cloud"] != "huawei":
        with pytest.raises(ServiceResponseException) as refused:
            client.associate_role_to_agency_on_enterprise_project(request)
        assert refused.value.status_code == 404
        return

    client.associate_role_to_agency_on_enterprise_project(request)
    found = client.show_domain_role_assignments(
        iam.ShowDomainRoleAssignmentsRequest(
            domain_id=DOMAIN, subject_agency_id=AGENCY, scope="enterprise_project"
        )
    )

    assert [each.scope.enterprise_project.id for each in found.role_assignments] == ["0"]
