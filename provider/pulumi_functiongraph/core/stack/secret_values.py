"""The secrets of a stack that a preview or an export has in clear, and a preview without them.

Never here: what a report shows in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pulumi_functiongraph.core.properties import Bag, BagValue, at
from pulumi_functiongraph.core.secret_texts import Secrets
from pulumi_functiongraph.core.stack.configs import is_config
from pulumi_functiongraph.core.stack.documents import Export, Preview, PreviewStep, State
from pulumi_functiongraph.core.stack.unknown_values import (
    SECRET_VALUE,
    decrypted_in,
    read_properties,
)


def secrets_told(preview: Preview | None, exports: Iterable[Export]) -> Secrets:
    """What is told in clear of secrets: decrypted ones, and what a config has in a secret's place.

    An update that makes a value a secret leaves it in clear in what was there before.
    """
    states = [state for export in exports for state in export.deployment.resources]
    return Secrets.of(
        (
            *(
                each
                for state in states
                for bag in (state.inputs, state.outputs)
                for each in decrypted_in(bag)
            ),
            *_in_their_place(preview.steps if preview else (), states),
        )
    )


def _in_their_place(steps: Iterable[PreviewStep], states: Iterable[State]) -> Iterator[BagValue]:
    """What the configs of a preview have, at any time, at the paths of their secrets."""
    kept: dict[str, list[State]] = {}
    for state in states:
        kept.setdefault(state.urn, []).append(state)
    for step in steps:
        told = [each for each in (step.old_state, step.new_state) if each is not None]
        if any(map(is_config, told)):
            read = [
                read_properties(each.inputs, reveal=True)
                for each in (*told, *kept.get(step.urn, ()))
            ]
            secret = {path for each in read for path in each.secret}
            yield from (at(each.bag, path) for each in read for path in secret)


def with_messages_hidden(preview: Preview, hide: Callable[[str], str]) -> Preview:
    """The preview with what was said during it as a function leaves that."""
    said = tuple(
        each.model_copy(update={"message": hide(each.message)}) for each in preview.diagnostics
    )
    return preview.model_copy(update={"diagnostics": said})


def with_secrets_hidden(preview: Preview) -> Preview:
    """The preview with what is a secret after the update hidden before it as well."""
    steps = tuple(_with_secret_hidden(step) for step in preview.steps)
    return preview.model_copy(update={"steps": steps})


def _with_secret_hidden(step: PreviewStep) -> PreviewStep:
    if step.old_state is None or step.new_state is None or not is_config(step.new_state):
        return step
    secret = read_properties(step.new_state.inputs).secret
    inputs = _hidden(step.old_state.inputs, secret)
    old = step.old_state.model_copy(update={"inputs": inputs})
    return step.model_copy(update={"old_state": old})


def _hidden(bag: Bag, secret: Iterable[str], prefix: str = "") -> dict[str, BagValue]:
    hidden: dict[str, BagValue] = {}
    for key, value in bag.items():
        path = f"{prefix}{key}"
        if path in secret:
            hidden[key] = SECRET_VALUE
        elif isinstance(value, Mapping):
            hidden[key] = _hidden(value, secret, f"{path}.")
        else:
            hidden[key] = value
    return hidden
