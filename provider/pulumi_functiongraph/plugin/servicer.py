"""Pulumi's provider protocol over gRPC; what is done with a bag is `bridge.config_provider`'s.

The engine calls Check, and as a rule Diff, for one resource after the other, so neither asks the
cloud anything. Create, Update, Read and Delete run side by side, in previews too.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.config_provider import ConfigProvider, Log, read_back
from pulumi_functiongraph.bridge.engine_process import EngineProcess, address_in
from pulumi_functiongraph.bridge.function_lookup import no_config
from pulumi_functiongraph.bridge.run_ownership import RUN
from pulumi_functiongraph.cloud.http.target_names import names_in
from pulumi_functiongraph.cloud.http.value_redaction import redactor
from pulumi_functiongraph.cloud.settings import SECRET_KEYS
from pulumi_functiongraph.cloud.wire import in_typed_form
from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.one_line import visible_lines
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, texts_in
from pulumi_functiongraph.core.pulumi_urns import is_default_name, name_in, type_in
from pulumi_functiongraph.core.secrecy import FUNCTION_IN_CLEAR, displaced
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, JUDGED_BY_GATE
from pulumi_functiongraph.operations.lifecycle import HalfApplied
from pulumi_functiongraph.plugin import structs
from pulumi_functiongraph.plugin.before_change import BeforeChange
from pulumi_functiongraph.plugin.detailed_diff import detailed_diff, ignored_paths
from pulumi_functiongraph.plugin.engine_log import EngineLog
from pulumi_functiongraph.plugin.explicit_settings import as_explicit_settings
from pulumi_functiongraph.plugin.failed_calls import (
    InvalidCall,
    NotConfigured,
    PartialFailure,
    error_text_only,
)
from pulumi_functiongraph.plugin.functions import FUNCTIONS
from pulumi_functiongraph.plugin.imports import NOTHING_TO_IMPORT, Imports
from pulumi_functiongraph.plugin.provider_settings import (
    Configuration,
    changed_settings,
    problems_with,
    settings_in,
)
from pulumi_functiongraph.plugin.schema import schema_text
from pulumi_functiongraph.plugin.structs import MarkedProperties

_CONFIGURED = provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)


class PluginServicer(ResourceProviderServicer):
    """One process, one configured provider.

    Args:
        engine: the engine that started this process.
        version: of this package.
    """

    def __init__(self, engine: EngineProcess, *, version: str) -> None:
        self._engine = engine
        self._attached: dict[str, str] = {}
        """The addresses that engines have told, by the connections on which they did."""
        self._cancelled: set[str] = set()
        """The addresses of engines that begin nothing more."""
        self._configuring = Lock()
        self._version = version
        self._log = EngineLog(engine.address, worded=self.worded)
        self._configured: tuple[Configuration, ConfigProvider, BeforeChange] | None = None
        self._is_default = True
        self._imports = Imports()

    def worded(self, text: str) -> str:
        """A text that can be shown, about settings as those of this provider are set."""
        return visible_lines(text if self._is_default else as_explicit_settings(text))

    # --- the plugin

    @error_text_only
    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say what this plugin understands: secrets."""
        self._attach(request.engine_address, context)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @error_text_only
    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Serve another engine, which did not start this process."""
        self._attach(request.address, context)
        return empty_pb2.Empty()

    @error_text_only
    def GetPluginInfo(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        """Say the version, which the engine compares with the one that a program asks for."""
        return plugin_pb2.PluginInfo(version=self._version)

    @error_text_only
    def GetSchema(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        """Give the package's schema."""
        return provider_pb2.GetSchemaResponse(schema=schema_text())

    @error_text_only
    def Cancel(self, _request: Any, context: grpc.ServicerContext) -> Any:
        """Let another engine attach: this one begins nothing more.

        The engine calls this at the end of every operation, before a SIGINT. Calls under way go on.
        """
        self._cancelled.add(self._attached.get(context.peer(), ""))
        return empty_pb2.Empty()

    # --- the provider's configuration

    @error_text_only
    def CheckConfig(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Refuse settings that are not valid; the cloud is not asked."""
        self._is_default = is_default_name(request.name) or not request.name
        news = structs.read(request.news)
        secrets = news.secrets | {(key,) for key in SECRET_KEYS if key in news.bag}
        problems = problems_with(news.bag, secret={path[0] for path in secrets})
        # With the property, the engine would print its value.
        failures = [provider_pb2.CheckFailure(property="", reason=each) for each in problems]
        return provider_pb2.CheckResponse(
            inputs=structs.write(news.bag, secrets), failures=failures
        )

    @error_text_only
    def DiffConfig(self, request: Any, _context: grpc.ServicerContext) -> Any:
        """Compare; never a replacement, since a replaced provider replaces all its resources."""
        # Older engines send no old inputs.
        olds = structs.read(request.old_inputs if request.HasField("old_inputs") else request.olds)
        changed = changed_settings(olds.bag, structs.read(request.news).bag)
        kinds = provider_pb2.DiffResponse
        return kinds(changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE, diffs=changed)

    @error_text_only
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Keep the settings; credentials are resolved when a call needs them."""
        settings = settings_in(structs.read(request.args).bag)
        engine = self._attached.get(context.peer(), "")
        with self._configuring:
            self._configure(Configuration(engine, request.urn, settings), name=request.name)
        return _CONFIGURED

    def _configure(self, made: Configuration, *, name: str) -> None:
        if self._configured is not None:
            if self._configured[0].is_shared_with(made):
                self._is_default &= is_default_name(name)
                return
            if self._configured[0].engine not in self._cancelled:
                self._configured[0].refuse_another_engine(made)
        if made.engine:
            self._log.turn_to(made.engine)
        account = Account(made.settings.get)
        account.before_attempt = self._engine.end_without
        configs = ConfigProvider(account, RUN.of(address_in(made.engine) or self._engine.address))
        self._configured = made, configs, BeforeChange(configs)
        self._imports = Imports()
        self._is_default = is_default_name(name) or not name

    # --- functions

    @error_text_only
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Look something up."""
        configs, before = self._ready(context)
        arguments, response = structs.read(request.args), provider_pb2.InvokeResponse()
        if request.tok == JUDGED_BY_GATE:
            before.leave_to_gate(texts_in(arguments.bag, but_for=lambda _key: False))
            return response
        function = FUNCTIONS.get(request.tok)
        if function is None:
            raise InvalidCall(f"there is no function {request.tok}")
        try:
            found = function(configs.account, arguments.bag)
        except FunctionGraphError as error:
            secret = [arguments.bag.get(path[0]) for path in arguments.secrets]
            if not secret:
                raise
            names = {name for each in secret for name in names_in(each)}
            raise InvalidCall(redactor(names)(str(error))) from error
        getattr(response, "return").CopyFrom(structs.write(found))
        return response

    # --- the resource

    @error_text_only
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Refuse invalid values, and what closes a cycle among what this run declares."""
        configs, before = self._ready(context)
        olds, news, urn = structs.read(request.olds), structs.read(request.news), request.urn
        _refuse_other_types(urn)
        checked = configs.check(olds.properties, news.properties, resource=urn)
        of_import = self._imports.problems(urn, checked.declared, log=self._logs(urn))
        problems = [*checked.problems, *of_import]
        # A Python program, whose gate judges its configs, has said this itself.
        if ("functionUrn",) in news.secrets and not before.is_left_to_gate(urn):
            self._log.warn(f"{name_in(urn)}.{FUNCTION_IN_CLEAR}", urn=urn)
        if not problems:
            problems = before.check(urn, olds.bag, checked.declared, warn=self._warns(urn))
        # With the property, the engine would print its value.
        failures = [provider_pb2.CheckFailure(property="", reason=each) for each in problems]
        inputs = request.news if failures else _struct(checked.declared.inputs(), news)
        return provider_pb2.CheckResponse(inputs=inputs, failures=failures)

    @error_text_only
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Compare property by property."""
        configs, _ = self._ready(context)
        olds, news = structs.read(request.olds), structs.read(request.news)
        log = self._logs(request.urn)
        # In an update the engine sets these back itself; in a refresh it asks a provider to.
        ignored = ignored_paths(request.ignoreChanges)
        found = configs.diff(request.id, olds.properties, news.properties, log=log, ignored=ignored)
        replaces = ["functionUrn"] if found.is_replaced else []
        kinds = provider_pb2.DiffResponse
        return kinds(
            changes=kinds.DIFF_SOME if found.changes else kinds.DIFF_NONE,
            replaces=replaces,
            stables=[] if replaces else ["functionUrn", "createdTime"],
            diffs=sorted({each.path.partition(".")[0] for each in found.changes}),
            detailedDiff=detailed_diff(found, olds.bag, news.bag),
            hasDetailedDiff=True,
            deleteBeforeReplace=True,
        )

    @error_text_only
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Judge the config by what is live, then PUT it, or take over the one that is there."""
        configs, before = self._ready(context)
        news = structs.read(request.properties)
        declared = configs.declared(news.properties)
        log = self._logs(request.urn)
        if request.preview:
            before.preview_create(request.urn, declared, log=log, warn=self._warns(request.urn))
            times = dict.fromkeys(("createdTime", "lastModified"), UNKNOWN)
            outputs = _struct({**declared.inputs(), **times}, news)
            return provider_pb2.CreateResponse(properties=outputs)
        before.change(request.urn, declared, warn=self._warns(request.urn))
        urn, created = configs.create(declared, log=log)
        return provider_pb2.CreateResponse(id=str(urn), properties=_struct(created, news))

    @error_text_only
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Judge the config by what is live, then PUT the whole of it."""
        configs, before = self._ready(context)
        olds, news = structs.read(request.olds), structs.read(request.news)
        declared = configs.declared(news.properties)
        warn = self._warns(request.urn)
        if request.preview:
            before.preview_update(request.urn, declared, warn=warn)
            times = {"createdTime": olds.bag.get("createdTime", UNKNOWN), "lastModified": UNKNOWN}
            return provider_pb2.UpdateResponse(
                properties=_struct({**declared.inputs(), **times}, news)
            )
        before.change(request.urn, declared, warn=warn)
        try:
            updated = configs.update(olds.properties, declared)
        except HalfApplied as error:
            held = read_back(error.live, olds.properties)
            # What is live may still have a target, and its secret, that is declared no more.
            both = MarkedProperties({**olds.bag, **news.bag}, olds.secrets | news.secrets)
            state = _struct(held.outputs, both), _struct(held.inputs, both)
            raise PartialFailure(request.id, *state, cause=error) from error
        return provider_pb2.UpdateResponse(properties=_struct(updated, news))

    @error_text_only
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """What is live: for a refresh, an import, or a resource that is only read."""
        configs, _ = self._ready(context)
        state, inputs = structs.read(request.properties), structs.read(request.inputs)
        known = MarkedProperties(state.bag or inputs.bag, state.secrets | inputs.secrets)
        urn = configs.source_named(request.id)
        if not state.bag:
            self._imports.note(request.urn, urn)
        found = configs.read(urn, known.properties, log=self._logs(request.urn))
        if found is None and not state.bag:
            raise no_config(configs.account, urn, path="id", remedy=NOTHING_TO_IMPORT)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=str(urn),
            properties=_struct(found.outputs, known),
            inputs=_struct(found.inputs, known),
        )

    @error_text_only
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Delete the config that state holds, where nobody else has it."""
        configs, before = self._ready(context)
        olds, urn = structs.read(request.properties), request.urn
        configs.delete(
            request.id,
            olds.properties,
            log=self._logs(urn),
            judge_successor=lambda: before.replace(urn, warn=self._warns(urn)),
        )
        return empty_pb2.Empty()

    def _attach(self, engine: str, context: grpc.ServicerContext) -> None:
        self._attached[context.peer()] = engine
        self._cancelled.discard(engine)

    def _ready(self, context: grpc.ServicerContext) -> tuple[ConfigProvider, BeforeChange]:
        """What serves a call.

        Raises:
            NotConfigured: nothing does yet, or what is configured serves another engine.
        """
        if self._configured is None:
            raise NotConfigured("the provider is not configured")
        configuration, configs, before = self._configured
        engine = self._attached.get(context.peer(), configuration.engine)
        if engine != configuration.engine:
            raise NotConfigured(
                f"this process serves the run of another engine, at {configuration.engine}, and "
                f"not of the one at {engine}, so nothing was done; run the command again"
            )
        return configs, before

    def _logs(self, urn: str) -> Log:
        return lambda message: self._log.info(message, urn=urn)

    def _warns(self, urn: str) -> Log:
        return lambda message: self._log.warn(message, urn=urn)


def _struct(bag: Bag, marked: MarkedProperties) -> Any:
    """A bag for the engine, its secrets marked where they were, and where they may be now."""
    names = marked.properties.secret
    moved = displaced(in_typed_form(marked.bag), in_typed_form(bag), names)
    return structs.write(bag, marked.secrets | {(name,) for name in moved})


def _refuse_other_types(urn: str) -> None:
    """Refuse resources that this package does not have."""
    token = type_in(urn)
    if token not in CONFIG_TYPES:
        raise InvalidCall(f"there is no resource type {token}")
