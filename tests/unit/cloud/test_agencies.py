"""Agencies, what each is granted, and that every question is asked in the account's scope."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from factories import PROJECT, REGION
from pulumi_functiongraph.cloud.services.agencies import Agencies
from pulumi_functiongraph.core.agencies import Agency, Role
from pulumi_functiongraph.core.errors import Forbidden, NotFound, NotUnderstood
from unit.cloud.doubles import USER, session_to
from unit.cloud.loopback import Loopback, Reply, Seen

DOMAIN = "0ae9c6993a2e47bb8c4c7a9bb8278d61"
AGENCY = Agency("a1", "notify", DOMAIN, "op_svc_cff")
POLICY = {"Version": "1.1", "Statement": [{"Action": ["smn:topic:publish"], "Effect": "Allow"}]}


def huawei(server: Loopback) -> Agencies:
    return Agencies(session_to(server.url, cloud="huawei"))


@pytest.fixture
def client(server: Loopback) -> Agencies:
    return Agencies(session_to(server.url))


def agency(name: str = "serverless-trust", **changes: object) -> dict[str, object]:
    """An agency as the API reference shows it."""
    return {
        "trust_domain_name": "op_svc_cff",
        "description": "d",
        "trust_domain_id": "b3f266d0c08544a0859740de8b84e850",
        "id": f"id-{name}",
        "duration": None,
        "create_time": "2017-01-04T09:09:15.000000",
        "expire_time": None,
        "domain_id": DOMAIN,
        "name": name,
        **changes,
    }


def role(name: str = "readonly", **changes: object) -> dict[str, object]:
    """A role as the API reference shows it."""
    return {
        "catalog": "BASE",
        "display_name": "Tenant Guest",
        "name": name,
        "policy": POLICY,
        "domain_id": None,
        "type": "AA",
        "id": f"id-{name}",
        "description": "Tenant Guest",
        **changes,
    }


def query(seen: Seen) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(seen.path).query).items()}


def paged(key: str, items: list[dict[str, object]]) -> Callable[[Seen], Reply]:
    def reply(seen: Seen) -> Reply:
        asked = query(seen)
        size = int(asked["per_page"])
        start = (int(asked["page"]) - 1) * size
        return Reply(content={key: items[start : start + size], "total_num": len(items)})

    return reply


def test_agencies_are_listed_by_name_with_what_they_trust_and_until_when(
    server: Loopback, client: Agencies
) -> None:
    ends = "2026-01-01T00:00:00.000000Z"
    temporary = agency("b", duration="24", expire_time=ends, trust_domain_name="op_svc_obs")
    server.replies(Reply(content={"agencies": [temporary, agency("a", domain_id=None)]}))

    assert client.list_agencies(DOMAIN, region=REGION) == (
        Agency("id-a", "a", DOMAIN, "op_svc_cff"),
        Agency("id-b", "b", DOMAIN, "op_svc_obs", ends),
    )
    assert server.seen[0].path == f"/v3.0/OS-AGENCY/agencies?domain_id={DOMAIN}"


def test_a_name_is_matched_exactly_whatever_the_service_makes_of_the_filter(
    server: Loopback, client: Agencies
) -> None:
    server.replies(Reply(content={"agencies": [agency("notify-2"), agency("notify")]}))

    found = client.list_agencies(DOMAIN, region=REGION, name="notify")

    assert [each.name for each in found] == ["notify"]
    assert query(server.seen[0]) == {"domain_id": DOMAIN, "name": "notify"}


@pytest.mark.parametrize("number", [0, 499, 500, 501, 1001])
def test_huawei_clouds_pages_are_all_read(server: Loopback, number: int) -> None:
    server.answer = paged("agencies", [agency(f"a{index:04}") for index in range(number)])

    found = huawei(server).list_agencies(DOMAIN, region=REGION)

    assert [each.name for each in found] == [f"a{index:04}" for index in range(number)]
    assert len(server.seen) == number // 500 + 1
    assert query(server.seen[0]) == {"domain_id": DOMAIN, "page": "1", "per_page": "500"}


def test_a_service_that_ignores_pages_is_not_read_for_ever(server: Loopback) -> None:
    server.replies(Reply(content={"agencies": [agency(f"a{index}") for index in range(600)]}))

    assert len(huawei(server).list_agencies(DOMAIN, region=REGION)) == 600
    assert len(server.seen) == 2


def test_a_cloud_without_pages_is_asked_once(server: Loopback, client: Agencies) -> None:
    server.replies(Reply(content={"agencies": [agency(f"a{index}") for index in range(600)]}))

    assert len(client.list_agencies(DOMAIN, region=REGION)) == 600
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (
            lambda client: client.project_roles(AGENCY, project_id=PROJECT, region=REGION),
            f"/v3.0/OS-AGENCY/projects/{PROJECT}/agencies/a1/roles",
        ),
        (
            lambda client: client.domain_roles(AGENCY, region=REGION),
            f"/v3.0/OS-AGENCY/domains/{DOMAIN}/agencies/a1/roles",
        ),
        (
            lambda client: client.inherited_roles(AGENCY, region=REGION),
            f"/v3.0/OS-INHERIT/domains/{DOMAIN}/agencies/a1/roles/inherited_to_projects",
        ),
    ],
)
def test_roles_are_listed_by_title_wherever_they_are_granted(
    server: Loopback,
    client: Agencies,
    ask: Callable[[Agencies], tuple[Role, ...]],
    path: str,
) -> None:
    bare = {"name": "system_all_154", "links": {"self": "https://x"}, "id": "04570d"}
    server.replies(Reply(content={"roles": [bare, role()], "links": {}}))

    guest, unknown = ask(client)

    assert guest == Role("id-readonly", "readonly", "Tenant Guest", "BASE", POLICY)
    assert unknown == Role("04570d", "system_all_154")
    assert unknown.policy is None
    assert urlsplit(server.seen[0].path).path == path
    assert server.seen[0].headers["x-domain-id"] == DOMAIN
    assert "x-project-id" not in server.seen[0].headers
    assert "x-domain-id" in server.seen[0].headers["authorization"]


def test_a_user_asks_with_a_token_of_the_account(server: Loopback) -> None:
    asked: list[object] = []

    def answer(seen: Seen) -> Reply:
        if seen.path == "/v3/auth/tokens":
            asked.append(json.loads(seen.body)["auth"]["scope"])
            token = {"token": {"expires_at": "2099-01-01T00:00:00.000000Z"}}
            return Reply(201, token, {"X-Subject-Token": "t"})
        return Reply(content={"agencies": []})

    server.answer = answer

    Agencies(session_to(server.url, credentials=USER)).list_agencies(DOMAIN, region=REGION)

    assert asked == [{"domain": {"id": DOMAIN}}]


def test_a_further_page_of_roles_makes_them_unknown_and_not_fewer(
    server: Loopback, client: Agencies
) -> None:
    server.replies(Reply(content={"roles": [], "links": {"next": "https://iam.example/?page=2"}}))

    with pytest.raises(NotUnderstood, match="further page"):
        client.project_roles(AGENCY, project_id=PROJECT, region=REGION)


def test_a_policy_is_read_by_the_id_of_its_role(server: Loopback, client: Agencies) -> None:
    server.replies(Reply(content={"role": role("system_all_154", display_name="")}))

    found = client.get_role("04570d", domain_id=DOMAIN, region=REGION)

    assert found == Role("id-system_all_154", "system_all_154", "", "BASE", POLICY)
    assert server.seen[0].path == "/v3/roles/04570d"


@pytest.mark.parametrize("policy", [None, {}, "text", []])
def test_a_policy_in_another_form_is_none(
    server: Loopback, client: Agencies, policy: object
) -> None:
    server.replies(Reply(content={"role": role(policy=policy)}))

    assert client.get_role("r", domain_id=DOMAIN, region=REGION).policy is None


def test_enterprise_projects_are_told_with_the_ids_of_their_roles(server: Loopback) -> None:
    def record(scope: object, role_id: object = "r1") -> dict[str, object]:
        return {"agency": {"id": "a1"}, "role": {"id": role_id}, "scope": scope}

    records = [
        record({"enterprise_project": {"id": "e2"}}),
        record({"enterprise_project": {"id": "e1"}}, "r2"),
        record({"enterprise_project": {"id": "e1"}}, "r2"),
        record({"project": {"id": "p"}}),
        record({"domain": {"id": "d"}, "enterprise_project": None}),
        record({"project": {"id": "p"}}, None),
    ]
    server.answer = paged("role_assignments", records * 10)

    found = huawei(server).enterprise_project_roles(AGENCY, region=REGION)

    assert found == (("e1", "r2"), ("e2", "r1"))
    assert [query(seen)["page"] for seen in server.seen] == ["1", "2"]
    assert query(server.seen[0]) == {
        "domain_id": DOMAIN,
        "subject.agency_id": "a1",
        "scope": "enterprise_project",
        "page": "1",
        "per_page": "50",
    }


@pytest.mark.parametrize(
    ("scope", "role"),
    [
        (None, {"id": "r1"}),
        ({}, {"id": "r1"}),
        ({"enterprise_project": None}, {"id": "r1"}),
        ({"enterprise_project": {}}, {"id": "r1"}),
        ({"enterprise_project": {"id": 0}}, {"id": "r1"}),
        ({"enterprise_project": "e1"}, {"id": "r1"}),
        ({"enterprise_project": {"id": "e1"}}, None),
        ({"enterprise_project": {"id": "e1"}}, {}),
        ({"enterprise_project": {"id": "e1"}}, {"id": 7}),
    ],
)
def test_a_record_that_does_not_say_what_it_grants_where_was_not_read(
    server: Loopback, scope: object, role: object
) -> None:
    server.answer = paged("role_assignments", [{"scope": scope, "role": role}])

    with pytest.raises(NotUnderstood):
        huawei(server).enterprise_project_roles(AGENCY, region=REGION)


def test_an_agency_that_is_not_there_yet_is_told_to_wait_for(
    server: Loopback, client: Agencies
) -> None:
    content = {"error": {"code": 404, "title": "Not Found", "message": "Could not find agency"}}
    server.replies(Reply(404, content))

    with pytest.raises(NotFound, match="A new agency may answer so for some minutes") as caught:
        client.domain_roles(AGENCY, region=REGION)
    assert "list the roles on the account of agency notify" in str(caught.value)


def test_an_account_that_may_not_be_read_is_told(server: Loopback, client: Agencies) -> None:
    message = "You are not authorized to perform the requested action: identity:list_agencies"
    content = {"error": {"message": message, "code": 403, "title": "Forbidden"}}
    server.replies(Reply(403, content, {"X-Request-Id": "rid"}))

    with pytest.raises(Forbidden, match="identity:list_agencies") as caught:
        client.list_agencies(DOMAIN, region=REGION)
    assert f"in domain {DOMAIN}" in caught.value.hint
    assert caught.value.request_id == "rid"


@pytest.mark.parametrize(
    ("ask", "content"),
    [
        (lambda client: client.list_agencies(DOMAIN, region=REGION), {}),
        (lambda client: client.list_agencies(DOMAIN, region=REGION), {"agencies": [{"id": "x"}]}),
        (lambda client: client.domain_roles(AGENCY, region=REGION), {"roles": [{"name": "x"}]}),
        (lambda client: client.get_role("r", domain_id=DOMAIN, region=REGION), {"role": None}),
        (lambda client: client.get_role("r", domain_id=DOMAIN, region=REGION), []),
    ],
)
def test_a_damaged_answer_is_not_taken_for_an_empty_one(
    server: Loopback,
    client: Agencies,
    ask: Callable[[Agencies], object],
    content: object,
) -> None:
    server.replies(Reply(content=content))

    with pytest.raises(NotUnderstood, match="in the answer"):
        ask(client)
