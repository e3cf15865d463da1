"""Deliver events to an HTTP address as CloudEvents, signed: for people whose code is not Python."""

import base64
import hmac
import json

import aiohttp
from pydantic import AnyHttpUrl

from switchhook import Context, Event, EventName, Handler, Retry, Secret, Settings, SwitchhookError, dump_event


class Deliver(Settings):
    """What goes where."""

    url: AnyHttpUrl
    """Where each event is posted to."""
    secret: Secret
    """What signs it, so that the receiver knows whom it is from; the receiver has the same."""
    events: frozenset[EventName]
    """Names of events, such as "CallMissed"; the page of events lists them."""


def session(settings: Deliver) -> aiohttp.ClientSession:
    """One pool of connections for the worker's life; a receiver that takes longer than 10 seconds is too slow."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))


handler = Handler("deliver", Deliver, lifespan=session)


@handler.on(Event, when="events")
async def deliver(event: Event, ctx: Context[Deliver]) -> None:
    """At least once; a receiver knows a repeated event by its id. Anything but 2xx and a refusal is tried again."""
    url, host, body = str(ctx.settings.url), ctx.settings.url.host, cloud_event(event)
    headers = signature(ctx.settings.secret.get_secret_value(), event.id, int(ctx.now.timestamp()), body)
    try:
        async with ctx.resource.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            status, wait = answer.status, answer.headers.get("Retry-After", "")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Retry(f"{type(error).__name__} on the way to {host}") from error
    if status in {408, 425, 429} or status >= 500:
        raise Retry(f"{host} answered {status}", after=float(wait) if wait.isdigit() else None)
    if status >= 300:
        raise SwitchhookError(f"{host} refused the event with {status}: mend the receiver, then retry the dead letter")


def cloud_event(event: Event) -> bytes:
    """The event in the JSON form of CloudEvents 1.0; the platform's own body is `data.raw`."""
    data = dump_event(event, whole=True)
    known = {"specversion": "1.0", "type": f"switchhook.{data.pop('event')}", "id": data.pop("id")}
    source = {"source": f"/accounts/{event.account_id}", "time": data.pop("at"), "datacontenttype": "application/json"}
    return json.dumps({**known, **source, "data": data}).encode()


def signature(key: str, event_id: str, now: int, body: bytes) -> dict[str, str]:
    """Headers of the Standard Webhooks specification: HMAC-SHA256 over id, seconds since 1970, and body."""
    made = base64.b64encode(hmac.digest(key.encode(), f"{event_id}.{now}.".encode() + body, "sha256")).decode()
    signed = {"webhook-id": event_id, "webhook-timestamp": str(now), "webhook-signature": f"v1,{made}"}
    return {"Content-Type": "application/cloudevents+json", **signed}
