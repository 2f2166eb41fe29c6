"""The package schema: what the plugin offers, for the SDK generators and editors of all languages.

Never here: a property, range or default of its own; they are the core's. The ``schema.json`` beside
this file is what is built here; a test holds them equal.
"""

from __future__ import annotations

import json
from importlib.metadata import version

from pulumi_functiongraph.bridge.package_schema import functions, resource, settings
from pulumi_functiongraph.bridge.package_schema.properties import Spec
from pulumi_functiongraph.core.semver import as_semver

_DESCRIPTION = (
    "Asynchronous notification configs of FunctionGraph, on Huawei Cloud and Open Telekom Cloud: "
    "retries, validity, and where results of asynchronous runs are sent."
)
_NODEJS = {
    "packageName": "pulumi-functiongraph",
    "dependencies": {"@pulumi/pulumi": "^3.259.0"},
    "respectSchemaVersion": True,
}
_PYTHON = {
    # Python programs have `pulumi_functiongraph.native`; a generated SDK must not be in its way.
    "packageName": "pulumi_functiongraph_sdk",
    "pyproject": {"enabled": True},
    "respectSchemaVersion": True,
}
_OTHERS = {"respectSchemaVersion": True}


def package_schema() -> Spec:
    """The schema of the installed version, as Pulumi's metaschema has it."""
    return {
        "name": "functiongraph",
        "displayName": "FunctionGraph",
        "version": as_semver(version("pulumi-functiongraph")),
        "description": _DESCRIPTION,
        "keywords": ["pulumi", "functiongraph", "huaweicloud", "open-telekom-cloud", "serverless"],
        "license": "Apache-2.0",
        "language": {
            "csharp": _OTHERS,
            "go": _OTHERS,
            "nodejs": _NODEJS,
            "python": _PYTHON,
        },
        "config": {"variables": settings.variables()},
        "types": {**resource.types(), **settings.types()},
        "provider": {
            "description": "The account and region that resources are in, and how strictly they "
            "are judged before a change.",
            "type": "object",
            "inputProperties": settings.inputs(),
        },
        "resources": resource.resources(),
        "functions": functions.functions(),
    }


def published() -> str:
    """The text of the file that the schema is published in."""
    return json.dumps(package_schema(), indent=2, ensure_ascii=False) + "\n"
