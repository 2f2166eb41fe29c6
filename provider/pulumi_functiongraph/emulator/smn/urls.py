"""SMN's routes, as the API reference gives them."""

from functools import partial

from pulumi_functiongraph.emulator.http.routing import Route, Service
from pulumi_functiongraph.emulator.smn import errors, responses, subscription_responses

SERVICE = Service(name="smn", forbidden=errors.FORBIDDEN, too_large=errors.BODY_TOO_LARGE)

_TOPICS = "/v2/{project_id}/notifications/topics"
_TOPIC = f"{_TOPICS}/{{topic_urn}}"
_SUBSCRIPTIONS = "/v2/{project_id}/notifications/subscriptions"
_SUBSCRIPTIONS_OF_TOPIC = f"{_TOPIC}/subscriptions"
_SUBSCRIPTION = f"{_SUBSCRIPTIONS}/{{subscription_urn}}"

_route = partial(Route, SERVICE)

ROUTES = (
    _route("POST", _TOPICS, responses.create_topic),
    _route("GET", _TOPICS, responses.list_topics),
    _route("GET", _TOPIC, responses.list_topic_details),
    _route("DELETE", _TOPIC, responses.delete_topic),
    _route("POST", f"{_TOPIC}/publish", responses.publish_message),
    _route("POST", _SUBSCRIPTIONS_OF_TOPIC, subscription_responses.add_subscription),
    _route("GET", _SUBSCRIPTIONS_OF_TOPIC, subscription_responses.list_subscriptions_by_topic),
    _route("GET", _SUBSCRIPTIONS, subscription_responses.list_subscriptions),
    _route("DELETE", _SUBSCRIPTION, subscription_responses.cancel_subscription),
)
