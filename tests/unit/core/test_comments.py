"""Comments beside a declaration that accept a finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import bag, declaration, program, to_bucket
from pulumi_functiongraph.core.comments import Comment, Comments
from pulumi_functiongraph.core.findings import Finding, Severity, errors, in_order
from pulumi_functiongraph.core.rules import RULES, advise, judge
from pulumi_functiongraph.core.rules.rule import Program

HELPER = ["def config(name):", "    AsyncNotificationConfig(name, …)"]


def comments(*lines: str, file: str = "__main__.py", helper: list[str] | None = None) -> Comments:
    files = {file: list(lines), "helper.py": helper or HELPER}
    return Comments(lambda name: files.get(name, []))


def found(*lines: str, where: str = "__main__.py:2", helper: list[str] | None = None) -> Program:
    """A config without a failure target, and the source that declares it."""
    declared = program(declaration(bag(), name="orders", where=where))
    return replace(declared, comments=comments(*lines, helper=helper))


@pytest.mark.parametrize(
    "lines",
    [
        ["", 'AsyncNotificationConfig("orders")  # functiongraph: ignore FGN301 -- as agreed'],
        ["# functiongraph: ignore FGN301 -- as agreed", "AsyncNotificationConfig("],
        ["#functiongraph:ignore fgn302, fgn301 --as agreed ", "AsyncNotificationConfig("],
    ],
)
def test_a_comment_beside_the_declaration_accepts_with_its_reason(lines: list[str]) -> None:
    (finding,) = advise(found(*lines))

    assert (finding.rule, finding.acknowledged) == ("FGN301", "as agreed")
    assert str(finding).startswith("FGN301 acknowledged: orders.onFailure (__main__.py:2): ")
    assert str(finding).endswith(" (accepted: as agreed)")


def test_each_line_of_a_block_of_comments_above_counts() -> None:
    lines = ["# functiongraph: ignore FGN301 -- as agreed", "# of the clicks", "config("]

    (finding,) = advise(found(*lines, where="__main__.py:3"))

    assert finding.acknowledged == "as agreed"


@pytest.mark.parametrize(
    ("helper", "entry"),
    [
        ([HELPER[0], f"{HELPER[1]}  # functiongraph: ignore FGN301 -- all of them"], "config('a')"),
        (HELPER, "config('a')  # functiongraph: ignore FGN301 -- this one"),
    ],
)
def test_a_comment_counts_in_the_helper_and_where_it_is_called(
    helper: list[str], entry: str
) -> None:
    where = "helper.py:2, from __main__.py:1"

    (finding,) = advise(found(entry, where=where, helper=helper))

    assert finding.acknowledged in {"all of them", "this one"}


@pytest.mark.parametrize(
    "lines",
    [
        ["", "config()", "# functiongraph: ignore FGN301 -- below"],
        ["config()  # functiongraph: ignore FGN301 -- of another line", "config()"],
        ["# functiongraph: ignore FGN303 -- another rule", "config()"],
        ["# functiongraph: ignored FGN301 -- no such word", "config()"],
        ["# functiongraph: ignore FGN301", "config()"],
        ["# functiongraph: ignore FGN301 -- \u200b", "config()"],
        ["", 'config("# functiongraph: ignore FGN301 -- in a string")'],
        ["'# functiongraph: ignore FGN301 -- a string alone'", "config()"],
        ['"""', 'config()  # functiongraph: ignore FGN301 -- in a long string"""'],
        [],
    ],
)
def test_any_other_comment_accepts_nothing(lines: list[str]) -> None:
    (finding,) = advise(found(*lines))

    assert finding.acknowledged == ""


def test_a_comment_with_an_empty_line_below_it_accepts_nothing() -> None:
    lines = ["# functiongraph: ignore FGN301 -- too far", "", "config()"]

    (finding,) = advise(found(*lines, where="__main__.py:3"))

    assert finding.acknowledged == ""


@pytest.mark.parametrize("where", ["", "__main__.py", "__main__.py:0", "elsewhere.py:1"])
def test_where_no_line_is_known_nothing_is_accepted(where: str) -> None:
    (finding,) = advise(found("# functiongraph: ignore FGN301 -- why", "x", where=where))

    assert finding.acknowledged == ""


@pytest.mark.parametrize(
    ("comment", "said", "remedy"),
    [
        ("FGN301", "gives no reason for FGN301", "ignore FGN301 -- why"),
        ("FGN301 --  ", "gives no reason for FGN301", "ignore FGN301 -- why"),
        ("-- because", "names no rule", "ignore FGN301 -- why"),
        ("all of it", "names ALL OF IT, and there is no such rule", "fgctl rules"),
        ("FGN301: because", "names no rule", "ignore FGN301 -- why"),
        ("FGN999 -- why", "names FGN999, and there is no such rule", "fgctl rules"),
        ("FGN101 -- it ends", "names FGN101, which no comment can accept", "allow_cycle="),
        ("FGN001 -- fine", "names FGN001, which no comment can accept", "remove the comment"),
    ],
)
def test_a_comment_that_is_not_taken_is_told_once(comment: str, said: str, remedy: str) -> None:
    twice = [declaration(bag(), name=name, where="__main__.py:2", source=name) for name in "ab"]
    lines = [f"# functiongraph: ignore {comment}", "config()"]
    judged = replace(program(*twice), comments=comments(*lines))

    found = {each.message: each.remedy for each in judge(judged) if each.rule == "FGN010"}

    assert remedy in found[f"the comment at __main__.py:1 {said}"]
    assert len(found) == len([each for each in judge(judged) if each.rule == "FGN010"])


def test_what_would_fail_and_cycles_cannot_be_accepted() -> None:
    accepted = [rule.id for rule in RULES if rule.can_be_accepted]

    assert accepted == ["FGN005", "FGN006", "FGN007", "FGN009", "FGN301", "FGN302", "FGN303"]
    assert all(rule.severity is Severity.WARNING for rule in RULES if rule.can_be_accepted)


def test_an_invalid_value_stays_an_error_whatever_a_comment_says() -> None:
    bad = program(declaration(bag(maxAsyncRetryAttempts=4), where="__main__.py:2"))
    lines = ["# functiongraph: ignore FGN001 -- it is fine", "config()"]

    findings = judge(replace(bad, comments=comments(*lines)))

    assert [each.rule for each in errors(findings)] == ["FGN001"]
    assert [each.rule for each in findings] == ["FGN001", "FGN010"]


def test_a_warning_of_the_gate_can_be_accepted() -> None:
    slash = program(declaration(bag(onSuccess=to_bucket(prefix="/x")), where="__main__.py:2"))
    lines = ["# functiongraph: ignore FGN007 -- readers expect it", "config()"]

    (finding,) = judge(replace(slash, comments=comments(*lines)))

    assert finding.acknowledged == "readers expect it"


def test_one_that_is_accepted_does_not_hide_the_others_where_a_rule_speaks_once() -> None:
    slashed = bag(onSuccess=to_bucket(prefix="/x"))
    one = declaration(slashed, name="a", source="a", where="__main__.py:2")
    others = [
        declaration(slashed, name=name, source=name, where=f"__main__.py:{line}")
        for line, name in ((3, "b"), (4, "c"))
    ]
    lines = ["# functiongraph: ignore FGN007 -- readers expect it", "a()", "b()", "c()"]

    findings = judge(replace(program(one, *others), comments=comments(*lines)))

    assert [(each.subject, each.grade) for each in findings] == [
        ("b", "warning"),
        ("a", "acknowledged"),
    ]


def test_what_is_accepted_is_no_error_and_comes_last() -> None:
    told = Finding(rule="FGN301", severity=Severity.ERROR, subject="a", message="x")
    accepted = told.model_copy(update={"acknowledged": "why"})
    warning = told.model_copy(update={"severity": Severity.WARNING, "rule": "FGN302"})

    assert errors([accepted]) == ()
    assert in_order([accepted, warning, told]) == (told, warning, accepted)
    assert accepted.grade == "acknowledged"
    assert not accepted.is_error
    assert not accepted.is_warning


@given(st.text(), st.lists(st.text(), max_size=4), st.integers(-1, 6))
def test_any_source_is_read(told: str, lines: list[str], line: int) -> None:
    source = comments(f"# functiongraph: ignore{told}", *lines)

    for comment in source.at(f"__main__.py:{line}"):
        assert isinstance(comment, Comment)
        assert "\n" not in comment.reason
