"""The server process: where it listens, a ready line, a clean stop on SIGTERM and SIGINT."""

import asyncio
import contextlib
import ipaddress
import logging
import os
import re
import resource
import signal
import socket
from collections.abc import Callable, Iterable, Iterator

import uvicorn

from pulumi_functiongraph.emulator.http.application import Application
from pulumi_functiongraph.emulator.http.connections import Connection
from pulumi_functiongraph.emulator.http.hosts import Hosts
from pulumi_functiongraph.emulator.local_cloud import LocalCloud

GRACE_SECONDS = 2
"""How long a stop waits for answers that are under way."""
BACKLOG = 2048
OPEN_FILES = 1024
"""Handles that the process asks for, where it has fewer; connections take half of them."""


class NotLoopbackError(ValueError):
    """The address to listen on is not of this machine alone."""


def listen(*, host: str, port: int, allow_remote: bool = False) -> socket.socket:
    """A socket on a loopback address; port 0 is any.

    Args:
        host: an address, or localhost.
        port: its number.
        allow_remote: whether other machines may reach the address.

    Raises:
        NotLoopbackError: `host` is not a loopback address, and not allowed; or is no address.
        OSError: the port is taken or not allowed, or the address is not of this machine.
    """
    address = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise NotLoopbackError(f"{host} is no address; use 127.0.0.1 or ::1") from None
    if not parsed.is_loopback and not allow_remote:
        raise NotLoopbackError(
            f"{host} is not a loopback address: the local cloud's controls need no credentials, "
            "so it listens on 127.0.0.1 or ::1, and elsewhere only with --allow-remote"
        )
    family = socket.AF_INET6 if parsed.version == 6 else socket.AF_INET  # noqa: PLR2004 # IPv6
    # Named, since asyncio sets TCP_NODELAY only then: answers would wait 40 ms for it otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Where a program of this machine finds a listening socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # no bind here
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(listener: socket.socket) -> bool:
    """Whether only programs of this machine can reach a listening socket."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def serve(
    cloud: LocalCloud,
    *,
    listener: socket.socket,
    on_ready: Callable[[], None],
    allowed_hosts: Iterable[str] = (),
    lifeline: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called once requests are taken.

    `allowed_hosts` are names that requests may call this machine by, beside its own. `lifeline`
    is the descriptor of a pipe: once nobody has its other end, the server stops.
    """
    _ask_for_files()
    _log_plainly()
    config = uvicorn.Config(
        Application(cloud, hosts=Hosts(allowed_hosts)),
        http=Connection,
        log_config=None,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,  # each answer has the date of the cloud's own clock
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
    )
    server = _Server(config, on_ready, cloud.store.changes.end, lifeline)
    asyncio.run(server.serve(sockets=[listener]))


def _ask_for_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, hard))


def _log_plainly() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter("%(levelname)s: %(message)s"))
    for name in ("uvicorn", "functiongraph.emulator"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False


class PlainFormatter(logging.Formatter):
    """Writes control characters as they are spelled, so that no request rules a terminal."""

    _CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def format(self, record: logging.LogRecord) -> str:
        """The record with line breaks and tabs, and no other control character."""
        return self._CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", super().format(record))


class _Server(uvicorn.Server):
    """uvicorn, except that a signal ends it with success and not by that signal."""

    def __init__(
        self,
        config: uvicorn.Config,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
        lifeline: int | None,
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop
        self._lifeline = lifeline

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        if self._lifeline is not None:
            loop.add_reader(self._lifeline, self._read, self._lifeline)
        yield

    def _read(self, lifeline: int) -> None:
        if not os.read(lifeline, 4096):
            asyncio.get_running_loop().remove_reader(lifeline)
            self._stop()

    def _stop(self) -> None:
        self.should_exit = True
        self._on_stop()
