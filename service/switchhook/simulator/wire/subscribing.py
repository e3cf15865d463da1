"""Operations on subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from switchhook.simulator.errors import Refused, invalid
from switchhook.simulator.filters import EventFilter
from switchhook.simulator.subscription import Subscription
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

TRANSPORTS = ("WebHook", "WebSocket", "RC/APNS", "RC/GCM", "PubNub")
LONGEST_TOKEN = 1024


@answers("createSubscription")
async def create(request: Request) -> Response:
    """Check, shake hands with the address, then grant."""
    world, session = request.world, request.session
    if session is None or not isinstance(request.body, Mapping):
        raise invalid("body")
    delivery = request.body.get("deliveryMode")
    if not isinstance(delivery, Mapping):
        raise invalid("deliveryMode")
    transport = delivery.get("transportType")
    if transport not in TRANSPORTS:
        raise invalid("deliveryMode.transportType")
    expires_in = _expires_in(request.body)
    filters = world.subscriptions.check(
        request.caller,
        request.client_id,
        request.body.get("eventFilters"),
        session.scopes,
        counted=transport != "WebSocket",
    )
    if transport == "WebSocket":
        return _over_socket(request, filters, expires_in)
    address, token = delivery.get("address"), delivery.get("verificationToken")
    if transport == "WebHook":
        if "SubscriptionWebhook" not in session.scopes:
            raise Refused(
                403,
                "CMN-401",
                "In order to call this API endpoint, application needs to have [SubscriptionWebhook] permission",
            )
        if not isinstance(address, str):
            raise invalid("deliveryMode.address")
        if token is not None and (not isinstance(token, str) or not token or len(token) > LONGEST_TOKEN):
            raise invalid("deliveryMode.verificationToken")
        if world.subscriptions.rules.https_required and not address.lower().startswith("https:"):
            raise Refused(400, "SUB-523", "HTTPS is required")
        await world.webhooks.handshake(
            address, world.identifiers.unique(), token, limit=world.delivery.policy.time_limit
        )
        # others may have subscribed meanwhile
        world.subscriptions.check(request.caller, request.client_id, request.body["eventFilters"], session.scopes)
    subscription = world.subscriptions.create(
        request.caller,
        request.client_id,
        filters,
        transport=transport,
        address=address if isinstance(address, str) else "",
        verification_token=token,
        expires_in=expires_in,
        base_url=request.base_url,
    )
    return _shown(request, subscription)


def _over_socket(request: Request, filters: Sequence[EventFilter], expires_in: int | None) -> Response:
    """It lives with the socket it was made on, and replaces the one that was there. Raises Refused without a socket."""
    world, socket = request.world, request.socket
    if socket is None:
        raise invalid("deliveryMode.transportType")
    made = world.subscriptions.create(
        request.caller, request.client_id, filters, transport="WebSocket", expires_in=expires_in,
        base_url=socket.base_url,
    )  # fmt: skip
    old = world.subscriptions.all.get(socket.subscription_id or "")
    if old is not None:
        world.subscriptions.delete(old)
    socket.subscription_id = made.id
    world.delivery.sockets[made.id] = partial(world.sockets.notify, socket)

    def ended() -> None:
        world.delivery.sockets.pop(made.id, None)
        if made.id in world.subscriptions.all:
            world.subscriptions.delete(made)

    socket.ended.append(ended)
    return _shown(request, made)


@answers("listSubscriptions")
def list_all(request: Request) -> Response:
    subscriptions = request.world.subscriptions
    records = [
        subscriptions.view(each, request.base_url) for each in subscriptions.of(request.caller, request.client_id)
    ]
    return Response(body={"uri": f"{request.base_url}/restapi/v1.0/subscription", "records": records})


@answers("readSubscription")
def read(request: Request) -> Response:
    return _shown(request, _own(request))


@answers("updateSubscription")
def update(request: Request) -> Response:
    """Only filters and life can be changed; everything else in the body is ignored."""
    subscription = _own(request)
    body = request.body if isinstance(request.body, Mapping) else {}
    scopes = request.session.scopes if request.session is not None else frozenset[str]()
    request.world.subscriptions.update(subscription, body.get("eventFilters"), _expires_in(body), scopes)
    return _shown(request, subscription)


@answers("renewSubscription")
def renew(request: Request) -> Response:
    subscription = _own(request)
    request.world.subscriptions.renew(subscription)
    return _shown(request, subscription)


@answers("deleteSubscription")
def delete(request: Request) -> Response:
    request.world.subscriptions.delete(_own(request))
    return Response(204)


def _own(request: Request) -> Subscription:
    return request.world.subscriptions.get(request.parameters["subscriptionId"], request.caller, request.client_id)


def _shown(request: Request, subscription: Subscription) -> Response:
    return Response(body=request.world.subscriptions.view(subscription, request.base_url))


def _expires_in(body: Mapping[str, Any]) -> int | None:
    expires_in = body.get("expiresIn")
    if expires_in is not None and (not isinstance(expires_in, int) or isinstance(expires_in, bool) or expires_in < 1):
        raise invalid("expiresIn")
    return expires_in
