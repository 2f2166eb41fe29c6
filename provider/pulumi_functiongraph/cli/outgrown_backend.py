"""Whether the stack that is selected here has outgrown the backend that keeps its state.

Pulumi is asked for the number of resources and for the kind of the backend, both of which it says
without a passphrase. The backend's address is not shown: it may hold a password.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from pulumi_functiongraph.cli.engine import NoAnswer, ask_pulumi
from pulumi_functiongraph.cli.stack_config import project_around
from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.report.doctor.checks import SelfCheck

MOST_IN_A_FILE = 250
"""Resources; a change of more costs twice what it costs without checkpoints. Source of both:
docs/many-configs.md, "When a stack has outgrown its backend"."""

MOST_IN_A_BUCKET = 50
"""Resources; a change of more waits for the bucket for over 20 seconds."""

_TIMEOUT = 60.0
"""Seconds for one answer of Pulumi."""

_WHAT = "state"


class _ListedStack(BaseModel):
    """One entry of ``pulumi stack ls --json``."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True)

    name: str
    current: bool
    resources: int | None = Field(default=None, alias="resourceCount", ge=0)


class _Backend(BaseModel):
    """What ``pulumi whoami --verbose --json`` says."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True)

    url: str


def backend_checks(folder: Path) -> Iterator[SelfCheck]:
    """The one check, where a stack is selected in a folder, or Pulumi cannot say whether one is."""
    project = project_around(folder)
    if project is None:
        return

    def asked(*command: str) -> bytes:
        return ask_pulumi(*command, "--json", timeout=_TIMEOUT, folder=project.parent)

    try:
        stacks = TypeAdapter(list[_ListedStack]).validate_json(asked("stack", "ls"))
        selected = next((each for each in stacks if each.current), None)
        if selected is None:
            return
        backend = _Backend.model_validate_json(asked("whoami", "--verbose"))
        scheme = urlsplit(backend.url).scheme
    except NoAnswer as error:
        yield _unknown(str(error))
    except ValueError:
        yield _unknown("what pulumi stack ls or pulumi whoami says cannot be read")
    else:
        yield _check(selected, scheme)


def _check(stack: _ListedStack, scheme: str) -> SelfCheck:
    if stack.resources is None:
        return _unknown("pulumi stack ls does not say how many resources it has")
    if not scheme:
        return _unknown("pulumi whoami does not say which kind of backend it is")
    kept = f"{counted(stack.resources, 'resource')} of stack {stack.name}"
    if scheme in {"http", "https"}:
        return SelfCheck("ok", _WHAT, f"{kept} in Pulumi Cloud, or what speaks as it does")
    place, most = "in a file", MOST_IN_A_FILE
    if scheme != "file":
        place, most = f"in a backend over the network ({scheme})", MOST_IN_A_BUCKET
    if stack.resources <= most:
        return SelfCheck("ok", _WHAT, f"{kept} {place}")
    return SelfCheck(
        "warn",
        _WHAT,
        f"{kept} {place}, which Pulumi writes whole, twice for each one that changes; up to {most} "
        "that is quick enough",
        "docs/many-configs.md says what helps, and what it risks: to go without checkpoints, or "
        "several stacks",
    )


def _unknown(why: str) -> SelfCheck:
    message = f"not known whether the stack has outgrown its backend: {why}"
    return SelfCheck("warn", _WHAT, message, "pulumi stack ls must say it in this folder")
