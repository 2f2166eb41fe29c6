"""Trouble with the cloud ends in one message that says what to do, and the next run converges."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import trustme

from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.core.errors import AlreadyConfigured
from pulumi_functiongraph.emulator.process import Emulator
from unit.cloud.loopback import serving
from unit.dynamic.provider_process import (
    Run,
    Waits,
    impatient,
    provider_with,
    settings_of,
    up,
)

pytestmark = pytest.mark.usefixtures("each_provider")

GET = "ShowFunctionAsyncInvokeConfig"
PUT = "UpdateFunctionAsyncInvokeConfig"
DELETE = "DeleteFunctionAsyncInvokeConfig"
DECLARED: Mapping[str, Any] = {
    "functionUrn": "orders",
    "maxAsyncRetryAttempts": 3.0,
    "onFailure": {"destination": "OBS", "bucket": "canary-bucket", "prefix": "canary/"},
}
SEED = "functions: [{name: orders, xrole: serverless-trust}]\nbuckets: [{name: canary-bucket}]\n"


@pytest.fixture
def settings(functiongraph_emulator: Emulator) -> dict[str, str]:
    functiongraph_emulator.seed(SEED)
    return settings_of(functiongraph_emulator.environment)


def live(settings: Mapping[str, str]) -> Mapping[str, Any]:
    """The config as the cloud holds it, read by a process that knows nothing yet."""
    provider = provider_with(settings)
    urn = up(settings, DECLARED).outputs["functionUrn"]
    return provider.read(urn, {"functionUrn": urn}).outs or {}


def converges(settings: Mapping[str, str]) -> bool:
    """Whether the next run leaves the config as declared."""
    run = up(settings, DECLARED)
    assert run.message == "", run.message
    return bool(live(settings)["maxAsyncRetryAttempts"] == 3)


def is_clean(message: str) -> bool:
    """One message for a person, without names that may be secret."""
    assert "canary" not in message, message
    assert "Traceback" not in message
    assert "object at 0x" not in message
    return True


@dataclass(frozen=True)
class Trouble:
    """A fault of the cloud, and what is told about it.

    Attributes:
        fault: as the local cloud takes it.
        attempt: what could not be done.
        came_back: what is told of the answer.
        remedy: what is told to do.
    """

    fault: Mapping[str, Any]
    attempt: str
    came_back: str
    remedy: str


READ, SET = "could not read the async config of urn:fss:", "could not set the async config of "
AGENCY = {"error_code": "FSS.1303", "error_msg": "agency not authorized for canary-bucket"}

TROUBLES = {
    "no agency": Trouble(
        {
            "operation": PUT,
            "status": 400,
            "body": {"error_code": "FSS.1121", "error_msg": "Function xrole not set."},
        },
        SET,
        "HTTP 400 FSS.1121 Function xrole not set.",
        "The function's agency is serverless-trust, and it may not reach the target: on the "
        "function's page, Configuration > Permissions (xrole in the API), set an agency",
    ),
    "powerless agency": Trouble(
        {"operation": PUT, "status": 403, "body": AGENCY},
        SET,
        "HTTP 403 FSS.1303 agency not authorized for (not shown) (request id ",
        "set an agency that is delegated to FunctionGraph and may write to the target",
    ),
    "conflict": Trouble(
        {
            "operation": PUT,
            "status": 409,
            "body": {"error_code": "FSS.0409", "error_msg": "being changed"},
        },
        SET,
        "HTTP 409 FSS.0409 being changed (request id ",
        "Another change may be under way: wait a moment and run it again",
    ),
    "throttled for ever": Trouble(
        {"operation": GET, "status": 429, "retry_after": 7, "body": {"error_msg": "slow down"}},
        READ,
        "HTTP 429 slow down (request id ",
        "Tried 8 times in 72 seconds. Too many requests (it asks to wait 7 seconds): run it again "
        "later, or fewer at once (pulumi up --parallel 2)",
    ),
    "500 for ever": Trouble(
        {
            "operation": PUT,
            "status": 500,
            "body": {"error_code": "FSS.0500", "error_msg": "Internal error"},
        },
        SET,
        "HTTP 500 FSS.0500 Internal error (request id ",
        "Tried 3 times in 2 seconds. The trouble is in the local cloud: run it again",
    ),
    "503 for ever": Trouble(
        {"operation": GET, "status": 503, "body": {"error_msg": "maintenance"}},
        READ,
        "HTTP 503 maintenance (request id ",
        "if it stays, look into its log",
    ),
    "no JSON where a config is read": Trouble(
        {"operation": GET, "status": 200, "body": "<html>log in to go on</html>"},
        READ,
        "HTTP 200 the answer is not JSON (text/html: <html>log in to go on</html>) (request id ",
        "Check the address of functiongraph, and a proxy on the way; set its address with: "
        "pulumi config set functiongraph:endpoints",
    ),
    "no JSON where a config is set": Trouble(
        {"operation": PUT, "status": 200, "body": "<html>canary-bucket</html>"},
        SET,
        "HTTP 200 the answer is not JSON (text/html: <html>(not shown)</html>) (request id ",
        "Check the address of functiongraph",
    ),
    "a web server's own 404": Trouble(
        {"operation": GET, "status": 404, "body": "<html>no such page</html>"},
        READ,
        "HTTP 404 no such address there (text/html: <html>no such page</html>)",
        "Check the address of functiongraph",
    ),
    "JSON of something else": Trouble(
        {"operation": GET, "status": 200, "body": {"func_urn": "canary"}},
        READ,
        "HTTP 200 in the answer, func_urn is not a function URN (request id ",
        "The service may have changed: take the request id to its support",
    ),
    "half an answer, for ever": Trouble(
        {"operation": GET, "truncate": True},
        READ,
        "broke off or is damaged",
        "Run it again; what is there already is recognised",
    ),
    "connections that are lost": Trouble(
        {"operation": PUT, "reset": True},
        SET,
        "the connection to http://",
        "Run it again; what is there already is recognised",
    ),
    "a request that is refused": Trouble(
        {
            "operation": PUT,
            "status": 400,
            "body": {"error_code": "FSS.0400", "error_msg": "no bucket canary-bucket at canary/"},
        },
        SET,
        "HTTP 400 FSS.0400 no bucket (not shown) at (not shown) (request id ",
        "Fix what the local cloud names, or look into its log",
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_is_told_with_what_to_do_and_the_next_run_converges(
    functiongraph_emulator: Emulator, settings: dict[str, str], name: str
) -> None:
    trouble = TROUBLES[name]
    functiongraph_emulator.faults(trouble.fault)
    run = up(settings, DECLARED)
    assert run.message.startswith(trouble.attempt)
    assert ":function:default:orders:latest: " in run.message
    assert trouble.came_back in run.message
    assert trouble.remedy in run.message
    assert is_clean(run.message)
    functiongraph_emulator.faults()
    assert converges(settings)


@pytest.mark.parametrize(
    ("fault", "slept"),
    [
        ({"operation": GET, "nth": 1, "status": 429, "retry_after": 7}, (7.0,)),
        ({"operation": PUT, "nth": 1, "times": 2, "status": 429, "retry_after": 7}, (7.0, 7.0)),
        ({"operation": PUT, "nth": 1, "status": 500}, (0.5,)),
        ({"operation": PUT, "nth": 1, "truncate": True}, (0.5,)),
        ({"operation": GET, "nth": 1, "reset": True}, (0.5,)),
    ],
)
def test_trouble_that_passes_is_not_told(
    functiongraph_emulator: Emulator,
    settings: dict[str, str],
    fault: Mapping[str, Any],
    slept: tuple[float, ...],
) -> None:
    functiongraph_emulator.faults(fault)
    run = up(settings, DECLARED)
    assert run.message == ""
    assert run.slept == slept
    assert live(settings)["maxAsyncRetryAttempts"] == 3


CARRIED_OUT: Mapping[str, Mapping[str, Any]] = {
    "half an answer": {"truncate": True},
    "no answer": {"when": "after", "reset": True},
    "not JSON": {"when": "after", "status": 200, "body": "<html>canary-bucket</html>"},
    "something else": {"when": "after", "status": 200, "body": {"func_urn": "canary"}},
    **{str(status): {"when": "after", "status": status} for status in (408, 500, 502, 503, 504)},
}


@pytest.mark.parametrize("name", CARRIED_OUT)
def test_a_config_whose_answers_are_lost_is_created_and_deleted_all_the_same(
    functiongraph_emulator: Emulator, settings: dict[str, str], name: str
) -> None:
    functiongraph_emulator.faults({"operation": PUT, **CARRIED_OUT[name]})
    functiongraph_emulator.forget_requests()
    run = up(settings, DECLARED)
    assert run.message == ""
    sent = [each for each in functiongraph_emulator.requests() if each["method"] == "PUT"]
    assert len(sent) == 1, "what is set already is not sent again"
    assert live(settings)["maxAsyncRetryAttempts"] == 3

    functiongraph_emulator.faults({"operation": DELETE, **CARRIED_OUT[name]})
    provider = provider_with(settings)
    impatient(provider, Waits())
    provider.delete(run.outputs["functionUrn"], dict(run.outputs))
    assert provider.read(run.outputs["functionUrn"], dict(run.outputs)).id == ""


def test_what_somebody_else_sets_while_a_create_waits_for_its_next_attempt_is_kept(
    functiongraph_emulator: Emulator, settings: dict[str, str]
) -> None:
    class Meanwhile(Waits):
        """Somebody else sets a config in the first wait."""

        def clocks(self) -> Clocks:
            def sleep(seconds: float) -> None:
                if not self.slept:
                    functiongraph_emulator.faults()
                    assert up(settings, {**DECLARED, "maxAsyncRetryAttempts": 0.0}).message == ""
                self.slept.append(seconds)

            return msgspec.structs.replace(super().clocks(), sleep=sleep)

    functiongraph_emulator.faults({"operation": PUT, "status": 503})
    provider, waits = provider_with(settings), Meanwhile()
    impatient(provider, waits)
    with pytest.raises(AlreadyConfigured, match="adopt=True"):
        provider.create(provider.check({}, dict(DECLARED)).inputs)
    assert len(waits.slept) == 1
    theirs = provider.read(
        f"urn:fss:{settings['region']}:{settings['projectId']}:function:default:orders:latest", {}
    )
    assert (theirs.outs or {})["maxAsyncRetryAttempts"] == 0


def test_a_function_that_does_not_exist_is_told(
    functiongraph_emulator: Emulator, settings: dict[str, str]
) -> None:
    run = up(settings, {**DECLARED, "functionUrn": "nobody"})
    assert run.message.startswith("could not set the async config of urn:fss:")
    assert "HTTP 404 FSS." in run.message
    assert "region, project, package and name of its URN" in run.message
    assert is_clean(run.message)
    functiongraph_emulator.seed("functions: [{name: nobody, xrole: serverless-trust}]")
    assert up(settings, {**DECLARED, "functionUrn": "nobody"}).message == ""


@pytest.mark.parametrize("status", ["401", "500"])
def test_a_function_that_does_not_exist_is_told_whatever_status_says_so(
    functiongraph_emulator: Emulator, settings: dict[str, str], status: str
) -> None:
    functiongraph_emulator.options(missing_function=status)
    run = up(settings, {**DECLARED, "functionUrn": "nobody"})
    assert "there is no such function" in run.message
    assert "Check region, project, package and name of its URN" in run.message


def test_a_wrong_key_is_told_with_its_source_and_how_to_set_another(
    settings: dict[str, str],
) -> None:
    run = up({**settings, "secretKey": "canary-key"}, DECLARED)
    assert run.message.startswith(READ)
    assert "HTTP 401" in run.message
    assert "The access key from Pulumi config (functiongraph:accessKey) was refused" in run.message
    assert "pulumi config set --secret functiongraph:accessKey" in run.message
    assert is_clean(run.message)
    assert converges(settings)


@pytest.mark.parametrize(("ahead", "side"), [(3_600, "ahead of"), (-7_200, "behind")])
def test_a_clock_that_is_wrong_is_told(settings: dict[str, str], ahead: float, side: str) -> None:
    run = up(settings, DECLARED, ahead=ahead)
    assert "HTTP 401" in run.message
    told = re.search(rf"This machine's clock is ([0-9,]+) seconds {side} the cloud's", run.message)
    assert told, run.message
    # Both clocks go on meanwhile, and the cloud's is in whole seconds.
    assert abs(int(told[1].replace(",", "")) - abs(ahead)) < 30
    assert "set the clock first" in run.message
    assert converges(settings)


def test_missing_credentials_are_told_with_every_way_to_give_them(settings: dict[str, str]) -> None:
    run = up({**settings, "accessKey": "", "secretKey": ""}, DECLARED)
    assert run.message.startswith("no credentials: set functiongraph:accessKey")
    assert "HUAWEICLOUD_SDK_AK" in run.message
    assert converges(settings)


def test_half_a_key_is_told_with_what_is_missing(settings: dict[str, str]) -> None:
    run = up({**settings, "secretKey": ""}, DECLARED)
    assert "secretKey is missing; pulumi config set --secret functiongraph:secretKey" in run.message
    assert settings["accessKey"] not in run.message
    assert converges(settings)


@pytest.mark.parametrize(("key", "missing"), [("region", "region"), ("projectId", "projectId")])
def test_a_missing_place_is_told_with_how_to_set_it(
    settings: dict[str, str], key: str, missing: str
) -> None:
    run = up({**settings, key: ""}, DECLARED)
    assert f"function_urn: is a short form, and no {missing} is set to complete it" in run.message
    assert f"pulumi config set functiongraph:{missing} <value>" in run.message
    assert converges(settings)


def elsewhere(settings: Mapping[str, str], url: str) -> Run:
    """A run against another address."""
    return up({**settings, "endpoints": json.dumps({"functiongraph": url})}, DECLARED)


def test_an_endpoint_that_cannot_be_reached_is_told_with_how_to_set_it(
    settings: dict[str, str],
) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        run = elsewhere(settings, url)
    assert run.message.startswith(READ)
    assert url in run.message
    assert "set its address with: pulumi config set functiongraph:endpoints" in run.message
    assert is_clean(run.message)
    assert converges(settings)


def test_a_host_that_does_not_exist_is_told(settings: dict[str, str]) -> None:
    run = elsewhere(settings, "http://functiongraph.invalid")
    assert "there is no host http://functiongraph.invalid" in run.message
    assert "Check the region and the network" in run.message
    assert converges(settings)


def test_a_certificate_that_is_not_trusted_is_told_at_once(settings: dict[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(tls=context) as server:
        run = elsewhere(settings, server.url)
    assert f"the TLS certificate of {server.url} is not trusted" in run.message
    assert "REQUESTS_CA_BUNDLE=<file>" in run.message
    assert run.slept == ()
    assert converges(settings)


QUOTED = {
    **DECLARED,
    "onFailure": {
        "destination": "OBS",
        "bucket": "canary-bucket",
        "prefix": 'canary "é"/',
        "expires": 0.0,
    },
}
PARAM = '{"bucket":"canary-bucket","expires":0,"prefix":"canary \\"é\\"/"}'


@pytest.mark.parametrize(
    "echoed",
    [
        PARAM,
        json.dumps({"destination": "OBS", "param": PARAM}),
        json.dumps({"destination": "OBS", "param": PARAM}, ensure_ascii=False),
        "x" * 290 + 'canary "é"/',
        json.dumps("x" * 55 + 'canary "é"/'),
    ],
    ids=["param", "body", "body as it is", "cut at 300", "cut at 80"],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_an_error_that_echoes_the_request_shows_no_name_in_whatever_spelling(
    functiongraph_emulator: Emulator, settings: dict[str, str], echoed: str, *, as_json: bool
) -> None:
    body: object = {"error_code": "FSS.0400", "error_msg": echoed} if as_json else echoed
    functiongraph_emulator.faults({"operation": PUT, "status": 400, "body": body})
    run = up(settings, QUOTED)
    assert "HTTP 400" in run.message
    assert is_clean(run.message.replace("\\", ""))


def test_damaged_json_of_a_read_shows_nothing_of_what_the_config_names(
    functiongraph_emulator: Emulator, settings: dict[str, str]
) -> None:
    damaged = '{"destination_config": {"on_failure": {"param": "{\\"bucket\\":\\"canary-bu'
    functiongraph_emulator.faults({"operation": GET, "status": 200, "body": damaged})
    run = up(settings, DECLARED)
    assert (
        f"HTTP 200 the answer is not JSON (text/html: {len(damaged)} bytes of damaged JSON"
        in run.message
    )
    assert is_clean(run.message)
