"""Platform: the simulated RingCentral with its verbs in Python."""

from __future__ import annotations

import inspect
import ssl
from typing import Any

from switchhook.simulator.clock import Clock, ClockError, ManualClock, PlatformClock, RealClock
from switchhook.simulator.knobs import knobs, turn
from switchhook.simulator.scenes import SCENES
from switchhook.simulator.verbs import Verbs
from switchhook.simulator.webhook import Webhooks
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.server import Server
from switchhook.simulator.wire.steering import steer
from switchhook.simulator.world import World


class Platform(Verbs):
    """A running simulated platform: one account, its extensions with devices, a PSTN around it.

    `seed` makes ids, numbers and misbehaviour repeatable. `limits`: whether rate limits are enforced. `manual_time`:
    time stands still but for `advance`. `clock`: a clock of the caller's, who moves it by itself.

    The account: 101 Ann Archer, 102 Bob Baker, 103 Cid Cooper (users, each with a softphone and a hard phone online and
    a direct number), 100 the IVR with the company's main number, 200 the call queue "Sales" and 300 a paging group of
    all three; one team chat "Front desk" of all three users.
    """

    url: str
    """Base address, such as "http://127.0.0.1:40123"."""
    media_url: str
    """Where content comes from: the media host, on a port of its own."""
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
        self.url = self.media_url = ""
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

    async def start(
        self, host: str = "127.0.0.1", port: int = 0, media_port: int | None = 0, *, tls: ssl.SSLContext | None = None
    ) -> None:
        """Serve, over TLS if given. Raises OSError if a port is in use. `media_port` None: without a media host."""
        self.url, self.media_url = await self._server.start(host, port, media_port, tls)
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
            "media_url": self.media_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "jwt": self.world.oauth.credential(owner),
            "username": self.username,
            "extension": owner.number,
            "password": owner.password,
            "account_id": self.account_id,
            "extensions": self.world.extensions(),
        }

    async def scene(self, name: str) -> dict[str, Any]:
        """Play a whole scene; returns the `calls`, `messages` or `posts` it left. Raises LookupError naming all."""
        if name not in SCENES:
            raise LookupError(f"no scene {name!r}; there are {', '.join(SCENES)}")
        return await SCENES[name](self)

    def scenes(self) -> dict[str, str]:
        """Every scene with what happens in it."""
        return {name: inspect.getdoc(scene) or "" for name, scene in SCENES.items()}

    async def pass_time(self, seconds: float) -> None:
        """Let simulated time pass: at once if it is manual, by waiting if it is real."""
        if self._manual is not None:
            await self._manual.advance(seconds)
        else:
            await self.clock.sleep(seconds)

    def fault(self, name: str, *, rate: float = 1.0, times: int | None = None, operation: str | None = None) -> None:
        """Misbehave: `name` is one of FAULTS; rate 0 ends it. Raises ValueError naming the faults there are.

        `times`: how often; None for ever. `operation`: only this operation (an id such as "answerCallParty"), or for
        deliveries only this kind of notification ("telephony").
        """
        self.world.faults.switch(name, rate, times, operation)

    def knob(self, name: str, value: Any) -> dict[str, Any]:
        """Set a knob, such as `subscriptions.most`; returns all of them. Raises LookupError, ValueError."""
        turn(self.world, name, value)
        return knobs(self.world)

    def knobs(self) -> dict[str, Any]:
        """Every knob with where it stands: what nobody documents about the platform, and how long things take."""
        return knobs(self.world)

    async def advance(self, seconds: float) -> None:
        """Move simulated time. Raises ValueError without `manual_time`."""
        if self._manual is None:
            raise ValueError("this platform runs on real time; start it with manual time to advance it")
        await self._manual.advance(seconds)

    @property
    def busy(self) -> bool:
        """Whether a request has no answer yet, or a notification is on its way. One that waits for its time is not."""
        return self.webhooks.busy or self._server.serving > 0

    async def delivered(self) -> None:
        """Return when no delivery is waiting or under way."""
        await self.world.delivery.idle()

    def state(self) -> dict[str, Any]:
        """Everything, as JSON values: sessions, messages, chats, posts, subscriptions, deliveries, API calls."""
        return self.world.view(self.url)

    async def reset(self, seed: int | None = None) -> None:
        """Back to the beginning; the address stays."""
        self.clock.forget()
        self.clock.error = ClockError()
        await self.world.delivery.stop()
        self._begin(self.world.seed if seed is None else seed)
        self._server.world = self.world

    async def _steer(self, request: Request) -> Response:
        return await steer(self, request)
