"""What is judged of one config before it is created or updated.

Check judges it by what the run declares, without the network; Create and Update by what is live.
The engine runs these calls side by side, in previews too. A Python program whose gate judges a
config says so, and no cloud is asked about it again here. In a preview another resource of the
program may still make what is missing, so what would be refused is only a warning there; in the
update it is asked for again, right before the change.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from pulumi_functiongraph.bridge.config_bags import DeclaredBag
from pulumi_functiongraph.bridge.config_provider import ConfigProvider, Log
from pulumi_functiongraph.bridge.target_redaction import hide_names
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.errors import AlreadyConfigured, FunctionGraphError, Refused
from pulumi_functiongraph.core.findings import Finding, errors
from pulumi_functiongraph.core.properties import UNKNOWN, Bag
from pulumi_functiongraph.core.property_names import in_camel
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.operations.takeover import REMEDY
from pulumi_functiongraph.plugin.declared_cycles import DeclaredCycles, found_across_providers

if TYPE_CHECKING:
    from pulumi_functiongraph.plugin.cloud_findings import CloudFindings

_OVERRIDE_OF_CYCLES = "To let one run pass with its cycles: FUNCTIONGRAPH_ON_CYCLE=warn pulumi …"
_OVERRIDE = "To let one run pass in spite of it: FUNCTIONGRAPH_PRECHECK=warn pulumi …"


class BeforeChange:
    """The judgement on configs of one configured provider; safe to use from several threads.

    Args:
        configs: the provider.
    """

    def __init__(self, configs: ConfigProvider) -> None:
        self._configs = configs
        self._cycles = DeclaredCycles()
        self._lock = Lock()
        self._findings: CloudFindings | None = None
        self._judged_by_gate: set[str] = set()
        self._declared: dict[str, DeclaredBag] = {}
        self._judged: set[str] = set()
        """The Pulumi URNs of what was judged before the config that it replaces was deleted."""
        self._reported: set[Finding] = set()

    def leave_to_gate(self, urns: Iterable[str]) -> None:
        """Leave to the gate of a Python program what it judges, by Pulumi URNs."""
        with self._lock:
            self._judged_by_gate.update(urns)

    def is_left_to_gate(self, urn: str) -> bool:
        """Whether a gate judges the config of a Pulumi URN."""
        with self._lock:
            return urn in self._judged_by_gate

    def check(self, urn: str, olds: Bag, declared: DeclaredBag, *, warn: Log) -> list[str]:
        """Judge a config that is valid, by the others that this run declares.

        Args:
            urn: the resource's Pulumi URN.
            olds: its inputs in state, empty for a new one.
            declared: what it says.
            warn: logs what stops nothing.

        Returns:
            The cycles that it closes, a text each, where they stop the run.
        """
        in_state = str(olds.get("functionUrn", ""))
        settings = self._configs.account.settings
        place = settings.region, settings.project_id
        self._cycles.declare(urn, declared, place=place, in_state=in_state)
        with self._lock:
            self._declared[urn] = declared
        # The gate does not look into secrets, nor knows what transforms change in the engine.
        found = self._declared_cycles(urn, declared)
        stopping = self._stopping_cycles(found)
        if not self.is_left_to_gate(urn):
            self._warn((each for each in found if each not in stopping), warn)
        return [f"{in_camel(str(each))}\n{_OVERRIDE_OF_CYCLES}" for each in stopping]

    def _declared_cycles(self, urn: str, declared: DeclaredBag) -> tuple[Finding, ...]:
        """The findings on the cycles of a config with what this run declares so far."""
        found = self._cycles.found_with(urn)
        if errors(found):
            return found
        return (*found, *found_across_providers(urn, declared, leads=self._configs.leads))

    def _stopping_cycles(self, found: Iterable[Finding]) -> tuple[Finding, ...]:
        settings = self._configs.account.settings
        is_enforced = settings.precheck == "enforce" and settings.on_cycle == "error"
        return errors(found) if is_enforced else ()

    def preview_create(self, urn: str, declared: DeclaredBag, *, log: Log, warn: Log) -> None:
        """Judge a config that is new to the stack, in a preview.

        Raises:
            AlreadyConfigured: another config is live in its place, and ``adopt`` is off.
            FunctionGraphError: whether one is there could not be read.
        """
        if self.is_left_to_gate(urn):
            return
        config = declared.config
        if config is not None and self._configs.account.settings.precheck != "off":
            live = self._live_in_place_of(urn, config, declared, warn=warn)
            adopt = declared.examined.unsent.adopt in (True, UNKNOWN)
            refused = self._configs.refusal(config, live, adopt=adopt, secret=declared.secret)
            if refused:
                raise AlreadyConfigured(f"{refused}\n{REMEDY}")
            if live is not None and not self._configs.is_ours(live):
                log(self._configs.takeover(live.config, declared))
        self._warn(self._cloud().of(urn, declared, is_preview=True), warn, is_preview=True)

    def _live_in_place_of(
        self, urn: str, config: Config, declared: DeclaredBag, *, warn: Log
    ) -> LiveConfig | None:
        account = self._configs.account
        deadline = time.monotonic() + account.settings.precheck_timeout
        try:
            return account.configs(deadline=deadline).get_async_config(config.function_urn)
        except FunctionGraphError as error:
            if account.settings.precheck == "enforce":
                raise
            hide_names(error, [declared.examined.inputs])
            what = "whether an async notification config is live already is not known"
            warn(f"{name_in(urn)}: {what}: {error}")
            return None

    def preview_update(self, urn: str, declared: DeclaredBag, *, warn: Log) -> None:
        """Judge a config that the stack has, in a preview."""
        if not self.is_left_to_gate(urn):
            self._warn(self._cloud().of(urn, declared, is_preview=True), warn, is_preview=True)

    def replace(self, urn: str, *, warn: Log) -> None:
        """Judge a config before the one that it replaces is deleted, and not once more after that.

        Raises:
            Refused: as for `change`.
        """
        with self._lock:
            declared = self._declared.get(urn)
        if declared is not None:
            # As in a preview, what is replaced is live still.
            self._judge(urn, declared, warn=warn, is_preview=True)
            self._refuse_cycles(urn, declared)
            with self._lock:
                self._judged.add(urn)

    def change(self, urn: str, declared: DeclaredBag, *, warn: Log) -> None:
        """Judge a config right before it is sent.

        Raises:
            Refused: a notification would not arrive, or it is in a cycle by now: without a
                preview, a config may be sent before the one that closes a cycle is checked.
        """
        with self._lock:
            is_judged = urn in self._judged
        if not is_judged:
            self._judge(urn, declared, warn=warn, is_preview=False)
        # As late as can be, when all checks of the run have as a rule been made.
        self._refuse_cycles(urn, declared)

    def _refuse_cycles(self, urn: str, declared: DeclaredBag) -> None:
        cycles = self._stopping_cycles(self._declared_cycles(urn, declared))
        _refuse(declared, cycles, override=_OVERRIDE_OF_CYCLES)

    def _judge(self, urn: str, declared: DeclaredBag, *, warn: Log, is_preview: bool) -> None:
        """Refuse, or warn of, what the cloud says of a config that no gate has judged."""
        if self.is_left_to_gate(urn):
            return
        found = self._cloud().of(urn, declared, is_preview=is_preview)
        is_enforced = self._configs.account.settings.precheck == "enforce"
        stopping = errors(found) if is_enforced else ()
        self._warn((each for each in found if each not in stopping), warn)
        _refuse(declared, stopping, override=_OVERRIDE)

    def _cloud(self) -> CloudFindings:
        """Loaded when a config is judged that no gate has judged."""
        from pulumi_functiongraph.plugin.cloud_findings import CloudFindings

        with self._lock:
            if self._findings is None:
                self._findings = CloudFindings(self._configs.account, self._cycles)
            return self._findings

    def _warn(self, found: Iterable[Finding], warn: Log, *, is_preview: bool = False) -> None:
        for each in self._not_reported(found):
            more = ""
            if is_preview and each.is_error:
                more = (
                    "; the update refuses this, unless another resource of the program mends it "
                    "before"
                )
            warn(f"{in_camel(str(each.as_warning()))}{more}")

    def _not_reported(self, found: Iterable[Finding]) -> list[Finding]:
        """Those that were not logged before: Check and what is live show the same cycle."""
        with self._lock:
            new = [each for each in found if each.as_warning() not in self._reported]
            self._reported.update(each.as_warning() for each in new)
        return new


def _refuse(declared: DeclaredBag, stopping: Iterable[Finding], *, override: str) -> None:
    listed = "\n".join(f"  {in_camel(str(each))}" for each in stopping)
    if listed:
        source = declared.known().function_urn
        raise Refused(
            f"the async notification config of {source} was not sent:\n{listed}\n{override}"
        )
