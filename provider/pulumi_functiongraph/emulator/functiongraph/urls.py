"""FunctionGraph's routes, as the API reference gives them."""

from pulumi_functiongraph.emulator.functiongraph import (
    agency_responses,
    async_config_responses,
    code_responses,
    errors,
    invocation_responses,
    responses,
    trigger_responses,
)
from pulumi_functiongraph.emulator.http.routing import (
    ASYNC_EVENT_BODY,
    EVENT_BODY,
    LARGE_BODY,
    SMALL_BODY,
    Handler,
    Route,
    Service,
)

SERVICE = Service(
    name="functiongraph",
    forbidden=errors.FORBIDDEN,
    too_large=errors.BODY_TOO_LARGE,
    unavailable=errors.INTERNAL,
)

_FUNCTIONS = "/v2/{project_id}/fgs/functions"
_FUNCTION = f"{_FUNCTIONS}/{{function_urn}}"
_CONFIG = f"{_FUNCTION}/async-invoke-config"
_ALIAS = f"{_FUNCTION}/aliases/{{alias_name}}"
_TRIGGERS = "/v2/{project_id}/fgs/triggers/{function_urn}"
_TRIGGER = f"{_TRIGGERS}/{{trigger_type_code}}/{{trigger_id}}"


def _route(
    method: str, path: str, operation: str, handler: Handler, *, body_limit: int = SMALL_BODY
) -> Route:
    return Route(SERVICE, method, path, operation, handler, body_limit=body_limit)


ROUTES = (
    _route(
        "GET",
        _CONFIG,
        "ShowFunctionAsyncInvokeConfig",
        async_config_responses.show_function_async_invoke_config,
    ),
    _route(
        "PUT",
        _CONFIG,
        "UpdateFunctionAsyncInvokeConfig",
        async_config_responses.update_function_async_invoke_config,
    ),
    _route(
        "DELETE",
        _CONFIG,
        "DeleteFunctionAsyncInvokeConfig",
        async_config_responses.delete_function_async_invoke_config,
    ),
    _route(
        "GET",
        f"{_FUNCTION}/async-invoke-configs",
        "ListFunctionAsyncInvokeConfig",
        async_config_responses.list_function_async_invoke_config,
    ),
    Route(
        SERVICE,
        "POST",
        f"{_FUNCTION}/invocations",
        "InvokeFunction",
        invocation_responses.invoke_function,
        body_limit=EVENT_BODY,
        waits=True,
    ),
    _route(
        "POST",
        f"{_FUNCTION}/invocations-async",
        "AsyncInvokeFunction",
        invocation_responses.async_invoke_function,
        body_limit=ASYNC_EVENT_BODY,
    ),
    _route(
        "GET",
        f"{_FUNCTION}/async-invocations",
        "ListAsyncInvocations",
        invocation_responses.list_async_invocations,
    ),
    _route(
        "GET",
        f"{_FUNCTION}/active-async-invocations",
        "ListActiveAsyncInvocations",
        invocation_responses.list_active_async_invocations,
    ),
    _route(
        "POST",
        f"{_FUNCTION}/cancel",
        "CancelAsyncInvocation",
        invocation_responses.cancel_async_invocation,
    ),
    _route("GET", f"{_FUNCTION}/config", "ShowFunctionConfig", responses.show_function_config),
    _route("PUT", f"{_FUNCTION}/config", "UpdateFunctionConfig", responses.update_function_config),
    _route("GET", f"{_FUNCTION}/code", "ShowFunctionCode", code_responses.show_function_code),
    _route(
        "PUT",
        f"{_FUNCTION}/code",
        "UpdateFunctionCode",
        code_responses.update_function_code,
        body_limit=LARGE_BODY,
    ),
    _route("GET", _FUNCTIONS, "ListFunctions", responses.list_functions),
    _route(
        "POST",
        _FUNCTIONS,
        "CreateFunction",
        responses.create_function,
        body_limit=LARGE_BODY,
    ),
    _route("DELETE", _FUNCTION, "DeleteFunction", responses.delete_function),
    _route(
        "GET",
        f"{_FUNCTION}/versions",
        "ListFunctionVersions",
        responses.list_function_versions,
    ),
    _route(
        "POST",
        f"{_FUNCTION}/versions",
        "CreateFunctionVersion",
        responses.create_function_version,
    ),
    _route("GET", f"{_FUNCTION}/aliases", "ListVersionAliases", responses.list_version_aliases),
    _route("POST", f"{_FUNCTION}/aliases", "CreateVersionAlias", responses.create_version_alias),
    _route("GET", _ALIAS, "ShowVersionAlias", responses.show_version_alias),
    _route("PUT", _ALIAS, "UpdateVersionAlias", responses.update_version_alias),
    _route("DELETE", _ALIAS, "DeleteVersionAlias", responses.delete_version_alias),
    _route(
        "POST",
        _TRIGGERS,
        "CreateFunctionTrigger",
        trigger_responses.create_function_trigger,
    ),
    _route("GET", _TRIGGERS, "ListFunctionTriggers", trigger_responses.list_function_triggers),
    _route(
        "DELETE",
        _TRIGGERS,
        "BatchDeleteFunctionTriggers",
        trigger_responses.batch_delete_function_triggers,
    ),
    _route(
        "GET",
        "/v2/{project_id}/fgs/service-trusted-agencies",
        "ListServiceTrustedAgencies",
        agency_responses.list_service_trusted_agencies,
    ),
    _route("GET", _TRIGGER, "ShowFunctionTrigger", trigger_responses.show_function_trigger),
    _route("PUT", _TRIGGER, "UpdateTrigger", trigger_responses.update_trigger),
    _route("DELETE", _TRIGGER, "DeleteFunctionTrigger", trigger_responses.delete_function_trigger),
)
