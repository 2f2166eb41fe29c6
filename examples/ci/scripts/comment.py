"""One comment in a pull or merge request, kept up to date: `python ci/comment.py FILE`.

The first line of FILE is the mark by which the comment is found again. What asks for it is told by
the environment: a pull request of GitHub (GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN,
PULL_REQUEST), else a merge request of GitLab (CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID,
COMMENT_TOKEN).
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

TIMEOUT = 30
"""Seconds for one request."""

PER_PAGE = 100
"""The most comments that either service gives in one answer."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments of one request.

    Attributes:
        comments: where they are listed and written.
        comment: what the address of one begins with; its id follows.
        method: how one is replaced.
        is_ours: whether this job's account has written a comment.
    """

    comments: str
    comment: str
    method: str
    is_ours: Callable[[Mapping[str, Any]], bool]


def main() -> None:
    """Write the comment, or replace the one that is there."""
    body = Path(sys.argv[1]).read_text(encoding="utf-8")
    with requests.Session() as session:
        thread = _github(session) if "PULL_REQUEST" in os.environ else _gitlab(session)
        found = next(_with_mark(session, thread, body.partition("\n")[0]), None)
        if found is None:
            _ask(session, "POST", thread.comments, json={"body": body})
        else:
            _ask(session, thread.method, f"{thread.comment}/{found}", json={"body": body})


def _github(session: requests.Session) -> Thread:
    session.headers["Authorization"] = f"Bearer {os.environ['GITHUB_TOKEN']}"
    session.headers["Accept"] = "application/vnd.github+json"
    issues = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    return Thread(
        comments=f"{issues}/{os.environ['PULL_REQUEST']}/comments",
        comment=f"{issues}/comments",
        method="PATCH",
        is_ours=lambda comment: comment["user"]["type"] == "Bot",
    )


def _gitlab(session: requests.Session) -> Thread:
    session.headers["PRIVATE-TOKEN"] = os.environ["COMMENT_TOKEN"]
    api = os.environ["CI_API_V4_URL"]
    requested = f"merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}"
    notes = f"{api}/projects/{os.environ['CI_PROJECT_ID']}/{requested}/notes"
    own = _ask(session, "GET", f"{api}/user").json()["id"]
    return Thread(
        comments=notes,
        comment=notes,
        method="PUT",
        is_ours=lambda note: note["author"]["id"] == own,
    )


def _with_mark(session: requests.Session, thread: Thread, mark: str) -> Iterator[int]:
    """The ids of our comments that begin with the mark, page by page."""
    page: str | None = f"{thread.comments}?per_page={PER_PAGE}"
    while page:
        answer = _ask(session, "GET", page)
        for comment in answer.json():
            if comment["body"].startswith(mark) and thread.is_ours(comment):
                yield comment["id"]
        page = answer.links.get("next", {}).get("url")


def _ask(session: requests.Session, method: str, url: str, **how: Any) -> requests.Response:
    """One request; the job ends with a line that says what was refused."""
    try:
        answer = session.request(method, url, timeout=TIMEOUT, **how)
    except requests.RequestException as error:
        sys.exit(f"{method} {url}: no answer ({type(error).__name__})")
    if not answer.ok:
        sys.exit(
            f"{method} {url}: HTTP {answer.status_code}; the token needs the right to comment: "
            "on GitHub `pull-requests: write`, on GitLab the scope `api`"
        )
    return answer


if __name__ == "__main__":
    main()
