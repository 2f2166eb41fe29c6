"""What the tests of the provider share: the local cloud, and none of this machine's settings."""

import os

import pytest

_FOREIGN = ("FUNCTIONGRAPH_", "OS_", "HUAWEICLOUD_", "HW_", "OTC_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.upper() in {*_PROXIES, *_CERTIFICATES}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
