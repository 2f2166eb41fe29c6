"""A review in every form."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.review.document import ReviewDocument
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from pulumi_functiongraph.report.review.html import review_html
from pulumi_functiongraph.report.review.json import review_json
from pulumi_functiongraph.report.review.markdown import review_markdown
from pulumi_functiongraph.report.review.sarif import review_sarif
from pulumi_functiongraph.report.review.text import review_text
from pulumi_functiongraph.report.sarif import SarifTool
from unit.core.stack.told import GOLDEN as TOLD


def as_sarif(document: ReviewDocument) -> str:
    return review_sarif(document, tool=SarifTool("0.1.0", RULES))


FORMS: dict[str, Callable[[ReviewDocument], str]] = {
    "review.text": review_text,
    "review.json": review_json,
    "review.md": review_markdown,
    "review.sarif": as_sarif,
    "review.html": review_html,
}


def of_engine() -> ReviewDocument:
    """Create, update, replace, delete, an unknown and a secret, as a real engine told them."""
    return review(
        parse_preview((TOLD / "preview.json").read_bytes()),
        export=parse_export((TOLD / "export.json").read_bytes()),
    )
