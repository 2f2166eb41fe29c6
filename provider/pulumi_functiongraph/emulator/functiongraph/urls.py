"""FunctionGraph's routes, as the API reference gives them."""

from functools import partial

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
_CODE = f"{_FUNCTION}/code"
_ALIAS = f"{_FUNCTION}/aliases/{{alias_name}}"
_TRIGGERS = "/v2/{project_id}/fgs/triggers/{function_urn}"
_TRIGGER = f"{_TRIGGERS}/{{trigger_type_code}}/{{trigger_id}}"
_TRUSTED_AGENCIES = "/v2/{project_id}/fgs/service-trusted-agencies"

_route = partial(Route, SERVICE)

ROUTES = (
    _route("GET", _CONFIG, async_config_responses.show_function_async_invoke_config),
    _route("PUT", _CONFIG, async_config_responses.update_function_async_invoke_config),
    _route("DELETE", _CONFIG, async_config_responses.delete_function_async_invoke_config),
    _route("GET", f"{_CONFIG}s", async_config_responses.list_function_async_invoke_config),
    _route(
        "POST",
        f"{_FUNCTION}/invocations",
        invocation_responses.invoke_function,
        body_limit=EVENT_BODY,
        waits=True,
    ),
    _route(
        "POST",
        f"{_FUNCTION}/invocations-async",
        invocation_responses.async_invoke_function,
        body_limit=ASYNC_EVENT_BODY,
    ),
    _route("GET", f"{_FUNCTION}/async-invocations", invocation_responses.list_async_invocations),
    _route(
        "GET",
        f"{_FUNCTION}/active-async-invocations",
        invocation_responses.list_active_async_invocations,
    ),
    _route("POST", f"{_FUNCTION}/cancel", invocation_responses.cancel_async_invocation),
    _route("GET", f"{_FUNCTION}/config", responses.show_function_config),
    _route("PUT", f"{_FUNCTION}/config", responses.update_function_config),
    _route("GET", _CODE, code_responses.show_function_code),
    _route("PUT", _CODE, code_responses.update_function_code, body_limit=LARGE_BODY),
    _route("GET", _FUNCTIONS, responses.list_functions),
    _route("POST", _FUNCTIONS, responses.create_function, body_limit=LARGE_BODY),
    _route("DELETE", _FUNCTION, responses.delete_function),
    _route("GET", f"{_FUNCTION}/versions", responses.list_function_versions),
    _route("POST", f"{_FUNCTION}/versions", responses.create_function_version),
    _route("GET", f"{_FUNCTION}/aliases", responses.list_version_aliases),
    _route("POST", f"{_FUNCTION}/aliases", responses.create_version_alias),
    _route("GET", _ALIAS, responses.show_version_alias),
    _route("PUT", _ALIAS, responses.update_version_alias),
    _route("DELETE", _ALIAS, responses.delete_version_alias),
    _route("POST", _TRIGGERS, trigger_responses.create_function_trigger),
    _route("GET", _TRIGGERS, trigger_responses.list_function_triggers),
    _route("DELETE", _TRIGGERS, trigger_responses.batch_delete_function_triggers),
    _route("GET", _TRUSTED_AGENCIES, agency_responses.list_service_trusted_agencies),
    _route("GET", _TRIGGER, trigger_responses.show_function_trigger),
    _route("PUT", _TRIGGER, trigger_responses.update_trigger),
    _route("DELETE", _TRIGGER, trigger_responses.delete_function_trigger),
)
