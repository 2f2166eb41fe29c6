"""The dynamic provider. This module's path and the class' name are in every user's state file.

It judges its own property bag and talks to the cloud; what the program as a whole declares it
cannot see, so cycles and pre-checks are not here.
"""

from __future__ import annotations

import sys
import time
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
from pulumi_functiongraph.dynamic.engine_process import end_with_the_engine, end_without_engine
from pulumi_functiongraph.dynamic.error_text_only import error_text_only
from pulumi_functiongraph.dynamic.refreshes import Refreshes
from pulumi_functiongraph.dynamic.takeover import takeover
from pulumi_functiongraph.dynamic.target_redaction import hide_names
from pulumi_functiongraph.operations import lifecycle
from pulumi_functiongraph.operations.ownership import Ownership

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
    reported: set[FunctionUrn]
    """Whose takeover was reported by check; a create says no more."""
    is_takeover_explained: bool
    """Whether the consequences of a takeover without ``adopt`` were reported; once is enough."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's settings; credentials are resolved when a call needs them."""
        end_with_the_engine()
        self.account = Account(
            lambda key: req.config.get(f"{NAMESPACE}:{key}"), before_attempt=end_without_engine
        )
        self.ownership = Ownership(time.monotonic)
        self.refreshes = Refreshes()
        self.reported = set()
        self.is_takeover_explained = False

    @error_text_only
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse invalid values, and a config that is there already and is not ours."""
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
        inputs = declared.inputs()
        try:
            refused = self._refusal(_olds, inputs, declared)
        except FunctionGraphError as error:
            hide_names(error, (_olds, news))
            refused = str(error)
        return CheckResult(inputs, [CheckFailure("", in_snake(refused))] if refused else [])

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
        if created.taken_over and urn not in self.reported:
            _log(urn, "its async notification config was there already and is taken over")
        times = created.live.created_time, created.live.last_modified
        if not created.taken_over and is_same_time(*times) is False:
            _log(urn, _MODIFIED_AT_ONCE)
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
        """
        urn = FunctionUrn.parse(_id)
        with self.ownership.changing(urn):
            recorded = compared(_props)
            if self.ownership.keep(urn, recorded):
                _log(urn, "its config belongs to another resource of this stack now and is kept")
                return
            lifecycle.delete(self.account.functiongraph, urn, recorded=recorded)

    def _declared(self, properties: Mapping[str, Any]) -> DeclaredBag:
        """A bag of the engine, taken apart."""
        settings = self.account.settings
        return DeclaredBag.of(properties, region=settings.region, project_id=settings.project_id)

    def _refusal(
        self, olds: Mapping[str, Any], inputs: Mapping[str, Any], declared: DeclaredBag
    ) -> str:
        """Why the config may not be created; empty for an update, or while that is not known.

        One GET for a config that is new to the stack, in preview and again in up; none otherwise.
        """
        config, secret = declared.config, declared.form.secret
        is_new = olds.get("functionUrn") != inputs.get("functionUrn")
        is_on = self.account.settings.precheck != "off"
        adopt = declared.examined.unsent.adopt
        if config is None or not is_new or adopt is UNKNOWN or not is_on:
            return ""
        live = self.ownership.look(self.account.functiongraph, config.function_urn)
        refused = lifecycle.refusal(config, live, adopt=adopt is True, secret=secret)
        if live is not None and not refused and config.function_urn not in self.reported:
            is_explained = adopt is True or self.is_takeover_explained
            line = takeover(live.config, config, secret=secret, is_explained=is_explained)
            self.is_takeover_explained |= adopt is not True
            self.reported.add(config.function_urn)
            _log(config.function_urn, line)
        return refused


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
