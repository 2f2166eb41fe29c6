import pytest

from prose import ROOT, STYLE, complaints, flaws_of, lowered, pages, sentences_of

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


def test_a_page_may_have_no_more_than_it_is_allowed() -> None:
    style = {**STYLE, "allowed": {"old.md": {"words": 1}}}

    assert complaints("Users are told.", "old.md", style) == []
    assert len(complaints("Users are told, and told again.", "old.md", style)) == 2
    assert len(complaints("Users are told.", "new.md", style)) == 1


def test_a_number_that_can_be_lowered_is_named() -> None:
    style = {**STYLE, "allowed": {"old.md": {"words": 2, "long": 1}}}

    assert lowered("Users are told.", "old.md", style) == {"words": 1, "long": 0}
    assert lowered("Users are told, and told again. " + LONG, "old.md", style) == {}


def test_only_pages_that_are_judged_are_allowed_anything() -> None:
    assert set(STYLE["allowed"]) <= {str(page.relative_to(ROOT)) for page in pages()}
