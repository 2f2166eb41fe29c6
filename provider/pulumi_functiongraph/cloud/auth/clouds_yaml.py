"""A cloud of clouds.yaml, as openstacksdk reads it.

openstacksdk is an extra, and loaded only when there is a clouds.yaml to read: that takes longer
than all else that a short run does. Without it such a file ends the run.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.cloud_files import (
    CLOUDS_FILE,
    SECURE_FILE,
    CloudFiles,
    cloud_files,
)
from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    CredentialSet,
    NamedAgency,
    NamedValue,
    OwnCredentials,
    Password,
    Token,
    first_set,
    without_version,
)
from pulumi_functiongraph.cloud.auth.known_settings import (
    AGENCY,
    CLOUDS,
    OS,
    SettingPart,
    names,
    of_group,
)
from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.pattern_redaction import redacted

_Read = TypeVar("_Read")

INSTALL = "pip install 'pulumi-functiongraph[clouds-yaml]'"

_AUTH_TYPES = {
    "password": "password",
    "v3password": "password",
    "token": "token",
    "v3token": "token",
    "aksk": "access key",
    "agency": "",
}
"""Values of ``auth_type`` → the credentials that they ask for."""


def clouds_yaml(
    environ: Mapping[str, str], home: Path, directory: Path, *, name: str | None, region: str = ""
) -> CredentialSet | None:
    """A cloud of clouds.yaml, found by openstacksdk's rules and merged with secure.yaml.

    Args:
        environ: may name the files, and with ``XDG_CONFIG_HOME`` their folder.
        home: the home folder.
        directory: the current folder, which is searched first.
        name: the cloud; ``None`` takes the only one in the file.
        region: which of a cloud's regions, where it names none itself.

    Raises:
        SettingsError: a file cannot be used or is named and absent, openstacksdk is not installed,
            the cloud is not there, its set is not complete, or says what is not supported.
    """
    files = cloud_files(environ, home, directory)
    if files is None:
        if name is None:
            return None
        raise SettingsError(
            f"OS_CLOUD is {name}, and there is no clouds.yaml in {directory}, "
            f"{home / '.config' / 'openstack'} or /etc/openstack, nor does {CLOUDS_FILE} name one"
        )
    found = _Loaded.of(files, name)
    if found is None:
        return None
    cloud = found.cloud(region)
    credentials = cloud.credentials()
    cloud.refuse(type(credentials).__name__)
    return CredentialSet(
        credentials,
        cloud.where,
        OS if name else "",
        ("OS_CLOUD", CLOUDS_FILE, SECURE_FILE),
        region=cloud.region,
        project_id=cloud.value_of("project_id"),
        project_name=cloud.value_of("project_name"),
        domain_id=cloud.value_of("domain_id"),
        domain_name=cloud.value_of("domain_name"),
        iam_endpoint=without_version(cloud.value_of("auth_url").value),
        agency=NamedAgency(*map(cloud.value_of, AGENCY)),
    )


class _Loaded(msgspec.Struct, frozen=True):
    """The files as openstacksdk has merged them, and the cloud that is looked for."""

    loader: Any
    name: str
    path: Path

    @classmethod
    def of(cls, files: CloudFiles, name: str | None) -> _Loaded | None:
        """Read the files; ``None`` when nothing says which cloud, as there is none."""
        path = files.clouds.path
        try:
            from pulumi_functiongraph.cloud.auth.clouds_loader import CloudsLoader, lacking
        except ImportError as error:
            raise SettingsError(
                f"{path} may say as whom to work, and openstacksdk, which reads it, cannot be "
                f"loaded ({error}): {INSTALL}. To work without the file, set other credentials"
            ) from error
        if problem := lacking():
            raise SettingsError(
                f"{path} cannot be read: {problem}. Install a release that is supported: {INSTALL}"
            )
        loader = _quietly(path, lambda: CloudsLoader(files))
        names = _quietly(path, lambda: sorted(loader.get_cloud_names()))
        chosen = name or (names[0] if len(names) == 1 else None)
        if chosen is None or chosen == "defaults":
            _refuse_choice(path, [each for each in names if each != "defaults"])
            return None
        if problem := loader.problem_with_profile(chosen, f"{path} (cloud {chosen})"):
            raise SettingsError(problem)
        return cls(loader, chosen, path)

    def cloud(self, region: str) -> _MergedCloud:
        """The cloud in one of its regions, with its vendor's profile merged in."""
        written = self._get(None)
        auth = written.get("auth") or {}
        project = next(filter(None, map(auth.get, ("target_project_name", "project_name"))), "")
        known = self._regions()
        chosen = region if region in known else str(project).partition("_")[0]
        if len(known) < 2 or self._names_a_region():  # noqa: PLR2004 - one or none is no choice
            return self._of(written, known[0] if known else "")
        if chosen not in known:
            raise SettingsError(
                f"{self.path} (cloud {self.name}) has {len(known)} regions "
                f"({', '.join(known)}): name one with region_name or OS_REGION_NAME"
            )
        return self._of(self._get(chosen), chosen)

    def _of(self, config: Mapping[str, Any], region: str) -> _MergedCloud:
        moved, differing = self.loader.moved, self.loader.differing
        return _MergedCloud(self.name, self.path, config, NamedValue(region, ""), moved, differing)

    def _get(self, region: str | None) -> Mapping[str, Any]:
        def get() -> Mapping[str, Any]:
            found: Mapping[str, Any] = self.loader.get_one(
                cloud=self.name, validate=False, **({"region_name": region} if region else {})
            ).config
            return found

        return _quietly(self.path, get)

    def _regions(self) -> list[str]:
        return _quietly(self.path, lambda: self.loader.regions(self.name))

    def _names_a_region(self) -> bool:
        clouds = self.loader.cloud_config.get("clouds") or {}
        return isinstance((clouds.get(self.name) or {}).get("region_name"), str)


class _MergedCloud(msgspec.Struct, frozen=True):
    """One cloud, all merged."""

    name: str
    path: Path
    config: Mapping[str, Any]
    chosen: NamedValue
    moved: frozenset[str]
    differing: tuple[tuple[str, ...], ...]

    @property
    def where(self) -> str:
        return f"{self.path} (cloud {self.name})"

    @property
    def region(self) -> NamedValue:
        named = str(self.config.get("region_name") or "").strip() or self.chosen.value
        return NamedValue(named, f"region_name of {self.where}")

    def value_of(self, part: SettingPart) -> NamedValue:
        """What the cloud says, by the first of its keys that does."""
        return first_set(self._each(part))

    def _each(self, part: SettingPart) -> Iterator[NamedValue]:
        for key in names(CLOUDS, part):
            yield NamedValue(self._text(key), f"{self._written(key)} of {self.where}")

    def _written(self, key: str) -> str:
        """The key as the file has it: one of ``auth`` may stand at the cloud's root."""
        name = key.removeprefix("auth.")
        return name if name in self.moved else key

    def _value(self, key: str) -> object:
        section, dot, name = key.rpartition(".")
        held = self.config.get(section) if dot else self.config
        return held.get(name) if isinstance(held, Mapping) else None

    def _text(self, key: str) -> str:
        value = self._value(key)
        return "" if value is None or isinstance(value, dict | list) else str(value).strip()

    def credentials(self) -> OwnCredentials:
        """The access key, else the token, else the user.

        Raises:
            SettingsError: the set is not complete.
        """
        # "password" is openstacksdk's own default, which nobody has to have written.
        named = self._text("auth_type").lower() or "password"
        if named not in _AUTH_TYPES:
            raise SettingsError(
                f"auth_type of {self.where} is {named}, and it is not supported; allowed: "
                f"{', '.join(_AUTH_TYPES)}"
            )
        if named == "agency" and not self.value_of("agency_name"):
            raise SettingsError(f"{self.where} lacks auth.target_agency_name")
        access, secret = self.value_of("access_key"), self.value_of("secret_key")
        if access or secret or _AUTH_TYPES[named] == "access key":
            _complete(self.where, {"auth.ak": access, "auth.sk": secret})
            security = self.value_of("security_token")
            return AccessKey.of(access.value, secret.value, security.value)
        issued = self.value_of("token")
        if issued and not (self.value_of("password") and _AUTH_TYPES[named] == "password"):
            return Token(SecretStr(issued.value))
        return self._password()

    def _password(self) -> Password:
        username, user_id = self.value_of("username"), self.value_of("user_id")
        domain_id = first_set([self.value_of("domain_id"), self.value_of("default_domain_id")])
        named = first_set([self.value_of("domain_name"), self.value_of("default_domain_name")])
        by_id = domain_id and ("user_domain_id" in domain_id.by or not named)
        password = self.value_of("password")
        needed = {"auth.username": username or user_id, "auth.password": password}
        if not user_id:
            needed["auth.user_domain_name"] = named or domain_id
        _complete(self.where, needed)
        return Password(
            SecretStr(password.value),
            username=username.value,
            user_id=user_id.value,
            domain_name="" if by_id else named.value,
            domain_id=domain_id.value if by_id else "",
        )

    def refuse(self, kind: str) -> None:
        """Refuse what is not supported.

        Raises:
            SettingsError: naming every key.
        """
        entries = {entry.name: entry for entry in of_group(CLOUDS)}
        auth = self.config.get("auth")
        inner = auth if isinstance(auth, Mapping) else {}
        problems = []
        for key in [*self.config, *(f"auth.{name}" for name in inner)]:
            entry = entries.get(key) or (entries["auth.*"] if key.startswith("auth.") else None)
            value = str(self._value(key) or "").strip().lower()
            if entry is None or entry.handling != "refused" or not value or value in entry.harmless:
                continue
            if not entry.beside or kind in entry.beside:
                problems.append(
                    f"{self._written(key)} of {self.where} is not supported. {entry.note}"
                )
        for differing in self.differing:
            named = " and ".join(f"{name} of {self.where}" for name in differing)
            problems.append(f"{named} differ, and stand for the same")
        if problems:
            raise SettingsError("\n".join(problems))


_OF_ANOTHER_FORM = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What openstacksdk raises where a file holds something else than it looks for."""


def _quietly(path: Path, read: Callable[[], _Read]) -> _Read:
    """What openstacksdk reads; its warnings would end a strict program."""
    from openstack.exceptions import ConfigException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except (ConfigException, *_OF_ANOTHER_FORM) as error:
        what = str(error) if isinstance(error, ConfigException) else "its form is not as documented"
        raise SettingsError(f"{path} cannot be used: {redacted(what)}") from None


def _refuse_choice(path: Path, names: list[str]) -> None:
    if names:
        raise SettingsError(
            f"{path} has {len(names)} clouds ({', '.join(names)}): name one with OS_CLOUD"
        )


def _complete(where: str, needed: Mapping[str, NamedValue]) -> None:
    missing = [key for key, value in needed.items() if not value]
    if missing:
        raise SettingsError(f"{where} lacks {' and '.join(missing)}")
