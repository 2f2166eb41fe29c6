"""One check of `fgctl doctor`."""

from __future__ import annotations

from typing import Literal

import msgspec


class SelfCheck(msgspec.Struct, frozen=True):
    """One check.

    Attributes:
        state: ``ok``, ``warn`` where something works less well, ``bad`` where it does not work.
        what: what was checked.
        message: what was found.
        remedy: what to do, empty when there is nothing to do.
    """

    state: Literal["ok", "warn", "bad"]
    what: str
    message: str
    remedy: str = ""
