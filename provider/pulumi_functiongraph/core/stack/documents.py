"""The two documents that Pulumi writes of a stack, as far as they are of use here.

What is not read is passed over: other releases of the engine write more.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.properties import BagValue


class Part(BaseModel):
    """A part of a document; ``null`` stands for what is not there."""

    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, told: Any) -> Any:
        if isinstance(told, dict):
            return {key: value for key, value in told.items() if value is not None}
        return told


class Frame(Part):
    """One frame of the stack at a declaration; empty for frames without a file."""

    source_position: str = ""


class State(Part):
    """A resource as state or a preview has it.

    Attributes:
        urn: the resource's Pulumi URN.
        type: its type token.
        id: what the provider names it by, never a secret; empty before it is created.
        inputs: the inputs as the provider's check left them.
        outputs: what the provider returned; only secrets are looked for in it.
        property_dependencies: by input, the Pulumi URNs of the resources behind it.
        source_position: the frame that registered it.
        stack_trace: all frames, the innermost first.
        delete: replaced already, and yet to be deleted.
        pending_replacement: deleted already, and yet to be created again.
        created: when it was made, in the engine's own text; empty where that is not told.
    """

    urn: str
    type: str
    id: str = ""
    inputs: Mapping[str, BagValue] = {}
    outputs: Mapping[str, BagValue] = {}
    property_dependencies: Mapping[str, tuple[str, ...] | None] = {}
    source_position: str = ""
    stack_trace: tuple[Frame, ...] = ()
    delete: bool = False
    pending_replacement: bool = False
    created: str = ""


class PreviewStep(Part):
    """What a preview says would be done to one resource."""

    op: str
    urn: str
    old_state: State | None = None
    new_state: State | None = None


class Diagnostic(Part):
    """Something that was said during a preview."""

    severity: str = ""
    message: str = ""


class Preview(Part):
    """What `pulumi preview --json` writes."""

    config: Mapping[str, BagValue] = {}
    steps: tuple[PreviewStep, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    change_summary: Mapping[str, NonNegativeInt] = {}


class PendingOperation(Part):
    """What an update that was interrupted had begun with a resource."""

    type: str = ""
    resource: State


class Deployment(Part):
    """The state of a stack."""

    resources: tuple[State, ...] = ()
    pending_operations: tuple[PendingOperation, ...] = Field(
        default=(), validation_alias="pending_operations"
    )


class Export(Part):
    """What `pulumi stack export` writes."""

    deployment: Deployment


class _Form(msgspec.Struct, frozen=True):
    """What a document is called, what makes it, and by which keys (one of them) it is known."""

    name: str
    command: str
    marks: frozenset[str]

    def refused(self, what: str, remedy: str = "") -> InvalidInput:
        """The error that says what was expected, and how it is made."""
        made = "; ".join(part for part in (remedy, f"make it with: {self.command}") if part)
        return InvalidInput([Problem(self.name, what, "expected one JSON object", made)])


_PREVIEW = _Form(
    "preview", "pulumi preview --json > preview.json", frozenset({"steps", "duration"})
)
_EXPORT = _Form("stack export", "pulumi stack export > stack.json", frozenset({"deployment"}))
_OTHERS = {
    "deployment": "is a stack export",
    "steps": "is a preview",
    "duration": "is a preview",
    "resourcePlans": "is an update plan (of pulumi preview --save-plan)",
    "checkpoint": "is a checkpoint of a backend",
    "sequence": "is an engine event",
}
"""By key, what a document is that has it."""

_MOST_MISFITS = 5
_MISFITS = defaultdict(
    lambda: "is something else",
    missing="is missing",
    string_type="is no text",
    bool_type="is neither true nor false",
    bool_parsing="is neither true nor false",
    tuple_type="is no list",
    greater_than_equal="is less than 0",
    int_type="is no whole number",
    int_parsing="is no whole number",
    int_from_float="is no whole number",
    dict_type="is no object",
    model_type="is no object",
)
"""By pydantic's type of an error, what is wrong."""

_STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"

_Document = TypeVar("_Document", Preview, Export)


def parse_preview(content: bytes | str) -> Preview:
    """Read what `pulumi preview --json` wrote, text or bytes of it in UTF-8, UTF-16 or UTF-32.

    Raises:
        InvalidInput: it is something else; says what was expected and how to make it.
    """
    return _parsed(content, Preview, form=_PREVIEW)


def parse_export(content: bytes | str) -> Export:
    """Read what `pulumi stack export` wrote, text or bytes of it in UTF-8, UTF-16 or UTF-32.

    Raises:
        InvalidInput: it is something else; says what was expected and how to make it.
    """
    return _parsed(content, Export, form=_EXPORT)


def _parsed(content: bytes | str, model: type[_Document], *, form: _Form) -> _Document:
    told = _json(content, form=form)
    if not isinstance(told, dict):
        raise form.refused("is JSON, but not an object")
    if form.marks.isdisjoint(told):
        known = (what for key, what in _OTHERS.items() if key in told)
        raise form.refused(next(known, "is JSON of another format"))
    try:
        return model.model_validate(told, by_alias=True, by_name=False)
    except ValidationError as error:
        raise form.refused(f"is not as Pulumi writes it: {_misfits(error)}") from error


def _misfits(error: ValidationError) -> str:
    """Every place that is of another shape, and what it should be, in JSON's words."""
    found = error.errors(include_url=False, include_input=False)
    told = [f"{'.'.join(map(str, each['loc']))} {_MISFITS[each['type']]}" for each in found]
    more = f", and {len(told) - _MOST_MISFITS:,} more" if len(told) > _MOST_MISFITS else ""
    return ", ".join(told[:_MOST_MISFITS]) + more


def _json(content: bytes | str, *, form: _Form) -> Any:
    if not content.strip():
        raise form.refused("is empty")
    try:
        told = json.loads(content)
        json.dumps(told, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        if _is_one_object_a_line(error.doc):
            remedy = f"unset {_STREAMING}" if form is _PREVIEW else ""
            what = "is one JSON object a line, as the engine writes its events"
            raise form.refused(what, remedy) from error
        place = f"line {error.lineno}, column {error.colno}"
        raise form.refused(f"is not JSON ({place}: {error.msg})", _beside(error)) from error
    except UnicodeDecodeError as error:
        raise form.refused("is not text in UTF-8 or UTF-16") from error
    except UnicodeEncodeError as error:
        raise form.refused("holds half of a character (a surrogate)") from error
    except (RecursionError, ValueError) as error:
        what = "is JSON that cannot be read: nested too deep, or a number too long"
        raise form.refused(what) from error
    return told


def _beside(error: json.JSONDecodeError) -> str:
    """What to do where the CLI's warnings stand in the file too, before the JSON or after it."""
    lines = error.doc.splitlines()
    starts = any(line.startswith("{") for line in lines[error.lineno :])
    is_behind = error.msg == "Extra data"
    if not starts and not is_behind:
        return ""
    where = "after" if is_behind else "before"
    return f"what stands {where} the JSON is for people: leave out 2>&1"


def _is_one_object_a_line(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    try:
        return isinstance(json.loads(first), dict)
    except (RecursionError, ValueError):
        return False
