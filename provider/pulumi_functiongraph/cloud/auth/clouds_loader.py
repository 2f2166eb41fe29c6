"""openstacksdk's loader of clouds.yaml, which takes keys of ``auth`` at the root of a cloud too.

openstacksdk moves the options of authentication from the root into ``auth``, and where the two
differ drops one in silence ("Configuring OpenStack SDK Applications", `config/loader.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from openstack.config import vendors
from openstack.config.loader import OpenStackConfig

from pulumi_functiongraph.cloud.auth.cloud_files import CloudFiles
from pulumi_functiongraph.cloud.auth.known_settings import CLOUDS, KnownSetting, of_group

_ALONE = frozenset({"file", "endpoint", "region"})
"""Parts of which several keys say different things."""

_OF_AUTH = frozenset(
    entry.name.removeprefix("auth.") for entry in of_group(CLOUDS) if entry.name.startswith("auth.")
)


INSIDES = ("_get_regions", "_load_yaml_json_file", "magic_fixes")
"""What is called and overridden of openstacksdk's loader, and not documented. It publishes neither
how a profile's regions are merged nor a way to read files with other care."""


def lacking() -> str:
    """Why the openstacksdk that is installed cannot be used, empty where it can."""
    gone = [name for name in INSIDES if not hasattr(OpenStackConfig, name)]
    if not gone:
        return ""
    return f"openstacksdk {version('openstacksdk')} has no {' and no '.join(gone)}"


class CloudsLoader(OpenStackConfig):  # type: ignore[misc,unused-ignore]
    """The loader, which also tells what it moved and which keys contradict each other.

    Args:
        files: what is read, and nothing else is.

    Attributes:
        moved: keys of ``auth`` that stand at the root of the cloud that was read last.
        differing: the names of keys that stand for the same and differ, a tuple for each part.
    """

    moved: frozenset[str] = frozenset()
    differing: tuple[tuple[str, ...], ...] = ()

    def __init__(self, files: CloudFiles) -> None:
        self._files = files
        super().__init__(
            config_files=[str(files.clouds.path)],
            secure_files=[str(files.secure.path)] if files.secure else [],
            vendor_files=[str(files.public.path)] if files.public else [],
            load_envvars=False,
        )
        # The default "password" would win over auth_plugin, and look as if it had been written.
        defaults: dict[str, Any] = self.defaults  # type: ignore[has-type,unused-ignore]
        self.defaults = {k: v for k, v in defaults.items() if k != "auth_type"}

    def regions(self, cloud: str) -> list[str]:
        """The names of a cloud's regions, those of its profile where it names none."""
        listed = self._get_regions(cloud)  # type: ignore[no-untyped-call,unused-ignore]
        return [str(each["name"]) for each in listed if each.get("name")]

    def problem_with_profile(self, cloud: str, where: str) -> str:
        """Why the profile of a cloud is none that is read here, empty where it is one.

        Raises:
            SettingsError: the file that defines profiles cannot be used.
        """
        keys = self.cloud_config["clouds"].get(cloud) or {}
        name = _text(keys.get("profile") or keys.get("cloud"))
        if not name:
            return ""
        if "//" in name:
            # openstacksdk would fetch it, before anything is known about who asks.
            return f"profile of {where} is an address, and none is fetched: write its keys there"
        public = self._files.public
        own = (public.content().get("public-clouds") or {}) if public else {}
        if name in own and public:
            if own[name].keys() & {"profile", "cloud"}:
                return f"profile {name} of {public.path} names a profile itself: write its keys"
            return ""
        if name in vendors.profiles():
            return ""
        there = ", ".join(sorted(own)) or "none"
        return f"profile {name} of {where} is not known; in clouds-public.yaml there: {there}"

    def _load_yaml_json_file(self, filelist: list[str]) -> tuple[Any, Any]:
        """The first file, read so that it cannot be passed over."""
        for path in filelist:
            if (found := self._files.content(path)) is not None:
                return path, found
        return None, None

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
    given: dict[str, dict[str, str]] = {}
    for entry in of_group(CLOUDS):
        for name, value in _each(entry, rest, roots, auth):
            # A key that is not read differs from nothing but itself.
            part = entry.part or entry.name
            if value and part not in _ALONE:
                given.setdefault(part, {}).setdefault(value, name)
    yield from (tuple(names.values()) for names in given.values() if len(names) > 1)


def _each(
    entry: KnownSetting, rest: Mapping[str, Any], roots: Mapping[str, Any], auth: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    section, _, key = entry.name.rpartition(".")
    if section:
        yield entry.name, _text(auth.get(key))
        yield key, _text(roots.get(key))
    else:
        yield key, _text(rest.get(key))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
