"""Proof that notifications arrive: a subscription for two minutes whose only purpose is to remind us of its end.

Its handshake shows that the platform reaches the ingress now; its reminder, that a notification makes the whole way
through ingress, log and worker. Standing subscriptions are not touched, and a probe that is left behind by a crash
ends by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from switchhook.clock import Clock
from switchhook.errors import ApiError
from switchhook.keeper.advice import Sort, advise
from switchhook.keeper.filters import reminder_every
from switchhook.keeper.ownership import PROBE
from switchhook.keeper.subscriptions import Subscriptions
from switchhook.notification import SubscriptionName

_LIFETIME = 120
_THRESHOLD = 60
_INTERVAL = 15
_LOOK = 1.0


@dataclass(frozen=True, slots=True)
class Probe:
    """How it went: `seconds` from the creation to the arrival (None: nothing came), `failure` why not.

    `conclusive` is False if the platform did not let us try, so that nothing is known.
    """

    arrived: bool
    seconds: float | None = None
    failure: str = ""
    conclusive: bool = True


async def probe(
    subscriptions: Subscriptions,
    account: str,
    identity: str,
    *,
    beside: str,
    arrived: Callable[[str], Awaitable[bool]],
    clock: Clock,
) -> Probe:
    """Make one, wait until `arrived(subscription id)`, delete it. Takes up to two minutes; never raises ApiError.

    `beside` is an event filter that the identity has anyway: reminders alone are no subscription.
    """
    name = SubscriptionName(account, identity, PROBE, max(int(clock.now().timestamp()), 1))
    started = clock.monotonic()
    try:
        made = await subscriptions.create(name, [beside, reminder_every(_INTERVAL, _THRESHOLD)], _LIFETIME)
    except ApiError as error:
        advice = advise(error)
        return Probe(False, None, f"{error}; {advice.do}", conclusive=advice.sort is Sort.ADDRESS)
    seconds: float | None = None
    while clock.monotonic() - started < _LIFETIME:
        if await arrived(made.id):
            seconds = clock.monotonic() - started
            break
        await clock.sleep(_LOOK)
    with contextlib.suppress(ApiError):  # it ends by itself
        await subscriptions.delete(made.id)
    if seconds is None:
        return Probe(
            False,
            None,
            "the platform shook hands with the ingress, and no notification came through to the worker within "
            f"{_LIFETIME} s: look at the ingress's log, its journal, and whether the worker keeps up",
        )
    return Probe(True, seconds)
