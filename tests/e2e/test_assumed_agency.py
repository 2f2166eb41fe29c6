"""A stack of another account, through its agency; with the real engine."""

from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import program
from e2e.engine_cli import StackAt, write_project

pytestmark = pytest.mark.engine

THEIRS = "dddd0000dddd0000dddd0000dddd0000"
ACCOUNT = """\
accounts:
  - domain: {{name: CUSTOMER}}
    projects: [{{name: {region}_theirs, id: {project}}}]
    agencies:
      - name: of-customer
        trust_domain_name: local-cloud
        grants: [{{role: FunctionGraph FullAccess, scope: inherited}}]
    functions: [{{name: orders}}]
"""


def test_a_config_is_written_in_the_agencys_account_and_never_in_the_own_one(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud
) -> None:
    cloud.seed(ACCOUNT.format(region=cloud.region, project=THEIRS))
    urn = f"urn:fss:{cloud.region}:{THEIRS}:function:default:orders:latest"
    body = f'AsyncNotificationConfig("orders", function_urn="{urn}", max_async_retry_attempts=2)\n'
    environment = {
        **cloud.environment,
        "HUAWEICLOUD_SDK_PROJECT_ID": "",
        "OS_AGENCY_NAME": "of-customer",
        "OS_AGENCY_DOMAIN_NAME": "CUSTOMER",
        "OS_DELEGATED_PROJECT": f"{cloud.region}_theirs",
    }
    cli = stack_at(write_project(tmp_path / "theirs", program(body)), environment=environment)

    unsupported = cli.up(environment={"HUAWEICLOUD_SDK_IDP_ID": "idp"}, expect=1)
    assert "HUAWEICLOUD_SDK_IDP_ID is set, and it is not supported" in unsupported.output
    assert cloud.requests() == []
    cli.up()

    written = [each["path"] for each in cloud.writes()]
    assert written
    assert all(THEIRS in path for path in written)
    assert cloud.has_no_config("orders")
    cli.destroy()
