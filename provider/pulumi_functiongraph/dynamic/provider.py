"""The dynamic provider. This module's path and the class' name are in every user's state file.

It judges its own property bag and talks to the cloud; what the program as a whole declares it
cannot see, so cycles and pre-checks are not here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
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
from pulumi_functiongraph.bridge.property_bags import from_engine, to_engine
from pulumi_functiongraph.cloud.wire import as_read_back, in_raw_form, in_typed_form
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import Examined, examine, to_bag
from pulumi_functiongraph.core.diff import Change, changes
from pulumi_functiongraph.core.errors import (
    AlreadyConfigured,
    FunctionGraphError,
    InvalidInput,
    NotApplied,
)
from pulumi_functiongraph.core.local_inputs import take_out
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import ADOPT, UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.property_names import in_snake
from pulumi_functiongraph.core.secrecy import (
    SECRET_PROPERTIES,
    displaced,
    secret_properties,
    told_problem,
)
from pulumi_functiongraph.core.times import is_same_time
from pulumi_functiongraph.dynamic.engine_process import end_with_the_engine, end_without_engine
from pulumi_functiongraph.dynamic.error_text_only import error_text_only
from pulumi_functiongraph.dynamic.refreshes import Refreshes
from pulumi_functiongraph.dynamic.takeover import takeover
from pulumi_functiongraph.dynamic.target_redaction import hide_names
from pulumi_functiongraph.operations import lifecycle
from pulumi_functiongraph.operations.ownership import Ownership

_FLAG = "enableAsyncStatusLog"

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
    announced: set[FunctionUrn]
    """Whose takeover was told by check; a create says no more."""
    is_takeover_explained: bool
    """Whether it was said what follows from a takeover that nobody asked for; once is enough."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's settings; credentials are resolved when a call needs them."""
        end_with_the_engine()
        self.account = Account(
            lambda key: req.config.get(f"{NAMESPACE}:{key}"), before_attempt=end_without_engine
        )
        self.ownership = Ownership(time.monotonic)
        self.refreshes = Refreshes()
        self.announced = set()
        self.is_takeover_explained = False

    @error_text_only
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse invalid values, and a config that is there already and is not ours."""
        declared, secret = from_engine(news), secret_properties(news)
        examined = self._examine(declared)
        if examined.problems:
            told = (in_snake(str(told_problem(found, secret))) for found in examined.problems)
            return CheckResult(news, [CheckFailure("", problem) for problem in told])
        if examined.source is not None:
            self.ownership.declare(examined.source)
            self.refreshes.check(str(examined.source))
        try:
            refused = self._refusal(from_engine(_olds), examined, secret)
        except FunctionGraphError as error:
            hide_names(error, (_olds, news))
            refused = str(error)
        failures = [CheckFailure("", in_snake(refused))] if refused else []
        return CheckResult(to_engine(examined.inputs) | _kept(secret), failures)

    @error_text_only
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare, and tell each changed property with units."""
        before, after = _in_typed_form(_olds), _in_typed_form(_news)
        secret = secret_properties(_news)
        found = [*changes(before, after, secret=secret), *_marked_anew(_olds, _news)]
        replaced = after.get("functionUrn") not in (before.get("functionUrn"), UNKNOWN)
        # Declared → live, as the engine shows a refresh, in which nothing is unknown.
        drifted = changes(after, before, secret=secret) if UNKNOWN not in after.values() else ()
        for line in self._told_changes(_id, found, drifted):
            _tell(FunctionUrn.parse(_id), in_snake(line))
        return DiffResult(
            changes=bool(found),
            replaces=["functionUrn"] if replaced else [],
            delete_before_replace=True,
        )

    def _told_changes(
        self, id_: str, found: list[Change], drifted: tuple[Change, ...]
    ) -> Iterator[str]:
        """What a comparison says: a refresh which side is live, an update what else it changes."""
        if self.refreshes.compares(id_) and drifted:
            for each in self.refreshes.tell(id_, drifted):
                yield f"declared → live: {each}"
            return
        known = {each.path for each in drifted if self.refreshes.is_told(id_, each)}
        yield from (str(each) for each in found if each.path not in known)

    @error_text_only
    def create(self, props: dict[str, Any]) -> CreateResult:
        """PUT the config, or take over the one that is there."""
        config, bag = self._known(props)
        urn = config.function_urn
        with self.ownership.changing(urn):
            self.ownership.claim(urn)
            try:
                created = self._create(config, bag)
            except BaseException:
                self.ownership.release(urn)
                raise
        if created.taken_over and urn not in self.announced:
            _tell(urn, "its async notification config was there already and is taken over")
        times = created.live.created_time, created.live.last_modified
        if not created.taken_over and is_same_time(*times) is False:
            _tell(urn, _MODIFIED_AT_ONCE)
        return CreateResult(
            str(urn), to_engine(_outputs(created.live, bag)) | _kept(secret_properties(props))
        )

    def _create(self, config: Config, bag: Bag) -> lifecycle.Created:
        configs, adopt = self.account.functiongraph, bag.get(ADOPT) is True
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
            _tell(FunctionUrn.parse(id_), _ANOTHER.format(created=live.created_time))
        outputs = _outputs(live, state)
        inputs = {
            key: value
            for key, value in outputs.items()
            if key not in {"createdTime", "lastModified"}
        }
        moved = displaced(in_typed_form(state), in_typed_form(outputs), secret)
        told = (to_engine(bag, secret=moved) | _kept(secret) for bag in (outputs, inputs))
        return ReadResult(id_, *told)

    @error_text_only
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """PUT the whole config and read it back."""
        config, bag = self._known(_news)
        with self.ownership.changing(config.function_urn):
            recorded = _in_typed_form(_olds)
            live = lifecycle.update(self.account.functiongraph, config, recorded=recorded)
        return UpdateResult(to_engine(_outputs(live, bag)) | _kept(secret_properties(_news)))

    @error_text_only
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the config that state holds; that it is gone already is success.

        A resource that was renamed without an alias, or that swaps its function with another one,
        is deleted while its successor is declared; the config then belongs to that one and stays.
        """
        urn = FunctionUrn.parse(_id)
        with self.ownership.changing(urn):
            recorded = _in_typed_form(_props)
            if self.ownership.keep(urn, recorded):
                _tell(urn, "its config belongs to another resource of this stack now and is kept")
                return
            lifecycle.delete(self.account.functiongraph, urn, recorded=recorded)

    def _examine(self, bag: Bag) -> Examined:
        """The bag, judged; a raw target stays raw, with its param as it is sent.

        The engine marks by key what is a secret, so no value may go to another key.
        """
        settings = self.account.settings
        examined = examine(bag, region=settings.region, project_id=settings.project_id)
        if examined.draft is None:
            return examined
        config = as_read_back(examined.draft)
        inputs = in_raw_form(examined.inputs, config, like=bag)
        return replace(examined, config=examined.config and config, inputs=inputs)

    def _known(self, properties: Mapping[str, Any]) -> tuple[Config, Bag]:
        """The config of a checked bag, in which nothing is unknown any more."""
        examined = self._examine(from_engine(properties))
        if examined.config is None:
            raise InvalidInput(examined.problems)
        return examined.config, examined.inputs

    def _refusal(self, olds: Bag, examined: Examined, secret: Collection[str]) -> str:
        """Why the config may not be created; empty for an update, or while that is not known.

        One GET for a config that is new to the stack, in preview and again in up; none otherwise.
        """
        config = examined.config
        is_new = olds.get("functionUrn") != examined.inputs.get("functionUrn")
        looks_ahead = self.account.settings.precheck != "off"
        adopt = examined.unsent.adopt
        if config is None or not is_new or adopt is UNKNOWN or not looks_ahead:
            return ""
        live = self.ownership.look(self.account.functiongraph, config.function_urn)
        refused = lifecycle.refusal(config, live, adopt=adopt is True, secret=secret)
        if live is not None and not refused and config.function_urn not in self.announced:
            is_explained = adopt is True or self.is_takeover_explained
            line = takeover(live.config, config, secret=secret, is_explained=is_explained)
            self.is_takeover_explained |= adopt is not True
            self.announced.add(config.function_urn)
            _tell(config.function_urn, line)
        return refused


def _outputs(live: LiveConfig, bag: Bag) -> dict[str, BagValue]:
    """What state holds: the live setting, the inputs that are never sent, and the times.

    A target that is raw in the bag is raw here too, so that no value goes to another key. A status
    log flag that nobody declared is kept out while the service reports it as off.
    """
    outputs = in_raw_form(to_bag(live.config), live.config, like=bag)
    if not outputs.get(_FLAG) and _FLAG not in bag:
        outputs.pop(_FLAG, None)
    times = {"createdTime": live.created_time, "lastModified": live.last_modified}
    return {**take_out(bag)[1].put_back(outputs), **times}


def _in_typed_form(properties: Mapping[str, Any]) -> Bag:
    """A bag of the engine to be compared: two spellings of one target are no difference."""
    return in_typed_form(from_engine(properties))


def _kept(secret: Collection[str]) -> dict[str, Any]:
    """What hands the names of the secret properties on to the next call."""
    return {SECRET_PROPERTIES: sorted(secret)} if secret else {}


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


def _tell(urn: FunctionUrn, message: str) -> None:
    """Say something to the person at the terminal: the engine shows what a provider prints."""
    sys.stdout.write(f"{urn.short}: {message}\n")
    sys.stdout.flush()
