"""What happened on a local cloud, in words for people; of what its controls show."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

_UNTOLD = frozenset({"started_at", "log"})
"""The time of the line says enough; a log has lines of its own, see `printed`."""

_WITH_VERSION = 8
"""Fields of a function's URN."""


def line_text(line: Mapping[str, Any]) -> str:
    """A line of the journal."""
    moment = datetime.fromisoformat(line["time"])
    name = _function(line["function_urn"])
    detail = {key: value for key, value in line["detail"].items() if key not in _UNTOLD}
    facts = " ".join(f"{key}={_shown(value)}" for key, value in detail.items())
    request = line["request_id"][:8]
    step = line["step"].replace("_", " ")
    return f"{moment:%H:%M:%S}.{moment:%f} {request} {name:<12} {step:<18} {facts}".rstrip()


def printed(line: Mapping[str, Any]) -> list[str]:
    """What a run has printed, as lines that follow that of the journal."""
    return [f"    | {each}" for each in line["detail"].get("log", "").splitlines()]


def notification_text(delivery: Mapping[str, Any]) -> str:
    """How far a notification has come."""
    attempts = _counted(delivery["attempts"], "attempt")
    words = (
        f"{delivery['outcome']} of {delivery['function']} to {delivery['target']} "
        f"{_compact(delivery['param'])}: {delivery['status']} after {attempts}"
    )
    if delivery["error"]:
        words += f", the last failed one: {_shown(delivery['error'])}"
    return words


def invocation_text(invocation: Mapping[str, Any]) -> str:
    """How far a request has come, and who is told."""
    attempts = _counted(invocation["attempts"], "run")
    words = f"{invocation['function']} {invocation['request_id']}: {invocation['status']}"
    words += f" after {attempts}"
    if invocation["error"]:
        words += f", {_shown(invocation['error'])}"
    told = [
        f"{outcome} is told to {_target(invocation[f'on_{outcome}'])}"
        for outcome in ("success", "failure")
    ]
    return f"{words}; {', '.join(told)}"


def missing_text(expected: Mapping[str, object], answer: Mapping[str, Any]) -> str:
    """Why an expectation failed: what was expected, what is there instead, and the last steps."""
    wanted = ", ".join(f"{name}={value}" for name, value in expected.items())
    parts = [f"no such notification: {wanted or 'any'}"]
    parts += [answer["reason"]] if answer["reason"] else []
    parts += _part("notifications instead", map(notification_text, answer["deliveries"]))
    parts += _part("requests", map(invocation_text, answer["invocations"]))
    if answer["lost"]:
        parts += _part("events that reached nobody", map(line_text, answer["lost"]))
    parts += _part("last steps", map(line_text, answer["journal"]))
    return "\n".join(parts)


def _part(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"  {line}" for line in lines]
    return [f"{title}:", *listed] if listed else [f"{title}: none"]


def _function(urn: str) -> str:
    """Its name as orders take it, with package and version unless both are the usual ones."""
    fields = urn.split(":")
    if len(fields) != _WITH_VERSION:
        return urn
    package, name, version = fields[-3:]
    if version != "latest":
        return f"{package}/{name}:{version}"
    return name if package == "default" else f"{package}/{name}"


def _target(target: Mapping[str, Any] | None) -> str:
    if target is None:
        return "nobody"
    [(service, param)] = target.items()
    return f"{service} {_compact(param)}"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else _compact(value)
    if text.isprintable() and " " not in text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in quoted)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
