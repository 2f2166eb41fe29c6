"""The plugin as the engine has it, spoken to over gRPC, and its log lines.

It is a process of its own, or a server in this one, so that what its tests run is measured.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import grpc
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)

from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.core.type_tokens import JUDGED_BY_GATE
from pulumi_functiongraph.plugin.server import CALLS_AT_ONCE
from pulumi_functiongraph.plugin.servicer import PluginServicer
from pulumi_functiongraph.plugin.version import installed_version
from unit.this_machine import SETTINGS

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
TYPE = "functiongraph:index:AsyncNotificationConfig"
PROVIDER_FOLDER = Path(__file__).parents[3] / "provider"
LARGEST_ERROR = 1024 * 1024
"""Bytes; Go's gRPC, which the engine has, takes more."""


def secret(value: object) -> dict[str, object]:
    return {SIGNATURE: SECRET, "value": value}


def output(value: object = None, *, is_secret: bool = False) -> dict[str, object]:
    """A value as an engine sends it that keeps outputs; unknown without one."""
    known = {} if value is None else {"value": value}
    return {SIGNATURE: OUTPUT, "secret": is_secret, "dependencies": [], **known}


def urn_of(name: str) -> str:
    return f"urn:pulumi:dev::trial::{TYPE}::{name}"


def struct(bag: Mapping[str, Any]) -> Struct:
    made = Struct()
    made.update(bag)
    return made


def plain(bag: Struct) -> dict[str, Any]:
    """A bag as it is on the wire, with its marks."""
    found = json_format.MessageToDict(bag)
    assert isinstance(found, dict)
    return found


def environment() -> dict[str, str]:
    """Without settings of this machine, which begin before a test can take them away."""
    told = {key: value for key, value in os.environ.items() if not key.startswith(SETTINGS)}
    return {**told, "PYTHONPATH": str(PROVIDER_FOLDER), "NO_PROXY": "*"}


@dataclass(frozen=True)
class Line:
    """A line at the user's terminal."""

    severity: str
    text: str
    resource: str


class EngineLog(engine_pb2_grpc.EngineServicer):
    """The service of the engine that takes log lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def Log(self, request: Any, _context: grpc.ServicerContext) -> Empty:  # noqa: N802 - theirs
        severity = engine_pb2.LogSeverity.Name(request.severity)
        self.lines.append(Line(severity, request.message, request.urn.rpartition("::")[2]))
        return Empty()


class Failed(Exception):
    """A call that failed, as the engine sees it."""

    def __init__(self, error: grpc.RpcError) -> None:
        self.code = error.code()
        self.text = error.details()
        self.details = [
            status_pb2.Status.FromString(value)
            for key, value in error.trailing_metadata() or ()
            if key == "grpc-status-details-bin"
        ]
        super().__init__(self.text)

    @property
    def kept(self) -> Any:
        """The state that the engine is to keep."""
        ((packed,),) = [status.details for status in self.details]
        failed = provider_pb2.ErrorResourceInitFailed()
        assert packed.Unpack(failed)
        return failed


@dataclass
class Plugin:
    """A running plugin; a context manager that ends it as the engine does.

    Attributes:
        home: the home folder of a process of its own, ``None`` for a server in this one.
        stub: what calls it.
        engine: takes its log lines.
        errors: what the process has said on standard error.
    """

    home: Path | None = None
    stub: Any = None
    engine: EngineLog = field(default_factory=EngineLog)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._end: Callable[[], object] = lambda: None

    def __enter__(self) -> Self:
        self._engines: list[grpc.Server] = []
        self.address = self._serve_engine()
        self._port = self._serve_here() if self.home is None else self._start(self.home)
        self._connect()
        return self

    def _connect(self) -> None:
        options = [
            ("grpc.absolute_max_metadata_size", LARGEST_ERROR),
            ("grpc.use_local_subchannel_pool", 1),  # a connection of its own
        ]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=options)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    @contextmanager
    def another_engine(self) -> Iterator[Plugin]:
        """The same process, to which another engine has attached."""
        other = Plugin(self.home)
        other._engines, other._port = [], self._port
        other.address = other._serve_engine()
        other._connect()
        other.call("Attach", plugin_pb2.PluginAttach(address=other.address))
        yield other
        other.__exit__()

    def __exit__(self, *_error: object) -> None:
        self._channel.close()
        self._end()
        for server in self._engines:
            server.stop(None).wait()

    def _serve_here(self) -> int:
        server = grpc.server(ThreadPoolExecutor(CALLS_AT_ONCE))
        # Without an address: where the engine of a process is gone, that process ends.
        provider = PluginServicer(EngineProcess.of([]), version=installed_version())
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._end = lambda: server.stop(None).wait()
        return int(port)

    def _start(self, home: Path) -> int:
        process = subprocess.Popen(
            [sys.executable, "-m", "pulumi_functiongraph.plugin", self.address],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment() | {"HOME": str(home)},
        )
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stderr
        reader = threading.Thread(target=lambda: self.errors.extend(said))
        reader.start()

        def end() -> None:
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
            reader.join()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

        self._end = end
        return int(process.stdout.readline())

    def _serve_engine(self) -> str:
        """Host and port of an engine that takes log lines."""
        server = grpc.server(ThreadPoolExecutor(2))
        engine_pb2_grpc.add_EngineServicer_to_server(self.engine, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.end_run()
        self._engines.append(server)
        return f"127.0.0.1:{port}"

    def end_run(self) -> None:
        """End the engine of the last operation.

        The first one stays: the process ends with the engine that has started it.
        """
        for server in self._engines[1:]:
            server.stop(None).wait()
        del self._engines[1:]

    @property
    def lines(self) -> list[Line]:
        """What was logged since the last call of `configure`."""
        return self.engine.lines

    def call(self, name: str, request: Any) -> Any:
        try:
            return getattr(self.stub, name)(request, timeout=60)
        except grpc.RpcError as error:
            raise Failed(error) from None

    # --- the provider's configuration

    def start(self, settings: Mapping[str, Any]) -> None:
        """What the engine of a new operation calls before all else."""
        self.address = self._serve_engine()
        self.call("Handshake", provider_pb2.ProviderHandshakeRequest(engine_address=self.address))
        self.call("GetPluginInfo", Empty())
        checked = self.check_config(settings)
        assert not checked.failures, checked.failures
        self.configure(plain(checked.inputs))

    def check_config(self, news: Mapping[str, Any], *, name: str = "") -> Any:
        request = provider_pb2.CheckRequest(urn="p", name=name, news=struct(news))
        return self.call("CheckConfig", request)

    def diff_config(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(
            id="p", olds=struct(olds), old_inputs=struct(olds), news=struct(news)
        )
        return self.call("DiffConfig", request)

    def configure(self, settings: Mapping[str, Any], *, name: str = "") -> Any:
        self.engine.lines.clear()
        urn = f"urn:pulumi:dev::trial::pulumi:providers:functiongraph::{name}" if name else ""
        request = provider_pb2.ConfigureRequest(
            urn=urn, name=name, args=struct(settings), acceptSecrets=True
        )
        return self.call("Configure", request)

    # --- a resource

    def check(
        self, name: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> Any:
        request = provider_pb2.CheckRequest(urn=urn_of(name), news=struct(news))
        if olds is not None:
            request.olds.CopyFrom(struct(olds))
        return self.call("Check", request)

    def checked(
        self, name: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The inputs of a config that is valid."""
        found = self.check(name, news, olds)
        assert not found.failures, found.failures
        return plain(found.inputs)

    def diff(
        self,
        name: str,
        id_: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        *,
        ignored: tuple[str, ...] = (),
    ) -> Any:
        request = provider_pb2.DiffRequest(
            id=id_, urn=urn_of(name), olds=struct(olds), news=struct(news), ignoreChanges=ignored
        )
        return self.call("Diff", request)

    def create(self, name: str, inputs: Mapping[str, Any], *, preview: bool = False) -> Any:
        request = provider_pb2.CreateRequest(
            urn=urn_of(name), properties=struct(inputs), preview=preview
        )
        return self.call("Create", request)

    def made(self, name: str, news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Check and create; the id, and what state then holds."""
        created = self.create(name, self.checked(name, news))
        return created.id, plain(created.properties)

    def update(
        self,
        name: str,
        id_: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        *,
        preview: bool = False,
    ) -> Any:
        request = provider_pb2.UpdateRequest(
            id=id_, urn=urn_of(name), olds=struct(olds), news=struct(news), preview=preview
        )
        return self.call("Update", request)

    def read(
        self,
        name: str,
        id_: str,
        state: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Any:
        request = provider_pb2.ReadRequest(
            id=id_,
            urn=urn_of(name),
            properties=struct(state or {}),
            inputs=struct(inputs or {}),
        )
        return self.call("Read", request)

    def delete(self, name: str, id_: str, state: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(id=id_, urn=urn_of(name), properties=struct(state))
        self.call("Delete", request)

    def leave_to_gate(self, *names: str) -> None:
        """Tell it as a Python program does what its gate judges."""
        self.invoke(JUDGED_BY_GATE, {"urns": [urn_of(name) for name in names]})

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Any:
        return self.call("Invoke", provider_pb2.InvokeRequest(tok=token, args=struct(arguments)))
