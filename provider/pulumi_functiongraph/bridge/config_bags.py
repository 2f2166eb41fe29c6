"""Takes a config's property bags apart as they come, and puts them together as they go."""

from __future__ import annotations

import msgspec

from pulumi_functiongraph.cloud.wire import as_read_back, in_raw_form, in_typed_form, raw_targets
from pulumi_functiongraph.core.config import Config, LiveConfig
from pulumi_functiongraph.core.config_validation import Examined, examine, to_bag
from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.local_inputs import Unsent, take_out
from pulumi_functiongraph.core.properties import Bag, BagValue

_FLAG = "enableAsyncStatusLog"
_TIMES = ("createdTime", "lastModified")


class PropertyBag(msgspec.Struct, frozen=True):
    """A property bag as a provider is given it.

    Attributes:
        bag: plain values, without Pulumi's own keys.
        secret: the names of the properties that have a secret, at whichever depth.
    """

    bag: Bag
    secret: frozenset[str] = frozenset()

    @property
    def typed(self) -> Bag:
        """The bag in the typed form: two spellings of one target are no difference."""
        return in_typed_form(self.bag)


class BagForm(msgspec.Struct, frozen=True):
    """What a bag has beside the config: the engine gets it back with whatever is live.

    An engine may mark by key what is a secret, so no value goes to another key.

    Attributes:
        unsent: what it says to this package alone.
        raw: the targets that are raw in it, with their ``param`` as it is sent.
        has_flag: whether it sets the status log flag.
    """

    unsent: Unsent
    raw: frozenset[str]
    has_flag: bool

    @classmethod
    def of(cls, properties: PropertyBag, *, unsent: Unsent | None = None) -> BagForm:
        """The form of a bag.

        Args:
            properties: the bag.
            unsent: what it says to this package alone, where that was taken out already.
        """
        bag = properties.bag
        unsent = take_out(bag)[1] if unsent is None else unsent
        return cls(unsent, raw_targets(bag), bag.get(_FLAG) is not None)

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


class DeclaredBag(msgspec.Struct, frozen=True):
    """A bag that a program declares, taken apart.

    Attributes:
        examined: what it says, and what is wrong with it.
        form: what it has beside the config.
        secret: the names of the properties that have a secret.
    """

    examined: Examined
    form: BagForm
    secret: frozenset[str]

    @classmethod
    def of(
        cls, properties: PropertyBag, *, region: str | None, project_id: str | None
    ) -> DeclaredBag:
        """Take a bag apart.

        Args:
            properties: the bag.
            region: completes short function URNs.
            project_id: completes short function URNs.
        """
        examined = examine(properties.bag, region=region, project_id=project_id)
        return cls(examined, BagForm.of(properties, unsent=examined.unsent), properties.secret)

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

    def inputs(self) -> Bag:
        """The canonical inputs."""
        bag, draft = self.examined.inputs, self.examined.draft
        if draft is None:
            return bag
        return in_raw_form(bag, as_read_back(draft), raw=self.form.raw)
