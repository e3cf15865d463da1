"""What the public endpoint answers, and what it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest

from switchhook.clock import ManualClock, SystemClock
from switchhook.ingress.counts import Counts
from switchhook.ingress.endpoint import Endpoint
from switchhook.ingress.interruptions import Interruptions
from switchhook.log.embedded import Embedded
from switchhook.log.journal_view import JournalView
from switchhook.log.local import ask
from switchhook.log.sqlite import SqliteLog, door_of
from switchhook.notification import Addresses, SubscriptionName
from switchhook.telemetry import Metrics

from .conftest import BODY, NAME, Door, Reply, reply, request, running


async def test_a_notification_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    """200, and the record has account, key, the bytes as they came, the time and the subscription's name."""
    clock = ManualClock()
    async with running(tmp_path, clock) as door:
        answered = await door.post(BODY)
        (record,) = door.records()
    assert (answered.status, answered.body) == (200, b"")
    assert answered.headers["content-type"] == "application/json"
    assert (record.account, record.key, record.value) == ("400", "s-1", BODY)
    assert record.received_at == clock.now().timestamp()
    assert record.headers == {"name": str(NAME)}
    assert door.counted("accepted") == 1


async def test_a_handshake_is_echoed_before_everything(tmp_path: Path) -> None:
    """200 with the token and a JSON content type, nothing stored, no verification token needed."""
    async with running(tmp_path) as door:
        answered = await door.post(b"", validation_token="4f2c-x", verification_token="")
        assert (answered.status, answered.body) == (200, b"")
        assert answered.headers["validation-token"] == "4f2c-x"
        assert answered.headers["content-type"] == "application/json"
        assert door.records() == []
        assert door.counted("handshake") == 1


async def test_handshake_response_in_total_under_1024_bytes(tmp_path: Path) -> None:
    """Headers and body together: the platform refuses more (SUB-525)."""
    async with running(tmp_path) as door:
        answered = await door.post(b"", validation_token="v" * 512)
    assert answered.size < 1_024


async def test_a_notification_with_a_body_and_validation_token_is_not_a_handshake(tmp_path: Path) -> None:
    """Some pages of the platform call the token's header so: it authenticates, and the body is stored."""
    async with running(tmp_path) as door:
        answered = await door.post(BODY, verification_token="", validation_token=door.token)
        assert answered.status == 200
        assert "validation-token" not in answered.headers
        assert [record.value for record in door.records()] == [BODY]


async def test_strangers_get_404(tmp_path: Path) -> None:
    """An unknown path, a changed name, a GET at our address: a 4xx, and nothing is stored."""
    async with running(tmp_path) as door:
        other = SubscriptionName("400", "main", 1, 2)
        wrong = door.path.replace(str(NAME), str(other))
        assert (await door.post(path="/")).status == 404
        assert (await door.post(path="/webhooks/x")).status == 404
        assert (await door.post(path=wrong)).status == 404
        assert (await door.post(b"", path=wrong, validation_token="x")).status == 404
        assert (await door.send(request(door.path, b"", {}, "GET"))).status == 405
        assert (await door.send(request("/metrics", b"", {}, "GET"))).status == 404
        assert door.records() == []
        assert door.counted("stranger") == 6


async def test_a_prefix_of_a_proxy_is_no_matter(tmp_path: Path) -> None:
    """Whether the proxy strips the public address's path or passes it on."""
    async with running(tmp_path, public_url="https://example.com/in") as door:
        assert (await door.post(path=f"/in{door.path}")).status == 200
        assert (await door.post()).status == 200


async def test_a_body_over_the_limit_gets_413(tmp_path: Path) -> None:
    """Announced or not, whole or in chunks; the limit itself is fine."""
    async with running(tmp_path, body_limit=2_000) as door:
        assert (await door.post(b"x" * 2_000)).status == 200
        assert (await door.post(b"x" * 2_001)).status == 413
        chunk = b"7d0\r\n" + b"x" * 2_000 + b"\r\n"
        head = request(door.path, b"", {"verification_token": door.token, "transfer_encoding": "chunked"})
        head = head.replace(b"content-length: 0\r\n", b"")
        assert (await door.send(head + chunk + b"0\r\n\r\n")).status == 200
        assert (await door.send(head + chunk + b"1\r\nx\r\n0\r\n\r\n")).status == 413
        assert door.counted("too_large") == 2
        assert len(door.records()) == 2


async def test_a_body_in_pieces_is_put_together_up_to_the_limit(tmp_path: Path) -> None:
    """However many there are, and also when the client goes away in the middle."""
    async with running(tmp_path, body_limit=2_000) as door:
        assert await _pieces(door, b"a" * 1_000, b"b" * 1_000) == 200
        assert await _pieces(door, b"a" * 1_000, b"b" * 1_001) == 413
        assert await _pieces(door, b"a" * 1_000, b"b" * 1_000, b"c") == 413
        assert await _pieces(door, b"a" * 1_000, None) == 408
        assert [record.value for record in door.records()] == [b"a" * 1_000 + b"b" * 1_000]


async def _pieces(door: Door, *pieces: bytes | None) -> int:
    """The status for a body that comes in these pieces; None: the client goes away."""
    left = list(pieces)
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        piece = left.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    async def send(message: MutableMapping[str, Any]) -> None:
        if "status" in message:
            statuses.append(message["status"])

    headers = [(b"verification-token", door.token.encode())]
    journal = door.ingress._journal
    interruptions = Interruptions(journal, SystemClock())
    limits = {"body_limit": door.settings.ingress.body_limit, "body_timeout": 2.0}
    endpoint = Endpoint(door.addresses, journal, Counts(Metrics()), interruptions, **limits)
    await endpoint({"type": "http", "method": "POST", "path": door.path, "headers": headers}, receive, send)
    return statuses[0]


async def test_a_body_that_is_too_slow_gets_408(tmp_path: Path) -> None:
    """The platform gives up after 3 seconds: nothing is kept of a request that it will call failed."""
    async with running(tmp_path, body_timeout=0.05) as door:
        raw = request(door.path, BODY, {"verification_token": door.token})
        assert (await door.send(raw[:-10])).status == 408
        assert door.records() == []
        assert door.counted("too_late") == 1


async def test_a_wrong_token_is_answered_200_and_quarantined(tmp_path: Path) -> None:
    """A 4xx would make the platform give up on the address for our own mistake; nothing is lost."""
    async with running(tmp_path) as door:
        for token in ("wrong", "", "\xff"):
            assert (await door.post(verification_token=token)).status == 200
        assert door.records() == []
        assert door.counted("quarantined") == 3
        view = JournalView(door.settings.ingress.journal)
        assert [(one.name, one.key) for one in view.quarantined()] == [(str(NAME), "s-1")] * 3
        view.close()
        assert await ask(door_of(door.settings.ingress.journal), {"release": None}) == {"released": 3}
        assert [(one.value, one.key) for one in door.records()] == [(BODY, "s-1")] * 3


@pytest.mark.parametrize("body", [b"button=1", b"\x00\xff\xfe", b"[]", b'{"uuid":"1"}', b"{", b"null", b" "])
async def test_odd_but_authenticated_is_stored(tmp_path: Path, body: bytes) -> None:
    """What it means is for the worker to say, which makes a dead letter of it: nothing is thrown away."""
    async with running(tmp_path) as door:
        assert (await door.post(body)).status == 200
        (record,) = door.records()
    assert (record.value, record.key) == (body, None)


async def test_no_body_and_no_validation_token_is_stored_too(tmp_path: Path) -> None:
    """Nothing says that the platform never sends an empty notification."""
    async with running(tmp_path) as door:
        assert (await door.post(b"")).status == 200
        assert [record.value for record in door.records()] == [b""]


async def test_earlier_master_secrets_stay_accepted(tmp_path: Path) -> None:
    """Changing the secret loses nothing of what is subscribed with the old one."""
    old = Addresses("", [b"fedcba9876543210"])
    async with running(tmp_path, master_secrets=["0123456789abcdef", "fedcba9876543210"]) as door:
        token = old.verification_token(NAME)
        assert (await door.post(path=old.address(NAME), verification_token=token)).status == 200
        assert (await door.post()).status == 200
        assert len(door.records()) == 2


async def test_store_full_at_accept_503_never_200(tmp_path: Path) -> None:
    """When the journal's limit is reached: 503, readiness off, nothing stored; room again: 200 again."""
    async with running(tmp_path, journal_limit=1_048_576, body_limit=2_000_000) as door:
        big = b"x" * 700_000
        assert (await door.post(big)).status == 200
        refused = await door.post(big)
        assert refused.status == 503
        assert refused.headers["retry-after"] == "5"
        assert door.counted("refused") == 1
        assert len(door.records()) == 1
        log = SqliteLog(door.settings.ingress.journal, tmp_path / "offsets.db")
        async with log.read(door.settings.log.group) as reader:
            await reader.next(1.0)
            await reader.next(1.0)
            assert await reader.commit(1, {0: 2})
        await Embedded(door.ingress._journal, tmp_path / "offsets.db", "switchhook", keep=60.0).look()
        assert (await door.post(big)).status == 200
        await log.close()


async def test_store_read_only_at_accept_503_never_200(tmp_path: Path) -> None:
    """A write that fails in SQLite is a 503, and the ingress is not ready until a write succeeds."""
    async with running(tmp_path) as door:
        assert door.ingress.ready() is None
        store = door.ingress._journal._store
        await store.submit(lambda connection: connection.execute("PRAGMA query_only=1").fetchone())
        assert (await door.post()).status == 503
        assert "read-only" in str(door.ingress.ready())
        store._connection.execute("PRAGMA query_only=0")  # its thread has nothing to do at the moment
        assert (await door.post()).status == 200
        assert door.ingress.ready() is None
        assert len(door.records()) == 1


async def test_readiness_is_off_while_the_journal_is_full(tmp_path: Path) -> None:
    """A balancer should ask another ingress before this one has to refuse."""
    async with running(tmp_path, journal_limit=1_048_576, body_limit=2_000_000) as door:
        assert (await door.post(b"x" * 1_048_480)).status == 200
        assert "the journal is full" in str(door.ingress.ready())


async def test_many_connections_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each connection's requests are stored in its order, all of them, each once."""
    async with running(tmp_path) as door:

        async def caller(number: int) -> list[int]:
            reader, writer = await asyncio.open_connection("127.0.0.1", door.ingress.port)
            answers: list[Reply] = []
            for count in range(50):
                body = b'{"uuid":"%d-%d","event":"/x","body":{}}' % (number, count)
                writer.write(request(door.path, body, {"verification_token": door.token}))
                answers.append(await reply(reader))
            writer.close()
            return [one.status for one in answers]

        results = await asyncio.gather(*(caller(number) for number in range(20)))
        assert results == [[200] * 50] * 20
        values = [record.value for record in door.records()]
    for number in range(20):
        mine = [value for value in values if value.startswith(b'{"uuid":"%d-' % number)]
        assert mine == [b'{"uuid":"%d-%d","event":"/x","body":{}}' % (number, count) for count in range(50)]
