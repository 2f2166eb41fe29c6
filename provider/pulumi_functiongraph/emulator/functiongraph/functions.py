"""The model of a function: what creating and changing one may say.

Rules: FunctionGraph API reference, "Creating a Function", Table 3. Fields that only matter when
a function runs (VPC, mounts, images, …) are kept and answered as they were sent.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime

from pulumi_functiongraph.emulator.functiongraph import checks, code, errors
from pulumi_functiongraph.emulator.functiongraph.names import LATEST, NAME, PACKAGE, format_urn
from pulumi_functiongraph.emulator.http.errors import ServiceError
from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.iam.models import Project

MEMORY_SIZES = frozenset({128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096})
"""MiB."""
MIN_TIMEOUT, MAX_TIMEOUT = 3, 259_200
"""Seconds."""
CODE_TYPES = frozenset({"inline", "zip", "obs", "jar", "Custom-Image-Swr"})
IMAGE_RUNTIME = "Custom Image"
RUNTIMES = frozenset({
    "C#(.NET Core 2.1)", "C#(.NET Core 3.1)", "C#(.NET Core 6.0)", "C#(.NET Core 8.0)",
    "Cangjie1.0", "Custom", IMAGE_RUNTIME, "Go1.x", "Java11", "Java17", "Java21", "Java8",
    "Node.js10.16", "Node.js12.13", "Node.js14.18", "Node.js16.17", "Node.js18.15", "Node.js20.15",
    "Node.js6.10", "Node.js8.10", "PHP7.3", "PHP8.3", "Python2.7", "Python3.10", "Python3.12",
    "Python3.6", "Python3.9", "http",
})  # fmt: skip
"""Both clouds' runtimes; which region offers which is not modelled."""

_HANDLER = re.compile(r"[^\s]{1,126}\.[^\s]{1,126}|-")
MAX_HANDLER = 128
MILLICORES_PER_128_MIB = 100
FIXED_MILLICORES = 200

KEPT_FIELDS = (
    "xrole", "app_xrole", "description", "user_data", "encrypted_user_data", "func_vpc",
    "mount_config", "strategy_config", "custom_image", "extend_config", "initializer_handler",
    "initializer_timeout", "pre_stop_handler", "pre_stop_timeout", "ephemeral_storage",
    "enterprise_project_id", "log_config", "network_controller", "is_stateful_function",
    "enable_dynamic_memory", "enable_auth_in_header", "domain_names", "gpu_memory", "gpu_type",
    "depend_version_list", "heartbeat_handler", "enable_class_isolation", "enable_lts_log",
    "lts_custom_tag", "peering_cidr", "restore_hook_handler", "restore_hook_timeout",
)  # fmt: skip
"""Fields that are taken over as they are."""

TEXT_FIELDS = ("xrole", "app_xrole", "description", "enterprise_project_id")


def read_new_function(fields: Mapping[str, object]) -> tuple[JsonObject, bytes]:
    """The fields of a function to be created, checked, and its code.

    Raises:
        errors.INVALID_PARAMETER: a field is missing or not allowed.
    """
    named = {**_read_name(fields), **_read_package(fields)}
    for required, refusal in (
        ("runtime", errors.INVALID_RUNTIME),
        ("handler", errors.INVALID_HANDLER),
        ("timeout", errors.INVALID_TIMEOUT),
        ("memory_size", errors.INVALID_MEMORY),
    ):
        if fields.get(required) is None:
            raise refusal.error(f"Invalid parameter: {required} is required")
    if fields.get("code_type") is None and fields["runtime"] not in {IMAGE_RUNTIME, "http"}:
        raise errors.INVALID_CODE_TYPE.error("Invalid parameter: code_type is required")
    described, content = read_code(fields)
    version = checks.read_text(fields, "type") or "v2"
    return {**named, "type": version, **read_settings(fields), **described}, content


def read_settings(fields: Mapping[str, object]) -> JsonObject:
    """The settings in a request that creates or changes a function, checked."""
    settings: JsonObject = {}
    for read in _SETTINGS:
        settings.update(read(fields))
    settings.update({name: fields[name] for name in KEPT_FIELDS if name in fields})
    return settings


def faults_of(fields: Mapping[str, object]) -> list[ServiceError]:
    """What is wrong with each of a new function's names and settings."""
    found = []
    for read in (_read_name, _read_package, *_SETTINGS):
        try:
            read(fields)
        except ServiceError as error:
            found.append(error)
    return found


def _read_name(fields: Mapping[str, object]) -> JsonObject:
    name = checks.read_text(fields, "func_name", refusal=errors.INVALID_FUNCTION_NAME)
    if name is None or NAME.fullmatch(name) is None:
        raise errors.INVALID_FUNCTION_NAME.error(
            "Invalid function name: 1 to 60 letters, digits, '-' and '_', a letter first, "
            "a letter or digit last"
        )
    return {"func_name": name}


def _read_package(fields: Mapping[str, object]) -> JsonObject:
    package = checks.read_text(fields, "package", refusal=errors.INVALID_PACKAGE)
    if package is None or PACKAGE.fullmatch(package) is None:
        raise errors.INVALID_PACKAGE.error("Invalid package")
    return {"package": package}


def _read_runtime(fields: Mapping[str, object]) -> JsonObject:
    runtime = checks.read_text(fields, "runtime", refusal=errors.INVALID_RUNTIME)
    if runtime is None:
        return {}
    if runtime not in RUNTIMES:
        raise errors.INVALID_RUNTIME.error(f"Invalid runtime: {runtime}")
    return {"runtime": runtime}


def _read_handler(fields: Mapping[str, object]) -> JsonObject:
    handler = checks.read_text(fields, "handler", refusal=errors.INVALID_HANDLER)
    if handler is None:
        return {}
    is_shaped = len(handler) <= MAX_HANDLER and _HANDLER.fullmatch(handler) is not None
    if not (is_shaped and handler.isprintable()):
        raise errors.INVALID_HANDLER.error(
            "Invalid handler: 3 to 128 printable characters with a '.', or '-' for images"
        )
    return {"handler": handler}


def _read_timeout(fields: Mapping[str, object]) -> JsonObject:
    timeout = checks.read_integer(
        fields, "timeout", low=MIN_TIMEOUT, high=MAX_TIMEOUT, refusal=errors.INVALID_TIMEOUT
    )
    return {} if timeout is None else {"timeout": timeout}


def _read_memory(fields: Mapping[str, object]) -> JsonObject:
    memory = fields.get("memory_size")
    if memory is None:
        return {}
    if isinstance(memory, bool) or not isinstance(memory, int) or memory not in MEMORY_SIZES:
        raise errors.INVALID_MEMORY.error("Invalid memory size")
    cpu = FIXED_MILLICORES + memory * MILLICORES_PER_128_MIB // 128
    return {"memory_size": memory, "cpu": cpu}


def _read_texts(fields: Mapping[str, object]) -> JsonObject:
    """Texts are only looked at; they are kept as they were sent."""
    for name in TEXT_FIELDS:
        checks.read_text(fields, name)
    for name in ("user_data", "encrypted_user_data"):
        checks.read_text(fields, name, refusal=errors.INVALID_USER_DATA)
    return {}


_SETTINGS = (_read_runtime, _read_handler, _read_timeout, _read_memory, _read_texts)


def read_code(fields: Mapping[str, object]) -> tuple[JsonObject, bytes]:
    """What a request says of code, checked, and the code itself, empty where it has none.

    Raises:
        errors.INVALID_CODE_TYPE: the kind of the code is not known.
        errors.INVALID_CODE: it is not base64.
    """
    code_type = checks.read_text(fields, "code_type", refusal=errors.INVALID_CODE_TYPE)
    if code_type is not None and code_type not in CODE_TYPES:
        raise errors.INVALID_CODE_TYPE.error(f"Invalid code type: {code_type}")
    given = checks.read_object_field(fields, "func_code") or {}
    try:
        content = base64.b64decode(checks.read_text(given, "file") or "", validate=True)
    except ValueError:
        raise errors.INVALID_CODE.error("func_code.file is not base64") from None
    described: JsonObject = {
        "code_type": code_type or "Custom-Image-Swr",
        "code_url": checks.read_text(fields, "code_url") or "",
        "code_filename": checks.read_text(fields, "code_filename") or "",
        "code_size": len(content),
        "digest": code.digest_of(content),
    }
    return described, content


def new_model(
    settings: JsonObject, *, project: Project, identifier: str, now: datetime
) -> JsonObject:
    """The model of a new function, as the API answers it; its time is kept in UTC."""
    name, package = str(settings["func_name"]), str(settings["package"])
    return {
        "func_id": identifier,
        "resource_id": identifier,
        "func_urn": format_urn(
            region=project.region,
            project_id=project.id,
            package=package,
            name=name,
            qualifier=LATEST,
        ),
        "domain_id": project.domain_id,
        "namespace": project.id,
        "project_name": project.name,
        "version": LATEST,
        "image_name": f"{LATEST}-{now:%y%m%d%H%M%S}@{identifier[:5]}",
        "xrole": "",
        "app_xrole": None,
        "description": "",
        "user_data": "",
        "strategy_config": {"concurrency": 0},
        "long_time": False,
        "last_modified": now.isoformat(),
        **settings,
    }
