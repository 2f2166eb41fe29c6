"""What the code of a function sees, and what is told of its run."""

import asyncio
import json
import re
import stat
import sys
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.invocations.outcome import Result
from pulumi_functiongraph.emulator.workers.worker import MAX_LOG
from unit.emulator.workers.jobs import CREDENTIALS, GOOD, Pool, archived, inline, returned, zipped


def test_handler_gets_the_event_and_its_answer_is_json_text(shared: Pool) -> None:
    event = {"order": 7, "name": "Grüße", "items": [1, None, True]}
    assert returned(shared.one(GOOD, event)) == event


def test_context_has_the_documented_methods(shared: Pool) -> None:
    source = """
        def handler(event, context):
            names = sorted(n for n in dir(context) if n.startswith("get") and n != "getLogger")
            skipped = {"getUserData", "getRemainingTimeInMilliSeconds"}
            answers = {n: getattr(context, n)() for n in names if n not in skipped}
            answers["data"] = [context.getUserData("COLOUR"), context.getUserData("none")]
            answers["left"] = context.getRemainingTimeInMilliSeconds()
            context.set_state(3)
            answers["state"] = context.get_state()
            return answers
    """
    told = returned(
        shared.one(source, user_data={"COLOUR": "red"}, credentials=CREDENTIALS, timeout=7)
    )
    assert 0 < told.pop("left") <= 7000
    assert told == {
        "getRequestID": "request-1",
        "getTraceID": "request-1",
        "get_trace_id": "request-1",
        "getInvokeID": "request-1",
        "get_invoke_id": "request-1",
        "getFunctionName": "orders",
        "getVersion": "latest",
        "getPackage": "default",
        "getProjectID": "0123456789abcdef0123456789abcdef",
        "getRunningTimeInSeconds": 7,
        "getMemorySize": 128,
        "getCPUNumber": 300,
        "getAccessKey": "AK",
        "getSecretKey": "SK",
        "getSecurityAccessKey": "AK",
        "getSecuritySecretKey": "SK",
        "getSecurityToken": "security token",
        "getToken": "token",
        "getAlias": "",
        "getInvokeProperty": "",
        "get_invoke_property": "",
        "get_instance_id": "",
        "getWorkflowID": "",
        "getWorkflowRunID": "",
        "getWorkflowStateID": "",
        "get_state": None,
        "data": ["red", None],
        "state": 3,
    }


def test_credentials_are_those_of_the_run_also_in_a_warm_process(shared: Pool) -> None:
    source = "def handler(event, context): return context.getSecretKey()"
    first = shared.one(source, credentials=CREDENTIALS)
    second = shared.one(source)
    assert [returned(first), returned(second)] == ["SK", ""]


def test_environment_is_the_functions_own(shared: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS", "secret")
    source = """
        import os, sys
        def handler(event, context):
            return [dict(os.environ), os.getcwd(), sys.argv, sys.stdin.read()]
    """
    data = {"COLOUR": "red", "TZ": "Europe/Berlin", "RUNTIME_MEMORY": "4096"}
    environment, folder, arguments, read = returned(shared.one(source, user_data=data))
    assert environment.pop("RUNTIME_CODE_ROOT") == folder
    assert environment.pop("HOME") == environment.pop("TMPDIR")
    assert json.loads(environment.pop("RUNTIME_USERDATA")) == data
    environment.pop("LC_CTYPE", None)
    assert environment == {
        "COLOUR": "red",
        "TZ": "Europe/Berlin",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "RUNTIME_PROJECT_ID": "0123456789abcdef0123456789abcdef",
        "RUNTIME_FUNC_NAME": "orders",
        "RUNTIME_FUNC_VERSION": "latest",
        "RUNTIME_PACKAGE": "default",
        "RUNTIME_HANDLER": "index.handler",
        "RUNTIME_TIMEOUT": "20",
        "RUNTIME_CPU": "300",
        "RUNTIME_MEMORY": "128",
        "RUNTIME_MAX_RESP_BODY_SIZE": "6291456",
        "RUNTIME_INITIALIZER_HANDLER": "",
        "RUNTIME_INITIALIZER_TIMEOUT": "20",
    }
    assert (arguments, read) == (["-c"], "")


def test_packages_of_this_interpreter_are_not_there(shared: Pool) -> None:
    source = """
        import importlib.util
        def handler(event, context):
            return [importlib.util.find_spec(n) is None for n in ("pydantic", "pytest")]
    """
    assert returned(shared.one(source)) == [True, True]


def test_output_of_every_kind_is_the_log(shared: Pool) -> None:
    source = """
        import logging, os, subprocess, sys
        def handler(event, context):
            print("printed")
            print("to stderr", file=sys.stderr)
            os.write(1, b"written\\n")
            subprocess.run(["echo", "by a subprocess"], check=True)
            context.getLogger().info("logged %s", 1)
            logging.getLogger("mine").warning("in the module's way")
            os.write(2, b"half a line \\xff")
    """
    log = shared.one(source).log.splitlines()
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    patterns = [
        rf"{stamp} Start invoke request 'request-1', version: latest",
        "printed",
        "to stderr",
        "written",
        "by a subprocess",
        f"{stamp} request-1 INFO logged 1",
        f"{stamp} request-1 WARNING in the module's way",
        "half a line \ufffd",
        rf"{stamp} Finish invoke request 'request-1', duration: \d+ms, billing duration: \d+ms, .*",
    ]
    assert len(log) == len(patterns), log
    for line, pattern in zip(log, patterns, strict=True):
        assert re.fullmatch(pattern, line), line
    assert re.search(r", memory used: \d+MB, billing memory: 128MB$", log[-1])


def test_log_of_a_run_has_nothing_of_the_run_before(shared: Pool) -> None:
    source = "def handler(event, context): print('number', event)"
    logs = [shared.one(source, number).log for number in range(3)]
    assert [re.findall(r"number (\d)", log) for log in logs] == [["0"], ["1"], ["2"]]


def test_log_keeps_the_end_of_much_output(shared: Pool) -> None:
    source = """
        def handler(event, context):
            for number in range(100_000):
                print("line", number)
    """
    outcome = shared.one(source)
    lines = outcome.log.splitlines()
    assert (lines[-2], len(outcome.log) < MAX_LOG + 500) == ("line 99999", True)


@pytest.mark.parametrize(
    "end",
    [
        "time.sleep(100)",
        "os._exit(3)",
        "os.kill(os.getpid(), 9)",
        "b'x' * (1 << 40)",
        "raise SystemExit",
        "1 / 0",
    ],
)
def test_log_of_a_run_that_ends_badly_has_what_it_had_printed(shared: Pool, end: str) -> None:
    source = f"""
        import os, sys, time
        def handler(event, context):
            print("first line")
            print("half a line", end="")
            {end}
    """
    outcome = shared.one(source, timeout=1)
    assert outcome.result is Result.FUNCTION_ERROR
    assert "latest\nfirst line\nhalf a line" in outcome.log


def test_times_of_the_log_are_those_of_the_clock_that_was_given(
    runner: asyncio.Runner, tmp_path: Path
) -> None:
    pool = Pool(runner, tmp_path, now=lambda: datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC))
    log = pool.one(GOOD).log
    pool.close()
    assert re.findall(r"(?m)^\S+", log) == ["2031-01-02T03:04:05Z"] * 2


def test_memory_and_time_of_a_run_are_told(shared: Pool) -> None:
    source = """
        import time
        def handler(event, context):
            held = b"x" * (40 << 20)
            time.sleep(0.05)
    """
    outcome = shared.one(source)
    assert outcome.milliseconds >= 50
    if sys.platform == "linux":
        assert 45 <= outcome.memory_mib <= 100


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"index.py": GOOD}, "index.handler"),
        ({"pkg/mod.py": GOOD}, "pkg/mod.handler"),
        (
            {
                "pkg/__init__.py": "",
                "pkg/mod.py": "from .other import handler",
                "pkg/other.py": GOOD,
            },
            "pkg.mod.handler",
        ),
        ({"json.py": GOOD}, "json.handler"),
        ({"my-file.py": GOOD}, "my-file.handler"),
        ({"lib/": "", "index.py": "from lib.a import handler", "lib/a.py": GOOD}, "index.handler"),
    ],
)
def test_handler_names_a_function_of_a_file(
    shared: Pool, files: dict[str, str], handler: str
) -> None:
    assert returned(shared.one(zipped(files, handler=handler), 5)) == 5


@pytest.mark.parametrize("handler", ["index.handler", "pkg/mod.handler", "pkg.mod.handler"])
def test_inline_code_is_the_file_that_the_handler_names(shared: Pool, handler: str) -> None:
    assert returned(shared.one(inline(GOOD, handler=handler), 5)) == 5


def test_files_of_an_archive_keep_their_content_and_can_be_executed(shared: Pool) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "index.py", "import os\ndef handler(e, c): return os.popen('./run').read()"
        )
        tool = zipfile.ZipInfo("run")
        tool.external_attr = (stat.S_IFREG | 0o755) << 16
        archive.writestr(tool, "#!/bin/sh\necho ran\n")
    assert returned(shared.one(archived(stream.getvalue()))) == "ran\n"
