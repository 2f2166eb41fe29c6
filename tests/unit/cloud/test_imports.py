"""What is loaded when."""

import subprocess
import sys
from pathlib import Path

import pytest

import pulumi_functiongraph

HEAVY = ("keystoneauth1", "openstack", "huaweicloudsdkcore", "pulumi")
SOURCE_ROOT = Path(__file__).parents[3] / "provider"


@pytest.mark.parametrize(
    "module",
    [
        "http.session",
        "precheck_client",
        "services.functiongraph",
        "services.iam",
        "services.smn",
        "settings",
        "walk_client",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_used(module: str) -> None:
    code = (
        f"import sys, pulumi_functiongraph.cloud.{module}\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SOURCE_ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == "[]"


def test_access_keys_load_neither_keystone_nor_openstack() -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pulumi_functiongraph.cloud.settings import resolve\n"
        "from pulumi_functiongraph.cloud.http.session import Session\n"
        "environ = {'HW_ACCESS_KEY': 'a', 'HW_SECRET_KEY': 's'}\n"
        "Session(resolve({}, environ, Path('/none'), directory=Path('/none')))\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(SOURCE_ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == "[]"


def test_the_package_is_the_one_under_test() -> None:
    assert Path(pulumi_functiongraph.__file__).is_relative_to(SOURCE_ROOT)
