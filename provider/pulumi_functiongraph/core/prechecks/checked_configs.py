"""The configs that a pre-check looks at, as far as their values are known."""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.config_validation import Examined
from pulumi_functiongraph.core.declaration import Declaration
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Function, Target


class CheckedTarget(msgspec.Struct, frozen=True):
    """One target of a config.

    Attributes:
        path: its property path.
        target: the target, ``None`` while not even its kind or its name is known.
        prefix_is_known: of a bucket, whether the prefix of the object keys is known.
    """

    path: str
    target: Target | None
    prefix_is_known: bool = True


class CheckedConfig(msgspec.Struct, frozen=True):
    """One config.

    Attributes:
        resource: its logical name.
        where: ``file:line`` of its declaration.
        function_urn: the function version, ``None`` while unknown.
        aims: its targets.
        number: which declaration of the program it is; names may be the same in two components.
    """

    resource: str
    where: str
    function_urn: FunctionUrn | None
    aims: tuple[CheckedTarget, ...] = ()
    number: int = 0

    @property
    def is_open(self) -> bool:
        """Whether some of it can only be judged when more is known."""
        unknown = any(aim.target is None or not aim.prefix_is_known for aim in self.aims)
        return self.function_urn is None or unknown


def checked_config(declaration: Declaration, *, number: int = 0) -> CheckedConfig | None:
    """What can be checked of a declaration, ``None`` when it is not valid."""
    examined = declaration.examined
    if examined.draft is None:
        return None
    found = (_aim(path, examined) for path in ("onSuccess", "onFailure"))
    aims = tuple(aim for aim in found if aim is not None)
    source = examined.known_source
    return CheckedConfig(declaration.name, declaration.where, source, aims, number)


def checked_live_config(config: Config, *, resource: str, where: str = "") -> CheckedConfig:
    """The subject of a config whose values are all known, such as a live one."""
    aims = tuple(CheckedTarget(path, target) for path, target in config.targets.items())
    return CheckedConfig(resource, where, config.function_urn, aims)


def functions_of(subject: CheckedConfig) -> list[FunctionUrn]:
    """The functions that are asked about: the config's own, and those that it notifies."""
    targets = [each.target for each in subject.aims]
    found = [each.function_urn for each in targets if isinstance(each, Function)]
    return found if subject.function_urn is None else [subject.function_urn, *found]


def _aim(path: str, examined: Examined) -> CheckedTarget | None:
    unknown, target = examined.unknown, examined.targets.get(path)
    if path in unknown or (target and f"{path}.{target.named_by}" in unknown):
        return CheckedTarget(path, None)
    return CheckedTarget(path, target, f"{path}.prefix" not in unknown) if target else None
