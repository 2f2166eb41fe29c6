"""Logs lines at resources, at the user's terminal, through the engine."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from pulumi_functiongraph.core.pulumi_urns import name_in


class EngineLog:
    """The engine's log; what it does not take is lost, since a log line stops nobody's work.

    Args:
        address: host and port of the engine, ``None`` while unknown.
        worded: a text as the user of the provider sets its settings.
    """

    def __init__(self, address: tuple[str, int] | None, *, worded: Callable[[str], str]) -> None:
        self._worded = worded
        self._target = f"{address[0]}:{address[1]}" if address else ""
        self._lock = Lock()
        self._stub: engine_pb2_grpc.EngineStub | None = None

    def turn_to(self, target: str) -> None:
        """Log at another engine from now on."""
        if target != self._target:
            with self._lock:
                self._target, self._stub = target, None

    def info(self, message: str, *, urn: str) -> None:
        """Log a line at the resource of a Pulumi URN, by its name: ``--diff`` shows no resource."""
        self._log(engine_pb2.INFO, f"{name_in(urn)}: {message}", urn)

    def warn(self, message: str, *, urn: str) -> None:
        """Log a warning, which names the resource itself, at the resource of a Pulumi URN."""
        self._log(engine_pb2.WARNING, message, urn)

    def _log(self, severity: engine_pb2.LogSeverity.ValueType, message: str, urn: str) -> None:
        stub = self._connected()
        if stub is None:
            return
        try:
            line = engine_pb2.LogRequest(severity=severity, message=self._worded(message), urn=urn)
            stub.Log(line, timeout=5)
        except grpc.RpcError:
            return

    def _connected(self) -> engine_pb2_grpc.EngineStub | None:
        with self._lock:
            if self._stub is None and self._target:
                channel = grpc.insecure_channel(self._target)
                self._stub = engine_pb2_grpc.EngineStub(channel)
            return self._stub
