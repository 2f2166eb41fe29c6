import threading
from pathlib import Path

import pytest

from sources.answer import Engine, PassedOver
from sources.cache import Cache, folder, remove
from sources.recipe import ENGINE
from unit.engine.fakes import environment, make_pulumi

FLOOR = "3.259.0"


def silent(_line: str) -> None:
    pass


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"HOME": "{}/home"}, "home/.cache/pulumi-functiongraph/engine"),
        ({"HOME": "{}/home", "XDG_CACHE_HOME": "{}/x"}, "x/pulumi-functiongraph/engine"),
        ({"HOME": "{}/home", "XDG_CACHE_HOME": ""}, "home/.cache/pulumi-functiongraph/engine"),
        ({"HOME": ""}, "instead"),
        ({}, "instead"),
        ({"HOME": "/proc/nowhere"}, "instead"),
    ],
)
def test_engines_are_kept_in_the_cache_of_the_user_where_there_is_one(
    tmp_path: Path, settings: dict[str, str], expected: str
) -> None:
    filled = {name: value.format(tmp_path) for name, value in settings.items()}

    chosen = folder(filled, instead=tmp_path / "instead")

    assert chosen == tmp_path / expected
    assert chosen.is_dir()


def test_engine_of_an_earlier_run_is_taken(tmp_path: Path) -> None:
    executable = make_pulumi(tmp_path / ENGINE.name / "bin" / "pulumi")

    answer = Cache(tmp_path).kept(floor=FLOOR, environment=environment())

    assert answer == Engine(executable, FLOOR, "kept from an earlier run", is_ours=True)


def test_engine_of_another_recipe_is_not_taken(tmp_path: Path) -> None:
    make_pulumi(tmp_path / f"{FLOOR}-0123456789ab" / "bin" / "pulumi")

    answer = Cache(tmp_path).kept(floor=FLOOR, environment=environment())

    assert answer == PassedOver("the cache", f"nothing yet in {tmp_path}")


def test_broken_engine_of_an_earlier_run_is_passed_over_with_the_reason(tmp_path: Path) -> None:
    make_pulumi(tmp_path / ENGINE.name / "bin" / "pulumi", version="")

    answer = Cache(tmp_path).kept(floor=FLOOR, environment=environment())

    assert isinstance(answer, PassedOver)
    assert "has no version" in answer.reason


def test_kept_folder_replaces_an_earlier_one(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for content in ("old", "new"):
        with cache.work() as work:
            (work / "made").mkdir()
            (work / "made" / "file").write_text(content, encoding="utf-8")
            place = cache.keep(work / "made", name="engine")

    assert (place / "file").read_text(encoding="utf-8") == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["engine"]


def test_work_folder_is_removed_after_a_failure_even_where_go_made_it_read_only(
    tmp_path: Path,
) -> None:
    def fail_with_read_only_modules() -> None:
        with Cache(tmp_path).work() as work:
            module = work / "modules" / "example.com"
            module.mkdir(parents=True)
            (module / "file.go").touch(mode=0o444)
            module.chmod(0o555)
            raise RuntimeError("the build failed")

    with pytest.raises(RuntimeError):
        fail_with_read_only_modules()

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_has_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "work-killed" / "modules").mkdir(parents=True)
    kept = tmp_path / "3.259.0-0123456789ab"
    kept.mkdir()

    with Cache(tmp_path).locked(say=silent, timeout=1):
        assert not (tmp_path / "work-killed").exists()

    assert kept.is_dir()


def test_second_run_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    order: list[str] = []
    is_waiting = threading.Event()

    def note(line: str) -> None:
        said.append(line)
        is_waiting.set()

    def second() -> None:
        with Cache(tmp_path).locked(say=note, timeout=30):
            order.append("second")

    with Cache(tmp_path).locked(say=silent, timeout=1):
        thread = threading.Thread(target=second)
        thread.start()
        assert is_waiting.wait(10)
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]
    assert "another run is getting an engine" in said[0]


def test_second_run_gives_up_in_the_end(tmp_path: Path) -> None:
    with (
        Cache(tmp_path).locked(say=silent, timeout=1),
        pytest.raises(TimeoutError, match="another run has been getting an engine"),
        Cache(tmp_path).locked(say=silent, timeout=0.3),
    ):
        pytest.fail("two runs held the lock")


def test_remove_takes_a_tree_of_read_only_folders(tmp_path: Path) -> None:
    deep = tmp_path / "tree" / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "file").touch()
    for each in (deep, deep.parent, tmp_path / "tree"):
        each.chmod(0o555)

    remove(tmp_path / "tree")

    assert list(tmp_path.iterdir()) == []
