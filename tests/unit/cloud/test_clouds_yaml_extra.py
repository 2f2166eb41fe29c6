"""clouds.yaml without openstacksdk, which is an extra: never passed over in silence."""

import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from openstack.config.loader import OpenStackConfig

from pulumi_functiongraph.cloud.auth.cloud_files import CloudFiles
from pulumi_functiongraph.cloud.auth.clouds_loader import INSIDES
from pulumi_functiongraph.cloud.auth.credentials import AccessKey
from pulumi_functiongraph.cloud.settings import Settings, resolve
from pulumi_functiongraph.core.errors import NoCredentials, SettingsError

CLOUD = "clouds: {prod: {region_name: eu-de, auth: {ak: canary-ak, sk: canary-sk}}}\n"


@pytest.fixture
def without_openstacksdk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] == "openstack":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openstack", None)
    monkeypatch.delitem(sys.modules, "pulumi_functiongraph.cloud.auth.clouds_loader", raising=False)


def resolved(folder: Path, **environ: str) -> Settings:
    return resolve({}, environ, folder / "home", directory=folder)


@pytest.mark.usefixtures("without_openstacksdk")
@pytest.mark.parametrize(
    ("file", "environ"),
    [
        ("clouds.yaml", {"OS_CLOUD": "prod"}),
        ("clouds.yaml", {}),
        ("elsewhere.yaml", {"OS_CLIENT_CONFIG_FILE": "elsewhere.yaml"}),
        ("home/.config/openstack/clouds.yaml", {"OS_CLOUD": "prod"}),
    ],
)
def test_a_file_that_decides_as_whom_is_refused_with_what_to_install(
    tmp_path: Path, file: str, environ: dict[str, str]
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CLOUD)
    with pytest.raises(SettingsError) as caught:
        resolved(tmp_path, **environ)
    assert not isinstance(caught.value, NoCredentials)
    assert f"{path} may say as whom" in str(caught.value)
    assert "pip install 'pulumi-functiongraph[clouds-yaml]'" in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.usefixtures("without_openstacksdk")
def test_a_cloud_that_is_named_where_there_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="OS_CLOUD is prod, and there is no"):
        resolved(tmp_path, OS_CLOUD="prod")


@pytest.mark.usefixtures("without_openstacksdk")
def test_where_another_source_counts_first_the_file_is_not_needed(tmp_path: Path) -> None:
    (tmp_path / "clouds.yaml").write_text(CLOUD)
    settings = resolved(tmp_path, HUAWEICLOUD_SDK_AK="ak", HUAWEICLOUD_SDK_SK="sk", OS_CLOUD="prod")
    assert settings.source.startswith("the environment")
    assert any("OS_CLOUD (prod)" in note for note in settings.notes)


def test_with_openstacksdk_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "clouds.yaml").write_text(CLOUD)
    settings = resolved(tmp_path)
    assert isinstance(settings.credentials, AccessKey)
    assert settings.region == "eu-de"


@pytest.mark.parametrize("name", INSIDES)
def test_a_release_of_openstacksdk_without_its_insides_is_named_and_not_the_file_s_form(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(OpenStackConfig, name)
    (tmp_path / "clouds.yaml").write_text(CLOUD)
    with pytest.raises(SettingsError) as caught:
        resolved(tmp_path, OS_CLOUD="prod")
    assert f"openstacksdk {version('openstacksdk')} has no {name}. Install" in str(caught.value)
    assert "form" not in str(caught.value)


def test_the_files_are_read_by_what_is_overridden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else openstacksdk reads them itself, and passes over one that it cannot read."""
    read: list[Path] = []
    content = CloudFiles.content

    def noted(self: CloudFiles, path: str) -> object:
        read.append(Path(path))
        return content(self, path)

    monkeypatch.setattr(CloudFiles, "content", noted)
    (tmp_path / "clouds.yaml").write_text(CLOUD)
    assert isinstance(resolved(tmp_path, OS_CLOUD="prod").credentials, AccessKey)
    assert tmp_path / "clouds.yaml" in read
