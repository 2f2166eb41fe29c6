"""Every way in which the vendor's client can sign, and the temporary URLs of an S3 client."""

from typing import Any

import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.signer.algorithm import SigningAlgorithm
from huaweicloudsdkfunctiongraph import v2 as functiongraph
from huaweicloudsdkiam import v3 as iam

from contract.drivers import Refused
from contract.s3_client import s3_client
from contract.vendor import credentials, endpoint, told
from pulumi_functiongraph.emulator.process import Emulator


def client(
    cloud: Emulator, *, algorithm: SigningAlgorithm, known: BasicCredentials | None = None
) -> Any:
    config = HttpConfig(signing_algorithm=algorithm)
    return (
        functiongraph.FunctionGraphClient.new_builder()
        .with_http_config(config)
        .with_credentials(known or credentials(cloud.environment))
        .with_endpoints([endpoint(cloud.environment, "functiongraph")])
        .build()
    )


def put_and_get(made: Any, cloud: Emulator) -> int:
    region, project = (
        cloud.environment[name] for name in ("FUNCTIONGRAPH_REGION", "HUAWEICLOUD_SDK_PROJECT_ID")
    )
    urn = f"urn:fss:{region}:{project}:function:default:f0:latest"
    body = functiongraph.UpdateFunctionAsyncInvokeConfigRequestBody(max_async_retry_attempts=3)
    request = functiongraph.UpdateFunctionAsyncInvokeConfigRequest(function_urn=urn, body=body)
    made.update_function_async_invoke_config(request)
    found = made.show_function_async_invoke_config(
        functiongraph.ShowFunctionAsyncInvokeConfigRequest(function_urn=urn)
    )
    attempts: int = found.max_async_retry_attempts
    return attempts


@pytest.mark.parametrize("algorithm", SigningAlgorithm)
def test_each_algorithm_of_the_vendors_client_is_verified(
    cloud: Emulator, algorithm: SigningAlgorithm
) -> None:
    wrong = BasicCredentials(
        cloud.environment["HUAWEICLOUD_SDK_AK"],
        "wrong",
        cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"],
    )

    assert put_and_get(client(cloud, algorithm=algorithm), cloud) == 3
    with pytest.raises(Refused, match="unauthorized"), told():
        put_and_get(client(cloud, algorithm=algorithm, known=wrong), cloud)


def derived(cloud: Emulator, secret_key: str) -> Any:
    known = BasicCredentials(
        cloud.environment["HUAWEICLOUD_SDK_AK"],
        secret_key,
        cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"],
    ).with_derived_predicate(lambda _request: True)
    # What the client's builder does for the few services that are derived by default.
    known._process_derived_auth_params("functiongraph", cloud.environment["FUNCTIONGRAPH_REGION"])
    return client(cloud, algorithm=SigningAlgorithm.HMAC_SHA256, known=known)


def test_a_derived_signature_of_the_vendors_client_is_verified(cloud: Emulator) -> None:
    assert put_and_get(derived(cloud, cloud.environment["HUAWEICLOUD_SDK_SK"]), cloud) == 3
    with pytest.raises(Refused, match="unauthorized"), told():
        put_and_get(derived(cloud, "wrong"), cloud)


def test_the_vendors_client_reads_the_catalog(cloud: Emulator) -> None:
    project = BasicCredentials(
        cloud.environment["HUAWEICLOUD_SDK_AK"],
        cloud.environment["HUAWEICLOUD_SDK_SK"],
        cloud.environment["HUAWEICLOUD_SDK_PROJECT_ID"],
    )
    made = (
        iam.IamClient.new_builder()
        .with_credentials(project)
        .with_endpoints([endpoint(cloud.environment, "iam")])
        .build()
    )

    found = made.keystone_show_catalog(iam.KeystoneShowCatalogRequest())

    assert {service.type for service in found.catalog} > {"functiongraph", "volumev2", "identity"}


@pytest.mark.parametrize("version", ["s3v4", "s3"])
@pytest.mark.parametrize("token", [None, "token"])
def test_temporary_urls_of_an_s3_client_hold(
    cloud: Emulator, version: str, token: str | None
) -> None:
    if token is not None:
        cloud.seed(
            {"credentials": [{"access_key": "TMP", "secret_key": "s", "security_token": token}]}
        )
    keys = None if token is None else ("TMP", "s", token)
    client = s3_client(cloud, signature=version, keys=keys)
    where = {"Bucket": "order-failures", "Key": "a b/ü+1"}

    put = client.generate_presigned_url(
        "put_object", Params={**where, "ContentType": "text/plain", "Metadata": {"origin": "test"}}
    )
    get = client.generate_presigned_url("get_object", Params={**where, "ResponseExpires": "0"})
    head = {"Content-Type": "text/plain", "x-amz-meta-origin": "test"}
    with httpx.Client(timeout=60) as plain:
        assert plain.put(put, content=b"one", headers=head).status_code == 200
        answer = plain.get(get)

        assert (answer.content, answer.headers["x-amz-meta-origin"]) == (b"one", "test")
        assert plain.get(get.replace("order-failures", "other")).status_code == 403
    client.close()
