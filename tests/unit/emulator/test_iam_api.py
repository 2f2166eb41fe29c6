"""Tokens, projects, domains and agencies as a client meets them."""

from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.seeds.default import DEFAULT_PASSWORD
from pulumi_functiongraph.emulator.seeds.models import stable_id
from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.iam_calls import PROJECT_SCOPE, USER, post, request_token, token_of

DOMAIN = stable_id("domain", "local-cloud")


def with_token(client: CloudClient, path: str, token: str) -> httpx.Response:
    return client.request("GET", path, headers={"x-auth-TOKEN": token})


def urls_of(catalog: list[dict[str, Any]]) -> dict[str, str]:
    return {service["type"]: service["endpoints"][0]["url"] for service in catalog}


def test_a_password_buys_a_token_for_a_project(huawei: CloudClient) -> None:
    answer = request_token(huawei)

    token = answer.json()["token"]
    assert token["project"] == {
        "id": PROJECT,
        "name": "cn-north-4",
        "domain": {"id": DOMAIN, "name": "local-cloud"},
    }
    assert token["issued_at"] == "2026-01-01T00:00:00.000000Z"
    assert token["expires_at"] == "2026-01-02T00:00:00.000000Z"
    assert token["methods"] == ["password"]
    assert urls_of(token["catalog"])["functiongraph"] == f"http://testserver/v2/{PROJECT}"
    listed = with_token(huawei, f"/v2/{PROJECT}/fgs/functions", token_of(answer))
    assert listed.status_code == 200


@pytest.mark.parametrize(
    "user",
    [
        {"id": stable_id("user", "developer"), "password": DEFAULT_PASSWORD},
        {"name": "developer", "password": DEFAULT_PASSWORD, "domain": {"id": DOMAIN}},
    ],
)
@pytest.mark.parametrize("scope", [PROJECT_SCOPE, {"project": {"id": PROJECT}}])
def test_user_and_project_go_by_id_or_name(
    huawei: CloudClient, user: dict[str, Any], scope: Any
) -> None:
    token = request_token(huawei, user, scope).json()["token"]

    assert token["project"]["id"] == PROJECT
    assert token["user"]["name"] == "developer"


def test_a_token_expires_after_24_hours(huawei: CloudClient) -> None:
    token = token_of(request_token(huawei))
    path = f"/v2/{PROJECT}/fgs/functions"

    huawei.control("POST", "clock", {"seconds": 24 * 3600 - 1})
    assert with_token(huawei, path, token).status_code == 200
    huawei.control("POST", "clock", {"seconds": 1})
    assert with_token(huawei, path, token).status_code == 401


@pytest.mark.parametrize("scope", [None, "unscoped", {"domain": {"name": "local-cloud"}}])
def test_a_token_without_the_project_is_forbidden_for_functions(
    huawei: CloudClient, scope: Any
) -> None:
    token = token_of(request_token(huawei, scope=scope))

    answer = with_token(huawei, f"/v2/{PROJECT}/fgs/functions", token)

    assert (answer.status_code, answer.json()["error_code"]) == (403, "FSS.0403")
    assert with_token(huawei, "/v3/auth/projects", token).status_code == 200


def test_a_domain_token_names_its_domain(huawei: CloudClient) -> None:
    token = request_token(huawei, scope={"domain": {"id": DOMAIN}}).json()["token"]

    assert token["domain"] == {"id": DOMAIN, "name": "local-cloud"}
    assert "project" not in token


def test_a_token_buys_another_token(huawei: CloudClient) -> None:
    first = token_of(request_token(huawei, scope=None))
    identity = {"methods": ["token"], "token": {"id": first}}

    second = post(huawei, {"auth": {"identity": identity, "scope": PROJECT_SCOPE}})

    assert second.json()["token"]["methods"] == ["token"]
    assert with_token(huawei, f"/v2/{PROJECT}/fgs/functions", token_of(second)).status_code == 200
    wrong = {"methods": ["token"], "token": {"id": "forged"}}
    assert post(huawei, {"auth": {"identity": wrong}}).status_code == 401


@pytest.mark.parametrize(
    ("user", "scope"),
    [
        ({**USER, "password": "wrong"}, PROJECT_SCOPE),
        ({**USER, "name": "nobody"}, PROJECT_SCOPE),
        ({**USER, "domain": {"name": "elsewhere"}}, PROJECT_SCOPE),
        ({"id": "nobody", "password": DEFAULT_PASSWORD}, PROJECT_SCOPE),
        (USER, {"project": {"name": "eu-de"}}),
        (USER, {"project": {"id": "nowhere"}}),
        (USER, {"domain": {"name": "elsewhere"}}),
    ],
)
def test_wrong_credentials_or_scopes_are_unauthorized(
    huawei: CloudClient, user: dict[str, Any], scope: Any
) -> None:
    answer = request_token(huawei, user, scope)

    assert answer.status_code == 401
    assert answer.json()["error"]["title"] == "Unauthorized"
    assert DEFAULT_PASSWORD not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        [],
        {"auth": 1},
        {"auth": {}},
        {"auth": {"identity": {"methods": ["hw_ak_sk"]}}},
        {"auth": {"identity": {"methods": ["password"]}}},
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "x"}}}}},
    ],
)
def test_a_senseless_request_for_a_token_is_bad(huawei: CloudClient, body: Any) -> None:
    answer = post(huawei, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


@pytest.mark.parametrize("scope", [7, {"galaxy": {}}])
def test_a_senseless_scope_is_bad(huawei: CloudClient, scope: Any) -> None:
    assert request_token(huawei, scope=scope).status_code == 400


def test_a_token_can_be_had_without_the_catalog(huawei: CloudClient) -> None:
    identity = {"methods": ["password"], "password": {"user": USER}}
    auth = {"identity": identity, "scope": PROJECT_SCOPE}

    answer = post(huawei, {"auth": auth}, query="?nocatalog=true")

    assert answer.json()["token"]["catalog"] == []


def test_a_token_is_shown_to_who_asks_for_it(huawei: CloudClient) -> None:
    issued = request_token(huawei)
    token = token_of(issued)

    shown = huawei.call("GET", "/v3/auth/tokens", headers={"X-Subject-Token": token})
    unknown = huawei.call("GET", "/v3/auth/tokens", headers={"X-Subject-Token": "forged"})

    assert shown.json() == issued.json()
    assert shown.headers["X-Subject-Token"] == token
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, 404)


def test_projects_are_found_by_the_name_of_the_region(huawei: CloudClient) -> None:
    found = huawei.call("GET", "/v3/projects?name=cn-north-4").json()["projects"]

    assert [(each["id"], each["domain_id"]) for each in found] == [(PROJECT, DOMAIN)]
    assert huawei.call("GET", "/v3/projects?name=eu-de").json()["projects"] == []
    assert huawei.call("GET", "/v3/projects?domain_id=other").json()["projects"] == []
    assert huawei.call("GET", f"/v3/projects/{PROJECT}").json()["project"] == found[0]
    assert huawei.call("GET", "/v3/projects/nowhere").status_code == 404


def test_the_callers_domain_is_listed(huawei: CloudClient) -> None:
    domains = huawei.call("GET", "/v3/auth/domains").json()["domains"]

    assert [(each["id"], each["name"]) for each in domains] == [(DOMAIN, "local-cloud")]


def test_versions_are_discovered_without_credentials(huawei: CloudClient) -> None:
    version = huawei.request("GET", "/v3").json()["version"]
    versions = huawei.request("GET", "/")

    assert version["id"].startswith("v3")
    assert version["links"] == [{"rel": "self", "href": "http://testserver/v3/"}]
    assert versions.status_code == 300
    assert versions.json()["versions"]["values"] == [version]


def test_agencies_are_listed_for_the_callers_own_domain(huawei: CloudClient) -> None:
    path = "/v3.0/OS-AGENCY/agencies"

    [agency] = huawei.call("GET", f"{path}?domain_id={DOMAIN}").json()["agencies"]

    assert agency["name"] == "functiongraph-notifications"
    assert agency["trust_domain_name"] == "op_svc_cff"
    assert agency["create_time"] == "2026-01-01T00:00:00.000000"
    assert huawei.call("GET", f"{path}?domain_id={DOMAIN}&name=other").json()["agencies"] == []
    assert huawei.call("GET", f"{path}/{agency['id']}").json()["agency"] == agency
    assert huawei.call("GET", f"{path}/nobody").status_code == 404
    assert huawei.call("GET", path).status_code == 400
    assert huawei.call("GET", f"{path}?domain_id=other").json()["error"]["title"] == "Forbidden"


def test_only_huawei_cloud_answers_an_agency_urn(huawei: CloudClient, otc: CloudClient) -> None:
    path = f"/v3.0/OS-AGENCY/agencies?domain_id={DOMAIN}"

    assert "agency_urn" in huawei.call("GET", path).json()["agencies"][0]
    assert "agency_urn" not in otc.call("GET", path).json()["agencies"][0]


def test_the_catalog_of_a_token_is_that_of_its_scope(huawei: CloudClient) -> None:
    issued = request_token(huawei)
    catalog = issued.json()["token"]["catalog"]

    shown = with_token(huawei, "/v3/auth/catalog", token_of(issued)).json()

    assert shown["catalog"] == catalog
    assert shown["links"] == {"self": "http://testserver/v3/auth/catalog"}
    of_project = f"http://testserver/v2/{PROJECT}"
    urls = urls_of(catalog)
    for kind in ("functiongraph", "fgsv2", "smnv2", "disv2", "volumev2"):
        assert urls[kind] == of_project
    assert urls["identity"] == "http://testserver/v3"
    assert (urls["object"], urls["dis"]) == ("http://testserver", "http://testserver")
    regions = {each["region"] for service in catalog for each in service["endpoints"]}
    assert regions == {"cn-north-4"}


def test_a_token_of_an_account_lists_what_works_in_no_project(huawei: CloudClient) -> None:
    issued = request_token(huawei, scope={"domain": {"id": DOMAIN}})

    shown = with_token(huawei, "/v3/auth/catalog", token_of(issued)).json()["catalog"]

    assert urls_of(shown).keys() == {"iam", "identity", "object"}
    assert {service["endpoints"][0]["region"] for service in shown} == {"*"}


def test_a_token_without_scope_has_no_catalog(huawei: CloudClient) -> None:
    issued = request_token(huawei, scope=None)

    answer = with_token(huawei, "/v3/auth/catalog", token_of(issued))

    assert (answer.status_code, "no scope" in answer.text) == (403, True)


def test_an_access_key_sees_the_catalog_of_the_project_it_names(huawei: CloudClient) -> None:
    named = huawei.call("GET", "/v3/auth/catalog")
    bare = huawei.call("GET", "/v3/auth/catalog", headers={"X-Project-Id": ""})
    foreign = huawei.call("GET", "/v3/auth/catalog", headers={"X-Project-Id": "other"})

    assert urls_of(named.json()["catalog"])["functiongraph"] == f"http://testserver/v2/{PROJECT}"
    assert urls_of(bare.json()["catalog"]).keys() == {"iam", "identity", "object"}
    assert foreign.status_code == 403


def test_a_client_that_renames_the_host_of_a_catalog_entry_is_served(otc: CloudClient) -> None:
    token = token_of(request_token(otc, scope={"project": {"name": "eu-de"}}))

    def get(host: str, path: str) -> Any:
        headers = {"x-auth-token": token, "host": host}
        return otc.request("GET", path, headers=headers).json()

    catalog = get("evs.localhost:8080", "/v3/auth/catalog")["catalog"]
    address = urls_of(catalog)["volumev2"].replace("evs", "functiongraph", 1)

    assert address == f"http://functiongraph.localhost:8080/v2/{PROJECT}"
    assert get("functiongraph.localhost:8080", f"/v2/{PROJECT}/fgs/functions")["count"] == 2
