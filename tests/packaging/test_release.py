"""The release workflow is valid, and releases nothing whose tag, version and CHANGELOG differ."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSION = PROJECT["version"]


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    return found


def run_step(name: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the job that builds, in a folder with a copy of pyproject.toml."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    (step,) = [each for each in jobs()["build"]["steps"] if each.get("name", "").startswith(name)]
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", WORKFLOW),
        *(("vendor.github-issue-forms", form) for form in FORMS),
    ],
)
def test_each_file_is_as_the_services_schema_says(schema: str, file: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


def test_every_action_is_named_by_its_commit() -> None:
    used = [step["uses"] for job in jobs().values() for step in job["steps"] if "uses" in step]

    assert used
    assert all(len(each.partition("@")[2]) == 40 for each in used)


def test_only_the_job_that_publishes_can_prove_who_it_is_and_it_runs_no_code_of_ours() -> None:
    allowed = {name for name, job in jobs().items() if "id-token" in job.get("permissions", {})}

    assert allowed == {"publish"}
    assert all("run" not in step for step in jobs()["publish"]["steps"])


@pytest.mark.parametrize(
    ("tag", "heading", "is_released"),
    [
        (f"v{VERSION}", f"## {VERSION} (2027-01-01)", True),
        (f"v{VERSION}", f"## {VERSION}", True),
        (f"v{VERSION}", f"## {VERSION} (unreleased)", False),
        (f"v{VERSION}", "## 9.9.9", False),
        ("v9.9.9", f"## {VERSION}", False),
    ],
)
def test_tag_version_and_changelog_are_one(
    tmp_path: Path, tag: str, heading: str, *, is_released: bool
) -> None:
    (tmp_path / "CHANGELOG.md").write_text(f"# Changes\n\n{heading}\n\n- One.\n", encoding="utf-8")

    checked = run_step("The tag is the version", tmp_path, GITHUB_REF_NAME=tag)

    assert (checked.returncode == 0) is is_released, checked.stderr


def test_the_package_names_the_repository_that_releases_it(tmp_path: Path) -> None:
    made = run_step(
        "The package names the repository",
        tmp_path,
        GITHUB_REF_NAME=f"v{VERSION}",
        GITHUB_SERVER_URL="https://git.example",
        GITHUB_REPOSITORY="team/functiongraph",
    )

    assert made.returncode == 0, made.stderr
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    repository = "https://git.example/team/functiongraph"
    assert project["urls"] == {
        "Repository": repository,
        "Documentation": f"{repository}/tree/v{VERSION}/docs",
        "Changelog": f"{repository}/blob/v{VERSION}/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
    assert {**project, "urls": None} == {**PROJECT, "urls": None}
