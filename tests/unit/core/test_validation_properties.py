from hypothesis import given
from hypothesis import strategies as st

from factories import TOPIC, URN
from pulumi_functiongraph.core.config_validation import examine, to_bag
from pulumi_functiongraph.core.local_inputs import take_out
from strategies import valid_bags


@given(valid_bags)
def test_the_canonical_bag_of_a_valid_one_is_stable(properties: dict[str, object]) -> None:
    once = examine(properties)
    twice = examine(once.inputs)

    assert once.problems == ()
    assert twice.inputs == once.inputs
    assert once.config is not None
    assert to_bag(once.config) == take_out(once.inputs)[0]
    for key, value in properties.items():
        kept = once.inputs[key]
        if isinstance(value, dict) and isinstance(kept, dict):
            assert value.items() <= kept.items()
        else:
            assert value == kept


CANARY = "Canary-7f3A"
planted = st.sampled_from(
    [
        *[CANARY, CANARY * 40, CANARY.encode(), [CANARY], {"deep": CANARY}],
        *[f"{start}:{CANARY}" for start in ("urn:smn", "urn:fss", "urn:pulumi", "obs", TOPIC)],
        URN.replace("orders", f"_{CANARY}"),
    ]
)
planted_targets = st.one_of(
    planted,
    st.fixed_dictionaries(
        {"destination": st.sampled_from(["OBS", "SMN", "DIS", "FunctionGraph", "DMS"])},
        optional=dict.fromkeys(
            ["bucket", "prefix", "expires", "topicUrn", "streamName", "functionUrn", "param"],
            planted,
        ),
    ),
)


@given(
    st.fixed_dictionaries(
        {"functionUrn": planted},
        optional={
            "maxAsyncRetryAttempts": planted,
            "maxAsyncEventAgeInSeconds": planted,
            "onSuccess": planted_targets,
            "onFailure": planted_targets,
            "enableAsyncStatusLog": planted,
            "adopt": planted,
            "more": planted,
        },
    )
)
def test_no_problem_shows_a_value_that_may_be_secret(properties: dict[str, object]) -> None:
    found = examine(properties)

    assert found.problems
    assert CANARY not in "".join(f"{problem!s}{problem!r}" for problem in found.problems)
