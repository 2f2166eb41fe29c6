"""What a tired person does next; which remedy fits an answer is in `http_errors`."""

from __future__ import annotations

from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    AssumedAgency,
    Credentials,
    Password,
)
from pulumi_functiongraph.cloud.endpoints import Service, override_hint
from pulumi_functiongraph.cloud.http.call import Call
from pulumi_functiongraph.core.amounts import counted

_SET_AN_AGENCY = (
    "on the function's page, Configuration > Permissions (xrole in the API), set an agency that is "
    "delegated to FunctionGraph and may write to the target. A change takes about ten minutes to "
    "take effect"
)
AGENCY = f"The function has no agency, or its agency may not reach the target: {_SET_AN_AGENCY}"
"""While it is not known which of the two."""

_NEW_KEYS = (
    "Set others with pulumi config set --secret functiongraph:accessKey (and secretKey, "
    "securityToken), or in the environment (HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or another "
    "complete set). pulumi refresh and pulumi destroy use the settings kept in the stack's state: "
    "after a change of keys, run them with --run-program"
)


def agency(name: str) -> str:
    """What is wrong with a function's agency, given its name, empty when it has none."""
    if not name:
        return f"The function has no agency. To fix it, {_SET_AN_AGENCY}"
    return f"The function's agency is {name}, and it may not reach the target: {_SET_AN_AGENCY}"


def unauthorized(credentials: Credentials, source: str, *, skew: int) -> str:
    """A 401, by the kind of credentials.

    Args:
        credentials: what was refused; only its kind is shown.
        source: where it came from.
        skew: seconds that the local clock is ahead of the cloud's, 0 when that does not matter.
    """
    clock = ""
    if isinstance(credentials, AssumedAgency):
        clock = _clock(skew)
        what = f"The temporary key of agency {credentials.name}"
        why = "check that the agency is still there, and the clock of this machine"
    elif isinstance(credentials, AccessKey):
        clock = _clock(skew)
        what = "The access key"
        why = "check that key and secret belong together, are enabled, and belong to this cloud"
        if credentials.security_token is not None:
            what, why = "The temporary access key", "it may have expired: get a new one"
    elif isinstance(credentials, Password):
        what, why = "The user", "check name, domain and password, and that the user may log in"
    else:
        what, why = "The token", "it may have expired (tokens live 24 hours): get a new one"
    return f"{clock}{what} from {source} was refused: {why}. {_NEW_KEYS}"


def _clock(skew: int) -> str:
    if not skew:
        return ""
    side = "ahead of" if skew > 0 else "behind"
    return (
        f"This machine's clock is {counted(abs(skew), 'second')} {side} the cloud's, and "
        "signatures of another time are refused: set the clock first. "
    )


def forbidden(call: Call) -> str:
    """A 403 that is not about an agency."""
    where = f" in {call.scope.kind} {call.scope.id}" if call.scope else ""
    if call.service == "obs":
        return (
            "The credentials may not look at it: ask for a permission for OBS, or for a bucket "
            "policy when the bucket is another account's; OBS does not always say so when it is "
            "the secret key that is wrong"
        )
    if call.service == "functiongraph":
        role = "such as FunctionGraph FullAccess (FunctionGraph ReadOnlyAccess for reading)"
    else:
        role = f"for {call.service.upper()}"
    return (
        f"The credentials are known and may not{where}: ask for a permission {role}, or check "
        "that the URN's project is one of yours"
    )


def throttled(retry_after: str) -> str:
    """A 429 that did not end."""
    is_number = retry_after.isdecimal() and len(retry_after) < 10  # noqa: PLR2004 - three decades
    asked = f" (it asks to wait {counted(int(retry_after), 'second')})" if is_number else ""
    return (
        f"Too many requests{asked}: run it again later, or fewer at once (pulumi up --parallel 2)"
    )


def rejected(*, is_local: bool) -> str:
    """A 4xx whose reason the service gives."""
    whose = "the local cloud" if is_local else "the service"
    return f"Fix what {whose} names, or {_who_helps(is_local=is_local)}"


def unavailable(call: Call, status: int, *, is_local: bool) -> str:
    """A 5xx that did not end."""
    advice = _who_helps(is_local=is_local)
    if status == 500 and call.body and "enable_async_status_log" in call.body:  # noqa: PLR2004 - HTTP: server error
        return (
            "Open Telekom Cloud answers so when enable_async_status_log is sent, even off: leave "
            f"it out there. Else run it again, and {advice}"
        )
    where = "in the local cloud" if is_local else "on the service's side"
    return f"The trouble is {where}: run it again, and if it stays, {advice}"


def _who_helps(*, is_local: bool) -> str:
    return "look into its log" if is_local else "take the request id to the vendor's support"


def wrong_address(service: Service) -> str:
    """What answered is not the service."""
    return f"Check the address of {service}, and a proxy on the way; {override_hint(service)}"
