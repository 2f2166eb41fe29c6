"""What a folder of --data keeps from one start to the next, and what it must not."""

from pathlib import Path
from typing import Any

import pytest

from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.documents import check_seed
from pulumi_functiongraph.emulator.state.folder import StateError
from unit.emulator.client import local_cloud

SEED: dict[str, Any] = {
    "functions": [{"name": "tick", "code": "def handler(event, context):\n    return 1\n"}]
}


def start(directory: Path, seed: dict[str, Any] | None = None) -> LocalCloud:
    return LocalCloud(directory=directory, seed=None if seed is None else check_seed(seed))


def trusted(cloud: LocalCloud) -> bool:
    row = cloud.store.read(
        lambda c: c.execute("SELECT count(*) FROM fg_version_code WHERE trusted = 1").fetchone()
    )
    return bool(row[0])


@pytest.mark.parametrize(
    ("later", "holds"),
    [
        pytest.param(SEED, "trusted", id="the same seed"),
        pytest.param(None, "not trusted", id="no seed"),
        pytest.param(
            {"functions": [{"name": "tick", "code": "x = 1\n"}]}, "not trusted", id="other code"
        ),
        pytest.param(
            {"functions": [{**SEED["functions"][0], "handler": "os.system"}]},
            "not trusted",
            id="another handler",
        ),
    ],
)
def test_code_of_a_seed_is_trusted_by_the_start_that_names_it(
    tmp_path: Path, later: dict[str, Any] | None, holds: str
) -> None:
    first = start(tmp_path, SEED)
    assert trusted(first)
    first.close()

    second = start(tmp_path, later)

    assert trusted(second) == (holds == "trusted")
    second.close()


OTHER_SEED: dict[str, Any] = {"functions": [{**SEED["functions"][0], "code": "x = 1\n"}]}


@pytest.mark.parametrize(
    ("later", "notes"),
    [
        pytest.param(SEED, [], id="the same seed"),
        pytest.param(None, ["code that the folder keeps"], id="no seed"),
        pytest.param(
            {**SEED, "topics": [{"name": "t"}]}, ["another seed than that of --seed"], id="one more"
        ),
        pytest.param(
            OTHER_SEED, ["another seed than that of --seed", "not run: tick"], id="other code"
        ),
    ],
)
def test_a_seed_that_is_not_used_is_told_at_each_start(
    tmp_path: Path, later: dict[str, Any] | None, notes: list[str]
) -> None:
    start(tmp_path, SEED).close()

    for _ in range(2):
        again = start(tmp_path, later)
        again.close()
        assert len(again.store.notes) == len(notes)
        for said, expected in zip(again.store.notes, notes, strict=True):
            assert expected in said


def test_the_former_seed_is_taken_back_and_a_reset_takes_the_new_one(tmp_path: Path) -> None:
    start(tmp_path, SEED).close()
    start(tmp_path, OTHER_SEED).close()

    former = start(tmp_path, SEED)
    assert trusted(former)
    assert former.store.notes == []
    former.close()

    with local_cloud(directory=tmp_path, seed=check_seed(OTHER_SEED)) as client:
        refusal = client.request("POST", "/_emulator/invoke", content=b'{"function": "tick"}')
        assert "POST /_emulator/reset" in refusal.text
        client.control("POST", "reset")
    later = start(tmp_path, OTHER_SEED)
    assert later.store.notes == []
    later.close()


def test_code_that_only_claims_a_trusted_digest_is_not_trusted(tmp_path: Path) -> None:
    first = start(tmp_path, SEED)
    first.store.write_now(lambda c: c.execute("UPDATE fg_code SET content = ?", (b"import os",)))
    first.close()

    second = start(tmp_path, SEED)

    assert not trusted(second)
    assert second.store.read(lambda c: c.execute("SELECT 1 FROM fg_code").fetchone())
    second.close()


@pytest.mark.parametrize("lost", ["emptied", "removed"])
def test_a_state_that_is_gone_is_not_taken_for_a_new_one(tmp_path: Path, lost: str) -> None:
    start(tmp_path).close()
    file = tmp_path / "state.db"
    if lost == "emptied":
        file.write_bytes(b"")
    else:
        file.unlink()

    with pytest.raises(StateError, match="missing or empty, and there was a state in it"):
        start(tmp_path)


def test_a_start_that_ended_before_there_was_a_state_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "lock.db").write_bytes(b"")
    (tmp_path / "state.db").write_bytes(b"")

    start(tmp_path).close()


def test_options_are_kept_and_faults_are_not(tmp_path: Path) -> None:
    with local_cloud(directory=tmp_path) as first:
        first.control("POST", "options", {"put": "merge", "delivery_attempts": 9})
        first.control("POST", "options", {"max_hops": 3})
        first.control("POST", "faults", {"status": 503})
        options = first.control("GET", "options")
    with local_cloud(directory=tmp_path) as second:
        assert second.control("GET", "options") == options
        assert second.control("GET", "faults") == {"faults": []}
        second.control("POST", "reset")
        defaults = second.control("GET", "options")
    with local_cloud(directory=tmp_path) as third:
        assert third.control("GET", "options") == defaults
    assert (options["put"], options["delivery_attempts"], options["max_hops"]) == ("merge", 9, 3)
    assert defaults["put"] == "replace"


def test_options_that_cannot_be_kept_are_not_in_force(tmp_path: Path) -> None:
    with local_cloud(directory=tmp_path) as cloud:
        before = cloud.control("GET", "options")
        cloud.cloud.store._writer.execute("PRAGMA query_only = ON")
        refused = cloud.request("POST", "/_emulator/options", content=b'{"put": "merge"}')
        cloud.cloud.store._writer.execute("PRAGMA query_only = OFF")
        assert refused.status_code == 500
        assert "nothing was changed" in refused.json()["problems"][0]
        assert cloud.control("GET", "options") == before


@pytest.mark.parametrize("document", ["{", '{"put": "sometimes"}', '{"gone": 1}'])
def test_options_that_cannot_be_read_are_the_defaults(tmp_path: Path, document: str) -> None:
    with local_cloud(directory=tmp_path) as first:
        defaults = first.control("GET", "options")
        first.cloud.store.write_now(
            lambda c: c.execute("INSERT INTO cloud_options VALUES (1, ?)", (document,))
        )
    with local_cloud(directory=tmp_path) as second:
        assert second.control("GET", "options") == defaults
        assert "cloud_options" in second.control("GET", "state")["unreadable"][0]
        second.control("POST", "options", {"put": "merge"})
    with local_cloud(directory=tmp_path) as third:
        assert third.control("GET", "options")["put"] == "merge"
