from pathlib import Path

import pytest

from links import rewritten

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("page", "link", "leads_to"),
    [
        ("docs/review.md", "rules.md", "rules.md"),
        ("docs/review.md", "../examples/ci/README.md", "examples/ci/README.md"),
        ("docs/review.md", "../examples/cycle", "examples/cycle/README.md"),
        ("docs/adr/0001-dependencies.md", "../cycles.md#cycles", "../cycles.md#cycles"),
        ("benchmarks/README.md", "../docs/cycles.md", "../cycles.md"),
        ("CONTRIBUTING.md", "docs/architecture.md", "architecture.md"),
        ("docs/cycles.md", "rules.md#fgn101-notification-cycle", "rules/FGN101.md"),
        ("docs/rules/FGN101.md", "../rules.md", "../rules.md"),
        ("docs/rules.md", "rules.md#fgn101", "rules/FGN101.md"),
    ],
)
def test_a_link_leads_to_the_same_page_in_the_site(page: str, link: str, leads_to: str) -> None:
    copied: list[str] = []

    text = rewritten(f"[a]({link})", of=page, root=ROOT, copied=copied.append)

    assert text == f"[a]({leads_to})"
    assert copied == []


def test_a_linked_file_that_is_no_page_is_copied() -> None:
    copied: list[str] = []

    text = rewritten(
        "[a](scripts/review)", of="examples/ci/README.md", root=ROOT, copied=copied.append
    )

    assert text == "[a](scripts/review)"
    assert copied == ["examples/ci/scripts/review"]


@pytest.mark.parametrize("link", ["gone.md", "../examples/gone", "../templates", "gone.py"])
def test_a_link_to_what_is_not_there_is_refused(link: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"docs/review\.md links to "):
        rewritten(f"[a]({link})", of="docs/review.md", root=ROOT, copied=lambda _: None)


def test_links_to_other_hosts_and_within_a_page_stay() -> None:
    text = "[a](https://example.com/x.md) [b](#here) [c](mailto:a@example.com)"

    assert rewritten(text, of="docs/index.md", root=ROOT, copied=lambda _: None) == text
