"""What each process of this package loads before its work, and what it may not load for that.

A process ends where it would send its first request, so none reaches a network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STACK = ROOT / "tests" / "golden" / "graph"

OURS = "pulumi_functiongraph."
CLIENT = ("requests", "urllib3", "charset_normalizer", "tenacity", f"{OURS}cloud.http.session")
REPORTS = tuple(
    f"{OURS}{name}"
    for name in (
        "core.drift",
        "core.graph.document",
        "core.review.changes",
        "core.review.document",
        "core.schemas",
        "core.stack",
        "report.drift",
        "report.graph",
        "report.html",
        "report.review",
        "report.rules",
        "report.sarif",
    )
)
"""What reports and reviews are made of."""

RULES = (f"{OURS}core.rules", f"{OURS}core.permissions", f"{OURS}core.prechecks")
PICTURES = ("jinja2", "pygments", "rich")
NEVER = (
    *PICTURES,
    "boto3",
    "httptools",
    "keystoneauth1",
    "moto",
    "openstack",
    "pathspec",
    "uvicorn",
    f"{OURS}emulator",
    f"{OURS}policy",
)
"""What neither a program, nor a provider with an access key, nor a text in a pipe needs."""

ENGINE_SIDE = (*NEVER, *REPORTS, "click", "typer", f"{OURS}cli")

_URN = "urn:fss:eu-de:0123456789abcdef0123456789abcdef:function:default:orders:latest"
_OF_PLUGIN = "urn:pulumi:dev::shop::functiongraph:index:AsyncNotificationConfig::orders"
_PROGRAM = f"""\
import pulumi


class Engine(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs

    def call(self, args):
        return {{}}


pulumi.runtime.set_mocks(Engine())
import pulumi_functiongraph as functiongraph

functiongraph.AsyncNotificationConfig(
    "orders",
    function_urn="{_URN}",
    on_failure=functiongraph.ObsTarget(bucket="failed"),
)
"""
_ASKING = """\
import time

from pulumi_functiongraph.program.account import of_program
account, soon = of_program(), time.monotonic() + 60
account.live(places=(), declared=(), deadline=soon)
account.facts(functions=(), deadline=soon)
"""
_PROVIDER = f"""\
import pickle
from base64 import b64decode
from pathlib import Path

from pulumi.dynamic import Config, ConfigureRequest

state = Path("{ROOT}/tests/golden/provider_0_1_0.txt").read_text()
provider = pickle.loads(b64decode(state))
provider.configure(ConfigureRequest(Config({{}}, "shop")))
news = {{
    "functionUrn": "{_URN}",
    "onFailure": {{"destination": "OBS", "bucket": "failed"}},
}}
assert not provider.check(news, news).failures
provider.diff("{_URN}", news, news)
"""


_PLUGIN = f"""\
from pulumi_functiongraph.bridge.sdk_internals.protocol_messages import skip_sdk

skip_sdk()
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2
from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.plugin import server

plugin = server.PluginServicer(EngineProcess.of([]), version="0")
class Call: peer = staticmethod(str)
news, urn = Struct(), "{_OF_PLUGIN}"
news.update({{"functionUrn": "{_URN}", "onFailure": {{"destination": "OBS", "bucket": "failed"}}}})
plugin.Configure(provider_pb2.ConfigureRequest(), Call)
checked = plugin.Check(provider_pb2.CheckRequest(urn=urn, news=news), Call)
assert not checked.failures
plugin.Diff(provider_pb2.DiffRequest(urn=urn, id="{_URN}", olds=news, news=checked.inputs), Call)
"""


@dataclass(frozen=True)
class Start:
    """One process.

    Attributes:
        name: what it is.
        code: what it runs until its work.
        without: modules that it may not load, with all below them.
        reaches: a module that it loads on its way, so that it is known to have gone so far.
    """

    name: str
    code: str
    without: tuple[str, ...]
    reaches: str


def fgctl(*arguments: str) -> str:
    """The code of ``fgctl`` with arguments, whatever it ends with."""
    return f"""\
import sys

sys.argv = ["fgctl", *{arguments!r}]
from pulumi_functiongraph.cli import main

try:
    main()
except SystemExit:
    pass
"""


_PREVIEW, _EXPORT = str(STACK / "preview.json"), str(STACK / "export.json")
_NO_PULUMI = (*NEVER, "pulumi")

STARTS = (
    Start("the SDK alone", "import pulumi.dynamic", (), "pulumi.dynamic"),
    Start("program", _PROGRAM, (*ENGINE_SIDE, *CLIENT), f"{OURS}program.gate"),
    Start("program, with its clients", _PROGRAM + _ASKING, ENGINE_SIDE, f"{OURS}cloud.walk_client"),
    Start(
        "provider, unchanged",
        _PROVIDER,
        (*ENGINE_SIDE, *CLIENT, *RULES, f"{OURS}program"),
        f"{OURS}dynamic.provider",
    ),
    Start(
        "provider, about to send",
        _PROVIDER + "provider.configs.account.functiongraph\n",
        (*ENGINE_SIDE, *RULES, f"{OURS}program"),
        f"{OURS}cloud.http.session",
    ),
    Start(
        "plugin, unchanged",
        _PLUGIN,
        (*ENGINE_SIDE, *CLIENT, *RULES, f"{OURS}program", "pulumi.resource"),
        f"{OURS}plugin.servicer",
    ),
    Start(
        "fgctl --version",
        fgctl("--version"),
        (*_NO_PULUMI, *CLIENT, "typer", "pydantic"),
        f"{OURS}cli.version",
    ),
    Start(
        "fgctl --help", fgctl("--help"), (*_NO_PULUMI, *CLIENT, "pydantic"), f"{OURS}cli.commands"
    ),
    Start(
        "fgctl graph",
        fgctl("graph", "--preview", _PREVIEW, "--stack", _EXPORT),
        (*_NO_PULUMI, *CLIENT, f"{OURS}core.permissions", f"{OURS}report.sarif"),
        f"{OURS}report.graph.text",
    ),
    Start(
        "fgctl review",
        fgctl("review", "--preview", _PREVIEW, "--stack", _EXPORT),
        (*_NO_PULUMI, *CLIENT, f"{OURS}report.sarif"),
        f"{OURS}report.review.text",
    ),
    Start(
        "fgctl precheck",
        fgctl("precheck", "--preview", _PREVIEW, "--stack", _EXPORT),
        (*_NO_PULUMI, f"{OURS}report.sarif"),
        f"{OURS}cloud.http.session",
    ),
    Start(
        "fgctl drift",
        fgctl("drift", "--stack", _EXPORT),
        (
            *_NO_PULUMI,
            f"{OURS}cloud.precheck_client",
            f"{OURS}cloud.walk_client",
            f"{OURS}core.permissions",
            f"{OURS}core.rules",
            f"{OURS}operations.precheck",
            f"{OURS}operations.walk",
            f"{OURS}report.sarif",
        ),
        f"{OURS}cloud.http.session",
    ),
)

_UNTIL_A_REQUEST = """\
import os as _os, sys as _sys


def _end(event, _arguments):
    if event in {"socket.connect", "socket.getaddrinfo"}:
        _tell()
        _os._exit(0)


def _tell():
    _sys.stderr.write("\\n" + " ".join(_sys.modules))
    _sys.stderr.flush()


_sys.addaudithook(_end)
"""


def environment(folder: Path) -> Mapping[str, str]:
    """The environment of a process that has an access key and nobody else's settings."""
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
    return {
        **kept,
        "HOME": str(folder),
        "HUAWEICLOUD_SDK_AK": "an-access-key",
        "HUAWEICLOUD_SDK_SK": "a-secret-key",
        "FUNCTIONGRAPH_PRECHECK": "off",
    }


def command(start: Start) -> list[str]:
    """The process, which ends with its code, or in place of its first request."""
    return [sys.executable, "-c", f"{_UNTIL_A_REQUEST}\n{start.code}\n_tell()\n"]


def loaded_by(start: Start, folder: Path) -> set[str]:
    """The modules that a process has loaded at its end; an empty folder is its own."""
    run = subprocess.run(
        command(start),
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stderr.splitlines()[-1].split())


def not_wanted(start: Start, loaded: set[str]) -> list[str]:
    """What was loaded and may not be."""
    return sorted(
        name for name in loaded if any(f"{name}.".startswith(f"{each}.") for each in start.without)
    )
