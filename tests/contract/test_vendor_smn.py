"""The vendor's client of SMN."""

from typing import Any

import pytest
from huaweicloudsdksmn import v2 as smn

from contract.drivers import Refused
from contract.vendor import smn_client, told
from pulumi_functiongraph.emulator.process import Emulator


@pytest.fixture
def client(cloud: Emulator) -> Any:
    return smn_client(cloud.environment)


def test_a_topic_lives_from_creation_to_deletion(cloud: Emulator, client: Any) -> None:
    body = smn.CreateTopicRequestBody(name="alerts", display_name="Alerts")

    created = client.create_topic(smn.CreateTopicRequest(body=body))
    shown = client.list_topic_details(smn.ListTopicDetailsRequest(topic_urn=created.topic_urn))
    listed = client.list_topics(smn.ListTopicsRequest(offset=0, limit=100))
    sent = client.publish_message(
        smn.PublishMessageRequest(
            topic_urn=created.topic_urn,
            body=smn.PublishMessageRequestBody(subject="s", message="m"),
        )
    )

    assert (shown.name, shown.display_name) == ("alerts", "Alerts")
    assert [topic.name for topic in listed.topics] == ["alerts", "order-events"]
    assert sent.message_id
    assert cloud.state()["topics"][0]["messages"] == [{"subject": "s", "message": "m"}]
    client.delete_topic(smn.DeleteTopicRequest(topic_urn=created.topic_urn))
    with pytest.raises(Refused, match="not found"), told():
        client.list_topic_details(smn.ListTopicDetailsRequest(topic_urn=created.topic_urn))


def test_a_missing_topic_is_told_in_smns_words(cloud: Emulator, client: Any) -> None:
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    urn = cloud.state()["topics"][0]["topic_urn"] + "-none"

    with pytest.raises(ClientRequestException) as caught:
        client.list_topic_details(smn.ListTopicDetailsRequest(topic_urn=urn))

    assert (caught.value.status_code, caught.value.error_code) == (404, "SMN.0006")
    assert caught.value.error_msg == "Topic not found."
