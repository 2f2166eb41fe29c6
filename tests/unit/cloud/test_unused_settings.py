"""Names of place and identity that are set and lose: each is told, and none that agrees is."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_functiongraph.cloud.auth.known_settings import (
    FAMILIES,
    HW,
    OS,
    OTC,
    OURS,
    SDK,
    VARIABLES,
    KnownSetting,
)
from pulumi_functiongraph.cloud.settings import Settings, resolve

KEYS: Mapping[str, Mapping[str, str]] = {
    SDK: {"HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk"},
    HW: {"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"},
    OS: {"OS_ACCESS_KEY": "ak", "OS_SECRET_KEY": "sk"},
    OTC: {"OTC_SDK_AK": "ak", "OTC_SDK_SK": "sk"},
}
LOCAL = "http://127.0.0.1:18480"
LOCAL_CLOUD = {
    **KEYS[SDK],
    "HUAWEICLOUD_SDK_PROJECT_ID": "mine",
    "HUAWEICLOUD_SDK_DOMAIN_ID": "my-account",
    "FUNCTIONGRAPH_REGION": "cn-north-4",
    "FUNCTIONGRAPH_ENDPOINTS": json.dumps(
        dict.fromkeys(("functiongraph", "iam", "smn", "obs", "dis"), LOCAL)
    ),
}
CLOUDS = """\
clouds:
  prod:
    region_name: eu-de
    auth: {ak: x, sk: y, domain_name: theirs, project_name: eu-de_theirs}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def settled(
    home: Path, environ: Mapping[str, str], explicit: Mapping[str, str] | None = None
) -> Settings:
    return resolve(explicit or {}, environ, home, directory=home / "here")


def notes(
    home: Path, environ: Mapping[str, str], explicit: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    return settled(home, environ, explicit).notes


def by_name(entry: KnownSetting) -> str:
    return entry.name


QUALIFIES = ("auth_type", "default_domain_name", "default_domain_id", "agency_duration")
"""Parts that say nothing by themselves."""

TOLD = [
    entry
    for entry in VARIABLES
    if entry.group in FAMILIES
    and entry.group != SDK
    and entry.handling == "read"
    and entry.part not in QUALIFIES
    and not entry.part.startswith("agency_")
]


@pytest.mark.parametrize("entry", TOLD, ids=by_name)
def test_whatever_of_another_family_is_not_used_is_told_by_name_without_a_secret(
    home: Path, entry: KnownSetting
) -> None:
    value = {
        "auth_url": "https://iam.canary.example.com/v3",
        "endpoint": "canary.example.com",
        "project_name": "eu-de_canary",
    }.get(entry.part, "canary")

    (note,) = notes(home, {**LOCAL_CLOUD, entry.name: value})

    assert entry.name in note
    assert "not used" in note
    if entry.part in ("access_key", "secret_key", "security_token", "token", "password"):
        assert "canary" not in note


REFUSED = [
    entry
    for entry in VARIABLES
    if entry.group in FAMILIES
    and entry.group != SDK
    and entry.handling == "refused"
    and not entry.beside
]


@pytest.mark.parametrize("entry", REFUSED, ids=by_name)
def test_a_name_of_another_family_that_is_not_supported_is_told(
    home: Path, entry: KnownSetting
) -> None:
    (note,) = notes(home, {**LOCAL_CLOUD, entry.name: "canary"})

    assert entry.name in note
    assert "canary" not in note
    for value in entry.harmless:
        assert notes(home, {**LOCAL_CLOUD, entry.name: value}) == ()


@pytest.mark.parametrize(
    "entry",
    [e for e in VARIABLES if e.handling == "ignored"],
    ids=by_name,
)
def test_what_decides_nothing_is_not_told(home: Path, entry: KnownSetting) -> None:
    assert notes(home, {**LOCAL_CLOUD, entry.name: "x"}) == ()


def test_a_cloud_that_is_named_and_not_used_is_told_by_its_name(home: Path) -> None:
    path = home / ".config" / "openstack" / "clouds.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(CLOUDS, encoding="utf-8")

    (note,) = notes(home, {**LOCAL_CLOUD, "OS_CLOUD": "prod"})

    assert note == (
        "OS_CLOUD (prod) says as whom, and is not used: the credentials from the environment "
        "(HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK) count first"
    )


def test_names_that_a_cloud_takes_the_place_of_are_told(home: Path) -> None:
    path = home / ".config" / "openstack" / "clouds.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(CLOUDS, encoding="utf-8")
    environ = {"OS_CLOUD": "prod", "OS_USERNAME": "u", "OS_PASSWORD": "p"}

    (note,) = notes(home, environ)

    assert note.startswith("OS_USERNAME and OS_PASSWORD say as whom, and are not used: ")
    assert notes(home, {"OS_CLOUD": "prod", "OS_CLIENT_CONFIG_FILE": str(path)}) == ()


def test_of_one_family_what_an_access_key_is_preferred_to_is_told(home: Path) -> None:
    (note,) = notes(home, {**KEYS[OS], "OS_USERNAME": "u", "OS_PASSWORD": "p"})

    assert note.startswith("OS_USERNAME and OS_PASSWORD say as whom, and are not used: ")


@pytest.mark.parametrize("used", FAMILIES)
def test_the_same_in_every_family_is_not_told(home: Path, used: str) -> None:
    order = [*FAMILIES[FAMILIES.index(used) :]]
    environ = {name: value for family in order for name, value in KEYS[family].items()}
    for part, value in (
        ("region", "eu-de"),
        ("project_id", "p"),
        ("domain_id", "d"),
        ("auth_url", "https://iam.example.com/v3"),
    ):
        environ |= {e.name: value for e in VARIABLES if e.part == part and e.group in order}
    environ["FUNCTIONGRAPH_REGION"] = "eu-de"

    assert notes(home, environ) == ()


def test_a_project_by_id_and_by_name_of_one_family_is_one(home: Path) -> None:
    both = {"OS_PROJECT_ID": "p", "OS_PROJECT_NAME": "eu-de_x", "OS_REGION_NAME": "eu-de"}

    assert notes(home, {**KEYS[OS], **both}) == ()
    assert notes(home, {**KEYS[OS], **both, "FUNCTIONGRAPH_PROJECT_ID": "p"}) == ()
    (note,) = notes(home, {**KEYS[OS], **both, "FUNCTIONGRAPH_PROJECT_ID": "q"})
    assert note == (
        "OS_PROJECT_ID names project p, which is not used: FUNCTIONGRAPH_PROJECT_ID names project "
        "q, and counts first"
    )


def test_what_pulumi_config_overrules_is_told(home: Path) -> None:
    explicit = {
        "region": "eu-de",
        "projectId": "p",
        "domainId": "d",
        "cloud": "otc",
        "endpoints": json.dumps({"iam": "http://x"}),
    }
    environ = {
        **KEYS[OS],
        "FUNCTIONGRAPH_REGION": "eu-nl",
        "FUNCTIONGRAPH_PROJECT_ID": "q",
        "FUNCTIONGRAPH_DOMAIN_ID": "e",
        "FUNCTIONGRAPH_CLOUD": "huawei",
        "FUNCTIONGRAPH_ENDPOINTS": json.dumps({"iam": "http://y"}),
    }

    told = notes(home, environ, explicit)

    assert sorted(note.partition(" ")[0] for note in told) == sorted(
        e.name for e in VARIABLES if e.group == OURS
    )
    same = {**environ, "FUNCTIONGRAPH_REGION": "eu-de", "FUNCTIONGRAPH_PROJECT_ID": "p"}
    same |= {"FUNCTIONGRAPH_DOMAIN_ID": "d", "FUNCTIONGRAPH_CLOUD": "otc"}
    same["FUNCTIONGRAPH_ENDPOINTS"] = explicit["endpoints"]
    assert notes(home, same, explicit) == ()


def test_an_address_of_the_vendors_sdk_that_is_overruled_is_told(home: Path) -> None:
    name = "HUAWEICLOUD_SDK_REGION_SMN_CN_NORTH_4"

    (note,) = notes(home, {**LOCAL_CLOUD, name: "https://user:canary@smn.example.com"})

    assert note == f"{name} names another address of smn, which is not used: {LOCAL} is"
    alone = {**KEYS[SDK], "FUNCTIONGRAPH_REGION": "cn-north-4", name: "https://smn.example.com"}
    assert notes(home, alone) == ()


def test_projects_of_other_sources_beside_an_agency_are_told(home: Path) -> None:
    agency = {"OS_AGENCY_NAME": "a", "OS_AGENCY_DOMAIN_NAME": "theirs"}
    beside = {"FUNCTIONGRAPH_REGION": "eu-de", "HW_PROJECT_ID": "p"}

    (note,) = notes(home, {**KEYS[OS], **agency, **beside})

    assert note == (
        "HW_PROJECT_ID names project p, which is not used: the project is the agency's own in the "
        "region"
    )


def test_the_account_of_the_agency_is_no_account_that_is_not_used(home: Path) -> None:
    agency = {"OS_AGENCY_NAME": "a", "OS_AGENCY_DOMAIN_NAME": "theirs"}

    assert notes(home, {**KEYS[OS], **agency, "OS_DOMAIN_NAME": "mine"}) == ()


def test_a_note_is_one_line_without_what_controls_a_terminal(home: Path) -> None:
    (note,) = notes(home, {**LOCAL_CLOUD, "OS_CLOUD": "a\x1b[2J\nb"})

    assert note.isprintable()
