"""Reminders that a subscription is about to expire: the pseudo-filter `/restapi/v1.0/subscription/~`. Pure."""

from __future__ import annotations

from collections.abc import Callable

from switchhook.simulator.clock import Clock, Timer
from switchhook.simulator.filters import EventFilter
from switchhook.simulator.subscription import Subscription
from switchhook.simulator.subscriptions import Subscriptions

Notify = Callable[[Subscription, EventFilter, str, dict[str, int]], None]


class Reminders:
    """One timer for each subscription that asked to be reminded. `event` of a reminder is the filter as it stands."""

    def __init__(self, clock: Clock, subscriptions: Subscriptions, notify: Notify) -> None:
        self._clock = clock
        self._subscriptions = subscriptions
        self._notify = notify
        self._timers: dict[str, Timer] = {}
        subscriptions.changed.append(self._changed)

    def _changed(self, subscription: Subscription) -> None:
        """A new life, or other filters: reminders begin anew when the new expiry comes near."""
        timer = self._timers.pop(subscription.id, None)
        if timer is not None:
            timer.cancel()
        for each in subscription.filters:
            if each.kind.name == "reminder":
                threshold = int(each.query["threshold"])
                self._wait(subscription, each, max(0.0, self._left(subscription) - threshold))

    def _wait(self, subscription: Subscription, each: EventFilter, seconds: float) -> None:
        self._timers[subscription.id] = self._clock.call_later(seconds, lambda: self._remind(subscription, each))

    def _remind(self, subscription: Subscription, each: EventFilter) -> None:
        left = self._left(subscription)
        if left <= 0 or self._subscriptions.all.get(subscription.id) is not subscription:
            self._timers.pop(subscription.id, None)
            return
        if subscription.active:
            body = {"expiresIn": int(left)} if self._subscriptions.rules.reminder_body else {}
            self._notify(subscription, each, each.text, body)
        self._wait(subscription, each, int(each.query["interval"]))

    def _left(self, subscription: Subscription) -> float:
        return (subscription.expires - self._clock.now()).total_seconds()
