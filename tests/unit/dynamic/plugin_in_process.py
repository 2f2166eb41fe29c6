"""The plugin in this process, called with the bags of the dynamic provider, so that both are tested
with the same words.

Its own protocol is in tests/unit/plugin. What differs is translated here: marks of secrets by path
are names of properties, and properties are spelled as in Python.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    UpdateResult,
)
from pulumi.output import Unknown
from pulumi.runtime.proto import provider_pb2

from pulumi_functiongraph.bridge.config_provider import ConfigProvider
from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.core.errors import FunctionGraphError, InvalidInput
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES
from pulumi_functiongraph.core.type_tokens import JUDGED_BY_GATE
from pulumi_functiongraph.plugin import structs
from pulumi_functiongraph.plugin.failed_calls import PartialFailure
from pulumi_functiongraph.plugin.servicer import PluginServicer

TYPE = "functiongraph:index:AsyncNotificationConfig"


class Aborted(Exception):
    """As gRPC's, which has no name of its own."""


class Context:
    """Of a call, as far as the servicer uses it: keeps the text of an error."""

    text = ""

    def peer(self) -> str:
        return ""

    def abort(self, _code: object, details: str) -> NoReturn:
        self.text = details
        raise Aborted

    def set_trailing_metadata(self, _metadata: object) -> None:
        """Leave it: tests/unit/plugin has what is in it."""


class Log:
    """Shows lines as the dynamic provider prints them: with the function's short name."""

    def info(self, message: str, *, urn: str) -> None:
        sys.stdout.write(f"{urn.rpartition('::')[2]}: {in_snake(message)}\n")

    warn = info


class PluginInProcess:
    """A configured plugin with the methods of the dynamic provider."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._servicer = PluginServicer(EngineProcess.of([]), version="0.0.0")
        self._servicer._log = Log()  # type: ignore[assignment] # no engine is there to log at
        self._call("Configure", provider_pb2.ConfigureRequest(args=_struct(settings)))

    @property
    def configs(self) -> ConfigProvider:
        assert self._servicer._configured is not None
        return self._servicer._configured[1]

    def check(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> CheckResult:
        urn = self._urn(news.get("functionUrn"))
        # As a Python program does, whose gate looks at the cloud before.
        judged = provider_pb2.InvokeRequest(tok=JUDGED_BY_GATE, args=_struct({"urns": [urn]}))
        self._call("Invoke", judged)
        request = provider_pb2.CheckRequest(urn=urn, olds=_struct(olds), news=_struct(news))
        checked = self._call("Check", request)
        failures = [CheckFailure(each.property, in_snake(each.reason)) for each in checked.failures]
        return CheckResult(dict(news) if failures else _bag(checked.inputs), failures)

    def diff(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> DiffResult:
        request = provider_pb2.DiffRequest(
            urn=self._urn(id_), id=id_, olds=_struct(olds), news=_struct(news)
        )
        found = self._call("Diff", request)
        has_changes = found.changes == found.DIFF_SOME
        assert has_changes is bool(found.detailedDiff)
        return DiffResult(
            has_changes,
            list(found.replaces),
            list(found.stables),
            delete_before_replace=found.deleteBeforeReplace,
        )

    def create(self, properties: Mapping[str, Any]) -> CreateResult:
        urn = self._urn(properties.get("functionUrn"))
        request = provider_pb2.CreateRequest(urn=urn, properties=_struct(properties))
        created = self._call("Create", request)
        return CreateResult(created.id, _bag(created.properties))

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> UpdateResult:
        request = provider_pb2.UpdateRequest(
            urn=self._urn(id_), id=id_, olds=_struct(olds), news=_struct(news)
        )
        return UpdateResult(_bag(self._call("Update", request).properties))

    def read(self, id_: str, state: Mapping[str, Any]) -> ReadResult:
        request = provider_pb2.ReadRequest(urn=self._urn(id_), id=id_, properties=_struct(state))
        found = self._call("Read", request)
        if not found.id:
            return ReadResult("", {})
        return ReadResult(found.id, _bag(found.properties), _bag(found.inputs))

    def delete(self, id_: str, state: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(urn=self._urn(id_), id=id_, properties=_struct(state))
        self._call("Delete", request)

    def _urn(self, function: object) -> str:
        """The Pulumi URN of a resource that is named for its function."""
        settings = self.configs.account.settings
        name = str(function)
        try:
            name = FunctionUrn.parse(
                name, region=settings.region, project_id=settings.project_id
            ).short
        except InvalidInput:
            name = "unknown"
        return f"urn:pulumi:dev::trial::{TYPE}::{name}"

    def _call(self, name: str, request: Any) -> Any:
        context = Context()
        try:
            return getattr(self._servicer, name)(request, context)
        except Aborted as aborted:
            error = aborted.__context__
            error = error.cause if isinstance(error, PartialFailure) else error
            assert isinstance(error, FunctionGraphError), context.text
            assert context.text == str(error)
            error.args = tuple(in_snake(a) if isinstance(a, str) else a for a in error.args)
            raise error from None


def _struct(bag: Mapping[str, Any]) -> Struct:
    names = bag.get(SECRET_PROPERTIES) or ()
    plain = {key: _plain(value) for key, value in bag.items() if key != SECRET_PROPERTIES}
    return structs.write(plain, {(name,) for name in names if plain.get(name) is not None})


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _bag(struct: Struct) -> dict[str, Any]:
    found = structs.read(struct)
    names = sorted({path[0] for path in found.secrets})
    bag = {key: _of_pulumi(value) for key, value in found.bag.items()}
    return bag | ({SECRET_PROPERTIES: names} if names else {})


def _of_pulumi(value: Any) -> Any:
    if value is UNKNOWN:
        return Unknown()  # type: ignore[no-untyped-call] # the SDK left it untyped
    if isinstance(value, Mapping):
        return {key: _of_pulumi(inner) for key, inner in value.items()}
    return value
