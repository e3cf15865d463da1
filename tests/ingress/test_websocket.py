"""The WebSocket receiver on the simulated gateway: nothing lost that the platform still has, gaps named, no storms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from switchhook.api.opening import open_clients
from switchhook.clock import Clock, ManualClock, SystemClock, settle
from switchhook.errors import ApiUnreachable, LogUnavailable, StateUnavailable
from switchhook.ingress.socket_session import Ended, SocketSession
from switchhook.ingress.socket_store import SocketStore
from switchhook.ingress.websocket import WebSocketReceiver
from switchhook.log import Header, NewRecord
from switchhook.log.notes import GAP
from switchhook.notification import SubscriptionName, envelope
from switchhook.settings import IdentitySettings
from switchhook.simulator.platform import Platform
from switchhook.telemetry import Metric, Metrics

TEXTS = "/restapi/v1.0/account/~/extension/~/message-store/instant?type=SMS"
PRESENCE = "/restapi/v1.0/account/~/extension/~/presence"


class ModelLog:
    """A log in memory that refuses when it is told to."""

    def __init__(self) -> None:
        self.records: list[NewRecord] = []
        self.away = False
        self.changed = asyncio.Event()

    async def append(self, records: Sequence[NewRecord]) -> None:
        self.changed.set()
        if self.away:
            raise LogUnavailable("away")
        self.records += records

    def texts(self) -> list[str]:
        """The texts received."""
        return [str(envelope(one.value).body["subject"]) for one in self.records if Header.NAME in one.headers]

    def gaps(self) -> list[dict[str, Any]]:
        """The gaps told."""
        return [dict(read.body) for one in self.records if (read := envelope(one.value)).path == GAP]

    async def until(self, true) -> None:
        """Return when `true()`, looked at after every append."""
        async with asyncio.timeout(60):
            while not true():
                self.changed.clear()
                await self.changed.wait()
                await settle()


class ModelMemory:
    """Remembers in memory, unless it is told not to."""

    def __init__(self) -> None:
        self.value: bytes | None = None
        self.away = False

    def recall(self) -> bytes | None:
        return self.value

    async def keep(self, value: bytes) -> None:
        if self.away:
            raise StateUnavailable("away")
        self.value = value


class Receiving:
    """A receiver and what is around it. `connections` are those it made."""

    def __init__(self, platform: Platform, log: ModelLog, memory: ModelMemory, clock: Clock) -> None:
        self.platform, self.log, self.memory = platform, log, memory
        self.filters = frozenset({TEXTS})
        self.metrics = Metrics()
        credentials = platform.credentials()
        identity = IdentitySettings(
            name="main",
            server=credentials["url"],
            client_id=credentials["client_id"],
            client_secret=credentials["client_secret"],
            jwt=credentials["jwt"],
        )
        self.client = open_clients([identity], clock)["main"]
        self.connections: list[aiohttp.ClientWebSocketResponse] = []
        transport = self.client.application.transport
        connect = transport.websocket

        async def recorded(address: str) -> aiohttp.ClientWebSocketResponse:
            self.connections.append(await connect(address))
            return self.connections[-1]

        transport.websocket = recorded
        self.receiver = WebSocketReceiver(
            self.client,
            credentials["account_id"],
            log,
            memory,
            wanted=lambda: self.filters,
            clock=clock,
            metrics=self.metrics,
        )

    @property
    def subscriptions(self) -> dict[str, Any]:
        """What the platform has."""
        return self.platform.world.subscriptions.all

    async def subscribed(self) -> None:
        """Return when everything wanted is subscribed to."""
        async with asyncio.timeout(60):
            await self.receiver.subscribed.wait()


@asynccontextmanager
async def receiving(
    platform: Platform, log: ModelLog | None = None, memory: ModelMemory | None = None
) -> AsyncIterator[Receiving]:
    """A receiver that runs and is subscribed."""
    made = Receiving(platform, log or ModelLog(), memory or ModelMemory(), SystemClock())
    running = asyncio.create_task(made.receiver.run())
    try:
        await made.subscribed()
        yield made
    finally:
        running.cancel()
        await asyncio.wait({running})
        await made.client.close()


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A platform on manual time."""
    made = Platform(seed=1, manual_time=True)
    await made.start()
    yield made
    await made.stop()


async def test_notifications_go_into_the_log(platform: Platform) -> None:
    """As the platform wrote them, with account, key and the identity they came for."""
    async with receiving(platform) as at:
        await platform.text(text="Hello")
        await at.log.until(at.log.texts)
        (record,) = at.log.records
        assert record.account == platform.account_id
        assert record.key == platform.world.account.extension("101").id
        name = SubscriptionName.parse(record.headers[Header.NAME])
        assert (name.account, name.identity) == (platform.account_id, "main")
        assert record.headers[Header.SOURCE] == "websocket"
        assert envelope(record.value).subscription_id in at.subscriptions
        assert at.metrics.value(Metric.NOTIFICATIONS, result="accepted") == 1


async def test_what_was_missed_while_the_connection_was_broken_comes_after_it(platform: Platform) -> None:
    """In order, each once, on the same subscription, without a gap."""
    async with receiving(platform) as at:
        await platform.text(text="1")
        await at.log.until(lambda: at.log.texts() == ["1"])
        subscriptions = set(at.subscriptions)
        await at.connections[-1].close()
        for text in ("2", "3", "4"):
            await platform.text(text=text)
        await at.log.until(lambda: len(at.log.texts()) == 4)
        await platform.text(text="5")
        await at.log.until(lambda: len(at.log.texts()) == 5)
        assert at.log.texts() == ["1", "2", "3", "4", "5"]
        assert set(at.subscriptions) == subscriptions
        assert at.log.gaps() == []
        assert len(at.connections) == 2


async def test_a_restart_goes_on_where_the_last_process_stored(platform: Platform) -> None:
    """The place is kept only after the append: what was received and not stored is asked for again."""
    log, memory = ModelLog(), ModelMemory()
    async with receiving(platform, log, memory) as at:
        await platform.text(text="1")
        await log.until(lambda: log.texts() == ["1"])
        kept = memory.value
        log.away = True
        log.changed.clear()
        await platform.text(text="2")
        await log.changed.wait()
        assert memory.value == kept
        assert at.receiver.subscribed.is_set()
    await platform.text(text="3")
    log.away = False
    async with receiving(platform, log, memory) as at:
        await log.until(lambda: len(log.texts()) == 3)
        assert log.texts() == ["1", "2", "3"]
        assert log.gaps() == []


async def test_a_log_that_is_away_for_a_moment_costs_nothing(platform: Platform) -> None:
    """Notifications wait, in order."""
    async with receiving(platform) as at:
        at.log.away = True
        await platform.text(text="1")
        await at.log.changed.wait()
        await platform.text(text="2")
        at.log.away = False
        await at.log.until(lambda: at.log.texts() == ["1", "2"])
        assert len(at.connections) == 1


async def test_recovery_that_fails_is_a_gap_and_a_new_subscription(platform: Platform) -> None:
    """After more than three minutes away: the span has a name, from the last thing stored until now."""
    log, memory = ModelLog(), ModelMemory()
    async with receiving(platform, log, memory):
        await platform.text(text="1")
        await log.until(lambda: log.texts() == ["1"])
    await platform.text(text="lost")
    await platform.advance(200)
    assert platform.world.subscriptions.all == {}
    async with receiving(platform, log, memory) as at:
        assert len(at.subscriptions) == 1
        (gap,) = log.gaps()
        assert gap["cause"] == "websocket"
        assert gap["since"] <= gap["until"]
        await platform.text(text="2")
        await log.until(lambda: log.texts() == ["1", "2"])
    async with receiving(platform, log, memory):
        assert len(log.gaps()) == 1


async def test_other_filters_replace_the_subscription(platform: Platform) -> None:
    """On the same connection: the platform keeps one subscription for each."""
    async with receiving(platform) as at:
        at.filters = frozenset({TEXTS, PRESENCE})
        at.receiver.changed()
        at.receiver.subscribed.clear()
        await at.subscribed()
        (subscription,) = at.subscriptions.values()
        assert len(subscription.filters) == 2
        assert len(at.connections) == 1


async def test_nothing_wanted_nothing_connected(platform: Platform) -> None:
    """Until something is."""
    made = Receiving(platform, ModelLog(), ModelMemory(), SystemClock())
    made.filters = frozenset()
    running = asyncio.create_task(made.receiver.run())
    await settle()
    assert made.connections == []
    made.filters = frozenset({TEXTS})
    made.receiver.changed()
    await made.subscribed()
    running.cancel()
    await asyncio.wait({running})
    await made.client.close()


async def test_one_rest_error_never_ends_the_websocket_receiver(platform: Platform) -> None:
    """Neither of the ticket nor of the subscription: it comes again and succeeds."""
    platform.fault("status_500", times=1, operation="authWsToken")
    platform.fault("status_500", times=1, operation="createSubscription")
    async with receiving(platform) as at:
        assert len(at.connections) == 2
        await platform.text(text="1")
        await at.log.until(lambda: at.log.texts() == ["1"])


async def test_a_state_store_that_is_away_costs_nothing_but_doubles(platform: Platform) -> None:
    """Notifications are stored all the same; what a restart gets twice is recognised by its content."""
    async with receiving(platform) as at:
        at.memory.away = True
        await platform.text(text="1")
        await at.log.until(lambda: at.log.texts() == ["1"])


class RefusingClient:
    """A client that gets no ticket, and when it tried."""

    identity = "main"

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.tried: list[float] = []

    async def exchange(self, *_: Any, **__: Any) -> Any:
        self.tried.append(self.clock.monotonic())
        raise ApiUnreachable("nobody there")


async def test_reconnection_without_an_auth_storm() -> None:
    """Every attempt is one of five Auth calls a minute: an outage of an hour costs few, the first come quickly."""
    clock = ManualClock()
    client = RefusingClient(clock)
    receiver = WebSocketReceiver(
        client,
        "400",
        ModelLog(),
        ModelMemory(),
        wanted=lambda: frozenset({TEXTS}),
        clock=clock,
        metrics=Metrics(),
    )
    running = asyncio.create_task(receiver.run())
    await clock.advance(3_600)
    running.cancel()
    await asyncio.wait({running})
    begun = client.tried[0]
    assert [round(at - begun) for at in client.tried[:5]] == [0, 1, 3, 7, 15]
    for moment in client.tried:
        assert sum(moment <= at < moment + 60 for at in client.tried) <= 6
    assert 55 <= len(client.tried) <= 70


class QuietSocket:
    """A connection on which nobody says anything."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.frames: asyncio.Queue[aiohttp.WSMessage] = asyncio.Queue()
        self.close_code = 1006

    async def receive(self) -> aiohttp.WSMessage:
        return await self.frames.get()

    async def send_str(self, text: str) -> None:
        self.sent.append(text)

    async def pong(self, _data: bytes) -> None:
        self.sent.append("pong")

    async def close(self) -> None:
        self.say(aiohttp.WSMsgType.CLOSED)

    def say(self, kind: aiohttp.WSMsgType, data: Any = None) -> None:
        self.frames.put_nowait(aiohttp.WSMessage(kind, data, None))


def quiet_store(clock: ManualClock) -> SocketStore:
    """A store that is not looked at."""
    name = SubscriptionName("400", "main", 1, 1)
    return SocketStore(name, ModelLog(), ModelMemory(), clock=clock, metrics=Metrics())


async def test_signs_of_life() -> None:
    """Silence is asked about once, an answer or a ping is enough; without either the connection is given up."""
    clock, socket = ManualClock(), QuietSocket()
    store = SocketStore(
        SubscriptionName("400", "main", 1, 1), ModelLog(), ModelMemory(), clock=clock, metrics=Metrics()
    )
    running = asyncio.create_task(SocketSession(socket, store, clock).run())
    await clock.advance(44)
    assert socket.sent == []
    await clock.advance(6)
    assert len(socket.sent) == 1
    assert '"Heartbeat"' in socket.sent[0]
    socket.say(aiohttp.WSMsgType.TEXT, '[{"type":"Heartbeat","messageId":"x"}]')
    await clock.advance(44)
    socket.say(aiohttp.WSMsgType.PING, b"")
    await clock.advance(44)
    assert socket.sent[1:] == ["pong"]
    socket.say(aiohttp.WSMsgType.TEXT, "no frame at all")
    await clock.advance(65)
    assert len(socket.sent) == 3
    assert not running.done()
    await clock.advance(10)
    with pytest.raises(Ended, match="closed"):
        await running


async def test_a_gateway_that_does_not_greet_is_left() -> None:
    """Fifteen seconds, and it is tried again."""
    clock, socket = ManualClock(), QuietSocket()
    store = SocketStore(
        SubscriptionName("400", "main", 1, 1), ModelLog(), ModelMemory(), clock=clock, metrics=Metrics()
    )
    greeting = asyncio.create_task(SocketSession(socket, store, clock).greet())
    await clock.advance(16)
    with pytest.raises(ApiUnreachable, match="did not greet"):
        await greeting


async def test_a_gateway_that_refuses_says_why() -> None:
    """An error frame in place of the greeting: its code and message are told."""
    clock, socket = ManualClock(), QuietSocket()
    store = SocketStore(
        SubscriptionName("400", "main", 1, 1), ModelLog(), ModelMemory(), clock=clock, metrics=Metrics()
    )
    error = '[{"type":"Error","messageId":"1","status":401},{"errorCode":"OAU-128","message":"Access token expired"}]'
    socket.say(aiohttp.WSMsgType.TEXT, error)
    with pytest.raises(Ended, match="401 OAU-128 Access token expired"):
        await SocketSession(socket, store, clock).greet()
