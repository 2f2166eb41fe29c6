"""What an agency's temporary credentials may do, by the vendor's own clients."""

import base64
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkdis import v2 as dis
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdksmn import v2 as smn

from contract.vendor import dis_client, endpoint, iam_client, smn_client
from pulumi_functiongraph.emulator.process import Emulator
from pulumi_functiongraph.emulator.seeds.models import stable_id

DOMAIN = stable_id("domain", "local-cloud")
ENOUGH = ["Tenant Guest", "SMN Administrator", "DIS User", "OBS OperateAccess"]


def environment_of(cloud: Emulator, grants: list[str]) -> Mapping[str, str]:
    """The environment, with temporary keys of an agency that has `grants`."""
    cloud.seed({"agencies": [{"name": "notify", "grants": grants}]})
    role = iam.IdentityAssumerole(agency_name="notify", domain_id=DOMAIN, duration_seconds=900)
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=role)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
    client = iam_client(cloud.environment, domain_id=DOMAIN)
    request = iam.CreateTemporaryAccessKeyByAgencyRequest(body=body)
    key = client.create_temporary_access_key_by_agency(request).credential
    return {
        **cloud.environment,
        "HUAWEICLOUD_SDK_AK": key.access,
        "HUAWEICLOUD_SDK_SK": key.secret,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": key.securitytoken,
    }


def publish(environment: Mapping[str, str]) -> Any:
    region, project = environment["FUNCTIONGRAPH_REGION"], environment["HUAWEICLOUD_SDK_PROJECT_ID"]
    request = smn.PublishMessageRequest(
        topic_urn=f"urn:smn:{region}:{project}:order-events",
        body=smn.PublishMessageRequestBody(message="m"),
    )
    return smn_client(environment).publish_message(request)


def send(environment: Mapping[str, str]) -> Any:
    entry = dis.PutRecordsRequestEntry(data=base64.b64encode(b"m").decode(), partition_key="k")
    body = dis.PutRecordsRequest(stream_name="order-stream", records=[entry])
    return dis_client(environment).send_records(dis.SendRecordsRequest(body=body))


def put(environment: Mapping[str, str]) -> Any:
    client = boto3.client(
        "s3",
        endpoint_url=endpoint(environment, "obs"),
        region_name=environment["FUNCTIONGRAPH_REGION"],
        aws_access_key_id=environment["HUAWEICLOUD_SDK_AK"],
        aws_secret_access_key=environment["HUAWEICLOUD_SDK_SK"],
        aws_session_token=environment["HUAWEICLOUD_SDK_SECURITY_TOKEN"],
        config=Config(retries={"max_attempts": 0}),
    )
    return client.put_object(Bucket="order-failures", Key="a", Body=b"m")


def test_an_agency_without_grants_delivers_nothing(cloud: Emulator) -> None:
    environment = environment_of(cloud, [])

    with pytest.raises(ServiceResponseException) as no_message:
        publish(environment)
    with pytest.raises(ServiceResponseException) as no_record:
        send(environment)
    with pytest.raises(ClientError) as no_object:
        put(environment)

    assert (no_message.value.status_code, no_record.value.status_code) == (403, 403)
    assert no_object.value.response["Error"]["Code"] == "AccessDenied"
    state = cloud.state()
    assert state["topics"][0]["messages"] == state["streams"][0]["records"] == []


def test_an_agency_with_enough_grants_delivers_everywhere(cloud: Emulator) -> None:
    environment = environment_of(cloud, ENOUGH)

    publish(environment)
    sent = send(environment)
    put(environment)

    assert (sent.failed_record_count, sent.records[0].partition_id) == (0, "shardId-0000000000")
    state = cloud.state()
    assert len(state["topics"][0]["messages"]) == 1
    assert state["streams"][0]["records"] == [{"partition_key": "k", "data": "bQ=="}]
    assert state["buckets"][0]["objects"] == ["a"]


def test_a_stream_is_made_and_deleted(cloud: Emulator) -> None:
    client = dis_client(cloud.environment)
    body = dis.CreateStreamReq(stream_name="new", partition_count=1)

    client.create_stream(dis.CreateStreamRequest(body=body))
    shown = client.show_stream(dis.ShowStreamRequest(stream_name="new"))
    client.delete_stream(dis.DeleteStreamRequest(stream_name="new"))

    assert (shown.stream_name, shown.status) == ("new", "RUNNING")
    names = client.list_streams(dis.ListStreamsRequest()).stream_names
    assert names == ["order-stream"]
