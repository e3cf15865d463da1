"""Platform: the simulated RingCentral with its verbs in Python."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.clock import Clock, ManualClock, PlatformClock, RealClock
from switchhook.simulator.errors import Refused
from switchhook.simulator.telephony import commands, scenes
from switchhook.simulator.telephony.session import TALKING, Party, Session
from switchhook.simulator.telephony.views import session_view
from switchhook.simulator.webhook import Webhooks
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.server import Server
from switchhook.simulator.wire.steering import steer
from switchhook.simulator.world import World


class Platform:
    """A running simulated platform: one account, four extensions with devices, a PSTN around it.

    `seed` makes ids, numbers and misbehaviour repeatable. `limits`: whether rate limits are enforced. `manual_time`:
    time stands still but for `advance`. `clock`: a clock of the caller's, which moves it by itself. The account: 101 Ann Archer, 102 Bob Baker, 103 Cid Cooper (users with a
    softphone online each, a hard phone, a direct number), 100 the IVR with the company's main number; one team chat
    "Front desk" of all three users.
    """

    url: str
    """Base address, such as "http://127.0.0.1:40123"."""
    client_id: str
    client_secret: str
    jwt: str
    """A credential of the user 101."""
    username: str
    extension: str
    password: str
    account_id: str

    def __init__(
        self, *, seed: int = 0, limits: bool = True, manual_time: bool = False, clock: Clock | None = None
    ) -> None:
        self._limits = limits
        self._manual = ManualClock() if manual_time and clock is None else None
        self.clock = PlatformClock(clock or self._manual or RealClock())
        self.webhooks = Webhooks(self.clock)
        if self._manual is not None:
            self._manual.settle = self.webhooks.quiet
        self.url = ""
        self._begin(seed)
        self._server = Server(self.world, self._steer)

    def _begin(self, seed: int) -> None:
        self.world = World(seed=seed, limits=self._limits, clock=self.clock, webhooks=self.webhooks)
        ann = self.world.account.extension("101")
        application = self.world.oauth.application
        self.client_id = application.client_id
        self.client_secret = application.secret or ""
        self.jwt = self.world.oauth.jwts[ann.id]
        self.username = self.world.account.main_number
        self.extension = ann.number
        self.password = ann.password
        self.account_id = self.world.account.id

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve. Raises OSError if the port is in use."""
        self.url = await self._server.start(host, port)
        await self.webhooks.start()

    async def stop(self) -> None:
        """Stop serving; deliveries in flight are given up."""
        self.clock.forget()
        await self.world.delivery.stop()
        await self._server.stop()
        await self.webhooks.stop()

    def credentials(self, extension: str = "101") -> dict[str, Any]:
        """What a client needs to know, of the user with this extension number. Raises LookupError."""
        owner = self.world.account.extension(extension)
        return {
            "url": self.url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "jwt": self.world.oauth.jwts[owner.id],
            "username": self.username,
            "extension": owner.number,
            "password": owner.password,
            "account_id": self.account_id,
            "extensions": self.world.extensions(),
        }

    async def ring(self, to: str = "101", from_: str = "+16505550100", name: str = "Joe Caller") -> dict[str, Any]:
        """A PSTN caller dials the main number, passes the IVR and reaches extension `to` (the sequence of a real call).

        `to`: extension number, id or direct number. Returns `{"telephonySessionId", "sessionId", "parties"}` when the
        party of `to` rings; notifications follow. Raises LookupError.
        """
        target = self.world.account.extension(to)
        return self._call(scenes.call_in(self.world.exchange, target, from_, name))

    async def dial(self, from_: str = "101", to: str = "+16505550100") -> dict[str, Any]:
        """A person of the company calls a number or a colleague. Returns the session when `to` rings."""
        caller = self.world.account.extension(from_)
        device = next(iter(caller.online_devices()), None)
        return self._call(scenes.call_out(self.world.exchange, caller, device, to))

    async def answer(
        self, session_id: str, party_id: str | None = None, device_id: str | None = None
    ) -> dict[str, Any]:
        """The person at `to` picks up. Raises LookupError, ValueError (wrong state)."""
        return self._call(scenes.pick_up(self.world.exchange, session_id, party_id, device_id))

    async def hold(self, session_id: str, party_id: str | None = None) -> dict[str, Any]:
        """A person presses hold. Raises LookupError, ValueError (nobody talks)."""
        session, party = self._talking(session_id, party_id)
        commands.hold(self.world.exchange, session, party)
        return self._call(session)

    async def unhold(self, session_id: str, party_id: str | None = None) -> dict[str, Any]:
        """A person takes the call back from hold. Raises LookupError, ValueError."""
        session, party = self._talking(session_id, party_id)
        commands.unhold(self.world.exchange, session, party)
        return self._call(session)

    async def hang_up(self, session_id: str) -> dict[str, Any]:
        """Somebody hangs up: every party leaves. Raises LookupError."""
        session = scenes.find(self.world.exchange, session_id)
        self.world.exchange.end(session)
        return self._call(session)

    async def text(self, to: str = "101", from_: str = "+16505550100", text: str = "Hello") -> dict[str, Any]:
        """A text comes in from outside. Returns the message. Raises LookupError."""
        owner = self.world.account.extension(to)
        message = self.world.messages.receive_text(owner, from_, text)
        return message.view(self.world.messages.store.path(owner))

    async def voicemail(
        self, to: str = "101", from_: str = "+16505550100", *, said: str = "Please call me back.", seconds: int = 12
    ) -> dict[str, Any]:
        """Somebody speaks to a person's machine; a transcript follows. Returns the message. Raises LookupError."""
        owner = self.world.account.extension(to)
        message = self.world.messages.leave_voicemail(owner, from_, seconds=seconds, said=said)
        return message.view(self.world.messages.store.path(owner))

    async def fax(self, to: str = "101", from_: str = "+16505550100", *, pages: int = 1) -> dict[str, Any]:
        """A fax comes in. Returns the message. Raises LookupError."""
        owner = self.world.account.extension(to)
        message = self.world.messages.receive_fax(owner, from_, pages)
        return message.view(self.world.messages.store.path(owner))

    async def post(self, chat: str, text: str, by: str = "102") -> dict[str, Any]:
        """A person posts in a chat (id or name). Returns the post. Raises LookupError."""
        author = self.world.account.extension(by)
        try:
            found = self.world.chats.chat(chat)
        except Refused:
            names = ", ".join(each.name for each in self.world.chats.all.values() if each.name)
            raise LookupError(f"no chat {chat!r}; there are {names}") from None
        return dict(self.world.chats.post(found, author, text))

    def fault(self, name: str, *, rate: float = 1.0, times: int | None = None, operation: str | None = None) -> None:
        """Misbehave: `name` is one of FAULTS; rate 0 ends it. Raises ValueError naming the faults there are.

        `times`: how often; None for ever. `operation`: only this operation (an id such as "answerCallParty"), or for
        deliveries only this kind of notification ("telephony").
        """
        self.world.faults.switch(name, rate, times, operation)

    async def advance(self, seconds: float) -> None:
        """Move simulated time. Raises ValueError without `manual_time`."""
        if self._manual is None:
            raise ValueError("this platform runs on real time; start it with manual time to advance it")
        await self._manual.advance(seconds)

    async def delivered(self) -> None:
        """Return when no delivery is waiting or under way."""
        await self.world.delivery.idle()

    def state(self) -> dict[str, Any]:
        """Everything, as JSON values: sessions, messages, chats, posts, subscriptions, deliveries, API calls."""
        return self.world.view(self.url)

    async def reset(self, seed: int | None = None) -> None:
        """Back to the beginning; the address stays."""
        self.clock.forget()
        await self.world.delivery.stop()
        self._begin(self.world.seed if seed is None else seed)
        self._server.world = self.world

    def _talking(self, session_id: str, party_id: str | None) -> tuple[Session, Party]:
        session = scenes.find(self.world.exchange, session_id)
        for party in session.parties:
            if party.code in TALKING and party.extension is not None and party_id in (None, party.id):
                return session, party
        raise ValueError(f"nobody of the company talks in {session_id}")

    def _call(self, session: Session) -> dict[str, Any]:
        return {
            "telephonySessionId": session.id,
            "sessionId": session.session_id,
            "parties": session_view(session, self.account_id)["parties"],
        }

    async def _steer(self, request: Request) -> Response:
        return await steer(self, request)
