"""Who is let in at the operator's port, over real HTTP."""

from __future__ import annotations

import aiohttp
import pytest

from switchhook.admin.app import build
from switchhook.app.ports import offering


async def ask(path: str, *, token: str | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer of an application with one document."""
    app = build(ready=lambda: None, metrics=lambda: b"a 1\n", documents={"runs": lambda _query: [1]}, token=token)
    async with (
        offering(app, "admin.port", "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}", headers=headers) as answer,
    ):
        return answer.status, await answer.text(), dict(answer.headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil", "[::2]:1"]
)
async def test_a_strangers_name_for_this_machine_reads_nothing(host: str) -> None:
    """A page whose name leads to 127.0.0.1 (DNS rebinding) gets neither documents, nor metrics, nor the page."""
    for path in ("/", "/api/v1/runs", "/metrics"):
        status, text, _ = await ask(path, Host=host)
        assert (status, "set admin.token" in text) == (421, True)
    assert (await ask("/livez", Host=host))[0] == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8081", "127.0.0.1:1", "[::1]", "[::1]:8081"])
async def test_names_of_this_machine_are_answered(host: str) -> None:
    """With and without a port, IPv6 in its brackets."""
    assert (await ask("/api/v1/runs", Host=host))[0] == 200


async def test_with_a_token_the_name_does_not_matter() -> None:
    """Whoever has it may come by whatever name; a stranger's page has it not."""
    host = "switchhook.example"
    assert (await ask("/api/v1/runs", token="let-me-in", Host=host, Authorization="Bearer let-me-in"))[0] == 200
    assert (await ask("/api/v1/runs", token="let-me-in", Host=host))[0] == 401


async def test_the_page_is_open_and_holds_no_data() -> None:
    """Its files need no token, may be framed by nobody, load nothing from elsewhere, and are kept by no cache."""
    for path in ("/", "/page.css", "/page.js", "/sections.js", "/drawing.js", "/favicon.ico"):
        status, text, headers = await ask(path, token="let-me-in")
        assert status in (200, 204)
        assert "http" not in text
        assert "innerHTML" not in text
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert (headers["X-Frame-Options"], headers["Cache-Control"]) == ("DENY", "no-store")


async def test_documents_are_kept_by_no_cache() -> None:
    """And taken for nothing but JSON."""
    headers = (await ask("/api/v1/runs"))[2]
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
