"""The folder of a state: closed to other users, whatever was there before."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.state.folder import StateError
from pulumi_functiongraph.emulator.state.private_files import NotPrivateError, make_private
from pulumi_functiongraph.emulator.state.store import Store

NAMES = ("state.db", "lock.db")

SCHEMA = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY);"


def open_to_others(folder: Path) -> list[str]:
    """What group or others may do anything with, the folder itself included."""
    return [each.name for each in (folder, *folder.iterdir()) if each.stat().st_mode & 0o077]


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_everything_that_is_made_is_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    store = Store(folder, schemas=[SCHEMA])
    store.write_now(lambda connection: connection.execute("INSERT INTO numbers VALUES (1)"))

    assert {"state.db", "state.db-wal", "state.db-shm", "lock.db"} <= {
        each.name for each in folder.iterdir()
    }
    assert open_to_others(folder) == []
    assert store.notes == []
    store.close()


@pytest.mark.parametrize("mode", [0o666, 0o644, 0o640, 0o604, 0o777])
def test_files_that_were_open_are_closed_with_a_word(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "data"
    Store(folder, schemas=[SCHEMA]).close()
    for name in ("state.db", "state.db-wal", "lock.db"):
        (folder / name).touch()
        (folder / name).chmod(mode)

    store = Store(folder, schemas=[SCHEMA])

    assert open_to_others(folder) == []
    assert [note.split()[0] for note in store.notes] == ["state.db", "state.db-wal", "lock.db"]
    store.close()


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o755])
def test_a_folder_of_its_own_is_closed_with_a_word(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(mode)

    store = Store(folder, schemas=[SCHEMA])

    assert open_to_others(folder) == []
    assert store.notes == [
        "The folder of the state was open to others; it is for its owner only now."
    ]
    store.close()


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_shared_folder_with_other_files_is_refused_and_left_alone(
    tmp_path: Path, mode: int
) -> None:
    tmp_path.chmod(mode)
    (tmp_path / "letters.txt").touch()

    with pytest.raises(StateError, match="others may write to the folder"):
        Store(tmp_path, schemas=[SCHEMA])

    assert stat.S_IMODE(tmp_path.stat().st_mode) == mode
    assert [each.name for each in tmp_path.iterdir()] == ["letters.txt"]


def test_a_folder_that_others_may_only_read_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letters.txt").touch()

    store = Store(tmp_path, schemas=[SCHEMA])

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert open_to_others(tmp_path) == [tmp_path.name, "letters.txt"]
    store.close()


def link(file: Path, elsewhere: Path) -> None:
    elsewhere.touch()
    file.symlink_to(elsewhere)


def dangle(file: Path, elsewhere: Path) -> None:
    file.symlink_to(elsewhere)


def link_hard(file: Path, elsewhere: Path) -> None:
    elsewhere.touch()
    file.hardlink_to(elsewhere)


def pipe(file: Path, _elsewhere: Path) -> None:
    os.mkfifo(file)


@pytest.mark.parametrize("plant", [link, dangle, link_hard, pipe])
@pytest.mark.parametrize("name", ["state.db", "state.db-wal", "state.db-shm", "lock.db"])
def test_what_somebody_planted_is_not_followed(
    tmp_path: Path, plant: Callable[[Path, Path], None], name: str
) -> None:
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    plant(folder / name, elsewhere)
    existed = elsewhere.exists()

    with pytest.raises(StateError, match=rf"{name} (is a link or no file|has a second name)"):
        Store(folder, schemas=[SCHEMA])

    assert elsewhere.exists() is existed
    assert not existed or elsewhere.read_bytes() == b""


@pytest.mark.parametrize("target", ["there", "missing"])
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / target)

    with pytest.raises(StateError, match="it is a link"):
        Store(tmp_path / "data", schemas=[SCHEMA])

    assert not (tmp_path / "missing").exists()
    assert list((tmp_path / "there").iterdir()) == []


def test_what_belongs_to_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(NotPrivateError, match="the folder belongs to user"):
        make_private(tmp_path, NAMES)


def test_the_process_says_what_it_closed(tmp_path: Path) -> None:
    (tmp_path / "state.db").touch()
    (tmp_path / "state.db").chmod(0o666)

    with Emulator(data=tmp_path) as emulator:
        assert open_to_others(tmp_path) == []
        emulator.stop()
        said = "".join(emulator._errors)

    assert said == (
        "note: state.db was open to others, who may have read its keys; "
        "it is for its owner only now.\n"
    )


def test_two_clouds_that_start_at_once_on_one_folder_are_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pulumi_functiongraph.emulator", "--data", str(tmp_path / "d")]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    lines = [process.stdout.readline() for process in started if process.stdout is not None]
    for process in started:
        process.send_signal(signal.SIGTERM)
    ends = sorted((process.communicate()[1], process.returncode) for process in started)

    assert sorted(line.startswith("ready ") for line in lines) == [False, True]
    assert [code for _, code in ends] == [0, 2]
    assert "is in use by another local cloud" in ends[1][0]
