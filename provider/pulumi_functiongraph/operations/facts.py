"""What a pre-check asks a cloud. Each method may be called from many threads at once.

Every method raises a ``CloudError`` when the cloud does not say; ``None`` means that the cloud said
there is no such thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pulumi_functiongraph.core.agencies import (
    Agency,
    BucketFacts,
    Grant,
    StreamFacts,
    TopicFacts,
)
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.operations.walk import LiveAlias


class FunctionFacts(Protocol):
    """What a service says of a function version."""

    @property
    def urn(self) -> FunctionUrn:
        """Canonical, with the version."""

    @property
    def xrole(self) -> str | None:
        """Name of the configuration agency."""

    @property
    def app_xrole(self) -> str | None:
        """Name of the execution agency."""


class Facts(Protocol):
    """The facts behind the question whether a notification would arrive."""

    def function(self, urn: FunctionUrn) -> FunctionFacts | None:
        """A function version; an alias is followed to its version."""

    def aliases(self, urn: FunctionUrn) -> Sequence[LiveAlias]:
        """The aliases of a function."""

    def agency(self, name: str, *, region: str) -> Agency | None:
        """The agency of that name in the caller's own account."""

    def trusted_agencies(self, *, region: str, project_id: str) -> Sequence[str]:
        """Names of the agencies that FunctionGraph may assume, as FunctionGraph itself lists them.

        Needs no right to read IAM, and says nothing of grants. Not on every cloud.
        """

    def project_grants(self, agency: Agency, *, project_id: str, region: str) -> Sequence[Grant]:
        """What the agency is granted on one project, policies included."""

    def domain_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on the account, for global services such as OBS."""

    def inherited_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on all resources, with the policies fetched role by role."""

    def enterprise_project_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on enterprise projects; none where the cloud has none."""

    def object_storage_grants(self, agency: Agency, *, region: str) -> Sequence[Grant]:
        """What it is granted on MOS, the built-in project of OBS; none where there is none."""

    def topic(self, topic_urn: str) -> TopicFacts | None:
        """An SMN topic, asked for in the region and project that its URN names."""

    def stream(self, name: str, *, region: str, project_id: str) -> StreamFacts | None:
        """A DIS stream."""

    def bucket(self, name: str, *, region: str) -> BucketFacts | None:
        """An OBS bucket, asked for in a region; it may turn out to lie in another one."""
