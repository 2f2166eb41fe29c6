"""Which of the allowed words somebody may have meant."""

import pytest

from pulumi_functiongraph.core.property_names import CAMEL
from pulumi_functiongraph.core.spelling import close_to


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("max_retry", "max_async_retry_attempts"),
        ("maxRetries", "max_async_retry_attempts"),
        ("retry_attempts", "max_async_retry_attempts"),
        ("max_age", "max_async_event_age_in_seconds"),
        ("on_failur", "on_failure"),
        ("onSucess", "on_success"),
        ("status_log", "enable_async_status_log"),
        ("max", ""),
        ("max_luck", ""),
        ("on", ""),
        ("", ""),
        ("x", ""),
    ],
)
def test_a_word_that_was_shortened_or_misspelled_is_told_where_one_alone_may_be_meant(
    word: str, meant: str
) -> None:
    assert close_to(word, CAMEL) == meant
