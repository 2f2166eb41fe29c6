import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import PROJECT, REGION, URN, function_urn
from pulumi_functiongraph.core.errors import InvalidInput, Problem
from pulumi_functiongraph.core.imported_ids import import_problem
from pulumi_functiongraph.core.names import FunctionUrn, other_reading

segments = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?", fullmatch=True)
function_names = st.from_regex(r"[A-Za-z]([A-Za-z0-9_-]{0,58}[A-Za-z0-9])?", fullmatch=True)
project_ids = st.from_regex(r"[0-9a-fA-F]{32}", fullmatch=True)
urns = st.builds(
    FunctionUrn, segments, project_ids, segments, function_names, segments, is_alias=st.booleans()
)


def problem_of(spelled: str, *, region: str | None = None) -> Problem:
    with pytest.raises(InvalidInput) as caught:
        FunctionUrn.parse(spelled, region=region)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    "spelled",
    [
        URN,
        f"urn:fss:{REGION}:{PROJECT}:function:default:orders",
        f"{PROJECT}:default:orders:latest",
        f"{PROJECT}:default:orders",
        "default:orders",
        "orders",
    ],
    ids=["8 fields", "7 fields", "4 fields", "3 fields", "2 fields", "1 field"],
)
def test_every_documented_form_of_one_name_is_the_same_value(spelled: str) -> None:
    read = FunctionUrn.parse(spelled, region=REGION, project_id=PROJECT)

    assert read == function_urn()
    assert hash(read) == hash(function_urn())
    assert str(read) == URN


@pytest.mark.parametrize(
    "spelled", [URN.replace("latest", "!prod"), f"{PROJECT}:default:orders:!prod"]
)
def test_an_alias_is_read_in_the_long_and_the_short_form(spelled: str) -> None:
    read = FunctionUrn.parse(spelled, region=REGION)

    assert read == function_urn(version="prod", is_alias=True)
    assert read.alias == "prod"
    assert str(read) == URN.replace("latest", "!prod")


def test_a_version_is_no_alias() -> None:
    read = FunctionUrn.parse(URN.replace("latest", "v20240101-120000"))

    assert read.version == "v20240101-120000"
    assert read.alias is None


def test_an_alias_differs_from_the_version_of_the_same_name() -> None:
    assert function_urn(version="prod") != function_urn(version="prod", is_alias=True)


def test_the_functions_own_urn_has_no_version() -> None:
    assert function_urn(version="v1").function == URN.removesuffix(":latest")


def test_the_project_of_a_short_form_wins_over_the_one_of_the_settings() -> None:
    other = PROJECT[::-1]
    read = FunctionUrn.parse(f"{other}:default:orders", region=REGION, project_id=PROJECT)

    assert read.project_id == other


@pytest.mark.parametrize(
    "spelled",
    ["default:orders:v1", "default:orders:!prod", f"x{PROJECT}:default:orders", "p:shop:orders:v1"],
)
def test_a_short_form_whose_first_field_is_no_project_id_says_how_to_write_a_version(
    spelled: str,
) -> None:
    problem = problem_of(spelled, region=REGION)

    assert problem.what == "begins with what was read as a project id, and is none"
    assert "32 hex digits" in problem.allowed
    assert "package/name:version" in problem.remedy
    assert FunctionUrn.parse("default/orders:v1", region=REGION, project_id=PROJECT).version == "v1"


def test_a_package_and_a_name_may_be_meant_as_a_name_and_a_version() -> None:
    read = FunctionUrn.parse("orders:v1", region=REGION, project_id=PROJECT)

    told = other_reading(read)
    assert told == "if v1 is a version of the function orders, name it default/orders:v1"
    assert other_reading(function_urn()) == ""
    assert (
        other_reading(FunctionUrn.parse(URN.replace("default", "shop").replace("latest", "3")))
        == ""
    )


@given(urns)
def test_what_is_printed_is_read_back(urn: FunctionUrn) -> None:
    assert FunctionUrn.parse(str(urn)) == urn


@given(urns)
def test_every_spelling_of_a_name_is_one_value(urn: FunctionUrn) -> None:
    mark = "!" if urn.is_alias else ""
    spellings = [str(urn), f"{urn.project_id}:{urn.package}:{urn.name}:{mark}{urn.version}"]
    if urn.version == "latest" and not urn.is_alias:
        spellings += [urn.function, f"{urn.project_id}:{urn.package}:{urn.name}"]

    read = {FunctionUrn.parse(spelled, region=urn.region) for spelled in spellings}

    assert read == {urn}


def canonical(spelled: str) -> str | None:
    try:
        return str(FunctionUrn.parse(spelled, region=REGION, project_id=PROJECT))
    except InvalidInput:
        return None


@given(st.text() | st.lists(st.text(alphabet="ab!1/", max_size=3), max_size=9).map(":".join))
def test_any_text_is_read_or_refused_and_what_is_read_is_canonical_at_once(spelled: str) -> None:
    once = canonical(spelled)

    assert once is None or canonical(once) == once


@pytest.mark.parametrize(
    "spelled",
    [
        "",
        "a:b:c:d:e",
        "urn:fss:eu-de",
        "urn:fss:eu-de:p:function:default",
        URN + ":more",
        URN.replace("urn:fss", "urn:smn"),
        "arn:aws:lambda:eu-west-1:1:function:orders",
    ],
)
def test_what_has_no_documented_form_is_refused_with_the_forms(spelled: str) -> None:
    problem = problem_of(spelled, region=REGION)

    assert "urn:fss:<region>:<project id>" in problem.allowed or "is set to" in problem.what


@pytest.mark.parametrize(
    ("spelled", "what"),
    [
        (URN.replace("eu-de", ""), "has no region, or one with"),
        (URN.replace("eu-de", "eu de"), "has no region, or one with"),
        (URN.replace(PROJECT, "-p"), "has no project id, or one with"),
        (URN.replace("default", "a/b"), "has no package, or one with"),
        (URN.replace("latest", ""), "has no version, or one with"),
        (URN.replace("latest", "!"), "has no alias, or one with"),
        (URN.replace("latest", "latest\n"), "has no version, or one with"),
        (URN.replace(":function:", ":trigger:"), "has no region, or one with"),
        (URN.replace("orders", ""), "has a function name that FunctionGraph does not take"),
        (URN.replace("orders", "1orders"), "has a function name that FunctionGraph does not take"),
        (URN.replace("orders", "orders-"), "has a function name that FunctionGraph does not take"),
        (URN.replace("orders", "order.s"), "has a function name that FunctionGraph does not take"),
        (URN.replace("orders", "örders"), "has a function name that FunctionGraph does not take"),
    ],
)
def test_a_part_that_may_not_be_is_named(spelled: str, what: str) -> None:
    assert problem_of(spelled).what.startswith(what)


def test_a_function_name_of_60_characters_is_taken_and_of_61_refused() -> None:
    assert FunctionUrn.parse(URN.replace("orders", "a" * 60)).name == "a" * 60
    assert "1 to 60 letters" in problem_of(URN.replace("orders", "a" * 61)).allowed


def test_a_urn_of_269_characters_is_taken_and_of_270_refused() -> None:
    room = 269 - len(URN) + len("default")

    assert len(str(FunctionUrn.parse(URN.replace("default", "p" * room)))) == 269
    problem = problem_of(URN.replace("default", "p" * (room + 1)))
    assert (problem.what, problem.allowed) == ("has 270 characters", "at most 269")


def test_a_urn_that_is_too_long_only_with_its_version_is_refused() -> None:
    without_version = URN.removesuffix(":latest")
    room = 269 - len(without_version) + len("default")

    problem = problem_of(without_version.replace("default", "p" * room))

    assert problem.what == "has 276 characters in its canonical form"


@pytest.mark.parametrize(
    "spelled", ["urn:pulumi:dev::shop::functiongraph:Function::orders", "urn:pulumi:" + "x" * 300]
)
def test_a_pulumi_urn_has_its_own_message(spelled: str) -> None:
    problem = problem_of(spelled)

    assert problem.rule == "FGN003"
    assert problem.what.startswith("is a Pulumi URN")
    assert "get_function" in problem.remedy


def test_a_short_form_without_settings_names_each_one_that_is_missing() -> None:
    assert problem_of("orders").what.endswith("no region and no projectId is set to complete it")
    assert "functiongraph:region" not in problem_of("orders", region=REGION).remedy
    assert "functiongraph:projectId" in problem_of("orders", region=REGION).remedy


def test_the_problem_is_told_at_the_path_that_was_asked_for() -> None:
    with pytest.raises(InvalidInput, match=r"^onSuccess.functionUrn: is not a function URN"):
        FunctionUrn.parse("a:b:c:d:e", path="onSuccess.functionUrn")


def test_names_sort_by_their_place_first() -> None:
    assert sorted([function_urn("b"), function_urn("a")]) == [function_urn("a"), function_urn("b")]


@given(urns)
def test_a_short_name_is_read_as_what_it_was_shown_for(urn: FunctionUrn) -> None:
    read = FunctionUrn.parse(urn.short, region=urn.region, project_id=urn.project_id)

    assert read == urn
    assert FunctionUrn.parse(str(urn)) == urn


@pytest.mark.parametrize(
    ("urn", "short"),
    [
        (function_urn(), "orders"),
        (FunctionUrn(REGION, PROJECT, "shop", "orders"), "shop/orders"),
        (function_urn(version="v1"), "default/orders:v1"),
        (
            FunctionUrn(REGION, PROJECT, "shop", "orders", "prod", is_alias=True),
            "shop/orders:!prod",
        ),
        (function_urn(version="latest", is_alias=True), "default/orders:!latest"),
    ],
)
def test_a_short_name_has_what_tells_it_apart(urn: FunctionUrn, short: str) -> None:
    assert urn.short == short


@pytest.mark.parametrize(
    "spelled",
    ["shop/orders:v1", "shop/orders", "/orders", "shop/", "a/b/c", "a/b:c:d", "a/b:c:d:e"],
)
def test_a_short_name_that_cannot_be_completed_is_refused(spelled: str) -> None:
    with pytest.raises(InvalidInput):
        FunctionUrn.parse(spelled, region=REGION)


def test_the_latest_version_of_an_alias_is_the_functions() -> None:
    assert function_urn(version="prod", is_alias=True).latest == function_urn()


def test_the_place_of_a_function_is_its_region_and_project() -> None:
    assert function_urn().place == (REGION, PROJECT)


@given(urns, urns)
def test_an_import_names_the_function_that_is_declared(
    one: FunctionUrn, other: FunctionUrn
) -> None:
    assert import_problem(one, one) is None
    problem = import_problem(one, other)
    assert one == other or str(problem).startswith(f"functionUrn: names {other}, and the id to im")
