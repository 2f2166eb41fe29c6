"""Every name of the table, alone, beside a complete set, and against others: as the table says."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_functiongraph.cloud.auth.credentials import AccessKey, AssumedAgency, Password, Token
from pulumi_functiongraph.cloud.auth.known_settings import (
    CLOUDS,
    FAMILIES,
    FILE_KEYS,
    HW,
    INI,
    KOOCLI,
    LAST_RESORTS,
    OS,
    OTC,
    OURS,
    SDK,
    TOOLS,
    VARIABLES,
    KnownSetting,
)
from pulumi_functiongraph.cloud.settings import Settings, resolve
from pulumi_functiongraph.core.errors import SettingsError

KEYS: Mapping[str, Mapping[str, str]] = {
    SDK: {"HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk"},
    HW: {"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"},
    OS: {"OS_ACCESS_KEY": "ak", "OS_SECRET_KEY": "sk"},
    OTC: {"OTC_SDK_AK": "ak", "OTC_SDK_SK": "sk"},
}
USERS: Mapping[str, Mapping[str, str]] = {
    HW: {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"},
    OS: {"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "d"},
    OTC: {"OTC_USER_NAME": "u", "OTC_USER_PASSWORD": "p", "OTC_DOMAIN_NAME": "d"},
}
PROVIDER_VARIABLES = """
HW_REGION_NAME OS_REGION_NAME HW_ACCESS_KEY OS_ACCESS_KEY HW_SECRET_KEY OS_SECRET_KEY
HW_SECURITY_TOKEN HW_DOMAIN_ID OS_DOMAIN_ID OS_USER_DOMAIN_ID OS_PROJECT_DOMAIN_ID HW_DOMAIN_NAME
OS_DOMAIN_NAME OS_USER_DOMAIN_NAME OS_PROJECT_DOMAIN_NAME HW_USER_NAME OS_USERNAME HW_USER_ID
OS_USER_ID HW_USER_PASSWORD OS_PASSWORD HW_ASSUME_ROLE_AGENCY_NAME HW_ASSUME_ROLE_DOMAIN_NAME
HW_ASSUME_ROLE_DOMAIN_ID HW_ASSUME_ROLE_DURATION HW_ASSUME_ROLE_IDP_ID
HW_ASSUME_ROLE_ID_TOKEN_FILE HW_ASSUME_ROLE_ID_TOKEN HW_PROJECT_ID OS_PROJECT_ID HW_PROJECT_NAME
OS_PROJECT_NAME OS_TENANT_ID OS_TENANT_NAME HW_AUTH_TOKEN OS_AUTH_TOKEN HW_INSECURE OS_INSECURE
OS_CACERT OS_CERT OS_KEY OS_AGENCY_NAME OS_AGENCY_DOMAIN_NAME OS_DELEGATED_PROJECT HW_AUTH_URL
OS_AUTH_URL HW_CLOUD HW_SHARED_CONFIG_FILE HW_PROFILE HW_ENTERPRISE_PROJECT_ID HW_MAX_RETRIES
HW_ENABLE_FORCE_NEW HW_SIGNING_ALGORITHM SKIP_CHECK_WEBSITE_TYPE SKIP_CHECK_UPGRADE
HW_TF_CUSTOM_UA OS_SECURITY_TOKEN OS_PASSCODE OS_REGION OS_TOKEN OS_DEFAULT_DOMAIN
OS_ENDPOINT_TYPE OS_SWAUTH OS_CLOUD OS_ALLOW_REAUTH OS_MAX_BACKOFF_RETRIES
OS_BACKOFF_RETRY_TIMEOUT OS_DEBUG
"""
"""What ``provider.go`` of the two providers of Terraform reads (1.36 and 1.80)."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def settled(
    home: Path, environ: Mapping[str, str], explicit: Mapping[str, str] | None = None
) -> Settings:
    return resolve(explicit or {}, environ, home, directory=home / "here")


def refused(
    home: Path, environ: Mapping[str, str], explicit: Mapping[str, str] | None = None
) -> str:
    with pytest.raises(SettingsError) as caught:
        settled(home, environ, explicit)
    return str(caught.value)


def of(handling: str, *, families: tuple[str, ...] = (SDK, HW, OS, OTC)) -> list[KnownSetting]:
    return [e for e in VARIABLES if e.handling == handling and e.group in families]


def by_name(entry: KnownSetting) -> str:
    return entry.name


def complete(entry: KnownSetting) -> Mapping[str, str]:
    """A complete set of the entry's family, of a kind that the entry changes."""
    return USERS[entry.group] if "Password" in entry.beside else KEYS[entry.group]


# ---- the table itself


def test_each_name_is_in_the_table_once_with_its_tools_and_what_becomes_of_it() -> None:
    for table in (VARIABLES, FILE_KEYS):
        found = [(entry.group, entry.name) for entry in table]
        assert len(found) == len(set(found))
        for entry in table:
            assert set(entry.tools) <= set(TOOLS), entry.name
            assert entry.tools, entry.name
            assert entry.note, entry.name
            assert (entry.handling == "read") == bool(entry.part), entry.name
            assert entry.decides == "neither" or entry.handling != "ignored", entry.name


def test_every_variable_of_terraforms_providers_is_in_the_table() -> None:
    assert set(PROVIDER_VARIABLES.split()) <= {entry.name for entry in VARIABLES}


def test_every_variable_of_the_vendors_sdk_is_in_the_table() -> None:
    spec = find_spec("huaweicloudsdkcore")
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py")))
    found = set(re.findall(r"""["']((?:HUAWEICLOUD|HC)_[A-Z_]+)["']""", text))

    assert len(found) > 15
    missing = found - {entry.name for entry in VARIABLES}
    assert missing == {"HUAWEICLOUD_SDK_REGION"}, "that one is the start of a name in the table"


def _options() -> Iterator[str]:
    from keystoneauth1 import loading

    for each in entry_points(group="keystoneauth1.plugin"):
        try:
            options = loading.get_plugin_loader(each.name).get_options()
        except Exception:  # noqa: BLE001 - some types need libraries of their own
            continue
        yield from (option.name for option in options)


def test_every_option_of_keystones_authentication_is_in_the_table() -> None:
    named = {option.replace("-", "_") for option in _options()}
    variables = {entry.name for entry in VARIABLES}

    assert len(named) > 40
    assert {f"OS_{option.upper()}" for option in named} - variables == set()


def test_every_variable_of_openstacksdks_loader_is_in_the_table() -> None:
    spec = find_spec("openstack.config.loader")
    assert spec is not None
    assert spec.origin
    text = Path(spec.origin).read_text(encoding="utf-8")
    found = set(re.findall(r"'(OS_[A-Z_0-9]+[A-Z0-9])'", text))

    others = {"OS_TEST", "OS_STD", "OS_LOG"}
    assert found - others <= {entry.name for entry in VARIABLES}


# ---- refused


@pytest.mark.parametrize("entry", of("refused"), ids=by_name)
def test_a_refused_name_alone_is_refused_by_name(home: Path, entry: KnownSetting) -> None:
    text = refused(home, {entry.name: "x"})

    if entry.decides == "identity" and not entry.beside:
        assert f"{entry.name} is set, and it is not supported. {entry.note}" in text
    else:
        assert "no credentials" in text


@pytest.mark.parametrize("entry", of("refused"), ids=by_name)
def test_a_refused_name_beside_its_familys_set_is_refused_by_name(
    home: Path, entry: KnownSetting
) -> None:
    text = refused(home, {**complete(entry), entry.name: "x"})

    assert text.startswith(f"{entry.name} is set, and it is not supported. ")
    assert entry.note in text


@pytest.mark.parametrize("entry", of("refused"), ids=by_name)
def test_a_refused_name_of_another_source_does_not_matter(home: Path, entry: KnownSetting) -> None:
    explicit = {"accessKey": "a", "secretKey": "s"}

    assert settled(home, {entry.name: "x"}, explicit).credentials
    earlier = FAMILIES[: FAMILIES.index(entry.group)]
    for family in earlier:
        assert settled(home, {**KEYS[family], entry.name: "x"}).credentials


@pytest.mark.parametrize(
    ("entry", "value"),
    [(entry, value) for entry in of("refused") for value in sorted(entry.harmless)],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_a_value_that_changes_nothing_is_no_reason_to_refuse(
    home: Path, entry: KnownSetting, value: str
) -> None:
    assert settled(home, {**complete(entry), entry.name: value.upper()}).credentials


def test_an_identity_that_is_not_supported_does_not_lead_to_the_next_source(home: Path) -> None:
    environ = {**KEYS[OTC], "HUAWEICLOUD_OIDC_PROVIDER_URN": "urn"}

    assert "HUAWEICLOUD_OIDC_PROVIDER_URN is set" in refused(home, environ)


@pytest.mark.parametrize("entry", of("refused", families=LAST_RESORTS), ids=by_name)
def test_where_there_is_nothing_else_last_resorts_are_refused_by_name(
    home: Path, entry: KnownSetting
) -> None:
    assert entry.name in refused(home, {entry.name: "x"})
    assert settled(home, {entry.name: "x", **KEYS[OS]}).credentials


def test_a_passcode_matters_to_users_only(home: Path) -> None:
    assert settled(home, {**KEYS[OS], "OS_PASSCODE": "123456"}).credentials
    assert "OS_PASSCODE is set" in refused(home, {**USERS[OS], "OS_PASSCODE": "123456"})


@pytest.mark.parametrize("kind", ["v3applicationcredential", "v3totp", "v3oidcpassword", "none"])
def test_types_of_authentication_that_are_not_supported_are_refused(home: Path, kind: str) -> None:
    assert f"OS_AUTH_TYPE is {kind}" in refused(home, {**USERS[OS], "OS_AUTH_TYPE": kind})


def test_the_type_of_authentication_chooses_between_token_and_password(home: Path) -> None:
    both = {**USERS[OS], "OS_TOKEN": "t"}

    assert isinstance(settled(home, both).credentials, Token)
    chosen = settled(home, {**both, "OS_AUTH_TYPE": "v3password"}).credentials
    assert isinstance(chosen, Password)
    assert "OS_AUTH_TYPE" in refused(home, {"OS_TOKEN": "t", "OS_AUTH_TYPE": "password"})


# ---- ignored


@pytest.mark.parametrize(
    "entry", of("ignored", families=(SDK, HW, OS, OTC, "AWS_*, OBS_*, S3_*")), ids=by_name
)
def test_an_ignored_name_changes_nothing(home: Path, entry: KnownSetting) -> None:
    for family in FAMILIES:
        bare = settled(home, KEYS[family])

        assert settled(home, {**KEYS[family], entry.name: "x"}) == bare
    assert "no credentials" in refused(home, {entry.name: "x"})


# ---- read


def meaningful(entry: KnownSetting) -> tuple[dict[str, str], dict[str, str]]:
    """What has to be set beside a name that is read, and its value."""
    keys, user = dict(KEYS.get(entry.group, KEYS[SDK])), dict(USERS.get(entry.group, {}))
    agency = {"OS_AGENCY_NAME": "a", "OS_AGENCY_DOMAIN_NAME": "theirs"}
    unnamed = {k: v for k, v in user.items() if "DOMAIN" not in k}
    beside: dict[str, dict[str, str]] = {
        "access_key": {k: v for k, v in keys.items() if v != "ak"},
        "secret_key": {k: v for k, v in keys.items() if v != "sk"},
        "token": {},
        "username": {k: v for k, v in user.items() if v != "u"},
        "user_id": {k: v for k, v in user.items() if v == "p"},
        "password": {k: v for k, v in user.items() if v != "p"},
        "default_domain_name": unnamed,
        "default_domain_id": unnamed,
        "agency_name": {**keys, "OS_AGENCY_DOMAIN_NAME": "theirs"},
        "agency_domain_name": {**keys, "OS_AGENCY_NAME": "a"},
        "agency_domain_id": {**keys, "OS_AGENCY_NAME": "a"},
        "agency_project_name": {**keys, **agency},
        "agency_project_id": {**keys, **agency},
        "agency_duration": {**keys, **agency},
    }
    values = {
        "auth_url": "https://iam.example.com/v3",
        "project_name": "eu-de_x",
        "agency_project_name": "eu-de_x",
        "agency_duration": "1200",
        "region": "eu-de",
    }
    others = {k: v for k, v in beside.get(entry.part, keys).items() if k != entry.name}
    return others, {entry.name: values.get(entry.part, "value")}


READ = [
    e
    for e in of("read", families=(OURS, SDK, HW, OS, OTC))
    if e.part not in ("file", "endpoint", "auth_type")
]


@pytest.mark.parametrize("entry", READ, ids=by_name)
def test_a_name_that_is_read_changes_the_settings(home: Path, entry: KnownSetting) -> None:
    others, given = meaningful(entry)

    found = settled(home, {**others, **given})

    try:
        bare = settled(home, others)
    except SettingsError:
        return  # it completes the set
    assert found != bare


@pytest.mark.parametrize("entry", [e for e in READ if e.group in FAMILIES], ids=by_name)
def test_two_names_for_the_same_that_differ_are_refused(home: Path, entry: KnownSetting) -> None:
    twins = [
        each.name
        for each in VARIABLES
        if (each.group, each.part) == (entry.group, entry.part) and each.name != entry.name
    ]
    others, given = meaningful(entry)
    for twin in twins:
        environ = {**others, **given, twin: f"{given[entry.name]}x"}

        text = refused(home, environ)

        assert "differ" in text
        assert entry.name in text
        assert twin in text
        assert settled(home, {**environ, twin: given[entry.name]}).credentials


@pytest.mark.parametrize(
    ("environ", "chosen", "passed_over"),
    [
        ({"OS_REGION_NAME": "eu-de", "HW_REGION_NAME": "cn-north-4"}, "eu-de", "HW_REGION_NAME"),
        ({"OS_PROJECT_ID": "p1", "HW_PROJECT_ID": "p2"}, "p1", "HW_PROJECT_ID"),
        (
            {"OS_PROJECT_NAME": "eu-de_a", "OTC_SDK_PROJECTNAME": "eu-de_b"},
            "eu-de_a",
            "OTC_SDK_PROJECTNAME",
        ),
        ({"OS_PROJECT_NAME": "eu-de_a", "HW_PROJECT_ID": "p2"}, "eu-de_a", "HW_PROJECT_ID"),
    ],
)
def test_the_source_of_the_credentials_says_where_and_others_are_told_of(
    home: Path, environ: Mapping[str, str], chosen: str, passed_over: str
) -> None:
    found = settled(home, {**KEYS[OS], **environ})

    assert chosen in (found.region, found.project_id, found.project_name)
    (note,) = found.notes
    assert note.startswith(f"{passed_over} names ")
    assert "which is not used" in note


def test_what_is_set_in_our_own_words_counts_and_the_rest_is_told(home: Path) -> None:
    environ = {**KEYS[OS], "OS_REGION_NAME": "eu-nl", "OS_PROJECT_ID": "p"}

    found = settled(home, environ, {"region": "eu-de", "projectId": "mine"})

    assert (found.region, found.project_id) == ("eu-de", "mine")
    assert [note.partition(" ")[0] for note in found.notes] == ["OS_REGION_NAME", "OS_PROJECT_ID"]


def test_a_project_by_name_is_not_overruled_by_an_id_of_another_source(home: Path) -> None:
    found = settled(
        home, {**KEYS[OTC], "OTC_SDK_PROJECTNAME": "eu-de_mine", "OS_PROJECT_ID": "other"}
    )

    assert (found.region, found.project_id, found.project_name) == ("eu-de", "", "eu-de_mine")


def test_a_project_of_another_region_is_refused(home: Path) -> None:
    environ = {**KEYS[OS], "OS_PROJECT_NAME": "eu-de_mine", "OS_REGION_NAME": "eu-nl"}

    text = refused(home, environ)

    assert "OS_PROJECT_NAME names the project eu-de_mine, which is one of region eu-de" in text
    assert "OS_REGION_NAME says region eu-nl" in text


def test_a_named_account_is_to_be_compared_unless_the_user_proves_it(home: Path) -> None:
    def named(environ: Mapping[str, str]) -> tuple[str, str]:
        account = settled(home, environ).named_account
        return account.name.value, account.id.value

    assert named({**KEYS[OTC], "OTC_SDK_DOMAIN_NAME": "ACME"}) == ("ACME", "")
    assert named({**KEYS[SDK], "HUAWEICLOUD_SDK_DOMAIN_ID": "d"}) == ("", "d")
    assert named(USERS[OS]) == ("", "")
    assert named({**USERS[OS], "OS_DOMAIN_ID": "d"}) == ("d", "d")
    by_id = {"OS_USER_ID": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "ACME"}
    assert named(by_id) == ("ACME", "")


ELSEWHERE = [
    (family, entry.name)
    for family in FAMILIES
    for entry in VARIABLES
    if entry.part in ("domain_id", "domain_name") and entry.group in FAMILIES
    if entry.group != family
]


@pytest.mark.parametrize(("family", "name"), ELSEWHERE)
def test_an_account_that_another_family_names_is_compared(
    home: Path, family: str, name: str
) -> None:
    agency = {"OS_AGENCY_NAME": "a", "OS_AGENCY_DOMAIN_NAME": "theirs"}
    for beside in ({}, agency):
        account = settled(home, {**KEYS[family], **beside, name: "other"}).named_account

        said = account.id or account.name
        assert (said.by, said.value) == (name, "other")
        assert bool(account.id) == name.endswith("_ID")


@pytest.mark.parametrize("name", ["OS_DOMAIN_NAME", "OS_DOMAIN_ID", "HW_DOMAIN_NAME"])
def test_an_account_beside_a_cloud_without_one_is_compared(home: Path, name: str) -> None:
    write_clouds(home, CLOUD_KEY)

    account = settled(home, {"OS_CLOUD": "acme", name: "other"}).named_account

    assert (account.id or account.name).by == name


def test_a_default_account_of_users_is_not_one_to_compare(home: Path) -> None:
    names = ("OS_DEFAULT_DOMAIN", "OS_DEFAULT_DOMAIN_NAME", "OS_DEFAULT_DOMAIN_ID")
    environ = {**KEYS[HW], **dict.fromkeys(names, "default")}

    assert not settled(home, environ).named_account


def test_a_users_default_account_does_not_prove_the_one_that_is_named(home: Path) -> None:
    user = {"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_DEFAULT_DOMAIN": "mine"}

    assert settled(home, {**user, "HW_DOMAIN_NAME": "other"}).named_account
    assert not settled(home, {**user, "HW_DOMAIN_NAME": "mine"}).named_account


# ---- agencies


AGENCIES: list[Mapping[str, str]] = [
    {"OS_AGENCY_NAME": "a", "OS_AGENCY_DOMAIN_NAME": "theirs"},
    {"OS_TARGET_AGENCY_NAME": "a", "OS_TARGET_DOMAIN_NAME": "theirs"},
    {"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "theirs"},
]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_of_the_environment_goes_with_its_credentials(
    home: Path, agency: Mapping[str, str], family: str
) -> None:
    found = settled(home, {**KEYS[family], **agency}).credentials

    assert isinstance(found, AssumedAgency)
    assert isinstance(found.own, AccessKey)
    assert (found.name, found.account) == ("a", "theirs")


@pytest.mark.parametrize("agency", AGENCIES)
def test_half_an_agency_is_refused(home: Path, agency: Mapping[str, str]) -> None:
    for name in agency:
        rest = {key: value for key, value in agency.items() if key != name}

        text = refused(home, {**KEYS[OS], **rest})

        assert f"{next(iter(rest))} is set" in text


def test_two_agencies_are_refused(home: Path) -> None:
    text = refused(home, {**KEYS[OS], **AGENCIES[0], **AGENCIES[2], "OS_AGENCY_NAME": "b"})

    assert "HW_ASSUME_ROLE_AGENCY_NAME and OS_AGENCY_NAME differ" in text
    assert settled(home, {**KEYS[OS], **AGENCIES[0], **AGENCIES[2]}).credentials


def test_keys_of_pulumi_config_go_with_an_agency_of_pulumi_config_only(home: Path) -> None:
    keys = {"accessKey": "a", "secretKey": "s"}
    named = {"agencyName": "b", "agencyDomainName": "theirs"}

    assert "OS_AGENCY_NAME names an agency" in refused(home, AGENCIES[0], keys)
    found = settled(home, {}, {**keys, **named}).credentials
    assert isinstance(found, AssumedAgency)
    assert isinstance(settled(home, KEYS[OS], named).credentials, AssumedAgency)


@pytest.mark.parametrize("seconds", ["899", "86401", "soon"])
def test_a_lifetime_that_iam_would_not_give_is_refused(home: Path, seconds: str) -> None:
    environ = {**KEYS[HW], **AGENCIES[2], "HW_ASSUME_ROLE_DURATION": seconds}

    assert "allowed: 900 to 86,400 seconds" in refused(home, environ)


def test_a_project_of_the_callers_account_is_not_taken_for_one_of_the_agencys(home: Path) -> None:
    environ = {**KEYS[OS], **AGENCIES[0], "OS_REGION_NAME": "eu-de"}

    own = {**environ, "OS_PROJECT_ID": "own"}
    assert "OS_PROJECT_ID is a project of the caller's account" in refused(home, own)
    theirs = settled(home, {**own, "OS_DELEGATED_PROJECT": "eu-de_theirs"})
    assert (theirs.project_id, theirs.project_name) == ("", "eu-de_theirs")
    default = settled(home, {**environ, "OS_PROJECT_NAME": "eu-de"})
    assert (default.project_id, default.project_name) == ("", "")


def test_the_account_of_the_caller_is_not_taken_for_the_agencys(home: Path) -> None:
    environ = {**KEYS[OS], **AGENCIES[0], "OS_DOMAIN_ID": "own", "OS_DOMAIN_NAME": "OWN"}

    found = settled(home, environ)

    assert found.domain_id == ""
    assert (found.named_account.id.value, found.named_account.name.value) == ("own", "OWN")


def test_a_project_of_an_agencys_account_without_an_agency_is_refused(home: Path) -> None:
    text = refused(home, {**KEYS[OS], "OS_DELEGATED_PROJECT": "eu-de_theirs"})

    assert "OS_DELEGATED_PROJECT names a project of an agency's account" in text


def test_the_project_of_an_agency_may_be_named_by_the_other_tools_variable(home: Path) -> None:
    environ = {**KEYS[HW], **AGENCIES[2], "OS_DELEGATED_PROJECT": "eu-de_theirs"}

    assert settled(home, environ).project_name == "eu-de_theirs"


# ---- files


def write_clouds(home: Path, cloud: Mapping[str, Any]) -> None:
    path = home / ".config" / "openstack" / "clouds.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"clouds": {"acme": dict(cloud)}}), encoding="utf-8")


def with_key(cloud: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    section, dot, name = key.rpartition(".")
    if dot:
        return {**cloud, section: {**cloud.get(section, {}), name: value}}
    return {**cloud, name: value}


CLOUD_USER: dict[str, Any] = {
    "region_name": "eu-de",
    "auth": {"username": "u", "password": "p", "user_domain_name": "d"},
}
CLOUD_KEY: dict[str, Any] = {"region_name": "eu-de", "auth": {"ak": "a", "sk": "s"}}


def of_group(group: str, handling: str) -> list[KnownSetting]:
    return [e for e in FILE_KEYS if (e.group, e.handling) == (group, handling)]


@pytest.mark.parametrize("entry", of_group(CLOUDS, "refused"), ids=by_name)
def test_refused_keys_of_clouds_yaml_are_named(home: Path, entry: KnownSetting) -> None:
    key = entry.name.replace("*", "never_heard_of")
    write_clouds(home, with_key(CLOUD_USER, key, "9"))

    text = refused(home, {"OS_CLOUD": "acme"})

    # openstacksdk gives the older name of one key the newer one.
    assert f"{key.replace('endpoint_type', 'interface')} of " in text
    assert entry.note in text
    for value in entry.harmless:
        write_clouds(home, with_key(CLOUD_USER, key, value))
        assert settled(home, {"OS_CLOUD": "acme"}).credentials


@pytest.mark.parametrize("entry", of_group(CLOUDS, "ignored"), ids=by_name)
def test_ignored_keys_of_clouds_yaml_change_nothing(home: Path, entry: KnownSetting) -> None:
    write_clouds(home, CLOUD_USER)
    bare = settled(home, {})
    value = "otcextensions.sdk:load" if entry.name == "vendor_hook" else False
    write_clouds(home, with_key(CLOUD_USER, entry.name, value))

    assert settled(home, {}) == bare


def cloud_beside(entry: KnownSetting) -> tuple[dict[str, Any], object]:
    user = CLOUD_USER["auth"]
    agency = {"target_agency_name": "a", "target_domain_name": "theirs"}
    key = CLOUD_KEY["auth"]
    auths: dict[str, dict[str, str]] = {
        "access_key": {"sk": "s"},
        "secret_key": {"ak": "a"},
        "token": {},
        "username": {k: v for k, v in user.items() if k != "username"},
        "user_id": {"password": "p"},
        "password": {k: v for k, v in user.items() if k != "password"},
        "default_domain_name": {k: v for k, v in user.items() if "domain" not in k},
        "default_domain_id": {k: v for k, v in user.items() if "domain" not in k},
        "agency_name": {**key, "target_domain_name": "theirs"},
        "agency_domain_name": {**key, "target_agency_name": "a"},
        "agency_domain_id": {**key, "target_agency_name": "a"},
        "agency_project_name": {**key, **agency},
        "agency_project_id": {**key, **agency},
    }
    values: dict[str, object] = {
        "auth_url": "https://iam.example.com/v3",
        "project_name": "eu-de_x",
        "agency_project_name": "eu-de_x",
        "region": "eu-de",
    }
    cloud: dict[str, Any] = {"auth": auths.get(entry.part, key)}
    value: object = values.get(entry.part, "value")
    return cloud, [value] if entry.name == "regions" else value


@pytest.mark.parametrize(
    "entry",
    [e for e in of_group(CLOUDS, "read") if e.part not in ("file", "auth_type")],
    ids=by_name,
)
def test_keys_of_clouds_yaml_that_are_read_change_the_settings(
    home: Path, entry: KnownSetting
) -> None:
    cloud, value = cloud_beside(entry)
    write_clouds(home, with_key(cloud, entry.name, value))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = settled(home, {"OS_CLOUD": "acme"})

    write_clouds(home, cloud)
    try:
        bare = settled(home, {"OS_CLOUD": "acme"})
    except SettingsError:
        return  # it completes the set
    assert found != bare


@pytest.mark.parametrize("kind", ["v3applicationcredential", "v3totp", "v3oidcpassword"])
def test_types_of_clouds_yaml_that_are_not_supported_are_refused(home: Path, kind: str) -> None:
    write_clouds(home, {**CLOUD_USER, "auth_type": kind})

    assert f"is {kind}, and it is not supported" in refused(home, {"OS_CLOUD": "acme"})


def test_a_cloud_of_several_regions_needs_one_named(home: Path) -> None:
    cloud = {"profile": "otc", "auth": CLOUD_KEY["auth"]}
    write_clouds(home, cloud)

    assert "has 2 regions (eu-de, eu-nl)" in refused(home, {"OS_CLOUD": "acme"})
    named = settled(home, {"OS_CLOUD": "acme", "OS_REGION_NAME": "eu-nl"})
    assert named.region == "eu-nl"
    assert named.endpoints.url("iam", region="eu-nl") == "https://iam.eu-nl.otc.t-systems.com"
    write_clouds(home, with_key(cloud, "auth.project_name", "eu-nl_x"))
    assert settled(home, {"OS_CLOUD": "acme"}).region == "eu-nl"


def test_two_keys_of_clouds_yaml_for_the_same_that_differ_are_refused(home: Path) -> None:
    write_clouds(home, {**CLOUD_KEY, "ak": "other"})

    assert "auth.ak of" in refused(home, {"OS_CLOUD": "acme"})


OF_AUTH = [e for e in FILE_KEYS if e.group == CLOUDS and e.name.startswith("auth.")]
NAMED_OF_AUTH = [e for e in OF_AUTH if e.name != "auth.*"]


def test_every_option_of_keystones_authentication_is_a_key_of_auth() -> None:
    named = {option.replace("-", "_") for option in _options()}

    assert named - {entry.name.removeprefix("auth.") for entry in NAMED_OF_AUTH} == set()


@pytest.mark.parametrize("joint", ["_", "-"])
@pytest.mark.parametrize("entry", NAMED_OF_AUTH, ids=by_name)
def test_a_key_of_auth_at_the_root_of_a_cloud_is_as_one_under_auth(
    home: Path, entry: KnownSetting, joint: str
) -> None:
    cloud, value = cloud_beside(entry) if entry.handling == "read" else (CLOUD_USER, "x")
    root = entry.name.removeprefix("auth.").replace("_", joint)
    write_clouds(home, {**cloud, root: value})
    if entry.handling == "refused":
        text = refused(home, {"OS_CLOUD": "acme"})
        assert text.startswith(f"{entry.name.removeprefix('auth.')} of ")
        assert entry.note in text
        return
    at_root = settled(home, {"OS_CLOUD": "acme"})
    write_clouds(home, with_key(cloud, entry.name, value))

    under = settled(home, {"OS_CLOUD": "acme"})

    assert (at_root.credentials, at_root.project_id, at_root.project_name, at_root.endpoints) == (
        (under.credentials, under.project_id, under.project_name, under.endpoints)
    )
    for one, other in (
        (at_root.named_account.id, under.named_account.id),
        (at_root.named_account.name, under.named_account.name),
    ):
        assert one.value == other.value


@pytest.mark.parametrize("entry", NAMED_OF_AUTH, ids=by_name)
def test_a_key_at_the_root_that_contradicts_the_one_under_auth_is_refused(
    home: Path, entry: KnownSetting
) -> None:
    cloud, value = cloud_beside(entry) if entry.handling == "read" else (CLOUD_USER, "x")
    root = entry.name.removeprefix("auth.")
    write_clouds(home, {**with_key(cloud, entry.name, value), root: f"{value}0"})

    text = refused(home, {"OS_CLOUD": "acme"})

    assert f"{entry.name} of " in text
    if entry.handling == "read":
        assert f" and {root} of " in text
        assert "differ, and stand for the same" in text
        write_clouds(home, {**with_key(cloud, entry.name, value), root: value})
        assert settled(home, {"OS_CLOUD": "acme"}).credentials


def test_keys_that_openstacksdk_merges_are_compared_before_it_does(home: Path) -> None:
    for one, other in (("tenant_id", "project_id"), ("auth_token", "token")):
        auth = {**CLOUD_KEY["auth"], one: "a", other: "b"}
        write_clouds(home, {**CLOUD_KEY, "auth": auth})

        text = refused(home, {"OS_CLOUD": "acme"})

        assert f"auth.{one} of " in text
        assert f"auth.{other} of " in text


@pytest.mark.parametrize("where", ["roles", "auth.roles"])
def test_a_refused_key_that_is_a_list_is_refused(home: Path, where: str) -> None:
    write_clouds(home, with_key(CLOUD_KEY, where, ["te_admin"]))

    assert f"{where} of " in refused(home, {"OS_CLOUD": "acme"})


def test_the_older_name_of_the_type_of_authentication_counts(home: Path) -> None:
    def with_types(**types: str) -> None:
        auth = {**CLOUD_USER["auth"], "token": "t"}
        write_clouds(home, {**CLOUD_USER, "auth": auth, **types})

    with_types(auth_plugin="v3applicationcredential")
    assert "is v3applicationcredential, and it is not" in refused(home, {"OS_CLOUD": "acme"})
    with_types(auth_plugin="token")
    assert isinstance(settled(home, {"OS_CLOUD": "acme"}).credentials, Token)
    with_types()
    assert isinstance(settled(home, {"OS_CLOUD": "acme"}).credentials, Password)
    with_types(auth_plugin="token", auth_type="password")
    text = refused(home, {"OS_CLOUD": "acme"})
    assert "auth_type of " in text
    assert "auth_plugin of " in text


def write_ini(home: Path, values: Mapping[str, str]) -> None:
    path = home / ".huaweicloud" / "credentials"
    path.parent.mkdir(exist_ok=True)
    lines = [f"{key} = {value}\n" for key, value in values.items()]
    path.write_text("[basic]\n" + "".join(lines), encoding="utf-8")


@pytest.mark.parametrize("entry", [e for e in FILE_KEYS if e.group == INI], ids=by_name)
def test_keys_of_the_vendors_file(home: Path, entry: KnownSetting) -> None:
    whole = {"ak": "a", "sk": "s"}
    key = entry.name.replace("*", "region")
    value = "https://iam.example.com" if entry.part == "auth_url" else "value"
    write_ini(home, whole)
    bare = settled(home, {})
    write_ini(home, {**whole, key: value})

    if entry.handling == "refused":
        text = refused(home, {})
        assert f"{key} of " in text
        assert entry.note in text
    else:
        assert settled(home, {}) != bare


def write_profile(home: Path, *profiles: Mapping[str, Any]) -> None:
    path = home / ".hcloud" / "config.json"
    path.parent.mkdir(exist_ok=True)
    document = {"current": profiles[0]["name"], "profiles": list(profiles)}
    path.write_text(json.dumps(document), encoding="utf-8")


OWN = {"name": "own", "mode": "AKSK", "accessKeyId": "AK", "secretAccessKey": "SK"}


@pytest.mark.parametrize(
    "entry",
    [e for e in of_group(KOOCLI, "read") if e.name not in ("mode", "sourceProfile")],
    ids=by_name,
)
def test_keys_of_a_profile_that_are_read_change_the_settings(
    home: Path, entry: KnownSetting
) -> None:
    base = dict(OWN)
    if entry.name == "agencyName":
        base |= {"agencyDomainName": "theirs"}
    if entry.name.startswith("agencyDomain"):
        base |= {"agencyName": "a"}
    given: dict[str, Any] = {entry.name: "eu-de"}
    if entry.name == "ssoAuth.stsToken":
        token = {"accessKeyId": "T", "secretAccessKey": "S", "securityToken": "ST"}
        given = {"mode": "SSO", "ssoAuth": {"stsToken": token}}
    environ = {"HW_PROFILE": "own"}
    write_profile(home, {**base, **given})
    found = settled(home, environ)

    write_profile(home, {key: value for key, value in base.items() if key not in given})
    try:
        bare = settled(home, environ)
    except SettingsError:
        return  # it completes the set
    assert found != bare


def test_a_profile_is_read_only_where_it_is_named(home: Path) -> None:
    write_profile(home, OWN)

    assert "HW_PROFILE" in refused(home, {})
    by_file = settled(home, {"HW_SHARED_CONFIG_FILE": str(home / ".hcloud" / "config.json")})
    by_tilde = settled(home, {"HW_SHARED_CONFIG_FILE": "~/.hcloud/config.json"})
    assert by_file.credentials == by_tilde.credentials
    assert "(profile own)" in settled(home, {**KEYS[HW], "HW_PROFILE": "own"}).source


def test_a_profile_assumes_an_agency_with_the_keys_of_another(home: Path) -> None:
    role = {
        "name": "theirs",
        "mode": "AssumeRole",
        "agencyName": "a",
        "agencyDomainId": "d",
        "sourceProfile": "own",
        "region": "eu-de",
        "projectId": "p",
    }
    write_profile(home, role, OWN)

    found = settled(home, {"HW_PROFILE": "theirs"})

    assert isinstance(found.credentials, AssumedAgency)
    assert isinstance(found.credentials.own, AccessKey)
    assert (found.credentials.domain_id, found.project_id) == ("d", "p")


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        ([{"name": "other"}], "has no profile own; there: other"),
        ([{**OWN, "mode": "ecsAgency"}], "mode of"),
        ([{**OWN, "accessKeyId": "a+b/c=="}], "--cli-auth-encrypt=false"),
        ([{"name": "own", "mode": "SSO"}], "lacks accessKeyId and secretAccessKey"),
        ([{"name": "own", "mode": "AssumeRole", "agencyName": "a"}], "lacks sourceProfile"),
        (
            [
                {"name": "own", "mode": "AssumeRole", "agencyName": "a", "sourceProfile": "b"},
                {**OWN, "name": "b", "agencyName": "c", "agencyDomainName": "d"},
            ],
            "chains are not supported",
        ),
    ],
)
def test_a_profile_that_cannot_be_used_is_named(
    home: Path, profiles: list[dict[str, Any]], expected: str
) -> None:
    write_profile(home, *profiles)

    assert expected in refused(home, {"HW_PROFILE": "own"})


@pytest.mark.parametrize("key", ["domainId", "agencyName", "projectId", "mode"])
def test_what_is_no_text_in_a_profile_is_named(home: Path, key: str) -> None:
    write_profile(home, {**OWN, key: 7})

    assert f"{key} of " in refused(home, {"HW_PROFILE": "own"})


def test_two_profiles_of_one_name_are_refused(home: Path) -> None:
    write_profile(home, OWN, {**OWN, "accessKeyId": "OTHER"})

    assert "has 2 profiles own" in refused(home, {"HW_PROFILE": "own"})


def test_a_file_of_profiles_that_is_none_is_named(home: Path) -> None:
    assert "there is no file" in refused(home, {"HW_PROFILE": "own"})
    (home / ".hcloud").mkdir()
    (home / ".hcloud" / "config.json").write_text("{", encoding="utf-8")
    assert "cannot be read as JSON" in refused(home, {"HW_PROFILE": "own"})


# ---- addresses


def test_hw_cloud_is_the_domain_of_every_address(home: Path) -> None:
    found = settled(home, {**KEYS[HW], "HW_CLOUD": "example.com", "HW_REGION_NAME": "r"})

    assert found.endpoints.url("smn", region="r") == "https://smn.r.example.com"
    assert "allowed: a domain" in refused(home, {**KEYS[HW], "HW_CLOUD": "http://x"})


def test_iams_address_of_the_vendors_sdk_is_read(home: Path) -> None:
    environ = {**KEYS[SDK], "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://iam.example.com"}

    assert settled(home, environ).endpoints.url("iam", region="r") == "https://iam.example.com"
