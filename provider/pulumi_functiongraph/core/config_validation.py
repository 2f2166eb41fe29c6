"""Validates a declared config: every problem at once, unknown values passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace
from pydantic import ValidationError

from pulumi_functiongraph.core.config import DEFAULT_AGE, DEFAULT_RETRIES, Config
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.local_inputs import ALLOW_CYCLE, TARGETS, Unsent, take_out
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.one_line import escaped
from pulumi_functiongraph.core.param import KEYS, RawTarget
from pulumi_functiongraph.core.properties import ADOPT, UNKNOWN, Bag, BagValue
from pulumi_functiongraph.core.spelling import close_to
from pulumi_functiongraph.core.targets import IDENTIFYING, KNOWN, Bucket, Function, Opaque, Target
from pulumi_functiongraph.core.validation import AllowedFields, Value, problems, text_problem

_STAND_IN = {
    "functionUrn": "urn:fss:unknown:unknown:function:default:unknown:latest",
    "bucket": "unknown",
    "topicUrn": "urn:smn:unknown:unknown:unknown",
    "streamName": "unknown",
    "param": "{}",
    "prefix": "",
    "expires": 0,
    "maxAsyncRetryAttempts": DEFAULT_RETRIES,
    "maxAsyncEventAgeInSeconds": DEFAULT_AGE,
}
"""Valid values that keep the place of unknown ones while the known ones are examined."""


class Examined(msgspec.Struct, frozen=True):
    """What an examination found.

    Attributes:
        problems: every problem, in order of the paths; empty when there is none.
        config: the config, when all of it is known and valid.
        declared: the bag as declared, without what it says to this package alone.
        draft: the config with stand-ins for its unknown values, ``None`` when there are problems.
        source: the function version, where that is known and valid, whatever else is wrong.
        unknown: the paths of the unknown values.
        unsent: what the bag says to this package alone.
    """

    problems: tuple[Problem, ...]
    config: Config | None
    declared: Bag
    draft: Config | None
    source: FunctionUrn | None
    unknown: frozenset[str]
    unsent: Unsent

    @property
    def inputs(self) -> Bag:
        """The canonical property bag, defaults filled in, ``UNKNOWN`` where it was.

        It is as declared when there are problems.
        """
        bag = self.declared if self.draft is None else to_bag(self.draft)
        if self.draft is not None and self.unknown:
            bag = _with_unknown(bag, self.declared)
        return self.unsent.put_back(bag)

    @property
    def known_source(self) -> FunctionUrn | None:
        """The function version, ``None`` while it is unknown or anything is wrong."""
        if self.draft is None or "functionUrn" in self.unknown:
            return None
        return self.draft.function_urn

    @property
    def targets(self) -> dict[str, Target]:
        """By its path, each target whose kind is known; its fields may be stand-ins."""
        return {} if self.draft is None else self.draft.targets

    @property
    def leads_to(self) -> dict[str, FunctionUrn]:
        """By its path, each function version that is notified, unless a cycle is intended there."""
        return {
            path: target.function_urn
            for path, target in self.targets.items()
            if isinstance(target, Function)
            and self.unknown.isdisjoint({path, f"{path}.functionUrn"})
            and path not in self.unsent.allow_cycle
        }

    @property
    def adopt(self) -> bool:
        """Whether a config that is already there may be taken over."""
        return self.unsent.adopt is True


def examine(bag: Bag, *, region: str | None = None, project_id: str | None = None) -> Examined:
    """Judge a declared property bag; values may be ``UNKNOWN`` at any depth, ``None`` is absence.

    Region and project complete short function URNs.
    """
    declared, unsent = take_out(bag)
    found = list(unsent.problems())
    resolved: dict[str, BagValue] = {}
    raw: dict[str, RawTarget] = {}
    for key, value in declared.items():
        full, wrong = _target(key, value) if key in TARGETS else (value, [])
        by_param = RawTarget.of(full, path=key) if key in TARGETS else None
        if by_param is not None:
            raw[key] = by_param
            full, wrong = by_param.typed(), list(by_param.problems())
        found.extend(wrong)
        if not wrong:
            resolved[key] = full
    unknown = frozenset(_unknown_paths(resolved))
    draft: Config | None = None
    try:
        draft = Config.model_validate(
            _without_unknown(resolved),
            context={"region": region, "project_id": project_id},
            by_alias=True,
            by_name=False,
        )
    except ValidationError as error:
        told = problems(error, allowed_fields=_allowed_fields(resolved))
        found.extend(_as_spelled(problem, raw) for problem in told)
    source = _source(resolved.get("functionUrn"), draft, region=region, project_id=project_id)
    if source is not None and source.is_alias:
        source = None
        found.append(_ALIAS)
    if found or draft is None:
        ordered = tuple(sorted(found, key=lambda problem: (problem.path, problem.what)))
        return Examined(ordered, None, declared, None, source, unknown, unsent)
    return Examined((), None if unknown else draft, resolved, draft, source, unknown, unsent)


def to_bag(config: Config) -> dict[str, BagValue]:
    """The canonical property bag of a config: unset properties are absent."""
    return config.model_dump(by_alias=True, exclude_none=True)


_ALIAS = Problem(
    "functionUrn",
    "names an alias, and aliases have no async notification config",
    "allowed: a version of the function, such as latest (FunctionGraph user guide of 2021: "
    '"aliases do not support the async configuration feature")',
    "name the version that the alias points to",
    rule="FGN004",
)


def _source(
    source: BagValue, draft: Config | None, *, region: str | None, project_id: str | None
) -> FunctionUrn | None:
    """The function version, read again only where something else is wrong with the config."""
    if not isinstance(source, str):
        return None
    if draft is not None:
        return draft.function_urn
    try:
        return FunctionUrn.parse(source, region=region, project_id=project_id)
    except InvalidInput:
        return None


def _as_spelled(problem: Problem, raw: Mapping[str, RawTarget]) -> Problem:
    """The problem at the path that the program has, where a target is declared by its param."""
    declared = raw.get(problem.path.partition(".")[0])
    return replace(problem, path=declared.spelled(problem)) if declared else problem


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
    wrong: Problem | None
    if destination is None and "param" not in fields:
        wrong = _unnamed(path, fields)
    elif str(destination) in KEYS and isinstance(fields.get("param"), Mapping):
        wrong = _param_of_the_api(path, str(destination))
    else:
        wrong = _destination_problem(f"{path}.destination", destination, "param" in fields)
    return (fields, []) if wrong is None else (None, [wrong])


def _unnamed(path: str, fields: Bag) -> Problem:
    """What is missing of a target that names nothing, and does not say of which kind it is."""
    if fields and fields.keys() <= set(_fields(Bucket)):
        return Problem(f"{path}.bucket", "is missing", str(_fields_of_target(Bucket)))
    close = next(filter(None, (close_to(key, IDENTIFYING) for key in sorted(fields))), "")
    allowed = f"allowed: one of {', '.join(IDENTIFYING)}"
    return Problem(path, "names no target", allowed, f"did you mean {close}?" if close else "")


def _param_of_the_api(path: str, destination: str) -> Problem:
    """What to write for a target as the API's own documents show it."""
    key = next(key for key, kind in IDENTIFYING.items() if kind == destination)
    return Problem(
        f"{path}.param",
        "is an object, not a string",
        "allowed: the target's own properties, or param as a text of JSON",
        f'write {{"{key}": …}} without destination and param',
    )


def _destination_problem(path: str, destination: BagValue, has_param: bool) -> Problem | None:  # noqa: FBT001 - one call, beside its meaning
    allowed = f"allowed: {', '.join(KNOWN)}, or another one together with its param"
    if not isinstance(destination, str):
        return Problem(path, "is missing" if destination is None else "is not a string", allowed)
    wrong = text_problem(destination, breaks=False)
    if wrong is not None:
        return Problem(path, *wrong)
    if destination in KNOWN or has_param:
        return None
    spelled = [known for known in KNOWN if known.casefold() == destination.casefold()]
    remedy = f"write {spelled[0]}" if spelled else ""
    return Problem(path, f"is {escaped(destination)}", allowed, remedy)


def _unknown_paths(bag: Bag, prefix: str = "") -> Iterator[str]:
    for key, value in bag.items():
        if isinstance(value, Mapping):
            yield from _unknown_paths(value, f"{prefix}{key}.")
        elif value is UNKNOWN:
            yield f"{prefix}{key}"


def _without_unknown(value: BagValue, key: str = "") -> BagValue:
    """The bag with stand-ins; what has none becomes ``None``, and so is refused where unasked."""
    if isinstance(value, Mapping):
        return {escaped(key): _without_unknown(inner, key) for key, inner in value.items()}
    return _STAND_IN.get(key) if value is UNKNOWN else value


def _with_unknown(known: Bag, declared: Bag) -> dict[str, BagValue]:
    """The bag with ``UNKNOWN`` again where it was declared."""
    return {key: _restored(known.get(key), declared.get(key)) for key in {**known, **declared}}


def _restored(known: BagValue, declared: BagValue) -> BagValue:
    if isinstance(known, Mapping) and isinstance(declared, Mapping):
        return _with_unknown(known, declared)
    return declared if declared is UNKNOWN else known


def _allowed_fields(bag: Bag) -> dict[str, AllowedFields]:
    listed = {"": AllowedFields("allowed:", (*_fields(Config), ADOPT))}
    for path in TARGETS:
        target = bag.get(path)
        if isinstance(target, Mapping):
            model = KNOWN.get(str(target.get("destination")), Opaque)
            listed[path] = _fields_of_target(model)
    return listed


def _fields_of_target(model: type[Target]) -> AllowedFields:
    return AllowedFields(f"{model.kind} has", (*_fields(model), ALLOW_CYCLE))


def _fields(model: type[Value]) -> list[str]:
    return [str(field.alias) for field in model.model_fields.values()]
