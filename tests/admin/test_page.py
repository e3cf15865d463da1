"""The operator's page in Chromium: what it shows of documents, and what it says when it gets none."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from switchhook.admin.app import build
from switchhook.app.ports import offering
from switchhook.errors import StateUnavailable
from tests.browser import Browser, browser
from tests.simulator.test_page import CONTRASTS

__all__ = ["browser"]

pytestmark = pytest.mark.processes

HOSTILE = "<img src=x onerror=\"document.title='taken'\">"
WELL: dict[str, Any] = {
    "process": "worker", "version": "1.2.3", "ready": True, "reason": None, "partitions": [0], "lanes": 2,
    "in_flight": 3, "oldest_unfinished_seconds": 1.5, "parked": 0, "suspects": 0, "dead_letters": 0,
    "records": {"done": 12},
    "events": {"CallRinging": 5}, "runs": [], "budget": [{"identity": "main", "group": "light", "remaining": 31}],
}  # fmt: skip
LOOK: dict[str, Any] = {
    "identity": "main", "at": "2026-11-24T12:00:00+00:00", "account": "1", "extension": "2", "transport": "webhook",
    "settled": True, "wanted": [{"filter": "/telephony", "handlers": ["forward"]}],
    "existing": [{"id": "s1", "name": "1-main-1-1", "verdict": "stands", "status": "Active", "filters": ["/telephony"],
                  "expires": "2027-01-01T00:00:00+00:00", "disabled": [], "heard": None}],
    "actions": [], "refused": [], "concerns": [], "failure": None, "transient": False, "heard": None,
}  # fmt: skip
HANDLER = {
    "name": "forward",
    "extensions": ["101"],
    "identity": None,
    "rules": [{"name": "on", "event": "CallRinging"}],
}


def run(number: int, outcome: str = "done", reason: str = "") -> dict[str, Any]:
    """The end of a run."""
    return {
        "event_id": f"s-1/p-{number}/ringing", "event": "CallRinging", "handler": "forward", "rule": "on",
        "outcome": outcome, "reason": reason, "started_at": 1_000.0 + number, "ended_at": 1_000.5 + number,
        "attempt": 1, "reaction": None,
        "effects": [{"step": 1, "operation": "forwardCallParty", "parameters": {}, "replayed": False}],
    }  # fmt: skip


class Service:
    """An admin port with documents of the test's own. `shown`: by name; an exception is raised."""

    def __init__(self, token: str | None = None) -> None:
        self.shown: dict[str, Any] = {
            "status": dict(WELL), "runs": [], "parked": [], "subscriptions": [LOOK], "dead": [], "gaps": [],
            "handlers": [HANDLER],
        }  # fmt: skip
        self.done: list[str] = []
        self.url = ""
        self._token = token
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Serve."""

        async def sync(_query: Any) -> Any:
            self.done.append("sync")
            return [{"identity": "main", "done": [{"action": "create"}]}]

        documents = {name: lambda _query, name=name: self._document(name) for name in self.shown}
        app = build(
            ready=lambda: None,
            metrics=lambda: b"",
            documents=documents,
            actions={"subscriptions/sync": sync},
            token=self._token,
        )
        port = await self._stack.enter_async_context(offering(app, "admin.port", "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{port}/"

    async def stop(self) -> None:
        """Serve no more."""
        await self._stack.aclose()

    def _document(self, name: str) -> Any:
        shown = self.shown[name]
        if isinstance(shown, Exception):
            raise shown
        return shown | {"now": time.time(), "started": time.time() - 90} if name == "status" else shown


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A worker that is well."""
    service = Service()
    await service.start()
    yield service
    await service.stop()


def says(element: str, words: str) -> tuple[str, str, str]:
    """For `until`: whether an element shows these words."""
    return "return document.getElementById(arguments[0])?.textContent.includes(arguments[1])", element, words


async def test_all_is_well_at_a_glance(browser: Browser, service: Service) -> None:
    """The verdict, what it owns, and for everything that is empty what that means; the console is clean."""
    await browser.open(service.url)
    await browser.until(*says("verdict", "✓ All is well"))
    for element, words in (
        ("owns", "Owns partition 0"), ("process", "worker 1.2.3"), ("dead", "No dead letters"),
        ("parked", "Nothing is parked"), ("gaps", "No gaps"), ("runs", "No run to show"),
        ("figures", "Lanes with work2"),
        ("looks", "all that is wanted stands"), ("handlers", "forward, on"), ("budget", "light31"),
    ):  # fmt: skip
        await browser.until(*says(element, words))
    assert await browser.run("return document.querySelectorAll('#dead .wide:not([hidden])').length") == 0
    assert await browser.errors() == []


async def test_what_needs_a_look_is_named_first(browser: Browser, service: Service) -> None:
    """Dead letters, subscriptions that differ and open gaps make the verdict; each leads to its section."""
    letter = {"id": "abc123", "at": 1_000.0, "outcome": "failed", "reason": "the platform said no",
              "handler": "forward", "rule": "on", "event_id": "s-1/p-1/ringing", "place": "0:7", "trail": [],
              "effects": []}  # fmt: skip
    gap = {"id": "g", "identity": "main", "cause": "deaf", "since": "2026-11-24T11:00:00+00:00", "until": None,
           "stage": "open", "fetched": {}, "lost": [], "failures": []}  # fmt: skip
    refused = [{"filter": "/telephony", "reason": "CMN-401"}]
    service.shown |= {
        "dead": [letter], "gaps": [gap], "subscriptions": [LOOK | {"settled": False, "refused": refused}],
        "status": WELL | {"dead_letters": 1, "parked": 30},
        "parked": [{"due": time.time() + 300, "rounds": 2, "reason": "503", "handler": "forward", "rule": "on",
                    "event_id": "e", "place": "0:8"}],
    }  # fmt: skip
    await browser.open(service.url)
    await browser.until(*says("verdict", "! Needs a look"))
    await browser.until("return document.querySelectorAll('#troubles a').length === 3")
    assert await browser.run("return document.title.startsWith('!')")
    for element, words in (
        ("dead", "abc123"), ("dead", "✗ failed"), ("dead", "switchhook dead retry"), ("gaps", "! open"),
        ("looks", "refused: /telephony: CMN-401"), ("parked", "2 rounds"), ("parked", "And 29 more"),
    ):  # fmt: skip
        await browser.until(*says(element, words))
    await browser.click("//*[@id='troubles']//a[contains(., 'dead letter')]")
    assert await browser.run("return location.hash") == "#dead"


async def test_what_strangers_choose_stays_text(browser: Browser, service: Service) -> None:
    """Markup in a reason, an event or a name is shown, never obeyed."""
    hostile = run(1, "failed", HOSTILE) | {"event": HOSTILE, "event_id": HOSTILE}
    service.shown |= {"runs": [hostile], "subscriptions": [LOOK | {"identity": HOSTILE, "failure": HOSTILE}]}
    await browser.open(service.url)
    await browser.until(*says("runs", HOSTILE))
    await browser.until(*says("looks", f"failed: {HOSTILE}"))
    assert await browser.run("return document.images.length") == 0
    assert await browser.run("return document.title") != "taken"


async def test_runs_come_in_without_flicker(browser: Browser, service: Service) -> None:
    """Newest first, summed up; a row that was there stays the same element; a choice leaves out what was asked to."""
    service.shown["runs"] = [run(1), run(2, "skipped", "not one of the callers")]
    await browser.open(service.url)
    await browser.until(*says("runs-sum", "The last 2"))
    await browser.run("document.querySelector('#runs tbody').lastElementChild.dataset.mine = 'yes'")
    service.shown["runs"] = [*service.shown["runs"], run(3, "parked", "503")]
    await browser.until(*says("runs-sum", "1 done, 1 skipped, 1 parked"))
    rows = "return [...document.querySelectorAll('#runs tbody tr')].map((row) => row.children[1].textContent)"
    assert await browser.run(rows) == ["… parked", "\N{EN DASH} skipped", "✓ done"]
    assert await browser.run("return document.querySelector('#runs tbody').lastElementChild.dataset.mine") == "yes"
    await browser.click("//*[@id='choice']/option[@value='trouble']")
    assert await browser.run(rows) == ["… parked"]


async def test_what_is_old_is_not_shown_as_new(browser: Browser, service: Service) -> None:
    """Not ready is told with the reason; one document that fails leaves the others; a service that is gone is told."""
    service.shown |= {
        "status": WELL | {"ready": False, "reason": "without a way to the log"},
        "dead": StateUnavailable("the disk is full"), "runs": [run(1)],
    }  # fmt: skip
    await browser.open(service.url)
    await browser.until(*says("verdict", "✗ Not ready: without a way to the log"))
    await browser.until(*says("dead", "could not be read: the disk is full"))
    await browser.until(*says("runs", "forwardCallParty"))
    await service.stop()
    await browser.until(*says("problem", "The worker does not answer"))
    assert await browser.run("return document.getElementById('verdict').textContent") == "✗ No answer"
    assert "as it was at" in await browser.run("return document.getElementById('problem').textContent")
    await browser.until(*says("runs", "forwardCallParty"))


async def test_the_token_is_asked_for_once(browser: Browser) -> None:
    """Nothing is shown without it; a wrong one is told; the right one stays for this tab and survives a reload."""
    service = Service(token="let-me-in")
    await service.start()
    try:
        await browser.open(service.url)
        await browser.until("return !document.getElementById('login').hidden")
        assert await browser.run("return document.querySelector('main').hidden")
        await browser.click("//*[@id='token']")
        await browser.press("wrong\ue007")
        await browser.until(*says("problem", "This token is not the one"))
        await browser.click("//*[@id='token']")
        await browser.press("let-me-in\ue007")
        await browser.until(*says("verdict", "✓ All is well"))
        assert await browser.run("return document.getElementById('problem').textContent") == ""
        await browser.open(service.url)
        await browser.until(*says("verdict", "✓ All is well"))
        assert await browser.run("return document.getElementById('login').hidden")
        assert await browser.run("return document.cookie + JSON.stringify(localStorage)") == "{}"
    finally:
        await service.stop()


async def test_a_button_asks_before_it_acts(browser: Browser, service: Service) -> None:
    """No means no; yes has the keeper act, and its answer is told."""
    await browser.open(service.url)
    await browser.until(*says("verdict", "All is well"))
    await browser.click("//button[@data-action='subscriptions/sync']")
    await browser.click("//*[@id='no']")
    assert service.done == []
    await browser.click("//button[@data-action='subscriptions/sync']")
    await browser.click("//*[@id='yes']")
    await browser.until(*says("told", "main: did create"))
    assert service.done == ["sync"]


async def test_the_ingress_shows_what_it_has(browser: Browser, service: Service) -> None:
    """Requests and journal; no section that only a worker can fill."""
    service.shown["status"] = {
        "process": "ingress", "version": "1", "ready": True, "reason": None,
        "notifications": {"accepted": 7, "refused": 1},
        "journal": {"records": 5, "bytes": 1_048_576, "limit": 4_194_304},
    }  # fmt: skip
    await browser.open(service.url)
    await browser.until(*says("figures", "Requests: accepted7"))
    await browser.until(*says("troubles", "1 request refused"))
    await browser.until(*says("figures", "1.0 of 4 MiB"))
    assert (
        await browser.run("return [...document.querySelectorAll('main section')].filter((one) => !one.hidden).length")
        == 1
    )


async def test_assistive_technology_and_keyboard(browser: Browser, service: Service) -> None:
    """Roles and names of regions, rows and columns; the first tab skips the navigation."""
    service.shown["runs"] = [run(1)]
    await browser.open(service.url)
    await browser.until(*says("runs-sum", "1 done"))
    assert await browser.role("//*[@id='runs']") == ("region", "Last runs")
    assert (await browser.role("//*[@id='runs']//thead//th[1]"))[0] == "columnheader"
    assert (await browser.role("//*[@id='runs']//tbody//th"))[0] == "rowheader"
    assert (await browser.role("//*[@id='verdict']"))[0] == "status"
    assert (await browser.role("//*[@id='choice']"))[1].startswith("Show")
    assert await browser.run("return document.querySelectorAll('th:not([scope])').length") == 0
    await browser.run("document.activeElement.blur()")
    await browser.press("\ue004\ue007")
    assert await browser.run("return document.activeElement.id") == "now"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read(browser: Browser, service: Service, scheme: str) -> None:
    """A contrast of 4.5 to 1 at least by day and by night, fresh and stale; nothing sticks out of a narrow screen."""
    service.shown |= {
        "runs": [run(number, outcome, "why") for number, outcome in enumerate(("done", "skipped", "failed", "parked"))],
        "subscriptions": [LOOK | {"settled": False, "failure": "the platform is away " + "x" * 200}],
    }  # fmt: skip
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    await browser.command("POST", "goog/cdp/execute", cmd="Emulation.setEmulatedMedia", params=media)
    await browser.open(service.url)
    await browser.until(*says("runs", "✗ failed"))
    await browser.until(*says("looks", "the platform is away"))
    dark = await browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(15, 23, 32)") is (scheme == "dark")
    assert await browser.run(CONTRASTS) == []
    await browser.command("POST", "window/rect", width=500, height=900)
    assert await browser.run("return document.documentElement.scrollWidth <= window.innerWidth")
    await service.stop()
    await browser.until(*says("problem", "does not answer"))
    assert await browser.run(CONTRASTS) == []
