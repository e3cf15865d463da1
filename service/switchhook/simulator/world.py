"""The state of one simulated platform: everything there is, built from a seed."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from switchhook.simulator.account import Extension, company
from switchhook.simulator.clock import PlatformClock
from switchhook.simulator.codes import Codes
from switchhook.simulator.delivery import Delivery
from switchhook.simulator.errors import Wording
from switchhook.simulator.faults import Faults
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.knobs import knobs
from switchhook.simulator.limits import RateLimits
from switchhook.simulator.mail.post_office import Messages
from switchhook.simulator.media import Media
from switchhook.simulator.oauth import OAuth
from switchhook.simulator.occurrences import Occurrence
from switchhook.simulator.presence import Presence
from switchhook.simulator.reminders import Reminders
from switchhook.simulator.resources import Resources
from switchhook.simulator.sockets import Sockets
from switchhook.simulator.subscriptions import Subscriptions
from switchhook.simulator.team.chats import Chats
from switchhook.simulator.team.hooks import Hooks
from switchhook.simulator.team.things import Things
from switchhook.simulator.telephony.call_log import CallLog
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.mobile import Mobile
from switchhook.simulator.telephony.ring_out import RingOuts
from switchhook.simulator.telephony.routing import Routing
from switchhook.simulator.telephony.session import End
from switchhook.simulator.telephony.views import session_view
from switchhook.simulator.webhook import Webhooks

REMEMBERED_CALLS = 50_000


@dataclass(slots=True)
class ApiCall:
    """One request to the API. `status` is what was answered, None if the connection was broken; `effect`: whether it
    changed something; `at_media`: it went to the media host; `token`: an access token came with it.
    """

    at: str
    identity: str | None
    client_id: str | None
    operation: str | None
    method: str
    path: str
    status: int | None
    effect: bool
    at_media: bool
    token: bool


class World:
    """One account and all that happens in it."""

    def __init__(self, *, seed: int, limits: bool, clock: PlatformClock, webhooks: Webhooks) -> None:
        self.seed = seed
        self.clock = clock
        self.webhooks = webhooks
        self.identifiers = Identifiers(seed)
        self.faults = Faults(seed)
        self.limits = RateLimits(clock, on=limits)
        self.wording = Wording()
        self.account = company(self.identifiers)
        self.oauth = OAuth(clock, self.identifiers, self.account)
        self.codes = Codes(clock, self.identifiers)
        self.media = Media(clock, self.identifiers)
        self.sockets = Sockets(clock, self.identifiers)
        self.subscriptions = Subscriptions(clock, self.identifiers, self.account, seed)
        self.delivery = Delivery(clock, self.identifiers, self.subscriptions, self.faults, webhooks, seed=seed)
        self.reminders = Reminders(clock, self.subscriptions, self.delivery.notify)
        self.exchange = Exchange(clock, self.identifiers, self.account, self.publish, seed)
        self.presence = Presence(self.account, self.exchange, self.publish)
        self.subscriptions.watchable = self.presence.watchable
        self.exchange.accepts = self.presence.accepts
        self.call_log = CallLog(self.exchange)
        self.mobile = Mobile(self.exchange, self.publish)
        self.ring_outs = RingOuts(self.exchange)
        self.messages = Messages(clock, self.identifiers, self.account, self.publish)
        self.exchange.voicemail_left.append(self._voicemail_left)
        self.chats = Chats(clock, self.identifiers, self.account, self.publish)
        self.hooks = Hooks(self.identifiers, self.chats, self.publish)
        self.things = Things(self.identifiers, self.chats)
        self.resources = Resources(clock, self.identifiers, self.account, self.publish, seed)
        routing = Routing(self.exchange, self.resources.handling.settings)
        self.exchange.routes, self.exchange.takes_messages = routing.route, routing.takes_messages
        self.exchange.at_the_door, self.exchange.forwards = routing.at_the_door, routing.forward
        self.blocks = routing.blocks
        self.presence.favoured_by = lambda person: self.resources.people.favoured_by(person.id)
        self.api_calls: deque[ApiCall] = deque(maxlen=REMEMBERED_CALLS)

    def publish(self, occurrence: Occurrence) -> None:
        """Tell whoever subscribed."""
        self.delivery.publish(occurrence)

    def _voicemail_left(self, owner: Extension, speaker: End, seconds: int) -> None:
        self.messages.leave_voicemail(owner, speaker.phone_number, speaker.name, seconds=seconds)

    def view(self, base_url: str) -> dict[str, Any]:
        """Everything, as JSON values."""
        account_id = self.account.id
        return {
            "seed": self.seed,
            "now": self.clock.now().isoformat(),
            "account": {"id": account_id, "mainNumber": self.account.main_number},
            "extensions": self.extensions(),
            "sessions": {key: session_view(each, account_id) for key, each in self.exchange.sessions.items()},
            "sessions_over": {each.id: session_view(each, account_id) for each in self.exchange.over},
            "messages": self.messages.store.overview(),
            "chats": {key: {**each.view(), "posts": list(each.posts.values())} for key, each in self.chats.all.items()},
            "webhooks": [each.view(base_url) for each in self.hooks.all.values()],
            "presence": {each: self.presence.plain(self.account.extensions[each]) for each in self.presence.of},
            "subscriptions": [
                {**self.subscriptions.view(each, base_url), "ownerId": each.owner.id, "clientId": each.client_id}
                for each in self.subscriptions.all.values()
            ],
            "deliveries": self.delivery.view(),
            "api_calls": [asdict(each) for each in self.api_calls],
            "faults": self.faults.view(),
            "knobs": knobs(self),
        }

    def extensions(self) -> list[dict[str, Any]]:
        """Who there is, in short."""
        return [
            {
                "id": each.id,
                "extensionNumber": each.number,
                "name": each.name,
                "type": each.type,
                "phoneNumber": each.phone_numbers[0] if each.phone_numbers else None,
                "devices": [asdict(device) for device in each.devices],
            }
            for each in self.account.extensions.values()
        ]
