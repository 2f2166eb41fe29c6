"""Unit tests as users write them, whose configs have values that are Outputs.

Those whose name ends in ``is_refused`` have to fail, and no other.
"""

from __future__ import annotations

_DECORATED = """
Output = pulumi.Output

def config(name, retries=None, urn=URN, **targets):
    return fg.AsyncNotificationConfig(
        name, function_urn=urn, max_async_retry_attempts=retries, **targets
    )

class Topic(pulumi.CustomResource):
    topic_urn: pulumi.Output[str]
    size: pulumi.Output[int]

    def __init__(self, name, **inputs):
        super().__init__("huaweicloud:Smn/topic:Topic", name, {"topic_urn": None, **inputs})

class Named(pulumi.CustomResource):
    func_urn: pulumi.Output[str]

    def __init__(self, name, func_urn=None):
        token = "huaweicloud:FunctionGraph/function:Function"
        super().__init__(token, name, {"func_urn": func_urn})
"""

WRONG = {
    "a_number": "config(name, Output.from_input(9))",
    "a_derived_number": "config(name, Output.from_input(8).apply(lambda v: v + 1))",
    "a_secret_number": "config(name, Output.secret(9))",
    "what_a_mock_answers": 'config(name, Topic("topic", size=9).size)',
    "a_whole_target": """config(
        name, on_failure=Output.from_input({"bucket": "Not A Bucket"}))""",
    "a_target_made_in_apply": """config(
        name, on_failure=Output.from_input(URN).apply(lambda urn: fg.FunctionTarget(urn)))""",
    "an_output_inside_apply": """config(name, on_failure=Output.from_input("f").apply(
        lambda f: fg.FunctionTarget(Output.concat(URN.removesuffix("f:latest"), f, ":latest"))))""",
    "a_cycle": """config(name, on_success=fg.FunctionTarget(
        Output.concat(URN.removesuffix("f:latest"), "f:latest")))""",
    "a_cycle_of_two": """(
        config(f"{name}-first", urn=OTHER, on_success=fg.FunctionTarget(URN)),
        config(name, urn=Output.from_input(URN), on_success=fg.FunctionTarget(
            Output.from_input(OTHER))))""",
    "a_cycle_through_a_trigger": """(
        config(name, on_success=fg.ObsTarget("results")),
        fg.Trigger(fg.ObsTarget(Output.from_input("results")), function_urn=Output.concat(URN)))""",
    "a_second_config": """(
        config(f"{name}-first"),
        config(name, urn=Output.concat(URN.removesuffix("latest"), "latest")))""",
    "a_second_config_by_a_mock": """(
        config(f"{name}-first"), config(name, urn=Function("f").func_urn))""",
    "a_second_config_by_the_id_of_what_a_mock_names": """(
        config(f"{name}-first"), config(name, urn=Function("f").id))""",
    "a_second_config_by_a_resource": """(
        function := Named("nameless"),
        config(f"{name}-first", urn=function.func_urn), config(name, urn=function.id))""",
    "a_cycle_of_a_resource_that_no_mock_names": """(
        function := Named("nameless"),
        config(name, urn=function.id, on_success=fg.FunctionTarget(function.func_urn)))""",
}
"""By name, declarations that a test may make and that are refused."""

RIGHT = {
    "a_number": "config(name, Output.from_input(3))",
    "a_secret": "config(name, Output.secret(2))",
    "nothing": "config(name, Output.from_input(None))",
    "a_target": 'config(name, on_failure=Output.from_input({"bucket": "orders-failed"}))',
    "a_target_made_in_apply": """config(
        name, on_failure=Output.from_input("failed").apply(lambda b: fg.ObsTarget(bucket=b)))""",
    "a_topic_whose_urn_no_mock_gives": """config(
        name, on_failure=fg.SmnTarget(Topic("topic").topic_urn))""",
    "a_topic_by_an_id_that_a_mock_made_up": """config(
        name, on_failure=fg.SmnTarget(Topic("topic").id))""",
    "a_function_by_an_id_that_a_mock_made_up": 'config(name, urn=Named("a_b c").id)',
    "a_function_that_has_no_name": """config(
        name, urn=Named("nameless").func_urn.apply(lambda urn: urn))""",
    "two_functions_that_have_no_names": """(
        config(f"{name}-first", urn=Named("one").id), config(name, urn=Named("two").id))""",
    "a_trigger_of_what_a_mock_made_up": """(
        fg.Trigger(fg.SmnTarget(Topic("topic").id), function_urn=Named("one").id),
        config(name))""",
}
"""By name, declarations that a test may make."""

_REFUSED = """
@pulumi.runtime.test
def test_{number}_{kind}_is_refused(name="outputs-{kind}"):
    {declared}

def test_{number}_{kind}_is_refused_where_it_is_declared(name="outputs-{kind}"):
    with pytest.raises(pulumi.RunError, match="FGN|cycle") as refused:
        {declared}
    assert "outputs-" in str(refused.value)
"""

_DECLARED = """
@pulumi.runtime.test
def test_{number}_{kind}(name="outputs-{kind}"):
    {declared}

def test_{number}_{kind}_without_the_decorator(name="outputs-{kind}"):
    {declared}
"""


def _written(form: str, declarations: dict[str, str]) -> str:
    return "".join(
        form.format(number=number, kind=kind, declared=declared)
        for number, (kind, declared) in enumerate(declarations.items())
    )


_OTHERS = """
def test_7_a_secret_is_not_shown():
    with pytest.raises(pulumi.RunError) as refused:
        config("outputs-secret", Output.secret(77))
    assert "77" not in str(refused.value)
    assert "max_async_retry_attempts" in str(refused.value)

@pytest.mark.parametrize("retries", [4, 5, 2, 6, 3])
def test_8_those_that_are_refused_do_not_count(retries):
    for _ in range(20):
        with pytest.raises(pulumi.RunError):
            config("outputs-wrong", Output.from_input(9))
    if retries > 3:
        with pytest.raises(pulumi.RunError):
            config("outputs-again", Output.from_input(retries))
    else:
        config("outputs-again", Output.from_input(retries))

@pulumi.runtime.test
async def test_9_in_a_coroutine_is_refused():
    await Function("f").func_urn.future()
    config("outputs-coroutine", Output.from_input(9))

@pulumi.runtime.test
def test_9_inside_apply_is_refused():
    wrong = Output.from_input(9)
    return Function("f").func_urn.apply(lambda urn: config("outputs-apply", wrong, urn).urn)
"""

OUTPUTS = {
    "wrong_outputs": _DECORATED + _written(_REFUSED, WRONG),
    "right_outputs": _DECORATED + _written(_DECLARED, RIGHT),
    "other_outputs": _DECORATED + _OTHERS,
}
"""By name, tests of configs with Outputs."""
