"""The tables of the reference pages, made from what the core has.

``python website/reference.py`` writes them into the pages, between the two comments that name each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pulumi_functiongraph.bridge.package_schema.functions import functions
from pulumi_functiongraph.bridge.package_schema.resource import TARGET_TYPES, TIMES
from pulumi_functiongraph.core.config import AGE, RETRIES
from pulumi_functiongraph.core.local_inputs import TARGETS
from pulumi_functiongraph.core.property_names import to_snake
from pulumi_functiongraph.core.read_permissions import NEEDED
from pulumi_functiongraph.core.schemas import config_schema, event_schema
from pulumi_functiongraph.core.targets import ALLOWED, EXPIRES

Schema: TypeAlias = Mapping[str, Any]

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOLDER = DOCS / "reference"
PAGES = (*sorted(FOLDER.glob("*.md")), DOCS / "other-languages.md", DOCS / "permissions.md")
"""The pages that may have a table."""
_UNITS = {
    "maxAsyncRetryAttempts": RETRIES.unit,
    "maxAsyncEventAgeInSeconds": AGE.unit,
    "expires": EXPIRES.unit,
}


def arguments() -> str:
    """The arguments of the resource."""
    schema = config_schema()
    return _table(schema["properties"], required=schema["required"])


def targets() -> str:
    """The classes of targets, each with its arguments."""
    definitions = config_schema()["$defs"]
    return "\n".join(_target(name, definitions[model.__name__]) for name, model in _classes())


def outputs() -> str:
    """What the service adds to the arguments."""
    rows = (f"| `{to_snake(key)}` | `{key}` | string | {text} |" for key, text in TIMES.items())
    return _lines("| output | other languages | type | what it is |", "|---|---|---|---|", *rows)


def lookups() -> str:
    """The arguments of the package's functions, as other languages write them."""
    rows = (
        f"| `{token.rpartition(':')[2]}` | `{key}` | "
        f"{'yes' if key in each['inputs']['required'] else 'no'} | {_cell(field['description'])} |"
        for token, each in functions().items()
        for key, field in each["inputs"]["properties"].items()
    )
    return _lines("| function | argument | required | what it is |", "|---|---|---|---|", *rows)


def event() -> str:
    """The fields of a notification event, by their paths."""
    schema = event_schema()
    return _lines("| field | type | what it is |", "|---|---|---|", *_fields(schema, schema, ""))


def facts() -> str:
    """What a pre-check and a walk read, each with the permission for it."""
    rows = (f"| {fact} | {_cell(permission)} |" for fact, permission in NEEDED.items())
    return _lines("| to read | permission |", "|---|---|", *rows)


def _classes() -> Iterator[tuple[str, type]]:
    """The classes that Python programs have; a target of any other kind is only read and kept."""
    return ((name, model) for name, model in TARGET_TYPES.items() if name != "RawTarget")


def _target(name: str, schema: Schema) -> str:
    fields = {key: each for key, each in schema["properties"].items() if key != "destination"}
    title = f"### {name}\n\n{schema['description']}\n\n"
    return title + _table(fields, required=schema["required"])


def _table(fields: Schema, *, required: Iterable[str]) -> str:
    rows = (
        f"| `{to_snake(key)}` | `{key}` | {_type(key, field)} | {_allowed(key, field)} | "
        f"{_default(key, field, required)} | {_cell(field['description'])} |"
        for key, field in fields.items()
    )
    head = "| argument | other languages | type | allowed | default | what it is |"
    return _lines(head, "|---|---|---|---|---|---|", *rows)


def _type(key: str, field: Schema) -> str:
    return "[target](#targets)" if key in TARGETS else str(field["type"])


def _allowed(key: str, field: Schema) -> str:
    if "minimum" in field:
        return f"{field['minimum']:,} to {field['maximum']:,} {_UNITS[key]}"
    if key in ALLOWED:
        return _cell(ALLOWED[key].removeprefix("allowed: "))
    if "maxLength" in field and f"{field['maxLength']:,}" not in field["description"]:
        return f"at most {field['maxLength']:,} characters"
    return ""


def _default(key: str, field: Schema, required: Iterable[str]) -> str:
    if key in required:
        return "**required**"
    default = field.get("default")
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{default}`"
    return f"{default:,}" if isinstance(default, int) else f'`"{default}"`'


def _fields(schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    for key, field in schema["properties"].items():
        if "$ref" in field:
            part = whole["$defs"][field["$ref"].rpartition("/")[2]]
            yield from _fields(part, whole, f"{path}{key}.")
        else:
            yield f"| `{path}{key}` | {field['type']} | {_cell(field['description'])} |"


def _cell(text: str) -> str:
    """Text in a cell of a table, where bars would end it and angle brackets would be a tag."""
    return text.replace("|", r"\|").replace("<", "&lt;")


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


TABLES: Mapping[str, Callable[[], str]] = {
    "arguments": arguments,
    "targets": targets,
    "outputs": outputs,
    "lookups": lookups,
    "event": event,
    "facts": facts,
}
"""What is written between the comments, by the name in them."""


def with_tables(page: str) -> str:
    """A page whose tables are those of the models."""
    for name, table in TABLES.items():
        opening, closing = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, opened, rest = page.partition(opening)
        _, closed, after = rest.partition(closing)
        if opened and closed:
            page = f"{before}{opening}\n{table()}\n{closing}{after}"
    return page


def main() -> None:
    """Write the tables into the pages."""
    for page in PAGES:
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
