"""What one run of a program has declared so far, as the rules and the graph see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_functiongraph.bridge.property_bags import from_program, outputs_in
from pulumi_functiongraph.core.comments import Comments
from pulumi_functiongraph.core.config_validation import Examined, examine
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.findings import Finding
from pulumi_functiongraph.core.graph import Declared, Edge, Node
from pulumi_functiongraph.core.prechecks.checked_configs import CheckedConfig
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.secrecy import told_problem
from pulumi_functiongraph.operations.answers import Answers
from pulumi_functiongraph.operations.source_lines import SourceLines
from pulumi_functiongraph.operations.walk import Live
from pulumi_functiongraph.program.resources import Owner, Registered, owners
from pulumi_functiongraph.program.shared_runs import SharedRuns
from pulumi_functiongraph.program.stack_state import Held, held_by_stack
from pulumi_functiongraph.program.unit_tests import UnitTest

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.walk_client import WalkClient

_SOURCE = "functionUrn"
_A_PULUMI_URN = "urn:pulumi:of-a-resource-of-this-program"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One config as it was declared.

    Attributes:
        name: the resource's logical name.
        arguments: what the program passed: snake_case keys, literals and Outputs.
        where: ``file:line``.
        is_late: whether it was declared after the gate had judged.
        after: how many resources were declared before it.
        follows_others: whether one of them is no config, and may make what this one needs.
        problems: what is wrong with the options that it is declared with.
    """

    name: str
    arguments: Mapping[str, Any]
    where: str
    is_late: bool = False
    after: int = 0
    follows_others: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def is_judged_again(self) -> bool:
        """Whether its values, or those of others, may be known better right before its change."""
        return self.is_late or bool(outputs_in(self.arguments))


@dataclass(frozen=True, slots=True)
class RecordedTrigger:
    """One trigger as it was declared.

    Attributes:
        arguments: ``source`` and ``function_urn`` as the program passed them.
        prefix: of a bucket, what the keys start with.
        suffix: of a bucket, what the keys end with.
        where: ``file:line``.
    """

    arguments: Mapping[str, Any]
    prefix: str
    suffix: str
    where: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A declared config with what is known of the values behind it.

    Attributes:
        declaration: as the rules see it.
        declared: as the graph sees it.
    """

    declaration: Declaration
    declared: Declared


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk over what is live.

    Attributes:
        source: what was asked.
        edges: what was declared and known.
        live: what was found.
        ended: when all of it was found out, a time of the clock; a walk that goes on keeps it.
    """

    source: WalkClient
    edges: frozenset[Edge]
    live: Live
    ended: float


@dataclass(slots=True)
class Batch:
    """The declarations that one gate judges together.

    Attributes:
        is_begun: whether resources may have been constructed before the gate was in place.
        registered: every resource that waits for the gate.
        configs: every declared config.
        triggers: every declared trigger.
        urns: by Pulumi URN, the config that it is of.
        examined: by object id of a config, its bag when it was last examined, and the finding.
        known: by Pulumi URN of a config, its bag as the engine knows it during the update.
        derived: by object id of an Output, the one resource that it was derived from.
        texts: by object id of an Output, its value, where that turned out to be known.
        secrets: in a unit test, those values that are secret; only their problems are told.
        held: what the stack's last state holds, once the engine was asked.
        existing: the live functions that resources of the program stand for.
        others: how many of the resources are no configs and may make what one needs.
        walked: the last walk.
        walks: those of the hooks.
        answers: what the cloud has answered in this run.
        settled: the places of the configs that need no other check before they are sent.
        checked: the configs as they were when they were checked.
        said: the findings that have been said.
        comments: of the program's source, each file of which is read once.
        told: the kinds of reasons why something could not be verified that have been said.
        fresh_until: until when the hook asks the source of answers that it has.
        lock: held while that source is exchanged.
        fired: whether the gate has judged; what is declared later is judged by its constructor.
        gate: the output that registrations wait for.
        test: the unit test that declares all this, ``None`` in a program that an engine runs.
    """

    is_begun: bool = False
    registered: list[Registered] = field(default_factory=list)
    configs: list[Recorded] = field(default_factory=list)
    triggers: list[RecordedTrigger] = field(default_factory=list)
    urns: dict[str, Recorded] = field(default_factory=dict)
    examined: dict[int, tuple[Bag, Examined]] = field(default_factory=dict)
    known: dict[str, Bag] = field(default_factory=dict)
    derived: dict[int, str] = field(default_factory=dict)
    texts: dict[int, BagValue] = field(default_factory=dict)
    secrets: dict[int, BagValue] = field(default_factory=dict)
    held: Held | None = None
    existing: Mapping[Node, tuple[Node, ...]] = field(default_factory=dict)
    others: int = 0
    walked: Walked | None = None
    walks: SharedRuns[Live] = field(default_factory=SharedRuns)
    answers: Answers | None = None
    settled: set[int] = field(default_factory=set)
    checked: frozenset[CheckedConfig] = frozenset()
    said: set[Finding] = field(default_factory=set)
    comments: Comments = field(default_factory=lambda: Comments(SourceLines(Path.cwd())))
    told: set[str] = field(default_factory=set)
    fresh_until: float = 0.0
    lock: Lock = field(default_factory=Lock)
    fired: bool = False
    gate: pulumi.Output[list[pulumi.Resource]] | None = None
    test: UnitTest | None = None

    def seen(self, *, region: str, project_id: str) -> Iterator[Seen]:
        """Every declared config; no Output is awaited."""
        behind = owners(self.registered)
        stand_ins = self.stand_ins(behind)
        known = {id(self.urns[urn]): bag for urn, bag in self.known.items() if urn in self.urns}
        for config in self.configs:
            bag = known.get(id(config)) or from_program(config.arguments, known=stand_ins)
            examined = self._examined(config, bag, region=region, project_id=project_id)
            if self.secrets:
                every = from_program(config.arguments, known={**stand_ins, **self.secrets})
                entire = examine(every, region=region, project_id=project_id)
                examined = self._with_secrets(config, examined, entire)
            identities: dict[str, str] = {}
            if examined.unknown:
                of_all = self.identities(config.arguments, behind)
                identities = {path: of_all[path] for path in of_all if path in examined.unknown}
                identities = self._without_unsure_loops(config, identities)
            source = self._unknown_source(config, identities)
            if bag.get(_SOURCE) is not UNKNOWN:
                source = str(examined.source) if examined.source else None
            yield Seen(
                Declaration(config.name, examined, source, config.where),
                Declared(
                    resource=config.name,
                    where=config.where,
                    unknown=examined.unknown,
                    identities=identities,
                    acknowledged=examined.unsent.acknowledged,
                    region=region or None,
                    project_id=project_id or None,
                ),
            )

    def _without_unsure_loops(
        self, config: Recorded, identities: Mapping[str, str]
    ) -> dict[str, str]:
        """Without targets that were derived apart from the source, and from the same resource.

        They may be other versions of the function. What they are is judged right before the change.
        """
        outputs = {path: id(output) for path, output in outputs_in(config.arguments).items()}
        source = outputs.get(_SOURCE)
        if source not in self.derived:
            return dict(identities)
        return {
            path: identity
            for path, identity in identities.items()
            if path == _SOURCE
            or identity != identities.get(_SOURCE)
            or outputs[path] == source
            or outputs[path] not in self.derived
        }

    def _unknown_source(self, config: Recorded, identities: Mapping[str, str]) -> str | None:
        """What an unknown function URN is surely the same as.

        Two Outputs that were derived from one resource may be two versions of its function.
        """
        identity = identities.get(_SOURCE)
        output = id(outputs_in(config.arguments).get(_SOURCE))
        return f"{identity}#{output}" if output in self.derived else identity

    def _examined(self, config: Recorded, bag: Bag, *, region: str, project_id: str) -> Examined:
        """Examine a config, or tell what was found when its bag was the same."""
        before = self.examined.get(id(config))
        if before is not None and before[0] == bag:
            return before[1]
        found = examine(bag, region=region, project_id=project_id)
        if config.problems:
            found = replace(found, problems=(*found.problems, *config.problems))
        self.examined[id(config)] = (bag, found)
        return found

    def _with_secrets(self, config: Recorded, examined: Examined, entire: Examined) -> Examined:
        """What was found without secrets, and what is wrong with them."""
        outputs = outputs_in(config.arguments)
        secret = {path.partition(".")[0] for path in outputs if id(outputs[path]) in self.secrets}
        told = (told_problem(each, secret) for each in entire.problems)
        more = [each for each in told if each.path.partition(".")[0] in secret]
        others = [each for each in examined.problems if each not in more]
        return replace(examined, problems=(*others, *more))

    async def state(self) -> Held:
        """What the stack's last state holds; the engine is asked once."""
        if self.held is None:
            self.held = await held_by_stack()
        return self.held

    def mended_by(self, place: int, thing: CloudObject) -> str:
        """The resource that is declared before a config and may make something that it needs.

        Args:
            place: which config it is.
            thing: a function, an agency or a target.
        """
        before = self.registered[: self.configs[place].after]
        makers = [each.maker for each in before if each.maker is not None]
        return next((maker.name for maker in makers if maker.may_change(thing)), "")

    def is_mentioned(self, name: str) -> bool:
        """Whether a resource that is no config names something."""
        makers = [each.maker for each in self.registered if each.maker is not None]
        return any(name in maker.texts for maker in makers)

    def identities(
        self, arguments: Mapping[str, Any], behind: Mapping[int, Owner]
    ) -> dict[str, str]:
        """By property path, the identity of the resource behind each Output that has one."""
        found: dict[str, str] = {}
        for path, output in outputs_in(arguments).items():
            owner = behind.get(id(output))
            identity = owner.identity if owner else self.derived.get(id(output))
            if identity is not None:
                found[path] = identity
        return found

    def stand_ins(self, behind: Mapping[int, Owner]) -> dict[int, BagValue]:
        """By object id of an Output, a text that is known to stand for it.

        Pulumi's own URN of a resource is told apart, and the function URN of a config stands for
        what that config was declared with.
        """
        found = dict(self.texts)
        for output, owner in behind.items():
            config = self.urns.get(owner.urn)
            if owner.output == "urn":
                found[output] = _A_PULUMI_URN
            elif config is not None and owner.output in {"function_urn", "id"}:
                declared = config.arguments.get("function_urn")
                if isinstance(declared, str):
                    found[output] = declared
        return found

    def outputs(self) -> list[pulumi.Output[Any]]:
        """The Outputs of configs and triggers."""
        configs = [each.arguments for each in self.configs]
        declared = [*configs, *(each.arguments for each in self.triggers)]
        return [output for arguments in declared for output in outputs_in(arguments).values()]

    def unidentified(self) -> list[pulumi.Output[Any]]:
        """Those of them that no resource has as an attribute."""
        known = owners(self.registered).keys() | self.derived.keys() | self.texts.keys()
        return [output for output in self.outputs() if id(output) not in known]
