"""The `pulumi` on PATH, asked for what it knows of a stack.

What it writes goes through a pipe, never into a file, because it has secrets in clear.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pulumi_functiongraph.core.pattern_redaction import redacted

_QUIET = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
}
"""What would otherwise write between the JSON: of a bucket whose answers have no checksum, such as
those of OBS, the S3 client of Pulumi warns on standard output."""


class NoAnswer(Exception):
    """Pulumi did not answer; the message says why."""


class PulumiFailed(NoAnswer):
    """Pulumi ran and failed; the message is its own."""


def ask_pulumi(
    *arguments: str, timeout: float, folder: Path | None = None, backend: str | None = None
) -> bytes:
    """What a command of Pulumi writes to standard output.

    Args:
        arguments: the command.
        timeout: seconds; a backend in a bucket far away takes some.
        folder: where it runs, the current folder without one.
        backend: the URL of another backend than the one that is logged in to.

    Raises:
        PulumiFailed: it ended with another code than 0.
        NoAnswer: it is not there, cannot be run, or did not end in time.
    """
    command = shutil.which("pulumi")
    if command is None:
        raise NoAnswer("there is no pulumi on PATH")
    chosen = {"PULUMI_BACKEND_URL": backend} if backend else {}
    try:
        run = subprocess.run(  # noqa: S603 - the arguments are ours, and no shell reads them
            [command, *arguments, "--non-interactive", "--color=never"],
            cwd=folder,
            env={**_QUIET, **os.environ, **chosen},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        asked = " ".join(arguments[:2])
        raise NoAnswer(f"pulumi {asked} did not end within {timeout:.0f} seconds") from error
    except OSError as error:
        raise NoAnswer(f"could not run pulumi: {error.strerror}") from error
    if run.returncode:
        message = redacted(" ".join(run.stderr.decode(errors="replace").split()))
        message = message.removeprefix("error: ")
        raise PulumiFailed(message or f"pulumi ended with exit code {run.returncode}")
    return run.stdout
