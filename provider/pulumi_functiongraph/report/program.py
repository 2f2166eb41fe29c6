"""Live configs as a Python program that takes them over, in the layout of a formatter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import examine, to_bag
from pulumi_functiongraph.core.names import DEFAULT_PACKAGE, LATEST, FunctionUrn
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.targets import Bucket, Function, Opaque, Stream, Target, Topic

_CLASSES: dict[type[Target], str] = {
    Function: "FunctionTarget",
    Bucket: "ObsTarget",
    Topic: "SmnTarget",
    Stream: "DisTarget",
}
"""By kind of target, its class in a program."""

_HEAD = '''\
"""Asynchronous notification configs that were live already, taken over as they are.

Written by `fgctl adopt`. `pulumi up` takes each over without changing it, as long as it is live as
it is declared here; `adopt=True` can go once that is done.
"""
'''


def adopt_program(configs: Iterable[Config], *, unread: Iterable[str] = ()) -> str:
    """A program that declares configs as they are live.

    What could not be read stands in it as a comment, so that nobody takes it for the whole.

    Names are derived from the functions' and unique. What a program may not declare, such as a
    number out of range, becomes a comment that says why.
    """
    ordered = sorted(configs, key=lambda config: config.function_urn)
    names = resource_names([config.function_urn for config in ordered])
    blocks = ["".join(_declaration(config, names[config.function_urn])) for config in ordered]
    used = {
        _CLASSES[type(target)]
        for config in ordered
        if not refusals(config)
        for target in config.targets.values()
        if type(target) in _CLASSES
    }
    lacks = [f"# Not in here, because it could not be read: {visible(each)}" for each in unread]
    head = [_HEAD, *(["\n".join(lacks) + "\n"] if lacks else [])]
    return "\n".join([*head, _imports({"AsyncNotificationConfig", *used}), *blocks])


def refusals(config: Config) -> tuple[str, ...]:
    """Why a live config cannot be declared, none when it can."""
    urn = config.function_urn
    return tuple(f"{urn}: {problem}" for problem in examine(to_bag(config)).problems)


def resource_names(urns: Iterable[FunctionUrn]) -> dict[FunctionUrn, str]:
    """A name for each function version: the shortest that no other has."""
    names: dict[FunctionUrn, str] = {}
    waiting = sorted(set(urns))
    for spell in _SPELLINGS:
        spelled = sorted((spell(urn), urn) for urn in waiting)
        waiting = []
        for name, group in groupby(spelled, key=itemgetter(0)):
            alike = [urn for _, urn in group]
            if len(alike) == 1 and name not in names.values():
                names[alike[0]] = name
            else:
                waiting += alike
    return names


def _short(urn: FunctionUrn) -> str:
    package = "" if urn.package == DEFAULT_PACKAGE else f"{urn.package}-"
    version = "" if urn.version == LATEST else f"-{urn.version}"
    return f"{package}{urn.name}{version}"


_SPELLINGS: tuple[Callable[[FunctionUrn], str], ...] = (
    _short,
    lambda urn: f"{urn.region}-{_short(urn)}",
    lambda urn: f"{urn.region}-{urn.project_id}-{_short(urn)}",
    str,
)


def _imports(names: set[str]) -> str:
    if len(names) == 1:
        return f"from pulumi_functiongraph import {min(names)}\n"
    listed = "".join(f"    {name},\n" for name in sorted(names))
    return f"from pulumi_functiongraph import (\n{listed})\n"


def _declaration(config: Config, name: str) -> Iterator[str]:
    problems = refusals(config)
    if problems:
        yield "# Live, with what a program cannot declare:\n"
        yield from (f"# {visible(problem)}\n" for problem in problems)
        return
    yield "AsyncNotificationConfig(\n"
    yield f"    {literal(name)},\n"
    yield f"    function_urn={literal(str(config.function_urn))},\n"
    yield f"    max_async_retry_attempts={config.max_async_retry_attempts},\n"
    yield f"    max_async_event_age_in_seconds={config.max_async_event_age_in_seconds},\n"
    for key, target in (("on_success", config.on_success), ("on_failure", config.on_failure)):
        if target is not None:
            yield from _target(key, target)
    if config.enable_async_status_log:
        yield "    enable_async_status_log=True,\n"
    yield "    adopt=True,\n"
    yield ")\n"


def _target(key: str, target: Target) -> Iterator[str]:
    if isinstance(target, Opaque):
        yield f"    {key}={{\n"
        yield f'        "destination": {literal(target.destination)},\n'
        yield f'        "param": {literal(target.param)},\n'
        yield "    },\n"
        return
    yield f"    {key}={_CLASSES[type(target)]}(\n"
    for argument, value in target.model_dump(exclude_defaults=True).items():
        spelled = literal(value) if isinstance(value, str) else str(value)
        yield f"        {argument}={spelled},\n"
    yield "    ),\n"


def literal(text: str) -> str:
    """A text as Python spells it, with the quotes that a formatter prefers."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return f"{quote}{''.join(_escaped(c, quote) for c in text)}{quote}"


def _escaped(character: str, quote: str) -> str:
    if character in {quote, "\\"}:
        return f"\\{character}"
    return visible(character)
