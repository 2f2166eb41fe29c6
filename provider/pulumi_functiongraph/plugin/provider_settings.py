"""The provider's own configuration: which settings there are, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from pulumi_functiongraph.bridge.engine_process import address_in, is_served
from pulumi_functiongraph.cloud import settings as cloud_settings
from pulumi_functiongraph.cloud.http.value_redaction import redactor
from pulumi_functiongraph.cloud.settings import CONFIG_KEYS, SECRET_KEYS, NeededSetting
from pulumi_functiongraph.core.errors import SettingsError
from pulumi_functiongraph.core.one_line import escaped
from pulumi_functiongraph.core.pattern_redaction import names_a_secret
from pulumi_functiongraph.core.properties import UNKNOWN, Bag, BagValue, texts_in
from pulumi_functiongraph.core.pulumi_urns import name_in
from pulumi_functiongraph.core.spelling import close_to
from pulumi_functiongraph.plugin.failed_calls import InvalidCall

_SHORTEST = 3
"""Characters; a shorter text is found in another one by chance."""

_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL"})


class Configuration(msgspec.Struct, frozen=True):
    """What the engine has configured this process as.

    Attributes:
        engine: its address, as it has told it.
        provider: the Pulumi URN of the provider; older engines do not tell it.
        settings: of the provider.
    """

    engine: str
    provider: str
    settings: dict[str, str]

    def is_shared_with(self, other: Configuration) -> bool:
        """Whether another provider of the same run has this configuration too.

        Raises:
            InvalidCall: it has another one, and no later call would tell which of the two it means.
        """
        if other.engine != self.engine or self.provider in ("", other.provider):
            return False
        if other.settings != self.settings:
            names = [name_in(each.provider) for each in (self, other)]
            raise InvalidCall(
                f"this process serves the provider {names[0]}, and {names[1]} has other settings. "
                "All providers of a run share a process that is attached with "
                "PULUMI_DEBUG_PROVIDERS: unset it, or give them the same settings"
            )
        return True

    def refuse_another_engine(self, other: Configuration) -> None:
        """Refuse what another engine configures, as long as the one of this may go on.

        Raises:
            InvalidCall: this one answers at its address still.
        """
        address = address_in(self.engine)
        if other.engine != self.engine and address is not None and is_served(address):
            raise InvalidCall(
                f"this process serves a run that is under way: its engine is at {self.engine}. A "
                "process that is attached with PULUMI_DEBUG_PROVIDERS serves one run after the "
                "other: wait for the end of that one, or unset it"
            )


def settings_in(news: Bag) -> dict[str, str]:
    """The settings that are known, as Pulumi config has them: texts, objects as JSON."""
    return {
        key: _as_text(value)
        for key, value in news.items()
        if key not in _OF_THE_ENGINE and value is not None and _is_known(value)
    }


def problems_with(news: Bag, *, secret: Collection[str]) -> Iterator[str]:
    """Everything that is wrong with a provider's configuration, a line each.

    A set of credentials of which a part is unknown is not judged before it is known.

    Args:
        news: the configuration.
        secret: the names of the settings that have a secret, of which no value is shown; nor is one
            under a name that tells of a secret, at any depth.
    """
    hide = redactor(text for text in _secret_texts(news, secret) if len(text) >= _SHORTEST)
    yield from map(hide, _problems(news))


def _secret_texts(value: Bag, secret: Collection[str] = ()) -> Iterator[str]:
    for key, each in value.items():
        if key in secret or names_a_secret(key):
            yield from texts_in(each, but_for=lambda _key: False)
        elif isinstance(each, Mapping):
            yield from _secret_texts(each)


def _problems(news: Bag) -> Iterator[str]:
    for key in news:
        if key not in CONFIG_KEYS and key not in _OF_THE_ENGINE:
            meant = close_to(key, CONFIG_KEYS)
            remedy = f"did you mean {meant}?" if meant else f"there are {', '.join(CONFIG_KEYS)}"
            yield f"{escaped(key)} is not a setting of this provider; {remedy}"
    known = {key: value for key, value in settings_in(news).items() if key in CONFIG_KEYS}
    is_partial = not all(_is_known(news.get(key)) for key in SECRET_KEYS)
    if is_partial:
        known = {key: value for key, value in known.items() if key not in SECRET_KEYS}
    # Those of the environment are judged by the first call, which may never be made.
    needed: tuple[NeededSetting, ...] = ("credentials",) if known.keys() & set(SECRET_KEYS) else ()
    try:
        cloud_settings.from_process(known, needed=needed)
    except SettingsError as error:
        yield from str(error).splitlines()


def changed_settings(olds: Bag, news: Bag) -> list[str]:
    """The names of the settings that differ."""
    keys = (olds.keys() | news.keys()) - _OF_THE_ENGINE
    return sorted(key for key in keys if olds.get(key) != news.get(key))


def _is_known(value: BagValue) -> bool:
    """Whether nothing in a value is unknown, at any depth."""
    inner: Iterable[BagValue] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    return value is not UNKNOWN and all(_is_known(each) for each in inner)


def _as_text(value: BagValue) -> str:
    return value if isinstance(value, str) else json.dumps(value)
