"""docs/credentials.md holds the tables of the code; run as a program, this rewrites them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from pulumi_functiongraph.cloud.auth.known_settings import FILE_KEYS, TOOLS, VARIABLES, KnownSetting

PAGE = Path(__file__).parents[3] / "docs" / "credentials.md"
MARK = "rewrites what follows -->\n"


def tables() -> str:
    """The part of the page after the mark."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield ""
    yield from ("| short | tool, and where it names them |", "| --- | --- |")
    yield from (f"| {short} | {tool} |" for short, tool in TOOLS.items())
    for entries in (VARIABLES, FILE_KEYS):
        for group, found in groupby(entries, key=lambda entry: entry.group):
            yield from ("", f"### `{group}`", "")
            yield from ("| name | read by | decides | here | |", "| --- | --- | --- | --- | --- |")
            yield from _rows(found)
    yield ""


def _rows(entries: Iterable[KnownSetting]) -> Iterator[str]:
    def alike(entry: KnownSetting) -> tuple[object, ...]:
        return (
            entry.tools,
            entry.decides,
            entry.handling,
            entry.note,
            entry.harmless,
            entry.beside,
        )

    for _, same in groupby(entries, key=alike):
        listed = list(same)
        entry = listed[0]
        names = ", ".join(f"`{each.name}`" for each in listed)
        tools = ", ".join(entry.tools)
        yield f"| {names} | {tools} | {entry.decides} | {entry.handling} | {_note(entry)} |"


def _note(entry: KnownSetting) -> str:
    note = entry.note.replace("*", "\\*").replace("<", "\\<")
    if entry.harmless:
        note += f". Allowed: {', '.join(sorted(entry.harmless))}"
    if entry.beside:
        note += f". Only beside: {', '.join(sorted(entry.beside))}"
    return note


def test_the_page_holds_the_tables_of_the_code() -> None:
    told = PAGE.read_text(encoding="utf-8").partition(MARK)[2]

    assert told == tables(), "docs/credentials.md is stale: python " + str(
        Path(__file__).relative_to(PAGE.parents[1])
    )


def test_every_group_stands_together_so_that_each_has_one_table() -> None:
    for entries in (VARIABLES, FILE_KEYS):
        groups = [group for group, _ in groupby(entries, key=lambda entry: entry.group)]
        assert len(groups) == len(set(groups))


if __name__ == "__main__":
    before, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    PAGE.write_text(f"{before}{mark}{tables()}", encoding="utf-8")
