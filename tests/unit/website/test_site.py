"""What is done with a site once it is built."""

import sys
from pathlib import Path

import pytest

from offline import SEARCH, loaded_from_elsewhere, main
from versions import versions_in, versions_page


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://example.com/a.js">',
        "<script defer src=//example.com/a.js>",
        '<img alt="a" src="http://example.com/a.png">',
        '<link href="https://example.com/a.css" rel="stylesheet">',
        "@import url('https://example.com/a.css')",
    ],
)
def test_what_another_host_delivers_is_found(page: str) -> None:
    assert len(loaded_from_elsewhere(page)) == 1


def test_what_is_only_linked_to_is_not_loaded() -> None:
    page = '<a href="https://example.com/"><link rel="stylesheet" href="a.css"><img src="a.svg">'

    assert loaded_from_elsewhere(page) == []


def test_a_site_that_needs_a_network_or_a_server_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["offline.py", str(tmp_path)])
    for name in SEARCH:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    main()

    (tmp_path / "page.html").write_text('<script src="https://example.com/a.js">')
    (tmp_path / SEARCH[0]).unlink()

    with pytest.raises(SystemExit) as refused:
        main()
    assert str(refused.value).splitlines()[1:] == [
        "page.html loads https://example.com/a.js",
        "search/search_index.js is missing",
    ]


def test_the_newest_version_comes_first_and_other_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("0.9.0", "0.10.0", "0.10.0rc1", "drafts"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    (tmp_path / "1.0.0").mkdir()

    versions = versions_in(tmp_path)

    assert versions == ["0.10.0", "0.10.0rc1", "0.9.0"]
    assert 'href="0.10.0/index.html"' in versions_page(versions)
