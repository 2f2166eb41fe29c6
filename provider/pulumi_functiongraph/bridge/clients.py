"""The settings and the clients of the account that a program or a provider process works in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from pulumi_functiongraph.cloud import settings as cloud_settings
from pulumi_functiongraph.cloud.http.in_flight import RequestsInFlight
from pulumi_functiongraph.cloud.settings import CONFIG_KEYS, Settings
from pulumi_functiongraph.core.errors import NoCredentials, SettingsError
from pulumi_functiongraph.core.names import FunctionUrn

if TYPE_CHECKING:
    from pulumi_functiongraph.cloud.http.session import Session
    from pulumi_functiongraph.cloud.precheck_client import PrecheckClient
    from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
    from pulumi_functiongraph.cloud.walk_client import WalkClient

NAMESPACE = "functiongraph"


class Account:
    """Settings and clients, each made when first needed, under one limit of requests in flight.

    Args:
        get: the value of a key of Pulumi config in the namespace ``functiongraph``.
        warn: reports what another source says of the place, and is not followed.
    """

    def __init__(
        self,
        get: Callable[[str], str | None],
        *,
        warn: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._warn = warn
        self._in_flight = RequestsInFlight()
        self._explicit = {key: value for key in CONFIG_KEYS if (value := get(key))}
        self.before_attempt: Callable[[], None] = lambda: None
        """Called before each attempt of a call about a config."""

    @cached_property
    def settings(self) -> Settings:
        """What is known without a call; credentials may be missing.

        Raises:
            SettingsError: a value is not valid.
        """
        try:
            return self._complete
        except SettingsError:
            return cloud_settings.from_process(self._explicit, needed=())

    def refuse_credentials(self) -> None:
        """Refuse credentials with which no call could be made.

        That there are none is not refused: a preview may be made without.

        Raises:
            SettingsError: a set is not complete, contradicts itself, or is not supported.
        """
        with suppress(NoCredentials):
            _ = self._complete

    @cached_property
    def functiongraph(self) -> FunctionGraph:
        """The client, with connections that stay open.

        Raises:
            SettingsError: credentials are missing.
        """
        # A program that needs no call is spared the import of the HTTP client.
        from pulumi_functiongraph.cloud.http.session import Session
        from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph

        session = Session(
            self._complete, before_attempt=self.before_attempt, in_flight=self._in_flight
        )
        return FunctionGraph(session)

    def live(
        self,
        *,
        places: Collection[tuple[str, str]],
        declared: Collection[FunctionUrn],
        deadline: float,
    ) -> WalkClient:
        """What a walk over live notifications asks.

        Args:
            places: regions and project ids to look for the triggers of a bucket in.
            declared: function versions whose config is about to be created.
            deadline: a time of the monotonic clock after which nothing more is asked.

        Raises:
            SettingsError: credentials are missing.
        """
        from pulumi_functiongraph.cloud.walk_client import WalkClient

        return WalkClient(
            self._looks,
            places=places,
            declared=declared,
            deadline=deadline,
            scope="targets" if self._complete.live_graph == "targets" else "cycles",
        )

    def configs(self, *, deadline: float) -> WalkClient:
        """What a look for configs asks that are live already.

        Args:
            deadline: a time of the monotonic clock after which nothing more is asked.

        Raises:
            SettingsError: credentials are missing.
        """
        return self.live(places=(), declared=(), deadline=deadline)

    def facts(self, *, functions: Collection[FunctionUrn], deadline: float) -> PrecheckClient:
        """What a pre-check asks.

        Args:
            functions: function versions that will be asked about.
            deadline: a time of the monotonic clock after which nothing more is asked, and at which
                whatever is under way ends.

        Raises:
            SettingsError: credentials are missing.
        """
        from pulumi_functiongraph.cloud.precheck_client import of_settings

        return of_settings(
            self._complete, functions=functions, deadline=deadline, in_flight=self._in_flight
        )

    @cached_property
    def _looks(self) -> Session:
        """What all walks and looks for configs go through, with connections that stay open."""
        from pulumi_functiongraph.cloud.http.session import Session

        seconds = self._complete.precheck_timeout
        return Session(self._complete, deadline=seconds, in_flight=self._in_flight)

    @cached_property
    def _complete(self) -> Settings:
        settings = cloud_settings.from_process(self._explicit)
        for note in settings.notes:
            self._warn(note)
        return settings
