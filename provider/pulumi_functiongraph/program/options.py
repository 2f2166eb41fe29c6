"""Resource options: none is passed over, and those that name properties take either spelling.

Pulumi passes over an option that a provider does not take into account, and a name in an option
that is no property, without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import copy

import pulumi

from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.property_names import in_snake, to_camel
from pulumi_functiongraph.core.spelling import close_to
from pulumi_functiongraph.core.type_tokens import PACKAGE
from pulumi_functiongraph.program.explicit_providers import provider_of

_NATIVE = (
    "import pulumi_functiongraph.native as functiongraph, whose configs take it; or leave "
    "it out, so that the stack's functiongraph settings count"
)
_OWN_PROVIDER = (
    "use pulumi_functiongraph.native.Provider, with the configs of that module; or leave it out"
)
_NO_EFFECT = {
    "custom_timeouts": (
        "does nothing: each request has a time limit of its own",
        "",
        "leave it out",
    ),
}
"""By option that neither provider takes into account, what it does and what to do."""
_NO_EFFECT_IF_DYNAMIC = {
    **_NO_EFFECT,
    "import_": (
        "cannot work for a resource of a dynamic provider",
        "",
        (
            "import pulumi_functiongraph.native as functiongraph, whose resources can be imported; "
            "or declare the config as it is live with adopt=True (fgctl adopt writes it)"
        ),
    ),
    "plugin_download_url": (
        "does nothing for a resource of a dynamic provider, which comes with Pulumi's SDK",
        "",
        "leave it out, or import pulumi_functiongraph.native as functiongraph",
    ),
    "replace_on_changes": (
        "does nothing for a resource of a dynamic provider",
        "",
        "use replacement_trigger, or run pulumi up --replace",
    ),
}
"""The same for the dynamic provider."""

_SEGMENT = re.compile(
    r'\.?(?P<bare>[^.\[\]"]+)|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<index>\d+|\*)\]'
)
_ANY = "*"

TARGET_KEYS = frozenset(
    {
        "allow_cycle",
        "bucket",
        "destination",
        "expires",
        "function_urn",
        "param",
        "prefix",
        "stream_name",
        "topic_urn",
    }
)
_TARGETS = ("on_failure", "on_success")
_OF_THE_CONFIG = frozenset(
    {
        "adopt",
        "created_time",
        "enable_async_status_log",
        "function_urn",
        "last_modified",
        "max_async_event_age_in_seconds",
        "max_async_retry_attempts",
        *_TARGETS,
    }
)


def path_to_camel(path: str) -> str:
    """A property path in the spelling of state, at every depth and in each form that Pulumi reads.

    The forms are ``a.b``, ``a["b"]``, ``["a"].b``, ``a[0]`` and ``*``. What is no path stays as it
    is.
    """
    return _SEGMENT.sub(_segment_to_camel, path)


def options_to_camel(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Options whose ``hide_diffs``, the one that Pulumi leaves as it is, is spelled as in state."""
    if not opts.hide_diffs:
        return opts
    translated = copy(opts)
    translated.hide_diffs = [path_to_camel(path) for path in opts.hide_diffs]
    return translated


def option_problems(
    opts: pulumi.ResourceOptions | None, *, is_native: bool = False
) -> Iterator[Problem]:
    """What an `AsyncNotificationConfig` is declared with and would be passed over in silence.

    Args:
        opts: its options.
        is_native: whether the plugin sets it, which can do more than the dynamic provider.
    """
    if opts is None:
        return
    without_effect = _NO_EFFECT if is_native else _NO_EFFECT_IF_DYNAMIC
    yield from (
        Problem(option, *problem)
        for option, problem in without_effect.items()
        if getattr(opts, option)
    )
    for option, problem_of in _PROBLEMS.items():
        for path in getattr(opts, option) or ():
            what = problem_of(path)
            if what is not None:
                yield Problem(option, f'names "{path}", {what[0]}', *what[1:])


def provider_problem(opts: pulumi.ResourceOptions, *, is_native: bool) -> Problem | None:
    """What is wrong with the explicit provider of a config, which Pulumi would pass over.

    Args:
        opts: its options, with those that transformations add.
        is_native: whether the plugin sets it.
    """
    if opts.provider is not None and opts.provider.package != PACKAGE:
        what = f"is a provider of the package {opts.provider.package}, which sets no configs"
        return _with_another_provider(opts.provider, what, _OWN_PROVIDER)
    provider = None if is_native else provider_of(opts)
    if provider is None:
        return None
    return _with_another_provider(provider, "is one of the native plugin", _NATIVE)


def _with_another_provider(provider: pulumi.ProviderResource, what: str, remedy: str) -> Problem:
    name = provider.pulumi_resource_name
    return Problem("provider", f"{name} {what}, so its settings would not count here", "", remedy)


def _segment_to_camel(found: re.Match[str]) -> str:
    text = found[0]
    for group in ("bare", "quoted"):
        if found[group] is not None:
            start, end = (edge - found.start() for edge in found.span(group))
            return f"{text[:start]}{to_camel(found[group])}{text[end:]}"
    return text


def _keys(path: str) -> list[str] | None:
    """The keys of a path in the spelling of Python; ``None`` where it is no path."""
    keys: list[str] = []
    place = 0
    while place < len(path):
        found = _SEGMENT.match(path, place)
        if found is None:
            return None
        keys.append(in_snake(found["bare"] or found["quoted"] or found["index"] or ""))
        place = found.end()
    return keys


_What = tuple[str, str, str] | None


def _of_path(path: str) -> _What:
    """What is wrong with the path of a property, at whatever depth."""
    keys = _keys(path)
    if not keys:
        return "which is no property path", "allowed: a property, such as on_failure.bucket", ""
    under, allowed = "", _OF_THE_CONFIG
    for key in keys:
        if key == _ANY:
            break
        if not allowed:
            above = under.removesuffix(".")
            return f"and {above} has no properties", f"allowed: {above}", ""
        if key not in allowed:
            return _no_property(key, allowed, under=under)
        under, allowed = f"{under}{key}.", TARGET_KEYS if key in _TARGETS else frozenset()
    return None


def _of_output(name: str) -> _What:
    """What is wrong with a whole property that is to be secret; Pulumi looks no deeper."""
    keys = _keys(name) or [name]
    if in_snake(name) in _OF_THE_CONFIG:
        return None
    if keys[0] in _OF_THE_CONFIG:
        return (
            "and only whole properties can be made secret",
            f"allowed: {keys[0]}",
            "or wrap the value in pulumi.Output.secret",
        )
    return _no_property(name, _OF_THE_CONFIG)


def _no_property(name: str, allowed: frozenset[str], *, under: str = "") -> _What:
    close = close_to(name, allowed)
    remedy = f"did you mean {under}{close}?" if close else ""
    return "which is no property", f"allowed: {', '.join(sorted(allowed))}", remedy


_PROBLEMS: dict[str, Callable[[str], _What]] = {
    "ignore_changes": _of_path,
    "hide_diffs": _of_path,
    "replace_on_changes": _of_path,
    "additional_secret_outputs": _of_output,
}
"""By option that names properties, what is wrong with one name in it."""
