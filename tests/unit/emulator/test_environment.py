"""What leads a client to the local cloud: variables, and the lines that set them in a shell."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.emulator import environment
from pulumi_functiongraph.emulator.seeds.documents import check_seed
from pulumi_functiongraph.emulator.seeds.filling import add_seed
from pulumi_functiongraph.emulator.seeds.models import Seed, SeedError
from pulumi_functiongraph.emulator.state.tables import SCHEMAS
from unit.emulator.client import PROJECT, START, local_cloud

URL = "http://127.0.0.1:8080"

EXECUTED = (
    "x-1;$'\\164\\157\\165\\143\\150' hit;X",
    "`touch hit`",
    "$(touch hit)",
    "'; touch hit #",
)
ODD_NAMES = (*EXECUTED, "my region", "a\tb", "ä-1", "a=b", "-", "", "_x", "eu-de_a b", "r" * 65)


def document(
    region: str = "eu-de", identifier: str = "p", key: str = "AK", secret: str = "s"
) -> Any:
    return {
        "domain": {"name": "acme"},
        "projects": [{"name": region, "id": identifier}],
        "users": [{"name": "ann"}],
        "credentials": [{"access_key": key, "secret_key": secret, "security_token": secret}],
    }


def variables_of(seed: Seed) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for schema in SCHEMAS:
            connection.executescript(schema)
        connection.row_factory = sqlite3.Row
        add_seed(connection, seed, now=START, trusted=False)
        return environment.variables(connection, cloud="huawei", url=URL)


def sourced(lines: str, folder: Path, **around: str) -> tuple[dict[str, str], str]:
    """The variables of a shell that has read the lines, and what it said."""
    (folder / "cloud.env").write_text(lines, encoding="utf-8")
    ended = subprocess.run(
        ["/bin/bash", "-c", ". ./cloud.env; exec /usr/bin/env -0"],
        env={"PATH": "/usr/bin:/bin", **around},
        cwd=folder,
        capture_output=True,
        check=False,
    )
    pairs = ended.stdout.decode().rstrip("\0").split("\0")
    return dict(pair.split("=", 1) for pair in pairs), ended.stderr.decode()


def assert_a_shell_sets_just(found: dict[str, str], folder: Path) -> None:
    after, said = sourced(environment.exports(found), folder)
    before, _ = sourced("", folder)
    assert said == ""
    assert {**before, **found} == after
    assert [each.name for each in folder.iterdir()] == ["cloud.env"]


texts = st.one_of(
    st.sampled_from([*ODD_NAMES, "cn-north-4", "eu-de_shop", "MOS"]),
    st.text(max_size=8),
    st.from_regex(r"[a-z]{2}-[a-z0-9;$' ]{1,8}(_[A-Za-z0-9]+)?", fullmatch=True),
)


@given(region=texts, identifier=texts, key=texts, secret=texts)
def test_what_an_accepted_seed_exports_sets_just_that_in_a_shell(
    tmp_path_factory: pytest.TempPathFactory, region: str, identifier: str, key: str, secret: str
) -> None:
    given_ones = document(region, identifier, key, secret)
    for part in ({"projects"}, {"credentials"}, set(given_ones)):
        try:
            seed = check_seed({**document(), **{name: given_ones[name] for name in part}})
        except SeedError:
            continue
        assert_a_shell_sets_just(variables_of(seed), tmp_path_factory.mktemp("shell"))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_project_has_a_name_that_the_clouds_give(name: str) -> None:
    with pytest.raises(SeedError) as caught:
        check_seed(document(name))
    assert caught.value.problems[0].startswith("projects[0].name: must ")

    with pytest.raises(SeedError) as caught:
        check_seed({"buckets": [{"name": "results", "region": name}]})
    assert caught.value.problems[0].startswith("buckets[0].region: must ")


@pytest.mark.parametrize("name", EXECUTED)
def test_a_kept_project_of_another_name_is_in_no_name_of_a_variable(
    name: str, tmp_path: Path
) -> None:
    with local_cloud() as client:
        client.run(
            client.cloud.store.write(
                lambda connection: connection.execute("UPDATE iam_projects SET name = ?", (name,))
            )
        )
        found = client.control("GET", "environment")

    assert found["FUNCTIONGRAPH_REGION"] == name.partition("_")[0]
    assert json.loads(found["FUNCTIONGRAPH_ENDPOINTS"])["iam"]
    assert_a_shell_sets_just(found, tmp_path)
    assert found["HUAWEICLOUD_SDK_PROJECT_ID"] == PROJECT
