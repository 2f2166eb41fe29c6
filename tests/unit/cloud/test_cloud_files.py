"""The files of openstacksdk: one that cannot be used is named, and no other one takes its place."""

from pathlib import Path

import pytest

from pulumi_functiongraph.cloud.auth.credentials import AccessKey
from pulumi_functiongraph.cloud.settings import Settings, resolve
from pulumi_functiongraph.core.errors import SettingsError

PROD = """\
clouds:
  prod:
    region_name: eu-de
    auth:
      ak: canary-ak
      sk: canary-sk
"""
OF_ANOTHER_ACCOUNT = PROD.replace("canary", "other")
BROKEN = {
    "a flow that does not end": "  x: [canary\n",
    "a tab": "\t- canary\n",
    "text that does not end": '  x: "canary\n',
    "a tag": "x: !canary y\n",
    "an alias of nothing": "x: *canary\n",
    "two documents": "---\nclouds: {}\n",
    "a key twice": "clouds: {prod: {auth: {ak: canary, sk: canary}}}\n",
}
"""What is wrong → lines after a good file, the first of which is wrong."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def at_home(home: Path, name: str = "clouds.yaml") -> Path:
    return home / ".config" / "openstack" / name


def settled(home: Path, **environ: str) -> Settings:
    return resolve({}, environ, home, directory=home / "here")


def refused(home: Path, **environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settled(home, **{"OS_CLOUD": "prod", **environ})
    text = str(caught.value)
    assert "canary" not in text
    return text


# ---- a file that cannot be read


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("cloud", ["prod", ""])
def test_a_broken_file_is_named_and_no_other_ones_cloud_is_used(
    home: Path, what: str, cloud: str
) -> None:
    path = write(home / "here" / "clouds.yaml", PROD + BROKEN[what])
    write(at_home(home), OF_ANOTHER_ACCOUNT)

    told = refused(home, OS_CLOUD=cloud)

    line = len(PROD.splitlines()) + 1
    # The end of a text is missed where the file ends.
    assert told.startswith((f"{path}, line {line} ", f"{path}, line {line + 1} "))


@pytest.mark.parametrize("content", [b"\x00\x01", b"\xff\xfe\x00", b"\x80abc", b"[" * 100_000])
def test_a_file_that_is_no_text_or_too_deep_is_named(home: Path, content: bytes) -> None:
    path = write(home / "here" / "clouds.yaml", content)
    write(at_home(home), OF_ANOTHER_ACCOUNT)

    assert refused(home).startswith(str(path))


def test_a_broken_json_file_is_named_with_its_line(home: Path) -> None:
    path = write(home / "here" / "clouds.json", '{"clouds":\n canary}')
    write(at_home(home), OF_ANOTHER_ACCOUNT)

    assert refused(home).startswith(f"{path}, line 2 ")


def test_a_key_that_is_twice_in_a_json_file_is_told(home: Path) -> None:
    path = write(
        home / "here" / "clouds.json",
        '{"clouds": {"prod": {"auth": {"ak": "a", "ak": "canary", "sk": "s"}}}}',
    )

    assert refused(home).startswith(str(path))


@pytest.mark.parametrize("stem", ["clouds", "secure", "clouds-public"])
@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_what_is_there_and_cannot_be_opened_is_named(home: Path, stem: str, kind: str) -> None:
    write(at_home(home), PROD.replace("    auth:", "    profile: mine\n    auth:"))
    write(at_home(home, "secure.yaml"), PROD)
    write(at_home(home, "clouds-public.yaml"), "public-clouds: {mine: {}}")
    path = home / "here" / f"{stem}.yaml"
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(home / "nowhere")

    assert refused(home).startswith(f"{path} cannot be read")


@pytest.mark.parametrize("folder", ["here", ".config/openstack"])
def test_a_broken_secure_file_is_named(home: Path, folder: str) -> None:
    write(at_home(home), PROD)
    path = write(home / folder / "secure.yaml", "clouds:\n  prod: [canary\n")

    assert refused(home).startswith(f"{path}, line ")


def test_a_broken_file_of_profiles_matters_to_a_cloud_with_a_profile(home: Path) -> None:
    write(at_home(home), PROD)
    path = write(at_home(home, "clouds-public.yaml"), "public-clouds: [canary\n")
    assert settled(home, OS_CLOUD="prod").credentials

    write(at_home(home), PROD + "    profile: mine\n")

    assert refused(home).startswith(f"{path}, line ")


def test_anchors_and_merged_keys_are_no_keys_twice(home: Path) -> None:
    base = "base: &base {ak: other, sk: s}\nmore: &more {<<: *base, ak: mine}\n"
    write(at_home(home), f"{base}clouds: {{prod: {{auth: {{<<: *more, sk: t}}}}}}\n")

    found = settled(home, OS_CLOUD="prod").credentials

    assert isinstance(found, AccessKey)
    assert found.access_key.get_secret_value() == "mine"
    assert found.secret_key.get_secret_value() == "t"


# ---- a file that is named and absent


@pytest.mark.parametrize("variable", ["OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"])
@pytest.mark.parametrize("cloud", ["prod", ""])
def test_a_file_that_is_named_and_absent_is_refused(home: Path, variable: str, cloud: str) -> None:
    write(at_home(home), PROD)
    write(at_home(home, "secure.yaml"), PROD)
    absent = str(home / "absent.yaml")

    told = refused(home, **{variable: absent, "OS_CLOUD": cloud})

    assert told == f"{variable} names {absent}, and there is no such file"


def test_a_file_that_is_named_is_looked_for_from_the_current_folder(home: Path) -> None:
    write(home / "here" / "mine.yaml", PROD)

    found = settled(home, OS_CLOUD="prod", OS_CLIENT_CONFIG_FILE="mine.yaml")

    assert found.source == f"{home / 'here' / 'mine.yaml'} (cloud prod)"


@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_a_vendors_file_that_cannot_be_opened_is_named(home: Path, kind: str) -> None:
    write(at_home(home), OF_ANOTHER_ACCOUNT)
    path = home / ".huaweicloud" / "credentials"
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(home / "nowhere")

    assert refused(home, OS_CLOUD="").startswith(f"{path} cannot be read")


# ---- forms


def of_prod(text: str) -> str:
    return f"clouds: {{prod: {text}}}"


AUTH = "auth: {ak: canary, sk: canary}"
SHAPES = [
    ("[canary]", ""),
    ("canary", ""),
    ("7", ""),
    ("1: canary", ""),
    ("cloud: {prod: canary}", "clouds"),
    ("clouds: [canary]", "clouds"),
    ("clouds: canary", "clouds"),
    ("clouds: 7", "clouds"),
    ("clouds: {1: {}}", "clouds"),
    (of_prod(""), "clouds.prod"),
    (of_prod("canary"), "clouds.prod"),
    (of_prod("[canary]"), "clouds.prod"),
    (of_prod("{1: canary}"), "clouds.prod"),
    (of_prod("{auth: [canary, b]}"), "clouds.prod.auth"),
    (of_prod("{auth: canary}"), "clouds.prod.auth"),
    (of_prod("{auth: 7}"), "clouds.prod.auth"),
    (of_prod("{auth: {1: canary}}"), "clouds.prod.auth"),
    (of_prod("{auth: {ak: canary, sk: [canary]}}"), "clouds.prod.auth.sk"),
    (of_prod("{auth: {ak: canary, sk: {canary: 1}}}"), "clouds.prod.auth.sk"),
    (of_prod("{auth: {ak: canary, sk: yes}}"), "clouds.prod.auth.sk"),
    (of_prod("{auth: {ak: canary, sk: !!binary Y2FuYXJ5}}"), "clouds.prod.auth.sk"),
    (of_prod(f"{{{AUTH}, domain_name: {{canary: 1}}}}"), "clouds.prod.domain_name"),
    (of_prod(f"{{{AUTH}, user-domain-name: [canary]}}"), "clouds.prod.user-domain-name"),
    (of_prod(f"{{{AUTH}, profile: [canary]}}"), "clouds.prod.profile"),
    (of_prod(f"{{{AUTH}, auth_type: {{canary: 1}}}}"), "clouds.prod.auth_type"),
    (of_prod(f"{{{AUTH}, region_name: {{canary: 1}}}}"), "clouds.prod.region_name"),
    (of_prod(f"{{{AUTH}, region_name: [[canary]]}}"), "clouds.prod.region_name"),
    (of_prod(f"{{{AUTH}, regions: 5}}"), "clouds.prod.regions"),
    (of_prod(f"{{{AUTH}, regions: canary}}"), "clouds.prod.regions"),
    (of_prod(f"{{{AUTH}, regions: [[canary]]}}"), "clouds.prod.regions"),
    (of_prod(f"{{{AUTH}, regions: [{{nme: canary}}]}}"), "clouds.prod.regions"),
    (of_prod(f"{{{AUTH}, regions: [{{name: r, values: canary}}]}}"), "clouds.prod.regions"),
    (of_prod(f"{{{AUTH}, regions: [{{name: r, values: {{auth: [canary]}}}}]}}"), "auth"),
    (f"{of_prod('{' + AUTH + '}')[:-1]}, other: {{auth: [canary]}}}}", "clouds.other.auth"),
]


@pytest.mark.parametrize(("text", "named"), SHAPES)
@pytest.mark.parametrize("stem", ["clouds", "secure"])
def test_a_file_of_another_form_is_one_clear_error(
    home: Path, text: str, named: str, stem: str
) -> None:
    write(at_home(home), PROD)
    path = write(at_home(home, f"{stem}.yaml"), text)

    (told,) = refused(home).splitlines()

    assert str(path) in told
    assert told.startswith(named) or named == "auth"
    assert named in told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("public-clouds: [canary]", "public-clouds"),
        ("public-clouds: {mine: canary}", "public-clouds.mine"),
        ("public-clouds: {mine: {auth: [canary]}}", "public-clouds.mine.auth"),
        ("clouds: {mine: {}}", "public-clouds"),
    ],
)
def test_a_file_of_profiles_of_another_form_is_one_clear_error(
    home: Path, text: str, named: str
) -> None:
    write(at_home(home), PROD + "    profile: mine\n")
    path = write(at_home(home, "clouds-public.yaml"), text)

    (told,) = refused(home).splitlines()

    assert told.startswith(named)
    assert str(path) in told


@pytest.mark.parametrize(
    "section", ["cache: canary", "cache: {auth: []}", "metrics: 7", "client: [canary]"]
)
@pytest.mark.parametrize("auth_url", ["https://x", "https://{canary}", "https://{", "https://{}"])
def test_whatever_openstacksdk_trips_over_is_one_error(
    home: Path, section: str, auth_url: str
) -> None:
    text = PROD + f"      auth_url: '{auth_url}'\n{section}\n"
    path = write(at_home(home), text)

    (told,) = refused(home).splitlines()

    assert str(path) in told


def test_numbers_are_taken_for_text(home: Path) -> None:
    write(at_home(home), of_prod("{region_name: eu-de, auth: {ak: 123456, sk: 78}}"))

    found = settled(home, OS_CLOUD="prod").credentials

    assert isinstance(found, AccessKey)
    assert found.access_key.get_secret_value() == "123456"


# ---- profiles


@pytest.mark.parametrize("key", ["profile", "cloud"])
@pytest.mark.parametrize("value", ["doesnotexist", "envvars"])
def test_a_profile_that_nobody_defines_is_refused(home: Path, key: str, value: str) -> None:
    path = write(at_home(home), PROD + f"    {key}: {value}\n")

    assert refused(home).startswith(f"profile {value} of {path} (cloud prod) is not known")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "https://user:canary@x.example.com"])
def test_a_profile_that_would_be_fetched_is_refused_unseen(home: Path, address: str) -> None:
    path = write(at_home(home), PROD + f"    profile: {address}\n")

    told = refused(home)

    assert told.startswith(f"profile of {path} (cloud prod) is an address")
    assert "HTTPConnectionPool" not in told


@pytest.mark.parametrize("key", ["profile", "cloud"])
def test_a_profile_of_a_profile_is_refused(home: Path, key: str) -> None:
    write(at_home(home), PROD + "    profile: mine\n")
    path = write(at_home(home, "clouds-public.yaml"), f"public-clouds: {{mine: {{{key}: otc}}}}")

    assert refused(home).startswith(f"profile mine of {path} names a profile itself")


def test_a_profile_of_ones_own_gives_its_keys(home: Path) -> None:
    write(at_home(home), PROD + "    profile: mine\n")
    public = "public-clouds: {mine: {auth: {domain_name: ACME}}}"
    write(at_home(home, "clouds-public.yaml"), public)

    assert settled(home, OS_CLOUD="prod").named_account.name.value == "ACME"
