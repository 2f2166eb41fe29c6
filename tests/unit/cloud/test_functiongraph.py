"""The FunctionGraph client, call by call, against a scripted server."""

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from factories import OTHER_PROJECT, PROJECT, REGION, TOPIC, function_urn
from pulumi_functiongraph.cloud.services.functiongraph import FunctionGraph
from pulumi_functiongraph.core.config import Config
from pulumi_functiongraph.core.errors import (
    CloudError,
    Forbidden,
    NotFound,
    NotUnderstood,
    Rejected,
    Unauthorized,
    Unavailable,
)
from pulumi_functiongraph.core.functions import Alias, FunctionFacts
from pulumi_functiongraph.core.names import FunctionUrn
from pulumi_functiongraph.core.targets import Bucket, Topic
from unit.cloud.doubles import Time, session_to
from unit.cloud.loopback import Loopback, Reply, Seen

SOURCE = function_urn()
BASE = f"/v2/{PROJECT}/fgs/functions"
CONFIG = {
    "func_urn": str(SOURCE),
    "max_async_event_age_in_seconds": 60,
    "max_async_retry_attempts": 2,
    "destination_config": {
        "on_failure": {"destination": "SMN", "param": f'{{"topic_urn":"{TOPIC}"}}'}
    },
    "created_time": "2021-03-04T14:50:02+08:00",
    "last_modified": "2021-03-04 14:50:02",
}
SETTINGS = {"func_urn": str(SOURCE), "version": "latest", "xrole": "trust", "timeout": 3}
NO_FUNCTION = Reply(404, {"error_code": "FSS.1051", "error_msg": "Not found the function"})
NOT_PERMITTED = Reply(401, {"error_code": "FSS.0401", "error_msg": "not permit"})
BROKEN = Reply(500, {"error_code": "FSS.0500", "error_msg": "Error getting associated function"})


@pytest.fixture
def client(server: Loopback) -> FunctionGraph:
    return FunctionGraph(session_to(server.url))


def by_leaf(**replies: Reply) -> Callable[[Seen], Reply]:
    """A reply by the end of the path; ``config`` is the function's own settings."""

    def answer(seen: Seen) -> Reply:
        leaf = urlsplit(seen.path).path.rpartition("/")[2]
        return replies[leaf.replace("-", "_")]

    return answer


def test_get_reads_the_config(server: Loopback, client: FunctionGraph) -> None:
    server.replies(Reply(content=CONFIG))

    live = client.get_async_config(SOURCE)

    assert live is not None
    assert live.config == Config(
        function_urn=SOURCE,
        max_async_retry_attempts=2,
        max_async_event_age_in_seconds=60,
        on_failure=Topic(topic_urn=TOPIC),
    )
    path = f"{BASE}/{SOURCE}/async-invoke-config"
    assert [(seen.method, unquote(seen.path)) for seen in server.seen] == [("GET", path)]
    assert server.seen[0].headers["x-project-id"] == PROJECT


def test_region_and_project_come_from_the_urn(server: Loopback, client: FunctionGraph) -> None:
    elsewhere = function_urn(project_id=OTHER_PROJECT)
    server.replies(Reply(content={**CONFIG, "func_urn": str(elsewhere)}))

    client.get_async_config(elsewhere)

    assert server.seen[0].path.startswith(f"/v2/{OTHER_PROJECT}/")
    assert server.seen[0].headers["x-project-id"] == OTHER_PROJECT


@pytest.mark.parametrize("code", ["FSS.0404", "FSS.1051"])
def test_a_config_that_is_not_there_is_none(
    server: Loopback, client: FunctionGraph, code: str
) -> None:
    server.replies(Reply(404, {"error_code": code}))

    assert client.get_async_config(SOURCE) is None
    assert len(server.seen) == 1


@pytest.mark.parametrize("said", [NOT_PERMITTED, BROKEN])
def test_a_function_that_is_gone_has_no_config_however_that_is_said(
    server: Loopback, client: FunctionGraph, said: Reply
) -> None:
    server.answer = by_leaf(async_invoke_config=said, config=NO_FUNCTION)

    assert client.get_async_config(SOURCE) is None


@pytest.mark.parametrize(("said", "kind"), [(NOT_PERMITTED, Unauthorized), (BROKEN, Unavailable)])
@pytest.mark.parametrize(
    "settings", [Reply(content=SETTINGS), NOT_PERMITTED, Reply(503), Reply(raw=b"<html>")]
)
def test_the_error_stands_when_the_function_is_there_or_cannot_be_asked(
    server: Loopback,
    client: FunctionGraph,
    said: Reply,
    kind: type[CloudError],
    settings: Reply,
) -> None:
    server.answer = by_leaf(async_invoke_config=said, config=settings)

    with pytest.raises(kind) as caught:
        client.get_async_config(SOURCE)

    assert caught.value.operation == "read the async config"


def test_a_real_401_is_not_taken_for_an_absent_function(
    server: Loopback, client: FunctionGraph
) -> None:
    server.replies(Reply(401, {"error_code": "APIGW.0301", "error_msg": "verify aksk fail"}))

    with pytest.raises(Unauthorized):
        client.get_async_config(SOURCE)
    with pytest.raises(Unauthorized):
        client.delete_async_config(SOURCE)

    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404, {"error_code": "APIG.0101", "error_msg": "no such API"}), Rejected),
        (Reply(404, {"detail": "Not Found"}), NotFound),
        (Reply(404), NotFound),
        (Reply(404, raw=b"<html>", headers={"Content-Type": "text/html"}), NotUnderstood),
    ],
)
def test_a_gateway_that_knows_nothing_is_not_taken_for_an_absent_config(
    server: Loopback, client: FunctionGraph, reply: Reply, kind: type[CloudError]
) -> None:
    server.replies(reply)

    with pytest.raises(kind):
        client.get_async_config(SOURCE)


def test_put_sends_the_whole_config(server: Loopback, client: FunctionGraph) -> None:
    server.replies(Reply(content=CONFIG))
    config = Config(function_urn=SOURCE, max_async_retry_attempts=2)

    live = client.put_async_config(config)

    assert live.last_modified == "2021-03-04 14:50:02"
    assert server.seen[0].content == {
        "max_async_retry_attempts": 2,
        "max_async_event_age_in_seconds": 3600,
    }


def test_put_can_say_unset_targets_as_empty(server: Loopback, client: FunctionGraph) -> None:
    server.replies(Reply(content=CONFIG))

    client.put_async_config(Config(function_urn=SOURCE), unset="empty")

    content = server.seen[0].content
    assert isinstance(content, dict)
    assert set(content["destination_config"]) == {"on_success", "on_failure"}


@pytest.mark.parametrize("said", [NO_FUNCTION, NOT_PERMITTED, BROKEN])
def test_put_on_a_function_that_is_gone_is_not_found(
    server: Loopback, client: FunctionGraph, said: Reply
) -> None:
    server.answer = by_leaf(async_invoke_config=said, config=NO_FUNCTION)

    with pytest.raises(NotFound) as caught:
        client.put_async_config(Config(function_urn=SOURCE))

    assert str(SOURCE) in str(caught.value)
    assert "region, project, package and name" in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Reply(content={**SETTINGS, "xrole": "serverless-trust"}), "agency is serverless-trust"),
        (Reply(content={**SETTINGS, "xrole": "", "app_xrole": "runner"}), "agency is runner"),
        (Reply(content={**SETTINGS, "xrole": None}), "The function has no agency."),
        (NO_FUNCTION, "xrole"),
        (Reply(403, {"error_code": "FSS.0403"}), "xrole"),
    ],
)
@pytest.mark.parametrize(("status", "code"), [(403, "FSS.1121"), (400, "FSS.1303")])
def test_an_agency_error_names_the_functions_agency(
    server: Loopback,
    client: FunctionGraph,
    settings: Reply,
    expected: str,
    status: int,
    code: str,
) -> None:
    refused = Reply(status, {"error_code": code, "error_msg": "check the agency"})
    server.answer = by_leaf(async_invoke_config=refused, config=settings)

    with pytest.raises(Forbidden) as caught:
        client.put_async_config(Config(function_urn=SOURCE))

    assert expected in str(caught.value)
    assert "xrole" in str(caught.value)
    assert caught.value.code == code


def test_a_put_that_is_refused_does_not_show_the_targets_names(
    server: Loopback, client: FunctionGraph
) -> None:
    message = "bucket bucket-canary with prefix prefix-canary and {} is wrong"
    config = Config(
        function_urn=SOURCE, on_success=Bucket(bucket="bucket-canary", prefix="prefix-canary")
    )
    server.replies(Reply(400, {"error_code": "FSS.0400", "error_msg": message}))

    with pytest.raises(Rejected) as caught:
        client.put_async_config(config)

    assert "canary" not in f"{caught.value} {caught.value!r} {caught.value.detail}"
    assert "bucket (not shown) with prefix (not shown)" in str(caught.value)


def test_a_status_log_on_open_telekom_cloud_is_explained(
    server: Loopback, client: FunctionGraph
) -> None:
    server.answer = by_leaf(async_invoke_config=BROKEN, config=Reply(content=SETTINGS))

    with pytest.raises(Unavailable, match="leave it out there"):
        client.put_async_config(Config(function_urn=SOURCE, enable_async_status_log=True))


def test_an_answer_that_lacks_a_field_is_not_understood(
    server: Loopback, client: FunctionGraph
) -> None:
    server.replies(Reply(content={"func_urn": str(SOURCE)}, headers={"X-Request-Id": "rid"}))

    with pytest.raises(NotUnderstood, match="max_async_retry_attempts is missing") as caught:
        client.get_async_config(SOURCE)

    assert caught.value.request_id == "rid"


NESTED = b'{"extra":' + b"[" * 700 + b"]" * 700 + b"}"


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(raw=NESTED), "the answer is nested deeper than 64 levels"),
        (
            Reply(content={**CONFIG, "extra": [{"b": "canary\ud800"}]}),
            r"extra\[0\].b holds half of a character",
        ),
        (Reply(content={**CONFIG, "c\ud800": 1}), r"c\\ud800 holds half of a character"),
        (
            Reply(content={**CONFIG, "func_urn": str(function_urn(version="v1"))}),
            "func_urn names another version",
        ),
        (
            Reply(content={**CONFIG, "max_async_event_age_in_seconds": 10**400}),
            r"max_async_event_age_in_seconds is beyond ±2\^53",
        ),
    ],
    ids=["nested", "half a character", "half a character in a name", "version", "number"],
)
def test_an_answer_that_cannot_be_handled_is_not_understood(
    server: Loopback, client: FunctionGraph, reply: Reply, told: str
) -> None:
    server.replies(reply)

    asking: list[Callable[[], object]] = [
        lambda: client.get_async_config(SOURCE),
        lambda: client.put_async_config(Config(function_urn=SOURCE)),
    ]
    for ask in asking:
        with pytest.raises(NotUnderstood, match=told) as caught:
            ask()
        assert caught.value.resource == str(SOURCE)
        assert caught.value.may_have_acted
        assert "canary" not in str(caught.value)


def test_a_time_limit_that_cannot_be_kept_in_a_state_is_not_read(
    server: Loopback, client: FunctionGraph
) -> None:
    server.replies(Reply(content={**SETTINGS, "timeout": 10**400}))

    with pytest.raises(NotUnderstood, match="timeout is beyond"):
        client.get_function(SOURCE)


@pytest.mark.parametrize("reply", [Reply(204), Reply(200, raw=b""), Reply(200, {}), NO_FUNCTION])
def test_delete_is_done_when_there_is_none_left(
    server: Loopback, client: FunctionGraph, reply: Reply
) -> None:
    server.replies(reply)

    client.delete_async_config(SOURCE)

    assert server.methods == ["DELETE"]


@pytest.mark.parametrize("said", [NOT_PERMITTED, BROKEN])
def test_delete_is_done_when_the_function_is_gone(
    server: Loopback, client: FunctionGraph, said: Reply
) -> None:
    server.answer = by_leaf(async_invoke_config=said, config=NO_FUNCTION)

    client.delete_async_config(SOURCE)


def test_delete_that_was_not_done_is_an_error(server: Loopback, client: FunctionGraph) -> None:
    server.answer = by_leaf(async_invoke_config=BROKEN, config=Reply(content=SETTINGS))

    with pytest.raises(Unavailable):
        client.delete_async_config(SOURCE)


def test_a_delete_whose_answer_was_lost_is_done(server: Loopback, client: FunctionGraph) -> None:
    server.replies(Reply(trouble="reset"), Reply(404, {"error_code": "FSS.0404"}))

    client.delete_async_config(SOURCE)

    assert server.methods == ["DELETE", "DELETE"]


def versions_in_pages(
    names: list[str], *, size: int, count: bool = True, last_marker: int = 0
) -> Callable[[Seen], Reply]:
    """Pages of configs of the versions, however many are asked for."""

    def answer(seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.path).query)
        marker = int(query["marker"][0])
        items = [
            {**CONFIG, "func_urn": str(function_urn(version=name))}
            for name in names[marker : marker + size]
        ]
        end = marker + len(items)
        info = {"next_marker": end if end < len(names) else last_marker or 0}
        content: dict[str, object] = {"async_invoke_configs": items, "page_info": info}
        if count:
            content["count"] = len(names)
        return Reply(content=content)

    return answer


NAMES = [f"v{number:03}" for number in range(250)]


@pytest.mark.parametrize("size", [1, 10, 100, 250])
@pytest.mark.parametrize("count", [True, False])
def test_every_page_of_configs_is_read(
    server: Loopback, client: FunctionGraph, size: int, *, count: bool
) -> None:
    server.answer = versions_in_pages(NAMES[: size * 3], size=size, count=count)

    found = client.list_async_configs(SOURCE)

    assert [live.config.function_urn.version for live in found] == NAMES[: size * 3]


def test_a_marker_on_the_last_page_does_not_make_another_call(
    server: Loopback, client: FunctionGraph
) -> None:
    server.answer = versions_in_pages(["v1", "v2"], size=100, last_marker=2)

    assert len(client.list_async_configs(SOURCE)) == 2
    assert len(server.seen) == 1


def test_the_list_is_asked_for_in_pages_of_a_hundred(
    server: Loopback, client: FunctionGraph
) -> None:
    server.answer = versions_in_pages([], size=100)

    client.list_async_configs(SOURCE)

    path = f"{BASE}/{SOURCE.function}/async-invoke-configs?limit=100&marker=0"
    assert unquote(server.seen[0].path) == path


def test_a_service_that_gives_the_same_page_for_ever_is_not_believed(
    server: Loopback, client: FunctionGraph
) -> None:
    page = {"async_invoke_configs": [CONFIG], "count": 3, "page_info": {"next_marker": 1}}
    server.replies(Reply(content=page))

    with pytest.raises(NotUnderstood, match="leads nowhere"):
        client.list_async_configs(SOURCE)

    assert len(server.seen) == 2


def test_configs_of_a_function_that_is_gone_are_none(
    server: Loopback, client: FunctionGraph
) -> None:
    server.replies(NO_FUNCTION)
    assert client.list_async_configs(SOURCE) == ()

    server.answer = by_leaf(async_invoke_configs=NOT_PERMITTED, config=NO_FUNCTION)
    assert client.list_async_configs(SOURCE) == ()

    server.answer = by_leaf(async_invoke_configs=NOT_PERMITTED, config=Reply(content=SETTINGS))
    with pytest.raises(Unauthorized):
        client.list_async_configs(SOURCE)


def test_a_404_of_somebody_else_does_not_say_that_there_are_no_configs(
    server: Loopback, client: FunctionGraph
) -> None:
    server.replies(Reply(404, {"detail": "Not Found"}))

    with pytest.raises(NotFound, match="no code of FunctionGraph"):
        client.list_async_configs(SOURCE)


def functions_in_pages(total: int, *, size: int, count: bool) -> Callable[[Seen], Reply]:
    def answer(seen: Seen) -> Reply:
        query = parse_qs(urlsplit(seen.path).query)
        marker = int(query["marker"][0])
        items = [
            {"func_urn": function_urn(f"f{n}").function, "version": "latest", "xrole": ""}
            for n in range(marker, min(total, marker + size))
        ]
        content: dict[str, object] = {"functions": items, "next_marker": marker + len(items)}
        if count:
            content["count"] = total
        return Reply(content=content)

    return answer


@pytest.mark.parametrize("count", [True, False])
@pytest.mark.parametrize("total", [0, 3, 400, 801])
def test_every_page_of_functions_is_read(
    server: Loopback, client: FunctionGraph, total: int, *, count: bool
) -> None:
    server.answer = functions_in_pages(total, size=400, count=count)

    found = list(client.list_functions(region=REGION, project_id=PROJECT))

    assert [facts.urn.name for facts in found] == [f"f{n}" for n in range(total)]
    assert all(facts.urn.version == "latest" for facts in found)
    assert server.seen[0].path == f"{BASE}?marker=0&maxitems=400"


def test_functions_that_move_between_pages_are_told_once(
    server: Loopback, client: FunctionGraph
) -> None:
    items = [{"func_urn": function_urn(name).function} for name in ("a", "b", "c")]
    server.replies(
        Reply(content={"functions": items[:2], "next_marker": 2, "count": 4}),
        Reply(content={"functions": items[1:], "next_marker": 0, "count": 4}),
    )

    found = client.list_functions(region=REGION, project_id=PROJECT)

    assert [facts.urn.name for facts in found] == ["a", "b", "c"]


def test_a_function_that_is_listed_wrongly_is_named(
    server: Loopback, client: FunctionGraph
) -> None:
    server.replies(Reply(content={"functions": [{"func_urn": None}]}))

    with pytest.raises(NotUnderstood, match=r"functions\[0\].func_urn is missing") as caught:
        list(client.list_functions(region=REGION, project_id=PROJECT))

    assert f"project {PROJECT} in {REGION}" in str(caught.value)


def test_get_function_tells_its_agencies(server: Loopback, client: FunctionGraph) -> None:
    server.replies(
        Reply(
            content={
                "func_urn": str(SOURCE),
                "version": "latest",
                "xrole": "serverless-trust",
                "app_xrole": None,
                "runtime": "Python3.9",
                "timeout": 3,
            }
        )
    )

    assert client.get_function(SOURCE) == FunctionFacts(
        SOURCE, xrole="serverless-trust", runtime="Python3.9", timeout=3
    )


def test_a_function_that_is_not_there_is_none(server: Loopback, client: FunctionGraph) -> None:
    server.replies(NO_FUNCTION)

    assert client.get_function(SOURCE) is None
    assert client.list_aliases(SOURCE) == ()


def test_an_alias_resolves_to_its_version(server: Loopback, client: FunctionGraph) -> None:
    alias = function_urn(version="prod", is_alias=True)
    server.replies(Reply(content={"func_urn": str(alias), "version": "v7"}))

    facts = client.get_function(alias)

    assert facts is not None
    assert facts.urn == function_urn(version="v7")
    assert "%21prod/config" in server.seen[0].path


@pytest.mark.parametrize("wrapped", [True, False])
def test_aliases_are_told_by_name(
    server: Loopback, client: FunctionGraph, *, wrapped: bool
) -> None:
    items = [
        {"name": "prod", "version": "v7", "additional_version_weights": {"v8": 10, "v6": 5}},
        {"name": "!beta", "version": "latest", "additional_version_weights": None},
    ]
    server.replies(Reply(content={"aliases": items} if wrapped else items))

    assert client.list_aliases(SOURCE) == (
        Alias(function_urn(version="beta", is_alias=True), "beta", "latest"),
        Alias(function_urn(version="prod", is_alias=True), "prod", "v7", ("v6", "v8")),
    )


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (None, ["v7"]),
        ({"v8": 10, "v6": 0, "v5": "0"}, ["v7", "v8"]),
        ({"v7": 10}, ["v7"]),
        ({"v8": None}, ["v7", "v8"]),
    ],
)
def test_the_versions_of_an_alias_are_those_that_get_any_of_its_traffic(
    server: Loopback, client: FunctionGraph, weights: object, expected: list[str]
) -> None:
    item = {"name": "prod", "version": "v7", "additional_version_weights": weights}
    server.replies(Reply(content=[item]))

    [alias] = client.list_aliases(SOURCE)

    assert alias.versions == tuple(function_urn(version=version) for version in expected)


@pytest.mark.parametrize(
    "strategy",
    [
        {"v8": {"combine_type": "or", "rules": [{"rule_type": "Header", "param": "x"}]}},
        {"v8": {"combine_type": "and", "rules": []}},
        {"v8": None},
        [{"version": "v8", "combine_type": "or", "rules": [{"op": "="}]}],
    ],
)
def test_a_version_that_gets_requests_by_rule_is_one_of_an_alias(
    server: Loopback, client: FunctionGraph, strategy: object
) -> None:
    item = {"name": "prod", "version": "v7", "additional_version_strategy": strategy}
    server.replies(Reply(content=[item]))

    [alias] = client.list_aliases(SOURCE)

    assert alias.versions == tuple(function_urn(version=version) for version in ("v7", "v8"))
    assert alias.unread == ""


@pytest.mark.parametrize("key", ["additional_version_weights", "additional_version_strategy"])
@pytest.mark.parametrize("odd", ["v8", 5, [{"rules": []}], ["v8"], [{"version": ""}]])
def test_versions_of_an_alias_that_cannot_be_read_are_said_to_be_unknown(
    server: Loopback, client: FunctionGraph, key: str, odd: object
) -> None:
    server.replies(Reply(content=[{"name": "prod", "version": "v7", key: odd}]))

    [alias] = client.list_aliases(SOURCE)

    assert alias.versions[0] == function_urn(version="v7")
    assert key in alias.unread


@pytest.mark.parametrize(
    ("key", "value", "is_read"),
    [
        ("additional_weights", {"v8": 10}, False),
        ("additional_versions", "v8", False),
        ("route", {"v8": 10}, False),
        ("routes", [{"to": "v8"}], False),
        ("additional_weights", None, True),
        ("routes", [], True),
        ("created_time", "2026-01-01", True),
    ],
)
def test_a_field_of_an_alias_that_may_name_further_versions_is_not_passed_over(
    server: Loopback, client: FunctionGraph, key: str, value: object, *, is_read: bool
) -> None:
    server.replies(Reply(content=[{"name": "prod", "version": "v7", key: value}]))

    [alias] = client.list_aliases(SOURCE)

    assert (alias.unread == "") is is_read


def test_errors_name_the_function_and_what_was_attempted(server: Loopback) -> None:
    server.replies(Reply(403, {"error_code": "FSS.0403", "error_msg": "invalid"}))
    client = FunctionGraph(session_to(server.url, clocks=Time().clocks()))
    attempts: dict[str, Callable[[], object]] = {
        "read the async config": lambda: client.get_async_config(SOURCE),
        "set the async config": lambda: client.put_async_config(Config(function_urn=SOURCE)),
        "delete the async config": lambda: client.delete_async_config(SOURCE),
        "list the async configs": lambda: client.list_async_configs(SOURCE),
        "read the settings": lambda: client.get_function(SOURCE),
        "list the aliases": lambda: client.list_aliases(SOURCE),
        "list the triggers": lambda: client.list_triggers(SOURCE),
    }
    for operation, attempt in attempts.items():
        with pytest.raises(Forbidden) as caught:
            attempt()
        assert str(caught.value).startswith(f"could not {operation} of {SOURCE.function}")


def test_names_with_dots_and_dashes_keep_their_place(
    server: Loopback, client: FunctionGraph
) -> None:
    urn = FunctionUrn(REGION, PROJECT, "my.package", "a-b_c", "v1.0")
    server.replies(Reply(content={**CONFIG, "func_urn": str(urn)}))

    client.get_async_config(urn)

    assert unquote(server.seen[0].path) == f"{BASE}/{urn}/async-invoke-config"


def test_trusted_agencies_are_told_by_name(server: Loopback, client: FunctionGraph) -> None:
    listed = [{"name": "b", "expire_time": None}, {"name": "a", "expire_time": None}]
    server.replies(Reply(content=listed))

    found = client.list_trusted_agencies(region=REGION, project_id=PROJECT)

    assert found == ("a", "b")
    assert server.seen[0].path == f"/v2/{PROJECT}/fgs/service-trusted-agencies"


@pytest.mark.parametrize(
    ("reply", "kind", "what"),
    [
        (Reply(404, {"error_code": "FSS.0404"}), Rejected, "this cloud has no such call"),
        (Reply(404, {"error_code": "APIGW.0101"}), Rejected, "The gateway knows no such API"),
        (Reply(403, {"error_code": "FSS.0403"}), Forbidden, "list the agencies"),
        (Reply(200, {"name": "a"}), NotUnderstood, "is not a list"),
    ],
)
def test_trusted_agencies_that_are_not_told_are_an_error(
    server: Loopback, client: FunctionGraph, reply: Reply, kind: type[CloudError], what: str
) -> None:
    server.replies(reply)

    with pytest.raises(kind, match=what):
        client.list_trusted_agencies(region=REGION, project_id=PROJECT)


@pytest.mark.parametrize("content", [{}, {"functions": []}, "none"])
def test_an_answer_without_aliases_is_not_an_empty_list(
    server: Loopback, client: FunctionGraph, content: object
) -> None:
    server.replies(Reply(content=content))
    with pytest.raises(NotUnderstood, match="aliases"):
        client.list_aliases(SOURCE)
