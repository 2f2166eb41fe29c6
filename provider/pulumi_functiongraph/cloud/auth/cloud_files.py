"""Which files of openstacksdk are there, and what they hold.

openstacksdk passes over a file that it cannot read, and takes the next one, where a cloud of the
same name may be one of another account ("Configuring OpenStack SDK Applications",
`config/loader.py`). Here the first that is there counts; one that cannot be used ends the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pulumi_functiongraph.cloud.auth.cloud_form import problems_of
from pulumi_functiongraph.cloud.auth.documents import document, is_there
from pulumi_functiongraph.core.errors import SettingsError

CLOUDS_FILE = "OS_CLIENT_CONFIG_FILE"
"""Names another place for clouds.yaml (openstacksdk, "Configuring OpenStack SDK Applications")."""

SECURE_FILE = "OS_CLIENT_SECURE_FILE"
"""Names another place for secure.yaml (same page)."""

_SUFFIXES = (".yaml", ".yml", ".json")


class CloudFile(msgspec.Struct, frozen=True):
    """A file that is there, and the key that its clouds or profiles are under."""

    path: Path
    section: str

    def content(self) -> dict[str, Any]:
        """What it holds; nothing for an empty file.

        Raises:
            SettingsError: it cannot be read, or its form is not the documented one.
        """
        found = document(self.path, is_json=self.path.suffix == ".json")
        if found is None:
            return {}
        problems = [f"{what} ({self.path})" for what in problems_of(found, self.section)]
        if problems or not isinstance(found, dict):
            raise SettingsError("\n".join(problems))
        return found


class CloudFiles(msgspec.Struct, frozen=True):
    """The files of one run.

    Attributes:
        clouds: clouds.yaml.
        secure: secure.yaml, whose keys count before those of clouds.yaml.
        public: clouds-public.yaml, which defines profiles.
    """

    clouds: CloudFile
    secure: CloudFile | None
    public: CloudFile | None

    def content(self, path: str) -> dict[str, Any] | None:
        """What a file holds, ``None`` when it is none of these.

        Raises:
            SettingsError: as `CloudFile.content`.
        """
        for file in (self.clouds, self.secure, self.public):
            if file is not None and str(file.path) == path:
                return file.content()
        return None


def cloud_files(environ: Mapping[str, str], home: Path, directory: Path) -> CloudFiles | None:
    """The files that are there, ``None`` without a clouds.yaml.

    The environment may name them, and their folder with ``XDG_CONFIG_HOME``; the current folder is
    searched first.

    Raises:
        SettingsError: a file is named and absent.
    """
    folders = list(_folders(environ, home, directory))
    clouds = _named(environ, CLOUDS_FILE, directory) or _first(folders, "clouds")
    secure = _named(environ, SECURE_FILE, directory) or _first(folders, "secure")
    public = _first(folders, "clouds-public")
    if clouds is None:
        return None
    return CloudFiles(
        CloudFile(clouds, "clouds"),
        CloudFile(secure, "clouds") if secure else None,
        CloudFile(public, "public-clouds") if public else None,
    )


def _folders(environ: Mapping[str, str], home: Path, directory: Path) -> Iterator[Path]:
    configured = environ.get("XDG_CONFIG_HOME", "").strip()
    yield directory
    yield (Path(configured) if configured else home / ".config") / "openstack"
    yield home / ".config" / "openstack"
    yield Path("/etc/openstack")


def _named(environ: Mapping[str, str], variable: str, directory: Path) -> Path | None:
    named = environ.get(variable, "").strip()
    if not named:
        return None
    path = directory / named
    if not is_there(path):
        raise SettingsError(f"{variable} names {named}, and there is no such file")
    return path


def _first(folders: list[Path], stem: str) -> Path | None:
    paths = (folder / f"{stem}{suffix}" for folder in folders for suffix in _SUFFIXES)
    return next(filter(is_there, paths), None)
