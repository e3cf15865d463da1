"""Small real media, made in code: sounds that play, pictures and documents that open."""

from __future__ import annotations

import io
import math
import struct
import wave
import zipfile
import zlib
from collections.abc import Mapping
from functools import lru_cache

RATE = 8000


@lru_cache(maxsize=16)
def wav(seconds: float = 1.0, pitch: float = 440.0) -> bytes:
    """A tone as 8 kHz, 8 bit, mono WAV."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        turn = 2 * math.pi * pitch / RATE
        sound.writeframes(bytes(128 + round(40 * math.sin(turn * at)) for at in range(int(RATE * seconds))))
    return target.getvalue()


@lru_cache(maxsize=16)
def mp3(seconds: float = 1.0) -> bytes:
    """Silence as MPEG-1 layer III, 32 kbit/s, 32 kHz, mono: every frame is a header and zeros."""
    frame = b"\xff\xfb\x18\xc0" + bytes(140)
    return frame * max(1, math.ceil(seconds * 32_000 / 1152))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@lru_cache(maxsize=64)
def png(width: int = 64, height: int = 64, colour: tuple[int, int, int] = (6, 132, 189)) -> bytes:
    """A picture of one colour."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(colour) * width) * height
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(rows)),
            _chunk(b"IEND", b""),
        )
    )


@lru_cache(maxsize=64)
def pdf(text: str = "Made by the simulator", pages: int = 1) -> bytes:
    """A document of some pages, each with one line."""
    clean = text.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    content = b"BT /F1 14 Tf 72 720 Td (" + clean + b") Tj ET"
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + at) for at in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 4 0 R>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        *[page] * pages,
    ]
    target = bytearray(b"%PDF-1.4\n")
    places = []
    for at, body in enumerate(objects, 1):
        places.append(len(target))
        target += b"%d 0 obj\n%s\nendobj\n" % (at, body)
    start = len(target)
    target += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    target += b"".join(b"%010d 00000 n \n" % place for place in places)
    target += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(target)


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip of some files; their times are fixed, so that the same files make the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content)
    return target.getvalue()
