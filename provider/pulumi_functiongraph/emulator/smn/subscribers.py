"""Calls of subscribers as the dispatcher carries them out: a message is posted to its endpoint.

Form: SMN user guide, "HTTP or HTTPS Message Format". The message is not signed here, and so names
no certificate (ours).
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC

import msgspec

from pulumi_functiongraph.emulator.clock import Clock
from pulumi_functiongraph.emulator.deliveries.queue import Arrived, Attempt, Failed, Schedule
from pulumi_functiongraph.emulator.http.loopback import AGENT
from pulumi_functiongraph.emulator.smn import calls
from pulumi_functiongraph.emulator.smn.calls import SubscriberCall
from pulumi_functiongraph.emulator.state.store import Store

SUBSCRIBERS = "subscribers"
"""Name of this source."""

TIMEOUT = 10.0
"""Seconds that an endpoint has to answer; ours."""


class Subscribers(msgspec.Struct, frozen=True):
    """The queue of calls as a source of the dispatcher."""

    store: Store
    clock: Clock
    schedule: Callable[[], Schedule]
    """How often and after what waits a call is tried: as notifications are (ours)."""

    name = SUBSCRIBERS
    table = "smn_calls"
    recurs = False
    room = None

    async def carry_out(self, number: int) -> None:
        """Make the attempt that is due for one call."""
        call = self.store.read(lambda connection: calls.find(connection, number))
        if call is None:
            return
        attempt = await post(call)
        now = self.clock.now()
        await self.store.write_later(
            lambda c: calls.settle(c, call, attempt, schedule=self.schedule(), now=now)
        )


async def post(call: SubscriberCall) -> Attempt:
    """Send the message; any answer with a status of 200 to 299 is an arrival (ours)."""
    import httpx

    try:
        async with (
            asyncio.timeout(TIMEOUT),
            httpx.AsyncClient(timeout=None, trust_env=False) as client,  # noqa: S113 # see above
            client.stream(
                "POST", call.endpoint, content=body_of(call), headers=headers_of(call)
            ) as response,
        ):
            if response.is_success:
                return Arrived("")
            return Failed(f"{call.endpoint} answered {response.status_code}")
    except TimeoutError:
        return Failed(f"{call.endpoint} did not answer in {TIMEOUT:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Failed(f"no answer of {call.endpoint}: {str(error) or type(error).__name__}")


def headers_of(call: SubscriberCall) -> dict[str, str]:
    """Headers of the POST; Table 1 there."""
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": AGENT,
        "X-SMN-MESSAGE-TYPE": "Notification",
        "X-SMN-MESSAGE-ID": call.message.id,
        "X-SMN-TOPIC-URN": call.message.topic_urn,
        "X-SMN-SUBSCRIPTION-URN": call.subscription,
    }


def body_of(call: SubscriberCall) -> bytes:
    """Body of the POST."""
    message = call.message
    document = {
        "type": "Notification",
        "topic_urn": message.topic_urn,
        "message_id": message.id,
        "subject": message.subject,
        "message": message.message,
        "timestamp": f"{message.published_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return json.dumps(document, ensure_ascii=False).encode()
