"""No secret leaves the run in clear: not in what is printed, logged or kept, whatever happens."""

import json
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from e2e.configs import program, rewrite
from e2e.engine_cli import StackAt, write_project
from e2e.observed import CREDENTIALS, Observed, have_credentials, without_credentials
from pulumi_functiongraph.core.targets import Bucket
from pulumi_functiongraph.emulator.process import Emulator

pytestmark = pytest.mark.engine

SECRETS = """\
secret = pulumi.Config().require_secret
AsyncNotificationConfig(
    "parts",
    function_urn="orders",
    max_async_retry_attempts={retries},
    on_success=SmnTarget(secret("topic")),
    on_failure=ObsTarget(secret("bucket"), secret("prefix"), expires=30),
)
AsyncNotificationConfig(
    "whole",
    function_urn="billing",
    max_async_retry_attempts={retries},
    on_success=pulumi.Output.secret(FunctionTarget("canary-function")),
    on_failure=secret("bucket").apply(lambda name: {{"bucket": name, "prefix": "canary"}}),
)
"""


@pytest.fixture
def observed(
    tmp_path: Path, stack_at: StackAt, cloud: Cloud, functiongraph_emulator: Emulator
) -> Observed:
    cloud.seed(
        "functions:\n  - {name: canary-function, xrole: serverless-trust}\n"
        "topics: [{name: canary-topic}]\nbuckets: [{name: canary-bucket}, {name: canary-other}]\n"
    )
    cli = stack_at(
        write_project(tmp_path / "kept", program("")), environment=without_credentials(cloud)
    )
    have_credentials(cli, cloud)
    topic = cloud.topic("canary-topic")
    cli.config_set_secrets({"bucket": "canary-bucket", "prefix": 'canary/"é', "topic": topic})
    cloud.forget_requests()
    return Observed(cli, cloud, functiongraph_emulator, tmp_path)


def declare(observed: Observed, *, retries: int) -> None:
    rewrite(observed.cli, SECRETS.format(retries=retries))


def test_refusals_and_failures_name_no_secret(observed: Observed) -> None:
    cli, cloud = observed.cli, observed.cloud
    declare(observed, retries=1)
    cli.config_set("bucket", "Canary_Bucket", secret=True)
    refused = observed.run("bad bucket", "up", "--skip-preview", expect=1)
    assert "on_failure.bucket: is not a bucket name that OBS takes" in refused.output
    cli.config_set("bucket", "canary-bucket", secret=True)

    cloud.put_by_hand("orders", on_failure=Bucket(bucket="results"))
    refused = observed.run("not ours", "preview", "--json", expect=1)
    assert "already has an async notification config" in refused.output
    assert "on_failure.bucket: changed (names are not shown, they may be secret)" in refused.output
    cloud.delete_by_hand("orders")

    param = json.dumps({"bucket": "canary-bucket", "prefix": 'canary/"é'})
    request = json.dumps({"on_failure": {"destination": "OBS", "param": param}})
    echo = {"error_code": "FSS.0400", "error_msg": f"{CREDENTIALS['security_token']}: {request}"}
    cloud.fault(operation="UpdateFunctionAsyncInvokeConfig", status=400, body=echo)
    failed = observed.run("refused PUT", "up", "--skip-preview", expect=1)
    assert "HTTP 400 FSS.0400 (not shown): " in failed.output
    cloud.lift_faults()

    cli.config_set("functiongraph:secretKey", "canary-wrong-key", secret=True)
    failed = observed.run("wrong key", "up", "--skip-preview", expect=1)
    assert "The temporary access key from Pulumi config" in failed.output
    cli.config_set("functiongraph:secretKey", CREDENTIALS["secret_key"], secret=True)

    observed.run("create at last", "up", "--skip-preview")
    observed.keep_state("create at last")
    echo["error_msg"] = f"{CREDENTIALS['secret_key']} and {CREDENTIALS['security_token']}"
    echo["error_msg"] += json.dumps({"password": "canary of somebody else"})
    cloud.fault(operation="DeleteFunctionAsyncInvokeConfig", status=400, body=echo)
    observed.run("refused DELETE", "destroy", "--skip-preview", expect=1)
    observed.keep_what_is_on_disk()
    assert observed.leaks == {}
