"""The dynamic provider. This module's path and the class' name are in every user's state file.

It turns the bags of Pulumi's SDK into plain ones and back; what is done with them is
`bridge.config_provider`'s. It judges its own property bag and talks to the cloud; what the program
as a whole declares it cannot see, so cycles and pre-checks are not here.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from pulumi_functiongraph.bridge.clients import NAMESPACE, Account
from pulumi_functiongraph.bridge.config_bags import PropertyBag
from pulumi_functiongraph.bridge.config_provider import ConfigProvider, Log
from pulumi_functiongraph.bridge.engine_process import EngineProcess
from pulumi_functiongraph.bridge.property_bags import from_engine, to_engine
from pulumi_functiongraph.bridge.run_ownership import RUN
from pulumi_functiongraph.bridge.sdk_internals.calls_at_once import answer_at_once
from pulumi_functiongraph.bridge.sdk_internals.provider_process import arguments_of_engine
from pulumi_functiongraph.bridge.sdk_internals.resource_of_call import urn_of_call
from pulumi_functiongraph.cloud.wire import in_typed_form
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.one_line import visible_lines
from pulumi_functiongraph.core.properties import Bag
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.requests_in_flight import REQUESTS_IN_FLIGHT
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES, displaced, secret_properties
from pulumi_functiongraph.dynamic.error_text_only import error_text_only

_PROVIDER = "__provider"
"""The property by which Pulumi's SDK finds a dynamic provider; a state without it is another's."""

_FROM_PLUGIN = (
    "was set by the native plugin; the update sets it once more as it is, so that the state has it "
    "as one of the dynamic provider"
)


class AsyncNotificationConfigProvider(ResourceProvider):
    """Check, create, read, diff, update and delete of one config.

    It is pickled by reference, so it has no attributes until `configure` runs in the provider's
    process.
    """

    serialize_as_secret_always = False
    configs: ConfigProvider

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's settings; credentials are resolved when a call needs them."""
        arguments = arguments_of_engine()
        account = Account(lambda key: req.config.get(f"{NAMESPACE}:{key}"))
        address = None
        if arguments is not None:
            engine = EngineProcess.of(arguments)
            engine.end_with()
            account.before_attempt = engine.end_without
            address = engine.address
            answer_at_once(REQUESTS_IN_FLIGHT)
            gc.freeze()  # modules stay: no search for garbage looks at them, nor the last one
        self.configs = ConfigProvider(account, RUN.of(address))

    @error_text_only
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse invalid values; the cloud is not asked."""
        checked = self.configs.check(_properties(_olds), _properties(news))
        if checked.problems:
            return CheckResult(
                news, [CheckFailure("", in_snake(each)) for each in checked.problems]
            )
        declared = checked.declared
        return CheckResult(_bag(declared.inputs(), declared.secret), [])

    @error_text_only
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare, and log each changed property with units."""
        olds, news = _properties(_olds), _properties(_news)
        # Set by the plugin: only an update writes into the state which provider it has now.
        is_of_plugin = _PROVIDER not in _olds
        if is_of_plugin:
            olds = replace(olds, secret=news.secret)  # the plugin's state has the marks alone
            _log(_id)(_FROM_PLUGIN)
        found = self.configs.diff(_id, olds, news, log=_log(_id))
        return DiffResult(
            changes=is_of_plugin or bool(found.changes),
            replaces=["functionUrn"] if found.is_replaced else [],
            delete_before_replace=True,
        )

    @error_text_only
    def create(self, props: dict[str, Any]) -> CreateResult:
        """PUT the config, or take over the one that is there."""
        news = _properties(props)
        declared, log = self.configs.declared(news), _log(str(news.bag["functionUrn"]))
        urn, outputs = self.configs.create(declared, log=log)
        return CreateResult(str(urn), _bag(outputs, news.secret))

    @error_text_only
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What is live now, as outputs and as inputs, so that refresh shows true drift."""
        state = _properties(props)
        found = self.configs.read(FunctionUrn.parse(id_), state, log=_log(id_))
        if found is None:
            return ReadResult("", {})
        moved = displaced(state.typed, in_typed_form(found.outputs), state.secret)
        bags = (_bag(bag, state.secret, marked=moved) for bag in (found.outputs, found.inputs))
        return ReadResult(id_, *bags)

    @error_text_only
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """PUT the whole config and read it back."""
        declared = self.configs.declared(_properties(_news))
        outputs = self.configs.update(_properties(_olds), declared)
        return UpdateResult(_bag(outputs, declared.secret))

    @error_text_only
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the config that state holds, where nobody else has it."""
        self.configs.delete(_id, _properties(_props), log=_log(_id))


def _properties(bag: Mapping[str, Any]) -> PropertyBag:
    """A bag of the engine."""
    return PropertyBag(from_engine(bag), secret_properties(bag))


def _bag(bag: Bag, secret: frozenset[str], *, marked: Collection[str] = ()) -> dict[str, Any]:
    """A bag for the engine, with the names of the secret properties for the next call.

    Args:
        bag: plain values.
        secret: the names of the properties that have a secret.
        marked: the keys whose values the engine is to keep as secrets, whatever is in them.
    """
    names = {SECRET_PROPERTIES: sorted(secret)} if secret else {}
    return to_engine(bag, secret=marked) | names


def _log(id_: str) -> Log:
    """Logs lines about a resource, and its function: the engine shows what a provider prints."""

    def log(message: str) -> None:
        name, function = name_in(urn_of_call()), FunctionUrn.parse(id_).short
        subject = f"{name} ({function})" if name and name != function else function
        sys.stdout.write(f"{visible_lines(f'{subject}: {in_snake(message)}')}\n")
        sys.stdout.flush()

    return log
