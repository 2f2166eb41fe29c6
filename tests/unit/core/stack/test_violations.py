import json

import pytest

from pulumi_functiongraph.core.errors import InvalidInput
from pulumi_functiongraph.core.findings import Severity
from pulumi_functiongraph.core.stack import parse_violations
from unit.core.stack.told import pulumi_urn


def event(**told: object) -> str:
    violation = {
        "resourceUrn": pulumi_urn("orders"),
        "message": "no cycles\n2-cycle\n",
        "policyName": "no-cycles",
        "policyPackName": "pack",
        "enforcementLevel": "mandatory",
        **told,
    }
    return json.dumps({"sequence": 1, "timestamp": 1, "policyEvent": violation})


def test_a_violation_of_a_mandatory_policy_is_an_error_of_its_resource() -> None:
    other = json.dumps({"sequence": 0, "timestamp": 1, "policyLoadEvent": {}})

    (finding,) = parse_violations(f"{other}\n{event()}\n".encode())

    assert str(finding) == "policy error: orders: pack/no-cycles: no cycles; 2-cycle"


def test_a_violation_of_an_advisory_policy_is_a_warning() -> None:
    (finding,) = parse_violations(event(enforcementLevel="advisory", message="", resourceUrn=""))

    assert finding.severity is Severity.WARNING
    assert (finding.subject, finding.message) == ("stack", "pack/no-cycles")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("nothing", "no engine event in line 1"),
        (f"{event()}\n{{}}", "no engine event in line 2"),
        ("[" * 100_000, "no engine event in line 1"),
    ],
)
def test_what_is_no_event_log_is_refused(content: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        parse_violations(content)
