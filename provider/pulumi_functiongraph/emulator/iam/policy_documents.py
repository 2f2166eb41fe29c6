"""The form of policy documents: IAM API reference, "Creating a Custom Policy"."""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from pulumi_functiongraph.emulator.http.exchange import JsonObject
from pulumi_functiongraph.emulator.seeds.problems import problems_of

Item = TypeVar("Item")

MOST_STATEMENTS = 8
MOST_ACTIONS = 100
"""Of a statement."""


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


def _up_to(most: int) -> AfterValidator:
    def check(value: tuple[Item, ...]) -> tuple[Item, ...]:
        if not 1 <= len(value) <= most:
            raise ValueError(f"must hold 1 to {most}")
        return value

    return AfterValidator(check)


def _resources(value: JsonValue) -> JsonValue:
    listed = value
    if isinstance(value, dict) and value.keys() == {"uri"}:
        listed = value["uri"]
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ValueError("must be a list of names, or an object with a list as uri")
    return value


_Actions = Annotated[tuple[str, ...], _up_to(MOST_ACTIONS)]
_Resources = Annotated[JsonValue, AfterValidator(_resources)]


class Statement(_Part):
    """What is allowed or denied, on what, and when."""

    sid: str = Field(default="", alias="Sid")
    effect: Literal["Allow", "Deny"] = Field(alias="Effect")
    action: _Actions = Field(default=(), alias="Action")
    not_action: _Actions = Field(default=(), alias="NotAction")
    resource: _Resources = Field(default=None, alias="Resource")
    not_resource: _Resources = Field(default=None, alias="NotResource")
    condition: dict[str, dict[str, JsonValue]] = Field(default={}, alias="Condition")

    @model_validator(mode="after")
    def _names_actions(self) -> Self:
        if bool(self.action) == bool(self.not_action):
            raise ValueError("needs exactly one of Action and NotAction")
        return self


class Dependency(_Part):
    """A role that must be granted too."""

    catalog: str = "BASE"
    display_name: str


class PolicyDocument(_Part):
    """A policy, or with version 1.0 one of the older roles, which only a cloud itself makes."""

    version: Literal["1.0", "1.1", "5.0"] = Field(alias="Version")
    statement: Annotated[tuple[Statement, ...], _up_to(MOST_STATEMENTS)] = Field(alias="Statement")
    depends: tuple[Dependency, ...] = Field(default=(), alias="Depends")

    def document(self) -> JsonObject:
        """The document as it was given."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def problems_of_policy(policy: object) -> list[str]:
    """What is wrong with a document that an account makes, each with its path."""
    try:
        found = PolicyDocument.model_validate(policy)
    except ValidationError as error:
        return problems_of(error, PolicyDocument, whole="policy", root="policy")
    return ['policy.Version: must be "1.1"'] if found.version == "1.0" else []
