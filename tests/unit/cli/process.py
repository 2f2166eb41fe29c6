"""`fgctl` as a process of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

FGCTL = shutil.which("fgctl", path=str(Path(sys.executable).parent))
HEAVY = ["pulumi", "pydantic", "requests", "rich", "uvicorn"]
LOADED = """\
import json, sys
sys.argv = ["fgctl", *sys.argv[1:]]
from pulumi_functiongraph.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


def fgctl(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert FGCTL is not None, "fgctl is not installed beside this Python"
    return subprocess.run(
        [FGCTL, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def loaded_by(*arguments: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(run.stderr))
