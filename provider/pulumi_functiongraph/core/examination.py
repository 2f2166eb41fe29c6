"""Examination of a declared config: every problem at once, unknown values passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from pulumi_functiongraph.core.bag import ADOPT, UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import Problem
from pulumi_functiongraph.core.targets import IDENTIFYING, KNOWN, Opaque
from pulumi_functiongraph.core.values import Value, problems

TARGETS = ("onSuccess", "onFailure")

_STAND_IN = {
    "functionUrn": "urn:fss:unknown:unknown:function:default:unknown:latest",
    "bucket": "unknown",
    "topicUrn": "urn:smn:unknown:unknown:unknown",
    "streamName": "unknown",
    "param": "{}",
    "prefix": "",
}
"""Valid values that keep the place of unknown ones while the known ones are examined."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination found.

    Attributes:
        problems: every problem, in order of the paths; empty when there is none.
        config: the config, when all of it is known and valid.
        inputs: the canonical property bag, defaults filled in, ``UNKNOWN`` where it was; as
            declared when there are problems.
        draft: the config with stand-ins for its unknown values, ``None`` when there are problems.
        unknown: the paths of the unknown values.
    """

    problems: tuple[Problem, ...]
    config: Config | None
    inputs: Bag
    draft: Config | None
    unknown: frozenset[str]

    @property
    def adopt(self) -> bool:
        """Whether a config that is already there may be taken over."""
        return self.inputs.get(ADOPT) is True


def examine(bag: Bag, *, region: str | None = None, project_id: str | None = None) -> Examined:
    """Judge a declared property bag.

    Args:
        bag: camelCase keys; values may be ``UNKNOWN`` at any depth; ``None`` is absence.
        region: completes short function URNs.
        project_id: completes short function URNs.
    """
    declared = {key: value for key, value in bag.items() if value is not None}
    found = list(_adopt_problems(declared))
    kept: dict[str, BagValue] = {}
    unknown: set[str] = set()
    for key, value in declared.items():
        if key == ADOPT:
            continue
        full, wrong = _target(key, value) if key in TARGETS else (value, [])
        found.extend(wrong)
        known = _known(key, full, unknown)
        if known is not None:
            kept[key] = known
    try:
        draft = Config.model_validate(kept, context={"region": region, "project_id": project_id})
    except ValidationError as error:
        found.extend(problems(error, allowed_fields=_allowed_fields(kept)))
    else:
        found.extend(_alias_problems(draft))
    if found:
        ordered = tuple(sorted(found, key=lambda problem: (problem.path, problem.what)))
        return Examined(ordered, None, declared, None, frozenset(unknown))
    inputs = _with_unknown(to_bag(draft), unknown)
    if ADOPT in declared:
        inputs[ADOPT] = declared[ADOPT]
    return Examined((), None if unknown else draft, inputs, draft, frozenset(unknown))


def to_bag(config: Config) -> dict[str, BagValue]:
    """The canonical property bag of a config: unset properties are absent."""
    return config.model_dump(by_alias=True, exclude_none=True)


def _adopt_problems(declared: Bag) -> Iterator[Problem]:
    adopt = declared.get(ADOPT, False)
    if not isinstance(adopt, bool) and adopt is not UNKNOWN:
        yield Problem(ADOPT, "is not a flag", "allowed: true or false")


def _alias_problems(draft: Config) -> Iterator[Problem]:
    if draft.function_urn.is_alias:
        yield Problem(
            "functionUrn",
            "names an alias, and aliases have no async notification config",
            "allowed: a version of the function, such as latest (FunctionGraph user guide of 2021: "
            '"aliases do not support the async configuration feature")',
            "name the version that the alias points to",
            rule="FGN004",
        )


def _target(path: str, target: BagValue) -> tuple[BagValue, list[Problem]]:
    """The target with its destination, or ``None`` and what is wrong with its kind."""
    if target is UNKNOWN:
        return target, []
    if not isinstance(target, Mapping):
        kinds = "FunctionTarget, ObsTarget, SmnTarget or DisTarget"
        return None, [Problem(path, "is not a target", f"allowed: {kinds}")]
    fields = {key: value for key, value in target.items() if value is not None}
    named = sorted({kind for key, kind in IDENTIFYING.items() if key in fields})
    destination = fields.get("destination")
    if destination is UNKNOWN:
        return UNKNOWN, []
    if len(named) > 1:
        what = f"names {len(named)} targets at once ({' and '.join(named)})"
        remedy = "to reach several, send to an SMN topic or a function that passes the event on"
        return None, [Problem(path, what, "allowed: one target", remedy)]
    if destination is None and named:
        return {"destination": named[0], **fields}, []
    wrong = _destination_problem(f"{path}.destination", destination, "param" in fields)
    return (fields, []) if wrong is None else (None, [wrong])


def _destination_problem(path: str, destination: BagValue, has_param: bool) -> Problem | None:  # noqa: FBT001 - one call, beside its meaning
    allowed = f"allowed: {', '.join(KNOWN)}, or another one together with its param"
    if not isinstance(destination, str):
        return Problem(path, "is missing" if destination is None else "is not a string", allowed)
    if destination in KNOWN or has_param:
        return None
    spelled = [known for known in KNOWN if known.casefold() == destination.casefold()]
    remedy = f"write {spelled[0]}" if spelled else ""
    return Problem(path, f"is {destination}", allowed, remedy)


def _known(path: str, value: BagValue, unknown: set[str]) -> BagValue:
    """The value with stand-ins for what is unknown, whose paths are added to ``unknown``."""
    if isinstance(value, Mapping):
        inner = {key: _known(f"{path}.{key}", field, unknown) for key, field in value.items()}
        return {key: field for key, field in inner.items() if field is not None}
    if value is not UNKNOWN:
        return value
    unknown.add(path)
    return _STAND_IN.get(path.rpartition(".")[2])


def _with_unknown(inputs: dict[str, BagValue], unknown: set[str]) -> dict[str, BagValue]:
    for path in unknown:
        parent, _, key = path.rpartition(".")
        place = inputs.setdefault(parent, {}) if parent else inputs
        if isinstance(place, dict):
            place[key] = UNKNOWN
    return inputs


def _allowed_fields(bag: Bag) -> dict[str, str]:
    listed = {"": f"allowed: {', '.join([*_fields(Config), ADOPT])}"}
    for path in TARGETS:
        target = bag.get(path)
        if isinstance(target, Mapping):
            model = KNOWN.get(str(target.get("destination")), Opaque)
            listed[path] = f"{model.kind} has {', '.join(_fields(model))}"
    return listed


def _fields(model: type[Value]) -> list[str]:
    return [str(field.alias) for field in model.model_fields.values()]
