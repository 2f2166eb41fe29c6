"""The vendor SDK's credentials file, and clouds.yaml as openstacksdk reads it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from pulumi_functiongraph.cloud.auth.credentials import AccessKey, Password, Token
from pulumi_functiongraph.cloud.settings import Settings, resolve
from pulumi_functiongraph.core.errors import SettingsError

PASSWORD_CLOUD = """\
clouds:
  acme:
    profile: otc
    region_name: eu-de
    auth:
      username: developer
      password: sesame-canary
      user_domain_name: OTC-EU-DE-7
      project_name: eu-de_tests
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def settled(home: Path, environ: dict[str, str] | None = None) -> Settings:
    return resolve({}, environ or {}, home, directory=home / "here")


def refused(home: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        settled(home, environ)
    return str(caught.value)


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    return tmp_path / ".huaweicloud" / "credentials"


@pytest.fixture
def clouds(tmp_path: Path) -> Path:
    return tmp_path / ".config" / "openstack" / "clouds.yaml"


def test_the_vendors_file_gives_keys_and_place(tmp_path: Path, vendor: Path) -> None:
    write(
        vendor,
        "[basic]\nak = a\nsk = s%t\nsecurity_token = t\nproject_id = p\n"
        "iam_endpoint = https://iam.example.com\n",
    )

    found = settled(tmp_path)

    assert found.credentials == AccessKey(SecretStr("a"), SecretStr("s%t"), SecretStr("t"))
    assert found.project_id == "p"
    assert found.endpoints.url("iam", region="eu-de") == "https://iam.example.com"
    assert found.source == f"{vendor} [basic]"


def test_the_global_section_is_taken_where_there_is_no_basic_one(
    tmp_path: Path, vendor: Path
) -> None:
    write(vendor, "[global]\nak = a\nsk = s\ndomain_id = d\n")

    assert settled(tmp_path).domain_id == "d"


def test_both_sections_of_the_vendors_file_make_one_set(tmp_path: Path, vendor: Path) -> None:
    write(
        vendor,
        "[basic]\nak = a\nsk = s\nproject_id = p\n[global]\nak = a\nsk = s\ndomain_id = d\n",
    )

    found = settled(tmp_path)

    assert (found.project_id, found.domain_id) == ("p", "d")
    assert found.source == f"{vendor} [basic] and [global]"


@pytest.mark.parametrize(
    ("key", "value"),
    [("ak", "b"), ("sk", "t"), ("security_token", "u"), ("iam_endpoint", "https://x.example.com")],
)
def test_sections_of_the_vendors_file_that_differ_are_refused_by_name(
    tmp_path: Path, vendor: Path, key: str, value: str
) -> None:
    basic = {"ak": "a", "sk": "s", "security_token": "c", "iam_endpoint": "https://y.example.com"}
    told = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
        for name, keys in (("basic", basic), ("global", {**basic, key: value}))
    ]
    write(vendor, "".join(told))

    message = refused(tmp_path)

    assert f"[basic] and [global] of {vendor} differ in {key}: remove one" in message


def test_a_refused_key_of_either_section_is_told(tmp_path: Path, vendor: Path) -> None:
    write(vendor, "[basic]\nak = a\nsk = s\n[global]\nidp_id = x\n")

    assert "idp_id of " in refused(tmp_path)


def test_the_vendors_file_may_be_elsewhere(tmp_path: Path) -> None:
    path = write(tmp_path / "keys.ini", "[basic]\nak = a\nsk = s\n")

    found = settled(tmp_path, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)})

    assert str(path) in found.source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[basic]\nak = a\n", "[basic] lacks sk"),
        ("[basic]\nsk = s\nak =\n", "[basic] lacks ak"),
        ("[other]\nak = a\n", "neither a section [basic] nor [global]"),
        ("ak-canary\n", "cannot be read as an ini file"),
        ("[basic]\nak-canary\n", "cannot be read as an ini file"),
    ],
)
def test_a_vendors_file_that_is_not_complete_is_named(
    tmp_path: Path, vendor: Path, text: str, expected: str
) -> None:
    write(vendor, text)

    told = refused(tmp_path)

    assert expected in told
    assert str(vendor) in told
    assert "canary" not in told


def test_a_vendors_file_that_is_no_text_is_named(tmp_path: Path, vendor: Path) -> None:
    write(vendor, "").write_bytes(b"\xff\xfe\x00[basic]")

    assert "cannot be read as an ini file" in refused(tmp_path)


def test_a_vendors_file_that_is_named_and_absent_is_an_error(tmp_path: Path) -> None:
    told = refused(tmp_path, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path / "none")})

    assert "there is no such file" in told


def test_a_cloud_gives_user_place_and_iams_address(tmp_path: Path, clouds: Path) -> None:
    write(clouds, PASSWORD_CLOUD)

    found = settled(tmp_path, {"OS_CLOUD": "acme"})

    assert found.credentials == Password(
        SecretStr("sesame-canary"), username="developer", domain_name="OTC-EU-DE-7"
    )
    assert (found.region, found.project_name, found.cloud) == ("eu-de", "eu-de_tests", "otc")
    iam = found.endpoints.url("iam", region="eu-de")
    assert iam == "https://iam.eu-de.otc.t-systems.com"
    assert found.source == f"{clouds} (cloud acme)"


def test_the_only_cloud_is_found_without_naming_it(tmp_path: Path, clouds: Path) -> None:
    write(clouds, PASSWORD_CLOUD)

    assert settled(tmp_path).source.endswith("(cloud acme)")


def test_several_clouds_need_a_name(tmp_path: Path, clouds: Path) -> None:
    write(clouds, PASSWORD_CLOUD + "  other:\n    auth: {token: t}\n")

    assert "has 2 clouds (acme, other): name one with OS_CLOUD" in refused(tmp_path)
    assert settled(tmp_path, {"OS_CLOUD": "other"}).credentials == Token(SecretStr("t"))


def test_a_cloud_may_hold_access_keys(tmp_path: Path, clouds: Path) -> None:
    write(clouds, "clouds:\n  a:\n    auth: {ak: x, sk: y, security_token: z, project_id: p}\n")

    found = settled(tmp_path)

    assert found.credentials == AccessKey(SecretStr("x"), SecretStr("y"), SecretStr("z"))
    assert found.project_id == "p"


def test_passwords_may_be_in_secure_yaml(tmp_path: Path, clouds: Path) -> None:
    write(clouds, PASSWORD_CLOUD.replace("      password: sesame-canary\n", ""))
    write(clouds.with_name("secure.yaml"), "clouds: {acme: {auth: {password: other}}}")

    found = settled(tmp_path)

    assert isinstance(found.credentials, Password)
    assert found.credentials.password == SecretStr("other")


@pytest.mark.parametrize("place", ["here/clouds.yaml", "xdg/openstack/clouds.yaml", "named.yaml"])
def test_clouds_yaml_is_found_by_openstacksdks_rules(tmp_path: Path, place: str) -> None:
    path = write(tmp_path / place, PASSWORD_CLOUD)
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    if place == "named.yaml":
        environ["OS_CLIENT_CONFIG_FILE"] = str(path)

    assert settled(tmp_path, environ).source == f"{path} (cloud acme)"


def test_the_environment_does_not_mix_into_a_cloud(
    tmp_path: Path, clouds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(clouds, PASSWORD_CLOUD)
    monkeypatch.setenv("OS_USERNAME", "somebody-else")
    monkeypatch.setenv("OS_CLOUD", "nowhere")

    found = settled(tmp_path)

    assert isinstance(found.credentials, Password)
    assert found.credentials.username == "developer"


def test_os_cloud_takes_the_place_of_other_os_names(tmp_path: Path, clouds: Path) -> None:
    write(clouds, PASSWORD_CLOUD)
    environ = {"OS_CLOUD": "acme", "OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "s"}

    assert settled(tmp_path, environ).source.endswith("(cloud acme)")


def test_a_cloud_that_is_not_there_is_named(tmp_path: Path, clouds: Path) -> None:
    write(clouds, PASSWORD_CLOUD)

    assert "Cloud nowhere was not found" in refused(tmp_path, {"OS_CLOUD": "nowhere"})


def test_os_cloud_without_a_file_is_named(tmp_path: Path) -> None:
    told = refused(tmp_path, {"OS_CLOUD": "acme"})

    assert "OS_CLOUD is acme, and there is no clouds.yaml" in told


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        ("{ak: x}", "lacks auth.sk"),
        ("{username: u}", "lacks auth.password and auth.user_domain_name"),
        ("{user_id: u}", "lacks auth.password"),
        ("{auth_url: 'http://x/v3'}", "lacks auth.username and auth.password"),
    ],
)
def test_a_cloud_that_is_not_complete_is_named(
    tmp_path: Path, clouds: Path, auth: str, missing: str
) -> None:
    write(clouds, f"clouds:\n  a:\n    auth: {auth}\n")

    told = refused(tmp_path)

    assert missing in told
    assert f"{clouds} (cloud a)" in told


@pytest.mark.parametrize("text", ["clouds: [1]\n", "clouds: 7\n", "- 7\n", "clouds: {a: 7}\n"])
def test_a_clouds_yaml_of_another_form_is_named(tmp_path: Path, clouds: Path, text: str) -> None:
    write(clouds, text)

    assert str(clouds) in refused(tmp_path, {"OS_CLOUD": "a"})


def test_an_empty_clouds_yaml_is_as_none(tmp_path: Path, clouds: Path) -> None:
    write(clouds, "clouds: {}\n")

    assert refused(tmp_path).startswith("no credentials")
