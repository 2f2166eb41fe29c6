"""FGN005 to FGN007: targets that may not get what is sent to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_functiongraph.core.clouds import listing
from pulumi_functiongraph.core.findings import Finding, Severity
from pulumi_functiongraph.core.rules.rule import Program, Rule, RuleStage
from pulumi_functiongraph.core.targets import Bucket, Function, Target, Topic


def _target_not_listed(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = declaration.examined.known_source
        if source is None:
            continue
        listed = listing(source.region, program.cloud_for(declaration))
        for path, target in declaration.examined.targets.items():
            if target.destination not in listed.destinations:
                message = (
                    f"{target.destination} is not among the target services that are listed for "
                    f"region {source.region} ({listed.source}: "
                    f"{', '.join(sorted(listed.destinations))})"
                )
                yield rule.finding(declaration, message, path=path)


def _place(target: Target) -> tuple[str, str, str] | None:
    """The property that says where a target is, its region and its project."""
    match target:
        case Function(function_urn=urn):
            return "functionUrn", urn.region, urn.project_id
        case Topic():
            return "topicUrn", target.region, target.project_id
    return None


def _target_of_another_project(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        source = declaration.examined.known_source
        unknown = declaration.examined.unknown
        for path, target in declaration.examined.targets.items():
            place = _place(target)
            if source is None or place is None or f"{path}.{place[0]}" in unknown:
                continue
            if place[1] != source.region:
                message = f"the target is in region {place[1]}, the function in {source.region}"
            elif place[2] != source.project_id:
                message = "the target is in another project than the function"
            else:
                continue
            yield rule.finding(declaration, message, path=f"{path}.{place[0]}")


def _prefix_with_leading_slash(rule: Rule, program: Program) -> Iterator[Finding]:
    for declaration in program.declarations:
        for path, target in declaration.examined.targets.items():
            if (
                isinstance(target, Bucket)
                and f"{path}.prefix" not in declaration.examined.unknown
                and target.prefix.startswith("/")
            ):
                message = "the prefix starts with '/', and is sent like that"
                yield rule.finding(declaration, message, path=f"{path}.prefix")
                if not program.comments.accepting(rule.id, declaration.where):
                    return


_warning = partial(
    Rule, severity=Severity.WARNING, stage=RuleStage.DECLARATION, can_be_accepted=True
)

RULES = (
    _warning(
        id="FGN005",
        name="target-not-listed",
        summary="The cloud or region does not list the target's service.",
        why="The service may refuse the config with 400, or accept it and send nothing. The lists "
        "lag behind (DIS works on Open Telekom Cloud though it is not listed), so this is a "
        "warning.",
        remedy="Try it with a test event, or choose a listed service.",
        find=_target_not_listed,
    ),
    _warning(
        id="FGN006",
        name="target-of-another-project",
        summary="A target is in another project or region than its function.",
        why="The agency of a function acts in the function's own project; no document promises "
        "that notifications cross projects, and one that cannot be delivered vanishes without a "
        "word.",
        remedy="Check the URN, or try it with a test event.",
        find=_target_of_another_project,
    ),
    _warning(
        id="FGN007",
        name="prefix-with-leading-slash",
        summary="An OBS prefix starts with a slash (reported once a program, beside what is "
        "accepted).",
        why="For OBS /x and x are different keys, and no document says whether FunctionGraph "
        "strips the slash; lifecycle rules, triggers and permissions on x/* would not match /x/….",
        remedy="Drop the slash unless the readers of the bucket expect it.",
        find=_prefix_with_leading_slash,
    ),
)
