"""Roles, policies and what agencies are granted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.emulator.seeds.documents import read_seed
from pulumi_functiongraph.emulator.seeds.models import SeedError, stable_id
from unit.emulator.client import PROJECT, CloudClient, local_cloud

DOMAIN = stable_id("domain", "local-cloud")
AGENCY = stable_id("agency", "notify")
ON_PROJECT = f"/v3.0/OS-AGENCY/projects/{PROJECT}/agencies/{AGENCY}/roles"
ON_DOMAIN = f"/v3.0/OS-AGENCY/domains/{DOMAIN}/agencies/{AGENCY}/roles"
INHERITED = f"/v3.0/OS-INHERIT/domains/{DOMAIN}/agencies/{AGENCY}/roles"
RECORDS = "/v3.0/OS-PERMISSION/role-assignments"
ENTERPRISE = "/v3.0/OS-PERMISSION/subjects/agency/scopes/enterprise-project/role-assignments"

SEED = """
agencies:
  - name: notify
    grants:
      - SMN Administrator
      - obs administrator
      - {role: te_admin, scope: inherited}
      - policy: {Version: "1.1", Statement: [{Effect: Allow, Action: ["obs:object:PutObject"]}]}
      - policy: {Version: "1.1", Statement: [{Effect: Deny, Action: ["smn:topic:publish"]}]}
  - name: bare
"""


@pytest.fixture
def cloud() -> Iterator[CloudClient]:
    with local_cloud(seed=read_seed(SEED)) as client:
        yield client


def role_id(name: str) -> str:
    return stable_id("role", name)


def titles(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [role.get("display_name", role["name"]) for role in answer.json()["roles"]]


def policy(title: str = "mine", **changes: Any) -> dict[str, Any]:
    return {
        "role": {
            "display_name": title,
            "type": "XA",
            "description": "for a test",
            "policy": {
                "Version": "1.1",
                "Statement": [{"Effect": "Allow", "Action": ["smn:topic:publish"]}],
            },
            **changes,
        }
    }


def test_a_seed_grants_roles_where_they_belong(cloud: CloudClient) -> None:
    assert titles(cloud.call("GET", ON_PROJECT)) == ["SMN Administrator", "notify-4"]
    assert titles(cloud.call("GET", ON_DOMAIN)) == ["OBS Administrator", "notify-3"]
    assert titles(cloud.call("GET", f"{INHERITED}/inherited_to_projects")) == ["te_admin"]


def test_roles_on_a_project_carry_their_documents_and_inherited_ones_do_not(
    cloud: CloudClient,
) -> None:
    [administrator, _] = cloud.call("GET", ON_PROJECT).json()["roles"]
    [inherited] = cloud.call("GET", f"{INHERITED}/inherited_to_projects").json()["roles"]

    assert administrator["policy"]["Depends"] == [
        {"catalog": "BASE", "display_name": "Tenant Guest"}
    ]
    assert set(inherited) == {"id", "name", "links"}
    shown = cloud.call("GET", f"/v3/roles/{inherited['id']}").json()["role"]
    assert shown["display_name"] == "Tenant Administrator"


@pytest.mark.parametrize(
    "one",
    [
        f"{ON_PROJECT}/{{}}",
        f"{ON_DOMAIN}/{{}}",
        f"{INHERITED}/{{}}/inherited_to_projects",
    ],
)
def test_a_role_is_granted_checked_and_taken_away(cloud: CloudClient, one: str) -> None:
    path = one.format(role_id("DIS User"))

    assert cloud.call("HEAD", path).status_code == 404
    assert cloud.call("PUT", path).status_code == 204
    assert cloud.call("PUT", path).status_code == 204
    assert cloud.call("HEAD", path).status_code == 204
    assert cloud.call("DELETE", path).status_code == 204
    assert cloud.call("DELETE", path).status_code == 404


def test_what_does_not_exist_cannot_be_granted(cloud: CloudClient) -> None:
    known = role_id("DIS User")
    wrong = [
        f"{ON_PROJECT}/nothing",
        f"{ON_PROJECT.replace(AGENCY, 'nobody')}/{known}",
        f"{ON_PROJECT.replace(PROJECT, 'nowhere')}/{known}",
    ]

    assert [cloud.call("PUT", path).status_code for path in wrong] == [404, 404, 404]
    assert cloud.call("PUT", f"{ON_DOMAIN.replace(DOMAIN, 'x')}/{known}").status_code == 403


def test_system_roles_are_listed_by_name_and_kind(cloud: CloudClient) -> None:
    listed = cloud.call("GET", "/v3/roles").json()
    policies = titles(cloud.call("GET", "/v3/roles?permission_type=policy&catalog=SMN"))
    roles = titles(cloud.call("GET", "/v3/roles?permission_type=role&catalog=SMN"))
    page = cloud.call("GET", "/v3/roles?page=2&per_page=3").json()

    assert listed["total_number"] == len(listed["roles"]) > 15
    assert policies == ["SMN FullAccess", "SMN ReadOnlyAccess"]
    assert roles == ["SMN Administrator"]
    assert page["roles"] == listed["roles"][3:6]
    assert titles(cloud.call("GET", "/v3/roles?display_name=FullAccess")) == ["FullAccess"]
    assert titles(cloud.call("GET", "/v3/roles?type=domain&catalog=DIS")) == []


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=1&per_page=301"])
def test_a_page_that_is_none_is_refused(cloud: CloudClient, query: str) -> None:
    assert cloud.call("GET", f"/v3/roles?{query}").status_code == 400


def test_open_telekom_cloud_has_no_role_for_everything() -> None:
    with local_cloud(name="otc", seed=read_seed("")) as cloud:
        assert titles(cloud.call("GET", "/v3/roles?display_name=FullAccess")) == []


def test_a_custom_policy_is_made_changed_and_forgotten(cloud: CloudClient) -> None:
    made = cloud.call("POST", "/v3.0/OS-ROLE/roles", policy())
    known = made.json()["role"]
    path = f"/v3.0/OS-ROLE/roles/{known['id']}"
    granted = f"{ON_PROJECT}/{known['id']}"
    cloud.call("PUT", granted)

    assert (made.status_code, known["catalog"], known["domain_id"]) == (201, "CUSTOMED", DOMAIN)
    assert cloud.call("POST", "/v3.0/OS-ROLE/roles", policy()).status_code == 409
    assert "mine" in titles(cloud.call("GET", f"/v3/roles?domain_id={DOMAIN}"))
    assert "mine" in titles(cloud.call("GET", "/v3.0/OS-ROLE/roles"))
    changed = cloud.call("PATCH", path, policy("yours"))
    assert changed.json()["role"]["display_name"] == "yours"
    assert cloud.call("GET", path).json()["role"]["display_name"] == "yours"
    assert cloud.call("DELETE", path).status_code == 200
    assert cloud.call("GET", path).status_code == 404
    assert cloud.call("HEAD", granted).status_code == 404


def test_a_system_role_is_no_custom_policy(cloud: CloudClient) -> None:
    path = f"/v3.0/OS-ROLE/roles/{role_id('SMN Administrator')}"

    assert cloud.call("GET", path).status_code == 404
    assert cloud.call("DELETE", path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"nothing",
        {},
        policy(" "),
        policy(type="ZZ"),
        policy(policy={"Version": "1.0", "Statement": []}),
        policy(policy={"Version": "1.1", "Statement": []}),
        policy(policy={"Version": "1.1", "Statement": [{"Effect": "Maybe"}]}),
        policy(policy={"Version": "1.1", "Statement": [{"Effect": "Allow"}]}),
    ],
)
def test_what_is_no_policy_is_refused(cloud: CloudClient, body: Any) -> None:
    assert cloud.call("POST", "/v3.0/OS-ROLE/roles", body).status_code == 400


def test_custom_policies_of_another_account_are_not_listed(cloud: CloudClient) -> None:
    assert cloud.call("GET", "/v3/roles?domain_id=another").status_code == 403


def test_an_agency_is_made_changed_and_forgotten_with_its_grants(cloud: CloudClient) -> None:
    given = {"name": "new", "domain_id": DOMAIN, "trust_domain_name": "op_svc_obs"}
    made = cloud.call(
        "POST", "/v3.0/OS-AGENCY/agencies", {"agency": {**given, "duration": "ONEDAY"}}
    )
    path = f"/v3.0/OS-AGENCY/agencies/{made.json()['agency']['id']}"

    assert made.status_code == 201
    assert made.json()["agency"]["expire_time"] == "2026-01-02T00:00:00.000000Z"
    assert cloud.call("POST", "/v3.0/OS-AGENCY/agencies", {"agency": given}).status_code == 409
    changed = cloud.call(
        "PUT", path, {"agency": {"trust_domain_name": "op_svc_cff", "duration": "FOREVER"}}
    ).json()["agency"]
    assert (changed["trust_domain_name"], changed["expire_time"]) == ("op_svc_cff", None)
    assert cloud.call("DELETE", path).status_code == 204
    assert cloud.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("agency", "status"),
    [
        ({"name": "x", "domain_id": "another", "trust_domain_name": "op_svc_cff"}, 403),
        ({"name": "", "domain_id": DOMAIN, "trust_domain_name": "op_svc_cff"}, 400),
        ({"name": "x", "domain_id": DOMAIN}, 400),
        (
            {
                "name": "x",
                "domain_id": DOMAIN,
                "trust_domain_name": "op_svc_cff",
                "duration": "soon",
            },
            400,
        ),
        ("none", 400),
    ],
)
def test_what_is_no_agency_is_refused(cloud: CloudClient, agency: Any, status: int) -> None:
    answer = cloud.call("POST", "/v3.0/OS-AGENCY/agencies", {"agency": agency})

    assert answer.status_code == status


def test_agencies_are_filtered_by_trust_and_paged(cloud: CloudClient) -> None:
    trust = stable_id("domain", "op_svc_cff")
    base = f"/v3.0/OS-AGENCY/agencies?domain_id={DOMAIN}"

    def names(query: str) -> list[str]:
        return [each["name"] for each in cloud.call("GET", base + query).json()["agencies"]]

    assert names(f"&trust_domain_id={trust}") == ["bare", "notify"]
    assert names("&trust_domain_id=nobody") == []
    assert names("&page=2&per_page=1") == ["notify"]


def test_roles_are_granted_on_enterprise_projects_and_told_as_records(cloud: CloudClient) -> None:
    record = {
        "agency_id": AGENCY,
        "role_id": role_id("SMN FullAccess"),
        "enterprise_project_id": "ep-1",
    }
    query = f"?domain_id={DOMAIN}&subject.agency_id={AGENCY}&scope=enterprise_project"

    assert cloud.call("PUT", ENTERPRISE, {"role_assignments": [record]}).status_code == 204
    found = cloud.call("GET", f"{RECORDS}{query}").json()
    assert found == {
        "total_num": 1,
        "role_assignments": [
            {
                "agency": {"id": AGENCY},
                "role": {"id": record["role_id"]},
                "scope": {"enterprise_project": {"id": "ep-1"}},
                "is_inherited": False,
            }
        ],
    }
    assert cloud.call("DELETE", ENTERPRISE, {"role_assignments": [record]}).status_code == 204
    assert cloud.call("GET", f"{RECORDS}{query}").json()["total_num"] == 0


def test_records_are_filtered_by_place(cloud: CloudClient) -> None:
    def count(query: str) -> int:
        found: int = cloud.call("GET", f"{RECORDS}?domain_id={DOMAIN}{query}").json()["total_num"]
        return found

    assert count("") == 5
    assert count("&scope=project") == 2
    assert count("&scope=domain") == 3
    assert count("&is_inherited=true") == 1
    assert count("&subject=user") == 0
    assert cloud.call("GET", f"{RECORDS}?domain_id=another").status_code == 403
    assert cloud.call("GET", RECORDS).status_code == 400


@pytest.mark.parametrize("body", [b"x", {}, {"role_assignments": [{}]}])
def test_what_is_no_record_is_refused(cloud: CloudClient, body: Any) -> None:
    assert cloud.call("PUT", ENTERPRISE, body).status_code == 400


def test_open_telekom_cloud_has_no_enterprise_projects() -> None:
    with local_cloud(name="otc", seed=read_seed("")) as cloud:
        assert cloud.call("PUT", ENTERPRISE, {"role_assignments": []}).status_code == 404


def test_the_state_tells_what_is_granted(cloud: CloudClient) -> None:
    [bare, notify] = cloud.control("GET", "state")["agencies"]

    assert bare["grants"] == []
    assert {"role": "OBS Administrator", "scope": "domain", "id": DOMAIN} in notify["grants"]


def test_every_problem_of_the_grants_of_a_seed_is_told() -> None:
    text = """
agencies:
  - name: notify
    grants: [Nonsense, {role: SMN FullAccess, project: nowhere}]
"""
    with pytest.raises(SeedError) as caught, local_cloud(seed=read_seed(text)):
        pass  # pragma: no cover

    assert caught.value.problems == [
        "agencies[0].grants[0].role: there is no role or policy Nonsense",
        "agencies[0].grants[1].project: there is no project nowhere",
    ]


def test_a_grant_of_a_seed_is_a_role_or_a_policy() -> None:
    with pytest.raises(SeedError, match=r"agencies\[0\].grants\[0\].*exactly one of role and"):
        read_seed("agencies: [{name: a, grants: [{scope: domain}]}]")


def test_grants_survive_a_restart_and_system_roles_come_with_an_older_state(tmp_path: Path) -> None:
    with local_cloud(seed=read_seed(SEED), directory=tmp_path) as cloud:
        cloud.cloud.store.write_now(
            lambda connection: connection.execute(
                "DELETE FROM iam_roles WHERE display_name = 'DIS User'"
            )
        )
    with local_cloud(directory=tmp_path) as cloud:
        assert titles(cloud.call("GET", ON_PROJECT)) == ["SMN Administrator", "notify-4"]
        assert titles(cloud.call("GET", "/v3/roles?display_name=DIS User")) == ["DIS User"]
