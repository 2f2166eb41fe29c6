"""The settings of the machine that runs the tests, which have no business in a test."""

import os

import pytest

_SETTINGS = ("FUNCTIONGRAPH_", "OS_", "HUAWEICLOUD_", "HW_", "OTC_", "PULUMI_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in list(os.environ):
        if name.startswith(_SETTINGS) or name.upper() in {*_PROXIES, *_CERTIFICATES}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
