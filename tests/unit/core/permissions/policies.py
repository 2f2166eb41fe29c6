"""Small policy documents for tests."""

from __future__ import annotations

from typing import Any

PUT = "obs:object:PutObject"
KEY = "obs:*:*:object:results/orders/1.json"


def policy(*statements: dict[str, Any], version: str = "1.1") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), **more}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), **more}


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {operator: {key: list(values)}}
