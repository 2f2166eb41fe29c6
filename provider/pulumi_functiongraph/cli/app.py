"""All of `fgctl`, for whoever needs every command at once."""

from __future__ import annotations

from pulumi_functiongraph.cli.commands import COMMANDS, app_of

app = app_of(COMMANDS)
