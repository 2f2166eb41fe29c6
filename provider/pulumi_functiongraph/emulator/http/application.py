"""The ASGI application: which service a path belongs to."""

from functools import partial
from http import HTTPStatus

from pulumi_functiongraph.emulator.controls import urls as controls
from pulumi_functiongraph.emulator.dis import urls as dis
from pulumi_functiongraph.emulator.functiongraph import urls as functiongraph
from pulumi_functiongraph.emulator.http import asgi, errors
from pulumi_functiongraph.emulator.http.asgi import Endpoint, Receive, Scope, Send
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.errors import Refusal
from pulumi_functiongraph.emulator.http.exchange import Answer
from pulumi_functiongraph.emulator.http.hosts import Hosts
from pulumi_functiongraph.emulator.http.paths import Paths
from pulumi_functiongraph.emulator.http.pipeline import serve
from pulumi_functiongraph.emulator.http.routing import Route, Service
from pulumi_functiongraph.emulator.iam import urls as iam
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.obs import urls as obs
from pulumi_functiongraph.emulator.obs.errors import ACCESS_DENIED
from pulumi_functiongraph.emulator.page import urls as page
from pulumi_functiongraph.emulator.smn import urls as smn

ROUTES: tuple[Route, ...] = (*functiongraph.ROUTES, *iam.ROUTES, *smn.ROUTES, *dis.ROUTES)
"""Every operation with a documented path; OBS is told apart by method and query instead."""

API_ROOTS = frozenset({"v1", "v2", "v2.0", "v2.1", "v3", "v3.0", controls.ROOT})
"""First segments that are no bucket's, those of the catalog's services too; a bucket's name has at
least three characters, and one called "v3.0" cannot be reached by its path here."""


async def _refuse(_call: Call) -> Answer:
    raise errors.UNKNOWN_API.error()


_GATEWAY = Service(name="gateway", forbidden=errors.FORBIDDEN, too_large=errors.BODY_TOO_LARGE)


class Application:
    """All services on one port; `cloud` holds their state, `hosts` says who may call."""

    def __init__(self, cloud: LocalCloud, *, hosts: Hosts | None = None) -> None:
        self.cloud = cloud
        self._hosts = hosts or Hosts()
        operations = ((route.method, route.path, partial(serve, cloud, route)) for route in ROUTES)
        self._paths = Paths[Endpoint](
            [*operations, *controls.endpoints(cloud), *page.endpoints(cloud)]
        )
        self._page = page.index(cloud)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the service and let it answer."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path: str = scope["path"]
        is_api = _is_api(scope, path)
        is_control = is_api and _root(path) == controls.ROOT
        reason = self._hosts.refusal(scope, control=is_control)
        if reason is not None:
            refusal = errors.FORBIDDEN if is_api else ACCESS_DENIED
            await self._refuse([reason] if is_control else refusal.error(reason).refusal, send)
            return
        if is_api:
            plain = "/" + path.strip("/")
            if plain == page.INDEX and self._is_for_page(scope):
                await self._page(scope, receive, send)
                return
            found = self._paths.find(scope["method"], plain)
            if found is None:
                await self._unknown(scope, receive, send)
                return
            endpoint, parameters = found
            await endpoint({**scope, "path": plain, "path_params": parameters}, receive, send)
            return
        await serve(self.cloud, obs.route_of(scope), scope, receive, send)

    def _is_for_page(self, scope: Scope) -> bool:
        """Whether a browser asks for `/`, not a client, and may use controls."""
        return page.is_asked_for(scope) and self._hosts.refusal(scope, control=True) is None

    async def _refuse(self, refusal: Refusal | list[str], send: Send) -> None:
        request_id = self.cloud.new_request_id()
        if isinstance(refusal, list):
            answer = controls.refuse(refusal, status=HTTPStatus.FORBIDDEN)
        else:
            answer = refusal.answer(request_id)
        await asgi.send_answer(
            send, answer, request_id=request_id, now=self.cloud.clock.signing_time()
        )

    async def _unknown(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = Route(_GATEWAY, scope["method"], scope["path"], _refuse, "Unknown", open=True)
        await serve(self.cloud, route, scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin and end with the server (ASGI, "Lifespan Protocol")."""
        await receive()
        self.cloud.start()
        await send({"type": "lifespan.startup.complete"})
        try:
            await receive()
        finally:
            await self.cloud.stop()
            self.cloud.close()
        await send({"type": "lifespan.shutdown.complete"})


def _root(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _is_api(scope: Scope, path: str) -> bool:
    root = _root(path)
    if root and root not in API_ROOTS:
        return False
    # The list of buckets, and keys such as "v2/a" of a bucket in the host, have the paths of APIs;
    # no API takes what signs for OBS.
    return bool(root and not obs.names_a_bucket(scope)) or not obs.is_signed_for_obs(scope)
