"""Unknown and secret values, as Pulumi writes them."""

from __future__ import annotations

import pytest

from pulumi_functiongraph.core.properties import UNKNOWN
from pulumi_functiongraph.core.stack.unknown_values import read_properties
from unit.core.stack.told import SECRET_SIGNATURE, UNKNOWN_VALUE

ENCRYPTED = {**SECRET_SIGNATURE, "ciphertext": "v1:AAAA:BBBB"}
IN_CLEAR = {**SECRET_SIGNATURE, "plaintext": '"results"'}


def test_an_unknown_value_is_unknown_at_any_depth_and_no_secret() -> None:
    told = read_properties({"functionUrn": UNKNOWN_VALUE, "onSuccess": {"bucket": UNKNOWN_VALUE}})

    assert told.bag == {"functionUrn": UNKNOWN, "onSuccess": {"bucket": UNKNOWN}}
    assert told.secret == frozenset()


@pytest.mark.parametrize("written", ["[secret]", ENCRYPTED, IN_CLEAR])
def test_a_secret_in_each_of_its_forms_is_unknown_and_said_to_be_secret(written: object) -> None:
    told = read_properties({"functionUrn": written, "onSuccess": {"bucket": written}})

    assert told.bag == {"functionUrn": UNKNOWN, "onSuccess": {"bucket": UNKNOWN}}
    assert told.secret == {"functionUrn", "onSuccess.bucket"}
    assert "results" not in repr(told)


def test_a_target_that_is_secret_as_a_whole_is_unknown_as_a_whole() -> None:
    told = read_properties({"onFailure": ENCRYPTED})

    assert told.bag == {"onFailure": UNKNOWN}
    assert told.secret == {"onFailure"}


def test_other_values_stay_and_what_a_provider_keeps_for_itself_goes() -> None:
    inputs = {"__provider": "pickled", "adopt": True, "a": {"__defaults": [], "b": [1, None]}}

    assert read_properties(inputs).bag == {"adopt": True, "a": {"b": [1, None]}}


def test_an_object_with_another_signature_is_no_secret() -> None:
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"}

    assert read_properties({"a": asset}).secret == frozenset()
