"""Renders the review of each preview on standard input: `python -m unit.report.render_reviews`.

A process has one seed for the hashes of strings, so to see that nothing depends on it takes another
process.
"""

from __future__ import annotations

import json
import sys

from pulumi_functiongraph.core.review.changes import review
from pulumi_functiongraph.core.stack import parse_export, parse_preview
from unit.report.reviews import FORMS


def rendered(told: str) -> dict[str, str]:
    """Every form of the review of a preview and an export, which ``told`` has as JSON."""
    documents = json.loads(told)
    reviewed = review(
        parse_preview(documents["preview"]),
        export=parse_export(documents["export"]),
    )
    return {name: form(reviewed) for name, form in FORMS.items()}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(rendered(line))}\n")
        sys.stdout.flush()
