"""The vendor's own clients."""

import json
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkdis import v2 as dis
from huaweicloudsdkfunctiongraph import v2 as functiongraph
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdksmn import v2 as smn

from contract.drivers import Destination, Listening, Reason, Refused, Seen, Setting

PAGE = 3
"""Items a page: small, so that there are pages."""

_REASONS: Mapping[int, Reason] = {
    400: "rejected",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    429: "throttled",
}


@contextmanager
def told() -> Iterator[None]:
    """Turn what the vendor's client raises into what every driver raises."""
    try:
        yield
    except ServiceResponseException as error:
        raise Refused(_REASONS.get(error.status_code, "unavailable")) from error


def credentials(environment: Mapping[str, str]) -> Any:
    """Project-level credentials from the environment variables."""
    found = BasicCredentials(
        environment["HUAWEICLOUD_SDK_AK"],
        environment["HUAWEICLOUD_SDK_SK"],
        environment["HUAWEICLOUD_SDK_PROJECT_ID"],
    )
    token = environment.get("HUAWEICLOUD_SDK_SECURITY_TOKEN")
    return found.with_security_token(token) if token else found


def endpoint(environment: Mapping[str, str], service: str) -> str:
    """Where a service is."""
    found: str = json.loads(environment["FUNCTIONGRAPH_ENDPOINTS"])[service]
    return found


def functiongraph_client(environment: Mapping[str, str]) -> Any:
    """The vendor's client of FunctionGraph."""
    return (
        functiongraph.FunctionGraphClient.new_builder()
        .with_credentials(credentials(environment))
        .with_endpoints([endpoint(environment, "functiongraph")])
        .build()
    )


def smn_client(environment: Mapping[str, str]) -> Any:
    """The vendor's client of SMN."""
    return (
        smn.SmnClient.new_builder()
        .with_credentials(credentials(environment))
        .with_endpoints([endpoint(environment, "smn")])
        .build()
    )


def dis_client(environment: Mapping[str, str]) -> Any:
    """The vendor's client of DIS."""
    return (
        dis.DisClient.new_builder()
        .with_credentials(credentials(environment))
        .with_endpoints([endpoint(environment, "dis")])
        .build()
    )


def iam_client(environment: Mapping[str, str], *, domain_id: str | None = None) -> Any:
    """The vendor's client of IAM; without the domain's id it asks for it by itself."""
    known = GlobalCredentials(
        environment["HUAWEICLOUD_SDK_AK"], environment["HUAWEICLOUD_SDK_SK"], domain_id
    ).with_iam_endpoint(endpoint(environment, "iam"))
    return (
        iam.IamClient.new_builder()
        .with_credentials(known)
        .with_endpoints([endpoint(environment, "iam")])
        .build()
    )


class VendorDriver:
    """huaweicloudsdkfunctiongraph."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._client = functiongraph_client(environment)
        self._smn = smn_client(environment)

    def put(self, urn: str, setting: Setting) -> Seen:
        """Create or replace a config."""
        body = functiongraph.UpdateFunctionAsyncInvokeConfigRequestBody(
            max_async_event_age_in_seconds=setting.age,
            max_async_retry_attempts=setting.retries,
            destination_config=functiongraph.FuncAsyncDestinationConfig(
                on_success=_destination(setting.on_success),
                on_failure=_destination(setting.on_failure),
            ),
        )
        request = functiongraph.UpdateFunctionAsyncInvokeConfigRequest(function_urn=urn, body=body)
        with told():
            return _seen(self._client.update_function_async_invoke_config(request))

    def get(self, urn: str) -> Seen | None:
        """A config, or None when there is none."""
        request = functiongraph.ShowFunctionAsyncInvokeConfigRequest(function_urn=urn)
        try:
            with told():
                return _seen(self._client.show_function_async_invoke_config(request))
        except Refused as refused:
            if refused.reason == "not found":
                return None
            raise

    def delete(self, urn: str) -> None:
        """Remove a config; one that is gone already is fine."""
        request = functiongraph.DeleteFunctionAsyncInvokeConfigRequest(function_urn=urn)
        try:
            with told():
                self._client.delete_function_async_invoke_config(request)
        except Refused as refused:
            if refused.reason != "not found":
                raise

    def configs(self, urn: str) -> list[Seen]:
        """The configs of all versions of a function, over all pages."""

        def page(marker: int) -> tuple[list[Any], int]:
            request = functiongraph.ListFunctionAsyncInvokeConfigRequest(
                function_urn=urn, marker=str(marker), limit=str(PAGE)
            )
            answer = self._client.list_function_async_invoke_config(request)
            return answer.async_invoke_configs, answer.page_info.next_marker

        return [_seen(config) for config in _walk(page)]

    def functions(self) -> list[str]:
        """URNs of the project's functions, with `latest`, over all pages."""

        def page(marker: int) -> tuple[list[Any], int]:
            request = functiongraph.ListFunctionsRequest(marker=str(marker), maxitems=str(PAGE))
            answer = self._client.list_functions(request)
            return answer.functions, answer.next_marker

        return [f"{function.func_urn}:latest" for function in _walk(page)]

    def aliases(self, urn: str) -> dict[str, str]:
        """Alias → version."""
        request = functiongraph.ListVersionAliasesRequest(function_urn=urn)
        with told():
            answer = self._client.list_version_aliases(request)
        return {alias.name: alias.version for alias in answer.body}

    def triggers(self, urn: str) -> list[Listening]:
        """What a version or an alias listens to, in the order of creation."""
        request = functiongraph.ListFunctionTriggersRequest(function_urn=urn)
        try:
            with told():
                answer = self._client.list_function_triggers(request)
        except Refused as refused:
            if refused.reason == "not found":
                return []
            raise
        return [
            listening
            for each in answer.body or []
            if each.trigger_status == "ACTIVE"
            for listening in _listening(each.trigger_type_code, each.event_data)
        ]

    def subscribed(self, topic_urn: str) -> list[str]:
        """URNs of the functions that a topic triggers, over all pages."""

        def page(offset: int) -> tuple[list[Any], int]:
            request = smn.ListSubscriptionsByTopicRequest(
                topic_urn=topic_urn, offset=offset, limit=PAGE
            )
            answer = self._smn.list_subscriptions_by_topic(request)
            return answer.subscriptions, offset + len(answer.subscriptions)

        served = [each for each in _walk(page) if each.status == 1]
        return [each.endpoint for each in served if each.protocol == "functionstage"]


def _listening(kind: str, event_data: Any) -> Iterator[Listening]:
    if kind == "OBS":
        yield Listening(event_data.bucket, event_data.prefix or "", event_data.suffix or "")
    elif kind == "SMN":
        yield Listening(event_data.topic_urn)
    elif kind == "DIS":
        yield Listening(event_data.stream_name)


def _walk(page: Callable[[int], tuple[list[Any], int]]) -> list[Any]:
    found: list[Any] = []
    marker = 0
    while True:
        with told():
            items, following = page(marker)
        found.extend(items)
        if not items or following <= marker:
            return found
        marker = following


def _destination(wanted: Destination | None) -> Any:
    if wanted is None:
        return None
    return functiongraph.FuncDestinationConfig(
        destination=wanted.service, param=json.dumps(dict(wanted.param))
    )


def _seen(config: Any) -> Seen:
    targets = config.destination_config
    return Seen(
        urn=urllib.parse.unquote(config.func_urn),
        setting=Setting(
            age=config.max_async_event_age_in_seconds,
            retries=config.max_async_retry_attempts,
            on_success=_read(targets.on_success),
            on_failure=_read(targets.on_failure),
        ),
        created=config.created_time,
        modified=config.last_modified,
    )


def _read(target: Any) -> Destination | None:
    if target is None or not target.destination:
        return None
    return Destination(target.destination, json.loads(target.param))
