"""An S3 client of the local cloud."""

from typing import Any

import boto3
from botocore.config import Config

from contract.vendor import endpoint
from pulumi_functiongraph.emulator.process import Emulator


def s3_client(
    cloud: Emulator,
    *,
    secret_key: str | None = None,
    signature: str = "s3v4",
    keys: tuple[str, str, str] | None = None,
) -> Any:
    """A client with the first access key, or with a temporary one and its token."""
    environment = cloud.environment
    access, secret, token = keys or (
        environment["HUAWEICLOUD_SDK_AK"],
        secret_key or environment["HUAWEICLOUD_SDK_SK"],
        None,
    )
    return boto3.client(
        "s3",
        endpoint_url=endpoint(environment, "obs"),
        region_name=environment["FUNCTIONGRAPH_REGION"],
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(signature_version=signature, retries={"max_attempts": 0}),
    )
