"""Options that name properties: either spelling, at every depth, and nothing is passed over."""

from __future__ import annotations

from functools import partial
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import URN
from pulumi_functiongraph import AsyncNotificationConfig, native
from pulumi_functiongraph.core.property_names import CAMEL
from pulumi_functiongraph.program.options import option_problems, options_to_camel, path_to_camel
from unit.program.programs import run

PATHS = {
    "on_failure": "onFailure",
    "on_failure.expires": "onFailure.expires",
    "on_failure.topic_urn": "onFailure.topicUrn",
    'on_failure["topic_urn"]': 'onFailure["topicUrn"]',
    '["on_failure"].topic_urn': '["onFailure"].topicUrn',
    '["on_failure"]["topic_urn"]': '["onFailure"]["topicUrn"]',
    "on_failure.*": "onFailure.*",
    "on_failure[*]": "onFailure[*]",
    "onFailure.topicUrn": "onFailure.topicUrn",
    "*": "*",
}


@pytest.mark.parametrize(("spelled", "expected"), PATHS.items())
def test_a_path_is_in_the_spelling_of_state_at_every_depth(spelled: str, expected: str) -> None:
    assert path_to_camel(spelled) == expected
    assert not list(option_problems(pulumi.ResourceOptions(ignore_changes=[spelled])))


@given(st.text())
def test_what_names_no_property_is_left_to_be_refused(path: str) -> None:
    if not any(key in path for key in CAMEL):
        assert path_to_camel(path) == path


@pytest.mark.parametrize("option", ["ignore_changes", "additional_secret_outputs"])
def test_the_engine_is_given_the_names_of_state(option: str) -> None:
    config: list[AsyncNotificationConfig] = []

    def program() -> None:
        options: dict[str, Any] = {option: ["on_failure"]}
        opts = pulumi.ResourceOptions(**options)
        config.append(AsyncNotificationConfig("config", opts, function_urn=URN))

    run(program)
    assert config[0].translate_input_property("on_failure.topic_urn") == "onFailure.topicUrn"


def test_hidden_differences_are_translated_too_and_the_users_options_stay() -> None:
    opts = pulumi.ResourceOptions(hide_diffs=["on_failure.topic_urn"])
    assert options_to_camel(opts).hide_diffs == ["onFailure.topicUrn"]
    assert opts.hide_diffs == ["on_failure.topic_urn"]
    plain = pulumi.ResourceOptions(protect=True)
    assert options_to_camel(plain) is plain


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"ignore_changes": ["on_failure.expire"]}, "did you mean on_failure.expires?"),
    ({"ignore_changes": ["max_retry_attempts"]}, "did you mean max_async_retry_attempts?"),
    ({"ignore_changes": ["onFailure.topicURN"]}, "did you mean on_failure.topic_urn?"),
    ({"ignore_changes": ["on_failure[0]"]}, 'names "on_failure[0]", which is no property'),
    ({"ignore_changes": ["on_failure.expires.days"]}, "on_failure.expires has no properties"),
    ({"ignore_changes": ["adopt.x"]}, "adopt has no properties"),
    ({"ignore_changes": [""]}, "which is no property path"),
    ({"ignore_changes": ["on_failure..expires["]}, "which is no property path"),
    ({"ignore_changes": ["tags"]}, "which is no property; allowed: adopt, created_time"),
    ({"hide_diffs": ["onFail"]}, "did you mean on_failure?"),
    ({"additional_secret_outputs": ["on_failure.bucket"]}, "only whole properties"),
    ({"additional_secret_outputs": ["onFailures"]}, "did you mean on_failure?"),
    ({"replace_on_changes": ["on_failure"]}, "use replacement_trigger"),
    ({"import_": URN}, "pulumi_functiongraph.native"),
    ({"plugin_download_url": "https://a.example"}, "pulumi_functiongraph.native"),
    ({"custom_timeouts": pulumi.CustomTimeouts(create="1s")}, "does nothing"),
]


@pytest.mark.parametrize(("options", "expected"), REFUSED)
def test_what_pulumi_would_pass_over_stops_the_program_by_name(
    options: dict[str, Any], expected: str
) -> None:
    opts = pulumi.ResourceOptions(**options)
    with pytest.raises(pulumi.RunError) as told:
        run(lambda: AsyncNotificationConfig("config", opts, function_urn=URN).urn)
    (option,) = options
    assert f"config.{option} " in str(told.value)
    assert expected in str(told.value)


def test_no_options_have_no_problem() -> None:
    assert not list(option_problems(None))


class Group(pulumi.ComponentResource):
    """A component with one config."""

    def __init__(self, made: Any, opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Group", "group", None, opts)
        made("config", pulumi.ResourceOptions(parent=self), function_urn=URN)


def alone(made: Any, opts: pulumi.ResourceOptions) -> None:
    made("config", opts, function_urn=URN)


def transformed(made: Any, opts: pulumi.ResourceOptions) -> None:
    """A transformation adds the options."""

    def adds(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        merged = pulumi.ResourceOptions.merge(args.opts, opts)
        return pulumi.ResourceTransformationResult(args.props, merged)

    made("config", pulumi.ResourceOptions(transformations=[adds]), function_urn=URN)


def passed(option: str, provider: pulumi.ProviderResource) -> pulumi.ResourceOptions:
    """A provider as one of the options passes it."""
    ways: dict[str, Any] = {
        "provider": provider,
        "list": [provider],
        "map": {provider.package: provider},
    }
    keyword = "provider" if option == "provider" else "providers"
    return pulumi.ResourceOptions(**{keyword: ways[option]})


@pytest.mark.parametrize("declare", [alone, Group, transformed])
@pytest.mark.parametrize("option", ["provider", "list", "map"])
def test_a_provider_of_the_plugin_is_not_passed_over_with_the_dynamic_import(
    option: str, declare: Any, outside_unit_tests: None
) -> None:
    def program(made: Any) -> None:
        declare(made, passed(option, native.Provider("east", region="eu-nl")))

    with pytest.raises(pulumi.RunError) as told:
        run(lambda: program(AsyncNotificationConfig))
    assert "east is one of the native plugin" in str(told.value)
    assert "import pulumi_functiongraph.native as functiongraph" in str(told.value)
    run(lambda: program(native.AsyncNotificationConfig))


@pytest.mark.parametrize("made", [AsyncNotificationConfig, native.AsyncNotificationConfig])
def test_a_provider_of_another_package_is_refused_but_for_children(made: Any) -> None:
    def program(option: str) -> None:
        alone(made, passed(option, pulumi.ProviderResource("shop", "east")))

    with pytest.raises(pulumi.RunError) as told:
        run(lambda: program("provider"))
    assert "east is a provider of the package shop" in str(told.value)
    for option in ("list", "map"):
        run(partial(program, option))
