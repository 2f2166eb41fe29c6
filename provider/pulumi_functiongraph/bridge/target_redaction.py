"""Takes names of targets out of answers of a service, because they may be secret.

A GET or a DELETE sends none of them, so only the provider's method knows which these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pulumi_functiongraph.cloud.http.target_names import names_in, names_of
from pulumi_functiongraph.cloud.http.value_redaction import redactor
from pulumi_functiongraph.core.errors import CloudError, FunctionGraphError
from pulumi_functiongraph.core.local_inputs import TARGETS


def hide_names(error: FunctionGraphError, arguments: Iterable[object]) -> None:
    """Hide the names of a resource's targets in an error, and in those that it was raised from.

    Only answers of a service change, so our own words and the function's name stay whole.

    Args:
        error: keeps its type.
        arguments: of a provider's method: the resource's id, and its bags as the engine has them.
    """
    names = _names(arguments)
    if not names:
        return
    hide = redactor(names)
    chain = list(_chain(error))
    for each in chain:
        if isinstance(each, CloudError):
            before = str(each)
            each.hide(hide)
            for other in chain:
                if not isinstance(other, CloudError):
                    other.args = tuple(_replaced(arg, before, str(each)) for arg in other.args)


def without_names(text: str, arguments: Iterable[object]) -> str:
    """A text of a library, without the names of a resource's targets and what looks secret.

    Args:
        text: what was said.
        arguments: as for `hide_names`.
    """
    return redactor(_names(arguments))(text)


def _names(arguments: Iterable[object]) -> set[str]:
    """The names of the targets in a method's arguments, but for those of the function itself."""
    hidden, own = set[str](), set[str]()
    for argument in arguments:
        bag = argument if isinstance(argument, Mapping) else {"functionUrn": argument}
        hidden.update(name for path in TARGETS for name in names_in(bag.get(path)))
        if isinstance(urn := bag.get("functionUrn"), str):
            own |= names_of(urn)
    return hidden - own


def _replaced(argument: object, before: str, after: str) -> object:
    return argument.replace(before, after) if isinstance(argument, str) else argument


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was raised from, or while."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and not any(one is each for each in seen):
            seen.append(one)
            waiting += [one.__cause__, one.__context__]
            yield one
