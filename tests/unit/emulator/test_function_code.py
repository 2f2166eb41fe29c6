"""The code of functions: what is kept, what may run, and what it sees when it does."""

import asyncio
import base64
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_functiongraph.emulator.clock import VirtualClock
from pulumi_functiongraph.emulator.seeds.models import Seed
from unit.emulator.client import PROJECT, CloudClient, local_cloud
from unit.emulator.obs_calls import obs

ECHO = "def handler(event, context):\n    return ['echo', event]\n"
OTHER = "def handler(event, context):\n    return 'other'\n"

ENVIRONMENT = """\
import os

def initializer(context):
    os.environ["FROM_INITIALIZER"] = "yes"

def handler(event, context):
    names = ("COLOUR", "FROM_INITIALIZER", "RUNTIME_MEMORY", "RUNTIME_FUNC_VERSION")
    print("seen", context.getUserData("COLOUR"))
    return {name: os.environ.get(name) for name in names}
"""

KEYS = """\
def handler(event, context):
    return [
        context.getSecurityAccessKey(),
        context.getSecuritySecretKey(),
        context.getSecurityToken(),
        context.getToken(),
    ]
"""


def sent(text: str | bytes) -> dict[str, str]:
    content = text if isinstance(text, bytes) else text.encode()
    return {"file": base64.b64encode(content).decode()}


def archive(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/") + ".py", text)
    return buffer.getvalue()


def seed(*functions: Mapping[str, Any], **parts: Any) -> Seed:
    return Seed.model_validate({"functions": list(functions), **parts})


@pytest.fixture
def cloud() -> Iterator[CloudClient]:
    """A cloud that runs the code of its clients."""
    with local_cloud(clock=VirtualClock(), runs_code=True) as client:
        yield client


@contextmanager
def careful_cloud(wanted: Seed, directory: Path | None = None) -> Iterator[CloudClient]:
    """A cloud that runs no code but that of its seed."""
    with local_cloud(seed=wanted, clock=VirtualClock(), directory=directory) as client:
        yield client


def code_of(client: CloudClient, named: str) -> bytes:
    answer = client.functions("GET", f"/{named}/code")
    assert answer.status_code == 200, answer.text
    return base64.b64decode(answer.json()["func_code"]["file"])


def kept(client: CloudClient) -> int:
    count: int = client.cloud.store.read(
        lambda c: c.execute("SELECT count(*) FROM fg_code").fetchone()[0]
    )
    return count


@pytest.mark.parametrize(
    ("code_type", "content", "handler"),
    [
        ("inline", ECHO.encode(), "index.handler"),
        ("inline", archive(index=ECHO), "index.handler"),
        ("zip", archive(index=ECHO), "index.handler"),
        ("zip", archive(package__module=ECHO), "package/module.handler"),
    ],
)
def test_uploaded_code_runs(
    cloud: CloudClient, code_type: str, content: bytes, handler: str
) -> None:
    cloud.create_function("f", code_type=code_type, func_code=sent(content), handler=handler)

    answer = cloud.invoke("f", {"n": 1})

    assert (answer.status_code, answer.json()) == (200, ["echo", {"n": 1}])
    assert json.loads(answer.headers["x-cff-invoke-summary"])["memoryUsed"] > 0


def test_an_asynchronous_request_runs_code_too(cloud: CloudClient) -> None:
    cloud.create_function("f", func_code=sent("def handler(event, context):\n    return 1 / 0\n"))
    identifier = cloud.invoke_async("f", {}).json()["request_id"]

    cloud.control("POST", "clock", {"idle": True})

    [found] = cloud.functions("GET", "/f/async-invocations").json()["invocations"]
    assert (found["request_id"], found["status"]) == (identifier, "FAIL")
    assert found["error_message"] == "ZeroDivisionError: division by zero"


def test_what_is_no_archive_is_an_error_of_the_function(cloud: CloudClient) -> None:
    cloud.create_function("f", code_type="zip", func_code=sent(b"no zip"))

    answer = cloud.invoke("f", {})

    assert answer.headers["x-is-func-err"] == "true"
    assert answer.json()["errorType"] == "BadCode"


def test_code_sees_its_settings_and_its_log_is_kept(cloud: CloudClient) -> None:
    cloud.create_function(
        "f",
        func_code=sent(ENVIRONMENT),
        user_data=json.dumps({"COLOUR": "red"}),
        initializer_handler="index.initializer",
        initializer_timeout=3,
    )

    headers = {"X-Cff-Log-Type": "tail", "X-Cff-Instance-Memory": "256"}
    answer = cloud.invoke("f", {}, headers=headers)

    assert answer.json() == {
        "COLOUR": "red",
        "FROM_INITIALIZER": "yes",
        "RUNTIME_MEMORY": "256",
        "RUNTIME_FUNC_VERSION": "latest",
    }
    log = base64.b64decode(answer.headers["x-cff-function-log"]).decode()
    assert log.startswith("2026-01-01T00:00:00Z Start invoke request")
    assert "\nseen red\n" in log
    assert answer.headers["x-cff-request-id"] in log


@pytest.mark.parametrize(
    "settings",
    [
        {"user_data": "no json"},
        {"initializer_handler": 7, "initializer_timeout": "3"},
        {"user_data": '{"A": {"b": 1}}', "encrypted_user_data": "[]"},
        {"xrole": "nobody"},
    ],
)
def test_odd_settings_do_not_keep_code_from_running(
    cloud: CloudClient, settings: Mapping[str, Any]
) -> None:
    cloud.create_function("f", func_code=sent(ECHO), **settings)

    assert cloud.invoke("f", 1).json() == ["echo", 1]


def test_what_cannot_be_an_environment_is_an_error_of_the_function(cloud: CloudClient) -> None:
    cloud.create_function("f", func_code=sent(ECHO), user_data=r'{"A": "\u0000"}')

    assert cloud.invoke("f", 1).json()["errorType"] == "BadCode"


def test_code_that_is_changed_is_what_runs_next(cloud: CloudClient) -> None:
    cloud.create_function("f", func_code=sent(ECHO))
    cloud.invoke("f", 1)

    body = {"code_type": "inline", "code_filename": "index.py", "func_code": sent(OTHER)}
    changed = cloud.functions("PUT", "/f/code", body)

    assert changed.status_code == 200
    assert changed.json()["digest"] == hashlib.sha512(OTHER.encode()).hexdigest()
    assert changed.json()["code_size"] == len(OTHER)
    assert changed.json() == cloud.functions("GET", "/f/code").json()
    assert cloud.functions("GET", "/f/config").json()["digest"] == changed.json()["digest"]
    assert cloud.invoke("f", 1).json() == "other"


def test_a_published_version_keeps_its_code(cloud: CloudClient) -> None:
    cloud.create_function("f", func_code=sent(ECHO))
    cloud.functions("POST", "/f/versions", {"version": "v1"})
    cloud.functions("PUT", "/f/code", {"code_type": "inline", "func_code": sent(OTHER)})

    urn = cloud.urn("f", "v1")

    assert (code_of(cloud, urn), code_of(cloud, "f")) == (ECHO.encode(), OTHER.encode())
    assert (cloud.invoke(urn, 1).json(), cloud.invoke("f", 1).json()) == (["echo", 1], "other")


def test_equal_code_is_kept_once_and_goes_with_the_last_that_has_it(cloud: CloudClient) -> None:
    for name in ("a", "b"):
        cloud.create_function(name, func_code=sent(ECHO))
    cloud.functions("POST", "/a/versions", {"version": "v1"})
    assert kept(cloud) == 1

    cloud.functions("PUT", "/a/code", {"code_type": "inline", "func_code": sent(OTHER)})
    assert kept(cloud) == 2
    cloud.functions("DELETE", "/a")
    assert kept(cloud) == 1
    cloud.functions("DELETE", "/b")
    assert kept(cloud) == 0


def test_code_can_be_taken_away(cloud: CloudClient) -> None:
    cloud.create_function("f", func_code=sent(ECHO))

    cloud.functions("PUT", "/f/code", {"code_type": "inline", "func_code": {"file": ""}})

    assert code_of(cloud, "f") == b""
    assert cloud.invoke("f", 1).json() == 1


@pytest.mark.parametrize(
    ("urn", "body", "expected"),
    [
        ("f", {"func_code": sent(ECHO)}, (400, "FSS.1006")),
        ("f", {"code_type": "tar"}, (400, "FSS.1006")),
        ("f", {"code_type": "zip", "func_code": {"file": "?"}}, (400, "FSS.1011")),
        ("f", [], (400, "FSS.0400")),
        ("nobody", {"code_type": "zip"}, (404, "FSS.1051")),
        ("{v1}", {"code_type": "zip"}, (400, "FSS.1015")),
    ],
)
def test_code_that_cannot_be_kept_is_refused(
    cloud: CloudClient, urn: str, body: Any, expected: tuple[int, str]
) -> None:
    cloud.create_function("f", func_code=sent(ECHO))
    cloud.functions("POST", "/f/versions", {"version": "v1"})

    answer = cloud.functions("PUT", f"/{urn.format(v1=cloud.urn('f', 'v1'))}/code", body)

    assert (answer.status_code, answer.json()["error_code"]) == expected
    assert code_of(cloud, "f") == ECHO.encode()


def test_the_code_of_the_seed_runs_and_that_of_clients_does_not() -> None:
    described = {"name": "f", "code": ECHO, "versions": ["v1"], "user_data": {"A": "b"}}
    with careful_cloud(seed(described)) as cloud:
        cloud.create_function("g", func_code=sent(ECHO))

        assert cloud.invoke("f", 1).json() == ["echo", 1]
        assert cloud.invoke(cloud.urn("f", "v1"), 1).json() == ["echo", 1]
        assert cloud.invoke("g", 1).status_code == 428


SEEDED = {"name": "f", "code": ECHO}


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("PUT", "/f/code", {"code_type": "inline", "func_code": sent(OTHER)}),
        ("PUT", "/f/code", {"code_type": "inline", "func_code": sent(ECHO)}),
        ("PUT", "/f/config", {"handler": "os.system"}),
        ("PUT", "/f/config", {"user_data": '{"PYTHONSTARTUP": "x"}'}),
    ],
)
def test_a_function_of_the_seed_that_a_client_changes_runs_no_more(
    method: str, rest: str, body: Mapping[str, Any]
) -> None:
    with careful_cloud(seed(SEEDED)) as cloud:
        assert cloud.functions(method, rest, body).status_code == 200

        assert cloud.invoke("f", 1).status_code == 428
        cloud.control("POST", "reset")
        assert cloud.invoke("f", 1).json() == ["echo", 1]


def test_a_seed_that_a_client_sends_is_no_seed_of_whoever_started_the_cloud() -> None:
    with careful_cloud(seed(SEEDED)) as cloud:
        cloud.control("POST", "seed", {"functions": [{"name": "g", "code": ECHO}, SEEDED]})

        assert cloud.invoke("g", 1).status_code == 428
        assert cloud.invoke("f", 1).status_code == 428


def test_code_is_there_after_a_restart(tmp_path: Path) -> None:
    with careful_cloud(seed(SEEDED), tmp_path) as cloud:
        cloud.create_function("g", func_code=sent(OTHER))
    with careful_cloud(seed(SEEDED), tmp_path) as cloud:
        assert cloud.invoke("f", 1).json() == ["echo", 1]
        assert cloud.invoke("g", 1).status_code == 428
    with local_cloud(directory=tmp_path, clock=VirtualClock(), runs_code=True) as cloud:
        assert cloud.invoke("g", 1).json() == "other"


RETRIED = {**SEEDED, "async_configs": {"latest": {"max_async_retry_attempts": 1}}}


def test_logs_of_a_requests_runs_begin_on_lines_of_their_own(cloud: CloudClient) -> None:
    cloud.control("POST", "seed", {"functions": [{**RETRIED, "code": "1 / 0"}]})

    ended = cloud.control("POST", "invoke", {"function": "f", "wait_seconds": 60})

    starts = [line for line in ended["log"].splitlines() if "Start invoke request" in line]
    assert [line.split(" ", 1)[1].startswith("Start") for line in starts] == [True, True]


@pytest.mark.parametrize("failing", [{"fail_times": 1}, {"system_error": 1}])
def test_after_the_failures_of_a_script_the_code_runs(
    cloud: CloudClient, failing: Mapping[str, Any]
) -> None:
    cloud.control("POST", "seed", {"functions": [RETRIED]})
    cloud.control("POST", "script", {"function": "f", **failing})

    order = {"function": "f", "payload": 1, "wait_seconds": 60}
    ended = cloud.control("POST", "invoke", order)

    assert (ended["attempts"], json.loads(ended["response"])) == (2, ["echo", 1])


def test_after_the_failures_of_a_script_code_that_may_not_run_does_not() -> None:
    with careful_cloud(seed(SEEDED)) as cloud:
        cloud.control("POST", "seed", {"functions": [RETRIED]})
        cloud.control("POST", "script", {"function": "f", "fail_times": 1})

        order = {"function": "f", "payload": 1, "wait_seconds": 60}
        ended = cloud.control("POST", "invoke", order)

    assert (ended["attempts"], ended["response"]) == (2, "1")


def test_a_script_stands_before_the_code(cloud: CloudClient) -> None:
    cloud.create_function("f", func_code=sent(ECHO))
    cloud.control("POST", "script", {"function": "f", "returns": "script"})
    assert cloud.invoke("f", 1).json() == "script"

    cloud.control("POST", "script", {"function": "f", "clear": True})
    assert cloud.invoke("f", 1).json() == ["echo", 1]


def agency(**settings: Any) -> dict[str, Any]:
    return {"name": "runs", "grants": ["SMN Administrator", "Tenant Guest"], **settings}


@pytest.mark.parametrize(
    ("roles", "agencies"),
    [
        ({"xrole": "runs"}, [agency()]),
        ({"xrole": "nobody", "app_xrole": "runs"}, [agency()]),
    ],
)
def test_code_is_given_credentials_of_its_agency(
    roles: Mapping[str, str], agencies: list[Any]
) -> None:
    wanted = seed({"name": "f", "code": KEYS, **roles}, agencies=agencies)
    with careful_cloud(wanted) as cloud:
        first, again = cloud.invoke("f", {}).json(), cloud.invoke("f", {}).json()
        access, secret, security_token, token = first

        topics = cloud.call(
            "GET",
            f"/v2/{PROJECT}/notifications/topics",
            headers={"X-Security-Token": security_token},
            access_key=access,
            secret_key=secret,
        )
        by_token = {"X-Auth-Token": token}
        shown = cloud.request("GET", f"/v2/{PROJECT}/notifications/topics", headers=by_token)
        created = cloud.request(
            "POST",
            f"/v2/{PROJECT}/streams",
            headers=by_token,
            content=b'{"stream_name": "s"}',
        )

        assert again == first
        assert (topics.status_code, shown.status_code) == (200, 200)
        assert created.status_code == 403
        cloud.control("POST", "clock", {"seconds": 86_400})
        assert cloud.invoke("f", {}).json() != first


@pytest.mark.parametrize(
    "agencies",
    [
        [],
        [agency(trust_domain_name="op_svc_ecs")],
        [agency(expire_time="2025-01-01T00:00:00.000000")],
    ],
)
def test_code_without_an_agency_that_functiongraph_may_take_on_has_no_credentials(
    agencies: list[Any],
) -> None:
    with careful_cloud(seed({"name": "f", "code": KEYS, "xrole": "runs"}, agencies=agencies)) as c:
        assert set(c.invoke("f", {}).json()) <= {"", None}


def test_a_reset_ends_the_processes_of_what_runs(cloud: CloudClient, tmp_path: Path) -> None:
    code = """\
import os, time

def handler(event, context):
    with open(event["told"], "w") as told:
        told.write(str(os.getpid()))
    time.sleep(300)
"""
    told = tmp_path / "told"
    os.mkfifo(told)
    cloud.create_function("f", func_code=sent(code), timeout=600)

    async def interrupted() -> tuple[int, Any]:
        path = f"/v2/{PROJECT}/fgs/functions/f/invocations"
        waiting = asyncio.create_task(cloud.send("POST", path, {"told": str(told)}))
        process = int(await asyncio.to_thread(told.read_text))
        await cloud.cloud.reset()
        return process, await waiting

    process, answer = cloud.run(interrupted())

    assert (answer.status_code, answer.json()["error_code"]) == (500, "FSS.0500")
    assert cloud.control("GET", "journal")["lines"] == []
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    cloud.create_function("f", func_code=sent(ECHO))
    assert cloud.invoke("f", 1).json() == ["echo", 1]


def in_obs(url: str, **settings: Any) -> dict[str, Any]:
    return {"code_type": "obs", "code_url": url, "func_code": {}, **settings}


@pytest.mark.parametrize(
    "url",
    [
        "https://code.obs.cn-north-4.myhuaweicloud.com/v%201/orders.zip",
        "https://obs.cn-north-4.myhuaweicloud.com/code/v%201/orders.zip",
        "http://code.localhost:8080/v%201/orders.zip",
        "http://127.0.0.1:8080/code/v%201/orders.zip",
    ],
)
def test_code_in_a_bucket_of_this_cloud_is_run(cloud: CloudClient, url: str) -> None:
    content = archive(index=ECHO)
    assert obs_put(cloud, "/code").status_code == 200
    assert obs_put(cloud, "/code/v%201/orders.zip", content).status_code == 200

    made = cloud.create_function("fetched", **in_obs(url))

    assert made.status_code == 200, made.text
    assert made.json()["code_size"] == len(content)
    assert code_of(cloud, "fetched") == content
    assert cloud.invoke("fetched", 7).json() == ["echo", 7]


def test_code_is_copied_when_it_is_named(cloud: CloudClient) -> None:
    url = "http://127.0.0.1/code/orders.zip"
    obs_put(cloud, "/code")
    obs_put(cloud, "/code/orders.zip", archive(index=ECHO))
    cloud.create_function("fetched", **in_obs(url))
    obs_put(cloud, "/code/orders.zip", archive(index=OTHER))
    before = cloud.invoke("fetched", 7).json()

    changed = cloud.functions("PUT", "/fetched/code", in_obs(url))

    assert changed.status_code == 200, changed.text
    assert (before, cloud.invoke("fetched", 7).json()) == (["echo", 7], "other")


def test_an_object_that_is_not_there_is_refused(cloud: CloudClient) -> None:
    obs_put(cloud, "/code")

    refused = cloud.create_function("fetched", **in_obs("http://127.0.0.1/code/orders.zip"))

    assert refused.status_code == 400
    assert "code_url: the bucket code has no object orders.zip" in refused.text
    assert cloud.functions("GET", "/fetched/config").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.obs.cn-north-4.myhuaweicloud.com/orders.zip",
        "https://code.obs.eu-de.otc.t-systems.com/orders.zip",
        "https://example.com/code/orders.zip",
        "https://[code/orders.zip",
        "code/orders.zip",
    ],
)
def test_code_elsewhere_is_told_when_the_function_is_invoked(cloud: CloudClient, url: str) -> None:
    obs_put(cloud, "/code")
    obs_put(cloud, "/code/orders.zip", archive(index=ECHO))
    assert cloud.create_function("fetched", **in_obs(url)).status_code == 200

    refused = cloud.invoke("fetched", 7)

    assert refused.status_code == 428
    assert "in OBS, in no bucket that this local cloud has" in refused.json()["error_msg"]


def obs_put(cloud: CloudClient, path: str, content: bytes = b"") -> httpx.Response:
    return obs(cloud, "PUT", path, content, date=format_datetime(datetime.now(UTC), usegmt=True))
