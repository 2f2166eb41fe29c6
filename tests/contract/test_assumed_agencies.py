"""Agencies of another account, assumed by our client and by the vendor's, on the local cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkiam import v3 as iam

from contract.vendor import endpoint, functiongraph_client, iam_client
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.services.obs import Obs
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.errors import CloudError, Forbidden, Rejected, Unauthorized
from pulumi_functiongraph.emulator.process import Emulator

OWN, THEIRS = "local-cloud", "CUSTOMER"
THEIR_ID = "c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0"
PASSWORD = "operator-password-canary"
ENOUGH = ["Tenant Guest", "FunctionGraph FullAccess", "OBS Administrator", "Security Administrator"]


def two_accounts(region: str) -> dict[str, Any]:
    """Users of our account, and an account whose agencies trust whom they say."""
    return {
        "users": [
            {"name": "operator", "password": PASSWORD, "grants": ["Agent Operator"]},
            {"name": "guest", "password": PASSWORD, "grants": []},
        ],
        "credentials": [{"access_key": "AKGUEST", "secret_key": "sk-guest", "user": "guest"}],
        "accounts": [
            {
                "domain": {"name": THEIRS, "id": THEIR_ID},
                "projects": [{"name": region}, {"name": f"{region}_theirs"}],
                "agencies": [
                    {"name": "of-customer", "trust_domain_name": OWN, "grants": _everywhere()},
                    {"name": "of-others", "trust_domain_name": "somebody-else"},
                    {"name": "of-functiongraph"},
                    {
                        "name": "of-old",
                        "trust_domain_name": OWN,
                        "expire_time": "2020-01-01T00:00:00.000000",
                    },
                ],
                "functions": [
                    {"name": "in-default"},
                    {"name": "theirs", "project": f"{region}_theirs"},
                ],
                "buckets": [{"name": "their-bucket"}],
            }
        ],
    }


def _everywhere() -> list[dict[str, str]]:
    projects = [{"role": "FunctionGraph FullAccess", "scope": "inherited"}]
    return [*projects, {"role": "OBS Administrator", "scope": "domain"}]


@pytest.fixture
def region(cloud: Emulator) -> str:
    cloud.seed(two_accounts(cloud.environment["FUNCTIONGRAPH_REGION"]))
    cloud.forget_requests()
    return cloud.environment["FUNCTIONGRAPH_REGION"]


def key_of(cloud: Emulator) -> dict[str, str]:
    return {
        "OS_ACCESS_KEY": cloud.environment["HUAWEICLOUD_SDK_AK"],
        "OS_SECRET_KEY": cloud.environment["HUAWEICLOUD_SDK_SK"],
    }


def user(name: str = "operator") -> dict[str, str]:
    return {"OS_USERNAME": name, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": OWN}


def agency(name: str = "of-customer", **more: str) -> dict[str, str]:
    return {"OS_AGENCY_NAME": name, "OS_AGENCY_DOMAIN_NAME": THEIRS, **more}


class Sessions:
    """Makes sessions in an environment, whose time may be set."""

    def __init__(self, cloud: Emulator, home: Path) -> None:
        self.cloud = cloud
        self.home = home
        self.ahead = timedelta()
        self.opened: list[Session] = []

    def open(self, *parts: Mapping[str, str], read_only: bool = False) -> Session:
        names = ("FUNCTIONGRAPH_CLOUD", "FUNCTIONGRAPH_ENDPOINTS")
        environ = {name: self.cloud.environment[name] for name in names}
        environ["OS_REGION_NAME"] = self.cloud.environment["FUNCTIONGRAPH_REGION"]
        for part in parts:
            environ |= part
        settings = resolve({}, environ, self.home, directory=self.home)
        now = Clocks().now
        clocks = Clocks(now=lambda: now() + self.ahead)
        session = Session(settings, clocks=clocks, read_only=read_only)
        self.opened.append(session)
        return session


@pytest.fixture
def sessions(cloud: Emulator, tmp_path: Path) -> Iterator[Sessions]:
    found = Sessions(cloud, tmp_path)
    yield found
    for session in found.opened:
        session.close()


def functions(session: Session) -> list[str]:
    """The functions of the project that the session is in."""
    settings = session.settings
    project = settings.project_id or Iam(session).project_of(settings.region).id
    client = FunctionGraph(session)
    return [
        each.urn.name for each in client.list_functions(region=settings.region, project_id=project)
    ]


@pytest.mark.parametrize("own", ["key", "user"])
@pytest.mark.parametrize("use", ["reading", "writing"])
def test_an_agency_acts_in_the_project_of_its_account(
    cloud: Emulator, region: str, sessions: Sessions, own: str, use: str
) -> None:
    credentials = key_of(cloud) if own == "key" else user()
    delegated = agency(OS_DELEGATED_PROJECT=f"{region}_theirs")

    session = sessions.open(credentials, delegated, read_only=use == "reading")

    assert functions(session) == ["theirs"]
    assert Iam(session).domain_of(region) == THEIR_ID


def test_without_a_delegated_project_it_is_the_regions(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    assert functions(sessions.open(key_of(cloud), agency())) == ["in-default"]


def test_a_token_assumes_an_agency(cloud: Emulator, region: str, sessions: Sessions) -> None:
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": "operator", "password": PASSWORD, "domain": {"name": OWN}}},
    }
    body = {"auth": {"identity": identity, "scope": {"domain": {"name": OWN}}}}
    answer = requests.post(f"{cloud.url}/v3/auth/tokens", json=body, timeout=10)
    token = answer.headers["X-Subject-Token"]

    assert functions(sessions.open({"OS_TOKEN": token}, agency())) == ["in-default"]


def test_an_agency_by_the_id_of_its_account_and_by_the_other_variables(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    named = {
        "HW_ASSUME_ROLE_AGENCY_NAME": "of-customer",
        "HW_ASSUME_ROLE_DOMAIN_ID": THEIR_ID,
        "HW_ASSUME_ROLE_DURATION": "900",
    }
    project = {"OS_PROJECT_NAME": f"{region}_theirs"}

    assert functions(sessions.open(key_of(cloud), named, project)) == ["theirs"]


def test_an_agency_signs_for_object_storage_too(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    for own in (key_of(cloud), user()):
        session = sessions.open(own, agency())

        assert Obs(session).get_bucket("their-bucket", region=region) is not None


def test_one_key_serves_many_calls_and_is_renewed_before_it_expires(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    session = sessions.open(key_of(cloud), agency())
    for _ in range(3):
        functions(session)
    assert session.calls["POST"] == 1

    sessions.ahead = timedelta(minutes=59)
    cloud.advance(minutes=59)
    cloud.skew(seconds=59 * 60)
    assert functions(session) == ["in-default"]
    assert session.calls["POST"] == 2


def test_a_key_that_is_refused_is_renewed_once(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    session = sessions.open(key_of(cloud), agency())
    functions(session)
    cloud.faults({"operation": "ListFunctions", "status": 401, "nth": 1})

    assert functions(session) == ["in-default"]
    assert session.calls["POST"] == 2


def test_a_key_that_stays_refused_is_told_as_the_agencys(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    session = sessions.open(key_of(cloud), agency())
    functions(session)
    cloud.faults({"operation": "ListFunctions", "status": 401})

    with pytest.raises(Unauthorized, match="The temporary key of agency of-customer"):
        functions(session)


def test_a_user_by_id_assumes_an_agency(cloud: Emulator, region: str, sessions: Sessions) -> None:
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": "operator", "password": PASSWORD, "domain": {"name": OWN}}},
    }
    url = f"{cloud.url}/v3/auth/tokens"
    token = requests.post(url, json={"auth": {"identity": identity}}, timeout=10).json()["token"]
    by_id = {"OS_USER_ID": token["user"]["id"], "OS_PASSWORD": PASSWORD}
    own_id = {"OS_USER_DOMAIN_ID": token["user"]["domain"]["id"]}

    assert functions(sessions.open(by_id, agency())) == ["in-default"]
    assert functions(sessions.open(by_id, own_id, agency())) == ["in-default"]


@pytest.mark.parametrize(
    ("own", "name", "said"),
    [
        ("key", "of-nobody", "The account has no agency of-nobody"),
        ("key", "of-others", "The agency of-others does not trust your account"),
        ("key", "of-functiongraph", "The agency of-functiongraph does not trust your account"),
        ("key", "of-old", "The agency of-old has expired"),
        ("user", "of-others", "does not trust your account"),
        ("guest", "of-customer", "iam:agencies:assume"),
        ("guest's key", "of-customer", "iam:agencies:assume"),
    ],
)
def test_an_agency_that_cannot_be_assumed_is_named_and_nothing_else_is_asked(
    cloud: Emulator, region: str, sessions: Sessions, own: str, name: str, said: str
) -> None:
    credentials = {
        "key": key_of(cloud),
        "user": user(),
        "guest": user("guest"),
        "guest's key": {"OS_ACCESS_KEY": "AKGUEST", "OS_SECRET_KEY": "sk-guest"},
    }[own]
    session = sessions.open(credentials, agency(name))

    with pytest.raises(Forbidden) as caught:
        functions(session)

    text = str(caught.value)
    assert said in text
    assert f"agency {name} of account {THEIRS}" in text
    assert "Agent Operator" in text
    assert "canary" not in text
    assert {each["service"] for each in cloud.requests()} == {"iam"}


def test_wrong_credentials_are_told_as_those_and_not_as_the_agency(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    key = {**key_of(cloud), "OS_SECRET_KEY": "wrong"}

    with pytest.raises(Unauthorized, match="key and secret belong together"):
        functions(sessions.open(key, agency()))


def test_no_message_holds_a_key_of_the_agency(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    session = sessions.open(key_of(cloud), agency())
    functions(session)
    secrets = session._identity._keys.secrets  # type: ignore[union-attr]
    echo = {"error_msg": " ".join(secrets)}
    cloud.faults({"operation": "ListFunctions", "status": 400, "body": echo})

    with pytest.raises(CloudError) as caught:
        functions(session)

    assert len(secrets) == 3
    assert not any(secret in f"{caught.value!s}{caught.value!r}{session!r}" for secret in secrets)


# ---- an account that was named


@pytest.mark.parametrize(
    "named",
    [{"OS_DOMAIN_NAME": THEIRS}, {"OS_DOMAIN_ID": THEIR_ID}, {"OS_DOMAIN_NAME": "nobody's"}],
)
def test_credentials_of_another_account_than_the_one_named_ask_nothing(
    cloud: Emulator, region: str, sessions: Sessions, named: Mapping[str, str]
) -> None:
    session = sessions.open(key_of(cloud), named, {"OS_PROJECT_ID": "p"})

    with pytest.raises(Rejected, match="belong to local-cloud"):
        functions(session)

    assert [each["operation"] for each in cloud.requests()] == ["KeystoneListAuthDomains"]


def test_the_account_that_was_named_is_looked_up_once(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    session = sessions.open(key_of(cloud), {"OS_DOMAIN_NAME": OWN})

    for _ in range(3):
        functions(session)

    operations = [each["operation"] for each in cloud.requests()]
    assert operations.count("KeystoneListAuthDomains") == 1


def test_the_callers_account_is_compared_before_an_agency_is_assumed(
    cloud: Emulator, region: str, sessions: Sessions
) -> None:
    session = sessions.open(key_of(cloud), agency(), {"OS_DOMAIN_NAME": "nobody's"})

    with pytest.raises(Rejected, match="OS_DOMAIN_NAME names nobody's"):
        functions(session)


# ---- the vendor's client


def _role(name: str = "of-customer") -> Any:
    role = iam.IdentityAssumerole(agency_name=name, domain_name=THEIRS, duration_seconds=900)
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=role)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
    return iam.CreateTemporaryAccessKeyByAgencyRequest(body=body)


def test_the_vendors_client_assumes_an_agency_of_another_account(
    cloud: Emulator, region: str
) -> None:
    client = iam_client(cloud.environment)

    key = client.create_temporary_access_key_by_agency(_role()).credential
    temporary = {
        **cloud.environment,
        "HUAWEICLOUD_SDK_AK": key.access,
        "HUAWEICLOUD_SDK_SK": key.secret,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": key.securitytoken,
    }
    projects = _projects(temporary)
    temporary["HUAWEICLOUD_SDK_PROJECT_ID"] = projects[f"{region}_theirs"]
    from huaweicloudsdkfunctiongraph import v2 as functiongraph

    listed = functiongraph_client(temporary).list_functions(functiongraph.ListFunctionsRequest())

    assert set(projects) == {region, f"{region}_theirs"}
    assert [each.func_name for each in listed.functions] == ["theirs"]
    with pytest.raises(ServiceResponseException) as caught:
        client.create_temporary_access_key_by_agency(_role("of-others"))
    assert caught.value.status_code == 403


def _projects(environment: Mapping[str, str]) -> dict[str, str]:
    from huaweicloudsdkcore.auth.credentials import GlobalCredentials

    known = GlobalCredentials(
        environment["HUAWEICLOUD_SDK_AK"], environment["HUAWEICLOUD_SDK_SK"], THEIR_ID
    ).with_security_token(environment["HUAWEICLOUD_SDK_SECURITY_TOKEN"])
    client = (
        iam.IamClient.new_builder()
        .with_credentials(known)
        .with_endpoints([endpoint(environment, "iam")])
        .build()
    )
    listed = client.keystone_list_projects(iam.KeystoneListProjectsRequest()).projects
    return {each.name: each.id for each in listed}


def test_a_token_of_an_agency_says_who_assumed_it(cloud: Emulator, region: str) -> None:
    """What both providers of Terraform ask with ``agency_name``."""
    own = {
        "methods": ["password"],
        "password": {"user": {"name": "operator", "password": PASSWORD, "domain": {"name": OWN}}},
    }
    url = f"{cloud.url}/v3/auth/tokens"
    answer = requests.post(
        url, json={"auth": {"identity": own, "scope": {"domain": {"name": OWN}}}}, timeout=10
    )
    role = {"domain_name": THEIRS, "xrole_name": "of-customer"}
    scope = {"project": {"name": f"{region}_theirs", "domain": {"name": THEIRS}}}
    body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}, "scope": scope}}

    assumed = requests.post(
        url,
        json=body,
        headers={"X-Auth-Token": answer.headers["X-Subject-Token"]},
        timeout=10,
    )

    token = assumed.json()["token"]
    assert assumed.status_code == 201
    assert token["user"]["name"] == f"{THEIRS}/of-customer"
    assert token["project"]["domain"]["id"] == THEIR_ID
    assert token["assumed_by"]["user"]["name"] == "operator"
    assert token["assumed_by"]["user"]["domain"]["name"] == OWN
    assert datetime.fromisoformat(token["expires_at"]) > datetime.now(UTC)
