"""Files down and up: streamed, with progress, taken up where they broke off."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from switchhook.api.files import File
from switchhook.errors import ApiUnreachable, NotFound, Unauthorized
from tests.api.server import Server, says, serving, talking

SOUND = bytes(range(256)) * 2_000
CONTENT = "/restapi/v1.0/account/~/recording/7/content"


class Sound:
    """Content that is served with ranges, and breaks off after `breaks` bytes as often as that lists."""

    def __init__(
        self, *, breaks: list[int] | None = None, ranges: bool = True, tag: str = '"v1"', off: int = 0
    ) -> None:
        self.breaks = breaks or []
        self.ranges = ranges
        self.tag = tag
        self.off = off
        self.asked: list[str | None] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range")
        self.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        if self.tag and request.headers.get("If-Range", self.tag) != self.tag:
            start = 0
        if start >= len(SOUND):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(SOUND)}"})
        rest = SOUND[start:]
        response = web.StreamResponse(
            status=206 if start else 200,
            headers={"Content-Length": str(len(rest)), "Content-Type": "audio/mpeg"},
        )
        if self.tag:
            response.headers["ETag"] = self.tag
        if start:
            response.headers["Content-Range"] = f"bytes {start + self.off}-{len(SOUND) - 1}/{len(SOUND)}"
        await response.prepare(request)
        if self.breaks:
            await response.write(rest[: self.breaks.pop(0)])
            assert request.transport is not None
            request.transport.close()
        else:
            await response.write(rest)
        return response


async def test_streams_into_a_file_and_tells_progress(tmp_path: Path) -> None:
    """The file appears whole, under its own name, and progress ends at its size."""
    told: list[tuple[int, int | None]] = []
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", Sound())
        to = tmp_path / "deep" / "call.mp3"
        size = await client.download(
            "listCallRecordingData",
            {"recordingId": "7"},
            to,
            progress=lambda so_far, total: told.append((so_far, total)),
        )
    assert to.read_bytes() == SOUND
    assert size == len(SOUND)
    assert names(to.parent) == ["call.mp3"]
    assert told[-1] == (len(SOUND), len(SOUND))
    assert [so_far for so_far, _ in told] == sorted(so_far for so_far, _ in told)


async def test_takes_up_a_download_that_breaks_off(tmp_path: Path) -> None:
    """Twice the connection breaks; what is there is not fetched again, and the whole is right."""
    sound = Sound(breaks=[100_000, 150_000])
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", sound)
        await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3")
        headers = server.asked(CONTENT)[1].headers
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    starts = [int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0 for asked in sound.asked]
    assert starts[0] == 0
    assert 0 < starts[1] < starts[2]
    assert headers["if-range"] == '"v1"'


async def left_by_an_earlier_process(to: Path, sound: Sound) -> None:
    """A download of which a thousand bytes came before the connection broke for good."""
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", sound)
        with pytest.raises(ApiUnreachable):
            await client.download("listCallRecordingData", {"recordingId": "7"}, to)
    sound.asked.clear()
    sound.breaks.clear()


BREAKS = [1_000, 0, 0, 0]


@pytest.mark.parametrize(
    ("earlier", "later", "asked"),
    [
        (Sound(breaks=list(BREAKS)), Sound(), ["bytes=1000-"]),
        (Sound(breaks=list(BREAKS), tag=""), Sound(tag=""), ["bytes=1000-"]),
        (Sound(breaks=list(BREAKS), tag='W/"v1"'), Sound(tag='W/"v1"'), ["bytes=1000-"]),
        (Sound(breaks=list(BREAKS), tag='"v0"'), Sound(), ["bytes=1000-"]),
        (Sound(breaks=list(BREAKS)), Sound(off=1), ["bytes=1000-", None]),
    ],
    ids=["same-tag", "no-tag", "weak-tag", "another-tag", "another-part"],
)
async def test_takes_up_what_an_earlier_process_left(
    tmp_path: Path, earlier: Sound, later: Sound, asked: list[str | None]
) -> None:
    """Where the content is the same, only the rest is fetched; where it is not, or the wrong part comes, all of it."""
    await left_by_an_earlier_process(tmp_path / "a.mp3", earlier)
    assert names(tmp_path) == ["a.mp3.part", "a.mp3.part.note"]
    (tmp_path / "a.mp3.part").write_bytes(SOUND[:1_000])
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", later)
        await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    assert later.asked == asked
    assert names(tmp_path) == ["a.mp3"]


async def test_a_partial_file_that_is_whole_is_only_renamed(tmp_path: Path) -> None:
    """A crash between the last byte and the new name costs one request without content."""
    await left_by_an_earlier_process(tmp_path / "a.mp3", Sound(breaks=list(BREAKS)))
    (tmp_path / "a.mp3.part").write_bytes(SOUND)
    sound = Sound()
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", sound)
        assert await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3") == len(SOUND)
    assert sound.asked == [f"bytes={len(SOUND)}-"]


@pytest.mark.parametrize("note", [None, "{", "[]", '{"of": "/another", "tag": "x"}', f'{{"of": "{CONTENT}"}}'])
async def test_what_nobody_can_tell_is_fetched_anew(tmp_path: Path, note: str | None) -> None:
    """A partial file without a note of what it is part of, or of something else, is thrown away; so is a longer one."""
    for name, content in (("a.mp3", b"other content"), ("b.mp3", SOUND + b"more")):
        (tmp_path / f"{name}.part").write_bytes(content)
        if note is not None:
            (tmp_path / f"{name}.part.note").write_text(note)
    (tmp_path / "b.mp3.part.note").write_text(f'{{"of": "{CONTENT}", "tag": "\\"v1\\"", "total": {len(SOUND)}}}')
    sound = Sound()
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", sound)
        for name in ("a.mp3", "b.mp3"):
            await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / name)
            assert (tmp_path / name).read_bytes() == SOUND
    assert sound.asked == [None, f"bytes={len(SOUND) + 4}-", None]


async def test_begins_anew_where_the_server_knows_no_ranges(tmp_path: Path) -> None:
    """A 200 to a range means all of it from the start: what was there is thrown away."""
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", Sound(ranges=False))
        (tmp_path / "a.mp3.part").write_bytes(b"other content")
        await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND


async def test_streams_into_an_object_from_where_it_stands() -> None:
    """An open file or buffer keeps what was before."""
    buffer = io.BytesIO(b"before")
    buffer.seek(0, 2)
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", Sound(breaks=[5_000], ranges=False))
        assert await client.download("listCallRecordingData", {"recordingId": "7"}, buffer) == len(SOUND)
    assert buffer.getvalue() == b"before" + SOUND


async def test_gives_up_when_nothing_comes_any_more(tmp_path: Path) -> None:
    """After four attempts without a byte it is transient, and the partial file stays for the next time."""
    sound = Sound(breaks=[1_000, 0, 0, 0, 0, 0])
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", sound)
        with pytest.raises(ApiUnreachable, match="broke off at"):
            await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3")
    assert len(sound.asked) == 4
    assert not (tmp_path / "a.mp3").exists()
    assert (tmp_path / "a.mp3.part").read_bytes() == SOUND[: (tmp_path / "a.mp3.part").stat().st_size]


async def test_errors_are_the_api_s(tmp_path: Path) -> None:
    """A missing recording is NotFound, dead credentials are Unauthorized after one new token; no file appears."""
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {CONTENT}", says({"errorCode": "CMN-102", "message": "gone"}, 404))
        with pytest.raises(NotFound):
            await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3")
        server.answer(f"GET {CONTENT}", says({"errorCode": "OAU-128", "message": "dead"}, 401))
        with pytest.raises(Unauthorized):
            await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "a.mp3")
        server.answer(f"GET {CONTENT}", says({"errorCode": "OAU-128", "message": "dead"}, 401), Sound())
        await client.download("listCallRecordingData", {"recordingId": "7"}, tmp_path / "b.mp3")
    assert names(tmp_path) == ["b.mp3"]
    assert (tmp_path / "b.mp3").read_bytes() == SOUND


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def fields(server: Server) -> bytes:
    """The last body."""
    return server.seen[-1].body


async def test_uploads_tell_progress_and_stream(tmp_path: Path) -> None:
    """A file from disk and bytes: progress reaches the sum; a stream of unknown length arrives too."""
    path = tmp_path / "big.pdf"
    path.write_bytes(b"%PDF" * 100_000)
    told: list[tuple[int, int | None]] = []
    parameters = {"to": ["+16505550100"], "attachment": [path, ("b.txt", b"second")]}
    async with serving() as server, talking(server) as client:
        server.answer("POST /restapi/v1.0/account/~/extension/~/fax", says({"id": 1}))
        await client.call("createFaxMessage", parameters, progress=lambda *figures: told.append(figures))
        assert fields(server).count(b"%PDF") == 100_000
        assert b"second" in fields(server)
        assert told[-1][0] == told[-1][1]
        assert len(told) > 2

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"chunk"

        streamed = {"to": ["+1"], "attachment": File(chunks(), "c.txt", "text/plain")}
        await client.call("createFaxMessage", streamed, progress=lambda *figures: told.append(figures))
        assert b"chunkchunkchunk" in fields(server)
        assert told[-1][1] is None


async def test_a_file_that_is_not_there_sends_nothing(tmp_path: Path) -> None:
    """A missing file is a wrong parameter, found before anything goes out."""
    async with serving() as server, talking(server) as client:
        with pytest.raises(ValueError, match=r"attachment is a file that is not there.*nothing\.pdf"):
            await client.call("createFaxMessage", {"to": "+1", "attachment": tmp_path / "nothing.pdf"})
        assert server.seen == []
