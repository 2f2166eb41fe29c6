"""The package's own clients against the local cloud, which shares no code with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.iam import Iam
from pulumi_functiongraph.cloud.settings import Settings, resolve
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import (
    Forbidden,
    NotFound,
    NotUnderstood,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic
from pulumi_functiongraph.emulator.process import Emulator

NOWHERE = Path("/nonexistent")
SEED = {
    "functions": [
        {
            "name": "contract",
            "xrole": "serverless-trust",
            "versions": [f"v{number}" for number in range(12)],
            "aliases": {"prod": "v3"},
            "async_configs": {
                f"v{number}": {"max_async_retry_attempts": number % 4} for number in range(12)
            },
        },
        *({"name": f"many{number}"} for number in range(30)),
    ],
    "agencies": [{"name": "serverless-trust"}],
}


@pytest.fixture(scope="module", params=["huawei", "otc"])
def running(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    with Emulator(cloud=request.param) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    running.seed(SEED)
    running.forget_requests()
    return running


@pytest.fixture
def settings(emulator: Emulator) -> Settings:
    return settled(emulator.environment)


@pytest.fixture
def client(settings: Settings) -> FunctionGraph:
    return FunctionGraph(impatient(settings))


@pytest.fixture
def source(settings: Settings) -> FunctionUrn:
    return FunctionUrn.parse("contract", region=settings.region, project_id=settings.project_id)


def settled(environ: Mapping[str, str], **explicit: str) -> Settings:
    return resolve(explicit, environ, NOWHERE, directory=NOWHERE)


def impatient(settings: Settings, *, deadline: float = 20.0) -> Session:
    """A session that tries again at once."""
    clocks = Clocks(sleep=lambda _seconds: None, chance=lambda: 0.0)
    return Session(settings, deadline=deadline, clocks=clocks)


def targets(source: FunctionUrn) -> list[Target]:
    return [
        Function(function_urn=FunctionUrn(source.region, source.project_id, "default", "many1")),
        Bucket(bucket="failures-of-orders", prefix="/x", expires=7),
        Bucket(bucket="failures-of-orders"),
        Topic(topic_urn=f"urn:smn:{source.region}:{source.project_id}:alerts"),
    ]


def test_every_kind_of_target_comes_back_as_it_was_set(
    client: FunctionGraph, source: FunctionUrn
) -> None:
    for target in targets(source):
        config = Config(
            function_urn=source, max_async_retry_attempts=0, on_success=target, on_failure=target
        )

        put = client.put_async_config(config)
        live = client.get_async_config(source)

        assert put.config.same_setting(config)
        assert live is not None
        assert live.config.same_setting(config)
        assert live.created_time
        assert live.last_modified


@pytest.mark.parametrize("unset_target", ["empty", "missing", "null"])
@pytest.mark.parametrize("last_modified", ["rfc3339", "without_offset"])
@pytest.mark.parametrize("param_text", ["verbatim", "canonical"])
def test_every_form_of_answer_is_read(
    emulator: Emulator,
    client: FunctionGraph,
    source: FunctionUrn,
    unset_target: str,
    last_modified: str,
    param_text: str,
) -> None:
    emulator.options(unset_target=unset_target, last_modified=last_modified, param_text=param_text)
    config = Config(function_urn=source, on_failure=targets(source)[1])

    client.put_async_config(config)
    live = client.get_async_config(source)

    assert live is not None
    assert live.config.same_setting(config)


def test_a_service_that_merges_lets_go_of_a_target_said_to_be_empty(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn
) -> None:
    emulator.options(put="merge")
    client.put_async_config(Config(function_urn=source, on_failure=targets(source)[1]))
    bare = Config(function_urn=source)

    assert client.put_async_config(bare).config.on_failure is not None
    assert client.put_async_config(bare, unset="empty").config.on_failure is None


def test_delete_leaves_nothing_and_may_be_repeated(
    client: FunctionGraph, source: FunctionUrn
) -> None:
    client.put_async_config(Config(function_urn=source))

    client.delete_async_config(source)
    client.delete_async_config(source)

    assert client.get_async_config(source) is None


@pytest.mark.parametrize("said", ["404", "401", "500"])
def test_a_function_that_is_gone_is_told_however_the_service_says_it(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn, said: str
) -> None:
    emulator.options(missing_function=said)
    gone = FunctionUrn(source.region, source.project_id, "default", "gone")

    assert client.get_async_config(gone) is None
    assert client.list_async_configs(gone) == ()
    assert client.get_function(gone) is None
    client.delete_async_config(gone)
    with pytest.raises(NotFound):
        client.put_async_config(Config(function_urn=gone))


@pytest.mark.parametrize("list_end", ["offset", "zero"])
def test_configs_of_all_versions_are_listed(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn, list_end: str
) -> None:
    emulator.options(list_end=list_end)

    found = client.list_async_configs(source)

    retries = {live.config.function_urn.version: live.config for live in found}
    assert len(found) == 12
    assert retries["v7"].max_async_retry_attempts == 3


def test_functions_and_aliases_are_listed(
    client: FunctionGraph, settings: Settings, source: FunctionUrn
) -> None:
    listed = client.list_functions(region=settings.region, project_id=settings.project_id)
    names = {facts.urn.name for facts in listed}
    assert {"contract", "many0", "many29"} <= names

    (alias,) = client.list_aliases(source)
    assert (alias.name, alias.version, alias.urn.is_alias) == ("prod", "v3", True)

    facts = client.get_function(source)
    assert facts is not None
    assert facts.xrole == "serverless-trust"


def test_the_status_log_flag_is_explained_where_the_cloud_does_not_take_it(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn
) -> None:
    config = Config(function_urn=source, enable_async_status_log=True)
    if emulator.environment["FUNCTIONGRAPH_CLOUD"] == "huawei":
        assert client.put_async_config(config).config.enable_async_status_log is True
        return

    with pytest.raises(Unavailable, match="leave it out there"):
        client.put_async_config(config)


def test_what_a_cloud_refuses_is_rejected_with_its_words(
    client: FunctionGraph, source: FunctionUrn
) -> None:
    wrong = Opaque(destination="NOWHERE", param="{}")

    with pytest.raises(Rejected) as caught:
        client.put_async_config(Config(function_urn=source, on_failure=wrong))

    assert caught.value.status == 400
    assert caught.value.request_id


def test_a_stream_is_taken_where_the_cloud_has_them(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn
) -> None:
    emulator.options(dis=True)
    config = Config(function_urn=source, on_success=Stream(stream_name="events"))

    assert client.put_async_config(config).config.same_setting(config)


def test_a_wrong_key_is_unauthorized(emulator: Emulator, source: FunctionUrn) -> None:
    wrong = settled(emulator.environment, accessKey="LOCALCLOUDACCESSKEY0", secretKey="other")
    client = FunctionGraph(impatient(wrong))

    with pytest.raises(Unauthorized, match="Pulumi config"):
        client.get_async_config(source)
    with pytest.raises(Unauthorized):
        client.delete_async_config(source)


def test_a_clock_that_is_wrong_is_told(settings: Settings, source: FunctionUrn) -> None:
    ahead = Clocks(now=lambda: datetime.now(UTC) + timedelta(hours=1))
    client = FunctionGraph(Session(settings, clocks=ahead))

    with pytest.raises(Unauthorized, match=r"clock is 3,\d+ seconds ahead of the cloud's"):
        client.get_async_config(source)


def test_a_user_works_as_keys_do(emulator: Emulator, source: FunctionUrn) -> None:
    keys = {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"}
    environ = {
        **{name: value for name, value in emulator.environment.items() if name not in keys},
        "OS_USERNAME": "developer",
        "OS_PASSWORD": "local-cloud-password",
        "OS_USER_DOMAIN_NAME": "local-cloud",
    }
    session = impatient(settled(environ))
    client, iam = FunctionGraph(session), Iam(session)

    client.put_async_config(Config(function_urn=source))
    assert client.get_async_config(source) is not None
    assert iam.project_of(source.region).id == source.project_id
    assert session.calls["POST"] == 1

    wrong = impatient(settled({**environ, "OS_PASSWORD": "wrong-canary"}))
    with pytest.raises(Unauthorized) as caught:
        FunctionGraph(wrong).get_async_config(source)
    assert "canary" not in str(caught.value)


def test_the_account_is_found_from_the_keys(settings: Settings) -> None:
    iam = Iam(impatient(settings))

    assert iam.project_of(settings.region).id == settings.project_id
    assert len(iam.domains(region=settings.region)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1, "body": {"error_code": "APIG.0308"}},
        {"status": 503, "body": "<html>busy</html>"},
        {"status": 500, "body": {"error_code": "FSS.0500", "error_msg": "once"}},
        {"reset": True},
        {"truncate": True},
        {"reset": True, "when": "after"},
    ],
)
def test_a_passing_trouble_is_survived(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn, fault: Mapping[str, object]
) -> None:
    config = Config(function_urn=source, max_async_retry_attempts=3)
    emulator.faults({"service": "functiongraph", "nth": 1, **fault})
    assert client.put_async_config(config).config.same_setting(config)

    emulator.faults({"service": "functiongraph", "nth": 1, **fault})
    live = client.get_async_config(source)
    assert live is not None
    assert live.config.same_setting(config)

    emulator.faults({"service": "functiongraph", "nth": 1, **fault})
    client.delete_async_config(source)
    emulator.faults()
    assert client.get_async_config(source) is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 429, "body": {"error_code": "APIG.0308"}}, Throttled),
        ({"status": 500, "body": {"error_code": "FSS.0500"}}, Unavailable),
        ({"status": 403, "body": {"error_code": "FSS.0403"}}, Forbidden),
        ({"status": 403, "body": {"error_code": "FSS.1121"}}, Forbidden),
        ({"status": 200, "body": "<html>login</html>"}, NotUnderstood),
        ({"reset": True}, Unavailable),
    ],
)
def test_a_trouble_that_stays_is_named(
    emulator: Emulator,
    client: FunctionGraph,
    source: FunctionUrn,
    fault: Mapping[str, object],
    kind: type[Exception],
) -> None:
    emulator.faults({"service": "functiongraph", **fault})

    with pytest.raises(kind) as caught:
        client.get_async_config(source)

    assert str(source) in str(caught.value)


def test_the_agency_of_the_function_is_named(
    emulator: Emulator, client: FunctionGraph, source: FunctionUrn
) -> None:
    refusal = {"status": 400, "body": {"error_code": "FSS.1303", "error_msg": "not permitted"}}
    emulator.faults({"service": "functiongraph", "nth": 1, **refusal})

    with pytest.raises(Forbidden, match="The function's agency is serverless-trust"):
        client.put_async_config(Config(function_urn=source))


def test_an_answer_too_slow_is_given_up(
    emulator: Emulator, settings: Settings, source: FunctionUrn
) -> None:
    emulator.faults({"service": "functiongraph", "delay_seconds": 5})

    with pytest.raises(Unavailable, match="did not answer in time"):
        FunctionGraph(impatient(settings, deadline=0.5)).get_async_config(source)


def test_sixteen_calls_at_once_share_their_connections(
    client: FunctionGraph, source: FunctionUrn
) -> None:
    versions = [
        FunctionUrn(source.region, source.project_id, "default", "contract", f"v{n % 12}")
        for n in range(96)
    ]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(client.get_async_config, versions))

    assert [live.config.function_urn for live in found if live] == versions


def test_a_read_only_session_leaves_the_cloud_as_it_is(
    emulator: Emulator, settings: Settings, source: FunctionUrn
) -> None:
    client = FunctionGraph(Session(settings, read_only=True))

    assert client.get_async_config(source) is None
    with pytest.raises(Rejected, match="only reads"):
        client.put_async_config(Config(function_urn=source))
    with pytest.raises(Rejected, match="only reads"):
        client.delete_async_config(source)

    assert emulator.writes() == []
