"""One run of a program: what it declares, what values are known, and what the cloud answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pulumi

from pulumi_functiongraph.bridge.clients import Account
from pulumi_functiongraph.bridge.live_walk import LiveWalk
from pulumi_functiongraph.core.comments import Comments
from pulumi_functiongraph.core.errors import InvalidInput, SettingsError
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import CycleAnalysis
from pulumi_functiongraph.core.rules import judge as judge_by_rules
from pulumi_functiongraph.core.rules.rule import Program
from pulumi_functiongraph.operations.declared_graph import DeclaredGraph
from pulumi_functiongraph.operations.source_lines import SourceLines
from pulumi_functiongraph.operations.walk import Live
from pulumi_functiongraph.program.account import of_program
from pulumi_functiongraph.program.concurrency import SharedRuns
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.prechecks import Prechecks
from pulumi_functiongraph.program.reading import Reading, read
from pulumi_functiongraph.program.report import nothing_changed
from pulumi_functiongraph.program.stack_state import StackState
from pulumi_functiongraph.program.takeovers import Takeovers
from pulumi_functiongraph.program.unit_tests import UnitTest
from pulumi_functiongraph.program.values import Values


class CloudReads(msgspec.Struct):
    """What was read outside of the program.

    Attributes:
        walk: live notifications.
        walks: those of hooks; the hooks that come while one walks share the next.
        prechecks: what the configs need.
        takeovers: what is live in the place of configs that are new to the stack.
        state: of the stack, which the engine holds.
        is_waiting_logged: whether it was logged what is waited for; once is enough.
    """

    walk: LiveWalk = msgspec.field(default_factory=LiveWalk)
    walks: SharedRuns[Live] = msgspec.field(default_factory=SharedRuns)
    prechecks: Prechecks = msgspec.field(default_factory=Prechecks)
    takeovers: Takeovers = msgspec.field(default_factory=Takeovers)
    state: StackState = msgspec.field(default_factory=StackState)
    is_waiting_logged: bool = False


class Run(msgspec.Struct):
    """One run of a program.

    Attributes:
        test: the unit test that is the program, ``None`` in one that an engine runs.
        is_begun: whether resources may have been constructed before the gate was in place.
        gate: the output that registrations wait for.
        fired: whether the gate has judged; what is declared later is judged by its constructor.
        judging: the gate's judgement by what the cloud answers; a preview goes on meanwhile.
        declared: what is declared.
        values: what values are known.
        cloud: what the cloud answered.
        reading: what was read last of what is declared.
        comments: of the program's source, each file of which is read once.
        reported: the findings that were logged.
        whole: the findings of the last judgement on everything.
        refused: those on configs that their constructor refused.
        audits: of configs that were declared after the gate.
    """

    test: UnitTest | None = None
    is_begun: bool = False
    gate: pulumi.Output[list[pulumi.Resource]] | None = None
    fired: bool = False
    judging: asyncio.Future[bool] | None = None
    declared: Declarations = msgspec.field(default_factory=Declarations)
    values: Values = msgspec.field(default_factory=Values)
    cloud: CloudReads = msgspec.field(default_factory=CloudReads)
    reading: Reading | None = None
    comments: Comments = msgspec.field(default_factory=lambda: Comments(SourceLines(Path.cwd())))
    reported: set[Finding] = msgspec.field(default_factory=set)
    whole: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()
    audits: SharedRuns[bool] = msgspec.field(default_factory=SharedRuns)
    _account: Account | None = None
    _judged: tuple[DeclaredGraph, Live, CycleAnalysis] | None = None
    _found: tuple[Program, tuple[Finding, ...]] | None = None

    @property
    def account(self) -> Account:
        """The account that the program's config names; a unit test may still set its config."""
        if self._account is None or not self.fired:
            self._account = of_program()
        return self._account

    def read(self) -> Reading:
        """Read everything declared so far; no Output is awaited.

        Raises:
            pulumi.RunError: the settings are not valid, or a declaration cannot be read.
        """
        if self.reading is None or not self.fired or not self._is_current(self.reading):
            try:
                self.reading = read(
                    self.declared,
                    self.values,
                    self.account.settings,
                    existing=self.cloud.state.existing,
                    last=self.reading,
                    has_ended=self.fired,
                )
            except (SettingsError, InvalidInput) as error:
                raise nothing_changed(error) from error
        return self.reading

    def verdict(self, graph: DeclaredGraph, live: Live) -> CycleAnalysis:
        """The verdict on a graph over what is live, kept while both are the same."""
        last = self._judged
        if last is None or last[0] is not graph or not last[1].shows_the_same(live):
            last = self._judged = graph, live, graph.verdict(live)
        return last[2]

    def findings(self, program: Program) -> tuple[Finding, ...]:
        """What the rules find in what is declared, kept while they are given the same."""
        if self._found is None or self._found[0] != program:
            self._found = program, judge_by_rules(program)
        return self._found[1]

    def _is_current(self, last: Reading) -> bool:
        """Whether nothing was declared or became known since the last reading."""
        return (
            not self.values.news
            and last.resources == len(self.declared.resources)
            and len(last.configs) == len(self.declared.configs)
            and last.graph.existing is self.cloud.state.existing
        )

    def not_reported(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of the findings that were not logged before; they count as logged from now on."""
        new = [found for found in findings if found not in self.reported]
        self.reported.update(new)
        return new
