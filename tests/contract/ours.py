"""The package's own client."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from contract.drivers import Destination, Listening, Reason, Refused, Seen, Setting
from pulumi_functiongraph.cloud.http.retries import Clocks
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.services.smn import Smn
from pulumi_functiongraph.cloud.settings import resolve
from pulumi_functiongraph.core import errors
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Function, Stream, Target, Topic
from pulumi_functiongraph.core.triggers import FunctionTrigger, Source

NOWHERE = Path("/nonexistent")

_REASONS: Mapping[type[errors.CloudError], Reason] = {
    errors.Unauthorized: "unauthorized",
    errors.Forbidden: "forbidden",
    errors.NotFound: "not found",
    errors.Throttled: "throttled",
    errors.Rejected: "rejected",
    errors.Unavailable: "unavailable",
}


@contextmanager
def told() -> Iterator[None]:
    """Turn what our client raises into what every driver raises."""
    try:
        yield
    except errors.CloudError as error:
        raise Refused(_REASONS[type(error)]) from error


class OurDriver:
    """pulumi_functiongraph.cloud."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        settings = resolve({}, environment, NOWHERE, directory=NOWHERE)
        clocks = Clocks(sleep=lambda _seconds: None, chance=lambda: 0.0)
        self._place = {"region": settings.region, "project_id": settings.project_id}
        session = Session(settings, deadline=20.0, clocks=clocks)
        self._client, self._smn = FunctionGraph(session), Smn(session)

    def put(self, urn: str, setting: Setting) -> Seen:
        """Create or replace a config."""
        config = Config(
            function_urn=FunctionUrn.parse(urn),
            max_async_event_age_in_seconds=setting.age,
            max_async_retry_attempts=setting.retries,
            on_success=_target(setting.on_success),
            on_failure=_target(setting.on_failure),
        )
        with told():
            return _seen(self._client.put_async_config(config))

    def get(self, urn: str) -> Seen | None:
        """A config, or None when there is none."""
        with told():
            live = self._client.get_async_config(FunctionUrn.parse(urn))
        return None if live is None else _seen(live)

    def delete(self, urn: str) -> None:
        """Remove a config; one that is gone already is fine."""
        with told():
            self._client.delete_async_config(FunctionUrn.parse(urn))

    def configs(self, urn: str) -> list[Seen]:
        """The configs of all versions of a function, over all pages."""
        with told():
            return [_seen(live) for live in self._client.list_async_configs(FunctionUrn.parse(urn))]

    def functions(self) -> list[str]:
        """URNs of the project's functions, with `latest`, over all pages."""
        with told():
            return [str(function.urn) for function in self._client.list_functions(**self._place)]

    def aliases(self, urn: str) -> dict[str, str]:
        """Alias → version."""
        with told():
            found = self._client.list_aliases(FunctionUrn.parse(urn))
        return {alias.name: alias.version for alias in found}

    def triggers(self, urn: str) -> list[Listening]:
        """What a version or an alias listens to, in the order of creation."""
        with told():
            found = self._client.list_triggers(FunctionUrn.parse(urn))
        return [
            _listening(each.source, each.suffix)
            for each in found
            if isinstance(each, FunctionTrigger)
        ]

    def subscribed(self, topic_urn: str) -> list[str]:
        """URNs of the functions that a topic triggers, over all pages."""
        with told():
            found = self._smn.list_subscriptions(topic_urn)
        return [str(each.function_urn) for each in found if isinstance(each, FunctionTrigger)]


def _listening(source: Source, suffix: str) -> Listening:
    match source:
        case Bucket():
            return Listening(source.bucket, source.prefix, suffix)
        case Topic():
            return Listening(source.topic_urn)
        case Stream():
            return Listening(source.stream_name)


def _target(wanted: Destination | None) -> Target | None:
    if wanted is None:
        return None
    param = dict(wanted.param)
    match wanted.service:
        case "OBS":
            return Bucket.model_validate(param)
        case "SMN":
            return Topic.model_validate(param)
        case "DIS":
            return Stream.model_validate(param)
    return Function(function_urn=FunctionUrn.parse(cast("str", param["func_urn"])))


def _seen(live: LiveConfig) -> Seen:
    config = live.config
    return Seen(
        urn=str(config.function_urn),
        setting=Setting(
            age=config.max_async_event_age_in_seconds,
            retries=config.max_async_retry_attempts,
            on_success=_read(config.on_success),
            on_failure=_read(config.on_failure),
        ),
        created=live.created_time,
        modified=live.last_modified,
    )


def _read(target: Target | None) -> Destination | None:
    match target:
        case None:
            return None
        case Function():
            return Destination("FunctionGraph", {"func_urn": str(target.function_urn)})
        case Bucket():
            param = {"bucket": target.bucket, "prefix": target.prefix, "expires": target.expires}
            return Destination("OBS", param)
        case Topic():
            return Destination("SMN", {"topic_urn": target.topic_urn})
        case Stream():
            return Destination("DIS", {"stream_name": target.stream_name})
    raise AssertionError(f"no case uses {target}")
