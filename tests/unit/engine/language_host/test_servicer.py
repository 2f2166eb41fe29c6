"""The host's answers over a real gRPC connection; running programs is tested with an engine."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from language_host.children import Children
from language_host.servicer import VERSION, LanguageHost
from unit.engine.fakes import make_executable, wait_until


@pytest.fixture
def children() -> Iterator[Children]:
    made = Children()
    yield made
    made.end_all()


@pytest.fixture
def host(children: Children) -> Iterator[Any]:
    server = grpc.server(ThreadPoolExecutor(8))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(
        LanguageHost(children=children, engine=""), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)
    server.stop(grace=None).wait()


def info(folder: Path, **options: str) -> Any:
    made = language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point="."
    )
    made.options.update(options)
    return made


def python_of(folder: Path, script: str) -> Any:
    """Give the folder a virtual environment whose Python is a shell script."""
    make_executable(folder / "env" / "bin" / "python", script)
    return info(folder, virtualenv="env")


def test_handshake_and_plugin_info_are_answered(host: Any) -> None:
    request = language_pb2.LanguageHandshakeRequest(engine_address="127.0.0.1:1")

    assert host.Handshake(request) == language_pb2.LanguageHandshakeResponse()
    assert host.GetPluginInfo(empty_pb2.Empty()).version == VERSION


def test_no_plugin_is_asked_for_ahead_of_time(host: Any, tmp_path: Path) -> None:
    packages = host.GetRequiredPackages(
        language_pb2.GetRequiredPackagesRequest(info=info(tmp_path))
    )
    plugins = host.GetRequiredPlugins(language_pb2.GetRequiredPluginsRequest(info=info(tmp_path)))
    prompts = host.RuntimeOptionsPrompts(language_pb2.RuntimeOptionsRequest(info=info(tmp_path)))

    assert (list(packages.packages), list(plugins.plugins), list(prompts.prompts)) == ([], [], [])


def test_about_names_the_python_of_the_program(host: Any, tmp_path: Path) -> None:
    answer = host.About(language_pb2.AboutRequest(info=python_of(tmp_path, "echo 3.99.1")))

    assert answer.executable == str(tmp_path / "env" / "bin" / "python")
    assert answer.version == "3.99.1"
    assert "stand-in" in answer.metadata["host"]


def test_dependencies_of_the_program_are_listed(host: Any, tmp_path: Path) -> None:
    answer = host.GetProgramDependencies(
        language_pb2.GetProgramDependenciesRequest(
            info=python_of(tmp_path, f'exec {sys.executable} "$@"'), transitiveDependencies=True
        )
    )

    assert "pulumi" in {dependency.name for dependency in answer.dependencies}


@pytest.mark.parametrize(
    ("code", "error", "bail"),
    [
        (0, "", False),
        (1, "program exited with non-zero exit code: 1", False),
        (32, "", True),
    ],
)
def test_exit_code_of_the_program_becomes_the_answer(
    host: Any,
    tmp_path: Path,
    code: int,
    error: str,
    bail: bool,  # noqa: FBT001 # pytest passes parameters by position
) -> None:
    request = language_pb2.RunRequest(info=python_of(tmp_path, f"exit {code}"), pwd=str(tmp_path))

    answer = host.Run(request)

    assert (answer.error, answer.bail) == (error, bail)


def test_program_gets_its_configuration_and_environment(host: Any, tmp_path: Path) -> None:
    script = f'env >{tmp_path}/env.txt; pwd >{tmp_path}/pwd.txt; echo "$3" >{tmp_path}/task.txt'
    request = language_pb2.RunRequest(
        info=python_of(tmp_path, script),
        pwd=str(tmp_path / "env"),
        config={"trial:word": "hello"},
        configSecretKeys=["trial:word"],
        monitor_address="127.0.0.1:2",
        project="trial",
        stack="test",
        dryRun=True,
        args=["one"],
    )

    host.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="127.0.0.1:1"))
    host.Run(request)

    environment = (tmp_path / "env.txt").read_text(encoding="utf-8").splitlines()
    assert 'PULUMI_CONFIG={"trial:word": "hello"}' in environment
    assert 'PULUMI_CONFIG_SECRET_KEYS=["trial:word"]' in environment
    assert f"VIRTUAL_ENV={tmp_path / 'env'}" in environment
    assert (tmp_path / "pwd.txt").read_text(encoding="utf-8") == f"{tmp_path / 'env'}\n"
    task = (tmp_path / "task.txt").read_text(encoding="utf-8")
    for part in ('"engine": "127.0.0.1:1"', '"monitor": "127.0.0.1:2"', '"dry_run": true',
                 '"arguments": ["one"]', f'"program": "{tmp_path}"'):  # fmt: skip
        assert part in task
    assert "hello" not in task


def test_program_in_a_missing_environment_is_refused(host: Any, tmp_path: Path) -> None:
    request = language_pb2.RunRequest(info=info(tmp_path, virtualenv="none"), pwd=str(tmp_path))

    with pytest.raises(grpc.RpcError, match="which does not exist") as refused:
        host.Run(request)

    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_debugger_is_refused(host: Any, tmp_path: Path) -> None:
    request = language_pb2.RunRequest(info=info(tmp_path), pwd=str(tmp_path), attach_debugger=True)

    with pytest.raises(grpc.RpcError, match="cannot attach a debugger"):
        host.Run(request)


def test_program_ends_when_the_engine_gives_the_call_up(host: Any, tmp_path: Path) -> None:
    script = f"echo $$ >{tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; exec sleep 60"
    request = language_pb2.RunRequest(info=python_of(tmp_path, script), pwd=str(tmp_path))
    call = host.Run.future(request)
    pid = int(wait_for(tmp_path / "pid").read_text(encoding="utf-8"))

    call.cancel()

    wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_cancel_ends_what_is_running(host: Any, tmp_path: Path) -> None:
    script = f"touch {tmp_path}/running; exec sleep 60"
    request = language_pb2.RunRequest(info=python_of(tmp_path, script), pwd=str(tmp_path))
    call = host.Run.future(request)
    wait_for(tmp_path / "running")

    host.Cancel(empty_pb2.Empty())

    assert call.result(timeout=10).error == "program exited with non-zero exit code: -15"


def run_plugin(host: Any, **fields: Any) -> tuple[str, str, int | None]:
    stdout, stderr, code = b"", b"", None
    for message in host.RunPlugin(language_pb2.RunPluginRequest(**fields)):
        stdout += message.stdout
        stderr += message.stderr
        if message.WhichOneof("output") == "exitcode":
            code = message.exitcode
    return stdout.decode(), stderr.decode(), code


def test_plugin_runs_from_its_folder_with_the_arguments_of_the_engine(
    host: Any, tmp_path: Path
) -> None:
    plugin = python_of(tmp_path, 'echo "$@"; echo "$WORD" >&2; exit 5')

    answer = run_plugin(
        host, info=plugin, kind="resource", args=["127.0.0.1:1"], env=["WORD=a=b"], pwd="/"
    )

    assert answer == (f"-u {tmp_path} 127.0.0.1:1\n", "a=b\n", 5)


def test_policy_pack_is_run_by_the_policy_module_of_the_sdk(host: Any, tmp_path: Path) -> None:
    pack = python_of(tmp_path, 'echo "$@"')

    stdout, _, code = run_plugin(
        host, info=pack, kind="analyzer", args=["127.0.0.1:1"], pwd=str(tmp_path)
    )

    assert (stdout, code) == (f"-u -m pulumi.policy 127.0.0.1:1 {tmp_path}\n", 0)


def test_plugin_ends_when_the_engine_gives_the_call_up(host: Any, tmp_path: Path) -> None:
    plugin = python_of(tmp_path, "echo $$; exec sleep 60")
    call = host.RunPlugin(
        language_pb2.RunPluginRequest(info=plugin, kind="resource", pwd=str(tmp_path))
    )
    pid = int(next(call).stdout)

    call.cancel()

    wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_installation_shows_its_output(host: Any, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    request = language_pb2.InstallDependenciesRequest(
        info=python_of(tmp_path, 'echo "$@"; echo warned >&2'), directory=str(tmp_path)
    )

    messages = list(host.InstallDependencies(request))

    shown = b"".join(message.stdout for message in messages).decode()
    assert shown == f"-m pip install -r {tmp_path / 'requirements.txt'}\n"
    assert b"".join(message.stderr for message in messages) == b"warned\n"


def test_failing_installation_is_an_error_that_names_the_command(host: Any, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    request = language_pb2.InstallDependenciesRequest(info=python_of(tmp_path, "exit 6"))

    with pytest.raises(grpc.RpcError, match=r"pip install .* ended with exit code 6"):
        list(host.InstallDependencies(request))


def test_nothing_to_install_is_said(host: Any, tmp_path: Path) -> None:
    request = language_pb2.InstallDependenciesRequest(info=python_of(tmp_path, "exit 6"))

    (message,) = host.InstallDependencies(request)

    assert message.stdout.startswith(b"Nothing to install")


def test_toolchain_that_is_not_known_cannot_be_installed(host: Any, tmp_path: Path) -> None:
    request = language_pb2.InstallDependenciesRequest(info=info(tmp_path, toolchain="poetry"))

    with pytest.raises(grpc.RpcError, match="`toolchain: poetry` is not known"):
        list(host.InstallDependencies(request))


def wait_for(path: Path) -> Path:
    wait_until(path.exists)
    return path
