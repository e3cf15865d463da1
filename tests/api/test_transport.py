"""The transport: never twice, and it knows whether anything was sent."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from switchhook.api.catalogue import operation
from switchhook.api.sansio import Request, build
from switchhook.api.transport import AnswerLost, NothingSent, Transport
from tests.api.server import hangs_up, says, serving, text

READ = Request("readExtension", "GET", "/restapi/v1.0/x", writes=False)


@pytest.fixture
async def closed_port() -> int:
    """A port that nobody listens on."""
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()
    return port


async def test_a_refused_connection_has_sent_nothing(closed_port: int) -> None:
    """No connection, no name: the platform has seen nothing."""
    for server in (f"http://127.0.0.1:{closed_port}", "http://switchhook.invalid", f"https://127.0.0.1:{closed_port}"):
        transport = Transport(server)
        with pytest.raises(NothingSent, match="no connection to"):
            await transport.send(READ, None)
        await transport.close()


async def test_a_refusing_proxy_has_sent_nothing() -> None:
    """A proxy that opens no tunnel lets nothing through to the platform."""
    async with serving() as server:
        transport = Transport("https://platform.example", proxy=server.url)
        with pytest.raises(NothingSent):
            await transport.send(READ, None)
        await transport.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_a_broken_connection_is_never_tried_again(method: str) -> None:
    """The server takes the request and hangs up: one request, one AnswerLost, for every method."""
    async with serving() as server:
        server.answer("*", says({}), hangs_up)
        transport = Transport(server.url)
        request = Request("x", method, "/x")
        await transport.send(request, None)
        with pytest.raises(AnswerLost):
            await transport.send(request, None)
        await transport.close()
        assert len(server.seen) == 2


async def test_an_answer_that_breaks_off_is_lost() -> None:
    """Headers of a 200 came, half of the body did not: nothing usable."""

    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    async with serving() as server:
        server.answer("*", half)
        transport = Transport(server.url)
        with pytest.raises(AnswerLost, match="broke off"):
            await transport.send(READ, None)
        await transport.close()


async def test_a_silent_server_runs_into_the_limit() -> None:
    """A server that never answers costs the total limit and no more; whatever it did, nobody knows."""

    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async with serving() as server:
        server.answer("*", silent)
        transport = Transport(server.url, total=0.2)
        with pytest.raises(AnswerLost, match="timed out"):
            await transport.send(READ, None)
        await transport.close()


async def test_answers_may_be_packed() -> None:
    """The server is told that we unpack, and what it packs is read as if it had not."""

    async def packed(_: web.Request) -> web.StreamResponse:
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        return web.Response(body=gzip.compress(b'{"id": 1}' * 1_000), headers=headers)

    async with serving() as server:
        server.answer("*", packed)
        transport = Transport(server.url)
        assert (await transport.send(READ, None)).body == b'{"id": 1}' * 1_000
        await transport.close()
    assert "gzip" in server.seen[0].headers["accept-encoding"]


async def test_connections_are_reused() -> None:
    """Ten calls in a row use one connection."""
    ports: set[int] = set()

    async def note(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        return web.json_response({})

    async with serving() as server:
        server.answer("*", note)
        transport = Transport(server.url)
        for _ in range(10):
            await transport.send(READ, None)
        await transport.close()
    assert len(ports) == 1


async def test_a_redirect_to_a_stranger_carries_no_token() -> None:
    """A read follows a redirect to another host without the token; on our own server it keeps it."""
    async with serving() as stranger, serving() as server:
        stranger.answer("*", text(b"sound", content_type="audio/mpeg"))
        server.answer("GET /away", says(None, 302, Location=f"{stranger.url}/file"))
        server.answer("GET /here", says(None, 307, Location="/file"))
        server.answer("GET /file", says({}))
        transport = Transport(server.url)
        away = await transport.send(Request("x", "GET", "/away", writes=False), "Bearer t")
        await transport.send(Request("x", "GET", "/here", writes=False), "Bearer t")
        await transport.close()
    assert away.body == b"sound"
    assert "authorization" not in stranger.seen[0].headers
    assert server.asked("/file")[0].headers["authorization"] == "Bearer t"


async def test_a_redirect_of_a_write_is_not_followed() -> None:
    """A write is sent once; a loop of redirects ends."""
    async with serving() as server:
        server.answer("POST /x", says(None, 307, Location="/y"))
        server.answer("GET /x", says(None, 302, Location="/x"))
        transport = Transport(server.url)
        assert (await transport.send(Request("x", "POST", "/x"), None)).status == 307
        with pytest.raises(AnswerLost, match="redirects"):
            await transport.send(Request("x", "GET", "/x", writes=False), None)
        await transport.close()
    assert [item.path for item in server.seen if item.method == "POST"] == ["/x"]


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://platform.ringcentral.com/x", True),
        ("https://media.ringcentral.com/x", True),
        ("http://media.ringcentral.com/x", False),
        ("http://platform.ringcentral.com/x", False),
        ("https://media.ringcentral.com:8443/x", False),
        ("https://media.ringcentral.com.evil.example/x", False),
        ("https://evil.example/media.ringcentral.com", False),
        ("https://hooks.ringcentral.com/x", False),
    ],
)
def test_knows_where_the_token_may_go(address: str, trusted: bool) -> None:
    """Our server and the media host beside it, over TLS; nobody else."""
    assert Transport("https://platform.ringcentral.com").trusts(address) is trusted


async def test_sends_what_was_built_letter_by_letter(tmp_path: Path) -> None:
    """Path and query arrive as encoded, a multipart body with its parts in order, files from disk among them."""
    picture = tmp_path / "a.png"
    picture.write_bytes(b"PNG")
    async with serving() as server:
        server.answer("*", says({}))
        transport = Transport(server.url)
        await transport.send(build(operation("readMessage"), {"messageId": ["1", "2"]}), None)
        await transport.send(build(operation("listContacts"), {"startsWith": "a+b/ü"}), None)
        body = {"from": {"phoneNumber": "+1"}, "to": [], "text": "x"}
        await transport.send(build(operation("createMMS"), {"body": body, "attachments": [picture, b"raw"]}), None)
        await transport.close()
    assert server.seen[0].path == "/restapi/v1.0/account/~/extension/~/message-store/1,2"
    assert server.seen[1].path.endswith("/contact?startsWith=a%2Bb%2F%C3%BC")
    sent = server.seen[2]
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    places = [sent.body.index(piece) for piece in (b'name="json"', b'"text":"x"', b'filename="a.png"', b"PNG", b"raw")]
    assert places == sorted(places)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody knows, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "switchhook test")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


async def test_trusts_the_certificates_it_is_told_to(tmp_path: Path) -> None:
    """An unknown certificate means that nothing is sent; with `ca_file` the same server is good."""
    paths = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*paths)
    async with serving(context) as server:
        server.answer("*", says({}))
        for transport, good in ((Transport(server.url), False), (Transport(server.url, ca_file=paths[0]), True)):
            if good:
                assert (await transport.send(READ, None)).status == 200
            else:
                with pytest.raises(NothingSent):
                    await transport.send(READ, None)
            await transport.close()
        assert len(server.seen) == 1
