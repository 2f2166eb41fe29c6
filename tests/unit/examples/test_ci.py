"""The jobs of `examples/ci`: valid by the services' schemas, and their shell parts run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from pulumi_functiongraph.emulator.process import Emulator
from unit.core.stack.told import GOLDEN, preview, state
from unit.core.stack.told import export as exported

CI = Path(__file__).parents[3] / "examples" / "ci"
SCRIPTS = CI / "scripts"
GITHUB = sorted((CI / "github").glob("*.yml"))
GITLAB = sorted((CI / "gitlab").glob("*.yml"))
GITLAB_KEYS = ("before_script", "script", "after_script")


def shell_parts() -> Iterator[tuple[str, str]]:
    """Each piece of shell of the jobs, and what to call it."""
    for file in GITHUB:
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
            for step in job["steps"]:
                if "run" in step:
                    yield f"{file.name}: {step['name']}", step["run"]
    for file in GITLAB:
        for name, job in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            for key in GITLAB_KEYS:
                if key in job:
                    yield f"{name}: {key}", "\n".join(job[key])


PARTS = dict(shell_parts())


def check_schema(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *options, str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("file", GITHUB, ids=lambda file: file.name)
def test_a_workflow_is_valid_by_the_schema_of_github(file: Path, tmp_path: Path) -> None:
    how = ("--builtin-schema", "vendor.github-workflows")
    broken = tmp_path / "broken.yml"
    broken.write_text(file.read_text(encoding="utf-8").replace("runs-on:", "runs-at:"))

    assert check_schema(file, *how).returncode == 0, check_schema(file, *how).stdout
    assert check_schema(broken, *how).returncode == 1


@pytest.mark.parametrize("file", GITLAB, ids=lambda file: file.name)
def test_the_jobs_are_valid_by_the_schema_of_gitlab(file: Path, tmp_path: Path) -> None:
    how = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    broken = tmp_path / "broken.yml"
    broken.write_text(file.read_text(encoding="utf-8").replace("when: always", "when: ever"))

    assert check_schema(file, *how).returncode == 0, check_schema(file, *how).stdout
    assert check_schema(broken, *how).returncode == 1


def test_jobs_of_both_services_are_here() -> None:
    assert [file.name for file in (*GITHUB, *GITLAB)] == [
        "notifications-drift.yml",
        "notifications-review.yml",
        "notifications.gitlab-ci.yml",
    ]
    assert len(PARTS) == 11


@pytest.mark.parametrize("name", PARTS)
def test_a_piece_of_shell_is_bash_and_takes_nothing_in_unquoted(name: str) -> None:
    part = PARTS[name]

    subprocess.run(["bash", "-n", "-c", part], check=True, timeout=10)
    assert "${{" not in part, "an expression in shell lets the text of a request run"
    for line in part.splitlines():
        unquoted = re.sub(r'"[^"]*"', "", line)
        assert "$" not in unquoted, line


@pytest.mark.parametrize("name", PARTS)
def test_every_script_that_a_job_starts_is_here(name: str) -> None:
    for script in re.findall(r"\bci/([\w.]+)", PARTS[name]):
        file = SCRIPTS / script
        assert file.is_file()
        assert os.access(file, os.X_OK) or f"python ci/{script}" in PARTS[name]


@pytest.mark.parametrize("script", ["review", "drift"])
def test_a_script_is_bash_that_stops_at_the_first_failure(script: str) -> None:
    text = (SCRIPTS / script).read_text(encoding="utf-8")

    subprocess.run(["bash", "-n", str(SCRIPTS / script)], check=True, timeout=10)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text


@pytest.mark.parametrize("script", ["review", "drift"])
def test_a_script_without_a_stack_says_how_it_is_used_and_ends_with_2(script: str) -> None:
    run = subprocess.run(
        [str(SCRIPTS / script)], capture_output=True, text=True, check=False, timeout=10
    )

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(f"usage: ci/{script} STACK")


def test_jobs_install_from_git_as_long_as_nothing_is_released() -> None:
    page = (CI / "README.md").read_text(encoding="utf-8")

    assert re.search(r"^pulumi-functiongraph.* @ git\+https://\S+@<commit>$", page, re.MULTILINE)
    assert "git" in PARTS[".notifications: before_script"].splitlines()[0]


class Job:
    """A checkout with the scripts in it, and a `pulumi` that answers with files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.folder.mkdir()
        (self.folder / "ci").symlink_to(SCRIPTS)
        self.answers = folder / "answers"
        self.answers.mkdir()
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        told = shlex.quote(str(self.answers))
        stub = self.answers / "pulumi"
        stub.write_text(f'#!/bin/sh\ncat {told}/"$1"\nexit "$(cat {told}/"$1".code)"\n')
        stub.chmod(0o755)
        path = [str(self.answers), str(Path(sys.executable).parent), os.environ["PATH"]]
        self.environment = {
            "PATH": os.pathsep.join(path),
            "HOME": str(folder),
            "TMPDIR": str(self.temporary),
        }

    def pulumi(self, command: str, answer: str, *, code: int = 0) -> None:
        (self.answers / command).write_text(answer, encoding="utf-8")
        (self.answers / f"{command}.code").write_text(str(code), encoding="utf-8")

    def run(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a piece of shell as the service does."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", PARTS[name]],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def written(self, folder: str) -> list[str]:
        return sorted(file.name for file in (self.folder / folder).glob("*"))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


REVIEWS = ["notifications-review.yml: Review", "notifications-review: script"]
DRIFTS = ["notifications-drift.yml: Drift", "notifications-drift: script"]


@pytest.mark.parametrize("name", REVIEWS)
def test_a_review_writes_every_report_and_keeps_what_pulumi_wrote(name: str, job: Job) -> None:
    job.pulumi("preview", (GOLDEN / "preview.json").read_text(encoding="utf-8"))
    job.pulumi("stack", (GOLDEN / "export.json").read_text(encoding="utf-8"))

    run = job.run(name, STACK="dev")

    assert run.returncode == 1, run.stderr
    assert run.stdout.startswith("3 errors found")
    forms = [f"review.{form}" for form in ("html", "json", "md", "sarif")]
    assert job.written("review") == ["code-quality.json", "junit.xml", *forms]
    assert list(job.temporary.iterdir()) == []
    assert job.run(name, STACK="dev", FAIL_ON="never").returncode == 0


# Both run the same script, as the test before shows.
@pytest.mark.parametrize("name", REVIEWS[:1])
def test_a_preview_that_failed_is_reported_and_never_a_success(name: str, job: Job) -> None:
    diagnostic = {"severity": "error", "message": "error: preview failed"}
    job.pulumi("preview", preview(diagnostics=[diagnostic]), code=1)
    job.pulumi("stack", exported())

    run = job.run(name, STACK="dev", FAIL_ON="never")

    assert run.returncode == 2
    assert (
        "cannot say: not all could be judged" in (job.folder / "review" / "review.md").read_text()
    )
    job.pulumi("preview", preview(), code=255)
    assert job.run(name, STACK="dev").returncode == 2


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_ends_with_what_was_found(
    name: str, job: Job, functiongraph_emulator: Emulator
) -> None:
    functiongraph_emulator.seed("functions: [{name: gone}]")
    cloud = functiongraph_emulator.environment
    region, project = cloud["FUNCTIONGRAPH_REGION"], cloud["HUAWEICLOUD_SDK_PROJECT_ID"]
    urn = f"urn:fss:{region}:{project}:function:default:gone:latest"

    job.pulumi("stack", exported())
    assert job.run(name, STACKS="dev prod", **cloud).returncode == 0
    forms = [f"drift.{form}" for form in ("html", "json", "md", "sarif")]
    assert job.written("drift") == [*forms, "junit.xml"]

    job.pulumi("stack", exported(state("a", inputs={"functionUrn": urn})))
    found = job.run(name, STACKS="dev", **cloud)
    assert (found.returncode, "\ndrift" in found.stdout) == (1, True), found.stderr

    refused = job.run(name, STACKS="dev", **{**cloud, "HUAWEICLOUD_SDK_SK": "wrong"})
    assert (refused.returncode, "no all-clear" in refused.stdout) == (2, True)
    assert job.run(name, STACKS="", **cloud).returncode == 2


ARCHIVE = "pulumi-v3.259.0-linux-{}.tar.gz"


class Releases(ThreadingHTTPServer):
    """A mirror with one release of Pulumi."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Release)
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as files:
            for name in ("pulumi/pulumi", "pulumi/../../../outside"):
                told = b"#!/bin/sh\necho v3.259.0\n"
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(told), 0o755
                files.addfile(member, io.BytesIO(told))
        self.content = content.getvalue()
        self.asked: list[str] = []

    def install(self, home: Path, checksum: str) -> subprocess.CompletedProcess[str]:
        releases = f"http://127.0.0.1:{self.server_port}/sdk"
        return subprocess.run(
            [sys.executable, SCRIPTS / "install_pulumi.py", "3.259.0", checksum],
            env={"HOME": str(home), "PULUMI_RELEASES": releases},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


class _Release(BaseHTTPRequestHandler):
    server: Releases

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def releases() -> Iterator[Releases]:
    with Releases() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_pulumi_is_installed_where_its_checksum_is_right(
    releases: Releases, tmp_path: Path
) -> None:
    done = releases.install(tmp_path, hashlib.sha256(releases.content).hexdigest())

    place = tmp_path / ".pulumi" / "bin"
    assert (done.returncode, done.stdout) == (0, f"{place}\n"), done.stderr
    assert subprocess.check_output([place / "pulumi"], text=True) == "v3.259.0\n"
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == [
        "outside",
        "pulumi",
    ]
    assert (place / "outside").is_file()
    (asked,) = releases.asked
    assert asked in {f"/sdk/{ARCHIVE.format(machine)}" for machine in ("x64", "arm64")}


def test_pulumi_with_another_checksum_is_not_installed(releases: Releases, tmp_path: Path) -> None:
    done = releases.install(tmp_path, "0" * 64)

    assert done.returncode == 1
    assert "is not what was expected, nothing is installed" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("checksum", ["", "soon", "0" * 63])
def test_without_a_checksum_nothing_is_downloaded(
    checksum: str, releases: Releases, tmp_path: Path
) -> None:
    done = releases.install(tmp_path, checksum)

    assert done.returncode == 1
    assert "pulumi-3.259.0-checksums.txt and set them as PULUMI_SHA256" in done.stderr
    assert (releases.asked, list(tmp_path.iterdir())) == ([], [])


class Comments(ThreadingHTTPServer):
    """The comments of a request, as either service keeps them: one on a page."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.kept: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refuses = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, body: str, *, bot: bool = True) -> None:
        kind, author = ("Bot", 7) if bot else ("User", 8)
        comment = {"id": len(self.kept), "body": body}
        self.kept.append({**comment, "user": {"type": kind}, "author": {"id": author}})

    @property
    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.kept]


class _Answers(BaseHTTPRequestHandler):
    server: Comments

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self._note()
        if url.path.endswith("/user"):
            self._answer({"id": 7})
            return
        page = int(parse_qs(url.query).get("page", ["1"])[0])
        more = f'<{self.server.url}{url.path}?page={page + 1}>; rel="next"'
        link = more if page < len(self.server.kept) else ""
        self._answer(self.server.kept[page - 1 : page], link=link)

    def do_POST(self) -> None:
        self._note()
        self.server.add(self._body())
        self._answer({})

    def do_PATCH(self) -> None:
        self._note()
        self.server.kept[int(self.path.rpartition("/")[2])]["body"] = self._body()
        self._answer({})

    do_PUT = do_PATCH  # noqa: N815 - the base looks it up by this name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def _note(self) -> None:
        self.server.asked.append(f"{self.command} {urlsplit(self.path).path}")

    def _body(self) -> str:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return str(sent["body"])

    def _answer(self, body: object, *, link: str = "") -> None:
        self.send_response(403 if self.server.refuses else 200)
        if link:
            self.send_header("Link", link)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


@pytest.fixture
def comments() -> Iterator[Comments]:
    with Comments() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def environment_of(service: str, url: str) -> dict[str, str]:
    if service == "github":
        return {
            "GITHUB_API_URL": url,
            "GITHUB_REPOSITORY": "shop/orders",
            "GITHUB_TOKEN": "canary",
            "PULL_REQUEST": "5",
        }
    return {
        "CI_API_V4_URL": url,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "5",
        "COMMENT_TOKEN": "canary",
    }


COMMENTING = {
    "github": "notifications-review.yml: Comment",
    "gitlab": "notifications-review: after_script",
}


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        (
            "github",
            [
                "POST /repos/shop/orders/issues/5/comments",
                "PATCH /repos/shop/orders/issues/comments/2",
            ],
        ),
        (
            "gitlab",
            ["POST /projects/3/merge_requests/5/notes", "PUT /projects/3/merge_requests/5/notes/2"],
        ),
    ],
)
def test_there_is_one_comment_and_it_is_kept_up_to_date(
    service: str, asked: list[str], job: Job, comments: Comments
) -> None:
    comments.add("looks good")
    comments.add("<!-- fgctl review -->\nquoted by somebody", bot=False)
    (job.folder / "review").mkdir()
    report = job.folder / "review" / "review.md"
    for text in ("first", "second: →"):
        report.write_text(f"<!-- fgctl review -->\n{text}", encoding="utf-8")
        run = job.run(COMMENTING[service], **environment_of(service, comments.url))
        assert (run.returncode, run.stderr) == (0, "")

    assert comments.bodies[2:] == ["<!-- fgctl review -->\nsecond: →"]
    assert [each for each in comments.asked if not each.startswith("GET")] == asked


@pytest.mark.parametrize("service", COMMENTING)
def test_each_stack_has_a_comment_of_its_own(service: str, job: Job, comments: Comments) -> None:
    (job.folder / "review").mkdir()
    bodies = [
        f"<!-- fgctl review: stack {stack} of project shop -->\n{text}"
        for text in ("first", "second")
        for stack in ("dev", "dev-2")
    ]
    for body in bodies:
        (job.folder / "review" / "review.md").write_text(body, encoding="utf-8")
        run = job.run(COMMENTING[service], **environment_of(service, comments.url))
        assert (run.returncode, run.stderr) == (0, "")

    assert comments.bodies == bodies[2:]


@pytest.mark.parametrize("service", COMMENTING)
def test_a_comment_that_is_refused_is_told_in_a_line_without_the_token(
    service: str, job: Job, comments: Comments
) -> None:
    comments.refuses = True
    (job.folder / "review").mkdir()
    (job.folder / "review" / "review.md").write_text("<!-- fgctl review -->\n")

    run = job.run(COMMENTING[service], **environment_of(service, comments.url))
    gone = job.run(COMMENTING[service], **environment_of(service, "http://127.0.0.1:9"))

    for ended, said in ((run, "HTTP 403; the token needs"), (gone, "no answer")):
        assert ended.returncode == 1
        assert said in ended.stderr
        assert "canary" not in ended.stderr
        assert "Traceback" not in ended.stderr
