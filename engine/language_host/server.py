"""Serves one engine, until the engine interrupts it or is gone."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc

from language_host.children import Children
from language_host.protocol import skip_sdk

_CALLS = 32
"""Calls at once: one for the program, and one for each policy pack and source plugin."""

_LOOK_FOR_ENGINE = 2.0
"""Seconds between two looks whether the engine still lives."""


def main(arguments: list[str]) -> int:
    """Serve until told to stop, and return the exit code.

    Prints the port that it listens on, as the engine expects of every plugin.

    Args:
        arguments: options, which are ignored, and last the address of the engine.
    """
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    children = Children()
    server = _serve(children, engine=arguments[-1] if arguments else "")
    while not stop.wait(_LOOK_FOR_ENGINE):
        if os.getppid() != parent:
            break
    children.end_all()
    server.stop(grace=None).wait()
    return 0


def _serve(children: Children, *, engine: str) -> grpc.Server:
    skip_sdk()
    from pulumi.runtime.proto.language_pb2_grpc import add_LanguageRuntimeServicer_to_server

    from language_host.servicer import LanguageHost

    # Configurations and schemas may be larger than the 4 MiB that gRPC allows by default.
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(_CALLS), options=unlimited)
    add_LanguageRuntimeServicer_to_server(LanguageHost(children=children, engine=engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    return server
