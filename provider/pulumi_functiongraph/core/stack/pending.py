"""What the program of a preview declares beyond what is applied."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.drift.comparison import PendingChange
from pulumi_functiongraph.core.drift.document import PendingConfig
from pulumi_functiongraph.core.stack.configs import (
    DefaultProject,
    function_of,
    is_config,
    read_config,
)
from pulumi_functiongraph.core.stack.documents import Preview, PreviewStep, State
from pulumi_functiongraph.core.stack.reading import account_of, stack_of
from pulumi_functiongraph.core.stack.secret_values import with_secrets_hidden

_APPLIES = frozenset({"create", "update", "replace", "create-replacement", "delete", "import"})
_OPERATIONS = {"create-replacement": "replace"}


def pending_configs(preview: Preview) -> Iterator[PendingChange]:
    """What the program of a preview declares and nobody has applied."""
    account = account_of(preview)
    for step in with_secrets_hidden(preview).steps:
        state = step.new_state or step.old_state
        if step.op in _APPLIES and state is not None and is_config(state):
            yield _pending(step, state, account)


def _pending(step: PreviewStep, state: State, account: DefaultProject) -> PendingChange:
    config = read_config(state, account=account)
    sides = [
        read_config(each, account=account) for each in (step.old_state, step.new_state) if each
    ]
    bags = [each.declaration.examined.inputs for each in sides]
    told = changes(*bags) if len(bags) > 1 else ()
    return PendingChange(
        PendingConfig(
            stack=stack_of(step.urn),
            name=config.declaration.name,
            operation=_OPERATIONS.get(step.op, step.op),
            changes=tuple(map(str, told)),
        ),
        function_of(config),
    )
