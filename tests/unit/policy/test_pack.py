"""The policies, with resources as the engine's stack validation hands them over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from pulumi_policy import (
    EnforcementLevel,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    StackValidationArgs,
)
from pulumi_policy.proxy import unknown_checking_proxy

from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.core.severities import AS_WRITTEN, parse_grades
from pulumi_functiongraph.core.stack.unknown_values import UNKNOWN_VALUE
from pulumi_functiongraph.core.type_tokens import CONFIG_TYPES, NATIVE_CONFIG
from pulumi_functiongraph.policy import serve
from pulumi_functiongraph.policy.pack import policies

PROJECT = "0123456789abcdef0123456789abcdef"
OPTIONS = PolicyResourceOptions(False, [], None, [], None, [], None)
BUCKET = {"destination": "OBS", "bucket": "results", "prefix": "in/", "expires": 0.0}


def fn(name: str) -> str:
    return f"urn:fss:cn-north-4:{PROJECT}:function:default:{name}:latest"


def to_fn(name: str) -> dict[str, object]:
    return {"destination": "FunctionGraph", "functionUrn": name}


def resource(
    name: str,
    props: Mapping[str, object],
    *,
    behind: Mapping[str, PolicyResource] | None = None,
    kind: str = CONFIG_TYPES[0],
    provider: Mapping[str, object] | None = None,
) -> PolicyResource:
    namespace = "" if kind == NATIVE_CONFIG else "functiongraph:"
    told = {f"{namespace}region": "cn-north-4", **(provider or {})}
    return PolicyResource(
        resource_type=kind,
        props=unknown_checking_proxy({"__provider": UNKNOWN_VALUE, **props}),
        urn=f"urn:pulumi:test::trial::{kind}::{name}",
        name=name,
        opts=OPTIONS,
        provider=PolicyProviderResource("p", unknown_checking_proxy(told), "urn", "default"),
        parent=None,
        dependencies=[],
        property_dependencies={key: [one] for key, one in (behind or {}).items()},
    )


def function(name: str) -> PolicyResource:
    return resource(name, {"name": name}, kind="test:index:Function")


def told(*resources: PolicyResource) -> dict[str, list[tuple[str, str | None]]]:
    """By policy, each message and the logical name of its resource."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for policy in policies(AS_WRITTEN):

        def report(message: str, urn: str | None, name: str = policy.name) -> None:
            said = message, urn.rpartition("::")[2] if urn else None
            found.setdefault(name[:6], []).append(said)

        policy.validate(StackValidationArgs(list(resources)), report)
    return found


def test_each_rule_that_needs_no_cloud_is_one_policy() -> None:
    names = [policy.name for policy in policies(AS_WRITTEN)]

    assert names == [f"{rule.id}-{rule.name}" for rule in RULES if not rule.id.startswith("FGN2")]


def test_errors_are_mandatory_and_everything_else_is_advisory_unless_graded() -> None:
    rules = {
        "FGN301": {"severity": "off", "reason": "no"},
        "FGN302": {"severity": "error", "reason": "yes"},
    }

    graded = policies(parse_grades({"rules": rules}, source=""))

    levels = {policy.name[:6]: policy.enforcement_level for policy in graded}
    assert levels["FGN101"] is EnforcementLevel.MANDATORY
    assert levels["FGN103"] is EnforcementLevel.ADVISORY
    assert levels["FGN301"] is EnforcementLevel.DISABLED
    assert levels["FGN302"] is EnforcementLevel.MANDATORY


def test_a_cycle_of_functions_that_are_not_there_yet_is_told_by_their_resources() -> None:
    one, two = function("one"), function("two")
    unknown = {"functionUrn": UNKNOWN_VALUE, "onSuccess": to_fn(UNKNOWN_VALUE)}
    there = resource("there", unknown, behind={"functionUrn": one, "onSuccess": two})
    back = resource("back", unknown, behind={"functionUrn": two, "onSuccess": one})

    ((message, where),) = told(there, back, one, two)["FGN101"]

    assert message.partition(";")[0].partition(": cycle ")[0] == "on_success"
    assert message.partition(";")[0].endswith(": one → two → one")
    assert where == "there"


def test_a_cycle_of_known_functions_is_told_without_their_names() -> None:
    there = resource("there", {"functionUrn": fn("canary"), "onSuccess": to_fn(fn("bird"))})
    back = resource("back", {"functionUrn": fn("bird"), "onSuccess": to_fn(fn("canary"))})

    found = told(there, back)

    assert "there" in found["FGN101"][0][0]
    assert "canary" not in str(found)
    assert "bird" not in str(found)


def test_a_name_that_is_known_in_one_place_and_an_output_in_another_is_one_function() -> None:
    one = function("one")
    first = resource(
        "first",
        {"functionUrn": fn("one"), "onSuccess": to_fn(fn("two"))},
        behind={"functionUrn": one},
    )
    second = resource(
        "second",
        {"functionUrn": fn("two"), "onSuccess": to_fn(UNKNOWN_VALUE)},
        behind={"onSuccess": one},
    )

    assert len(told(first, second, one)["FGN101"]) == 1


def test_unknown_values_are_no_findings_and_stop_no_policy() -> None:
    unknown = {
        "functionUrn": UNKNOWN_VALUE,
        "onSuccess": UNKNOWN_VALUE,
        "onFailure": {**BUCKET, "bucket": UNKNOWN_VALUE},
        "maxAsyncRetryAttempts": UNKNOWN_VALUE,
    }

    assert list(told(resource("a", unknown))) == ["FGN103"]


def test_what_applies_to_the_stack_names_no_resource() -> None:
    unknown = {"functionUrn": UNKNOWN_VALUE, "onFailure": to_fn(UNKNOWN_VALUE)}

    ((message, where),) = told(resource("a", unknown))["FGN103"]

    assert message.startswith("cannot prove acyclic")
    assert where is None


def test_outputs_of_a_config_that_is_applied_are_no_problem() -> None:
    applied = {
        "functionUrn": fn("a"),
        "onFailure": BUCKET,
        "maxAsyncRetryAttempts": 2.0,
        "createdTime": "2026-01-01T00:00:00Z",
        "lastModified": "2026-01-01T00:00:00Z",
        "adopt": True,
    }

    assert told(resource("a", applied)) == {}


def test_a_list_where_none_belongs_is_refused_and_not_a_crash() -> None:
    wrong = {"functionUrn": fn("a"), "onFailure": [BUCKET, UNKNOWN_VALUE]}

    assert [where for _, where in told(resource("a", wrong))["FGN001"]] == ["a"]


def test_the_project_of_the_config_is_compared_with_that_of_the_function() -> None:
    config = resource(
        "a",
        {"functionUrn": fn("a"), "onFailure": BUCKET},
        provider={"functiongraph:projectId": "f" * 32},
    )

    assert list(told(config)) == ["FGN009"]


def test_configs_of_both_providers_are_judged_together() -> None:
    there = resource("there", {"functionUrn": fn("a"), "onSuccess": to_fn(fn("b"))})
    back = resource(
        "back", {"functionUrn": fn("b"), "onFailure": to_fn(fn("a"))}, kind=NATIVE_CONFIG
    )
    elsewhere = resource(
        "elsewhere",
        {"functionUrn": fn("c"), "onFailure": BUCKET},
        kind=NATIVE_CONFIG,
        provider={"projectId": "f" * 32},
    )

    assert {where for _, where in told(there, back)["FGN101"]} <= {"there", "back"}
    assert list(told(elsewhere)) == ["FGN009"]
    own = {"region": "eu-nl", "projectId": "e" * 32}
    other = resource("other", {"functionUrn": fn("d")}, kind=NATIVE_CONFIG, provider=own)
    assert [where for _, where in told(elsewhere, other)["FGN009"]] == ["elsewhere"]


def test_a_resource_without_a_provider_is_read_too() -> None:
    config = resource("a", {"functionUrn": fn("a")})
    config.provider = None

    assert list(told(config)) == ["FGN301"]


def test_configs_of_one_name_are_told_without_a_resource() -> None:
    one, two = (resource("a", {"functionUrn": fn(name)}) for name in ("one", "two"))
    two.urn = two.urn.replace("pulumi-python", "group$pulumi-python")

    assert {where for _, where in told(one, two)["FGN301"]} == {None}


def test_settings_that_mean_nothing_end_the_pack_with_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "[tool.pulumi-functiongraph]\nrule = 1\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit, match="rule: is no setting"):
        serve()


def test_a_raw_target_is_judged_like_the_typed_one() -> None:
    raw = {"destination": "FunctionGraph", "param": f'{{"func_urn":"{fn("a")}"}}'}

    found = told(resource("a", {"functionUrn": fn("a"), "onFailure": raw}))
    typed = told(resource("a", {"functionUrn": fn("a"), "onFailure": to_fn(fn("a"))}))

    assert found == typed
    assert "FGN101" in found
