"""A stand-in for the language host for Node.js, which nobody builds here: it runs a program.

Like the official one it starts the SDK's own `cmd/run`, in the folder of the program. Started as
``python language_host.py ENGINE_FOLDER [options] ENGINE_ADDRESS``.
"""

import json
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])

import grpc
from pulumi.runtime.proto import language_pb2
from pulumi.runtime.proto.language_pb2_grpc import add_LanguageRuntimeServicer_to_server
from typing_extensions import override

from language_host.children import Children
from language_host.servicer import LanguageHost

SHOWN_ALREADY = 32
"""The exit code of `cmd/run` where the engine need say no more."""


class NodeHost(LanguageHost):
    """Runs Node.js programs for one engine."""

    def __init__(self, *, children: Children, engine: str) -> None:
        super().__init__(children=children, engine=engine)
        self._processes = children

    @override
    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Run a program with the SDK that is installed for it."""
        program = Path(request.info.program_directory or request.pwd)
        told = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "root-directory": request.info.root_directory,
            "pwd": request.pwd,
            "parallel": str(request.parallel),
        }
        command = [
            "node",
            str(program / "node_modules" / "@pulumi" / "pulumi" / "cmd" / "run"),
            *(part for name, value in told.items() for part in (f"--{name}", value)),
            *(["--dry-run"] if request.dryRun else []),
            request.info.entry_point or ".",
        ]
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            "PULUMI_NODEJS_TYPESCRIPT": "true",
        }
        with self._processes.running(
            command, cwd=Path(request.pwd), environment=environment, piped=False
        ) as process:
            context.add_callback(process.terminate)
            code = process.wait()
        if code == SHOWN_ALREADY:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with {code}" if code else "")


def main() -> None:
    """Serve until the engine interrupts this process or is gone."""
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    children = Children()
    server = grpc.server(ThreadPoolExecutor(8))
    host = NodeHost(children=children, engine=sys.argv[-1])
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not stop.wait(2):
        if os.getppid() != parent:
            break
    children.end_all()
    server.stop(grace=None).wait()


if __name__ == "__main__":
    main()
