"""Every error code that the simulator knows is met by a test: here are those that no other test has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import switchhook.simulator
from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Answered, Client

CODE = re.compile(r"\b(?:MSG|CLG|TAS|SUB|OAU|CMN|AGW|WSG|SIP|EMG)-\d{3}\b")
OUTSIDE = "+14155550123"
TOKEN = "/restapi/oauth/token"
BACK = "http://client.example/back"


def codes(folder: Path) -> set[str]:
    """All codes that stand in the Python files of a folder."""
    return {code for file in folder.rglob("*.py") for code in CODE.findall(file.read_text(encoding="utf-8"))}


def test_every_code_is_met() -> None:
    """None is there that no test asks for."""
    own = codes(Path(switchhook.simulator.__file__).parent)
    assert own <= codes(Path(__file__).parent)


async def raw(client: Client, path: str, content: bytes, **headers: str) -> Answered:
    """A form byte for byte."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with client.http.post(client.platform.url + path, data=content, headers=kind | headers) as answer:
        return Answered(answer.status, answer.headers, await answer.read())


async def test_of_tokens(client: Client, platform: Platform) -> None:
    """A field that comes twice, a header that is none, a grant and a code that are none."""
    assert (await raw(client, TOKEN, b"a=1&a=2")).code == "OAU-111"
    assert (await raw(client, TOKEN, b"", Authorization="Basic !")).code == "OAU-123"
    assert (await client.form(TOKEN, grant_type="nonsense")).code == "OAU-250"
    made_up = await client.form(TOKEN, grant_type="authorization_code", code="x", redirect_uri=BACK)
    assert made_up.code == "OAU-132"
    stranger = await client.call("GET", f"/restapi/oauth/authorize?response_type=code&client_id=x&redirect_uri={BACK}")
    assert (stranger.status, stranger.code) == (400, "OAU-153")


async def test_of_codes(client: Client, platform: Platform) -> None:
    """For another redirect, and with a verifier that does not fit."""
    world = platform.world
    ann = world.account.extension("101")
    for redirect, verifier, wanted in (("http://other/", "v", "OAU-109"), (BACK, "w", "OAU-272")):
        code = world.codes.issue(world.oauth.application, ann, BACK, challenge="v")
        fields = {"code": code, "redirect_uri": redirect, "code_verifier": verifier}
        answer = await client.form(TOKEN, grant_type="authorization_code", **fields)
        assert (answer.status, answer.code, answer.body["error"]) == (400, wanted, "invalid_grant")


async def test_of_bodies(client: Client) -> None:
    """Parts without a boundary, a kind that no operation takes."""
    parts = await client.call("POST", "/extension/~/sms", content=b"x", **{"Content-Type": "multipart/form-data"})
    assert (parts.status, parts.code) == (400, "CMN-104")
    page = await client.call("PUT", "/extension/~/business-hours", content=b"<p>", **{"Content-Type": "text/html"})
    assert (page.status, page.code) == (415, "CMN-126")


async def test_of_failures(client: Client, platform: Platform) -> None:
    """Before the effect 503 says that nothing was done; after it, it does not."""
    for fault, status, code in (
        ("status_503", 503, "CMN-201"), ("status_500", 500, "CMN-203"), ("status_503_after", 503, "CMN-203")
    ):  # fmt: skip
        platform.fault(fault, times=1)
        answer = await client.call("GET", "/extension/~")
        assert (answer.status, answer.code) == (status, code)


async def test_of_conflicts(client: Client, platform: Platform) -> None:
    """A note that somebody else has locked."""
    chat = f"/team-messaging/v1/chats/{platform.world.chats.front_desk.id}"
    note = (await client.call("POST", f"{chat}/notes", {"title": "Plan"})).body["id"]
    await client.call("POST", f"/team-messaging/v1/notes/{note}/lock")
    await client.log_in("102")
    refused = await client.call("PATCH", f"/team-messaging/v1/notes/{note}", {"title": "Theirs"})
    assert (refused.status, refused.code) == (409, "CMN-204")


async def test_of_logs_devices_and_addresses(client: Client) -> None:
    """Filters that exclude each other, a sixth phone in a browser, hardware that has no such address."""
    mixed = await client.call("GET", "/call-log?sessionId=1&phoneNumber=1")
    assert (mixed.status, mixed.code) == (400, "CLG-110")
    provision = "/restapi/v1.0/client-info/sip-provision"
    answers = [await client.call("POST", provision, {"sipInfo": [{"transport": "WSS"}]}) for _ in range(6)]
    assert [each.status for each in answers] == [200] * 5 + [403]
    assert answers[-1].code == "SIP-101"
    switches = {"records": [{"id": "1", "chassisId": "nonsense"}]}
    checked = await client.call("POST", "/emergency-address-auto-update/switches-bulk-validate", switches)
    assert checked.body["records"][0]["errors"][0]["errorCode"] == "EMG-101"


async def test_of_senders(client: Client, platform: Platform) -> None:
    """Extensions that may not text or page, and numbers that text nobody abroad."""
    own = platform.world.account.extension("101").phone_numbers
    text = {"from": {"phoneNumber": own[0]}, "to": [{"phoneNumber": OUTSIDE}], "text": "x"}
    for number, path, body, code in (
        ("200", "sms", text, "MSG-314"),
        ("100", "company-pager", {"to": [{"extensionNumber": "101"}], "text": "x"}, "MSG-330"),
    ):
        await client.log_in(number)
        refused = await client.call("POST", f"/extension/~/{path}", body)
        assert (refused.status, refused.code) == (403, code)
    await client.log_in("101")
    own.append("+18005550101")
    abroad = {**text, "from": {"phoneNumber": own[-1]}, "to": [{"phoneNumber": "+442079460000"}]}
    assert (await client.call("POST", "/extension/~/sms", abroad)).code == "MSG-403"
    both = {"extensionId": platform.world.account.extension("102").id, "extensionNumber": "103"}
    page = await client.call("POST", "/extension/~/company-pager", {"to": [both], "text": "x"})
    assert (page.status, page.code) == (400, "MSG-335")


@pytest.mark.parametrize("kind", ["sms", "mms"])
async def test_too_many_texts_a_minute(client: Client, platform: Platform, kind: str) -> None:
    """429 without the headers of a group; after the penalty they go again."""
    platform.knob("limits.on", True)
    platform.knob(f"limits.{kind}", 1)
    own = platform.world.account.extension("101").phone_numbers[0]
    fields = {"from": {"phoneNumber": own}, "to": [{"phoneNumber": OUTSIDE}], "text": "x"}
    files = {"picture": ("a.png", b"png", "image/png")} if kind == "mms" else {}

    async def send() -> Answered:
        return await client.upload("/extension/~/sms", files, fields)

    assert (await send()).status == 200
    refused = await send()
    assert (refused.status, refused.code) == (429, "MSG-305")
    assert "Retry-After" in refused.headers
    await platform.advance(61)
    assert (await send()).status == 200
