"""openstacksdk's loader of clouds.yaml, which takes keys of ``auth`` at the root of a cloud too.

openstacksdk moves the options of authentication from the root into ``auth``, and where the two
differ drops one in silence ("Configuring OpenStack SDK Applications", `config/loader.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openstack.config.loader import OpenStackConfig

from pulumi_functiongraph.cloud.auth.known.entry import Entry
from pulumi_functiongraph.cloud.auth.known.file_keys import CLOUDS, of_file

_ALONE = frozenset({"file", "endpoint", "region"})
"""Parts of which several keys say different things."""

_OF_AUTH = frozenset(
    entry.name.removeprefix("auth.") for entry in of_file(CLOUDS) if entry.name.startswith("auth.")
)


class CloudsLoader(OpenStackConfig):  # type: ignore[misc,unused-ignore]
    """The loader, which also tells what it moved and which keys contradict each other.

    Attributes:
        moved: keys of ``auth`` that stand at the root of the cloud that was read last.
        differing: the names of keys that stand for the same and differ, a tuple for each part.
    """

    moved: frozenset[str] = frozenset()
    differing: tuple[tuple[str, ...], ...] = ()

    def __init__(self, **files: Any) -> None:
        super().__init__(**files)
        # The default "password" would win over auth_plugin, and look as if it had been written.
        defaults: dict[str, Any] = self.defaults  # type: ignore[has-type,unused-ignore]
        self.defaults = {k: v for k, v in defaults.items() if k != "auth_type"}

    def magic_fixes(self, config: dict[str, Any]) -> dict[str, Any]:
        """Move what belongs to ``auth`` there, before openstacksdk chooses among its keys."""
        named = {key.replace("-", "_"): value for key, value in config.items()}
        roots = {key: value for key, value in named.items() if key in _OF_AUTH and _text(value)}
        auth = {key.replace("-", "_"): value for key, value in (named.get("auth") or {}).items()}
        rest = {key: value for key, value in named.items() if key not in _OF_AUTH}
        self.moved = frozenset(key for key in roots if not _text(auth.get(key)))
        self.differing = tuple(_differing(rest, roots, auth))
        written = {key: value for key, value in auth.items() if _text(value)}
        fixed: dict[str, Any] = super().magic_fixes({**rest, "auth": {**auth, **roots, **written}})
        return fixed


def _differing(
    rest: Mapping[str, Any], roots: Mapping[str, Any], auth: Mapping[str, Any]
) -> Iterator[tuple[str, ...]]:
    said: dict[str, dict[str, str]] = {}
    for entry in of_file(CLOUDS):
        for name, value in _each(entry, rest, roots, auth):
            # A key that is not read differs from nothing but itself.
            part = entry.part or entry.name
            if value and part not in _ALONE:
                said.setdefault(part, {}).setdefault(value, name)
    yield from (tuple(names.values()) for names in said.values() if len(names) > 1)


def _each(
    entry: Entry, rest: Mapping[str, Any], roots: Mapping[str, Any], auth: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    section, _, key = entry.name.rpartition(".")
    if section:
        yield entry.name, _text(auth.get(key))
        yield key, _text(roots.get(key))
    else:
        yield key, _text(rest.get(key))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
