"""Settings: one complete set of credentials from one source, places completed from several."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import (
    AccessKey,
    Credentials,
    Password,
    Token,
    secrets_of,
)
from pulumi_functiongraph.cloud.settings import (
    CONFIG_KEYS,
    NeededSetting,
    Settings,
    from_process,
    resolve,
)
from pulumi_functiongraph.core.errors import SettingsError

VENDOR = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}
HW = {"HW_ACCESS_KEY": "hw-ak", "HW_SECRET_KEY": "hw-sk"}
OS = {"OS_ACCESS_KEY": "os-ak", "OS_SECRET_KEY": "os-sk"}
OTC = {"OTC_SDK_AK": "otc-ak", "OTC_SDK_SK": "otc-sk"}
OS_USER = {"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "d"}
CONFIG = {"accessKey": "config-ak", "secretKey": "config-sk"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def settled(
    home: Path,
    *,
    explicit: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    needed: tuple[NeededSetting, ...] = ("credentials",),
) -> Settings:
    return resolve(explicit or {}, environ or {}, home, directory=home / "here", needed=needed)


def refused(
    home: Path,
    *,
    explicit: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    needed: tuple[NeededSetting, ...] = ("credentials",),
) -> str:
    with pytest.raises(SettingsError) as caught:
        settled(home, explicit=explicit, environ=environ, needed=needed)
    return str(caught.value)


def pair(access: str, secret: str, security: str | None = None) -> AccessKey:
    token = SecretStr(security) if security else None
    return AccessKey(SecretStr(access), SecretStr(secret), token)


def write_vendor_file(home: Path, text: str) -> Path:
    path = home / ".huaweicloud" / "credentials"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("environ", "expected", "names"),
    [
        (VENDOR, pair("sdk-ak", "sdk-sk"), "HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK"),
        (
            {**VENDOR, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "t"},
            pair("sdk-ak", "sdk-sk", "t"),
            "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        ),
        (HW, pair("hw-ak", "hw-sk"), "HW_ACCESS_KEY, HW_SECRET_KEY"),
        ({**HW, "HW_SECURITY_TOKEN": "t"}, pair("hw-ak", "hw-sk", "t"), "HW_SECURITY_TOKEN"),
        (OS, pair("os-ak", "os-sk"), "OS_ACCESS_KEY, OS_SECRET_KEY"),
        (OTC, pair("otc-ak", "otc-sk"), "OTC_SDK_AK, OTC_SDK_SK"),
        ({"HW_AUTH_TOKEN": "t"}, Token(SecretStr("t")), "HW_AUTH_TOKEN"),
        ({"OS_TOKEN": "t"}, Token(SecretStr("t")), "OS_TOKEN"),
        ({"OS_AUTH_TOKEN": "t"}, Token(SecretStr("t")), "OS_AUTH_TOKEN"),
        (
            OS_USER,
            Password(SecretStr("p"), username="u", domain_name="d"),
            "OS_USERNAME, OS_PASSWORD",
        ),
        (
            {"OS_USER_ID": "i", "OS_PASSWORD": "p"},
            Password(SecretStr("p"), user_id="i"),
            "OS_USER_ID, OS_PASSWORD",
        ),
        (
            {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_ID": "d"},
            Password(SecretStr("p"), username="u", domain_id="d"),
            "HW_USER_NAME, HW_USER_PASSWORD",
        ),
    ],
)
def test_each_family_of_names_gives_a_set(
    home: Path, environ: Mapping[str, str], expected: Credentials, names: str
) -> None:
    found = settled(home, environ=environ)

    assert found.credentials == expected
    assert found.credentials is not None
    assert secrets_of(found.credentials) == secrets_of(expected)
    assert names in found.source


def test_sources_are_asked_in_order(home: Path) -> None:
    write_vendor_file(home, "[basic]\nak = file-ak\nsk = file-sk\n")
    sources = [CONFIG, VENDOR, HW, OS, OTC]
    found = []
    for start in range(len(sources) + 1):
        rest = sources[start:]
        explicit = CONFIG if CONFIG in rest else {}
        environ = {
            name: value for part in rest if part is not CONFIG for name, value in part.items()
        }
        key = settled(home, explicit=explicit, environ=environ).credentials
        assert isinstance(key, AccessKey)
        found.append(key.access_key.get_secret_value())

    assert found == ["config-ak", "sdk-ak", "hw-ak", "os-ak", "otc-ak", "file-ak"]


def test_sets_of_two_sources_are_never_mixed(home: Path) -> None:
    environ = {**HW, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "other", "OS_SECURITY_TOKEN": "another"}

    assert "HUAWEICLOUD_SDK_AK" in refused(home, environ=environ)
    del environ["HUAWEICLOUD_SDK_SECURITY_TOKEN"]
    assert settled(home, environ=environ).credentials == pair("hw-ak", "hw-sk")


@pytest.mark.parametrize(
    ("environ", "present", "missing"),
    [
        ({"HUAWEICLOUD_SDK_AK": "a"}, "HUAWEICLOUD_SDK_AK is set", "HUAWEICLOUD_SDK_SK is not"),
        ({"HW_SECRET_KEY": "s"}, "HW_SECRET_KEY is set", "HW_ACCESS_KEY is not"),
        (
            {"OS_SECURITY_TOKEN": "t"},
            "OS_SECURITY_TOKEN is set",
            "OS_ACCESS_KEY and OS_SECRET_KEY are not",
        ),
        ({"OS_PASSWORD": "p"}, "OS_PASSWORD is set", "OS_USERNAME is not"),
        (
            {"OS_USERNAME": "u"},
            "OS_USERNAME is set",
            "OS_PASSWORD and OS_USER_DOMAIN_NAME (the user's domain) are not",
        ),
        ({"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "  "}, "HW_ACCESS_KEY", "HW_SECRET_KEY is not"),
    ],
)
def test_an_incomplete_set_is_named_and_not_passed_over(
    home: Path, environ: Mapping[str, str], present: str, missing: str
) -> None:
    later = {**environ, **OTC}

    text = refused(home, environ=later)

    assert present in text
    assert missing in text


def test_an_incomplete_set_in_pulumi_config_is_named(home: Path) -> None:
    text = refused(home, explicit={"secretKey": "s"}, environ=VENDOR)

    assert "accessKey is missing" in text
    assert "pulumi config set --secret functiongraph:accessKey" in text


def test_an_incomplete_set_of_a_later_source_does_not_matter(home: Path) -> None:
    assert settled(home, environ={**VENDOR, "HW_ACCESS_KEY": "alone"}).credentials


def test_blanks_around_a_value_are_not_part_of_it(home: Path) -> None:
    environ = {"HW_ACCESS_KEY": " hw-ak\n", "HW_SECRET_KEY": "hw-sk\r\n"}

    assert settled(home, environ=environ).credentials == pair("hw-ak", "hw-sk")


@pytest.mark.parametrize("secret", ["two\nlines-canary", "snow-☃-canary", "a canary"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(home: Path, secret: str) -> None:
    text = refused(home, explicit={"accessKey": "a", "secretKey": secret})

    assert "the secret key holds a blank, a line break" in text
    assert "canary" not in text


def test_no_credentials_at_all_names_every_way(home: Path) -> None:
    text = refused(home)

    for way in (
        "functiongraph:accessKey",
        "HUAWEICLOUD_SDK_AK",
        "HW_ACCESS_KEY",
        "OS_ACCESS_KEY",
        "OS_PASSWORD",
        "OTC_SDK_AK",
        "OS_CLOUD",
        "~/.huaweicloud/credentials",
    ):
        assert way in text


def test_all_that_is_missing_or_wrong_is_told_at_once(home: Path) -> None:
    explicit = {"cloud": "aws", "precheck": "maybe", "endpoints": "{", "precheckTimeout": "soon"}

    lines = refused(
        home, explicit=explicit, needed=("credentials", "region", "project_id")
    ).splitlines()

    assert len(lines) == 7
    for start in (
        "no credentials",
        "no region",
        "no project id",
        "functiongraph:cloud is aws",
        "functiongraph:precheck is maybe; allowed: enforce, warn, off",
        "functiongraph:endpoints is a JSON object",
        "functiongraph:precheckTimeout is soon",
    ):
        assert any(line.startswith(start) for line in lines), start


def test_credentials_are_not_looked_for_unless_needed(home: Path) -> None:
    found = settled(home, environ={"HW_ACCESS_KEY": "incomplete"}, needed=())

    assert found.credentials is None


@pytest.mark.parametrize(
    ("attribute", "key", "names"),
    [
        (
            "region",
            "region",
            [
                "FUNCTIONGRAPH_REGION",
                "HW_REGION_NAME",
                "OS_REGION_NAME",
                "OS_REGION",
                "OTC_SDK_REGION",
            ],
        ),
        (
            "project_id",
            "projectId",
            [
                "FUNCTIONGRAPH_PROJECT_ID",
                "HUAWEICLOUD_SDK_PROJECT_ID",
                "HW_PROJECT_ID",
                "OS_PROJECT_ID",
                "OS_TENANT_ID",
                "OTC_SDK_PROJECTID",
            ],
        ),
        (
            "domain_id",
            "domainId",
            [
                "FUNCTIONGRAPH_DOMAIN_ID",
                "HUAWEICLOUD_SDK_DOMAIN_ID",
                "HW_DOMAIN_ID",
                "OS_DOMAIN_ID",
            ],
        ),
    ],
)
def test_places_are_completed_in_the_documented_order(
    home: Path, attribute: str, key: str, names: list[str]
) -> None:
    environ = {name: f"v{place}" for place, name in enumerate(names)}
    found = []
    for place in range(len(names)):
        rest = dict(list(environ.items())[place:])
        found.append(getattr(settled(home, environ=rest, needed=()), attribute))

    assert found == list(environ.values())
    explicit = settled(home, explicit={key: "mine"}, environ=environ, needed=())
    assert getattr(explicit, attribute) == "mine"


def test_the_place_of_the_credentials_source_comes_before_that_of_others(home: Path) -> None:
    environ = {**OS, "OS_PROJECT_ID": "of-os", "HW_PROJECT_ID": "of-hw", "HW_REGION_NAME": "r"}

    found = settled(home, environ=environ)

    assert (found.project_id, found.region) == ("of-os", "r")


def test_a_place_that_is_no_id_is_refused(home: Path) -> None:
    text = refused(home, explicit={"region": "eu-de/x", "projectId": "a b"}, needed=())

    assert "region is not an id" in text
    assert "projectId is not an id" in text


@pytest.mark.parametrize(
    ("explicit", "environ", "expected"),
    [
        ({"cloud": "otc"}, {"FUNCTIONGRAPH_CLOUD": "huawei"}, "otc"),
        ({}, {"FUNCTIONGRAPH_CLOUD": "otc"}, "otc"),
        ({"region": "eu-de"}, {}, "otc"),
        ({"region": "eu-nl"}, {}, "otc"),
        ({"region": "eu-ch2"}, {}, "otc"),
        ({"region": "cn-north-4"}, {}, "huawei"),
        ({}, {**OS_USER, "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com/v3"}, "otc"),
        (
            {},
            {**OS_USER, "OS_AUTH_URL": "https://iam.x.myhuaweicloud.com/v3"},
            "huawei",
        ),
        ({}, {}, None),
    ],
)
def test_the_cloud_is_named_or_guessed(
    home: Path, explicit: dict[str, str], environ: dict[str, str], expected: str | None
) -> None:
    needed: tuple[NeededSetting, ...] = ("credentials",) if "OS_USERNAME" in environ else ()

    assert settled(home, explicit=explicit, environ=environ, needed=needed).cloud == expected


def test_a_guess_by_region_does_not_bind_calls_to_other_regions(home: Path) -> None:
    found = settled(home, explicit={"region": "eu-de"}, needed=())

    url = found.endpoints.url("functiongraph", region="cn-north-4")
    assert url == "https://functiongraph.cn-north-4.myhuaweicloud.com"


def test_endpoints_are_merged_per_service(home: Path) -> None:
    of_run = {"functiongraph": "http://run", "iam": "http://run"}
    environ = {
        "FUNCTIONGRAPH_ENDPOINTS": json.dumps(of_run),
        "HUAWEICLOUD_SDK_REGION_SMN_EU_DE": "http://vendor",
        **OS_USER,
        "OS_AUTH_URL": "http://auth/v3",
    }

    found = settled(home, explicit={"endpoints": '{"iam": "http://config"}'}, environ=environ)

    urls = [found.endpoints.url(name, region="eu-de") for name in ("functiongraph", "iam", "smn")]
    assert urls == ["http://run", "http://config", "http://vendor"]


def test_the_auth_url_of_the_credentials_is_iams_address(home: Path) -> None:
    found = settled(home, environ={**OS_USER, "OS_AUTH_URL": "https://iam.example.com:443/v3/"})

    assert found.endpoints.url("iam", region="eu-de") == "https://iam.example.com:443"


@pytest.mark.parametrize(
    ("endpoints", "expected"),
    [
        ('{"functiongraf": "http://x"}', "no service functiongraf"),
        ('{"iam": "ftp://x"}', "the address of iam is no address"),
        ('{"iam": 7}', "the address of iam is no address"),
        ('{"iam": "http://user:secret-canary@host"}', "the address of iam is no address"),
        ("[]", "is not an object"),
        ("http://x", "is not JSON"),
    ],
)
def test_a_wrong_endpoint_is_named(home: Path, endpoints: str, expected: str) -> None:
    text = refused(home, explicit={"endpoints": endpoints}, needed=())

    assert expected in text
    assert "canary" not in text


def test_an_auth_url_that_is_none_is_named(home: Path) -> None:
    text = refused(home, environ={**OS_USER, "OS_AUTH_URL": "iam.example.com"})

    assert "the address of IAM that comes with the environment (OS_USERNAME" in text


def test_options_have_defaults(home: Path) -> None:
    found = settled(home, needed=())

    assert (found.precheck, found.precheck_timeout) == ("enforce", 60)
    assert (found.on_cycle, found.live_graph) == ("error", "on")


def test_options_of_the_config_are_typed(home: Path) -> None:
    explicit = {
        "precheck": "warn",
        "precheckTimeout": "2.5",
        "onCycle": "warn",
        "liveGraph": "off",
    }

    found = settled(home, explicit=explicit, needed=())

    assert (found.precheck, found.precheck_timeout) == ("warn", 2.5)
    assert (found.on_cycle, found.live_graph) == ("warn", "off")


def test_overrides_for_one_run_win(home: Path) -> None:
    explicit = {"precheck": "warn", "onCycle": "warn", "liveGraph": "off"}
    environ = {
        "FUNCTIONGRAPH_PRECHECK": "off",
        "FUNCTIONGRAPH_ON_CYCLE": "error",
        "FUNCTIONGRAPH_LIVE_GRAPH": "on",
    }

    found = settled(home, explicit=explicit, environ=environ, needed=())

    assert (found.precheck, found.on_cycle, found.live_graph) == ("off", "error", "on")


def test_a_wrong_override_is_named_by_its_variable(home: Path) -> None:
    text = refused(home, environ={"FUNCTIONGRAPH_ON_CYCLE": "ignore"}, needed=())

    assert text == "FUNCTIONGRAPH_ON_CYCLE is ignore; allowed: error, warn"


@pytest.mark.parametrize(
    "seconds", ["0", "-1", "inf", "nan", "1e999", "86400.1", "soon", "\x1b[2J"]
)
def test_a_pre_check_time_that_is_none_is_refused(home: Path, seconds: str) -> None:
    text = refused(home, explicit={"precheckTimeout": seconds}, needed=())

    assert "allowed: a number of seconds above 0, at most 86,400" in text
    assert text.isprintable()


def test_the_process_is_read_only_by_the_callers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {**VENDOR, "HOME": str(home)})
    monkeypatch.chdir(home)

    found = from_process({"region": "eu-de"})

    assert found.credentials == pair("sdk-ak", "sdk-sk")
    assert found.region == "eu-de"


def test_no_secret_is_in_the_settings_text(home: Path) -> None:
    explicit = {"accessKey": "ak-canary", "secretKey": "sk-canary", "securityToken": "t-canary"}

    found = settled(home, explicit=explicit)

    assert "canary" not in f"{found} {found!r} {replace(found, region='x')!r}"


def test_every_config_key_is_read(home: Path) -> None:
    """Each key of the list changes something, so that the list is not longer than the code."""
    values = {
        **CONFIG,
        "securityToken": "t",
        "region": "r",
        "projectId": "p",
        "domainId": "d",
        "cloud": "otc",
        "endpoints": '{"iam": "http://x"}',
        "precheck": "off",
        "precheckTimeout": "7",
        "onCycle": "warn",
        "liveGraph": "off",
    }
    agency = {"agencyName": "a", "agencyDomainName": "theirs"}
    by_id = {"agencyName": "a", "agencyDomainId": "d"}
    assert {*values, *agency, *by_id} == set(CONFIG_KEYS)
    everything = settled(home, explicit=values)
    for key in set(values) - set(CONFIG):
        without = {name: value for name, value in values.items() if name != key}
        assert settled(home, explicit=without) != everything, key
    assert settled(home, explicit={**values, **agency}) != everything
    assert settled(home, explicit={**values, **by_id}) != everything
