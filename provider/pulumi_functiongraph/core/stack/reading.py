"""A stack as it would be after the update that is previewed, and what is removed on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject
from pulumi_functiongraph.core.prechecks.makers import Maker
from pulumi_functiongraph.core.pulumi_urns import is_default_provider, name_in, type_in
from pulumi_functiongraph.core.stack.configs import (
    DefaultProject,
    StackConfig,
    function_of,
    is_config,
    read_config,
)
from pulumi_functiongraph.core.stack.documents import Export, Preview, PreviewStep, State
from pulumi_functiongraph.core.stack.settings import provider_settings
from pulumi_functiongraph.core.stack.unknown_values import read_properties
from pulumi_functiongraph.core.type_tokens import STACK_TYPE

_DELETES = frozenset({"delete", "delete-replaced"})
_REPLACES = frozenset({"replace", "delete-replaced"})
"""The provider has the engine delete a config before it creates the one for another function."""

_KEEPS = frozenset(
    {
        "same",
        "create",
        "create-replacement",
        "update",
        "replace",
        "refresh",
        "read",
        "read-replacement",
        "import",
        "import-replacement",
    }
)
"""Operations that leave the resource in place; Pulumi SDK, ``deploy.StepOp``."""

_PASSED_OVER = frozenset({"discard", "discard-replaced", "read-discard", "remove-pending-replace"})
"""Operations that touch state alone, and leave nothing behind."""

_KNOWN = _DELETES | _KEEPS | _PASSED_OVER

_MAKES_NEW = frozenset({"create", "create-replacement", "replace", "import-replacement"})
_CHANGING = _MAKES_NEW | {"import", "update"}
"""Steps after which something may be there that was not."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The configs of a stack.

    Attributes:
        configs: in order of their Pulumi URNs, those that are removed last.
        renewed: Pulumi URNs of resources that are created or replaced, so that their names may
            be other ones than state knows.
        replaced: function versions whose config is deleted before its successor is created.
        left_out: how many unchanged resources the preview does not list, and the export does not
            have; 0 when a refresh told of them.
        is_beside_export: whether there was an export.
        is_empty: whether an export alone was told, and it has no resource of any kind.
        failures: what a preview that failed said; it ends early, so configs may be missing.
        settings: what its Pulumi config says of this package; may have credentials.
        changed: the other resources that an update creates or changes.
        interrupted: names of configs that an interrupted update had begun to create or change, so
            that nobody knows what is live of them.
    """

    configs: tuple[StackConfig, ...]
    renewed: frozenset[str] = frozenset()
    replaced: frozenset[FunctionUrn] = frozenset()
    left_out: int = 0
    is_beside_export: bool = False
    is_empty: bool = False
    failures: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    changed: tuple[Maker, ...] = field(default=(), repr=False)
    interrupted: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the whole of the stack was told, and could be read."""
        examined = (config.declaration.examined for config in self.configs)
        is_told = not (self.failures or self.left_out or self.is_empty or self.interrupted)
        return is_told and all(each.draft is not None for each in examined)

    def mended_by(self, _subject: object, thing: CloudObject) -> str:
        """The resource of the update that may make or change a thing, empty for none."""
        return next((each.name for each in self.changed if each.may_change(thing)), "")


def read_stack(
    *, preview: Preview | None = None, export: Export | None = None, reveal: bool = False
) -> Stack:
    """Lay the steps of a preview over the resources of an export.

    Args:
        preview: what an update would do; without it, the stack as it was applied last.
        export: the stack's state; without it, the resources that a preview does not list are
            missing.
        reveal: take secrets that the export has in clear for what they are.

    Raises:
        InvalidInput: the two are of different stacks, or the preview has a step that this release
            does not understand, or says nothing at all.
    """
    kept: dict[str, State] = {}
    removed: list[State] = []
    replaced: list[State] = []
    for state in export.deployment.resources if export else ():
        if state.delete:
            removed.append(state)
        elif not state.pending_replacement:
            kept[state.urn] = state
    is_alone = preview is None
    if preview is not None:
        _check_understood(preview)
    preview = preview or Preview()
    _check_same_stack(kept, preview.steps)
    for step in preview.steps:
        _take(step, kept, removed, replaced)
    account = account_of(preview)
    listed = {step.urn for step in preview.steps}
    unlisted = sum(urn not in listed and not is_default_provider(urn) for urn in kept)
    return Stack(
        (
            *_configs(kept.values(), account, reveal=reveal),
            *_configs(removed, account, is_removed=True, reveal=reveal),
        ),
        frozenset(step.urn for step in preview.steps if step.op in _MAKES_NEW),
        _functions_of(replaced, account),
        max(0, _left_out(preview) - unlisted),
        export is not None,
        is_alone and not (kept or removed),
        tuple(said.message.strip() for said in preview.diagnostics if said.severity == "error"),
        provider_settings(export, preview=preview),
        tuple(_changed_by(preview)),
        _interrupted(export),
    )


def _changed_by(preview: Preview) -> Iterator[Maker]:
    """What an update changes beside configs; in which order, a preview does not say."""
    for step in preview.steps:
        state = step.new_state
        if step.op in _CHANGING and state is not None and not is_config(state):
            yield Maker.of(name_in(step.urn), state.type, read_properties(state.inputs).bag)


def _check_understood(preview: Preview) -> None:
    """Refuse steps that would be passed over as if they did nothing."""
    failed = any(said.severity == "error" for said in preview.diagnostics)
    if not (preview.change_summary or preview.steps or failed):
        what = "counts no resource, not even the stack itself"
        raise InvalidInput([Problem("preview", what, _ALL)])
    problems = [
        Problem(f"preview.steps[{index}]", what, "expected a step that is known", _NEWER)
        for index, step in enumerate(preview.steps)
        if (what := _misunderstood(step))
    ]
    listed = _listed(preview)
    if "refresh" not in listed:
        problems += [
            Problem("preview", f"counts {n:,} of {op!a} and lists {listed[op]:,}", _ALL)
            for op, n in sorted(preview.change_summary.items())
            if op != "same" and n > listed[op]
        ]
    if problems:
        raise InvalidInput(problems)


_ALL = "expected all that Pulumi wrote"
_NEWER = "look for a newer release of pulumi-functiongraph, and make the preview anew"


def _misunderstood(step: PreviewStep) -> str:
    if step.op not in _KNOWN:
        return f"has the operation {step.op!a}"
    if step.op in _KEEPS - {"refresh", "replace"} and step.new_state is None:
        return f"does not say what there is after the operation {step.op!a}"
    if step.op in _PASSED_OVER and step.new_state is not None:
        return f"says that something is left after the operation {step.op!a}"
    return ""


def _interrupted(export: Export | None) -> tuple[str, ...]:
    pending = export.deployment.pending_operations if export else ()
    states = (each.resource for each in pending)
    return tuple(sorted({name_in(state.urn) for state in states if is_config(state)}))


def _take(
    step: PreviewStep, kept: dict[str, State], removed: list[State], replaced: list[State]
) -> None:
    if step.op in _KEEPS and step.new_state is not None:
        kept[step.urn] = step.new_state
    elif step.op in _DELETES or step.op == "refresh":
        kept.pop(step.urn, None)
    if step.old_state is None:
        return
    if step.op in _REPLACES:
        replaced.append(step.old_state)
    elif step.op in _DELETES:
        removed.append(step.old_state)


def _configs(
    states: Iterable[State], account: DefaultProject, *, is_removed: bool = False, reveal: bool
) -> tuple[StackConfig, ...]:
    found = (
        read_config(state, account=account, is_removed=is_removed, reveal=reveal)
        for state in states
        if is_config(state)
    )
    return tuple(sorted(found, key=lambda config: config.urn))


def _functions_of(states: Iterable[State], account: DefaultProject) -> frozenset[FunctionUrn]:
    found = map(function_of, _configs(states, account, reveal=True))
    return frozenset(urn for urn in found if urn is not None)


def account_of(preview: Preview) -> DefaultProject:
    """What completes short names in a previewed program: its Pulumi config."""
    told = (preview.config.get(f"functiongraph:{key}") for key in ("region", "projectId"))
    return DefaultProject(*(value if isinstance(value, str) else None for value in told))


def _left_out(preview: Preview) -> int:
    """How many unchanged resources are counted and not listed; a refresh lists all of them."""
    operations = _listed(preview)
    if "refresh" in operations:
        return 0
    return max(0, preview.change_summary.get("same", 0) - operations["same"])


def _listed(preview: Preview) -> Counter[str]:
    return Counter(step.op for step in preview.steps)


def _check_same_stack(kept: dict[str, State], steps: Iterable[PreviewStep]) -> None:
    exported = {stack_of(urn) for urn in kept}
    previewed = {stack_of(step.urn) for step in steps}
    if exported and previewed and exported.isdisjoint(previewed):
        what = f"is of {min(previewed)}, and the stack export of {min(exported)}"
        raise InvalidInput([Problem("preview", what, "expected the same stack in both")])


def is_of_new_stack(preview: Preview) -> bool:
    """Whether a preview creates the stack itself, so that nothing of it is applied yet."""
    return any(step.op == "create" and type_in(step.urn) == STACK_TYPE for step in preview.steps)


def are_of_one_stack(one: Export, other: Export) -> bool:
    """Whether two exports are of the same stack, at whatever times they were made.

    An export does not tell its organisation or backend. Two stacks of the same name and project
    differ in when they were made, which the engine notes of a stack's own resource.
    """
    if not one.deployment.resources:
        return one is other
    made, others = _made(one), _made(other)
    return one == other or (made is not None and made == others)


def _made(export: Export) -> tuple[str, str] | None:
    """The Pulumi URN of the stack's own resource, and when it was made."""
    stack = (each for each in export.deployment.resources if each.type == STACK_TYPE)
    return next(((each.urn, each.created) for each in stack if each.created), None)


def stack_of(urn: str) -> str:
    """Stack and project in a Pulumi URN, as a person names them."""
    stack, project = [*urn.removeprefix("urn:pulumi:").split("::"), ""][:2]
    return f"stack {stack} of project {project}"
