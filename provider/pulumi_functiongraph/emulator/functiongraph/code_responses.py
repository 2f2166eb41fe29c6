"""The code of functions: one handler an operation."""

import base64

from pulumi_functiongraph.emulator.functiongraph import checks, code, errors, functions, models
from pulumi_functiongraph.emulator.functiongraph.code import StoredCode
from pulumi_functiongraph.emulator.functiongraph.code_in_obs import with_code_in_obs
from pulumi_functiongraph.emulator.functiongraph.models import StoredVersion
from pulumi_functiongraph.emulator.functiongraph.names import LATEST
from pulumi_functiongraph.emulator.functiongraph.presentation import presentation
from pulumi_functiongraph.emulator.functiongraph.requests import referenced
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, JsonObject, json_answer
from pulumi_functiongraph.emulator.state.store import Connection

_FIELDS = (
    "func_urn", "func_name", "domain_id", "runtime", "code_type", "code_url", "code_filename",
    "code_size", "digest", "last_modified", "depend_version_list", "strategy_config",
)  # fmt: skip
"""Of a function's model; API reference, "Querying the Code of a Function", Table 3."""


async def show_function_code(call: Call) -> Answer:
    """The code of a version; an alias is followed."""
    reference, project = referenced(call), call.known_project()

    def query(connection: Connection) -> tuple[StoredVersion, StoredCode | None]:
        version = models.resolve(connection, project, reference)
        return version, code.find_code(connection, version)

    version, kept = call.read(query)
    return _answer(call, version, b"" if kept is None else kept.content)


async def update_function_code(call: Call) -> Answer:
    """Give `latest` other code."""
    reference, project = referenced(call), call.known_project()
    if reference.qualifier != LATEST:
        raise errors.INVALID_VERSION.error("Only the version latest can be changed")
    fields = checks.read_object(call.request.body)
    if fields.get("code_type") is None:
        raise errors.INVALID_CODE_TYPE.error("Invalid parameter: code_type is required")
    settings, sent = functions.read_code(fields)
    settings["last_modified"] = call.now.isoformat()
    if "depend_version_list" in fields:
        settings["depend_version_list"] = fields["depend_version_list"]

    def change(connection: Connection) -> tuple[StoredVersion, bytes]:
        latest = models.find_latest(connection, project, reference)
        changed, content = with_code_in_obs(connection, settings, sent)
        models.replace_document(connection, latest, {**latest.document, **changed})
        code.put_code(connection, latest, content, trusted=False)
        return models.find_latest(connection, project, reference), content

    version, content = await call.cloud.store.write(change)
    return _answer(call, version, content)


def _answer(call: Call, version: StoredVersion, content: bytes) -> Answer:
    model = presentation(call).function(version, call.known_project())
    document: JsonObject = {name: model[name] for name in _FIELDS if name in model}
    document["func_code"] = {"file": base64.b64encode(content).decode(), "link": ""}
    document["dependencies"] = []
    return json_answer(document)
