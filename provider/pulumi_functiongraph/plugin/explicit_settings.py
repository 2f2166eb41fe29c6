"""How a text names the settings of an explicit provider, which takes none of the stack's config."""

from __future__ import annotations

import re

from pulumi_functiongraph.cloud.settings import CONFIG_KEYS

_KEY = rf"functiongraph:({'|'.join(CONFIG_KEYS)})\b"
_COMMAND = re.compile(
    r"(?:([Ss])et (?:it|its address|others)(?: with:?|:) )?"
    rf"pulumi config set (?:--secret )?{_KEY}(?: and {_KEY})?"
    r"(?: <[^>]*>| ('[^']*'))?"
)
_SETTING = re.compile(rf"(?<![\w:/]){_KEY}")


def as_explicit_settings(text: str) -> str:
    """A text about settings, with what to do in the provider in place of commands for config."""
    text = _COMMAND.sub(_in_the_provider, text)
    text = text.replace(" (pulumi config set --secret)", "")
    text = text.replace(
        "Pulumi config (functiongraph:accessKey)", "the provider's own settings (accessKey)"
    )
    text = text.replace("Pulumi config", "the provider's own settings")
    return _SETTING.sub(r"the provider's \1", text)


def _in_the_provider(command: re.Match[str]) -> str:
    begin, key, second, value = command.groups()
    keys = f"{key} and {second}" if second else key
    to = f" to {value}" if value else ""
    return f"{begin or 's'}et {keys}{to} in the provider"
