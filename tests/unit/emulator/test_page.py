"""The page at `/`: who gets it, and that nothing on it comes from elsewhere."""

import re
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator import page
from pulumi_functiongraph.emulator.page.urls import NAMES
from unit.emulator.client import HOST, CloudClient
from unit.emulator.obs_calls import obs

FILES = Path(page.__file__).parent / "files"
ASKED = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-site": "none"}


@pytest.mark.parametrize("path", ["/", "//"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_browser_gets_the_page(huawei: CloudClient, method: str, path: str) -> None:
    answer = huawei.request(method, path, headers=ASKED)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert huawei.control("GET", "requests") == {"requests": []}


@pytest.mark.parametrize("accept", [{}, {"accept": "*/*"}, {"accept": "application/json"}])
def test_a_client_gets_the_versions_of_iam_at_the_same_path(
    huawei: CloudClient, accept: dict[str, str]
) -> None:
    assert "versions" in huawei.request("GET", "/", headers=accept).json()


def test_a_client_of_obs_gets_its_buckets_whatever_it_accepts(huawei: CloudClient) -> None:
    answer = obs(huawei, "GET", "/", headers={"accept": "text/html"})

    assert "<Name>order-failures</Name>" in answer.text


@pytest.mark.parametrize("path", ["/", "/_emulator/page/main.js"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_no_other_page_gets_any_of_its_files(
    huawei: CloudClient, path: str, headers: dict[str, str]
) -> None:
    answer = huawei.request("GET", path, headers={**ASKED, **headers})

    assert answer.status_code == 403
    assert "local cloud answers" in answer.text


@pytest.mark.parametrize("host", ["order-failures.localhost", "obs.cn-north-4.myhuaweicloud.com"])
def test_the_host_of_a_bucket_has_no_page(huawei: CloudClient, host: str) -> None:
    answer = huawei.request("GET", "/", headers={**ASKED, "host": host})

    assert "text/html" not in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["/", *(f"/_emulator/page/{name}" for name in NAMES)])
def test_each_file_is_kept_to_its_own_origin(huawei: CloudClient, path: str) -> None:
    answer = huawei.request("GET", path, headers=ASKED)

    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_every_file_in_the_folder_is_served() -> None:
    assert {each.name for each in FILES.iterdir()} == {"index.html", *NAMES}


def test_the_page_asks_for_its_own_files_and_no_others() -> None:
    html = (FILES / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'\b(?:src|href)="([^"#][^"]*)"', html)
    imported = {
        name
        for file in FILES.glob("*.js")
        for name in re.findall(r' from "\./([^"]+)"', file.read_text(encoding="utf-8"))
    }

    assert {name.removeprefix("/_emulator/page/") for name in named} | imported == set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".js")])
def test_no_script_finds_in_a_table_what_every_object_has(name: str) -> None:
    """An address such as `#constructor` names no part of the page."""
    text = (FILES / name).read_text(encoding="utf-8")

    code = re.sub(r"(?m)^\s*/[/*].*$", "", text)
    assert not re.findall(r"\bin [A-Z_]{2,}\b", code)


@pytest.mark.parametrize("name", ["index.html", *NAMES])
def test_no_file_makes_markup_of_texts_or_names_another_server(name: str) -> None:
    text = (FILES / name).read_text(encoding="utf-8")

    for address in re.findall(r"\w+://[^\"\s]+", text):
        assert address == "http://www.w3.org/2000/svg"
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", text)
    assert not re.findall(r"\s(?:on\w+|style)=", text)


def test_each_field_of_the_page_has_a_label() -> None:
    html = (FILES / "index.html").read_text(encoding="utf-8")
    labels = "".join(re.findall(r"<label.*?</label>", html, re.DOTALL))

    fields = re.findall(r"<(?:input|select)[^>]* id=\"([^\"]+)\"", html)
    assert fields == re.findall(r"<(?:input|select)[^>]* id=\"([^\"]+)\"", labels)


def test_an_order_of_the_page_itself_is_carried_out(huawei: CloudClient) -> None:
    own = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}

    answer = huawei.request(
        "POST",
        "/_emulator/faults",
        content=b'{"status": 503}',
        headers={**own, "content-type": "application/json"},
    )

    assert answer.json() == {"faults": [{"status": 503, "calls": 0}]}
