"""What a pre-check looks at: the vendor's clients and ours see the same."""

from __future__ import annotations

import time

import pytest

from contract.drivers import Refused
from contract.lookers import (
    NOWHERE,
    Looker,
    NewLooker,
    OurLooker,
    Trusting,
    VendorLooker,
)
from pulumi_functiongraph.cloud.precheck_client import of_settings
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core.errors import Unavailable
from pulumi_functiongraph.emulator.process import Emulator

LOOKERS: dict[str, NewLooker] = {"vendor": VendorLooker, "ours": OurLooker}


@pytest.fixture(params=LOOKERS)
def new_looker(request: pytest.FixtureRequest) -> NewLooker:
    return LOOKERS[request.param]


@pytest.fixture
def looker(cloud: Emulator, new_looker: NewLooker) -> Looker:
    return new_looker(cloud.environment)


def topic_urn(cloud: Emulator, name: str) -> str:
    environment = cloud.environment
    region, project = environment["FUNCTIONGRAPH_REGION"], environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    return f"urn:smn:{region}:{project}:{name}"


def test_an_agency_tells_whom_it_trusts_and_until_when(cloud: Emulator, looker: Looker) -> None:
    ends = "2026-01-01T00:00:00.000000"
    of_obs = {"name": "of-obs", "trust_domain_name": "op_svc_obs", "expire_time": ends}
    cloud.seed({"agencies": [{"name": "notify"}, of_obs]})

    assert looker.agency("notify") == Trusting("op_svc_cff", None)
    assert looker.agency("of-obs") == Trusting("op_svc_obs", ends)
    assert looker.agency("noti") is None


def test_a_topic_is_there_or_not(cloud: Emulator, looker: Looker) -> None:
    assert looker.topic(topic_urn(cloud, "order-events"))
    assert not looker.topic(topic_urn(cloud, "nobodys"))


@pytest.mark.parametrize("status", ["RUNNING", "CREATING", "FROZEN"])
def test_a_stream_tells_its_status(cloud: Emulator, looker: Looker, status: str) -> None:
    cloud.seed({"streams": [{"name": "some", "status": status}]})

    assert looker.stream("some") == status
    assert looker.stream("nobodys") is None


def test_a_bucket_tells_its_region(cloud: Emulator, looker: Looker) -> None:
    assert looker.bucket("order-failures") == cloud.environment["FUNCTIONGRAPH_REGION"]
    assert looker.bucket("nobodys") is None


def test_a_wrong_secret_key_is_refused_everywhere(cloud: Emulator, new_looker: NewLooker) -> None:
    looker = new_looker({**cloud.environment, "HUAWEICLOUD_SDK_SK": "wrong"})

    for look in (
        lambda: looker.topic(topic_urn(cloud, "order-events")),
        lambda: looker.stream("order-stream"),
    ):
        with pytest.raises(Refused, match="unauthorized"):
            look()
    with pytest.raises(Refused, match=r"unauthorized|forbidden"):  # a HEAD need not say which
        looker.bucket("order-failures")


def test_nothing_is_changed_by_looking(cloud: Emulator, looker: Looker) -> None:
    looker.topic(topic_urn(cloud, "order-events"))
    looker.stream("order-stream")
    looker.bucket("order-failures")
    looker.agency("functiongraph-notifications")

    assert cloud.writes() == []


def test_a_user_reads_the_account_with_a_token_of_it_and_is_told_why_buckets_cannot_be_asked_for(
    cloud: Emulator,
) -> None:
    keys = {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"}
    looker = OurLooker(
        {
            **{name: value for name, value in cloud.environment.items() if name not in keys},
            "OS_USERNAME": "developer",
            "OS_PASSWORD": "local-cloud-password",
            "OS_USER_DOMAIN_NAME": "local-cloud",
        }
    )

    assert looker.agency("functiongraph-notifications") == Trusting("op_svc_cff", None)
    assert looker.topic(topic_urn(cloud, "order-events"))
    with pytest.raises(Refused, match="rejected") as caught:
        looker.bucket("order-failures")
    assert "OBS takes access keys only" in str(caught.value.__cause__)
    assert [each for each in cloud.requests() if each["service"] == "obs"] == []


def test_a_slow_iam_ends_at_the_deadline_and_the_targets_are_looked_at_all_the_same(
    cloud: Emulator,
) -> None:
    settings = resolve({}, cloud.environment, NOWHERE, directory=NOWHERE)
    cloud.faults({"service": "iam", "delay_seconds": 5})
    started = time.monotonic()

    facts = of_settings(settings, functions=(), deadline=started + 1)

    assert facts.topic(topic_urn(cloud, "order-events")) is not None
    with pytest.raises(Unavailable, match="did not answer in time"):
        facts.agency("functiongraph-notifications", region=settings.region)
    assert time.monotonic() - started < 4
    with pytest.raises(Unavailable, match="no time left"):
        facts.topic(topic_urn(cloud, "another"))


def test_what_an_agency_is_granted_is_the_same_for_every_client_in_every_scope(
    cloud: Emulator,
) -> None:
    def custom(action: str) -> dict[str, object]:
        return {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": [action]}]}

    grants: list[object] = [
        "SMN Administrator",
        {"role": "FunctionGraph FullAccess", "scope": "inherited"},
        {"policy": custom("obs:object:PutObject"), "scope": "domain"},
        {"policy": custom("smn:topic:publish"), "scope": "project"},
        {"policy": custom("smn:topic:list"), "scope": "inherited"},
    ]
    is_huawei = cloud.environment["FUNCTIONGRAPH_REGION"] != "eu-de"
    if is_huawei:
        grants.append({"policy": custom("dis:records:write"), "scope": "enterprise_project"})
    cloud.seed({"agencies": [{"name": "notify", "grants": grants}]})

    theirs = VendorLooker(cloud.environment).granted("notify")
    ours = OurLooker(cloud.environment).granted("notify")

    assert ours == theirs
    counts = {scope: len(roles) for scope, roles in ours.items()}
    assert counts == {"project": 2, "domain": 1, "inherited": 2, "enterprise": int(is_huawei)}
    assert ["obs:object:PutObject"] in ours["domain"].values()
