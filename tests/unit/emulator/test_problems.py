"""How the problems of seeds, faults and options are told."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from pulumi_functiongraph.emulator.http.faults import Fault
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.seeds.models import Seed
from pulumi_functiongraph.emulator.seeds.problems import KINDS, MAX_STEP, problems_of

CANARY = "canary-7f3a"


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    colour: Literal["red", "green", "blue"] = "red"
    size: Size = Size.SMALL
    even: int = 0

    @field_validator("even")
    @classmethod
    def _is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        return value


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    label: str = Field(default="", alias="Label")
    filled: Annotated[str, Field(min_length=1)] = "x"
    long: Annotated[str, Field(min_length=3)] = "xxx"
    short: Annotated[str, Field(max_length=1024)] = "x"
    count: int = Field(default=2, ge=1, le=1 << 31)
    share: float = Field(default=0.5, gt=0, lt=1e9, allow_inf_nan=False)
    flag: bool = False
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    listed: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]
    several: Annotated[list[str], Field(min_length=2)] = ["a", "b"]
    by_name: dict[str, Annotated[Inner, "noted"]] = {}
    anything: dict[str, JsonValue] = {}


def told(document: object, **fields: object) -> list[str]:
    whole = {"name": "n", **fields} if document is None else document
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(whole)
    return problems_of(caught.value, Outer, whole="document")


TABLE: list[tuple[str, dict[str, object], str]] = [
    ("enum", {"inner": {"size": CANARY}}, "inner.size: must be small or large"),
    ("string_type", {"name": 5}, "name: must be a text, not a number: put it in quotes"),
    ("string_type", {"name": None}, "name: must be a text, not null"),
    ("string_type", {"name": [CANARY]}, "name: must be a text, not a list"),
    (
        "string_type",
        {"name": date(2026, 1, 1)},
        "name: must be a text, not a date: put it in quotes",
    ),
    ("string_too_short", {"filled": ""}, "filled: must not be empty"),
    ("string_too_short", {"long": "x"}, "long: must have at least 3 characters"),
    ("string_too_long", {"short": "x" * 2000}, "short: must be a text of at most 1,024 characters"),
    ("int_type", {"count": []}, "count: must be a whole number, not a list"),
    ("int_parsing", {"count": CANARY}, "count: must be a whole number"),
    ("int_from_float", {"count": 1.5}, "count: must be a whole number"),
    ("int_parsing_size", {"count": "9" * 5000}, "count: is too large a number"),
    ("greater_than_equal", {"count": 0}, "count: must be at least 1"),
    ("less_than_equal", {"count": 1 << 32}, "count: must be at most 2147483648"),
    ("float_type", {"share": {}}, "share: must be a number, not an object"),
    ("float_parsing", {"share": CANARY}, "share: must be a number"),
    ("finite_number", {"share": float("nan")}, "share: must be a finite number"),
    ("greater_than", {"share": 0}, "share: must be more than 0"),
    ("less_than", {"share": 1e9}, "share: must be less than 1000000000"),
    ("bool_type", {"flag": []}, "flag: must be true or false, not a list"),
    ("bool_parsing", {"flag": CANARY}, "flag: must be true or false"),
    ("model_type", {"inner": CANARY}, "inner: must be an object, not a text"),
    ("dict_type", {"by_name": True}, "by_name: must be an object, not true or false"),
    ("list_type", {"listed": CANARY}, "listed: must be a list, not a text"),
    ("tuple_type", {"inners": 1}, "inners: must be a list, not a number"),
    ("too_short", {"listed": []}, "listed: must have at least 1 entry"),
    ("too_short", {"several": []}, "several: must have at least 2 entries"),
    ("too_long", {"listed": ["a", "b", "c"]}, "listed: must have at most 2 entries"),
    ("literal_error", {"inner": {"colour": CANARY}}, "inner.colour: must be red, green or blue"),
    ("value_error", {"inners": [{}, {"even": 1}]}, "inners[1].even: must be even"),
    (
        "invalid-json-value",
        {"anything": {"a": [1, {"b": date(2026, 1, 1)}]}},
        "anything.a[1].b: must be text, number, flag, null, list or object, as in JSON",
    ),
    ("extra_forbidden", {"lable": CANARY}, "lable: there is no such field; did you mean Label?"),
    (
        "extra_forbidden",
        {"inner": {"color": CANARY}},
        "inner.color: there is no such field; did you mean colour?",
    ),
    (
        "extra_forbidden",
        {"inners": [{"evn": 1}]},
        "inners[0].evn: there is no such field; did you mean even?",
    ),
    (
        "extra_forbidden",
        {"by_name": {"colour": {"xyz": 1}}},
        "by_name.colour.xyz: there is no such field; there are colour, size, even",
    ),
    (
        "extra_forbidden",
        {"by_name": {"a\nb": {"xyz": 1}}},
        'by_name."a\\nb".xyz: there is no such field; there are colour, size, even',
    ),
    (
        "string_type",
        {"anything": {5: 1}},
        "anything[5]: the key must be a text, not a number: put it in quotes",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "problem"), TABLE)
def test_a_problem_is_told_in_plain_words(kind: str, fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate({"name": "n", **fields})

    assert [each["type"] for each in caught.value.errors()] == [kind]
    assert problems_of(caught.value, Outer, whole="document") == [problem]


def test_a_document_that_is_no_object_and_a_field_that_is_missing_are_told() -> None:
    assert told([]) == ["document: must be an object, not a list"]
    assert told({}) == ["name: is required"]
    assert told({"name": "n", 5: 1}) == ["[5]: must be a text, since it is the name of a field"]


def test_the_table_holds_a_case_of_every_kind_but_those_of_whole_documents() -> None:
    assert {kind for kind, _, _ in TABLE} | {"missing", "invalid_key"} == {
        *KINDS,
        "extra_forbidden",
    }


def test_a_kind_that_nobody_knows_is_told_without_the_words_of_pydantic() -> None:
    class Odd(BaseModel):
        data: bytes

    with pytest.raises(ValidationError) as caught:
        Odd.model_validate({"data": 5})

    assert problems_of(caught.value, Odd, whole="document") == ["data: is not allowed here"]


def test_a_long_key_is_cut() -> None:
    [problem] = told(None, **{"k" * 500: 1})

    assert problem.startswith("k" * MAX_STEP + "…: there is no such field")


KEYS = st.sampled_from(
    [
        *sorted({*Seed.model_fields, *Fault.model_fields, *Options.model_fields}),
        *("name", "password", "secret_key", "grants", "policy", "versions", "aliases", "param"),
    ]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(document=ODD)
@pytest.mark.parametrize("model", [Seed, Fault, Options])
def test_no_problem_has_words_of_pydantic_or_a_value(
    model: type[BaseModel], document: object
) -> None:
    try:
        model.model_validate(document)
    except ValidationError as error:
        for problem in problems_of(error, model, whole="document"):
            assert CANARY not in problem
            for word in ("Input", "valid ", "Value error", "Extra", "is not allowed here"):
                assert word not in problem
