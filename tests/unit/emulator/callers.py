"""Callers that may not do everything: an agency and a restricted user."""

import json
from typing import Any

import httpx

from unit.emulator.client import PROJECT, CloudClient
from unit.emulator.iam_calls import PROJECT_SCOPE, request_token, token_of

OBJECT = "obs:*:*:object:results/success/a"
ANN = ("ANNSKEY", "anns-secret")
TOPIC = f"urn:smn:cn-north-4:{PROJECT}:order-events"


def seed(client: CloudClient, *grants: Any) -> None:
    document = {
        "agencies": [{"name": "notify", "grants": list(grants)}],
        "buckets": [{"name": "results"}],
    }
    client.control("POST", "seed", document)


def ask(client: CloudClient, action: str, resource: str = OBJECT) -> Any:
    body = {"agency": "notify", "action": action, "resource": resource}
    return client.control("POST", "authorize", body)


def assume(client: CloudClient, **changes: Any) -> httpx.Response:
    first = token_of(request_token(client))
    role = {"domain_name": "local-cloud", "agency_name": "notify", **changes}
    identity = {"methods": ["assume_role"], "assume_role": role}
    body = json.dumps({"auth": {"identity": identity, "scope": PROJECT_SCOPE}}).encode()
    return client.request("POST", "/v3/auth/tokens", content=body, headers={"x-auth-token": first})


def temporary_key(client: CloudClient, **changes: Any) -> httpx.Response:
    role = {"domain_name": "local-cloud", "agency_name": "notify", **changes}
    identity = {"methods": ["assume_role"], "assume_role": role}
    return client.call(
        "POST", "/v3.0/OS-CREDENTIAL/securitytokens", {"auth": {"identity": identity}}
    )


def policy(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), **more}
    return {"policy": {"Version": "1.1", "Statement": [statement]}, "scope": "domain"}


def hold_ann(client: CloudClient, *grants: Any) -> None:
    """A user with an access key and a password, who may do no more than `grants`."""
    client.control(
        "POST",
        "seed",
        {
            "users": [{"name": "ann", "password": "anns-password", "grants": list(grants)}],
            "credentials": [{"access_key": ANN[0], "secret_key": ANN[1], "user": "ann"}],
        },
    )
