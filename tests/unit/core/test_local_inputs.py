import pytest

from factories import URN, to_bucket
from pulumi_functiongraph.core.config_validation import examine, to_bag
from pulumi_functiongraph.core.diff import changes
from pulumi_functiongraph.core.local_inputs import take_out
from pulumi_functiongraph.core.properties import UNKNOWN


def declared(**unsent: object) -> dict[str, object]:
    return {"functionUrn": URN, "onFailure": {**to_bucket(), **unsent}}


def test_an_intended_loop_keeps_its_reason_in_the_inputs_and_out_of_the_config() -> None:
    examined = examine(declared(allowCycle="ends after five rounds"))
    assert examined.unsent.acknowledged == {"onFailure": "ends after five rounds"}
    assert examined.inputs["onFailure"] == {
        **to_bucket(),
        "allowCycle": "ends after five rounds",
    } | {key: value for key, value in (("prefix", ""), ("expires", 0)) if key not in to_bucket()}
    assert examined.config is not None
    assert "allowCycle" not in str(to_bag(examined.config))


@pytest.mark.parametrize("reason", ["", "  ", 5, True, {}])
def test_an_intended_loop_needs_a_reason(reason: object) -> None:
    (problem,) = examine(declared(allowCycle=reason)).problems
    assert problem.path == "onFailure.allowCycle"
    assert problem.what == "gives no reason"


def test_an_unknown_reason_is_no_problem_and_no_acknowledgement() -> None:
    examined = examine(declared(allowCycle=UNKNOWN))
    assert examined.problems == ()
    assert examined.unsent.acknowledged == {}
    assert examined.config is not None


def test_none_is_no_reason_given() -> None:
    assert examine(declared(allowCycle=None)).unsent.allow_cycle == {}


def test_what_is_never_sent_is_no_change() -> None:
    before = examine(declared()).inputs
    after = examine({**declared(allowCycle="retries end it"), "adopt": True}).inputs
    assert changes(before, after) == ()
    assert changes(after, before) == ()


def test_a_reason_is_put_back_only_where_its_target_still_is() -> None:
    _, unsent = take_out({**declared(allowCycle="why"), "adopt": True})
    assert unsent.put_back({"functionUrn": URN}) == {"functionUrn": URN, "adopt": True}
    assert unsent.put_back({"onFailure": {"destination": "SMN"}})["onFailure"] == {
        "destination": "SMN",
        "allowCycle": "why",
    }


@pytest.mark.parametrize("adopt", ["true", 1, 0, []])
def test_adopt_is_a_flag(adopt: object) -> None:
    (problem,) = examine({"functionUrn": URN, "adopt": adopt}).problems
    assert (problem.path, problem.what) == ("adopt", "is not a flag")
