"""Which resources of a program may create or change what a config needs."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.core.prechecks.cloud_objects import ObjectKind, bucket, grants
from pulumi_functiongraph.core.prechecks.makers import Maker, may_make
from pulumi_functiongraph.core.properties import UNKNOWN


def maker(token: str, *, is_component: bool = False, **inputs: object) -> Maker:
    return Maker.of("orders", token, inputs, is_component=is_component)


def made_by(token: str) -> set[ObjectKind]:
    return {kind for kind in ObjectKind if may_make(token, kind)}


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("huaweicloud:Obs/bucket:Bucket", ObjectKind.BUCKET),
        ("huaweicloud:index/obsBucket:ObsBucket", ObjectKind.BUCKET),
        ("opentelekomcloud:index/obsBucket:ObsBucket", ObjectKind.BUCKET),
        ("opentelekomcloud:index/s3Bucket:S3Bucket", ObjectKind.BUCKET),
        ("aws:s3/bucket:Bucket", ObjectKind.BUCKET),
        ("aws:s3/bucketV2:BucketV2", ObjectKind.BUCKET),
        ("aws-native:s3:Bucket", ObjectKind.BUCKET),
        ("minio:index/s3Bucket:S3Bucket", ObjectKind.BUCKET),
        ("huaweicloud:Smn/topic:Topic", ObjectKind.TOPIC),
        ("opentelekomcloud:index/smnTopicV2:SmnTopicV2", ObjectKind.TOPIC),
        ("huaweicloud:Dis/stream:Stream", ObjectKind.STREAM),
        ("opentelekomcloud:index/disStreamV2:DisStreamV2", ObjectKind.STREAM),
        ("huaweicloud:FunctionGraph/function:Function", ObjectKind.FUNCTION),
        ("opentelekomcloud:index/fgsFunctionV2:FgsFunctionV2", ObjectKind.FUNCTION),
    ],
)
def test_the_type_of_a_provider_says_what_it_makes(token: str, kind: ObjectKind) -> None:
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
    assert made_by(token) == set(ObjectKind)


AGENCIES = [
    "huaweicloud:Iam/agency:Agency",
    "huaweicloud:index/identityAgency:IdentityAgency",
    "huaweicloud:index/identityServiceAgency:IdentityServiceAgency",
    "huaweicloud:index/identityTrustAgency:IdentityTrustAgency",
    "huaweicloud:index/identityPolicyAgencyAttach:IdentityPolicyAgencyAttach",
    "huaweicloud:index/identityv5PolicyAgencyAttach:Identityv5PolicyAgencyAttach",
    "huaweicloud:index/identityv5AgencyBatchPoliciesAssociate:Identityv5AgencyBatchPoliciesAssociate",
    "opentelekomcloud:index/identityAgencyV3:IdentityAgencyV3",
]
ROLES = [
    "huaweicloud:Iam/role:Role",
    "huaweicloud:Iam/roleAssignment:RoleAssignment",
    "huaweicloud:Iam/groupRoleAssignment:GroupRoleAssignment",
    "huaweicloud:Iam/userRoleAssignment:UserRoleAssignment",
    "huaweicloud:index/identityRole:IdentityRole",
    "huaweicloud:index/identityPolicy:IdentityPolicy",
    "huaweicloud:index/identityRoleAssignment:IdentityRoleAssignment",
    "huaweicloud:index/identityv5Policy:Identityv5Policy",
    "huaweicloud:index/identityv5PolicyDefaultVersion:Identityv5PolicyDefaultVersion",
    "opentelekomcloud:index/identityRoleV3:IdentityRoleV3",
    "opentelekomcloud:index/identityRoleAssignmentV3:IdentityRoleAssignmentV3",
]


@pytest.mark.parametrize("token", AGENCIES)
def test_an_agency_and_what_is_attached_to_it_changes_what_it_is_granted(token: str) -> None:
    assert made_by(token) == {ObjectKind.AGENCY, ObjectKind.GRANT}


@pytest.mark.parametrize("token", ROLES)
def test_a_role_a_policy_or_an_assignment_changes_what_an_agency_is_granted(token: str) -> None:
    assert made_by(token) == {ObjectKind.GRANT}


@pytest.mark.parametrize(
    "token",
    [
        "huaweicloud:Obs/bucketPolicy:BucketPolicy",
        "huaweicloud:As/policy:Policy",
        "huaweicloud:Dds/databaseRole:DatabaseRole",
        "huaweicloud:Waf/policy:Policy",
        "huaweicloud:Iam/user:User",
        "huaweicloud:Iam/project:Project",
        "aws:iam/role:Role",
        "aws:iam/policy:Policy",
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
    ],
)
def test_roles_and_policies_of_others_grant_an_agency_nothing(token: str) -> None:
    assert made_by(token) == set()


WRITER = grants("writer", "a1", "writer-role")
ROLE = "opentelekomcloud:index/identityRoleV3:IdentityRoleV3"
ATTACH = "huaweicloud:index/identityPolicyAgencyAttach:IdentityPolicyAgencyAttach"


@pytest.mark.parametrize(
    ("token", "inputs", "mends"),
    [
        (ROLE, {"displayName": "writer-role", "statements": []}, True),
        (ROLE, {"display_name": "other-role"}, False),
        (ROLE, {"display_name": UNKNOWN, "description": "what it may"}, True),
        (ROLE, {"statements": [{"effect": "Allow"}]}, True),
        (ATTACH, {"agencyId": "a1", "policyId": UNKNOWN}, True),
        (ATTACH, {"agency_id": "a2", "policy_id": UNKNOWN}, False),
        (ATTACH, {"agency_id": UNKNOWN, "policy_id": UNKNOWN}, True),
        ("huaweicloud:Iam/agency:Agency", {"name": "writer", "domainRoles": [UNKNOWN]}, True),
        ("huaweicloud:Iam/agency:Agency", {"name": "reader"}, False),
        ("pulumi-python:dynamic:Resource", {"agency": "writer"}, True),
        ("pulumi-python:dynamic:Resource", {"agency": "rewriter"}, False),
        ("command:local:Command", {"create": "hcloud IAM Associate --agency_id=a1"}, True),
        ("command:local:Command", {"create": "hcloud IAM Associate --agency_id=a12"}, False),
        ("random:index/randomString:RandomString", {"prefix": "writer"}, False),
    ],
)
def test_what_widens_an_agency_is_its_own_or_not_known_yet(
    token: str, inputs: dict[str, Any], *, mends: bool
) -> None:
    assert maker(token, **inputs).may_change(WRITER) is mends


def test_a_command_may_make_what_it_names_as_a_word() -> None:
    making = maker("command:local:Command", create="obsutil mb obs://orders-failed -acl=x")

    assert making.may_change(bucket("orders-failed"))
    assert not making.may_change(bucket("orders"))


def test_an_attachment_of_which_nothing_is_known_yet_matters() -> None:
    assert maker(ATTACH, agency_id=UNKNOWN, policy_id=UNKNOWN).may_matter
    assert not maker("random:index/randomId:RandomId", length=8).may_matter


def test_a_component_may_make_what_it_names() -> None:
    found = maker("acme:index:Delivery", is_component=True, bucket="results", agency="writer")

    assert found.may_change(bucket("results"))
    assert found.may_change(WRITER)
    assert not found.may_change(bucket("others"))


def test_texts_are_found_at_any_depth_without_those_of_pulumi() -> None:
    found = maker(
        "test:index:Thing",
        name="one",
        __provider="pickled",
        tags={"a": "two", "__defaults": "x"},
        list=["three", ("four", 5)],
        unknown=UNKNOWN,
        none=None,
    )

    assert found.texts == {"one", "two", "three", "four"}


def test_a_provider_that_is_declared_makes_nothing_whatever_it_is_told() -> None:
    assert not maker("pulumi:providers:huaweicloud", region="eu-de").may_matter
    assert maker("random:index/randomString:RandomString", prefix="orders").may_matter
