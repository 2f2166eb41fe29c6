"""`fgctl adopt`: live configs as a Pulumi program that takes them over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from pulumi_functiongraph.cli.account import project_of, session_of, settings_of
from pulumi_functiongraph.cli.exits import errors_end_command, refused
from pulumi_functiongraph.cli.options import (
    CloudOption,
    ProjectOption,
    QuietOption,
    RegionOption,
    VerboseOption,
)
from pulumi_functiongraph.cli.outputs import Output, check_outputs, write
from pulumi_functiongraph.cli.progress import LIVE, reading
from pulumi_functiongraph.cli.stacks import read_stacks
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.cloud.wire import as_read_back
from pulumi_functiongraph.core.config import LiveConfig
from pulumi_functiongraph.core.functions import FunctionFacts
from pulumi_functiongraph.core.names import LATEST, FunctionUrn, Place, other_reading
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.stack import (
    Export,
    declared_configs,
    provider_settings,
    read_stack,
)
from pulumi_functiongraph.operations.drift import read_live
from pulumi_functiongraph.operations.live_findings import unread_lines
from pulumi_functiongraph.report.program import adopt_program, refusals

EPILOG = """\b
Exit codes: 0 done, 2 not all could be read or declared.
Examples:
  fgctl adopt --output __main__.py
  fgctl adopt orders billing/invoices:v1
  pulumi stack export | fgctl adopt --prefix shop- --stack -"""


def adopt(  # noqa: PLR0913 - typer reads the options from the signature
    functions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FUNCTION]...",
            help="Names or URNs; without any, every function of the project.",
        ),
    ] = None,
    *,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="Only functions whose names begin with it.")
    ] = "",
    stack: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="What pulumi stack export wrote; what it declares is left out. Several times.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write there, not to standard output.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the program that is in that file.")
    ] = False,
    region: RegionOption = "",
    project_id: ProjectOption = "",
    cloud: CloudOption = "",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write a Pulumi program that takes live configs over as they are.

    Nothing is changed, neither by this command nor by the first pulumi up of the program.
    """
    to = Output(output)
    check_outputs([to], read=stack or ())
    exports = [each.export for each in read_stacks(stack, (), backend=None)] if stack else []
    left_out = _declared(exports)
    with errors_end_command():
        config = _config_of(exports, is_place_named=bool(region and project_id))
        settings = settings_of(
            region=region, project_id=project_id, cloud=cloud, stack_config=config, quiet=quiet
        )
        with (
            closing(session_of(settings)) as session,
            reading(LIVE, settings, quiet=quiet, verbose=verbose) as report,
        ):
            choice = _choice(functions or (), prefix, project_of(session))
            source = _WantedSource(FunctionGraph(session), choice)
            live = read_live(source, (), places=choice.places, progress=report)
    found = [one.config for one in live.configs.values() if isinstance(one, LiveConfig)]
    taken = [config for config in found if choice.takes(config.function_urn)]
    configs = [config for config in taken if config.function_urn not in left_out]
    if configs and output is not None and not force and _has_content(output):
        raise refused(f"{output} is there already, and may be your program: --force replaces it")
    if configs:
        write(adopt_program(configs, unread=unread_lines(live)), to)
    else:
        typer.echo(_nothing(choice, len(taken)), err=True)
    problems = (
        *unread_lines(live),
        *choice.without_config({config.function_urn for config in taken}),
        *(each for config in configs for each in refusals(config)),
    )
    for problem in problems:
        typer.echo(visible(problem), err=True)
    raise typer.Exit(2 if problems else 0)


def _has_content(file: Path) -> bool:
    return file.is_file() and bool(file.read_bytes().strip())


class _WantedFunctions(msgspec.Struct, frozen=True):
    """Which functions are wanted: those that were named, else all of a project; by prefix, too."""

    named: tuple[FunctionUrn, ...]
    prefix: str
    places: tuple[Place, ...]

    def takes(self, urn: FunctionUrn) -> bool:
        """Whether a config is wanted; a named version is that one, a function all its versions."""
        if not urn.name.startswith(self.prefix):
            return False
        alike = [each for each in self.named if each.function == urn.function]
        return not self.named or any(each in (urn, _latest(urn)) for each in alike)

    def without_config(self, found: Collection[FunctionUrn]) -> Iterator[str]:
        """The named functions that have none."""
        for urn in self.named:
            if not any(urn in (each, _latest(each)) for each in found):
                parts = [f"{urn} has no config that could be taken over", other_reading(urn)]
                yield "; ".join(filter(None, parts))


def _nothing(choice: _WantedFunctions, declared: int) -> str:
    """The message where no config is to be taken over."""
    where = " and ".join(f"{region}/{project_id}" for region, project_id in choice.places)
    asked = f" whose names begin with {choice.prefix}" if choice.prefix else ""
    asked = " that were named" if choice.named else asked
    if declared:
        found = f"the stacks declare every config of the functions{asked} in {where}"
    else:
        found = f"no async notification config was found of the functions{asked} in {where}"
    return f"{found}; nothing is written"


def _latest(urn: FunctionUrn) -> FunctionUrn:
    return replace(urn, version=LATEST)


class _WantedSource(msgspec.Struct, frozen=True):
    """A cloud whose list of functions has just those that are wanted."""

    cloud: FunctionGraph
    choice: _WantedFunctions

    def get_async_config(self, function_urn: FunctionUrn) -> LiveConfig | None:
        return self.cloud.get_async_config(function_urn)

    def list_async_configs(self, function_urn: FunctionUrn) -> Sequence[LiveConfig]:
        return self.cloud.list_async_configs(function_urn)

    def list_functions(self, *, region: str, project_id: str) -> Iterator[FunctionFacts]:
        if self.choice.named:
            here = (region, project_id)
            named = (urn for urn in self.choice.named if urn.place == here)
            yield from map(_Named, named)
            return
        for each in self.cloud.list_functions(region=region, project_id=project_id):
            if each.urn.name.startswith(self.choice.prefix):
                yield each


class _Named(msgspec.Struct, frozen=True):
    urn: FunctionUrn


def _choice(functions: Iterable[str], prefix: str, home: Place) -> _WantedFunctions:
    region, project_id = home
    named = tuple(
        FunctionUrn.parse(each, region=region, project_id=project_id, path=each)
        for each in functions
    )
    places = {urn.place for urn in named} or {home}
    return _WantedFunctions(named, prefix, tuple(sorted(places)))


def _config_of(exports: Sequence[Export], *, is_place_named: bool) -> Mapping[str, str] | None:
    """What the stacks that were given say of this package; ``None`` where none was given.

    Of stacks that differ, what they say alike; where to look has then to be named.
    """
    if not exports:
        return None
    each_says = [found for export in exports if (found := provider_settings(export))]
    shared = {
        key: value
        for key, value in (each_says[0] if each_says else {}).items()
        if all(each.get(key) == value for each in each_says)
    }
    lost = {key for each in each_says for key in each if key not in shared}
    if lost.intersection(_PLACE) and not is_place_named:
        raise refused(
            "the stacks that were given are of several projects or accounts: say which one to look "
            "in with --region and --project-id"
        )
    return {key: value for key, value in shared.items() if key not in lost}


_PLACE = frozenset(
    {"region", "projectId", "domainId", "cloud", "endpoints", "accessKey", "agencyName"}
)
"""Settings that say where to look, and as whom."""


def _declared(exports: Iterable[Export]) -> set[FunctionUrn]:
    """The function versions whose config some stacks declare."""
    return {
        config.function_urn
        for export in exports
        for config in declared_configs(read_stack(export=export), as_read_back=as_read_back)
        if config.function_urn is not None
    }
