"""The calls of the engine (gRPC service ``LanguageRuntime`` of the Pulumi protocol)."""

import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
from typing_extensions import override

from language_host import dependencies, run_program
from language_host.children import Children, output_of
from language_host.interpreter import Interpreter, NoInterpreterError, choose

VERSION = "0.1.0"
"""Version that the host reports to the engine."""

_LAUNCHER = Path(run_program.__file__)


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs Python programs, policy packs and source plugins for one engine.

    Args:
        children: the processes that calls start; the caller ends them when the host stops.
        engine: gRPC address of the engine; a handshake may bring a newer one.
    """

    def __init__(self, *, children: Children, engine: str) -> None:
        self._children = children
        self._engine = engine

    @override
    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Learn where the engine listens."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    @override
    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Tell the host's own version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    @override
    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Ask for no plugin ahead of time: the engine looks for each when a resource needs it."""
        return language_pb2.GetRequiredPackagesResponse()

    @override
    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer the older form of the same question."""
        return language_pb2.GetRequiredPluginsResponse()

    @override
    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Ask nothing when a project is made: every runtime option has a default."""
        return language_pb2.RuntimeOptionsResponse()

    @override
    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End whatever is running."""
        self._children.end_all()
        return empty_pb2.Empty()

    @override
    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Tell which Python runs the program."""
        interpreter = _interpreter(request.info, context)
        return language_pb2.AboutResponse(
            executable=interpreter.executable,
            version=interpreter.version(),
            metadata={"host": f"stand-in {VERSION} on Python {platform.python_version()}"},
        )

    @override
    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        """List the distributions installed for the program's Python."""
        listed = dependencies.installed(
            _interpreter(request.info, context),
            environment=os.environ,
            transitive=request.transitiveDependencies,
        )
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version) for name, version in listed
            ]
        )

    @override
    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Make the project's environment and install its dependencies, showing the progress."""
        program = Path(request.info.program_directory or request.directory)
        root = Path(request.info.root_directory or program)
        try:
            commands = dependencies.install_commands(
                _options(request.info), root=root, program=program, environment=os.environ
            )
        except NoInterpreterError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        if not commands:
            text = f"Nothing to install: there is no requirements.txt in {program}.\n"
            yield language_pb2.InstallDependenciesResponse(stdout=text.encode())
        for command in commands:
            with self._children.running(
                command, cwd=program, environment=os.environ, piped=True
            ) as process:
                context.add_callback(process.terminate)
                for channel, block in output_of(process):
                    yield (
                        language_pb2.InstallDependenciesResponse(stdout=block)
                        if channel == "stdout"
                        else language_pb2.InstallDependenciesResponse(stderr=block)
                    )
                if code := process.wait():
                    context.abort(
                        grpc.StatusCode.UNKNOWN,
                        f"`{' '.join(command)}` in {program} ended with exit code {code}; "
                        "its output is above.",
                    )

    @override
    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Run a program; its output is the host's own, which the engine shows."""
        if request.attach_debugger:
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED,
                "This language host cannot attach a debugger; the official distribution can.",
            )
        interpreter = _interpreter(request.info, context)
        deployment = _deployment(request, engine=self._engine)
        environment = interpreter.environment(os.environ) | {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        with self._children.running(
            [interpreter.executable, "-u", str(_LAUNCHER), json.dumps(deployment)],
            cwd=Path(request.pwd),
            environment=environment,
            piped=False,
        ) as process:
            context.add_callback(process.terminate)
            code = process.wait()
        if code == run_program.SHOWN_ALREADY:
            return language_pb2.RunResponse(bail=True)
        error = f"program exited with non-zero exit code: {code}" if code else ""
        return language_pb2.RunResponse(error=error)

    @override
    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Run a policy pack or a plugin from its source folder, for as long as it is called."""
        interpreter = _interpreter(request.info, context)
        folder = request.info.program_directory
        started = (
            ["-m", "pulumi.policy", *request.args, folder]
            if request.kind == "analyzer"
            else [folder, *request.args]
        )
        base = dict(entry.split("=", 1) for entry in request.env) or os.environ
        with self._children.running(
            [interpreter.executable, "-u", *started],
            cwd=Path(request.pwd or folder),
            environment=interpreter.environment(base),
            piped=True,
        ) as process:
            context.add_callback(process.terminate)
            for channel, block in output_of(process):
                yield (
                    language_pb2.RunPluginResponse(stdout=block)
                    if channel == "stdout"
                    else language_pb2.RunPluginResponse(stderr=block)
                )
            yield language_pb2.RunPluginResponse(exitcode=process.wait())


def _deployment(request: Any, *, engine: str) -> run_program.Deployment:
    entry = request.info.entry_point
    folder = Path(request.info.program_directory or request.pwd)
    return {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization,
        "root_directory": request.info.root_directory,
        "program": str(folder if entry in {"", "."} else folder / entry),
        "arguments": list(request.args),
        "working_directory": request.pwd,
        "parallel": request.parallel,
        "dry_run": request.dryRun,
    }


def _options(info: Any) -> dict[str, object]:
    return dict(info.options)


def _interpreter(info: Any, context: grpc.ServicerContext) -> Interpreter:
    """Return the Python for a program, or end the call with what is wrong with its options."""
    root = Path(info.root_directory or info.program_directory or os.curdir).absolute()
    try:
        return choose(_options(info), root=root, environment=os.environ)
    except NoInterpreterError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        raise
