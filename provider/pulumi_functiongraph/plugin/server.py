"""The gRPC server of the plugin's process, from its port to its end."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.bridge.run_ownership import RUN
from pulumi_functiongraph.plugin.servicer import PluginServicer
from pulumi_functiongraph.plugin.version import installed_version

CALLS_AT_ONCE = 64
"""Threads, as a call waits for answers of a cloud; the engine asks for ``--parallel`` at once."""

LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes; Pulumi SDK, ``sdk/go/common/util/rpcutil``."""

_SECONDS_TO_END = 1.0


def serve(arguments: Sequence[str]) -> int:
    """Serve the engine until it ends this process, or is gone.

    The engine ends a plugin with SIGINT and waits for it. It has put the process into a group of
    its own, so that a person's Ctrl-C does not reach it.

    Args:
        arguments: what the engine has started this process with; the last one is its address.
    """
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    engine = EngineProcess.of(arguments)
    options = [
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ]
    server = grpc.server(ThreadPoolExecutor(CALLS_AT_ONCE), options=options)
    provider = PluginServicer(engine, version=installed_version())
    add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    gc.freeze()  # modules stay: no search for garbage looks at them
    _print_port(port)
    engine.end_with()
    ended.wait()
    server.stop(None).wait(_SECONDS_TO_END)
    RUN.leave()
    os._exit(0)  # threads in the middle of a call would be waited for


def _print_port(port: int) -> None:
    """Print it on a line, as the engine reads it; end this process where nobody can."""
    try:
        if sys.stdout is not None:
            sys.stdout.write(f"{port}\n")
            sys.stdout.flush()
            return
    except OSError:
        pass
    os._exit(1)  # Python would try to write it once more
