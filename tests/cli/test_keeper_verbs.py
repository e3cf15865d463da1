"""`subscriptions`, `chat-webhooks` and `gaps`: what is wanted, what exists, what differs, what will be done."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from switchhook.admin.app import build
from switchhook.app.opening import ask_worker, tell_worker
from switchhook.app.ports import offering
from switchhook.cli import switchhook
from switchhook.clock import SystemClock
from switchhook.errors import WorkerRefused
from switchhook.ingress.service import ingress
from switchhook.settings import load
from switchhook.simulator.platform import Platform
from switchhook.telemetry import Metrics
from tests.faults.processes import free_ports

LOOK = {
    "identity": "main", "at": "2026-01-05T09:00:00+00:00", "account": "400", "extension": "101001",
    "transport": "webhook", "settled": True, "existing": [], "actions": [], "refused": [], "concerns": [],
    "wanted": [{"filter": "/restapi/v1.0/account/400/presence", "handlers": ["forward"]}],
    "failure": None, "transient": False,
}  # fmt: skip


@pytest.fixture
async def place(tmp_path):
    """A platform, a settings file with a handler and a chat webhook, an ingress, and no worker."""
    platform = Platform(seed=1, limits=False)
    platform.knob("delivery.time_limit", 60.0)  # this machine may be busy
    await platform.start()
    said = platform.credentials()
    port, admin, ingress_admin = free_ports(3)
    path = tmp_path / "switchhook.toml"
    path.write_text(
        f"""
[[identities]]
name = "main"
server = "{said["url"]}"
client_id = "{said["client_id"]}"
client_secret = "{said["client_secret"]}"
jwt = "{said["jwt"]}"
[ingress]
host = "127.0.0.1"
port = {port}
public_url = "http://127.0.0.1:{port}"
master_secrets = ["correct horse battery staple"]
journal = "journal.db"
[state]
path = "state.db"
[admin]
port = {admin}
ingress_port = {ingress_admin}
token = "let me in"
[[handlers]]
use = "forward"
settings = {{ to = "103" }}
[[chat_webhooks]]
name = "alerts"
chat = "Front desk"
""",
        encoding="utf-8",
    )
    async with ingress(load(path), Metrics(), clock=SystemClock()):
        yield SimpleNamespace(platform=platform, path=path, settings=load(path))
    await platform.stop()


async def call(path, *arguments):
    """A verb, in a thread of its own: exit code and what it printed."""
    invocation = ([*arguments, "--settings", str(path)],)
    result = await asyncio.to_thread(CliRunner().invoke, switchhook, *invocation, standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return type(result.exception).__name__, str(result.exception)
    return result.return_value or 0, result.output


@asynccontextmanager
async def worker(settings, documents=None, actions=None):
    """What stands in for a running worker: an admin port that answers this."""

    def always(value):
        return lambda _query: value

    def doing(value):
        async def act(query):
            if isinstance(value, Exception):
                raise value
            return value(query) if callable(value) else value

        return act

    app = build(
        ready=lambda: None,
        metrics=lambda: b"",
        documents={name: always(value) for name, value in (documents or {}).items()},
        actions={name: doing(value) for name, value in (actions or {}).items()},
        token=settings.admin.token.get_secret_value(),
    )
    async with offering(app, "admin.port", "127.0.0.1", settings.admin.port):
        yield


async def test_subscriptions_without_a_worker(place):
    """Missing: to do. Synchronised: done, and where each filter is delivered. Dead: healed, and a gap says so."""
    code, said = await call(place.path, "subscriptions", "list")
    assert code == 1
    assert "nobody" in said
    assert "no subscription exists" in said
    assert "to do: create" in said
    assert place.platform.world.subscriptions.all == {}
    code, said = await call(place.path, "subscriptions", "sync")
    assert code == 0, said
    assert "done: create" in said
    assert "everything wanted stands" in said
    (made,) = place.platform.world.subscriptions.all.values()
    code, said = await call(place.path, "subscriptions", "list", "--json")
    (look,) = json.loads(said)
    assert (code, look["settled"], look["existing"][0]["id"]) == (0, True, made.id)
    assert "webhooks/" not in said
    assert (await call(place.path, "gaps", "list")) == (0, "there is no gap\n")
    place.platform.world.subscriptions.blacklist(made, "Read timed out")
    code, said = await call(place.path, "subscriptions", "list")
    assert code == 1
    assert "blacklisted: Read timed out" in said
    code, said = await call(place.path, "subscriptions", "sync", "--json")
    (look,) = json.loads(said)
    assert (code, [each["action"] for each in look["done"]]) == (0, ["create", "delete"])
    code, said = await call(place.path, "gaps", "list")
    assert code == 1
    assert "blacklisted" in said
    assert "over, to be fetched" in said
    (found,) = json.loads((await call(place.path, "gaps", "list", "--json"))[1])
    assert (found["cause"], found["stage"], found["identity"]) == ("blacklisted", "closed", "main")


async def test_chat_webhooks_without_a_worker(place):
    """Missing: to create; synchronised: active; tested: posted; removed by somebody: to create again."""
    code, said = await call(place.path, "chat-webhooks", "list")
    assert code == 1
    assert "create: missing" in said
    assert place.platform.world.hooks.all == {}
    code, said = await call(place.path, "chat-webhooks", "sync")
    assert code == 0, said
    assert "done: create alerts: missing" in said
    code, said = await call(place.path, "chat-webhooks", "test", "alerts")
    assert code == 0, said
    posts = [post["text"] for chat in place.platform.state()["chats"].values() for post in chat["posts"]]
    assert any("this webhook works" in each for each in posts)
    code, said = await call(place.path, "chat-webhooks", "list", "--json")
    (look,) = json.loads(said)
    assert (code, look["webhooks"][0]["status"], look["undeclared"]) == (0, "Active", 0)
    place.platform.world.hooks.all.clear()
    code, said = await call(place.path, "chat-webhooks", "list")
    assert code == 1
    assert "create: somebody removed it" in said


async def test_a_webhook_that_nobody_declared_is_wrong_use(place):
    """The names there are stand in the message."""
    error, said = await call(place.path, "chat-webhooks", "test", "alarms")
    assert error == "UsageError"
    assert "no webhook is called 'alarms'" in said
    assert "declares alerts" in said


async def test_the_probe_says_how_long_it_took_or_why_nothing_came(place):
    """The worker that runs makes it."""
    arrived = [{"identity": "main", "arrived": True, "seconds": 61.2, "failure": ""}]
    async with worker(place.settings, {"subscriptions": [LOOK]}, {"subscriptions/probe": arrived}):
        code, said = await call(place.path, "subscriptions", "list", "--probe")
        assert code == 0
        assert "reached the worker 61 s after" in said
        code, said = await call(place.path, "subscriptions", "list", "--probe", "--json")
        assert json.loads(said)[0]["probe"]["seconds"] == 61.2
    lost = [{"identity": "main", "arrived": False, "seconds": None, "failure": "SUB-521: nothing answers there"}]
    async with worker(place.settings, {"subscriptions": [LOOK]}, {"subscriptions/probe": lost}):
        code, said = await call(place.path, "subscriptions", "list", "--probe")
        assert code == 1
        assert "no notification arrives: SUB-521: nothing answers there" in said
    error, said = await call(place.path, "subscriptions", "list", "--probe")
    assert error == "ClickException"
    assert "no worker answers on admin.port" in said


async def test_an_identity_on_a_websocket_says_whether_it_is_connected(place):
    """There is no subscription to list; the connection is what counts."""
    for stands in (True, False):
        look = LOOK | {"transport": "websocket", "connected": stands, "settled": stands}
        async with worker(place.settings, {"subscriptions": [look]}):
            code, said = await call(place.path, "subscriptions", "list")
        assert code == (0 if stands else 1)
        assert f"over a WebSocket: {'connected' if stands else 'not connected'}" in said
        assert "no subscription exists" not in said
    place.path.write_text(place.path.read_text().replace('name = "main"', 'name = "main"\ntransport = "websocket"', 1))
    code, said = await call(place.path, "subscriptions", "list")
    assert code == 0
    assert "no worker runs that would connect" in said
    assert "to do" not in said


async def test_many_filters_are_summed_up_with_the_troubled_first(place):
    """Nobody reads a thousand lines; what is not delivered must not hide behind what is."""
    wanted = [
        {"filter": f"/restapi/v1.0/account/400/extension/{n}/voicemail", "handlers": ["forward"]} for n in range(60)
    ]
    existing = {
        "id": "x", "name": "400-main-1-1", "verdict": "stands", "place": "current", "status": "Active",
        "expires": None, "seconds_left": 200_000, "filters": [each["filter"] for each in wanted[:-1]],
        "heartbeat": True, "disabled": [], "blacklisted": None, "why": None, "heard": "2026-01-05T09:00:00+00:00",
    }  # fmt: skip
    look = LOOK | {"wanted": wanted, "existing": [existing], "settled": False}
    async with worker(place.settings, {"subscriptions": [look]}):
        code, said = await call(place.path, "subscriptions", "list")
    assert code == 1
    lines = [each for each in said.splitlines() if "/voicemail" in each]
    assert len(lines) == 20
    assert "/extension/59/voicemail" in lines[0]
    assert lines[0].endswith("nobody")
    assert "and 40 more (40 by 400-main-1-1)" in said


async def test_a_running_worker_is_told(place):
    """Its answer is shown, and what it refuses ends the verb with its reason."""
    done = [{"action": "create", "id": None, "name": "400-main-1-1", "reason": "missing", "filters": []}]
    actions = {
        "subscriptions/sync": [LOOK | {"done": done}],
        "chat-webhooks/test": lambda query: {"webhook": query["name"], "posted": True},
        "chat-webhooks/sync": ValueError("no such thing"),
    }
    async with worker(place.settings, {}, actions):
        code, said = await call(place.path, "subscriptions", "sync")
        assert code == 0
        assert "done: create 400-main-1-1: missing" in said
        code, said = await call(place.path, "chat-webhooks", "test", "alerts")
        assert code == 0
        error, said = await call(place.path, "chat-webhooks", "sync")
        assert (error, said) == ("WorkerRefused", "no such thing")


async def test_a_worker_with_another_token_is_no_worker_that_obeys(place):
    """A document counts as not there; an action fails, with what to look at."""
    async with worker(place.settings, {"subscriptions": []}, {"subscriptions/sync": []}):
        text = place.path.read_text().replace("let me in", "let me out")
        place.path.write_text(text)
        other = load(place.path)
        assert await ask_worker(other, "subscriptions") is None
        with pytest.raises(WorkerRefused, match=r"answers 401: is admin\.token the one"):
            await tell_worker(other, "subscriptions/sync")


async def test_a_worker_that_is_slow_is_no_worker_that_is_away(place):
    """Nothing must stand in for it meanwhile; the message says that it goes on."""

    async def dawdle(_query):
        await asyncio.Event().wait()

    app = build(ready=lambda: None, metrics=lambda: b"", documents={}, actions={"subscriptions/sync": dawdle})
    async with offering(app, "admin.port", "127.0.0.1", place.settings.admin.port):
        with pytest.raises(WorkerRefused, match="it goes on by itself"):
            await tell_worker(place.settings, "subscriptions/sync", patience=0.5)


async def test_check_asks_for_no_public_address_where_there_is_none(place):
    """Over a WebSocket nothing has to reach us."""
    text = place.path.read_text().replace('name = "main"', 'name = "main"\ntransport = "websocket"', 1)
    place.path.write_text(text)
    code, said = await call(place.path, "check", "--json")
    found = {each["what"]: each for each in json.loads(said)}
    assert code == 0, said
    assert "over a WebSocket" in found["identity main"]["detail"]
    assert "public address" not in found


async def test_with_kafka_only_a_worker_may_act(place):
    """Its state is not this command's to write; the message says where to go."""
    text = place.path.read_text().replace('name = "main"', 'name = "main"\naccount = "400"', 1)
    place.path.write_text(text + '[log]\nkind = "kafka"\nbrokers = ["127.0.0.1:1"]\n')
    error, said = await call(place.path, "chat-webhooks", "list")
    assert error == "StateUnavailable", said
    assert "run this where one runs" in said
