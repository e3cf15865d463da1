"""Subscriptions: the handshake and its rules, lifetimes, filters, limits, owners."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver

PATH = "/restapi/v1.0/subscription"


async def test_a_subscription_shakes_hands_and_is_granted(client: Client, receiver: Receiver) -> None:
    """The address gets an empty request with both tokens; the answer resolves `~` and keeps the address as it came."""
    answer = await client.subscribe(
        "E/telephony/sessions", "E/presence", address=receiver.url + "?a=%41", delivery={"verificationToken": "s3cret"}
    )
    assert answer.status == 200
    headers, content = receiver.requests[0]
    assert content == b""
    assert headers["Validation-Token"]
    assert headers["Verification-Token"] == "s3cret"
    base = f"/restapi/v1.0/account/{client.platform.account_id}/extension"
    own = client.platform.world.account.extension("101").id
    body = answer.body
    assert set(body["eventFilters"]) == {f"{base}/{own}/telephony/sessions", f"{base}/{own}/presence"}
    assert body["status"] == "Active"
    assert body["expiresIn"] == 604_799
    assert body["deliveryMode"] == {
        "transportType": "WebHook", "encryption": False, "address": receiver.url + "?a=%41"
    }  # fmt: skip
    assert body["uri"] == f"{client.platform.url}{PATH}/{body['id']}"


async def test_no_verification_token_no_header(client: Client, receiver: Receiver) -> None:
    """Neither in the handshake nor in notifications."""
    await client.subscribe("A/telephony/sessions", address=receiver.url)
    await client.platform.ring()
    await client.platform.delivered()
    assert len(receiver.requests) > 1
    assert not any("verification-token" in {name.lower() for name in headers} for headers, _ in receiver.requests)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"echo": False}, "SUB-520"),
        ({"status": 500}, "SUB-522"),
        ({"status": 204}, "SUB-522"),
        ({"status": 302, "headers": {"Location": "/x", "Content-Type": "application/json"}}, "SUB-522"),
        ({"headers": {"Content-Type": "text/html"}}, "SUB-525"),
        ({"body": b"x" * 1000}, "SUB-525"),
        ({"headers": {"Content-Type": "application/json", "X-Long": "x" * 1000}}, "SUB-525"),
    ],
)
async def test_a_bad_handshake_is_refused(
    client: Client, receiver: Receiver, fault: dict[str, object], code: str
) -> None:
    """Each rule of the handshake has its code, and nothing is created."""
    for name, value in fault.items():
        setattr(receiver, name, value)
    answer = await client.subscribe("E/presence", address=receiver.url)
    assert (answer.status, answer.code) == (400, code)
    assert (await client.call("GET", PATH)).body["records"] == []


async def test_a_handshake_may_say_more_than_it_must(client: Client, receiver: Receiver) -> None:
    """A body, a charset, other headers: all fine within 1,024 bytes."""
    receiver.headers = {"Content-Type": "application/json; charset=utf-8", "ETag": "x", "X-Powered-By": "y"}
    receiver.body = b'{"result":"ok"}'
    assert (await client.subscribe("E/presence", address=receiver.url)).status == 200


async def test_an_address_that_is_none_or_away_is_refused(client: Client) -> None:
    """CMN-101 for what is no address, SUB-521 for one where nobody answers."""
    assert (await client.subscribe("E/presence", address="ftp://x/y")).code == "CMN-101"
    assert (await client.subscribe("E/presence", address="http://127.0.0.1:9/hook")).code == "SUB-521"


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ([], "CMN-101"),
        (["/restapi/v1.0/nonsense"], "SUB-508"),
        (["E/telephony/sessions?colour=red"], "SUB-508"),
        (["E/telephony/sessions?direction=Sideways"], "SUB-508"),
        (["/restapi/v1.0/account/12345/telephony/sessions"], "SUB-406"),
        (["/restapi/v1.0/subscription/~?threshold=60&interval=15"], "SUB-515"),
        (["E/presence", "/restapi/v1.0/subscription/~?threshold=60&interval=45"], "SUB-516"),
    ],
)
async def test_bad_filters_are_refused(client: Client, receiver: Receiver, filters: list[str], code: str) -> None:
    """Unknown paths, queries and values; foreign accounts; reminders alone or with spans that do not fit."""
    answer = await client.subscribe(*filters, address=receiver.url)
    assert answer.code == code


async def test_only_a_super_admin_watches_the_messages_of_others(client: Client, receiver: Receiver) -> None:
    """SUB-405 for everybody else, and SUB-402 for presence of a menu."""
    account = client.platform.world.account
    foreign = f"/restapi/v1.0/account/~/extension/{account.extension('103').id}/voicemail"
    assert (await client.subscribe(foreign, address=receiver.url)).status == 200
    await client.log_in("102")
    assert (await client.subscribe(foreign, address=receiver.url)).code == "SUB-405"
    menu = f"/restapi/v1.0/account/~/extension/{account.menu.id}/presence"
    assert (await client.subscribe(menu, address=receiver.url)).code == "SUB-402"


async def test_a_missing_user_permission_disables_the_filter(client: Client, receiver: Receiver) -> None:
    """The call succeeds all the same: a manager must look."""
    client.platform.world.account.extension("101").missing_permissions.add("ReadPresenceStatus")
    answer = await client.subscribe("E/presence", "A/telephony/sessions", address=receiver.url)
    assert answer.status == 200
    assert [each["reason"] for each in answer.body["disabledFilters"]] == ["SUB-412"]
    assert len(answer.body["eventFilters"]) == 1


async def test_lifetimes_are_clamped_silently(client: Client, receiver: Receiver) -> None:
    """Bots ask for fifteen years; the granted life is in the answer."""
    answer = await client.subscribe("E/presence", address=receiver.url, expiresIn=473_040_000)
    assert answer.body["expiresIn"] == 315_359_999
    assert (await client.subscribe("E/presence", address=receiver.url, expiresIn=0)).code == "CMN-101"


async def test_one_address_may_be_subscribed_twice(client: Client, receiver: Receiver) -> None:
    """Both are listed, and both are served."""
    made = [(await client.subscribe("E/voicemail", address=receiver.url)).body["id"] for _ in range(2)]
    assert [each["id"] for each in (await client.call("GET", PATH)).body["records"]] == made
    receiver.clear()
    await client.platform.voicemail()
    await client.platform.delivered()
    assert {each["subscriptionId"] for each in receiver.notifications} == set(made)


async def test_renew_and_update_give_new_life(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Renewal, and a change of anything; the address cannot be changed; no handshake is made again."""
    created = (await client.subscribe("E/presence", address=receiver.url, expiresIn=1_000)).body
    await platform.advance(500)
    renewed = await client.call("POST", f"{PATH}/{created['id']}/renew")
    assert (renewed.status, renewed.body["expiresIn"]) == (200, 999)
    change = {
        "eventFilters": ["/restapi/v1.0/account/~/extension/~/voicemail"],
        "deliveryMode": {"transportType": "WebHook", "address": "http://other.example/"},
        "expiresIn": 2_000,
    }
    updated = (await client.call("PUT", f"{PATH}/{created['id']}", change)).body
    assert [each.rpartition("/")[2] for each in updated["eventFilters"]] == ["voicemail"]
    assert updated["expiresIn"] == 1_999
    assert updated["deliveryMode"]["address"] == receiver.url
    assert len(receiver.requests) == 1


async def test_an_expired_subscription_is_gone(client: Client, receiver: Receiver, platform: Platform) -> None:
    """It is not listed, cannot be renewed, and nothing is delivered."""
    created = (await client.subscribe("A/telephony/sessions", address=receiver.url, expiresIn=60)).body
    await platform.advance(61)
    await platform.ring()
    await platform.delivered()
    assert len(receiver.requests) == 1
    assert (await client.call("GET", PATH)).body["records"] == []
    answer = await client.call("POST", f"{PATH}/{created['id']}/renew")
    assert (answer.status, answer.code) == (404, "SUB-507")


async def test_subscriptions_belong_to_their_owner(client: Client, receiver: Receiver) -> None:
    """Another user neither sees nor deletes them; the owner deletes with 204."""
    created = (await client.subscribe("E/presence", address=receiver.url)).body
    await client.log_in("102")
    assert (await client.call("GET", PATH)).body["records"] == []
    assert (await client.call("DELETE", f"{PATH}/{created['id']}")).status == 404
    await client.log_in("101")
    assert [each["id"] for each in (await client.call("GET", PATH)).body["records"]] == [created["id"]]
    assert (await client.call("DELETE", f"{PATH}/{created['id']}")).status == 204
    assert (await client.call("GET", f"{PATH}/{created['id']}")).status == 404


async def test_there_is_a_most(client: Client, receiver: Receiver) -> None:
    """SUB-505 at the limit; the same address twice is fine below it."""
    client.platform.world.subscriptions.rules.most = 2
    assert (await client.subscribe("E/presence", address=receiver.url)).status == 200
    assert (await client.subscribe("E/presence", address=receiver.url)).status == 200
    answer = await client.subscribe("E/presence", address=receiver.url)
    assert (answer.status, answer.code) == (403, "SUB-505")


async def test_reminders_come_before_the_end(client: Client, receiver: Receiver, platform: Platform) -> None:
    """From the threshold on, at every interval, until a renewal; then anew when the new end comes near."""
    reminder = "/restapi/v1.0/subscription/~?threshold=60&interval=15"
    created = (await client.subscribe("E/presence", reminder, address=receiver.url, expiresIn=1_000)).body
    receiver.clear()
    await platform.advance(939)
    await platform.delivered()
    assert receiver.notifications == []
    await platform.advance(31)
    await platform.delivered()
    assert [each["body"]["expiresIn"] for each in receiver.notifications] == [60, 45, 30]
    assert {each["event"] for each in receiver.notifications} == {reminder}
    await client.call("POST", f"{PATH}/{created['id']}/renew")
    receiver.clear()
    await platform.advance(900)
    await platform.delivered()
    assert receiver.notifications == []
    await platform.advance(200)
    await platform.delivered()
    assert [each["body"]["expiresIn"] for each in receiver.notifications] == [60, 45, 30, 15]


async def test_presence_that_is_hidden_is_not_watched(client: Client, receiver: Receiver, platform: Platform) -> None:
    """SUB-403 for others, not for the person."""
    await client.call("PUT", "/extension/~/presence", {"allowSeeMyPresence": False})
    ann = f"/restapi/v1.0/account/~/extension/{platform.world.account.extension('101').id}/presence"
    assert (await client.subscribe(ann, address=receiver.url)).status == 200
    await client.log_in("102")
    assert (await client.subscribe(ann, address=receiver.url)).code == "SUB-403"


async def test_the_lifetime_of_a_bare_renewal_is_a_knob(client: Client, receiver: Receiver, platform: Platform) -> None:
    """What was asked for at first, or the default: sources disagree."""
    platform.world.subscriptions.rules.renew_keeps_lifetime = False
    created = (await client.subscribe("E/presence", address=receiver.url, expiresIn=1_000)).body
    renewed = await client.call("POST", f"{PATH}/{created['id']}/renew")
    assert renewed.body["expiresIn"] == 604_799


async def test_a_slow_handshake_is_refused(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Three seconds; nothing is created, and the platform serves others meanwhile."""
    reached, never = asyncio.Event(), asyncio.Event()

    async def handle(_headers: Any, _content: bytes) -> None:
        reached.set()
        await never.wait()

    receiver.handle = handle
    asked = asyncio.create_task(client.subscribe("E/presence", address=receiver.url))
    await reached.wait()
    assert (await client.call("GET", PATH)).body["records"] == []
    await platform.advance(3.1)
    assert (await asked).code == "SUB-521"
    never.set()


async def test_production_wants_https_with_a_good_certificate(
    client: Client, receiver: Receiver, platform: Platform, tmp_path: Path
) -> None:
    """SUB-523 for plain HTTP, if it is wanted; SUB-524 for a certificate that nobody vouches for."""
    platform.knob("subscriptions.https_required", True)
    assert (await client.subscribe("E/presence", address=receiver.url)).code == "SUB-523"
    runner = web.ServerRunner(web.Server(receiver.serve), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self_signed(tmp_path)).start()
    address = f"https://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert (await client.subscribe("E/presence", address=address)).code == "SUB-524"
    await runner.cleanup()


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=20_000))
        .sign(key, hashes.SHA256())
    )
    file = folder / "self-signed.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context
