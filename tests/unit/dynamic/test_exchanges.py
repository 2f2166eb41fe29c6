"""Resources of one stack that exchange their functions, in whichever order the engine does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import pytest

from pulumi_functiongraph.core.errors import FunctionGraphError
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.emulator.process import Emulator
from unit.dynamic.provider_process import AnyProvider, created, provider_with, put, settings_of

pytestmark = pytest.mark.usefixtures("each_provider")

FUNCTIONS = ("orders", "billing", "shipping")


@pytest.fixture
def settings(functiongraph_emulator: Emulator) -> dict[str, str]:
    functiongraph_emulator.reset()
    functiongraph_emulator.seed("functions: [{name: orders}, {name: billing}, {name: shipping}]")
    return settings_of(functiongraph_emulator.environment)


@pytest.fixture
def urn(settings: Mapping[str, str]) -> Callable[[str], str]:
    place = f"urn:fss:{settings['region']}:{settings['projectId']}"
    return lambda name: f"{place}:function:default:{name}:latest"


def of_state(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that state has beside the outputs."""
    return {key: outputs[key] for key in outputs if key not in ("createdTime", "lastModified")}


def retries(provider: AnyProvider, id_: str) -> int | None:
    live = provider.configs.live(FunctionUrn.parse(id_))
    return None if live is None else live.config.max_async_retry_attempts


def orders(resources: int, first: str, second: str) -> list[list[tuple[str, int]]]:
    """Each order of the two steps of each resource, of which one comes first."""
    steps = [(step, each) for each in range(resources) for step in (first, second)]
    return [
        list(order)
        for order in permutations(steps)
        if all(order.index((first, n)) < order.index((second, n)) for n in range(resources))
    ]


ORDERS = [
    *orders(2, "delete", "create"),
    *orders(2, "create", "delete"),  # deleteBeforeReplace: false
    *orders(3, "delete", "create")[::9],
    *orders(3, "create", "delete")[::9],
]


@pytest.mark.parametrize("order", ORDERS)
def test_an_exchange_ends_as_declared_in_each_order_of_its_steps(
    settings: dict[str, str], urn: Callable[[str], str], order: list[tuple[str, int]]
) -> None:
    count = len(order) // 2
    ids = [urn(name) for name in FUNCTIONS[:count]]
    earlier, provider, later = (provider_with(settings) for _ in range(3))
    olds = [
        created(earlier, functionUrn=id_, maxAsyncRetryAttempts=number)
        for number, id_ in enumerate(ids)
    ]
    news = [{**of_state(had), "functionUrn": ids[n - 1]} for n, had in enumerate(olds)]
    inputs = [
        provider.check(of_state(had), has).inputs for had, has in zip(olds, news, strict=True)
    ]

    states = {}
    for step, number in order:
        if step == "delete":
            provider.delete(ids[number], olds[number])
        else:
            states[ids[number - 1]] = provider.create(inputs[number]).outs

    assert [retries(provider, id_) for id_ in ids] == [*range(1, count), 0]
    for id_, state in states.items():
        assert state is not None
        later.delete(id_, state)
        assert retries(later, id_) is None


@pytest.mark.parametrize("order", orders(2, "delete", "create"))
def test_what_somebody_else_has_changed_is_refused_in_each_order(
    settings: dict[str, str], urn: Callable[[str], str], order: list[tuple[str, int]]
) -> None:
    ids = [urn("orders"), urn("billing")]
    earlier, provider = provider_with(settings), provider_with(settings)
    olds = [created(earlier, functionUrn=id_, maxAsyncRetryAttempts=2) for id_ in ids]
    inputs = [
        provider.check(of_state(had), {**of_state(had), "functionUrn": id_}).inputs
        for had, id_ in zip(olds, reversed(ids), strict=True)
    ]
    put(earlier, ids[1], max_async_retry_attempts=3)

    def exchange() -> None:
        for step, number in order:
            if step == "delete":
                provider.delete(ids[number], olds[number])
            else:
                provider.create(inputs[number])

    with pytest.raises(FunctionGraphError, match="does not own"):
        exchange()
    assert retries(provider, ids[1]) == 3


def test_a_chain_that_moves_on_takes_what_the_next_one_has_left(
    settings: dict[str, str], urn: Callable[[str], str]
) -> None:
    """The first one is deleted for good while the next one still has its function."""
    orders_, billing, shipping = map(urn, FUNCTIONS)
    earlier, provider = provider_with(settings), provider_with(settings)
    first = created(earlier, functionUrn=orders_, maxAsyncRetryAttempts=2)
    second = created(earlier, functionUrn=billing, maxAsyncRetryAttempts=3)
    to_billing = provider.check(of_state(first), {**of_state(first), "functionUrn": billing})
    to_shipping = provider.check(of_state(second), {**of_state(second), "functionUrn": shipping})

    provider.delete(orders_, first)
    provider.create(to_billing.inputs)
    provider.delete(billing, second)
    provider.create(to_shipping.inputs)

    assert [retries(provider, id_) for id_ in (orders_, billing, shipping)] == [None, 2, 3]


def test_a_config_that_is_replaced_where_it_is_is_created_first(
    settings: dict[str, str], urn: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As with replaceOnChanges and deleteBeforeReplace: false."""
    earlier, provider = provider_with(settings), provider_with(settings)
    had = created(earlier, maxAsyncRetryAttempts=2)
    news = {**of_state(had), "maxAsyncRetryAttempts": 3}
    checked = provider.check(of_state(had), news)
    capsys.readouterr()

    provider.create(checked.inputs)
    assert "taken over" not in capsys.readouterr().out
    provider.delete(urn("orders"), had)

    assert retries(provider, urn("orders")) == 3


def test_what_moves_to_a_function_of_somebody_else_gives_up_nothing(
    settings: dict[str, str], urn: Callable[[str], str]
) -> None:
    """Though a new resource waits for the config that it has."""
    earlier, provider = provider_with(settings), provider_with(settings)
    had = created(earlier, maxAsyncRetryAttempts=2)
    put(earlier, urn("billing"), max_async_retry_attempts=3)
    provider.check(of_state(had), {**of_state(had), "functionUrn": urn("billing")})
    provider.check({}, {"functionUrn": "orders"})

    with pytest.raises(FunctionGraphError, match="was not deleted, because the one that replaces"):
        provider.delete(urn("orders"), had)

    assert [retries(provider, urn(name)) for name in ("orders", "billing")] == [2, 3]
