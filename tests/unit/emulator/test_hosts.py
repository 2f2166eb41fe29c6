"""Who may speak to the local cloud: programs of this machine, and no web page."""

import asyncio

import pytest

from pulumi_functiongraph.emulator.clock import VIRTUAL_START
from pulumi_functiongraph.emulator.controls.urls import CONTROLS
from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.http.hosts import Hosts
from pulumi_functiongraph.emulator.invocations.behaviours import call_url
from pulumi_functiongraph.emulator.invocations.outcome import Result
from pulumi_functiongraph.emulator.obs.signature import sign_v2
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from pulumi_functiongraph.emulator.smn.calls import CallStatus, SubscriberCall
from pulumi_functiongraph.emulator.smn.models import Message
from pulumi_functiongraph.emulator.smn.subscribers import headers_of
from unit.emulator.client import HOST, CloudClient
from unit.emulator.obs_calls import DATE, obs
from unit.emulator.served_cloud import served_cloud

LOCAL = ["localhost", "LocalHost:8080", "127.0.0.1:9", "127.8.8.8", "[::1]:8080", "[::1]"]
OF_OBS = [
    "results.localhost:8080",
    "my.results.localhost",
    "obs.eu-de.otc.t-systems.com",
    "results.obs.cn-north-4.myhuaweicloud.com:8080",
    "results.obs.eu-ch2.sc.otc.t-systems.com",
]
FOREIGN = [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "evil-localhost",
    "127.0.0.1.evil.example",
    "obs.eu-de.evil.example",
    "obs.eu-de.otc.t-systems.com.evil.example",
    "evil.otc.t-systems.com",
    "0.0.0.0",
    "169.254.169.254",
    "192.168.0.1:8080",
    "[::]",
    "[fe80::1]",
    "[::1",
    "localhost:port",
    "local\thost",
    "localhost@evil.example",
    "",
]
PAGES = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"https://{HOST}"},
    {"origin": f"http://{HOST}:3000"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
]
EVERY_KIND = [
    ("POST", "/v3/auth/tokens"),
    ("GET", "/v3"),
    ("GET", "/"),
    ("GET", "/v2/p/streams"),
    ("PUT", "/v2/p/fgs/functions/orders/async-invoke-config"),
    ("GET", "/order-failures/key"),
    ("OPTIONS", "/order-failures/key"),
    ("DELETE", "/nowhere"),
    *((method, f"/_emulator/{name}") for method, name, _ in CONTROLS),
    ("POST", "//_emulator/reset"),
    ("POST", "/%5Femulator/reset/"),
]


def refusal(host: str, *, control: bool, **more: str) -> str | None:
    headers = [(b"host", host.encode())]
    headers += [(name.encode(), value.encode()) for name, value in more.items()]
    return Hosts(["Docker.Internal"]).refusal({"headers": headers}, control=control)


@pytest.mark.parametrize("control", [True, False])
@pytest.mark.parametrize("host", [*LOCAL, "docker.internal:80"])
def test_the_names_of_this_machine_are_answered(host: str, *, control: bool) -> None:
    assert refusal(host, control=control) is None


@pytest.mark.parametrize("host", OF_OBS)
def test_names_of_buckets_are_answered_but_by_controls(host: str) -> None:
    assert refusal(host, control=False) is None
    assert refusal(host, control=True) is not None


@pytest.mark.parametrize("control", [True, False])
@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_host_is_refused(host: str, *, control: bool) -> None:
    assert refusal(host, control=control) is not None


def test_the_refusal_names_the_host_and_the_way_out() -> None:
    text = refusal("evil.example:80", control=False) or ""

    assert "use localhost, 127.0.0.1 or [::1], or start it with --allow-host evil.example" in text


@pytest.mark.parametrize("count", [0, 2])
def test_a_request_has_one_host(count: int) -> None:
    scope = {"headers": [(b"host", b"localhost")] * count}

    assert f"this one has {count}" in (Hosts().refusal(scope, control=False) or "")


def test_what_a_local_cloud_calls_by_itself_gives_no_orders_and_reaches_the_rest() -> None:
    message = Message("1", "urn", "", "hello", VIRTUAL_START)
    call = SubscriberCall(1, message, "urn", "http", f"http://{HOST}/", CallStatus.WAIT, 0, "")
    agent = headers_of(call)["user-agent"]

    assert "orders" in (refusal("127.0.0.1:80", control=True, **{"user-agent": agent}) or "")
    assert refusal("127.0.0.1:80", control=False, **{"user-agent": agent}) is None


def test_a_script_whose_url_is_a_control_of_the_cloud_itself_is_refused_by_it() -> None:
    with served_cloud() as served:
        url = f"{served.url}/_emulator/reset"
        outcome = asyncio.run(call_url(url, event="{}", timeout_seconds=10))

    assert outcome.result is Result.FUNCTION_ERROR
    assert "403" in outcome.error


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_a_page_of_its_own_and_a_typed_address_are_answered(site: str) -> None:
    more = {"origin": "http://127.0.0.1:80", "sec-fetch-site": site}

    assert refusal("127.0.0.1:80", control=True, **more) is None


@pytest.mark.parametrize(("method", "path"), EVERY_KIND)
@pytest.mark.parametrize("headers", [{"host": "evil.example"}, *PAGES], ids=str)
def test_no_path_answers_a_page_or_a_rebound_name(
    huawei: CloudClient, method: str, path: str, headers: dict[str, str]
) -> None:
    before = huawei.control("GET", "state")

    answer = huawei.request(method, path, headers=headers)

    assert answer.status_code == 403
    assert "local cloud answers" in answer.text
    assert "local-cloud-secret-key" not in answer.text
    assert huawei.control("GET", "state") == before
    assert huawei.control("GET", "requests") == {"requests": []}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/_emulator/state", '{"problems":["'),
        ("/v3", '{"error_msg":"'),
        ("/bucket/key", '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied<'),
    ],
)
def test_a_refusal_has_the_form_of_its_service(huawei: CloudClient, path: str, form: str) -> None:
    answer = huawei.request("GET", path, headers={"host": "evil.example"})

    assert answer.text.startswith(form)


@pytest.mark.parametrize(
    "media_type",
    ["text/plain;charset=UTF-8", "multipart/form-data; b=1", "Application/X-WWW-Form-Urlencoded"],
)
def test_controls_take_no_body_that_a_page_can_send_unasked(
    huawei: CloudClient, media_type: str
) -> None:
    answer = huawei.request(
        "POST", "/_emulator/reset", content=b"{}", headers={"content-type": media_type}
    )

    assert answer.status_code == 415
    assert "send application/json" in answer.json()["problems"][0]


def test_answers_of_controls_are_not_sniffed_or_kept(huawei: CloudClient) -> None:
    answer = huawei.request("GET", "/_emulator/environment")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


CORS_RULE = (
    b"<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>"
    b"<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"
)


def test_no_answer_opens_itself_to_pages(huawei: CloudClient) -> None:
    assert obs(huawei, "PUT", "/order-failures?cors", CORS_RULE).status_code == 200
    obs(huawei, "PUT", "/order-failures/key", b"content")
    own = {"origin": f"http://{HOST}"}

    answers = [
        obs(huawei, "GET", "/order-failures/key", headers=own),
        huawei.request("GET", "/_emulator/state", headers=own),
        huawei.request("GET", "/v3", headers=own),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_page_in_a_bucket_has_no_origin(huawei: CloudClient) -> None:
    page = b"<script>fetch('/_emulator/reset', {method: 'POST'})</script>"
    obs(huawei, "PUT", "/order-failures/page", page)

    answer = obs(huawei, "GET", "/order-failures/page")

    assert answer.headers["content-security-policy"] == "sandbox"


def test_a_key_may_be_called_like_the_controls(huawei: CloudClient) -> None:
    headers = {"host": "order-failures.localhost"}
    request = RawRequest("PUT", b"/_emulator/reset", b"", {"date": DATE}, b"")
    signature = sign_v2(
        DEFAULT_SECRET_KEY, request, prefix="x-obs-", bucket_in_host="order-failures"
    )
    headers |= {"date": DATE, "authorization": f"OBS {DEFAULT_ACCESS_KEY}:{signature}"}

    answer = huawei.request("PUT", "/_emulator/reset", headers=headers)

    assert answer.status_code == 200
    assert huawei.control("GET", "state")["buckets"][0]["objects"] == ["_emulator/reset"]
