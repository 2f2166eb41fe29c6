"""OBS by the S3 client that its users have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from contract.s3_client import s3_client
from pulumi_functiongraph.emulator.process import Emulator


@pytest.fixture(params=["s3v4", "s3"])
def client(cloud: Emulator, request: pytest.FixtureRequest) -> Iterator[Any]:
    made = s3_client(cloud, signature=request.param)
    yield made
    made.close()


def test_a_bucket_lives_from_creation_to_deletion(cloud: Emulator, client: Any) -> None:
    region = cloud.environment["FUNCTIONGRAPH_REGION"]

    client.create_bucket(Bucket="results", CreateBucketConfiguration={"LocationConstraint": region})

    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    assert names == ["order-failures", "results"]
    headers = client.head_bucket(Bucket="results")["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-obs-bucket-location"] == region
    assert client.get_bucket_location(Bucket="results")["LocationConstraint"] == region
    client.delete_bucket(Bucket="results")
    with pytest.raises(ClientError, match="404"):
        client.head_bucket(Bucket="results")


def test_objects_are_put_read_listed_copied_and_deleted(cloud: Emulator, client: Any) -> None:
    where = {"Bucket": "order-failures"}

    client.put_object(**where, Key="/a b/ü+1", Body=b"one", Metadata={"origin": "test"})
    client.copy_object(**where, Key="copy", CopySource={**where, "Key": "/a b/ü+1"})

    got = client.get_object(**where, Key="/a b/ü+1")
    assert (got["Body"].read(), got["Metadata"]) == (b"one", {"origin": "test"})
    listed = client.list_objects_v2(**where)
    assert [item["Key"] for item in listed["Contents"]] == ["/a b/ü+1", "copy"]
    assert bucket_of(cloud)["objects"] == ["/a b/ü+1", "copy"]
    client.delete_objects(**where, Delete={"Objects": [{"Key": "copy"}, {"Key": "/a b/ü+1"}]})
    assert bucket_of(cloud)["objects"] == []


def bucket_of(cloud: Emulator) -> dict[str, Any]:
    found: dict[str, Any] = cloud.state()["buckets"][0]
    return found


def test_an_upload_in_parts_is_kept_once_it_is_complete(cloud: Emulator, client: Any) -> None:
    where = {"Bucket": "order-failures", "Key": "large"}
    upload = client.create_multipart_upload(**where)["UploadId"]
    sizes = [5 << 20, 3]
    parts = []
    for number, size in enumerate(sizes, 1):
        body = bytes([number]) * size
        part = client.upload_part(**where, UploadId=upload, PartNumber=number, Body=body)
        parts.append({"ETag": part["ETag"], "PartNumber": number})
    assert bucket_of(cloud)["objects"] == []

    client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": parts})

    assert client.head_object(**where)["ContentLength"] == sum(sizes)
    assert bucket_of(cloud)["objects"] == ["large"]


def test_a_wrong_secret_key_is_refused(cloud: Emulator) -> None:
    for signature in ("s3v4", "s3"):
        client = s3_client(cloud, secret_key="wrong", signature=signature)
        with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
            client.list_objects_v2(Bucket="order-failures")
        client.close()


def test_objects_survive_a_kill(tmp_path: Path) -> None:
    with Emulator(data=tmp_path) as first:
        client = s3_client(first)
        client.put_object(Bucket="order-failures", Key="kept", Body=b"x", ContentType="text/plain")
        client.close()
        first.kill()

    with Emulator(data=tmp_path) as second:
        client = s3_client(second)
        got = client.get_object(Bucket="order-failures", Key="kept")
        client.close()

    assert (got["ContentType"], got["ContentLength"]) == ("text/plain", 1)
