"""Projects and domains of the credentials."""

import pytest
from msgspec.structs import replace

from factories import PROJECT, REGION
from pulumi_functiongraph.cloud.http.domains import Domain
from pulumi_functiongraph.cloud.http.session import Session
from pulumi_functiongraph.cloud.services.iam import Iam, Project
from pulumi_functiongraph.core.errors import NotFound, NotUnderstood
from unit.cloud.doubles import Time, session_to, settings_for
from unit.cloud.loopback import Loopback, Reply

OWN = {"id": PROJECT, "name": REGION, "domain_id": "d0", "enabled": True}


@pytest.fixture
def iam(server: Loopback) -> Iam:
    return Iam(session_to(server.url))


def test_projects_are_looked_up_by_name(server: Loopback, iam: Iam) -> None:
    server.replies(Reply(content={"projects": [OWN], "links": {}}))

    assert iam.projects(REGION, region=REGION) == (Project(REGION, PROJECT, "d0"),)
    assert server.seen[0].path == f"/v3/projects?name={REGION}"
    assert "x-project-id" not in server.seen[0].headers


def test_the_storage_project_is_passed_over(server: Loopback, iam: Iam) -> None:
    storage = {"id": "m", "name": "MOS", "domain_id": "d0"}
    server.replies(Reply(content={"projects": [storage, OWN]}))

    assert [project.name for project in iam.projects(REGION, region=REGION)] == [REGION]


def test_the_storage_project_is_found_by_its_name(server: Loopback, iam: Iam) -> None:
    storage = {"id": "m", "name": "MOS", "domain_id": "d0"}
    server.replies(Reply(content={"projects": [OWN, storage]}), Reply(content={"projects": []}))

    assert iam.object_storage_project(region=REGION) == "m"
    assert iam.object_storage_project(region=REGION) is None
    assert server.seen[0].path == "/v3/projects?name=MOS"


def test_domains_are_listed(server: Loopback, iam: Iam) -> None:
    server.replies(
        Reply(content={"domains": [{"id": "d1", "name": "b"}, {"id": "d0", "name": "a"}]})
    )

    assert iam.domains(region=REGION) == (Domain("a", "d0"), Domain("b", "d1"))
    assert server.seen[0].path == "/v3/auth/domains"


def test_the_project_of_a_region_is_the_one_of_its_name(server: Loopback, iam: Iam) -> None:
    server.replies(Reply(content={"projects": [OWN]}))

    assert iam.project_of(REGION).id == PROJECT
    assert server.seen[0].path == f"/v3/projects?name={REGION}"


def test_a_named_project_is_looked_up_instead_of_the_regions(server: Loopback) -> None:
    settings = replace(settings_for(server.url), project_name="eu-de_tests")
    server.replies(Reply(content={"projects": [{**OWN, "name": "eu-de_tests"}]}))

    found = Iam(Session(settings, clocks=Time().clocks())).project_of(REGION)

    assert found.name == "eu-de_tests"
    assert server.seen[0].path == "/v3/projects?name=eu-de_tests"


@pytest.mark.parametrize("projects", [[], [OWN, {**OWN, "id": "other"}]])
def test_a_region_without_one_project_says_how_to_set_it(
    server: Loopback, iam: Iam, projects: list[object]
) -> None:
    server.replies(Reply(content={"projects": projects}))

    with pytest.raises(NotFound, match=f"{len(projects)} projects named eu-de") as caught:
        iam.project_of(REGION)

    assert "pulumi config set functiongraph:projectId" in str(caught.value)


def test_an_answer_of_another_form_is_not_understood(server: Loopback, iam: Iam) -> None:
    server.replies(Reply(content={"projects": [{"name": REGION}]}))

    with pytest.raises(NotUnderstood, match=r"projects\[0\].id is missing"):
        iam.projects(REGION, region=REGION)


def test_an_account_that_was_set_is_not_looked_up(server: Loopback) -> None:
    settings = replace(settings_for(server.url), domain_id="d9")

    assert Iam(Session(settings, clocks=Time().clocks())).domain_of(REGION) == "d9"
    assert server.seen == []


def test_the_only_account_of_the_credentials_is_theirs(server: Loopback, iam: Iam) -> None:
    server.replies(Reply(content={"domains": [{"id": "d1", "name": "a"}]}))

    assert iam.domain_of(REGION) == "d1"


@pytest.mark.parametrize("domains", [[], [{"id": "d1"}, {"id": "d0"}]])
def test_without_a_single_account_it_is_the_one_of_the_project(
    server: Loopback, iam: Iam, domains: list[object]
) -> None:
    server.replies(Reply(content={"domains": domains}), Reply(content={"projects": [OWN]}))

    assert iam.domain_of(REGION) == "d0"


def test_an_account_that_nothing_names_says_how_to_set_it(server: Loopback, iam: Iam) -> None:
    nameless = {**OWN, "domain_id": ""}
    server.replies(Reply(content={"domains": []}), Reply(content={"projects": [nameless]}))

    with pytest.raises(NotFound, match="pulumi config set functiongraph:domainId"):
        iam.domain_of(REGION)
