"""A model of the platform's subscription API inside the process: for speed, and for what the simulator cannot do.

It knows what the domain notes say about subscriptions and nothing about the keeper.
"""

from __future__ import annotations

import asyncio
import random
import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from switchhook.errors import (
    ApiUnreachable,
    BadRequest,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Unauthorized,
)
from switchhook.registry import Enabled

ACCOUNT = "400100"
_ERRORS = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: BadRequest,
    429: RateLimited,
    500: PlatformError,
    503: PlatformError,
}


def failure(status, code, message="no", retry_after=None):
    """The error that the client raises for an answer of the platform."""
    return _ERRORS[status](message, status=status, code=code, retry_after=retry_after)


@dataclass
class Model:
    """Subscriptions of any number of users. `bad` filters are refused, `disabled` ones accepted and not delivered.

    `hurried`: no call gives way to others, and listings are the model's own records.
    """

    clock: object
    seed: int = 0
    maximum: int = 315_360_000
    limit: int = 30
    bad: dict = field(default_factory=dict)
    names_bad: bool = True
    disabled: dict = field(default_factory=dict)
    extensions: list = field(default_factory=list)
    queues: dict = field(default_factory=dict)
    shuffle: bool = True
    hurried: bool = False

    def __post_init__(self):
        self.random = random.Random(self.seed)
        self.subscriptions = {}
        self.of = {}
        self.first_expiry = {}
        self.failed = 0
        self.calls = Counter()
        self.faults = []
        self.fault_rate = 0.0
        self.away_until = 0.0
        self.expired = []
        self.ended = []
        self.on_change = lambda _owner: None

    def fail(self, error, *, operation=None, times=1, after=False):
        """Let the next calls fail; `after`: only once they have taken effect."""
        self.faults += [(operation, error, after)] * times

    def client(self, identity="main", extension="101001", account=ACCOUNT):
        """A client of one user."""
        return ModelClient(self, identity, extension, account)

    def add(self, address, *, owner="101001", filters=("/restapi/v1.0/account/~/extension/~/presence",), **more):
        """Somebody's subscription, as it stands in the listing."""
        record = self._record(owner, ACCOUNT, list(filters), address, 604_800) | more
        self.put(record)
        return record

    def alive(self, owner=None):
        """Records that stand now, of one owner or all."""
        self._expire(owner)
        return list((self.subscriptions if owner is None else self.of.get(owner, {})).values())

    def put(self, record):
        """It stands from now on."""
        self.subscriptions[record["id"]] = record
        self.of.setdefault(record["_owner"], {})[record["id"]] = record
        self.first_expiry.pop(record["_owner"], None)
        self.touch(record["_owner"])

    def drop(self, subscription_id):
        """It stands no more."""
        record = self.subscriptions.pop(subscription_id)
        del self.of[record["_owner"]][subscription_id]
        self.touch(record["_owner"])
        return record

    def blacklist(self, subscription_id, reason="Webhook responses with code: [404], reason: [Not Found]"):
        """Give up on an address."""
        record = self.subscriptions[subscription_id]
        if record["status"] != "Active":
            return
        data = {"blacklistedAt": _text(self.clock.now()), "reason": reason}
        self.put(record | {"status": "Blacklisted", "blacklistedData": data})

    def touch(self, owner):
        """Something of this owner changed."""
        self.on_change(owner)

    def _record(self, owner, account, filters, address, lifetime):
        now = self.clock.now()
        granted = min(lifetime, self.maximum)
        record = {
            "_owner": owner,
            "_account": account,
            "id": str(uuid.UUID(int=self.random.getrandbits(128), version=4)),
            "status": "Active",
            "creationTime": _text(now),
            "deliveryMode": {"transportType": "WebHook", "encryption": False, "address": address},
        }
        return self._renewed(record, filters, granted)

    def _renewed(self, record, filters, granted):
        granted = min(granted, self.maximum)
        ids = (record["_account"], record["_owner"])
        shown = [
            each.replace("account/~", f"account/{ids[0]}").replace("extension/~", f"extension/{ids[1]}")
            for each in filters
        ]
        if self.shuffle:
            self.random.shuffle(shown)
        disabled = [
            {"filter": each, "reason": self.disabled[each], "message": "Required permission is missing"}
            for each in shown
            if each in self.disabled
        ]
        expires = self.clock.now() + timedelta(seconds=granted)
        return record | {
            "eventFilters": [each for each in shown if each not in self.disabled],
            "disabledFilters": disabled,
            "_expires": expires,
            "expirationTime": _text(expires),
            "expiresIn": granted - 1,
        }

    def _expire(self, owner):
        now = self.clock.now()
        if owner is not None and self.first_expiry.get(owner, now) > now:
            return
        records = (self.subscriptions if owner is None else self.of.get(owner, {})).values()
        for each in [each for each in records if each["_expires"] <= now]:
            self.expired.append(self.drop(each["id"]))
        for each in [owner] if owner is not None else self.of:
            left = [record["_expires"] for record in self.of.get(each, {}).values()]
            self.first_expiry[each] = min(left, default=now)


@cache
def _method(operation):
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), operation)


class ModelClient:
    """Looks like `api.client.Client`."""

    def __init__(self, model, identity, extension, account):
        self.model = model
        self.identity = identity
        self.extension = extension
        self.account = account

    async def whoami(self):
        """The user."""
        return {"id": int(self.extension), "account": {"id": int(self.account)}}

    async def call(self, operation, parameters=None, *, priority=None):
        """One call, failing first or last if a fault waits."""
        if not self.model.hurried:
            await asyncio.sleep(0)
        self.model.calls[operation] += 1
        fault = self._fault(operation)
        self.model.failed += fault is not None
        if fault and not fault[2]:
            raise fault[1]
        answer = getattr(self, _method(operation))(parameters or {})
        if fault:
            raise fault[1]
        return answer

    async def pages(self, operation, parameters=None, *, priority=None):
        """All records of a list."""
        for each in await self.call(operation, parameters):
            yield each

    def _fault(self, operation):
        for fault in self.model.faults:
            if fault[0] in {None, operation}:
                self.model.faults.remove(fault)
                return fault
        if self.model.clock.monotonic() < self.model.away_until:
            return (operation, failure(503, "CMN-201"), False)
        if self.model.fault_rate and self.model.random.random() < self.model.fault_rate:
            return (operation, *self.model.random.choice(_WAYS))
        return None

    def _mine(self, subscription_id):
        self.model._expire(self.extension)
        record = self.model.subscriptions.get(subscription_id)
        if record is None or record["_owner"] != self.extension:
            raise failure(404, "CMN-102", "Resource for parameter [subscriptionId] is not found")
        return record

    def _check(self, filters):
        wrong = [each for each in filters if each in self.model.bad]
        if wrong:
            status, code = self.model.bad[wrong[0]]
            raise failure(status, code, f"not allowed: [{', '.join(wrong)}]" if self.model.names_bad else "not allowed")

    def list_subscriptions(self, _):
        """GET subscription."""
        alive = self.model.alive(self.extension)
        return {"records": alive if self.model.hurried else [_public(each) for each in alive]}

    def create_subscription(self, parameters):
        """POST subscription."""
        body = parameters["body"]
        self._check(body["eventFilters"])
        if len(self.model.alive(self.extension)) >= self.model.limit:
            raise failure(403, "SUB-505", "Subscriptions limit exceeded")
        record = self.model._record(
            self.extension, self.account, body["eventFilters"], body["deliveryMode"]["address"], body["expiresIn"]
        )
        self.model.put(record)
        return _public(record)

    def update_subscription(self, parameters):
        """PUT subscription."""
        body = parameters["body"]
        record = self._mine(parameters["subscriptionId"])
        self._check(body["eventFilters"])
        renewed = self.model._renewed(record, body["eventFilters"], body["expiresIn"])
        self.model.put(renewed)
        return _public(renewed)

    def delete_subscription(self, parameters):
        """DELETE subscription."""
        record = self._mine(parameters["subscriptionId"])
        self.model.ended.append(self.model.drop(record["id"]))

    def list_extensions(self, _):
        """The account's directory."""
        return self.model.extensions if self.model.hurried else [dict(each) for each in self.model.extensions]

    def list_call_queues(self, _):
        """All queues."""
        return [{"id": name, "name": name} for name in self.model.queues]

    def list_call_monitoring_groups(self, _):
        """None."""
        return []

    def list_call_queue_members(self, parameters):
        """Members of one queue."""
        return [{"id": each} for each in self.model.queues[parameters["groupId"]]]


class ModelRegistry:
    """Looks like `registry.Registry` to the keeper: handler name → (identity, event types, words of the scope)."""

    def __init__(self, **handlers):
        self.handlers = handlers
        self.trial = ()
        self.scopes = {}
        self.trials = {}
        self.own = {}
        self._made = None, ()

    @property
    def enabled(self):
        """What is enabled now."""
        now = (self.trial, tuple(self.handlers.items()))
        if self._made[0] != now:
            made = [Enabled(name, None, None, each[0], each[2], self.trial) for name, each in self.handlers.items()]
            self._made = now, tuple(made)
        return self._made[1]

    def event_types(self, name):
        """The types of one."""
        return frozenset(self.handlers[name][1])

    def acts_as(self, identity, extension_id):
        """Remembered for the test."""
        self.own[identity] = extension_id

    def scope(self, name, extension_ids, *, trial=None, account_id=""):
        """Remembered for the test."""
        assert account_id, "whose events they are"
        self.scopes[name] = extension_ids
        self.trials[name] = trial


_PRIVATE = ("_owner", "_account", "_expires")


def _public(record):
    shown = dict(record)
    for each in _PRIVATE:
        del shown[each]
    return shown


def _text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


WAYS_TO_FAIL = {
    "status_401": (failure(401, "OAU-128"), False),
    "status_404": (failure(404, "CMN-102"), False),
    "status_429": (failure(429, "CMN-301", retry_after=60.0), False),
    "status_500": (failure(500, "CMN-203"), False),
    "status_503": (failure(503, "CMN-201", retry_after=5.0), False),
    "status_500_after": (failure(500, "CMN-203"), True),
    "status_503_after": (failure(503, "CMN-203"), True),
    "reset_before": (OutcomeUnknown("reset"), False),
    "reset_after": (OutcomeUnknown("reset"), True),
    "truncate": (OutcomeUnknown("half an answer"), True),
    "expire": (failure(401, "OAU-128"), False),
    "unreachable": (ApiUnreachable("no connection"), False),
    "address": (failure(400, "SUB-521", "WebHook is not reachable"), False),
}
"""As the simulator calls them, and two more; whether it fails only after the call has taken effect."""
_WAYS = list(WAYS_TO_FAIL.values())
