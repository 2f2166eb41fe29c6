"""What a provider does with the resource: check, diff, create, read, update and delete.

The dynamic provider and the plugin call it. It takes and gives plain property bags, so how an
engine marks what is unknown or secret is theirs; it speaks of properties in the spelling of state.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import TypeAlias

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.config_bags import BagForm, DeclaredBag, PropertyBag
from pulumi_functiongraph.bridge.provider_answers import Checked, Difference, Read
from pulumi_functiongraph.bridge.refresh_or_update import Refreshes
from pulumi_functiongraph.bridge.target_redaction import hide_names
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import to_bag
from pulumi_functiongraph.core.diff import Change, changes
from pulumi_functiongraph.core.errors import (
    AlreadyConfigured,
    CloudError,
    FunctionGraphError,
    InvalidInput,
    NotApplied,
    Problem,
    Refused,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, is_within
from pulumi_functiongraph.core.secrecy import without_secret_value
from pulumi_functiongraph.core.times import is_same_time
from pulumi_functiongraph.operations import lifecycle
from pulumi_functiongraph.operations.deletion import ownership_doubt
from pulumi_functiongraph.operations.ownership import Ownership, Successor
from pulumi_functiongraph.operations.run_record import Times
from pulumi_functiongraph.operations.takeover import REMEDY, refusal, takeover

Log: TypeAlias = Callable[[str], None]
"""Logs a line about the resource at the user's terminal."""

_KEPT_FOR_NOBODY = (
    "The config that another resource of this stack had there was kept for this one, so it is live "
    "and in no state now: the next pulumi up takes it over with adopt: true; or delete it by hand."
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
_DECLARED_TWICE = (
    "functionUrn: another resource of this program declares the config of the same function "
    "version, which has one config; merge the two resources into one, or name another version"
)
_DECLARED_ELSEWHERE = (
    "the async notification config of {urn} was not deleted: another resource of this program "
    "declares it and could not be created, see its error. It is kept, and this resource stays in "
    "the state. Mend that error and run pulumi up again."
)
_KEPT = "its config belongs to another resource of this stack now and is kept"


class ConfigProvider:
    """The configs of one configured provider; safe to use from several threads.

    Args:
        account: settings and clients.
        ownership: what is known about who holds which config.
    """

    def __init__(self, account: Account, ownership: Ownership) -> None:
        self.account = account
        self._ownership = ownership
        self._refreshes = Refreshes()
        self._is_takeover_explained = False
        """Whether the consequences of a takeover without ``adopt`` were logged; once is enough."""

    def check(self, olds: PropertyBag, news: PropertyBag, *, resource: str = "") -> Checked:
        """Refuse invalid values, and a second config of a function version; no cloud is asked.

        Args:
            olds: the inputs in state, empty for a new resource.
            news: the declared ones.
            resource: the resource's Pulumi URN, where the engine tells it.
        """
        declared = self.declared(news)
        examined = declared.examined
        if examined.problems:
            shown = (without_secret_value(each, declared.secret) for each in examined.problems)
            return Checked(declared, tuple(map(str, shown)))
        if examined.source is not None:
            notified = examined.leads_to.values()
            if not self._ownership.declare(examined.source, resource=resource, leads_to=notified):
                return Checked(declared, (_DECLARED_TWICE,))
            self._refreshes.check(str(examined.source))
            replaced = olds.bag.get("functionUrn")
            if declared.config is not None and replaced not in (None, str(examined.source)):
                successor = Successor(declared.config, adopt=examined.adopt, secret=declared.secret)
                self._ownership.replace(str(replaced), successor)
        self._note_state(olds, declared, resource=resource)
        return Checked(declared, ())

    def _note_state(self, olds: PropertyBag, declared: DeclaredBag, *, resource: str) -> None:
        """Tell which config the resource has, so that another one may have it once it moves on.

        Where the engine does not tell resources apart, two may declare the same config. What one of
        them has as it is declared is then no other one's to replace.
        """
        if not olds.bag or olds.bag == declared.inputs():
            return  # it stays as it is, and has no successor
        had = self.declared(olds).config
        if had is not None and (resource or had != declared.config):
            self._ownership.note_state(had)

    def leads(self, start: FunctionUrn, end: FunctionUrn) -> bool:
        """Whether what this run declares so far leads from one function version to another.

        Raises:
            OwnershipUnknown: what other processes of the run declare cannot be read.
        """
        return self._ownership.leads(start, end)

    def diff(
        self,
        id_: str,
        olds: PropertyBag,
        news: PropertyBag,
        *,
        log: Log,
        ignored: Collection[str] = (),
    ) -> Difference:
        """Compare, and log each changed property with units; some paths may be ignored."""
        before, after, secret = olds.typed, news.typed, olds.secret | news.secret
        changed = (*changes(before, after, secret=secret), *_marked_anew(olds, news))
        found = tuple(each for each in changed if not is_within(each.path, ignored))
        # Declared → live, as the engine shows a refresh, in which nothing is unknown.
        is_known = UNKNOWN not in after.values()
        sides = changes(after, before, secret=secret) if is_known else ()
        drifted = tuple(each for each in sides if not is_within(each.path, ignored))
        for line in self._lines(id_, found, drifted):
            log(line)
        is_replaced = after.get("functionUrn") not in (before.get("functionUrn"), UNKNOWN)
        return Difference(found, is_replaced)

    def _lines(
        self, id_: str, found: tuple[Change, ...], drifted: tuple[Change, ...]
    ) -> Iterator[str]:
        """The lines on a comparison: a refresh says which side is live, an update what changes."""
        if self._refreshes.compares(id_) and drifted:
            for each in self._refreshes.report(id_, drifted):
                yield f"declared → live: {each}"
            return
        known = {each.path for each in drifted if self._refreshes.is_reported(id_, each)}
        yield from (str(each) for each in found if each.path not in known)

    def create(self, declared: DeclaredBag, *, log: Log) -> tuple[FunctionUrn, Bag]:
        """PUT the config, or take over the one that is there.

        Returns:
            The function version, whose URN is the resource's id, and the outputs.
        """
        config = declared.known()
        urn = config.function_urn
        with self._ownership.changing(urn):
            self._ownership.claim(urn)
            try:
                created = self._create(declared)
            except BaseException:
                self._ownership.release(urn)
                raise
        times = created.live.created_time, created.live.last_modified
        if created.before is None and is_same_time(*times) is False:
            log(_MODIFIED_AT_ONCE)
        if created.before is not None and not self.is_ours(created.before):
            log(self.takeover(created.before.config, declared))
        return urn, declared.form.outputs(created.live)

    def _create(self, declared: DeclaredBag) -> lifecycle.Created:
        config, configs = declared.known(), self.account.functiongraph
        kept = self._ownership.kept(config.function_urn)
        left = self._ownership.left(config.function_urn)

        def is_predecessor(live: LiveConfig) -> bool:
            if kept is not None:
                return not ownership_doubt(kept, live)
            is_left = left is not None and left.are_of(live)
            return is_left or self._ownership.may_replace(live)

        try:
            return lifecycle.create(
                configs,
                config,
                adopt=declared.examined.adopt,
                is_predecessor=is_predecessor,
                secret=declared.secret,
            )
        except AlreadyConfigured:
            raise  # what is live is not the one that was kept
        except FunctionGraphError as error:
            if kept is None and left is None:
                raise
            raise NotApplied(f"{error}\n{_KEPT_FOR_NOBODY}") from error

    def is_ours(self, live: LiveConfig) -> bool:
        """Whether what is live is what a resource of this stack has, or had before this run."""
        has_predecessor = self._ownership.has_predecessor(live.config.function_urn)
        return has_predecessor or self._ownership.is_in_state(live)

    def refusal(
        self, desired: Config, live: LiveConfig | None, *, adopt: bool, secret: frozenset[str]
    ) -> str:
        """Why a config could not be created, empty where it could.

        What the stack has there itself may be replaced, as far as this run has told.
        """
        refused = refusal(desired, live, adopt=adopt, secret=secret)
        if refused and live is not None and self._ownership.may_replace(live):
            return ""
        return refused

    def takeover(self, live: Config, declared: DeclaredBag) -> str:
        """The line on a live config that is taken over."""
        adopt = declared.examined.adopt
        is_explained = adopt or self._is_takeover_explained
        self._is_takeover_explained |= not adopt
        secret = declared.secret
        return takeover(live, declared.known(), secret=secret, is_explained=is_explained)

    def read(self, id_: FunctionUrn, state: PropertyBag, *, log: Log) -> Read | None:
        """What is live now, as outputs and as inputs, so that refresh shows true drift."""
        live = self.live(id_)
        if live is None:
            return None
        self._refreshes.read(str(id_))
        if lifecycle.is_another(state.bag, live):
            log(_ANOTHER.format(created=live.created_time))
        return read_back(live, state)

    def source_named(self, id_: str) -> FunctionUrn:
        """The function version that a resource's id names, in any of its forms.

        Raises:
            InvalidInput: it names none that can have a config.
        """
        settings = self.account.settings
        region, project_id = settings.region, settings.project_id
        urn = FunctionUrn.parse(id_, region=region, project_id=project_id, path="id")
        if urn.is_alias:
            what = "names an alias, and aliases have no async notification config"
            raise InvalidInput(
                [Problem("id", what, "allowed: a version of the function, such as latest")]
            )
        return urn

    def live(self, urn: FunctionUrn) -> LiveConfig | None:
        """The live config, ``None`` where there is none."""
        return self.account.functiongraph.get_async_config(urn)

    def update(self, olds: PropertyBag, declared: DeclaredBag) -> Bag:
        """PUT the whole config and read it back; returns the outputs.

        Raises:
            HalfApplied: what the state is to hold now is neither what it held nor what is declared.
        """
        config = declared.known()
        with self._ownership.changing(config.function_urn):
            configs = self.account.functiongraph
            secret = olds.secret | declared.secret
            live = lifecycle.update(configs, config, recorded=olds.typed, secret=secret)
        return declared.form.outputs(live)

    def delete(
        self,
        id_: str,
        olds: PropertyBag,
        *,
        log: Log,
        judge_successor: Callable[[], object] = lambda: None,
    ) -> None:
        """Delete the config that state holds; that it is gone already is success.

        A resource that was renamed without an alias, or that swaps its function with another one,
        is deleted while its successor is declared; the config then belongs to that one and stays.
        One that is replaced is deleted only where its successor can be created.

        Args:
            id_: the resource's id.
            olds: what state holds.
            log: logs what is done instead.
            judge_successor: called before what is replaced is deleted; raises a
                `FunctionGraphError` where what replaces it would be refused.
        """
        urn = FunctionUrn.parse(id_)
        with self._ownership.changing(urn):
            recorded = olds.typed
            if self._ownership.has_failed(urn):
                raise AlreadyConfigured(_DECLARED_ELSEWHERE.format(urn=urn))
            self._refuse_successor(id_, judge_successor)
            if self._ownership.keep(urn, recorded):
                self._leave(urn, recorded)
                log(_KEPT)
                return
            if self._ownership.doubt:
                log(self._ownership.doubt)
            configs = self.account.functiongraph
            lifecycle.delete(configs, urn, recorded=recorded, secret=olds.secret)

    def _leave(self, urn: FunctionUrn, recorded: Bag) -> None:
        """Tell another process, whose resource may get the config, that it is the one in state.

        It is told times only: the state has secrets. What cannot be read is not told, and the
        successor may then take the config over as it is, and not replace it.
        """
        if not self._ownership.is_awaited_elsewhere(urn):
            return
        with suppress(CloudError):
            live = self.live(urn)
            if live is not None and not ownership_doubt(recorded, live):
                self._ownership.leave(urn, Times.of(live))

    def declared(self, properties: PropertyBag) -> DeclaredBag:
        """A declared bag, taken apart."""
        settings = self.account.settings
        return DeclaredBag.of(properties, region=settings.region, project_id=settings.project_id)

    def _refuse_successor(self, id_: str, judge: Callable[[], object]) -> None:
        """Refuse to delete what is replaced by a config that could not be created then.

        Raises:
            Refused: why it could not.
        """
        successor = self._ownership.successor(id_)
        if successor is None or self.account.settings.precheck == "off":
            return
        config, adopt, secret = successor.config, successor.adopt, successor.secret
        try:
            live = self.live(config.function_urn)
            refused = self.refusal(config, live, adopt=adopt, secret=secret)
            if refused:
                raise AlreadyConfigured(f"{refused}\n{REMEDY}")
            judge()
        except FunctionGraphError as error:
            hide_names(error, [to_bag(config)])
            raise Refused(
                f"the async notification config of {id_} was not deleted, because the one that "
                f"replaces it could not be created: {error}"
            ) from error


def read_back(live: LiveConfig, state: PropertyBag) -> Read:
    """A live config, in the form in which the state has it."""
    form = BagForm.of(state)
    return Read(form.outputs(live), form.inputs(live))


def _marked_anew(olds: PropertyBag, news: PropertyBag) -> Iterator[Change]:
    """The secrets that the engine marks rightly only where an update writes the outputs anew.

    State may hold them in clear still, or at other keys than the inputs, which a refresh would then
    read in the form of the outputs.
    """
    for name in sorted((news.secret - olds.secret) & olds.bag.keys()):
        yield Change(name, "is a secret, and kept as one in the state from now on")
    for path in sorted(news.secret & olds.secret):
        sides = [side.bag[path] for side in (olds, news) if path in side.bag]
        if len({"param" in side for side in sides if isinstance(side, Mapping)}) > 1:
            yield Change(path, "is a secret in another form, in which the state has it from now on")
