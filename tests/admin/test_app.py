"""The operator's port, over real HTTP."""

import aiohttp
import pytest

from switchhook.admin.app import build
from switchhook.app.ports import offering
from switchhook.errors import LogUnavailable, PortTaken


@pytest.fixture
async def fetch():
    """Serve an application and fetch a path from it."""

    async def fetch_from(app, path, **headers):
        async with (
            offering(app, "admin.port", "127.0.0.1", 0) as port,
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}{path}", headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    return fetch_from


def _app(reason=None, token=None):
    def echo(query):
        return {"limit": int(query.get("limit", "5"))}

    return build(ready=lambda: reason, metrics=lambda: b"a 1\n", documents={"runs": echo}, token=token)


async def test_ready_says_why_not(fetch):
    """Readiness is 200, or 503 with the reason."""
    assert await fetch(_app(), "/readyz") == (200, "ok\n")
    assert await fetch(_app("journal is full"), "/readyz") == (503, "journal is full\n")


async def test_documents_and_metrics(fetch):
    """Documents are JSON, a wrong parameter is 400, metrics are Prometheus text."""
    assert await fetch(_app(), "/api/v1/runs?limit=7") == (200, '{"limit":7}')
    status, text = await fetch(_app(), "/api/v1/runs?limit=x")
    assert status == 400
    assert "x" in text
    assert await fetch(_app(), "/metrics") == (200, "a 1\n")


async def test_token_guards_all_but_health(fetch):
    """With a token set, everything but health needs it."""
    app = _app(token="let-me-in")
    assert (await fetch(app, "/livez"))[0] == 200
    assert (await fetch(app, "/api/v1/runs"))[0] == 401
    assert (await fetch(app, "/metrics", Authorization="Bearer wrong"))[0] == 401
    assert (await fetch(app, "/metrics", Authorization="Bearer let-me-in"))[0] == 200


async def test_an_action_is_done_for_who_may_ask():
    """Only by POST, and not for a form of somebody's page; what fails says why."""
    done = []

    async def act(query):
        done.append(query["name"])
        if query["name"] == "odd":
            raise ValueError("no such name")
        if query["name"] == "away":
            raise LogUnavailable("the broker is away")
        return {"did": query["name"]}

    app = build(ready=lambda: None, metrics=lambda: b"", documents={}, actions={"do": act})
    async with offering(app, "admin.port", "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/api/v1/do"

        async def ask(name, kind="application/json", method="POST"):
            asked = session.request(method, url, params={"name": name}, headers={"Content-Type": kind})
            async with asked as answer:
                return answer.status, await answer.text()

        assert await ask("it", kind="text/plain") == (415, "send Content-Type: application/json\n")
        assert (await ask("it", method="GET"))[0] == 405
        assert done == []
        assert await ask("it") == (200, '{"did":"it"}')
        assert await ask("odd") == (400, '{"error":"no such name"}')
        assert await ask("away") == (502, '{"error":"the broker is away"}')


async def test_a_port_in_use_is_an_error():
    """Listening where somebody else listens names the setting."""
    async with offering(_app(), "admin.port", "127.0.0.1", 0) as port:
        with pytest.raises(PortTaken, match=r"in use; stop what uses it, or set another admin\.port"):
            async with offering(_app(), "admin.port", "127.0.0.1", port):
                pass
