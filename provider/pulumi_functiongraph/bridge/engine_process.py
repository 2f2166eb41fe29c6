"""Watches the engine that started this provider process, and ends with it.

Nobody records what a provider does after its engine was killed: it would write configs that are in
no state. So the process ends soon after its engine, and no attempt of a request starts without it.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Sequence

import msgspec

SECONDS_BETWEEN_LOOKS = 0.5
"""So that the process ends well within two seconds of its engine."""

_ADDRESS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\Z")


class EngineProcess(msgspec.Struct, frozen=True):
    """The engine, as the process that it started knows it.

    Attributes:
        parent: the process id of the parent at the start. The engine replaces the launcher of a
            provider with the provider itself, so that is the engine, except behind a wrapper.
        address: host and port on which the engine serves its plugins, ``None`` where it gave none.
    """

    parent: int
    address: tuple[str, int] | None

    @classmethod
    def of(cls, arguments: Sequence[str]) -> EngineProcess:
        """The engine that started this process with these arguments; its address is the last."""
        return cls(os.getppid(), address_in(arguments[-1]) if arguments else None)

    def is_alive(self) -> bool:
        """Whether the parent is still there, and the address still answers.

        A process is handed to another parent when its own dies. Behind a wrapper, and on Windows,
        the address tells.
        """
        if os.getppid() != self.parent:
            return False
        return self.address is None or is_served(self.address)

    def end_with(self) -> None:
        """Let this process end soon after its engine, whatever it is waiting for."""
        threading.Thread(target=self._watch, name="engine", daemon=True).start()

    def end_without(self) -> None:
        """End this process now if its engine is dead; called before each attempt of a request."""
        if not self.is_alive():
            os._exit(1)  # there is nobody to report it to

    def _watch(self) -> None:
        while self.is_alive():
            time.sleep(SECONDS_BETWEEN_LOOKS)
        os._exit(1)  # same


def is_served(address: tuple[str, int]) -> bool:
    """Whether an engine may serve an address: only a refused connection means that none does."""
    try:
        socket.create_connection(address, timeout=1).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True


def address_in(text: str) -> tuple[str, int] | None:
    """The host and port of an engine on this machine, ``None`` where a text is none."""
    found = _ADDRESS.match(text)
    return (found[1].strip("[]"), int(found[2])) if found else None
