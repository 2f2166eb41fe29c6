"""Which resources of a program can make what a config needs."""

from __future__ import annotations

from typing import Any, cast

import pulumi
import pytest

from pulumi_functiongraph.core.prechecks.things import Kind
from pulumi_functiongraph.program.makers import may_make
from pulumi_functiongraph.program.owners import Registered


def registered(token: str, *, resource: object = None, within: str = "") -> Registered:
    urn = f"urn:pulumi:dev::shop::{within}{token}::orders"
    return Registered(cast("Any", resource), urn, frozenset({"orders"}))


def made_by(token: str) -> set[Kind]:
    return {kind for kind in Kind if may_make(registered(token), kind)}


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("huaweicloud:Obs/bucket:Bucket", Kind.BUCKET),
        ("huaweicloud:index/obsBucket:ObsBucket", Kind.BUCKET),
        ("opentelekomcloud:index/obsBucket:ObsBucket", Kind.BUCKET),
        ("opentelekomcloud:index/s3Bucket:S3Bucket", Kind.BUCKET),
        ("aws:s3/bucket:Bucket", Kind.BUCKET),
        ("aws:s3/bucketV2:BucketV2", Kind.BUCKET),
        ("aws-native:s3:Bucket", Kind.BUCKET),
        ("minio:index/s3Bucket:S3Bucket", Kind.BUCKET),
        ("huaweicloud:Smn/topic:Topic", Kind.TOPIC),
        ("opentelekomcloud:index/smnTopicV2:SmnTopicV2", Kind.TOPIC),
        ("huaweicloud:Dis/stream:Stream", Kind.STREAM),
        ("opentelekomcloud:index/disStreamV2:DisStreamV2", Kind.STREAM),
        ("huaweicloud:FunctionGraph/function:Function", Kind.FUNCTION),
        ("opentelekomcloud:index/fgsFunctionV2:FgsFunctionV2", Kind.FUNCTION),
        ("huaweicloud:Iam/agency:Agency", Kind.AGENCY),
        ("opentelekomcloud:index/identityAgencyV3:IdentityAgencyV3", Kind.AGENCY),
        ("huaweicloud:index/identityTrustAgency:IdentityTrustAgency", Kind.AGENCY),
        (
            "huaweicloud:index/identityv5PolicyAgencyAttach:Identityv5PolicyAgencyAttach",
            Kind.AGENCY,
        ),
    ],
)
def test_the_type_of_a_provider_says_what_it_makes(token: str, kind: Kind) -> None:
    assert made_by(token) == {kind}


@pytest.mark.parametrize(
    "token",
    [
        "random:index/randomString:RandomString",
        "docker:index/image:Image",
        "tls:index/privateKey:PrivateKey",
        "kubernetes:core/v1:ConfigMap",
        "pulumi:pulumi:StackReference",
        "pulumi:providers:huaweicloud",
        "huaweicloud:Obs/bucketObject:BucketObject",
        "huaweicloud:Obs/bucketPolicy:BucketPolicy",
        "huaweicloud:Smn/subscription:Subscription",
        "huaweicloud:FunctionGraph/trigger:Trigger",
        "aws:sns/topic:Topic",
        "aws:lambda/function:Function",
        "gcp:storage/bucket:Bucket",
        "azure-native:eventgrid:Topic",
    ],
)
def test_what_is_plainly_something_else_makes_nothing(token: str) -> None:
    assert made_by(token) == set()


@pytest.mark.parametrize(
    "token",
    [
        "pulumi-python:dynamic:Resource",
        "pulumi-python:dynamic/test:Function",
        "pulumi-nodejs:dynamic:Resource",
        "command:local:Command",
    ],
)
def test_what_runs_code_may_make_anything(token: str) -> None:
    assert made_by(token) == set(Kind)


def test_a_component_may_make_anything_inside() -> None:
    remote = object.__new__(pulumi.ComponentResource)

    found = registered("acme:index:Delivery", resource=remote)

    assert all(may_make(found, kind) for kind in Kind)


def test_what_a_component_is_made_of_is_told_by_its_own_type() -> None:
    within = registered("random:index/randomId:RandomId", within="acme:index:Bucket$")

    assert within.type_token == "random:index/randomId:RandomId"
    assert within.name == "orders"
    assert not any(may_make(within, kind) for kind in Kind)
