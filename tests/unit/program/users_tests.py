"""Unit tests as users write them, by what is constructed first in them.

Those whose name ends in ``is_refused`` have to fail, and no other.
"""

from __future__ import annotations

HEAD = """
import pulumi
import pytest

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args):
        return {"func_urn": URN}

class Component(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Component", name, None, opts)

class Function(pulumi.CustomResource):
    func_urn: pulumi.Output[str]

    def __init__(self, name, opts=None):
        token = "huaweicloud:FunctionGraph/function:Function"
        super().__init__(token, name, {"func_urn": URN}, opts)

URN = "urn:fss:eu-de:0123456789abcdef0123456789abcdef:function:default:f:latest"
OTHER = URN.replace(":f:", ":g:")
pulumi.runtime.set_mocks(Mocks(), preview=False)
import pulumi_functiongraph as fg

def config(name, retries=None, urn=URN, **more):
    return fg.AsyncNotificationConfig(
        name, pulumi.ResourceOptions(**more), function_urn=urn, max_async_retry_attempts=retries
    )
"""

_PAIR = """
@pulumi.runtime.test
def test_1_a_wrong_value_is_refused():
    return declared("KIND-first", retries=9).urn.apply(lambda _urn: None)

@pulumi.runtime.test
def test_2_the_same_function_in_another_test():
    return declared("KIND-second").urn.apply(lambda _urn: None)

@pulumi.runtime.test
def test_3_a_cycle_is_refused():
    first = declared("KIND-third")
    fg.Trigger(fg.ObsTarget("results"), function_urn=URN)
    return fg.AsyncNotificationConfig(
        "KIND-fourth", function_urn=OTHER, on_failure=fg.FunctionTarget(first.function_urn),
        on_success=fg.FunctionTarget(OTHER),
    ).urn

@pulumi.runtime.test
def test_4_two_configs_of_a_function_is_refused():
    declared("KIND-fifth")
    return declared("KIND-sixth").urn
"""

FIRST = {
    "config": """
def declared(name, retries=None):
    return config(name, retries)
""",
    "component": """
def declared(name, retries=None):
    return config(name, retries, parent=Component("parent"))
""",
    "component_in_a_component": """
def declared(name, retries=None):
    outer = Component("outer")
    return config(name, retries, parent=Component("inner", pulumi.ResourceOptions(parent=outer)))
""",
    "provider": """
def declared(name, retries=None):
    provider = pulumi.ProviderResource("huaweicloud", "provider", {})
    Function("f", pulumi.ResourceOptions(provider=provider))
    return config(name, retries)
""",
    "function": """
def declared(name, retries=None):
    return config(name, retries, depends_on=[Function("f")])
""",
    "stack_reference": """
def declared(name, retries=None):
    pulumi.StackReference("org/other/dev")
    return config(name, retries)
""",
    "lookup": """
def declared(name, retries=None):
    fg.get_function("f")
    return config(name, retries)
""",
    "several": """
def declared(name, retries=None):
    before = URN.replace(":f:", f":{name}-before:")
    config(f"{name}-before", urn=before, depends_on=[Component("some"), Function("f")])
    return config(name, retries)
""",
    "resource_before_the_import": """
def declared(name, retries=None):
    return config(name, retries, parent=before)
""",
}
"""By name, how a test declares a config after something else."""


def paired(kind: str) -> str:
    """The four tests of a table's row."""
    head = HEAD
    if kind == "resource_before_the_import":
        head = HEAD.replace("import pulumi_f", 'before = Component("before")\nimport pulumi_f')
    return head + FIRST[kind] + _PAIR.replace("KIND", kind)


STYLES = {
    "plain": """
def test_1_without_the_decorator_is_refused():
    Component("first")
    config("plain-first", retries=9)

def test_2_the_same_function():
    config("plain-second")

def test_3_the_same_function_once_more():
    config("plain-third")

@pytest.mark.parametrize("retries", [4, 5])
def test_4_refused_ones_do_not_count(retries):
    with pytest.raises(pulumi.RunError, match="FGN001 error: plain-fourth"):
        config("plain-fourth", retries)
    config("plain-fourth", 3)
""",
    "mocks_of_each_test": """
@pytest.fixture(autouse=True)
def mocks():
    pulumi.runtime.set_mocks(Mocks())

@pulumi.runtime.test
def test_1_a_wrong_value_is_refused():
    return config("mocks-first", retries=9, parent=Component("first")).urn

@pulumi.runtime.test
def test_2_the_same_function():
    return config("mocks-second", parent=Component("first")).urn
""",
    "asynchronous": """
import asyncio

def run(program):
    # Pulumi's root resource is of this loop, whoever runs it.
    asyncio.get_event_loop().run_until_complete(program())

def test_1_in_the_loop_without_the_decorator_is_refused():
    async def program():
        Component("first")
        await asyncio.sleep(0)
        await config("asynchronous-first", retries=9).urn.future()
    run(program)

def test_2_the_same_function():
    async def program():
        await config("asynchronous-second", parent=Component("first")).urn.future()
    run(program)

@pulumi.runtime.test
def test_3_inside_apply_is_refused():
    return Function("f").func_urn.apply(lambda urn: config("asynchronous-third", 9, urn).urn)

@pulumi.runtime.test
def test_4_inside_apply():
    return Function("f").func_urn.apply(lambda urn: config("asynchronous-fourth", 3, urn).urn)

@pulumi.runtime.test
async def test_5_a_coroutine_is_refused():
    await Function("f").func_urn.future()
    config("asynchronous-fifth", 9)

@pulumi.runtime.test
async def test_6_a_coroutine():
    await Function("f").func_urn.future()
    return config("asynchronous-sixth", 3)
""",
    "unittests": """
import unittest

class Tests(unittest.TestCase):
    @pulumi.runtime.test
    def test_1_a_wrong_value_is_refused(self):
        return config("unittest-first", retries=9, parent=Component("first")).urn

    def test_2_without_the_decorator(self):
        config("unittest-second")

    def test_3_the_same_function(self):
        config("unittest-third")

    @pulumi.runtime.test
    def test_4_the_same_function_once_more(self):
        return config("unittest-fourth").urn
""",
    "fixture": """
@pytest.fixture(scope="module")
def shared():
    Component("first")
    return config("fixture-shared")

@pulumi.runtime.test
def test_1_another_config_of_the_same_function_in_a_test_of_its_own():
    return config("fixture-first").urn

@pulumi.runtime.test
def test_2_what_a_fixture_declared(shared):
    return shared.function_urn.apply(lambda urn: pytest.fail(urn) if urn != URN else None)

@pulumi.runtime.test
def test_3_a_wrong_value_beside_it_is_refused(shared):
    return config("fixture-third", retries=9).urn
""",
    "module": """
infra = config("module-infra", parent=Component("first"))

@pulumi.runtime.test
def test_1_what_the_module_declared():
    return infra.function_urn.apply(lambda urn: pytest.fail(urn) if urn != URN else None)

@pulumi.runtime.test
def test_2_it_once_more():
    return infra.function_urn.apply(lambda urn: pytest.fail(urn) if urn != URN else None)

@pulumi.runtime.test
def test_3_a_wrong_value_is_refused():
    return config("module-third", retries=9).urn
""",
}
"""By name, tests of other styles."""

REVERSED = """
def pytest_collection_modifyitems(items):
    items.reverse()
"""
"""A conftest with which each test comes before those that it followed."""
