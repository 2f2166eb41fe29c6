"""Which resources of an update may make what a config needs, by what a preview says of them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_functiongraph.core.prechecks.cloud_objects import CloudObject, agency, bucket, grants
from pulumi_functiongraph.core.stack import are_of_one_stack, parse_export
from pulumi_functiongraph.core.stack.unknown_values import SECRET_VALUE, UNKNOWN_VALUE
from unit.core.gate_reports import STACK
from unit.core.stack.told import export, preview, pulumi_urn, read, state, step

BUCKET, AGENCY = "huaweicloud:Obs/bucket:Bucket", "huaweicloud:Iam/agency:Agency"


def mender(thing: CloudObject, *, op: str = "create", kind: str = BUCKET, **inputs: Any) -> str:
    urn = pulumi_urn("maker", kind=kind)
    made = {**state("maker"), "urn": urn, "type": kind, "inputs": inputs}
    return read(previewed=preview(step(op, new=made))).mended_by(None, thing)


@pytest.mark.parametrize(
    "op", ["create", "create-replacement", "import", "import-replacement", "replace", "update"]
)
def test_a_resource_that_is_changed_may_make_what_it_names(op: str) -> None:
    assert mender(bucket("results"), op=op, bucket="results") == "maker"


@pytest.mark.parametrize("op", ["same", "delete", "read", "refresh"])
def test_what_stays_or_goes_makes_nothing(op: str) -> None:
    assert mender(bucket("results"), op=op, bucket="results") == ""


@pytest.mark.parametrize(
    "inputs",
    [
        {"projectRoles": [{"project": "eu-de", "roles": ["x", "writer"]}]},
        {"to": {"be": "writer"}, "number": 1},
    ],
)
def test_a_name_is_found_at_any_depth(inputs: dict[str, Any]) -> None:
    assert mender(agency("writer"), kind=AGENCY, **inputs) == "maker"
    assert mender(agency("other"), kind=AGENCY, **inputs) == ""


def test_a_resource_of_another_type_does_not_make_what_it_names() -> None:
    assert mender(bucket("results"), kind=AGENCY, name="results") == ""


def test_a_config_makes_nothing_and_an_export_tells_of_no_change() -> None:
    config = state("a", inputs={"onFailure": {"destination": "OBS", "bucket": "results"}})
    stack = read(previewed=preview(step("create", new=config)))
    assert stack.changed == ()


@pytest.mark.parametrize(
    ("inputs", "mends"),
    [
        ({"displayName": "writer-role"}, True),
        ({"displayName": "other"}, False),
        ({"displayName": UNKNOWN_VALUE}, True),
        ({"displayName": SECRET_VALUE}, True),
        ({"statements": [{"effect": "Allow"}]}, True),
    ],
)
def test_a_role_widens_the_agency_that_has_it_or_nobody_knows_whose_it_is(
    inputs: dict[str, Any], *, mends: bool
) -> None:
    role = "opentelekomcloud:index/identityRoleV3:IdentityRoleV3"
    found = mender(grants("writer", "a1", "writer-role"), kind=role, **inputs)
    assert found == ("maker" if mends else "")


def test_exports_are_of_one_stack_when_its_own_resource_was_made_at_one_time() -> None:
    first, later = ({**STACK, "created": f"2026-11-0{day}T12:00:00Z"} for day in (1, 2))
    before, after = parse_export(export(first)), parse_export(export(first, state("a")))

    assert are_of_one_stack(before, after)
    assert not are_of_one_stack(before, parse_export(export(later)))
    assert not are_of_one_stack(parse_export(export(STACK)), before)


def test_an_empty_export_is_of_no_other_ones_stack() -> None:
    empty = parse_export(export())

    assert are_of_one_stack(empty, empty)
    assert not are_of_one_stack(empty, parse_export(export()))
