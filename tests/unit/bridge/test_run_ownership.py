"""What one provider process of a run declares and claims, the others know."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.bridge import run_folder
from pulumi_functiongraph.bridge.run_folder import RunFolder
from pulumi_functiongraph.bridge.run_ownership import RunOwnership
from pulumi_functiongraph.bridge.run_record import RecordInFolder
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import AlreadyConfigured, OwnershipUnknown
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Opaque
from pulumi_functiongraph.operations.run_record import RecordOfProcess, RunRecord, Times

MEMBER = Path(__file__).parent / "run_member.py"
URN = FunctionUrn("eu-de", "p1", "default", "orders")
ENGINE = ("127.0.0.1", 4711)


class Member:
    """A provider process of a run."""

    def __init__(self, home: Path, *, port: int = 4711, wrapped: bool = False) -> None:
        command = [sys.executable, str(MEMBER), str(port)]
        environment = {**os.environ, "PULUMI_HOME": str(home)}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        self._process = subprocess.Popen(
            ["sh", "-c", '"$0" "$@"; true', *command] if wrapped else command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def does(self, line: str) -> str:
        self.begins(line)
        return self.answer()

    def begins(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self.ends()

    def ends(self) -> None:
        self._process.communicate()


Members = Callable[..., Member]


@pytest.fixture
def member(tmp_path: Path) -> Iterator[Members]:
    """Return a function that starts a process; all of them end with the test."""
    started: list[Member] = []

    def start(*, port: int = 4711, wrapped: bool = False) -> Member:
        started.append(Member(tmp_path, port=port, wrapped=wrapped))
        return started[-1]

    yield start
    for each in started:
        each.ends()


def folders(home: Path) -> list[Path]:
    return [each for each in home.glob("functiongraph-runs-*/*") if each.is_dir()]


def test_a_process_keeps_what_another_one_of_the_run_declares(member: Members) -> None:
    first, second, of_another_run = member(), member(), member(port=4712)
    assert first.does("declare orders") == "True"
    assert second.does("keep orders") == "True"
    assert second.does("keep billing") == "False"
    assert of_another_run.does("keep orders") == "False"


def test_a_function_version_is_claimed_by_one_process_of_a_run(member: Members) -> None:
    first, second = member(), member()
    assert first.does("claim orders") == "done"
    assert second.does("claim orders").startswith("AlreadyConfigured: urn:fss:")
    assert second.does("claim billing") == "done"
    assert first.does("release orders") == "done"
    assert second.does("claim orders") == "done"


def test_a_second_resource_that_declares_a_function_version_is_told_so(member: Members) -> None:
    first, second = member(), member()
    assert first.does("declare orders urn:pulumi:a") == "True"
    assert first.does("declare orders urn:pulumi:a") == "True"
    assert second.does("declare orders urn:pulumi:b") == "False"
    assert second.does("declare orders") == "False"
    assert second.does("declare orders urn:pulumi:a") == "True"


def test_a_change_waits_for_another_process_and_not_for_a_dead_one(member: Members) -> None:
    first, second = member(), member()
    assert first.does("change orders") == "done"
    assert second.does("join -") == "done"
    second.begins("change orders")
    second.begins("declare orders")
    assert first.does("declare billing") == "True"  # notes are not held up
    time.sleep(0.2)
    first.kill()
    assert second.answer() == "done"
    assert second.answer() == "True"


@contextmanager
def engine(port: int = 0) -> Iterator[int]:
    """What listens on a port as an engine does."""
    with socket.create_server(("127.0.0.1", port)) as server:
        yield server.getsockname()[1]


WRAPPED = pytest.mark.parametrize(
    ("first", "next_"), list(product([False, True], repeat=2)), ids=str
)


@WRAPPED
def test_what_an_earlier_engine_of_the_port_left_behind_is_not_believed(
    member: Members, tmp_path: Path, *, first: bool, next_: bool
) -> None:
    with engine() as port:
        earlier = member(port=port, wrapped=first)
        assert earlier.does("declare orders") == "True"
        earlier.kill()
    assert len(folders(tmp_path)) == 1
    with engine(port):
        assert member(port=port, wrapped=next_).does("keep orders") == "False"


@WRAPPED
def test_what_a_killed_process_of_the_same_engine_declared_is_believed(
    member: Members, *, first: bool, next_: bool
) -> None:
    with engine() as port, engine_elsewhere(port):
        killed = member(port=port, wrapped=first)
        assert killed.does("declare orders") == "True"
        killed.kill()
        assert member(port=port, wrapped=next_).does("keep orders") == "True"


@contextmanager
def engine_elsewhere(port: int) -> Iterator[None]:
    """What listens on the same port of another address."""
    with socket.create_server(("127.0.0.2", port)):
        yield


def test_where_the_engine_cannot_be_told_what_a_killed_process_declared_stops_all(
    member: Members,
) -> None:
    """As where there is no ``/proc``: nothing is forgotten, and nothing is believed."""
    killed = member()
    assert killed.does("declare orders") == "True"
    killed.kill()
    for line in ("keep orders", "claim billing"):
        said = member().does(line)
        assert said.startswith("OwnershipUnknown: could not tell whether"), said
        assert said.endswith("Run the command again: a new run has another port.")
    assert member(port=4712).does("claim billing") == "done"


def test_where_the_engine_cannot_be_told_a_killed_process_that_declared_nothing_stops_none(
    member: Members,
) -> None:
    killed = member()
    assert killed.does("join -") == "done"
    killed.kill()
    assert member().does("claim orders") == "done"


def test_a_process_that_outlives_its_engine_is_not_believed_and_not_forgotten(
    member: Members,
) -> None:
    with engine() as port:
        earlier = member(port=port)
        assert earlier.does("declare orders") == "True"
    with engine(port):
        assert member(port=port).does("keep orders").startswith("OwnershipUnknown: could not tell")
        assert earlier.does("keep orders") == "True"


def test_half_a_line_of_a_killed_process_says_nothing(member: Members, tmp_path: Path) -> None:
    first, second = member(), member()
    assert first.does("declare orders") == "True"
    (notes,) = tmp_path.glob("functiongraph-runs-*/*/notes")
    with notes.open("a", encoding="utf-8") as file:
        file.write('["declare", "')
    assert second.does("keep orders") == "True"
    assert second.does("declare billing") == "True"
    assert first.does("keep billing") == "True"


def test_a_process_behind_a_wrapper_meets_the_others(member: Members) -> None:
    first, wrapped = member(), member(wrapped=True)
    assert first.does("declare orders") == "True"
    assert wrapped.does("keep orders") == "True"


def test_the_last_process_removes_the_folder(member: Members, tmp_path: Path) -> None:
    first, second = member(), member()
    assert first.does("declare orders") == "True"
    assert second.does("leave -") == "done"
    assert len(folders(tmp_path)) == 1
    assert first.does("leave -") == "done"
    assert folders(tmp_path) == []


def test_folders_of_runs_that_ended_long_ago_are_removed(member: Members, tmp_path: Path) -> None:
    dead, living = member(port=1), member(port=2)
    for each in (dead, living):
        assert each.does("declare orders") == "True"
    dead.kill()
    long_ago = time.time() - 2 * run_folder.SECONDS_KEPT
    for folder in folders(tmp_path):
        os.utime(folder, (long_ago, long_ago))
    assert member(port=3).does("declare orders") == "True"
    assert len(folders(tmp_path)) == 2
    assert member(port=2).does("keep orders") == "True"


def test_no_name_of_the_program_is_written(member: Members, tmp_path: Path) -> None:
    process = member()
    process.does("declare orders urn:pulumi:test::trial::Type::resource")
    process.does("claim orders")
    process.does("change orders")
    process.does("keep orders")
    paths = list(tmp_path.rglob("*"))
    texts = [each.read_text() for each in paths if each.is_file()]
    told = "\n".join([*map(str, paths), *texts]).removeprefix(str(tmp_path))
    assert "claim" in told
    assert "orders" not in told
    assert "resource" not in told
    assert all(each.stat().st_mode & 0o077 == 0 for each in paths)


# --- where the folder is


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, as a system has it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of Pulumi in which no folder can be made, whoever runs this."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "file" / "pulumi"))


def test_without_a_writable_home_it_lies_in_the_folder_for_temporary_files(
    temporary: Path, unwritable: None
) -> None:
    run = RunOwnership()
    run.of(ENGINE).declare(URN)
    assert len(folders(temporary)) == 1
    run.leave()
    assert folders(temporary) == []


def test_without_a_home_at_all_it_lies_in_the_folder_for_temporary_files(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_HOME", raising=False)

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    run = RunOwnership()
    run.of(ENGINE).declare(URN)
    assert len(folders(temporary)) == 1
    run.leave()


def test_the_home_of_pulumi_is_in_the_home_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    run = RunOwnership()
    run.of(ENGINE).declare(URN)
    assert len(folders(tmp_path / ".pulumi")) == 1
    run.leave()


def open_to_others(path: Path) -> None:
    path.mkdir()
    path.chmod(0o770)


def a_link(path: Path) -> None:
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    path.symlink_to(elsewhere)


@pytest.mark.parametrize("trap", [open_to_others, a_link, Path.touch])
def test_a_folder_that_somebody_else_may_have_made_is_not_used(
    temporary: Path, unwritable: None, trap: Callable[[Path], None]
) -> None:
    """Then nothing is declared, claimed, changed or deleted: who laid it may take it away again."""
    trap(temporary / f"functiongraph-runs-{os.geteuid()}")
    assert_nothing_is_done(RunOwnership())


def test_a_folder_of_another_user_is_not_used(
    temporary: Path, unwritable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (temporary / "functiongraph-runs-54321").mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    monkeypatch.setattr(run_folder, "_refuse_unsafe", lambda _folder: None)
    assert_nothing_is_done(RunOwnership())


def test_a_folder_for_temporary_files_of_another_user_is_not_used(
    temporary: Path, unwritable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        os.chown(temporary, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert_nothing_is_done(RunOwnership())
    assert list(temporary.iterdir()) == []


def test_a_folder_for_temporary_files_in_which_others_rename_is_not_used(
    temporary: Path, unwritable: None
) -> None:
    temporary.chmod(0o777)
    assert_nothing_is_done(RunOwnership())
    assert list(temporary.iterdir()) == []


def test_something_else_in_the_place_of_a_run_s_folder_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    run = RunOwnership()
    run.of(ENGINE)
    (folder,) = folders(tmp_path)
    run.leave()
    folder.touch()
    assert_nothing_is_done(run)


def test_a_home_without_locks_is_not_used(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    lock, locked = fcntl.flock, []

    def not_the_first(descriptor: int, how: int) -> None:
        locked.append(descriptor)
        if len(locked) == 1:
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", not_the_first)
    run = RunOwnership()
    assert run.of(ENGINE).declare(URN)
    assert len(folders(temporary)) == 1
    run.leave()


def test_a_home_on_a_full_disk_is_not_given_up(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process of the run may have found space in it."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    make = os.mkdir

    def full(path: str, *mode: int, **more: int) -> None:
        if "functiongraph-runs" in str(path):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        make(path, *mode, **more)

    monkeypatch.setattr(os, "mkdir", full)
    with pytest.raises(OwnershipUnknown, match="No space left on device"):
        RunOwnership().of(ENGINE).declare(URN)
    assert folders(temporary) == []


def assert_nothing_is_done(run: RunOwnership) -> None:
    ownership = run.of(ENGINE)
    remedy = "PULUMI_HOME"
    for attempt in (
        lambda: ownership.declare(URN),
        lambda: ownership.claim(URN),
        lambda: ownership.keep(URN, {}),
        lambda: ownership.changing(URN),
    ):
        with pytest.raises(OwnershipUnknown, match=remedy):
            attempt()
    run.leave()


@pytest.mark.parametrize("use", ["declare", "change"])
def test_a_folder_that_is_gone_is_an_error(
    use: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    run = RunOwnership()
    ownership = run.of(ENGINE)
    (folder,) = folders(tmp_path)
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    with pytest.raises(OwnershipUnknown, match="nothing is changed"):  # noqa: PT012 # one of two
        if use == "declare":
            ownership.declare(URN)
        else:
            with ownership.changing(URN):
                pytest.fail("not held")
    run.leave()


def test_a_process_that_serves_another_engine_forgets_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    run = RunOwnership()
    first = run.of(ENGINE)
    first.declare(URN)
    assert run.of(ENGINE) is first
    second = run.of(("127.0.0.1", 4712))
    assert not second.keep(URN, {})
    assert len(folders(tmp_path)) == 1
    run.leave()
    assert folders(tmp_path) == []


def test_without_an_engine_each_provider_is_alone() -> None:
    run = RunOwnership()
    run.of(None).declare(URN)
    ownership = run.of(None)
    assert not ownership.keep(URN, {})
    assert ownership.doubt == ""


def test_without_such_locks_a_process_knows_what_it_does_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on Windows."""
    monkeypatch.setitem(sys.modules, run_folder.__name__, None)
    ownership = RunOwnership().of(ENGINE)
    ownership.declare(URN)
    assert ownership.keep(URN, {})
    assert "pulumi refresh" in ownership.doubt


# --- the record in a folder is as that of a process

FUNCTIONS = [FunctionUrn("eu-de", "p1", "default", name) for name in ("a", "b", "c")]
RESOURCES = ["", "urn:pulumi:a", "urn:pulumi:b"]
SETTINGS: list[Callable[[FunctionUrn], Config]] = [
    lambda urn: Config(function_urn=urn),
    lambda urn: Config(function_urn=urn, enable_async_status_log=False),
    lambda urn: Config(function_urn=urn, enable_async_status_log=True),
    lambda urn: Config(function_urn=urn, on_failure=Bucket(bucket="results")),
    lambda urn: Config(function_urn=urn, on_success=Bucket(bucket="results")),
    lambda urn: Config(function_urn=urn, on_failure=Opaque(destination="OBS", param="results")),
    lambda urn: Config(function_urn=urn, on_failure=Bucket(bucket="results", prefix="x/")),
]
USES: dict[str, Callable[[RunRecord, FunctionUrn, str], object]] = {
    "declare": lambda record, urn, resource: record.declare(urn, resource=resource),
    "lead on": lambda record, urn, resource: record.declare(
        urn, resource=resource, leads_to=[each for each in FUNCTIONS if each != urn]
    ),
    "leads back": lambda record, urn, _: [record.leads(each, urn) for each in FUNCTIONS],
    "is declared": lambda record, urn, _: record.is_declared(urn),
    "number declared": lambda record, *_: record.number_declared(),
    "claim": lambda record, urn, _: record.claim(urn),
    "is claimed": lambda record, urn, _: record.is_claimed(urn),
    "release": lambda record, urn, _: record.release(urn),
    "leave": lambda record, urn, resource: record.leave(urn, Times(resource, "2026-01-01")),
    "left": lambda record, urn, _: record.left(urn),
    "state, by default": lambda record, urn, _: record.note_state(SETTINGS[0](urn)),
    "state, logged": lambda record, urn, _: record.note_state(SETTINGS[2](urn)),
    "state, of a resource": lambda record, urn, resource: record.note_state(
        SETTINGS[3 + RESOURCES.index(resource)](urn)
    ),
    "in state": lambda record, urn, _: [record.is_in_state(each(urn)) for each in SETTINGS],
}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(sorted(USES)),
            st.sampled_from(FUNCTIONS),
            st.sampled_from(RESOURCES),
        ),
        max_size=30,
    )
)
def test_records_of_several_processes_are_as_that_of_one(
    uses: list[tuple[int, str, FunctionUrn, str]],
) -> None:
    with tempfile.TemporaryDirectory() as home:
        of_one = RecordOfProcess()
        members = [RunFolder(4711, environment={"PULUMI_HOME": home}) for _ in range(3)]
        records = [RecordInFolder(each) for each in members]
        for process, use, urn, resource in uses:
            act = USES[use]
            assert act(records[process], urn, resource) == act(of_one, urn, resource)
        for each in members:
            each.leave()
        assert folders(Path(home)) == []


def test_a_claim_of_one_process_is_refused_to_another_folder_of_the_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    first, second = RunOwnership(), RunOwnership()
    first.of(ENGINE).claim(URN)
    with pytest.raises(AlreadyConfigured, match="another resource of this program"):
        second.of(ENGINE).claim(URN)
    first.leave()
    second.leave()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RunFolder]:
    """Return a run's folder."""
    held = RunFolder(4711, environment={"PULUMI_HOME": str(tmp_path)})
    yield held
    held.leave()


def test_no_value_of_a_config_is_written(folder: RunFolder, tmp_path: Path) -> None:
    config = Config(function_urn=URN, on_failure=Bucket(bucket="canary-bucket"))
    RecordInFolder(folder).note_state(config)
    (notes,) = tmp_path.glob("*/*/notes")
    told = notes.read_text(encoding="utf-8")
    assert "state" in told
    assert "canary" not in told
    assert "orders" not in told


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size, in bytes; it writes up to there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("left", [0, 1, 20])
def test_a_declaration_that_is_not_written_whole_is_none(
    folder: RunFolder, tmp_path: Path, left: int
) -> None:
    record, other = RecordInFolder(folder), RecordInFolder(folder)
    record.declare(FUNCTIONS[0], resource="urn:pulumi:a")
    (notes,) = tmp_path.glob("*/*/notes")
    before = notes.read_bytes()

    with (
        room_for(len(before) + left),
        pytest.raises(OwnershipUnknown, match="so nothing is changed"),
    ):
        record.declare(FUNCTIONS[1], resource="urn:pulumi:a")

    assert notes.read_bytes() == before
    assert not record.is_declared(FUNCTIONS[1])
    assert other.declare(FUNCTIONS[1], resource="urn:pulumi:b")
    assert not record.declare(FUNCTIONS[1], resource="urn:pulumi:a")


@pytest.mark.parametrize(
    "line",
    [
        b"\0\0\0\0",
        b'\0\0["claim", "b"]',
        b"{",
        b"\xff",
        b"",
        b"7",
        b"[]",
        b'["claim"]',
        b'["claim", 7]',
        b'["declare", "b"]',
        b'["declare", "b", "c"]',
        b'["leave", "b", "c"]',
        b'["state", "b", "c"]',
        b'["forget", "b"]',
        b'{"claim": 1, "b": 2}',
    ],
)
def test_a_line_that_cannot_be_read_is_unknown_each_time(
    folder: RunFolder, tmp_path: Path, line: bytes
) -> None:
    record = RecordInFolder(folder)
    record.claim(FUNCTIONS[0])
    (notes,) = tmp_path.glob("*/*/notes")
    damaged = notes.read_bytes() + line + b"\n"
    notes.write_bytes(damaged)

    for _ in range(2):
        with pytest.raises(OwnershipUnknown, match="what was noted is damaged, notes"):
            record.is_claimed(FUNCTIONS[0])
        with pytest.raises(OwnershipUnknown):
            record.claim(FUNCTIONS[1])
    assert notes.read_bytes() == damaged
