"""The dynamic provider. This module's path and the class' name are in every user's state file.

It judges its own property bag and talks to the cloud; what the program as a whole declares it
cannot see, so cycles and pre-checks are not here. The engine checks one resource after the other,
so `check` asks the cloud nothing.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from typing import Any

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
from pulumi_functiongraph.bridge.config_bags import BagForm, DeclaredBag, compared
from pulumi_functiongraph.bridge.property_bags import from_engine
from pulumi_functiongraph.cloud.wire import in_typed_form
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.diff import Change, changes
from pulumi_functiongraph.core.errors import AlreadyConfigured, FunctionGraphError, NotApplied
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.secrecy import displaced, secret_properties, without_secret_value
from pulumi_functiongraph.core.times import is_same_time
from pulumi_functiongraph.dynamic.engine_process import (
    end_with_the_engine,
    end_without_engine,
    engine_process,
)
from pulumi_functiongraph.dynamic.error_text_only import error_text_only
from pulumi_functiongraph.dynamic.refreshes import Refreshes
from pulumi_functiongraph.operations import lifecycle
from pulumi_functiongraph.operations.ownership import Ownership, Successor
from pulumi_functiongraph.operations.takeover import REMEDY, refusal, takeover

_KEPT_FOR_NOBODY = (
    "The config that another resource of this stack had there was kept for this one, so it is live "
    "and in no state now: the next pulumi up takes it over with adopt=True; or delete it by hand."
)
_MODIFIED_AT_ONCE = (
    "there was no async notification config of it a moment ago, and the one that is live was "
    "created before it was last set: an earlier attempt of this run did that, or somebody else's "
    "config was just replaced. Make sure that one stack alone declares it"
)
_ANOTHER = (
    "the async notification config in the state is gone; another one, which was set at {created}, "
    "is live and is taken into the state: pulumi up would replace it, and pulumi destroy delete it"
)


class AsyncNotificationConfigProvider(ResourceProvider):
    """Check, create, read, diff, update and delete of one config.

    It is pickled by reference, so it has no attributes until `configure` runs in the provider's
    process.
    """

    serialize_as_secret_always = False
    account: Account
    ownership: Ownership
    refreshes: Refreshes
    is_takeover_explained: bool
    """Whether the consequences of a takeover without ``adopt`` were reported; once is enough."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's settings; credentials are resolved when a call needs them."""
        end_with_the_engine()
        if engine_process() is not None:
            gc.freeze()  # modules stay: no search for garbage looks at them, nor the last one
        self.account = Account(
            lambda key: req.config.get(f"{NAMESPACE}:{key}"), before_attempt=end_without_engine
        )
        self.ownership = Ownership()
        self.refreshes = Refreshes()
        self.is_takeover_explained = False

    @error_text_only
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse invalid values; the cloud is not asked."""
        declared = self._declared(news)
        examined, secret = declared.examined, declared.form.secret
        if examined.problems:
            problems = (
                in_snake(str(without_secret_value(each, secret))) for each in examined.problems
            )
            return CheckResult(news, [CheckFailure("", problem) for problem in problems])
        if examined.source is not None:
            self.ownership.declare(examined.source)
            self.refreshes.check(str(examined.source))
            replaced = _olds.get("functionUrn")
            if declared.config is not None and replaced not in (None, str(examined.source)):
                successor = Successor(declared.config, adopt=examined.adopt, secret=secret)
                self.ownership.replace(str(replaced), successor)
        return CheckResult(declared.inputs(), [])

    @error_text_only
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare, and report each changed property with units."""
        before, after = compared(_olds), compared(_news)
        secret = secret_properties(_news)
        found = [*changes(before, after, secret=secret), *_marked_anew(_olds, _news)]
        replaced = after.get("functionUrn") not in (before.get("functionUrn"), UNKNOWN)
        # Declared → live, as the engine shows a refresh, in which nothing is unknown.
        drifted = changes(after, before, secret=secret) if UNKNOWN not in after.values() else ()
        for line in self._report(_id, found, drifted):
            _log(FunctionUrn.parse(_id), in_snake(line))
        return DiffResult(
            changes=bool(found),
            replaces=["functionUrn"] if replaced else [],
            delete_before_replace=True,
        )

    def _report(self, id_: str, found: list[Change], drifted: tuple[Change, ...]) -> Iterator[str]:
        """The lines on a comparison: a refresh says which side is live, an update what changes."""
        if self.refreshes.compares(id_) and drifted:
            for each in self.refreshes.report(id_, drifted):
                yield f"declared → live: {each}"
            return
        known = {each.path for each in drifted if self.refreshes.is_reported(id_, each)}
        yield from (str(each) for each in found if each.path not in known)

    @error_text_only
    def create(self, props: dict[str, Any]) -> CreateResult:
        """PUT the config, or take over the one that is there."""
        declared = self._declared(props)
        config = declared.known()
        urn = config.function_urn
        with self.ownership.changing(urn):
            self.ownership.claim(urn)
            try:
                created = self._create(config, adopt=declared.examined.adopt)
            except BaseException:
                self.ownership.release(urn)
                raise
        times = created.live.created_time, created.live.last_modified
        if created.before is None and is_same_time(*times) is False:
            _log(urn, _MODIFIED_AT_ONCE)
        if created.before is not None and self.ownership.kept(urn) is None:
            self._log_takeover(created.before.config, config, declared)
        return CreateResult(str(urn), declared.form.to_engine(declared.form.outputs(created.live)))

    def _create(self, config: Config, *, adopt: bool) -> lifecycle.Created:
        configs = self.account.functiongraph
        kept = self.ownership.kept(config.function_urn)
        try:
            return lifecycle.create(configs, config, adopt=adopt, predecessor=kept)
        except AlreadyConfigured:
            raise  # what is live is not the one that was kept
        except FunctionGraphError as error:
            if kept is None:
                raise
            raise NotApplied(f"{error}\n{_KEPT_FOR_NOBODY}") from error

    @error_text_only
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What is live now, as outputs and as inputs, so that refresh shows true drift."""
        live = self.account.functiongraph.get_async_config(FunctionUrn.parse(id_))
        if live is None:
            return ReadResult("", {})
        self.refreshes.read(id_)
        state, secret = from_engine(props), secret_properties(props)
        if lifecycle.is_another(state, live):
            _log(FunctionUrn.parse(id_), _ANOTHER.format(created=live.created_time))
        form = BagForm.of(state, secret=secret)
        outputs = form.outputs(live)
        moved = displaced(in_typed_form(state), in_typed_form(outputs), secret)
        bags = (form.to_engine(bag, secret=moved) for bag in (outputs, form.inputs(live)))
        return ReadResult(id_, *bags)

    @error_text_only
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """PUT the whole config and read it back."""
        declared = self._declared(_news)
        config = declared.known()
        with self.ownership.changing(config.function_urn):
            recorded = compared(_olds)
            live = lifecycle.update(self.account.functiongraph, config, recorded=recorded)
        return UpdateResult(declared.form.to_engine(declared.form.outputs(live)))

    @error_text_only
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the config that state holds; that it is gone already is success.

        A resource that was renamed without an alias, or that swaps its function with another one,
        is deleted while its successor is declared; the config then belongs to that one and stays.
        One that is replaced is deleted only where its successor can be created.
        """
        urn = FunctionUrn.parse(_id)
        with self.ownership.changing(urn):
            recorded = compared(_props)
            if self.ownership.keep(urn, recorded):
                _log(urn, "its config belongs to another resource of this stack now and is kept")
                return
            self._refuse_successor(_id)
            lifecycle.delete(self.account.functiongraph, urn, recorded=recorded)

    def _declared(self, properties: Mapping[str, Any]) -> DeclaredBag:
        """A bag of the engine, taken apart."""
        settings = self.account.settings
        return DeclaredBag.of(properties, region=settings.region, project_id=settings.project_id)

    def _refuse_successor(self, id_: str) -> None:
        """Refuse to delete what is replaced by a config that could not be created then.

        Raises:
            AlreadyConfigured: another config is live where the successor is declared.
        """
        successor = self.ownership.successor(id_)
        if successor is None or self.account.settings.precheck == "off":
            return
        live = self.account.functiongraph.get_async_config(successor.config.function_urn)
        adopt, secret = successor.adopt, successor.secret
        refused = refusal(successor.config, live, adopt=adopt, secret=secret)
        if refused:
            raise AlreadyConfigured(
                f"the async notification config of {id_} was not deleted, because the one that "
                f"replaces it could not be created: {refused}\n{REMEDY}"
            )

    def _log_takeover(self, live: Config, config: Config, declared: DeclaredBag) -> None:
        adopt = declared.examined.adopt
        is_explained = adopt or self.is_takeover_explained
        self.is_takeover_explained |= not adopt
        secret = declared.form.secret
        line = takeover(live, config, secret=secret, is_explained=is_explained)
        _log(config.function_urn, line)


def _marked_anew(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[Change]:
    """The secrets that the engine marks rightly only where an update writes the outputs anew.

    State may hold them in clear still, or at other keys than the inputs, which a refresh would then
    read in the form of the outputs.
    """
    before, secret = secret_properties(olds), secret_properties(news)
    for name in sorted(secret - before):
        yield Change(name, "is a secret, and kept as one in the state from now on")
    for path in sorted(secret & before):
        sides = [side[path] for side in (olds, news) if isinstance(side.get(path), Mapping)]
        if len({"param" in side for side in sides}) > 1:
            yield Change(path, "is a secret in another form, in which the state has it from now on")


def _log(urn: FunctionUrn, message: str) -> None:
    """Log a line at the user's terminal: the engine shows what a provider prints."""
    sys.stdout.write(f"{urn.short}: {message}\n")
    sys.stdout.flush()
