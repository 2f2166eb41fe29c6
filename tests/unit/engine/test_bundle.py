import os
import subprocess
import sys
from pathlib import Path

import pytest

import bundle
from sources.answer import Engine
from unit.engine.fakes import make_executable, make_pulumi

HOST = "pulumi-language-python"
DYNAMIC = "pulumi-resource-pulumi-python"


def path_for(engine: Engine, tmp_path: Path, *folders: Path) -> list[str]:
    path = bundle.search_path(
        engine,
        current=os.pathsep.join(map(str, folders)),
        folder=tmp_path / "own",
        python=Path(sys.executable),
    )
    return path.split(os.pathsep)


def official(
    folder: Path, *, name: str = "pulumi", parts: tuple[str, ...] = (HOST, DYNAMIC)
) -> Engine:
    executable = make_pulumi(folder / name)
    for part in parts:
        make_executable(folder / part, "exit 0")
    return Engine(executable, "3.259.0", "a test")


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


def test_complete_distribution_on_path_is_used_as_it_is(tmp_path: Path) -> None:
    engine = official(tmp_path / "bin")

    assert path_for(engine, tmp_path, tmp_path / "bin") == [str(tmp_path / "bin")]


def test_stand_ins_come_last_where_the_cli_on_path_has_no_language_host(tmp_path: Path) -> None:
    engine = official(tmp_path / "bin", parts=())

    path = path_for(engine, tmp_path, tmp_path / "bin")

    assert path[:-1] == [str(tmp_path / "bin")]
    assert names_in(Path(path[-1])) == [HOST, DYNAMIC]


def test_only_what_is_missing_is_stood_in_for(tmp_path: Path) -> None:
    engine = official(tmp_path / "bin", parts=(HOST,))

    path = path_for(engine, tmp_path, tmp_path / "bin")

    assert names_in(Path(path[-1])) == [DYNAMIC]


def test_language_host_elsewhere_on_path_counts(tmp_path: Path) -> None:
    engine = official(tmp_path / "bin", parts=())
    for part in (HOST, DYNAMIC):
        make_executable(tmp_path / "hosts" / part, "exit 0")

    path = path_for(engine, tmp_path, tmp_path / "bin", tmp_path / "hosts")

    assert path == [str(tmp_path / "bin"), str(tmp_path / "hosts")]


def test_cli_off_path_comes_first_by_a_link_that_leads_to_its_own_hosts(tmp_path: Path) -> None:
    engine = official(tmp_path / "elsewhere", name="pulumi-next")
    official(tmp_path / "bin")

    path = path_for(engine, tmp_path, tmp_path / "bin")

    assert path[1:] == [str(tmp_path / "bin")]
    link = Path(path[0]) / "pulumi"
    assert link.is_symlink()
    assert link.resolve() == engine.executable
    assert names_in(link.parent) == ["pulumi"]


def test_our_own_build_has_the_stand_ins_beside_it_and_is_no_link(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "kept" / "pulumi")
    engine = Engine(executable, "3.259.0", "a test", is_ours=True)

    path = path_for(engine, tmp_path, Path("/usr/bin"))

    first = Path(path[0])
    assert path[1:] == ["/usr/bin"]
    assert names_in(first) == ["pulumi", HOST, DYNAMIC]
    assert not (first / "pulumi").is_symlink()
    assert os.access(first / HOST, os.X_OK)


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "kept" / "pulumi")
    engine = Engine(executable, "3.259.0", "a test", is_ours=True)
    path = path_for(engine, tmp_path)
    before = [(file.name, file.stat()) for file in sorted(Path(path[0]).iterdir())]

    assert path_for(engine, tmp_path) == path

    assert [(file.name, file.stat()) for file in sorted(Path(path[0]).iterdir())] == before


def test_copy_serves_where_no_hard_link_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise OSError("another disk")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    executable = make_pulumi(tmp_path / "kept" / "pulumi")

    path = path_for(Engine(executable, "3.259.0", "a test", is_ours=True), tmp_path)

    copy = Path(path[0]) / "pulumi"
    assert copy.read_bytes() == executable.read_bytes()
    assert os.access(copy, os.X_OK)


def test_what_another_run_is_using_stays_when_this_one_chooses_otherwise(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "kept" / "pulumi")
    ours = path_for(Engine(executable, "3.259.0", "a test", is_ours=True), tmp_path)

    theirs = path_for(official(tmp_path / "bin"), tmp_path, tmp_path / "bin")

    assert theirs == [str(tmp_path / "bin")]
    assert names_in(Path(ours[0])) == ["pulumi", HOST, DYNAMIC]


def test_engine_that_was_built_anew_replaces_the_old_one(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "kept" / "pulumi", "v3.259.0")
    old = path_for(Engine(executable, "3.259.0", "a test", is_ours=True), tmp_path)
    executable.unlink()
    make_pulumi(executable, "v3.259.0+again")

    new = path_for(Engine(executable, "3.259.0", "a test", is_ours=True), tmp_path)

    assert new != old
    assert "again" in (Path(new[0]) / "pulumi").read_text(encoding="utf-8")


def test_path_of_an_earlier_run_is_taken_off(tmp_path: Path) -> None:
    own = tmp_path / "own"
    path = os.pathsep.join([str(own / "first"), "/usr/bin", "", str(own / "last"), "/bin"])

    assert bundle.without(own, path) == f"/usr/bin{os.pathsep}/bin"


def test_stand_in_host_starts_and_tells_its_port(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / "kept with a space" / "pulumi")
    path = path_for(Engine(executable, "3.259.0", "a test", is_ours=True), tmp_path)

    with subprocess.Popen(
        [Path(path[0]) / HOST, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdout is not None
        port = host.stdout.readline()
        host.terminate()
        code = host.wait(10)

    assert int(port) > 0
    assert code == 0
