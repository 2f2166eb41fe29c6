"""Takes a config's property bags apart as they come, and puts them together as they go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_functiongraph.bridge.property_bags import from_engine, to_engine
from pulumi_functiongraph.cloud.wire import as_read_back, in_raw_form, in_typed_form, raw_targets
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import Examined, examine, to_bag
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.local_inputs import Unsent, take_out
from pulumi_functiongraph.core.properties import Bag, BagValue
from pulumi_functiongraph.core.secrecy import SECRET_PROPERTIES, secret_properties

_FLAG = "enableAsyncStatusLog"
_TIMES = ("createdTime", "lastModified")


@dataclass(frozen=True, slots=True)
class BagForm:
    """What a bag has beside the config: the engine gets it back with whatever is live.

    The engine marks by key what is a secret, so no value may go to another key.

    Attributes:
        unsent: what it says to this package alone.
        raw: the targets that are raw in it, with their ``param`` as it is sent.
        has_flag: whether it sets the status log flag.
        secret: the names of the properties that have a secret.
    """

    unsent: Unsent
    raw: frozenset[str]
    has_flag: bool
    secret: frozenset[str]

    @classmethod
    def of(
        cls, bag: Bag, *, secret: frozenset[str] = frozenset(), unsent: Unsent | None = None
    ) -> BagForm:
        """The form of a bag.

        Args:
            bag: plain values.
            secret: the names of the properties that have a secret.
            unsent: what it says to this package alone, where that was taken out already.
        """
        unsent = take_out(bag)[1] if unsent is None else unsent
        return cls(unsent, raw_targets(bag), bag.get(_FLAG) is not None, secret)

    def inputs(self, live: LiveConfig) -> dict[str, BagValue]:
        """What a program would declare for a live config.

        A status log flag that nobody declared is kept out while the service reports it as off.
        """
        bag = to_bag(live.config)
        if not bag.get(_FLAG) and not self.has_flag:
            bag.pop(_FLAG, None)
        return self.unsent.put_back(in_raw_form(bag, live.config, raw=self.raw))

    def outputs(self, live: LiveConfig) -> dict[str, BagValue]:
        """What state holds of a live config: its inputs, and the times."""
        times = dict(zip(_TIMES, (live.created_time, live.last_modified), strict=True))
        return {**self.inputs(live), **times}

    def to_engine(self, bag: Bag, *, secret: Collection[str] = ()) -> dict[str, Any]:
        """A bag for the engine, with the names of the secret properties for the next call.

        Args:
            bag: plain values.
            secret: the keys whose values the engine is to keep as secrets, whatever is in them.
        """
        names = {SECRET_PROPERTIES: sorted(self.secret)} if self.secret else {}
        return to_engine(bag, secret=secret) | names


@dataclass(frozen=True, slots=True)
class DeclaredBag:
    """A bag that a program declares, taken apart.

    Attributes:
        examined: what it says, and what is wrong with it.
        form: what it has beside the config.
    """

    examined: Examined
    form: BagForm

    @classmethod
    def of(
        cls, properties: Mapping[str, Any], *, region: str | None, project_id: str | None
    ) -> DeclaredBag:
        """Take a bag of the engine apart.

        Args:
            properties: as the engine hands it to a provider.
            region: completes short function URNs.
            project_id: completes short function URNs.
        """
        bag, secret = from_engine(properties), secret_properties(properties)
        examined = examine(bag, region=region, project_id=project_id)
        return cls(examined, BagForm.of(bag, secret=secret, unsent=examined.unsent))

    @property
    def config(self) -> Config | None:
        """The config as it would be read back, ``None`` while something is unknown or wrong."""
        return as_read_back(self.examined.config) if self.examined.config else None

    def known(self) -> Config:
        """The config of a bag that was checked, in which nothing is unknown any more.

        Raises:
            InvalidInput: something is wrong with it.
        """
        config = self.config
        if config is None:
            raise InvalidInput(self.examined.problems)
        return config

    def inputs(self) -> dict[str, Any]:
        """The canonical inputs, for the engine."""
        bag, draft = self.examined.inputs, self.examined.draft
        if draft is not None:
            bag = in_raw_form(bag, as_read_back(draft), raw=self.form.raw)
        return self.form.to_engine(bag)


def compared(properties: Mapping[str, Any]) -> Bag:
    """A bag of the engine in the typed form: two spellings of one target are no difference."""
    return in_typed_form(from_engine(properties))
