"""Mending: which resources that an update changes may make what a config needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from pulumi_functiongraph.core.prechecks.cloud_objects import Thing
from pulumi_functiongraph.core.prechecks.makers import may_mend
from pulumi_functiongraph.core.stack.configs import is_config, name_of
from pulumi_functiongraph.core.stack.documents import Preview
from pulumi_functiongraph.core.stack.properties import SECRET_VALUE, UNKNOWN_VALUE

_CHANGING = frozenset(
    {"create", "create-replacement", "import", "import-replacement", "replace", "update"}
)
"""Steps after which something may be there that was not; Pulumi SDK, ``deploy.StepOp``."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource that an update creates or changes.

    Attributes:
        name: its logical name.
        type_token: Pulumi's type of it.
        texts: what is written out in its inputs.
        inputs: those that are known texts, by name.
    """

    name: str
    type_token: str
    texts: frozenset[str]
    inputs: Mapping[str, str] = field(default_factory=dict)

    def may_make(self, thing: Thing) -> bool:
        """Whether it is of a type that can make or change a thing, and is about this one."""
        return may_mend(self.type_token, thing, texts=self.texts, inputs=self.inputs)


def changed_by(preview: Preview) -> Iterator[Changed]:
    """What an update changes beside configs; in which order, a preview does not say."""
    for step in preview.steps:
        state = step.new_state
        if step.op in _CHANGING and state is not None and not is_config(state):
            texts = frozenset(_texts(state.inputs.values()))
            known = {key: text for key, text in state.inputs.items() if _is_known_text(text)}
            yield Changed(name_of(step.urn), state.type, texts, known)


def _is_known_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value not in {SECRET_VALUE, UNKNOWN_VALUE}


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts(value.values())
        elif isinstance(value, list | tuple):
            yield from _texts(value)
