"""The Pulumi CLI, checked before it runs: `python ci/install_pulumi.py VERSION SHA256`.

Puts it into ~/.pulumi/bin. SHA256 is that of the archive for this machine, from the vendor's list
of checksums; keep it beside the job, so that no one who can change the download can change both.
"""

import hashlib
import io
import os
import platform
import re
import sys
import tarfile
from pathlib import Path

import requests

RELEASES = os.environ.get("PULUMI_RELEASES", "https://get.pulumi.com/releases/sdk")
"""Where the archives are; a mirror of one's own will do."""

TIMEOUT = 60
"""Seconds without a byte."""


def main() -> None:
    """Download, compare, unpack."""
    version, expected = (*sys.argv[1:], "", "")[:2]
    machine = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x64"
    archive = f"pulumi-v{version}-{platform.system().lower()}-{machine}.tar.gz"
    if not re.fullmatch("[0-9a-f]{64}", expected):
        sys.exit(
            f"the checksum of {archive} is not set: take its 64 digits from "
            f"{RELEASES}/pulumi-{version}-checksums.txt and set them as PULUMI_SHA256"
        )
    content = _download(f"{RELEASES}/{archive}")
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{archive} is not what was expected, nothing is installed: SHA-256 {found}")
    place = Path.home() / ".pulumi" / "bin"
    with tarfile.open(fileobj=io.BytesIO(content)) as files:
        if hasattr(tarfile, "data_filter"):  # from Python 3.11.4 on; only files are taken anyway
            files.extraction_filter = tarfile.data_filter
        for member in files:
            member.name = Path(member.name).name  # all are in one folder, pulumi/
            if member.isfile():
                files.extract(member, place)
    sys.stdout.write(f"{place}\n")


def _download(url: str) -> bytes:
    try:
        answer = requests.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        sys.exit(f"{url}: {error}")
    return answer.content


if __name__ == "__main__":
    main()
