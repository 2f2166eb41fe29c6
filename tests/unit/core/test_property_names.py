"""The spelling of keys, which is in every user's state file."""

import pytest
from pydantic.alias_generators import to_camel as mechanical

from pulumi_functiongraph.core import property_names
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.targets import KNOWN, Opaque

FIRST_RELEASE = {
    "adopt": "adopt",
    "bucket": "bucket",
    "created_time": "createdTime",
    "destination": "destination",
    "enable_async_status_log": "enableAsyncStatusLog",
    "expires": "expires",
    "function_urn": "functionUrn",
    "last_modified": "lastModified",
    "max_async_event_age_in_seconds": "maxAsyncEventAgeInSeconds",
    "max_async_retry_attempts": "maxAsyncRetryAttempts",
    "on_failure": "onFailure",
    "on_success": "onSuccess",
    "param": "param",
    "prefix": "prefix",
    "stream_name": "streamName",
    "topic_urn": "topicUrn",
}
"""A copy of its own: a spelling that changes here would lose properties of existing stacks."""


@pytest.mark.parametrize("snake", FIRST_RELEASE)
def test_a_key_of_the_first_release_is_spelled_as_it_was(snake: str) -> None:
    assert property_names.to_camel(snake) == FIRST_RELEASE[snake]
    assert property_names.to_snake(FIRST_RELEASE[snake]) == snake


def test_every_field_of_the_model_has_its_spelling() -> None:
    for model in (Config, *KNOWN.values(), Opaque):
        for name, field in model.model_fields.items():
            assert property_names.CAMEL[name] == field.alias


def test_the_table_leads_both_ways_and_follows_one_rule() -> None:
    assert len(property_names.SNAKE) == len(property_names.CAMEL)
    for snake, camel in property_names.CAMEL.items():
        assert property_names.to_snake(property_names.to_camel(snake)) == snake
        assert camel == mechanical(snake)
    assert list(property_names.CAMEL) == sorted(property_names.CAMEL)


def test_a_key_that_is_not_ours_stays_as_it_is() -> None:
    assert property_names.to_camel("max_retries") == "max_retries"
    assert property_names.to_snake("maxRetries") == "maxRetries"


def test_names_of_properties_are_told_as_in_python_and_names_of_things_as_they_are() -> None:
    told = "onFailure.topicUrn: is missing; allowed: functionUrn, maxAsyncRetryAttempts"
    assert property_names.in_snake(told) == (
        "on_failure.topic_urn: is missing; allowed: function_urn, max_async_retry_attempts"
    )
    named = "urn:fss:r:p:function:default:onFailure:latest default:onFailure onFailure-2"
    assert property_names.in_snake(named) == named
    assert property_names.paths_in_snake("a.onFailure → onFailure") == "a.on_failure → onFailure"


def test_what_rules_say_in_python_is_told_with_the_names_of_all_other_languages() -> None:
    told = 'set on_failure.topic_urn, adopt=True or allow_cycle="why" on default:orders'
    assert property_names.in_camel(told) == (
        'set onFailure.topicUrn, adopt: true or allowCycle: "why" on default:orders'
    )
