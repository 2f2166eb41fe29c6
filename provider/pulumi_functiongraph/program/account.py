"""The account that the running program's config names."""

from __future__ import annotations

import pulumi

from pulumi_functiongraph.bridge.clients import NAMESPACE, Account
from pulumi_functiongraph.core.one_line import visible_lines

_WARNED: set[str] = set()
"""The warnings of this process; each is given once."""


def _warn_once(text: str) -> None:
    if text not in _WARNED:
        _WARNED.add(text)
        pulumi.log.warn(visible_lines(text))


def of_program() -> Account:
    """The account that the running program's config names."""
    return Account(pulumi.Config(NAMESPACE).get, warn=_warn_once)
