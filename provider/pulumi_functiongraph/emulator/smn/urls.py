"""SMN's routes, as the API reference gives them."""

from pulumi_functiongraph.emulator.http.routing import Route, Service
from pulumi_functiongraph.emulator.smn import errors, responses, subscription_responses

SERVICE = Service(name="smn", forbidden=errors.FORBIDDEN, too_large=errors.BODY_TOO_LARGE)

_TOPICS = "/v2/{project_id}/notifications/topics"
_TOPIC = f"{_TOPICS}/{{topic_urn}}"
_SUBSCRIPTIONS = "/v2/{project_id}/notifications/subscriptions"

ROUTES = (
    Route(SERVICE, "POST", _TOPICS, "CreateTopic", responses.create_topic),
    Route(SERVICE, "GET", _TOPICS, "ListTopics", responses.list_topics),
    Route(SERVICE, "GET", _TOPIC, "ListTopicDetails", responses.list_topic_details),
    Route(SERVICE, "DELETE", _TOPIC, "DeleteTopic", responses.delete_topic),
    Route(SERVICE, "POST", f"{_TOPIC}/publish", "PublishMessage", responses.publish_message),
    Route(
        SERVICE,
        "POST",
        f"{_TOPIC}/subscriptions",
        "AddSubscription",
        subscription_responses.add_subscription,
    ),
    Route(
        SERVICE,
        "GET",
        f"{_TOPIC}/subscriptions",
        "ListSubscriptionsByTopic",
        subscription_responses.list_subscriptions_by_topic,
    ),
    Route(
        SERVICE,
        "GET",
        _SUBSCRIPTIONS,
        "ListSubscriptions",
        subscription_responses.list_subscriptions,
    ),
    Route(
        SERVICE,
        "DELETE",
        f"{_SUBSCRIPTIONS}/{{subscription_urn}}",
        "CancelSubscription",
        subscription_responses.cancel_subscription,
    ),
)
