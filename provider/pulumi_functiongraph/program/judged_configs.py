"""Tells the plugin which configs this program's gate judges, so that it need not.

They are only those of which nothing is left to judge: the gate asks with the account that the
plugin has, and a hook judges what becomes known in the update. Of all others, and where nobody
could tell the plugin, it judges by itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import pulumi

from pulumi_functiongraph.bridge.sdk_internals.engine_calls import call_engine
from pulumi_functiongraph.bridge.sdk_internals.mocks import monitor
from pulumi_functiongraph.core.type_tokens import JUDGED_BY_GATE
from pulumi_functiongraph.program.concurrency import in_thread
from pulumi_functiongraph.program.declarations import Declarations
from pulumi_functiongraph.program.records import RecordedConfig


def judged_for(config: RecordedConfig, opts: pulumi.ResourceOptions) -> str | None:
    """The version of the plugin that need not judge a config, ``None`` where it has to.

    An import compares with what is live, which the plugin sees. A transform runs after the gate, in
    the engine. An inline program has no hooks.
    """
    is_left_to_plugin = config.provider is not None or config.imported or opts.transforms
    is_inline = threading.current_thread() is not threading.main_thread()
    if not config.is_native or is_left_to_plugin or is_inline or opts.plugin_download_url:
        return None
    if pulumi.runtime.is_dry_run() or not (config.is_judged_again or config.follows_others):
        return opts.version
    hooks = opts.hooks
    is_judged = hooks is not None and all(
        config.hook in (each or ()) for each in (hooks.before_create, hooks.before_update)
    )
    return opts.version if is_judged else None


async def start_plugin(declared: Declarations) -> None:
    """Let the engine start the plugin in a preview, while the cloud is asked.

    In an update it is started once nothing stops the run: the engine notes it in the state.
    """
    if pulumi.runtime.is_dry_run():
        await _call({version: [] for version in _by_version(declared)})


async def tell_plugin(declared: Declarations) -> None:
    """Tell the plugin what it need not judge, before any of that is registered."""
    await _call(_by_version(declared))


def _by_version(declared: Declarations) -> dict[str, list[str]]:
    """The Pulumi URNs of the configs, by the version of the plugin."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for config, urn in declared.urns_of_configs().items():
        if config.judged_for is not None:
            found[config.judged_for].append(urn)
    return found


async def _call(judged: Mapping[str, list[str]]) -> None:
    for version, urns in judged.items():
        call = partial(call_engine, monitor(), JUDGED_BY_GATE, {"urns": urns}, version=version)
        # A plugin that is not there, or of another release: registrations say so, or it judges.
        with suppress(Exception):
            await asyncio.shield(in_thread(call))
