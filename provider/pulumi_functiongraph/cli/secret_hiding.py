"""Takes the secrets of a stack out of what others said, in whichever spelling they repeat one."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_functiongraph.core.stack import Export, Preview
from pulumi_functiongraph.core.stack.secret_values import secrets_told


def hiding(preview: Preview | None, *exports: Export | None) -> Callable[[str], str]:
    """A function that hides in a text what some documents of a stack tell in clear of secrets."""
    secrets = secrets_told(preview, [each for each in exports if each is not None])
    if not secrets.spelled:
        return secrets.without
    # Most stacks have no secret that is told in clear, and are read without the cloud's modules.
    from pulumi_functiongraph.cloud.http.value_redaction import hider

    in_any_spelling = hider(secrets.spelled)
    return lambda text: in_any_spelling(secrets.without(text))
