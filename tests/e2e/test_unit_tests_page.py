"""The page on unit tests: the test on the local cloud runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.engine_cli import engine_environment

PAGE = Path(__file__).parents[2] / "docs" / "unit-tests.md"


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_the_test_of_the_page_on_the_local_cloud_passes(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "test_on_the_local_cloud.py").write_text(blocks[-1])

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=engine_environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
