"""The sockets that listen on a port are told apart from those that listened there before."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from pulumi_functiongraph.bridge import listening_sockets as module
from pulumi_functiongraph.bridge.listening_sockets import listening_sockets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells them")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_a_socket_has_one_name_as_long_as_it_listens_and_the_next_one_another() -> None:
    port = free_port()
    assert listening_sockets(port) == frozenset()
    with socket.create_server(("127.0.0.1", port)) as server:
        names = listening_sockets(port)
        assert len(names) == 1
        with socket.create_connection(("127.0.0.1", port)), server.accept()[0]:
            assert listening_sockets(port) == names
    assert listening_sockets(port) == frozenset()
    with socket.create_server(("127.0.0.1", port)):
        assert listening_sockets(port).isdisjoint(names)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_a_socket_of_ipv6_is_seen_too() -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError as error:
        pytest.skip(str(error))
    with server:
        assert len(listening_sockets(server.getsockname()[1])) == 1


@pytest.mark.parametrize("missing", ["_BOOT", "_TABLES"])
def test_nothing_is_known_where_the_system_does_not_say(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    monkeypatch.setattr(module, missing, (gone, gone) if missing == "_TABLES" else gone)
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert listening_sockets(server.getsockname()[1]) == frozenset()
