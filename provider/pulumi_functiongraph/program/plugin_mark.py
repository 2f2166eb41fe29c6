"""The mark by which the plugin knows that this program's gate judges a config, and it need not.

It is set only where nothing is left to judge: the gate asks with the account that the plugin has,
and a hook judges what becomes known in the update. Without the mark the plugin judges by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_functiongraph.core.local_inputs import JUDGED_BY_GATE
from pulumi_functiongraph.core.type_tokens import NATIVE_CONFIG
from pulumi_functiongraph.program.records import RecordedConfig


def marked(
    args: pulumi.ResourceTransformationArgs, config: RecordedConfig | None
) -> Mapping[str, Any] | None:
    """The properties of a resource that waits for the gate, with the mark or without.

    Args:
        args: the resource, as far as it is transformed.
        config: what was recorded of it, ``None`` where it is no config.
    """
    if args.type_ != NATIVE_CONFIG:
        return args.props
    props = {key: value for key, value in (args.props or {}).items() if key != JUDGED_BY_GATE}
    if config is not None and _is_judged(config, args.opts):
        props[JUDGED_BY_GATE] = True
    return props


def _is_judged(config: RecordedConfig, opts: pulumi.ResourceOptions) -> bool:
    """Whether this program judges all of a config.

    An import compares with what is live, which the plugin sees. A transform runs after the gate, in
    the engine. An inline program has no hooks.
    """
    is_left_to_plugin = config.provider is not None or config.imported or opts.transforms
    is_inline = threading.current_thread() is not threading.main_thread()
    if is_left_to_plugin or is_inline:
        return False
    if pulumi.runtime.is_dry_run() or not (config.is_judged_again or config.follows_others):
        return True
    hooks = opts.hooks
    return hooks is not None and all(
        config.hook in (each or ()) for each in (hooks.before_create, hooks.before_update)
    )
