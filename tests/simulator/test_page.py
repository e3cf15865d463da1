"""The page for people: what it is served with, and what happens in Chromium when one uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import aiohttp
import pytest

from switchhook.simulator.page.server import Page
from switchhook.simulator.platform import Platform
from tests.browser import Browser, browser
from tests.simulator.conftest import Client, Receiver

__all__ = ["browser"]

ANN = "//*[@id='extensions']/li[h3='101 Ann Archer']"


@pytest.fixture
async def page(platform: Platform) -> AsyncIterator[Page]:
    """The page of the platform."""
    page = Page(platform)
    await page.start()
    yield page
    await page.stop()


async def test_it_is_served_with_nothing_from_elsewhere(page: Page) -> None:
    """Three files, a strict policy, and no address in them but their own."""
    async with aiohttp.ClientSession() as http:
        for path in ("/", "/page.css", "/page.js", "/favicon.ico"):
            async with http.get(page.url + path) as answer:
                assert answer.status in (200, 204)
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
                content = await answer.text()
            assert "http" not in content
            assert "import" not in content


async def test_the_overview_is_asked_for_again_only_when_it_changed(page: Page, platform: Platform) -> None:
    """304 while nothing happens, whatever the time; anything that happens changes the tag."""
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{page.url}/overview") as answer:
            tag = answer.headers["ETag"]
            first = await answer.json()
        assert [one["number"] for one in first["extensions"]] == ["100", "101", "102", "103", "200", "300"]
        await platform.advance(5)
        async with http.get(f"{page.url}/overview", headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
        await platform.text()
        async with http.get(f"{page.url}/overview", headers={"If-None-Match": tag}) as answer:
            assert (answer.status, len((await answer.json())["messages"])) == (200, 1)


async def test_pages_from_elsewhere_cannot_steer(page: Page) -> None:
    """A form of another origin sends no JSON: 415, and nothing happens; JSON is carried out."""
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{page.url}/simulator/ring", data={"to": "101"}) as answer:
            assert answer.status == 415
        async with http.post(f"{page.url}/simulator/ring", json={"to": "101"}) as answer:
            assert answer.status == 200
            assert "Access-Control-Allow-Origin" not in answer.headers
        async with http.post(f"{page.url}/simulator/ring", json={"to": "999"}) as answer:
            assert answer.status == 404


@pytest.mark.processes
async def test_a_call_is_made_answered_and_ended_by_clicking(browser: Browser, page: Page, platform: Platform) -> None:
    """It rings on the page, is announced, answered, held, resumed and hung up; nothing is logged as an error."""
    await browser.open(page.url)
    await browser.click("//form[@data-verb='ring']//option[.='101 Ann Archer']")
    await browser.click("//form[@data-verb='ring']//button")
    await browser.until(
        "return document.getElementById('said').textContent.includes('101 Ann Archer rings: Joe Caller')"
    )
    await browser.click(f"{ANN}//button[.='Answer']")
    await browser.click(f"{ANN}//button[.='Hold']")
    await browser.click(f"{ANN}//button[.='Resume']")
    await browser.element(f"{ANN}//button[.='Hold']")
    (session,) = platform.world.exchange.sessions.values()
    assert {each.code for each in session.parties if each.alive} == {"Answered"}
    assert session.parties[-1].answered_at is not None
    await browser.click(f"{ANN}//button[.='Hang up']")
    await browser.until("return !document.querySelector('#calls .none').hidden")
    assert not any(each.alive for each in session.parties)
    assert await browser.errors() == []


@pytest.mark.processes
async def test_everything_is_in_reach_of_the_keyboard(browser: Browser, page: Page, platform: Platform) -> None:
    """The first tab skips to the phones; a form is filled and sent with keys; the focus survives a refresh."""
    await browser.open(page.url)
    await browser.element(ANN)
    await browser.press("\ue004\ue007")
    assert await browser.run("return document.activeElement.id") == "phones"
    await browser.run("document.querySelector(\"form[data-verb='text'] input[name='text']\").focus()")
    await browser.press("\ue009a")
    await browser.press("\ue009")
    await browser.run("document.activeElement.select()")
    await browser.press("Good day\ue007")
    await browser.until("return document.getElementById('message-list').textContent.includes('Good day')")
    assert await browser.run("return document.activeElement.name") == "text"
    (ann,) = [one for one in platform.state()["messages"].values() if one]
    assert ann[0]["subject"] == "Good day"


@pytest.mark.processes
async def test_assistive_technology_knows_what_is_what(browser: Browser, page: Page, platform: Platform) -> None:
    """Roles and names: regions, buttons that say whose call they mean, switches, labelled fields, a live region."""
    call = await platform.ring("101", name="Joe Caller")
    await browser.open(page.url)
    assert await browser.role(f"{ANN}//button[.='Answer']") == ("button", "Answer the call with Joe Caller at 101")
    assert await browser.role("//*[@id='phones']") == ("region", "Phones")
    assert (await browser.role("//nav"))[0] == "navigation"
    assert await browser.role("//*[@id='said']") == ("status", "")
    assert (await browser.role("//form[@data-verb='ring']//input[@name='from']"))[1].startswith("From")
    assert await browser.role("//*[@id='fault-list']//input[1]") == ("spinbutton", "Rate of status_401")
    unnamed = """
        return [...document.querySelectorAll('button, input, select, a')]
          .filter((one) => !one.textContent.trim() && !one.ariaLabel && !(one.labels && one.labels.length)).length
    """
    assert await browser.run(unnamed) == 0
    headings = "return [...document.querySelectorAll('h1,h2,h3')].map((one) => Number(one.tagName[1]))"
    levels = await browser.run(headings)
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    await platform.hang_up(call["telephonySessionId"])


@pytest.mark.processes
async def test_phones_faults_chats_and_subscriptions(
    browser: Browser, page: Page, platform: Platform, client: Client, receiver: Receiver
) -> None:
    """A phone goes off line, a fault is switched on and off, somebody posts, and deliveries show with their answers."""
    await client.subscribe("/team-messaging/v1/posts", address=receiver.url)
    await browser.open(page.url)
    device = platform.world.account.extension("101").devices[0]
    await browser.click(f'{ANN}//button[.="{device.name}"]')
    await browser.until("return document.querySelector('.devices button[aria-pressed=false]') !== null")
    assert not device.online
    await browser.click("//*[@id='fault-list']//button[.='drop']")
    await browser.until("return document.querySelector('#fault-list button[aria-pressed=true]') !== null")
    assert platform.state()["faults"][0]["name"] == "drop"
    await browser.click("//*[@id='fault-list']//button[.='drop']")
    await browser.until("return document.querySelector('#fault-list button[aria-pressed=true]') === null")
    desk = "//*[@id='chat-list']/li[h3='Front desk (Team)']"
    await browser.click(f"{desk}//input[@name='text']")
    await browser.press("Lunch?\ue007")
    await browser.until("return document.querySelector('.posts').textContent.includes('Lunch?')")
    await browser.until("return document.querySelector('.tried .good')?.textContent.includes('200: /team-messaging')")
    assert receiver.notifications[-1]["body"]["text"] == "Lunch?"
    assert await browser.run("return document.querySelector('#problem').textContent") == ""


@pytest.mark.processes
async def test_a_scene_is_played_and_seen(browser: Browser, page: Page, platform: Platform) -> None:
    """What happens in it is said before; afterwards its posts are there. On a narrow screen nothing sticks out."""
    await browser.open(page.url)
    await browser.click("//*[@id='scenes']/option[.='chat']")
    await browser.until(
        "return document.getElementById('scenes-say').textContent === 'Bob and Cid talk in the team chat.'"
    )
    await browser.click("//form[@data-verb='scene']//button")
    await browser.until("return document.querySelector('.posts').textContent.includes('Who takes the call at ten?')")
    await platform.ring("101")
    await browser.until("return document.querySelector('.state.rung') !== null")
    await browser.command("POST", "window/rect", width=500, height=900)
    assert await browser.run("return document.documentElement.scrollWidth <= window.innerWidth")


CONTRASTS = """
    const number = (text) => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
      .map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
      .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
      for (let one = element; one; one = one.parentElement) {
        const colour = number(getComputedStyle(one).backgroundColor);
        if (colour.length === 3 || colour[3] > 0) return colour;
      }
    };
    return [...document.querySelectorAll('body *')]
      .filter((one) => one.checkVisibility()
        && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .map((one) => {
        const [a, b] = [light(number(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), one.tagName, one.textContent.slice(0, 40)];
      }).filter(([contrast]) => contrast < 4.5);
"""


@pytest.mark.processes
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read(browser: Browser, page: Page, platform: Platform, scheme: str) -> None:
    """A contrast of 4.5 to 1 at least, by day and by night, whatever is shown."""
    for verb in (platform.text, platform.ring, platform.voicemail):
        await verb()
    platform.fault("slow", rate=0.5)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    await browser.command("POST", "goog/cdp/execute", cmd="Emulation.setEmulatedMedia", params=media)
    await browser.open(page.url)
    await browser.element(f"{ANN}//button[.='Answer']")
    await browser.until("return document.querySelector('#fault-list button[aria-pressed=true]') !== null")
    dark = await browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(15, 23, 32)") is (scheme == "dark")
    assert await browser.run(CONTRASTS) == []


@pytest.mark.processes
async def test_what_is_wrong_is_said_aloud(browser: Browser, page: Page, platform: Platform) -> None:
    """A verb that fails, and a simulator that went away, are told in the alert."""
    await browser.open(page.url)
    await browser.element(ANN)
    for device in platform.world.account.extension("101").devices:
        device.online = False
    await browser.run("document.querySelector(\"form[data-verb='dial'] input[name='to']\").value = 'nobody'")
    await browser.click("//form[@data-verb='dial']//button")
    await browser.until("return document.getElementById('problem').textContent.length > 0")
    await page.stop()
    await browser.until("return document.getElementById('problem').textContent.includes('does not answer')")
