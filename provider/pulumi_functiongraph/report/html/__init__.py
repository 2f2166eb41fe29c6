"""Pages of HTML: one file each, offline, everything that comes from elsewhere escaped.

Never here: what needs a script to be seen, addresses of other hosts, and what a page is about. Each
page is a template that extends ``layout.html.jinja``.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pulumi_functiongraph.core.amounts import counted
from pulumi_functiongraph.core.graph import NodeKind
from pulumi_functiongraph.core.one_line import visible
from pulumi_functiongraph.core.rules import RULES
from pulumi_functiongraph.report.drawing.outlines import Rectangle, outline


def page(template: str, **values: object) -> str:
    """The page that a template makes of values.

    Args:
        template: a file beside this one; it fills the blocks ``title``, ``verdict`` and ``body``.
        values: what the template names; texts are escaped, and characters that control a terminal
            are written out.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_written_out,
    )
    environment.filters |= {"counted": counted, "with_code": _with_code}
    environment.globals |= {"sample": _sample, "script": _script, "checksum": _checksum}
    environment.globals["rules"] = {rule.id: rule for rule in RULES}
    return environment


def _written_out(value: object) -> object:
    """Plain text without control characters; what is marked as safe stays as it is."""
    return visible(value) if type(value) is str else value


def _with_code(text: str) -> Markup:
    """A text of ours, in which what stands between backticks is code."""
    parts = enumerate(text.split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in parts
    )


def _script(name: str) -> Markup:
    """A script beside this module, which is written into the page; nothing in it is a value."""
    return Markup((Path(__file__).parent / name).read_text(encoding="utf-8"))  # noqa: S704 - ours


def _checksum(name: str) -> str:
    """What the page's policy names a script by, so that no other one runs in it."""
    return f"sha256-{b64encode(sha256(_script(name).encode()).digest()).decode()}"


def _sample(kind: NodeKind) -> str:
    """The outline of a kind of node, as a legend shows it."""
    return outline(kind, Rectangle(1, 2, 32, 16))
