import pytest

from prose import ROOT, flaws_of, pages, sentences_of

LONG = "A sentence " + "that goes on " * 10 + "ends."
PLAIN = """\
# Told in a title only

One sentence with a [link](told.md). Another one with `told` in code.

```text
told, told, told
```
"""


def kinds(page: str) -> list[str]:
    return [flaw.kind for flaw in flaws_of(page)]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (LONG, ["long"]),
        (f"- An item.\n- {LONG}", ["long"]),
        ("One. " * 40, []),
        ("- an item of five words\n" * 10, []),
        (f"| {LONG} |", []),
        ("Users are told so.", ["words"]),
        ("This is `told`.", []),
        ("Errors are only said.", ["words"]),
        ("A request with all looks is slow.", ["words"]),
        ("| told |", ["words"]),
        ("It fails, and so does the next.", ["inverted"]),
    ],
)
def test_what_is_against_the_style_is_found(page: str, found: list[str]) -> None:
    assert kinds(page) == found


def test_code_links_and_comments_are_no_prose() -> None:
    assert list(sentences_of(PLAIN)) == [
        "One sentence with a link.",
        "Another one with `told` in code.",
    ]


def test_the_pages_of_the_repository_are_judged() -> None:
    judged = {str(page.relative_to(ROOT)) for page in pages()}

    assert {"README.md", "docs/settings.md", "docs/tutorials/review.md"} <= judged
    assert judged.isdisjoint({"docs/rules.md", "docs/cli.md"})
