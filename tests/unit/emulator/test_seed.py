"""Seed files: what they may say, and how their problems are told."""

from pathlib import Path

import pytest
import yaml

from pulumi_functiongraph.emulator.clouds import FLAVOURS
from pulumi_functiongraph.emulator.iam import models, restrictions
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.seeds.default import default_seed
from pulumi_functiongraph.emulator.seeds.documents import check_seed, load_seed, read_seed
from pulumi_functiongraph.emulator.seeds.models import SeedError
from unit.emulator.client import PROJECT, local_cloud

WHOLE = """
cloud: otc
domain: {name: acme, id: d0d0}
projects:
  - {name: eu-de, id: p1}
  - {name: eu-de_shop, id: p2}
users:
  - {name: ann, id: u1, password: secret-of-ann}
credentials:
  - {access_key: AK1, secret_key: secret-of-ak1, user: ann}
agencies:
  - {name: notify, expire_time: "2026-02-01T00:00:00.000000"}
functions:
  - name: orders
    xrole: notify
    versions: [v1]
    aliases: {prod: v1}
    async_configs:
      latest:
        max_async_retry_attempts: 2
        on_success: {destination: OBS, param: {bucket: results, expires: 5}}
      v1: {max_async_event_age_in_seconds: 60}
  - {name: cart, project: eu-de_shop, package: shop}
topics:
  - {name: alerts, project: p2}
buckets:
  - {name: results, region: eu-nl}
streams:
  - {name: events, status: CREATING}
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(SeedError) as caught:
        read_seed(text)
    return caught.value.problems


def test_a_whole_seed_is_what_the_cloud_holds() -> None:
    with local_cloud(name="otc", seed=read_seed(WHOLE)) as client:
        state = client.control("GET", "state")

    orders, cart = state["functions"]
    assert orders["func_urn"] == "urn:fss:eu-de:p1:function:default:orders"
    assert (orders["versions"], orders["aliases"]) == (["latest", "v1"], {"prod": "v1"})
    config = orders["async_configs"]["latest"]
    assert config["max_async_retry_attempts"] == 2
    assert config["destination_config"]["on_success"] == {
        "destination": "OBS",
        "param": '{"bucket": "results", "expires": 5}',
    }
    assert orders["async_configs"]["v1"]["max_async_event_age_in_seconds"] == 60
    assert cart["func_urn"] == "urn:fss:eu-de:p2:function:shop:cart"
    assert [topic["topic_urn"] for topic in state["topics"]] == ["urn:smn:eu-de:p2:alerts"]
    assert state["buckets"] == [
        {"name": "results", "region": "eu-nl", "objects": [], "notifications": []}
    ]
    assert state["streams"] == [
        {"project_id": "p1", "name": "events", "status": "CREATING", "records": []}
    ]
    assert state["agencies"][0]["expire_time"] == "2026-02-01T00:00:00.000000"


def test_a_seed_without_identities_takes_the_built_in_ones() -> None:
    with local_cloud(seed=read_seed("functions: [{name: only}]")) as client:
        assert client.functions("GET", "/only/config").status_code == 200
        state = client.control("GET", "state")

    assert [each["func_name"] for each in state["functions"]] == ["only"]
    assert state["projects"] == [{"id": PROJECT, "name": "cn-north-4"}]


@pytest.mark.parametrize("text", ["", "{}", "# nothing"])
def test_an_empty_seed_is_a_cloud_with_identities_only(text: str) -> None:
    with local_cloud(seed=read_seed(text)) as client:
        assert client.control("GET", "state")["functions"] == []


def test_every_problem_is_named_by_its_path() -> None:
    text = """
cloud: aws
functions:
  - {nme: x}
  - {name: "a:b", timeout: soon}
credentials: [{access_key: "", secret_key: canary, extra: 1}]
"""

    problems = problems_of(text)

    assert [problem.partition(": ")[0] for problem in problems] == [
        "credentials[0].access_key",
        "credentials[0].extra",
        "functions[0].name",
        "functions[0].nme",
        "functions[1].name",
        "functions[1].timeout",
        "cloud",
    ]
    assert "canary" not in "".join(problems)


POLICIES = """
agencies:
  - name: notify
    grants:
      - SMN FullAccess
      - policy: {Version: "1.1", Statement: [%s]}
"""


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("{Effect: Maybe, Action: [a]}", ".Effect"),
        ("{Action: [a]}", ".Effect"),
        ("{Effect: Allow}", ""),
        ("{Effect: Allow, Action: [a], NotAction: [b]}", ""),
        ("{Effect: Allow, Action: []}", ".Action"),
        ("{Effect: Allow, Action: [[]]}", ".Action[0]"),
        ("{Effect: Allow, Action: [a], Resource: b}", ".Resource"),
        ("{Effect: Allow, Action: [a], Resource: {uri: b}}", ".Resource"),
        ("{Effect: Allow, Action: [a], Condition: {StringEquals: b}}", ".Condition.StringEquals"),
        ("{Effect: Allow, Action: [a], Actoin: [b]}", ".Actoin"),
    ],
)
def test_a_problem_of_a_policy_is_named_by_its_path(statement: str, place: str) -> None:
    [problem] = problems_of(POLICIES % statement)

    path = f"agencies[0].grants[1].policy.Statement[0]{place}"
    assert problem.partition(": ")[0] == path


@pytest.mark.parametrize(
    "statement",
    [
        'Effect: Deny, NotAction: ["smn:*:*"], NotResource: ["smn:*:*:topic:a"], Sid: one',
        'Effect: Allow, Action: ["iam:agencies:assume"], Resource: {uri: ["/iam/agencies/a"]}',
        'Effect: Allow, Action: ["a:b:c"], Condition: {StringEquals: {"g:UserName": [ann]}}',
    ],
)
def test_a_policy_is_kept_as_it_was_written(statement: str) -> None:
    text = POLICIES % f"{{{statement}}}"
    seed = read_seed(text)
    with local_cloud(seed=seed) as client:
        answer = client.call("GET", "/v3.0/OS-ROLE/roles").json()["roles"]

    assert answer[0]["policy"] == {
        "Version": "1.1",
        "Statement": [yaml.safe_load(f"{{{statement}}}")],
    }


@pytest.mark.parametrize("text", ["- list", "text", "7"])
def test_a_seed_that_is_no_mapping_is_refused(text: str) -> None:
    [problem] = problems_of(text)

    assert problem.startswith("seed: ")


def test_a_seed_that_is_not_yaml_names_the_place() -> None:
    [problem] = problems_of("functions: [\n  {name: a}")

    assert problem.startswith("line 2, column ")


def test_problems_that_need_the_whole_picture_are_found_when_it_is_applied() -> None:
    seed = check_seed(
        {
            "functions": [
                {"name": "1bad"},
                {"name": "a", "project": "nowhere"},
                {"name": "b", "aliases": {"prod": "v9"}},
                {"name": "c", "async_configs": {"latest": {"max_async_retry_attempts": 4}}},
                {"name": "d", "memory_size": 3},
            ],
            "topics": [{"name": "-"}],
            "buckets": [{"name": "UPPER"}],
            "streams": [{"name": "s" * 65}],
        }
    )

    with pytest.raises(SeedError) as caught:
        LocalCloud(seed=seed)

    assert [problem.partition(": ")[0] for problem in caught.value.problems] == [
        "functions[0]",
        "functions[1].project",
        "functions[2]",
        "functions[4]",
        "topics[0]",
        "buckets[0].name",
        "streams[0].name",
        "functions[3].async_configs.latest",
    ]


def test_all_faults_of_a_function_are_told_at_once() -> None:
    wrong = {"name": "1bad", "runtime": "Cobol", "handler": "none", "timeout": 1, "memory_size": 3}
    further = {"name": "b", "versions": ["v1", "v1"], "aliases": {"prod": "v9", "test": "v8"}}

    with pytest.raises(SeedError) as caught:
        LocalCloud(seed=check_seed({"functions": [wrong, further]}))

    first, second = (
        [each for each in caught.value.problems if each.startswith(f"functions[{index}]: ")]
        for index in (0, 1)
    )
    told = ("function name", "runtime: Cobol", "handler", "timeout", "memory size")
    assert len(first) == len(told)
    for word, problem in zip(told, first, strict=True):
        assert word in problem
    assert len(second) == 3


def test_further_accounts_have_the_same_names_of_their_own() -> None:
    account = {
        "domain": {"name": "customer"},
        "projects": [{"name": "cn-north-4"}],
        "users": [{"name": "developer"}],
        "credentials": [{"access_key": "AKTHEIRS", "secret_key": "s"}],
        "agencies": [{"name": "functiongraph-notifications"}],
        "functions": [{"name": "orders"}],
    }
    own = {"functions": [{"name": "orders"}], "agencies": [{"name": "functiongraph-notifications"}]}
    with local_cloud(seed=check_seed({**own, "accounts": [account]})) as client:
        state = client.control("GET", "state")

    assert len({each["id"] for each in state["projects"]}) == 2
    assert len({each["func_urn"] for each in state["functions"]}) == 2
    assert len({each["id"] for each in state["agencies"]}) == 2


def test_a_problem_of_a_further_account_is_named_by_its_path() -> None:
    account = {"domain": {"name": "customer"}, "projects": [{"name": "eu-de"}]}
    wrong = {**account, "credentials": [{"access_key": "a", "secret_key": "b", "user": "nobody"}]}

    with pytest.raises(SeedError, match=r"accounts\[0\].credentials\[0\].user"):
        LocalCloud(seed=check_seed({"accounts": [wrong]}))
    with pytest.raises(SeedError, match=r"accounts\[0\].projects"):
        check_seed({"accounts": [{**account, "projects": []}]})


def test_a_credential_of_an_unknown_user_is_refused() -> None:
    seed = check_seed({"credentials": [{"access_key": "a", "secret_key": "b", "user": "nobody"}]})

    with pytest.raises(SeedError, match=r"credentials\[0\].user: there is no such user"):
        LocalCloud(seed=seed)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot read the file"):
        load_seed(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ["huawei", "otc"])
def test_the_built_in_seed_is_a_seed_like_any_other(name: str) -> None:
    seed = default_seed(FLAVOURS[name])

    assert check_seed(seed.model_dump()) == seed


@pytest.mark.parametrize(
    "text",
    [
        "secret_key: !hunter2 x",
        "secret_key: !!hunter2 x",
        "secret_key: !hunter2!x y",
        'secret_key: !hun"hunter2 x',
        "secret_key: *hunter2",
        "secret_key: &hunter2 *hunter3",
        "secret_key: %hunter2",
        "secret_key: @hunter2",
        "secret_key: |hunter2",
        "secret_key: 'a' hunter2",
        "secret_key: [hunter2: }",
        "%TAG !hunter2 hunter3\n---\n{}",
        "a: hunter2: x",
        'secret_key: "\\hunter2"',
        "secret_key: !!int hunter2",
        "secret_key: !!timestamp hunter2",
        "secret_key: !!binary hunter2\u00e9",
    ],
)
def test_no_problem_shows_a_value(text: str) -> None:
    [problem] = problems_of(text)

    assert "hunter" not in problem
    assert "not YAML" in problem


def test_a_problem_names_a_character_and_a_token() -> None:
    assert "found character '@' that cannot start any token" in problems_of("a: @b")[0]
    assert "expected ',' or ']', but got '<stream end>'" in problems_of("a: [b")[0]


def test_an_entry_is_given_once() -> None:
    twice = """
credentials: [{access_key: A, secret_key: a}, {access_key: A, secret_key: b}]
users: [{name: ann}, {name: ann}]
functions: [{name: f}, {name: f, package: p}, {name: f}]
topics: [{name: t}, {name: t, project: p}]
accounts:
  - domain: {name: other}
    projects: [{name: cn-north-4}]
    users: [{name: ann}]
    credentials: [{access_key: A, secret_key: c}]
"""
    assert problems_of(twice) == [
        "credentials[1].access_key: is given twice",
        "users[1].name: is given twice",
        "functions[2].name: is given twice",
        "accounts[0].credentials[0].access_key: is given twice",
    ]


def test_what_has_the_same_name_is_replaced() -> None:
    before = """
users: [{name: ann, password: old}, {name: bob, grants: []}]
credentials: [{access_key: A, secret_key: old, security_token: t, user: ann}]
topics: [{name: t, display_name: old}]
buckets: [{name: results, region: eu-de}]
streams: [{name: s, status: CREATING}]
"""
    after = """
users: [{name: ann, password: new}, {name: bob}]
credentials: [{access_key: A, secret_key: new, user: bob}]
topics: [{name: t, display_name: new}]
buckets: [{name: results, region: eu-nl}]
streams: [{name: s}]
"""
    with local_cloud(seed=read_seed(before)) as client:
        state = client.control("POST", "seed", after.encode())
        read = client.cloud.store.read
        key = read(lambda c: models.find_access_key(c, "A"))
        assert key is not None
        bob = read(lambda c: models.find_user(c, key.user_id))
        passwords = read(lambda c: list(c.execute("SELECT password FROM iam_users ORDER BY name")))
        assert bob is not None
        assert (key.secret_key, key.security_token, bob.name) == ("new", None, "bob")
        assert not read(lambda c: restrictions.is_restricted(c, key.user_id))

    assert [row["password"] for row in passwords] == ["new", None]
    assert state["topics"][0]["display_name"] == "new"
    assert state["buckets"][0]["region"] == "eu-nl"
    assert state["streams"][0]["status"] == "RUNNING"
