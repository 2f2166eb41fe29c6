"""Archives: what is unpacked, and what could leave its folder."""

import stat
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from pulumi_functiongraph.emulator.workers import unpacking
from pulumi_functiongraph.emulator.workers.worker import Started
from unit.emulator.workers.jobs import GOOD, Pool, archived, failed, inline, job, returned, zipped


def _linked() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("index.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _twice() -> bytes:
    return zipped({"index.py": GOOD, "indey.py": "x"}).archive.replace(b"indey.py", b"index.py")


def _lying() -> bytes:
    """Says that a megabyte is one byte."""
    content = zipped({"index.py": b"#" * (1 << 20)}).archive
    return content.replace((1 << 20).to_bytes(4, "little"), (1).to_bytes(4, "little"))


def _encrypted() -> bytes:
    """Sets the flag in both headers of its only entry."""
    content = bytearray(zipped({"index.py": GOOD}).archive)
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def _odd() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("index.py", GOOD)
    return stream.getvalue()


ARCHIVES: dict[str, tuple[bytes, str]] = {
    "no archive": (b"PK nonsense", "cannot be unpacked"),
    "half": (zipped({"index.py": GOOD}).archive[:-30], "cannot be unpacked"),
    "up and out": (zipped({"../out.py": ""}).archive, "no name of a file inside"),
    "up and out, deep": (zipped({"a/../../out.py": ""}).archive, "no name of a file inside"),
    "absolute": (zipped({"/tmp/out.py": ""}).archive, "no name of a file inside"),
    "backslash": (zipped({"..\\out.py": ""}).archive, "no name of a file inside"),
    "drive": (zipped({"c:/out.py": ""}).archive, "no name of a file inside"),
    "line break": (zipped({"a\nb": ""}).archive, "no name of a file inside"),
    "long name": (zipped({"x" * 300: ""}).archive, "too long"),
    "long path": (zipped({"x/" * 600: ""}).archive, "too long"),
    "link": (_linked(), "is a link"),
    "encrypted": (_encrypted(), "is encrypted"),
    "odd compression": (_odd(), "compressed in an odd way"),
    "name twice": (_twice(), "two entries of one name"),
    "file as folder": (zipped({"a": "", "a/b": ""}).archive, "two entries of one name"),
    "folder as file": (zipped({"a/b": "", "a": ""}).archive, "two entries of one name"),
    "lie about the size": (_lying(), "cannot be unpacked"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archive_that_could_do_harm_is_a_function_error(shared: Pool, name: str) -> None:
    content, message = ARCHIVES[name]
    outcome = shared.one(archived(content))
    assert failed(outcome)["errorType"] == "BadCode"
    assert message in outcome.error
    assert returned(shared.one(GOOD, 1)) == 1


@pytest.mark.parametrize(
    "handler", ["handler", ".handler", "..handler", "a..b", "index.", "", "../x.handler", "/x.y"]
)
def test_handler_that_names_no_function_of_a_file_is_a_function_error(
    shared: Pool, handler: str
) -> None:
    for code in (inline(GOOD, handler=handler), zipped({"index.py": GOOD}, handler=handler)):
        outcome = shared.one(code)

        failed(outcome)
        assert f"andler {handler!a} is not of the form file.function" in outcome.error


def test_bombs_are_refused(shared: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_BYTES", 1000)
    monkeypatch.setattr(unpacking, "MAX_FILES", 3)
    large = zipped({"index.py": GOOD, "a": b"0" * 600, "b": b"0" * 600})
    many = zipped({"index.py": GOOD, "a": "", "b": "", "c": ""})
    fits = zipped({"index.py": GOOD, "a": b"0" * 600})
    assert "larger than 1000 bytes" in shared.one(large).error
    assert "4 entries, more than 3" in shared.one(many).error
    assert returned(shared.one(fits, 1)) == 1


def test_a_start_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(unpacking.BadCodeError):
        Started.start(job(archived(b"nonsense")), tmp_path)
    assert list(tmp_path.iterdir()) == []
